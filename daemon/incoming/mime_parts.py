"""Of which parts is this mail made? The MIME tree (RFC 2045, RFC 2046), read without copying and within limits.

The standard library's parser is not used: it takes time by depth and number of lines together, and a mail made for that
purpose keeps it busy for minutes. This one looks for each boundary once, and stops at DEPTH and PARTS.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.incoming.header_block import HeaderBlock, read_headers
from daemon.incoming.header_text import decode_base64
from daemon.incoming.mime_parameters import Statement, read_statement
from daemon.incoming.uuencoded_files import take_out_files

DEPTH = 50
PARTS = 1_000
LONGEST_LINE = 998  # RFC 5322, section 2.1.1


_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")  # RFC 6838, section 4.2


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the tree. A leaf has content; a multipart has parts."""

    headers: HeaderBlock
    content_type: str
    kind: Statement
    disposition: Statement
    raw: bytes  # the whole mail; this part's body is raw[start:end]
    start: int
    end: int
    parts: tuple[Part, ...] = ()

    @property
    def is_multipart(self) -> bool:
        return bool(self.parts)

    @property
    def file_name(self) -> str:
        return self.disposition.parameters.get("filename") or self.kind.parameters.get("name", "")

    def content(self) -> bytes:
        """The octets as they were before they were packed for transport."""
        encoding = self.headers.first("content-transfer-encoding").split(b";")[0].strip(b" \t\"'").lower()
        octets = self.raw[self.start : self.end]
        return _UNPACK[encoding](octets) if encoding in _UNPACK else octets

    def leaves(self) -> Iterator[Part]:
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(slots=True)
class _Limits:
    """What one mail may still have."""

    parts: int = PARTS
    defects: dict[str, None] = field(default_factory=dict)


def read_parts(raw: bytes, headers: HeaderBlock) -> tuple[Part, tuple[str, ...]]:
    """The tree of a mail whose headers are read already, and what was wrong with it."""
    limits = _Limits()
    tree = _part(raw, headers, len(raw), "text/plain", limits, depth=0)
    return tree, tuple(limits.defects)


def _part(raw: bytes, headers: HeaderBlock, end: int, default_type: str, limits: _Limits, depth: int) -> Part:
    kind = read_statement(headers.first("content-type"))
    disposition = read_statement(headers.first("content-disposition"))
    content_type = _content_type(kind.value, default_type)
    leaf = Part(headers, content_type, kind, disposition, raw, headers.body, end)
    if not content_type.startswith("multipart/"):
        return leaf
    parts = _children(leaf, limits, depth)
    if parts:
        return Part(headers, content_type, kind, disposition, raw, headers.body, end, parts)
    limits.defects["a multipart without its boundary is read as text"] = None  # a bounce cut off by the mail server
    return Part(headers, "text/plain", kind, disposition, raw, headers.body, end)


def _content_type(stated: str, default_type: str) -> str:
    """RFC 2045, section 5.2: text/plain where nothing, or nothing readable, is stated."""
    if stated in ("text", "plain", "text/"):
        return "text/plain"
    if stated == "html":
        return "text/html"
    if _TYPE.fullmatch(stated):
        return stated
    return "application/octet-stream" if stated else default_type


def _children(parent: Part, limits: _Limits, depth: int) -> tuple[Part, ...]:
    if depth >= DEPTH:
        limits.defects[f"parts nested deeper than {DEPTH} levels are kept as text"] = None
        return ()
    default_type = "message/rfc822" if parent.content_type == "multipart/digest" else "text/plain"
    children = []
    for start, end in _between_boundaries(parent, limits):
        if limits.parts <= 0:
            limits.defects[f"only the first {PARTS} parts are read"] = None
            break
        limits.parts -= 1
        headers = read_headers(parent.raw, start, end)
        children.append(_part(parent.raw, headers, end, default_type, limits, depth + 1))
    return tuple(children)


def _between_boundaries(parent: Part, limits: _Limits) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end (RFC 2046, section 5.1.1): the line end before a boundary is the boundary's."""
    boundary = parent.kind.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
    delimiter = b"--" + (boundary or _guessed_boundary(parent))
    start = None
    for at, after, closes in _boundary_lines(parent, delimiter):
        if start is not None:
            yield start, _without_line_end(parent.raw, start, at)
        start = None if closes else after
        if closes:
            return
    if start is not None:
        limits.defects["the closing boundary is missing"] = None
        yield start, parent.end


def _guessed_boundary(parent: Part) -> bytes:
    """The first line that looks like a boundary, where none is named."""
    first = parent.raw.find(b"--", parent.start, min(parent.end, parent.start + 4096))
    return parent.raw[first + 2 : first + 202].split(b"\n")[0].strip() if first >= 0 else b"\0"


def _boundary_lines(parent: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each boundary line: its offset, the offset after it, and whether it closes the multipart."""
    raw, at = parent.raw, parent.start
    if not raw.startswith(delimiter, at, parent.end):
        at = raw.find(b"\n" + delimiter, at, parent.end) + 1
    while at > 0:
        after = raw.find(b"\n", at, parent.end) + 1 or parent.end
        rest = raw[at + len(delimiter) : min(after, at + LONGEST_LINE)].strip()
        if rest in (b"", b"--"):
            yield at, after, rest == b"--"
        at = raw.find(b"\n" + delimiter, after - 1, parent.end) + 1


def _without_line_end(raw: bytes, start: int, end: int) -> int:
    for line_end in (b"\r\n", b"\n"):
        if raw.endswith(line_end, start, end):
            return end - len(line_end)
    return end


def _from_quoted_printable(octets: bytes) -> bytes:
    if b" \n" in octets or b" \r\n" in octets or b"\t\n" in octets:  # RFC 2045, section 6.7 (3): added on the way
        octets = b"\n".join(line.rstrip(b" \t\r") for line in octets.split(b"\n"))
    return binascii.a2b_qp(octets)


def _from_uuencode(octets: bytes) -> bytes:
    _, files = take_out_files(octets)
    return files[0].data if files else octets


_UNPACK = {
    b"base64": decode_base64,
    b"quoted-printable": _from_quoted_printable,
    b"x-uuencode": _from_uuencode,
    b"x-uue": _from_uuencode,
    b"uuencode": _from_uuencode,
}
