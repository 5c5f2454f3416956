"""Is a mail ever lost or doubled when the daemon is killed at any moment? SIGKILL in a loop while mails flow.

A start of the daemon takes a second, most of it to import everything. So most kills are done to one that has imported all before
(quick_daemon.py), in rounds with some hundred mails each; and some to the very process that users run. Told to end by SIGTERM
instead, at any moment of its work, it ends soon and well, and there is not one second copy.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Protocol

import pytest
from daemon_under_test import Process, config_text, wait_until

from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.storage.tinydb_store import TinydbStore

MAILS = int(os.environ.get("POSTCASE_KILL_MAILS", "500"))
KILLS = int(os.environ.get("POSTCASE_KILLS", "25"))
TERMS = int(os.environ.get("POSTCASE_TERMS", "25"))
QUICK_KILLS = int(os.environ.get("POSTCASE_QUICK_KILLS", "100"))
ENDS_WITHIN_SECONDS = 15
A_ROUND = 250  # kills, at most
MAILS_A_KILL = 2
SEED = 20261123
PATIENCE_SECONDS = 120


class Desk(Protocol):
    """The daemon, killed and started again on the same data."""

    def start(self) -> None: ...

    def wait_for_work(self) -> None: ...

    def kill(self) -> None: ...

    def stop(self) -> int: ...


class WholeDesk:
    """The process that users run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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


class QuickDesk:
    """One of quick_daemon.py."""

    def __init__(self, forks: subprocess.Popen[str], folder: Path) -> None:
        self._forks, self._folder = forks, folder

    def start(self) -> None:
        (self._folder / "log").unlink(missing_ok=True)
        assert self._forks.stdin is not None
        self._forks.stdin.write(f"{self._folder}\n")
        self._forks.stdin.flush()
        self._child = self._answer()

    def wait_for_work(self) -> None:
        self.wait_for("connected")

    def wait_for(self, words: str) -> None:
        wait_until(lambda: (self._folder / "log").exists() and words in self.log, words)

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        assert self._answer() == signal.SIGKILL, "the daemon ended by itself:\n" + self.log

    def stop(self) -> int:
        os.kill(self._child, signal.SIGTERM)
        return self._answer()

    def _answer(self) -> int:
        assert self._forks.stdout is not None
        return int(self._forks.stdout.readline())

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()[-3000:]


@pytest.fixture
def forks() -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, str(Path(__file__).with_name("quick_daemon.py"))]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forks:
        yield forks
        forks.kill()


@pytest.mark.torture
@pytest.mark.timeout(300 + 6 * KILLS)
def test_killed_in_a_loop_every_mail_is_in_one_case_and_every_case_confirmed_once(tmp_path: Path) -> None:
    # A start takes about a second; so most kills hit the work, and some the start.
    copies = killed_in_a_loop(tmp_path, WholeDesk(tmp_path), random.Random(SEED), (0.5, 2.2), MAILS, KILLS)
    print(json.dumps({"mails": MAILS, "kills": KILLS, "cases": MAILS, "second copies": copies}))


@pytest.mark.torture
@pytest.mark.timeout(300 + 3 * QUICK_KILLS)
def test_killed_more_often_than_mails_take_nothing_is_lost_either(tmp_path: Path, forks: subprocess.Popen[str]) -> None:
    chance = random.Random(SEED)
    left, rounds, copies = QUICK_KILLS, 0, 0
    while left:
        kills = min(left, A_ROUND)
        folder = tmp_path / f"round{rounds}"
        folder.mkdir()
        copies += killed_in_a_loop(folder, QuickDesk(forks, folder), chance, (0.0, 0.5), kills * MAILS_A_KILL, kills)
        shutil.rmtree(folder)
        left, rounds = left - kills, rounds + 1
    mails = QUICK_KILLS * MAILS_A_KILL
    print(json.dumps({"mails": mails, "kills": QUICK_KILLS, "cases": mails, "second copies": copies}))


@pytest.mark.torture
@pytest.mark.timeout(300 + 3 * TERMS)
def test_told_to_end_in_a_loop_it_ends_well_and_no_letter_comes_twice(
    tmp_path: Path, forks: subprocess.Popen[str]
) -> None:
    desk, longest = QuickDesk(forks, tmp_path), 0.0

    def end() -> None:
        nonlocal longest
        desk.wait_for("open_cases=")  # its signals are its own from then on
        time.sleep(chance.uniform(0.0, 0.4))
        began = time.monotonic()
        assert desk.stop() == 0, desk.log
        longest = max(longest, time.monotonic() - began)

    chance, mails = random.Random(SEED), TERMS * MAILS_A_KILL
    copies = killed_in_a_loop(tmp_path, desk, chance, (0.0, 0.1), mails, TERMS, end)
    print(json.dumps({"mails": mails, "SIGTERM": TERMS, "second copies": copies, "longest end": round(longest, 1)}))
    assert copies == 0
    assert longest < ENDS_WITHIN_SECONDS


def killed_in_a_loop(
    folder: Path,
    desk: Desk,
    chance: random.Random,
    pause: tuple[float, float],
    mails: int,
    kills: int,
    end: Callable[[], None] | None = None,
) -> int:
    """How many letters came twice. `end`: in another way than by a kill."""
    server = EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC))
    with server:
        (folder / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
        desk.start()
        desk.wait_for_work()
        a_mail = kills * sum(pause) / 2 / mails
        feeder = threading.Thread(target=feed, args=(server, chance.random(), mails, a_mail))
        feeder.start()
        for _ in range(kills):
            time.sleep(chance.uniform(*pause))
            (end or desk.kill)()
            desk.start()
        feeder.join()
        desk.wait_for_work()
        wait_until(lambda: all_done(server, folder / "data", mails), "the end of the work", PATIENCE_SECONDS)
        assert desk.stop() == 0
        return check(server, folder / "data", mails, kills)


def feed(server: EmbeddedMail, seed: float, mails: int, pause: float) -> None:
    chance = random.Random(seed)
    for number in range(mails):
        server.deliver("support@example.com", mail(number))
        time.sleep(chance.uniform(0, 2 * pause))


def mail(number: int) -> bytes:
    return (
        f"From: Customer {number} <c{number}@customer{number % 50}.example>\r\n"
        f"To: support@example.com\r\nSubject: Trouble {number}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"Message-ID: <mail-{number}@customer.example>\r\n\r\nNothing works, number {number}.\r\n"
    ).encode()


def all_done(server: EmbeddedMail, data: Path, mails: int) -> bool:
    if len(server.folder("support@example.com", "Processed")) < mails or server.folder("support@example.com"):
        return False
    store = TinydbStore(data, writer=False)
    try:
        return not store.waiting_letters()
    finally:
        store.close()


def check(server: EmbeddedMail, data: Path, mails: int, kills: int) -> int:
    """How many letters came twice; none is missing, and no case is there that should not be."""
    store = TinydbStore(data, writer=False)
    cases = [store.case(number) for number in store.all_numbers()]
    store.close()
    filed = Counter(message.message_id for case in cases if case for message in case.messages)
    assert filed == Counter({f"mail-{number}@customer.example": 1 for number in range(mails)})
    assert len(cases) == mails
    for case in cases:
        assert case is not None
        assert [letter.name for letter in case.letters] == ["confirmation", "assigned"]
    copies = 0
    for number in range(mails):
        letters = server.folder(f"c{number}@customer{number % 50}.example")
        by_id = defaultdict(set)
        for letter in letters:
            message = message_from_bytes(letter.raw)
            by_id[message["Message-ID"]].add(message.get_payload()[0].as_bytes())
        assert len(by_id) == 1, f"customer {number} has {len(by_id)} different letters"
        assert all(len(bodies) == 1 for bodies in by_id.values())
        copies += len(letters) - 1
    # SMTP allows a second copy only where the 250 was lost with the process; it is the same letter to the byte.
    assert copies <= kills
    return copies
