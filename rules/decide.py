"""What shall the desk do? The entrances: a mail came, or lies unread; a wait or promise is over; a letter was taken or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rules import book, customer_answers, forwards, staff_orders, targets, wishes
from rules.answers import answer
from rules.assignment import lead_of
from rules.authentication import verdict
from rules.canned import orders_of
from rules.case import Case, Entry, Post, Role, Status, Timer, stamp
from rules.circumstances import Circumstances
from rules.commands import Orders
from rules.decision import Decision
from rules.desk import Desk
from rules.escalation import with_end_told
from rules.happening import Happening
from rules.lifecycle import NEVER, Event, row_for
from rules.mail import Kind, Mail
from rules.opening import AWAITING, open_case
from rules.out_of_office import not_before
from rules.papers import withdraw_delays, withdraw_reminders
from rules.quotes import answer_of
from rules.senders import Sender, identify
from rules.silence import started, wait_ends
from rules.silenced import Cause, is_refused_for_good
from rules.strangers import overdue, turned_away
from rules.thanks import is_mere_thanks
from rules.threads import Match
from rules.transition import moved, undeliverable


def mail_came(mail: Mail, match: Match, desk: Desk, at: Circumstances) -> Decision:
    """The questions in their order: is there a case, who writes, what does it mean, is the case closed?"""
    if _is_alive_again(mail, desk):
        silenced = {key: one for key, one in desk.silenced.items() if key != mail.sender.key}
        return replace(mail_came(mail, match, replace(desk, silenced=silenced), at), heard=mail.sender)
    if match.case is None and (passed_on := _passed_on(mail, match, desk, at)):
        return passed_on
    if book.is_meant(mail, match, desk, at.attached):
        return book.mail_came(mail, match, desk, at)
    if match.case is None:
        return open_case(mail, desk, at, match.evidence)
    sender = identify(mail, match, desk, at.now)
    event, orders = _meaning(mail, match, sender, desk, at)
    row = row_for(match.case.status, event)
    if row.letter == "refused" and (passed_on := _passed_on(mail, match, desk, at)):
        return passed_on
    if row.letter == "follow-up":
        return open_case(mail, desk, at, match.evidence, follows=match.case, proven=sender.proven)
    if row.letter == "confirmation":
        return open_case(mail, desk, at, f"{sender.proof}; the case it names is closed")
    return answer(Happening(mail, match, match.case, sender, event, orders, row, desk, at))


def _passed_on(mail: Mail, match: Match, desk: Desk, at: Circumstances) -> Decision | None:
    """An engineer hands a customer's mail to the desk; who he is, a mail server that we trust must say."""
    engineer = desk.engineer(mail.sender)
    if engineer is None or mail.kind is not Kind.PERSON:
        return None
    vouched = verdict(mail, desk.trusted_authserv, at.now)
    forward = forwards.in_mail(mail, at.attached, match.answers, desk) if vouched.aligned else None
    return forwards.opened(forward, mail, desk, at, engineer, vouched.why) if forward else None


def _is_alive_again(mail: Mail, desk: Desk) -> bool:
    """A person writes from an address that no letter reached; what complained, only the admin lets in again."""
    known = desk.silenced.get(mail.sender.key)
    return known is not None and known.cause is Cause.BOUNCE and mail.kind is Kind.PERSON


def mail_unread(mail: Mail, match: Match, desk: Desk, at: Circumstances, id: str, why: str) -> Decision | None:
    """A mail lies in quarantine under `id`, and may be the answer we wait for: then its case waits no longer (law 6).

    Of the mail the headers are enough. What belongs to no case opens one, as its sender awaits an answer all the same.
    None: nothing it could say matters, or nobody is to be answered.
    """
    sender = identify(mail, match, desk, at.now)
    by_a_stranger = match.by_number and sender.role is Role.STRANGER
    if match.case is None or by_a_stranger:
        if mail.kind not in AWAITING or not mail.sender.address:
            return None
        evidence = f"{sender.proof if by_a_stranger else match.evidence}; quarantine {id}"
        headers, words = replace(mail, text="", attachments=()), wishes.unread_words(id, why)
        return open_case(headers, desk, at, evidence, forged=sender.forged, unread=words)
    if sender.role is Role.MACHINE or _is_noted(match.case, id):
        return None
    row = row_for(match.case.status, Event.MAIL_UNREAD)
    noted = Entry(at.now, str(Event.MAIL_UNREAD), f"quarantine {id}", f"{match.evidence}; {why}", mail.sender.address)
    case = withdraw_reminders(moved(match.case, row, noted))
    if match.case.status is not Status.WITH_ENGINEER and not case.closed:
        case = targets.promised(case, desk, targets.NEXT, at.now)  # he may be waiting for us
    told = (wishes.unread(case, desk, mail, id, why, sender.proof),) if row.letter and not at.past else ()
    return Decision(case, told, str(Event.MAIL_UNREAD))


def _is_noted(case: Case, id: str) -> bool:
    """Told already, before a crash that left the mail outside: the id ends with the fingerprint, and begins with the time."""
    ends = id.rpartition("-")[2]
    return any(one.event == Event.MAIL_UNREAD and one.rule.rpartition("-")[2] == ends for one in case.history)


def time_passed(case: Case, desk: Desk, now: datetime) -> Decision:
    """The wait for the customer is over, and his silence is proven (rules/silence.py)."""
    if why := desk.why_silent(case.customer):
        return _not_reminded(case, why, desk, now)
    row = row_for(case.status, Event.SILENCE)
    if row.remark == NEVER:  # a case.json edited by hand: the timer goes, the state stays
        return Decision(replace(case, timer=None), reason=f"a wait in the state {case.status} {NEVER}")
    attempt = 1 if row.next is Status.REMINDED_ONCE else 2
    done = f"reminder {attempt} sent" if row.letter == "reminder" else "closed for silence"
    before, case = case, moved(case, row, Entry(now, done, *_silence(case.timer)))
    if row.letter == "reminder":
        wish = wishes.reminder(case, attempt, not_before(wait_ends(desk, row.timer, now), case, desk, now), row.timer)
        return Decision(case, (wish,), f"reminder {attempt}")
    closed = Decision(replace(case, closed_at=now), (wishes.closed_for_silence(case),), done)
    return with_end_told(before, closed, desk)


def _not_reminded(case: Case, why: str, desk: Desk, now: datetime) -> Decision:
    """Nobody is asked who wants no such question, and nothing is closed for a silence that nobody asked about."""
    row = row_for(case.status, Event.UNASKED)
    if row.remark == NEVER:
        return Decision(replace(case, timer=None), reason=f"a wait in the state {case.status} {NEVER}")
    case = moved(case, row, Entry(now, str(Event.UNASKED), "silenced", why))
    return Decision(case, (wishes.silenced(case, desk, case.customer, why, "unasked"),), why)


def _silence(waited: Timer | None) -> tuple[str, str]:
    """The rule and the evidence."""
    since = f" since {stamp(waited.since)}" if waited and waited.since else ""
    if waited and waited.until:
        return f"asked to wait until {stamp(waited.until)}", f"{Event.SILENCE}{since}"
    return f"[lifecycle] {waited.wait if waited else ''}".rstrip(), f"{Event.SILENCE}{since}"


def held_too_long(case: Case, mails: Mapping[int, Mail], desk: Desk, at: Circumstances) -> Decision:
    """A stranger's mail about which nobody has decided in time becomes a case of its own: nobody is ignored.

    `mails`: what is held on this case, by the numbers of the papers. Errors: LookupError when one cannot be read.
    """
    message = overdue(case, at.now)
    if message is None:
        return Decision(case)
    case = replace(case, status=row_for(case.status, Event.HELD_TOO_LONG).next)
    return turned_away(case, message.sender, mails, desk, at, str(Event.HELD_TOO_LONG))


def letter_accepted(case: Case, paper: int, desk: Desk, now: datetime) -> Case:
    """The SMTP server has taken a letter; the wait that hangs on it begins now."""
    letter = case.letter(paper)
    if letter is None:
        return case
    case = case.with_letter(replace(letter, post=Post.SENT, sent_at=now, next_attempt=None, error=""))
    if letter.attempts:
        case = withdraw_delays(case)
    if case.timer and case.timer.letter == paper and case.timer.since is None:
        ends = not_before(wait_ends(desk, case.timer.wait, now, case.timer.until), case, desk, now)
        case = replace(case, timer=started(case.timer, now, ends))
    if case.acknowledgement and letter.name == "assigned" and letter.to.same_as(case.owner):
        case = targets.summoned(case, desk, now, case.acknowledgement.asked[:-1])  # he has heard of it only now
    return case


def letter_refused(case: Case, paper: int, error: str, desk: Desk, now: datetime) -> Decision:
    """The SMTP server will never take this letter: written on the case, told to the owner."""
    letter = case.letter(paper)
    if letter is None:
        return Decision(case, reason=f"case {case.number} has no letter {paper}")
    case = withdraw_delays(case.with_letter(replace(letter, post=Post.FAILED, next_attempt=None, error=error)))
    return undeliverable(case, letter, error, desk, now, dead=is_refused_for_good(error))


def target_near(case: Case, desk: Desk, now: datetime) -> Decision:
    """The answer we promised is at risk: its owner is warned; or it is late: the lead is told as well."""
    if case.target is None:
        return Decision(case)
    target, owner, lead = case.target, wishes.owner_of(case, desk), lead_of(desk)
    late = now >= target.due
    stage = targets.BROKEN if late else targets.WARNED
    readers = {reader.address.key: reader for reader in ((owner, lead) if late else (owner,))}
    letters = tuple(wishes.target(case, reader, stage, target.due, owner) for reader in readers.values())
    evidence = f"due {stamp(target.due)}"
    event = targets.LATE if late else "the answer we promised is due soon"
    case = case.with_entry(Entry(now, event, target.kind, evidence))
    return Decision(
        replace(case, target=replace(target, told=stage, next=None if late else target.due)), letters, event
    )


def _meaning(mail: Mail, match: Match, sender: Sender, desk: Desk, at: Circumstances) -> tuple[Event, Orders]:
    if sender.role is Role.MACHINE:
        return Event.MACHINE_WROTE, Orders()
    if sender.role is Role.STRANGER:
        return Event.STRANGER_WROTE, Orders()
    if sender.role is Role.ENGINEER and not sender.proven:
        return Event.ENGINEER_UNPROVEN, Orders()
    if sender.role is Role.ENGINEER:
        orders = orders_of(mail, desk, at.found.answers)
        is_for_staff = match.answers is not None and match.answers.name == "advice" and not orders.error
        if is_for_staff and orders.event is Event.ENGINEER_ANSWERED:
            return Event.ENGINEER_CONSULTED, orders
        return orders.event, orders
    if sender.role is Role.STAFF:
        said = staff_orders.read_staff(answer_of(mail.text))
        return staff_orders.event_of(said), said
    if word := customer_answers.event_of(mail, match, sender, desk, at):
        return word, Orders()
    thanks = not mail.attachments and is_mere_thanks(mail.subject, mail.text)
    return (Event.CUSTOMER_THANKED if thanks else Event.CUSTOMER_WROTE), Orders()
