"""Wherever a connection ends, to the octet: is every mail filed whole and once, and every letter sent?

Each connection ends after a few octets more than the one before, from the greeting to long after the work is done: in the midst
of a word, of a mail, of an answer. The last test lets everything fail at random, before a whole desk.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chaos_proxy import GREETING, ChaosProxy, Fault, Side, imap_command, smtp_command
from collecting_desk import CollectingDesk, mail, wait_until
from conversations.player import Player
from daemon_under_test import smtp_settings
from smtp_faults import FaultySmtp

from daemon import outbox, smtp_send, wrong_port
from daemon.backoff import Backoff
from daemon.clock import Clock
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import LinkDown
from daemon.intake.arrival import Desk
from daemon.intake.imap_intake import ImapIntake, Pace
from daemon.outbox import Outbox
from daemon.smtp_send import SmtpLink
from rules.case import Case, Post

pytestmark = [pytest.mark.torture, pytest.mark.timeout(120)]

DESK = "support@example.com"
TIMEOUT = timedelta(seconds=0.25)
QUICK = Pace(first_retry=0.01, longest_retry=0.03, login_refused=0.03, idle=0.5, idle_again=0.5)
RECOVERS_SECONDS = 20
LONG = "\r\n".join(["It does not print."] * 60)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_send, "FINAL_REPLY_SECONDS", TIMEOUT.total_seconds())
    monkeypatch.setattr(outbox, "LOOK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(wrong_port, "ASK_SECONDS", 0.05)


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({DESK: "secret"}, now=lambda: datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    made = Player(tmp_path)
    made.server.down = True
    yield made
    made.close()


@contextlib.contextmanager
def behind(port: int, command_of: Callable[[bytes], str]) -> Iterator[ChaosProxy]:
    proxy = ChaosProxy(port, command_of)
    try:
        yield proxy
    finally:
        proxy.close()


@contextlib.contextmanager
def reading(desk: Desk, port: int) -> Iterator[ImapIntake]:
    stop = threading.Event()
    mailbox = Mailbox(
        "127.0.0.1", port, "none", DESK, Secret("password", "secret"), "INBOX", "Processed", "Quarantine",
        timedelta(seconds=0.1), None, TIMEOUT,
    )  # fmt: skip
    intake = ImapIntake(mailbox, desk, Clock(), stop, pace=QUICK)
    thread = threading.Thread(target=intake.run)
    thread.start()
    try:
        yield intake
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


SWEEPS = (
    #  who is cut short   octets in all   octets more each time
    (Side.SERVER,         3400,           97),
    (Side.CLIENT,         900,            41),
)  # fmt: skip


@pytest.mark.parametrize("without", [(), (b"MOVE",), (b"MOVE", b"UIDPLUS")], ids=str)
@pytest.mark.parametrize(("side", "most", "step"), SWEEPS)
def test_wherever_the_link_ends_every_mail_is_filed_whole(
    side: Side, most: int, step: int, without: tuple[bytes, ...], server: EmbeddedMail
) -> None:
    desk = CollectingDesk()
    sent = [mail(f"cut at {octets}", LONG) for octets in range(0, most, step)]
    with behind(server.imap_port, imap_command) as proxy, reading(desk, proxy.port) as intake:
        proxy.without = without
        desk.wait_for_reading(intake)
        for octets, raw in zip(range(0, most, step), sent, strict=True):
            with proxy.ending(side, octets):
                server.deliver(DESK, raw)
                intake.wake()
                wait_until(lambda: proxy.struck > 0)
        desk.wait_for(lambda: len(desk.filed) >= len(sent), RECOVERS_SECONDS)
        desk.wait_for_reading(intake, RECOVERS_SECONDS)
        assert sorted(arrival.raw for arrival in desk.filed) == sorted(sent)
    kept = [message.raw for folder in ("INBOX", "Processed") for message in server.folder(DESK, folder)]
    assert set(kept) == set(sent)
    assert without or sorted(kept) == sorted(sent), "MOVE leaves no mail in two folders"


def outbox_through(proxy: ChaosProxy, player: Player) -> tuple[Outbox, SmtpLink]:
    link = SmtpLink(replace(smtp_settings(proxy.port), timeout=TIMEOUT), "example.com")
    made = Outbox(player.service.post, link, lambda: DESK, player.clock, timedelta(days=5))
    made._backoff = Backoff(first=0.01, most=0.03)
    return made, link


def cases_of(player: Player) -> list[Case]:
    return [case for number in player.store.all_numbers() if (case := player.store.case(number))]


def are_out(player: Player) -> bool:
    return not player.store.waiting_letters()


def copies_of(server: FaultySmtp, player: Player) -> list[list[bytes]]:
    """All copies of each letter that the server took, and every letter of every case is among them."""
    taken: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for _, raw in server.taken:
        taken[raw].append(raw)
    letters = [(case.number, letter) for case in cases_of(player) for letter in case.letters]
    assert {letter.post for _, letter in letters} == {Post.SENT}
    assert {player.store.paper(number, letter.file) for number, letter in letters} == set(taken)
    return list(taken.values())


@pytest.mark.parametrize(("side", "most", "step", "copies"), [(Side.CLIENT, 9000, 449, 1), (Side.SERVER, 700, 19, 2)])
def test_wherever_the_link_ends_every_letter_goes_out(
    side: Side, most: int, step: int, copies: int, player: Player
) -> None:
    """A second copy only where the server's word that it has the letter was lost, and the same to the octet."""
    with FaultySmtp() as server, behind(server.port, smtp_command) as proxy:
        made, link = outbox_through(proxy, player)
        for octets in range(0, most, step):
            with proxy.ending(side, octets):
                player.write(f"ann@customer{octets}.example", f"Cut at {octets}", "There is smoke.", [])
                while not proxy.struck and not are_out(player):
                    with contextlib.suppress(LinkDown):
                        made.post_waiting()
                    player.clock.advance(timedelta(minutes=1))
            wait_until(lambda: posted(made, player))
        link.close()
        assert {len(same) for same in copies_of(server, player)} <= set(range(1, copies + 1))


def posted(made: Outbox, player: Player) -> bool:
    with contextlib.suppress(LinkDown):
        made.post_waiting()
    player.clock.advance(timedelta(minutes=1))
    return are_out(player)


IMAP_PLACES = (GREETING, "LOGIN", "LIST", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE", "IDLE")
SMTP_PLACES = (GREETING, "EHLO", "MAIL", "RCPT", "DATA", ".")
TO_LETTERS = [fault for fault in Fault if fault is not Fault.GARBLE]  # a garbled answer may be a true no to a letter
MAILS = 40
SEED = 20261126


def test_a_whole_desk_in_a_bad_network_files_every_mail_once_and_confirms_it(
    server: EmbeddedMail, player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(SEED)
    with (
        FaultySmtp() as smtp,
        behind(server.imap_port, imap_command) as inwards,
        behind(smtp.port, smtp_command) as outwards,
        reading(player.service, inwards.port) as intake,
    ):
        made, _ = outbox_through(outwards, player)
        made.start()
        wait_until(lambda: intake.state() not in ("starting", "reading"))
        for number in range(MAILS):
            inwards.strike(chance.choice(list(Fault)), chance.choice(IMAP_PLACES))
            outwards.strike(chance.choice(TO_LETTERS), chance.choice(SMTP_PLACES))
            server.deliver(DESK, written(number))
            time.sleep(chance.uniform(0, 0.15))
            player.clock.advance(timedelta(minutes=1))
        inwards.calm()
        outwards.calm()
        wait_until(lambda: is_done(player), RECOVERS_SECONDS)
        made.stop()
        wait_until(lambda: not server.folder(DESK), RECOVERS_SECONDS)
    assert not [record for record in caplog.records if record.exc_info], "an error that nobody expected"
    cases = cases_of(player)
    filed = sorted(message.message_id for case in cases for message in case.messages)
    assert filed == sorted(f"mail-{number}@customer.example" for number in range(MAILS))
    assert len(cases) == MAILS
    assert len(copies_of(smtp, player)) == 2 * MAILS
    assert len(server.folder(DESK, "Processed")) == MAILS


def written(number: int) -> bytes:
    return (
        f"From: Customer {number} <c{number}@customer{number}.example>\r\nTo: {DESK}\r\nSubject: Trouble {number}\r\n"
        f"Message-ID: <mail-{number}@customer.example>\r\n\r\nNothing works, number {number}.\r\n"
    ).encode()


def is_done(player: Player) -> bool:
    player.clock.advance(timedelta(minutes=1))
    return len(cases_of(player)) == MAILS and are_out(player)
