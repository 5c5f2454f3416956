"""What must a customer not read in a letter? Our people's own addresses; the desk's stands in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rules.case import Audience
from rules.desk import Desk


@dataclass(frozen=True, slots=True)
class Discretion:
    """The addresses to hide in one letter, and what is shown instead."""

    addresses: tuple[str, ...]  # case folded
    shown: str

    def kept(self, text: str) -> str:
        """The text with the desk's address wherever an engineer's stood."""
        return _pattern(self.addresses).sub(lambda _: self.shown, text) if self.addresses else text

    def allows(self, message_id: str) -> bool:
        """Some programs put the writer's address into the Message-ID."""
        return not any(address in message_id.casefold() for address in self.addresses)


def discretion_of(desk: Desk, audience: Audience) -> Discretion:
    if audience.inside:
        return Discretion((), "")
    addresses = (one.key for one in desk.insiders if not desk.is_ours(one))
    return Discretion(tuple(filter(None, addresses)), desk.address.address)


@lru_cache(maxsize=8)
def _pattern(addresses: tuple[str, ...]) -> re.Pattern[str]:
    """ann@desk.example, also as _ann@desk.example_, but not joann@desk.example and not ann@desk.example.org."""
    either = "|".join(map(re.escape, addresses))
    return re.compile(rf"(?<![^\W_])(?<![^\W_][._+-])(?:{either})(?![^\W_]|[-.][^\W_])", re.IGNORECASE)
