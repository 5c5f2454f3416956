"""What may a canned answer name? Less than a letter: nothing of it comes from the inside of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime

from daemon.letters.letter_samples import SAMPLE_CASE, SAMPLE_DESK
from daemon.letters.safe_text import one_line
from rules.case import Case
from rules.desk import Desk
from rules.people import Engineer
from rules.wishes import owner_of

_LONGEST = 200  # characters of a subject or a name


@dataclass(frozen=True, slots=True)
class CaseFacts:
    number: int
    subject: str
    severity: str
    product: str
    opened_at: datetime

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class DeskFacts:
    name: str
    address: str
    case_word: str
    timezone: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    name: str
    address: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class EngineerFacts:
    name: str

    def __str__(self) -> str:
        return self.name


# The name in a canned answer, and what it is.
NAMED: Mapping[str, str] = {
    "customer": "`customer.name` (his address where he gave none), `customer.address`",
    "engineer": "who uses the answer: `engineer.name`",
    "owner": "whose case it is: `owner.name`",
    "case": '`case.number`, `case.subject`, `case.severity`, `case.product` (or ""), `case.opened_at`',
    "desk": "`desk.name`, `desk.address`, `desk.case_word`, `desk.timezone`",
    "organisation": 'the name of the customer\'s organisation, or ""',
    "due": "until when the desk has promised an answer; nothing where it has not",
    "language": 'that of the case: "en", "de"',
}
KNOWN = (*NAMED, "timezone")  # in which the filters tell times


def facts_of(case: Case, desk: Desk, engineer: Engineer, language: str) -> Mapping[str, object]:
    """Values for one case, as it stood when the engineer's mail came."""
    customer = case.customer
    return {
        "customer": CustomerFacts(_line(customer.name or customer.address), _line(customer.address)),
        "engineer": EngineerFacts(_line(engineer.name)),
        "owner": EngineerFacts(_line(owner_of(case, desk).name)),
        "case": CaseFacts(case.number, _line(case.subject), case.severity, case.product, case.opened_at),
        "desk": DeskFacts(desk.name, desk.address.address, desk.case_word, desk.timezone),
        "organisation": case.organisation,
        "due": case.target.due if case.target else None,
        "language": language,
        "timezone": case.timezone,
    }


def samples(language: str) -> tuple[Mapping[str, object], ...]:
    """A case about which everything is known, and one about which nothing is."""
    engineer = SAMPLE_DESK.engineers[0]
    full = facts_of(replace(SAMPLE_CASE, organisation="Customer Ltd"), SAMPLE_DESK, engineer, language)
    bare = replace(SAMPLE_CASE, subject="", product="", customer=replace(SAMPLE_CASE.customer, name=""))
    return {**full, "due": SAMPLE_CASE.opened_at}, facts_of(bare, SAMPLE_DESK, engineer, language)


def attributes() -> Mapping[str, tuple[str, ...]]:
    """What stands behind the point, for the names that have something there."""
    return {
        name: tuple(one.name for one in fields(fact)) for name, fact in samples("en")[0].items() if is_dataclass(fact)
    }


def _line(text: str) -> str:
    return one_line(text, _LONGEST)
