"""Does a stranger's address look like that of somebody we know? Then whoever reads his mail must be warned.

Two addresses look alike when they are different and their letters look the same (rn and m, 1 and l, 0 and o, Cyrillic ones), when
one letter is wrong, missing, too many or swapped with the next one, or when the name of the domain stands under another top-level
domain or inside another domain. Whole domains are compared and then the names before the @.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rules.mail import Address

_LONGEST = 320  # characters; RFC 3696, section 3
_SHORTEST = 5  # letters of a name of which one may be wrong: of "ann" and "anna" neither copies the other
_SHORTEST_INSIDE = 4  # letters of a domain's name that tell something inside another domain

# What is taken for what, once in lower case and without accents; after Unicode's confusables (UTS 39).
_LETTERS = str.maketrans(
    {
        **dict(zip("0134578", "oleastb", strict=True)), "i": "l", "|": "l", "!": "l", "$": "s",
        **dict(zip("авгезікморстухсԁѕјѵһԛԝпиҽӏցɡ", "aвreзlkmopcтyxcdsjvhqwnuelgg", strict=True)),
        **dict(zip("вгзт", "brst", strict=True)),
        **dict(zip("αβγεηικνορτυχωѡ", "abyenlkvoptuxww", strict=True)),
        "ı": "l", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ß": "b", "ɑ": "a", "ꞵ": "b",
    }
)  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_SECOND_LEVEL = frozenset(("co", "com", "org", "net", "ac", "gov", "edu", "ltd"))  # as in co.uk


@dataclass(frozen=True, slots=True)
class _Read:
    """One address as a hasty reader sees it."""

    local: str
    domain: str
    name: str  # of the domain, without its top-level domain: "customer" of mail.customer.co.uk


def resembles(address: Address, people: Iterable[Address]) -> Address | None:
    """The first of the people for whom a hasty reader could take this address; None when it is like nobody's."""
    if not address.address or len(address.address) > _LONGEST:
        return None
    known = [one for one in people if one.address and len(one.address) <= _LONGEST]
    if any(address.same_as(one) for one in known):
        return None
    foreign = _read(address)
    return next((one for one in known if _alike(foreign, address, _read(one), one)), None)


def warning(address: Address, people: Iterable[Address]) -> str:
    """A sentence for whoever must decide about a stranger's mail; "" when he is like nobody."""
    found = resembles(address, people)
    return f"BEWARE: {address.address} looks like {found.address}, but is another address." if found else ""


def _alike(foreign: _Read, address: Address, ours: _Read, known: Address) -> bool:
    if address.domain == known.domain or address.domain.endswith(f".{known.domain}"):
        return address.domain == known.domain and foreign.local == ours.local  # a colleague is no imposter by himself
    same_local = foreign.local == ours.local
    return _domains_alike(foreign, ours) and (same_local or _tells_something(ours.name))


def _tells_something(name: str) -> bool:
    """Of two people with gmail.com and gmx.de neither copies the other; nor of those whose domain is but a few letters."""
    return len(name) >= _SHORTEST_INSIDE and name not in _PROVIDERS


def _domains_alike(foreign: _Read, ours: _Read) -> bool:
    long = len(ours.name) >= _SHORTEST
    return (
        foreign.domain == ours.domain
        or foreign.name == ours.name
        or (long and (_one_wrong(foreign.domain, ours.domain) or _one_wrong(foreign.name, ours.name)))
        or (len(ours.name) >= _SHORTEST_INSIDE and _stands_inside(ours, foreign.domain))
    )


def _stands_inside(ours: _Read, domain: str) -> bool:
    """customer.example.evil.example, customer-example.evil.example, customer.evil.example, customer-support.example"""
    words = domain.replace("-", ".").split(".")
    return ours.name in words[:-1] or ours.domain.replace("-", ".") in domain.replace("-", ".")


def _read(address: Address) -> _Read:
    local, _, domain = address.key.rpartition("@")
    domain = ".".join(_unicode(label) for label in domain.rstrip(".").split("."))
    labels = domain.split(".")
    top = 2 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 1
    name = labels[-top - 1] if len(labels) > top else labels[0]
    return _Read(_skeleton(local.strip('"')), _skeleton(domain), _skeleton(name))


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").casefold()
    except (UnicodeError, ValueError, OverflowError):
        return label


def _skeleton(text: str) -> str:
    """Two texts that look alike have the same skeleton."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    plain = "".join(
        letter for letter in plain if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain


_PROVIDERS = frozenset(
    _skeleton(name)
    for name in (
        "gmail", "googlemail", "yahoo", "hotmail", "outlook", "live", "msn", "gmx", "web", "icloud", "aol", "mail", "yandex",
        "proton", "protonmail",
    )
)  # fmt: skip


def _one_wrong(one: str, other: str) -> bool:
    """Is one letter wrong, missing, too many, or swapped with the next one?"""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = a[:2] == b[:2][::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]
