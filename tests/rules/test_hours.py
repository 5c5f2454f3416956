"""Is support time counted as a patient colleague would count it, minute by minute, with the clock on the wall in view?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rules.hours import Absence, Calendar, Opening, Wait, after, between, is_open, next_open, no_holiday, time_after

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BERLIN = "Europe/Berlin"
OFFICE = Calendar(BERLIN, ((Opening(540, 1020),),) * 5 + ((), ()))


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# The colleague with patience: no arithmetic, he looks at the wall every minute.


def open_at(calendar: Calendar, moment: datetime) -> bool:
    wall = moment.astimezone(ZoneInfo(calendar.timezone))
    if calendar.holiday(wall.date()) or any(one.first <= wall.date() <= one.last for one in calendar.away):
        return False
    week = calendar.week or ((Opening(0, 1440),),) * 7
    minute = wall.hour * 60 + wall.minute
    return any(one.start <= minute < one.end for one in week[wall.weekday()])


def watched_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    passed, moment = timedelta(), start
    while moment < end:
        passed += MINUTE if open_at(calendar, moment) else timedelta()
        moment += MINUTE
    return passed


def watched_after(calendar: Calendar, moment: datetime, amount: timedelta) -> datetime:
    while amount:
        amount -= MINUTE if open_at(calendar, moment) else timedelta()
        moment += MINUTE
    return moment


def watched_days_after(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """He waits for support, notes the time on the wall, counts days with support, and then waits for that time again."""
    zone = ZoneInfo(calendar.timezone)
    while not open_at(calendar, moment):
        moment += MINUTE
    noted = moment.astimezone(zone)
    reached = noted.date()
    while days:
        reached += timedelta(days=1)
        noon = datetime(reached.year, reached.month, reached.day, tzinfo=UTC)
        whole_day = [noon + MINUTE * number for number in range(-20 * 60, 44 * 60, 5)]
        days -= any(open_at(calendar, one) and one.astimezone(zone).date() == reached for one in whole_day)
    target = (reached, noted.hour, noted.minute)
    while not ((wall := moment.astimezone(zone)).date(), wall.hour, wall.minute) >= target:
        moment += MINUTE
    while not open_at(calendar, moment):
        moment += MINUTE
    return moment


# Zones and days with changes of the clock: by an hour, by half an hour, at midnight, to the south of the equator.
CHANGES = (
    ("Europe/Berlin", date(2026, 3, 29)), ("Europe/Berlin", date(2026, 10, 25)), ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)), ("Australia/Lord_Howe", date(2026, 4, 5)), ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)), ("Pacific/Auckland", date(2026, 9, 27)), ("Asia/Kolkata", date(2026, 5, 4)),
    ("UTC", date(2026, 5, 4)),
)  # fmt: skip


@some.composite
def openings(draw: some.DrawFn) -> tuple[Opening, ...]:
    """Up to three a day, on multiples of five minutes; they may overlap, and lie in each other."""
    pair = some.lists(some.integers(0, 288), min_size=2, max_size=2, unique=True).map(sorted)
    return tuple(Opening(5 * one, 5 * two) for one, two in sorted(draw(some.lists(pair, max_size=3))))


@some.composite
def situations(draw: some.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar that opens at least once a week, and a minute near a change of the clocks."""
    timezone, change = draw(some.sampled_from(CHANGES))
    week = draw(some.lists(openings(), min_size=7, max_size=7).filter(any))
    free = {change + timedelta(days=draw(some.integers(-3, 3)))} if draw(some.booleans()) else set()
    away = (Absence(change, change + timedelta(days=draw(some.integers(0, 2)))),) if draw(some.booleans()) else ()
    holiday = (lambda day: "holiday" if day in free else "") if free else no_holiday
    midnight = datetime(change.year, change.month, change.day, tzinfo=UTC)
    start = midnight + MINUTE * draw(some.integers(-3 * 1440, 2 * 1440))
    return Calendar(timezone, tuple(week), holiday, away), start


@settings(max_examples=150, deadline=None)
@given(situations(), some.integers(0, 3 * 1440))
def test_the_time_between_two_moments_is_what_one_sees_on_the_wall(
    situation: tuple[Calendar, datetime], span: int
) -> None:
    calendar, start = situation
    end = start + span * MINUTE
    assert between(calendar, start, end) == watched_between(calendar, start, end)
    assert is_open(calendar, start) == open_at(calendar, start)


@settings(max_examples=150, deadline=None)
@given(situations(), some.integers(1, 1500))
def test_a_wait_of_hours_ends_when_one_has_seen_so_many_of_them(
    situation: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = situation
    amount = min(minutes, 5 * sum(map(bool, calendar.week))) * MINUTE
    found = time_after(calendar, start, amount)
    assert found == watched_after(calendar, start, amount)
    assert between(calendar, start, found) == amount


@settings(max_examples=100, deadline=None)
@given(situations(), some.integers(1, 4))
def test_a_wait_of_days_ends_at_the_same_time_on_the_wall(situation: tuple[Calendar, datetime], days: int) -> None:
    calendar, start = situation
    assert after(calendar, start, Wait(days)) == watched_days_after(calendar, start, days)


# And some that everybody can check.


@pytest.mark.parametrize(
    ("start", "wait", "end"),
    [
        ("2026-03-02 10:00", Wait(3), "2026-03-05 10:00"),
        ("2026-03-05 10:00", Wait(3), "2026-03-10 10:00"),  # over a weekend
        (
            "2026-03-07 13:00",
            Wait(1),
            "2026-03-10 09:00",
        ),  # written on Saturday: Monday morning counts as the beginning
        ("2026-03-02 16:00", Wait(time=4 * HOUR), "2026-03-03 12:00"),
        ("2026-03-06 16:30", Wait(time=HOUR), "2026-03-09 09:30"),
        ("2026-03-27 16:00", Wait(time=2 * HOUR), "2026-03-30 10:00"),  # the clocks change on that weekend
        ("2026-03-27 16:00", Wait(1), "2026-03-30 16:00"),
    ],
)
def test_office_hours(start: str, wait: Wait, end: str) -> None:
    assert after(OFFICE, at(start), wait) == at(end)


def test_around_the_clock_a_day_has_24_hours() -> None:
    assert after(Calendar(BERLIN), at("2026-03-28 12:00"), Wait(1)) == at("2026-03-28 12:00") + 24 * HOUR


def test_openings_that_overlap_lose_no_time() -> None:
    nested = Calendar(BERLIN, ((Opening(540, 1020), Opening(600, 720)),) * 5 + ((), ()))
    assert is_open(nested, at("2026-03-02 15:00"))
    assert after(nested, at("2026-03-02 10:00"), Wait(time=6 * HOUR)) == at("2026-03-02 16:00")


def test_openings_in_the_hour_that_comes_twice_are_counted_in_their_order() -> None:
    week = ((),) * 6 + ((Opening(60, 65), Opening(70, 75)),)
    begin = at("2026-10-31 20:00", "America/New_York")
    assert time_after(Calendar("America/New_York", week), begin, 6 * MINUTE) == datetime(2026, 11, 1, 5, 11, tzinfo=UTC)


def test_a_holiday_has_no_support() -> None:
    calendar = Calendar(BERLIN, OFFICE.week, lambda day: "May Day" if (day.month, day.day) == (5, 1) else "")
    assert after(calendar, at("2026-04-30 10:00"), Wait(1)) == at("2026-05-04 10:00")
    assert next_open(calendar, at("2026-05-01 10:00")) == at("2026-05-04 09:00")


def test_a_day_on_which_support_ends_earlier_sends_the_wait_to_the_next_one() -> None:
    week = ((Opening(540, 1020),),) * 4 + ((Opening(540, 780),), (), ())
    assert after(Calendar(BERLIN, week), at("2026-03-05 16:00"), Wait(1)) == at("2026-03-09 09:00")


def test_somebody_who_is_away_is_back_on_the_day_after() -> None:
    away = Calendar(BERLIN, OFFICE.week, away=(Absence(date(2026, 3, 2), date(2026, 3, 4)),))
    assert next_open(away, at("2026-03-02 10:00")) == at("2026-03-05 09:00")


def test_a_calendar_that_never_opens_keeps_nobody_waiting_for_ever() -> None:
    never = Calendar(BERLIN, OFFICE.week, lambda day: "closed")
    assert time_after(never, at("2026-03-02 10:00"), HOUR) == at("2026-03-02 11:00")
    assert after(never, at("2026-03-02 10:00"), Wait(2)) == at("2026-03-04 10:00")
    assert between(never, at("2026-03-02 10:00"), at("2026-03-04 10:00")) == timedelta()


def test_somebody_who_is_away_for_years_is_not_there_today() -> None:
    away = Calendar(BERLIN, OFFICE.week, away=(Absence(date(2026, 1, 1), date(2031, 1, 1)),))
    assert not is_open(away, at("2026-03-02 10:00"))
    assert next_open(away, at("2026-03-02 10:00")) > at("2028-03-02 10:00")


@pytest.mark.parametrize("written", ["3d", "4h", "15m", "90s"])
def test_a_wait_is_written_as_in_the_configuration(written: str) -> None:
    units = {"h": HOUR, "m": MINUTE, "s": timedelta(seconds=1)}
    number = int(written[:-1])
    assert str(Wait(number) if written[-1] == "d" else Wait(time=number * units[written[-1]])) == written


@given(situations())
def test_there_is_support_now_exactly_when_it_opens_now(situation: tuple[Calendar, datetime]) -> None:
    calendar, moment = situation
    assert is_open(calendar, moment) == (next_open(calendar, moment) == moment)
