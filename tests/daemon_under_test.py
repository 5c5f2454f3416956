"""What do the tests of the daemon stand on? A faulty SMTP server, settings, a folder with a configuration, a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from smtp_faults import HANG_UP, SILENT, FaultySmtp

from daemon import cli
from daemon.config.settings import Smtp

__all__ = [
    "HANG_UP",
    "SILENT",
    "FaultySmtp",
    "Process",
    "config_text",
    "free_port",
    "postcase",
    "smtp_settings",
    "wait_until",
]

PATIENCE_SECONDS = 20
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
[[engineer]]
name = "Eva Example"
address = "eva@desk.example"
"""


def smtp_settings(port: int) -> Smtp:
    return Smtp("127.0.0.1", port, "none", "", None, None, timedelta(seconds=5), timedelta(days=5))


def config_text(imap_port: int = 1, smtp_port: int = 1) -> str:
    return CONFIG.format(imap_port=imap_port, smtp_port=smtp_port)


def free_port() -> int:
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])


def wait_until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.02)


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("POSTCASE_CONFIG", "NOTIFY_SOCKET")}
    return {**kept, "JOURNAL_STREAM": "8:1", **variables}


def postcase(*arguments: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of the command line, run to its end in a process of its own."""
    command = [sys.executable, "-m", cli.__name__, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment(**variables), capture_output=True, text=True, timeout=60)


class Process:
    """The daemon as a process of its own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.log_file = folder / f"log-{time.monotonic_ns()}"
        with self.log_file.open("wb") as log:
            command = [sys.executable, "-m", cli.__name__, "run", "--config", str(folder / "config.toml")]
            self.process = subprocess.Popen(command, stderr=log, stdout=log, cwd=folder, env=environment(**variables))

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.log or self.process.poll() is not None, f"{words!r} in\n{self.log}")
        assert words in self.log, self.log

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """SIGTERM; the exit code."""
        self.tell(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
