"""Whose addresses stand in these headers, and when was the mail dated? mail-parser reads, we doubt."""

from __future__ import annotations

import email.utils
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import mailparser

from daemon.errors import PermanentError
from daemon.incoming.charsets import guess, one_line
from daemon.incoming.header_block import HeaderBlock
from daemon.incoming.header_text import decode_words
from daemon.letters.header_lines import written
from rules.mail import NOBODY, Address

ADDRESSES = 200
HEADER_OCTETS = 48 * 1024  # room for 200 addresses with encoded names
ADDRESS_OCTETS = 64 + 1 + 255  # RFC 5321, section 4.5.3.1
NAME_LETTERS = 200

_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")  # no run of letters is scanned twice
_FIRST_PRIVATE, _LAST_PRIVATE = 0xE000, 0xF8FF
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")  # RFC 3490, section 3.1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the address and date headers say."""

    sender: Address = NOBODY
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None
    defects: tuple[str, ...] = ()


def read_envelope(headers: HeaderBlock, hint: str = "") -> Envelope:
    """Addresses and date of a mail. Never raises: where mail-parser fails, the plainest reading takes its place."""
    values = {name: _value(headers, name, hint) for name in ("from", "to", "cc", "reply-to", "date")}
    words = _Words()
    block = "".join(f"{name}: {words.hide(value)}\n" for name, value in values.items() if value)
    try:
        parsed = mailparser.parse_from_string(block + "\n")  # type: ignore[no-untyped-call]
    except Exception as error:  # noqa: BLE001 - AttributeError, TypeError and RecursionError were seen on real mails
        log.warning("mail-parser gave up on the address headers of a mail: %r", error)
        return _plain_envelope(headers, values, f"mail-parser gave up: {type(error).__name__}")
    doubts = parsed.address_header_defects
    unclear = [doubt["reason"] for doubt in doubts if doubt["header"] == "from" and not doubt["recovered"]]
    sender, why_not = _one_author(headers, hint, _known(parsed.from_, words), unclear)
    date, date_doubts = _date(parsed.date, values["date"])
    told = (f"{doubt['header']}: {doubt['reason']}" for doubt in (*doubts, *parsed.date_header_defects))
    return Envelope(
        sender=sender,
        to=_known(parsed.to, words)[:ADDRESSES],
        cc=_known(parsed.cc, words)[:ADDRESSES],
        reply_to=_known(parsed.reply_to, words)[:ADDRESSES],
        date=date,
        defects=tuple(dict.fromkeys((*_too_long(values), *why_not, *date_doubts, *told))),
    )


def _value(headers: HeaderBlock, name: str, hint: str) -> str:
    """The value to be read, on one line: several To and Cc headers are one list."""
    found = headers.all(name)
    joined = ", ".join(guess(value, hint) for value in (found if name in ("to", "cc") else found[:1]) if value)
    return one_line(joined)[:HEADER_OCTETS]


def _too_long(values: dict[str, str]) -> Iterator[str]:
    yield from (
        f"only the first {HEADER_OCTETS} letters of {name} are read"
        for name, value in values.items()
        if len(value) == HEADER_OCTETS
    )
    yield from (
        f"only the first {ADDRESSES} addresses of {name} are read"
        for name, value in values.items()
        if value.count("@") > ADDRESSES
    )


def _one_author(
    headers: HeaderBlock, hint: str, authors: Sequence[Address], unclear: Sequence[str]
) -> tuple[Address, tuple[str, ...]]:
    """The author, if the mail names exactly one beyond doubt; else nobody, and why (RFC 7103, section 7.5)."""
    found = headers.all("from")
    value = guess(found[0], hint) if found else ""
    outside = _outside_quotes(_WORD.sub("", value))
    doubts = (
        (len(found) != 1, f"{len(found)} From headers, expected one"),
        (_CONTROL.search(value) is not None, "a control character in From"),
        (":" in outside or ";" in outside, "From names a group"),
        (bool(unclear), f"From is unclear: {', '.join(unclear)[:200]}"),
        (len(authors) != 1, f"From names {len(authors)} addresses, expected one"),
    )
    why_not = next((reason for doubtful, reason in doubts if doubtful), "")
    return (NOBODY, (why_not,)) if why_not else (authors[0], ())


def _outside_quotes(value: str) -> str:
    """The value without quoted strings, comments and what stands in angle brackets."""
    kept: list[str] = []
    closing: list[str] = []
    escaped = False
    for letter in value:
        if escaped:
            escaped = False
        elif closing and letter == "\\":
            escaped = True
        elif closing and letter == closing[-1]:
            closing.pop()
        elif letter in _CLOSING and (not closing or (letter == "(" and closing[-1] == ")")):
            closing.append(_CLOSING[letter])
        elif not closing:
            kept.append(letter)
    return "".join(kept)


_CLOSING = {'"': '"', "(": ")", "<": ">"}


class _Words:
    """Encoded words taken out of an address header and put back: `=?utf-8?q?Ann_:)?=` is a name, whatever is in it.

    Each becomes one letter of the private use area in between, which no grammar takes for a delimiter.
    """

    def __init__(self) -> None:
        self._words: list[str] = []

    def hide(self, value: str) -> str:
        return _WORD.sub(self._hidden, _PRIVATE.sub("", value))

    def show(self, text: str) -> str:
        return _PRIVATE.sub(self._shown, text)

    def _shown(self, found: re.Match[str]) -> str:
        number = ord(found.group()) - _FIRST_PRIVATE
        return self._words[number] if number < len(self._words) else ""

    def _hidden(self, found: re.Match[str]) -> str:
        if len(self._words) > _LAST_PRIVATE - _FIRST_PRIVATE:
            return ""
        self._words.append(found.group())
        return chr(_FIRST_PRIVATE + len(self._words) - 1)


def _known(pairs: Any, words: _Words) -> tuple[Address, ...]:
    """mail-parser's pairs as addresses; what cannot be one is left out."""
    known = (_address(words.show(name), words.show(address)) for name, address in pairs or ())
    return tuple(address for address in known if address is not NOBODY)


def _address(name: str, address: str) -> Address:
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or len(address) > ADDRESS_OCTETS or _CONTROL.search(address):
        return NOBODY
    known = Address(f"{local}@{canonical_domain(domain)}", one_line(decode_words(name))[:NAME_LETTERS])
    return known if _can_be_written_to(known) else NOBODY


def _can_be_written_to(address: Address) -> bool:
    """An address no letter can carry must not become a participant: no answer would get past it any more."""
    try:
        return bool(written(address))
    except PermanentError:
        return False


def canonical_domain(domain: str) -> str:
    """The domain in lower case and as A-labels (RFC 5890), so that each has one spelling and a look-alike shows."""
    if domain.isascii():
        return domain.lower()
    labels = unicodedata.normalize("NFC", domain.translate(_DOTS).lower()).split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels)


def _date(date: datetime | None, value: str) -> tuple[datetime | None, tuple[str, ...]]:
    """mail-parser's date; where it found none, what the standard library makes of it. No zone is taken as UTC."""
    if date is not None or not value:
        return date, ()
    try:
        guessed = email.utils.parsedate_to_datetime(value[:100])
        aware = guessed.replace(tzinfo=UTC) if guessed.tzinfo is None else guessed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None, (f"Date {value[:60]!r} is no date",)
    return aware, (f"Date {value[:60]!r} is read as {aware:%Y-%m-%d %H:%M}",)


def _plain_envelope(headers: HeaderBlock, values: dict[str, str], defect: str) -> Envelope:
    """The addresses that need no grammar: `a@example.com` and `Ann <a@example.com>`."""
    to, cc, reply_to = (tuple(_plain_addresses(values[name]))[:ADDRESSES] for name in ("to", "cc", "reply-to"))
    sender, why_not = _one_author(headers, "", tuple(_plain_addresses(values["from"])), ())
    date, _ = _date(None, values["date"])
    return Envelope(sender, to, cc, reply_to, date, (defect, *why_not))


def _plain_addresses(value: str) -> Iterator[Address]:
    for piece in value.split(","):
        name, angle, rest = piece.strip().rpartition("<")
        address = rest.removesuffix(">") if angle else rest
        if address.count("@") == 1 and not set(address + name) & set(' "()<>[]:;\\' if not angle else '"()<>[]:;\\'):
            yield _address(name.strip(), address)
