"""When will the customer be back, as his out-of-office says? Nobody reminds him before: he has one support day at his desk first.

The reply resets nothing; it moves the end of a wait, and never to an earlier moment. Only the customer's own reply does so, and
the latest day counts. Nothing is put off for longer than [lifecycle] longest_wait after the letter that he has not answered: a
machine could go on saying "tomorrow" for ever. A day further off than that is not believed: most likely it is one of last year.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from rules.case import Case, Entry, Timer, stamp
from rules.desk import Desk
from rules.hours import Wait, after, day_of, midnight, next_open
from rules.mail import Kind, Mail
from rules.named_days import Named, Sort, days_in
from rules.quotes import split

AUTOMATIC = frozenset({Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY})
AT_HIS_DESK = Wait(1)  # before we ask

_LONGEST = 4_000  # characters that are read
_REACH = 60  # characters around a day in which it is said what happens then
_FILLER = r"and|including|inclusive|incl\.?|the|zum|dem|den|einschließlich|einschliesslich|einschl\.?|inkl\.?"
_FILLED = rf"(?:\s|,|\b(?:{_FILLER})\b){{0,6}}$"
_UNTIL = re.compile(rf"\b(?:until|till|til|through|thru|bis)\b\.?{_FILLED}", re.IGNORECASE)
_RANGE = re.compile(r"^[\s.]{0,3}(?:[-–—]|\bto\b)\s{0,3}$", re.IGNORECASE)  # between two days
_AGAIN = r"\b(?:back|return|returning|returns|available|reachable|zurück|zurueck|wieder|rückkehr|erreichbar)\b"
_DENIED = re.compile(rf"\b(?:not|nicht|no|kaum|only|nur)\s(?:\w{{1,12}}\s)?{_AGAIN}", re.IGNORECASE)
_BACK = re.compile(_AGAIN, re.IGNORECASE)
_FROM = re.compile(r"\b(?:ab|am|from|on|as of|by)(?:\s(?:dem|den|the))?\s{0,3}$", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[!?\n]|\.\s(?=[^\W\d_a-zäöü])")


def noted(case: Case, mail: Mail, desk: Desk, now: datetime) -> Case:
    """The case with its reminders put off until the customer is back; as it was when the mail does not say when."""
    if mail.kind not in AUTOMATIC or not case.customer.same_as(mail.sender):
        return case
    zone = case.timezone or desk.timezone
    day = first_day_back(
        f"{mail.subject}\n{split(mail.text).fresh}", day_of(now, zone), _last_believed(desk, now, zone)
    )
    if day is None:
        return case
    there = next_open(desk.hours, midnight(day, zone))
    back = max(next_open(desk.hours, after(desk.hours, there, AT_HIS_DESK)), case.back or now)
    timer = _put_off(case.timer, back, desk) if case.timer else None
    due = f"; due {stamp(timer.due)}" if timer and timer.due else ""
    entry = Entry(
        now, "the customer is away, and nobody reminds him before he is back", "out-of-office", f"back on {day}{due}"
    )
    return replace(case, timer=timer, back=back).with_entry(entry)


def not_before(due: datetime, case: Case, desk: Desk, since: datetime) -> datetime:
    """When a wait that begins now ends, as he is away."""
    if case.back is None:
        return due
    return max(due, min(case.back, next_open(desk.hours, after(desk.hours, since, desk.longest_wait))))


def first_day_back(text: str, today: date, last: date) -> date | None:
    """The first day on which he is there again, by the latest day that the text names for it; none behind `last`."""
    text = text[:_LONGEST]
    days = days_in(text, today)
    found = [_read(text, one, days[place - 1] if place else None) for place, one in enumerate(days)]
    return max((day for day in found if day and today < day <= last), default=None)


def _put_off(timer: Timer, back: datetime, desk: Desk) -> Timer:
    if timer.due is None or timer.since is None:
        return timer  # its letter is not out yet; then `back` counts
    latest = next_open(desk.hours, after(desk.hours, timer.since, desk.longest_wait))
    return replace(timer, due=max(timer.due, min(back, latest)))


def _last_believed(desk: Desk, now: datetime, zone: str) -> date:
    return day_of(after(desk.hours, now, desk.longest_wait), zone)


def _read(text: str, named: Named, previous: Named | None) -> date | None:
    """The first day of his return that this day stands for; None when it stands for something else."""
    if named.day is None or named.sort is Sort.SPAN:
        return None
    before = text[max(0, named.start - _REACH) : named.start]
    if _UNTIL.search(before) or (previous and _RANGE.match(text[previous.end : named.start])):
        return named.day + timedelta(days=1)
    sentence = _SENTENCE_ENDS.split(before)[-1]
    if _BACK.search(sentence) and not _DENIED.search(sentence):
        return named.day
    follows = _SENTENCE_ENDS.split(text[named.end : named.end + _REACH])[0]
    if _FROM.search(before) and _BACK.search(follows) and not _DENIED.search(follows):
        return named.day
    return None
