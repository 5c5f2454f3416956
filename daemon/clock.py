"""What time is it? The one place that asks the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock, in aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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

    def advance(self, by: timedelta) -> None:
        self._pushed += by
