"""Where is the password? Named in config.toml, fetched at the moment it is needed, shown to nobody."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from daemon.errors import ConfigError

LONGEST = 64 * 1024  # octets; a token of OAuth fits, /dev/zero does not
COMMAND_SECONDS = 30


class Secret:
    """A password that is fetched by `reveal` and by nothing else.

    Not a dataclass: dataclasses.asdict and replace would hand the value out.
    """

    __slots__ = ("_value", "place", "source")

    def __init__(self, source: str, value: str, place: str = "") -> None:
        self.source = source  # the key of config.toml it came from: password, password_file ...
        self.place = place  # "config.toml:15: mailbox.1.password_file", the beginning of every complaint
        self._value = value

    def reveal(self) -> str:
        """The password itself, fetched anew each time, so that a changed one is picked up.

        Errors: ConfigError when there is none; the sentence never carries what was fetched.
        """
        try:
            return _first_line(SOURCES[self.source](self._value))
        except _NotThere as problem:
            raise ConfigError([f"{self.place or self.source}: {problem}"]) from None

    @property
    def file(self) -> Path | None:
        """The file that holds the password, when it is one of its own."""
        return Path(self._value) if self.source == "password_file" else None

    def __repr__(self) -> str:
        return f"<secret from {self.source}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self.source, self._value) == (other.source, other._value)

    def __hash__(self) -> int:
        return hash((self.source, self._value))


class _NotThere(Exception):
    """What was found instead of a password, and what was expected."""


def _first_line(fetched: str) -> str:
    password = fetched.partition("\n")[0].removesuffix("\r")
    if not password:
        raise _NotThere("found it empty, expected the password in the first line")
    return password


def _literal(value: str) -> str:
    return value


def _from_file(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            return _text(file.read(LONGEST))
    except OSError as error:
        raise _NotThere(f"found no readable file {name} ({error.strerror}), expected the password in it") from None


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise _NotThere(f"found no environment variable {name}, expected the password in it")
    return value


def _from_command(command: str) -> str:
    """What the command prints. It runs without a shell, so a quote in a name is only a quote."""
    words = shlex.split(command)
    try:
        done = _run(words)
    except OSError as error:
        raise _NotThere(f"found no way to run {words[0]} ({error.strerror}), expected a command") from None
    except subprocess.TimeoutExpired:
        raise _NotThere(f"found {words[0]} still running after {COMMAND_SECONDS} seconds, expected an answer") from None
    if done.returncode:
        raise _NotThere(f"found that {words[0]} ended with exit status {done.returncode}, expected 0 and the password")
    return _text(done.stdout)


def _run(words: list[str]) -> subprocess.CompletedProcess[bytes]:
    stdin, timeout = subprocess.DEVNULL, COMMAND_SECONDS
    return subprocess.run(words, capture_output=True, stdin=stdin, timeout=timeout, check=False)  # noqa: S603  # the admin's own


def _from_credential(name: str) -> str:
    """A file that systemd puts into a folder of this service alone (systemd.exec(5), LoadCredential=)."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise _NotThere(f"found no CREDENTIALS_DIRECTORY, expected systemd to set it: LoadCredential={name}:FILE")
    return _from_file(str(Path(folder, name)))


def _text(fetched: bytes) -> str:
    try:
        return fetched.decode()
    except UnicodeDecodeError:
        raise _NotThere("found octets that are no UTF-8, expected a password as text") from None


SOURCES: Mapping[str, Callable[[str], str]] = {
    "password": _literal,
    "password_file": _from_file,
    "password_env": _from_environment,
    "password_command": _from_command,
    "password_credential": _from_credential,
}
