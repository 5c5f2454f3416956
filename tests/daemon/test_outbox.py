"""In what order does the outbox post, when does it try again, and what does it do when everything goes wrong?"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from conversations.player import DESK, MONDAY, Player, Sent
from daemon_under_test import HANG_UP, SILENT, FaultySmtp, smtp_settings, wait_until

from daemon import maillog
from daemon.backoff import Backoff
from daemon.errors import DamagedFile, LinkDown, StoreUnwritable
from daemon.intake.arrival import Arrival
from daemon.outbox import LOGIN_REFUSED_SECONDS, Outbox, wait_after
from daemon.smtp_send import Answer, LoginRefused, SmtpLink, Taken
from rules.case import Audience, Letter, Post, Status
from rules.mail import Address

ANN, EVA = "ann@customer.example", "eva@desk.example"
MINUTE = timedelta(minutes=1)


class Answering:
    """A link that says what it is told to say, and remembers every attempt."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.error: Exception | None = None
        self.attempts: list[Sent] = []

    def post(self, raw: bytes, sender: str, recipient: str) -> Answer:
        if self.error:
            raise self.error
        self.attempts.append(Sent(recipient, raw))
        return self.answers.get(recipient, Answer(Taken.YES, "250 ok"))

    def close(self) -> None: ...

    def abort(self) -> None: ...

    @property
    def lines(self) -> list[str]:
        return [sent.line for sent in self.attempts]


def outbox_of(player: Player, link: object, give_up_after: timedelta = timedelta(days=5)) -> Outbox:
    return Outbox(player.service.post, link, lambda: "support@example.com", player.clock, give_up_after)  # type: ignore[arg-type]


def opened(player: Player) -> Answering:
    """A case of Ann's whose letters still wait, and a link of our own."""
    player.server.down = True
    player.write(ANN, "Printer on fire", "There is smoke.", [])
    return Answering()


def letters_of(player: Player, number: int = 1) -> dict[str, Letter]:
    case = player.store.case(number)
    assert case is not None
    return {letter.name: letter for letter in case.letters}


LATER = Answer(Taken.LATER, "451 4.7.1 greylisted")


def test_a_deferred_letter_is_tried_again_after_5_10_20_40_and_66_minutes_with_the_same_octets(player: Player) -> None:
    link = opened(player)
    link.answers[ANN] = LATER
    outbox = outbox_of(player, link)
    tried = []
    for _ in range(60 * 6):
        before = len(link.attempts)
        outbox.post_waiting()
        if any(sent.to == ANN for sent in link.attempts[before:]):
            tried.append(player.clock.now() - MONDAY)
        player.clock.advance(MINUTE)
    waits = [round((after - before) / MINUTE) for before, after in pairwise(tried)]
    assert waits[:6] == [5, 10, 20, 40, 67, 67]
    assert len({sent.raw for sent in link.attempts if sent.to == ANN}) == 1
    assert letters_of(player)["confirmation"].attempts == len(tried)


def test_a_broken_connection_is_tried_again_sooner() -> None:
    letter = Letter(2, "relay", Address(ANN), Audience.CUSTOMER, "", "", "", MONDAY)
    waits = [
        wait_after(replace(letter, attempts=tries), Answer(Taken.LATER, "the connection broke"))
        for tries in (0, 1, 2, 99)
    ]
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40), timedelta(seconds=4000)]


def test_after_five_days_a_letter_is_given_up_and_the_owner_told(player: Player) -> None:
    link = opened(player)
    link.answers[ANN] = LATER
    outbox = outbox_of(player, link)
    for _ in range(45):
        outbox.post_waiting()
        player.clock.advance(timedelta(hours=3))
    failed = letters_of(player)["confirmation"]
    assert failed.post is Post.FAILED
    assert failed.error.startswith("given up after 5 days")
    assert "451 4.7.1 greylisted" in failed.error
    outbox.post_waiting()
    assert f"{EVA} [Case #1] undelivered" in link.lines


def test_after_a_long_outage_of_the_server_a_letter_gets_its_whole_time(player: Player) -> None:
    """It waited for a week before there was anybody to ask: that says nothing about the letter."""
    link = opened(player)
    link.error = LinkDown("no server")
    outbox = outbox_of(player, link)
    for _ in range(7):
        with pytest.raises(LinkDown):
            outbox.post_waiting()
        player.clock.advance(timedelta(days=1))
    link.error = None
    link.answers[ANN] = LATER
    first = player.clock.now()
    while player.clock.now() - first < timedelta(days=5):
        outbox.post_waiting()
        assert letters_of(player)["confirmation"].post is Post.WAITING
        assert letters_of(player)["confirmation"].first_attempt == first
        player.clock.advance(timedelta(hours=2))
    player.clock.advance(timedelta(hours=2))
    outbox.post_waiting()
    assert letters_of(player)["confirmation"].post is Post.FAILED


def test_a_letter_is_never_given_up_at_its_first_attempt(player: Player) -> None:
    link = opened(player)
    link.answers[ANN] = LATER
    outbox = outbox_of(player, link, give_up_after=timedelta())
    player.clock.advance(timedelta(hours=1))
    outbox.post_waiting()
    assert letters_of(player)["confirmation"].post is Post.WAITING
    player.clock.advance(timedelta(hours=1))
    outbox.post_waiting()
    assert letters_of(player)["confirmation"].post is Post.FAILED


def test_a_later_letter_never_overtakes_a_deferred_one_to_the_same_reader(player: Player) -> None:
    link = opened(player)
    link.answers[ANN] = LATER
    outbox = outbox_of(player, link)
    outbox.post_waiting()
    notice = next(sent for sent in link.attempts if sent.to == EVA)
    player.server.taken.append(notice)
    player.write(EVA, "answers assigned", "Pull the plug.", [])
    link.answers.clear()
    outbox.post_waiting()
    assert not any(line == f"{ANN} [Case #1] relay" for line in link.lines), "the relay came before the confirmation"
    player.clock.advance(6 * MINUTE)
    outbox.post_waiting()
    assert [line for line in link.lines if line.startswith(ANN)][-2:] == [
        f"{ANN} [Case #1] confirmation",
        f"{ANN} [Case #1] relay",
    ]


def test_the_order_holds_when_letters_of_several_cases_wait(player: Player) -> None:
    """Case 1, case 2, case 1 again: the third must not be posted once the first was deferred."""
    opened(player)
    player.clock.advance(MINUTE)
    player.write("bob@customer.example", "No paper", "None.", [])
    player.clock.advance(MINUTE)
    link = Answering()
    link.answers[EVA] = LATER
    outbox = outbox_of(player, link)
    player.write(ANN, "Re: [Case #1] Printer on fire", "More smoke.", [])
    outbox.post_waiting()
    assert [line for line in link.lines if line.startswith(EVA)] == [
        f"{EVA} [Case #1] assigned",
        f"{EVA} [Case #2] assigned",
    ]


def test_a_letter_to_one_reader_does_not_wait_for_another(player: Player) -> None:
    link = opened(player)
    link.answers[ANN] = LATER
    outbox_of(player, link).post_waiting()
    assert letters_of(player)["assigned"].post is Post.SENT
    assert letters_of(player)["confirmation"].post is Post.WAITING


def test_a_refused_letter_is_written_on_the_case_told_to_the_owner_and_not_tried_again(player: Player) -> None:
    link = opened(player)
    link.answers[ANN] = Answer(Taken.NEVER, "550 5.1.1 no such user")
    outbox = outbox_of(player, link)
    for _ in range(3):
        outbox.post_waiting()
        player.clock.advance(timedelta(days=1))
    assert link.lines.count(f"{ANN} [Case #1] confirmation") == 1
    assert link.lines.count(f"{EVA} [Case #1] undelivered") == 1
    assert letters_of(player)["confirmation"].error == "550 5.1.1 no such user"


def test_a_withdrawn_reminder_is_not_sent(player: Player) -> None:
    player.write(ANN, "Printer on fire", "There is smoke.", [])
    player.write(EVA, "answers assigned", "Pull the plug.", [])
    player.server.down = True
    player.pass_time(timedelta(days=3, hours=1))
    reminder = letters_of(player)["reminder"]
    assert reminder.post is Post.WAITING
    player.write(ANN, "answers relay", "I did.", [])
    assert letters_of(player)["reminder"].post is Post.WITHDRAWN
    link = Answering()
    outbox_of(player, link).post_waiting()
    assert link.lines == [f"{EVA} [Case #1] replied"]
    assert player.service.post.paper(1, reminder) is None, "even a round that had begun before finds it withdrawn"


# The store fails at the wrong moment.


class Unwritable:
    """The service, with a store that cannot note what was sent."""

    def __init__(self, player: Player, error: Exception) -> None:
        self._service, self.error = player.service.post, error

    def accepted(self, number: int, letters: list[Letter]) -> None:
        if self.error:
            raise self.error
        self._service.accepted(number, letters)

    def __getattr__(self, name: str) -> object:
        return getattr(self._service, name)


def test_while_the_store_cannot_note_what_was_sent_nothing_is_sent_again(player: Player) -> None:
    link = opened(player)
    service = Unwritable(player, StoreUnwritable("the disk is full"))
    outbox = Outbox(service, link, lambda: "support@example.com", player.clock, timedelta(days=5))  # type: ignore[arg-type]
    for _ in range(5):
        with pytest.raises(StoreUnwritable):
            outbox.post_waiting()
    assert sorted(link.lines) == sorted(set(link.lines)), "a letter went out twice because the disk was full"
    service.error = None  # type: ignore[assignment]
    outbox.post_waiting()
    assert {letter.post for letter in letters_of(player).values()} == {Post.SENT}
    assert sorted(link.lines) == sorted(set(link.lines))


def test_a_letter_whose_file_is_damaged_is_refused_and_the_others_go_out(player: Player) -> None:
    link = opened(player)
    (player.store.folder(1) / letters_of(player)["confirmation"].file).write_bytes(b"not what the desk wrote")
    outbox = outbox_of(player, link)
    outbox.post_waiting()
    assert letters_of(player)["confirmation"].post is Post.FAILED
    assert "damaged" in letters_of(player)["confirmation"].error
    assert letters_of(player)["assigned"].post is Post.SENT


def test_a_damaged_case_keeps_its_letters_and_does_not_keep_those_of_the_others(
    player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    opened(player)
    player.write("bob@customer.example", "No paper", "None.", [])
    (player.store.folder(1) / "case.json").write_text("{}")
    link = Answering()
    outbox = outbox_of(player, link)
    for _ in range(3):
        outbox.post_waiting()
    assert sorted(link.lines) == ["bob@customer.example [Case #2] confirmation", f"{EVA} [Case #2] assigned"]
    assert len([record for record in caplog.records if "case 1:" in record.getMessage()]) == 1, "told once"


# The thread.


def running(player: Player, link: object) -> Outbox:
    outbox = outbox_of(player, link)
    outbox.start()
    return outbox


def test_the_thread_posts_what_waits_and_is_woken_for_more(player: Player) -> None:
    link = opened(player)
    outbox = running(player, link)
    player.service.cases.on_letters = outbox.wake
    wait_until(lambda: len(link.attempts) == 2, "the first two letters")
    player.service.take(
        [Arrival(b"From: bob@customer.example\r\nSubject: No paper\r\n\r\nNone.\r\n", "test", player.clock.now())]
    )
    wait_until(lambda: len(link.attempts) == 4, "the letters about the second case")
    outbox.stop()


@pytest.mark.parametrize("error", [LinkDown("no server"), RuntimeError("a bug"), ValueError("a bug")], ids=repr)
def test_the_thread_outlives_every_error(player: Player, error: Exception) -> None:
    link = opened(player)
    link.error = error
    outbox = outbox_of(player, link)
    outbox._backoff = Backoff(first=0.01, most=0.02)
    outbox.start()
    time.sleep(0.1)
    link.error = None
    wait_until(lambda: len(link.attempts) == 2, "the letters after the error")
    outbox.stop()


def test_stop_waits_for_the_letter_in_hand(player: Player) -> None:
    opened(player)
    with FaultySmtp() as server:
        server.pause_before_end = 0.3
        outbox = running(player, SmtpLink(smtp_settings(server.port), "example.com"))
        wait_until(lambda: len(server.taken) == 1, "the first letter")
        outbox.stop()
        assert len(server.taken) == 1
    states = [letter.post for letter in letters_of(player).values()]
    assert sorted(states) == [Post.SENT, Post.WAITING]


def test_stop_breaks_off_when_the_server_is_silent_and_the_letter_stays_waiting(player: Player) -> None:
    opened(player)
    with FaultySmtp(MAIL=SILENT) as server:
        outbox = running(player, SmtpLink(smtp_settings(server.port), "example.com"))
        wait_until(lambda: any("mail" in command.lower() for command in server.commands), "MAIL FROM")
        began = time.monotonic()
        outbox.stop(within_seconds=0.2)
        assert time.monotonic() - began < 3
        assert not any(thread.name == "outbox" for thread in threading.enumerate())
    assert {letter.post for letter in letters_of(player).values()} == {Post.WAITING}


def test_a_stopped_outbox_begins_no_letter_however_late_the_server_greets(player: Player) -> None:
    """After a reload another outbox posts: two of them would send everything twice."""
    opened(player)
    with FaultySmtp(banner=SILENT) as server:
        outbox = running(player, SmtpLink(smtp_settings(server.port), "example.com"))
        wait_until(lambda: len(server.connections) == 1, "the connection")
        outbox.stop(within_seconds=0.1)
        del server.faults["banner"]
    wait_until(lambda: not any(thread.name == "outbox" for thread in threading.enumerate()), "the end of the thread")
    assert server.taken == []


# A whole conversation with servers that fail: the letter's state afterwards.

AFTERWARDS = (
    #  what goes wrong                       the confirmation is       copies  told to the owner
    ({},                                     Post.SENT,                1,      False),
    ({"MAIL": "451 4.7.1 greylisted"},       Post.WAITING,             0,      False),
    ({"RCPT": "452 4.2.2 mailbox full"},     Post.WAITING,             0,      False),
    ({"RCPT": "421 4.3.2 going down"},       Post.WAITING,             0,      False),
    ({"DATA": "451 4.3.0 no room"},          Post.WAITING,             0,      False),
    ({"body": HANG_UP},                      Post.WAITING,             0,      False),
    ({"end": HANG_UP},                       Post.WAITING,             1,      False),
    ({"end": "451 4.3.0 try later"},         Post.WAITING,             1,      False),
    ({"RCPT": "550 5.1.1 no such user"},     Post.FAILED,              0,      True),
    ({"end": "552 5.3.4 too big"},           Post.FAILED,              1,      True),
    ({"end": "554 5.7.1 spam"},              Post.FAILED,              1,      True),
    ({"QUIT": HANG_UP},                      Post.SENT,                1,      False),
)  # fmt: skip


@pytest.mark.parametrize(("faults", "state", "copies", "told"), AFTERWARDS, ids=lambda value: str(value)[:40])
def test_the_state_of_the_letter_is_what_the_server_said(
    player: Player, faults: dict[str, str], state: Post, copies: int, told: bool
) -> None:
    opened(player)
    with FaultySmtp(**faults) as server:
        link = SmtpLink(smtp_settings(server.port), DESK.address.domain)
        outbox_of(player, link).post_waiting()
        link.close()
        copies_of = [raw for recipient, raw in server.taken if recipient == ANN]
    assert letters_of(player)["confirmation"].post is state
    assert len(copies_of) == copies
    assert ("undelivered" in letters_of(player)) is told


def test_when_the_answer_to_the_last_dot_is_lost_the_second_copy_is_the_first_to_the_octet(player: Player) -> None:
    opened(player)
    with FaultySmtp(end=HANG_UP) as server:
        link = SmtpLink(smtp_settings(server.port), "example.com")
        outbox = outbox_of(player, link)
        outbox.post_waiting()
        server.faults.clear()
        player.clock.advance(MINUTE)
        outbox.post_waiting()
        link.close()
        copies = [raw for recipient, raw in server.taken if recipient == ANN]
    assert len(copies) == 2
    assert copies[0] == copies[1] == player.store.paper(1, letters_of(player)["confirmation"].file)


def test_a_server_that_is_away_costs_the_letters_no_attempt(player: Player) -> None:
    link = opened(player)
    link.error = LinkDown("no server")
    with pytest.raises(LinkDown):
        outbox_of(player, link).post_waiting()
    assert {letter.attempts for letter in letters_of(player).values()} == {0}
    assert {letter.next_attempt for letter in letters_of(player).values()} == {None}


def test_a_wait_begins_with_the_attempt_that_succeeds(player: Player) -> None:
    player.write(ANN, "Printer on fire", "There is smoke.", [])
    player.server.down = True
    player.write(EVA, "answers assigned", "Pull the plug.", [])
    link = Answering()
    link.answers[ANN] = LATER
    outbox = outbox_of(player, link)
    outbox.post_waiting()
    case = player.store.case(1)
    assert case is not None
    assert (case.status, case.due) == (Status.WITH_CUSTOMER, None)
    player.clock.advance(10 * MINUTE)
    link.answers.clear()
    outbox.post_waiting()
    case = player.store.case(1)
    assert case is not None
    assert case.due == MONDAY + 10 * MINUTE + timedelta(days=3)


def test_an_outbox_that_is_told_to_stop_begins_no_further_case(player: Player) -> None:
    link = opened(player)
    player.write("bob@customer.example", "Another fire", "There is smoke.", [])
    outbox = outbox_of(player, link)
    post = link.post

    def last(raw: bytes, sender: str, recipient: str) -> Answer:
        outbox._stop.set()
        return post(raw, sender, recipient)

    link.post = last  # type: ignore[method-assign]
    outbox.post_waiting()
    assert len(link.attempts) == 1
    assert [letter.post for letter in letters_of(player, 2).values()] == [Post.WAITING] * 2


def test_a_letter_of_a_case_that_cannot_be_noted_is_not_sent_again_and_holds_nobody_up(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = opened(player)
    player.write("bob@customer.example", "Another fire", "There is smoke.", [])
    outbox, accepted = outbox_of(player, link), player.service.post.accepted

    def damaged(number: int, letters: list[Letter]) -> None:
        if number == 1:
            raise DamagedFile("case 1 is damaged")
        accepted(number, letters)

    monkeypatch.setattr(player.service.post, "accepted", damaged)
    outbox.post_waiting()
    assert sorted(sent.to for sent in link.attempts) == [ANN, "bob@customer.example", EVA, EVA]
    assert {letter.post for letter in letters_of(player, 2).values()} == {Post.SENT}


def test_a_reminder_that_was_overtaken_on_its_way_to_the_server_is_not_sent(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = opened(player)
    monkeypatch.setattr(player.service.post, "paper", lambda number, letter: None)
    outbox_of(player, link).post_waiting()
    assert link.attempts == []


def test_what_a_server_says_of_a_letter_whose_case_is_gone_changes_nothing(player: Player) -> None:
    """Somebody has taken the folder away while the letter was on its way."""
    opened(player)
    post, letters = player.service.post, letters_of(player)
    letter = letters["confirmation"]
    post.accepted(99, [letter])
    post.deferred(99, letter, "451 later", player.clock.now())
    post.refused(99, letter, "550 never")
    post.refused(1, replace(letter, paper=99), "550 never")
    assert letters_of(player) == letters
    assert list(player.store.all_numbers()) == [1]


def test_a_refused_login_is_tried_again_after_minutes_and_other_trouble_sooner(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks more often locks the account."""
    link, waits = opened(player), []
    monkeypatch.setattr(maillog, "outbox_waits", lambda error, seconds, *, expected: waits.append(seconds))
    for error in (LoginRefused("535"), LinkDown("nobody there"), ZeroDivisionError("a bug")):
        link.error = error
        outbox = outbox_of(player, link)
        outbox.start()
        wait_until(lambda: len(waits) % 2 == 1, "the wait")
        outbox.stop()
        waits.append(-1.0)
    assert waits[0] == LOGIN_REFUSED_SECONDS == 300
    assert all(0 < seconds < 3 for seconds in waits[2::2])
