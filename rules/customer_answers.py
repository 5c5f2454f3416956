"""What follows when the customer says in a word that it is resolved, or that he needs more time?

Closing is final (law 5), so only the customer himself closes, and only where it is proven that he wrote: by the token of a letter
sent to this very address, or by the word of a server we trust. What others in copy say is for the engineer to weigh, and so is
what anybody may have written in the customer's name. More time needs no proof: any mail in his name stops the wait, he is told
that he has got it, and there is a longest wait. Where he cannot be told, or has been told twice that day (a robot may repeat the
words for ever), it is a reply like any other, and the engineer's turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules import wishes
from rules.caps import DAY, MORE_TIME_A_DAY, wrote_often
from rules.case import Case, Entry, Role, stamp
from rules.circumstances import Circumstances
from rules.customer_words import Meaning, Said, said
from rules.decision import Decision
from rules.desk import Desk
from rules.hours import after, day_of, midnight, next_open
from rules.lifecycle import Event, Row, row_for
from rules.mail import Mail
from rules.papers import with_people, withdraw_all_notices, withdraw_reminders
from rules.senders import Sender
from rules.silence import wait_ends
from rules.threads import Match
from rules.unasked import why_unanswered

CLOSE = "/close closes the case"
UNPROVEN = f"The customer says that it is resolved, but nothing proves that he wrote this mail; {CLOSE}."
UNTOLD = "The customer needs more time, and the desk has not answered him ({}). No wait runs; it is your turn."
IN_COPY = f"{{}} says that it is resolved, but only the customer himself closes a case by that; {CLOSE}."


def event_of(mail: Mail, match: Match, sender: Sender, desk: Desk, at: Circumstances) -> Event | None:
    """What his one word does to the case; None when the mail is a reply like any other."""
    words = _said(mail, match, desk, at)
    if words is None or sender.role is not Role.CUSTOMER:
        return None
    if words.meaning is Meaning.MORE_TIME:
        return None if _why_untold(mail, match.case, desk, at) else Event.CUSTOMER_LATER
    final = match.case is not None and match.case.closed  # then there is nothing to prove any more
    if words.meaning is Meaning.RESOLVED and (sender.proven or final):
        return Event.CUSTOMER_RESOLVED
    return None


def remark(mail: Mail, match: Match, sender: Sender, desk: Desk, at: Circumstances) -> str:
    """For the owner, who reads it as a reply: why the word did nothing; "" when there was none."""
    words = _said(mail, match, desk, at)
    if words is None:
        return ""
    if words.meaning is Meaning.RESOLVED:
        return UNPROVEN if sender.role is Role.CUSTOMER else IN_COPY.format(mail.sender.address)
    why = _why_untold(mail, match.case, desk, at) if sender.role is Role.CUSTOMER else ""
    return UNTOLD.format(why) if why and words.meaning is Meaning.MORE_TIME else ""


def _why_untold(mail: Mail, case: Case | None, desk: Desk, at: Circumstances) -> str:
    """Why the desk does not tell him itself that he has more time; "" when it may, or has nothing to tell."""
    if case is None or row_for(case.status, Event.CUSTOMER_LATER).letter != "more-time":
        return ""
    if wrote_often(case, "more-time", case.customer, at.now - DAY, MORE_TIME_A_DAY):
        return f"he was given it {MORE_TIME_A_DAY} times within a day"
    return why_unanswered(mail, desk, at.counts)


def resolved(mail: Mail, case: Case, desk: Desk, now: datetime) -> Decision:
    """Closed as the customer wishes; he is told, and so is the owner."""
    case = replace(withdraw_all_notices(withdraw_reminders(case)), closed_at=now)
    remark = "With this the customer has closed the case; whatever he still writes opens a new one."
    notice = wishes.replied(case, desk, mail, remark)
    letters = (wishes.closed_by_customer(case, mail), notice, *wishes.for_watchers(notice, case, desk))
    return Decision(case, letters, "closed by the customer")


@dataclass(frozen=True, slots=True)
class Postponement:
    """When we ask again, and how that came."""

    until: datetime | None  # None: he named no day, so it is the wait of [lifecycle]
    shortened: bool = False  # he wanted more than the longest wait


def needs_time(
    mail: Mail, match: Match, sender: Sender, case: Case, desk: Desk, at: Circumstances, row: Row
) -> Decision:
    """The wait ends on the day he named; he is told when we ask again, and the owner has nothing to do."""
    case = withdraw_reminders(case)
    if sender.proven:
        case = with_people(case, mail, desk, at.now)
    words, usual, before = _said(mail, match, desk, at), wait_ends(desk, row.timer, at.now), _left_him(match.case)
    if words is not None and words.until is None and before and before > usual:
        asked, rule = Postponement(before), "the wait that ran is the longer one"
    else:
        asked = _postponement(words, case, desk, at.now)
        rule = (
            "[lifecycle] longest_wait"
            if asked.shortened
            else "he named the day"
            if asked.until
            else f"[lifecycle] {row.timer}"
        )
    asks_on = asked.until or usual
    case = case.with_entry(Entry(at.now, "the wait goes on", rule, f"due {stamp(asks_on)}"))
    wish = wishes.more_time(case, mail, asks_on, asked.shortened, row.timer)
    return Decision(case, (replace(wish, until=asked.until),), "the customer needs more time")


def _left_him(case: Case | None) -> datetime | None:
    """How long he had until now, by an engineer's /wait, or as a meeting is ahead."""
    return case.timer.due or case.timer.until if case and case.timer else None


def _postponement(words: Said | None, case: Case, desk: Desk, now: datetime) -> Postponement:
    if words is None or words.until is None:
        return Postponement(None)
    named = midnight(words.until, case.timezone or desk.timezone)
    longest = after(desk.hours, now, desk.longest_wait)
    return Postponement(next_open(desk.hours, min(named, longest)), named > longest)


def _said(mail: Mail, match: Match, desk: Desk, at: Circumstances) -> Said | None:
    """A word about another case than the one that gets it, or from the past, is left to the engineer."""
    if match.case is None or match.instead_of or at.past:
        return None
    today = day_of(at.now, match.case.timezone or desk.timezone)
    return said(mail, match.case, desk.case_word, today)
