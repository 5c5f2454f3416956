"""Do the figures of a week count what happened in it, and nothing else?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from samples import DESK, EVA, MAX, MONDAY, case

from rules.case import Case, Entry, Status, Target
from rules.lifecycle import Event
from rules.targets import LATE
from rules.week import MOST_OVERDUE, figures

NOW = MONDAY + timedelta(days=30)
LATELY, BEFORE = NOW - timedelta(days=2), NOW - timedelta(days=8)


def closed(number: int, at: object, *events: str) -> Case:
    history = tuple(Entry(LATELY, event, "") for event in events)
    return replace(case(number), status=Status.CLOSED, opened_at=BEFORE, closed_at=at, history=history, owner=EVA)


def test_what_was_opened_and_closed_in_the_week() -> None:
    cases = (
        replace(case(1), opened_at=LATELY, severity="A", owner=EVA),
        replace(case(2), opened_at=BEFORE, severity="A", owner=MAX),
        closed(3, LATELY, "closed for silence"),
        closed(4, LATELY, str(Event.CUSTOMER_RESOLVED), "silence"),
        closed(5, LATELY, str(Event.ENGINEER_CLOSED)),
        closed(6, BEFORE, str(Event.ENGINEER_CLOSED)),
        replace(closed(7, LATELY), book=True),
    )
    found = figures(cases, DESK, NOW)
    assert found["opened"] == [
        {"severity": one, "count": count} for one, count in zip("ABCD", (1, 0, 0, 0), strict=True)
    ]
    assert found["closed"] == [{"by": by, "count": 1} for by in ("customer", "engineer", "silence")]
    people = {one["name"]: (one["open"], one["closed"]) for one in found["people"]}  # type: ignore[attr-defined]
    assert people == {DESK.engineers[0].name: (1, 3), DESK.engineers[1].name: (1, 0)}


def test_what_is_late_and_what_came_late() -> None:
    due = Target("first_answer", BEFORE, LATELY, None)
    late = Entry(LATELY, LATE, "")
    cases = [replace(case(number), opened_at=BEFORE, owner=EVA, target=due, history=(late,)) for number in range(1, 30)]
    cases += [replace(case(40), opened_at=BEFORE, history=(Entry(BEFORE, LATE, ""),))]
    found = figures(cases, DESK, NOW)
    assert found["late_answers"] == 29
    assert len(found["overdue"]) == MOST_OVERDUE  # type: ignore[arg-type]
    assert found["more_overdue"] == 9
    assert found["open"] == [{"turn": "late", "count": 29}, {"turn": "ours", "count": 1}]
