"""How bad is it? A letter from A to D, by the first source that has an answer, and what that answer rests on.

    the mark or field of the customer     "[Sev B]" in the subject, "Severity: B" at the top of a form
    the contract of his organisation      a severity agreed on for all of its cases
    the rules                             phrases, patterns, senders: the desk's own first, then ours (severity_rules.py)
    the importance header                 a hint, and no more: only for a mail in which no rule finds anything
    the default

What the organisation's contract says of the best and the worst severity bounds all of them. An engineer's order beats everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import Protocol, TypeVar

from rules.hours import Calendar, Wait
from rules.mail import Mail
from rules.organisations import Organisation
from rules.phrases import Book, Hit, Sentence, is_imagined, read
from rules.subject_tag import without_prefixes

LEVELS = "ABCD"  # the worst first
_MOST_KEPT = 1000
_TOP_LINES = 15  # of a form: a field further below is a line of a text
_LONGEST_SUBJECT = 2_000  # characters in which a mark is looked for

_WORD = r"(?:sev(?:erity)?|prio(?:rit(?:y|ät))?|schweregrad|dringlichkeit)"
_MARK = re.compile(rf"[\[(<]\s{{0,9}}(?:{_WORD}\s{{0,9}}[:=\-]?\s{{0,9}}){{1,2}}([A-D])\s{{0,9}}[\])>]", re.IGNORECASE)
_SPOKEN_MARK = re.compile(rf"^\W*{_WORD}\s?[:=\-]?\s?([A-D])\b(?!\s*(?:['’&/]|\w))", re.IGNORECASE)
_FIELD = re.compile(rf"^\W{{0,4}}{_WORD}\s{{0,20}}[:=]\s{{0,20}}([A-D])\b(?![\w/])", re.IGNORECASE)

_HINTS = (
    ("B", "importance", "high"),
    ("B", "x-priority", "1"),
    ("B", "priority", "urgent"),
    ("B", "x-msmail-priority", "high"),
    ("D", "importance", "low"),
    ("D", "x-priority", "5"),
    ("D", "priority", "non-urgent"),
)


class Pattern(Protocol):
    """A regular expression of an engine that takes linear time (RE2)."""

    @property
    def pattern(self) -> str: ...

    def search(self, text: str, /) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Level:
    """One severity as the desk publishes it; texts by language."""

    letter: str
    names: Mapping[str, str]
    meanings: Mapping[str, str]
    first_answer: Wait | None = None
    next_answer: Wait | None = None
    acknowledge: Wait | None = None  # within this time an engineer has to answer, or the next one gets the case
    calendar: Calendar | None = None  # hours of its own; None: those of the desk
    weight: int = 1  # how heavy one such case is for an engineer
    urgent: bool = False  # is handed to a colleague when its owner is away

    def name(self, language: str) -> str:
        return in_language(self.names, language)

    def meaning(self, language: str) -> str:
        return in_language(self.meanings, language)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. All that it asks for must be there, and nothing of `unless` may be said anywhere in the mail."""

    level: str
    name: str
    says: tuple[tuple[str, ...], ...] = ()  # groups of phrases: one of each group in the same sentence
    besides: tuple[str, ...] = ()  # one of these is said anywhere in the mail
    unless: tuple[str, ...] = ()
    unless_there: tuple[str, ...] = ()  # not in the sentence itself
    patterns: tuple[Pattern, ...] = ()
    senders: tuple[str, ...] = ()  # addresses, with * for anything
    products: tuple[str, ...] = ()
    subject_only: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, which rule found it, and on what evidence."""

    value: str
    rule: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Triage:
    """The policy by which a desk tells severities."""

    levels: tuple[Level, ...] = ()
    rules: tuple[Rule, ...] = ()  # those that come with the desk: to them every product goes by one name
    own: tuple[Rule, ...] = ()  # those of config.toml, asked before them
    default: str = "C"
    inside: tuple[str, ...] = ()  # mail domains of the company itself

    def level(self, letter: str) -> Level:
        return next((one for one in self.levels if one.letter == letter), Level(letter, {"en": ""}, {"en": ""}))


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in English, else in whichever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Text:
    """What the author wrote himself, without quoted history and signature."""

    subject: str
    words: str


def severity_of(
    mail: Mail, text: Text, generic: Text, product: str, organisation: Organisation | None, triage: Triage
) -> Finding:
    """`generic` is the text in which every product goes by one name (rules/products.py)."""
    found = (
        _marked(mail, text.words)
        or _agreed(organisation)
        or _by_rules(mail, text, generic, product, triage)
        or _hinted(mail)
        or Finding(triage.default, "the default", "nothing says how bad it is")
    )
    return bounded(found, organisation)


def bounded(found: Finding, organisation: Organisation | None) -> Finding:
    """Not better and not worse than the contract has it."""
    if organisation is None:
        return found
    best, worst = organisation.severity_floor or LEVELS[-1], organisation.severity_cap or LEVELS[0]
    letter = min(max(found.value, worst), best)  # letters compare as severities do, the other way round
    if letter == found.value:
        return found
    which = "at the most" if letter > found.value else "at the least"
    return Finding(
        letter, "contract", f"{organisation.name}: {letter} {which}; without it {found.value} by {told(found)}"
    )


def told(found: Finding) -> str:
    return f"{found.rule}: {found.evidence}" if found.evidence else found.rule


def _by_rules(mail: Mail, text: Text, generic: Text, product: str, triage: Triage) -> Finding | None:
    """The first rule that applies, those of the desk before ours; what the subject says counts like the text."""
    if found := _first(triage.own, text, mail, product):
        return found
    if mail.sender.domain in triage.inside:
        return Finding("D", "a request from inside the company", f"From: {mail.sender.address}")
    return _first(triage.rules, generic, mail, product)


def _first(rules: tuple[Rule, ...], text: Text, mail: Mail, product: str) -> Finding | None:
    if not rules:
        return None
    said = _Said(text, rules)
    applying = ((rule, _applies(rule, said, mail, product)) for rule in rules)
    return next((Finding(rule.level, rule.name, evidence) for rule, evidence in applying if evidence is not None), None)


def asked_for(mail: Mail, words: str) -> str:
    """The severity a customer names himself, by a mark or a field; "" when he names none."""
    found = _marked(mail, words)
    return found.value if found else ""


def _marked(mail: Mail, words: str) -> Finding | None:
    subject = mail.subject[:_LONGEST_SUBJECT]
    if mark := _MARK.search(subject) or _SPOKEN_MARK.search(subject):
        return Finding(mark[1].upper(), "the customer's mark", f"{mark[0].strip()!r} in the subject")
    for line in top_lines(words):
        if mark := _FIELD.search(line):
            return Finding(mark[1].upper(), "the customer's form", f"{line.strip()[:80]!r}")
    return None


def top_lines(words: str) -> list[str]:
    """Where the fields of a form stand."""
    return [line for line in words.split("\n") if line.strip()][:_TOP_LINES]


def _agreed(organisation: Organisation | None) -> Finding | None:
    if organisation is None or not organisation.severity:
        return None
    return Finding(organisation.severity, "contract", f"agreed on with {organisation.name}")


def _hinted(mail: Mail) -> Finding | None:
    """Outlook's exclamation mark and its like (RFC 2156, section 5.3.6); many people set it on everything."""
    for letter, name, value in _HINTS:
        if mail.header(name).strip().lower().startswith(value):
            return Finding(letter, "importance header, a hint", f"{name.title()}: {mail.header(name)[:40]}")
    return None


class _Said:
    """What a mail says, phrase by phrase, in which sentences."""

    def __init__(self, text: Text, rules: tuple[Rule, ...]) -> None:
        self.text = f"{text.subject}\n\n{text.words}"
        subject = read(text.subject)
        self.answers = without_prefixes(text.subject) != " ".join(text.subject.split())  # its subject is an old one
        self.sentences: Sequence[Sentence] = (*subject, *read(text.words))
        self.subject = range(len(subject))
        self.hits: dict[str, dict[int, Hit]] = {}
        for hit in _book(rules).hits(self.sentences):
            if self.answers and hit.sentence in self.subject:
                continue
            self.hits.setdefault(hit.phrase, {})[hit.sentence] = hit

    def is_meant(self, number: int) -> bool:
        """Of something that has happened; what is only imagined is no disaster."""
        return not is_imagined(self.sentences[number])

    def of(self, phrases: tuple[str, ...]) -> dict[int, Hit]:
        """One hit of these phrases for each sentence that has one."""
        said = sorted(_ranks(phrases).keys() & self.hits.keys(), key=_ranks(phrases).__getitem__, reverse=True)
        return {number: hit for phrase in said for number, hit in self.hits[phrase].items()}


Given = TypeVar("Given")
Made = TypeVar("Made")


def _made_once(make: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """Remembers what was made of this very value: to compare tables of thousands of phrases would take longer than the mail."""
    kept: dict[int, tuple[Given, Made]] = {}

    def made(given: Given) -> Made:
        if id(given) not in kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[id(given)] = given, make(given)
        return kept[id(given)][1]

    return made


@_made_once
def _book(rules: tuple[Rule, ...]) -> Book:
    return Book(
        phrase
        for rule in rules
        for group in (*rule.says, rule.besides, rule.unless, rule.unless_there)
        for phrase in group
    )


@_made_once
def _ranks(phrases: tuple[str, ...]) -> dict[str, int]:
    """The phrases of a group by their order: far fewer are said in a mail than stand in a table."""
    return {phrase: rank for rank, phrase in enumerate(phrases)}


def _applies(rule: Rule, said: _Said, mail: Mail, product: str) -> str | None:
    """The evidence for a rule; None when it does not apply."""
    if rule.senders and not any(fnmatchcase(mail.sender.key, sender.casefold()) for sender in rule.senders):
        return None
    if rule.products and product not in rule.products:
        return None
    evidence = list(_heard(rule, said))
    wanted = bool(rule.says) + bool(rule.patterns)
    if len(evidence) < wanted or said.of(rule.unless):
        return None
    if rule.besides:
        more = said.of(rule.besides)
        if not more:
            return None
        evidence.append(f'"{more[min(more)].said}"')
    evidence += [f"From: {mail.sender.address}"] if rule.senders else []
    return ", ".join(evidence) or product


def _heard(rule: Rule, said: _Said) -> Iterator[str]:
    if rule.says:
        places = [said.of(group) for group in rule.says]
        common = set.intersection(*(set(place) for place in places))
        common -= said.of(rule.unless_there).keys()
        if rule.subject_only:
            common &= set(said.subject)
        meant = (number for number in sorted(common) if rule.level not in "AB" or said.is_meant(number))
        for number in islice(meant, 1):
            yield " with ".join(f'"{place[number].said}"' for place in places) + (
                " in the subject" if number in said.subject else ""
            )
    for pattern in rule.patterns:
        if pattern.search(said.text):
            yield f"the pattern {pattern.pattern}"
            return
