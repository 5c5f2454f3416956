"""How did the desk fare in the last seven days? Figures for whoever answers for it, and what is late right now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from rules import wishes
from rules.case import Case
from rules.circumstances import Circumstances
from rules.decision import Wish
from rules.desk import Desk
from rules.hours import local_time
from rules.lifecycle import Event
from rules.mail import Address
from rules.people import Engineer
from rules.severity import LEVELS
from rules.targets import LATE
from rules.urgency import Turn, by_urgency, row_of, turn_of

WEEK = timedelta(days=7)
ON_ITS_WAY = "The report on the last seven days comes as a mail of its own."
MOST_OVERDUE = 20  # cases that are named

# What the history says of a closing, and who brought it about.
BY = {
    str(Event.ENGINEER_CLOSED): "engineer",
    str(Event.CUSTOMER_RESOLVED): "customer",
    str(Event.ENGINEER_MERGED): "merged",
    "closed for silence": "silence",
}


def letter(book: Case, reader: Engineer, desk: Desk, at: Circumstances) -> Wish:
    """The report for one reader, on what the shell has found."""
    return wishes.report(book, reader, figures(at.found.fared, desk, at.now))


def figures(cases: Iterable[Case], desk: Desk, now: datetime) -> Mapping[str, object]:
    """The facts of the letter; `cases` are all open ones, and those that were opened or closed of late."""
    since = now - WEEK
    known = [case for case in cases if not case.book]
    still_open = [case for case in known if not case.closed]
    closed = [case for case in known if case.closed_at and case.closed_at > since]
    opened = Counter(case.severity for case in known if case.opened_at > since)
    turns = Counter(str(turn_of(case, now)) for case in still_open)
    overdue = [row_of(case, now) for case in by_urgency(still_open, now) if turn_of(case, now) is Turn.LATE]
    return {
        "since": since,
        "until": now,
        "opened": [{"severity": one, "count": opened[one]} for one in LEVELS],
        "closed": [{"by": by, "count": count} for by, count in sorted(Counter(map(closed_by, closed)).items())],
        "open": [{"turn": str(turn), "count": turns[turn]} for turn in Turn if turns[turn]],
        "late_answers": sum(_came_late(case, since) for case in known),
        "people": [_person(one, still_open, closed, now) for one in desk.engineers],
        "overdue": [
            {
                "number": one.number,
                "severity": one.severity,
                "subject": one.subject,
                "owner": _name(one.owner, desk),
                "due": local_time(one.due, desk.timezone) if one.due else "",
            }
            for one in overdue[:MOST_OVERDUE]
        ],
        "more_overdue": max(0, len(overdue) - MOST_OVERDUE),
    }


def closed_by(case: Case) -> str:
    return next((BY[entry.event] for entry in reversed(case.history) if entry.event in BY), "engineer")


def _came_late(case: Case, since: datetime) -> int:
    """How many promised answers of the case were not there in time."""
    return sum(entry.event == LATE and entry.at > since for entry in case.history)


def _person(engineer: Engineer, still_open: list[Case], closed: list[Case], now: datetime) -> dict[str, object]:
    mine = [case for case in still_open if case.owner.same_as(engineer.address)]
    return {
        "name": engineer.name,
        "open": len(mine),
        "late": sum(turn_of(case, now) is Turn.LATE for case in mine),
        "closed": sum(case.owner.same_as(engineer.address) for case in closed),
    }


def _name(owner: Address, desk: Desk) -> str:
    known = desk.engineer(owner)
    return known.name if known else owner.address
