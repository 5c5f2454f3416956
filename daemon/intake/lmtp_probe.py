"""Could we listen where a mail server is to hand us mail? For `postcase check`: looks, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import Any

from daemon.intake.lmtp_door import IDENT

PROBE_SECONDS = 5.0
MADE_AT_START = Path("/run")  # what is missing there, systemd makes when it starts a unit with RuntimeDirectory

Finding = tuple[bool, str]  # does it keep the desk from working, and what is it


def probe(listen: tuple[str, int] | Path) -> list[Finding]:
    """One plain sentence for what is wrong; empty when the address is to be had, or a desk listens there already."""
    try:
        return _path(listen) if isinstance(listen, Path) else _port(*listen)
    except OSError as error:
        return [(True, f"cannot be listened on: {error.strerror or error}")]


def _port(host: str, port: int) -> list[Finding]:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    if (greeting := _greeting(family, address)) is not None:
        return _taken_by(greeting)
    with socket.socket(family) as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the desk does
        ours.bind(address)
    return []


def _path(path: Path) -> list[Finding]:
    folder = path.parent
    if not folder.is_dir():
        if folder.is_relative_to(MADE_AT_START):
            return [(False, f"the folder {folder} is missing; under systemd RuntimeDirectory={folder.name} makes it")]
        return [(True, f"cannot be listened on: the folder {folder} is missing")]
    if path.exists() and not stat.S_ISSOCK(path.stat().st_mode):
        return [(True, "cannot be listened on: found a file there that is no socket")]
    if (greeting := _greeting(socket.AF_UNIX, str(path))) is not None:
        return _taken_by(greeting)
    if not os.access(folder, os.W_OK):
        return [(True, f"cannot be listened on: the folder {folder} may not be written by this user")]
    return []


def _greeting(family: int, address: Any) -> bytes | None:
    """What somebody who listens there says at once, perhaps nothing; None: nobody does."""
    with socket.socket(family) as caller:
        caller.settimeout(PROBE_SECONDS)
        try:
            caller.connect(address)
        except OSError:
            return None
        try:
            return caller.recv(1000)
        except OSError:
            return b""


def _taken_by(greeting: bytes) -> list[Finding]:
    """A running desk, this one as likely as not, is no reason to worry."""
    if IDENT.encode() in greeting:
        return []
    return [(True, "cannot be listened on: another program listens there")]
