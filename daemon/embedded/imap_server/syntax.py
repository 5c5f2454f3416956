"""How does an IMAP client write a command, and how is an answer written (RFC 3501, sections 4 and 9)?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from imapclient import imap_utf7

Value = bytes | list["Value"]

DEEPEST_NESTING = 50
_ATOM = re.compile(rb"BODY(?:\.PEEK)?\[[^\]]*\][^ ()]*|[^ ()]+", re.IGNORECASE)  # BODY[HEADER.FIELDS (To Cc)]<0.99>
_LITERAL_AHEAD = re.compile(rb"\{(\d{1,20})(\+?)\}\r?\n\Z")
_QUOTABLE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]{0,4000}")  # RFC 3501: a quoted string has no CR, LF, NUL, 8-bit
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class BadCommand(Exception):
    """The client wrote something that is no IMAP: answered with BAD."""


def literal_ahead(line: bytes) -> tuple[int, bool] | None:
    """Size of the literal this line announces, and whether the client waits to be asked for it (RFC 7888)."""
    found = _LITERAL_AHEAD.search(line[-32:])
    return (int(found[1]), not found[2]) if found else None


def arguments(line: bytes) -> list[Value]:
    """The words of a command, parentheses as lists, literals in their place. Errors: BadCommand."""
    open_lists: list[list[Value]] = [[]]
    at = 0
    while at < len(line):
        match line[at : at + 1]:
            case b" ":
                at += 1
            case b"(":
                inner: list[Value] = []
                open_lists[-1].append(inner)
                open_lists.append(inner)
                at += 1
            case b")":
                open_lists.pop()
                at += 1
            case _:
                word, at = _word(line, at)
                open_lists[-1].append(word)
        if not 0 < len(open_lists) <= DEEPEST_NESTING:
            raise BadCommand("parentheses do not match, or lie too deep")
    if len(open_lists) != 1:
        raise BadCommand("a parenthesis is not closed")
    return open_lists[0]


def _word(line: bytes, at: int) -> tuple[bytes, int]:
    """One string or atom, and where the next begins."""
    if line.startswith(b'"', at):
        return _quoted(line, at + 1)
    if line.startswith(b"{", at):
        return _literal(line, at)
    if atom := _ATOM.match(line, at):
        return atom[0], atom.end()
    raise BadCommand(f"expected a word at octet {at}")


def _literal(line: bytes, at: int) -> tuple[bytes, int]:
    start = line.find(b"\n", at) + 1
    ahead = literal_ahead(line[at:start])
    if not ahead:
        raise BadCommand("a brace that begins no literal")
    return line[start : start + ahead[0]], start + ahead[0]


def _quoted(line: bytes, at: int) -> tuple[bytes, int]:
    value = bytearray()
    while at < len(line):
        if line[at : at + 1] == b'"':
            return bytes(value), at + 1
        if line[at : at + 1] == b"\\":
            at += 1
        value += line[at : at + 1]
        at += 1
    raise BadCommand("a quoted string is not closed")


def text(value: Value) -> str:
    if isinstance(value, list):
        raise BadCommand("expected a word, found a parenthesis")
    return value.decode("utf-8", "surrogateescape")


def words(value: Value) -> list[str]:
    """A list of plain words, written with or without its parentheses."""
    return [text(item) for item in value] if isinstance(value, list) else [text(value)]


def number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 10):
        raise BadCommand(f"expected a number, found {word[:40]!r}")
    return int(word)


def folder_name(value: Value) -> str:
    """Out of modified UTF-7 (RFC 3501, section 5.1.3); plain UTF-8 is understood as well."""
    if isinstance(value, list):
        raise BadCommand("expected a folder name, found a parenthesis")
    try:
        name = str(imap_utf7.decode(value)) if value.isascii() else value.decode()
        name.encode("utf-16")  # half a surrogate pair is no name
    except UnicodeError as error:
        raise BadCommand(f"{value[:80]!r} is no folder name in modified UTF-7") from error
    return name


def written_folder(name: str) -> bytes:
    return quoted(imap_utf7.encode(name))


def quoted(value: bytes) -> bytes:
    """As a quoted string, or as a literal where the value has octets that must not be quoted."""
    if _QUOTABLE.fullmatch(value):
        return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return literal(value)


def literal(value: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(value), value)


def quoted_or_nil(value: bytes | None) -> bytes:
    return b"NIL" if value is None else quoted(value)


def parenthesised(items: Sequence[bytes]) -> bytes:
    return b"(" + b" ".join(items) + b")"


def flag_list(flags: frozenset[str]) -> bytes:
    return parenthesised([flag.encode() for flag in sorted(flags)])


def uid_set(uids: Sequence[int]) -> str:
    """As in COPYUID: single numbers, so that both lists can be laid side by side (RFC 4315, section 3)."""
    return ",".join(map(str, uids))


def ranges(word: str, last: int) -> list[tuple[int, int]]:
    """Of a sequence set such as 1,4:7,9:*; the star is the last number in use, and 9:* may run downwards."""
    found = []
    for piece in word.split(","):
        first, colon, second = piece.partition(":")
        ends = [last if end == "*" else number(end) for end in (first, second if colon else first)]
        if 0 in ends and last:
            raise BadCommand(f"expected numbers from 1 up, found {piece!r}")
        found.append((min(ends), max(ends)))
    return found


def internal_date(moment: datetime) -> bytes:
    """17-Jul-1996 02:44:25 +0000; English months whatever the locale."""
    moment = moment.astimezone(UTC)
    return f'"{moment.day:2d}-{MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S} +0000"'.encode()


def date_and_time(word: str) -> datetime:
    """The reverse, in UTC."""
    day, _, clock = word.strip().partition(" ")
    try:
        return datetime.strptime(f"{numeric_date(day)} {clock}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCommand(f"expected a date such as 17-Jul-1996 02:44:25 +0000, found {word[:40]!r}") from error


def numeric_date(word: str) -> str:
    """1996-07-17 out of 17-Jul-1996."""
    day, _, rest = word.partition("-")
    month, _, year = rest.partition("-")
    if month.title() not in MONTHS or len(year) != 4 or len(day) > 2:
        raise BadCommand(f"expected a date such as 17-Jul-1996, found {word[:40]!r}")
    return f"{number(year):04d}-{MONTHS.index(month.title()) + 1:02d}-{number(day):02d}"
