"""Is it noticed when the clock is set, or the machine has slept?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from daemon.clock import Clock, ClockWatch, JumpingClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TwoClocks(Clock):
    """The one on the wall, and the steady one."""

    def __init__(self) -> None:
        self.wall, self.ran = NOON, timedelta()

    def now(self) -> datetime:
        return self.wall

    def steady(self) -> timedelta:
        return self.ran

    def pass_time(self, wall: timedelta, ran: timedelta) -> None:
        self.wall, self.ran = self.wall + wall, self.ran + ran


@pytest.mark.parametrize("by", [timedelta(days=40), -timedelta(days=1), timedelta(minutes=10), -timedelta(minutes=5)])
def test_a_jump_is_noticed_once(by: timedelta) -> None:
    clock = TwoClocks()
    watch = ClockWatch(clock)
    clock.pass_time(by + timedelta(seconds=1), timedelta(seconds=1))
    assert watch.jump() == by
    assert watch.jump() == timedelta()


def test_a_clock_that_is_corrected_step_by_step_does_not_jump() -> None:
    clock = TwoClocks()
    watch = ClockWatch(clock)
    for _ in range(100):
        clock.pass_time(timedelta(seconds=61), timedelta(minutes=1))
        assert watch.jump() == timedelta()


def test_a_process_that_stood_still_is_no_jump() -> None:
    clock = TwoClocks()
    watch = ClockWatch(clock)
    clock.pass_time(timedelta(days=3), timedelta(days=3))
    assert watch.jump() == timedelta()


def test_time_that_is_passed_at_a_word_is_no_jump() -> None:
    clock = JumpingClock()
    watch = ClockWatch(clock)
    clock.advance(timedelta(days=3))
    assert watch.jump() == timedelta()
    assert Clock().steady() <= Clock().steady()
