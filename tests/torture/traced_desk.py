"""One desk whose system calls are told apart by strace, the servers and people around it, and what they do with each other.

A flow, say an engineer's reply with all that follows from it, is done once while strace writes down the calls that change
a file or speak to a server. Then it is done again and again, from the same files, and disturbed: test_kill_at_calls.py kills it,
test_faults_at_calls.py has a call fail. The desk must end as if nothing had been.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from pprint import pformat

import pytest
from daemon_under_test import FaultySmtp
from imapclient import IMAPClient
from live.clients import CLIENTS, Reply, written

from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.embedded.embedded_mailboxes import StoredMessage
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case, Letter, Post

# For `strace -e trace=`; a question mark: not every machine has it.
CALLS = (
    "?openat,?write,?writev,?pwrite64,?ftruncate,?fsync,?fdatasync,?rename,?renameat,?renameat2,?link,?linkat,?unlink,"
    "?unlinkat,?mkdir,?mkdirat,?rmdir,?flock,?close,?connect,?sendto,?sendmsg,?recvfrom,?recvmsg,?shutdown,"
    "?read"
)
SPEAKS = {"connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "shutdown"}
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UNDO = (0, 30)  # minutes: what can be taken back has gone out after them
A_MINUTE = timedelta(minutes=1)
DESK, ANN, HANS, CARL = "support@example.com", "ann@customer.example", "hans@kunde.example", "carl@third.example"
EVA, DEV, PAM = "eva@desk.example", "dev@build.example", "pam@release.example"
CONFIG = """
[desk]
name = "Example Support"
address = "support@example.com"
data = "data"
first_number = 1
[[mailbox]]
host = "127.0.0.1"
port = {imap_port}
tls = "none"
username = "support@example.com"
password = "secret"
[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
[hours]
always = true
[lifecycle]
outage_after = "60d"
[[engineer]]
name = "Eva Example"
address = "eva@desk.example"
[[staff]]
name = "Dev Example"
address = "dev@build.example"
teams = ["development"]
[[staff]]
name = "Pam Example"
address = "pam@release.example"
teams = ["product management", "development", "qa"]
[[organisation]]
name = "Customer Ltd"
domains = ["customer.example"]
maintenance_until = "2030-12-31"
[[organisation]]
name = "Kunde GmbH"
domains = ["kunde.example"]
maintenance_until = "2030-12-31"
"""


@dataclass(frozen=True)
class Says:
    """Somebody writes: a first mail, or an answer to the last letter of a name that he has."""

    who: str
    words: str
    answers: str = ""


@dataclass(frozen=True)
class Passes:
    """Nobody writes for so many days."""

    days: int


Step = Says | Passes
Look = tuple[object, ...]  # of a case


@dataclass(frozen=True)
class Boundary:
    """The moment before a system call: its name, and which of its kind it is, as strace counts them."""

    call: str
    count: int
    line: str
    changes: bool  # a file; else it speaks to a server, or closes something
    before: Mapping[str, int] = field(default_factory=dict)  # how many of each kind there were


@dataclass(frozen=True)
class Flow:
    """What has been, and the step that is killed on its way."""

    name: str
    step: Step
    before: tuple[Step, ...] = ()
    waits: tuple[int, ...] = (0,)  # minutes; the desk looks what is to be done after each


OPENED = (Says(ANN, "It burns."),)
ASKED = (*OPENED, Says(EVA, "Is it plugged in?", "assigned"))
WAITING = (
    *OPENED,
    Says(EVA, "/escalate maintenance Cooler fuser", "assigned"),
    Says(HANS, "Es brennt."),
    Says(EVA, "/escalate maintenance 1", "assigned"),
    Says(CARL, "It smokes."),
    Says(EVA, "/escalate maintenance 1", "assigned"),
    *(Says(PAM, command, "change") for command in ("/accept", "/work", "/qa", "/verified")),
)
FLOWS = (
    #    what                   the step that is killed                                    what has been   minutes to wait
    Flow("a new case",          Says(HANS, "Es brennt."),                                 OPENED),
    Flow("an engineer's reply", Says(EVA, "Is it plugged in?", "assigned"),               OPENED, (0, 30)),
    Flow("the first start",     Says(ANN, "It burns.")),
    Flow("a customer's reply",  Says(ANN, "It is.", "relay"),                             ASKED),
    Flow("close",               Says(EVA, "/close\nDone.", "assigned"),                   ASKED, (0, 30)),
    Flow("reminder",            Passes(4),                                                ASKED),
    Flow("automatic close",     Passes(4),                                                (*ASKED, Passes(4), Passes(4))),
    Flow("escalation",          Says(EVA, "/escalate development\nIt burns.", "assigned"), OPENED, (0, 30)),
    Flow("release to many",     Says(PAM, "/release version 9.2.1 to all", "change"),     WAITING, (0, 30)),
)  # fmt: skip


class Desk:
    """The desk of desk_in_one_go.py, once for every order, under strace or not."""

    def __init__(self, folder: Path, imap_port: int, smtp_port: int) -> None:
        self.folder = folder
        self.data = folder / "data"
        config = folder / "config.toml"
        config.write_text(CONFIG.format(imap_port=imap_port, smtp_port=smtp_port))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            program = [sys.executable, str(Path(__file__).with_name("desk_in_one_go.py")), str(config)]
            self._forks = subprocess.Popen(
                program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )

    def close(self) -> None:
        with self._forks:
            self._forks.kill()

    def work(self, at: datetime, waits: tuple[int, ...]) -> None:
        child = self._begin(at, waits)
        os.kill(child, signal.SIGUSR1)
        assert self._end() == 0, self.log.read_text()[-4000:]

    def calls(self, at: datetime, waits: tuple[int, ...]) -> list[str]:
        """The lines of strace, as the desk does it all."""
        assert self._traced(at, waits, "-e", f"trace={CALLS}") == 0, self.log.read_text()[-4000:]
        return (self.folder / "calls").read_text().splitlines()

    def disturbed(self, at: datetime, waits: tuple[int, ...], *expressions: str, more: tuple[str, ...] = ()) -> int:
        """With these of `strace -e`, and more options; how it ended, as waitpid has it."""
        return self._traced(at, waits, *more, *(option for expression in expressions for option in ("-e", expression)))

    def _traced(self, at: datetime, waits: tuple[int, ...], *options: str) -> int:
        child = self._begin(at, waits)
        command = ["strace", "-f", "-o", str(self.folder / "calls"), *options, "-p", str(child)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            os.kill(child, signal.SIGUSR1)
            status = self._end()
            tracer.communicate()
        if "attached" not in said:
            pytest.skip(
                f"this machine lets nobody trace a process, so no system call can be told apart: {said.strip()}"
            )
        return status

    def _begin(self, at: datetime, waits: tuple[int, ...]) -> int:
        assert self._forks.stdin is not None
        self._forks.stdin.write(json.dumps({"at": at.isoformat(), "waits": waits}) + "\n")
        self._forks.stdin.flush()
        return self._answer()

    def _end(self) -> int:
        return self._answer()

    def _answer(self) -> int:
        assert self._forks.stdout is not None
        return int(self._forks.stdout.readline())


@dataclass
class World:
    """One desk with its servers, and everybody who writes to it."""

    folder: Path
    imap: EmbeddedMail
    smtp: FaultySmtp
    desk: Desk
    at: datetime = MONDAY
    mails: int = 0

    def live(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            self.bring(self.prepare(step))
            self.desk.work(self.at, UNDO)
            self.at += timedelta(hours=1)

    def prepare(self, step: Step) -> bytes:
        """The mail of a step; none when time passes."""
        if isinstance(step, Passes):
            self.at += timedelta(days=step.days)
            return b""
        self.mails += 1
        if not step.answers:
            return first_mail(self.mails, step.who, step.words)
        letter = next(
            letter for to, raw in reversed(self.smtp.taken)
            if to == step.who and (letter := parsed(raw))["X-Postcase-Letter"] == step.answers
        )  # fmt: skip
        return written(CLIENTS["Thunderbird"], Reply(letter, f"Somebody <{step.who}>", step.words))

    def forget_folders(self) -> None:
        with IMAPClient("127.0.0.1", self.imap.imap_port, ssl=False) as client:
            client.login(DESK, "secret")
            for name in ("Processed", "Quarantine"):
                if client.folder_exists(name):
                    client.delete_folder(name)

    @property
    def processed(self) -> list[StoredMessage]:
        return self.imap.folder(DESK, "Processed")

    def bring(self, mail: bytes) -> None:
        if mail:
            self.imap.deliver(DESK, mail)


class Trial:
    """One flow, from the same files again and again."""

    def __init__(self, world: World, flow: Flow, mail: bytes) -> None:
        self._world, self.flow, self._mail = world, flow, mail
        self._again = world.at + timedelta(minutes=sum(flow.waits)) + A_MINUTE
        self._files = world.folder / "before"
        if world.desk.data.exists():
            shutil.copytree(world.desk.data, self._files)
        self._known = {letter.message_id for case in stored(self._files) for letter in case.letters}

    def undisturbed(self) -> list[str]:
        """What strace writes down of it; and what comes of it is what must always come of it."""
        self.begin()
        lines = self._world.desk.calls(self._world.at, self.flow.waits)
        self._world.desk.work(self._again, UNDO)
        self._end, self._names = picture(self._world.desk.data), names(self._world.desk.data)
        assert self._check() == [], "a letter went out twice, and nobody was killed"
        return lines

    def killed(self, boundary: Boundary) -> bool:
        """Was it killed there? Else it has come to its end, and there was no such call."""
        self.begin()
        return self.killed_again(boundary)

    def killed_again(self, boundary: Boundary) -> bool:
        """From the files as they are now."""
        inject = f"inject={boundary.call}:signal=SIGKILL:when={boundary.count}"
        status = self.disturb(self.flow.waits, f"trace={boundary.call}", inject)
        assert status in (0, signal.SIGKILL), self.log()
        return status == signal.SIGKILL

    def disturbed(self, waits: tuple[int, ...], *expressions: str) -> int:
        """From the same files, with these of `strace -e`; how it ended, as waitpid has it."""
        self.begin()
        return self.disturb(waits, *expressions)

    def disturb(self, waits: tuple[int, ...], *expressions: str, more: tuple[str, ...] = ()) -> int:
        """From the files as they are now."""
        return self._world.desk.disturbed(self._world.at, waits, *expressions, more=more)

    def settled(self, *, books: bool = True) -> list[tuple[int, Letter]]:
        """Started again and left in peace, the desk ends as if nothing had been; back come the letters that went out again.

        `books`: even the morning lists of the engineers are the same. What they list depends on when the desk could work.
        """
        taken = len(self._world.smtp.taken)
        noted = {
            letter.message_id for case in stored(self._world.desk.data) for letter in case.letters if letter.sent_at
        }
        self._world.desk.work(self._again, UNDO)
        found, expected = picture(self._world.desk.data), self._end
        if books:
            assert names(self._world.desk.data) == self._names
        else:
            found, expected = without_books(found), without_books(expected)
        assert not (unlike := different(found, expected)), unlike
        posted = {message_id(raw) for _, raw in self._world.smtp.taken[taken:]}
        assert not posted & noted, "sent again, although the desk knew"
        return self._check()

    def log(self) -> str:
        return self._world.desk.log.read_text()[-4000:]

    def begin(self) -> None:
        """The files as they were before, and the mail in its mailbox."""
        if not self.flow.before:
            self._world.forget_folders()
        shutil.rmtree(self._world.desk.data, ignore_errors=True)
        if self._files.exists():
            shutil.copytree(self._files, self._world.desk.data)
        self._processed = len(self._world.processed)
        self._taken = len(self._world.smtp.taken)
        self._world.bring(self._mail)

    def _check(self) -> list[tuple[int, Letter]]:
        """Every letter was received, and it is the one that lies on its case; back come those that came twice, or more."""
        assert self._world.imap.folder(DESK) == []
        assert len(self._world.processed) == self._processed + bool(self._mail)
        came: defaultdict[str, list[bytes]] = defaultdict(list)
        for _, raw in self._world.smtp.taken[self._taken :]:
            came[message_id(raw)].append(raw)
        assert all(len(set(copies)) == 1 for copies in came.values()), "a second copy differs"
        letters = [(case.number, letter) for case in stored(self._world.desk.data) for letter in case.letters]
        sent = {letter.message_id: (number, letter) for number, letter in letters if letter.post is Post.SENT}
        assert came.keys() == sent.keys() - self._known
        return [sent[id] for id, copies in came.items() for _ in copies[1:]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt-get install strace")
    places: list[World] = []
    imap = EmbeddedMail({DESK: "secret"}, now=lambda: places[0].at if places else MONDAY)
    with imap, FaultySmtp() as smtp:
        world = World(tmp_path, imap, smtp, Desk(tmp_path, imap.imap_port, smtp.port))
        places.append(world)
        yield world
        world.desk.close()


def first_mail(number: int, who: str, words: str) -> bytes:
    return (
        f"From: Somebody <{who}>\r\nTo: {DESK}\r\nSubject: Trouble {number}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"Message-ID: <mail-{number}@customer.example>\r\n\r\n{words}\r\n"
    ).encode()


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def message_id(raw: bytes) -> str:
    return str(parsed(raw)["Message-ID"]).strip("<>")


def boundaries_of(lines: list[str], read: Path | None = None) -> list[Boundary]:
    """The calls that matter: not those that fail, or only read a file. With `read`: those that read a file below it."""
    counts: Counter[str] = Counter()
    reading: dict[str, bool] = {}  # descriptor, and whether it is of such a file
    found = []
    for line in whole(lines):
        match = re.match(r"(\w+)\((.*)\) += (-?\d+)", line)
        if not match:
            continue
        call, arguments, result = match.groups()
        counts[call] += 1
        if call == "openat" and "O_RDONLY" in arguments:
            reading[result] = bool(read) and f'"{read}/' in arguments
            asked = reading[result]
        elif call == "close" and arguments in reading:
            del reading[arguments]
            continue
        elif call == "read":
            asked = reading.get(arguments.partition(",")[0], False)
        else:
            asked = not read
        if asked and (result != "-1" or "EINPROGRESS" in line):
            changes = call not in {*SPEAKS, "close", "read"}
            found.append(Boundary(call, counts[call], line, changes, dict(counts)))
    return found


def whole(lines: list[str]) -> Iterator[str]:
    """The calls of the thread that works, without its number; the others only watch that nothing takes too long.

    A call during which strace had a line for another thread stands on two lines.
    """
    worker, begun = lines[0].split()[0], ""
    for line in lines:
        thread, said = line.split(maxsplit=1)
        if said.startswith("+++"):
            continue
        assert thread == worker, f"strace counts the calls of each thread by itself: {line}"
        if said.endswith("<unfinished ...>"):
            begun = said.removesuffix("<unfinished ...>").rstrip()
        else:
            yield begun + said.partition(" resumed>")[2] if said.startswith("<... ") else said


def stored(data: Path) -> list[Case]:
    """Every case. Each can be read, and found by each of its mails."""
    store = TinydbStore(data, writer=False)
    try:
        cases = [case for number in store.all_numbers() if (case := store.case(number))]
        assert store.damaged() == []
        for case in cases:
            ids = [*(message.message_id for message in case.messages), *(letter.message_id for letter in case.letters)]
            assert {store.find(id) for id in ids} == {case.number}
        return cases
    finally:
        store.close()


def picture(data: Path) -> list[Look]:
    """All that must be the same however often it was begun; the times are not."""
    return [
        (
            *(
                case.book,
                case.number,
                case.status,
                case.owner,
                case.customer,
                case.severity,
                case.papers,
                bool(case.timer),
            ),
            [(message.paper, message.message_id, message.role, message.held) for message in case.messages],
            [(letter.paper, letter.name, letter.to, letter.post) for letter in case.letters],
            [(entry.event, entry.rule) for entry in case.history],
        )
        for case in stored(data)
    ]


def without_books(picture: list[Look]) -> list[Look]:
    """Not the cases in which lies what is about no case."""
    return [look for look in picture if not look[0]]


def different(found: list[Look], expected: list[Look]) -> str:
    """For a human; nothing when they are the same."""
    lines = ([pformat(case, width=120).splitlines() for case in cases] for cases in (found, expected))
    found_lines, expected_lines = ([line for case in cases for line in case] for cases in lines)
    return "\n".join(difflib.unified_diff(expected_lines, found_lines, "expected", "found", n=1, lineterm=""))


def names(data: Path) -> set[str]:
    """Of all files: nothing half written lies there, and nothing is missing. A place in the index is a digest."""
    files = (path.relative_to(data) for path in data.rglob("*"))
    return {(path.with_name(f"any{path.suffix}") if path.parent.name == "msgid" else path).as_posix() for path in files}
