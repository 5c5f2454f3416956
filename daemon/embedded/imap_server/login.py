"""Who is the client, and what can the server do (RFC 3501, sections 6.1 and 6.2)?"""

from __future__ import annotations

import base64
import binascii

from daemon.embedded.imap_server.session import Refused, Session
from daemon.embedded.imap_server.syntax import BadCommand, Value, text


async def capability(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.line.tell(b"CAPABILITY " + " ".join(session.capabilities).encode())
    return "OK that is all"


async def noop(session: Session, arguments: list[Value], by_uid: bool) -> str:
    return "OK nothing done"


async def logout(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.line.tell(b"BYE see you")
    session.leaving = True
    session.view = None
    return "OK logged out"


async def identify(session: Session, arguments: list[Value], by_uid: bool) -> str:
    session.line.tell(b'ID ("name" "Postcase demo")')  # RFC 2971
    return "OK pleased to meet you"


async def login(session: Session, arguments: list[Value], by_uid: bool) -> str:
    return _enter(session, text(arguments[0]), text(arguments[1]))


async def authenticate(session: Session, arguments: list[Value], by_uid: bool) -> str:
    """With the first answer in the command (SASL-IR, RFC 4959) or asked for."""
    mechanism = text(arguments[0]).upper()
    if mechanism not in MECHANISMS or not session.can(f"AUTH={mechanism}"):
        raise Refused(f"the mechanism {mechanism[:40]!r} is not offered")
    if len(arguments) > 1:
        answer = text(arguments[1])
    else:
        await session.line.prompt(b"")
        answer = (await session.line.read_line()).decode("ascii", "replace").strip()
    if answer == "*":
        raise BadCommand("the client gave up")
    try:
        return _enter(session, *MECHANISMS[mechanism](base64.b64decode(answer, validate=True).decode()))
    except (binascii.Error, ValueError) as error:
        raise BadCommand("the answer is not what the mechanism asks for, in base64") from error


def _plain(answer: str) -> tuple[str, str]:
    """RFC 4616: whom to act for (not used here), who, password."""
    _, user, password = answer.split("\0")
    return user, password


def _xoauth2(answer: str) -> tuple[str, str]:
    """user=...^Aauth=Bearer ...^A^A; the token we know is the password."""
    user, token, _, _ = answer.split("\1")
    return user.removeprefix("user="), token.removeprefix("auth=Bearer ")


def _enter(session: Session, user: str, password: str) -> str:
    if session.account:
        raise BadCommand(f"already logged in as {session.user}")
    session.account = session.mailboxes.log_in(user, password)
    if not session.account:
        raise Refused("[AUTHENTICATIONFAILED] no such user, or another password")  # RFC 5530
    return f"OK [CAPABILITY {' '.join(session.capabilities)}] welcome"


MECHANISMS = {"PLAIN": _plain, "XOAUTH2": _xoauth2}  # XOAUTH2 is offered only where a test adds AUTH=XOAUTH2
