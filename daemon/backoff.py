"""How long do we wait before the next try? Twice as long each time, up to a limit, and never in step with others."""

from __future__ import annotations

import random
from collections.abc import Callable

CHANCE = random.SystemRandom().random


class Backoff:
    """Seconds to wait: `first`, doubled with every failure up to `most`, each shortened by up to a half at random."""

    def __init__(self, first: float = 1.0, most: float = 300.0, chance: Callable[[], float] = CHANCE) -> None:
        self._first = first
        self._most = most
        self._chance = chance  # a number from 0 to 1: many daemons must not come back in the same second
        self._next = first

    def next(self) -> float:
        """The wait after one more failure."""
        wait = self._next
        self._next = min(self._next * 2, self._most)
        return wait * (1 + self._chance()) / 2

    def reset(self) -> None:
        """It worked: the next failure starts with the short wait again."""
        self._next = self._first
