"""Has the customer really been silent? Waiting counts only while the desk could have heard him (law 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.case import Timer
from rules.desk import Desk
from rules.hours import Calendar, after, between, next_open, time_after

LONGEST_HOLD = timedelta(days=5)  # of a wait, for a letter that a mail server has put off


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which mail may have come that the desk could not read: it was down, or a mailbox could not be reached."""

    start: datetime
    end: datetime


def wait_ends(desk: Desk, wait: str, now: datetime, until: datetime | None = None) -> datetime:
    """When a wait for the customer that begins now is over: in support hours, as the letter then due goes out in them.

    `until`: somebody asked for that moment. If it is past before the letter was taken, the wait is the usual one.
    """
    ends = until if until and until > now else after(desk.hours, now, desk.waits[wait])
    return next_open(desk.hours, ends)


def started(timer: Timer, accepted_at: datetime, due: datetime) -> Timer:
    """The wait begins when the SMTP server has taken the letter that asks the customer."""
    return replace(timer, since=accepted_at, due=due)


def held(timer: Timer, desk: Desk, now: datetime, retry_until: datetime | None) -> Timer:
    """The wait begins only when the server would have given up: by then the letter has arrived, or come back.

    Servers say until when they try, or try up to five days (RFC 5321, section 4.5.4.1); nobody is held up longer.
    """
    first = timer.delayed or now
    longest = first + LONGEST_HOLD
    begins = max(now, timer.since or now, min(retry_until or longest, longest))
    due = max(timer.due or begins, wait_ends(desk, timer.wait, begins, timer.until))
    return replace(timer, since=begins, due=due, delayed=first)


def without_outages(timer: Timer, outages: tuple[Outage, ...], hours: Calendar) -> Timer:
    """The timer as it stands when our own outages (in order of time) do not count against the customer.

    A moment that was asked for is no span of time: nothing prolongs it, though nothing happens then before all mail is read.
    """
    for outage in () if timer.until else outages:
        timer = _without(timer, outage, hours)
    return timer


def is_proven(due: datetime, read_until: datetime | None) -> bool:
    """Was every mailbox read to its end after the time was up?"""
    return read_until is not None and read_until >= due


def _without(timer: Timer, outage: Outage, hours: Calendar) -> Timer:
    """What was left of the wait when the outage began is counted in support hours from its end on."""
    if timer.since is None or timer.due is None or outage.end <= timer.since or outage.start >= timer.due:
        return timer
    remaining = between(hours, max(outage.start, timer.since), timer.due)
    return replace(timer, since=outage.end, due=next_open(hours, time_after(hours, outage.end, remaining)))
