"""Does the log of a whole run, or a command, tell a secret: passwords, keys, the seals of letters, what people wrote?"""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from daemon_under_test import FaultySmtp, config_text, environment, postcase, wait_until

from daemon import cli
from daemon.embedded.embedded_mail import EmbeddedMail

DESK, ANN, EVA = "support@example.com", "ann@customer.example", "eva@desk.example"
IMAP_PASSWORD, SMTP_PASSWORD, WRITTEN = "imap-7f3a91", "smtp-c04d77", "my card is 4929 1111"
LOGIN = f'username = "{DESK}"\npassword = "{SMTP_PASSWORD}"\n'


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({DESK: IMAP_PASSWORD}, now=lambda: datetime.now(UTC)) as running:
        yield running


def configured(folder: Path, imap: EmbeddedMail, smtp: FaultySmtp, password: str = IMAP_PASSWORD) -> None:
    text = config_text(imap.imap_port, smtp.port).replace('"secret"', f'"{password}"')
    text = text.replace("[smtp]\n", f"[smtp]\n{LOGIN}")
    (folder / "config.toml").write_text(text)


def told(folder: Path) -> str:
    """What the log of this run says so far."""
    return (folder / "log").read_text()


def mail(sender: str, subject: str, number: int, *header: str) -> bytes:
    lines = (
        f"From: {sender}",
        f"To: {DESK}",
        f"Subject: {subject}",
        f"Message-ID: <{number}@customer.example>",
        *header,
    )
    return "\r\n".join((*lines, "", f"{WRITTEN}.", "")).encode()


def test_nothing_secret_is_told(tmp_path: Path, server: EmbeddedMail) -> None:
    wrong = "wrong-" + IMAP_PASSWORD
    with FaultySmtp(extensions=("AUTH PLAIN LOGIN",)) as smtp:
        configured(tmp_path, server, smtp, wrong)
        command = [sys.executable, "-m", cli.__name__, "run", "--verbose", "--config", str(tmp_path / "config.toml")]
        with (tmp_path / "log").open("wb") as log:
            daemon = subprocess.Popen(command, stderr=log, stdout=log, cwd=tmp_path, env=environment())
        try:
            wait_until(lambda: "refuse" in told(tmp_path).lower(), "a refused login")
            configured(tmp_path, server, smtp)
            daemon.send_signal(signal.SIGHUP)
            wait_until(lambda: "connected" in told(tmp_path), "the mailbox")
            server.deliver(DESK, mail(ANN, "Printer on fire", 1))
            wait_until(lambda: len(smtp.taken) == 2, "two letters")
            smtp.recipient_faults[ANN] = "550 no such user"
            notice = next(message_from_bytes(raw) for to, raw in smtp.taken if to == EVA)
            server.deliver(DESK, mail(EVA, "Re: it", 2, f"In-Reply-To: {notice['Message-ID']}"))
            wait_until(lambda: "no such user" in told(tmp_path), "a refused letter")
            server.deliver(DESK, b"")
            wait_until(lambda: "quarantined" in told(tmp_path), "a mail in quarantine")
            tokens = [str(message_from_bytes(raw)["Message-ID"]) for _, raw in smtp.taken]
            said = [told(tmp_path), *(_said(tmp_path, *words) for words in COMMANDS)]
        finally:
            daemon.terminate()
            daemon.wait(20)
        said.append(told(tmp_path))
        assert daemon.returncode == 0
    key = (tmp_path / "data/state/key").read_bytes()
    seals = [token.partition("@")[0].rpartition(".")[2] for token in tokens]
    assert len(seals) >= 2 and all(len(seal) == 26 for seal in seals)
    passwords = [form for one in (IMAP_PASSWORD, wrong, SMTP_PASSWORD) for form in _forms(one)]
    for secret in (*passwords, key.hex(), base64.b64encode(key).decode().rstrip("="), *seals, WRITTEN):
        assert not [text for text in said if secret in text], secret


COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("check",),
    ("list",),
    ("list", "--json"),
    ("why", "1"),
    ("show", "1"),
    ("quarantine", "list"),
    ("key", "list"),
    ("silenced", "list"),
    ("report",),
)


def _said(folder: Path, *words: str) -> str:
    done = postcase(*words, "--config", folder / "config.toml", cwd=folder)
    return done.stdout + done.stderr


def _forms(password: str) -> Iterator[str]:
    """As text, and as both ways of logging in write it (RFC 4616; AUTH LOGIN)."""
    yield password
    yield base64.b64encode(password.encode()).decode().rstrip("=")
    yield base64.b64encode(f"\0{DESK}\0{password}".encode()).decode().rstrip("=")
