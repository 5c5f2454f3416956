"""Which commands does the server know, and when may each be given (RFC 3501, section 6)?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

from daemon.embedded.imap_server import folders, login, messages
from daemon.embedded.imap_server.session import Session
from daemon.embedded.imap_server.syntax import BadCommand, Value

CAPABILITIES = (
    "IMAP4rev1",
    "AUTH=PLAIN",
    "SASL-IR",
    "LITERAL+",
    "ID",
    "NAMESPACE",
    "CHILDREN",
    "SPECIAL-USE",
    "UNSELECT",
    "UIDPLUS",
    "MOVE",
    "IDLE",
)


class Stage(IntEnum):
    """How far a client must have come."""

    CONNECTED = 0
    LOGGED_IN = 1
    FOLDER_OPEN = 2


@dataclass(frozen=True, slots=True)
class Command:
    obey: Callable[[Session, list[Value], bool], Awaitable[str]]
    stage: Stage
    least: int = 0  # arguments
    capability: str = ""  # unknown to a server without it
    has_uid_form: bool = False

    async def run(self, session: Session, arguments: list[Value], by_uid: bool) -> str:
        """The tagged answer. Errors: BadCommand, Refused."""
        if len(arguments) < self.least:
            raise BadCommand(f"expected {self.least} arguments, found {len(arguments)}")
        return await self.obey(session, arguments, by_uid)


def command(name: str, session: Session, *, by_uid: bool) -> Command:
    """Errors: BadCommand, when there is no such command, or not now."""
    found = TABLE.get(name)
    if not found or (found.capability and not session.can(found.capability)) or (by_uid and not found.has_uid_form):
        raise BadCommand(f"unknown command {name[:40]!r}")
    if by_uid and name == "EXPUNGE" and not session.can("UIDPLUS"):
        raise BadCommand("unknown command 'UID EXPUNGE'")
    if found.stage > _stage(session):
        raise BadCommand(f"{name} needs a {'login' if not session.account else 'selected folder'} first")
    return found


def _stage(session: Session) -> Stage:
    if session.view:
        return Stage.FOLDER_OPEN
    return Stage.LOGGED_IN if session.account else Stage.CONNECTED


# fmt: off
TABLE = {
    # command               does                      may be given        arguments  capability  also as UID ...
    "CAPABILITY":   Command(login.capability,         Stage.CONNECTED),
    "NOOP":         Command(login.noop,               Stage.CONNECTED),
    "LOGOUT":       Command(login.logout,             Stage.CONNECTED),
    "ID":           Command(login.identify,           Stage.CONNECTED,    0,         "ID"),
    "LOGIN":        Command(login.login,              Stage.CONNECTED,    2),
    "AUTHENTICATE": Command(login.authenticate,       Stage.CONNECTED,    1),
    "NAMESPACE":    Command(folders.namespace,        Stage.LOGGED_IN,    0,         "NAMESPACE"),
    "LIST":         Command(folders.list_all,         Stage.LOGGED_IN,    2),
    "LSUB":         Command(folders.list_subscribed,  Stage.LOGGED_IN,    2),
    "SUBSCRIBE":    Command(folders.subscribe,        Stage.LOGGED_IN,    1),
    "UNSUBSCRIBE":  Command(folders.unsubscribe,      Stage.LOGGED_IN,    1),
    "CREATE":       Command(folders.create,           Stage.LOGGED_IN,    1),
    "DELETE":       Command(folders.delete,           Stage.LOGGED_IN,    1),
    "RENAME":       Command(folders.rename,           Stage.LOGGED_IN,    2),
    "STATUS":       Command(folders.status,           Stage.LOGGED_IN,    2),
    "SELECT":       Command(folders.select,           Stage.LOGGED_IN,    1),
    "EXAMINE":      Command(folders.examine,          Stage.LOGGED_IN,    1),
    "APPEND":       Command(messages.append,          Stage.LOGGED_IN,    2),
    "IDLE":         Command(messages.idle,            Stage.LOGGED_IN,    0,         "IDLE"),
    "CHECK":        Command(login.noop,               Stage.FOLDER_OPEN),
    "CLOSE":        Command(messages.close,           Stage.FOLDER_OPEN),
    "UNSELECT":     Command(messages.unselect,        Stage.FOLDER_OPEN,  0,         "UNSELECT"),
    "EXPUNGE":      Command(messages.expunge,         Stage.FOLDER_OPEN,  0,         "",         True),
    "SEARCH":       Command(messages.find,            Stage.FOLDER_OPEN,  1,         "",         True),
    "FETCH":        Command(messages.fetch,           Stage.FOLDER_OPEN,  2,         "",         True),
    "STORE":        Command(messages.store,           Stage.FOLDER_OPEN,  3,         "",         True),
    "COPY":         Command(messages.copy,            Stage.FOLDER_OPEN,  2,         "",         True),
    "MOVE":         Command(messages.move,            Stage.FOLDER_OPEN,  2,         "MOVE",     True),
}
# fmt: on
