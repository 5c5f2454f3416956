"""Real servers for one test each: started on free loopback ports, stopped when the test ends."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from collecting_desk import CollectingDesk
from live.dovecot import PASSWORD, SEARCH_PATH, Dovecot
from live.postfix import Postfix
from live.wire import Wire

from daemon.clock import Clock
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.intake.imap_intake import ImapIntake, Pace

QUICK = Pace(first_retry=0.05, longest_retry=0.2, login_refused=0.3, idle=60)


@pytest.fixture
def start_dovecot() -> Iterator[Callable[..., Dovecot]]:
    """A Dovecot with options, see live.dovecot.Dovecot."""
    needs("dovecot")
    servers: list[Dovecot] = []

    def start(**options: object) -> Dovecot:
        servers.append(Dovecot(**options))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def dovecot(start_dovecot: Callable[..., Dovecot]) -> Dovecot:
    return start_dovecot()


@pytest.fixture
def start_postfix() -> Iterator[Callable[..., Postfix]]:
    """A Postfix in front of an LMTP port."""
    needs("postfix")
    if os.geteuid() != 0:
        missing("Postfix starts as root only: its parts run as several users")
    servers: list[Postfix] = []

    def start(lmtp_port: int, routes: dict[str, int] | None = None) -> Postfix:
        servers.append(Postfix(lmtp_port, routes))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def postfix(start_postfix: Callable[..., Postfix], dovecot: Dovecot) -> Postfix:
    """Everybody at example.com, customer.example and desk.example has a mailbox in `dovecot`."""
    return start_postfix(dovecot.lmtp_port)


@pytest.fixture
def start_wire() -> Iterator[Callable[[int], Wire]]:
    wires: list[Wire] = []

    def start(port: int) -> Wire:
        wires.append(Wire(port))
        return wires[-1]

    yield start
    for wire in wires:
        wire.close()


@pytest.fixture
def desk() -> CollectingDesk:
    return CollectingDesk()


@pytest.fixture
def start_intake(desk: CollectingDesk) -> Iterator[Callable[..., ImapIntake]]:
    """An intake in a thread of its own; `intake.halt()` ends it before the test does."""
    threads: list[tuple[threading.Event, threading.Thread]] = []

    def start(mailbox: Mailbox, *, pace: Pace = QUICK, import_past: bool = False) -> ImapIntake:
        stop = threading.Event()
        intake = ImapIntake(mailbox, desk, Clock(), stop, import_past=import_past, pace=pace)
        thread = threading.Thread(target=intake.run, daemon=True)
        threads.append((stop, thread))
        intake.halt = lambda: (stop.set(), thread.join(20))  # type: ignore[attr-defined]
        thread.start()
        return intake

    yield start
    for stop, _ in threads:
        stop.set()
    for _, thread in threads:
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def mailbox_of() -> Callable[..., Mailbox]:
    """The mailbox of support@example.com on a server; keywords replace its fields."""

    def mailbox_of(dovecot: Dovecot, **fields: object) -> Mailbox:
        mailbox = Mailbox(
            host=dovecot.host,
            port=dovecot.imap_port,
            tls="none",
            username="support",
            password=Secret("password", PASSWORD),
            folder="INBOX",
            processed="Processed",
            quarantine="Quarantine",
            poll=timedelta(seconds=0.3),
            ca_file=None,
            timeout=timedelta(seconds=5),
        )
        return replace(mailbox, **fields)

    return mailbox_of


def needs(program: str) -> None:
    if not shutil.which(program, path=SEARCH_PATH):
        missing(f"{program} is not installed: apt-get install dovecot-imapd dovecot-lmtpd postfix swaks mutt tmux")


def missing(sentence: str) -> None:
    if os.environ.get("POSTCASE_NOTHING_SKIPPED") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)
