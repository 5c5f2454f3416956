"""When does an engineer meet the customer, and who is told how? The order /meet, and the invitations that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rules import wishes
from rules.case import Case, Entry, Meeting, stamp
from rules.decision import Invitation, Wish
from rules.desk import Desk
from rules.hours import after, local_time
from rules.mail import Address, Mail
from rules.order_days import day_of
from rules.people import Engineer, local_day
from rules.setting import OrderError

USUAL = timedelta(minutes=60)
LONGEST = timedelta(hours=8)
FURTHEST = timedelta(days=366)
LONGEST_TITLE = 200
REQUEST, CANCEL = "REQUEST", "CANCEL"  # RFC 5546, section 1.4

EXAMPLE = "such as /meet 2026-12-01 15:00 60m"
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_LENGTH = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,3})m(?:in)?)?", re.IGNORECASE)
_LIKE_A_LENGTH = re.compile(r"[\d.,]{1,9}\s?(h|hours?|std|m|min|minutes?|minuten|d|days?)(?!\S)", re.IGNORECASE)


def planned(argument: str, case: Case, desk: Desk, engineer: Engineer, now: datetime) -> Meeting:
    """The meeting of `/meet DAY TIME [LENGTH] [TITLE]`; one that is still ahead is moved to it. Errors: OrderError."""
    day, clock, *more = [*argument.split(maxsplit=2), "", ""][:3]
    starts = _moment(argument, day, clock, engineer, now)
    if starts <= now:
        raise OrderError(f"/meet {argument}: that is over; it is {_there(now, engineer)} now")
    if starts - now > FURTHEST:
        raise OrderError(f"/meet {argument}: expected a day within a year")
    length, title = _length_and_title(argument, more[0])
    ahead = case.meeting if is_ahead(case, now) else None
    return Meeting(
        number=ahead.number if ahead else (case.meeting.number if case.meeting else 0) + 1,
        starts=starts,
        ends=starts + length,
        title=title or (ahead.title if ahead else ""),
        link=(engineer.meeting_link or desk.meeting_link).replace("{number}", str(case.number)),
        by=engineer.address,
        changes=ahead.changes + 1 if ahead else 0,
    )


def called_off(case: Case, engineer: Engineer, now: datetime) -> Meeting:
    """The meeting that is ahead, which shall not take place. Errors: OrderError."""
    if case.meeting is None or not is_ahead(case, now):
        raise OrderError("/meet cancel: there is no meeting ahead in this case")
    return replace(case.meeting, called_off=True, changes=case.meeting.changes + 1, by=engineer.address)


def is_ahead(case: Case, now: datetime) -> bool:
    """Will they meet, or are they meeting right now?"""
    return case.meeting is not None and not case.meeting.called_off and case.meeting.ends > now


def end_of_wait(case: Case, desk: Desk, wait: str, now: datetime) -> datetime | None:
    """A wait for the customer begins when the meeting is over; None: there is none ahead."""
    return after(desk.hours, case.meeting.ends, desk.waits[wait]) if case.meeting and is_ahead(case, now) else None


def uid(case: Case, meeting: Meeting, desk: Desk) -> str:
    """The same for all that is said about one meeting; no other desk, and no later one on this address, makes it again."""
    return f"{case.number}-{meeting.number}-{case.opened_at.astimezone(UTC):%Y%m%dT%H%M%SZ}@{desk.address.domain}"


@dataclass(frozen=True, slots=True)
class Change:
    """What an engineer has just done about a meeting; `case` holds the meeting as it is from now on."""

    case: Case
    meeting: Meeting
    desk: Desk
    engineer: Engineer
    now: datetime

    @property
    def kind(self) -> str:
        return "off" if self.meeting.called_off else "moved" if self.meeting.changes else "new"

    def noted(self) -> Case:
        """The case with the meeting, and a line on it in its history."""
        said = {"new": "meeting arranged", "moved": "meeting moved", "off": "meeting called off"}[self.kind]
        evidence = (
            f"meeting {self.meeting.number}, begins {stamp(self.meeting.starts)}, {_minutes(self.meeting)} minutes"
        )
        entry = Entry(self.now, said, "/meet", evidence, self.engineer.address.address)
        return replace(self.case, meeting=self.meeting).with_entry(entry)

    def letters(self, mail: Mail, words: str, starts: str) -> tuple[Wish, ...]:
        """To every participant, and to the owner and those who watch, where these are somebody else."""
        until = after(self.desk.hours, self.meeting.ends, self.desk.waits[starts]) if starts else None
        invited = tuple(
            replace(one, letter="meeting", facts=self._facts(), invitation=self._invitation(self._guests(one.to)))
            for one in wishes.relays(self.case, self.engineer, mail, words, starts, until)
        )
        readers = {
            one.address.key: one for one in map(self.desk.engineer, (self.case.owner, *self.case.watchers)) if one
        }
        return invited + tuple(self._notice(one, mail, words) for one in readers.values() if one is not self.engineer)

    def receipt(self, mail: Mail, kept: tuple[str, ...], text: str) -> Wish:
        """With the invitation for the calendar of the engineer himself."""
        receipt = wishes.receipt(self.case, self.engineer, mail, [self._said(), *self._without_link(), *kept], text)
        return replace(receipt, invitation=self._invitation(self._with(self.engineer)))

    def _said(self) -> str:
        when = f"{_there(self.meeting.starts, self.engineer)}, {_minutes(self.meeting)} minutes"
        if self.kind == "off":
            return f"The meeting of {when} is called off; all who were invited are told. It is your turn."
        who = ", ".join(one.address for one in self.case.participants)
        done = "moved to" if self.kind == "moved" else "arranged for"
        return f"A meeting is {done} {when}. Invited: {who}. The wait for the customer begins when it is over."

    def _without_link(self) -> tuple[str, ...]:
        lacks = not self.meeting.link and self.kind != "off"
        return ("config.toml names no meeting_link: the invitation says no place.",) if lacks else ()

    def _notice(self, reader: Engineer, mail: Mail, words: str) -> Wish:
        facts = {**self._facts(), "reader": reader.name, "timezone": zone_of(reader)}
        guest = self._invitation(self._with(reader)) if reader.address.same_as(self.case.owner) else None
        return replace(wishes.meeting_notice(self.case, reader, mail, facts, words), invitation=guest)

    def _facts(self) -> wishes.Facts:
        meeting = self.meeting
        return {
            "change": self.kind,
            "starts": meeting.starts,
            "minutes": _minutes(meeting),
            "title": self._title(),
            "link": meeting.link,
            "by": self.engineer.name,
        }

    def _title(self) -> str:
        return self.meeting.title or self.case.subject

    def _guests(self, reader: Address) -> tuple[Address, ...]:
        """For customers to see; an engineer who once wrote as one of them is shown to himself only."""
        return tuple(one for one in self.case.participants if one.same_as(reader) or self.desk.engineer(one) is None)

    def _with(self, engineer: Engineer) -> tuple[Address, ...]:
        guests = self._guests(engineer.address)
        return guests if self.case.has_participant(engineer.address) else (*guests, engineer.address)

    def _invitation(self, guests: tuple[Address, ...]) -> Invitation:
        meeting = self.meeting
        return Invitation(
            method=CANCEL if meeting.called_off else REQUEST,
            uid=uid(self.case, meeting, self.desk),
            sequence=meeting.changes,
            starts=meeting.starts,
            ends=meeting.ends,
            title=self._title(),
            link=meeting.link,
            guests=guests,
        )


def zone_of(engineer: Engineer) -> str:
    """Where he lives; his wall clock is meant when he names a time."""
    return engineer.zone or engineer.calendar.timezone


def _moment(argument: str, day: str, clock: str, engineer: Engineer, now: datetime) -> datetime:
    found = _TIME.fullmatch(clock)
    if not day or not found:
        raise OrderError(f"/meet {argument}: expected a day and a time, {EXAMPLE}; or /meet cancel")
    there, zone = day_of(day, local_day(engineer, now)), zone_of(engineer)
    wall = datetime(there.year, there.month, there.day, int(found[1]), int(found[2]), tzinfo=ZoneInfo(zone))
    moment = wall.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise OrderError(
            f"/meet {argument}: the clocks in {zone} leave out {clock} on that day, when summer time begins"
        )
    return moment


def _length_and_title(argument: str, rest: str) -> tuple[timedelta, str]:
    first, _, more = rest.strip().partition(" ")
    if first.casefold() in ("uhr", "h"):
        first, _, more = more.strip().partition(" ")
    found = _LENGTH.fullmatch(first)
    if not first or not found:
        if like := _LIKE_A_LENGTH.match(f"{first} {more}".strip()):
            raise OrderError(f"/meet {argument}: expected a length such as 30m, 90m, 2h or 1h30m, found {like[0]}")
        return USUAL, _title(argument, f"{first} {more}")
    length = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
    if not timedelta() < length <= LONGEST:
        raise OrderError(f"/meet {argument}: expected a length of up to 8 hours, found {first}")
    return length, _title(argument, more)


def _title(argument: str, given: str) -> str:
    title = " ".join(given.split())
    if len(title) > LONGEST_TITLE:
        raise OrderError(f"/meet: expected a title of at most {LONGEST_TITLE} characters, found {len(title)}")
    return title


def _minutes(meeting: Meeting) -> int:
    return int((meeting.ends - meeting.starts).total_seconds()) // 60


def _there(moment: datetime, engineer: Engineer) -> str:
    return f"{local_time(moment, zone_of(engineer))} ({zone_of(engineer)})"
