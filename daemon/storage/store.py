"""Where do cases live? The one interface in front of every storage engine; all engines pass tests/daemon/test_store.py."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from daemon.errors import DamagedFile, PermanentError
from rules.case import Case, Letter
from rules.mail import Address

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A mail that could not be processed: kept whole, with the reason, until an admin retries it."""

    id: str
    at: datetime
    reason: str
    source: str  # where it came from: mailbox and folder, or LMTP
    sender: str  # as far as it could be read
    subject: str
    fingerprint: str
    size: int
    past: bool = False  # older than the first start of the desk: never answered, whenever it is retried
    case: int = 0  # that was told of it, or opened for it; 0: none


class Batch(Protocol):
    """Several changes that share their fsyncs and their fate: after a crash all of them are there, or none."""

    def put(self, case: Case, files: Mapping[str, bytes] | None = None) -> None:
        """The new state of a case, and new papers in its folder; a later put of the same case replaces the state."""

    def quarantine(self, item: Quarantined, raw: bytes) -> None: ...

    def release(self, id: str) -> None:
        """Take a mail out of quarantine (it has been filed)."""

    def set_state(self, name: str, value: Mapping[str, Any]) -> None:
        """A small document of the desk itself: mailbox ledgers, health."""


class Store(Protocol):
    """Reads show what was staged in the batch at hand, then what was committed. Times are aware UTC.

    One process writes (daemon/errors.py AlreadyRunning for the second one); any number may read beside it. Who reads in
    the process that writes sees all of a batch or nothing; who reads beside it may meet the moment in which one case of a
    batch is new and another one still old.
    Errors: StoreUnwritable when the disk refuses: all of the batch is then there, or nothing, and everything may be tried
    again (`seen` tells what is there); DamagedFile when a file is not what we wrote.
    """

    def close(self) -> None: ...

    def secret(self) -> bytes:
        """The desk's key for tokens: 32 random octets, made at the first call and kept."""

    def batch(self) -> AbstractContextManager[Batch]:
        """Commit at the end of the `with` block, or nothing at all if the block raises."""

    def next_number(self) -> int:
        """The number the next new case gets; it is taken by putting a case with it."""

    def case(self, number: int) -> Case | None: ...

    def paper(self, number: int, file: str) -> bytes:
        """The bytes of one paper of a case, as they were put. Errors: LookupError, DamagedFile."""

    def find(self, message_id: str) -> int | None:
        """The case that holds a mail or letter with this Message-ID, in constant time."""

    def seen(self, fingerprint: str) -> str:
        """Where this very mail already lies: "case 10042", "quarantine 20261123-...", "" when it is new.

        Errors: StoreUnwritable.
        """

    def follow_up_of(self, number: int) -> int | None:
        """The open case that follows this closed one."""

    def open_numbers(self) -> list[int]: ...

    def all_numbers(self) -> Iterable[int]:
        """Numbers of all cases, open and closed, ascending."""

    def due_before(self, now: datetime) -> list[int]:
        """Cases about which something is due at or before `now`, the most overdue first; closed ones only for held mail."""

    def answered_since(self, moment: datetime) -> list[int]:
        """Cases that are open, or were a moment ago, and answered a mail of themselves since then (rules/caps.py); ascending."""

    def next_due(self) -> datetime | None: ...

    def owned_by(self, engineer: Address, severities: Container[str] | None = None) -> list[int]:
        """Open cases of an engineer, ascending; None: of every severity."""

    def owners_for(self, customer: Address) -> list[Address]:
        """The owners of a customer's open cases, that of the youngest first."""

    def loads(self) -> dict[str, dict[str, int]]:
        """How many open cases of each severity every owner has, by the key of his address."""

    def open_with(self, question: str, most: int) -> list[int]:
        """Open cases found by some words (rules/search.py), from what is remembered of them; the youngest first."""

    def waiting_letters(self) -> list[tuple[int, Letter]]:
        """Case number and letter of everything not yet taken by the SMTP server, oldest first."""

    def damaged(self) -> list[tuple[Path, str]]:
        """Files that are not what the desk wrote, each with what is wrong; their cases are kept, not guessed at."""

    def folder(self, number: int) -> Path:
        """Where the papers of a case lie, for a human to look at. Errors: LookupError."""

    def quarantined(self) -> list[Quarantined]: ...

    def quarantined_raw(self, id: str) -> bytes:
        """Errors: LookupError."""

    def state(self, name: str) -> dict[str, Any]: ...

    def set_aside(self, name: str, why: str) -> None:
        """The document of this name is kept under another one and is among the `damaged`; `state` is empty from now on."""


def readable(store: Store, numbers: Iterable[int]) -> Iterator[Case]:
    """Those cases that are there and can be read; one that is damaged is told where that matters."""
    for number in numbers:
        with contextlib.suppress(PermanentError):
            if (case := store.case(number)) is not None:
                yield case


def spared(store: Store, name: str, read: Callable[[dict[str, Any]], Read]) -> Read:
    """What was noted under this name, where the desk can work without: a damaged note stops nothing, and is set aside."""
    try:
        return read(store.state(name))
    except (DamagedFile, KeyError, TypeError, ValueError, AttributeError) as error:
        store.set_aside(name, str(error))
        return read({})
