"""When does an engineer's day begin, and what does his list say?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from samples import DESK, case

from rules.hours import Absence, Calendar, Opening
from rules.morning import has_come, work_list
from rules.people import Engineer

DAYS = ((Opening(9 * 60, 17 * 60),),) * 5 + ((), ())
NIGHTS = ((Opening(0, 6 * 60), Opening(22 * 60, 1440)),) * 7
EVA = DESK.engineers[0]
MONDAY = date(2026, 3, 2)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def working(calendar: Calendar, zone: str = "") -> Engineer:
    return replace(EVA, calendar=calendar, zone=zone)


@pytest.mark.parametrize(
    ("calendar", "now", "came"),
    [
        (Calendar("UTC", DAYS), at(8, 59), False),
        (Calendar("UTC", DAYS), at(9), True),
        (Calendar("UTC", DAYS), at(16, 59), True),  # the desk was down until now
        (Calendar("UTC", DAYS), at(17), False),
        (Calendar("UTC", DAYS), at(10, day=7), False),  # a Saturday
        (Calendar("UTC", DAYS, lambda day: "Holiday" if day == MONDAY else ""), at(10), False),
        (Calendar("UTC", DAYS, away=(Absence(MONDAY, MONDAY),)), at(10), False),
        (Calendar("America/New_York", DAYS), at(13, 59), False),
        (Calendar("America/New_York", DAYS), at(14), True),
        (Calendar("UTC", NIGHTS), at(0), False),
        (Calendar("UTC", NIGHTS), at(22), True),
        (Calendar(), at(7, 59), False),
        (Calendar(), at(8), True),
    ],
)
def test_a_day_begins_when_he_comes(calendar: Calendar, now: datetime, came: bool) -> None:
    assert has_come(working(calendar), now, None) is came
    assert has_come(working(calendar), now, now.date() - timedelta(days=1)) is came
    assert not has_come(working(calendar), now, now.astimezone(UTC).date())


def test_the_day_is_that_of_the_place_where_he_works() -> None:
    tokyo = working(Calendar("UTC"), "Asia/Tokyo")
    assert has_come(tokyo, at(23, day=2), date(2026, 3, 2))  # it is 8 o'clock on the third there


def test_the_most_urgent_case_is_the_first_and_the_places_lead_to_the_cases() -> None:
    waits = replace(case(7), severity="C")
    urgent = replace(case(9), severity="A")
    wish = work_list(case(1), EVA, (waits, urgent), at(9))
    assert wish.about == (9, 7)
    assert [(one["place"], one["number"]) for one in wish.facts["cases"]] == [(1, 9), (2, 7)]  # type: ignore[attr-defined]
