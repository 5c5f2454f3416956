"""Which mail lay in the mailbox before the desk began? It is the past: left where it is, unless somebody imports it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from daemon.intake.imap_link import Outline, Selected


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is remembered of one mailbox. UIDs count under their UIDVALIDITY only (RFC 9051, section 2.3.1.1)."""

    first_start: datetime
    dated: bool = (
        True  # False: by the clock of this machine; the mail server, which dates the mails, is still to be asked
    )
    uidvalidity: int = 0  # 0: no folder was seen yet
    uidnext: int = 0  # of the first SELECT: mail from there on came after us
    past_uid: int = 0  # up to here all mail is past: searches begin behind it

    @classmethod
    def from_document(cls, document: Mapping[str, int | str], now: datetime) -> Ledger:
        """What was kept, or the ledger of a first start."""
        if "first_start" not in document:
            return cls(first_start=now.replace(microsecond=0), dated=False)
        return cls(
            first_start=datetime.fromisoformat(str(document["first_start"])).astimezone(UTC),
            dated=bool(document.get("dated", True)),
            uidvalidity=int(document.get("uidvalidity", 0)),
            uidnext=int(document.get("uidnext", 0)),
            past_uid=int(document.get("past_uid", 0)),
        )

    def as_document(self) -> dict[str, int | str]:
        return {
            "first_start": self.first_start.isoformat(),
            "dated": int(self.dated),
            "uidvalidity": self.uidvalidity,
            "uidnext": self.uidnext,
            "past_uid": self.past_uid,
        }

    def dated_by(self, server: datetime | None, waited: timedelta) -> Ledger:
        """The first start by the server's clock, which was asked so long after it; None: it cannot tell, ours must do."""
        first_start = self.first_start if server is None else (server - waited).replace(microsecond=0)
        return replace(self, first_start=first_start, dated=True)

    def knows(self, selected: Selected) -> bool:
        return self.uidvalidity == selected.uidvalidity

    def begun(self, selected: Selected) -> Ledger:
        """The ledger for a folder that is new, or whose UIDs were all given anew."""
        return replace(self, uidvalidity=selected.uidvalidity, uidnext=selected.uidnext, past_uid=0)

    def without_past(self, mails: Iterable[tuple[int, Outline]]) -> tuple[Ledger, int]:
        """The ledger that skips the past as far as no new mail lies between, and how many mails are past in all."""
        past, count, unbroken = 0, 0, True
        for uid, outline in mails:
            if self.is_past(uid, outline):
                past, count = (uid if unbroken else past), count + 1
            else:
                unbroken = False
        return replace(self, past_uid=past), count

    def is_past(self, uid: int, outline: Outline) -> bool:
        """Older than the first start, by whole seconds as INTERNALDATE counts, and there before our first SELECT."""
        if uid <= self.past_uid:
            return True
        lay_there = uid < self.uidnext or not self.uidnext
        return lay_there and outline.at is not None and outline.at < self.first_start
