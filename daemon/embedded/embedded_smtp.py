"""How does the embedded mail server take mail by SMTP, and into whose mailbox does it go?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from daemon.embedded.embedded_faults import HANG_UP, SmtpFault
from daemon.embedded.embedded_mailboxes import INBOX, Account, Mailboxes

SIZE_LIMIT = 50 * 1024 * 1024
HOST_NAME = "mail.example.org"

log = logging.getLogger(__name__)


class EmbeddedSmtp:
    """The SMTP half. Logins are welcome, not asked for: it listens on the loopback."""

    def __init__(self, mailboxes: Mailboxes, delivered: Callable[[str, bytes], None]) -> None:
        self._mailboxes = mailboxes
        self._delivered = delivered
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self.fault: SmtpFault | None = None  # asked at RCPT
        self.fault_after_data: SmtpFault | None = None  # asked when the mail is in the mailbox, before the 250

    async def start(self, host: str, port: int) -> int:
        """The port it listens on."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's: INFO is a line a command
        self._server = await asyncio.get_running_loop().create_server(self._connection, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for connection in list(self._connections):
            connection.hang_up()
        while self._connections:  # a step of the loop each: the hang-up is told to the connection later
            await asyncio.sleep(0)

    def _connection(self) -> _Connection:
        return _Connection(
            self,
            self._connections,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname=HOST_NAME,  # else aiosmtpd asks the DNS for our name at every connection
            ident="Postcase demo",
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
    ) -> AuthResult:
        known = isinstance(login, LoginPassword) and self._mailboxes.log_in(
            login.login.decode(errors="replace"), login.password.decode(errors="replace")
        )
        return AuthResult(success=bool(known), handled=False)

    async def handle_RCPT(
        self, server: _Connection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.fault and self.fault(address):
            return server.answer_or_hang_up(answer)
        if not self._mailboxes.recipient(address):
            return f"550 5.1.1 <{address}> no such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Connection, session: Session, envelope: Envelope) -> str:
        """Every copy or none: a recipient without a mailbox is found before the first copy is put away."""
        now = self._mailboxes.now()
        for recipient, account in [(recipient, self._account(recipient)) for recipient in envelope.rcpt_tos]:
            raw = _trace(recipient, session, envelope, format_datetime(now)) + (envelope.original_content or b"")
            account.create(INBOX).add(raw, (), now)
            self._delivered(account.address, raw)
        answers = [self.fault_after_data(recipient) for recipient in envelope.rcpt_tos if self.fault_after_data]
        return server.answer_or_hang_up(next(filter(None, answers), "250 2.0.0 delivered"))

    async def handle_exception(self, error: Exception) -> str:
        """Without this, aiosmtpd says 500: a bounce for a mistake of ours."""
        log.error("the embedded SMTP server failed", exc_info=error)
        return "451 4.3.0 the embedded mail server failed, see its log"

    def _account(self, recipient: str) -> Account:
        if account := self._mailboxes.recipient(recipient):
            return account
        raise LookupError(f"no mailbox for <{recipient}>, accepted a moment ago")


def _trace(recipient: str, session: Session, envelope: Envelope, date: str) -> bytes:
    """The lines the last server writes above a mail (RFC 5321, section 4.4)."""
    sender = "" if envelope.mail_from in (None, "<>") else envelope.mail_from  # aiosmtpd's null sender is '<>'
    peer = session.peer[0] if session.peer else "unknown"
    protocol = "ESMTP" if session.extended_smtp else "SMTP"
    lines = (
        f"Return-Path: <{sender}>",
        f"Delivered-To: {recipient}",
        f"Received: from {session.host_name} ([{peer}])",
        f"\tby {HOST_NAME} with {protocol}",
        f"\tfor <{recipient}>; {date}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


class _Connection(SMTP):
    """aiosmtpd's connection, with lines as long as a mail: the stock limit answers 500, a bounce, to real mail."""

    line_length_limit = SIZE_LIMIT

    def __init__(self, handler: EmbeddedSmtp, siblings: set[_Connection], **options: Any) -> None:
        super().__init__(handler, **options)
        self._siblings = siblings

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._siblings.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._siblings.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def answer_or_hang_up(self, answer: str) -> str:
        if answer == HANG_UP:
            self.hang_up()
        return answer
