"""Which parts has a mail, octet for octet (RFC 2046)? As IMAP hands them out: nothing decoded, nothing repaired."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DEEPEST_NESTING = 30
MOST_PARTS = 1_000  # of one multipart; the rest stays text of the last one
_BLANK_LINE = re.compile(rb"\n\r?\n")
_TEXT = (b"text", b"plain")
_MESSAGE = (b"message", b"rfc822")

Parameters = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A mail, or one part of it."""

    raw: bytes
    header: bytes  # with the blank line
    body: bytes
    content_type: tuple[bytes, bytes]
    parameters: Parameters
    children: tuple[Part, ...] = ()  # of a multipart
    inner: Part | None = None  # the mail inside a message/rfc822

    def value(self, name: str) -> bytes | None:
        """The first header of this (lower-case) name on one line, None when it is absent."""
        return next(iter(self.values(name)), None)

    def values(self, name: str) -> list[bytes]:
        return [unfolded(field) for key, field in fields(self.header) if key == name]


def parse(raw: bytes, default: tuple[bytes, bytes] = _TEXT, depth: int = 0) -> Part:
    header, body = split_header(raw)
    content_type, parameters = _content_type(header, default)
    if depth < DEEPEST_NESTING and content_type[0].lower() == b"multipart":
        inside = _MESSAGE if content_type[1].lower() == b"digest" else _TEXT  # RFC 2046, section 5.1.5
        pieces = _split(body, dict(_lower_keys(parameters)).get(b"boundary", b""))
        children = tuple(parse(piece, inside, depth + 1) for piece in pieces)
        if children:
            return Part(raw, header, body, content_type, parameters, children)
        content_type, parameters = _TEXT, ()  # no part was found: to every client it is a text
    if depth < DEEPEST_NESTING and _lower(content_type) == _MESSAGE:
        return Part(raw, header, body, content_type, parameters, inner=parse(body, _TEXT, depth + 1))
    return Part(raw, header, body, content_type, parameters)


def part_at(mail: Part, path: Sequence[int]) -> Part | None:
    """Part 1.2 is the second child of the first; a mail without parts is its own part 1 (RFC 3501, 6.4.5)."""
    here, is_mail = mail, True
    for step in path:
        if not is_mail and here.inner:
            here, is_mail = here.inner, True
        if here.children and 1 <= step <= len(here.children):
            here, is_mail = here.children[step - 1], False
        elif is_mail and not here.children and step == 1:
            is_mail = False
        else:
            return None
    return here


def split_header(raw: bytes) -> tuple[bytes, bytes]:
    """The header with its blank line, and the body."""
    if raw.startswith((b"\n", b"\r\n")):
        end = raw.index(b"\n") + 1
    else:
        blank = _BLANK_LINE.search(raw)
        end = blank.end() if blank else len(raw)
    return raw[:end], raw[end:]


def fields(header: bytes) -> list[tuple[str, bytes]]:
    """Every header in order: lower-case name, and its lines as they stand."""
    found: list[tuple[str, bytearray]] = []
    for line in io.BytesIO(header):
        if line.startswith((b" ", b"\t")) and found:
            found[-1][1].extend(line)
        elif line.strip():
            found.append((line.partition(b":")[0].strip().lower().decode("latin-1"), bytearray(line)))
    return [(name, bytes(lines)) for name, lines in found]


def unfolded(field: bytes) -> bytes:
    return b" ".join(line.strip() for line in field.partition(b":")[2].split(b"\n")).strip()


def with_parameters(value: bytes) -> tuple[bytes, Parameters]:
    """`attachment; filename="a b.txt"` as its word and its parameters, encoded ones as they stand (RFC 2231)."""
    first, *rest = pieces(value, b";")
    pairs = (piece.partition(b"=") for piece in rest if b"=" in piece)
    return first.strip(), tuple((name.strip(), unquoted(setting.strip())) for name, _, setting in pairs)


def pieces(value: bytes, separator: bytes) -> list[bytes]:
    """Cut at a separator that stands neither in quotes nor in a comment (RFC 5322, section 3.2)."""
    found, start, in_quotes, comments, escaped = [], 0, False, 0, False
    for at, octet in enumerate(value):
        if escaped:
            escaped = False
        elif octet == 0x5C:  # backslash
            escaped = True
        elif octet == 0x22 and not comments:  # quotation mark
            in_quotes = not in_quotes
        elif in_quotes:
            continue
        elif octet == 0x28:  # (
            comments += 1
        elif octet == 0x29:  # )
            comments = max(0, comments - 1)
        elif octet == separator[0] and not comments:
            found.append(value[start:at])
            start = at + 1
    return [*found, value[start:]]


def unquoted(value: bytes) -> bytes:
    if len(value) < 2 or not (value.startswith(b'"') and value.endswith(b'"')):
        return value
    return re.sub(rb"\\(.)", rb"\1", value[1:-1], flags=re.DOTALL)


def _content_type(header: bytes, default: tuple[bytes, bytes]) -> tuple[tuple[bytes, bytes], Parameters]:
    for name, field in fields(header):
        if name == "content-type":
            word, parameters = with_parameters(unfolded(field))
            kind, slash, subtype = word.partition(b"/")
            return (
                ((kind.strip(), subtype.strip()), parameters) if slash and kind and subtype else (default, parameters)
            )
    return default, ()


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """What lies between the boundary lines; a mail cut off before the last one keeps its last part."""
    found: list[bytes] = []
    start: int | None = None
    for line_start, line_end, is_last in _boundary_lines(body, boundary):
        if start is not None:
            found.append(_without_line_end(body[start:line_start]))
        if is_last:
            return found
        start = line_end
        if len(found) == MOST_PARTS - 1:
            break
    return [*found, body[start:]] if start is not None else found


def _boundary_lines(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Start, end and "is it the closing one" of every line that is the boundary."""
    text, marker = b"\n" + body, b"\n--" + boundary  # so that the first line of the body is found like the others
    at = text.find(marker) if boundary else -1
    while at >= 0:
        line_end = body.find(b"\n", at) + 1 or len(body)
        rest = body[at + len(marker) - 1 : line_end].strip()
        if rest in (b"", b"--"):
            yield at, line_end, rest == b"--"
        at = text.find(marker, line_end)


def _without_line_end(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def _lower(pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    return pair[0].lower(), pair[1].lower()


def _lower_keys(parameters: Parameters) -> Parameters:
    return tuple((name.lower(), value) for name, value in parameters)
