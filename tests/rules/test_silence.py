"""Is a customer's silence ever counted shorter than the desk could have heard him?"""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from samples import MONDAY

from rules import silence
from rules.case import Timer
from rules.hours import Calendar, Opening
from rules.silence import Outage, is_proven, started

WAIT = timedelta(days=3)
hours = st.integers(0, 400).map(lambda count: timedelta(hours=count))
outages = st.lists(st.tuples(hours, hours), max_size=12).map(
    lambda pairs: tuple(Outage(MONDAY + start, MONDAY + start + length) for start, length in sorted(pairs))
)


def without_outages(timer: Timer, outages: tuple[Outage, ...]) -> Timer:
    return silence.without_outages(timer, outages, Calendar())


def timer(since: timedelta = timedelta()) -> Timer:
    return started(Timer("remind_after", 3), MONDAY + since, MONDAY + since + WAIT)


def down(start: int, end: int) -> Outage:
    return Outage(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end))


def healthy(start: datetime, end: datetime, times: tuple[Outage, ...]) -> timedelta:
    """The time between two moments in which the desk could hear, counted hour by hour."""
    moment, heard = start, timedelta()
    while moment < end:
        if not any(outage.start <= moment < outage.end for outage in times):
            heard += timedelta(hours=1)
        moment += timedelta(hours=1)
    return heard


def test_the_wait_begins_when_the_server_has_taken_the_letter() -> None:
    begun = timer()
    assert (begun.since, begun.due) == (MONDAY, MONDAY + WAIT)
    assert (begun.wait, begun.letter) == ("remind_after", 3)


def test_a_wait_that_has_not_begun_knows_no_outages() -> None:
    waiting = Timer("remind_after", 3)
    assert without_outages(waiting, (down(0, 500),)) == waiting


def test_an_outage_in_the_middle_is_put_on_top() -> None:
    assert without_outages(timer(), (down(24, 48),)).due == MONDAY + WAIT + timedelta(hours=24)


def test_what_had_passed_before_the_outage_counts() -> None:
    after = without_outages(timer(), (down(48, 1000),))
    assert after.due == MONDAY + timedelta(hours=1000 + 24)


def test_an_outage_that_began_before_the_wait_costs_its_rest_only() -> None:
    assert without_outages(timer(timedelta(hours=10)), (down(0, 20),)).due == MONDAY + timedelta(hours=20) + WAIT


def test_an_outage_from_the_moment_the_wait_is_over_changes_nothing() -> None:
    assert without_outages(timer(), (down(72, 100),)) == timer()


def test_an_outage_that_ends_as_the_wait_begins_changes_nothing() -> None:
    assert without_outages(timer(timedelta(hours=20)), (down(0, 20),)) == timer(timedelta(hours=20))


def test_one_outage_told_twice_counts_once() -> None:
    once = without_outages(timer(), (down(24, 48),))
    assert without_outages(timer(), (down(24, 48), down(24, 48))) == once
    assert without_outages(once, (down(24, 48),)) == once


def test_an_outage_does_not_prolong_a_wait_until_a_day_that_was_asked_for() -> None:
    asked = Timer("remind_after", 3, MONDAY, MONDAY + WAIT, until=MONDAY + WAIT)
    assert without_outages(asked, (down(24, 48), down(60, 500))) == asked


@given(hours, outages)
@example(timedelta(), (down(0, 10), down(5, 8), down(8, 30)))
def test_the_counted_wait_is_never_shorter_than_the_same_wait_in_healthy_time(
    since: timedelta, times: tuple[Outage, ...]
) -> None:
    begun = timer(since)
    after = without_outages(begun, times)
    assert begun.since is not None
    assert after.due is not None
    assert healthy(begun.since, after.due, times) >= WAIT


@given(outages)
def test_an_outage_never_shortens_a_wait(times: tuple[Outage, ...]) -> None:
    after = without_outages(timer(), times)
    assert after.due is not None
    assert after.due >= MONDAY + WAIT


@given(outages)
def test_outages_of_before_the_wait_change_nothing(times: tuple[Outage, ...]) -> None:
    begun = timer(timedelta(hours=1000))
    assert without_outages(begun, times) == begun


@given(outages, st.integers(0, 12))
def test_outages_may_be_taken_into_account_in_portions(times: tuple[Outage, ...], cut: int) -> None:
    """As it is done: at each tick, with those known by then."""
    whole = without_outages(timer(), times)
    assert without_outages(without_outages(timer(), times[:cut]), times) == whole


@given(outages)
def test_of_outages_apart_from_each_other_each_hour_counts_once(times: tuple[Outage, ...]) -> None:
    apart = tuple(one for one, before in zip(times[1:], times, strict=False) if one.start >= before.end)
    apart = tuple(one for index, one in enumerate(apart) if all(one.start >= other.end for other in apart[:index]))
    after = without_outages(timer(), apart)
    assert after.due is not None
    assert healthy(MONDAY, after.due, apart) == WAIT


def test_silence_is_proven_when_every_mailbox_was_read_at_the_due_time_or_later() -> None:
    assert not is_proven(MONDAY, None)
    assert not is_proven(MONDAY, MONDAY - timedelta(microseconds=1))
    assert is_proven(MONDAY, MONDAY)
    assert is_proven(MONDAY, MONDAY + timedelta(days=1))


def test_of_an_outage_only_the_support_hours_count() -> None:
    """Down from Tuesday noon to Saturday: of the wait until Thursday 9:00 there were 13 support hours left."""
    office = Calendar("UTC", ((Opening(540, 1020),),) * 5 + ((), ()))
    begun = started(Timer("remind_after", 3), MONDAY, MONDAY + timedelta(days=3))
    after = silence.without_outages(begun, (down(27, 120),), office)
    assert after.due == MONDAY + timedelta(days=8, hours=5)  # Monday 8 hours, Tuesday 5 more
    night = silence.without_outages(begun, (down(10, 20),), office)
    assert night.due == begun.due
