"""Which messages does a SEARCH mean (RFC 3501, section 6.4.4)?"""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from datetime import UTC, date
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from daemon.embedded.embedded_mailboxes import StoredMessage
from daemon.embedded.imap_server.mime import fields, split_header, unfolded
from daemon.embedded.imap_server.syntax import BadCommand, Value, number, numeric_date, text
from daemon.embedded.imap_server.view import View

Numbered = tuple[int, StoredMessage]
Test = Callable[[Numbered], bool]


class UnknownCharset(Exception):
    """The client searches in a charset we do not know: NO [BADCHARSET]."""


def search(view: View, program: list[Value]) -> list[Numbered]:
    """Errors: BadCommand, UnknownCharset."""
    words = list(program)
    if words and not isinstance(words[0], list) and words[0].upper() == b"CHARSET":
        if len(words) < 3 or text(words[1]).upper() not in ("UTF-8", "US-ASCII"):
            raise UnknownCharset
        del words[:2]
    fits = _all_of(view, words)
    return [candidate for candidate in view.messages() if fits(candidate)]


def _all_of(view: View, words: list[Value]) -> Test:
    if not words:
        raise BadCommand("SEARCH for what?")
    waiting = iter(words)
    tests = [_test(view, word, waiting) for word in waiting]
    return lambda candidate: all(test(candidate) for test in tests)


def _test(view: View, word: Value, rest: Iterator[Value]) -> Test:
    """One search key; takes its own arguments from the rest."""
    if isinstance(word, list):
        return _all_of(view, word)
    key = text(word).upper()
    if key == "NOT":
        inner = _test(view, _next(rest, key), rest)
        return lambda candidate: not inner(candidate)
    if key == "OR":
        one, other = _test(view, _next(rest, key), rest), _test(view, _next(rest, key), rest)
        return lambda candidate: one(candidate) or other(candidate)
    if key == "UID":
        return _among(view, text(_next(rest, key)), by_uid=True)
    if key in PLAIN:
        return PLAIN[key]
    if key in WITH_ARGUMENT:
        return WITH_ARGUMENT[key](text(_next(rest, key)))
    if key == "HEADER":
        return _header(text(_next(rest, key)))(text(_next(rest, key)))
    if key[:1].isdigit() or key[:1] == "*":
        return _among(view, key, by_uid=False)
    raise BadCommand(f"SEARCH knows no key {key[:40]!r}")


def _next(rest: Iterator[Value], key: str) -> Value:
    try:
        return next(rest)
    except StopIteration:
        raise BadCommand(f"SEARCH {key}: its argument is missing") from None


def _among(view: View, sequence_set: str, *, by_uid: bool) -> Test:
    uids = {message.uid for _, message in view.chosen(sequence_set, by_uid=by_uid)}
    return lambda candidate: candidate[1].uid in uids


def _flag(flag: str, *, is_set: bool = True) -> Test:
    return lambda candidate: (flag in candidate[1].flags) is is_set


def _keyword(*, is_set: bool) -> Callable[[str], Test]:
    return lambda word: lambda candidate: (word.lower() in {flag.lower() for flag in candidate[1].flags}) is is_set


def _header(name: str) -> Callable[[str], Test]:
    """An empty text finds every mail that has the header."""

    def make(wanted: str) -> Test:
        return lambda candidate: any(
            key == name.lower() and wanted.casefold() in _readable(unfolded(field)).casefold()
            for key, field in fields(split_header(candidate[1].raw)[0])
        )

    return make


def _text(*, with_header: bool) -> Callable[[str], Test]:
    def make(wanted: str) -> Test:
        return lambda candidate: any(
            wanted.casefold() in passage.casefold() for passage in _passages(candidate[1].raw, with_header)
        )

    return make


def _received(compare: Callable[[date, date], bool]) -> Callable[[str], Test]:
    return lambda word: lambda candidate: compare(candidate[1].received_at.astimezone(UTC).date(), _day(word))


def _sent(compare: Callable[[date, date], bool]) -> Callable[[str], Test]:
    """By the Date header, whatever its clock and zone (RFC 3501)."""

    def make(word: str) -> Test:
        day = _day(word)

        def test(candidate: Numbered) -> bool:
            written = _date_header(candidate[1].raw)
            return written is not None and compare(written, day)

        return test

    return make


def _size(compare: Callable[[int, int], bool]) -> Callable[[str], Test]:
    return lambda word: lambda candidate: compare(len(candidate[1].raw), number(word))


def _day(word: str) -> date:
    try:
        return date.fromisoformat(numeric_date(word))
    except ValueError as error:
        raise BadCommand(f"{word[:40]!r} is no day of the calendar") from error


def _date_header(raw: bytes) -> date | None:
    for name, field in fields(split_header(raw)[0]):
        if name == "date":
            try:
                return parsedate_to_datetime(unfolded(field).decode("latin-1")).date()
            except (ValueError, TypeError):
                return None
    return None


def _passages(raw: bytes, with_header: bool) -> Iterator[str]:
    """The readable texts of a mail: what a person would expect to find."""
    if with_header:
        for _, field in fields(split_header(raw)[0]):
            yield _readable(field.replace(b"\r", b"").replace(b"\n", b""))
    for part in email.message_from_bytes(raw).walk():
        if part.get_content_maintype() == "text":
            yield _decoded(part)


def _decoded(part: Message) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    try:
        return octets.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return octets.decode("latin-1")


def _readable(value: bytes) -> str:
    """A header with its encoded words decoded, or as it stands where they are broken."""
    plain = value.decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(plain)))
    except (HeaderParseError, LookupError, ValueError):
        return plain


PLAIN: dict[str, Test] = {
    "ALL": lambda candidate: True,
    "NEW": lambda candidate: False,  # nothing is ever \\Recent here
    "RECENT": lambda candidate: False,
    "OLD": lambda candidate: True,
    **{flag.upper(): _flag(f"\\{flag}") for flag in ("Answered", "Deleted", "Draft", "Flagged", "Seen")},
    **{
        "UN" + flag.upper(): _flag(f"\\{flag}", is_set=False)
        for flag in ("Answered", "Deleted", "Draft", "Flagged", "Seen")
    },
}

WITH_ARGUMENT: dict[str, Callable[[str], Test]] = {
    **{name: _header(name) for name in ("BCC", "CC", "FROM", "SUBJECT", "TO")},
    "TEXT": _text(with_header=True),
    "BODY": _text(with_header=False),
    "KEYWORD": _keyword(is_set=True),
    "UNKEYWORD": _keyword(is_set=False),
    "BEFORE": _received(date.__lt__),
    "ON": _received(date.__eq__),
    "SINCE": _received(date.__ge__),
    "SENTBEFORE": _sent(date.__lt__),
    "SENTON": _sent(date.__eq__),
    "SENTSINCE": _sent(date.__ge__),
    "LARGER": _size(int.__gt__),
    "SMALLER": _size(int.__lt__),
}
