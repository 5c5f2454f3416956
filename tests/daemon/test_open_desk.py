"""Do the parts of a desk at work leave each other in peace: one mailbox that is away, one that is stuck?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from daemon_under_test import config_text, wait_until

from daemon.clock import Clock
from daemon.config.load import load
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.open_desk import OpenDesk
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case, Status, Timer
from rules.mail import Address

SUPPORT = "support@example.com"
DEAD_MAILBOX = """
[[mailbox]]
host = "127.0.0.1"
port = 1
tls = "none"
username = "other"
password = "x"
[smtp]"""

Open = Callable[..., OpenDesk]


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({SUPPORT: "secret"}, now=lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TinydbStore]:
    made = TinydbStore(tmp_path / "data", first_number=1)
    yield made
    made.close()


@pytest.fixture
def open_desk(tmp_path: Path, server: EmbeddedMail, store: TinydbStore) -> Iterator[Open]:
    """A desk at work, with more in its configuration where [smtp] begins."""
    desks: list[OpenDesk] = []

    def start(smtp: str = "[smtp]") -> OpenDesk:
        text = config_text(server.imap_port, server.smtp_port).replace("[smtp]", smtp)
        (tmp_path / "config.toml").write_text(text)
        desks.append(OpenDesk(load(tmp_path / "config.toml"), store, Clock()))
        desks[-1].start()
        return desks[-1]

    yield start
    for desk in desks:
        desk.stop()


def due_case(number: int) -> Case:
    """A case whose wait for the customer is over since yesterday."""
    now, ann = datetime.now(UTC), Address("ann@customer.example")
    wait = Timer("remind_after", 1, now - timedelta(days=4), now - timedelta(days=1))
    return Case(number, Status.WITH_CUSTOMER, "Printer on fire", ann, now, participants=(ann,), timer=wait)


def commands_of(server: EmbeddedMail) -> Counter[str]:
    commands: Counter[str] = Counter()

    async def count(name: str, user: str) -> None:
        commands[name] += 1

    server.imap.fault = count
    return commands


def watching(desk: OpenDesk) -> bool:
    return any("watching" in state for state in desk.states())


def test_a_case_in_doubt_for_a_mailbox_that_is_away_does_not_keep_the_others_busy(
    open_desk: Open, store: TinydbStore, server: EmbeddedMail
) -> None:
    with store.batch() as batch:
        batch.put(due_case(1))
    desk = open_desk(DEAD_MAILBOX)
    wait_until(lambda: watching(desk), "the healthy mailbox")
    commands = commands_of(server)
    for _ in range(20):
        desk.tick()
        time.sleep(0.05)
    assert commands["SELECT"] == 0


def test_a_mailbox_read_before_the_time_in_doubt_is_read_again(open_desk: Open, server: EmbeddedMail) -> None:
    desk = open_desk()
    wait_until(lambda: watching(desk), "the mailbox")
    commands = commands_of(server)
    desk.service.on_doubt(datetime.now(UTC))
    wait_until(lambda: commands["SEARCH"] > 0, "another reading", seconds=3)
