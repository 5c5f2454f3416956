"""Does a password leave only for the server it is meant for? Words slipped in before TLS, certificates that are out of date."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from daemon_under_test import smtp_settings

from daemon.config.secret import Secret
from daemon.config.settings import Mailbox, Tls
from daemon.errors import LinkDown
from daemon.intake.imap_link import ImapLink
from daemon.smtp_send import SmtpLink, Taken

PASSWORD = "hunter2"
Answers = Callable[[bytes], bytes]  # of one line


class Server(threading.Thread):
    """Greets, answers line by line, and goes over to TLS behind STARTTLS, with words slipped in before."""

    def __init__(self, certificate: Path, greeting: bytes, answers: Answers, slipped_in: bytes = b"") -> None:
        super().__init__(daemon=True)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, certificate.parent / "key")
        self._greeting, self._answers, self._slipped_in = greeting, answers, slipped_in
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.in_the_clear = self.behind_tls = b""
        self.start()

    def run(self) -> None:
        while True:
            client, _ = self._listener.accept()
            with contextlib.suppress(OSError), client:
                self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        client.sendall(self._greeting)
        while line := _line(client):
            self.in_the_clear += line
            client.sendall(self._answers(line) + (self._slipped_in if b"STARTTLS" in line.upper() else b""))
            if b"STARTTLS" in line.upper():
                with self._context.wrap_socket(client, server_side=True) as secured:
                    while line := _line(secured):
                        self.behind_tls += line
                        secured.sendall(self._answers(line))
                return


def _line(link: socket.socket) -> bytes:
    """Octet by octet: what comes behind it may be TLS already."""
    line = b""
    while not line.endswith(b"\n") and (octet := link.recv(1)):
        line += octet
    return line


def imap(line: bytes) -> bytes:
    tag, word = line.split()[:2]
    said = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n", b"LIST": b'* LIST () "/" ""\r\n'}
    return said.get(word.upper(), b"") + tag + b" OK done\r\n"


def smtp(line: bytes) -> bytes:
    said = {b"EHLO": b"250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"STAR": b"220 go\r\n", b"AUTH": b"235 in\r\n"}
    return said.get(line[:4].upper(), b"354 go\r\n" if line[:4].upper() == b"DATA" else b"250 ok\r\n")


def mailbox(port: int, ca_file: Path | None, host: str = "localhost", tls: Tls = "starttls") -> Mailbox:
    return Mailbox(
        host, port, tls, "support", Secret("password", PASSWORD), "INBOX", "Processed", "Quarantine",
        timedelta(seconds=1), ca_file, timedelta(seconds=3),
    )  # fmt: skip


def post(port: int, ca_file: Path) -> Taken:
    settings = replace(
        smtp_settings(port), host="localhost", tls="starttls", ca_file=ca_file, username="support",
        password=Secret("password", PASSWORD),
    )  # fmt: skip
    link = SmtpLink(settings, "example.com")
    try:
        return link.post(b"Subject: x\r\n\r\nHello.\r\n", "support@example.com", "ann@customer.example").taken
    finally:
        link.close()


SLIPPED_IN = (
    b"* CAPABILITY IMAP4rev1 LOGINDISABLED X-EVIL\r\n* 9 EXISTS\r\n* OK [ALERT] evil\r\n",
    b"250-mx\r\n250-X-EVIL\r\n250 AUTH LOGIN\r\n250 ok\r\n" * 20,
    b"* PREAUTH evil\r\n",
)


@pytest.mark.parametrize("words", SLIPPED_IN)
def test_what_is_slipped_in_before_tls_is_not_believed_of_an_imap_server(certificate: Path, words: bytes) -> None:
    """CVE-2021-33515 and its like: who is on the way answers in the clear, together with the go-ahead."""
    server = Server(certificate, b"* OK hello\r\n", imap, words)
    with contextlib.suppress(LinkDown), ImapLink(mailbox(server.port, certificate)) as link:
        assert b"X-EVIL" not in link._offered
        assert PASSWORD.encode() in server.behind_tls
    assert PASSWORD.encode() not in server.in_the_clear


def test_what_is_said_before_tls_is_forgotten_behind_it(certificate: Path) -> None:
    """Where folders lie, say: an answer in the clear that nobody has asked for would count as the first one behind TLS."""

    def lies(line: bytes) -> bytes:
        tag, word = line.split()[:2]
        said = {
            b"STARTTLS": b'* NAMESPACE (("EVIL." ".")) NIL NIL\r\n',
            b"NAMESPACE": b'* NAMESPACE (("" "/")) NIL NIL\r\n',
            b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS NAMESPACE\r\n",
        }.get(word.upper())
        return said + tag + b" OK done\r\n" if said else imap(line)

    server = Server(certificate, b"* OK hello\r\n", lies)
    with ImapLink(mailbox(server.port, certificate)) as link:
        assert link.path("Processed") == "Processed"


@pytest.mark.parametrize("words", SLIPPED_IN)
def test_what_is_slipped_in_before_tls_is_not_believed_of_an_smtp_server(certificate: Path, words: bytes) -> None:
    server = Server(certificate, b"220 mx\r\n", smtp, words)
    with contextlib.suppress(LinkDown):
        post(server.port, certificate)
        assert server.behind_tls.startswith(b"ehlo"), "the server is asked anew"
        assert b"AUTH PLAIN" in server.behind_tls and b"AUTH LOGIN" not in server.behind_tls
    assert b"AUTH" not in server.in_the_clear


def test_a_server_that_slips_nothing_in_is_used(certificate: Path) -> None:
    server = Server(certificate, b"* OK hello\r\n", imap)
    with ImapLink(mailbox(server.port, certificate)):
        assert PASSWORD.encode() in server.behind_tls


# Certificates


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("expired")
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    for words in (
        ["req", "-new", "-newkey", "rsa:2048", "-nodes", *name, "-keyout", "key", "-out", "request"],
        ["x509", "-req", "-in", "request", "-signkey", "key", "-days", "-1", "-copy_extensions", "copy", "-out", "pem"],
    ):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    return folder / "pem"


def test_a_certificate_that_is_out_of_date_gets_no_password(expired: Path) -> None:
    reader, sender = Server(expired, b"* OK hello\r\n", imap), Server(expired, b"220 mx\r\n", smtp)
    with pytest.raises(
        LinkDown, match=r"the certificate of localhost port .* is not accepted: certificate has expired"
    ):
        ImapLink(mailbox(reader.port, expired))
    with pytest.raises(LinkDown, match="its certificate is not accepted: certificate has expired"):
        post(sender.port, expired)
    for server in (reader, sender):
        assert PASSWORD.encode() not in server.in_the_clear and b"AUTH" not in server.in_the_clear
        assert server.behind_tls == b""


BAD_CERTIFICATES = (
    #  the host we ask for, and whom we trust          the sentence
    ("localhost", False, "is not accepted: self-signed certificate"),
    ("127.0.0.1", True,  "is not accepted: IP address mismatch"),
)  # fmt: skip


@pytest.mark.parametrize(("host", "trusted", "sentence"), BAD_CERTIFICATES)
def test_an_imap_server_with_a_bad_certificate_gets_no_password(
    certificate: Path, host: str, trusted: bool, sentence: str
) -> None:
    server = Server(certificate, b"* OK hello\r\n", imap)
    with pytest.raises(LinkDown, match=sentence):
        ImapLink(mailbox(server.port, certificate if trusted else None, host))
    assert PASSWORD.encode() not in server.in_the_clear and server.behind_tls == b""


def test_an_imap_server_that_offers_no_starttls_gets_no_password(certificate: Path) -> None:
    server = Server(certificate, b"* OK hello\r\n", lambda line: imap(line).replace(b" STARTTLS", b""))
    with pytest.raises(LinkDown, match="does not offer STARTTLS"):
        ImapLink(mailbox(server.port, certificate))
    assert PASSWORD.encode() not in server.in_the_clear
