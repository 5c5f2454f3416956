"""How much more does a mail cost in the desk than its bare input and output? From Dovecot to an SMTP sink, in turn."""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from live.dovecot import Dovecot  # noqa: E402

from daemon.storage.tinydb_store import TinydbStore  # noqa: E402
from rules.case import Case, Message, Role, Status  # noqa: E402
from rules.mail import Address, Kind  # noqa: E402

CONFIG = """
[desk]
name = "Example Support"
address = "support@example.com"
data = "{data}"
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
[[engineer]]
name = "Ann Example"
address = "ann@desk.example"
[guard]
confirmations_per_hour = 1000000
confirmations_per_domain_per_hour = 1000000
"""
BODY = "A line of a mail that describes some trouble in the words of a customer.\r\n" * 40


@dataclass
class Run:
    wall: float
    cpu: float
    mails: int


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mails", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--cases", type=int, nargs="*", default=[0, 10_000])
    arguments.add_argument("--profile", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, Sink() as smtp_port:
        dovecot = Dovecot()
        dovecot.start()
        try:
            for cases in options.cases:
                measure(Bench(dovecot, smtp_port, Path(folder) / str(cases), options.mails), cases, options.rounds)
            if options.profile:
                Bench(dovecot, smtp_port, Path(folder) / "profile", options.mails).profile()
        finally:
            dovecot.stop()


class Sink:
    """Takes every letter and throws it away, in a process of its own."""

    def __enter__(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


class Bench:
    """One desk, and the bare loop beside it, on the same mailbox."""

    def __init__(self, dovecot: Dovecot, smtp_port: int, folder: Path, mails: int) -> None:
        self.dovecot, self.smtp_port, self.folder, self.mails = dovecot, smtp_port, folder, mails
        (folder / "bare").mkdir(parents=True)
        self.config = folder / "config.toml"
        self.config.write_text(
            CONFIG.format(data=folder / "data", imap_port=dovecot.imap_port, smtp_port=smtp_port), encoding="utf-8"
        )
        self.sent = 0

    def desk(self, *more: str) -> Run:
        self._fill()
        return self._child("desk_loop.py", str(self.config), str(self.mails), *more)

    def bare(self) -> Run:
        self._fill()
        ports = (str(self.dovecot.imap_port), str(self.smtp_port))
        return self._child("bare_loop.py", *ports, str(self.folder / "bare"), str(self.mails))

    def first_start(self) -> None:
        """The desk sees its empty mailbox once, so that what comes later is not of the past."""
        self._child("desk_loop.py", str(self.config), "0")

    def profile(self) -> None:
        self.first_start()
        self.desk("cumulative")

    def _fill(self) -> None:
        for _ in range(self.mails):
            self.sent += 1
            self.dovecot.deliver(mail(self.folder.name, self.sent))

    def _child(self, program: str, *arguments: str) -> Run:
        command = [sys.executable, str(HERE / program), *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=self.folder)
        return Run(**json.loads(done.stdout.splitlines()[-1]))


def measure(bench: Bench, cases: int, rounds: int) -> None:
    fill_store(bench.folder / "data", cases)
    bench.first_start()
    pairs = [(bench.bare(), bench.desk()) for _ in range(rounds)]
    print(f"\nwith {cases} cases in the store, {bench.mails} mails a round, {rounds} rounds (medians)")
    for name, runs in (("bare loop", [bare for bare, _ in pairs]), ("desk", [desk for _, desk in pairs])):
        wall = statistics.median(run.wall / run.mails for run in runs) * 1000
        cpu = statistics.median(run.cpu / run.mails for run in runs) * 1000
        print(f"  {name:<10} {1000 / wall:7.0f} mails/s   {wall:6.2f} ms a mail   {cpu:6.2f} ms of processor time")
    time_ratio = statistics.median(desk.wall / desk.mails / (bare.wall / bare.mails) for bare, desk in pairs)
    cpu_ratio = statistics.median(desk.cpu / desk.mails / (bare.cpu / bare.mails) for bare, desk in pairs)
    print(f"  desk / bare loop: {time_ratio:.2f} in time, {cpu_ratio:.2f} in processor time", flush=True)


def fill_store(data: Path, cases: int) -> None:
    """Half of them open, half closed, each with one mail."""
    store = TinydbStore(data)
    now = datetime.now(UTC)
    for start in range(0, cases, 500):
        with store.batch() as batch:
            for number in range(start, min(start + 500, cases)):
                case = old_case(10001 + number, now, closed=number % 2 == 0)
                batch.put(case, {case.messages[0].file: b"Subject: old\r\n\r\nold\r\n"})
    store.close()


def old_case(number: int, now: datetime, *, closed: bool) -> Case:
    customer = Address(f"old{number}@customer.example")
    message = Message(
        1,
        now,
        customer,
        Role.CUSTOMER,
        Kind.PERSON,
        "old",
        f"old-{number}@customer.example",
        f"{number:064x}",
        "0001-in.eml",
    )
    status = Status.CLOSED if closed else Status.WITH_ENGINEER
    return Case(number, status, "old", customer, now, papers=1, messages=(message,), participants=(customer,))


def mail(name: str, number: int) -> bytes:
    return (
        f"From: Customer {number} <c{number}@customer{number % 97}.example>\r\nTo: support@example.com\r\n"
        f"Subject: Trouble {number}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        f"Message-ID: <{name}-{number}@customer.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"\r\nNumber {number}.\r\n{BODY}"
    ).encode()


if __name__ == "__main__":
    main()
