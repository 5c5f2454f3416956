"""How many confirmations went to whom lately? Counted in memory, and again from the cases after a restart."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime, timedelta

from daemon.storage.store import Store
from rules.caps import Counts
from rules.case import Case
from rules.mail import Address

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COUNTED = frozenset({"confirmation", "follow-up", "received"})


class Tally:
    """Sliding counts over an hour and a day; each answer is added once and dropped once, so the cost does not grow."""

    def __init__(self) -> None:
        self._hour: deque[tuple[datetime, Address]] = deque()
        self._day: deque[tuple[datetime, Address]] = deque()
        self._by_address_hour: Counter[str] = Counter()
        self._by_domain_hour: Counter[str] = Counter()
        self._by_address_day: Counter[str] = Counter()

    def add_letters_of(self, case: Case, since: datetime) -> None:
        for letter in case.letters:
            if letter.name in COUNTED and letter.created_at >= since:
                self.add(letter.to, letter.created_at)

    def add(self, to: Address, at: datetime) -> None:
        self._hour.append((at, to))
        self._day.append((at, to))
        self._by_address_hour[to.key] += 1
        self._by_domain_hour[to.domain] += 1
        self._by_address_day[to.key] += 1

    def counts(self, to: Address, now: datetime) -> Counts:
        self._forget(now)
        return Counts(
            address_last_hour=self._by_address_hour[to.key],
            address_last_day=self._by_address_day[to.key],
            domain_last_hour=self._by_domain_hour[to.domain],
            all_last_hour=len(self._hour),
        )

    def _forget(self, now: datetime) -> None:
        while self._hour and self._hour[0][0] <= now - HOUR:
            _, to = self._hour.popleft()
            self._by_address_hour[to.key] -= 1
            self._by_domain_hour[to.domain] -= 1
            if not self._by_address_hour[to.key]:
                del self._by_address_hour[to.key]
            if not self._by_domain_hour[to.domain]:
                del self._by_domain_hour[to.domain]
        while self._day and self._day[0][0] <= now - DAY:
            _, to = self._day.popleft()
            self._by_address_day[to.key] -= 1
            if not self._by_address_day[to.key]:
                del self._by_address_day[to.key]


def tally_of(store: Store, now: datetime) -> Tally:
    """Counted again from the open cases of the last day, newest numbers first until one is older."""
    recent = []
    for number in sorted(store.open_numbers(), reverse=True):
        case = store.case(number)
        if case is None:
            continue
        if case.opened_at < now - DAY:
            break
        recent.append(case)
    tally = Tally()
    for case in reversed(recent):
        tally.add_letters_of(case, now - DAY)
    return tally
