"""What does an answer to a list of cases order? Lines with the place of a case in front: `3 /close Fixed in 2.4.`"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.attributions import BLANKS
from rules.commands import ABOUT_NO_CASE, CONFIRM, ESCALATE, MEET, TEXT, USE, WORDS, Orders, read
from rules.quotes import split, without_signature

MOST_LINES = 20  # of one mail: each changes a case

# Beside a case these need more than its number: a letter that is answered, a text of the desk, a second thought.
_ONLY_AT_THE_CASE = frozenset((ESCALATE, MEET, USE, CONFIRM, "/merge", "/split", "/vote", "/admit", "/refuse"))
_LINE = re.compile(r"#?(\d{1,3})[.):]?[ \t]+([/／]\S.*)")


@dataclass(frozen=True, slots=True)
class Line:
    """What is ordered for one case of the list, and what was written."""

    place: int
    number: int
    text: str
    orders: Orders

    @property
    def shown(self) -> str:
        return f"{self.place} {self.text.partition(chr(10))[0]}"


@dataclass(frozen=True, slots=True)
class Lines:
    """All of them; or why none may be done."""

    lines: tuple[Line, ...] = ()
    error: str = ""


def is_numbered(text: str) -> bool:
    """Does an answer begin with such a line?"""
    return _numbered(_first_line(text)) is not None


def read_lines(answer: str, about: Sequence[int]) -> Lines:
    """`about`: the numbers of the cases on the list, by their places. One line that cannot be read, and nothing is done.

    A line without a number goes on with the text above it, up to the next blank line; below that only a greeting may stand.
    """
    ordered: dict[int, list[str]] = {}
    words: dict[int, list[str]] = {}
    place = 0  # of the line above; 0 behind a blank one
    rest = without_signature(answer).replace("\N{NO-BREAK SPACE}", " ").split("\n")
    while rest:
        line = rest.pop(0).strip(BLANKS)
        if found := _numbered(line):
            place = found[0]
            ordered.setdefault(place, []).append(found[1])
        elif not line:
            place = 0
        elif place:
            words.setdefault(place, []).append(line)
        elif split("\n".join((line, *rest))).fresh.strip():
            return Lines(error=f"{line[:80]!r} has no number in front; lines look like 3 /note She has called")
        else:
            break
    lines = tuple(
        _line(one, sorted(orders, key=_takes_text) + words.get(one, []), about) for one, orders in ordered.items()
    )
    return _checked(lines, len(about))


def _first_line(text: str) -> str:
    return next((line.strip(BLANKS) for line in text.split("\n") if line.strip(BLANKS)), "")


def _numbered(line: str) -> tuple[int, str] | None:
    found = _LINE.fullmatch(line)
    return (int(found[1]), found[2]) if found else None


def _line(place: int, written: list[str], about: Sequence[int]) -> Line:
    text = "\n".join(written)
    return Line(place, about[place - 1] if 0 < place <= len(about) else 0, text, read(text))


def _takes_text(text: str) -> bool:
    """Whatever takes text comes last, as in a mail about this one case."""
    return any(order.row.takes == TEXT for order in read(text).orders)


def _checked(lines: tuple[Line, ...], places: int) -> Lines:
    wrong = next(filter(None, (_misses(line, places) for line in lines)), "")
    if not wrong and len(lines) > MOST_LINES:
        wrong = f"more than {MOST_LINES} cases in one mail; please send the others in a second one"
    return Lines(error=wrong) if wrong else Lines(lines)


def _misses(line: Line, places: int) -> str:
    if not line.number:
        return f"{line.shown}: the list has no {line.place}, it ends with {places}"
    if line.orders.error:
        return f"{line.shown}: {line.orders.error}"
    stray = next((one.row.word for one in line.orders.orders if one.row.word in _ONLY_AT_THE_CASE | ABOUT_NO_CASE), "")
    return f"{line.shown}: {stray} cannot be ordered in a list; answer a letter of that case" if stray else ""


def begins_with_order(text: str) -> bool:
    """Does the mail begin with a word of the table, or one that is meant to be?"""
    word = "".join(_first_line(text).split(maxsplit=1)[:1]).replace("／", "/").casefold()
    return word in WORDS or (word.startswith("/") and word[1:].isalpha() and len(word) <= max(map(len, WORDS)))
