"""What does the daemon tell its admin? One function a line, so that every line of the log can be read here."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from daemon.config.settings import Settings
from daemon.errors import PostcaseError
from daemon.storage.store import Quarantined
from rules.case import Case, Letter
from rules.keys import Keys
from rules.mail import Address, Mail
from rules.silenced import Silenced

log = logging.getLogger("postcase")

JOURNAL_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3}  # sd-daemon(3)


def to_stderr(level: int) -> None:
    """Send the lines to stderr: with a priority for journald, with the time for a human."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Journal() if "JOURNAL_STREAM" in os.environ else logging.Formatter("%(asctime)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(level)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every command


class _Journal(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        priority = JOURNAL_PRIORITIES.get(record.levelno, 6)
        return "\n".join(f"<{priority}>{line}" for line in super().format(record).splitlines())


# The daemon


def started(settings: Settings, open_cases: int) -> None:
    log.info("desk %s open: data=%s open_cases=%d", settings.desk.address.address, settings.data, open_cases)


def stopped() -> None:
    log.info("desk closed: everything taken is filed, everything unsent is kept")


def reloaded(settings: Settings) -> None:
    log.info("configuration read anew from %s", settings.path)


def reload_refused(error: Exception) -> None:
    for problem in str(error).splitlines():
        log.error("new configuration refused, the old one is kept: %s", shown(problem))


def keys_changed(keys: Keys) -> None:
    revoked = ", ".join(str(key.number) for key in keys.all if key.revoked_at)
    log.info("key %d seals the letters from now on; revoked: %s", keys.newest.number, revoked or "none")


def tick_failed(error: Exception) -> None:
    log.error("what is due could not be done, it will be tried again: %s", shown(str(error)))


def data_is_older(mailbox: str, count: int, newest: datetime) -> None:
    log.error(
        "%s: mails that were taken and that this data does not know: %d, the newest of %s; was a backup put back? "
        "Letters that waited at the start are kept back, nobody is reminded",
        mailbox, count, newest.isoformat(timespec="seconds"),
    )  # fmt: skip


def cap_reached(case: Case, why: str) -> None:
    """The first in an hour."""
    log.warning("case %d: no confirmation to=<%s>: %s", case.number, shown(case.customer.address), why)


def clock_jumped(by: timedelta) -> None:
    log.warning(
        "the clock went %s by %s: it was set, or the machine slept", "ahead" if by > timedelta() else "back", abs(by)
    )


def order_unanswered(order: Path, error: Exception) -> None:
    log.error("order %s cannot be answered: %s", order.name, shown(str(error)))


def not_told(state: str, error: Exception) -> None:
    log.warning("systemd does not listen, it was not told %s: %s", shown(state), shown(str(error)))


def health_unsaved(error: Exception) -> None:
    log.error("the last reading of the mailboxes could not be kept, it counts as an outage: %s", shown(str(error)))


# Cases


def filed(source: str, case: Case, mail: Mail, reason: str) -> None:
    log.info(
        "case %d: mail filed from=<%s> kind=%s status=%s severity=%s owner=<%s> reason=%s source=%s",
        case.number,
        shown(mail.sender.address),
        mail.kind,
        case.status,
        case.severity,
        shown(case.owner.address),
        shown(reason),
        shown(source),
    )


def complaint_unproven(case: Case, mail: Mail) -> None:
    log.warning(
        "case %d: a feedback report that shows no letter of ours, or objects to none, changes nothing: "
        "from=<%s> feedback=%s recipient=<%s>",
        case.number,
        shown(mail.sender.address),
        shown(mail.complaint.feedback if mail.complaint else ""),
        shown(mail.complaint.recipient if mail.complaint else ""),
    )


def unsilenced(one: Silenced) -> None:
    log.info("<%s> gets automatic letters again, by order of the admin", shown(one.address.address))


def known(source: str, where: str) -> None:
    log.info("mail known already: it lies in %s source=%s", where, shown(source))


def changed(case: Case, reason: str) -> None:
    log.info("case %d: %s status=%s", case.number, shown(reason), case.status)


def damaged(number: int, error: Exception) -> None:
    log.error("case %d: %s", number, shown(str(error)))


def canary_came_back(source: str, sent: datetime) -> None:
    log.debug("the canary of %s came back by %s", sent.isoformat(), source)


def rebuilt_without_key(path: Path) -> None:
    log.warning("%s is not there: no token of an old letter can be proven, and engineers' mails will be held", path)


def no_work_list(engineer: Address, error: Exception) -> None:
    log.error("no work list today for <%s>: %s", shown(engineer.address), shown(str(error)))


def quarantined(item: Quarantined, case: Case | None, error: Exception | None) -> None:
    """With the traceback of an error that nobody foresaw; ours are sentences."""
    log.error(
        "mail quarantined id=%s from=%s reason=%s source=%s case=%s",
        item.id,
        shown(item.sender),
        shown(item.reason),
        shown(item.source),
        f"{case.number} status={case.status}" if case else "none",
        exc_info=None if isinstance(error, PostcaseError) else error,
    )


def unnoted(item: Quarantined, error: Exception) -> None:
    """Unless it is for the same reason that the mail lies there."""
    if str(error) in item.reason:
        return
    log.error("mail quarantined id=%s: it is not noted on its case: %s", item.id, shown(str(error)))


# The outbox


def sent(number: int, letter: Letter) -> None:
    """Its Message-ID up to the seal, which proves its reader to us: enough to find the letter in the log of a mail server."""
    id = letter.message_id.partition("@")[0].rpartition(".")[0]
    log.info("case %d: %s sent to=<%s> id=%s", number, letter.name, shown(letter.to.address), id)


def deferred(number: int, letter: Letter, error: str, next_attempt: datetime) -> None:
    log.warning(
        "case %d: %s deferred to=<%s> next=%s reason=%s",
        number,
        letter.name,
        shown(letter.to.address),
        next_attempt.isoformat(timespec="seconds"),
        shown(error),
    )


def refused(number: int, letter: Letter, error: str) -> None:
    log.error(
        "case %d: %s cannot be delivered to=<%s> reason=%s", number, letter.name, shown(letter.to.address), shown(error)
    )


def outbox_waits(error: Exception, seconds: float, *, expected: bool = True) -> None:
    words = "outbox: letters wait; next try in %.0f s: %s"
    log.log(
        logging.WARNING if expected else logging.ERROR,
        words,
        seconds,
        shown(str(error)),
        exc_info=None if expected else error,
    )


# IMAP


def imap_connected(mailbox: str, means: str) -> None:
    log.info("imap %s: connected (%s)", mailbox, means)


def imap_folder_created(mailbox: str, folder: str) -> None:
    log.info("imap %s: folder created folder=%s", mailbox, shown(folder))


def imap_folder_missing(mailbox: str, folder: str, reason: str) -> None:
    log.warning("imap %s: folder missing and not created folder=%s reason=%s", mailbox, shown(folder), shown(reason))


def imap_removed_unread(mailbox: str, uids: Sequence[int]) -> None:
    shown_uids = ", ".join(map(str, uids[:20])) + (" ..." if uids[20:] else "")
    log.info("imap %s: somebody has removed mail before it was read uid=%s", mailbox, shown_uids)


def imap_past_left(mailbox: str, count: int) -> None:
    log.info(
        "imap %s: older mail left where it is count=%d (`postcase import` files it without answering)", mailbox, count
    )


def imap_newcomer(mailbox: str, sentence: str, *, clear: bool) -> None:
    log.log(logging.INFO if clear else logging.WARNING, "imap %s: %s", mailbox, shown(sentence))


def imap_new_uids(mailbox: str, old: int, new: int) -> None:
    log.warning(
        "imap %s: the server gave all mails new numbers, reading all again uidvalidity=%d was=%d", mailbox, new, old
    )


def imap_taken(mailbox: str, fates: Mapping[str, int]) -> None:
    log.info("imap %s: mail taken %s", mailbox, " ".join(f"{fate}={count}" for fate, count in fates.items()))


def imap_not_moved(mailbox: str, folder: str, count: int, reason: str) -> None:
    log.warning(
        "imap %s: taken, but not moved to its folder; marked instead folder=%s count=%d reason=%s",
        mailbox,
        shown(folder),
        count,
        shown(reason),
    )


def imap_moved_at_last(mailbox: str, folder: str, count: int) -> None:
    log.info("imap %s: marked mail moved to its folder folder=%s count=%d", mailbox, shown(folder), count)


def imap_not_marked(mailbox: str, count: int, reason: str) -> None:
    log.warning(
        "imap %s: taken, neither moved nor marked: read again after a restart count=%d reason=%s",
        mailbox,
        count,
        shown(reason),
    )


def imap_polling(mailbox: str, seconds: float, reason: str) -> None:
    log.warning("imap %s: IDLE does not work; polling every %g s instead reason=%s", mailbox, seconds, shown(reason))


def imap_trouble(mailbox: str, reason: str, seconds: float) -> None:
    log.warning("imap %s: %s; next try in %.0f s, then again and again", mailbox, shown(reason), seconds)


def import_trouble(mailbox: str, reason: str, seconds: float) -> None:
    log.warning("imap %s: %s; next try in %.0f s", mailbox, shown(reason), seconds)


def imap_unexpected(mailbox: str, reason: str, seconds: float) -> None:
    """To be called where an exception is handled: its traceback follows the line."""
    log.exception("imap %s: an error nobody expected: %s; next try in %.0f s", mailbox, shown(reason), seconds)


# LMTP


def lmtp_listening(where: str) -> None:
    log.info("lmtp: listening on %s", where)


def lmtp_stopped(where: str) -> None:
    log.info("lmtp: stopped listening on %s", where)


def lmtp_taken(sender: str, recipients: int, size: int, fate: str) -> None:
    log.info("lmtp: mail taken from=<%s> recipients=%d size=%d fate=%s", shown(sender), recipients, size, fate)


def lmtp_deferred(sender: str, reason: str) -> None:
    log.warning("lmtp: mail not taken now, its sender keeps it from=<%s> reason=%s", shown(sender), shown(reason))


def lmtp_too_large(sender: str, limit: int) -> None:
    log.warning("lmtp: mail refused, larger than the limit from=<%s> limit=%d", shown(sender), limit)


def lmtp_unexpected(error: BaseException) -> None:
    log.error("lmtp: an error nobody expected, the sender keeps the mail: %s", shown(str(error)), exc_info=error)


def quiet(name: str) -> None:
    """Hear only the warnings of a library's logger."""
    logging.getLogger(name).setLevel(logging.WARNING)


def shown(text: str) -> str:
    """Words of others on one line: no letter of theirs can start a line of ours or move the cursor."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
