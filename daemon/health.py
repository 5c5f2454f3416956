"""Could we have heard the customer? Until when every mailbox was read to its end, and when the desk was deaf (law 6).

A mailbox that could not be read is often one that could take no mail either: what the mail servers of the world could not
hand over meanwhile, they bring minutes later. So the first readings after such a gap prove no silence.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.errors import DamagedFile, TemporaryError
from daemon.storage.store import Store
from rules.silence import Outage

STATE = "health"  # in the store
KEPT_OUTAGES = 200
AN_HOUR = timedelta(hours=1)
SAVE_EVERY = timedelta(minutes=1)
SETTLES = timedelta(seconds=4000)  # a mail server tries again within this time what it could not hand over (Postfix)
SETTLED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Mail that was taken from a mailbox, as it lies in its processed folder, and that the data does not know."""

    since: datetime  # what came before is not asked
    count: int
    newest: datetime


class Health:
    """Readings of the intakes, kept in the store's state `health`, so that an outage is known after a restart."""

    def __init__(self, store: Store, outage_after: timedelta) -> None:
        self._store = store
        self._outage_after = outage_after
        self._patience = min(outage_after, SETTLES)
        self._lock = threading.Lock()
        self._readings: dict[str, datetime | None] = {}
        self._proven: dict[str, datetime | None] = {}  # the same, without the readings that prove no silence
        self._uncompared: set[str] = set()  # intakes whose taken mail is still to be compared with the data
        try:
            self._load(store.state(STATE))
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedFile(f"the desk's state `health` is damaged: {error}; restore it from a backup") from error

    def _load(self, saved: Mapping[str, Any]) -> None:
        self._heard_until = _time(saved.get("heard_until"))
        self._saved = self._heard_until
        self._knows_until = self._heard_until  # what was taken up to then is in the data
        # Intakes whose taken mail is not in the data: since when it is compared, how many mails, when the newest came.
        self._ahead = {str(name): _ahead(one) for name, one in dict(saved.get("ahead", {})).items()}
        self._last_mail = _time(saved.get("last_mail"))
        # From when on the readings of an intake prove silence again; None: it cannot be read at all.
        self._doubts = {str(name): _time(until) for name, until in dict(saved.get("doubts", {})).items()}
        self._left = {str(name): str(why) for name, why in dict(saved.get("left", {})).items()}
        self._jump = dict(saved.get("jump", {}))
        self._cap = dict(saved.get("cap", {}))
        self._outages = tuple(
            Outage(datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]))
            for row in saved.get("outages", [])
        )

    @property
    def outages(self) -> tuple[Outage, ...]:
        return self._outages

    @property
    def heard_until(self) -> datetime | None:
        """The last moment up to which all mail was read, as far as is known from before this start as well."""
        return self._heard_until

    @property
    def read_until(self) -> datetime | None:
        """Up to this moment silence is proven: every intake was read to its end since the start; None while one was not."""
        with self._lock:
            return None if self._ahead else _oldest(self._proven)

    @property
    def may_be_older(self) -> bool:
        """Is the data an older state than mail that was taken, as far as is known? Then what waits may be sent already."""
        with self._lock:
            return bool(self._ahead or self._uncompared)

    def compare(self, intakes: Iterable[str]) -> None:
        """Their taken mail is to be compared with the data, if there was any before."""
        with self._lock:
            self._uncompared = set(intakes) if self._knows_until else set()

    def compare_no_longer(self) -> None:
        """An intake that cannot be reached must not keep everybody waiting."""
        with self._lock:
            self._uncompared.clear()

    def compare_since(self, intake: str) -> datetime | None:
        with self._lock:
            return self._ahead[intake].since if intake in self._ahead else self._knows_until

    def compared(self, intake: str, unknown: Sequence[datetime]) -> bool:
        """Was it found only now that taken mail is unknown to the data?"""
        with self._lock:
            self._uncompared.discard(intake)
            before, since = self._ahead.pop(intake, None), self._knows_until
            if unknown and since:
                self._ahead[intake] = Ahead(before.since if before else since, len(unknown), max(unknown))
            if before != self._ahead.get(intake):
                with contextlib.suppress(TemporaryError):
                    self._save()
            return before is None and intake in self._ahead

    def behind(self, until: datetime) -> set[str]:
        """The intakes that were not read to their end since `until`."""
        with self._lock:
            return {name for name, reading in self._readings.items() if reading is None or reading < until}

    def listen_to(self, intakes: Iterable[str]) -> None:
        """The intakes whose silence counts; each must be read to its end anew."""
        with self._lock:
            self._readings = dict.fromkeys(intakes)
            self._proven = dict(self._readings)
            self._doubts = {name: until for name, until in self._doubts.items() if name in self._readings}
            self._left = {name: why for name, why in self._left.items() if name in self._readings}
            self._ahead = {name: one for name, one in self._ahead.items() if name in self._readings}

    def could_not_read(self, intake: str) -> None:
        with self._lock:
            if intake not in self._readings or self._doubts.get(intake, SETTLED) is None:
                return
            self._doubts[intake] = None
            with contextlib.suppress(TemporaryError):  # a disk that refuses is told by the store, where it matters
                self._save()

    def read_to_end(self, intake: str, at: datetime) -> None:
        with self._lock:
            if intake not in self._readings:
                return
            self._doubt_after_a_gap(intake, at)
            self._readings[intake] = at
            if self._is_settled(intake, at):
                self._proven[intake] = at
            until = _oldest(self._readings)
            if until is not None and (self._heard_until is None or until > self._heard_until):
                self._advance(until)

    def mail_came(self, at: datetime) -> None:
        """Kept with the next reading: who wants to know is told to the minute. Called within a batch, for which `_save` waits."""
        self._last_mail = at

    def cap_reached(self, at: datetime, why: str) -> bool:
        """Was none reached in the hour before? Kept with the next reading; called within a batch, as `mail_came` is."""
        before = _time(self._cap.get("at"))
        self._cap = {"at": at.isoformat(), "why": why}
        return before is None or at - before > AN_HOUR

    def left_in_place(self, intake: str, why: str) -> None:
        """Why taken mail cannot be moved out of this mailbox; "" when it can."""
        with self._lock:
            if intake in self._readings and self._left.get(intake, "") != why:
                self._left = {name: one for name, one in {**self._left, intake: why}.items() if one}
                with contextlib.suppress(TemporaryError):
                    self._save()

    def clock_jumped(self, at: datetime, by: timedelta) -> None:
        """Kept with the next reading."""
        with self._lock:
            self._jump = {"at": at.isoformat(), "by": by.total_seconds()}

    def save(self) -> None:
        """Keep what is known now; called at every stop."""
        with self._lock:
            self._save()

    def _doubt_after_a_gap(self, intake: str, at: datetime) -> None:
        """A mail server waits about as long again as it has tried in vain, and some minutes more until it looks."""
        before = self._readings[intake] or self._heard_until
        gap = max(at - before, timedelta()) if before else timedelta()
        if self._doubts.get(intake, SETTLED) is None or gap > self._outage_after:
            self._doubts[intake] = at + min(gap + self._patience, SETTLES)

    def _is_settled(self, intake: str, at: datetime) -> bool:
        """A doubt that lies further ahead than any can comes from a clock that was set back."""
        until = self._doubts.get(intake, at)
        if until is not None and at < until <= at + SETTLES:
            return False
        self._doubts.pop(intake, None)
        return True

    def _advance(self, until: datetime) -> None:
        before, self._heard_until = self._heard_until, until
        if before is not None and until - before > self._outage_after:
            self._outages = (*self._outages, Outage(before, until))[-KEPT_OUTAGES:]
            self._save()
        elif self._saved is None or until - self._saved >= SAVE_EVERY:
            self._save()

    def _save(self) -> None:
        if self._heard_until is None:
            return
        document = {
            "heard_until": self._heard_until.isoformat(),
            "outages": [{"start": one.start.isoformat(), "end": one.end.isoformat()} for one in self._outages],
            "last_mail": self._last_mail.isoformat() if self._last_mail else None,
            "left": self._left,
            "ahead": {
                name: {"since": one.since.isoformat(), "count": one.count, "newest": one.newest.isoformat()}
                for name, one in self._ahead.items()
            },
            "jump": self._jump,
            "cap": self._cap,
            "doubts": {name: until.isoformat() if until else None for name, until in self._doubts.items()},
        }
        with self._store.batch() as batch:
            batch.set_state(STATE, document)
        self._saved = self._heard_until


def outages_in(store: Store) -> tuple[Outage, ...]:
    """What a reader beside the daemon needs to show when a case is due."""
    return Health(store, timedelta.max).outages


def last_reading(store: Store) -> datetime | None:
    """The moment up to which all mail was read; None on a new desk."""
    return _time(store.state(STATE).get("heard_until"))


def last_mail(store: Store) -> datetime | None:
    return _time(store.state(STATE).get("last_mail"))


def left(store: Store) -> tuple[str, ...]:
    """Mailboxes whose taken mail cannot be moved, each with the folder and the reason."""
    return tuple(f"{name}: {why}" for name, why in store.state(STATE).get("left", {}).items())


def ahead(store: Store) -> tuple[tuple[str, Ahead], ...]:
    """Mailboxes from which mail was taken that the data does not know."""
    return tuple((name, _ahead(one)) for name, one in store.state(STATE).get("ahead", {}).items())


def last_jump(store: Store) -> tuple[datetime, timedelta] | None:
    """When the clock last jumped, and by how much; None: it has not."""
    jump = store.state(STATE).get("jump")
    return (datetime.fromisoformat(jump["at"]), timedelta(seconds=jump["by"])) if jump else None


def last_cap(store: Store) -> tuple[datetime, str] | None:
    """When a cap on automatic letters last kept one back, and which; None: none has."""
    cap = store.state(STATE).get("cap")
    return (datetime.fromisoformat(cap["at"]), str(cap["why"])) if cap else None


def unreadable(store: Store) -> tuple[str, ...]:
    """The intakes that cannot be read at this time."""
    return tuple(name for name, until in store.state(STATE).get("doubts", {}).items() if until is None)


def _oldest(readings: Mapping[str, datetime | None]) -> datetime | None:
    """None while one is missing."""
    known = [reading for reading in readings.values() if reading is not None]
    return min(known) if known and len(known) == len(readings) else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _ahead(document: Mapping[str, Any]) -> Ahead:
    since, newest = (datetime.fromisoformat(document[key]) for key in ("since", "newest"))
    return Ahead(since, int(document["count"]), newest)
