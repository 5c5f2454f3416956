"""Who wrote it, as whom, and how well is that proven? A From line alone proves nothing about an engineer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules.authentication import verdict
from rules.case import Audience, Case, Letter, Role
from rules.desk import Desk
from rules.look_alikes import warning
from rules.mail import Kind, Mail
from rules.staff import CALLED
from rules.threads import Match

MACHINES = frozenset({Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY, Kind.MACHINE, Kind.BOUNCE, Kind.COMPLAINT})


@dataclass(frozen=True, slots=True)
class Sender:
    """As whom the author of a mail is treated on this case."""

    role: Role
    proof: str
    proven: bool = False  # by the token of a letter sent to this very address, or by a mail server we trust
    forged: bool = False  # says a mail server we trust


def identify(mail: Mail, match: Match, desk: Desk, now: datetime) -> Sender:
    """The role of a mail's author on the case it was matched with; the first question answered yes decides."""
    if machine := _machine(mail, match, desk):
        return Sender(Role.MACHINE, machine)
    token, is_engineer = _token(mail, match), desk.engineer(mail.sender) is not None
    if token and is_engineer and match.answers and match.answers.audience is Audience.ENGINEER:
        return Sender(Role.ENGINEER, token, proven=True)
    if token and desk.staff_at(mail.sender) and match.answers and match.answers.audience is Audience.STAFF:
        return Sender(Role.STAFF, token, proven=True)
    named = _named(mail, match.case, desk)
    takes_part = match.case is not None and match.case.has_participant(mail.sender)
    if named and takes_part and token:
        return replace(named, proof=token, proven=True)
    vouched = verdict(mail, desk.trusted_authserv, now)
    if named and takes_part and vouched.aligned:
        return replace(named, proof=vouched.why, proven=True)
    if named and not vouched.failed:
        return named
    if is_engineer and vouched.aligned:
        return Sender(Role.ENGINEER, vouched.why, proven=True)
    if vouched.aligned and desk.staff_at(mail.sender) and match.case and match.case.has_asked(mail.sender):
        return Sender(Role.STAFF, vouched.why, proven=True)
    if is_engineer:
        besides = f" ({vouched.why})" if vouched.why else ""
        return Sender(Role.ENGINEER, f"the From line alone, which proves nothing{besides}")
    if named:
        why = f"{named.proof}, but a mail server that we trust says it is forged: {vouched.why}"
        return Sender(Role.STRANGER, why, forged=True)
    return Sender(Role.STRANGER, _unknown(mail, match.case, desk))


def _machine(mail: Mail, match: Match, desk: Desk) -> str:
    """Why nobody speaks here; "" when somebody may. No header that we write ourselves is believed: anybody can."""
    if match.echo:
        return match.evidence
    if mail.kind in MACHINES:
        return mail.kind_evidence or str(mail.kind)
    letter = _returned(mail, match.case) if match.case and desk.is_ours(mail.sender) else None
    return f"the {letter.name} letter to {letter.to.address}, which came back under another id" if letter else ""


def _returned(mail: Mail, case: Case) -> Letter | None:
    """The letter of ours that this is; on its way it may have got another Message-ID."""
    written = mail.date and int(mail.date.timestamp())
    same = (one for one in case.letters if one.subject == mail.subject and int(one.created_at.timestamp()) == written)
    return next(same, None)


def _token(mail: Mail, match: Match) -> str:
    """The letter whose token proves the author: it was sent to this very address; "" when the mail shows none."""
    letter = match.answers
    holds = letter is not None and letter.to.same_as(mail.sender)
    return f"token of the {letter.name} letter sent to {letter.to.address}" if letter and holds else ""


def _named(mail: Mail, case: Case | None, desk: Desk) -> Sender | None:
    """Whom of the case the From line names, whoever wrote it; None when it is nobody."""
    if case and case.has_participant(mail.sender):
        role = Role.CUSTOMER if case.customer.same_as(mail.sender) else Role.PARTICIPANT
        return Sender(role, "the From line names a participant of the case")
    if case and (organisation := _shared(case, mail, desk)):
        return Sender(Role.PARTICIPANT, f"the From line names a colleague of the customer, from {organisation}")
    return None


def _shared(case: Case, mail: Mail, desk: Desk) -> str:
    """The organisation of which customer and sender are, if its people take part in each other's cases."""
    organisation = desk.organisation(mail.sender) if not desk.works_for_us(mail.sender) else None
    known = organisation and organisation.colleagues and organisation.name == case.organisation
    return organisation.name if organisation and known else ""


def _unknown(mail: Mail, case: Case | None, desk: Desk) -> str:
    if staff := desk.staff_at(mail.sender):
        return f"the From line alone, which proves nothing, names {staff.name} of {CALLED[staff.team]}"
    known = (*case.participants, *(one.address for one in desk.engineers), desk.address) if case else ()
    beware = warning(mail.sender, known)
    return f"{mail.sender.address or 'nobody'} is no participant of the case{f'. {beware}' if beware else ''}"
