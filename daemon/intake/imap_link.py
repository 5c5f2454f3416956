"""What do we ask of one mailbox? Select, search, fetch, move: commands over one connection, answers or plain errors.

UIDs only: sequence numbers shift under our feet, and \\Seen belongs to the people who read along.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import imapclient

from daemon.config.settings import Mailbox
from daemon.deadline import GOODBYE_SECONDS, PATIENCE, SLOWEST
from daemon.errors import LinkDown
from daemon.intake.imap_dial import NO_IMAP, dial, hang_up, said, seconds_of
from daemon.intake.imap_watch import WatchfulClient

FILED_MARK = "$PostcaseFiled"
QUARANTINED_MARK = "$PostcaseQuarantined"
DEMO_MARK = "X-POSTCASE-DEMO"  # a capability of the mail server of `postcase demo`
CLOCK_MAIL = b"Subject: What time is it?\r\n\r\nLeft by Postcase, to be removed at once.\r\n"
CLOCK_FLAGS = (imapclient.DELETED, imapclient.SEEN, FILED_MARK)


class Refused(LinkDown):
    """The server said NO or BAD to one command; the link itself is well."""


@dataclass(frozen=True, slots=True)
class Selected:
    """What SELECT says of a folder; two equal ones mean that nothing came or went in between."""

    uidvalidity: int
    uidnext: int  # 0: the server does not say
    exists: int
    keeps_marks: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be known of a mail without reading it."""

    size: int
    at: datetime | None  # INTERNALDATE; None when the server sends none that can be read


class ImapLink:
    """One connection to one mailbox, for one thread. Every method: LinkDown when the link is dead, Refused on a NO."""

    def __init__(self, mailbox: Mailbox) -> None:
        """Connect and log in. Errors: LoginRefused, LinkDown, ConfigError."""
        self._mailbox = mailbox
        self._client: WatchfulClient = dial(mailbox)
        self._patience = PATIENCE * seconds_of(mailbox)
        try:
            self._learn()
        except BaseException:
            hang_up(self._client)
            raise

    def _learn(self) -> None:
        with self._operation("CAPABILITY"):
            self._offered = frozenset(self._client.capabilities())
        with self._operation("LIST"):
            self._delimiter, self._prefix = self._hierarchy()

    @property
    def can_idle(self) -> bool:
        return b"IDLE" in self._offered

    @property
    def can_move(self) -> bool:
        return b"MOVE" in self._offered

    @property
    def can_remove(self) -> bool:
        """Can a mail be taken out of the folder without touching what others have marked as deleted?"""
        return self.can_move or b"UIDPLUS" in self._offered

    @property
    def is_a_demo(self) -> bool:
        return DEMO_MARK.encode() in self._offered

    @property
    def means(self) -> str:
        """What the server offers of what we can use, for the log."""
        return ", ".join(name for name in ("IDLE", "MOVE", "UIDPLUS") if name.encode() in self._offered) or "plain IMAP"

    def __enter__(self) -> ImapLink:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            with contextlib.suppress(LinkDown), self._operation("LOGOUT", GOODBYE_SECONDS):  # a courtesy, no duty
                self._client.logout()
        hang_up(self._client)

    def cut(self) -> None:
        """End whatever is under way on the link with LinkDown; for other threads than the one that uses it."""
        self._client.deadline.cut()

    # Folders

    def path(self, name: str) -> str:
        """The folder's name on this server: "/" in the configuration is the server's own delimiter."""
        if name.upper() == "INBOX":  # RFC 9051, section 5.1
            return "INBOX"
        path = name.replace("/", self._delimiter) if self._delimiter else name
        return path if path.startswith(self._prefix) else self._prefix + path

    def has_folder(self, name: str) -> bool:
        with self._operation(f"LIST {name}"):
            return bool(self._client.list_folders("", self.path(name)))

    def create_folder(self, name: str) -> None:
        with self._operation(f"CREATE {name}"):
            self._client.create_folder(self.path(name))
        with self._operation(f"SUBSCRIBE {name}"):  # else most mail programs do not show it
            self._client.subscribe_folder(self.path(name))

    def select(self) -> Selected:
        """A fresh view of the mailbox's folder."""
        with self._operation(f"SELECT {self._mailbox.folder}"):
            answer = self._client.select_folder(self.path(self._mailbox.folder))
        return Selected(
            uidvalidity=answer.get(b"UIDVALIDITY", 0),
            uidnext=answer.get(b"UIDNEXT", 0),
            exists=answer.get(b"EXISTS", 0),
            keeps_marks=rb"\*" in answer.get(b"PERMANENTFLAGS", ()),
        )

    # Mails

    def unmarked(self, first: int) -> list[int]:
        """UIDs from `first` on that do not bear our mark, ascending."""
        return self._search("UID", f"{first}:*", "UNKEYWORD", FILED_MARK, "UNKEYWORD", QUARANTINED_MARK, first=first)

    def everything(self) -> list[int]:
        return self._search("ALL")

    def marked(self, mark: str) -> list[int]:
        return self._search("KEYWORD", mark)

    def outlines(self, uids: Collection[int]) -> dict[int, Outline]:
        """Size and date of each mail that is still there."""
        answer = self._fetch(uids, ["RFC822.SIZE", "INTERNALDATE"], self._patience)
        return {uid: Outline(_number(item.get(b"RFC822.SIZE")), _utc(item)) for uid, item in answer.items()}

    def bodies(self, uids: Collection[int], size: int) -> dict[int, bytes]:
        """The raw mails; one that was deleted meanwhile is absent. `size`: octets to expect in all."""
        answer = self._fetch(uids, ["BODY.PEEK[]"], self._patience + size / SLOWEST)
        bodies = {uid: item.get(b"BODY[]") for uid, item in answer.items()}
        return {uid: body for uid, body in bodies.items() if isinstance(body, bytes)}

    def headers_since(self, folder: str, since: datetime, most: int) -> list[tuple[datetime, bytes]]:
        """When mails came that lie in this folder, and their headers: of the newest ones those that came after `since`.

        Another folder than the mailbox's is selected afterwards.
        """
        with self._operation(f"EXAMINE {folder}"):
            self._client.select_folder(self.path(folder), readonly=True)
        uids = self._search("SINCE", (since - timedelta(days=1)).date())[-most:]  # the server's days may be others
        dates = {uid: outline.at for uid, outline in self.outlines(uids).items()}
        late = [uid for uid, at in dates.items() if at and at > since]
        answer = self._fetch(late, ["BODY.PEEK[HEADER]"], self._patience)
        return [(at, bytes(item.get(b"BODY[HEADER]") or b"")) for uid, item in answer.items() if (at := dates.get(uid))]

    def put_away(self, uids: Collection[int], folder: str) -> None:
        """Move the mails to another folder; without MOVE and UIDPLUS they are copied, and stay marked as deleted.

        Never a plain EXPUNGE: it would take along what people have marked as deleted (RFC 6851, section 1).
        """
        path = self.path(folder)
        if path == self.path(self._mailbox.folder):
            raise Refused(f"MOVE to {folder}: found the folder that mail is read from, expected another one")
        with self._operation(f"{'MOVE' if self.can_move else 'COPY'} to {folder}"):
            if self.can_move:
                self._client.move(uids, path)
            else:
                self._copy_and_delete(uids, path)

    def mark(self, uids: Collection[int], mark: str) -> None:
        """Second best to moving: a keyword says that the mail was taken."""
        with self._operation(f"STORE {mark}"):
            self._client.add_flags(uids, mark, silent=True)

    def server_time(self, folder: str) -> datetime | None:
        """The server's clock: it dates a small mail that is put into a folder and taken out again. None: it cannot tell.

        Into `folder`; where that is missing, into the mailbox's own, marked so that no desk takes it for mail. Another
        folder than the mailbox's may be selected afterwards.
        """
        if b"UIDPLUS" not in self._offered:
            return None
        path = self.path(folder if self.has_folder(folder) else self._mailbox.folder)
        with self._operation(f"APPEND to {path}"):
            uid = _appended(self._client.append(path, CLOCK_MAIL, CLOCK_FLAGS))
            self._client.select_folder(path)
        if uid is None:
            return None
        at = self.outlines([uid]).get(uid)
        with self._operation("EXPUNGE"):
            self._client.uid_expunge([uid])
        return at.at if at else None

    def watch(self, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """IDLE: True as soon as new mail is announced."""
        with _plain_errors("IDLE"):
            return self._client.watch(seconds, interrupted)

    def _copy_and_delete(self, uids: Collection[int], path: str) -> None:
        self._client.copy(uids, path)
        self._client.delete_messages(uids, silent=True)
        if self.can_remove:
            self._client.uid_expunge(uids)  # RFC 4315, section 2.1: these UIDs and no others

    def _search(self, *criteria: str | date, first: int = 1) -> list[int]:
        with self._operation("SEARCH"):
            found = self._client.search(list(criteria))
        return sorted(uid for uid in found if uid >= first)  # n:* always names the last mail (RFC 9051, section 6.4.8)

    def _fetch(self, uids: Collection[int], items: list[str], seconds: float) -> Mapping[int, Mapping[bytes, Any]]:
        with self._operation("FETCH", seconds):
            answer: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(list(uids), items)
        return answer

    def _hierarchy(self) -> tuple[str, str]:
        """The delimiter, and what personal folders must begin with: "INBOX." on some servers (RFC 2342)."""
        root = self._client.list_folders("", "")
        delimiter = _text(root[0][1]) if root else ""
        if b"NAMESPACE" not in self._offered:
            return delimiter, ""
        personal = self._client.namespace().personal
        return delimiter, personal[0][0] if personal else ""

    @contextlib.contextmanager
    def _operation(self, what: str, seconds: float = 0) -> Iterator[None]:
        """One command and its whole answer, in time."""
        with _plain_errors(what), self._client.deadline.within(seconds or self._patience):
            yield


@contextlib.contextmanager
def _plain_errors(what: str) -> Iterator[None]:
    """Errors of three libraries become two of ours; the order matters, abort is an error too."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise LinkDown(f"{what}: the link is lost ({said(error)})") from error
    except imaplib.IMAP4.error as error:
        raise Refused(f"{what}: the server says {said(error)}") from error
    except OSError as error:
        raise LinkDown(f"{what}: the link is lost ({error.strerror or error})") from error
    except NO_IMAP as error:
        raise LinkDown(f"{what}: found an answer that is no IMAP ({error})") from error


def _appended(answer: bytes) -> int | None:
    """The UID out of "[APPENDUID 1234 7] done" (RFC 4315, section 3)."""
    found = re.match(rb"\[APPENDUID \d+ (\d+)\]", answer)
    return int(found[1]) if found else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else ""


def _utc(item: Mapping[bytes, Any]) -> datetime | None:
    at = item.get(b"INTERNALDATE")
    if not isinstance(at, datetime):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
