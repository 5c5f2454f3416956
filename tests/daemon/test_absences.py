"""Is an engineer away on the days he said last?"""

from __future__ import annotations

from datetime import date

from samples import DESK, EVA, MAX

from daemon.absences import noted, with_absences
from rules.decision import Leave
from rules.hours import Absence
from rules.mail import Address

LONG = Absence(date(2026, 3, 1), date(2026, 3, 20))
SHORT = Absence(date(2026, 3, 1), date(2026, 3, 2))
LATER = Absence(date(2026, 8, 3), date(2026, 8, 21))


def told(*absences: Absence | None, engineer: Address = EVA) -> tuple[Absence, ...]:
    """What the desk makes of it when she says these one after the other."""
    state: dict[str, object] = {MAX.key: [["2026-03-01", "2026-03-31"]]}
    for absence in absences:
        state = noted(state, Leave(engineer, absence))
    assert MAX.key in state
    return next(one.calendar.away for one in with_absences(DESK, state).engineers if one.address.same_as(engineer))


def test_an_absence_told_anew_replaces_those_it_overlaps() -> None:
    assert told(LONG, SHORT) == (SHORT,)
    assert told(SHORT, LONG) == (LONG,)
    assert told(LATER, LONG, SHORT) == (LATER, SHORT)


def test_an_absence_at_another_time_is_added() -> None:
    assert told(LONG, LATER) == (LONG, LATER)


def test_somebody_who_is_back_is_back_for_good() -> None:
    assert told(LONG, LATER, None) == ()
