"""With which key is a letter sealed, and does the seal of an older one still count? The keys of the desk, in their order.

A letter remembers the number of its key, so that no later key breaks it, and no clock that goes back. A revoked key is one that
somebody may have stolen: whatever is sealed with it proves nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

FIRST = 1  # made with the desk; every letter of before the first rotation is sealed with it


@dataclass(frozen=True, slots=True)
class Key:
    number: int
    secret: bytes = field(repr=False)
    since: datetime | None = None  # from when it seals; None: from the first day
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys there ever were; the last one seals."""

    all: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        return self.all[-1]

    def key(self, number: int) -> Key | None:
        return next((key for key in self.all if key.number == number), None)

    def believed(self, number: int) -> Key | None:
        """The key of a letter, as long as its seal proves something."""
        key = self.key(number)
        return key if key and key.revoked_at is None else None

    def rotated(self, secret: bytes, now: datetime) -> Keys:
        """With a new key that seals from now on; the older ones stay good for the letters they have sealed."""
        return Keys((*self.all, Key(self.newest.number + 1, secret, now)))

    def revoked(self, number: int, now: datetime) -> Keys:
        return Keys(tuple(replace(key, revoked_at=now) if key.number == number else key for key in self.all))
