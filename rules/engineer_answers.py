"""What follows from a mail of an engineer? One function for each thing that he may have done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import (
    canned,
    escalation,
    forwards,
    links,
    looked_up,
    maintenance,
    meetings,
    merge_orders,
    order_split,
    orders,
    strangers,
    targets,
    undo,
    wishes,
)
from rules.caps import HOUR, RELAYS_AN_HOUR, wrote_often
from rules.case import Case, Meeting, Status, Tie
from rules.change_spread import Scene
from rules.commands import MEET, USE, help_lines, reason_of, without_reason
from rules.decision import Decision, Wish
from rules.happening import Happening, is_refused, other_case, refuse
from rules.hours import local_time
from rules.inside import notice_in, sorted_files
from rules.lifecycle import Event
from rules.mail import Attachment
from rules.order_wait import end_of_wait, waiting
from rules.papers import (
    held_message,
    joined,
    waiting_notices,
    withdraw_all_notices,
    withdraw_reminders,
    withdraw_warnings,
)
from rules.quotes import answer_of
from rules.setting import Done


def _engineer_answered(it: Happening, case: Case) -> Decision:
    words, files = it.orders.said, sorted_files(it.mail.attachments, it.desk)
    if not words and not files.out:
        return refuse(it, " ".join(("there is no text above the quoted letter, and nothing to pass on.", *files.kept)))
    if why := _why_not_relayed(it, case):
        return refuse(it, why)
    case = withdraw_reminders(case)
    mail = replace(it.mail, attachments=files.out)
    letters = wishes.relays(case, it.engineer, mail, words, it.row.timer, _asked_until(it), it.at.found.story(case))
    letters += wishes.colleagues(case, it.desk, it.engineer, mail, words, "answered")
    told = [*_goes_on_here(it, case), *files.kept]
    if told or it.orders.canned:
        done = ["Your text went to the customer.", *told]
        letters += (wishes.receipt(case, it.engineer, it.mail, done, _canned_went_out(it)),)
    return Decision(case, letters, "relayed to the customer")


def _canned_went_out(it: Happening) -> str:
    """Who uses a canned answer has not seen what became of it."""
    return it.orders.said if it.orders.canned else ""


def _goes_on_here(it: Happening, case: Case) -> list[str]:
    """He answered a letter of a case that was merged since; perhaps nobody has told him."""
    if it.match.named is None:
        return []
    readers = ", ".join(one.address for one in case.participants)
    return [
        f"Case {it.match.named.number} goes on in case {case.number}; your text went to everybody there: {readers}."
    ]


def _asked_until(it: Happening) -> datetime | None:
    argument = it.orders.argument("/wait")
    if argument:
        return end_of_wait(argument, it.desk, it.engineer, it.at.now)
    return meetings.end_of_wait(it.before, it.desk, it.row.timer, it.at.now) if it.row.timer in it.desk.waits else None


def _engineer_invited(it: Happening, case: Case) -> Decision:
    """The wait begins when the meeting is over."""
    return _met(it, case, meetings.planned(it.orders.argument(MEET), case, it.desk, it.engineer, it.at.now))


def _engineer_called_off(it: Happening, case: Case) -> Decision:
    return _met(it, case, meetings.called_off(case, it.engineer, it.at.now))


def _met(it: Happening, case: Case, meeting: Meeting) -> Decision:
    if why := _why_not_relayed(it, case):
        return refuse(it, why)
    files = sorted_files(it.mail.attachments, it.desk)
    change = meetings.Change(withdraw_reminders(case), meeting, it.desk, it.engineer, it.at.now)
    letters = change.letters(replace(it.mail, attachments=files.out), it.orders.said, it.row.timer)
    receipt = change.receipt(it.mail, files.kept, _canned_went_out(it))
    return Decision(change.noted(), (*letters, receipt), str(it.event))


def _engineer_waits(it: Happening, case: Case) -> Decision:
    """With an answer, the wait hangs on that as always; without one it begins now."""
    until = end_of_wait(it.orders.argument("/wait"), it.desk, it.engineer, it.at.now)
    said = f"The customer has time until {local_time(until, it.desk.timezone)}; then the first reminder goes out."
    if it.orders.said or it.mail.attachments:
        return _and_told(it, _engineer_answered(it, case), said)
    if not case.customer.address:
        return refuse(it, "the mail that opened this case names no sender, so there is nobody to wait for")
    case = waiting(withdraw_reminders(case), until, it.at.now)
    return Decision(case, (wishes.receipt(case, it.engineer, it.mail, [said]),), "an engineer waits for the customer")


def _engineer_keeps(it: Happening, case: Case) -> Decision:
    """What he writes goes out, but asks nothing of the customer: no reminder follows."""
    said = "The case stays with you; nobody is reminded and no time runs out for the customer."
    if it.orders.said or it.mail.attachments:
        if it.before.status is Status.WITH_ENGINEER:
            case = targets.promised(withdraw_warnings(targets.answered(case)), it.desk, targets.NEXT, it.at.now)
        return _and_told(it, _engineer_answered(it, case), said)
    case = withdraw_reminders(case)
    return Decision(case, (wishes.receipt(case, it.engineer, it.mail, [said]),), "an engineer keeps the case")


def _and_told(it: Happening, decision: Decision, said: str) -> Decision:
    """The decision with one more sentence in the receipt of the engineer."""
    if is_refused(decision):
        return decision
    receipt = wishes.receipt(decision.case, it.engineer, it.mail, [])
    return orders.with_done(decision, Done(decision.case, (said,)), receipt)


def _engineer_undid(it: Happening, case: Case) -> Decision:
    """The fields of the case go back; whoever was told of the change is told of this one."""
    gone = it.match.named
    if gone and gone.merged_into == case.number:
        return merge_orders.taken_out(gone, case, it.mail, it.setting(case))
    if it.match.instead_of:
        return refuse(it, other_case(it))
    receipt = it.match.answers.paper if it.match.answers and it.match.answers.name == "receipt" else 0
    way = it.before.undo
    if why := undo.why_not(it.before, it.engineer.address, it.at.now, receipt):
        return refuse(it, why)
    back = undo.undone(case, it.desk, it.at.now)
    letters = _told_of_the_undoing(it, case, back)
    done = undo.told(way) if way else []
    decision = Decision(back, (*letters, wishes.receipt(back, it.engineer, it.mail, done)), "an order was taken back")
    waited, waits = (one.escalation.change if one.escalation else 0 for one in (it.before, back))
    if waited and not waits:
        return maintenance.left(it.before, decision, Scene(back, it.desk, it.at), it.engineer)
    return decision


def _told_of_the_undoing(it: Happening, case: Case, back: Case) -> tuple[Wish, ...]:
    """The engineer who had got the case by the order: unless it was he, or he has not heard of it yet."""
    got = it.desk.engineer(case.owner)
    if got is None or case.owner.same_as(back.owner) or got is it.engineer:
        return ()
    if any(one.name == "assigned" for one in waiting_notices(case, got.address)):
        return ()
    return (wishes.handed_on(back, got, wishes.owner_of(back, it.desk), f"{it.engineer.name} took the order back"),)


def _why_not_relayed(it: Happening, case: Case) -> str:
    if not case.customer.address:
        return "the mail that opened this case names no sender, so there is nobody to write to"
    if it.match.answers and it.match.answers.name == "held":
        return "it answers the letter about a held mail, and would have gone to the customer, not to the sender of that mail"
    if it.match.answers and it.match.answers.name == "advice":
        return "it answers the words of Development, and would have gone to the customer; answer one of the customer's letters"
    if wrote_often(case, "relay", case.customer, it.at.now - HOUR, RELAYS_AN_HOUR):
        return f"{RELAYS_AN_HOUR} answers went to the customer within an hour: two machines seem to be talking here"
    return _why_inside(it)


def _why_inside(it: Happening) -> str:
    """Asked of the engineer's own words; a canned answer may say what a notice says as well."""
    if line := notice_in(it.orders.words, it.at.notice):
        return f"it still holds lines of our notice ({line!r}); delete what is quoted below your words, please"
    if forward := forwards.in_mail(it.mail, it.at.attached, it.match.answers, it.desk):
        return (
            f"it passes on a mail of {forward.original.sender.address}, and your words would have gone to the customer; "
            f"without the number in the subject it becomes a case, and below a /note it is kept on this one"
        )
    if forwards.passes_on(it.mail, it.match.answers):
        return (
            "it passes a mail on, and your words would have gone to the customer; "
            "answer one of the letters about the case, or write them below a /note"
        )
    return ""


def _engineer_closed(it: Happening, case: Case) -> Decision:
    if why := _why_inside(it):
        return refuse(it, why)
    if it.orders.has("/duplicate"):
        return _closed_as_duplicate(it, case)
    reason, own = reason_of(it.orders.words), without_reason(it.orders.words)
    return _closed(it, case, reason, own)


def _closed_as_duplicate(it: Happening, case: Case) -> Decision:
    """Both say so from now on; the customer learns of the other case only if he takes part in it."""
    setting = it.setting(case)
    other = links.other_case("/duplicate", it.orders.argument("/duplicate"), setting)
    case, tied = links.both_tied(case, other, Tie.DUPLICATES)
    case = links.noted(case, other, "a duplicate of", setting, it.engineer.address)
    tied = links.noted(tied, case, "duplicated by", setting, it.engineer.address)
    knows = other.number if other.has_participant(case.customer) and not other.closed else 0
    decision = _closed(it, case, "duplicate", it.orders.words, knows)
    changed = Decision(tied, reason=f"duplicated by case {case.number}")
    return decision if is_refused(decision) else replace(decision, others=(*decision.others, changed))


def _closed(it: Happening, case: Case, reason: str, own: str, goes_on: int = 0) -> Decision:
    words = replace(it.orders, words=own).said
    case = replace(withdraw_all_notices(withdraw_reminders(case)), closed_at=it.at.now, closed_as=reason, undo=None)
    files = sorted_files(it.mail.attachments, it.desk)
    if untold := _why_untold(it, case, words, files.out):
        done = [f"Case {case.number} is closed; nobody was told, as {untold}."]
        return Decision(case, (wishes.receipt(case, it.engineer, it.mail, done),), "closed by an engineer")
    told = wishes.closed_by_engineer(case, it.engineer, replace(it.mail, attachments=files.out), words, goes_on)
    others = ", ".join(one.to.address for one in told[1:])
    heard = f"the customer has been told{f', and so have: {others}' if others else ''}."
    done = [f"Case {case.number} is closed{f' ({reason})' if reason else ''}; {heard}", *files.kept]
    letters = (
        *told,
        *wishes.colleagues(case, it.desk, it.engineer, it.mail, words, "closed"),
        wishes.receipt(case, it.engineer, it.mail, done, _canned_went_out(it)),
    )
    return Decision(case, letters, "closed by an engineer")


def _engineer_merged(it: Happening, case: Case) -> Decision:
    return merge_orders.merge(it.orders.orders, it.before, it.mail, it.setting(case))


def _why_untold(it: Happening, case: Case, words: str, files: tuple[Attachment, ...]) -> str:
    """Words or files of hers go to the customer whatever he said of our letters; a bare closing letter does not."""
    if not case.customer.address:
        return "the mail that opened it names no sender"
    return "" if words.strip() or files else it.desk.why_silent(case.customer)


def _engineer_noted(it: Happening, case: Case) -> Decision:
    done = help_lines() if it.orders.has("/help") else []
    done += canned.listed(it.at.found.answers) if it.orders.has(USE) else []
    done += looked_up.answered(it.orders, it.desk, it.at, it.engineer)
    done += ["Your note is kept on the case; only colleagues see it."] if it.orders.has("/note") else []
    told = (
        wishes.colleagues(case, it.desk, it.engineer, it.mail, it.orders.words, "noted")
        if it.orders.has("/note")
        else ()
    )
    letters = looked_up.letters(it.orders, case, it.mail, done, it.desk, it.at, it.engineer)
    return Decision(case, (*told, *letters), "noted")


def _engineer_set(it: Happening, case: Case) -> Decision:
    """Everything has been done by its orders; the receipt says what."""
    return Decision(case, reason="an engineer's order")


def _engineer_admitted(it: Happening, case: Case) -> Decision:
    place = it.match.named or (case if not it.match.instead_of else None)
    message = held_message(place, it.match.answers) if place else None
    if message is None:
        return refuse(it, "/admit answers the letter about a held mail; this is not an answer to one")
    if not message.sender.address or it.desk.is_ours(message.sender):
        return refuse(it, "the held mail names no sender who could take part in the case")
    if message.moved_to:
        why = f"that mail is case {message.moved_to} already; /cc add {message.sender.address} lets its sender into this one"
        return refuse(it, why)
    case = joined(
        strangers.admitted(case, message.sender), (message.sender,), it.at.now, "/admit", by=it.engineer.address
    )
    done = [f"{message.sender} takes part in case {case.number} from now on; the held mail counts as a reply."]
    others: tuple[Decision, ...] = ()
    if named := it.match.named:
        done.append(f"It lies in case {named.number}.")
        others = (Decision(strangers.admitted(named, message.sender), reason=f"admitted to case {case.number}"),)
    receipt = wishes.receipt(case, it.engineer, it.mail, done)
    return Decision(withdraw_reminders(case), (receipt,), "admitted", others=others)


def _engineer_refused(it: Happening, case: Case) -> Decision:
    message = held_message(case, it.match.answers) if not it.match.instead_of else None
    if message is None or message.paper not in {one.paper for one in case.holds}:
        return refuse(it, "/refuse answers the letter about a held mail about which nobody has decided; this is none")
    if message.paper not in it.at.found.held:
        return refuse(it, "the held mail cannot be read any more; an administrator finds it in the folder of the case")
    why = f"/refuse of {it.engineer.address.address}"
    decision = strangers.turned_away(case, message.sender, it.at.found.held, it.desk, it.at, why)
    number = decision.others[0].case.number
    done = [f"{message.sender.address or 'The sender'} stays out of case {case.number}; the mail is case {number} now."]
    letters = (*decision.wishes, wishes.receipt(decision.case, it.engineer, it.mail, done))
    return replace(decision, wishes=letters)


def _engineer_split(it: Happening, case: Case) -> Decision:
    shown = order_split.shown_in(it.before, it.match.answers)
    return order_split.split(it.orders.argument("/split"), it.before, shown, it.mail, it.setting(case))


def _engineer_escalated(it: Happening, case: Case) -> Decision:
    return escalation.escalated(withdraw_reminders(case), it.orders.words, it.mail, it.desk, it.at, it.engineer)


def _engineer_consulted(it: Happening, case: Case) -> Decision:
    if not it.orders.said and not it.mail.attachments:
        return refuse(it, "there is no text above the quoted letter, and nothing to pass on")
    return escalation.consulted(case, it.orders.said, it.mail, it.desk, it.at, it.engineer)


def _engineer_unproven(it: Happening, case: Case) -> Decision:
    letter = wishes.unproven(case, it.engineer, it.mail, answer_of(it.mail.text))
    return Decision(case, (letter,), "held: the engineer is asked")


ENGINEERS = {
    Event.ENGINEER_ANSWERED: _engineer_answered,
    Event.ENGINEER_CLOSED: _engineer_closed,
    Event.ENGINEER_MERGED: _engineer_merged,
    Event.ENGINEER_NOTED: _engineer_noted,
    Event.ENGINEER_SET: _engineer_set,
    Event.ENGINEER_WAITS: _engineer_waits,
    Event.ENGINEER_KEEPS: _engineer_keeps,
    Event.ENGINEER_INVITED: _engineer_invited,
    Event.ENGINEER_CALLED_OFF: _engineer_called_off,
    Event.ENGINEER_UNDID: _engineer_undid,
    Event.ENGINEER_ADMITTED: _engineer_admitted,
    Event.ENGINEER_REFUSED: _engineer_refused,
    Event.ENGINEER_UNPROVEN: _engineer_unproven,
    Event.ENGINEER_SPLIT: _engineer_split,
    Event.ENGINEER_ESCALATED: _engineer_escalated,
    Event.ENGINEER_CONSULTED: _engineer_consulted,
}
