"""How does a calendar learn of a meeting? One iCalendar object (RFC 5545) with a method of iTIP (RFC 5546).

The desk is the organizer, so that a yes or no comes back to it; its address is that in From (RFC 6047, section 2.3).
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from daemon.letters.discretion import Discretion
from daemon.letters.safe_text import one_line
from rules.case import Case
from rules.decision import Invitation
from rules.desk import Desk
from rules.mail import Address
from rules.meetings import CANCEL
from rules.subject_tag import tagged

PRODUCT = "-//Postcase//Postcase//EN"
FILE_NAME = "invite.ics"
FILE_TYPE = "application/ics"  # what calendars open from an attachment; text/calendar is for the part beside the text

_LONGEST = 300  # characters of a title or a name
_IN_ADDRESSES = "@!$'*+-/=_~."  # RFC 6068, section 2: what stands for itself in a mailto


def calendar_of(invitation: Invitation, case: Case, desk: Desk, discretion: Discretion, now: datetime) -> bytes:
    """The octets of the file: lines of at most 75 octets that end in CRLF."""
    import icalendar  # a twentieth of a second, and most letters invite to nothing

    def shown(text: str) -> str:
        return discretion.kept(one_line(text, _LONGEST))

    def person(address: Address) -> icalendar.vCalAddress:
        found = icalendar.vCalAddress(f"mailto:{quote(address.address, safe=_IN_ADDRESSES)}")
        found.params["CN"] = shown(address.name or address.address)
        return found

    meets = invitation.method != CANCEL
    event = icalendar.Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", invitation.starts.astimezone(UTC))
    event.add("dtend", invitation.ends.astimezone(UTC))
    event.add("summary", tagged(shown(invitation.title), case.number, desk.case_word))
    event.add("status", "CONFIRMED" if meets else "CANCELLED")
    if link := discretion.kept(one_line(invitation.link)):
        event.add("location", link)
        event.add("description", f"{shown(invitation.title)}\n{link}")
    event.add("organizer", person(Address(desk.address.address, desk.name)))
    for guest in invitation.guests:
        attendee = person(guest)
        attendee.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"})
        if meets:
            attendee.params.update({"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
        event.add("attendee", attendee)
    whole = icalendar.Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", invitation.method)
    whole.add_component(event)
    return bytes(whole.to_ical())
