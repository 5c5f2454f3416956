"""Is somebody who gave the wrong port, or the wrong kind of TLS, told so? By the mailbox and by the SMTP server alike."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from daemon_under_test import smtp_settings

from daemon import smtp_send, wrong_port
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox, Tls
from daemon.intake import imap_probe

IMAP, SMTP, POP3 = b"* OK [CAPABILITY IMAP4rev1] ready\r\n", b"220 mx.example.org ESMTP\r\n", b"+OK ready\r\n"
AT_ONCE = 'cannot be used: this port speaks TLS at once, which is tls = "implicit"'
WITHOUT = 'cannot be used: this port begins without TLS, which is tls = "starttls" or "none"'


class Greeter:
    """A server that says its greeting, behind TLS if it has a certificate, and then nothing more."""

    def __init__(self, greeting: bytes, certificate: Path | None = None) -> None:
        self._greeting, self._context = greeting, None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate, certificate.parent / "key")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Greeter:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        try:
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._greet, args=(connection,), daemon=True).start()
        except OSError:
            return

    def _greet(self, connection: socket.socket) -> None:
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                connection.sendall(self._greeting)
                connection.recv(1000)
        except OSError:
            return


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(wrong_port, "ASK_SECONDS", 0.5)
    yield


def of_a_mailbox(port: int, tls: Tls) -> str:
    password, second = Secret("password", "secret"), timedelta(seconds=1)
    mailbox = Mailbox(
        "127.0.0.1", port, tls, "support", password, "INBOX", "Processed", "Quarantine", second, None, second
    )
    ((wrong, sentence),) = imap_probe.probe(mailbox)
    assert wrong
    return sentence


def of_an_smtp_server(port: int, tls: Tls) -> str:
    settings = replace(smtp_settings(port), tls=tls, timeout=timedelta(seconds=1))
    (sentence,) = smtp_send.probe(settings, "example.com")
    return sentence


@pytest.mark.parametrize("tls", ["none", "starttls"])
def test_a_port_that_speaks_tls_at_once_is_told(certificate: Path, tls: Tls) -> None:
    with Greeter(IMAP, certificate) as server:
        assert of_a_mailbox(server.port, tls) == f"127.0.0.1 port {server.port} {AT_ONCE}"
    with Greeter(SMTP, certificate) as server:
        assert of_an_smtp_server(server.port, tls).endswith(AT_ONCE)


def test_a_port_that_begins_without_tls_is_told() -> None:
    with Greeter(IMAP) as server:
        assert of_a_mailbox(server.port, "implicit").endswith(WITHOUT)
    with Greeter(SMTP) as server:
        assert of_an_smtp_server(server.port, "implicit").endswith(WITHOUT)


def test_another_protocol_is_told_by_its_name() -> None:
    with Greeter(SMTP) as server:
        assert of_a_mailbox(server.port, "none").endswith(
            "cannot be used: this is an SMTP server, expected one for IMAP"
        )
    with Greeter(POP3) as server:
        assert of_a_mailbox(server.port, "starttls").endswith("this is a POP3 server, expected one for IMAP")
    with Greeter(IMAP) as server:
        assert of_an_smtp_server(server.port, "none").endswith("this is an IMAP server, expected one for SMTP")


def test_two_mistakes_are_both_told(certificate: Path) -> None:
    with Greeter(SMTP, certificate) as server:
        assert of_a_mailbox(server.port, "none").endswith(f"{AT_ONCE}; this is an SMTP server, expected one for IMAP")


def test_of_a_server_that_says_nothing_nothing_is_guessed() -> None:
    with Greeter(b"") as server:
        assert "does not answer" in of_a_mailbox(server.port, "none")
        assert "cannot be reached: " in of_an_smtp_server(server.port, "none")
