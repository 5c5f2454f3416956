"""What time is it? The one place that asks the machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

JUMP = timedelta(minutes=5)


class Clock:
    """The machine's clock, in aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def steady(self) -> timedelta:
        """Since some moment; nobody sets this one, and it stands still while the machine sleeps."""
        return timedelta(seconds=time.monotonic())


class JumpingClock(Clock):
    """A clock that runs on, and can be pushed forward: three days pass at a word (demo and dialogue tests)."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._started = super().now()
        self._start = start or self._started
        self._pushed = timedelta()
        self._frozen = frozen

    def now(self) -> datetime:
        ran = timedelta() if self._frozen else super().now() - self._started
        return self._start + ran + self._pushed

    def steady(self) -> timedelta:
        return super().steady() + self._pushed

    def advance(self, by: timedelta) -> None:
        self._pushed += by


class ClockWatch:
    """Was the clock set since the last look, or did the machine sleep? Then it has gone apart from the steady one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._expected = self._ahead()

    def jump(self) -> timedelta:
        """How far it went, back if it is negative; nothing when that is little."""
        ahead = self._ahead()
        jumped = ahead - self._expected
        self._expected = ahead
        return jumped if abs(jumped) >= JUMP else timedelta()

    def _ahead(self) -> datetime:
        return self._clock.now() - self._clock.steady()
