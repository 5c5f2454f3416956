"""What must be looked up before an engineer's mail can be decided? The shell finds it; the rules only say what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.canned import Canned
from rules.case import Case, Letter
from rules.change import Change
from rules.commands import ASKING, ESCALATE, NUMBER, TO_MAINTENANCE, USE, Orders, escalation_of, read
from rules.lifecycle import Event
from rules.list_lines import Line, is_numbered, read_lines
from rules.mail import Mail
from rules.quotes import answer_of
from rules.story import Said

MOST_CASES = 20  # that one mail may name
MOST_ASKED = 3  # lists, searches or cases that one mail may ask for
MOST_HITS = 20  # of one search
REMOVE = "remove"  # before the number of a case: `/link remove 10042`


# What may bring a letter that quotes what both sides have said; giving the case to somebody does, too.
_QUOTING = frozenset((Event.ENGINEER_ANSWERED, Event.ENGINEER_WAITS, Event.ENGINEER_KEEPS, Event.ENGINEER_ESCALATED))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the orders at the top of a mail name."""

    numbers: tuple[int, ...] = ()  # of other cases
    answers: bool = False  # the canned ones
    held: bool = False  # what strangers wrote to this case
    split: bool = False  # the mail that the answered letter shows
    escalates: bool = False
    change: int = 0  # that the order names
    lists: tuple[str, ...] = ()  # whose open cases: what stands behind /list
    searches: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()  # other cases of which both sides' words are wanted
    story: bool = False  # of this case: it may be quoted
    latest: tuple[int, ...] = ()  # other cases of which the customer's last mail is wanted
    report: bool = False  # how the desk fares


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of it."""

    cases: Mapping[int, Case] = field(default_factory=dict)
    answers: tuple[Canned, ...] = ()  # all of them, filled in for the case
    held: Mapping[int, Mail] = field(default_factory=dict)  # what strangers wrote to this case, by paper
    split: Mail | None = None  # the mail that the answered letter shows
    lists: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    hits: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)
    stories: Mapping[int, tuple[Said, ...]] = field(default_factory=dict)  # by case: the newest first
    latest: Mapping[int, Mail] = field(default_factory=dict)  # of other cases
    fared: tuple[Case, ...] = ()  # all open cases, and those of late
    change: Change | None = None  # that the orders name, else the one the case waits for or is the home of
    next_change: int = 0  # the number a new change would get, where one may be proposed

    def story(self, case: Case) -> tuple[Said, ...]:
        """What both sides have said in this case, as far as it was looked up."""
        return self.stories.get(case.number, ())


def wanted_by(mail: Mail, answers: Letter | None) -> Wanted:
    """To be asked for mails in an engineer's name only; orders that cannot be read want nothing. `answers`: the letter."""
    text = answer_of(mail.text)
    if answers and answers.about and is_numbered(text):
        return _wanted_by_lines(read_lines(text, answers.about).lines)
    given = read(text)
    return Wanted(
        _named_in(given),
        answers=given.has(USE),
        held=given.has("/refuse"),
        split=given.has("/split"),
        escalates=given.has(ESCALATE),
        change=_change_in(given),
        lists=_behind("/list", given),
        searches=_behind("/find", given),
        shown=tuple(filter(None, map(number_in, _behind("/show", given)))),
        story=not given.error and (given.event in _QUOTING or given.has("/assign")),
        report=given.has("/report"),
    )


def _wanted_by_lines(lines: tuple[Line, ...]) -> Wanted:
    """Each line is about a case, and may name others."""
    own = tuple(line.number for line in lines)
    named = tuple(number for line in lines for number in _named_in(line.orders))
    quoting = tuple(line.number for line in lines if line.orders.has("/assign"))
    return Wanted((*own, *named), shown=quoting, latest=quoting)


def _named_in(given: Orders) -> tuple[int, ...]:
    numbers = (number_in(_without_remove(order.argument)) for order in given.orders if order.row.takes == NUMBER)
    return tuple(dict.fromkeys(number for number in numbers if number))[:MOST_CASES]


def _behind(word: str, given: Orders) -> tuple[str, ...]:
    return tuple(dict.fromkeys(order.argument for order in given.orders if order.row.word == word))[:MOST_ASKED]


def asks_too_much(given: Orders) -> str:
    """Why not all that a mail asks for is looked up; "" when it is."""
    words = [order.row.word for order in given.orders]
    much = next((word for word in ASKING if words.count(word) > MOST_ASKED), "")
    return f"{much} more than {MOST_ASKED} times in one mail; please ask for the others in a second one" if much else ""


def _change_in(given: Orders) -> int:
    """Of `/escalate maintenance 17`."""
    whom, said = escalation_of(given.words)
    return number_in(said.partition("\n")[0]) if given.has(ESCALATE) and whom == TO_MAINTENANCE else 0


def number_in(argument: str) -> int:
    """The case that an order names: 10042, #10042 or [Case #10042]; 0 when it is none."""
    digits = argument.strip().rstrip("]").rpartition("#")[2].strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else 0


def _without_remove(argument: str) -> str:
    first, _, rest = argument.strip().partition(" ")
    return rest if first.casefold() == REMOVE else argument
