"""In which order shall an engineer look at his cases? One line of a list for each, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from rules.case import Case, Status
from rules.mail import Address

MOST_LISTED = 100  # cases in one list
LONGEST_SUBJECT = 60

_NEVER = datetime.max.replace(tzinfo=UTC)
_WAITING = frozenset({Status.WITH_CUSTOMER, Status.REMINDED_ONCE, Status.REMINDED_TWICE})


class Turn(StrEnum):
    """What a case asks of its owner; the most urgent first."""

    LATE = "late"  # a promised answer is overdue
    OURS = "ours"
    OTHERS = "others"  # another team has been asked, or a change is waited for
    CUSTOMER = "customer"  # we wait for him
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    number: int
    severity: str
    subject: str
    customer: str
    owner: Address
    turn: Turn
    due: datetime | None  # when the answer was promised; where we wait, when the customer hears from us again


def by_urgency(cases: Iterable[Case], now: datetime) -> list[Case]:
    """Late answers first, then what is due, the severity, the age; those that wait for the customer last."""
    return sorted(cases, key=lambda case: _rank(case, now))


def row_of(case: Case, now: datetime) -> Row:
    return Row(
        case.number,
        case.severity,
        shortened(case.subject),
        shortened(case.customer.name or case.customer.address),
        case.owner,
        turn_of(case, now),
        _due(case),
    )


def turn_of(case: Case, now: datetime) -> Turn:
    if case.closed:
        return Turn.CLOSED
    if case.status in _WAITING:
        return Turn.CUSTOMER
    if case.target and case.target.due <= now:
        return Turn.LATE
    return Turn.OTHERS if case.status is Status.ESCALATED else Turn.OURS


def shortened(text: str, most: int = LONGEST_SUBJECT) -> str:
    """On one line, and not longer than a line can be read."""
    words = " ".join(text[: 20 * most].split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _rank(case: Case, now: datetime) -> tuple[int, datetime, str, datetime, int]:
    return list(Turn).index(turn_of(case, now)), _due(case) or _NEVER, case.severity, case.opened_at, case.number


def _due(case: Case) -> datetime | None:
    return case.due if case.status in _WAITING else case.target.due if case.target else None
