"""What do mail servers and providers report about a letter? Bounces and delays (RFC 3464), complaints (RFC 5965)."""

from __future__ import annotations

from email.message import Message

STATUS = """\
Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
"""
FEEDBACK = """\
Feedback-Type: {feedback}
User-Agent: Example-Feedback/1.0
Version: 1
Original-Rcpt-To: {recipient}
"""
SERVER = {
    "bounces": ("failed", "5.1.1", "550 5.1.1 no such user"),
    "delays": ("delayed", "4.4.1", "451 4.4.1 no answer from host"),
    "delivers": ("delivered", "2.1.5", "250 2.1.5 ok"),
}
REPORTS = (*SERVER, "complains-of")  # the verbs of a dialogue
MAIL = """\
From: {sender}
To: support@example.com
Subject: {subject}
Message-ID: <report-{number}@example.net>
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; report-type={sort}; boundary=part

--part

This is a report about a mail of yours.
--part
Content-Type: message/{sort}

{told}
--part
Content-Type: text/rfc822-headers

{returned}
--part--
"""


def report(number: int, date: str, sender: str, verb: str, letter: Message, recipient: str, more: list[str]) -> bytes:
    """The report on a letter; `more` are further fields about its recipient, or fields in place of ours."""
    if verb in SERVER:
        action, status, words = SERVER[verb]
        sort, told = "delivery-status", STATUS.format(recipient=recipient, action=action, status=status, words=words)
    else:
        sort, told = "feedback-report", FEEDBACK.format(recipient=recipient, feedback="abuse")
    returned = "\n".join(f"{name}: {letter[name]}" for name in ("From", "To", "Subject", "Message-ID"))
    for line in more:
        told = _with_field(told, line)
    mail = MAIL.format(
        number=number, date=date, sender=sender, subject="A report", sort=sort, told=told, returned=returned
    )
    return mail.encode().replace(b"\n", b"\r\n")


def _with_field(told: str, line: str) -> str:
    name = line.partition(":")[0] + ":"
    kept = [one for one in told.rstrip("\n").split("\n") if not one.startswith(name)]
    return "\n".join([*kept, line, ""])
