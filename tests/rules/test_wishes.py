"""Does each letter go to the right reader, in the thread his mail client knows?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import ANN, BOB, DESK, EVA, MALLORY, MAX, MONDAY, case, letter, mail

from daemon.letters.letter_samples import SAMPLES
from rules import meetings, week, wishes
from rules.case import Audience, Diagnosis, Meeting, Message, Role
from rules.change import Change
from rules.decision import Wish
from rules.mail import Attachment, Kind

FILE = Attachment("log.txt", "text/plain", b"12:00 smoke")
EVA_AGAIN = DESK.engineers[0]
SEVEN = case(7)
WATCHED = replace(SEVEN, watchers=(DESK.engineers[1].address,))
MEETING = Meeting(1, MONDAY, MONDAY + timedelta(hours=1), "", "", EVA)
MAIL = mail(ANN, attachments=(FILE,))

CHANGE = Change(17, "Cooler fuser", "Printer driver", MONDAY, 7, cases=(7,))
ALL = (
    wishes.confirmation(SEVEN, MAIL, {"severity": {}, "expected": None}),
    wishes.follow_up(SEVEN, MAIL, 3, {"severity": {}, "expected": None}),
    wishes.handover(SEVEN, DESK, EVA_AGAIN),
    wishes.reminder(SEVEN, 1, MONDAY, "remind_again_after"),
    wishes.more_time(SEVEN, MAIL, MONDAY, False, "remind_after"),
    wishes.closed_for_silence(SEVEN),
    wishes.closed_by_customer(SEVEN, MAIL),
    *wishes.closed_by_engineer(SEVEN, EVA_AGAIN, MAIL, "Bye."),
    *wishes.relays(SEVEN, EVA_AGAIN, MAIL, "Pull the plug.", "remind_after"),
    wishes.assigned(SEVEN, DESK, MAIL, "first engineer", "", ()),
    wishes.replied(SEVEN, DESK, MAIL, ""),
    wishes.held(SEVEN, DESK, MAIL, "a stranger", MONDAY),
    wishes.received(mail(MALLORY), DESK),
    wishes.unproven(SEVEN, EVA_AGAIN, MAIL, "Bye."),
    wishes.refused(SEVEN, EVA_AGAIN, MAIL, "closed is final", "Bye."),
    wishes.receipt(SEVEN, EVA_AGAIN, MAIL, ["done"]),
    wishes.target(SEVEN, EVA_AGAIN, "warned", MONDAY, EVA_AGAIN),
    wishes.handed_on(SEVEN, EVA_AGAIN, DESK.engineers[1], "Eva is away"),
    *wishes.colleagues(SEVEN, DESK, DESK.engineers[1], MAIL, "She called.", "noted"),
    *wishes.for_watchers(wishes.replied(SEVEN, DESK, MAIL, ""), WATCHED, DESK),
    *meetings.Change(WATCHED, MEETING, DESK, EVA_AGAIN, MONDAY).letters(MAIL, "See you.", "remind_after"),
    wishes.merged(SEVEN, 8),
    wishes.merged_in(SEVEN, replace(SEVEN, number=8), EVA_AGAIN, MAIL, DESK.engineers[1], back=False),
    wishes.escalated(SEVEN, "development"),
    wishes.consulted(SEVEN, DESK.staff[0], "asked", "Look.", MAIL, (), (), "Eva"),
    wishes.change(SEVEN, DESK.staff[0], CHANGE, "proposed", "Please.", "Eva", ("/accept",)),
    wishes.change_notice(SEVEN, DESK, CHANGE, "Soon.", DESK.staff[0]),
    wishes.released(SEVEN, CHANGE, "9.2.1", "Update.", "remind_after", MONDAY),
    wishes.withheld(SEVEN, CHANGE, "9.2.1", None, MONDAY),
    wishes.over(SEVEN, DESK.staff[0], "Case 7 is closed."),
    wishes.advice(SEVEN, DESK, MAIL, "It is the fuser.", DESK.staff[0], Diagnosis.BUG),
    wishes.work_list(SEVEN, EVA_AGAIN, {"reader": "", "cases": [], "late": 0}, (7,)),
    wishes.report(SEVEN, EVA_AGAIN, week.figures((SEVEN,), DESK, MONDAY)),
    wishes.staff_receipt(SEVEN, DESK.staff[0], MAIL, ["done"], "", ""),
    wishes.undelivered(SEVEN, DESK, "relay", ANN, "550 no such user"),
    wishes.delayed(SEVEN, DESK, SEVEN.letters[0], MONDAY),
    wishes.silenced(SEVEN, DESK, ANN, "it complained", "complaint"),
)


@pytest.mark.parametrize("wish", ALL, ids=lambda wish: wish.letter)
def test_a_wish_has_a_template_and_the_facts_that_it_may_name(wish: Wish) -> None:
    assert any(wish.facts.keys() == sample.facts.keys() for sample in SAMPLES[wish.letter])
    assert {wish.audience} == {sample.audience for sample in SAMPLES[wish.letter]}


@pytest.mark.parametrize("wish", ALL, ids=lambda wish: wish.letter)
def test_the_samples_speak_in_the_name_of_a_person_where_the_letter_does(wish: Wish) -> None:
    assert bool(wish.in_name_of) in {bool(sample.in_name_of) for sample in SAMPLES[wish.letter]}


def test_there_is_a_wish_for_every_letter() -> None:
    assert {wish.letter for wish in ALL} == set(SAMPLES)


@pytest.mark.parametrize("wish", ALL, ids=lambda wish: wish.letter)
def test_a_letter_to_customers_goes_to_a_participant_and_one_to_engineers_to_an_engineer(wish: Wish) -> None:
    if wish.audience is Audience.STAFF:
        assert DESK.staff_at(wish.to) is not None
    elif wish.audience is Audience.CUSTOMER:
        assert SEVEN.has_participant(wish.to) != wish.apart
    else:
        assert DESK.engineer(wish.to) is not None


@pytest.mark.parametrize("wish", ALL, ids=lambda wish: wish.letter)
def test_no_letter_answers_itself_or_names_an_id_twice(wish: Wish) -> None:
    assert len(set(wish.references)) == len(wish.references)
    assert wish.references[:1] == (() if wish.apart else (SEVEN.root,))


def test_a_confirmation_carries_no_word_and_no_file_of_the_mail() -> None:
    confirmation = wishes.confirmation(SEVEN, MAIL, {})
    assert (confirmation.words, confirmation.attachments, confirmation.in_name_of) == ("", (), "")
    assert confirmation.answers == MAIL.message_id


def test_files_of_an_answer_and_of_a_close_go_along() -> None:
    assert wishes.relays(SEVEN, EVA_AGAIN, MAIL, "", "remind_after")[0].attachments == (FILE,)
    assert wishes.closed_by_engineer(SEVEN, EVA_AGAIN, MAIL, "See the file.")[0].attachments == (FILE,)


def test_everybody_on_the_case_gets_the_answer_and_the_customers_starts_the_wait() -> None:
    letters = wishes.relays(case(7, participants=(BOB, ANN, MALLORY)), EVA_AGAIN, MAIL, "Hello.", "remind_after")
    assert [(wish.to, wish.starts) for wish in letters] == [(BOB, ""), (ANN, "remind_after"), (MALLORY, "")]


def test_a_reader_sees_only_ids_he_can_know() -> None:
    """The thread of the customer is made of his mails and letters; of the engineer's, of hers."""
    later = Message(5, MONDAY, BOB, Role.PARTICIPANT, Kind.PERSON, "x", "bob-5@customer.example", "f", "0005-in.eml")
    whole = replace(SEVEN, participants=(ANN, BOB), messages=(*SEVEN.messages, later))
    ids = {letter.to: letter.message_id for letter in whole.letters}
    to_ann = wishes.closed_for_silence(whole)
    assert to_ann.references == (whole.root, ids[ANN])
    to_eva = wishes.undelivered(whole, DESK, "relay", ANN, "550")
    assert to_eva.references == (whole.root, ids[EVA])
    to_bob = wishes.relays(whole, EVA_AGAIN, MAIL, "Hello.", "remind_after")[1]
    assert to_bob.references == (whole.root, "bob-5@customer.example")
    assert to_bob.answers == "bob-5@customer.example"


def test_the_thread_of_a_long_case_keeps_its_root_and_the_latest() -> None:
    letters = tuple(letter(7, paper, ANN) for paper in range(2, 60))
    references = wishes.closed_for_silence(replace(SEVEN, letters=letters)).references
    assert len(references) == wishes.THREAD + 1
    assert references[0] == SEVEN.root
    assert references[-1] == letters[-1].message_id


def test_a_case_whose_first_mail_had_no_id_still_has_a_thread() -> None:
    nameless = replace(SEVEN, messages=tuple(replace(one, message_id="") for one in SEVEN.messages))
    wish = wishes.closed_for_silence(nameless)
    assert wish.references == (nameless.letters[0].message_id,)
    assert wish.answers == nameless.letters[0].message_id


def test_the_notice_goes_to_the_first_engineer_when_the_owner_has_left() -> None:
    assert wishes.replied(case(7, owner=MALLORY), DESK, MAIL, "").to == EVA
    assert wishes.replied(case(7, owner=MAX), DESK, MAIL, "").to == MAX
