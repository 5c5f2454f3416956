"""The invitation as a file: read back by the library, held against RFC 5545, and without an address of an engineer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import icalendar
import pytest

from daemon.letters.compose import compose
from daemon.letters.letter_samples import SAMPLE_CASE, SAMPLE_DESK, SAMPLES
from daemon.letters.templates import Letters
from rules.case import Audience
from rules.decision import Invitation, Wish
from rules.mail import Address, Attachment

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LETTERS = Letters("en")
CARLA, BOB = SAMPLE_CASE.participants
INVITATION = Invitation(
    "REQUEST", "10042-1-20261123T081500Z@example.com", 2, STARTS, STARTS + timedelta(minutes=90),
    "Printer on fire", "https://meet.example.com/10042", (CARLA, BOB),
)  # fmt: skip


def wish(invitation: Invitation = INVITATION, **changes: object) -> Wish:
    return replace(SAMPLES["meeting"][0], invitation=invitation, **changes)  # type: ignore[arg-type]


def mail_of(wanted: Wish) -> EmailMessage:
    mail = compose(
        wanted, SAMPLE_CASE, SAMPLE_DESK, message_id="10042.7@example.com", reply_to=SAMPLE_DESK.address, now=NOW,
        letters=LETTERS,
    )  # fmt: skip
    found = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def file_of(mail: EmailMessage) -> bytes:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return bytes(part.get_payload(decode=True))  # type: ignore[arg-type]


def event_of(mail: EmailMessage) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(file_of(mail)).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def test_the_mail_has_it_beside_the_text_and_as_a_file() -> None:
    """RFC 6047, section 2.4; Gmail and Outlook read the one, Apple and the phones the other."""
    mail = mail_of(wish(attachments=(Attachment("log.txt", "text/plain", b"log"),)))
    alternatives, log, file = mail.iter_parts()
    assert [part.get_content_type() for part in alternatives.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part = list(alternatives.iter_parts())[-1]
    assert part["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert (log.get_filename(), file.get_filename()) == ("log.txt", "invite.ics")
    assert file.get_content_type() == "application/ics"
    assert file.get_payload(decode=True) == part.get_payload(decode=True)
    assert "Auto-Submitted" not in mail


def test_it_says_what_was_arranged() -> None:
    mail = mail_of(wish())
    event, whole = event_of(mail), icalendar.Calendar.from_ical(file_of(mail))
    assert (whole["METHOD"], whole["VERSION"]) == ("REQUEST", "2.0")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (INVITATION.uid, 2, "CONFIRMED")
    assert (event.decoded("DTSTART"), event.decoded("DTEND"), event.decoded("DTSTAMP")) == (
        STARTS, STARTS + timedelta(minutes=90), NOW,
    )  # fmt: skip
    assert b"DTSTART:20261126T090000Z\r\n" in file_of(mail)
    assert event["SUMMARY"] == "[Case #10042] Printer on fire"
    assert event["LOCATION"] == "https://meet.example.com/10042"
    assert event["ORGANIZER"] == "mailto:support@example.com"
    assert [str(one) for one in event["ATTENDEE"]] == ["mailto:carla@customer.example", "mailto:bob@customer.example"]
    assert event["ATTENDEE"][0].params["RSVP"] == "TRUE"
    assert event["ATTENDEE"][0].params["PARTSTAT"] == "NEEDS-ACTION"


def test_the_sender_is_the_organizer() -> None:
    """Or calendars would not believe it (RFC 6047, section 2.3)."""
    mail = mail_of(wish())
    assert event_of(mail)["ORGANIZER"] == f"mailto:{mail['From'].addresses[0].addr_spec}"


def test_what_is_called_off_is_cancelled() -> None:
    mail = mail_of(wish(replace(INVITATION, method="CANCEL", sequence=3)))
    assert b"METHOD:CANCEL\r\n" in file_of(mail)
    assert (event_of(mail)["STATUS"], event_of(mail)["SEQUENCE"]) == ("CANCELLED", 3)
    assert "RSVP" not in event_of(mail)["ATTENDEE"][0].params


HOSTILE = (
    "a;b,c\\n:\"quoted\"",
    "END:VEVENT\r\nBEGIN:VEVENT\nATTENDEE:mailto:evil@example.net",
    "Ünïcödé 漢字 🖨️ " * 20,
    "\x00\x07\u2028 BEGIN:VALARM",
    "x" * 400,
    "",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_it_is_one_event_in_lines_of_75_octets(text: str) -> None:
    """RFC 5545, section 3.1."""
    guest = Address("o'neil+x?y&z@customer.example", text)
    octets = file_of(mail_of(wish(replace(INVITATION, title=text, guests=(guest, BOB)))))
    assert octets.endswith(b"END:VCALENDAR\r\n")
    lines = octets.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", octets)
    whole = icalendar.Calendar.from_ical(octets)
    assert [one.name for one in whole.walk()] == ["VCALENDAR", "VEVENT"]
    (event,) = whole.walk("VEVENT")
    assert [str(one) for one in event["ATTENDEE"]] == [
        "mailto:o'neil+x%3Fy%26z@customer.example",
        "mailto:bob@customer.example",
    ]
    assert whole.to_ical() == octets
    assert not event.errors


def test_no_address_of_an_engineer_stands_in_any_part_for_a_customer() -> None:
    ann = SAMPLE_DESK.engineers[0].address.address
    leaking = replace(
        INVITATION, title=f"Ask {ann}", link=f"https://meet.example.com/{ann}", guests=(replace(CARLA, name=ann), BOB)
    )
    mail = mail_of(wish(leaking, words=f"Write to {ann}.", facts={**wish().facts, "title": f"Ask {ann}"}))
    for part in mail.walk():
        octets = part.get_payload(decode=True)
        assert octets is None or ann.encode() not in bytes(octets).replace(b"\r\n ", b"")  # type: ignore[arg-type]
    assert ann not in str(mail)


def test_an_engineer_sees_himself_among_the_guests() -> None:
    ann = SAMPLE_DESK.engineers[0].address
    inside = replace(wish(replace(INVITATION, guests=(CARLA, ann))), audience=Audience.ENGINEER, to=ann, letter="receipt",
                     facts=SAMPLES["receipt"][0].facts, words="")  # fmt: skip
    assert f"mailto:{ann.address}".encode() in file_of(mail_of(inside)).replace(b"\r\n ", b"")


def test_the_same_wish_makes_the_same_bytes() -> None:
    assert mail_of(wish()).as_bytes() == mail_of(wish()).as_bytes()


def test_a_reader_is_told_the_time_in_the_zone_that_the_letter_names() -> None:
    notice = SAMPLES["meeting-notice"][0]
    body = mail_of(notice).get_body(("plain",))
    assert body and "Thursday, 26 November 2026, 09:00 WET, 60 minutes" in body.get_content()
