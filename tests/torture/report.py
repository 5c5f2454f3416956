"""What did the long run show? Every suite of kills and faults in turn, a bar for the way to go, and a page of figures.

The page is written after each suite, and keeps what it says of the others: a night may be too short for all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "torture.md"
BAR = 30
HEAD = """# Kills, faults and hostile mails

Printed by `scripts/torture`, each line on its day: {machine}, Python {python}, seeds fixed. {verdict}

| what | day | how much | tests | failed | minutes | said |
|---|---|---|---|---|---|---|
"""
ROW = re.compile(r"^\| (?P<what>[^|]+) \| \d{4}-\d\d-\d\d \|(?:[^|]*\|){2} (?P<failed>\d+) \|")


@dataclass(frozen=True)
class Suite:
    what: str
    files: tuple[str, ...]
    scaled: Mapping[str, int] = field(default_factory=dict)  # variables of the environment, and what one time is
    whole: Mapping[str, str] = field(
        default_factory=dict
    )  # those that turn a selection into all there is, however often

    def environment(self, times: int) -> dict[str, str]:
        return {**self.whole, **{name: str(count * times) for name, count in self.scaled.items()}}

    def size(self, times: int) -> str:
        names = (name.removeprefix("POSTCASE_").replace("_", " ").lower() for name in self.scaled)
        return (
            ", ".join(f"{name}: {count * times:,}" for name, count in zip(names, self.scaled.values(), strict=True))
            or "all"
        )


DAEMON, TORTURE = "tests/daemon/", "tests/torture/"
SUITES = (
    Suite(
        "SIGKILL while mails flow",
        (f"{TORTURE}test_kill.py",),
        {"POSTCASE_KILL_MAILS": 500, "POSTCASE_KILLS": 25, "POSTCASE_QUICK_KILLS": 100, "POSTCASE_TERMS": 25},
    ),
    Suite(
        "SIGKILL in whole dialogues",
        (f"{TORTURE}test_kill_dialogues.py",),
        {"POSTCASE_KILL_CASES": 60, "POSTCASE_KILLS": 15},
    ),
    Suite(
        "SIGKILL before each system call of nine flows",
        (f"{TORTURE}test_kill_at_calls.py",),
        whole={"POSTCASE_EVERY_CALL": "1"},
    ),
    Suite(
        "Any system call fails, once or for good; and a kill while the desk recovers",
        (f"{TORTURE}test_faults_at_calls.py",),
        {"POSTCASE_COMPOUND_FAULTS": 25},
        whole={"POSTCASE_EVERY_FAULT": "1"},
    ),
    Suite(
        "The power fails before any system call of the whole desk",
        (f"{TORTURE}test_power_cut_at_calls.py",),
        {"POSTCASE_DISKS_A_CUT": 1},
        whole={"POSTCASE_CUT_AT_EVERY_CALL": "1"},
    ),
    Suite(
        "Power cuts, and a disk that refuses at every step",
        tuple(f"{DAEMON}test_{name}.py" for name in ("power_cut", "whole_batches", "disk_refusals", "atomic_file")),
        {"POSTCASE_DISKS_A_CUT": 3},
    ),
    Suite("A small disk that runs full, and is made larger", (f"{TORTURE}full_disk.py",)),
    Suite(
        "The network, nine faults at nine places of IMAP and of SMTP, and before Dovecot",
        (f"{TORTURE}test_network.py", f"{TORTURE}test_network_dovecot.py"),
        whole={"POSTCASE_EVERY_DOVECOT_FAULT": "1"},
    ),
    Suite(
        "Connections cut after every so many octets, and a whole desk in a bad network",
        (f"{TORTURE}test_cut_short.py",),
    ),
    Suite("Mailboxes that change, folders that go, logins that are refused", (f"{TORTURE}test_mailbox_changes.py",)),
    Suite("A backlog of a desk that was away", (f"{TORTURE}test_backlog.py",), {"POSTCASE_BACKLOG": 3000}),
    Suite("Clocks that jump, sleep, a month of outage", (f"{TORTURE}test_time.py",)),
    Suite("Mails changed at random", (f"{TORTURE}test_fuzz.py",), {"POSTCASE_FUZZ": 2000}),
    Suite("Bombs, and the corpora of other projects", (f"{DAEMON}test_parse_hostile.py", f"{DAEMON}test_corpus.py")),
    Suite("Nothing inside in a mail to a customer", (f"{DAEMON}test_leaks.py",), {"POSTCASE_LEAKS": 120}),
    Suite("Forged mails and attacks", (f"{DAEMON}test_spoofs.py", f"{DAEMON}test_attacks.py")),
    Suite("Advisories of the field", (f"{TORTURE}test_advisories.py",)),
    Suite(
        "Hours of mail: what the daemon takes does not grow", (f"{TORTURE}test_soak.py",), {"POSTCASE_SOAK_SECONDS": 60}
    ),
    Suite(
        "Backups that were put back, damaged notes, mails over which the daemon ends",
        tuple(f"{DAEMON}test_{name}.py" for name in ("restored", "damaged_notes", "in_hand")),
    ),
    Suite("TLS that is tampered with, and secrets in the log", (f"{DAEMON}test_tls.py", f"{DAEMON}test_secrets.py")),
    Suite("Cases made again from the raw mails", (f"{DAEMON}test_rebuild.py",)),
)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=10, help="how many times the quick run (10)")
    asked.add_argument(
        "--only", default="", metavar="WORDS", help="the suites with these words in their line of the page"
    )
    arguments = asked.parse_args()
    chosen = [suite for suite in SUITES if arguments.only.casefold() in suite.what.casefold()]
    if not chosen:
        asked.error(
            f"no suite has {arguments.only!r} in its line; expected words of one of: {'; '.join(one.what for one in SUITES)}"
        )
    failed = 0
    for done, suite in enumerate(chosen):
        show(done, len(chosen), suite.what)
        row, wrong = run(suite, arguments.times)
        failed += wrong
        rows = {**rows_of(PAGE), suite.what: row}
        PAGE.write_text(page([rows[one.what] for one in SUITES if one.what in rows]), encoding="utf-8")
    show(len(chosen), len(chosen), "done")
    print(f"\n{PAGE.relative_to(ROOT)} is written; failed: {failed}")
    return 1 if failed else 0


def rows_of(page: Path) -> dict[str, str]:
    """What the page says, by suite."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
    return {match["what"]: line for line in lines if (match := ROW.match(line))}


def show(done: int, of: int, what: str) -> None:
    full = BAR * done // of
    print(
        f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{of}  {what[:60]:<60}",
        end="",
        file=sys.stderr,
        flush=True,
    )


def run(suite: Suite, times: int) -> tuple[str, int]:
    """One line of the table, and how many tests failed."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:randomly", *suite.files]
    environment = {**os.environ, **suite.environment(times)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    passed, wrong = (counted(word, ended.stdout) for word in ("passed", "failed"))
    wrong = wrong or int(ended.returncode not in (0, 1))
    if wrong:
        print(f"\n{ended.stdout[-6000:]}\n{ended.stderr[-2000:]}", file=sys.stderr)
    said = "; ".join(
        line.strip(" .")
        for line in ended.stdout.splitlines()
        if line.strip(" .").startswith(("{", "SKIPPED")) or "seed" in line
    )
    minutes = (time.monotonic() - began) / 60
    day = datetime.now(UTC).date().isoformat()
    return (
        f"| {suite.what} | {day} | {suite.size(times)} | {passed + wrong} | {wrong} | {minutes:.1f} | {said.replace('|', '/')} |",
        wrong,
    )


def counted(word: str, output: str) -> int:
    found = re.findall(rf"(\d+) {word}", output)
    return int(found[-1]) if found else 0


def page(rows: list[str]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release().partition('-')[0]}"
    failed = sum(int(match["failed"]) for row in rows if (match := ROW.match(row)))
    missing = len(SUITES) - len(rows)
    verdict = f"**{failed} failed.**" if failed else "Nothing failed."
    if missing:
        verdict += f" Suites that have not been run yet: {missing}."
    return HEAD.format(machine=machine, python=platform.python_version(), verdict=verdict) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
