"""What is it about? The product a mail names, by its name, a former one or a nickname, wherever the customer put it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rules.mail import Address, Mail
from rules.phrases import folded, listed
from rules.severity import Finding, top_lines

THE_PRODUCT = "theproduct"  # in phrases of rules/severity_rules.py
_LONGEST = 30_000  # characters that are read
_MOST_WORDS = 5  # of a name
_BEGINNING = 2  # letters by which a word is looked at or passed over
# What may follow a name in one word: mobilEchos, Mobilechoserver.
_ENDINGS = listed(
    "s, server, client, app, dienst, service, update, portal, installation, agent, gateway, konsole, datenbank"
)
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
    """One place of a text that names a product."""

    product: str
    said: str
    start: int
    end: int


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
    for line in top_lines(words):
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
    best = max(found, key=lambda one: (counts[one.product], -one.start))
    return Finding(best.product, "named", f'"{best.said}" {where}')


def _by_file(mail: Mail, products: tuple[Product, ...]) -> Finding | None:
    for file in mail.attachments:
        for found in mentions(file.name, products):
            return Finding(found.product, "named", f'"{found.said}" in the name of a file')
    return None


def mentions(text: str, products: tuple[Product, ...]) -> Iterator[Mention]:
    """Wherever a name of a product stands, the longest one first; spaces and hyphens in it are as the writer likes."""
    names, beginnings = _names(products)
    words = list(_WORD.finditer(text[:_LONGEST])) if names else []
    spelt = [folded(word[0]) for word in words]
    at = 0
    while at < len(words):
        length = _length_of_name(spelt, at, names) if spelt[at][:_BEGINNING] in beginnings else 0
        if length:
            said = spelt[at : at + length]
            yield Mention(names["".join(said)], " ".join(said), words[at].start(), words[at + length - 1].end())
        at += length or 1


def with_one_word(text: str, products: tuple[Product, ...]) -> str:
    """The text with THE_PRODUCT in the place of every name, so that a rule can speak of any product."""
    pieces: list[str] = []
    copied = 0
    for mention in mentions(text, products):
        pieces += [text[copied : mention.start], THE_PRODUCT]
        copied = mention.end
    return "".join([*pieces, text[copied:]])


def _length_of_name(spelt: list[str], at: int, names: dict[str, str]) -> int:
    """How many words from here on are a name; 0 when none is."""
    most = min(_MOST_WORDS, len(spelt) - at)
    return next((length for length in range(most, 0, -1) if "".join(spelt[at : at + length]) in names), 0)


@lru_cache(maxsize=16)
def _names(products: tuple[Product, ...]) -> tuple[dict[str, str], frozenset[str]]:
    """Every form of every name, squeezed, with its product; and the first letters of all of them."""
    plain = {squeezed(name): product.name for product in products for name in product.names}
    forms = {name + end: product for name, product in plain.items() for end in _ENDINGS} | plain
    return forms, frozenset(name[:_BEGINNING] for name in plain)


def squeezed(name: str) -> str:
    """A name as it is compared: Cyber-Files is cyberfiles."""
    return "".join(_WORD.findall(folded(name)))
