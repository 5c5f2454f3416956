"""How does a test run a whole desk? The daemon as a process of its own, asked by its own command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collecting_desk import wait_until
from live.dovecot import PASSWORD

Json = dict[str, Any]

CONFIG = """
[desk]
name = "{name}"
address = "{address}"
data = "data"
timezone = "Europe/Berlin"
{desk}
[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"

[hours]
always = true

[lifecycle]
remind_after = "{waits}"
remind_again_after = "{waits}"
close_after = "{waits}"
{lifecycle}
{intakes}
{engineers}
"""

MAILBOX = """
[[mailbox]]
host = "127.0.0.1"
port = {port}
tls = "none"
username = "{username}"
password = "{password}"
poll = "1s"
"""

ENGINEER = """
[[engineer]]
name = "{name}"
address = "{address}"
"""


def config(
    address: str,
    *,
    smtp_port: int,
    intakes: str,
    engineers: Sequence[tuple[str, str]],
    waits: str = "3d",
    name: str = "Example Support",
    desk: str = "",
    lifecycle: str = "",
) -> str:
    """A config.toml; `desk` and `lifecycle` are further lines of their sections."""
    return CONFIG.format(
        name=name,
        address=address,
        desk=desk,
        smtp_port=smtp_port,
        waits=waits,
        lifecycle=lifecycle,
        intakes=intakes,
        engineers="".join(ENGINEER.format(name=who, address=where) for who, where in engineers),
    )


def mailbox(username: str, port: int, password: str = PASSWORD) -> str:
    return MAILBOX.format(username=username, port=port, password=password)


def lmtp(port: int) -> str:
    return f'\n[lmtp]\nlisten = "127.0.0.1:{port}"\n'


class DeskProcess:
    """One desk in a folder: its daemon, started and stopped at will, and the questions an admin can ask."""

    def __init__(self, folder: Path, address: str, config: str) -> None:
        self.folder = folder
        self.address = address
        self.config = config
        self._daemon: subprocess.Popen[bytes] | None = None
        self._log = folder / "log"
        self._log.touch()
        self.write_config(config)

    def write_config(self, config: str) -> None:
        (self.folder / "config.toml").write_text(config, encoding="utf-8")

    def start(self, until: str = ": connected (") -> None:
        """Returns when the log of this start says `until`."""
        logged = len(self.log())
        with self._log.open("ab") as log:
            self._daemon = subprocess.Popen(_command("run"), stdout=log, stderr=log, cwd=self.folder)
        wait_until(lambda: until in self.log()[logged:] or not self.running)
        assert until in self.log()[logged:], self.log()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        if self._daemon is None:
            return 0
        self._daemon.send_signal(signal.SIGTERM)
        code = self._daemon.wait(30)
        self._daemon = None
        return code

    def reload(self, config: str, until: str) -> None:
        """SIGHUP after the configuration has changed; returns when the log says `until`."""
        assert self._daemon is not None
        self.write_config(config)
        self._daemon.send_signal(signal.SIGHUP)
        wait_until(lambda: until in self.log())

    @property
    def running(self) -> bool:
        return self._daemon is not None and self._daemon.poll() is None

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    # What an admin asks

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`postcase` with these words; nothing is said about the exit code."""
        return subprocess.run(_command(*words), cwd=self.folder, capture_output=True, text=True, check=False)

    def cases(self) -> list[Json]:
        found: list[Json] = json.loads(self._answer("list", "--all", "--json"))
        return found

    def case(self, number: int) -> Json:
        found: Json = json.loads(self._answer("show", str(number), "--json"))
        return found

    def cases_of(self, customer: str) -> list[Json]:
        return [self.case(case["number"]) for case in self.cases() if case["customer"] == customer]

    def case_of(self, customer: str) -> Json:
        (case,) = self.cases_of(customer)
        return case

    def filed(self, customer: str, messages: int = 1) -> Json:
        """The one case of a customer, as soon as so many mails are on it."""
        wait_until(lambda: any(len(case["messages"]) == messages for case in self.cases_of(customer)))
        return self.case_of(customer)

    def _answer(self, *words: str) -> str:
        done = self.ask(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout


def letters_to(case: Json, address: str) -> list[str]:
    """The names of the letters one person was written, in their order."""
    return [letter["letter"] for letter in case["letters"] if letter["to"] == address]


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "daemon.cli", *words, "--config", "config.toml"]
