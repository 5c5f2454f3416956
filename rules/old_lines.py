"""Which lines of a text are older than the mail itself? One reading from top to bottom, line by line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from rules.attributions import (
    BLANKS,
    SIGNS,
    Certainty,
    Introduction,
    attribution_ending_at,
    closes_a_bracket,
    divider_at,
    is_rule,
)
from rules.quoted_headers import header_block_at

_WRAP = 70  # characters after which clients wrap quoted lines, at the least
_SENTENCE_ENDS = (".", "!", "?", ":", "…")
_HEAD_OF_QUOTE = 6  # lines of a quoted block in which it may say itself whose words it quotes


class Page:
    """A text as lines: as they stand, stripped, and the indices of those with something on them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.plain = [line.strip(BLANKS) for line in lines]
        self.solid = [at for at, line in enumerate(self.plain) if line]

    def text_of(self, chosen: Sequence[bool]) -> str:
        """The chosen lines exactly as they stand, without the blank ones at either end."""
        solid = [at for at in self.solid if chosen[at]]
        if not solid:
            return ""
        return "\n".join(self.lines[at] for at in range(solid[0], solid[-1] + 1) if chosen[at])

    def is_signed(self, at: int) -> bool:
        """Does a quote sign stand before this line?"""
        return self.plain[at].startswith(SIGNS) and not closes_a_bracket(self.plain, at)

    def place_after(self, at: int) -> int:
        """The place in `solid` of the first text line below this one."""
        return bisect_left(self.solid, at + 1)

    def is_framed(self, part: Introduction) -> bool:
        """Do blank lines, or the ends of the text, stand above and below?"""
        above, below = part.first - 1, part.last + 1
        return (above < 0 or not self.plain[above]) and (below >= len(self.plain) or not self.plain[below])

    def with_blanks(self, chosen: list[bool]) -> list[bool]:
        """A blank line belongs to the text above it."""
        for at, line in enumerate(self.plain):
            if not line and at:
                chosen[at] = chosen[at - 1]
        return chosen


def introduction_at(lines: Sequence[str], at: int) -> Introduction | None:
    """What a mail client put above a quotation: a line that ends here, or a divider or a head that begins here."""
    return attribution_ending_at(lines, at) or divider_at(lines, at) or header_block_at(lines, at)


def unsigned(line: str) -> str:
    """The line without its quote signs."""
    return line.lstrip(BLANKS + "".join(SIGNS))


def is_wrapped_rest(page: Page, at: int) -> bool:
    """The rest of a quoted line that was too long: alone between two quoted lines, and it did not fit above."""
    if not 0 < at < len(page.lines) - 1 or not page.plain[at] or page.is_signed(at):
        return False
    if not (page.is_signed(at - 1) and page.is_signed(at + 1)):
        return False
    return len(page.lines[at - 1]) + 1 + len(page.plain[at].split(maxsplit=1)[0]) > _WRAP


def names_its_author(block: Sequence[str]) -> bool:
    """Does a quoted block say in its first lines whose words it quotes?"""
    lines = [unsigned(line) for line in block[:_HEAD_OF_QUOTE]]
    return any(line and introduction_at(lines, at) for at, line in enumerate(lines))


def old_lines(page: Page, *, top_counts: bool) -> list[bool]:
    """For each line, whether it is quoted.

    Nothing new above a quotation without quote signs: `top_counts` then takes what is below it for the person's words,
    a mail passed on to us; else it is old.
    """
    return page.with_blanks(_Reading(page, top_counts).old)


class _Reading:
    """How far the page is read, and what was found so far."""

    def __init__(self, page: Page, top_counts: bool) -> None:
        self.page = page
        self.top_counts = top_counts
        self.old = [False] * len(page.lines)
        self.sign = ""  # the quote sign that an introduction has vouched for
        self.first_new = len(page.lines)
        place = 0
        while place < len(page.solid):
            place = self._block(place) if self._is_quote(page.solid[place]) else self._line(place)

    def _is_quote(self, at: int) -> bool:
        """A bar is a quote sign only where one was introduced: people send tables."""
        sign = self.page.plain[at][0]
        if sign != self.sign and (sign not in SIGNS or sign == "|"):
            return False
        return not closes_a_bracket(self.page.plain, at)

    def _line(self, place: int) -> int:
        at = self.page.solid[place]
        found = introduction_at(self.page.plain, at)
        if self.sign and is_wrapped_rest(self.page, at) and not self.page.plain[at - 1].endswith(_SENTENCE_ENDS):
            self._take(at, at)
        elif found is None or not self._is_believable(found):
            self.first_new = min(self.first_new, at)
        else:
            return self._introduced(found)
        return place + 1

    def _introduced(self, found: Introduction) -> int:
        """Take an introduction and what it introduces for old; the place where to read on."""
        page = self.page
        below = page.place_after(found.last)
        first = self._with_rule_above(found.first)
        self._take(first, found.last)
        if first <= self.first_new:
            self.first_new = len(page.lines)
        if below == len(page.solid):
            return below
        if page.is_signed(page.solid[below]):
            self.sign = page.plain[page.solid[below]][0]
            return below
        if self.top_counts and self.first_new == len(page.lines):
            return below
        self._take(page.solid[below], page.solid[-1])
        return len(page.solid)

    def _is_believable(self, found: Introduction) -> bool:
        page = self.page
        below = page.place_after(found.last)
        if below < len(page.solid) and page.is_signed(page.solid[below]):
            return page.plain[page.solid[below]][0] != "|" or found.certainty is Certainty.SURE
        return found.certainty is Certainty.SURE or (found.certainty is Certainty.LIKELY and page.is_framed(found))

    def _block(self, place: int) -> int:
        """A run of lines with the same quote sign; a log or a shell's prompt looks the same, and is new."""
        page = self.page
        sign = page.plain[page.solid[place]][0]
        end = place
        while end < len(page.solid) and page.plain[page.solid[end]][0] == sign:
            end += 1
        first, last = page.solid[place], page.solid[end - 1]
        if not self.sign and names_its_author(page.plain[first : last + 1]):
            self.sign = sign
        if sign == self.sign or self._is_quoted_tail(place, end):
            self._take(first, last)
        else:
            self.first_new = min(self.first_new, first)
        return end

    def _is_quoted_tail(self, place: int, end: int) -> bool:
        """Two quoted lines or more that end the text, set apart from new words that do not point to them."""
        page = self.page
        if end < len(page.solid) or end - place < 2 or place == 0:
            return False
        above = page.solid[place - 1]
        return page.solid[place] - above > 1 and not self.old[above] and not page.plain[above].endswith(":")

    def _with_rule_above(self, first: int) -> int:
        place = bisect_left(self.page.solid, first)
        above = self.page.solid[place - 1] if place else first
        return above if is_rule(self.page.plain[above]) else first

    def _take(self, first: int, last: int) -> None:
        self.old[first : last + 1] = [True] * (last + 1 - first)
