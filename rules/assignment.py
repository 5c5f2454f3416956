"""Who gets the case? Somebody who knows the product and is there now, or soonest; of those the one with the most room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.desk import Desk
from rules.hours import next_open
from rules.mail import Address
from rules.people import Engineer
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
        return _to_the_lead(need, desk, able)
    pool, presence = _soonest(left, now)
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


def _to_the_lead(need: Need, desk: Desk, able: list[Engineer]) -> Assigned:
    what = f"knows {_listed(need.skills)}" if need.skills else "is there"
    why = f"nobody else {what}: the lead decides" if able else f"nobody {what}: the lead decides"
    return Assigned(lead_of(desk), why, suitable=False)


def _soonest(engineers: list[Engineer], now: datetime) -> tuple[list[Engineer], str]:
    """Those who are there now; if nobody is, those who are back first."""
    back = {engineer.address.key: next_open(engineer.calendar, now) for engineer in engineers}
    first = min(back.values())
    pool = [engineer for engineer in engineers if back[engineer.address.key] == first]
    return (
        pool,
        "is there now" if first == now else f"nobody is there now; back first, on {first:%Y-%m-%d at %H:%M} UTC",
    )


def _fullness(engineer: Engineer, triage: Triage, workload: Workload) -> float:
    return workload.weight(engineer, triage) / engineer.capacity


def _knows(skills: frozenset[str]) -> str:
    return f"knows {_listed(skills)}" if skills else ""


def _room(engineer: Engineer, pool: list[Engineer], tied: list[Engineer], triage: Triage, workload: Workload) -> str:
    if len(pool) == 1:
        return ""
    carries = f"carries {workload.weight(engineer, triage)} of {engineer.capacity}"
    others = len(pool) - 1
    than = f"the least of {others + 1}" if len(tied) == 1 else f"as little as {len(tied) - 1} more, and it is his turn"
    return f"{carries}, {than}"


def _listed(skills: frozenset[str]) -> str:
    return ", ".join(sorted(skills))
