"""What does the server know of one connected client?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from daemon.embedded.embedded_mailboxes import Account, Folder, Mailboxes
from daemon.embedded.imap_server.view import View


class Refused(Exception):
    """The command is understood and cannot be done: answered with NO, and perhaps a response code."""


class Line(Protocol):
    """The wire to the client."""

    def tell(self, response: bytes) -> None:
        """One untagged response, sent at the next flush."""

    async def flush(self) -> None: ...

    async def prompt(self, words: bytes) -> None:
        """Ask the client to go on writing."""

    async def read_line(self) -> bytes: ...


class Session:
    """Not logged in until `account` is set; a folder is open while `view` is."""

    def __init__(self, line: Line, mailboxes: Mailboxes, capabilities: Sequence[str]) -> None:
        self.line = line
        self.mailboxes = mailboxes
        self.capabilities = capabilities
        self.account: Account | None = None
        self.view: View | None = None
        self.leaving = False
        self.changed = asyncio.Event()  # something changed in some mailbox

    @property
    def user(self) -> str:
        return self.account.address if self.account else ""

    @property
    def person(self) -> Account:
        """Errors: Refused."""
        if not self.account:
            raise Refused("log in first")
        return self.account

    @property
    def opened(self) -> View:
        """Errors: Refused."""
        if not self.view:
            raise Refused("select a folder first")
        return self.view

    @property
    def writable(self) -> View:
        """Errors: Refused."""
        if self.opened.read_only:
            raise Refused("[NOPERM] the folder was opened with EXAMINE, to read only")
        return self.opened

    def folder(self, name: str, code: str = "NONEXISTENT") -> Folder:
        """Errors: Refused, with the response code of RFC 5530 or RFC 3501."""
        if folder := self.person.folder(name):
            return folder
        raise Refused(f"[{code}] there is no folder {name!r}")

    def can(self, capability: str) -> bool:
        return capability in self.capabilities

    def tell_news(self, *, may_expunge: bool) -> None:
        for line in self.view.news(may_expunge=may_expunge) if self.view else ():
            self.line.tell(line)
