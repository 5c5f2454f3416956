"""How does a whole mail server run inside one process, for `postcase demo` and for tests?"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType

from daemon.embedded.embedded_imap import EmbeddedImap
from daemon.embedded.embedded_mailboxes import INBOX, Mailboxes, StoredMessage
from daemon.embedded.embedded_smtp import EmbeddedSmtp
from daemon.errors import TemporaryError

OnDelivery = Callable[[str, bytes], None]
log = logging.getLogger(__name__)


class EmbeddedMail:
    """An IMAP and an SMTP server over the same mailboxes, in a thread of their own.

    May be stopped and started again: the mail and the ports stay, as after an outage. Any thread may call any method.
    To make it fail, set `imap.fault`, `smtp.fault` or `smtp.fault_after_data` (daemon/embedded/embedded_faults.py), or take
    something from `imap.capabilities`.
    """

    def __init__(
        self,
        accounts: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        imap_port: int = 0,
        smtp_port: int = 0,
        now: Callable[[], datetime],
        catch_all: bool | Collection[str] = True,
        on_delivery: OnDelivery | None = None,
    ) -> None:
        """`accounts`: mail address -> password. Port 0: any free one, to be read after the start.

        `catch_all`: whether mail to anybody else gets a mailbox of its own; may also name the domains where it does.
        `on_delivery` hears the address of the mailbox and the mail, for each mail by SMTP or `deliver`.
        """
        self.host = host
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self.on_delivery = on_delivery
        self._mailboxes = Mailboxes(accounts, now, catch_all)
        self.imap = EmbeddedImap(self._mailboxes)
        self.smtp = EmbeddedSmtp(self._mailboxes, self._delivered)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Both servers listen when this returns. Without effect when they do. Errors: TemporaryError: a port is taken."""
        if self._thread:
            return
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(started)), name="embedded mail", daemon=True
        )
        self._thread.start()
        try:
            started.result()
        except OSError as error:
            self._thread.join()
            self._thread = None
            raise TemporaryError(f"the embedded mail server cannot listen on {self.host}: {error}") from error

    def stop(self) -> None:
        """Hangs up on every client. Without effect when it does not run."""
        if self._thread:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._thread = None

    def __enter__(self) -> EmbeddedMail:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            self.imap_port = await self.imap.start(self.host, self.imap_port)
            self.smtp_port = await self.smtp.start(self.host, self.smtp_port)
        except OSError as error:
            await self.imap.stop()
            started.set_exception(error)
            return
        started.set_result(None)
        await self._stopping.wait()
        await self.smtp.stop()
        await self.imap.stop()

    def deliver(self, address: str, raw: bytes, folder: str = INBOX) -> None:
        """Put a mail into a folder, made if need be. Unix line ends become those of mail. Errors: LookupError."""
        account = self._mailboxes.recipient(address)
        if not account:
            raise LookupError(f"the embedded mail server has no mailbox for {address}")
        if b"\r\n" not in raw:
            raw = raw.replace(b"\n", b"\r\n")
        account.create(folder).add(raw, (), self._mailboxes.now())
        self._delivered(account.address, raw)

    def folder(self, address: str, folder: str = INBOX) -> list[StoredMessage]:
        """What lies there now, oldest first; nothing as long as the mailbox or the folder has not been made."""
        account = self._mailboxes.account(address)
        found = account.folder(folder) if account else None
        return found.messages() if found else []

    def wait_for(
        self, address: str, predicate: Callable[[StoredMessage], bool], timeout: float, folder: str = INBOX
    ) -> StoredMessage:
        """The first mail that fits, as soon as it is there. Errors: TimeoutError, with what was there instead."""
        fitting: list[StoredMessage] = []

        def arrived() -> bool:
            fitting.extend(filter(predicate, self.folder(address, folder)))
            return bool(fitting)

        if self._mailboxes.bell.wait_until(arrived, timeout):
            return fitting[0]
        there = "\n".join(_subject(message) for message in self.folder(address, folder))
        raise TimeoutError(
            f"the awaited mail to {address} did not come within {timeout} s; in {folder}:\n{there or 'nothing'}"
        )

    def addresses(self) -> str:
        """Where a mail client connects, and the logins, as plain lines."""
        logins = [f"  {address}   password {password}" for address, password in self._mailboxes.logins()]
        return "\n".join(
            [
                f"IMAP  {self.host} port {self.imap_port}, no encryption",
                f"SMTP  {self.host} port {self.smtp_port}, no encryption, login not needed",
                "Logins (the user name is the mail address):",
                *logins,
            ]
        )

    def _delivered(self, address: str, raw: bytes) -> None:
        if not self.on_delivery:
            return
        try:
            self.on_delivery(address, raw)
        except Exception:  # the mail is in its mailbox: an error answer would double it
            log.exception("the listener for deliveries failed on a mail to %s", address)


def _subject(message: StoredMessage) -> str:
    lines = message.raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    subject = next((line for line in lines if line.lower().startswith(b"subject:")), b"(no subject)")
    return f"  {message.uid}: {subject.decode('utf-8', 'replace')}"
