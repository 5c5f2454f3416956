"""Does the IMAP intake keep its head when the server fails? Against the embedded server, which fails on request."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from collecting_desk import CollectingDesk, mail, subject, wait_until
from imapclient import IMAPClient

from daemon.backoff import Backoff
from daemon.clock import Clock, JumpingClock
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox, Tls
from daemon.deadline import Deadline
from daemon.demo import play as demo
from daemon.demo.timeline import Timeline
from daemon.embedded.embedded_faults import HANG_UP, HANG_UP_AFTER
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import LinkDown
from daemon.intake import imap_watch
from daemon.intake.arrival import Arrival
from daemon.intake.imap_dial import LoginRefused, response_code
from daemon.intake.imap_intake import IDLES_LOST, ImapIntake, Pace
from daemon.intake.imap_ledger import Ledger
from daemon.intake.imap_link import ImapLink, Outline, Refused, Selected
from daemon.intake.imap_probe import probe
from daemon.intake.imap_uids import BATCH_MAILS, BATCH_OCTETS, Uids

DESK = "support@example.com"
QUICK = Pace(first_retry=0.01, longest_retry=0.05, login_refused=0.05, idle=30)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({DESK: "secret"}, now=lambda: datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def desk() -> CollectingDesk:
    return CollectingDesk()


@pytest.fixture
def start(desk: CollectingDesk) -> Iterator[Callable[[Mailbox], ImapIntake]]:
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(mailbox: Mailbox) -> ImapIntake:
        intake = ImapIntake(mailbox, desk, Clock(), stop, pace=QUICK)
        threads.append(threading.Thread(target=intake.run))
        threads[-1].start()
        return intake

    yield start
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def mailbox(port: int, *, tls: Tls = "none", password: str = "secret") -> Mailbox:
    return Mailbox(
        host="127.0.0.1",
        port=port,
        tls=tls,
        username=DESK,
        password=Secret("password", password),
        folder="INBOX",
        processed="Processed",
        quarantine="Quarantine",
        poll=timedelta(seconds=0.2),
        ca_file=None,
        timeout=timedelta(seconds=3),
    )


def subjects(server: EmbeddedMail, folder: str) -> list[str]:
    return [subject(message.raw) for message in server.folder(DESK, folder)]


def fail(server: EmbeddedMail, command: str, fault: str, times: int) -> list[str]:
    """The command fails so many times; back comes a list that grows with every failure."""
    failures: list[str] = []

    async def hook(name: str, user: str) -> str | None:
        if name != command or len(failures) >= times:
            return None
        failures.append(name)
        return fault

    server.imap.fault = hook
    return failures


FAULTS = (HANG_UP, HANG_UP_AFTER, "NO [UNAVAILABLE] try later", "BAD what", "BYE going down")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["LOGIN", "LIST", "SELECT", "SEARCH", "FETCH", "MOVE", "IDLE"])
def test_whatever_fails_no_mail_is_lost_or_filed_twice(
    command: str, fault: str, server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    failures = fail(server, command, fault, times=2)
    intake = start(mailbox(server.imap_port))
    wait_until(lambda: intake.state() != "starting")
    for number in range(3):
        server.deliver(DESK, mail(f"mail {number}"))
    desk.wait_for(lambda: len(desk.filed) == 3)
    wait_until(lambda: bool(failures))
    desk.wait_for_reading(intake)
    assert sorted(desk.subjects) == ["mail 0", "mail 1", "mail 2"]
    left = server.folder(DESK, "INBOX")
    assert len(left) + len(server.folder(DESK, "Processed")) == 3
    assert all("$PostcaseFiled" in message.flags for message in left)


@pytest.mark.parametrize("fault", [HANG_UP, "NO [UNAVAILABLE] try later", "BAD what", "BYE going down"])
def test_where_idle_never_works_the_mailbox_is_polled(
    fault: str, server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    failures = fail(server, "IDLE", fault, times=1_000_000)
    intake = start(mailbox(server.imap_port))
    wait_until(lambda: intake.state() == "polling every 0.2 s")
    server.deliver(DESK, mail("seen by polling"))
    desk.wait_for(lambda: desk.subjects == ["seen by polling"])
    assert len(failures) == (1 if fault.startswith(("NO", "BAD")) else IDLES_LOST)


def test_a_refused_idle_costs_no_second_login(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    commands: list[str] = []

    async def hook(name: str, user: str) -> str | None:
        commands.append(name)
        return "NO not for you" if name == "IDLE" else None

    server.imap.fault = hook
    intake = start(mailbox(server.imap_port))
    wait_until(lambda: commands.count("SEARCH") > 3 and intake.state().startswith("polling"))
    assert (commands.count("LOGIN"), commands.count("IDLE")) == (1, 1)


def test_a_link_that_dies_in_every_wait_is_made_anew_after_longer_and_longer_pauses(
    server: EmbeddedMail, desk: CollectingDesk
) -> None:
    """It was read to its end each time, and that alone does not make it a good link."""
    fail(server, "IDLE", HANG_UP, times=1_000_000)
    intake = ImapIntake(mailbox(server.imap_port), desk, Clock(), threading.Event(), pace=QUICK)
    intake._backoff = backoff = Backoff(chance=lambda: 1.0)
    for _ in range(2):
        with pytest.raises(LinkDown):
            intake._attend()
        backoff.next()
    assert backoff.next() == 4.0


@pytest.mark.parametrize("missing", [(), ("IDLE",), ("MOVE",), ("MOVE", "UIDPLUS"), ("IDLE", "MOVE", "UIDPLUS")])
def test_whatever_the_server_lacks_the_mail_is_the_same(
    missing: tuple[str, ...],
    server: EmbeddedMail,
    desk: CollectingDesk,
    start: Callable[[Mailbox], ImapIntake],
) -> None:
    for capability in missing:
        server.imap.capabilities.remove(capability)
    intake = start(mailbox(server.imap_port))
    for number in range(3):
        server.deliver(DESK, mail(f"mail {number}"))
    desk.wait_for(lambda: len(desk.filed) == 3)
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 3
    assert sorted(subjects(server, "Processed")) == ["mail 0", "mail 1", "mail 2"]


def test_mail_that_is_refused_by_its_folder_is_marked_and_moved_later(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    fail(server, "MOVE", "NO [OVERQUOTA] the folder is full", times=1_000_000)
    intake = start(mailbox(server.imap_port))
    server.deliver(DESK, mail("good"))
    server.deliver(DESK, mail("unreadable"))
    wait_until(lambda: [m.flags & MARKS for m in server.folder(DESK)] == [{FILED}, {QUARANTINED}])
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 2
    assert "Processed: " in desk.left[intake.name] and "the folder is full" in desk.left[intake.name]
    server.imap.fault = None
    desk.wait_for_reading(intake)
    wait_until(lambda: subjects(server, "Processed") == ["good"] and subjects(server, "Quarantine") == ["unreadable"])
    assert subjects(server, "INBOX") == []
    wait_until(lambda: desk.left[intake.name] == "")


def test_mail_that_somebody_removes_before_it_is_read_is_told_and_nothing_more(
    server: EmbeddedMail,
    desk: CollectingDesk,
    start: Callable[[Mailbox], ImapIntake],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    intake = start(mailbox(server.imap_port))
    desk.wait_for_reading(intake)

    async def removes(name: str, user: str) -> None:
        account = server._mailboxes.account(DESK)
        inbox = account.folder("INBOX") if account else None
        if name == "FETCH" and inbox:
            server.imap.fault = None
            inbox.remove([inbox.messages()[0].uid])

    server.imap.fault = removes
    server.deliver(DESK, mail("removed"))
    wait_until(lambda: "somebody has removed mail before it was read uid=1" in caplog.text)
    server.deliver(DESK, mail("kept"))
    desk.wait_for(lambda: desk.subjects == ["kept"])


def test_taken_mail_that_the_desk_does_not_know_is_told_until_it_does(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    desk.knows_until = datetime.now(UTC) - timedelta(hours=1)
    desk.filed.append(Arrival(mail("known"), "before", datetime.now(UTC)))
    for about in ("known", "unknown", "unknown, too"):
        server.deliver(DESK, mail(about), "Processed")
    intake = start(mailbox(server.imap_port))
    desk.wait_for_reading(intake)
    assert desk.unknown[0] == 2
    desk.filed += [Arrival(mail(about), "meanwhile", datetime.now(UTC)) for about in ("unknown", "unknown, too")]
    desk.wait_for_reading(intake)
    desk.wait_for_reading(intake)
    assert desk.unknown[-1] == 0
    asked = len(desk.unknown)
    desk.wait_for_reading(intake)
    assert len(desk.unknown) == asked, "once all of it is known nobody asks again"


def test_where_the_folder_of_taken_mail_cannot_be_opened_nothing_is_unknown(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    desk.knows_until = datetime.now(UTC)
    fail(server, "EXAMINE", "NO [NONEXISTENT] no such folder", times=1)
    desk.wait_for_reading(start(mailbox(server.imap_port)))
    assert desk.unknown == [0]


FILED, QUARANTINED = "$PostcaseFiled", "$PostcaseQuarantined"
MARKS = {FILED, QUARANTINED}


@pytest.mark.parametrize("missing", [(), ("MOVE",), ("MOVE", "UIDPLUS")])
def test_a_folder_removed_while_we_are_connected_is_made_again(
    missing: tuple[str, ...], server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    for capability in missing:
        server.imap.capabilities.remove(capability)
    intake = start(mailbox(server.imap_port))
    desk.wait_for_reading(intake)
    with IMAPClient("127.0.0.1", server.imap_port, ssl=False) as person:
        person.login(DESK, "secret")
        person.delete_folder("Processed")
        person.delete_folder("Quarantine")
    server.deliver(DESK, mail("good"))
    server.deliver(DESK, mail("unreadable"))
    desk.wait_for(lambda: len(desk.offered) == 2)
    desk.wait_for_reading(intake)
    assert (subjects(server, "Processed"), subjects(server, "Quarantine")) == (["good"], ["unreadable"])
    assert subjects(server, "INBOX") == ([] if "UIDPLUS" not in missing else ["good", "unreadable"])


def test_a_server_that_says_ok_and_moves_nothing_is_not_believed(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    fail(server, "MOVE", "OK moved", times=1)
    intake = start(mailbox(server.imap_port))
    server.deliver(DESK, mail("still here"))
    wait_until(lambda: subjects(server, "INBOX") == ["still here"] and server.folder(DESK)[0].flags == {FILED})
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 1


def test_a_mail_that_breaks_the_desk_does_not_hold_up_the_others(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    def break_down(arrivals: Sequence[Arrival]) -> None:
        if any(subject(arrival.raw) == "poison" for arrival in arrivals):
            raise ZeroDivisionError("a bug")

    desk.before_commit = break_down
    for about in ("first", "poison", "last"):
        server.deliver(DESK, mail(about))
    ledger = {"first_start": (datetime.now(UTC) - timedelta(days=1)).isoformat()}
    box = mailbox(server.imap_port)
    desk.set_ledger(box.name, ledger)
    intake = start(box)
    desk.wait_for(lambda: desk.subjects == ["first", "last"])
    assert not desk.readings  # something unread lies there: silence is not proven
    wait_until(lambda: "a bug" in intake.state())
    desk.before_commit = lambda _: None
    desk.wait_for(lambda: desk.subjects == ["first", "last", "poison"])


def test_a_server_that_was_away_is_found_again(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    intake = start(mailbox(server.imap_port))
    desk.wait_for_reading(intake)
    assert desk.failures == []
    server.stop()
    wait_until(lambda: "cannot be reached" in intake.state())
    assert set(desk.failures) == {intake.name}, "mail that found no server may come a while after it is back"
    server.start()
    server.deliver(DESK, mail("back"))
    desk.wait_for(lambda: desk.subjects == ["back"])


def test_mail_that_came_while_the_first_start_found_no_server_is_no_past(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    server.stop()
    intake = start(mailbox(server.imap_port))
    wait_until(lambda: "cannot be reached" in intake.state())
    server.deliver(DESK, mail("meanwhile"))
    server.start()
    desk.wait_for(lambda: desk.subjects == ["meanwhile"])


MONTHS = timedelta(days=200)


@pytest.mark.parametrize("wrong_by", [-MONTHS, MONTHS, timedelta()])
@pytest.mark.parametrize("missing", [(), ("MOVE",)])
def test_what_is_past_at_the_first_start_is_decided_by_the_clock_of_the_mail_server(
    wrong_by: timedelta, missing: tuple[str, ...], desk: CollectingDesk
) -> None:
    times = [NOON - timedelta(days=30)]
    with EmbeddedMail({DESK: "secret"}, now=lambda: times[0]) as server:
        for capability in missing:
            server.imap.capabilities.remove(capability)
        server.deliver(DESK, mail("a month old"))
        times[0] = NOON
        clock = JumpingClock(NOON + wrong_by)
        stop = threading.Event()
        intake = ImapIntake(mailbox(server.imap_port), desk, clock, stop, pace=QUICK)
        thread = threading.Thread(target=intake.run)
        thread.start()
        desk.wait_for(lambda: bool(desk.readings))
        times[0] = NOON + timedelta(minutes=1)
        server.deliver(DESK, mail("of today"))
        desk.wait_for(lambda: bool(desk.filed))
        stop.set()
        thread.join(20)
        assert desk.subjects == ["of today"]
        assert subjects(server, "INBOX") == ["a month old"]
        assert subjects(server, "Quarantine") == [], "the mail that asked for the time is gone"


def test_mail_that_came_while_a_first_start_with_a_wrong_clock_found_no_server_is_no_past(
    server: EmbeddedMail, desk: CollectingDesk
) -> None:
    """The clock is set right meanwhile, as happens on a machine that has just booted."""
    server.deliver(DESK, mail("of before"))
    time.sleep(2.1)  # both times of the server are whole seconds
    clock = JumpingClock(NOON - MONTHS)
    stop = threading.Event()
    server.stop()
    intake = ImapIntake(mailbox(server.imap_port), desk, clock, stop, pace=QUICK)
    thread = threading.Thread(target=intake.run)
    thread.start()
    wait_until(lambda: "cannot be reached" in intake.state())
    clock.advance(datetime.now(UTC) - clock.now())
    server.deliver(DESK, mail("meanwhile"))
    server.start()
    desk.wait_for(lambda: bool(desk.readings))
    stop.set()
    thread.join(20)
    assert desk.subjects == ["meanwhile"]


def test_without_the_time_of_the_mail_server_that_of_this_machine_decides(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    refusals = fail(server, "APPEND", "NO [OVERQUOTA] no room", times=1_000_000)
    server.deliver(DESK, mail("of before"))
    time.sleep(1.1)
    intake = start(mailbox(server.imap_port))
    desk.wait_for_reading(intake)
    server.deliver(DESK, mail("new"))
    desk.wait_for(lambda: bool(desk.filed))
    assert desk.subjects == ["new"]
    assert len(refusals) == 1


@pytest.mark.parametrize("code", ["APPENDUID 1", "APPENDUID 1 *", "APPENDUID 1 2:3", "APPENDUID", "APPENDUID  "])
def test_a_mail_server_whose_word_for_the_time_makes_no_sense_is_read_all_the_same(
    code: str, server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    fail(server, "APPEND", f"OK [{code}] done", times=1_000_000)
    intake = start(mailbox(server.imap_port))
    desk.wait_for_reading(intake)
    server.deliver(DESK, mail("new"))
    desk.wait_for(lambda: desk.subjects == ["new"])
    assert not any("clock" in sentence for _, sentence in probe(mailbox(server.imap_port)))


@pytest.mark.parametrize(
    ("answer", "soon"),
    [
        ("NO [AUTHENTICATIONFAILED] no", False),
        ("NO [EXPIRED] your password", False),
        ("NO login failed", False),
        ("NO [UNAVAILABLE] the directory is away", True),
        ("NO [LIMIT] too many sessions", True),
    ],
)
def test_a_refused_login_is_sorted_by_its_code(answer: str, soon: bool, server: EmbeddedMail) -> None:
    fail(server, "LOGIN", answer, times=1)
    with pytest.raises(LoginRefused) as refusal:
        ImapLink(mailbox(server.imap_port))
    assert refusal.value.soon is soon


@pytest.mark.parametrize(
    "answer", ["NO [AUTHENTICATIONFAILED] secret is wrong", 'BAD what is LOGIN "support" "secret"?']
)
def test_a_server_that_repeats_the_password_does_not_bring_it_into_the_log(answer: str, server: EmbeddedMail) -> None:
    fail(server, "LOGIN", answer, times=1)
    ((_, sentence),) = probe(mailbox(server.imap_port))
    assert "login refused" in sentence
    assert "secret" not in sentence


def test_a_link_lost_during_login_is_no_wrong_password(server: EmbeddedMail) -> None:
    fail(server, "LOGIN", HANG_UP, times=1)
    ((wrong, sentence),) = probe(mailbox(server.imap_port))
    assert wrong
    assert "login refused" not in sentence


@pytest.mark.parametrize(
    ("text", "code"),
    [("[LIMIT] no", "LIMIT"), ("[badcharset (utf-8)] no", "BADCHARSET"), ("no [LIMIT]", ""), ("", ""), ("[", "")],
)
def test_the_code_of_an_answer(text: str, code: str) -> None:
    assert response_code(text) == code


class Script(threading.Thread):
    """A server that greets, and says OK to everything, after the same words."""

    def __init__(self, greeting: bytes, words: bytes = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n") -> None:
        super().__init__(daemon=True)
        self._greeting = greeting
        self._words = words
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = b""
        self.start()

    def run(self) -> None:
        while True:
            client, _ = self._listener.accept()
            with client, contextlib.suppress(ConnectionError):
                client.sendall(self._greeting)
                for line in client.makefile("rb"):
                    self.heard += line
                    client.sendall(self._words + line.split()[0] + b" OK done\r\n")


def test_a_greeting_that_forbids_starttls_gets_no_credentials() -> None:
    script = Script(b"* PREAUTH welcome\r\n")
    ((_, sentence),) = probe(mailbox(script.port, tls="starttls"))
    assert "greets with PREAUTH" in sentence
    assert b"secret" not in script.heard


def test_a_server_without_tls_behind_starttls_gets_no_credentials() -> None:
    script = Script(b"* OK welcome\r\n")
    ((_, sentence),) = probe(mailbox(script.port, tls="starttls"))
    assert "no TLS with 127.0.0.1" in sentence
    assert b"secret" not in script.heard


def test_noise_instead_of_a_greeting_is_told_as_such() -> None:
    script = Script(b"SSH-2.0-OpenSSH_9.9\r\n")
    ((wrong, sentence),) = probe(mailbox(script.port))
    assert wrong
    assert "this is an SSH server, expected one for IMAP" in sentence


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        (b"* CAPABILITY IMAP4rev1 \xcc\r\n", "cannot be understood"),
        (b"* CAPABILITY IMAP4rev1 NAMESPACE\r\n* NAMESPACE NIL\r\n", "found an answer that is no IMAP"),
        (b"* CAPABILITY IMAP4rev1 NAMESPACE\r\n* NAMESPACE (1) NIL NIL\r\n", "found an answer that is no IMAP"),
    ],
)
def test_an_answer_that_the_libraries_stumble_over_is_trouble_with_the_link(words: bytes, trouble: str) -> None:
    with pytest.raises(LinkDown, match=trouble):
        ImapLink(mailbox(Script(b"* OK welcome\r\n", words).port))


def test_a_deadline_cuts_a_connection_that_only_drips() -> None:
    ours, theirs = socket.socketpair()
    deadline = Deadline(ours)
    with ours, theirs, pytest.raises(TimeoutError, match="not done after"), deadline.within(0.05):
        assert ours.recv(1) == b""
    deadline.close()


def test_a_deadline_that_is_kept_leaves_the_connection_alone() -> None:
    ours, theirs = socket.socketpair()
    deadline = Deadline(ours)
    with ours, theirs:
        with deadline.within(30):
            theirs.sendall(b"x")
            assert ours.recv(1) == b"x"
        theirs.sendall(b"y")
        assert ours.recv(1) == b"y"
    deadline.close()


def outlines(*sizes: int) -> dict[int, Outline]:
    return {uid: Outline(size, NOON) for uid, size in enumerate(sizes, 1)}


def test_batches_are_bounded_by_count() -> None:
    many = outlines(*[1] * 120)
    assert [len(batch) for batch in Uids().batches(list(many), many)] == [50, 50, 20]


def test_batches_are_bounded_by_octets_and_a_giant_goes_alone() -> None:
    half = BATCH_OCTETS // 2
    some = outlines(half, half, 1, BATCH_OCTETS * 2, 1)
    assert list(Uids().batches(list(some), some)) == [[1, 2], [3], [4], [5]]


def test_what_failed_comes_last_and_alone() -> None:
    uids = Uids()
    uids.suspect([2, 3])
    uids.suspect([3])
    assert uids.waiting([1, 2, 3, 4]) == [1, 4, 2, 3]
    assert list(uids.batches([1, 4, 2, 3], outlines(1, 1, 1, 1))) == [[1, 4], [2], [3]]
    uids.clear([2, 3])
    assert uids.waiting([1, 2, 3, 4]) == [1, 2, 3, 4]


def test_what_was_moved_and_is_gone_is_forgotten() -> None:
    uids = Uids()
    uids.moved = {1: "Processed", 2: "Processed"}
    assert uids.stuck([2, 3]) == {2: "Processed"}
    assert uids.moved == {2: "Processed"}


def begun(uidnext: int = 10) -> Ledger:
    return Ledger(first_start=NOON).begun(Selected(uidvalidity=7, uidnext=uidnext, exists=9, keeps_marks=True))


@pytest.mark.parametrize(
    ("uid", "at", "past"),
    [
        (9, NOON - timedelta(seconds=1), True),
        (9, NOON, False),
        (10, NOON - timedelta(days=365), False),
        (9, None, False),
    ],
)
def test_past_is_what_is_older_and_lay_there(uid: int, at: datetime | None, past: bool) -> None:
    assert begun().is_past(uid, Outline(1, at)) is past


def test_searches_begin_behind_the_unbroken_past() -> None:
    old, new = Outline(1, NOON - timedelta(days=1)), Outline(1, NOON)
    ledger, count = begun().without_past([(1, old), (4, old), (5, new), (6, old)])
    assert (ledger.past_uid, count) == (4, 3)


def test_a_first_start_counts_in_whole_seconds() -> None:
    ledger = Ledger.from_document({}, NOON + timedelta(microseconds=999_999))
    assert ledger.first_start == NOON


def test_a_ledger_survives_its_document() -> None:
    ledger, _ = begun().without_past([(3, Outline(1, NOON - timedelta(days=1)))])
    assert Ledger.from_document(ledger.as_document(), datetime.now(UTC)) == ledger


def test_new_uids_make_a_ledger_forget_all_but_the_first_start() -> None:
    ledger, _ = begun().without_past([(3, Outline(1, NOON - timedelta(days=1)))])
    again = ledger.begun(Selected(uidvalidity=8, uidnext=5, exists=4, keeps_marks=True))
    assert (again.first_start, again.past_uid, again.uidvalidity, again.uidnext) == (NOON, 0, 8, 5)


@pytest.mark.parametrize(
    ("ahead", "finding"),
    [
        (timedelta(), []),
        (timedelta(minutes=3), [(False, "the clock of this machine is 0:03:00 ahead of the mail server's")]),
        (timedelta(hours=-2), [(True, "the clock of this machine is 2:00:00 behind the mail server's")]),
    ],
)
@pytest.mark.parametrize("folders", [("Processed", "Quarantine"), ()])
def test_a_clock_that_is_off_is_told_and_nothing_is_left_behind(
    folders: tuple[str, ...], ahead: timedelta, finding: list[tuple[bool, str]]
) -> None:
    """At the first check, too, when the desk has no folders of its own yet."""
    with EmbeddedMail({DESK: "secret"}, now=lambda: NOON) as server:
        for folder in ("INBOX", *folders):
            server.deliver(DESK, b"Subject: old\r\n\r\n", folder)
        found = probe(mailbox(server.imap_port), lambda: NOON + ahead)
        assert [one for one in found if "is missing" not in one[1]] == finding
        assert all(len(server.folder(DESK, folder)) == 1 for folder in ("INBOX", *folders))


def test_the_clock_of_a_demo_is_no_reason_to_worry(tmp_path: Path) -> None:
    """`config.toml` works as it stands for the demo, whose day has been longer than one of ours."""
    settings, clock = demo._settings(tmp_path / "demo-desk"), JumpingClock()
    clock.advance(timedelta(days=9))
    with demo._mail_server(settings, clock, Timeline(clock, settings.desk, pause=0)) as server:
        found = probe(replace(mailbox(server.imap_port), username=settings.mailboxes[0].username))
    (told,) = [one for one in found if "clock" in one[1]]
    assert told[0] is False
    assert "behind the mail server's, which is that of a demo: its clock goes on by days" in told[1]


def test_a_server_that_takes_no_mail_to_date_is_told_beside_everything_else(server: EmbeddedMail) -> None:
    fail(server, "APPEND", "NO [OVERQUOTA] no room", times=1)
    found = probe(mailbox(server.imap_port))
    assert [wrong for wrong, _ in found] == [False, False, False]
    assert "cannot be asked: APPEND to INBOX: the server says append failed: [OVERQUOTA] no room" in found[-1][1]


def test_a_folder_that_cannot_be_opened_is_told_beside_everything_else(server: EmbeddedMail) -> None:
    server.imap.capabilities.remove("MOVE")
    fail(server, "SELECT", "NO [NONEXISTENT] no such mailbox", times=1)
    found = probe(replace(mailbox(server.imap_port), processed="INBOX"))
    assert [wrong for wrong, _ in found] == [True, True, False, False]
    assert found[0][1].startswith("the folder INBOX cannot be opened: ")
    assert found[1][1] == "mail would be moved to INBOX, the folder that it is read from; name another one"
    assert found[3][1].startswith("the server has no MOVE: mail is copied, then removed")


def test_mail_is_never_moved_to_the_folder_that_it_is_read_from(server: EmbeddedMail) -> None:
    server.deliver(DESK, mail("one"))
    with ImapLink(mailbox(server.imap_port)) as link:
        link.select()
        with pytest.raises(Refused, match="MOVE to INBOX: found the folder that mail is read from"):
            link.put_away([1], "INBOX")
    assert subjects(server, "INBOX") == ["one"]


def test_without_authorities_there_is_no_connection(tmp_path: Path) -> None:
    missing = tmp_path / "ca.pem"
    script = Script(b"* OK welcome\r\n")
    ((wrong, sentence),) = probe(replace(mailbox(script.port, tls="starttls"), ca_file=missing))
    assert (wrong, sentence) == (True, f"ca_file {missing} cannot be used: No such file or directory")
    assert script.heard == b""


def test_a_server_that_knows_us_already_is_not_told_the_password() -> None:
    script = Script(b"* PREAUTH welcome\r\n", b"* CAPABILITY IMAP4rev1\r\n")
    with contextlib.suppress(LinkDown):
        ImapLink(mailbox(script.port))
    assert b"CAPABILITY" in script.heard and b"secret" not in script.heard


def test_a_server_that_takes_no_password_at_all_gets_none() -> None:
    script = Script(b"* OK welcome\r\n", b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\r\n")
    with pytest.raises(LoginRefused, match="takes neither LOGIN for this name and password nor PLAIN"):
        ImapLink(mailbox(script.port))
    assert b"secret" not in script.heard


def test_a_name_that_nobody_knows_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(LinkDown, match=r"^the name imap.example.com is not known: Name or service not known"):
        ImapLink(replace(mailbox(1), host="imap.example.com"))


def test_a_line_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_watch, "LONGEST_LINE", 100)
    script = Script(b"* OK welcome\r\n", b"* CAPABILITY " + b"X" * 200 + b"\r\n")
    with pytest.raises(LinkDown, match="found a line of more than 100 octets"):
        ImapLink(mailbox(script.port))


def test_a_mail_that_the_server_lists_and_never_hands_out_is_trouble_and_not_a_loop(
    server: EmbeddedMail, desk: CollectingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(DESK, mail("one"))
    monkeypatch.setattr(ImapLink, "bodies", lambda *_: {})
    intake = ImapIntake(mailbox(server.imap_port), desk, Clock(), threading.Event(), pace=QUICK)
    with pytest.raises(LinkDown, match="the server lists uid 1 but does not hand it out"):
        intake.read_once()
    assert subjects(server, "INBOX") == ["one"]


def test_an_intake_that_is_to_stop_begins_no_further_batch(server: EmbeddedMail, desk: CollectingDesk) -> None:
    stop = threading.Event()
    for number in range(BATCH_MAILS + 1):
        server.deliver(DESK, mail(f"mail {number}"))
    desk.before_commit = lambda arrivals: stop.set()
    ImapIntake(mailbox(server.imap_port), desk, Clock(), stop, pace=QUICK).read_once()
    assert len(desk.filed) == BATCH_MAILS
    assert subjects(server, "INBOX") == [f"mail {BATCH_MAILS}"]


def test_a_mail_without_a_date_of_the_server_came_now(
    server: EmbeddedMail, desk: CollectingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = ImapLink._fetch
    monkeypatch.setattr(
        ImapLink,
        "_fetch",
        lambda *asked: {uid: {**item, b"INTERNALDATE": None} for uid, item in fetched(*asked).items()},
    )
    server.deliver(DESK, mail("one"))
    ImapIntake(mailbox(server.imap_port), desk, Clock(), threading.Event(), pace=QUICK).read_once()
    (arrival,) = desk.filed
    assert abs(arrival.received_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_server_that_can_remove_nothing_is_told_of_in_the_check(server: EmbeddedMail) -> None:
    for lacking in ("MOVE", "UIDPLUS", "IDLE"):
        server.imap.capabilities.remove(lacking)
    means = [sentence for wrong, sentence in probe(mailbox(server.imap_port)) if "the server has" in sentence]
    assert means == [
        "the server has no IDLE: new mail is seen every 0.2 seconds",
        "the server has neither MOVE nor UIDPLUS: taken mail stays in the folder, marked as deleted",
    ]


def test_a_connection_that_nobody_answers_any_more_is_noticed_by_the_kernel(server: EmbeddedMail) -> None:
    with ImapLink(mailbox(server.imap_port)) as link:
        connection = link._client.socket()
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        asks = [connection.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name, _ in KEPT_ALIVE]
        assert asks == [value for _, value in KEPT_ALIVE]


KEPT_ALIVE = (("TCP_KEEPIDLE", 120), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 4))


def test_between_two_polls_nothing_is_asked_unless_the_intake_is_woken(
    server: EmbeddedMail, desk: CollectingDesk, start: Callable[[Mailbox], ImapIntake]
) -> None:
    server.imap.capabilities.remove("IDLE")
    intake = start(replace(mailbox(server.imap_port), poll=timedelta(seconds=60)))
    wait_until(lambda: intake.state() == "polling every 60 s")
    server.deliver(DESK, mail("one"))
    time.sleep(0.5)
    assert (len(desk.readings), desk.subjects) == (1, [])
    intake.wake()
    desk.wait_for(lambda: desk.subjects == ["one"])
    wait_until(lambda: intake.taken == 1)


def test_a_trouble_is_told_once_however_often_it_is_met(
    server: EmbeddedMail, start: Callable[[Mailbox], ImapIntake], caplog: pytest.LogCaptureFixture
) -> None:
    refusals = fail(server, "SELECT", "NO [UNAVAILABLE] try later", times=1_000_000)
    intake = start(mailbox(server.imap_port))
    wait_until(lambda: len(refusals) >= 4)
    assert caplog.text.count("try later") == 1
    server.stop()
    wait_until(lambda: "cannot be reached" in intake.state())
    assert caplog.text.count("cannot be reached") == 1


def test_a_first_start_that_found_no_server_counts_from_then_on_also_after_a_restart(desk: CollectingDesk) -> None:
    """What came since is no past, whatever the clocks of both machines say."""
    now = datetime.now(UTC)
    times = [now - timedelta(hours=2)]
    with EmbeddedMail({DESK: "secret"}, now=lambda: times[0]) as server:
        server.deliver(DESK, mail("of before"))
        times[0] = now - timedelta(minutes=30)
        server.deliver(DESK, mail("meanwhile"))
        times[0] = now
        settings = mailbox(server.imap_port)
        desk.set_ledger(settings.name, Ledger.from_document({}, now - timedelta(hours=1)).as_document())
        ImapIntake(settings, desk, Clock(), threading.Event(), pace=QUICK).read_once()
    assert desk.subjects == ["meanwhile"]


FOLDERS = (
    #  delimiter, prefix   in config.toml     on the server
    ("/", "",              "Done/Support",    "Done/Support"),
    (".", "",              "Done/Support",    "Done.Support"),
    (".", "INBOX.",        "Done/Support",    "INBOX.Done.Support"),
    (".", "INBOX.",        "INBOX/Done",      "INBOX.Done"),
    (".", "INBOX.",        "inbox",           "INBOX"),
    ("",  "",              "Done",            "Done"),
)  # fmt: skip


@pytest.mark.parametrize(("delimiter", "prefix", "name", "path"), FOLDERS)
def test_a_folder_is_called_as_the_server_calls_it(delimiter: str, prefix: str, name: str, path: str) -> None:
    link = object.__new__(ImapLink)
    link._delimiter, link._prefix = delimiter, prefix
    assert link.path(name) == path
