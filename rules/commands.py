"""What does an engineer order? Lines beginning with "/" at the top of his mail, before any other text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from rules.attributions import BLANKS
from rules.lifecycle import Event


@dataclass(frozen=True, slots=True)
class Row:
    word: str
    event: Event
    takes: str
    meaning: str


TABLE = (
    #   command    what it is to the case       may be followed by  what it does
    Row("/close", Event.ENGINEER_CLOSED,   "text",   "closes the case; your text goes to the customer with the closing letter"),
    Row("/note",  Event.ENGINEER_NOTED,    "text",   "keeps your text on the case; the customer does not see it"),
    Row("/admit", Event.ENGINEER_ADMITTED, "",       "in answer to a held mail: its sender takes part in the case from now on"),
    Row("/help",  Event.ENGINEER_NOTED,    "",       "sends you this list"),
)  # fmt: skip

WORDS = {row.word: row for row in TABLE}

_SLASHES = ("/", "／")  # the second is what East Asian keyboards write
_PLAIN = {**dict.fromkeys(map(ord, BLANKS)), ord("／"): "/"}  # a zero-width space before /note is seen by nobody
_DECORATION = BLANKS + "*_`~-+•·–—>\\"


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders at the top of a mail, and the words below them."""

    rows: tuple[Row, ...] = ()
    words: str = ""
    error: str = ""  # why nothing of it may be done

    @property
    def event(self) -> Event:
        """All orders of a mail are one event; without orders a mail is an answer."""
        return self.rows[0].event if self.rows else Event.ENGINEER_ANSWERED


def read(text: str) -> Orders:
    """The orders in the new text of an engineer's mail; quoted history must be gone already."""
    rows: list[Row] = []
    lines = text.replace("\N{NO-BREAK SPACE}", " ").split("\n")
    while lines and (not lines[0].strip(BLANKS) or lines[0].strip(BLANKS).startswith(_SLASHES)):
        line = lines.pop(0).strip(BLANKS)
        if not line:
            continue
        word, *more = line.split(maxsplit=1)
        word = word.translate(_PLAIN)
        rest = "".join(more)
        row = WORDS.get(word.casefold())
        if row is None:
            return Orders(error=_not_understood(word))
        rows.append(row)
        if rest:
            if not row.takes:
                return Orders(error=f"{row.word} stands alone, but {rest!r} follows it")
            lines.insert(0, rest)
            break
    if stray := next((line.strip() for line in lines if _first_word(line) in WORDS), ""):
        return Orders(error=f"{stray!r} stands below other text; orders go to the top, each on a line of its own")
    if len({row.word for row in rows if row.takes}) > 1:
        return Orders(error=f"{' and '.join(row.word for row in rows)} in one mail: whose text is it?")
    if len({row.event for row in rows}) > 1:
        return Orders(error=f"{' and '.join(row.word for row in rows)} in one mail: one thing at a time, please")
    words = "\n".join(lines).strip() if rows else text
    if rows and words and not any(row.takes for row in rows):
        return Orders(error=f"{rows[0].word} stands alone, but text follows it; it would have gone nowhere")
    return Orders(tuple(rows), words)


def help_lines() -> list[str]:
    return [f"{row.word} {'[text]' if row.takes else ''}".strip() + f": {row.meaning}" for row in TABLE]


def _first_word(line: str) -> str:
    """What a line begins with, also where a client made it bold or a list of it: `*/note*`, `- /note`."""
    word = "".join(line.casefold().lstrip(_DECORATION).split(maxsplit=1)[:1])
    return word.translate(_PLAIN).rstrip(_DECORATION)


def _not_understood(word: str) -> str:
    near = difflib.get_close_matches(word.casefold(), WORDS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the commands are {', '.join(WORDS)}"
    return f"{word} is no command; {hint}"
