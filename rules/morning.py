"""Which cases wait for an engineer today? Each morning in his hours he gets a list of them, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules import wishes
from rules.case import Case
from rules.decision import Wish
from rules.hours import is_open, local_time
from rules.people import Engineer, zone_of
from rules.urgency import Turn, by_urgency, row_of

EARLIEST = 6  # o'clock where he works: who works at night gets his list when he comes in the evening
AROUND_THE_CLOCK = 8  # o'clock, for somebody without hours


def has_come(engineer: Engineer, now: datetime, last: date | None) -> bool:
    """Is he there, for the first time since the day of his `last` list?"""
    wall = now.astimezone(ZoneInfo(zone_of(engineer)))
    earliest = EARLIEST if engineer.calendar.week else AROUND_THE_CLOCK
    return wall.date() != last and wall.hour >= earliest and is_open(engineer.calendar, now)


def work_list(book: Case, engineer: Engineer, cases: Sequence[Case], now: datetime) -> Wish:
    """`cases` are his open ones."""
    rows = [row_of(case, now) for case in by_urgency(cases, now)]
    facts = {
        "reader": engineer.name,
        "cases": [
            {
                "place": place,
                "number": row.number,
                "severity": row.severity,
                "subject": row.subject,
                "customer": row.customer,
                "turn": str(row.turn),
                "due": local_time(row.due, zone_of(engineer)) if row.due else "",
            }
            for place, row in enumerate(rows, 1)
        ],
        "late": sum(row.turn is Turn.LATE for row in rows),
    }
    return wishes.work_list(book, engineer, facts, tuple(row.number for row in rows))
