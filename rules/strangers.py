"""What becomes of a mail that a stranger wrote to a case? Held for the owner; let in, or a case of its own: nobody is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rules import wishes
from rules.case import Case, Entry, Hold, Message, Role
from rules.circumstances import Circumstances
from rules.decision import Copy, Decision, Wish
from rules.desk import Desk
from rules.hours import after, next_open
from rules.mail import Address, Mail
from rules.opening import open_case
from rules.papers import file_mail
from rules.senders import Sender
from rules.unasked import why_unanswered

RECEIVED = "received"  # the letter that tells a stranger no more than that his mail has come


def held_for_owner(case: Case, mail: Mail, sender: Sender, desk: Desk, at: Circumstances) -> Decision:
    """The last mail filed on the case is held; the owner has two support days to decide, or as many as the desk says."""
    due = next_open(desk.hours, after(desk.hours, at.now, desk.hold))
    case = replace(case, holds=(*case.holds, Hold(case.messages[-1].paper, due)))
    notice = wishes.held(case, desk, mail, sender.proof, due)
    return Decision(case, (notice, *_received(case, mail, sender, desk, at)), "held for the owner")


def _received(case: Case, mail: Mail, sender: Sender, desk: Desk, at: Circumstances) -> tuple[Wish, ...]:
    """Once for each sender and case, and not to somebody whose name was forged."""
    told = any(one.name == RECEIVED and one.to.same_as(mail.sender) for one in case.letters)
    if told or sender.forged or why_unanswered(mail, desk, at.counts):
        return ()
    return (wishes.received(mail, desk),)


def admitted(case: Case, sender: Address) -> Case:
    """Everything of this sender that is held counts as written by one who takes part."""
    let_in = {one.paper for one in waiting(case, sender)}
    messages = tuple(replace(one, held="") if one.paper in let_in else one for one in case.messages)
    return replace(case, messages=messages, holds=tuple(one for one in case.holds if one.paper not in let_in))


def turned_away(
    case: Case, sender: Address, mails: Mapping[int, Mail], desk: Desk, at: Circumstances, why: str
) -> Decision:
    """Everything of this sender that is held becomes one case of his own; on this one it stays held.

    `mails`: by the number of their papers. Errors: LookupError when one of them is not there.
    """
    held = waiting(case, sender)
    evidence = f"was held on case {case.number}: {why}"
    opened = open_case(mails[held[0].paper], desk, at, evidence, forged=held[0].forged)
    opened = _with_the_rest(opened, held, case, mails, desk, at)
    number = opened.case.number
    gone = {one.paper for one in held}
    messages = tuple(replace(one, moved_to=number) if one.paper in gone else one for one in case.messages)
    holds = tuple(one for one in case.holds if one.paper not in gone)
    event = f"what {sender.address or 'nobody'} wrote became case {number}"
    case = replace(case, messages=messages, holds=holds).with_entry(Entry(at.now, event, "held mail", why))
    return Decision(case, reason=event, others=(opened,))


def _with_the_rest(
    opened: Decision, held: tuple[Message, ...], case: Case, mails: Mapping[int, Mail], desk: Desk, at: Circumstances
) -> Decision:
    """The later ones of the held mails, filed behind the first and told to whoever has the new case."""
    new, letters = opened.case, opened.wishes
    copies = [Copy(new.messages[-1].file, case.number, held[0].file)]
    for one in held[1:]:
        mail = mails[one.paper]
        new = file_mail(new, mail, Sender(Role.CUSTOMER, "the From line names the customer of the case"), at.now)
        copies.append(Copy(new.messages[-1].file, case.number, one.file))
        letters = (*letters, wishes.replied(new, desk, mail, ""))
    return replace(opened, case=new, wishes=letters, copies=tuple(copies))


def waiting(case: Case, sender: Address) -> tuple[Message, ...]:
    """What this sender wrote and nobody has decided about. A sender that could not be read is none of the others."""
    open_papers = {one.paper for one in case.holds}
    same = (one for one in case.messages if one.paper in open_papers)
    return tuple(one for one in same if one.sender.same_as(sender) or not (one.sender.address or sender.address))


def overdue(case: Case, now: datetime) -> Message | None:
    """The first held mail about which nobody has decided in time."""
    due = {one.paper for one in case.holds if one.due <= now}
    return next((one for one in case.messages if one.paper in due), None)
