"""How long does an engineer want to wait, in the habits of writing that?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from samples import DESK

from rules.hours import Calendar, Opening
from rules.order_wait import end_of_wait
from rules.setting import OrderError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
WEEK = Calendar("UTC", ((Opening(9 * 60, 17 * 60),),) * 5 + ((), ()))
OFFICE = replace(DESK, hours=WEEK)


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("5d", datetime(2026, 3, 9, 12, 0, tzinfo=UTC)),
        ("5 days", datetime(2026, 3, 9, 12, 0, tzinfo=UTC)),
        ("1 Woche", datetime(2026, 3, 9, 12, 0, tzinfo=UTC)),
        ("2w", datetime(2026, 3, 16, 12, 0, tzinfo=UTC)),
        ("8h", datetime(2026, 3, 3, 12, 0, tzinfo=UTC)),
        ("2 Stunden", datetime(2026, 3, 2, 14, 0, tzinfo=UTC)),
        ("2026-03-10", datetime(2026, 3, 10, 9, 0, tzinfo=UTC)),
        ("until 10.3.", datetime(2026, 3, 10, 9, 0, tzinfo=UTC)),
        ("bis 14.3.2026", datetime(2026, 3, 16, 9, 0, tzinfo=UTC)),  # a Saturday
    ],
)
def test_a_wait_is_a_span_of_support_time_or_a_day(said: str, ends: datetime) -> None:
    assert end_of_wait(said, OFFICE, OFFICE.engineers[0], NOON) == ends


@pytest.mark.parametrize(
    "said", ["a while", "5", "5 moons", "2026-03-02", "0d", "-3d", "999d", "2026-13-01", "5d 3h", "²d"]
)
def test_anything_else_is_a_clear_error(said: str) -> None:
    with pytest.raises(OrderError, match=r"wait|no day"):
        end_of_wait(said, OFFICE, OFFICE.engineers[0], NOON)


def test_nobody_waits_for_years() -> None:
    far = (NOON + timedelta(days=200)).date().isoformat()
    with pytest.raises(OrderError, match="at most 120 days"):
        end_of_wait(far, OFFICE, OFFICE.engineers[0], NOON)
