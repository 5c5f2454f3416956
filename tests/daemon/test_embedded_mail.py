"""Does the embedded mail server take mail like a real one, and show what it took?"""

from __future__ import annotations

import logging
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.embedded.embedded_faults import HANG_UP
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import TemporaryError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ACCOUNTS = {"support@example.com": "secret", "Ann@Desk.example": "word of ann"}
HELLO = b"From: Bob <bob@customer.example>\r\nTo: support@example.com\r\nSubject: Printer on fire\r\n\r\nIt burns.\r\n"


@pytest.fixture
def mail() -> Iterator[EmbeddedMail]:
    with EmbeddedMail(ACCOUNTS, now=lambda: NOON) as running:
        yield running


def smtp(mail: EmbeddedMail) -> smtplib.SMTP:
    return smtplib.SMTP(mail.host, mail.smtp_port, local_hostname="client.example", timeout=10)


def send(mail: EmbeddedMail, recipient: str, raw: bytes = HELLO, sender: str = "bob@customer.example") -> None:
    with smtp(mail) as client:
        client.sendmail(sender, [recipient], raw)


def test_a_mail_sent_by_smtp_lies_in_the_inbox_with_the_trace_of_its_last_server(mail: EmbeddedMail) -> None:
    send(mail, "support@example.com")
    (message,) = mail.folder("support@example.com")
    trace, _, rest = message.raw.partition(b"From: ")
    assert b"From: " + rest == HELLO
    assert trace.startswith(b"Return-Path: <bob@customer.example>\r\nDelivered-To: support@example.com\r\n")
    assert b"Received: from client.example ([127.0.0.1])\r\n\tby mail.example.org with ESMTP" in trace
    assert trace.endswith(b"for <support@example.com>; Mon, 02 Mar 2026 12:00:00 +0000\r\n")
    assert (message.uid, message.flags, message.received_at) == (1, frozenset(), NOON)


def test_the_null_sender_of_a_bounce_leaves_an_empty_return_path(mail: EmbeddedMail) -> None:
    send(mail, "support@example.com", sender="<>")
    assert mail.folder("support@example.com")[0].raw.startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize("written", ["SUPPORT@Example.COM", "support+case.10042@example.com", "support@example.com"])
def test_case_and_detail_of_an_address_do_not_matter(mail: EmbeddedMail, written: str) -> None:
    send(mail, written)
    assert len(mail.folder("support@example.com")) == 1


def test_mail_to_a_customer_nobody_knows_gets_a_mailbox(mail: EmbeddedMail) -> None:
    assert mail.folder("bob@customer.example") == []
    send(mail, "bob+tickets@customer.example")
    assert len(mail.folder("BOB@customer.example")) == 1


def test_without_catch_all_an_unknown_recipient_is_refused_for_good() -> None:
    with EmbeddedMail(ACCOUNTS, now=lambda: NOON, catch_all=False) as mail, smtp(mail) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail("a@example.org", ["nobody@example.com"], HELLO)
        assert refused.value.recipients["nobody@example.com"][0] == 550
        with pytest.raises(LookupError, match=r"no mailbox for nobody@example\.com"):
            mail.deliver("nobody@example.com", HELLO)


def test_a_catch_all_may_be_meant_for_some_domains_only() -> None:
    with EmbeddedMail(ACCOUNTS, now=lambda: NOON, catch_all=["customer.example"]) as mail, smtp(mail) as client:
        refused = client.sendmail("a@example.org", ["bob@Customer.Example", "nobody@example.com"], HELLO)
        assert list(refused) == ["nobody@example.com"]
    assert len(mail.folder("bob@customer.example")) == 1


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
def test_a_login_by_smtp_is_taken_with_the_password_of_the_account(mail: EmbeddedMail, mechanism: str) -> None:
    with smtp(mail) as client:
        client.ehlo()
        client.user, client.password = "ann@desk.example", "word of ann"
        code, _ = client.auth(mechanism.removeprefix("auth_").upper(), getattr(client, mechanism))
        assert code == 235
    with smtp(mail) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("ann@desk.example", "wrong")


def test_a_line_of_half_a_megabyte_is_taken_as_it_is(mail: EmbeddedMail) -> None:
    long = b"Subject: long\r\n\r\n" + b"x" * 500_000 + b"\r\n"
    send(mail, "support@example.com", long)
    assert mail.folder("support@example.com")[0].raw.endswith(long)


def test_a_mail_of_more_than_fifty_megabytes_is_refused_by_its_size(mail: EmbeddedMail) -> None:
    with smtp(mail) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(50 * 1024 * 1024)
        assert client.mail("a@example.org", ["size=60000000"])[0] == 552


def test_a_faulty_recipient_gets_the_reply_of_the_fault(mail: EmbeddedMail) -> None:
    mail.smtp.fault = {"ann@desk.example": "451 4.7.1 try later"}.get
    with smtp(mail) as client:
        refused = client.sendmail("a@example.org", ["ann@desk.example", "support@example.com"], HELLO)
    assert refused == {"ann@desk.example": (451, b"4.7.1 try later")}
    assert len(mail.folder("support@example.com")) == 1
    assert mail.folder("ann@desk.example") == []


def test_a_hang_up_after_the_data_leaves_the_sender_in_doubt_and_the_mail_in_the_mailbox(mail: EmbeddedMail) -> None:
    mail.smtp.fault_after_data = lambda recipient: HANG_UP
    with smtp(mail) as client:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.sendmail("a@example.org", ["support@example.com"], HELLO)
    assert len(mail.folder("support@example.com")) == 1


def test_a_mistake_of_the_server_is_a_451_so_that_nobody_bounces_the_mail(
    mail: EmbeddedMail, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(recipient: str) -> str | None:
        raise RuntimeError("a hook of the test is broken")

    mail.smtp.fault = broken
    with smtp(mail) as client, caplog.at_level(logging.ERROR):
        client.ehlo()
        client.mail("a@example.org")
        assert client.rcpt("support@example.com")[0] == 451
    assert "the embedded SMTP server failed" in caplog.text


def test_every_delivery_is_told_to_the_listener_and_its_mistakes_cost_no_mail(mail: EmbeddedMail) -> None:
    heard: list[tuple[str, bytes]] = []
    mail.on_delivery = lambda address, raw: heard.append((address, raw))
    send(mail, "SUPPORT@example.com")
    mail.deliver("ann@desk.example", HELLO)
    assert [address for address, _ in heard] == ["support@example.com", "Ann@Desk.example"]
    assert heard[1][1] == HELLO
    mail.on_delivery = lambda address, raw: heard[99]  # type: ignore[func-returns-value, assignment, return-value]
    send(mail, "support@example.com")
    assert len(mail.folder("support@example.com")) == 2


def test_a_mail_delivered_with_unix_line_ends_gets_those_of_mail(mail: EmbeddedMail) -> None:
    mail.deliver("support@example.com", HELLO.replace(b"\r\n", b"\n"), "Archive/2026")
    assert [message.raw for message in mail.folder("support@example.com", "Archive/2026")] == [HELLO]


def test_waiting_returns_the_mail_as_soon_as_it_is_there(mail: EmbeddedMail) -> None:
    later = threading.Timer(0.05, send, [mail, "bob@customer.example"])
    later.start()
    found = mail.wait_for("bob@customer.example", lambda message: b"Printer" in message.raw, timeout=10)
    later.join()
    assert found == mail.folder("bob@customer.example")[0]


def test_waiting_in_vain_says_what_came_instead(mail: EmbeddedMail) -> None:
    mail.deliver("support@example.com", HELLO)
    with pytest.raises(TimeoutError, match=r"within 0\.01 s; in INBOX:\n  1: Subject: Printer on fire"):
        mail.wait_for("support@example.com", lambda message: False, timeout=0.01)


def test_after_an_outage_mail_and_ports_are_as_before(mail: EmbeddedMail) -> None:
    send(mail, "support@example.com")
    ports = (mail.imap_port, mail.smtp_port)
    mail.stop()
    with pytest.raises(OSError):
        socket.create_connection((mail.host, mail.smtp_port), timeout=1)
    mail.start()
    assert (mail.imap_port, mail.smtp_port) == ports
    send(mail, "support@example.com")
    assert [message.uid for message in mail.folder("support@example.com")] == [1, 2]


def test_a_taken_port_is_an_error_with_the_place(mail: EmbeddedMail) -> None:
    second = EmbeddedMail(ACCOUNTS, now=lambda: NOON, smtp_port=mail.smtp_port)
    with pytest.raises(TemporaryError, match=rf"cannot listen on 127\.0\.0\.1: .*{mail.smtp_port}"):
        second.start()
    second.stop()


def test_stopping_hangs_up_on_a_client_in_the_middle_of_a_mail(mail: EmbeddedMail) -> None:
    with socket.create_connection((mail.host, mail.smtp_port), timeout=10) as client:
        client.sendall(b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nSubject: half")
        while b"354" not in client.recv(4096):
            pass
        mail.stop()
        with pytest.raises(ConnectionResetError):
            assert client.recv(4096) == b"", "closed, if not reset"
            raise ConnectionResetError
    assert mail.folder("support@example.com") == []


def test_addresses_and_logins_are_plain_lines_to_copy_from(mail: EmbeddedMail) -> None:
    lines = mail.addresses().splitlines()
    assert lines[0] == f"IMAP  127.0.0.1 port {mail.imap_port}, no encryption"
    assert lines[1].startswith(f"SMTP  127.0.0.1 port {mail.smtp_port}, no encryption")
    assert lines[3:] == ["  support@example.com   password secret", "  Ann@Desk.example   password word of ann"]
