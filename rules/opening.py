"""A mail that belongs to no open case: which case does it open, and is it confirmed?"""

from __future__ import annotations

from dataclasses import replace

from rules import wishes
from rules.caps import exceeded
from rules.case import Case, Entry, Link, Role, Status, Tie
from rules.circumstances import Circumstances
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.loop_guard import may_answer
from rules.mail import Mail
from rules.papers import file_mail, left_out, people_of
from rules.senders import Sender
from rules.subject_tag import bare


def open_case(
    mail: Mail, desk: Desk, at: Circumstances, evidence: str, follows: Case | None = None, *, proven: bool = False
) -> Decision:
    """A new case with its confirmation and the notice to its owner; `follows` is the closed case it carries on.

    `proven`: its author is surely one of the people of that closed case, and may bring others along.
    """
    unanswered = _why_unanswered(mail, desk, at)
    case = _new_case(mail, desk, at, follows)
    if follows and not proven:  # anybody can write his name, and have himself put in copy of what we answer
        case = replace(case, participants=tuple(one for one in case.participants if follows.has_participant(one)))
    case = file_mail(case, mail, Sender(Role.CUSTOMER, "opened the case"), at.now)
    why = f"owner of case {follows.number}, which this one follows" if follows else "first engineer of the desk"
    for entry in (
        Entry(at.now, "a mail opened the case", "new case", evidence, mail.sender.address),
        Entry(at.now, f"assigned to {case.owner.address}", "assignment", why),
        Entry(at.now, "no confirmation" if unanswered else "confirmed", "loop guard", unanswered or "a person wrote"),
    ):
        case = case.with_entry(entry)
    if at.past:
        return Decision(case, reason=f"imported: {evidence}")
    silent = f"No confirmation was sent: {unanswered}." if unanswered else ""
    remark = " ".join(filter(None, (silent, left_out(case, mail, desk))))
    notice = wishes.assigned(case, desk, mail, why, remark)
    letters = (notice,) if unanswered else (_first_letter(case, mail, follows), notice)
    return Decision(case, letters, f"new case: {evidence}")


def _new_case(mail: Mail, desk: Desk, at: Circumstances, follows: Case | None) -> Case:
    owner = wishes.owner_of(follows, desk) if follows else desk.engineers[0]
    return Case(
        number=at.number,
        status=Status.WITH_ENGINEER,
        subject=bare(mail.subject, desk.case_word),
        customer=mail.sender,
        opened_at=at.now,
        owner=owner.address,
        participants=people_of(mail, desk),
        severity=follows.severity if follows else "C",
        product=follows.product if follows else "",
        language=desk.language,
        links=(Link(follows.number, Tie.FOLLOWS), *follows.links) if follows else (),
    )


def _first_letter(case: Case, mail: Mail, follows: Case | None) -> Wish:
    return wishes.follow_up(case, mail, follows.number) if follows else wishes.confirmation(case, mail)


def _why_unanswered(mail: Mail, desk: Desk, at: Circumstances) -> str:
    if at.past:
        return "the mail is older than the desk"
    return may_answer(mail, desk) or exceeded(at.counts, desk.caps)
