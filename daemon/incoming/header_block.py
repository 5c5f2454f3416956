"""Which headers do these octets begin with, and where does the body start?"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Postfix takes 100 KB a header; what lies beyond these limits is in the raw mail, but no longer read.
FIELDS = 1_000
OCTETS = 256 * 1024
FIELD_OCTETS = 64 * 1024
LINES = 20_000

_NAME = re.compile(
    rb"([!-9;-~]{1,256})[ \t]*:"
)  # RFC 5322, sections 2.2 and 4.5: white space before the colon is old style


@dataclass(frozen=True, slots=True)
class Field:
    """One header: its lower-case name and its value as it came, unfolded."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    fields: tuple[Field, ...]
    body: int  # offset of the first octet after the empty line
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> bytes:
        return next((field.value for field in self.fields if field.name == name), b"")

    def all(self, name: str) -> tuple[bytes, ...]:
        return tuple(field.value for field in self.fields if field.name == name)


def read_headers(raw: bytes, start: int = 0, end: int | None = None) -> HeaderBlock:
    """The headers of raw[start:end]. Never raises: where a line is no header line, the body begins."""
    reading = _Reading()
    at, end = start, len(raw) if end is None else end
    while at < end:
        after = raw.find(b"\n", at, end) + 1 or end
        line = raw[at : min(after, at + FIELD_OCTETS)].rstrip(b"\r\n")
        if not line:
            return reading.block(after)
        if not reading.takes(line, first=at == start):
            return reading.block(at)
        at = after if reading.lines < LINES else _after_empty_line(raw, after, end)
    return reading.block(end)


def _after_empty_line(raw: bytes, at: int, end: int) -> int:
    """The offset of the empty line from where only that one is looked for."""
    found = [offset + 1 for offset in (raw.find(b"\n\n", at, end), raw.find(b"\n\r\n", at, end)) if offset >= 0]
    return min(found, default=end)


class _Reading:
    """The fields read so far, and how much more may come."""

    def __init__(self) -> None:
        self.lines = 0
        self._fields: list[tuple[str, list[bytes]]] = []
        self._current: list[bytes] | None = None  # where a continuation line goes
        self._room = OCTETS
        self._field_room = FIELD_OCTETS
        self._defects: dict[str, None] = {}

    def takes(self, line: bytes, *, first: bool) -> bool:
        """False when this line belongs to the body."""
        self.lines += 1
        if line[:1] in (b" ", b"\t"):
            self._continue(line)
        elif found := _NAME.match(line):
            self._begin(found.group(1).decode("ascii").lower(), line[found.end() :])
        elif line.startswith((b"From ", b">From ")):  # the separator of an mbox file
            if not first:
                self._defects["an mbox separator stands between the headers"] = None
        else:
            self._defects["the empty line between headers and body is missing"] = None
            return False
        if self.lines == LINES:
            self._defects[f"only the first {LINES} header lines are read"] = None
        return True

    def _begin(self, name: str, value: bytes) -> None:
        self._current, self._field_room = None, FIELD_OCTETS
        if len(self._fields) >= FIELDS:
            self._defects[f"only the first {FIELDS} headers are read"] = None
        elif self._fits(value):
            self._current = [value]
            self._fields.append((name, self._current))

    def _continue(self, line: bytes) -> None:
        if self._current is None:
            if not self._fields:
                self._defects["the first header line is a continuation"] = None
        elif line.strip() and self._fits(line):
            self._current.append(line)

    def _fits(self, octets: bytes) -> bool:
        self._room -= len(octets)
        self._field_room -= len(octets)
        if self._room >= 0 and self._field_room >= 0:
            return True
        self._defects[f"only {FIELD_OCTETS} octets of a header and {OCTETS} of all headers are read"] = None
        return False

    def block(self, body: int) -> HeaderBlock:
        fields = tuple(Field(name, b"".join(lines).strip(b" \t\r\n")) for name, lines in self._fields)
        return HeaderBlock(fields, body, tuple(self._defects))
