"""What does FETCH answer for one message (RFC 3501, sections 6.4.5 and 7.4.2)?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from daemon.embedded.embedded_mailboxes import StoredMessage
from daemon.embedded.imap_server.describe import envelope, structure
from daemon.embedded.imap_server.mime import Part, fields, parse, part_at
from daemon.embedded.imap_server.syntax import (
    BadCommand,
    Value,
    arguments,
    flag_list,
    internal_date,
    literal,
    number,
    words,
)

MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}


class Opened:
    """One message, taken apart only when an item asks for its parts."""

    def __init__(self, message: StoredMessage) -> None:
        self.message = message

    @cached_property
    def mail(self) -> Part:
        return parse(self.message.raw)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked for: the name it is answered under, and how."""

    name: str
    answer: Callable[[Opened], bytes]
    marks_seen: bool = False


#   asked for           answered with                                            and the message has been read
TABLE = {
    "FLAGS": Item("FLAGS", lambda opened: flag_list(opened.message.flags)),
    "UID": Item("UID", lambda opened: b"%d" % opened.message.uid),
    "INTERNALDATE": Item("INTERNALDATE", lambda opened: internal_date(opened.message.received_at)),
    "RFC822.SIZE": Item("RFC822.SIZE", lambda opened: b"%d" % len(opened.message.raw)),
    "ENVELOPE": Item("ENVELOPE", lambda opened: envelope(opened.mail)),
    "BODY": Item("BODY", lambda opened: structure(opened.mail, extended=False)),
    "BODYSTRUCTURE": Item("BODYSTRUCTURE", lambda opened: structure(opened.mail, extended=True)),
    "RFC822": Item("RFC822", lambda opened: literal(opened.message.raw), marks_seen=True),
    "RFC822.HEADER": Item("RFC822.HEADER", lambda opened: literal(opened.mail.header)),
    "RFC822.TEXT": Item("RFC822.TEXT", lambda opened: literal(opened.mail.body), marks_seen=True),
}


def wanted(asked: Value, *, by_uid: bool) -> list[Item]:
    """The items of a FETCH command; UID FETCH always answers the UID (section 6.4.8). Errors: BadCommand."""
    names = words(asked)
    if len(names) == 1:
        names = MACROS.get(names[0].upper(), names)
    items = [_item(name) for name in names]
    if by_uid and TABLE["UID"] not in items:
        items.insert(0, TABLE["UID"])
    return items


def answer(items: list[Item], message: StoredMessage) -> bytes:
    opened = Opened(message)
    return (
        b"("
        + b" ".join(item.name.encode("utf-8", "surrogateescape") + b" " + item.answer(opened) for item in items)
        + b")"
    )


def _item(name: str) -> Item:
    if known := TABLE.get(name.upper()):
        return known
    kind, bracket, rest = name.partition("[")
    section, closed, partial = rest.rpartition("]")
    if not bracket or not closed or kind.upper() not in ("BODY", "BODY.PEEK"):
        raise BadCommand(f"FETCH knows no item {name[:60]!r}")
    window = _window(partial)
    pick = _section(section)
    label = f"BODY[{section}]" + (f"<{window.start}>" if window else "")
    return Item(label, lambda opened: _cut(pick(opened), window), marks_seen=kind.upper() == "BODY")


def _window(partial: str) -> slice | None:
    """Of <0.1000>: from octet 0, 1000 octets."""
    if not partial:
        return None
    start, _, count = partial.removeprefix("<").removesuffix(">").partition(".")
    return slice(number(start), number(start) + number(count))


def _cut(octets: bytes | None, window: slice | None) -> bytes:
    if octets is None:
        return b"NIL"  # there is no such part
    return literal(octets[window] if window else octets)


def _section(section: str) -> Callable[[Opened], bytes | None]:
    """Of 1.2.HEADER.FIELDS (To Cc): where to look, and what to take there."""
    if not section:
        return lambda opened: opened.message.raw
    place, _, names = section.partition(" ")
    steps = place.upper().split(".")
    path = [int(step) for step in steps if step.isdecimal()]
    kind = ".".join(steps[len(path) :])
    take = _TAKE.get(kind)
    if not take or steps[: len(path)] != [str(step) for step in path] or (kind in ("", "MIME") and not path):
        raise BadCommand(f"there is no section {section[:60]!r}")
    listed = frozenset(name.lower() for value in arguments(names.encode()) for name in words(value))
    return lambda opened: _taken(opened.mail, path, kind, listed)


def _taken(mail: Part, path: list[int], kind: str, names: frozenset[str]) -> bytes | None:
    part = part_at(mail, path)
    if part and path and kind not in ("", "MIME"):
        part = part.inner  # HEADER and TEXT of a part are those of the mail inside it
    return _TAKE[kind](part, names) if part else None


def _some_fields(part: Part, names: frozenset[str], listed: bool) -> bytes:
    chosen = [field for name, field in fields(part.header) if (name in names) is listed]
    return b"".join(chosen) + b"\r\n"


_TAKE: dict[str, Callable[[Part, frozenset[str]], bytes]] = {
    "": lambda part, names: part.body,
    "MIME": lambda part, names: part.header,
    "HEADER": lambda part, names: part.header,
    "TEXT": lambda part, names: part.body,
    "HEADER.FIELDS": lambda part, names: _some_fields(part, names, True),
    "HEADER.FIELDS.NOT": lambda part, names: _some_fields(part, names, False),
}
