"""What follows from a mail on a case that exists? One function for each thing that may have happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules import (
    canned,
    confirmation,
    customer_answers,
    escalation,
    links,
    looked_up,
    maintenance,
    meetings,
    merge_orders,
    order_split,
    orders,
    out_of_office,
    strangers,
    targets,
    triage,
    undo,
    week,
    wishes,
)
from rules.calendar_answers import CalendarAnswer, calendar_answer
from rules.caps import DAY, HOUR, RELAYS_AN_HOUR, REPEATED, SAME_LETTERS_A_DAY, wrote_often
from rules.case import Audience, Case, Entry, Meeting, Message, Role, Status, Tie
from rules.change_spread import Scene
from rules.circumstances import Circumstances
from rules.commands import MEET, USE, WITH_ANSWER, Orders, help_lines, reason_of, without_reason
from rules.confirmation import HeldMail
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.hours import local_time
from rules.inside import notice_in, sorted_files
from rules.lifecycle import Event, Row, row_for
from rules.loop_guard import tells_of_a_delivery
from rules.mail import Attachment, Kind, Mail
from rules.order_wait import end_of_wait, waiting
from rules.papers import (
    file_mail,
    held_message,
    joined,
    left_out,
    with_author,
    with_people,
    withdraw_all_notices,
    withdraw_reminders,
    withdraw_warnings,
)
from rules.people import Engineer
from rules.quotes import answer_of
from rules.returned import reported
from rules.senders import Sender
from rules.setting import Done, OrderError, Setting
from rules.threads import Match
from rules.transition import moved


@dataclass(frozen=True, slots=True)
class Happening:
    """One mail that reached a case, with everything found out about it."""

    mail: Mail
    match: Match
    before: Case  # the case as it was
    sender: Sender
    event: Event
    orders: Orders
    row: Row  # of the lifecycle table
    desk: Desk
    at: Circumstances
    confirmed: Message | None = None  # the mail was held until now, and lies on the case already

    @property
    def engineer(self) -> Engineer:
        engineer = self.desk.engineer(self.mail.sender)
        if engineer is None:
            raise LookupError(f"{self.mail.sender.address} acts as an engineer, but is none of this desk")
        return engineer

    def setting(self, case: Case) -> Setting:
        """On what an order of the engineer works."""
        return Setting(case, self.desk, self.at, self.engineer)

    @property
    def paper(self) -> int:
        """The number of the mail among the papers of the case; of a confirmed one, that of the mail which confirmed it."""
        return self.before.papers if self.confirmed else self.before.papers + 1


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
        return refuse(it, _other_case(it))
    held = it.sender.proof if it.event in (Event.STRANGER_WROTE, Event.ENGINEER_UNPROVEN) else ""
    case = _filed(it, held)
    entry = Entry(it.at.now, str(it.event), it.match.evidence, _evidence(it), it.mail.sender.address)
    if it.sender.role is Role.CUSTOMER:
        case = replace(case, back=None)  # he writes, so he is there, whatever his out-of-office said
    case = _on_the_clock(it, moved(case, it.row, entry))
    given = it.orders.orders if it.sender.role is Role.ENGINEER else ()  # staff has orders of its own
    settings = tuple(order for order in given if order.row.word in orders.SETTINGS)
    if not settings:
        decision = ANSWERS[it.event](it, case)
        return decision if _is_refused(decision) else _with_way_back(it, decision, case, case)
    if it.before.closed and any(order.row.word not in orders.PERSONAL for order in settings):
        return refuse(it, "the case is closed, and closed is final")
    if it.match.instead_of:
        return refuse(it, _other_case(it))
    done = orders.carry_out(settings, case, it.desk, it.at, it.engineer)
    decision = ANSWERS[it.event](replace(it, at=done.seen_from(it.at)), done.case)
    if _is_refused(decision):
        return decision
    decision = orders.with_done(decision, done, wishes.receipt(decision.case, it.engineer, it.mail, []))
    return _with_way_back(it, decision, case, done.case)


def _is_refused(decision: Decision) -> bool:
    return any(wish.letter == "refused" for wish in decision.wishes)


def _with_way_back(it: Happening, decision: Decision, before: Case, after: Case) -> Decision:
    """Orders can be taken back; what went to the customer with them cannot, nor can a closing."""
    if decision.case.closed or not it.orders.orders or it.sender.role is not Role.ENGINEER:
        return decision
    if it.event is Event.ENGINEER_ESCALATED or (not it.orders.said and it.event in WITH_ANSWER):
        before, after = it.before, decision.case
    way = undo.way_back(before, after, it.paper, it.engineer.address, it.at.now)
    if way is None:
        return decision
    letters = tuple(wishes.with_way_back(wish, way.until) for wish in decision.wishes)
    return replace(decision, case=replace(decision.case, undo=way), wishes=letters)


def _filed(it: Happening, held: str = "") -> Case:
    if it.confirmed:
        return confirmation.released(it.before, it.confirmed, it.sender.proof, held)
    return file_mail(it.before, it.mail, it.sender, it.at.now, held)


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


def refuse(it: Happening, why: str) -> Decision:
    """Nothing of an engineer's mail is done: it is filed, the case stays as it was, and he is told why."""
    case = _filed(it, held=why)
    case = replace(case, acknowledgement=None)  # somebody is at it, all the same
    case = case.with_entry(Entry(it.at.now, str(it.event), "refused", why, it.mail.sender.address))
    return Decision(case, (wishes.refused(case, it.engineer, it.mail, why, answer_of(it.mail.text)),), why)


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
    remark = " ".join(filter(None, (moved_here, word, worse, left_out(case, it.mail, it.desk))))
    notice = wishes.replied(case, it.desk, it.mail, remark)
    return Decision(case, (notice, *wishes.for_watchers(notice, case, it.desk)), "the customer wrote")


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
    if _is_refused(decision):
        return decision
    receipt = wishes.receipt(decision.case, it.engineer, it.mail, [])
    return orders.with_done(decision, Done(decision.case, (said,)), receipt)


def _engineer_undid(it: Happening, case: Case) -> Decision:
    """The fields of the case go back; whoever was told of the change is told of this one."""
    gone = it.match.named
    if gone and gone.merged_into == case.number:
        return merge_orders.taken_out(gone, case, it.mail, it.setting(case))
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
    line = notice_in(it.orders.words, it.at.notice)
    return (
        f"it still holds lines of our notice ({line!r}); delete what is quoted below your words, please" if line else ""
    )


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
    return decision if _is_refused(decision) else replace(decision, others=(*decision.others, changed))


def _closed(it: Happening, case: Case, reason: str, own: str, goes_on: int = 0) -> Decision:
    words = replace(it.orders, words=own).said
    case = replace(withdraw_all_notices(withdraw_reminders(case)), closed_at=it.at.now, closed_as=reason, undo=None)
    files = sorted_files(it.mail.attachments, it.desk)
    if untold := _why_untold(it, case, words, files.out):
        done = [f"Case {case.number} is closed; nobody was told, as {untold}."]
        return Decision(case, (wishes.receipt(case, it.engineer, it.mail, done),), "closed by an engineer")
    done = [f"Case {case.number} is closed{f' ({reason})' if reason else ''}; the customer has been told.", *files.kept]
    letters = (
        wishes.closed_by_engineer(case, it.engineer, replace(it.mail, attachments=files.out), words, goes_on),
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


def _other_case(it: Happening) -> str:
    number = it.before.number
    return f"it answers a letter of case {it.match.instead_of}, which {it.match.because}; answer one of case {number}"


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
    report = (week.letter(case, it.engineer, it.desk, it.at),) if it.orders.has("/report") else ()
    done += [week.ON_ITS_WAY] if report else []
    listed = looked_up.listed(it.orders, it.at)
    receipt = wishes.receipt(case, it.engineer, it.mail, done, about=listed)
    return Decision(case, (*told, *report, receipt), "noted")


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
    case = joined(
        strangers.admitted(case, message.sender), (message.sender,), it.at.now, "/admit", by=it.engineer.address
    )
    done = [f"{message.sender} takes part in case {case.number} from now on; the held mail counts as a reply."]
    if it.match.named:
        done.append(f"It lies in case {it.match.named.number}.")
    return Decision(withdraw_reminders(case), (wishes.receipt(case, it.engineer, it.mail, done),), "admitted")


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


def _staff_wrote(it: Happening, case: Case) -> Decision:
    staff = it.desk.staff_at(it.mail.sender)
    if staff is None:
        raise LookupError(f"{it.mail.sender.address} acts as one of another team, but is none of this desk")
    return escalation.staff_wrote(case, it.orders, it.mail, it.desk, it.at, staff)


def _engineer_unproven(it: Happening, case: Case) -> Decision:
    letter = wishes.unproven(case, it.engineer, it.mail, answer_of(it.mail.text))
    return Decision(case, (letter,), "held: the engineer is asked")


def _engineer_confirmed(it: Happening, case: Case) -> Decision:
    """The held mail is done as if it came at this moment, with proof, on the case as it is now."""
    message, held = confirmation.asked_about(it.match), it.at.held
    why = confirmation.why_not(it.orders, message, held, it.at.now)
    if why or message is None or held is None:
        return refuse(it, why)
    decision = _done_or_refused(_once_more(it, case, message, held))
    if _is_refused(decision):
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
        replace(it.at, held=None, notice=held.notice, found=held.found),
        confirmed=message,
    )


ANSWERS = {
    Event.CUSTOMER_WROTE: _customer_wrote,
    Event.CUSTOMER_THANKED: _customer_wrote,
    Event.CUSTOMER_RESOLVED: _customer_resolved,
    Event.CUSTOMER_LATER: _customer_needs_time,
    Event.MACHINE_WROTE: _machine_wrote,
    Event.STRANGER_WROTE: _stranger_wrote,
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
    Event.STAFF_WROTE: _staff_wrote,
    Event.STAFF_FOUND: _staff_wrote,
    Event.ENGINEER_CONFIRMED: _engineer_confirmed,
}
