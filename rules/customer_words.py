"""Has the customer said in a word what shall become of his case? "Resolved", "need more time until 14 May".

Closing is final, so such a word counts only where the mail says nothing else: each clause is made of phrases from the tables
in rules/customer_phrases.py, with greetings, thanks and the writer's own name beside them. A question, a "but", any other
word, a subject of his own or a file: then the mail is a reply like any other, and the engineer reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile

from rules.case import Case, Status
from rules.customer_phrases import DONE, MORE_TIME, NO, NOT_RESOLVED, POLITE, RESOLVED, UNTIL, YES
from rules.mail import Address, Mail
from rules.named_days import Named, Sort, days_in
from rules.quotes import split
from rules.signatures import CLIENT_LINES, CLOSINGS, DELIMITERS
from rules.subject_tag import bare, is_forward, without_prefixes
from rules.thanks import AROUND, GREETINGS, NO_NAMES, PICTURE_PARTS, PICTURES, SMILEYS, SOLVED, THANKS, TITLES


class Meaning(StrEnum):
    """What the customer says about his case."""

    RESOLVED = "resolved"
    NOT_RESOLVED = "not resolved"
    MORE_TIME = "needs more time"


@dataclass(frozen=True, slots=True)
class Said:
    """The one thing a mail says; `until` is the day the customer named, None when he named none."""

    meaning: Meaning
    until: date | None = None


_LONGEST = 400  # characters of an answer in a word; more is a story
_MOST_GREETED = 2  # names after a greeting, beside titles
_DELIMITERS = frozenset(map(str.rstrip, DELIMITERS))
_DAY = "\ue000"  # stands for a day in the words of a mail
_QUESTION_MARKS = frozenset("?？؟;¿")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_CLAUSE_ENDS = re.compile(r"[.,;:!…–—()*~\"„“”]+|(?<!\w)[-/]+|[-/]+(?!\w)")
_SMILEY = re.compile("(?:" + "|".join(map(re.escape, SMILEYS)) + r")(?!\w)", re.IGNORECASE)
# What mail gateways put there.
_MARKED_SUBJECT = re.compile(r"\[[^\[\]]{1,30}\]|\(?(?:extern|external)\)?:?", re.IGNORECASE)
_SHORT_FORMS = {
    "it's": "it is", "its": "it is", "that's": "that is", "isn't": "is not", "wasn't": "was not", "hasn't": "has not",
    "issue's": "issue is", "problem's": "problem is", "i'll": "i will", "we'll": "we will", "'til": "til", "&": "and",
}  # fmt: skip


def said(mail: Mail, case: Case, case_word: str, today: date) -> Said | None:
    """The one thing this mail says about the case; None when it says anything more, or may."""
    if mail.attachments or is_forward(mail.subject) or not _subject_is_ours(mail.subject, case, case_word):
        return None
    parts = split(mail.text)
    if _goes_on(parts.signature):
        return None
    asked = case.status in (Status.REMINDED_ONCE, Status.REMINDED_TWICE)
    return _said(parts.fresh, mail.sender, today, asked)


def _subject_is_ours(subject: str, case: Case, case_word: str) -> bool:
    """No word of the subject is new: `Re: [Case #7] Printer on fire, and smoke` may say more than the text below it."""
    own = bare(subject, case_word).casefold()
    ours = bare(case.subject, case_word).casefold()
    if ours and ours in own:
        rest = own.replace(ours, " ", 1)
    else:
        cut = own.rstrip("…. ")
        rest = "" if ours and cut and ours.startswith(cut) else own  # a long subject is cut in our letters
    return not without_prefixes(_MARKED_SUBJECT.sub(" ", rest))


def _goes_on(signature: str) -> bool:
    """Is there a sentence below `Best regards, Ann`, where no mark tells the signature from what else she writes?"""
    lines = takewhile(lambda line: line.rstrip() not in _DELIMITERS, map(str.strip, signature.split("\n")))
    own = (line for line in lines if not line.casefold().startswith(CLIENT_LINES))
    return any(line.endswith((".", "!", "…")) or not _QUESTION_MARKS.isdisjoint(line) for line in own if " " in line)


def _said(text: str, writer: Address, today: date, asked: bool) -> Said | None:
    if len(text) > _LONGEST or _DAY in text or not _QUESTION_MARKS.isdisjoint(text):
        return None
    text = _plain(text)
    days = days_in(text, today)
    if len({one.day for one in days}) > 1 or any(one.day is None for one in days):
        return None
    reading = _Reading(writer, days[0] if days else None)
    lines = filter(None, map(str.strip, _with_days_marked(text, days).split("\n")))
    if not all(reading.takes(clause) for clause in _clauses(lines)):
        return None
    return reading.result(asked)


def _plain(text: str) -> str:
    """Without pictures and smileys, with one kind of apostrophe; a line that goes on below is one line."""
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    text = "".join(" " if sign in PICTURES else "" if sign in PICTURE_PARTS else sign for sign in text)
    return re.sub(r"(?<=\w)[ \t]*\n(?=[^\W\d_A-ZÄÖÜ])", " ", _SMILEY.sub(" ", text))


def _with_days_marked(text: str, days: Sequence[Named]) -> str:
    pieces, at = [], 0
    for one in days:
        pieces += [text[at : one.start], f" {_DAY} "]
        at = one.end
    return "".join([*pieces, text[at:]])


def _clauses(lines: Iterator[str]) -> Iterator[list[str]]:
    for line in lines:
        for clause in _CLAUSE_ENDS.split(line):
            words = [form for word in clause.split() for form in _SHORT_FORMS.get(word.casefold(), word).split()]
            if words:
                yield words


class _Sort(StrEnum):
    """What a phrase does in an answer."""

    RESOLVED = "resolved"
    DONE = "done"  # whatever it was
    NOT_RESOLVED = "not resolved"
    MORE_TIME = "more time"
    UNTIL = "until a day"
    GOOD = "good"  # `all good now`: says nothing alone, and contradicts "not resolved"
    YES = "yes"
    NO = "no"
    THANKS = "thanks"
    AROUND = "around"  # around thanks only
    GREETING = "greeting"
    POLITE = "polite"


class _Reading:
    """Clause by clause, what has been said so far."""

    def __init__(self, writer: Address, day: Named | None) -> None:
        self._writer = _words_of(f"{writer.name} {writer.address.partition('@')[0]}")
        self._day = day
        self._said: set[_Sort] = set()

    def takes(self, words: Sequence[str]) -> bool:
        """Is the clause made of nothing but known phrases, and names where names may stand?"""
        sorts = self._sorts(words)
        if (
            sorts is None
            or not _thanks_fit(sorts)
            or (_Sort.GOOD in sorts and {_Sort.RESOLVED, _Sort.DONE} & set(sorts))
        ):
            return False
        if _Sort.UNTIL in sorts and not self._asks_for_time(sorts):
            return False
        self._said |= set(sorts)
        return True

    def _sorts(self, words: Sequence[str]) -> list[_Sort] | None:
        sorts: list[_Sort] = []
        at = 0
        while at < len(words):
            length, sort = _phrase_at([word.casefold() for word in words[at:]])
            if sort is None:
                return sorts if self._is_own_name(words[at:]) or _may_be_greeted(words[at:], sorts) else None
            sorts.append(sort)
            at += length
        return sorts

    def _is_own_name(self, words: Sequence[str]) -> bool:
        return all(word.casefold() in self._writer or word.casefold() in TITLES for word in words)

    def _asks_for_time(self, sorts: Sequence[_Sort]) -> bool:
        """`until 14 May` answers our question; `bis Montag` alone is what people say when they leave."""
        return _Sort.MORE_TIME in {*self._said, *sorts} or (self._day is not None and self._day.sort is Sort.DATE)

    def result(self, asked: bool) -> Said | None:
        """`asked`: we have asked last whether it is resolved; else `erledigt` may be about what the engineer asked for."""
        said = {_Sort.RESOLVED if asked and one is _Sort.DONE else one for one in self._said}
        if _Sort.DONE in said:
            return None
        if said & {_Sort.MORE_TIME, _Sort.UNTIL}:
            clear = not said & {_Sort.RESOLVED, _Sort.GOOD}
            return Said(Meaning.MORE_TIME, self._day.day if self._day else None) if clear else None
        if _Sort.RESOLVED in said:
            return None if said & {_Sort.NOT_RESOLVED, _Sort.NO} else Said(Meaning.RESOLVED)
        if _Sort.NOT_RESOLVED in said:
            return None if said & {_Sort.YES, _Sort.GOOD} else Said(Meaning.NOT_RESOLVED)
        return None


def _thanks_fit(sorts: Sequence[_Sort]) -> bool:
    """What people say around thanks (`for your help`, `was`, `it`) stands behind them, or in a clause of nothing but thanks."""
    if _Sort.AROUND not in sorts:
        return True
    if _Sort.THANKS not in sorts:
        return False
    thanked = sorts.index(_Sort.THANKS)
    only_thanks = not set(sorts) - {_Sort.THANKS, _Sort.AROUND, _Sort.GREETING, _Sort.POLITE}
    rest = set(sorts[thanked:]) - {_Sort.THANKS, _Sort.AROUND, _Sort.POLITE}
    return only_thanks or (_Sort.AROUND not in sorts[:thanked] and not rest)


def _may_be_greeted(words: Sequence[str], before: Sequence[_Sort]) -> bool:
    """`Hi Eva`, `Sehr geehrte Frau Dr Muster`."""
    names = [word for word in words if word.casefold() not in TITLES]
    return before == [_Sort.GREETING] and len(names) <= _MOST_GREETED and all(map(_is_like_a_name, names))


def _is_like_a_name(word: str) -> bool:
    return word[0].isupper() and not word[1:].isupper() and word.casefold() not in NO_NAMES


def _words_of(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.casefold().replace(".", " ").replace("_", " ")))


def _phrase_at(folded: Sequence[str]) -> tuple[int, _Sort | None]:
    """The longest phrase these words begin with: how many words it has, and what it does."""
    text = "".join(f"{word} " for word in folded)
    longest, sort = 0, None
    for one, pattern in _PATTERNS:
        found = pattern.match(text)
        if found and found.end() > longest:
            longest, sort = found.end(), one
    words = text[:longest].count(" ")
    for length in range(min(len(folded), _LONGEST_PHRASE), words, -1):
        if known := _PHRASES.get(tuple(folded[:length])):
            return length, known
    return words, sort


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the tables as a regular expression over words with one blank behind each."""
    signs = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", "DAY": f"{_DAY} "}
    pieces = re.findall(r"[\[\]()|]|[^\s\[\]()|]+", pattern)
    return re.compile("".join(signs.get(piece) or re.escape(piece.casefold()) + " " for piece in pieces))


_PATTERNS = tuple(
    (sort, _compiled(pattern))
    for sort, patterns in (
        (_Sort.RESOLVED, RESOLVED),
        (_Sort.DONE, DONE),
        (_Sort.NOT_RESOLVED, NOT_RESOLVED),
        (_Sort.MORE_TIME, MORE_TIME),
        (_Sort.UNTIL, UNTIL),
    )
    for pattern in patterns
)
_PHRASES = {
    tuple(phrase.casefold().split()): sort
    for sort, phrases in (  # a phrase that stands in several tables counts as in the last of them
        (_Sort.AROUND, AROUND),
        (_Sort.GOOD, frozenset(SOLVED) - {"no problem", "kein problem"}),
        (_Sort.POLITE, (*POLITE, *CLOSINGS)),
        (_Sort.GREETING, GREETINGS),
        (_Sort.THANKS, THANKS),
        (_Sort.NO, NO),
        (_Sort.YES, YES),
    )
    for phrase in phrases
}
_LONGEST_PHRASE = max(map(len, _PHRASES))
