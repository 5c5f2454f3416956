"""The desk was away for long, and thousands of mails wait: is each taken once, the oldest first, and no more kept than its case?

POSTCASE_BACKLOG=30000 leaves as many instead of a few. A mail that comes meanwhile has its turn when those before it had theirs:
a second mail of a customer is never read before his first. How long it waits is told, and judged by nobody.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from daemon_under_test import Process, config_text, postcase, wait_until
from torture.test_kill_dialogues import stored
from torture.test_soak import sample

from daemon.embedded.embedded_mail import EmbeddedMail

DESK = "support@example.com"
MAILS = int(os.environ.get("POSTCASE_BACKLOG", "400"))
PATIENCE_SECONDS = 60 + MAILS / 5
CAPS = "[guard]\nconfirmations_per_hour = 1000000\nconfirmations_per_domain_per_hour = 1000000\n"
FRESH = "fresh"
A_CASE, ROOM = (
    8 / 1024,
    30,
)  # MB: the store remembers each open case, and the caps each answer of a day; nothing else may grow
A_SECOND = 1.1


@pytest.mark.torture
@pytest.mark.timeout(3 * PATIENCE_SECONDS)
def test_a_backlog_is_taken_in_its_order_each_mail_once(tmp_path: Path) -> None:
    with EmbeddedMail({DESK: "secret"}, now=lambda: datetime.now(UTC)) as server:
        (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port) + CAPS)
        with Process(tmp_path) as process:
            process.wait_for(": connected (")
            time.sleep(A_SECOND)
            assert process.end() == 0
        for number in range(MAILS):
            server.deliver(DESK, _mail(f"mail-{number}"))
        with Process(tmp_path) as process:
            began = time.monotonic()
            wait_until(lambda: _taken(server) > MAILS / 10, "the first tenth", PATIENCE_SECONDS)
            early = sample(process.process.pid).memory
            server.deliver(DESK, _mail(FRESH))
            came = time.monotonic()
            wait_until(lambda: server.folder(f"{FRESH}@customer.example") != [], "the fresh one", PATIENCE_SECONDS)
            waited = time.monotonic() - came
            wait_until(lambda: server.folder(DESK) == [], "the end", PATIENCE_SECONDS)
            late, ended = sample(process.process.pid).memory, time.monotonic()
            wait_until(lambda: "waiting: 0" in _status(tmp_path), "the last letter", PATIENCE_SECONDS)
            assert process.end() == 0
        confirmed = [len(server.folder(f"mail-{number}@customer.example")) for number in range(MAILS)]
    ids = [message.message_id for case in stored(tmp_path / "data") for message in case.messages]
    figures = {"mails": MAILS, "seconds": round(ended - began), "MB": [round(early), round(late)]}
    print(json.dumps({**figures, "a fresh mail was confirmed after seconds": round(waited)}))
    assert ids == [*(f"mail-{number}@customer.example" for number in range(MAILS)), f"{FRESH}@customer.example"]
    assert confirmed == [1] * MAILS
    assert late < early + MAILS * A_CASE + ROOM


def _taken(server: EmbeddedMail) -> int:
    return len(server.folder(DESK, "Processed"))


def _status(folder: Path) -> str:
    return postcase("status", "--config", folder / "config.toml", cwd=folder).stdout


def _mail(who: str) -> bytes:
    address = f"{who}@customer.example"
    lines = (
        f"From: {address}",
        f"To: {DESK}",
        f"Subject: Trouble of {who}",
        f"Message-ID: <{address}>",
        "",
        "Help me.",
        "",
    )
    return "\r\n".join(lines).encode()
