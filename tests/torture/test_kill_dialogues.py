"""Is anything lost or doubled when whole dialogues meet kills? Customers, engineers and timers, behind a real Dovecot."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from daemon_under_test import FaultySmtp, Process, wait_until
from live.clients import CLIENTS, Reply, written
from live.conftest import dovecot, start_dovecot
from live.desk_process import config, mailbox
from live.dovecot import Dovecot

from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case, Message, Post, Role, Status

__all__ = ["dovecot", "start_dovecot"]  # fixtures

pytestmark = [
    pytest.mark.torture,
    pytest.mark.live,
    pytest.mark.timeout(300 + 6 * int(os.environ.get("POSTCASE_KILLS", "15"))),
]

CASES = int(os.environ.get("POSTCASE_KILL_CASES", "60"))
KILLS = int(os.environ.get("POSTCASE_KILLS", "15"))
SEED = 20261123
WAITS = "3s"
PATIENCE_SECONDS = 120
DESK = "support@example.com"
ENGINEER = "eva@desk.example"

# What becomes of a case: letter -> what its reader answers, once. Every dialogue opens with the customer's mail.
TO_ENGINEER, TO_CUSTOMER = ("assigned", "replied"), ("relay",)
DIALOGUES: dict[str, tuple[dict[str, str], Status]] = {
    "nobody answers": ({}, Status.WITH_ENGINEER),
    "the engineer closes": ({"assigned": "/close\nDone."}, Status.CLOSED),
    "the customer falls silent": ({"assigned": "Is it plugged in?"}, Status.CLOSED),
    "the customer replies": ({"assigned": "Is it plugged in?", "relay": "It is."}, Status.WITH_ENGINEER),
    "the engineer closes after a reply": (
        {"assigned": "Is it plugged in?", "relay": "It is.", "replied": "/close\nThen buy another."},
        Status.CLOSED,
    ),
}
NAMES = list(DIALOGUES)


@dataclass
class People:
    """Everybody beyond the desk: they read what the SMTP server took, and answer each letter once."""

    dovecot: Dovecot
    sink: FaultySmtp
    sent: set[str] = field(default_factory=set)  # Message-IDs of what they wrote
    over: threading.Event = field(default_factory=threading.Event)
    _read: int = 0
    _answered: set[str] = field(default_factory=set)

    def write(self, seconds: float) -> None:
        """Every customer's first mail, spread over so much time."""
        chance = random.Random(SEED)
        for number in range(CASES):
            self._send(first_mail(number))
            self.over.wait(chance.uniform(0, 2 * seconds / CASES))

    def answer(self) -> None:
        while not self.over.wait(0.05):
            while self._read < len(self.sink.taken):
                recipient, raw = self.sink.taken[self._read]
                self._read += 1
                self._answer(recipient, parsed(raw))

    def _answer(self, recipient: str, letter: EmailMessage) -> None:
        dialogue, _ = DIALOGUES[NAMES[customer_of(letter) % len(NAMES)]]
        words = dialogue.get(str(letter["X-Postcase-Letter"]))
        if words and letter["Message-ID"] not in self._answered:
            self._answered.add(letter["Message-ID"])
            client = CLIENTS["Thunderbird" if recipient == ENGINEER else "Gmail"]
            self._send(written(client, Reply(letter, f"Somebody <{recipient}>", words)))

    def _send(self, raw: bytes) -> None:
        self.sent.add(str(parsed(raw)["Message-ID"]).strip("<>"))
        self.dovecot.deliver(raw)


def first_mail(number: int) -> bytes:
    return (
        f"From: Customer {number} <c{number}@customer{number % 50}.example>\r\nTo: {DESK}\r\n"
        f"Subject: Trouble {number} here\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"Message-ID: <mail-{number}@customer.example>\r\n\r\nNothing works, number {number}.\r\n"
    ).encode()


def customer_of(letter: EmailMessage) -> int:
    return int(str(letter["Subject"]).partition("Trouble ")[2].split()[0])


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def people(dovecot: Dovecot) -> Iterator[People]:
    with FaultySmtp() as sink:
        people = People(dovecot, sink)
        reader = threading.Thread(target=people.answer)
        reader.start()
        yield people
        people.over.set()
        reader.join()


def test_killed_in_a_loop_every_dialogue_goes_on_as_if_nothing_had_been(people: People, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    intake = mailbox(DESK, people.dovecot.imap_port)
    engineers = [("Eva Example", ENGINEER)]
    text = config(DESK, smtp_port=people.sink.port, intakes=intake, engineers=engineers, waits=WAITS)
    (tmp_path / "config.toml").write_text(text)
    desk = Process(tmp_path)
    desk.wait_for(": connected (")
    writer = threading.Thread(target=people.write, args=(KILLS * 1.2,))
    writer.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.5, 2.2))
        assert desk.process.poll() is None, "the daemon ended by itself:\n" + desk.log[-3000:]
        desk.process.kill()
        desk.process.wait()
        desk = Process(tmp_path)
    writer.join()
    desk.wait_for(": connected (")
    wait_until(lambda: all_done(tmp_path / "data"), "the end of all dialogues", PATIENCE_SECONDS)
    assert desk.end() == 0
    check(people, tmp_path)


def all_done(data: Path) -> bool:
    cases = stored(data)
    return len(cases) == CASES and all(
        case.status is DIALOGUES[dialogue_of(case)][1]
        and len(case.messages) == 1 + len(DIALOGUES[dialogue_of(case)][0])
        and not any(letter.post is Post.WAITING for letter in case.letters)
        for case in cases
    )


def check(people: People, folder: Path) -> None:
    cases = stored(folder / "data")
    filed = Counter(message.message_id for case in cases for message in case.messages)
    assert filed == Counter(dict.fromkeys(people.sent, 1))
    assert people.dovecot.subjects() == []
    assert len(people.dovecot.subjects("Processed")) == len(people.sent)
    seen = copies_by_letter(people.sink)
    for case in cases:
        check_case(case, seen)
    lie_open = {path.name for path in (folder / "data/cases/open").iterdir()}
    assert lie_open == {f"{case.number:07d}" for case in cases if not case.closed}
    copies = sum(len(raws) - 1 for raws in seen.values())
    # The desk notes what was taken case by case: a kill may cost a second copy of each letter of one case.
    assert copies <= 2 * KILLS
    figures = {"cases": CASES, "mails": len(people.sent), "kills": KILLS, "letters": len(seen)}
    print(json.dumps({**figures, "second copies": copies}))


def check_case(case: Case, seen: dict[str, list[bytes]]) -> None:
    for letter in case.letters:
        copies = seen.get(letter.message_id, [])
        assert len(set(copies)) <= 1, f"case {case.number}: copies of {letter.name} differ"
        assert copies or letter.post is not Post.SENT, f"case {case.number}: {letter.name} was never seen"
    names = Counter(letter.name for letter in case.letters)
    assert names["confirmation"] == names["assigned"] == 1
    assert names["closed"] == (case.status is Status.CLOSED)
    answers, _ = DIALOGUES[dialogue_of(case)]
    assert names["relay"] == (answers.get("assigned", "/")[0] != "/")
    if dialogue_of(case) == "the customer falls silent":
        assert names["reminder"] == 2
    for reply in case.messages[1:]:
        if reply.role is Role.CUSTOMER:
            check_no_reminder_after(case, reply)


def check_no_reminder_after(case: Case, reply: Message) -> None:
    """Papers are numbered in the order of the decisions: nobody was reminded once the reply was there."""
    assert all(letter.paper < reply.paper for letter in case.letters if letter.name == "reminder")


def copies_by_letter(sink: FaultySmtp) -> dict[str, list[bytes]]:
    seen: defaultdict[str, list[bytes]] = defaultdict(list)
    for _, raw in sink.taken:
        seen[str(parsed(raw)["Message-ID"]).strip("<>")].append(raw)
    return seen


def dialogue_of(case: Case) -> str:
    return NAMES[int(case.subject.split()[1]) % len(NAMES)]


def stored(data: Path) -> list[Case]:
    store = TinydbStore(data, writer=False)
    try:
        return [case for number in store.all_numbers() if (case := store.case(number))]
    finally:
        store.close()
