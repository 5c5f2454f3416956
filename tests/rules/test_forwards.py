"""Whose mail is it that an engineer passes on, and what of it is the engineer's own?"""

from __future__ import annotations

import pytest
from samples import ANN, DESK, EVA, mail

from rules.forwards import ATTACHED, Forward, forward_of, may_be
from rules.mail import Address, Attachment

WORDS = "It burns.\n\nPlease help."
GMAIL = """---------- Forwarded message ---------
From: Carl Customer <carl@elsewhere.example>
Date: Mon, Mar 2, 2026 at 8:00 AM
Subject: Printer on fire
To: <eva@desk.example>
"""
APPLE = """Begin forwarded message:

From: "Carl Customer" <carl@elsewhere.example>
Subject: Printer on fire
Date: 2 March 2026 at 08:00:00 CET
To: eva@desk.example
"""
THUNDERBIRD = """-------- Forwarded Message --------
Subject: \tPrinter on fire
Date: \tMon, 2 Mar 2026 08:00:00 +0100
From: \tCarl Customer <carl@elsewhere.example>
To: \teva@desk.example
"""
OUTLOOK = """From: Carl Customer <carl@elsewhere.example>
Sent: Monday, March 2, 2026 8:00 AM
To: Eva Example <eva@desk.example>
Subject: Printer on fire
"""
GERMAN = """-------- Weitergeleitete Nachricht --------
Betreff: Printer on fire
Datum: Mon, 2 Mar 2026 08:00:00 +0100
Von: Carl Customer <carl@elsewhere.example>
An: eva@desk.example
"""
OUTLOOK_GERMAN = """Von: Carl Customer [mailto:carl@elsewhere.example]
Gesendet: Montag, 2. März 2026 08:00
An: Eva Example
Betreff: Printer on fire
"""
APPLE_GERMAN = """Anfang der weitergeleiteten Nachricht:

Von: Carl Customer <carl@elsewhere.example>
Betreff: Printer on fire
Datum: 2. März 2026 um 08:00:00 MEZ
An: eva@desk.example
"""
CLIENTS = {
    "Gmail": GMAIL,
    "Apple Mail": APPLE,
    "Thunderbird": THUNDERBIRD,
    "Outlook": OUTLOOK,
    "Thunderbird in German": GERMAN,
    "Outlook in German": OUTLOOK_GERMAN,
    "Apple Mail in German": APPLE_GERMAN,
}


def passed_on(text: str, subject: str = "Fwd: Printer on fire", **more: object) -> Forward | None:
    one = mail(EVA, subject=subject, text=text, **more)
    return forward_of(one, None, DESK) if may_be(one) else None


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("above", ["", "/severity B\nHe is angry."])
def test_a_mail_in_the_text_is_the_customers(client: str, above: str) -> None:
    found = passed_on(f"{above}\n\n{CLIENTS[client]}\n{WORDS}\n")
    assert found is not None
    assert found.above == above
    assert (found.original.sender.address, found.original.sender.name) == ("carl@elsewhere.example", "Carl Customer")
    assert (found.original.subject, found.original.text) == ("Printer on fire", WORDS)


@pytest.mark.parametrize("subject", ["Fw: x", "FWD: x", "WG: x", "Re: Fwd: x", "TR: x", "fwd : x"])
def test_the_subject_says_that_it_was_passed_on(subject: str) -> None:
    assert passed_on(OUTLOOK + "\nx", subject) is not None


@pytest.mark.parametrize("subject", ["Printer on fire", "Re: Printer on fire", "Forward compatibility", "Wgx: a"])
def test_an_answer_or_a_mail_of_her_own_is_no_forward(subject: str) -> None:
    assert passed_on(OUTLOOK + "\nx", subject) is None


def test_an_attached_mail_is_the_customers_with_its_own_files_and_id() -> None:
    file = Attachment("fire.log", "text/plain", b"log")
    attached = mail(ANN, "Printer on fire", WORDS, attachments=(file,), message_id="first@customer.example")
    given = (Attachment("mail.eml", ATTACHED, b"..."), Attachment("note.txt", "text/plain", b"note"))
    one = mail(EVA, "See below", "/assign me", attachments=given)
    assert may_be(one)
    found = forward_of(one, attached, DESK)
    assert found is not None
    assert (found.above, found.original.sender, found.original.text) == ("/assign me", ANN, WORDS)
    assert [file.name for file in found.original.attachments] == ["fire.log", "note.txt"]
    assert (found.original.message_id, found.original.fingerprint) == ("first@customer.example", one.fingerprint)


@pytest.mark.parametrize("author", [EVA, DESK.address, Address("help@example.org"), Address("")])
def test_what_one_of_us_or_nobody_wrote_is_no_customers(author: Address) -> None:
    head = OUTLOOK.replace("carl@elsewhere.example", author.address)
    assert passed_on(f"{head}\n{WORDS}") is None
    assert forward_of(mail(EVA, "Fwd: x", attachments=()), mail(author), DESK) is None
