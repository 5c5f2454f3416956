"""Which failures speak of an address, and which letters are kept from it?"""

from __future__ import annotations

import pytest
from samples import ANN, BOB, DESK, MONDAY, case, mail

from rules import wishes
from rules.decision import Decision
from rules.silenced import Cause, Silenced, is_dead, is_refused_for_good
from rules.unasked import admitted

EVA = DESK.engineers[0]
SILENT = {ANN.key: Silenced(ANN, Cause.COMPLAINT, MONDAY, 7, "abuse")}


@pytest.mark.parametrize(
    ("status", "words", "dead"),
    [
        ("5.1.1", "550 no such user", True),
        ("5.0.0", "550 5.1.1 no such user", True),
        ("5.0.0", "550 mailbox unavailable", True),
        ("", "unknown user", True),
        ("4.4.7", "given up after five days", True),
        ("5.2.2", "552 mailbox full", False),
        ("4.2.2", "452 mailbox full, given up after five days", False),
        ("4.7.1", "451 greylisted, given up after five days", False),
        ("5.7.1", "550 looks like spam", False),
        ("5.3.4", "552 too large", False),
        ("5.0.0", "554 transaction failed", False),
        ("", "552 over quota", False),
    ],
)
def test_a_full_mailbox_or_a_letter_that_is_not_liked_says_nothing_about_the_address(
    status: str, words: str, dead: bool
) -> None:
    assert is_dead(status, words) is dead


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("550 5.1.1 no such user", True),
        ("550 5.2.1 mailbox disabled", True),
        ("550 relaying denied", False),
        ("553 5.1.8 sender's domain does not exist", False),
        ("given up after 5 days: 451 4.3.0 try later", False),
    ],
)
def test_a_fault_of_our_own_server_silences_nobody(answer: str, refused: bool) -> None:
    assert is_refused_for_good(answer) is refused


def test_letters_that_nobody_asked_for_are_kept_from_who_complained_and_the_history_says_so() -> None:
    unasked = wishes.confirmation(case(7), mail(ANN), {"severity": {}, "expected": None})
    relays = wishes.relays(case(7), EVA, mail(EVA.address), "Pull the plug.", "remind_after")
    decision = admitted(Decision(case(7), (unasked, *relays)), SILENT, MONDAY)
    assert decision.wishes == relays
    assert decision.case.history[-1].event == "no confirmation letter"


def test_a_person_who_writes_from_a_dead_address_is_answered_at_once() -> None:
    unasked = wishes.confirmation(case(7), mail(ANN), {"severity": {}, "expected": None})
    assert admitted(Decision(case(7), (unasked,), heard=ANN), SILENT, MONDAY).wishes == (unasked,)


def test_others_get_their_letters() -> None:
    unasked = wishes.confirmation(case(7, customer=BOB), mail(BOB), {"severity": {}, "expected": None})
    assert admitted(Decision(case(7), (unasked,)), SILENT, MONDAY).wishes == (unasked,)
