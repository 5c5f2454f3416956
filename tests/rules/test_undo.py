"""Does taking an order back give exactly the case that was, and never more than the order changed?"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ANN, BOB, DESK, EVA, MAX, MONDAY, case

from rules import undo
from rules.case import Case, Snapshot, Status

SEVEN = case(7, severity="B", participants=(ANN, BOB))
CHANGES: dict[str, Any] = {
    "status": Status.WITH_CUSTOMER,
    "severity": "A",
    "product": "files",
    "owner": MAX,
    "customer": BOB,
    "participants": (ANN,),
    "watchers": (MAX,),
}
some_changes = st.dictionaries(st.sampled_from(sorted(CHANGES)), st.just(None), min_size=1).map(
    lambda names: {name: CHANGES[name] for name in names}
)


def ordered(before: Case, changes: dict[str, Any]) -> Case:
    after = replace(before, papers=before.papers + 1, **changes)
    return replace(after, undo=undo.way_back(before, after, after.papers, EVA, MONDAY))


@given(some_changes)
def test_what_is_taken_back_is_as_it_was(changes: dict[str, Any]) -> None:
    after = ordered(SEVEN, changes)
    assert undo.why_not(after, EVA, MONDAY, 0) == ""
    assert undo.snapshot(undo.undone(after, DESK, MONDAY)) == undo.snapshot(SEVEN)
    assert after.undo
    assert undo.told(after.undo)


@given(some_changes, some_changes)
def test_what_somebody_else_changed_meanwhile_stays_his(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    others = {"severity": "D", "product": "print", "owner": ANN, "status": Status.REMINDED_ONCE}
    later = replace(ordered(SEVEN, ours), **{name: value for name, value in others.items() if name in theirs})
    clash = ours.keys() & theirs.keys() & others.keys()
    assert bool(undo.why_not(later, EVA, MONDAY, 0)) == bool(clash)
    if not clash:
        back = undo.undone(later, DESK, MONDAY)
        for one in fields(Snapshot):
            expected = getattr(SEVEN if one.name in ours else later, one.name)
            assert getattr(back, one.name) == expected


@pytest.mark.parametrize(
    ("who", "minutes", "receipt", "says"),
    [
        (MAX, 0, 0, "no order of yours"),
        (EVA, 15, 0, ""),
        (EVA, 16, 0, "these are over"),
        (EVA, 1, 99, ""),
        (EVA, 1, 1, "about an earlier order"),
    ],
)
def test_only_who_ordered_it_may_take_it_back_and_only_for_a_while(
    who: Any, minutes: int, receipt: int, says: str
) -> None:
    after = ordered(replace(SEVEN, papers=5), {"severity": "A"})
    told = undo.why_not(after, who, MONDAY + timedelta(minutes=minutes), receipt)
    assert says in told
    assert bool(says) == bool(told)


def test_an_order_that_changed_nothing_leaves_no_way_back() -> None:
    assert undo.way_back(SEVEN, replace(SEVEN, papers=9), 9, EVA, MONDAY) is None
