"""What does an intake hand over, and what does it get back?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it stands at the door."""

    raw: bytes
    source: str  # for logs and history: "imap support@127.0.0.1/INBOX uid 17" or "lmtp"
    received_at: datetime  # INTERNALDATE, or the moment LMTP took it
    past: bool = False  # older than the first start of the desk: filed on request, never answered


class Fate(StrEnum):
    """Where a mail went; each is on stable storage when the intake hears of it."""

    FILED = "filed"
    KNOWN = "known"  # this very mail was filed before
    QUARANTINED = "quarantined"


class Desk(Protocol):
    """What an intake may ask of the service."""

    def take(self, arrivals: Sequence[Arrival]) -> list[Fate]:
        """File the mails; when this returns, they are committed and may be acknowledged. Thread-safe.

        Errors: TemporaryError, and then none of them may be acknowledged: they will be offered again.
        """

    def read_to_end(self, mailbox: str, at: datetime) -> None:
        """At `at`, nothing unread lay in this mailbox: silence up to then is proven."""

    def could_not_read(self, mailbox: str) -> None:
        """This mailbox was out of reach when it should have been read: mail may be held back for it elsewhere."""

    def left_in_place(self, mailbox: str, why: str) -> None:
        """Why mail that was taken cannot be moved out of this mailbox; "" when it can."""

    def compare_since(self, mailbox: str) -> datetime | None:
        """What came after it and was taken, the desk must know; None: it is new, and knows of nothing."""

    def knows(self, header: bytes) -> bool:
        """Is the mail with this header filed?"""

    def compared(self, mailbox: str, unknown: Sequence[datetime]) -> None:
        """When the mails came that were taken from this mailbox, and the desk does not know: its data is older than they."""

    def ledger(self, mailbox: str) -> dict[str, int | str]: ...

    def set_ledger(self, mailbox: str, ledger: dict[str, int | str]) -> None: ...
