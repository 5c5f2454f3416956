"""Which clue wins, and which clue is none?"""

from __future__ import annotations

from dataclasses import replace

from samples import ANN, BOB, DESK, EVA, KEYS, MALLORY, MONDAY, SEALED, case, letter, mail

from rules import tokens
from rules.case import Case, Status
from rules.mail import Bounce, Mail
from rules.threads import Known, Match, clues_of, match


def matched(
    one: Mail, *cases: Case, ids: dict[str, int] | None = None, follow_ups: dict[int, int] | None = None
) -> Match:
    known = Known({one.number: one for one in cases}, ids or {}, follow_ups or {})
    return match(one, clues_of(one, DESK), known, KEYS)


def token(number: int, paper: int = 2, to: object = ANN) -> str:
    return tokens.message_id(DESK, SEALED, number, paper, to)  # type: ignore[arg-type]


def test_a_mail_without_a_clue_belongs_to_no_case() -> None:
    found = matched(mail(), case(7))
    assert (found.case, found.evidence, found.answers) == (None, "names no case", None)


def test_our_token_counts_more_than_a_stored_id_and_that_more_than_a_number() -> None:
    seven, eight, nine = case(7), case(8), case(9)
    both = mail(subject="[Case #9] x", in_reply_to=("first-8@customer.example", token(7)))
    by_token = matched(both, seven, eight, nine, ids={"first-8@customer.example": 8})
    assert by_token.case is seven
    assert "token" in by_token.evidence
    without = mail(subject="[Case #9] x", in_reply_to=("first-8@customer.example",))
    assert matched(without, seven, eight, nine, ids={"first-8@customer.example": 8}).case is eight
    assert matched(mail(subject="[Case #9] x"), seven, eight, nine).case is nine


def test_the_letter_that_is_answered_is_told() -> None:
    found = matched(mail(in_reply_to=(token(7),)), case(7))
    assert found.answers == case(7).letters[0]


def test_a_forged_token_falls_to_the_weaker_clues_and_answers_nothing() -> None:
    forged = token(7).replace("case.7.2.", "case.8.2.")
    found = matched(mail(subject="[Case #9] x", in_reply_to=(forged,)), case(7), case(8), case(9))
    assert found.case is not None
    assert (found.case.number, found.answers) == (9, None)
    alone = matched(mail(in_reply_to=(forged,)), case(8))
    assert (alone.case, alone.evidence) == (None, "shows a token that was not sealed by this desk")


def test_a_token_for_a_paper_that_is_no_letter_is_no_clue() -> None:
    assert matched(mail(in_reply_to=(token(7, paper=1),)), case(7)).case is None
    assert matched(mail(in_reply_to=(token(7, paper=99),)), case(7)).case is None


def test_a_token_of_somebody_else_still_shows_the_case_but_proves_nobody() -> None:
    found = matched(mail(BOB, in_reply_to=(token(7),)), case(7))
    assert found.case == case(7)
    assert found.answers is not None
    assert found.answers.to == ANN


def test_the_nearest_token_wins_over_an_older_one_of_another_case() -> None:
    one = mail(in_reply_to=(token(8),), references=(token(7), token(8)))
    assert matched(one, case(7), case(8)).case == case(8)


def test_of_two_numbers_the_senders_own_case_is_meant() -> None:
    mine, others = case(8), case(7, customer=BOB)
    assert matched(mail(subject="Re: [Case #7] and [Case #8]"), others, mine).case is mine


def test_of_two_numbers_the_first_that_exists_is_meant_when_neither_is_the_senders() -> None:
    found = matched(mail(MALLORY, subject="[Case #5] [Case #8] [Case #7]"), case(7), case(8))
    assert found.case == case(8)


def test_a_number_that_does_not_exist_is_no_clue() -> None:
    found = matched(mail(subject="[Case #99999] x"), case(7))
    assert (found.case, found.evidence) == (None, "names case 99999, which does not exist")


def test_a_number_in_the_text_is_no_clue() -> None:
    assert matched(mail(text="see [Case #7]"), case(7)).case is None


def test_a_letter_of_ours_that_came_back_is_an_echo() -> None:
    found = matched(mail(DESK.address, message_id=token(7)), case(7))
    assert found.echo
    assert found.case == case(7)


def test_an_echo_counts_before_everything_else_in_the_mail() -> None:
    one = mail(EVA, subject="[Case #8]", message_id=token(7), in_reply_to=(token(8),))
    assert matched(one, case(7), case(8)).case == case(7)


def test_a_message_id_that_only_looks_like_ours_is_no_echo() -> None:
    assert not matched(mail(message_id=f"case.7.2.{'a' * 26}@example.com"), case(7)).echo


def closed(number: int) -> Case:
    return case(number, Status.CLOSED)


def test_an_answer_to_a_closed_case_goes_to_its_open_follow_up() -> None:
    found = matched(mail(in_reply_to=(token(7),)), closed(7), case(8), follow_ups={7: 8})
    assert found.case == case(8)
    assert found.instead_of == 7
    assert "case 7 is closed, case 8 follows it" in found.evidence


def test_a_closed_case_without_an_open_follow_up_is_meant_itself() -> None:
    found = matched(mail(in_reply_to=(token(7),)), closed(7), case(8))
    assert (found.case, found.instead_of) == (closed(7), 0)


def test_an_open_case_is_meant_itself_whatever_follows_it() -> None:
    assert matched(mail(in_reply_to=(token(7),)), case(7), case(8), follow_ups={7: 8}).case == case(7)


def test_an_echo_stays_with_the_closed_case() -> None:
    found = matched(mail(message_id=token(7)), closed(7), case(8), follow_ups={7: 8})
    assert found.case == closed(7)


def test_a_bounce_stays_with_the_letter_it_speaks_of() -> None:
    """Paper 2 of the closed case must not be taken for paper 2 of the case that follows it."""
    bounce = mail(MALLORY, bounce=Bounce(token(7), ANN.address, "5.1.1", True))
    found = matched(bounce, closed(7), case(8), follow_ups={7: 8})
    assert found.case == closed(7)
    assert found.answers == closed(7).letters[0]


def test_a_number_may_stand_in_a_subject_that_names_a_case_of_an_unknown_sender_too() -> None:
    found = matched(mail(MALLORY, subject="Re: [CASE # 7 ] x"), replace(case(7), letters=(letter(7, 2, ANN),)))
    assert found.case is not None
    assert found.answers is None


def test_a_letter_is_checked_with_the_key_that_sealed_it() -> None:
    """Whatever keys came later, and whatever the clock said then."""
    later = KEYS.rotated(b"a second key of thirty-two octets", MONDAY).rotated(
        b"a third key of thirty-two octets", MONDAY
    )
    one = mail(in_reply_to=(token(7),))
    assert match(one, clues_of(one, DESK), Known({7: case(7)}), later).answers == case(7).letter(2)
    second = tokens.dated(later.all[1].secret, MONDAY)
    by_second = replace(letter(7, 4, ANN), key=2, message_id=tokens.message_id(DESK, second, 7, 4, ANN))
    one = mail(in_reply_to=(by_second.message_id,))
    known = Known({7: case(7).with_letter(by_second)})
    assert match(one, clues_of(one, DESK), known, later).answers == by_second
    assert match(one, clues_of(one, DESK), known, KEYS).answers is None, "nobody knows that key any more"


def test_a_revoked_key_proves_nothing_and_says_so() -> None:
    revoked = KEYS.rotated(b"a second key of thirty-two octets", MONDAY).revoked(1, MONDAY)
    one = mail(in_reply_to=(token(7),))
    known = Known({7: case(7)}, {token(7): 7})
    found = match(one, clues_of(one, DESK), known, revoked)
    assert found.answers is None
    assert found.evidence.endswith("; its token is sealed with key 1, which is revoked")
    assert match(mail(message_id=token(7)), clues_of(mail(message_id=token(7)), DESK), known, revoked).echo is False


def test_the_secret_of_a_key_is_shown_nowhere() -> None:
    assert str(KEYS.all[0].secret) not in f"{KEYS} {KEYS!r}"
