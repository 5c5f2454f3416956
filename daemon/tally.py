"""How many automatic answers went to whom lately? Counted in memory, and again from the cases after a restart."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, takewhile

from daemon.storage.store import Store, readable
from rules.caps import COUNTED, Counts
from rules.case import Case, Letter
from rules.mail import Address

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Tally:
    """Sliding counts over an hour and a day; each answer is added once and dropped once, so the cost does not grow."""

    def __init__(self) -> None:
        self._hour: deque[tuple[datetime, str]] = deque()  # when, and to the key of which address
        self._day: deque[tuple[datetime, str]] = deque()
        self._by_address_hour: Counter[str] = Counter()
        self._by_domain_hour: Counter[str] = Counter()
        self._by_address_day: Counter[str] = Counter()
        self._unsettled = 0  # the latest so many are not committed

    def add_letters(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            if letter.name in COUNTED:
                self.add(letter.to, letter.created_at)

    def add(self, to: Address, at: datetime) -> None:
        self._unsettled += 1
        one = (at, to.key)
        self._hour.append(one)
        self._day.append(one)
        self._by_address_hour[one[1]] += 1
        self._by_domain_hour[_domain(one[1])] += 1
        self._by_address_day[one[1]] += 1

    def counts(self, to: Address, now: datetime) -> Counts:
        self._forget(now)
        return Counts(
            address_last_hour=self._by_address_hour[to.key],
            address_last_day=self._by_address_day[to.key],
            domain_last_hour=self._by_domain_hour[to.domain],
            all_last_hour=len(self._hour),
        )

    def settle(self) -> None:
        """What was added so far is committed."""
        self._unsettled = 0

    def drop_unsettled(self) -> None:
        """What was not committed counts for nothing."""
        while self._unsettled and self._day:
            self._unsettled -= 1
            one = self._day.pop()
            _less(self._by_address_day, one[1])
            if self._hour and self._hour[-1] is one:
                self._hour.pop()
                _less(self._by_address_hour, one[1])
                _less(self._by_domain_hour, _domain(one[1]))
        self._unsettled = 0

    def _forget(self, now: datetime) -> None:
        while self._hour and self._hour[0][0] <= now - HOUR:
            _, key = self._hour.popleft()
            _less(self._by_address_hour, key)
            _less(self._by_domain_hour, _domain(key))
        while self._day and self._day[0][0] <= now - DAY:
            _, key = self._day.popleft()
            _less(self._by_address_day, key)


def tally_of(store: Store, now: datetime) -> Tally:
    """Counted again: of the open cases those that answered within a day; of the closed ones those that began within it."""
    since = now - DAY
    answered = store.answered_since(since)
    cases = chain(readable(store, answered), _lately_begun(store, since, {*answered, *store.open_numbers()}))
    letters = (letter for case in cases for letter in case.letters)
    tally = Tally()
    tally.add_letters(sorted((one for one in letters if one.created_at > since), key=lambda one: one.created_at))
    tally.settle()
    return tally


def _lately_begun(store: Store, since: datetime, without: Container[int]) -> Iterator[Case]:
    """Numbers are given in the order of time, so the first that began before ends the search."""
    numbers = (number for number in reversed(list(store.all_numbers())) if number not in without)
    return takewhile(lambda case: case.opened_at > since, readable(store, numbers))


def _domain(key: str) -> str:
    return key.rpartition("@")[2]


def _less(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
