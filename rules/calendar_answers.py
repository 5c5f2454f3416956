"""Does this mail answer an invitation of ours? A calendar's yes or no (RFC 5546, section 3.2.3), which a person clicked on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.desk import Desk
from rules.mail import Mail

_LONGEST = 20_000  # octets of a calendar that are looked at: an answer is short
_FOLDS = re.compile(rb"\r?\n[ \t]")  # RFC 5545, section 3.1
_STATUS = re.compile(r";PARTSTAT=\"?([A-Z-]{1,30})", re.IGNORECASE)
_UID = re.compile(r"(\d{1,12})-\d{1,6}-\d{8}T\d{6}Z@(.{1,300})")  # rules/meetings.py makes them

SAID = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted"}


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    uid: str
    said: str  # accepted, declined, tentatively accepted; "answered" when it is something else


def calendar_answer(mail: Mail) -> CalendarAnswer | None:
    """What the first calendar in the mail says, if it is an answer."""
    for file in mail.attachments:
        if file.content_type == "text/calendar" and (found := _read(file.data[:_LONGEST])):
            return found
    return None


def case_invited_to(mail: Mail, desk: Desk) -> int:
    """The case whose meeting is answered; 0 when it is no answer, or the meeting is none of this desk's."""
    answer = calendar_answer(mail)
    found = _UID.fullmatch(answer.uid) if answer else None
    return int(found[1]) if found and found[2].casefold() == desk.address.domain else 0


def _read(data: bytes) -> CalendarAnswer | None:
    lines = _FOLDS.sub(b"", data).decode("utf-8", "replace").splitlines()
    if not any(line.strip().upper() == "METHOD:REPLY" for line in lines):
        return None
    uid = next((line[4:].strip() for line in lines if line[:4].upper() == "UID:"), "")
    guests = (line for line in lines if line[:8].upper() == "ATTENDEE")
    status = next((found[1].upper() for line in guests if (found := _STATUS.search(line))), "")
    return CalendarAnswer(uid, SAID.get(status, "answered"))
