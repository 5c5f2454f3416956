"""What does the desk decide at the edges, and do its laws hold whatever happens in whatever order?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import ANN, BOB, DESK, EVA, KEY, KEYS, MALLORY, MAX, MONDAY, SEALED, at, case, letter, mail

from rules import decide, tokens
from rules.case import Audience, Case, Letter, Post, Role, Status, Tie, Timer
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.hours import Calendar
from rules.lifecycle import Event
from rules.mail import NOBODY, Address, Attachment, Bounce, Fate, Kind, Mail, Report
from rules.quotes import marker
from rules.silenced import Cause, Silenced
from rules.threads import Known, Match, clues_of, match

NOTE = "the customer is difficult"
FILE = Attachment("log.txt", "text/plain", b"12:00 smoke")


def to_eva(number: int = 7, paper: int = 3) -> str:
    return tokens.message_id(DESK, SEALED, number, paper, EVA)


def decided(
    one: Mail, *cases: Case, follow_ups: dict[int, int] | None = None, desk: Desk = DESK, **more: object
) -> Decision:
    known = Known({one.number: one for one in cases}, {}, follow_ups or {})
    return decide.mail_came(one, match(one, clues_of(one, desk), known, KEYS), desk, at(**more))  # type: ignore[arg-type]


def by_eva(text: str, *cases: Case, **more: object) -> Decision:
    return decided(mail(EVA, text=text, in_reply_to=(to_eva(),), **more), *(cases or (case(7),)))


def names(decision: Decision) -> list[str]:
    return [wish.letter for wish in decision.wishes]


# A mail that opens a case.


def test_a_case_opened_by_nobody_is_kept_and_shown_to_the_owner_and_answered_to_nobody() -> None:
    decision = decided(mail(NOBODY))
    assert names(decision) == ["assigned"]
    assert decision.case.participants == ()


def test_an_answer_to_a_case_of_nobody_is_refused_rather_than_lost() -> None:
    nobody = case(7, customer=NOBODY, participants=())
    decision = by_eva("Who are you?", nobody)
    assert names(decision) == ["refused"]
    assert decision.case.status is Status.WITH_ENGINEER
    assert "nobody to write to" in decision.reason


def test_a_case_of_nobody_can_be_closed_without_a_letter_to_him() -> None:
    decision = by_eva("/close", case(7, customer=NOBODY, participants=()))
    assert names(decision) == ["receipt"]
    assert decision.case.status is Status.CLOSED


def test_people_in_copy_belong_to_the_case_but_never_the_desk_or_an_engineer() -> None:
    copied = (BOB, EVA, DESK.address, DESK.aliases[0], Address("BOB@customer.example"), Address("ann@CUSTOMER.example"))
    assert decided(mail(cc=copied)).case.participants == (ANN, BOB)


def test_a_follow_up_carries_owner_severity_and_product_over_and_is_linked() -> None:
    both = replace(DESK, engineers=tuple(replace(one, calendar=Calendar()) for one in DESK.engineers))
    old = case(7, Status.CLOSED, owner=MAX, severity="A", product="Printer driver")
    decision = decided(mail(subject="Re: [Case #7] Printer on fire", text="It burns again."), old, desk=both)
    new = decision.case
    assert (new.number, new.owner, new.severity, new.product) == (100, MAX, "A", "Printer driver")
    assert [(link.number, link.tie) for link in new.links] == [(7, Tie.FOLLOWS)]
    assert names(decision) == ["follow-up", "assigned"]
    assert decision.wishes[0].facts == {"closed_number": 7, "severity": {}, "expected": None}
    assert decision.wishes[1].to == MAX


def test_the_owner_of_a_follow_up_is_the_first_engineer_when_the_old_one_has_left() -> None:
    old = case(7, Status.CLOSED, owner=Address("gone@desk.example"))
    assert decided(mail(subject="[Case #7] x", text="It burns again."), old).case.owner == EVA


@pytest.mark.parametrize("kind", [Kind.LIST, Kind.SPAM])
def test_a_follow_up_by_a_list_or_marked_as_spam_is_opened_and_not_answered(kind: Kind) -> None:
    one = mail(subject="[Case #7] x", text="It burns again.", kind=kind, kind_evidence="a header")
    decision = decided(one, case(7, Status.CLOSED))
    assert names(decision) == ["assigned"]
    assert decision.case.links[0].number == 7


def test_thanks_with_a_file_are_more_than_thanks() -> None:
    closed = case(7, Status.CLOSED)
    assert decided(mail(subject="Re: [Case #7]", text="Thanks!"), closed).case.number == 7
    assert decided(mail(subject="Re: [Case #7]", text="Thanks!", attachments=(FILE,)), closed).case.number == 100


def test_mail_of_the_past_opens_a_case_and_writes_to_nobody() -> None:
    decision = decided(mail(), past=True)
    assert decision.wishes == ()
    assert decided(mail(subject="[Case #7] x"), case(7), past=True).wishes == ()


# An engineer's mail.


def test_an_answer_above_the_line_leaves_the_quoted_notice_behind() -> None:
    text = f"Pull the plug.\n\nOn Monday eva@desk.example got:\n> {marker('answer above')}\n> {NOTE}\n"
    (relay,) = by_eva(text).wishes
    assert relay.words == "Pull the plug."


def test_a_file_without_words_is_an_answer() -> None:
    (relay,) = by_eva("", attachments=(FILE,)).wishes
    assert (relay.letter, relay.words, relay.attachments) == ("relay", "", (FILE,))


def test_an_empty_answer_is_refused_and_the_wait_runs_on() -> None:
    waiting = case(7, Status.WITH_CUSTOMER, timer=Timer("remind_after", 2, MONDAY, MONDAY))
    decision = by_eva("\n\n", waiting)
    assert names(decision) == ["refused"]
    assert (decision.case.status, decision.case.timer) == (waiting.status, waiting.timer)


def test_a_file_that_comes_with_a_close_goes_to_the_customer() -> None:
    closed, receipt = by_eva("/close See the file.", attachments=(FILE,)).wishes
    assert (closed.letter, closed.attachments, closed.words) == ("closed", (FILE,), "See the file.")
    assert receipt.letter == "receipt"


def test_a_note_is_filed_and_in_no_letter_to_the_customer() -> None:
    decision = by_eva(f"/note {NOTE}")
    assert [(wish.letter, wish.to, wish.words) for wish in decision.wishes] == [("receipt", EVA, "")]
    assert decision.case.messages[-1].role is Role.ENGINEER


def test_an_engineer_without_proof_is_asked_whoever_the_owner_is() -> None:
    decision = decided(mail(MAX, subject="[Case #7] x", text="/close"), case(7))
    assert [(wish.letter, wish.to) for wish in decision.wishes] == [("unproven", MAX)]
    assert decision.case.messages[-1].held != ""
    assert decision.case.status is Status.WITH_ENGINEER


def held_case(stranger: Address) -> Case:
    """A case with a stranger's held mail as paper 4 and the letter about it as paper 5."""
    first = decided(mail(stranger, subject="[Case #7] x"), case(7)).case
    return first.with_letter(letter(7, 5, EVA, "held", Audience.ENGINEER))


def admit(*cases: Case, **more: object) -> Decision:
    return decided(mail(EVA, text="/admit", in_reply_to=(to_eva(7, 5),)), *cases, **more)  # type: ignore[arg-type]


def test_an_admitted_stranger_belongs_to_the_case_and_his_mail_is_held_no_more() -> None:
    after = admit(held_case(MALLORY)).case
    assert after.has_participant(MALLORY)
    assert [message.held for message in after.messages if message.role is Role.STRANGER] == [""]


def test_nobody_is_admitted_twice() -> None:
    once = admit(held_case(MALLORY)).case
    again = admit(once)
    assert names(again) == ["refused"]
    assert again.case.participants == once.participants


def test_a_stranger_of_two_held_mails_gets_each_answer_once_when_both_are_admitted() -> None:
    again = admit(replace(held_case(MALLORY), participants=(ANN, MALLORY)))
    assert names(again) == ["receipt"]
    assert again.case.participants == (ANN, MALLORY)


@pytest.mark.parametrize("unfit", [NOBODY, DESK.address, DESK.aliases[0]], ids=["nobody", "the desk", "an alias"])
def test_who_cannot_be_written_to_is_not_admitted(unfit: Address) -> None:
    decision = admit(held_case(unfit))
    assert names(decision) == ["refused"]
    assert decision.case.participants == (ANN,)


def test_the_held_letter_of_a_closed_case_admits_nobody_to_the_case_that_follows() -> None:
    closed = replace(held_case(MALLORY), status=Status.CLOSED)
    trudy = Address("trudy@stranger.example")
    following = decided(mail(trudy, subject="[Case #8] x"), case(8)).case
    following = following.with_letter(letter(8, 5, EVA, "held", Audience.ENGINEER))
    decision = admit(closed, following, follow_ups={7: 8})
    assert names(decision) == ["refused"]
    assert decision.case.number == 8
    assert not decision.case.has_participant(trudy)
    assert not decision.case.has_participant(MALLORY)


# Machines and bounces.


def bounce(of: str, **more: object) -> Mail:
    report = Bounce(of, ANN.address, "5.1.1", True, "no such user")
    return mail(
        Address("MAILER-DAEMON@mx.example.com"), kind=Kind.BOUNCE, kind_evidence="a bounce", bounce=report, **more
    )


def relayed(status: Status = Status.WITH_CUSTOMER) -> Case:
    sent = replace(letter(7, 4, ANN), post=Post.SENT, sent_at=MONDAY)
    return case(7, status, papers=4, timer=Timer("remind_after", 4, MONDAY, MONDAY + timedelta(days=3))).with_letter(
        sent
    )


def test_a_final_bounce_of_a_letter_to_the_customer_stops_the_wait_and_is_told() -> None:
    decision = decided(bounce(tokens.message_id(DESK, SEALED, 7, 4, ANN)), relayed())
    assert names(decision) == ["undelivered"]
    assert (decision.case.status, decision.case.timer) == (Status.WITH_ENGINEER, None)
    failed = decision.case.letter(4)
    assert failed is not None
    assert (failed.post, failed.error) == (Post.FAILED, "bounced: 5.1.1 no such user")


def test_the_second_bounce_of_one_letter_is_only_filed() -> None:
    first = decided(bounce(tokens.message_id(DESK, SEALED, 7, 4, ANN)), relayed()).case
    again = decided(bounce(tokens.message_id(DESK, SEALED, 7, 4, ANN), subject="again"), first)
    assert again.wishes == ()


def test_a_bounce_without_a_true_token_changes_nothing() -> None:
    before = relayed()
    forged = tokens.message_id(DESK, b"another key of thirty-two octets", 7, 4, ANN)
    decision = decided(bounce(forged, subject="[Case #7] undeliverable"), before)
    assert decision.wishes == ()
    assert (decision.case.status, decision.case.timer, decision.case.letters) == (
        before.status,
        before.timer,
        before.letters,
    )


def delayed(paper: int, retry_until: datetime | None = None) -> Mail:
    one = bounce(tokens.message_id(DESK, SEALED, 7, paper, ANN))
    assert one.bounce is not None
    return replace(one, bounce=replace(one.bounce, permanent=False, status="4.2.2", retry_until=retry_until))


def test_a_letter_that_is_delayed_holds_the_wait_until_its_server_would_have_given_up() -> None:
    decision = decided(delayed(4), relayed())
    assert (decision.wishes, decision.case.status) == ((), Status.WITH_CUSTOMER)
    assert decision.case.timer and decision.case.timer.since == MONDAY + timedelta(days=5)
    assert decision.case.timer.delayed == MONDAY


def test_a_server_that_tries_longer_than_five_days_holds_the_wait_no_longer() -> None:
    timer = decided(delayed(4, MONDAY + timedelta(days=30)), relayed()).case.timer
    assert timer and timer.since == MONDAY + timedelta(days=5)


def test_the_delay_of_another_letter_holds_no_wait() -> None:
    assert decided(delayed(2), relayed()).case.timer == relayed().timer


def test_of_several_recipients_the_one_we_wrote_to_counts() -> None:
    one = bounce(tokens.message_id(DESK, SEALED, 7, 4, ANN))
    assert one.bounce is not None
    others = (Report(ANN.address, "2.1.5", Fate.TAKEN),)
    decision = decided(replace(one, bounce=replace(one.bounce, recipient=BOB.address, others=others)), relayed())
    assert (decision.wishes, decision.case.timer) == ((), relayed().timer)


def test_a_bounce_of_a_closed_cases_letter_leaves_the_letters_of_its_follow_up_alone() -> None:
    following = case(8)
    decision = decided(
        bounce(tokens.message_id(DESK, SEALED, 7, 2, ANN)), case(7, Status.CLOSED), following, follow_ups={7: 8}
    )
    assert decision.case.number == 7
    assert decision.case.status is Status.CLOSED
    assert names(decision) == ["undelivered"]


def test_a_letter_to_somebody_in_copy_that_fails_stops_neither_the_wait_nor_a_waiting_reminder() -> None:
    reminder = letter(7, 6, ANN, "reminder")
    before = case(7, Status.REMINDED_ONCE, participants=(ANN, BOB), papers=6, timer=Timer("remind_again_after", 6))
    before = before.with_letter(letter(7, 5, BOB)).with_letter(reminder)
    decision = decide.letter_refused(before, 5, "550 no such user", DESK, MONDAY)
    assert names(decision) == ["undelivered"]
    assert decision.case.timer == before.timer
    assert decision.case.status is Status.REMINDED_ONCE
    assert decision.case.letter(6) == reminder, "the reminder that starts the wait must still go out"


def test_a_notice_that_fails_is_told_to_its_engineer_once_and_the_failure_of_that_to_nobody() -> None:
    waiting = relayed()
    first = decide.letter_refused(waiting, 3, "552 too large", DESK, MONDAY)
    assert names(first) == ["undelivered"]
    assert (first.case.status, first.case.timer) == (waiting.status, waiting.timer)
    second = first.case.with_letter(letter(7, 5, EVA, "undelivered", Audience.ENGINEER))
    again = decide.letter_refused(second, 5, "550 no such user", DESK, MONDAY)
    assert again.wishes == ()
    assert "cannot be delivered" in again.case.history[-1].event


def robot(sender: Address, **more: object) -> Mail:
    return mail(sender, kind=Kind.MACHINE, kind_evidence="Auto-Submitted: auto-generated", **more)


def test_a_robot_that_answers_the_notices_of_an_engineer_is_told_about_once_and_not_for_ever() -> None:
    """Else it would answer the notice about its answer, and so on."""
    one = decided(robot(EVA, in_reply_to=(to_eva(),)), case(7))
    assert names(one) == ["replied"]
    two = decided(robot(EVA, subject="once more", in_reply_to=(to_eva(),)), one.case)
    assert names(two) == []
    assert len(two.case.messages) == 3


def test_a_robot_of_the_customer_is_shown_each_time_and_changes_nothing() -> None:
    one = decided(robot(ANN, subject="[Case #7] alarm"), case(7))
    two = decided(robot(ANN, subject="[Case #7] alarm over"), one.case)
    assert (names(one), names(two)) == (["replied"], ["replied"])
    assert two.case.status is Status.WITH_ENGINEER


# A mail that lies unread in quarantine.


ID, WHY = "20260302-090000-0f0f0f0f", "expected at most 10 octets, found 11"
OPEN = [status for status in Status if status is not Status.CLOSED]


def unread(one: Mail, *cases: Case, id: str = ID, ids: dict[str, int] | None = None, **more: object) -> Decision | None:
    known = Known({one.number: one for one in cases}, ids or {}, {})
    found = match(one, clues_of(one, DESK), known, KEYS)
    return decide.mail_unread(one, found, DESK, at(**more), id, WHY)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", OPEN)
def test_an_unread_mail_of_a_participant_ends_the_wait_and_is_told_without_its_words(status: Status) -> None:
    waiting = case(7, status, timer=Timer("remind_after", 2, MONDAY, MONDAY))
    decision = unread(mail(subject="[Case #7] x", text="My password is 1234.", attachments=(FILE,)), waiting)
    assert decision is not None
    ours = Status.ESCALATED if status is Status.ESCALATED else Status.WITH_ENGINEER
    assert (decision.case.status, decision.case.timer) == (ours, None)
    (wish,) = decision.wishes
    assert (wish.letter, wish.to, wish.words, wish.attachments) == ("replied", EVA, "", ())
    assert ID in str(wish.facts["remark"]) and WHY in str(wish.facts["remark"])
    entry = decision.case.history[-1]
    assert (entry.event, entry.rule, entry.by) == (Event.MAIL_UNREAD, f"quarantine {ID}", ANN.address)
    assert entry.evidence == f"names case 7 in its subject; {WHY}"


def test_an_unread_mail_overtakes_a_reminder_that_has_not_gone_out() -> None:
    reminder = letter(7, 4, ANN, "reminder")
    waiting = case(7, Status.REMINDED_ONCE, letters=(*case(7).letters, reminder), papers=4)
    decision = unread(mail(subject="[Case #7] x"), waiting)
    assert decision is not None
    assert decision.case.letters[-1].post is Post.WITHDRAWN


@pytest.mark.parametrize("sender", [MALLORY, EVA, NOBODY], ids=str)
def test_whoever_answers_a_mail_of_the_case_may_be_the_customer_at_another_desk(sender: Address) -> None:
    for parent in (case(7).letters[0].message_id, "first-7@customer.example"):
        decision = unread(mail(sender, in_reply_to=(parent,)), case(7), ids={"first-7@customer.example": 7})
        assert decision is not None
        assert names(decision) == ["replied"]


OF_THEIR_OWN = (
    #    a mail in quarantine from       about
    (MALLORY,                     "[Case #7] x"),
    (ANN,                         "Printer on fire"),
)  # fmt: skip


@pytest.mark.parametrize(("sender", "subject"), OF_THEIR_OWN)
def test_a_mail_in_quarantine_that_is_about_no_case_of_its_author_opens_one(sender: Address, subject: str) -> None:
    decision = unread(mail(sender, subject, "Let me in.", attachments=(FILE,)), case(7, Status.WITH_CUSTOMER))
    assert decision is not None
    assert (decision.case.number, decision.case.messages) == (100, ())
    assert names(decision) == ["confirmation", "assigned"]
    notice = decision.wishes[-1]
    assert (notice.words, notice.attachments) == ("", ())
    assert "It lies in quarantine under 2026" in str(notice.facts["remark"])


@pytest.mark.parametrize("kind", [Kind.OUT_OF_OFFICE, Kind.BOUNCE], ids=str)
@pytest.mark.parametrize("subject", ["[Case #7] x", "x"])
def test_of_a_machines_mail_in_quarantine_or_one_of_nobody_nobody_hears(kind: Kind, subject: str) -> None:
    assert unread(mail(ANN, subject, kind=kind), case(7, Status.WITH_CUSTOMER)) is None
    assert unread(mail(NOBODY, subject), case(7, Status.WITH_CUSTOMER)) is None


def test_a_mail_set_aside_again_after_a_crash_is_told_once() -> None:
    one = mail(subject="[Case #7] x")
    first = unread(one, case(7))
    assert first is not None
    assert unread(one, first.case, id="20260302-090059-0f0f0f0f") is None
    assert unread(one, first.case, id="20260302-090000-1e1e1e1e") is not None, "another mail"


def test_an_unread_mail_to_a_closed_case_or_of_the_past_is_noted_and_told_to_nobody() -> None:
    one = mail(subject="[Case #7] x")
    closed, past = unread(one, case(7, Status.CLOSED, closed_at=MONDAY)), unread(one, case(7), past=True)
    assert closed is not None and past is not None
    assert (closed.case.status, names(closed), names(past)) == (Status.CLOSED, [], [])
    assert closed.case.history[-1].event == past.case.history[-1].event == Event.MAIL_UNREAD


# Time and the post.


def test_a_wait_in_a_state_that_knows_none_is_dropped_and_closes_nothing() -> None:
    """A case.json edited by hand, for example."""
    odd = case(7, timer=Timer("remind_after", 2, MONDAY, MONDAY))
    decision = decide.time_passed(odd, DESK, MONDAY)
    assert (decision.case.status, decision.case.closed_at, decision.case.timer) == (Status.WITH_ENGINEER, None, None)
    assert decision.wishes == ()


def test_only_the_letter_that_starts_the_wait_starts_it_and_only_once() -> None:
    waiting = case(7, Status.WITH_CUSTOMER, timer=Timer("remind_after", 3))
    assert decide.letter_accepted(waiting, 2, DESK, MONDAY).timer == waiting.timer
    begun = decide.letter_accepted(waiting, 3, DESK, MONDAY)
    assert begun.due == MONDAY + timedelta(days=3)
    assert decide.letter_accepted(begun, 3, DESK, MONDAY + timedelta(days=1)).due == begun.due


def test_a_wait_until_a_moment_that_was_asked_for_ends_then_and_not_before_its_letter_is_out() -> None:
    asked = Timer("remind_after", 3, until=MONDAY + timedelta(days=20))
    waiting = case(7, Status.WITH_CUSTOMER, timer=asked)
    assert waiting.due is None
    assert decide.letter_accepted(waiting, 3, DESK, MONDAY).due == asked.until
    late = decide.letter_accepted(waiting, 3, DESK, MONDAY + timedelta(days=21))
    assert late.due == MONDAY + timedelta(days=24), "a letter and its reminder do not go out together"
    begun = decide.letter_accepted(waiting, 3, DESK, MONDAY)
    told = decide.time_passed(begun, DESK, MONDAY + timedelta(days=20)).case.history[-1]
    assert told.rule == "asked to wait until 2026-03-22T09:00:00Z"


def test_what_is_told_of_a_letter_that_does_not_exist_changes_nothing() -> None:
    assert decide.letter_accepted(case(7), 99, DESK, MONDAY) == case(7)
    assert decide.letter_refused(case(7), 99, "550", DESK, MONDAY).case == case(7)


# Whatever happens, in whatever order.


class Shell:
    """What the daemon does with decisions, without the daemon: it numbers letters and keeps cases."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.now = MONDAY
        self.count = 0
        self.customer_wishes: list[Wish] = []

    def receive(self, one: Mail) -> Decision:
        follow_ups = {
            link.number: number
            for number, one_case in self.cases.items()
            if not one_case.closed
            for link in one_case.links
        }
        known = Known(self.cases, {}, follow_ups)
        found: Match = match(one, clues_of(one, DESK), known, KEYS)
        decision = decide.mail_came(one, found, DESK, at(self.now, max(self.cases, default=0) + 1))
        self.keep(decision)
        return decision

    def keep(self, decision: Decision) -> None:
        made = decision.case
        for wish in decision.wishes:
            paper = made.papers + 1
            message_id = tokens.message_id(DESK, tokens.dated(KEY, self.now), made.number, paper, wish.to)
            new = Letter(paper, wish.letter, wish.to, wish.audience, "", message_id, f"{paper:04d}.eml", self.now)
            made = made.with_letter(new)
            if wish.starts:
                made = replace(made, timer=Timer(wish.starts, paper))
            if wish.audience is Audience.CUSTOMER:
                self.customer_wishes.append(wish)
        self.cases[made.number] = made

    def newest_letter_to(self, reader: Address, number: int) -> str:
        letters = [one for one in self.cases[number].letters if one.to == reader] if number in self.cases else []
        return letters[-1].message_id if letters else "nothing@customer.example"


NOTICE = f"\n\nOn Monday the desk wrote to eva@desk.example:\n> {marker('answer above this line')}\n> {NOTE}\n"
THINGS_TO_SAY = (
    "It burns.", "Thanks!", "/close", "/close Done.", "/note " + NOTE, "/note\n" + NOTE, "/admit", "/help", "/frobnicate", "",
    "/close Done.\n/note " + NOTE, "Hello.\n/note " + NOTE,
)  # fmt: skip
steps = st.one_of(
    st.tuples(
        st.just("mail"),
        st.sampled_from([ANN, BOB, MALLORY, EVA, MAX, NOBODY, DESK.address]),
        st.sampled_from(
            [Kind.PERSON, Kind.PERSON, Kind.PERSON, Kind.OUT_OF_OFFICE, Kind.MACHINE, Kind.BOUNCE, Kind.LIST]
        ),
        st.sampled_from(THINGS_TO_SAY),
        st.integers(0, 4),
        st.booleans(),
    ),
    st.tuples(st.just("days"), st.integers(1, 4)),
    st.tuples(st.just("accepted"), st.integers(1, 4)),
    st.tuples(st.just("refused"), st.integers(1, 4)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(steps, max_size=30))
def test_the_laws_hold_whatever_happens(story: list[tuple[object, ...]]) -> None:
    shell = Shell()
    for step in story:
        before = dict(shell.cases)
        play(shell, step)
        for number, old in before.items():
            closed_is_final(old, shell.cases[number])
        for one in shell.cases.values():
            waits_only_for_a_customer_who_was_written_to(one)
    inside_stays_inside(shell)


def play(shell: Shell, step: tuple[object, ...]) -> None:
    what, *more = step
    if what == "mail":
        write(shell, *more)  # type: ignore[arg-type]
    elif what == "days":
        shell.now += timedelta(days=more[0])  # type: ignore[arg-type]
        for one in list(shell.cases.values()):
            if one.due is not None and one.due <= shell.now:
                shell.keep(decide.time_passed(one, DESK, shell.now))
    else:
        for one in (one for one in list(shell.cases.values()) if one.number == more[0]):
            post(shell, one, str(what))


def write(shell: Shell, sender: Address, kind: Kind, text: str, number: int, with_token: bool) -> None:
    shell.count += 1
    parents = (shell.newest_letter_to(sender, number),) if with_token else ()
    subject = f"Re: [Case #{number}] x" if number else "x"
    one = mail(sender, subject, text + NOTICE if with_token else text, fingerprint=str(shell.count), in_reply_to=parents,
               kind=kind, kind_evidence="a header", cc=(BOB,) if shell.count % 3 == 0 else ())  # fmt: skip
    before = set(shell.cases)
    decision = shell.receive(one)
    answers = [wish for wish in decision.wishes if wish.letter in ("confirmation", "follow-up")]
    opened = {number for number in set(shell.cases) - before if not shell.cases[number].book}
    may_be_answered = kind is Kind.PERSON and sender not in (NOBODY, DESK.address)
    assert len(answers) == (1 if opened and may_be_answered else 0), "one confirmation for each case a person opens"
    assert all(wish.to == sender for wish in answers)
    assert decision.case.messages[-1].fingerprint == one.fingerprint, "every mail is filed"
    assert decision.reason, "every decision has a reason"


def post(shell: Shell, one: Case, what: str) -> None:
    waiting = [paper for paper in one.letters if paper.post is Post.WAITING]
    if not waiting:
        return
    if what == "accepted":
        shell.cases[one.number] = decide.letter_accepted(one, waiting[0].paper, DESK, shell.now)
    else:
        shell.keep(decide.letter_refused(one, waiting[0].paper, "550 no such user", DESK, shell.now))


def closed_is_final(old: Case, new: Case) -> None:
    if old.closed:
        kept = ("status", "timer", "closed_at", "owner", "customer", "participants", "severity", "subject", "links")
        assert all(getattr(old, name) == getattr(new, name) for name in kept)
        assert (old.closed_at is not None, old.timer) == (True, None)


def waits_only_for_a_customer_who_was_written_to(one: Case) -> None:
    if one.status in (Status.WITH_ENGINEER, Status.CLOSED):
        assert one.timer is None
        return
    assert one.timer is not None, f"case {one.number} is {one.status} and would wait for ever"
    asking = one.letter(one.timer.letter)
    assert asking is not None
    assert asking.to == one.customer
    assert (asking.post is Post.SENT) == (one.timer.since is not None)
    assert asking.post in (Post.SENT, Post.WAITING), f"the wait hangs on a letter that is {asking.post}"


def inside_stays_inside(shell: Shell) -> None:
    for wish in shell.customer_wishes:
        shown = f"{wish.words} {wish.facts} {wish.in_name_of}"
        assert NOTE not in shown
        assert "@desk.example" not in shown
        assert not any(word in wish.words for word in ("/close", "/note", "/admit"))


def test_every_event_has_a_way_into_the_decisions() -> None:
    from rules.answers import ANSWERS

    assert set(Event) - set(ANSWERS) == {
        Event.SILENCE,
        Event.UNDELIVERABLE,
        Event.HELD_TOO_LONG,
        Event.CHANGE_WENT_ON,
        Event.CHANGE_DECLINED,
        Event.CHANGE_RELEASED,
        Event.CHANGE_BACK,
        Event.DELAYED,
        Event.COMPLAINED,
        Event.UNASKED,
        Event.MAIL_UNREAD,
    }


# What a case.json that was edited by hand can bring.


@pytest.mark.parametrize("silenced", [False, True])
def test_a_wait_in_a_state_in_which_none_runs_ends_and_nobody_is_written_to(silenced: bool) -> None:
    odd = case(7, timer=Timer("remind_after", 2, due=MONDAY))
    desk = replace(DESK, silenced={ANN.key: Silenced(ANN, Cause.BOUNCE, MONDAY, 7, "550")}) if silenced else DESK
    decision = decide.time_passed(odd, desk, MONDAY)
    assert (decision.case, decision.wishes) == (replace(odd, timer=None), ())
    assert "cannot happen: no wait is running" in decision.reason


def test_what_is_not_there_to_be_late_changes_nothing() -> None:
    plain = case(7)
    assert decide.target_near(plain, DESK, MONDAY) == Decision(plain)
    assert decide.held_too_long(plain, {}, DESK, at()) == Decision(plain)
