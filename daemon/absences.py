"""Who has said by mail that he is away? Kept in the store as days by address, added to what config.toml says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rules.decision import Leave
from rules.desk import Desk
from rules.hours import Absence

MOST_KEPT = 20  # of one engineer


def noted(state: Mapping[str, Any], leave: Leave) -> dict[str, Any]:
    """The state with one more absence in place of those it overlaps, or, for somebody who is back, without any of his."""
    others = {key: days for key, days in state.items() if key != leave.engineer.key}
    if leave.absence is None:
        return others
    kept = [days for days in state.get(leave.engineer.key, ()) if not _read(days).overlaps(leave.absence)]
    mine = [*kept, [leave.absence.first.isoformat(), leave.absence.last.isoformat()]]
    return {**others, leave.engineer.key: mine[-MOST_KEPT:]}


def with_absences(desk: Desk, state: Mapping[str, Any]) -> Desk:
    """The desk as it is manned."""
    if not state:
        return desk
    engineers = []
    for engineer in desk.engineers:
        away = tuple(_read(days) for days in state.get(engineer.address.key, ()))
        calendar = replace(engineer.calendar, away=(*engineer.calendar.away, *away))
        engineers.append(replace(engineer, calendar=calendar) if away else engineer)
    return replace(desk, engineers=tuple(engineers))


def _read(days: list[str]) -> Absence:
    first, last = map(date.fromisoformat, days)
    return Absence(first, last)
