"""Which case comes first in a list, and by which words is one found?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import ANN, BOB, MONDAY, case

from rules.case import Case, Status, Target, Timer
from rules.search import is_found, words_of
from rules.urgency import Turn, by_urgency, row_of, shortened, turn_of

HOUR = timedelta(hours=1)


def due_in(number: int, hours: int, severity: str = "C", status: Status = Status.WITH_ENGINEER) -> Case:
    due = MONDAY + hours * HOUR
    return replace(case(number, status), severity=severity, target=Target("next_answer", MONDAY, due, due))


WAITING = replace(case(4, Status.WITH_CUSTOMER), timer=Timer("remind_after", 4, MONDAY, MONDAY + HOUR))
OTHERS = case(5, Status.ESCALATED)
NO_PROMISE = case(6)


def test_late_answers_come_first_then_what_is_due_and_what_waits_for_the_customer_last() -> None:
    late, soon, later = due_in(1, -1), due_in(2, 1), due_in(3, 2, "A")
    found = by_urgency([WAITING, OTHERS, NO_PROMISE, later, soon, late], MONDAY)
    assert [one.number for one in found] == [1, 2, 3, 6, 5, 4]


def test_of_answers_due_at_once_the_worse_case_comes_first() -> None:
    assert [one.number for one in by_urgency([due_in(1, 1, "C"), due_in(2, 1, "A")], MONDAY)] == [2, 1]


@pytest.mark.parametrize(
    ("one", "turn"),
    [(due_in(1, -1), Turn.LATE), (due_in(1, 1), Turn.OURS), (WAITING, Turn.CUSTOMER), (OTHERS, Turn.OTHERS),
     (due_in(1, -1, status=Status.ESCALATED), Turn.LATE), (case(1, Status.CLOSED), Turn.CLOSED)],
)  # fmt: skip
def test_whose_turn_it_is(one: Case, turn: Turn) -> None:
    assert turn_of(one, MONDAY) is turn
    assert row_of(one, MONDAY).turn is turn


def test_a_long_subject_is_shortened_to_one_line() -> None:
    assert shortened("a\nb  c") == "a b c"
    assert shortened("word " * 100, 20) == "word word word word…"


@pytest.mark.parametrize("question", ["printer", "FIRE ann", "#10042", "customer ltd", "bob@", "pri fi"])
def test_a_case_is_found_by_parts_of_what_names_it(question: str) -> None:
    known = replace(case(10042), organisation="Customer Ltd", participants=(ANN, BOB))
    assert is_found(words_of(known), question)


@pytest.mark.parametrize("question", ["", "  ", "scanner", "printer scanner", "10043"])
def test_all_words_must_be_there(question: str) -> None:
    assert not is_found(words_of(case(10042)), question)
