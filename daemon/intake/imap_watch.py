"""Has new mail come? IMAP IDLE (RFC 2177) over imapclient, without its four ways to miss mail.

imapclient 4.1 reports a dead connection as "nothing new", breaks on a line split over two packets, overlooks lines it
has read ahead, and forgets what the server says between two commands. All four need its inner parts: the version is
pinned in pyproject.toml, and tests/live shows that none of 60 mails in a row is missed.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from daemon.deadline import Deadline

TICK = 0.25  # seconds until an interruption is noticed
ANSWER_SECONDS = 30.0  # for the end of a line that has begun, and for the answer to DONE
LONGEST_LINE = 64 * 1024 * 1024  # octets; imaplib stops at a million, which is a SEARCH answer of 150,000 mails


class Wire(imaplib.IMAP4):
    """The protocol of imaplib over a connection that was made elsewhere."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._connection = connection
        super().__init__(host)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._connection

    def readline(self) -> Any:
        line = self.file.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise self.abort(f"found a line of more than {LONGEST_LINE} octets")
        return line


UntypedClient: Any = IMAPClient  # half of its methods have no types


class WatchfulClient(UntypedClient):  # type: ignore[misc]
    """An IMAP client on a ready connection that can wait for mail."""

    def __init__(self, connection: socket.socket, host: str, deadline: Deadline, timeout: float) -> None:
        self._connection = connection
        self.deadline = deadline
        super().__init__(host, ssl=False, timeout=SocketTimeout(timeout, timeout))
        self.normalise_times = False  # else dates come naive, in local time
        self._imap.debug = 0  # else every mail is formatted for a log that nobody reads

    def _create_IMAP4(self) -> Wire:
        return Wire(self._connection, self.host)

    @property
    def logged_in(self) -> bool:
        return bool(self._imap.state != "NONAUTH")

    def secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS; what was said before it may come from a liar, and is forgotten (RFC 9051, section 6.2.1)."""
        self.starttls(context)
        self.forget_capabilities()
        self._imap.untagged_responses.clear()

    def forget_capabilities(self) -> None:
        """A server offers other things after TLS or login than before."""
        self._cached_capabilities = None

    @property
    def has_grown(self) -> bool:
        """Has the server announced mail since the folder was selected? The first EXISTS is the one of SELECT itself."""
        return len(self._imap.untagged_responses.get("EXISTS", ())) > 1

    def watch(self, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """IDLE until the selected folder has grown (True), somebody interrupts, or the time is up.

        Errors: imaplib's and OSError when the link is dead; then it cannot be used any more.
        """
        with self.deadline.within(ANSWER_SECONDS):
            tag = self._begin_idle()
        end = time.monotonic() + seconds
        while not (self.has_grown or interrupted()) and time.monotonic() < end:
            if self._something_came(TICK):
                self._read_one()
        with self.deadline.within(ANSWER_SECONDS):
            self._imap.send(b"DONE\r\n")
            self._imap._command_complete("IDLE", tag)
        return self.has_grown

    def _begin_idle(self) -> bytes:
        """Send IDLE and read up to the "+"; mail may be announced before it."""
        tag: bytes = self._imap._command("IDLE")
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands[tag]:
                self._imap._check_bye()
                kind, words = self._imap.tagged_commands.pop(tag)
                raise self.Error(f"{kind} {words[-1].decode('utf-8', 'replace')}, expected +")
        return tag

    def _read_one(self) -> None:
        with self.deadline.within(ANSWER_SECONDS):
            self._imap._get_response()  # reads on to the end of a split line, and raises at the end of the stream
        self._imap._check_bye()

    def _something_came(self, seconds: float) -> bool:
        """Is there something to read? What imaplib has read ahead is invisible to poll."""
        if self._peek():
            return True
        if not self._poll_socket(self.socket(), seconds):
            return False
        return self._peek() is not None

    def _peek(self) -> bytes | None:
        """What lies ready; b"" for an end or a fault that reading will name, None for a TLS record without content."""
        file = getattr(self._imap, "_file", None) or self._imap.file
        self.socket().settimeout(0)
        try:
            ready: bytes = file.peek(1)
        except ssl.SSLWantReadError:
            return None
        except OSError:
            return b""
        finally:
            self._set_read_timeout()
        return ready
