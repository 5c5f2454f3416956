"""Does a daemon that runs for long grow? The mail of a busy desk, for POSTCASE_SOAK_SECONDS; its memory, threads, descriptors.

`postcase run` as users run it, between two servers; the network to both is disturbed now and then. Customers and engineers write
and answer until each case is closed, by an engineer or for silence, and between their mails come broken and large ones.
So the open cases stay as many, and what grows is what the desk does not let go. Of each twelfth of the time stands
the median of the resident memory, of all its processes, and the fewest descriptors, as a connection to come or go is no leak.
In the end every mail is filed once, and no letter waits.
"""

from __future__ import annotations

import glob
import json
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from chaos_proxy import ChaosProxy, Fault, imap_command, smtp_command
from daemon_under_test import FaultySmtp, Process, wait_until
from live.clients import CLIENTS, Reply, written
from live.desk_process import config, mailbox
from torture.test_fuzz import changed, seeds
from torture.test_kill_dialogues import stored
from torture.traced_desk import parsed

from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.storage.tinydb_store import TinydbStore

DESK, ENGINEER = "support@example.com", "eva@desk.example"
SECONDS = int(os.environ.get("POSTCASE_SOAK_SECONDS", "24"))
TELLING_SECONDS = 7200  # before that, large mails come too rarely for the memory to have found its size
CUSTOMERS_A_SECOND = 2.0
WAITS = "20s" if SECONDS >= 600 else "3s"
SEED = 20261127
PIECES, WARM_UP, FEW = 12, 3, 4
SAMPLE_SECONDS = min(2.0, SECONDS / PIECES / 2)
DISTURBED_SECONDS = 20  # from one fault of the network to the next
OUTAGE_AFTER = "10s"  # after each of them nobody is reminded for so long
STRANGE = 0.1  # the share of mails that were changed at random
LARGE = 0.02
LARGE_OCTETS = 3_000_000
SILENT = 5  # each so many-th customer does not answer
PATIENCE_SECONDS = 300
MOST_GROWTH = 0.05
CAPS = """
[guard]
confirmations_per_hour = 1000000
"""  # the load is far beyond that of a desk
FAULTS = (Fault.DEAF, Fault.FIN, Fault.RESET, Fault.FIN_AFTER, Fault.RESET_AFTER, Fault.CUT)  # none changes a mail
DISTURBANCES = (
    (("UID SEARCH", "UID FETCH", "UID MOVE", "IDLE", "LOGIN"), FAULTS),
    (("MAIL", "DATA", ".", "EHLO"), FAULTS[1:]),  # an answer that never comes is waited for ten minutes
)


@dataclass
class Town:
    """Everybody who writes. What was sent is known by its Message-ID, if it has one."""

    imap: EmbeddedMail
    smtp: FaultySmtp
    over: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    sent: set[str] = field(default_factory=set)
    mails: int = 0
    letters: int = 0
    _answered: set[str] = field(default_factory=set)

    def write(self) -> None:
        chance, known = random.Random(SEED), seeds()
        for number in range(sys.maxsize):
            self._send(first_mail(number, LARGE_OCTETS if chance.random() < LARGE else 0))
            if chance.random() < STRANGE:
                self._deliver(b"X-Number: %d\r\n" % number + changed(chance.choice(known), chance, known))
            if self.over.wait(chance.uniform(0, 2 / CUSTOMERS_A_SECOND)):
                return

    def answer(self) -> None:
        """Read letters are thrown away."""
        while not self.done.wait(0.05):
            read = len(self.smtp.taken)
            for recipient, raw in self.smtp.taken[:read]:
                self.letters += 1
                self._answer(recipient, parsed(raw))
            del self.smtp.taken[:read]
            del self.smtp.connections[:-10]

    def _answer(self, recipient: str, letter: EmailMessage) -> None:
        id = str(letter["Message-ID"])
        words = answer_to(str(letter["X-Postcase-Letter"]), str(letter["Subject"]))
        if words and id not in self._answered:
            self._answered.add(id)
            client = CLIENTS["Thunderbird" if recipient == ENGINEER else "Gmail"]
            self._send(written(client, Reply(letter, f"Somebody <{recipient}>", words)))

    def _send(self, raw: bytes) -> None:
        self.sent.add(str(parsed(raw)["Message-ID"]).strip("<>"))
        self._deliver(raw)

    def _deliver(self, raw: bytes) -> None:
        self.mails += 1
        self.imap.deliver(DESK, raw)


@dataclass(frozen=True)
class Sample:
    """Of the daemon and the processes it has started."""

    memory: float  # MB, resident
    descriptors: int
    threads: int
    processes: int


def answer_to(letter: str, subject: str) -> str:
    """What its reader writes; nothing to most letters."""
    number = re.search(r"Trouble (\d+)", subject)
    if not number:
        return "/close" if letter == "assigned" else ""
    silent = int(number[1]) % SILENT == 0
    answers = {"assigned": "Is it plugged in?", "relay": "" if silent else "It is.", "replied": "/close\nBuy another."}
    return answers.get(letter, "")


def first_mail(number: int, file: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Customer {number} <c{number}@customer{number % 5000}.example>"
    mail["To"], mail["Subject"] = DESK, f"Trouble {number} here"
    mail["Date"], mail["Message-ID"] = datetime.now(UTC), f"<mail-{number}@customer.example>"
    mail.set_content(f"Nothing works, number {number}.\n")
    if file:
        mail.add_attachment(bytes(file), "application", "octet-stream", filename="dump.bin")
    return mail.as_bytes(SMTP)


def sample(root: int) -> Sample:
    family = [root, *children(root)]
    fields = [status(pid) for pid in family]
    return Sample(
        sum(one.get("VmRSS", 0) for one in fields) / 1024,
        sum(len(glob.glob(f"/proc/{pid}/fd/*")) for pid in family),
        sum(one.get("Threads", 0) for one in fields),
        len(family),
    )


def children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, said_by(task / "children").split())


def status(pid: int) -> dict[str, int]:
    """The numbers of /proc/PID/status."""
    said = said_by(Path(f"/proc/{pid}/status"))
    return {name: int(number) for name, number in re.findall(r"^(\w+):\s+(\d+)", said, re.MULTILINE)}


def said_by(file: Path) -> str:
    """Nothing, when its thread or process has just ended."""
    try:
        return file.read_text()
    except OSError:
        return ""


def watched(process: Process, disturb: list[ChaosProxy]) -> list[list[Sample]]:
    """What the daemon took, for each twelfth of the time."""
    chance, pieces = random.Random(SEED), []
    disturbed = time.monotonic()
    for piece in range(PIECES):
        pieces.append([])
        end = time.monotonic() + SECONDS / PIECES
        while time.monotonic() < end:
            time.sleep(SAMPLE_SECONDS)
            assert process.process.poll() is None, process.log[-3000:]
            pieces[-1].append(sample(process.process.pid))
            if time.monotonic() - disturbed > DISTURBED_SECONDS:
                disturbed = time.monotonic()
                proxy, (places, faults) = chance.choice(list(zip(disturb, DISTURBANCES, strict=True)))
                proxy.strike(chance.choice(faults), chance.choice(places))
        memory, descriptors = taken(pieces)
        print(f"{piece + 1}/{PIECES}  {memory[-1]:.1f} MB  {descriptors[-1]:.0f} descriptors", flush=True)
    return pieces


def taken(pieces: list[list[Sample]]) -> tuple[list[float], list[int]]:
    """Memory and descriptors of each piece."""
    return (
        [statistics.median(one.memory for one in piece) for piece in pieces],
        [min(one.descriptors for one in piece) for piece in pieces],
    )


def growth(values: list[float]) -> float:
    """From the first piece after the warm-up to the last, by the line that fits best, as a share of where it begins."""
    kept = values[WARM_UP:]
    slope, start = statistics.linear_regression(range(len(kept)), kept)
    return slope * (len(kept) - 1) / start


def empty(folder: Path, imap: EmbeddedMail) -> bool:
    if imap.folder(DESK):
        return False
    store = TinydbStore(folder / "data", writer=False)
    try:
        left = (store.case(number) for number in store.open_numbers())
        return not store.waiting_letters() and not any(case and "Trouble" in case.subject for case in left)
    finally:
        store.close()


def filed(folder: Path) -> Counter[str]:
    return Counter(message.message_id for case in stored(folder / "data") for message in case.messages)


@pytest.mark.torture
@pytest.mark.timeout(60 + PATIENCE_SECONDS + SECONDS)
def test_what_the_daemon_takes_does_not_grow_and_every_mail_is_filed_once(tmp_path: Path) -> None:
    with EmbeddedMail({DESK: "secret"}, now=lambda: datetime.now(UTC)) as imap, FaultySmtp() as smtp:
        town = Town(imap, smtp)
        pieces = lived(tmp_path, town)
    there = filed(tmp_path)
    memory, descriptors = taken(pieces)
    grown = growth(memory)
    most = {name: max(getattr(one, name) for piece in pieces for one in piece) for name in ("threads", "processes")}
    figures = {
        "seconds": SECONDS,
        "mails": town.mails,
        "letters": town.letters,
        "MB": [round(one, 1) for one in memory],
    }
    print(json.dumps({**figures, "descriptors": descriptors, "most": most, "memory grew by": f"{grown:.1%}"}))
    assert [id for id in town.sent if there[id] != 1] == []
    assert min(descriptors[-FEW:]) <= max(descriptors[:FEW]), "descriptors are not given back"
    assert grown < MOST_GROWTH or SECONDS < TELLING_SECONDS


def lived(folder: Path, town: Town) -> list[list[Sample]]:
    """What the daemon took, for each twelfth of the time; all cases have come to their end."""
    proxies = [ChaosProxy(town.imap.imap_port, imap_command), ChaosProxy(town.smtp.port, smtp_command)]
    intake = mailbox(DESK, proxies[0].port, "secret")
    text = config(
        DESK,
        smtp_port=proxies[1].port,
        intakes=intake,
        engineers=[("Eva Example", ENGINEER)],
        waits=WAITS,
        lifecycle=f'outage_after = "{OUTAGE_AFTER}"',
    )
    (folder / "config.toml").write_text(text + CAPS)
    threads = [threading.Thread(target=work, daemon=True) for work in (town.write, town.answer)]
    with Process(folder) as process:
        process.wait_for(": connected (")
        for thread in threads:
            thread.start()
        pieces = watched(process, proxies)
        town.over.set()
        for proxy in proxies:
            proxy.calm()
        wait_until(lambda: empty(folder, town.imap), "the end of all cases", PATIENCE_SECONDS)
        town.done.set()
        assert process.end() == 0, process.log[-3000:]
    for thread in threads:
        thread.join()
    for proxy in proxies:
        proxy.close()
    return pieces
