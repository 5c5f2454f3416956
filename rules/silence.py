"""Has the customer really been silent? Waiting counts only while the desk could have heard him (law 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules.case import Timer
from rules.hours import Calendar, between, next_open, time_after


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which mail may have come that the desk could not read: it was down, or a mailbox could not be reached."""

    start: datetime
    end: datetime


def started(timer: Timer, accepted_at: datetime, due: datetime) -> Timer:
    """The wait begins when the SMTP server has taken the letter that asks the customer."""
    return replace(timer, since=accepted_at, due=due)


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
