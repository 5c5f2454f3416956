"""A backup was put back. What becomes of the letters that waited when it was made?

Whoever ran on with the data they were copied from has sent them, most probably, and a customer who had his answer a week ago
must not get it again. The mails that were taken since then are the daemon's to find (daemon/health.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from daemon.clock import Clock
from daemon.config.settings import Settings
from daemon.storage.store import readable
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case, Entry, Letter
from rules.decide import letter_accepted
from rules.desk import Desk


def count_as_sent(settings: Settings, clock: Clock) -> Iterator[str]:
    """A line for each letter. Errors: AlreadyRunning, StoreUnwritable."""
    store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    try:
        now = clock.now()
        cases: defaultdict[int, list[Letter]] = defaultdict(list)
        for number, letter in store.waiting_letters():
            if letter.attempts or letter.next_attempt is None or letter.next_attempt <= now:
                cases[number].append(letter)
        for case in readable(store, cases):
            letters = cases[case.number]
            with store.batch() as batch:
                batch.put(_counted(case, letters, settings.desk, now))
            yield from (f"case {case.number}: {one.name} to {one.to.address} counts as sent" for one in letters)
    finally:
        store.close()


def _counted(case: Case, letters: list[Letter], desk: Desk, now: datetime) -> Case:
    for letter in letters:
        what = f"{letter.name} letter to {letter.to.address} counts as sent"
        case = letter_accepted(case, letter.paper, desk, now)
        case = case.with_entry(Entry(now, what, "postcase restored", "it waited when the backup was made"))
    return case
