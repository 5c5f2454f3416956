"""What is it about? The product a mail names, by its name, a former one or a nickname, wherever the customer put it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rules.mail import Address, Mail
from rules.phrases import folded
from rules.severity import Finding

_LONGEST = 30_000  # characters that are read
_MOST_WORDS = 5  # of a name
_TOP_LINES = 15
_WORD = re.compile(r"[^\W_]+")
_FIELD = re.compile(
    r"^\W{0,4}(?:product|produkt|software|programm|application|anwendung)\s{0,20}[:=]\s{0,20}(\S.{0,80})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Product:
    """Something the desk supports, and what its engineers must know."""

    name: str
    aliases: tuple[str, ...] = ()  # former names, nicknames
    skills: frozenset[str] = frozenset()
    addresses: tuple[Address, ...] = ()  # mail to one of these is about it

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Mention:
    product: str
    said: str
    at: int


def product_of(mail: Mail, words: str, products: tuple[Product, ...], detail: str = "") -> Finding | None:
    """`words`: what the author wrote himself; `detail`: what stands behind the + in the address he wrote to."""
    if not products:
        return None
    return (
        _by_address(mail, products)
        or _by_detail(detail, products)
        or _by_field(words, products)
        or _by_mention(mail.subject, "in the subject", products)
        or _by_mention(words, "in the text", products)
        or _by_file(mail, products)
    )


def _by_address(mail: Mail, products: tuple[Product, ...]) -> Finding | None:
    for product in products:
        for address in (*mail.to, *mail.cc):
            if any(address.same_as(own) for own in product.addresses):
                return Finding(product.name, "address", f"written to {address.address}")
    return None


def _by_detail(detail: str, products: tuple[Product, ...]) -> Finding | None:
    found = next(iter(mentions(detail, products)), None)
    return Finding(found.product, "address", f"written to +{detail}") if found else None


def _by_field(words: str, products: tuple[Product, ...]) -> Finding | None:
    for line in [line for line in words.split("\n") if line.strip()][:_TOP_LINES]:
        if field := _FIELD.search(line):
            for found in mentions(field[1], products):
                return Finding(found.product, "the customer's form", f"{line.strip()[:80]!r}")
    return None


def _by_mention(text: str, where: str, products: tuple[Product, ...]) -> Finding | None:
    """The product named most often; of several as often named the first one."""
    found = list(mentions(text, products))
    if not found:
        return None
    counts = {one.product: sum(other.product == one.product for other in found) for one in found}
    best = max(found, key=lambda one: (counts[one.product], -one.at))
    return Finding(best.product, "named", f'"{best.said}" {where}')


def _by_file(mail: Mail, products: tuple[Product, ...]) -> Finding | None:
    for file in mail.attachments:
        for found in mentions(file.name, products):
            return Finding(found.product, "named", f'"{found.said}" in the name of a file')
    return None


def mentions(text: str, products: tuple[Product, ...]) -> Iterator[Mention]:
    """Wherever a name of a product stands, the longest one first; spaces and hyphens in it are as the writer likes."""
    names = _names(products)
    words = list(_WORD.finditer(folded(text[:_LONGEST])))
    at = 0
    while at < len(words):
        for length in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            said = [word[0] for word in words[at : at + length]]
            product = _named("".join(said), names)
            if product:
                yield Mention(product, " ".join(said), at)
                at += length - 1
                break
        at += 1


def _named(word: str, names: dict[str, str]) -> str:
    """Also in the genitive and as the first part of a compound: mobilEchos, Mobilechoserver."""
    if word in names:
        return names[word]
    if word.endswith("s") and word[:-1] in names:
        return names[word[:-1]]
    return next(
        (
            names[word.removesuffix(end)]
            for end in _SECOND_PARTS
            if word.endswith(end) and word.removesuffix(end) in names
        ),
        "",
    )


_SECOND_PARTS = (
    "server",
    "client",
    "app",
    "dienst",
    "service",
    "update",
    "portal",
    "installation",
    "agent",
    "gateway",
    "konsole",
    "datenbank",
)


@lru_cache(maxsize=16)
def _names(products: tuple[Product, ...]) -> dict[str, str]:
    return {squeezed(name): product.name for product in products for name in product.names}


def squeezed(name: str) -> str:
    """A name as it is compared: Cyber-Files is cyberfiles."""
    return "".join(_WORD.findall(folded(name)))
