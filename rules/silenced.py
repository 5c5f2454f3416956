"""To whom does the desk write nothing of its own accord? To those who complained of its letters, or whom none reaches.

An engineer's answers still go to them. A complaint stands until the admin lifts it; an address that no letter reached counts
again as soon as a person writes from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.mail import Address


class Cause(StrEnum):
    COMPLAINT = "complaint"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Silenced:
    """One address on that list."""

    address: Address
    cause: Cause
    at: datetime
    number: int  # the case whose letter it was
    evidence: str  # what the mail server or the provider said

    @property
    def why(self) -> str:
        what = "it complained of our letters" if self.cause is Cause.COMPLAINT else "no letter reaches it"
        said = f", {self.evidence}" if self.evidence else ""
        return (
            f"{self.address.address} gets no automatic letters: {what} ({self.at:%Y-%m-%d}, case {self.number}{said})"
        )


# Failures (RFC 3463) that speak of this letter, of us or of a full mailbox; another letter may well arrive.
OF_THE_LETTER = ("5.1.7", "5.1.8", "5.2.2", "5.2.3", "5.2.4", "5.3.4", "5.5.", "5.6.", "5.7.")
OF_THE_ADDRESS = ("5.1.", "5.2.1")
_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])5(?:52|54)(?![\d.])")  # RFC 5321: out of room, transaction failed


def is_dead(status: str, words: str) -> bool:
    """Does a bounce speak of the address itself? Where it has no status of its own, what the last server answered tells."""
    told = status if status and not status.endswith(".0.0") else ""
    if found := told or _status_in(words):
        return not f"5{found[1:]}".startswith(OF_THE_LETTER)  # who gave up after five days may still say 4.2.2
    return _REPLY.search(words) is None


def is_refused_for_good(answer: str) -> bool:
    """Our own server may refuse for reasons that have nothing to do with the recipient, so it must say clearly that it has."""
    status = _status_in(answer)
    return status.startswith(OF_THE_ADDRESS) and not status.startswith(OF_THE_LETTER)


def _status_in(words: str) -> str:
    found = _STATUS.search(words)
    return found.group() if found and not found.group().endswith(".0.0") else ""
