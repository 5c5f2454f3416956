"""Is there a mail that stops the desk? Real mails, changed at random, through the whole intake: parse, match, decide, commit.

Each ends in a case or in quarantine; what lies in quarantine because something failed in a way that nobody foresaw is a finding.
POSTCASE_FUZZ=1000000 tries that many mails instead of a few; POSTCASE_FUZZ_SEED begins somewhere else.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conversations.player import DESK, Player
from reply_corpus import MAILS as CORPORA

from daemon.intake.arrival import Arrival, Fate

COUNT = int(os.environ.get("POSTCASE_FUZZ", "2000"))
SEED = int(os.environ.get("POSTCASE_FUZZ_SEED", "20261126"))
AT_ONCE = 20
MAILS_A_DESK = 400  # then a new one, so that the store does not grow
SLOWEST_SECONDS = 5.0  # of processor time, for one mail
LARGEST = 200_000

pytestmark = [pytest.mark.torture, pytest.mark.timeout(120 + COUNT)]

NASTY = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\x80", b"\xff\xfe", b"=?utf-8?b?", b"=?utf-32?q?=00?=", b"?=", b"--", b"*0*=", b"\"",
    b"<", b">", b"Content-Type: multipart/mixed; boundary=", b"Content-Type: message/rfc822\r\n\r\n", b"%s%n{0}{{",
    b"Content-Transfer-Encoding: base64\r\n", b"charset=\"unicode_escape\"", b"charset=zlib", b"[Case #1]", b"/close\r\n",
    b"-=- x -=-", b"In-Reply-To: <case.1.2.", b"@example.com>", b"Auto-Submitted: auto-replied\r\n", b"\xe2\x80\xae",
    b"Content-Type: multipart/report; report-type=delivery-status\r\n", b"From: eva@desk.example\r\n", b"\xf0\x9f\x92\xa9",
    b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n", b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n",
)  # fmt: skip


def seeds() -> list[bytes]:
    """Our own mails, and those of other projects where they lie beside the checkout."""
    own = Path(__file__).parent.parent / "mails"
    files = [*own.glob("*.eml"), *(CORPORA.rglob("*.eml") if CORPORA.is_dir() else ())]
    return [raw for file in sorted(files) if len(raw := file.read_bytes()) <= LARGEST]


def changed(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 3, 8, 20))):
        raw = chance.choice(CHANGES)(raw, chance, others)[:LARGEST]
    return raw


def _flip(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + bytes((chance.randrange(256),)) + raw[at + 1 :]


def _insert(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(NASTY) + raw[at:]


def _cut(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + raw[at + chance.randrange(200) :]


def _end(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _splice(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def _repeat(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    start = chance.randrange(len(raw) + 1)
    piece = raw[start : start + chance.randrange(1, 80)]
    return raw[:start] + piece * chance.choice((2, 3, 50, 500)) + raw[start:]


def _swap_lines(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    lines = raw.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


CHANGES: tuple[Callable[[bytes, random.Random, list[bytes]], bytes], ...] = (
    _flip, _insert, _insert, _cut, _end, _splice, _repeat, _swap_lines,
)  # fmt: skip


def mails() -> Iterator[bytes]:
    chance, known = random.Random(SEED), seeds()
    for number in range(COUNT):
        yield b"X-Number: %d\r\n" % number + changed(chance.choice(known), chance, known)


def test_no_mail_stops_the_desk_and_each_is_somewhere() -> None:
    memory = Path("/dev/shm")
    waiting = mails()
    slowest = 0.0
    for start in range(0, COUNT, MAILS_A_DESK):
        with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
            desk = Player(Path(folder), DESK)
            desk.write("ann@customer.example", "Printer on fire", "Help.", [])
            for _ in range(0, min(MAILS_A_DESK, COUNT - start), AT_ONCE):
                some = list(islice(waiting, AT_ONCE))
                slowest = max(slowest, taken(desk, some))
                desk.clock.advance(timedelta(hours=2))  # no cap is reached
            found = [one.reason for one in desk.store.quarantined() if "Error" in one.reason or "failed" in one.reason]
            desk.close()
        assert found == []
    print(f"{COUNT} mails from seed {SEED}, none lost; the slowest {AT_ONCE} took {slowest:.2f} s of processor time")


def taken(desk: Player, some: list[bytes]) -> float:
    started = time.process_time()
    fates = desk.service.take([Arrival(raw, "fuzz", desk.clock.now()) for raw in some])
    spent = time.process_time() - started
    assert all(fate in (Fate.FILED, Fate.KNOWN, Fate.QUARANTINED) for fate in fates)
    assert spent < SLOWEST_SECONDS * AT_ONCE
    desk.settle()
    return spent
