"""What if the data is gone, and the mail is still there? The cases are made again from the raw mails, and nothing is sent.

Every mail is taken in once more, in the order in which it came, with the clock set to that moment; in between, time brings what
it brought. The letters are written and count as taken, but no server hears of them. Case numbers come out the same, as they
follow from the order. With the old key the tokens in people's answers prove who wrote them, as they did.
"""

from __future__ import annotations

import email.utils
import mailbox as boxes
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from itertools import chain
from pathlib import Path

from daemon import maillog
from daemon.clock import JumpingClock
from daemon.config.settings import Mailbox, Settings
from daemon.errors import ConfigError, DamagedFile, PostcaseError, UnreadableMail
from daemon.health import Health
from daemon.incoming.parse import parse
from daemon.intake.arrival import Arrival
from daemon.intake.imap_link import ImapLink
from daemon.key_ring import STATE as KEYS
from daemon.letters.templates import Letters
from daemon.outbox import Outbox
from daemon.service import Service
from daemon.smtp_send import Answer, Taken
from daemon.storage.store import readable
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Letter
from rules.tokens import Token, dated, message_id, tokens_in

AT_ONCE = 50  # mails of one FETCH
KEY = Path("state") / "key"  # in the data
# A letter was written when its mail was taken in, which may have been that much later than it came.
LATEST = timedelta(days=1)
EARLIEST = timedelta(minutes=1)


class NobodyListens:
    """In the place of the SMTP server: every letter counts as taken."""

    def post(self, raw: bytes, sender: str, recipient: str) -> Answer:
        return Answer(Taken.YES, "250 not sent: rebuilt")

    def close(self) -> None: ...

    def abort(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    mails: int
    cases: int
    quarantined: int


def rebuild(settings: Settings, arrivals: Iterable[Arrival], into: Path, until: datetime | None) -> Rebuilt:
    """`into`: the data folder that is made; `until`: time goes on to here after the last mail, None: it does not.

    Errors: PostcaseError when the folder is there already; StoreUnwritable.
    """
    if into.exists():
        raise PostcaseError(f"{into} is there already; expected a folder that the cases are made again in")
    ordered = sorted(arrivals, key=lambda one: one.received_at)
    if not ordered:
        raise PostcaseError("there is no mail to make cases of")
    into.mkdir(mode=0o700, parents=True)
    _bring_keys(settings.data, into)
    store = TinydbStore(into, first_number=settings.desk.first_number)
    try:
        again = _Again(settings, store, ordered[0].received_at)
        for arrival in ordered:
            again.take(arrival)
        if until:
            again.pass_time(until)
        return Rebuilt(len(ordered), len(list(store.all_numbers())), len(store.quarantined()))
    finally:
        store.close()


class _Again:
    """A desk that lives through it once more."""

    def __init__(self, settings: Settings, store: TinydbStore, start: datetime) -> None:
        self._settings = settings
        self._store = store
        self._clock = JumpingClock(start, frozen=True)
        self._health = Health(store, timedelta(days=3650))  # when the desk was deaf, nobody knows any more
        self._health.listen_to(["rebuild"])
        templates = Letters(settings.desk.language, settings.letters, settings.answers)
        self._service = Service(settings.desk, store, templates, self._clock, self._health, settings.max_size)
        address = settings.desk.address.address
        self._outbox = Outbox(self._service.post, NobodyListens(), lambda: address, self._clock, timedelta(days=5))

    def take(self, arrival: Arrival) -> None:
        self.pass_time(arrival.received_at)
        self._heal(arrival.raw)
        self._service.take([arrival])
        self._settle()

    def pass_time(self, until: datetime) -> None:
        """From one thing that is due to the next."""
        while True:
            due = self._next_due()
            now = self._clock.now()
            at = until if due is None else min(max(due, now + timedelta(seconds=1)), until)
            self._clock.advance(max(at - now, timedelta()))
            self._settle()
            if at >= until:
                return

    def _next_due(self) -> datetime | None:
        held = [letter.next_attempt for _, letter in self._store.waiting_letters() if letter.next_attempt]
        dues = [one for one in (self._store.next_due(), *held) if one]
        return min(dues, default=None)

    def _settle(self) -> None:
        """Everything the desk does at this moment."""
        self._health.read_to_end("rebuild", self._clock.now())
        self._outbox.post_waiting()
        self._service.time.tick()
        self._outbox.post_waiting()

    def _heal(self, raw: bytes) -> None:
        """A token tells in which second its letter was really written; only the old key can seal it."""
        try:
            mail = parse(raw, self._settings.max_size)
        except UnreadableMail:
            return
        cases = self._service.cases
        for token in tokens_in(mail, self._settings.desk):
            case = self._store.case(token.number)
            letter = case.letter(token.paper) if case else None
            key = cases.ring.keys.believed(letter.key) if letter else None
            if case is None or letter is None or key is None:
                continue
            written = _written(token, letter, key.secret)
            if written and written != letter.created_at:
                id = message_id(self._settings.desk, dated(key.secret, written), case.number, letter.paper, letter.to)
                with cases.lock, self._store.batch() as batch:
                    batch.put(case.with_letter(replace(letter, created_at=written, message_id=id)))


def _written(token: Token, letter: Letter, secret: bytes) -> datetime | None:
    """The second whose seal the token is: that of the letter itself, or one a little off it; None when it is of none."""
    first = letter.created_at.replace(microsecond=0) - EARLIEST
    later = (first + timedelta(seconds=one) for one in range(int((EARLIEST + LATEST).total_seconds())))
    return next(
        (one for one in chain((letter.created_at,), later) if token.is_for(letter.to, dated(secret, one))), None
    )


def _bring_keys(old: Path, into: Path) -> None:
    """The key and the rotations of the old data, as far as they are there."""
    if not (old / KEY).exists():
        maillog.rebuilt_without_key(old / KEY)
        return
    (into / KEY.parent).mkdir(mode=0o700)
    shutil.copy2(old / KEY, into / KEY)
    try:
        before = TinydbStore(old, writer=False)
    except PostcaseError:
        return
    try:
        keys = before.state(KEYS)
    except DamagedFile:
        keys = {}
    finally:
        before.close()
    if keys:
        store = TinydbStore(into)
        with store.batch() as batch:
            batch.set_state(KEYS, keys)
        store.close()


# Where the mails lie


def from_mailboxes(settings: Settings) -> Iterator[Arrival]:
    """What was taken from the mailboxes lies in their other folders; nothing there is changed.

    Errors: ConfigError when there is no mailbox, LinkDown.
    """
    if not settings.mailboxes:
        raise ConfigError(
            [f"{settings.path}: mailbox: found none, expected a [[mailbox]], or folders of mail (--from)"]
        )
    for mailbox in settings.mailboxes:
        for folder in dict.fromkeys((mailbox.processed, mailbox.quarantine)):
            yield from _from_folder(mailbox, folder)


def _from_folder(mailbox: Mailbox, folder: str) -> Iterator[Arrival]:
    with ImapLink(replace(mailbox, folder=folder)) as link:
        if not link.has_folder(folder):
            return
        link.select()
        uids = link.everything()
        for start in range(0, len(uids), AT_ONCE):
            some = uids[start : start + AT_ONCE]
            outlines = link.outlines(some)
            bodies = link.bodies(some, sum(one.size for one in outlines.values()))
            for uid, raw in bodies.items():
                at = outlines[uid].at
                yield Arrival(raw, f"imap {mailbox.name} {folder} uid {uid}", at or _dated(raw))


def from_folder(path: Path) -> Iterator[Arrival]:
    """A Maildir, an mbox file, or a folder with a file for each mail. Errors: PostcaseError."""
    if (path / "cur").is_dir():
        box = boxes.Maildir(path, create=False)
        for name in sorted(box.iterkeys()):  # names begin with the time of delivery
            yield Arrival(box.get_bytes(name), f"{path} {name}", _dated(box.get_bytes(name)))
    elif path.is_dir():
        for file in sorted(one for one in path.iterdir() if one.is_file()):
            raw = file.read_bytes()
            yield Arrival(raw, str(file), _dated(raw))
    elif path.is_file():
        mbox = boxes.mbox(path, create=False)
        for number in mbox.iterkeys():
            yield Arrival(mbox.get_bytes(number), f"{path} mail {number}", _dated(mbox.get_bytes(number)))
    else:
        raise PostcaseError(
            f"{path} is no folder and no file; expected a Maildir, an mbox, or a folder with a file for each mail"
        )


def _dated(raw: bytes) -> datetime:
    """When our own mail server took it in, by its topmost Received; else what its writer says."""
    header = BytesHeaderParser().parsebytes(raw)
    received = str(header.get("Received", "")).rpartition(";")[2]
    for text in (received, str(header.get("Date", ""))):
        try:
            found = email.utils.parsedate_to_datetime(text.strip())
        except (TypeError, ValueError):
            continue
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime.fromtimestamp(0, UTC)


# Is it the same?


def differences(before: TinydbStore, after: TinydbStore) -> Iterator[str]:
    """One sentence for each case that did not come out as it was."""
    for number in sorted({*before.all_numbers(), *after.all_numbers()}):
        was, now = (next(readable(store, (number,)), None) for store in (before, after))
        if was is None or now is None:
            yield f"case {number}: {'was not there before' if was is None else 'was not made again'}"
            continue
        for name in (
            "status",
            "severity",
            "product",
            "owner",
            "customer",
            "participants",
            "subject",
            "merged_into",
            "book",
        ):
            old, new = _told(getattr(was, name)), _told(getattr(now, name))
            if old != new:
                yield f"case {number}: {name} was {old}, and is {new}"


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(sorted(map(_told, value)))
    return str(getattr(value, "address", value))
