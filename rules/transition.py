"""How does a case go from one row of the lifecycle table to the next?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rules import targets, wishes
from rules.case import Case, Entry, Letter, Status
from rules.decision import Decision
from rules.desk import Desk
from rules.lifecycle import HELD, RUNS_ON, Event, Row, row_for
from rules.papers import withdraw_reminders
from rules.silenced import Cause, Silenced

LONG_PUT_OFF = timedelta(hours=4)  # greylisting is over by then
UNTIL_HEARD = "until a person writes from this address, or the admin lifts it"


def moved(case: Case, row: Row, entry: Entry) -> Case:
    """The case after one row; a new timer comes with the letter that starts it."""
    timer = case.timer if row.timer in (RUNS_ON, HELD) else None
    return replace(case, status=row.next, timer=timer).with_entry(entry)


def went(case: Case, event: Event, entry: Entry, desk: Desk, now: datetime) -> Case:
    """The case after an event that no mail to it caused; where it becomes the engineer's turn, an answer is promised."""
    after = moved(case, row_for(case.status, event), entry)
    if after.status is Status.WITH_ENGINEER and case.status is not Status.WITH_ENGINEER:
        return targets.promised(after, desk, targets.NEXT, now)
    return after


def undeliverable(case: Case, letter: Letter, error: str, desk: Desk, now: datetime, *, dead: bool = False) -> Decision:
    """A letter to the customer that failed stops the wait. One to an engineer may have been too large: a short one tells him.

    `dead`: it is the address that is wrong, not this letter, so nothing automatic is written to it any more.
    """
    entry = Entry(now, f"{letter.name} letter to {letter.to.address} cannot be delivered", "undeliverable", error)
    told = (wishes.undelivered(case, desk, letter.name, letter.to, error),)
    if letter.audience.inside:
        once = () if letter.name == "undelivered" else told  # his mailbox may take nothing at all
        return Decision(case.with_entry(entry), once, error)
    row = row_for(case.status, Event.UNDELIVERABLE)
    if letter.to.same_as(case.customer):
        case = withdraw_reminders(moved(case, row, entry))
    else:  # the customer himself can still be reached: his wait, and the reminder he may be about to get, go on
        case = moved(case, replace(row, next=case.status, timer=RUNS_ON), entry)
    if not dead:
        return Decision(case, told, error)
    silenced = Silenced(letter.to, Cause.BOUNCE, now, case.number, error)
    case = case.with_entry(Entry(now, f"no automatic letters to {letter.to.address}", "silenced", UNTIL_HEARD))
    return Decision(case, told, error, silenced=silenced)


def put_off(case: Case, letter: Letter, desk: Desk, now: datetime) -> Decision:
    """A mail server does not take a letter now. Where that lasts, the owner is told once: his customer waits."""
    what = f"{letter.name} letter to {letter.to.address} is put off"
    told = any(one.event == what and one.at >= letter.created_at for one in case.history)
    since = letter.first_attempt or now
    if letter.audience.inside or told or now - since < LONG_PUT_OFF:
        return Decision(case.with_letter(letter))
    case = case.with_letter(letter).with_entry(Entry(now, what, "deferred", letter.error))
    return Decision(case, (wishes.delayed(case, desk, letter, since),), what)
