"""What can a client do with the messages of a folder (RFC 3501, section 6.4)?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from daemon.embedded.embedded_mailboxes import Folder, StoredMessage
from daemon.embedded.imap_server.fetch import TABLE, Item, answer, wanted
from daemon.embedded.imap_server.folders import SYSTEM_FLAGS
from daemon.embedded.imap_server.search import UnknownCharset, search
from daemon.embedded.imap_server.session import Refused, Session
from daemon.embedded.imap_server.syntax import (
    BadCommand,
    Value,
    date_and_time,
    flag_list,
    folder_name,
    text,
    uid_set,
    words,
)
from daemon.embedded.imap_server.view import View

DELETED = "\\Deleted"
SEEN = "\\Seen"
_FLAG = re.compile(r'\\?[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+')  # an atom, perhaps with a backslash before it
_SPELLING = {flag.lower(): flag for flag in SYSTEM_FLAGS}


async def fetch(session: Session, arguments: list[Value], by_uid: bool) -> str:
    view = session.opened
    items = wanted(arguments[1], by_uid=by_uid)
    for number, message in view.chosen(text(arguments[0]), by_uid=by_uid):
        session.line.tell(b"%d FETCH %b" % (number, _answer(view, items, message)))
        await session.line.flush()
    return "OK fetched"


def _answer(view: View, items: list[Item], message: StoredMessage) -> bytes:
    """A message whose text was asked for has been read, and the client is told so (RFC 3501, section 6.4.5)."""
    reads = any(item.marks_seen for item in items) and not view.read_only and view.folder.message(message.uid)
    if reads and SEEN not in message.flags:
        message = view.folder.set_flags(message.uid, message.flags | {SEEN})
        if TABLE["FLAGS"] not in items:
            items = [*items, TABLE["FLAGS"]]
    if TABLE["FLAGS"] in items:
        view.heard(message)
    return answer(items, message)


async def find(session: Session, arguments: list[Value], by_uid: bool) -> str:
    try:
        found = search(session.opened, arguments)
    except UnknownCharset:
        raise Refused("[BADCHARSET (US-ASCII UTF-8)] search in UTF-8") from None
    numbers = [message.uid if by_uid else number for number, message in found]
    session.line.tell(" ".join(["SEARCH", *map(str, numbers)]).encode())
    return "OK searched"


async def store(session: Session, arguments: list[Value], by_uid: bool) -> str:
    view = session.writable
    operation, _, silent = text(arguments[1]).upper().partition(".")
    if operation not in _CHANGE or silent not in ("", "SILENT"):
        raise BadCommand(f"expected FLAGS, +FLAGS or -FLAGS, perhaps with .SILENT, found {operation[:40]!r}")
    given = _flags(arguments[2:])
    for number, message in view.chosen(text(arguments[0]), by_uid=by_uid):
        message = view.folder.set_flags(message.uid, _CHANGE[operation](message.flags, given))
        view.heard(message)
        if not silent:
            uid = b"UID %d " % message.uid if by_uid else b""
            session.line.tell(b"%d FETCH (%bFLAGS %b)" % (number, uid, flag_list(message.flags)))
    return "OK stored"


_CHANGE = {
    "FLAGS": lambda old, given: given,
    "+FLAGS": lambda old, given: old | given,
    "-FLAGS": lambda old, given: old - given,
}


async def copy(session: Session, arguments: list[Value], by_uid: bool) -> str:
    target = session.folder(folder_name(arguments[1]), "TRYCREATE")
    originals = _chosen(session.opened, arguments[0], by_uid)
    return f"OK {_copied(session, originals, target)}copied"


async def move(session: Session, arguments: list[Value], by_uid: bool) -> str:
    """RFC 6851: the copies' UIDs first, then the expunges; nobody sees a mail in both places or in none."""
    view = session.writable
    target = session.folder(folder_name(arguments[1]), "TRYCREATE")
    with session.mailboxes.bell.changing():
        originals = _chosen(view, arguments[0], by_uid)
        code = _copied(session, originals, target)
        view.folder.remove([message.uid for message in originals])
    if code:
        session.line.tell(f"OK {code}moved".encode())
    return "OK moved"


def _chosen(view: View, sequence_set: Value, by_uid: bool) -> list[StoredMessage]:
    return [message for _, message in view.chosen(text(sequence_set), by_uid=by_uid)]


def _copied(session: Session, originals: list[StoredMessage], target: Folder) -> str:
    """The response code with the old and new UIDs (RFC 4315), "" when there is nothing to tell."""
    with session.mailboxes.bell.changing():
        copies = [target.add(message.raw, message.flags, message.received_at) for message in originals]
    if not copies or not session.can("UIDPLUS"):
        return ""
    uids = [uid_set([message.uid for message in pile]) for pile in (originals, copies)]
    return f"[COPYUID {target.uid_validity} {uids[0]} {uids[1]}] "


async def append(session: Session, arguments: list[Value], by_uid: bool) -> str:
    """Folder, perhaps flags, perhaps a date, and the mail."""
    name, *options, raw = arguments
    if isinstance(raw, list):
        raise BadCommand("expected a mail at the end of APPEND")
    target = session.folder(folder_name(name), "TRYCREATE")
    flags = _flags([option for option in options if isinstance(option, list)])
    dates = [date_and_time(text(option)) for option in options if not isinstance(option, list)]
    message = target.add(raw, flags, dates[0] if dates else session.mailboxes.now())
    code = f"[APPENDUID {target.uid_validity} {message.uid}] " if session.can("UIDPLUS") else ""
    return f"OK {code}appended"


async def expunge(session: Session, arguments: list[Value], by_uid: bool) -> str:
    """UID EXPUNGE touches the UIDs it names only (RFC 4315, section 2.1)."""
    view = session.writable
    if by_uid and not arguments:
        raise BadCommand("UID EXPUNGE: which UIDs?")
    candidates = _chosen(view, arguments[0], True) if by_uid else [message for _, message in view.messages()]
    _remove_deleted(view, candidates)
    return "OK expunged"


async def close(session: Session, arguments: list[Value], by_uid: bool) -> str:
    view, session.view = session.opened, None
    if not view.read_only:
        _remove_deleted(view, [message for _, message in view.messages()])
    return "OK closed"


async def unselect(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.view = None
    return "OK closed, nothing expunged"  # RFC 3691


async def idle(session: Session, arguments: list[Value], by_uid: bool) -> str:
    """Tell every change as it happens, until the client says DONE (RFC 2177)."""
    await session.line.prompt(b"idling")
    said = asyncio.ensure_future(session.line.read_line())
    said.add_done_callback(lambda _: session.changed.set())
    try:
        while not said.done():
            session.changed.clear()
            session.tell_news(may_expunge=True)
            await session.line.flush()
            await session.changed.wait()
    finally:
        said.cancel()
    if said.result().strip().upper() != b"DONE":
        raise BadCommand("expected DONE at the end of IDLE")
    return "OK woke up"


def _remove_deleted(view: View, candidates: Iterable[StoredMessage]) -> None:
    doomed = [message.uid for message in candidates if DELETED in message.flags]
    if doomed:
        view.folder.remove(doomed)


def _flags(values: list[Value]) -> frozenset[str]:
    """System flags in their usual spelling; anybody may invent keywords, nobody sets \\Recent."""
    given = [flag for value in values for flag in words(value)]
    for flag in given:
        if not _FLAG.fullmatch(flag):
            raise BadCommand(f"expected a flag, found {flag[:40]!r}")
    return frozenset(_SPELLING.get(flag.lower(), flag) for flag in given if flag.lower() != "\\recent")
