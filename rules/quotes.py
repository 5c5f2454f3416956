"""Which words are new? A person's own, apart from quoted history and signature. The stored text is never cut."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile

from rules.attributions import BLANKS, SIGNS, divider_at, is_dated, is_rule, says_wrote
from rules.old_lines import Page, introduction_at, is_wrapped_rest, names_its_author, old_lines, unsigned
from rules.signatures import private_start, signature_start

MARKER = "-=-"  # at both ends of the line in our notices above which an engineer writes his answer

_NOTICE_TOP = 12  # text lines up from the marker in which a client introduces our notice
_NOTICE_TOP_SIGNED = 6  # the same, from the first line with a quote sign
_UNKNOWN_FIELDS = 3  # lines that make a head in a language we do not know
_LONGEST_NAME = 24  # of a header field in a language we do not know
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


@dataclass(frozen=True, slots=True)
class Parts:
    """One text in three; each text line of it is in exactly one part, in its order."""

    fresh: str
    quoted: str
    signature: str


def marker(words: str) -> str:
    """The line of a notice above which the answer is to be written."""
    return f"{MARKER} {' '.join(words.split())} {MARKER}"


def is_marker(line: str) -> bool:
    """Is this such a line, or one half of a wrapped one, quoted or not?"""
    if "=" not in line:
        return False
    words = _bared(line)
    found = _lone_markers(words)
    return bool(found) and (found[0] == 0 or found[-1] + len(MARKER) == len(words) or len(found) > 1)


def split(text: str) -> Parts:
    """What is new in a customer's mail; where it cannot be told for sure, his words count as new."""
    page = Page(text.split("\n"))
    old = _notice_lines(page) or old_lines(page, top_counts=True)
    signed = _signature(page, old)
    fresh = [not (is_old or is_signed) for is_old, is_signed in zip(old, signed, strict=True)]
    return Parts(page.text_of(fresh), page.text_of(old), page.text_of(signed))


def answer_of(text: str) -> str:
    """An engineer's words from his reply to our notice; where it cannot be told for sure, they count as the notice."""
    page = Page(text.split("\n"))
    old = _notice_lines(page) or old_lines(page, top_counts=False)
    return page.text_of([not (is_old or _lone_markers(line)) for is_old, line in zip(old, page.lines, strict=True)])


def without_signature(answer: str) -> str:
    """An answer up to the line `-- ` (RFC 3676, section 4.3), or to what a device adds."""
    lines = answer.split("\n")
    start = private_start(lines, [at for at, line in enumerate(lines) if line.strip()])
    return answer if start is None else "\n".join(lines[:start]).rstrip()


def _signature(page: Page, old: list[bool]) -> list[bool]:
    """The signature stands below the first new words or below the last ones; in between, people answer line by line."""
    signed = [False] * len(page.lines)
    new = [at for at in page.solid if not old[at]]
    ends = [place for place, at in enumerate(new[:-1]) if any(old[at + 1 : new[place + 1]])]
    first_and_last = [new[: ends[0] + 1], new[ends[-1] + 1 :]] if ends else [new]
    for words in first_and_last:
        start = signature_start(page.lines, words)
        if start is not None:
            signed[start : words[-1] + 1] = [True] * (words[-1] + 1 - start)
    return page.with_blanks(signed)


def _notice_lines(page: Page) -> list[bool] | None:
    """The lines of our quoted notice; None when no marker shows one."""
    markers = [at for at in page.solid if is_marker(page.plain[at])]
    if not markers:
        return None
    old = [False] * len(page.lines)
    end = len(old)
    bare = next((at for at in markers if _is_bare(page, at)), None)
    if bare is not None:
        # A client that quotes without signs: nothing tells the notice from what may follow it.
        end = _notice_top(page, bare)[0]
        old[end:] = [True] * (len(old) - end)
    if markers[0] < end:
        _take_signed_notice(page, markers[0], end, old)
    return page.with_blanks(old)


def _is_bare(page: Page, at: int) -> bool:
    """A marker without a quote sign, and not the second half that a client wrapped out of its quotation."""
    if page.is_signed(at):
        return False
    begun = [line for line in page.plain[max(0, at - 2) : at] if line.startswith(SIGNS) and is_marker(line)]
    return not begun or _bared(page.plain[at]).startswith(MARKER)


def _take_signed_notice(page: Page, at: int, end: int, old: list[bool]) -> None:
    """Of a notice quoted with signs the unsigned lines are answers, above it the signed ones are the engineer's too."""
    first, last = _notice_top(page, at)
    old[first : last + 1] = [True] * (last + 1 - first)
    sign = page.plain[at][0]
    for line in range(last + 1, end):
        old[line] = page.plain[line].startswith(sign) or is_marker(page.plain[line]) or is_wrapped_rest(page, line)


def _notice_top(page: Page, at: int) -> tuple[int, int]:
    """The first and the last line of what the client put above the notice with this marker."""
    start = _block_start(page, at)
    if page.is_signed(at) and names_its_author(page.plain[start : at + 1]):
        return start, start - 1
    place = bisect_left(page.solid, start)
    reach = _NOTICE_TOP_SIGNED if page.is_signed(at) else _NOTICE_TOP
    for line in reversed(page.solid[max(0, place - reach) : place]):
        found = introduction_at(page.plain, line)
        if found and found.last < start:
            headed = divider_at(page.plain, found.first) is not None  # below it stands a head, in whatever form
            return _climb(page, found.first), start - 1 if headed else found.last
    return _climb(page, _unknown_top(page, start)), start - 1


def _block_start(page: Page, at: int) -> int:
    """The first line of the quoted block with this line in it."""
    place = bisect_left(page.solid, at)
    while page.is_signed(at) and place and page.is_signed(page.solid[place - 1]):
        place -= 1
    return page.solid[place]


def _climb(page: Page, first: int) -> int:
    """Up over whatever else a client put there: a rule, a divider, the fields above the one we found."""
    place = bisect_left(page.solid, first)
    while place:
        above = page.solid[place - 1]
        found = introduction_at(page.plain, above)
        if not is_rule(page.plain[above]) and not found:
            break
        first = min(above, found.first) if found else above
        place = bisect_left(page.solid, first)
    return first


def _unknown_top(page: Page, start: int) -> int:
    """What looks like an attribution or a head in a language that is in no table of ours, right above the notice."""
    place = bisect_left(page.solid, start)
    above = [page.plain[at] for at in reversed(page.solid[max(0, place - _NOTICE_TOP) : place])]
    fields = list(takewhile(_is_field_like, above))
    if len(fields) >= _UNKNOWN_FIELDS and any(map(_is_telling, fields)):
        return page.solid[place - len(fields)]
    if above and above[0].endswith((":", "：")) and (_is_telling(above[0]) or says_wrote(above[0])):
        return page.solid[place - 1]
    return start


def _is_telling(line: str) -> bool:
    return "@" in line or is_dated(line)


def _is_field_like(line: str) -> bool:
    name, colon, _ = line.replace("：", ":", 1).partition(":")
    return bool(colon) and 0 < len(name) <= _LONGEST_NAME and len(name.split()) <= 3


def _bared(line: str) -> str:
    """The line without quote signs and stars, and every kind of dash the same."""
    return unsigned(line).strip(BLANKS + "*_").translate(_DASHES)


def _lone_markers(words: str) -> list[int]:
    """Where the marker stands in these words; a ruling of -=-=-=- is none."""
    found: list[int] = []
    at = words.find(MARKER)
    while at >= 0:
        if words[at - 1 : at] != "=" and words[at + len(MARKER) : at + len(MARKER) + 1] != "=":
            found.append(at)
        at = words.find(MARKER, at + len(MARKER))
    return found
