"""Who gets the case? Somebody who knows the product and is there now, or soonest; of those the one with the most room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.desk import Desk
from rules.hours import is_open, local_time, next_open
from rules.mail import Address
from rules.people import Engineer, is_away_today
from rules.severity import Triage
from rules.workload import Workload


@dataclass(frozen=True, slots=True)
class Need:
    """What is looked for."""

    number: int  # of the case: where several are alike, it says whose turn it is
    skills: frozenset[str] = frozenset()
    prefer: tuple[tuple[Address, str], ...] = ()  # who knows the customer or the story already, and how
    without: tuple[Address, ...] = ()  # who has been asked already, or hands the case over


@dataclass(frozen=True, slots=True)
class Assigned:
    engineer: Engineer
    why: str
    suitable: bool = True  # False: nobody was, and the lead has to find a way


def lead_of(desk: Desk) -> Engineer:
    return next((engineer for engineer in desk.engineers if engineer.lead), desk.engineers[0])


def assign(need: Need, desk: Desk, workload: Workload, now: datetime) -> Assigned:
    """The questions in their order: who knows it, who is there, who knows the story, who has room, whose turn is it."""
    able = able_for(need.skills, desk)
    left = [engineer for engineer in able if not any(engineer.address.same_as(one) for one in need.without)]
    if not left:
        return _to_the_lead(need, desk, able, now)
    pool, presence = _soonest(left, now, desk.timezone)
    for address, how in need.prefer:
        if engineer := next((one for one in pool if one.address.same_as(address)), None):
            return Assigned(engineer, f"{how}; {presence}")
    fullest = {one.address.key: _fullness(one, desk.triage, workload) for one in pool}
    least = min(fullest.values())
    tied = [one for one in pool if fullest[one.address.key] == least]
    engineer = tied[(need.number - desk.first_number) % len(tied)]
    reasons = (_knows(need.skills), presence, _room(engineer, pool, tied, desk.triage, workload))
    return Assigned(engineer, "; ".join(filter(None, reasons)))


def able_for(skills: frozenset[str], desk: Desk) -> list[Engineer]:
    return [engineer for engineer in desk.engineers if skills <= engineer.skills]


def _to_the_lead(need: Need, desk: Desk, able: list[Engineer], now: datetime) -> Assigned:
    """The lead; while he is away, whoever is there soonest: somebody must hear of it."""
    lead = lead_of(desk)
    what = f"knows {_listed(need.skills)}" if need.skills else "is there"
    nobody = f"nobody else {what}" if able else f"nobody {what}"
    there = [engineer for engineer in desk.engineers if not is_away_today(engineer, now)]
    if lead in there or not there:
        return Assigned(lead, f"{nobody}: the lead decides", suitable=False)
    pool, presence = _soonest(there, now, desk.timezone)
    return Assigned(pool[0], f"{nobody}, and the lead is away; {presence}", suitable=False)


def _soonest(engineers: list[Engineer], now: datetime, timezone: str) -> tuple[list[Engineer], str]:
    """Those who are there now; if nobody is, those who are back first. When the others are back need not be known."""
    if there := [engineer for engineer in engineers if is_open(engineer.calendar, now)]:
        return there, "is there now"
    back = {engineer.address.key: next_open(engineer.calendar, now) for engineer in engineers}
    first = min(back.values())
    pool = [engineer for engineer in engineers if back[engineer.address.key] == first]
    return pool, f"nobody is there now; back first, on {local_time(first, timezone)}"


def _fullness(engineer: Engineer, triage: Triage, workload: Workload) -> float:
    return workload.weight(engineer, triage) / engineer.capacity


def _knows(skills: frozenset[str]) -> str:
    return f"knows {_listed(skills)}" if skills else ""


def _room(engineer: Engineer, pool: list[Engineer], tied: list[Engineer], triage: Triage, workload: Workload) -> str:
    if len(pool) == 1:
        return ""
    room = f"has the most room of {len(pool)} (carries {workload.weight(engineer, triage)} of {engineer.capacity})"
    return room if len(tied) == 1 else f"{room}, like {len(tied) - 1} more; they take turns"


def _listed(skills: frozenset[str]) -> str:
    return ", ".join(sorted(skills))
