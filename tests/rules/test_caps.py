"""Which cap stops an automatic answer, and at which one exactly?"""

from __future__ import annotations

import pytest
from samples import DESK, at, mail

from rules.caps import Counts, exceeded
from rules.decide import mail_came
from rules.desk import Caps
from rules.threads import Match

CAPS = Caps(address_per_hour=3, address_per_day=5, domain_per_hour=7, all_per_hour=9)

REACHED = (
    (Counts(address_last_hour=3), "the cap of 3 confirmations to this address in an hour is reached"),
    (Counts(address_last_day=5), "the cap of 5 confirmations to this address in a day is reached"),
    (Counts(domain_last_hour=7), "the cap of 7 confirmations to this domain in an hour is reached"),
    (Counts(all_last_hour=9), "the cap of 9 confirmations to everybody in an hour is reached"),
)


def test_the_first_answer_of_the_day_is_free() -> None:
    assert exceeded(Counts(), CAPS) == ""


def test_one_below_each_cap_another_answer_may_go() -> None:
    assert exceeded(Counts(2, 4, 6, 8), CAPS) == ""


@pytest.mark.parametrize(("counts", "words"), REACHED)
def test_at_each_cap_the_next_answer_is_kept_back_and_the_cap_named(counts: Counts, words: str) -> None:
    assert exceeded(counts, CAPS) == words


@pytest.mark.parametrize(("counts", "words"), REACHED)
def test_a_mail_beyond_a_cap_gets_its_case_and_the_owner_a_notice_but_nobody_a_confirmation(
    counts: Counts, words: str
) -> None:
    from dataclasses import replace

    decision = mail_came(mail(), Match(), replace(DESK, caps=CAPS), at(counts=counts))
    assert decision.case.number == 100
    assert [wish.letter for wish in decision.wishes] == ["assigned"]
    assert words in str(decision.wishes[0].facts["remark"])
    assert words in [entry.evidence for entry in decision.case.history]
