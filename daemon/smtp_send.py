"""Does the SMTP server take this letter: yes, later, or never? One connection that is kept open (RFC 5321)."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from daemon import wrong_port
from daemon.config.settings import Smtp
from daemon.deadline import GOODBYE_SECONDS, PATIENCE, SLOWEST, Deadline
from daemon.errors import ConfigError, LinkDown
from daemon.incoming.header_block import read_headers
from daemon.incoming.message_ids import read_ids
from daemon.letters.header_lines import ascii_domain

FINAL_REPLY_SECONDS = 600  # RFC 5321, section 4.5.3.2.6: hanging up earlier makes second copies
LONGEST_ENVELOPE_ID = 100  # RFC 3461, section 4.4
# What a server is to tell of a letter, of a confirmation as well: a customer who cannot be reached is to be known
# (RFC 3461, section 4.1; RFC 3834, section 3.3, recommends NEVER to responders whom it does not interest).
NOTICE = ("NOTIFY=FAILURE,DELAY",)
STALE_SECONDS = 30  # an idle connection is asked whether it still lives before it is used again


class LoginRefused(LinkDown):
    """The server wants another password; asking often locks accounts."""


class Taken(StrEnum):
    YES = "yes"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one letter, with the server's own words."""

    taken: Taken
    text: str


class TimelySmtp(smtplib.SMTP):
    """A conversation on a connection that is there already, with a deadline for whatever is done on it."""

    def __init__(self, link: socket.socket, deadline: Deadline, smtp: Smtp, hello: str) -> None:
        self._link = link
        self.deadline = deadline
        super().__init__(smtp.host, smtp.port, hello, timeout=smtp.timeout.total_seconds())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._link

    def hang_up(self) -> None:
        self.close()
        self.deadline.close()


class SmtpLink:
    """The connection to the one server that takes our letters. Not thread-safe: the outbox thread owns it."""

    def __init__(self, smtp: Smtp, hello: str) -> None:
        self._smtp = smtp
        self._hello = hello
        self._connection: TimelySmtp | None = None
        self._patience = PATIENCE * smtp.timeout.total_seconds()
        self._used_at = 0.0
        self._broken_off = False

    def post(self, raw: bytes, sender: str, recipient: str) -> Answer:
        """Hand over one letter to one recipient. Errors: LinkDown when there is no server to ask."""
        connection = self._connected()
        try:
            with connection.deadline.within(FINAL_REPLY_SECONDS + self._patience + len(raw) / SLOWEST):
                answer = self._transaction(connection, raw, sender, _with_ascii_domain(recipient))
        except UnicodeError as error:
            self.close()
            return Answer(Taken.NEVER, f"{recipient!r} cannot be written in a command to the server: {error}")
        except OSError as error:  # every error of smtplib is one
            self.close()
            return Answer(Taken.LATER, f"the connection broke: {error}")
        self._used_at = time.monotonic()
        if answer.text.startswith("421"):
            self.close()
        return answer

    def close(self) -> None:
        """Say goodbye, if there is still somebody to say it to."""
        if self._connection is not None:
            with contextlib.suppress(OSError), self._connection.deadline.within(GOODBYE_SECONDS):
                self._connection.quit()
            self._connection.hang_up()
            self._connection = None

    def abort(self) -> None:
        """Break off from another thread: the letter in hand counts as not taken."""
        self._broken_off = True
        connection = self._connection
        sock = connection.sock if connection else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _transaction(self, connection: TimelySmtp, raw: bytes, sender: str, recipient: str) -> Answer:
        options: list[str] = []
        asks: tuple[str, ...] = ()
        if not (sender + recipient).isascii():
            if not connection.has_extn("smtputf8"):  # RFC 6531, section 3.1
                return Answer(Taken.NEVER, "the server does not offer SMTPUTF8, which this address needs")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        if connection.has_extn("size"):
            options.append(f"size={len(raw)}")  # RFC 1870, section 6
        if connection.has_extn("dsn"):
            options += ["RET=HDRS", *_envelope_id(raw)]
            asks = NOTICE
        steps: tuple[tuple[Callable[[], tuple[int, bytes]], tuple[int, ...]], ...] = (
            #  what is said                               the answer with which it goes on
            (lambda: connection.mail(sender, options), (250, 251)),
            (lambda: connection.rcpt(recipient, asks), (250, 251)),
            (lambda: connection.docmd("DATA"), (354,)),
            (lambda: self._letter(connection, raw), (250, 251)),
        )
        for step, goes_on in steps:
            code, reply = step()
            words = f"{code} {reply.decode('utf-8', 'replace')}"
            if code in goes_on:
                continue
            if not 400 <= code <= 599:  # the answer to another command says nothing of this letter
                raise OSError(f"the server is out of step, it says {words}")
            self._reset(connection, code)
            return Answer(_verdict(code), words)
        return Answer(Taken.YES, words)

    def _reset(self, connection: TimelySmtp, code: int) -> None:
        """Ready for the next letter. A server that hangs up after its no has said no all the same."""
        try:
            if code != 421:  # RFC 5321, section 3.8: it closes the channel
                connection.docmd("RSET")
        except OSError:
            self.close()

    def _letter(self, connection: TimelySmtp, raw: bytes) -> tuple[int, bytes]:
        try:
            _wait_at_most(connection, FINAL_REPLY_SECONDS)
            connection.send(_dot_stuffed(raw) + b".\r\n")
            return connection.getreply()
        finally:
            _wait_at_most(connection, self._smtp.timeout.total_seconds())

    def _connected(self) -> TimelySmtp:
        if self._connection is not None and time.monotonic() - self._used_at > STALE_SECONDS:
            try:
                with self._connection.deadline.within(self._patience):
                    alive = self._connection.noop()[0] == 250
            except (smtplib.SMTPException, OSError):
                alive = False
            if not alive:
                self.close()
        if self._connection is None:
            self._connection = self._connect()
            self._used_at = time.monotonic()
        if self._broken_off:
            raise LinkDown("the letter in hand is not begun any more: the desk closes")
        return self._connection

    def _connect(self) -> TimelySmtp:
        where = f"SMTP server {self._smtp.host} port {self._smtp.port}"
        try:
            connection = self._open()
        except (OSError, UnicodeError) as error:
            mistake = wrong_port.hint(error, self._smtp.host, self._smtp.port, self._smtp.tls, "SMTP")
            raise LinkDown(
                f"{where} cannot be used: {mistake}" if mistake else f"{where} cannot be reached: {_said(error)}"
            ) from error
        try:
            with connection.deadline.within(self._patience):
                self._introduce(connection)
        except smtplib.SMTPAuthenticationError as error:
            connection.hang_up()
            raise LoginRefused(f"{where} refused the login of {self._smtp.username}: {error.smtp_code}") from error
        except UnicodeError as error:
            connection.hang_up()
            raise LinkDown(
                f"{where}: only ASCII can be sent as a login, expected such a username and password"
            ) from error
        except (OSError, ValueError) as error:  # of smtplib; a challenge in the login that is no base64 is a ValueError
            connection.hang_up()
            raise LinkDown(f"{where}: {_said(error)}") from error
        except ConfigError:  # there is no password where config.toml says
            connection.hang_up()
            raise
        return connection

    def _introduce(self, connection: TimelySmtp) -> None:
        connection.ehlo_or_helo_if_needed()
        if self._smtp.tls == "starttls":
            connection.starttls(context=self._context())
            connection.ehlo()
        if self._smtp.username and self._smtp.password:
            connection.login(self._smtp.username, self._smtp.password.reveal())

    def _open(self) -> TimelySmtp:
        """Up to the greeting."""
        smtp, seconds = self._smtp, self._smtp.timeout.total_seconds()
        plain = socket.create_connection((smtp.host, smtp.port), seconds)
        deadline = Deadline(plain)
        try:
            with deadline.within(self._patience):
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                implicit = smtp.tls == "implicit"
                link = self._context().wrap_socket(plain, server_hostname=smtp.host) if implicit else plain
                return TimelySmtp(link, deadline, smtp, self._hello)
        except BaseException:
            deadline.cut()
            deadline.close()
            plain.close()
            raise

    def _context(self) -> ssl.SSLContext:
        cafile = str(self._smtp.ca_file) if self._smtp.ca_file else None
        return ssl.create_default_context(cafile=cafile)


def probe(smtp: Smtp, hello: str) -> list[str]:
    """What is wrong with the SMTP server, in plain words, for `postcase check`."""
    link = SmtpLink(smtp, hello)
    try:
        link._connected()
    except (LinkDown, ConfigError) as error:
        return [str(error)]
    finally:
        link.close()
    return []


def _said(error: Exception) -> str:
    """What went wrong, in words for an admin: without error numbers and the names of C files."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not accepted: {error.verify_message}"
        case ssl.SSLError(reason="WRONG_VERSION_NUMBER"):
            return "it does not speak TLS on this port"
        case smtplib.SMTPResponseException():
            words = error.smtp_error
            return f"{error.smtp_code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
        case OSError(strerror=str(words)) if words:
            return words
    return str(error).rstrip(".")


def _with_ascii_domain(address: str) -> str:
    """Only a foreign local part needs SMTPUTF8; a domain has a form in ASCII (RFC 5891, section 4.4)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def _envelope_id(raw: bytes) -> list[str]:
    """The Message-ID as ENVID: a notification names it even where it brings nothing of the letter (RFC 3461, section 4.4)."""
    ids = [_xtext(id) for id in read_ids(read_headers(raw).first("message-id"))[:1] if id.isascii()]
    return [f"ENVID={id}" for id in ids if len(id) <= LONGEST_ENVELOPE_ID]


def _xtext(text: str) -> str:
    """RFC 3461, section 4: what stands for itself is printable, and neither + nor =."""
    return "".join(one if "!" <= one <= "~" and one not in "+=" else f"+{ord(one):02X}" for one in text)


def _dot_stuffed(raw: bytes) -> bytes:
    """RFC 5321, section 4.5.2: no line of the letter may look like its end."""
    lines = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return (b"\n" + lines).replace(b"\n.", b"\n..")[1:]


def _wait_at_most(connection: TimelySmtp, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _verdict(code: int) -> Taken:
    """RFC 5321, section 4.2.1: 4yz is temporary, 5yz permanent; 530 and 535 speak of our login, not of the letter."""
    if code in (530, 535) or not 500 <= code <= 599:
        return Taken.LATER
    return Taken.NEVER
