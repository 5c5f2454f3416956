"""Is a mail ever lost or doubled when the daemon is killed at any moment? SIGKILL in a loop while 500 mails flow."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from daemon_under_test import Process, config_text, wait_until

from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.storage.tinydb_store import TinydbStore

MAILS = int(os.environ.get("POSTCASE_KILL_MAILS", "500"))
KILLS = int(os.environ.get("POSTCASE_KILLS", "25"))
SEED = 20261123
PATIENCE_SECONDS = 120


class Desk:
    """The daemon, killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    def start(self) -> None:
        self._process = Process(self._folder)

    def wait_for_work(self) -> None:
        self._process.wait_for("connected")

    def kill(self) -> None:
        process = self._process.process
        assert process.poll() is None, "the daemon ended by itself:\n" + self._process.log[-3000:]
        process.kill()
        process.wait()

    def stop(self) -> int:
        return self._process.end()


@pytest.mark.torture
@pytest.mark.timeout(300 + 6 * KILLS)
def test_killed_in_a_loop_every_mail_is_in_one_case_and_every_case_confirmed_once(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    server = EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC))
    with server:
        (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
        desk = Desk(tmp_path)
        desk.wait_for_work()
        feeder = threading.Thread(target=feed, args=(server, chance.random()))
        feeder.start()
        for _ in range(KILLS):
            # A start takes about a second; so most kills hit the work, and some the start.
            time.sleep(chance.uniform(0.5, 2.2))
            desk.kill()
            desk.start()
        feeder.join()
        desk.wait_for_work()
        wait_until(lambda: all_done(server, tmp_path / "data"), "the end of the work", PATIENCE_SECONDS)
        assert desk.stop() == 0
        check(server, tmp_path / "data")


def feed(server: EmbeddedMail, seed: float) -> None:
    chance = random.Random(seed)
    pause = KILLS * 1.2 / MAILS
    for number in range(MAILS):
        server.deliver("support@example.com", mail(number))
        time.sleep(chance.uniform(0, 2 * pause))


def mail(number: int) -> bytes:
    return (
        f"From: Customer {number} <c{number}@customer{number % 50}.example>\r\n"
        f"To: support@example.com\r\nSubject: Trouble {number}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"Message-ID: <mail-{number}@customer.example>\r\n\r\nNothing works, number {number}.\r\n"
    ).encode()


def all_done(server: EmbeddedMail, data: Path) -> bool:
    if len(server.folder("support@example.com", "Processed")) < MAILS or server.folder("support@example.com"):
        return False
    store = TinydbStore(data, writer=False)
    try:
        return not store.waiting_letters()
    finally:
        store.close()


def check(server: EmbeddedMail, data: Path) -> None:
    store = TinydbStore(data, writer=False)
    cases = [store.case(number) for number in store.all_numbers()]
    store.close()
    filed = Counter(message.message_id for case in cases if case for message in case.messages)
    assert filed == Counter({f"mail-{number}@customer.example": 1 for number in range(MAILS)})
    assert len(cases) == MAILS
    for case in cases:
        assert case is not None
        assert [letter.name for letter in case.letters] == ["confirmation", "assigned"]
    copies = 0
    for number in range(MAILS):
        letters = server.folder(f"c{number}@customer{number % 50}.example")
        by_id = defaultdict(set)
        for letter in letters:
            message = message_from_bytes(letter.raw)
            by_id[message["Message-ID"]].add(message.get_payload()[0].as_bytes())
        assert len(by_id) == 1, f"customer {number} has {len(by_id)} different letters"
        assert all(len(bodies) == 1 for bodies in by_id.values())
        copies += len(letters) - 1
    # SMTP allows a second copy only where the 250 was lost with the process; it is the same letter to the byte.
    assert copies <= KILLS
    print(json.dumps({"mails": MAILS, "kills": KILLS, "cases": len(cases), "second copies": copies}))
