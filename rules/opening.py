"""A mail that belongs to no open case: which case does it open, and is it confirmed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import targets, triage, wishes
from rules.assignment import Assigned, Need, assign
from rules.case import Case, Entry, Link, Role, Status, Tie, stamp
from rules.circumstances import Circumstances
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.mail import Address, Kind, Mail
from rules.papers import IN_COPY, file_mail, left_out, people_of, with_joining
from rules.senders import Sender
from rules.subject_tag import bare
from rules.unasked import why_unanswered

AWAITING = frozenset((Kind.PERSON, Kind.LIST, Kind.MACHINE))  # behind these somebody awaits an answer, or should


def open_case(
    mail: Mail,
    desk: Desk,
    at: Circumstances,
    evidence: str,
    follows: Case | None = None,
    *,
    proven: bool = False,
    forged: bool = False,
    owner: Address | None = None,
    unread: str = "",
) -> Decision:
    """A new case with its confirmation and the notice to its owner; `follows` is the closed case it carries on.

    `proven`: its author is surely one of the people of that closed case, and may bring others along. `forged`: he is surely
    not whom the From line names, who must not get our answers. `owner`: who has it, where that is settled already.
    `unread`: for the owner; no more than the headers of the mail could be read, and it is not filed on the case.
    """
    unanswered = (
        "a mail server that we trust says that the sender is forged" if forged else _why_unanswered(mail, desk, at)
    )
    report = triage.examine(mail, desk, follows)
    settled = desk.engineer(owner) if owner else None
    assigned = Assigned(settled, evidence) if settled else _assigned(mail, report, desk, at, follows)
    case = _new_case(mail, desk, at, report, assigned, follows)
    if follows and not proven:  # anybody can write his name, and have himself put in copy of what we answer
        known = (one for one in case.participants if one.same_as(case.customer) or follows.has_participant(one))
        case = replace(case, participants=tuple(known))
    expected = None if unanswered else targets.expected(case, desk, desk.skills_for(case.product), at.workload, at.now)
    if not unread:
        case = file_mail(case, mail, Sender(Role.CUSTOMER, "opened the case"), at.now)
    for entry in (
        Entry(at.now, "a mail opened the case", "new case", evidence, mail.sender.address),
        *triage.entries(report, desk, at.now),
        Entry(at.now, f"assigned to {case.owner.address}", "assignment", assigned.why),
        Entry(at.now, "no confirmation" if unanswered else "confirmed", "loop guard", unanswered or _told(expected)),
    ):
        case = case.with_entry(entry)
    case = with_joining(case, case.others, at.now, IN_COPY, by=mail.sender)
    if at.past:
        return Decision(case, reason=f"imported: {evidence}")
    if mail.kind in AWAITING:
        case = targets.summoned(targets.promised(case, desk, targets.FIRST, at.now), desk, at.now)
    silent = f"No confirmation was sent: {unanswered}." if unanswered else ""
    remark = " ".join(filter(None, (unread, silent, left_out(case, mail, desk))))
    notice = wishes.assigned(case, desk, mail, assigned.why, remark, triage.lines(report, desk, at.now))
    letters = (notice,) if unanswered else (_first_letter(case, desk, mail, expected, follows), notice)
    return Decision(case, letters, f"new case: {evidence}")


def _told(expected: datetime | None) -> str:
    return "a person wrote" + (f"; told to expect an answer by {stamp(expected)}" if expected else "")


def _assigned(mail: Mail, report: triage.Report, desk: Desk, at: Circumstances, follows: Case | None) -> Assigned:
    prefer: tuple[tuple[Address, str], ...] = ()
    if follows:
        prefer = ((follows.owner, f"owner of case {follows.number}, which this one follows"),)
    prefer += tuple((owner, "owner of another open case of this customer") for owner in at.workload.owners)
    himself = desk.engineer(mail.sender)  # who asks does not answer himself, where there is somebody else
    without = (himself.address,) if himself and len(desk.engineers) > 1 else ()
    need = Need(at.number, desk.skills_for(report.product.value), prefer, without)
    return assign(need, desk, at.workload, at.now)


def _new_case(
    mail: Mail, desk: Desk, at: Circumstances, report: triage.Report, assigned: Assigned, follows: Case | None
) -> Case:
    organisation = report.organisation
    return Case(
        number=at.number,
        status=Status.WITH_ENGINEER,
        subject=bare(mail.subject, desk.case_word),
        customer=mail.sender,
        opened_at=at.now,
        owner=assigned.engineer.address,
        participants=people_of(mail, desk),
        severity=report.severity.value,
        product=report.product.value,
        organisation=report.organisation_name,
        language=(organisation.language if organisation else "") or desk.language,
        timezone=organisation.timezone if organisation else "",
        links=_links(follows),
    )


def _links(follows: Case | None) -> tuple[Link, ...]:
    """To the closed case, and those that it follows itself; what else hangs together with it is told there."""
    if follows is None:
        return ()
    return (Link(follows.number, Tie.FOLLOWS), *(one for one in follows.links if one.tie is Tie.FOLLOWS))


def _first_letter(case: Case, desk: Desk, mail: Mail, expected: datetime | None, follows: Case | None) -> Wish:
    facts = {"severity": _published(case, desk), "expected": expected}
    return wishes.follow_up(case, mail, follows.number, facts) if follows else wishes.confirmation(case, mail, facts)


def _published(case: Case, desk: Desk) -> dict[str, str]:
    """The severity as the desk publishes it; {} when it publishes none."""
    level = desk.triage.level(case.severity)
    name, meaning = level.name(case.language), level.meaning(case.language)
    return {"letter": level.letter, "name": name, "meaning": meaning} if meaning else {}


def _why_unanswered(mail: Mail, desk: Desk, at: Circumstances) -> str:
    if at.past:
        return "the mail is older than the desk"
    return why_unanswered(mail, desk, at.counts)
