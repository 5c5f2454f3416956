"""How does mail come from one mailbox to the desk? Read to the end, hand over, move away, wait for more; for ever."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from daemon import maillog
from daemon.backoff import Backoff
from daemon.clock import Clock
from daemon.config.settings import Mailbox
from daemon.errors import LinkDown, PostcaseError, TemporaryError
from daemon.intake.arrival import Arrival, Desk
from daemon.intake.imap_acknowledge import Acknowledgement
from daemon.intake.imap_dial import LoginRefused
from daemon.intake.imap_ledger import Ledger
from daemon.intake.imap_link import ImapLink, Outline, Refused, Selected
from daemon.intake.imap_uids import Uids
from daemon.intake.imap_watch import TICK

OUTLINES_AT_ONCE = 500
MOST_COMPARED = 200
IDLES_LOST = 3  # so many links in a row that died in IDLE: this server, or something on the way, does not bear it


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient an intake is, in seconds."""

    first_retry: float = 1.0
    longest_retry: float = 300.0
    login_refused: float = 300.0  # a wrong password tried more often locks the account
    idle: float = 540.0  # routers forget after ten minutes; a server may end IDLE after 30 (RFC 2177)
    idle_again: float = 3600.0  # IDLE that did not work is tried again after so long; until then we poll


PATIENT = Pace()


class ImapIntake:
    """The intake of one mailbox, for a thread of its own: its troubles are its own, and it never gives up."""

    def __init__(
        self,
        mailbox: Mailbox,
        desk: Desk,
        clock: Clock,
        stop: threading.Event,
        *,
        import_past: bool = False,
        pace: Pace = PATIENT,
    ) -> None:
        self._mailbox = mailbox
        self._desk = desk
        self._clock = clock
        self._stop = stop
        self._import_past = import_past
        self._pace = pace
        self._backoff = Backoff(pace.first_retry, pace.longest_retry)
        self._acknowledgement = Acknowledgement(mailbox)
        self._uids = Uids()
        self.taken = 0  # mails that were handed over
        self._ledger: Ledger  # from the first connection on
        self._first_started: float | None = None  # of the monotonic clock, when it was in this run
        self._keeps_marks = False
        self._idles_lost = 0  # in a row
        self._poll_until = -math.inf  # of the monotonic clock
        self._link: ImapLink | None = None  # the latest, for abort()
        self._handing_over = threading.Lock()
        self._woken = threading.Event()
        self._state = "starting"
        self._reached = False  # has the mailbox been read over this connection?
        self._compared = False  # is all taken mail known to the desk?
        self._connected = False  # as the log has it
        self._trouble = ""  # the last one in the log: each is told once

    def run(self) -> None:
        """Until `stop` is set. Raises nothing: whatever happens is logged and tried again."""
        while not self._stop.is_set():
            try:
                self._attend()
            except PostcaseError as error:
                self._rest(error, expected=True)
            except Exception as error:  # noqa: BLE001  # a bug must not end the intake of a mailbox unseen
                self._rest(error, expected=False)
        self._state = "stopped"

    def read_once(self) -> None:
        """Read the mailbox to its end and leave. Errors: LoginRefused, LinkDown, StoreUnwritable, ConfigError."""
        with self._connection() as link:
            self._select(link)
            self._acknowledgement.move_leftovers(link)
            self._read_to_end(link)

    def wake(self) -> None:
        """Read the mailbox again now; only the wait after a failure is not cut short."""
        self._woken.set()

    def abort(self) -> None:
        """Cut the link of an intake that does not end after `stop` was set. A batch in hand is filed before this returns.

        After it, the desk hears no more of this mailbox, whatever keeps the intake's thread from ending.
        """
        if self._link is not None:
            self._link.cut()
        with self._handing_over:
            pass

    @property
    def name(self) -> str:
        return self._mailbox.name

    def state(self) -> str:
        """For status lines: what the intake is doing."""
        return self._state

    # One connection

    def _attend(self) -> None:
        """Read and wait, as long as the connection lives."""
        self._reached = False
        with self._connection() as link:
            while not self._stop.is_set():
                self._compare(link)
                self._select(link)
                self._acknowledgement.move_leftovers(link)
                if seen := self._read_to_end(link):
                    self._tell_recovered(link)
                    self._wait_for_more(link, seen)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[ImapLink]:
        """A link, with everything in its place to read mail."""
        self._ledger = self._open_ledger()
        with ImapLink(self._mailbox) as link:
            self._link = link
            self._tell_connected(link)
            self._acknowledgement.provide_folders(link)
            self._date_first_start(link)
            yield link

    def _compare(self, link: ImapLink) -> None:
        """Once, and while there is some: taken mail that the desk does not know, as its data is an older state."""
        since = self._desk.compare_since(self._mailbox.name)
        if self._compared or since is None:
            return
        try:
            taken = link.headers_since(self._mailbox.processed, since, MOST_COMPARED)
        except Refused:  # there is no such folder yet
            taken = []
        unknown = [at for at, header in taken if not self._desk.knows(header)]
        self._desk.compared(self._mailbox.name, unknown)
        self._compared = not unknown

    def _open_ledger(self) -> Ledger:
        """The first start is kept before the first connection: mail that comes while no server answers is no past."""
        document = self._desk.ledger(self._mailbox.name)
        ledger = Ledger.from_document(document, self._clock.now())
        if not document:
            self._first_started = time.monotonic()
            self._desk.set_ledger(self._mailbox.name, ledger.as_document())
        return ledger

    def _date_first_start(self, link: ImapLink) -> None:
        """The server dates the mails, so its clock decides what is past: a wrong one of ours would answer it all."""
        if self._ledger.dated:
            return
        try:
            server = link.server_time(self._mailbox.quarantine)
        except Refused:  # no room there, say
            server = None
        ledger = self._ledger.dated_by(server, self._since_first_start())
        self._desk.set_ledger(self._mailbox.name, ledger.as_document())
        self._ledger = ledger

    def _since_first_start(self) -> timedelta:
        """However the clock of this machine was set meanwhile, unless the daemon was started again in between."""
        if self._first_started is not None:
            return timedelta(seconds=time.monotonic() - self._first_started)
        return max(self._clock.now() - self._ledger.first_start, timedelta())

    def _wait_for_more(self, link: ImapLink, seen: Selected) -> None:
        """A link that has lived through a wait is a good one: only then is the next failure a first one again."""
        if link.can_idle and time.monotonic() >= self._poll_until:
            self._watch(link, seen)
        else:
            self._poll()
            self._backoff.reset()

    def _watch(self, link: ImapLink, seen: Selected) -> None:
        self._state = "watching (IDLE)"
        if link.select() != seen:  # what came since the search is not announced in IDLE
            return
        try:
            link.watch(self._pace.idle, self._interrupted)
        except Refused as error:
            self._stop_watching(str(error))
            return
        except LinkDown as error:
            self._idles_lost += 1
            if self._idles_lost >= IDLES_LOST:
                self._stop_watching(str(error))
            raise
        self._idles_lost = 0
        self._backoff.reset()

    def _stop_watching(self, reason: str) -> None:
        """Some servers, and proxies before them, offer IDLE and do not keep it."""
        self._idles_lost = 0
        self._poll_until = time.monotonic() + self._pace.idle_again
        maillog.imap_polling(self._mailbox.name, self._mailbox.poll.total_seconds(), reason)

    def _poll(self) -> None:
        seconds = self._mailbox.poll.total_seconds()
        self._state = f"polling every {seconds:g} s"
        end = time.monotonic() + seconds
        while not self._interrupted() and time.monotonic() < end:
            self._woken.wait(TICK)

    def _interrupted(self) -> bool:
        return self._woken.is_set() or self._stop.is_set()

    # Reading

    def _read_to_end(self, link: ImapLink) -> Selected | None:
        """Hand over what waits, until nothing is left and the desk knows since when; None: we are to stop."""
        self._state = "reading"
        silent: set[int] = set()
        while not self._stop.is_set():
            self._woken.clear()
            at = self._clock.now()
            selected = self._select(link)
            waiting = self._waiting(link)
            if gone := sorted(silent.difference(waiting)):
                maillog.imap_removed_unread(self._mailbox.name, gone)
            if not waiting:
                self._desk.read_to_end(self._mailbox.name, at)
                self._desk.left_in_place(self._mailbox.name, self._acknowledgement.why_left)
                self._reached = True
                return selected
            if silent.issuperset(waiting):
                raise LinkDown(f"the server lists uid {min(waiting)} but does not hand it out")
            silent = self._take_all(link, waiting)
        return None

    def _select(self, link: ImapLink) -> Selected:
        """A fresh view of the folder, with the ledger that belongs to it."""
        selected = link.select()
        self._keeps_marks = selected.keeps_marks
        if not self._ledger.knows(selected):
            self._begin_ledger(link, selected)
        return selected

    def _begin_ledger(self, link: ImapLink, selected: Selected) -> None:
        """UIDs under a new UIDVALIDITY are strangers: all is read again, and the desk recognises what it has."""
        if self._ledger.uidvalidity:
            maillog.imap_new_uids(self._mailbox.name, self._ledger.uidvalidity, selected.uidvalidity)
        self._uids = Uids()
        ledger = self._ledger.begun(selected)
        if not self._import_past:
            ledger, past = ledger.without_past(_outlined(link, link.unmarked(first=1)))
            if past:
                maillog.imap_past_left(self._mailbox.name, past)
        self._desk.set_ledger(self._mailbox.name, ledger.as_document())
        self._ledger = ledger

    def _waiting(self, link: ImapLink) -> list[int]:
        found = link.unmarked(first=1 if self._import_past else self._ledger.past_uid + 1)
        self._acknowledgement.settle_stuck(link, self._uids, found, marks=self._keeps_marks)
        return self._uids.waiting(found)

    def _take_all(self, link: ImapLink, waiting: list[int]) -> set[int]:
        """Hand over mail by mail in batches; back come the UIDs that the server named, but did not hand out."""
        silent = set(waiting)
        for start in range(0, len(waiting), OUTLINES_AT_ONCE):
            some = waiting[start : start + OUTLINES_AT_ONCE]
            outlines = link.outlines(some)
            wanted = [uid for uid in some if uid in outlines and not self._is_left(uid, outlines[uid])]
            silent.difference_update(outlines.keys() - wanted)
            for batch in self._uids.batches(wanted, outlines):
                if self._stop.is_set():
                    return set()
                silent.difference_update(self._take(link, batch, outlines))
        return silent

    def _is_left(self, uid: int, outline: Outline) -> bool:
        if self._import_past or not self._ledger.is_past(uid, outline):
            return False
        self._uids.leave([uid])
        return True

    def _take(self, link: ImapLink, batch: list[int], outlines: dict[int, Outline]) -> Collection[int]:
        """Fetch, hand over, acknowledge: strictly in this order. Back come the UIDs that were handed over."""
        self._uids.suspect(batch)
        bodies = link.bodies(batch, sum(outlines[uid].size for uid in batch))
        arrivals = [self._arrival(uid, raw, outlines[uid]) for uid, raw in bodies.items()]
        try:
            with self._handing_over:
                if self._stop.is_set():  # the desk may be another one by now; the mail is read again
                    self._uids.clear(batch)
                    return ()
                fates = dict(zip(bodies, self._desk.take(arrivals), strict=True))
        except TemporaryError:
            self._uids.clear(batch)  # the store is in trouble, not these mails
            raise
        self._uids.clear(batch)
        self.taken += len(fates)
        self._acknowledgement.acknowledge(link, self._uids, fates, marks=self._keeps_marks)
        maillog.imap_taken(self._mailbox.name, Counter(fates.values()))
        return bodies.keys()

    def _arrival(self, uid: int, raw: bytes, outline: Outline) -> Arrival:
        return Arrival(
            raw=raw,
            source=f"imap {self._mailbox.name} uid {uid}",
            received_at=outline.at or self._clock.now(),
            past=self._import_past and self._ledger.is_past(uid, outline),
        )

    # Telling

    def _tell_connected(self, link: ImapLink) -> None:
        if not self._connected and not self._trouble:
            self._connected = True
            maillog.imap_connected(self._mailbox.name, link.means)

    def _tell_recovered(self, link: ImapLink) -> None:
        """Only a mailbox that was read to its end is well again: else a link that comes and goes fills the log."""
        self._trouble = ""
        self._tell_connected(link)

    def _rest(self, error: Exception, *, expected: bool) -> None:
        if self._stop.is_set():
            return
        if (
            not self._reached
        ):  # a link that is lost after a reading tells nothing yet: the next one may be there at once
            self._desk.could_not_read(self._mailbox.name)
        seconds = self._backoff.next()
        if isinstance(error, LoginRefused) and not error.soon:
            seconds += self._pace.login_refused
        sentence = str(error)
        if sentence != self._trouble:
            tell = maillog.imap_trouble if expected else maillog.imap_unexpected
            tell(self._mailbox.name, sentence, seconds)
        self._connected, self._trouble = False, sentence
        self._state = f"not reading: {sentence}"
        self._stop.wait(seconds)


def _outlined(link: ImapLink, uids: list[int]) -> Iterator[tuple[int, Outline]]:
    """Every mail that is still there with its outline, in the order of `uids`."""
    for start in range(0, len(uids), OUTLINES_AT_ONCE):
        some = uids[start : start + OUTLINES_AT_ONCE]
        outlines = link.outlines(some)
        yield from ((uid, outlines[uid]) for uid in some if uid in outlines)
