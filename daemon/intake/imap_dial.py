"""How do we reach a mailbox? One connection: TCP, TLS, login; no credential leaves before TLS has been proven."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Iterator

from imapclient.exceptions import IMAPClientError, LoginError

from daemon import wrong_port
from daemon.config.settings import Mailbox
from daemon.deadline import PATIENCE, Deadline
from daemon.errors import LinkDown
from daemon.intake.imap_watch import WatchfulClient

# Found within minutes even when the other side is gone without a word; not every system has every option.
TCP_OPTIONS = (
    #  option             value
    ("TCP_NODELAY",       1),        # imaplib sends a command in two pieces
    ("TCP_KEEPIDLE",      120),      # seconds of silence before the first probe
    ("TCP_KEEPINTVL",     30),       # seconds between two probes
    ("TCP_KEEPCNT",       4),        # unanswered probes
    ("TCP_USER_TIMEOUT",  120_000),  # milliseconds that sent data may stay unconfirmed
)  # fmt: skip

# What imaplib and imapclient raise over an answer that is no IMAP, beside the errors of their own.
NO_IMAP = (ValueError, LookupError, TypeError, AttributeError)

# Codes of a server that may take the same login a little later (RFC 5530); everything else means: not this password.
SOON = frozenset({"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG"})


class LoginRefused(LinkDown):
    """The server does not take this user name and password."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.soon = code in SOON


def dial(mailbox: Mailbox) -> WatchfulClient:
    """A client that is connected and logged in.

    Errors: LoginRefused, LinkDown; ConfigError when the password cannot be fetched.
    """
    with _sentences(mailbox):
        context = _context(mailbox)
        connection = _connect(mailbox)
        deadline = Deadline(connection)
        try:
            with deadline.within(PATIENCE * seconds_of(mailbox)):
                return _greet(mailbox, connection, deadline, context)
        except BaseException:
            deadline.close()
            raise


def hang_up(client: WatchfulClient) -> None:
    """Close without a word."""
    with contextlib.suppress(OSError, IMAPClientError):  # it may be dead already: closing is all we want
        client.shutdown()
    client.deadline.close()


def seconds_of(mailbox: Mailbox) -> float:
    return mailbox.timeout.total_seconds()


def said(error: Exception) -> str:
    """The server's own words in an error of imaplib, on one line."""
    words = error.args[0] if error.args else error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.split()).rstrip(".") or type(error).__name__


def response_code(text: str) -> str:
    """LIMIT out of "[LIMIT] too many logins" (RFC 9051, section 7.1)."""
    if not text.startswith("["):
        return ""
    return text[1:].partition("]")[0].partition(" ")[0].upper()


def _context(mailbox: Mailbox) -> ssl.SSLContext:
    """Verifies the certificate and the name in it, against the system's authorities or those of ca_file alone."""
    try:
        return ssl.create_default_context(cafile=mailbox.ca_file)
    except OSError as error:
        raise LinkDown(f"ca_file {mailbox.ca_file} cannot be used: {error.strerror or error}") from error


def _connect(mailbox: Mailbox) -> socket.socket:
    connection = socket.create_connection((mailbox.host, mailbox.port), seconds_of(mailbox))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in TCP_OPTIONS:
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return connection


def _greet(mailbox: Mailbox, connection: socket.socket, deadline: Deadline, context: ssl.SSLContext) -> WatchfulClient:
    """TLS, greeting, login. What fails closes the connection."""
    with _hints(mailbox):
        if mailbox.tls == "implicit":
            connection = context.wrap_socket(connection, server_hostname=mailbox.host)
        client = WatchfulClient(connection, mailbox.host, deadline, seconds_of(mailbox))
    try:
        if mailbox.tls == "starttls":
            _start_tls(mailbox, client, context)
        _log_in(client, mailbox)
        client.forget_capabilities()
    except BaseException:
        hang_up(client)
        raise
    return client


def _start_tls(mailbox: Mailbox, client: WatchfulClient, context: ssl.SSLContext) -> None:
    if client.logged_in:  # RFC 9051, section 7.1.4: after PREAUTH there is no STARTTLS, so a liar would send it
        raise LinkDown(f'{_place(mailbox)} greets with PREAUTH, expected a greeting that allows tls = "starttls"')
    if not client.has_capability("STARTTLS"):
        raise LinkDown(f'{_place(mailbox)} does not offer STARTTLS, expected it for tls = "starttls"')
    client.secure(context)


def _log_in(client: WatchfulClient, mailbox: Mailbox) -> None:
    if client.logged_in:
        return  # PREAUTH: the server knows us, and our password stays here
    password = mailbox.password.reveal()
    try:
        _say_password(client, mailbox.username, password)
    except LoginError as error:
        cause = error.__context__
        if isinstance(cause, imaplib.IMAP4.abort):  # imapclient calls a link lost during login a refused login
            raise cause from error
        words = said(cause if isinstance(cause, IMAPClientError) else error)
        told = words.replace(password, "***") if password else words  # some servers repeat what they do not like
        raise LoginRefused(f"login refused: {told}", response_code(words)) from error


def _say_password(client: WatchfulClient, user: str, password: str) -> None:
    offered = client.capabilities()
    if b"LOGINDISABLED" not in offered and _fits_a_quoted_string(user + password):
        client.login(_quoted(user), password)
    elif b"AUTH=PLAIN" in offered:
        client.plain_login(user, password)
    else:
        raise LoginRefused("login not possible: the server takes neither LOGIN for this name and password nor PLAIN")


def _fits_a_quoted_string(text: str) -> bool:
    """Printable ASCII; anything else could end the command early, and goes through PLAIN (RFC 4616), which is UTF-8."""
    return text.isascii() and text.isprintable()


def _quoted(text: str) -> str:
    """imaplib quotes the password only."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextlib.contextmanager
def _hints(mailbox: Mailbox) -> Iterator[None]:
    """What fails before the greeting may be the wrong port, or the wrong kind of TLS for it."""
    try:
        yield
    except (OSError, IMAPClientError) as error:
        if mistake := wrong_port.hint(error, mailbox.host, mailbox.port, mailbox.tls, "IMAP"):
            raise LinkDown(f"{_place(mailbox)} cannot be used: {mistake}") from error
        raise


@contextlib.contextmanager
def _sentences(mailbox: Mailbox) -> Iterator[None]:
    """What goes wrong on the way becomes a sentence that names the server."""
    place = _place(mailbox)
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise LinkDown(f"the certificate of {place} is not accepted: {error.verify_message}") from error
    except ssl.SSLError as error:
        reason = "it does not speak TLS on this port" if error.reason == "WRONG_VERSION_NUMBER" else error.reason
        raise LinkDown(f"no TLS with {place}: {reason or error}") from error
    except socket.gaierror as error:
        raise LinkDown(f"the name {mailbox.host} is not known: {error.strerror}") from error
    except TimeoutError as error:
        raise LinkDown(f"{place} does not answer: {error}") from error
    except OSError as error:
        raise LinkDown(f"{place} cannot be reached: {error.strerror or error}") from error
    except IMAPClientError as error:
        raise LinkDown(f"{place} does not let us in: {said(error)}") from error
    except NO_IMAP as error:
        raise LinkDown(f"{place} cannot be understood: {error}") from error


def _place(mailbox: Mailbox) -> str:
    return f"{mailbox.host} port {mailbox.port}"
