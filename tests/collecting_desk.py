"""A desk that only collects: daemon.intake.arrival.Desk for tests of the intakes. It knows a mail again by its octets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from daemon.intake.arrival import Arrival, Fate
from daemon.intake.imap_intake import ImapIntake


class CollectingDesk:
    def __init__(self) -> None:
        self.filed: list[Arrival] = []  # each mail once
        self.offered: list[Arrival] = []  # every time it came
        self.readings: list[tuple[str, datetime]] = []
        self.failures: list[str] = []
        self.knows_until: datetime | None = None
        self.unknown: list[int] = []  # of each comparison
        self.left: dict[str, str] = {}
        self.ledgers: dict[str, dict[str, int | str]] = {}
        self.before_commit: Callable[[Sequence[Arrival]], None] = lambda arrivals: None  # may raise
        self._lock = threading.Condition()

    def take(self, arrivals: Sequence[Arrival]) -> list[Fate]:
        self.before_commit(arrivals)
        with self._lock:
            fates = [self._file(arrival) for arrival in arrivals]
            self._lock.notify_all()
        return fates

    def read_to_end(self, mailbox: str, at: datetime) -> None:
        with self._lock:
            self.readings.append((mailbox, at))
            self._lock.notify_all()

    def could_not_read(self, mailbox: str) -> None:
        self.failures.append(mailbox)

    def left_in_place(self, mailbox: str, why: str) -> None:
        self.left[mailbox] = why

    def compare_since(self, mailbox: str) -> datetime | None:
        return self.knows_until

    def knows(self, header: bytes) -> bool:
        return any(subject(arrival.raw) == subject(header) for arrival in self.filed)

    def compared(self, mailbox: str, unknown: Sequence[datetime]) -> None:
        self.unknown.append(len(unknown))

    def ledger(self, mailbox: str) -> dict[str, int | str]:
        return dict(self.ledgers.get(mailbox, {}))

    def set_ledger(self, mailbox: str, ledger: dict[str, int | str]) -> None:
        self.ledgers[mailbox] = dict(ledger)

    @property
    def subjects(self) -> list[str]:
        """In the order of filing."""
        return [subject(arrival.raw) for arrival in self.filed]

    def wait_for(self, satisfied: Callable[[], bool], seconds: float = 20) -> None:
        with self._lock:
            assert self._lock.wait_for(satisfied, seconds), f"not within {seconds} s; filed: {self.subjects}"

    def wait_for_reading(self, intake: ImapIntake, seconds: float = 20) -> None:
        """A reading to the end that begins after this call."""
        asked_at = datetime.now(UTC)
        intake.wake()
        self.wait_for(lambda: any(name == intake.name and at >= asked_at for name, at in self.readings), seconds)

    def _file(self, arrival: Arrival) -> Fate:
        self.offered.append(arrival)
        if subject(arrival.raw).startswith("unreadable"):
            return Fate.QUARANTINED
        if any(_octets(arrival) == _octets(known) for known in self.filed):
            return Fate.KNOWN
        self.filed.append(arrival)
        return Fate.FILED


def mail(about: str, body: str = "It does not print.") -> bytes:
    lines = ["From: carol@customer.example", "To: support@example.com", f"Subject: {about}", "", body, ""]
    return "\r\n".join(lines).encode()


def subject(raw: bytes) -> str:
    head = raw.partition(b"\r\n\r\n")[0]
    lines = [line for line in head.split(b"\r\n") if line.lower().startswith(b"subject:")]
    return lines[0][8:].strip().decode() if lines else ""


def wait_until(satisfied: Callable[[], bool], seconds: float = 20) -> None:
    """For what nobody announces."""
    end = time.monotonic() + seconds
    while not satisfied():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)


def _octets(arrival: Arrival) -> bytes:
    """Without the trace headers that each delivery adds."""
    return arrival.raw[arrival.raw.find(b"From: ") :]
