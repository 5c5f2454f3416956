"""When is there support, and how much of it lies between two moments? All waiting is counted in this time.

A calendar is a week of openings in one time zone, less its holidays. Times of day are those on the wall there, so that 9 o'clock
is 9 o'clock before and after the change to summer time; what passes between two of them is counted as it really passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
LOOK_AHEAD = timedelta(days=800)  # a calendar that opens on none of so many days never opens
AROUND = 3  # days: yesterday, today and, where the wall is ahead, tomorrow


@dataclass(frozen=True, slots=True)
class Opening:
    """From one time of a day to another, in minutes after midnight: 540 to 1050 is 9:00 to 17:30, 1440 midnight."""

    start: int
    end: int


AROUND_THE_CLOCK = (Opening(0, 1440),)


def no_holiday(day: date) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of a desk, of a severity or of an engineer."""

    timezone: str = "UTC"
    week: tuple[tuple[Opening, ...], ...] = ()  # Monday first, openings in their order; () is around the clock
    holiday: Callable[[date], str] = no_holiday  # the name of the holiday, "" on other days
    away: tuple[Absence, ...] = ()  # of an engineer

    @property
    def always(self) -> bool:
        return not self.week and not self.away and self.holiday is no_holiday


@dataclass(frozen=True, slots=True)
class Absence:
    """Whole days on which somebody is away, the last one included."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: Absence) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Wait:
    """How long: so many support days ("3d"), or so much support time ("4h")."""

    days: int = 0
    time: timedelta = timedelta()

    def __str__(self) -> str:
        if self.days:
            return f"{self.days}d"
        seconds = int(self.time.total_seconds())
        size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "m"), (1, "s")) if not seconds % size)
        return f"{seconds // size}{unit}"


def local_time(moment: datetime, timezone: str) -> str:
    """For a sentence in a letter or a history: "2026-03-02 10:00", on the wall of that zone."""
    return moment.astimezone(_zone(timezone)).strftime("%Y-%m-%d %H:%M")


def day_of(moment: datetime, timezone: str) -> date:
    """The day that the calendar on the wall of that zone shows."""
    return moment.astimezone(_zone(timezone)).date()


def midnight(day: date, timezone: str) -> datetime:
    """The moment with which a day begins in that zone."""
    return _moment(datetime(day.year, day.month, day.day), timezone)  # noqa: DTZ001 - as the wall has it


def is_open(calendar: Calendar, moment: datetime) -> bool:
    return any(start <= moment < end for start, end in _spans(calendar, moment, AROUND))


def next_open(calendar: Calendar, moment: datetime) -> datetime:
    """The moment itself when there is support, else when it begins again; in the far future for a calendar that never opens."""
    return _opens(calendar, moment) or moment + LOOK_AHEAD


def after(calendar: Calendar, moment: datetime, wait: Wait) -> datetime:
    """The earliest moment at which the wait is over: perhaps the very minute in which support ends for the day."""
    if wait.days:
        return _days_after(calendar, moment, wait.days)
    return time_after(calendar, moment, wait.time)


def time_after(calendar: Calendar, moment: datetime, amount: timedelta) -> datetime:
    """The earliest moment by which so much support time has passed."""
    if calendar.always or amount <= timedelta():
        return moment + max(amount, timedelta())
    end = moment
    for start, end in _spans(calendar, moment):
        start = max(start, moment)
        if end > start:
            if end - start >= amount:
                return start + amount
            amount -= end - start
    return end + amount  # a calendar that never opens again: plain time, so that nothing waits for ever


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much support time lies between two moments."""
    if calendar.always:
        return max(end - start, timedelta())
    passed = timedelta()
    for opens, closes in _spans(calendar, start):
        if opens >= end:
            break
        passed += max(min(closes, end) - max(opens, start), timedelta())
    return passed


def _days_after(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """The same time on the wall, so many support days on; around the clock a day has 24 hours."""
    if calendar.always:
        return moment + days * ONE_DAY
    begin = _opens(calendar, moment)
    if begin is None:
        return moment + days * ONE_DAY  # as in time_after
    wall = begin.astimezone(_zone(calendar.timezone)).replace(tzinfo=None)
    left = days
    for day in _days(wall.date() + ONE_DAY):
        left -= 1 if _openings(calendar, day) else 0
        if left == 0:
            return next_open(calendar, _moment(wall + (day - wall.date()), calendar.timezone))
    return begin + days * ONE_DAY


def _opens(calendar: Calendar, moment: datetime) -> datetime | None:
    return next((max(start, moment) for start, end in _spans(calendar, moment) if end > moment), None)


def _spans(calendar: Calendar, moment: datetime, days: int = LOOK_AHEAD.days) -> Iterator[Span]:
    """The openings from the day before this moment on, in UTC and in their order, those that meet or overlap joined."""
    if calendar.always:
        yield moment, moment + LOOK_AHEAD
        return
    first = moment.astimezone(_zone(calendar.timezone)).date() - ONE_DAY
    waiting: Span | None = None
    for day in _days(first, days):
        pieces = (_on_the_clock(day, opening, calendar.timezone) for opening in _openings(calendar, day))
        for start, end in sorted(chain.from_iterable(pieces)):  # an hour that comes twice mixes their order
            if waiting and waiting[1] >= start:
                waiting = waiting[0], max(waiting[1], end)
                continue
            if waiting:
                yield waiting
            waiting = start, end
    if waiting:
        yield waiting


def _days(first: date, count: int = LOOK_AHEAD.days) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))


def _openings(calendar: Calendar, day: date) -> tuple[Opening, ...]:
    if calendar.holiday(day) or any(absence.covers(day) for absence in calendar.away):
        return ()
    return calendar.week[day.weekday()] if calendar.week else AROUND_THE_CLOCK


def _on_the_clock(day: date, opening: Opening, timezone: str) -> Iterator[Span]:
    """When the wall shows the times of this opening: in two pieces where the clocks are put back in the midst of it."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - as the wall has it
    start, end = midnight + timedelta(minutes=opening.start), midnight + timedelta(minutes=opening.end)
    change, before, later = _change(day, timezone)
    if change is None:
        yield (start - before).replace(tzinfo=UTC), (end - before).replace(tzinfo=UTC)
        return
    pieces = ((start - before, min(end - before, change)), (max(start - later, change), end - later))
    yield from ((one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)) for one, other in pieces if one < other)


def _moment(wall: datetime, timezone: str) -> datetime:
    """The first time the wall shows this; what the change to summer time leaves out is the moment of the change."""
    change, before, later = _change(wall.date(), timezone)
    if change is None or wall - before < change:
        return (wall - before).replace(tzinfo=UTC)
    return max(wall - later, change).replace(tzinfo=UTC)


@lru_cache(maxsize=4096)
def _change(day: date, timezone: str) -> tuple[datetime | None, timedelta, timedelta]:
    """When, around this day, the clocks are changed (in UTC, without a zone), and what they are ahead of UTC before and after."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - as if it were UTC
    low, high = (midnight + timedelta(hours=hours) for hours in (-16, 40))
    before, later = _ahead(low, timezone), _ahead(high, timezone)
    if before == later:
        return None, before, later
    while high - low > ONE_MINUTE:
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        low, high = (middle, high) if _ahead(middle, timezone) == before else (low, middle)
    return high, before, later


def _ahead(utc: datetime, timezone: str) -> timedelta:
    return utc.replace(tzinfo=UTC).astimezone(_zone(timezone)).utcoffset() or timedelta()


@lru_cache(maxsize=64)
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)
