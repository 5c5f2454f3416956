"""What follows when a mail server reports on a letter of ours? A report counts for a letter whose token it shows.

Reports are as easily forged as any mail (RFC 3464, section 4.1), so one without a token is filed, and no more.

a server says                          then
failed, or gave up                     the letter has failed: the wait ends, the owner is told (rules/transition.py)
delayed, still trying                  the wait that hangs on this letter is held; any other runs on
delivered, relayed, expanded           nothing
a provider says (RFC 5965)
the reader called it unwanted          no letter that no person wrote goes to this address any more, the owner is told
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import wishes
from rules.case import Audience, Case, Entry, Letter, Post, stamp
from rules.decision import Decision
from rules.desk import Desk
from rules.lifecycle import HELD, RUNS_ON, Event, row_for
from rules.mail import Complaint, Fate, Mail, Report
from rules.papers import withdraw_reminders
from rules.silence import held
from rules.silenced import Cause, Silenced, is_dead
from rules.transition import moved, undeliverable


def reported(mail: Mail, letter: Letter, case: Case, desk: Desk, now: datetime) -> Decision | None:
    """What a report about this letter changes; None when it changes nothing."""
    if mail.complaint and mail.complaint.objects and letter.audience is Audience.CUSTOMER:
        return _complained(mail.complaint, letter, case, desk, now)
    if mail.bounce is None or letter.post is Post.FAILED:
        return None
    report = mail.bounce.about(letter.to)
    if report.fate is Fate.FAILED:
        return _bounced(report, letter, case, desk, now)
    if report.fate is Fate.DELAYED and letter.audience is Audience.CUSTOMER:
        return _delayed(report, letter, case, desk, now)
    return None


def _bounced(report: Report, letter: Letter, case: Case, desk: Desk, now: datetime) -> Decision:
    error = f"bounced: {report.status} {report.diagnostic}".strip()
    failed = case.with_letter(replace(letter, post=Post.FAILED, error=error))
    return undeliverable(failed, letter, error, desk, now, dead=is_dead(report.status, report.diagnostic))


def _delayed(report: Report, letter: Letter, case: Case, desk: Desk, now: datetime) -> Decision:
    """No reminder goes out while the letter that asked may still be on its way."""
    row = row_for(case.status, Event.DELAYED)
    hangs_on_it = case.timer is not None and case.timer.letter == letter.paper and case.timer.since is not None
    timer = case.timer
    if row.timer == HELD and hangs_on_it and timer:
        timer = held(timer, desk, now, report.retry_until)
    what = f"{letter.name} letter to {letter.to.address} is delayed"
    follows = f"the wait is held; due {stamp(timer.due)}" if timer != case.timer and timer and timer.due else "noted"
    entry = Entry(now, what, f"delivery report: {follows}", f"{report.status} {report.diagnostic}".strip())
    return Decision(replace(moved(case, row, entry), timer=timer if not case.closed else None), reason=what)


def _complained(complaint: Complaint, letter: Letter, case: Case, desk: Desk, now: datetime) -> Decision:
    """The address is the one our token was sealed for, whoever the report names. What others are waited for goes on."""
    one = Silenced(letter.to, Cause.COMPLAINT, now, case.number, complaint.feedback)
    row = row_for(case.status, Event.COMPLAINED)
    if not letter.to.same_as(case.customer):
        row = replace(row, next=case.status, timer=RUNS_ON)
    what = f"{letter.to.address} complained of the {letter.name} letter"
    case = moved(case, row, Entry(now, what, "feedback report", complaint.feedback))
    case = withdraw_reminders(case) if letter.to.same_as(case.customer) else case
    told = wishes.silenced(case, desk, letter.to, one.why, str(Cause.COMPLAINT))
    return Decision(case, (told,), f"{what}: {complaint.feedback}", silenced=one)
