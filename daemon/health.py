"""Could we have heard the customer? Until when every mailbox was read to its end, and when the desk was deaf (law 6)."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from daemon.errors import DamagedFile
from daemon.storage.store import Store
from rules.silence import Outage

KEPT_OUTAGES = 200
SAVE_EVERY = timedelta(minutes=1)


class Health:
    """Readings of the intakes, kept in the store's state `health`, so that an outage is known after a restart."""

    def __init__(self, store: Store, outage_after: timedelta) -> None:
        self._store = store
        self._outage_after = outage_after
        self._lock = threading.Lock()
        self._readings: dict[str, datetime | None] = {}
        try:
            self._load(store.state("health"))
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedFile(f"the desk's state `health` is damaged: {error}; restore it from a backup") from error

    def _load(self, saved: Mapping[str, Any]) -> None:
        self._heard_until = _time(saved.get("heard_until"))
        self._saved = self._heard_until
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
        """Every intake has been read to its end up to this moment since the start; None while one has not."""
        with self._lock:
            return self._read_until()

    def behind(self, until: datetime) -> set[str]:
        """The intakes that were not read to their end since `until`."""
        with self._lock:
            return {name for name, reading in self._readings.items() if reading is None or reading < until}

    def listen_to(self, intakes: Iterable[str]) -> None:
        """The intakes whose silence counts; each must be read to its end anew."""
        with self._lock:
            self._readings = dict.fromkeys(intakes)

    def read_to_end(self, intake: str, at: datetime) -> None:
        with self._lock:
            if intake not in self._readings:
                return
            self._readings[intake] = at
            until = self._read_until()
            if until is not None and (self._heard_until is None or until > self._heard_until):
                self._advance(until)

    def save(self) -> None:
        """Keep what is known now; called at every stop."""
        with self._lock:
            self._save()

    def _read_until(self) -> datetime | None:
        readings = [reading for reading in self._readings.values() if reading is not None]
        return min(readings) if readings and len(readings) == len(self._readings) else None

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
        }
        with self._store.batch() as batch:
            batch.set_state("health", document)
        self._saved = self._heard_until


def outages_in(store: Store) -> tuple[Outage, ...]:
    """What a reader beside the daemon needs to show when a case is due."""
    return Health(store, timedelta.max).outages


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
