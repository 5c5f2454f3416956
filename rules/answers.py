"""What follows from a mail on a case that exists? One function for each thing that may have happened."""

from __future__ import annotations

from dataclasses import replace

from rules import (
    canned,
    confirmation,
    customer_answers,
    escalation,
    meetings,
    orders,
    out_of_office,
    strangers,
    targets,
    triage,
    undo,
    wishes,
)
from rules.calendar_answers import CalendarAnswer, calendar_answer
from rules.caps import DAY, REPEATED, SAME_LETTERS_A_DAY, wrote_often
from rules.case import Audience, Case, Entry, Message, Role, Status
from rules.commands import WITH_ANSWER
from rules.confirmation import HeldMail
from rules.decision import Decision, Wish
from rules.engineer_answers import ENGINEERS
from rules.happening import Happening, filed, is_refused, other_case, refuse
from rules.hours import local_time
from rules.lifecycle import Event, row_for
from rules.loop_guard import tells_of_a_delivery
from rules.mail import Kind
from rules.papers import left_out, with_author, with_people, withdraw_reminders, withdraw_warnings
from rules.returned import reported
from rules.senders import Sender
from rules.setting import OrderError
from rules.threads import Match
from rules.transition import moved

UNPROVEN = (
    "Nothing proves that {} wrote this: it answers no letter of ours, and no mail server that we trust vouches for it."
)

# What an engineer does to the very case whose letter he answers, and to no other one that its mail counts in now.
_OF_ITS_CASE = frozenset(
    (
        Event.ENGINEER_CLOSED,
        Event.ENGINEER_MERGED,
        Event.ENGINEER_SPLIT,
        Event.ENGINEER_ESCALATED,
        Event.ENGINEER_INVITED,
        Event.ENGINEER_CALLED_OFF,
    )
)


def answer(it: Happening) -> Decision:
    """The new case and the letters; a mail of the past is only filed."""
    decision = escalation.with_end_told(it.before, _done_or_refused(it), it.desk)
    if it.at.past:
        return replace(decision, wishes=(), others=tuple(replace(one, wishes=()) for one in decision.others))
    return replace(decision, wishes=tuple(w for w in decision.wishes if not _was_told(it, w)))


def _done_or_refused(it: Happening) -> Decision:
    try:
        return _decided(it)
    except OrderError as error:
        return refuse(it, str(error))


def _decided(it: Happening) -> Decision:
    if it.orders.error and it.sender.role is Role.ENGINEER:
        return refuse(it, it.orders.error)
    if it.row.letter == "refused":
        return refuse(it, "the case is closed, and closed is final")
    if it.match.instead_of and it.event in _OF_ITS_CASE:
        return refuse(it, other_case(it))
    held = it.sender.proof if it.event in (Event.STRANGER_WROTE, Event.ENGINEER_UNPROVEN) else ""
    case = filed(it, held)
    entry = Entry(it.at.now, str(it.event), it.match.evidence, _evidence(it), it.mail.sender.address)
    if it.sender.role is Role.CUSTOMER:
        case = replace(case, back=None)  # he writes, so he is there, whatever his out-of-office said
    case = _on_the_clock(it, moved(case, it.row, entry))
    given = it.orders.orders if it.sender.role is Role.ENGINEER else ()  # staff has orders of its own
    settings = tuple(order for order in given if order.row.word in orders.SETTINGS)
    if not settings:
        decision = ANSWERS[it.event](it, case)
        return decision if is_refused(decision) else _with_way_back(it, decision, case, case)
    if it.before.closed and any(order.row.word not in orders.PERSONAL for order in settings):
        return refuse(it, "the case is closed, and closed is final")
    if it.match.instead_of:
        return refuse(it, other_case(it))
    done = orders.carry_out(settings, case, it.desk, it.at, it.engineer)
    decision = ANSWERS[it.event](replace(it, at=done.seen_from(it.at)), done.case)
    if is_refused(decision):
        return decision
    decision = orders.with_done(decision, done, wishes.receipt(decision.case, it.engineer, it.mail, []))
    return _with_way_back(it, decision, case, done.case)


def _with_way_back(it: Happening, decision: Decision, before: Case, after: Case) -> Decision:
    """Orders can be taken back; what went to the customer with them cannot, nor can a closing."""
    if decision.case.closed or not it.orders.orders or it.sender.role is not Role.ENGINEER:
        return decision
    if it.event is Event.ENGINEER_ESCALATED or (it.event in WITH_ANSWER and not _spoke(decision)):
        before, after = it.before, decision.case
    way = undo.way_back(before, after, it.paper, it.engineer.address, it.at.now)
    if way is None:
        return decision
    letters = tuple(wishes.with_way_back(wish, way.until) for wish in decision.wishes)
    return replace(decision, case=replace(decision.case, undo=way), wishes=letters)


def _spoke(decision: Decision) -> bool:
    """Did text or files of the engineer go to the customer?"""
    return any(wish.audience is Audience.CUSTOMER for wish in decision.wishes)


def _evidence(it: Happening) -> str:
    """What the match has not said already: the letter of the token, or that a letter of ours came back."""
    if it.sender.proven and it.sender.proof.startswith("token of"):
        return "that letter was sent to this very address"
    return "" if it.match.echo else it.sender.proof


def _on_the_clock(it: Happening, case: Case) -> Case:
    """Our promise to answer: kept by an answer, begun anew by the customer's, and somebody is at it once an engineer wrote."""
    if it.sender.role is Role.ENGINEER and it.sender.proven and not it.orders.has("/away"):
        case = replace(case, acknowledgement=None)
    if case.status is Status.ESCALATED:
        return _while_escalated(it, case)
    if case.status is not Status.WITH_ENGINEER:
        return withdraw_warnings(targets.answered(case))
    if it.before.status is not Status.WITH_ENGINEER:
        return targets.promised(case, it.desk, targets.NEXT, it.at.now)
    return case


def _while_escalated(it: Happening, case: Case) -> Case:
    """A customer who writes is promised an answer all the same; that Development looks into it is one."""
    if it.event in (Event.CUSTOMER_WROTE, Event.CUSTOMER_LATER) and not case.target:
        return targets.promised(case, it.desk, targets.NEXT, it.at.now)
    told = it.event is Event.ENGINEER_ESCALATED and not it.before.escalation
    return withdraw_warnings(targets.answered(case)) if told or it.event is Event.ENGINEER_ANSWERED else case


def _was_told(it: Happening, wish: Wish) -> bool:
    """Has this engineer had the same letter so often today that a machine must be answering for him?"""
    since = it.at.now - DAY
    return wish.letter in REPEATED and wrote_often(it.before, wish.letter, wish.to, since, SAME_LETTERS_A_DAY)


def _customer_wrote(it: Happening, case: Case) -> Decision:
    if case.closed:
        return Decision(case, reason="thanks on a closed case: filed")
    case = withdraw_reminders(case)
    if it.sender.proven:
        case = with_people(case, it.mail, it.desk, it.at.now)
    case = with_author(case, it.mail, it.at.now)
    moved_here = (
        f"It was written to case {it.match.instead_of}, which {it.match.because}." if it.match.instead_of else ""
    )
    word = customer_answers.remark(it.mail, it.match, it.sender, it.desk, it.at)
    worse = triage.sounds_worse(it.mail, case, it.desk)
    remark = " ".join(filter(None, (_unproven(it), moved_here, word, worse, left_out(case, it.mail, it.desk))))
    notice = wishes.replied(case, it.desk, it.mail, remark)
    return Decision(case, (notice, *wishes.for_watchers(notice, case, it.desk)), "the customer wrote")


def _unproven(it: Happening) -> str:
    """Anybody can write a customer's name and the number of his case: who answers him should know."""
    return "" if it.sender.proven else UNPROVEN.format(it.mail.sender.address)


def _customer_resolved(it: Happening, case: Case) -> Decision:
    if it.before.closed:
        return Decision(case, reason="it is resolved, says a mail on a closed case: filed")
    return customer_answers.resolved(it.mail, case, it.desk, it.at.now)


def _customer_needs_time(it: Happening, case: Case) -> Decision:
    if it.row.letter == "replied":
        return _customer_wrote(it, case)
    return customer_answers.needs_time(it.mail, it.match, it.sender, case, it.desk, it.at, it.row)


def _machine_wrote(it: Happening, case: Case) -> Decision:
    """Filed; no reply, so nothing is reset. What a mail server tells of a letter of ours is another matter."""
    letter = None if it.match.echo else it.match.answers
    if letter and (decision := reported(it.mail, letter, case, it.desk, it.at.now)):
        return decision
    if not it.match.echo and (said := calendar_answer(it.mail)):
        return _invitation_answered(it, case, said)
    if (
        it.mail.kind is Kind.MACHINE
        and not case.closed
        and not tells_of_a_delivery(it.mail)
        and not _runs_in_circles(it)
    ):
        remark = f"A machine seems to have written this ({it.sender.proof}); it changes nothing about the case."
        return Decision(case, (wishes.replied(case, it.desk, it.mail, remark),), "a machine wrote")
    if not case.closed:
        case = out_of_office.noted(case, it.mail, it.desk, it.at.now)
    return Decision(case, reason=f"filed without an answer: {it.sender.proof}")


def _invitation_answered(it: Happening, case: Case, answer: CalendarAnswer) -> Decision:
    """Somebody clicked on yes or no: the owner may like to know. Of engineers' clicks, and in a closed case, nobody is told."""
    reason = f"a meeting was {answer.said}"
    if case.closed or it.desk.engineer(it.mail.sender) or it.desk.is_ours(it.mail.sender):
        return Decision(case, reason=f"filed: {reason}")
    known = case.meeting and meetings.uid(case, case.meeting, it.desk) == answer.uid
    which = (
        f" on {local_time(case.meeting.starts, it.desk.timezone)} ({it.desk.timezone})"
        if known and case.meeting
        else ""
    )
    who = it.mail.sender.name or it.mail.sender.address
    remark = f"{who} has {answer.said} the invitation to the meeting{which}; this changes nothing about the case."
    return Decision(case, (wishes.replied(case, it.desk, replace(it.mail, attachments=()), remark),), reason)


def _runs_in_circles(it: Happening) -> bool:
    """Would one more notice about a machine's mail be answered by that machine, for ever?"""
    if it.match.echo or it.desk.is_ours(it.mail.sender):
        return True
    letter = it.match.answers
    among_us = it.desk.engineer(it.mail.sender) is not None or (letter and letter.audience is Audience.ENGINEER)
    before = (message for message in it.before.messages if message.kind is Kind.MACHINE)
    return bool(among_us) and any(message.sender.same_as(it.mail.sender) for message in before)


def _stranger_wrote(it: Happening, case: Case) -> Decision:
    return strangers.held_for_owner(case, it.mail, it.sender, it.desk, it.at)


def _staff_wrote(it: Happening, case: Case) -> Decision:
    staff = it.desk.staff_at(it.mail.sender)
    if staff is None:
        raise LookupError(f"{it.mail.sender.address} acts as one of another team, but is none of this desk")
    return escalation.staff_wrote(case, it.orders, it.mail, it.desk, it.at, staff, it.match.answers)


def _engineer_confirmed(it: Happening, case: Case) -> Decision:
    """The held mail is done as if it came at this moment, with proof, on the case as it is now."""
    message, held = confirmation.asked_about(it.match), it.at.held
    why = confirmation.why_not(it.orders, message, held, it.at.now)
    if why or message is None or held is None:
        return refuse(it, why)
    decision = _done_or_refused(_once_more(it, case, message, held))
    if is_refused(decision):
        return decision
    said = f"Your mail of {local_time(message.at, it.desk.timezone)} was done as it came."
    return confirmation.told(decision, said, wishes.receipt(decision.case, it.engineer, it.mail, []))


def _once_more(it: Happening, case: Case, message: Message, held: HeldMail) -> Happening:
    orders = canned.orders_of(held.mail, it.desk, held.found.answers)
    same = held.match.case is not None and held.match.case.number == case.number
    match = replace(held.match if same else Match(), case=case)
    return Happening(
        replace(held.mail, message_id=message.message_id),
        match,
        case,
        Sender(Role.ENGINEER, f"confirmed, by the {it.sender.proof}", proven=True),
        orders.event,
        orders,
        row_for(case.status, orders.event),
        it.desk,
        replace(it.at, held=None, notice=held.notice, found=held.found, attached=held.attached),
        confirmed=message,
    )


ANSWERS = {
    Event.CUSTOMER_WROTE: _customer_wrote,
    Event.CUSTOMER_THANKED: _customer_wrote,
    Event.CUSTOMER_RESOLVED: _customer_resolved,
    Event.CUSTOMER_LATER: _customer_needs_time,
    Event.MACHINE_WROTE: _machine_wrote,
    Event.STRANGER_WROTE: _stranger_wrote,
    Event.STAFF_WROTE: _staff_wrote,
    Event.STAFF_FOUND: _staff_wrote,
    Event.ENGINEER_CONFIRMED: _engineer_confirmed,
    **ENGINEERS,
}
