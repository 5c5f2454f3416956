"""Does a mail over which the daemon ends come back for ever?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.in_hand import ENOUGH, MOST_REMEMBERED, InHand

ROOT = Path(__file__).parent.parent.parent
DEADLY_MAIL = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from conversations.player import DESK, MONDAY
from daemon.clock import JumpingClock
from daemon.health import Health
from daemon.in_hand import InHand
from daemon.intake.arrival import Arrival
from daemon.letters.templates import Letters
from daemon.service import Service
from daemon.storage.tinydb_store import TinydbStore
from rules import decide

came = decide.mail_came
def ends(mail, *rest):
    if mail.subject == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return came(mail, *rest)
decide.mail_came = ends

store = TinydbStore(Path("data"))
hand = InHand(Path("data/in-hand"))
hand.open()
clock = JumpingClock(MONDAY, frozen=True)
desk = Service(DESK, store, Letters("en", None), clock, Health(store, timedelta(hours=1)), 1_000_000, None, hand)
for subject in ("good", "deadly", "good as well"):
    raw = f"From: ann@customer.example\\r\\nSubject: {subject}\\r\\nMessage-ID: <{subject}@x>\\r\\n\\r\\nHelp.\\r\\n".encode()
    print(*desk.take([Arrival(raw, "test", clock.now())]), flush=True)
print(*(one.reason for one in store.quarantined()))
store.close()
"""


def test_a_mail_over_which_the_daemon_ends_goes_to_quarantine_in_the_end(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}

    def started() -> tuple[int, list[str]]:
        command = [sys.executable, "-c", DEADLY_MAIL]
        end = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return end.returncode, end.stdout.splitlines()

    assert started() == (-signal.SIGKILL, ["filed"])
    for _ in range(ENOUGH - 1):
        assert started() == (-signal.SIGKILL, ["known"])
    code, lines = started()
    assert (code, lines[:3]) == (0, ["known", "quarantined", "filed"])
    assert lines[3] == "the daemon ended 5 times while it had this mail in hand"


def begun(path: Path) -> InHand:
    hand = InHand(path)
    hand.open()
    return hand


def test_what_a_daemon_lets_go_of_is_in_no_hand(tmp_path: Path) -> None:
    path = tmp_path / "in-hand"
    for _ in range(ENOUGH + 1):
        hand = begun(path)
        with pytest.raises(ValueError, match="no good"), hand.holding("f1"):
            raise ValueError("no good")
        hand.close()
    assert not begun(path).is_deadly("f1")


def test_who_names_no_file_notes_nothing() -> None:
    hand = InHand()
    hand.open()
    with hand.holding("f1"):
        assert not hand.is_deadly("f1")


def test_only_the_latest_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "in-hand"
    for _ in range(ENOUGH):
        end_over(path, "f0")
    assert begun(path).is_deadly("f0")
    for number in range(1, MOST_REMEMBERED + 1):
        end_over(path, f"f{number}")
    assert not begun(path).is_deadly("f0")
    assert len(path.read_text().splitlines()) == 1 + MOST_REMEMBERED


def end_over(path: Path, fingerprint: str) -> None:
    """As a daemon leaves the file that ends while it has this mail in hand."""
    with begun(path).holding(fingerprint):
        left = path.read_bytes()
    path.write_bytes(left)


@pytest.mark.parametrize("octets", [b"", b"\xff\xfe", b"x\ny\n", b"a\nb c\n"])
def test_a_file_that_says_something_else_says_nothing(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "in-hand"
    path.write_bytes(octets)
    hand = begun(path)
    with hand.holding("f1"):
        assert path.read_text().startswith("f1 ")
    hand.close()


def test_a_folder_that_may_not_be_written_keeps_nobody_from_work(tmp_path: Path) -> None:
    hand = begun(tmp_path / "gone" / "in-hand")
    with hand.holding("f1"):
        assert not hand.is_deadly("f1")
    hand.close()
