"""What answers at this port, when it is not what we expected there? Asked once more after a failure, for a hint to the admin."""

from __future__ import annotations

import contextlib
import socket
import ssl

ASK_SECONDS = 2.0  # a server that says nothing within it waits for us to begin

GREETINGS = (
    #  begins with   is                    speaks
    (b"* ",          "an IMAP server",     "IMAP"),
    (b"+OK",         "a POP3 server",      "POP3"),
    (b"220",         "an SMTP server",     "SMTP"),
    (b"554",         "an SMTP server",     "SMTP"),
    (b"SSH-",        "an SSH server",      "SSH"),
    (b"HTTP/",       "a web server",       "HTTP"),
)  # fmt: skip


# Nobody is there to be asked, or what is wrong is clear.
PLAIN_ENOUGH = (socket.gaierror, ConnectionRefusedError, ssl.SSLCertVerificationError, UnicodeError)


def hint(error: Exception, host: str, port: int, tls: str, wanted: str) -> str:
    """The likely mistake behind an error before the greeting; "" when there is none to be seen. `wanted`: IMAP or SMTP."""
    if isinstance(error, PLAIN_ENOUGH):
        return ""
    at_once, greeting = _greeting(host, port)
    if at_once and tls != "implicit":
        problem = 'this port speaks TLS at once, which is tls = "implicit"'
    elif greeting and not at_once and tls == "implicit":
        problem = 'this port begins without TLS, which is tls = "starttls" or "none"'
    else:
        problem = ""
    other = next((what for begin, what, speaks in GREETINGS if greeting.startswith(begin) and speaks != wanted), "")
    return "; ".join(filter(None, (problem, f"this is {other}, expected one for {wanted}" if other else "")))


def _greeting(host: str, port: int) -> tuple[bool, bytes]:
    """Does it speak TLS at once, and what does it say first? The certificate is of no interest: nothing is told it."""
    with contextlib.suppress(OSError), _called(host, port) as connection:
        if plain := connection.recv(200):
            return False, plain
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with _called(host, port) as connection, context.wrap_socket(connection) as secured:
            with contextlib.suppress(OSError):
                return True, secured.recv(200)
            return True, b""
    except OSError:
        return False, b""


def _called(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), ASK_SECONDS)
