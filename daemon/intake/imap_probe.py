"""What would keep us from reading this mailbox? For `postcase check`: looks, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.config.settings import Mailbox
from daemon.errors import PostcaseError
from daemon.intake.imap_link import ImapLink, Refused

CLOCK_DIFFERS = timedelta(minutes=1)
CLOCK_IS_OFF = timedelta(minutes=10)

Finding = tuple[bool, str]  # does it keep the desk from working, and what is it


def probe(mailbox: Mailbox, now: Callable[[], datetime] | None = None) -> list[Finding]:
    """One plain sentence for everything that is wrong or missing; empty when all is well."""
    try:
        with ImapLink(mailbox) as link:
            return [*_folders(link, mailbox), *_means(link, mailbox), *_clock(link, mailbox, now or Clock().now)]
    except PostcaseError as error:
        return [(True, str(error))]


def _folders(link: ImapLink, mailbox: Mailbox) -> Iterator[Finding]:
    try:
        link.select()
    except Refused as error:
        yield True, f"the folder {mailbox.folder} cannot be opened: {error}"
    for folder in (mailbox.processed, mailbox.quarantine):
        if link.path(folder) == link.path(mailbox.folder):
            yield True, f"mail would be moved to {folder}, the folder that it is read from; name another one"
        elif not link.has_folder(folder):
            yield False, f"the folder {folder} is missing; it is created at the first start"


def _means(link: ImapLink, mailbox: Mailbox) -> Iterator[Finding]:
    if not link.can_idle:
        yield False, f"the server has no IDLE: new mail is seen every {mailbox.poll.total_seconds():g} seconds"
    if not link.can_remove:
        yield False, "the server has neither MOVE nor UIDPLUS: taken mail stays in the folder, marked as deleted"
    elif not link.can_move:
        yield False, "the server has no MOVE: mail is copied, then removed; a lost link may leave it in both folders"


def _clock(link: ImapLink, mailbox: Mailbox, now: Callable[[], datetime]) -> Iterator[Finding]:
    """Waits and the line between past and new mail go by the clock; the mail server has another one to compare with."""
    try:
        server = link.server_time(mailbox.quarantine)
    except Refused as error:
        yield False, f"the clock of the mail server cannot be asked: {error}"
        return
    if server is None:
        return
    behind = server - now()
    if abs(behind) > CLOCK_DIFFERS:
        way = "behind" if behind > timedelta() else "ahead of"
        apart = timedelta(seconds=round(abs(behind).total_seconds()))
        demo = ", which is that of a demo: its clock goes on by days" if link.is_a_demo else ""
        wrong = abs(behind) > CLOCK_IS_OFF and not link.is_a_demo
        yield wrong, f"the clock of this machine is {apart} {way} the mail server's{demo}"
