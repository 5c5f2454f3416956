"""What can a client do with whole folders (RFC 3501, section 6.3)?"""

from __future__ import annotations

from daemon.embedded.embedded_mailboxes import DELIMITER, INBOX, Folder
from daemon.embedded.imap_server.session import Refused, Session
from daemon.embedded.imap_server.syntax import (
    BadCommand,
    Value,
    flag_list,
    folder_name,
    parenthesised,
    words,
    written_folder,
)
from daemon.embedded.imap_server.view import View

SYSTEM_FLAGS = frozenset({"\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"})
SPECIAL_USE = {
    "Sent": b"\\Sent",
    "Drafts": b"\\Drafts",
    "Trash": b"\\Trash",
    "Junk": b"\\Junk",
    "Archive": b"\\Archive",
}


async def namespace(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.line.tell(b'NAMESPACE (("" "%b")) NIL NIL' % DELIMITER.encode())  # RFC 2342
    return "OK everything is yours"


async def list_all(session: Session, arguments: list[Value], by_uid: bool) -> str:
    """LIST, also with the options of RFC 5258 before the reference that clients send for special folders."""
    if isinstance(arguments[0], list) and len(arguments) < 3:
        raise BadCommand("LIST: which folders?")
    options = {option.upper() for option in words(arguments[0])} if isinstance(arguments[0], list) else set()
    reference, pattern = (arguments[1:] if isinstance(arguments[0], list) else arguments)[:2]
    if pattern == b"":  # asks for the delimiter only
        session.line.tell(b'LIST (\\Noselect) "%b" ""' % DELIMITER.encode())
        return "OK that is the delimiter"
    for name in _fitting(session, folder_name(reference), pattern):
        attributes = _attributes(session, name)
        wanted = ("SUBSCRIBED" not in options or name in session.person.subscribed) and (
            "SPECIAL-USE" not in options or any(special in attributes for special in SPECIAL_USE.values())
        )
        if wanted:
            _tell_folder(session, b"LIST", attributes, name)
    return "OK these are your folders"


async def list_subscribed(session: Session, arguments: list[Value], by_uid: bool) -> str:
    for name in sorted(session.person.subscribed):
        if _fits(name, _pattern(folder_name(arguments[0]), arguments[1])):
            _tell_folder(session, b"LSUB", [], name)
    return "OK these are your subscriptions"


async def subscribe(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.person.subscribed.add(_plain_name(arguments[0]))
    return "OK subscribed"


async def unsubscribe(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.person.subscribed.discard(_plain_name(arguments[0]))
    return "OK unsubscribed"


async def create(session: Session, arguments: list[Value], by_uid: bool) -> str:
    name = _plain_name(arguments[0])
    if session.person.folder(name):
        raise Refused(f"[ALREADYEXISTS] there is a folder {name!r}")
    if not all(name.split(DELIMITER)):
        raise Refused(f"[CANNOT] {name!r} is no name for a folder")
    session.person.create(name)
    return "OK created"


async def delete(session: Session, arguments: list[Value], by_uid: bool) -> str:
    name = _plain_name(arguments[0])
    session.folder(name)
    if name.upper() == INBOX:
        raise Refused("[CANNOT] INBOX stays")
    session.person.delete(name)
    return "OK deleted"


async def rename(session: Session, arguments: list[Value], by_uid: bool) -> str:
    old, new = _plain_name(arguments[0]), _plain_name(arguments[1])
    session.folder(old)
    if session.person.folder(new):
        raise Refused(f"[ALREADYEXISTS] there is a folder {new!r}")
    if not all(new.split(DELIMITER)) or new.startswith(old + DELIMITER):
        raise Refused(f"[CANNOT] {old!r} cannot become {new!r}")
    session.person.rename(old, new)
    return "OK renamed"


async def status(session: Session, arguments: list[Value], by_uid: bool) -> str:
    name = _plain_name(arguments[0])
    numbers = _numbers(session.folder(name))
    asked = [item.upper() for item in words(arguments[1]) if item.upper() in numbers]
    listed = parenthesised([f"{item} {numbers[item]}".encode() for item in asked])
    session.line.tell(b"STATUS %b %b" % (written_folder(name), listed))
    return "OK that is all"


async def select(session: Session, arguments: list[Value], by_uid: bool) -> str:
    return _open(session, arguments[0], read_only=False)


async def examine(session: Session, arguments: list[Value], by_uid: bool) -> str:
    return _open(session, arguments[0], read_only=True)


def _open(session: Session, name: Value, *, read_only: bool) -> str:
    session.view = None  # RFC 3501, section 6.3.1: even a SELECT that fails closes the folder
    folder = session.folder(_plain_name(name))
    session.view = view = View(folder, read_only=read_only)
    messages = view.messages()
    flags = SYSTEM_FLAGS.union(*(message.flags for _, message in messages))
    session.line.tell(b"FLAGS " + flag_list(flags))
    session.line.tell(b"OK [PERMANENTFLAGS %b] kept" % (b"()" if read_only else flag_list(flags | {"\\*"})))
    session.line.tell(b"%d EXISTS" % len(messages))
    session.line.tell(b"0 RECENT")
    unseen = next((number for number, message in messages if "\\Seen" not in message.flags), None)
    if unseen:
        session.line.tell(b"OK [UNSEEN %d] first unread" % unseen)
    session.line.tell(b"OK [UIDVALIDITY %d] UIDs valid" % folder.uid_validity)
    session.line.tell(b"OK [UIDNEXT %d] next UID" % folder.next_uid)
    return "OK [READ-ONLY] opened" if read_only else "OK [READ-WRITE] opened"


def _numbers(folder: Folder) -> dict[str, int]:
    messages = folder.messages()
    return {
        "MESSAGES": len(messages),
        "RECENT": 0,
        "UIDNEXT": folder.next_uid,
        "UIDVALIDITY": folder.uid_validity,
        "UNSEEN": sum("\\Seen" not in message.flags for message in messages),
    }


def _plain_name(value: Value) -> str:
    name = folder_name(value)
    return INBOX if name.upper() == INBOX else name.removesuffix(DELIMITER)


def _tell_folder(session: Session, kind: bytes, attributes: list[bytes], name: str) -> None:
    written = (kind, parenthesised(attributes), DELIMITER.encode(), written_folder(name))
    session.line.tell(b'%b %b "%b" %b' % written)


def _attributes(session: Session, name: str) -> list[bytes]:
    folders = session.person.folders
    has_children = any(other.startswith(name + DELIMITER) for other in folders)
    attributes = [b"\\HasChildren" if has_children else b"\\HasNoChildren"]  # RFC 3348
    if name not in folders:
        attributes.append(b"\\Noselect")  # only its children are left
    if name in SPECIAL_USE and session.can("SPECIAL-USE"):
        attributes.append(SPECIAL_USE[name])  # RFC 6154
    return attributes


def _fitting(session: Session, reference: str, pattern: Value) -> list[str]:
    """Folders, and levels above folders, whose name fits; INBOX first."""
    levels = {
        DELIMITER.join(parts[:depth])
        for parts in (name.split(DELIMITER) for name in session.person.folders)
        for depth in range(1, len(parts) + 1)
    }
    patterns = [_pattern(reference, one) for one in (pattern if isinstance(pattern, list) else [pattern])]
    fitting = [name for name in levels if any(_fits(name, one) for one in patterns)]
    return sorted(fitting, key=lambda name: (name != INBOX, name))


def _pattern(reference: str, value: Value) -> str:
    pattern = reference + folder_name(value)
    return INBOX + pattern[len(INBOX) :] if pattern.upper().startswith(INBOX) else pattern


def _fits(name: str, pattern: str) -> bool:
    """`*` stands for anything, `%` for anything within one level; all ways at once, so no pattern is slow."""
    places = _past_wildcards({0}, pattern)
    for letter in name:
        stayed = {
            at for at in places if pattern[at : at + 1] == "*" or (pattern[at : at + 1] == "%" and letter != DELIMITER)
        }
        passed = {at + 1 for at in places if pattern[at : at + 1] == letter}
        places = _past_wildcards(stayed | passed, pattern)
    return len(pattern) in places


def _past_wildcards(places: set[int], pattern: str) -> set[int]:
    reached = set(places)
    for at in places:
        while pattern[at : at + 1] in ("*", "%"):
            at += 1
            reached.add(at)
    return reached
