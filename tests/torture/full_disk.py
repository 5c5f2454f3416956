"""A disk that is really full: a small tmpfs runs full in the midst of a commit, and is made larger again.

    scripts/torture --only "small disk"      as root, who alone may mount; no part of the tests that every machine can run

Of all mails that came each is a case in the end, with one confirmation. While the disk is full no mail is taken, and the
status says so.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from daemon_under_test import Process, config_text, postcase, wait_until

from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.storage.tinydb_store import TinydbStore

SUPPORT, ANN = "support@example.com", "ann{}@customer.example"
MAILS = 60
SIZES = range(160, 480, 16)  # kilobytes; each meets another moment
A_SECOND = 1.1  # and a bit: what came in the second of the first start may be older than it
ENOUGH = "size=32m"


def _mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(params=SIZES)
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "data"
    disk.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={request.param}k", "tmpfs", disk)
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_each_mail_is_a_case_once_there_is_room_again(small_disk: Path, tmp_path: Path) -> None:
    with EmbeddedMail({SUPPORT: "secret"}, now=lambda: datetime.now(UTC)) as server:
        (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
        with Process(tmp_path) as daemon:
            daemon.wait_for("connected")
            time.sleep(A_SECOND)
            for number in range(MAILS):
                server.deliver(SUPPORT, _mail(number))
            wait_until(lambda: "No space left" in daemon.log, "a full disk", seconds=60)
            left = len(server.folder(SUPPORT))
            assert left, "mails were taken that nobody keeps"
            status = postcase("status", "--config", tmp_path / "config.toml", cwd=tmp_path)
            assert status.returncode == 2, status.stdout
            _mount("-o", f"remount,{ENOUGH}", small_disk)
            wait_until(lambda: len(server.folder(SUPPORT, "Processed")) == MAILS, "all mails", seconds=120)
            wait_until(lambda: sum(_confirmed(server).values()) >= MAILS, "all confirmations", seconds=120)
            assert daemon.end() == 0
        assert _confirmed(server) == Counter({ANN.format(number): 1 for number in range(MAILS)})
        store = TinydbStore(small_disk, writer=False)
        assert len(store.open_numbers()) == MAILS and store.damaged() == []
        store.close()


def _mail(number: int) -> bytes:
    lines = (
        f"From: {ANN.format(number)}",
        f"To: {SUPPORT}",
        f"Subject: Printer {number} on fire",
        f"Message-ID: <{number}@x>",
    )
    return "\r\n".join((*lines, "", "Help. " * 200, "")).encode()


def _confirmed(server: EmbeddedMail) -> Counter[str]:
    counts = {ANN.format(number): len(server.folder(ANN.format(number))) for number in range(MAILS)}
    return Counter({reader: count for reader, count in counts.items() if count})
