"""Who wrote it, as whom, and how well is that proven? A From line alone proves nothing about an engineer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.authentication import verdict
from rules.case import Audience, Case, Role
from rules.desk import Desk
from rules.mail import Kind, Mail
from rules.threads import Match

MACHINES = frozenset({Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY, Kind.MACHINE, Kind.BOUNCE})


@dataclass(frozen=True, slots=True)
class Sender:
    """As whom the author of a mail is treated on this case."""

    role: Role
    proof: str
    proven: bool = False  # by the token of a letter sent to this very address, or by a mail server we trust


def identify(mail: Mail, match: Match, desk: Desk, now: datetime) -> Sender:
    """The role of a mail's author on the case it was matched with; the first question answered yes decides."""
    case, letter = match.case, match.answers
    holds_token = letter is not None and letter.to.same_as(mail.sender)
    is_engineer = desk.engineer(mail.sender) is not None
    if match.echo or mail.kind in MACHINES:
        return Sender(Role.MACHINE, match.evidence if match.echo else mail.kind_evidence)
    if desk.is_ours(mail.sender) and mail.header("x-postcase-letter"):
        return Sender(Role.MACHINE, f"{mail.sender.address} is the desk itself: a relay of ours that came back")
    if holds_token and letter and letter.audience is Audience.ENGINEER and is_engineer:
        return Sender(Role.ENGINEER, f"token of the {letter.name} letter sent to {letter.to.address}", proven=True)
    if case and case.has_participant(mail.sender):
        role = Role.CUSTOMER if case.customer.same_as(mail.sender) else Role.PARTICIPANT
        if holds_token and letter:
            return Sender(role, f"token of the {letter.name} letter sent to {letter.to.address}", proven=True)
        vouched = verdict(mail, desk.trusted_authserv, now)
        if vouched.aligned:
            return Sender(role, vouched.why, proven=True)
        return Sender(role, "the From line names a participant of the case")
    if case and (organisation := _shared(case, mail, desk)):
        return Sender(Role.PARTICIPANT, f"the From line names a colleague of the customer, from {organisation}")
    if is_engineer:
        vouched = verdict(mail, desk.trusted_authserv, now)
        if vouched.aligned:
            return Sender(Role.ENGINEER, vouched.why, proven=True)
        besides = f" ({vouched.why})" if vouched.why else ""
        return Sender(Role.ENGINEER, f"the From line alone, which proves nothing{besides}")
    return Sender(Role.STRANGER, f"{mail.sender.address or 'nobody'} is no participant of the case")


def _shared(case: Case, mail: Mail, desk: Desk) -> str:
    """The organisation of which customer and sender are, if its people take part in each other's cases."""
    organisation = desk.organisation(mail.sender) if desk.engineer(mail.sender) is None else None
    known = organisation and organisation.colleagues and organisation.name == case.organisation
    return organisation.name if organisation and known else ""
