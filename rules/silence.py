"""Has the customer really been silent? Waiting counts only while the desk could have heard him (law 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.case import Timer


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which mail may have come that the desk could not read: it was down, or a mailbox could not be reached."""

    start: datetime
    end: datetime


def started(timer: Timer, accepted_at: datetime, wait: timedelta) -> Timer:
    """The wait begins when the SMTP server has taken the letter that asks the customer."""
    return replace(timer, since=accepted_at, due=accepted_at + wait)


def without_outages(timer: Timer, outages: tuple[Outage, ...]) -> Timer:
    """The timer as it stands when our own outages (in order of time) do not count against the customer."""
    for outage in outages:
        timer = _without(timer, outage)
    return timer


def is_proven(due: datetime, read_until: datetime | None) -> bool:
    """Was every mailbox read to its end after the time was up?"""
    return read_until is not None and read_until >= due


def _without(timer: Timer, outage: Outage) -> Timer:
    if timer.since is None or timer.due is None or outage.end <= timer.since or outage.start >= timer.due:
        return timer
    remaining = timer.due - max(outage.start, timer.since)
    return replace(timer, since=outage.end, due=outage.end + remaining)
