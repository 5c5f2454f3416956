"""What does the desk know of its open cases without opening a file? One small card for each folder in open/."""

from __future__ import annotations

import bisect
import heapq
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, takewhile
from typing import Any, Protocol, TypeVar

from daemon.storage.case_document import clean, from_document, read_time
from daemon.storage.sealed_file import Tables
from rules.caps import COUNTED
from rules.case import Letter, Post, Status, Tie
from rules.mail import Address
from rules.search import is_found, words_for

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Card:
    """What the desk must know of a case to find it and to work on it in time."""

    number: int
    closed: bool
    due: datetime | None  # when something must be done about it next, whatever it is
    owner: str  # keys of their addresses
    customer: str
    severity: str
    ids: tuple[str, ...]  # of its mails and letters: `message_id_key`, `fingerprint_key`
    follows: tuple[int, ...]
    waiting: tuple[Letter, ...]
    answered: datetime | None = None  # when it last answered a mail of itself (rules/caps.py)
    words: str = ""  # what an engineer finds it by; "" when it is closed

    @property
    def finished(self) -> bool:
        """Nothing is left to do: the folder may go to closed/."""
        return self.closed and not self.waiting and not self.due


def message_id_key(message_id: str) -> str:
    return f"id {clean(message_id)}" if message_id else ""


def fingerprint_key(fingerprint: str) -> str:
    return f"mail {clean(fingerprint)}" if fingerprint else ""


def card_of(tables: Tables) -> Card:
    """Straight from the JSON: start-up reads thousands. Errors: ValueError, also for a document that is no case."""
    try:
        return _card_of(tables)
    except KeyError as error:
        raise ValueError(f"{error.args[0]}: missing") from error
    except (TypeError, AttributeError) as error:
        raise ValueError(f"it holds no case: {error}") from error


def _card_of(tables: Tables) -> Card:
    case = tables["case"]["1"]
    messages = tables.get("messages", {}).values()
    letters = tables.get("letters", {}).values()
    closed = Status(case["status"]) is Status.CLOSED
    dues = [read_time(due) for field, key in _DUES if not closed and (due := (case.get(field) or {}).get(key))]
    dues += [read_time(hold["due"]) for hold in case.get("holds", ())]  # of a closed case, too
    ids = [message_id_key(paper["message_id"]) for papers in (messages, letters) for paper in papers]
    ids += [fingerprint_key(message["fingerprint"]) for message in messages]
    answers = [read_time(letter["created_at"]) for letter in letters if letter["name"] in COUNTED]
    return Card(
        number=case["number"],
        closed=closed,
        due=min(dues) if dues else None,
        owner=Address(case.get("owner", {}).get("address", "")).key,
        customer=Address(case["customer"]["address"]).key,
        severity=case.get("severity", ""),
        ids=tuple(filter(None, dict.fromkeys(ids))),
        follows=tuple(link["number"] for link in case.get("links", ()) if link["tie"] == Tie.FOLLOWS),
        waiting=tuple(from_document(Letter, one) for one in letters if one.get("post", Post.WAITING) == Post.WAITING),
        answered=max(answers, default=None),
        words="" if closed else _words_of(case),
    )


def _words_of(case: Mapping[str, Any]) -> str:
    people = (case["customer"], *case.get("participants", ()))
    names = (word for one in people for word in (one.get("name", ""), one["address"]))
    return words_for(case["number"], case["subject"], names, case.get("organisation", ""), case.get("product", ""))


# A wait for the customer, a promise to him, a critical case that nobody has taken: where their times stand.
_DUES = (("timer", "due"), ("target", "next"), ("acknowledgement", "due"))


class Cards(Protocol):
    """The questions that cards answer: the box, or the box as a batch at hand sees it."""

    def holders(self, key: str) -> Iterable[int]: ...

    def followers(self, number: int) -> Iterable[int]: ...

    def open_numbers(self) -> Iterable[int]: ...

    def timers(self) -> Iterator[tuple[datetime, int]]:
        """Cases about which something will be due, the most overdue first."""

    def owned_by(self, owner: str, severities: Container[str] | None = None) -> Iterable[int]:
        """Open cases of an engineer, by the key of his address; None: of every severity."""

    def owners_for(self, customer: str) -> Iterable[tuple[int, str]]:
        """Numbers and owners of a customer's open cases; people by the keys of their addresses."""

    def loads(self) -> Mapping[str, Mapping[str, int]]:
        """How many open cases of each severity every owner has."""

    def waiting(self) -> Iterable[tuple[int, Letter]]: ...

    def card(self, number: int) -> Card | None: ...

    def numbers(self) -> Iterable[int]:
        """Of all cards, open or closed."""


def newest(numbers: Iterable[int]) -> int | None:
    """Where several cases could be meant, it is the youngest: the talk goes on there."""
    return max(numbers, default=None)


def with_words(cards: Cards, question: str, most: int) -> list[int]:
    """The youngest open cases that are found by it."""
    found = (
        number for number in cards.open_numbers() if (card := cards.card(number)) and is_found(card.words, question)
    )
    return heapq.nlargest(most, found)


def due_before(cards: Cards, now: datetime) -> list[int]:
    return [number for _, number in takewhile(lambda timer: timer[0] <= now, cards.timers())]


def answered_since(cards: Cards, moment: datetime) -> list[int]:
    known = ((number, cards.card(number)) for number in cards.numbers())
    return sorted(number for number, card in known if card and card.answered and card.answered >= moment)


def next_due(cards: Cards) -> datetime | None:
    return next((due for due, _ in cards.timers()), None)


def waiting_letters(cards: Cards) -> list[tuple[int, Letter]]:
    """The oldest first."""
    return sorted(cards.waiting(), key=lambda item: (item[1].created_at, item[0], item[1].paper))


class CardBox:
    """Every question is answered from an index of its own, so none costs more when there are more cases."""

    def __init__(self) -> None:
        self._cards: dict[int, Card] = {}
        self._holders: dict[str, set[int]] = {}
        self._followers: dict[int, set[int]] = {}
        self._timers: list[tuple[datetime, int]] = []  # sorted
        self._open: set[int] = set()
        self._owned: dict[tuple[str, str], set[int]] = {}  # by owner and severity
        self._asked: dict[str, set[int]] = {}
        self._loads: dict[str, Counter[str]] = {}
        self._waiting: dict[int, tuple[Letter, ...]] = {}
        self._finished: set[int] = set()

    def put(self, card: Card) -> None:
        """File a card, in place of the one of that number."""
        self.drop(card.number)
        number = card.number
        self._cards[number] = card
        for key in card.ids:
            self._holders.setdefault(key, set()).add(number)
        if not card.closed:
            self._open.add(number)
            self._owned.setdefault((card.owner, card.severity), set()).add(number)
            self._asked.setdefault(card.customer, set()).add(number)
            self._loads.setdefault(card.owner, Counter())[card.severity] += 1
            for followed in card.follows:
                self._followers.setdefault(followed, set()).add(number)
        if card.due:
            bisect.insort(self._timers, (card.due, number))
        if card.waiting:
            self._waiting[number] = card.waiting
        if card.finished:
            self._finished.add(number)

    def drop(self, number: int) -> None:
        card = self._cards.pop(number, None)
        if card is None:
            return
        for key in card.ids:
            _take_out(self._holders, key, number)
        for followed in card.follows:
            _take_out(self._followers, followed, number)
        if card.due:
            del self._timers[bisect.bisect_left(self._timers, (card.due, number))]
        if not card.closed:
            self._open.discard(number)
            _take_out(self._owned, (card.owner, card.severity), number)
            _take_out(self._asked, card.customer, number)
            self._loads[card.owner][card.severity] -= 1
        self._waiting.pop(number, None)
        self._finished.discard(number)

    def __contains__(self, number: int) -> bool:
        return number in self._cards

    def card(self, number: int) -> Card | None:
        return self._cards.get(number)

    def finished(self) -> list[Card]:
        """Closed cases that have no letter left to send, and still lie in open/."""
        return [self._cards[number] for number in sorted(self._finished)]

    def holders(self, key: str) -> Iterable[int]:
        return self._holders.get(key, ())

    def followers(self, number: int) -> Iterable[int]:
        return self._followers.get(number, ())

    def open_numbers(self) -> Iterable[int]:
        return self._open

    def timers(self) -> Iterator[tuple[datetime, int]]:
        return iter(self._timers)

    def owned_by(self, owner: str, severities: Container[str] | None = None) -> Iterable[int]:
        wanted = (one for one in self._loads.get(owner, ()) if severities is None or one in severities)
        return chain.from_iterable(self._owned.get((owner, severity), ()) for severity in wanted)

    def owners_for(self, customer: str) -> Iterable[tuple[int, str]]:
        return ((number, self._cards[number].owner) for number in self._asked.get(customer, ()))

    def loads(self) -> Mapping[str, Mapping[str, int]]:
        return self._loads

    def numbers(self) -> Iterable[int]:
        """Of all cards, open or closed."""
        return self._cards

    def waiting(self) -> Iterable[tuple[int, Letter]]:
        return ((number, letter) for number, letters in self._waiting.items() for letter in letters)


class Overlaid:
    """The box as a batch at hand sees it: its own cards lie on top, and hide those of the same numbers."""

    def __init__(self, below: CardBox, top: CardBox) -> None:
        self._below = below
        self._top = top

    def holders(self, key: str) -> Iterable[int]:
        return [*self._top.holders(key), *self._still_seen(self._below.holders(key))]

    def followers(self, number: int) -> Iterable[int]:
        return [*self._top.followers(number), *self._still_seen(self._below.followers(number))]

    def open_numbers(self) -> Iterable[int]:
        return [*self._top.open_numbers(), *self._still_seen(self._below.open_numbers())]

    def timers(self) -> Iterator[tuple[datetime, int]]:
        below = (timer for timer in self._below.timers() if timer[1] not in self._top)
        return heapq.merge(self._top.timers(), below)

    def owned_by(self, owner: str, severities: Container[str] | None = None) -> Iterable[int]:
        below = self._below.owned_by(owner, severities)
        return [*self._top.owned_by(owner, severities), *self._still_seen(below)]

    def owners_for(self, customer: str) -> Iterable[tuple[int, str]]:
        below = (item for item in self._below.owners_for(customer) if item[0] not in self._top)
        return [*self._top.owners_for(customer), *below]

    def loads(self) -> Mapping[str, Mapping[str, int]]:
        """Those below, without what they count of cases that lie on top; a batch is small, the desk may have thousands."""
        loads = {owner: Counter(counts) for owner, counts in self._below.loads().items()}
        for number in self._top.numbers():
            for card, by in ((self._below.card(number), -1), (self._top.card(number), 1)):
                if card and not card.closed:
                    loads.setdefault(card.owner, Counter())[card.severity] += by
        return loads

    def card(self, number: int) -> Card | None:
        return self._top.card(number) or self._below.card(number)

    def numbers(self) -> Iterable[int]:
        return [*self._top.numbers(), *self._still_seen(self._below.numbers())]

    def waiting(self) -> Iterable[tuple[int, Letter]]:
        return [*self._top.waiting(), *(item for item in self._below.waiting() if item[0] not in self._top)]

    def _still_seen(self, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if number not in self._top]


def _take_out(index: dict[Key, set[int]], key: Key, number: int) -> None:
    numbers = index.get(key, set())
    numbers.discard(number)
    if not numbers:
        index.pop(key, None)
