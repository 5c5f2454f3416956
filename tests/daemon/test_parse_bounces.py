from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.incoming.parse import parse
from rules.mail import Address, Bounce, Complaint, Fate, Kind

MAILS = Path(__file__).parents[1] / "mails"
LETTER = "c10042.3.token@example.com"


def mail_of(name: str) -> bytes:
    return next(MAILS.glob(f"{name}*.eml")).read_bytes()


def test_a_notification_tells_whose_letter_came_back_and_why() -> None:
    mail = parse(mail_of("004"))
    assert mail.kind is Kind.BOUNCE
    assert mail.bounce == Bounce(
        original_message_id=LETTER,
        recipient="ann@customer.example",
        status="5.1.1",
        permanent=True,
        diagnostic="550 5.1.1 <ann@customer.example>: Recipient address rejected: unknown user",
    )


def test_a_delay_is_not_final() -> None:
    bounce = parse(mail_of("005")).bounce
    assert bounce and not bounce.permanent
    assert (bounce.original_message_id, bounce.recipient, bounce.status) == (LETTER, "ann@customer.example", "4.4.1")


def test_qmail_says_it_in_words() -> None:
    bounce = parse(mail_of("006")).bounce
    assert bounce and bounce.permanent and bounce.status == "5.1.1"
    assert (bounce.recipient, bounce.original_message_id) == ("ann@customer.example", "c10042.4.token@example.com")


@pytest.mark.parametrize(
    ("found", "changed", "permanent"),
    [
        (b"Action: failed", b"Action: error", True),
        (b"Status: 5.1.1", b"Status: 4.4.7", True),  # given up after five days
        (b"Action: failed", b"X-Action: none", True),
        (b"Action: failed", b"Action: delayed", False),
    ],
)
def test_the_action_decides_whether_it_is_final(found: bytes, changed: bytes, permanent: bool) -> None:
    bounce = parse(mail_of("004").replace(found, changed)).bounce
    assert bounce and bounce.permanent is permanent


def test_without_a_copy_of_the_letter_its_name_in_the_status_part_tells_which_it_was() -> None:
    raw = mail_of("004").replace(b"Message-ID: <c10042", b"X-Other: <c10042")
    named = raw.replace(b"Reporting-MTA", b"Original-Envelope-Id: case.1.2.a+2Bb+3D@example.com\r\nReporting-MTA")
    found = [bounce.original_message_id for one in (named, raw) if (bounce := parse(one).bounce)]
    assert found == ["case.1.2.a+b=@example.com", ""]


def test_a_report_of_success_is_no_bounce() -> None:
    mail = parse(
        mail_of("004").replace(b"Action: failed", b"Action: relayed").replace(b"Status: 5.1.1", b"Status: 2.0.0")
    )
    assert mail.bounce is None and mail.kind is Kind.MACHINE


def test_the_first_recipient_that_failed_is_told() -> None:
    more = b"Final-Recipient: rfc822; bob@customer.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\nFinal-Recipient"
    bounce = parse(mail_of("004").replace(b"Final-Recipient", more, 1)).bounce
    assert bounce and bounce.recipient == "ann@customer.example"


def test_what_it_says_of_more_recipients_is_kept() -> None:
    more = b"Final-Recipient: rfc822; bob@customer.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\nFinal-Recipient"
    bounce = parse(mail_of("004").replace(b"Final-Recipient", more, 1)).bounce
    assert bounce and bounce.about(Address("Bob@Customer.example")).fate is Fate.TAKEN
    assert bounce.about(Address("ann@customer.example")).fate is Fate.FAILED
    assert bounce.about(Address("forwarded@elsewhere.example")).recipient == "ann@customer.example"


def test_a_delay_tells_until_when_the_server_tries() -> None:
    raw = mail_of("005").replace(
        b"Action: delayed", b"Action: delayed\r\nWill-Retry-Until: Fri, 6 Mar 2026 10:00:00 +0100"
    )
    bounce = parse(raw).bounce
    assert bounce and bounce.retry_until == datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


def test_a_report_of_success_names_its_letter_all_the_same() -> None:
    mail = parse(mail_of("004").replace(b"Action: failed", b"Action: delivered").replace(b"5.1.1", b"2.1.5"))
    assert (mail.bounce, mail.reports_on) == (None, LETTER)


def test_recipients_beyond_ascii_are_read() -> None:
    raw = mail_of("004").replace(b"message/delivery-status", b"message/global-delivery-status")
    bounce = parse(
        raw.replace(b"rfc822;ann@", "utf-8; müller@".encode()).replace(b"rfc822; ann@", b"rfc822; x@")
    ).bounce
    assert bounce and bounce.recipient == "müller@customer.example"


def test_a_filter_that_refuses_by_receipt_is_a_bounce() -> None:
    raw = mail_of("008").replace(
        b"manual-action/MDN-sent-manually; displayed", b"automatic-action/MDN-sent-automatically; deleted"
    )
    mail = parse(raw)
    assert mail.kind is Kind.BOUNCE and mail.bounce and mail.bounce.permanent


def test_a_read_receipt_is_no_bounce() -> None:
    mail = parse(mail_of("008"))
    assert mail.kind is Kind.MACHINE and mail.bounce is None


def test_the_id_is_taken_from_references_when_no_copy_came_back() -> None:
    raw = mail_of("004").split(b"--report\r\nContent-Type: message/rfc822")[0] + b"--report--\r\n"
    bounce = parse(raw.replace(b"MIME-Version", f"References: <{LETTER}>\r\nMIME-Version".encode())).bounce
    assert bounce and bounce.original_message_id == LETTER


def test_a_customer_who_asks_about_his_bounces_is_a_person() -> None:
    raw = (
        b"From: Ann <ann@customer.example>\r\nSubject: Undeliverable mails since Monday\r\n\r\n"
        b"Your product says: Delivery to the following recipient failed: bob@customer.example. What now?\r\n"
    )
    mail = parse(raw)
    assert mail.kind is Kind.PERSON and mail.bounce is None


def test_a_customer_who_attaches_a_bounce_of_his_is_a_person() -> None:
    bounce = mail_of("004")
    raw = (
        b"From: Ann <ann@customer.example>\r\nSubject: What is this?\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n"
        b"--q\r\n\r\nI got this.\r\n--q\r\nContent-Type: message/rfc822\r\n\r\n" + bounce + b"\r\n--q--\r\n"
    )
    mail = parse(raw)
    assert mail.kind is Kind.PERSON and mail.bounce is None and len(mail.attachments) == 1


@pytest.mark.parametrize(
    ("words", "recipient", "permanent"),
    [
        ("The following address failed:\n\n  <ann@customer.example>: 550 unknown user\n", "ann@customer.example", True),
        (
            "Your message\n  To: sales@example.org\ndid not reach the following recipient(s):\n\nann@customer.example on Fri",
            "ann@customer.example",
            True,
        ),
        (
            "Message to ann@customer.example has been delayed. It will be retried for 4 days.",
            "ann@customer.example",
            False,
        ),
        (
            "Unknown user: ann@customer.example\n\nOriginal message follows.\n\nTo: bob@customer.example\n",
            "ann@customer.example",
            True,
        ),
    ],
)
def test_servers_of_every_age_say_it_in_words(words: str, recipient: str, permanent: bool) -> None:
    raw = f"From: MAILER-DAEMON@mx.example.com\nTo: support@example.com\nSubject: Mail failure\n\n{words}".encode()
    bounce = parse(raw).bounce
    assert bounce and (bounce.recipient, bounce.permanent) == (recipient, permanent)


def test_exim_names_the_recipient_in_a_header() -> None:
    raw = b"From: postmaster@mx.example.com\nX-Failed-Recipients: ann@customer.example\nSubject: x\n\nIt failed.\n"
    mail = parse(raw)
    assert mail.kind is Kind.BOUNCE and mail.bounce and mail.bounce.recipient == "ann@customer.example"


def complaint(*fields: str, returned: str = f"Message-ID: <{LETTER}>") -> bytes:
    told = "\n".join(("User-Agent: Example/1.0", "Version: 1", *fields))
    return (
        "From: fbl@provider.example\nTo: support@example.com\nSubject: FW: your mail\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=q\n\n"
        f"--q\n\nA complaint.\n--q\nContent-Type: message/feedback-report\n\n{told}\n"
        f"--q\nContent-Type: message/rfc822\n\nFrom: support@example.com\n{returned}\n\nHello\n--q--\n"
    ).encode()


def test_a_complaint_names_the_letter_and_what_it_was_called() -> None:
    mail = parse(complaint("Feedback-Type: Abuse", "Original-Rcpt-To: <ann@customer.example>"))
    assert (mail.kind, mail.bounce, mail.reports_on) == (Kind.COMPLAINT, None, LETTER)
    assert mail.complaint == Complaint("abuse", "ann@customer.example") and mail.complaint.objects


@pytest.mark.parametrize(
    ("field", "feedback", "objects"),
    [
        ("Feedback-Type: fraud", "fraud", True),
        ("Feedback-Type: virus", "virus", True),
        ("Feedback-Type: opt-out", "opt-out", True),
        ("Feedback-Type: a-new-word", "a-new-word", True),
        ("X-Other: none", "abuse", True),
        ("Feedback-Type: not-spam", "not-spam", False),
        ("Feedback-Type: auth-failure", "auth-failure", False),
    ],
)
def test_not_every_feedback_objects(field: str, feedback: str, objects: bool) -> None:
    found = parse(complaint(field)).complaint
    assert found and (found.feedback, found.objects) == (feedback, objects)
