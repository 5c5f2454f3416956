"""What must a customer not read in a letter? Our people's own addresses and our sealed ids; the desk's address stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rules.case import Audience
from rules.desk import Desk
from rules.tokens import SEAL_LETTERS

_BEFORE_A_SEAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+_=-")
_LONGEST_BEFORE_A_SEAL = 100
_AT = "(?:@|%(?:25){0,2}40)"  # also as links write it, and links in links


@dataclass(frozen=True, slots=True)
class Discretion:
    """What to hide in one letter, and what is shown instead."""

    addresses: tuple[str, ...]  # case folded
    domains: tuple[str, ...]  # of the desk: behind a seal it is an id of ours
    shown: str

    def kept(self, text: str) -> str:
        """The text with the desk's address wherever an engineer's stood, or a sealed id."""
        text = _pattern(self.addresses).sub(lambda _: self.shown, text) if self.addresses else text
        return "".join(_unsealed(text, _seals(self.domains), self.shown)) if self.domains else text

    def hides(self, text: str) -> bool:
        """Does the text say something that must not be told?"""
        return self.kept(text) != text

    def allows(self, message_id: str) -> bool:
        """Some programs put the writer's address into the Message-ID."""
        return not any(address in message_id.casefold() for address in self.addresses)


def discretion_of(desk: Desk, audience: Audience) -> Discretion:
    if audience.inside:
        return Discretion((), (), "")
    addresses = (one.key for one in desk.insiders if not desk.is_ours(one))
    domains = dict.fromkeys(own.domain for own in (desk.address, *desk.aliases))
    return Discretion(tuple(filter(None, addresses)), tuple(filter(None, domains)), desk.address.address)


@lru_cache(maxsize=8)
def _pattern(addresses: tuple[str, ...]) -> re.Pattern[str]:
    """ann@desk.example, also as _ann@desk.example_ or in a link as %7Cann%40desk.example%7C; but not joann@desk.example."""
    either = "|".join(re.escape(address).replace("@", _AT) for address in addresses)
    begins = r"(?:(?<![^\W_])(?<![^\W_][._+-])|(?<=%[0-9a-f]{2})|(?<=%25[0-9a-f]{2}))"
    return re.compile(rf"{begins}(?:{either})(?![^\W_]|[-.][^\W_])", re.IGNORECASE)


@lru_cache(maxsize=8)
def _seals(domains: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, domains))
    return re.compile(rf"\.[a-z2-7]{{{SEAL_LETTERS}}}{_AT}(?:{either})", re.IGNORECASE)


def _unsealed(text: str, seals: re.Pattern[str], shown: str) -> Iterator[str]:
    """The end of an id is looked for first, then its beginning: one pass, whatever the text is full of."""
    end = 0
    for found in seals.finditer(text):
        start = found.start()
        least = max(end, start - _LONGEST_BEFORE_A_SEAL)
        while start > least and text[start - 1] in _BEFORE_A_SEAL:
            start -= 1
        yield text[end:start]
        yield shown
        end = found.end()
    yield text[end:]
