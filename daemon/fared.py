"""On which cases do the figures of a report stand? Gathered from the store at a cost that old cases do not add to."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, takewhile

from daemon.storage.store import Store, readable
from rules.case import Case

QUARTER = timedelta(days=92)
MOST_CLOSED = 5_000  # that one report looks at


def fared(store: Store, now: datetime) -> tuple[Case, ...]:
    """All open cases, and the youngest closed ones, back to those opened a quarter of a year before.

    A case that cannot be read is left out; it is told as damaged elsewhere.
    """
    still_open = store.open_numbers()
    known = frozenset(still_open)
    youngest = (number for number in range(store.next_number() - 1, 0, -1) if number not in known)
    lately = takewhile(lambda case: case.opened_at > now - QUARTER, readable(store, youngest))
    return (*readable(store, still_open), *islice(lately, MOST_CLOSED))
