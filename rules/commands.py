"""What does an engineer order? Lines beginning with "/" at the top of his mail, before any other text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders at the top of a mail, and the words below them."""

    rows: tuple[Row, ...] = ()
    words: str = ""
    error: str = ""  # why nothing of it may be done

    @property
    def event(self) -> Event:
        """The most far-reaching order names the event; without orders a mail is an answer."""
        for event in (Event.ENGINEER_CLOSED, Event.ENGINEER_ADMITTED, Event.ENGINEER_NOTED):
            if any(row.event is event for row in self.rows):
                return event
        return Event.ENGINEER_ANSWERED


def read(text: str) -> Orders:
    """The orders in the new text of an engineer's mail; quoted history must be gone already."""
    rows: list[Row] = []
    lines = text.replace("\N{NO-BREAK SPACE}", " ").split("\n")
    while lines and (not lines[0].strip() or lines[0].lstrip().startswith("/")):
        line = lines.pop(0).strip()
        if not line:
            continue
        word, _, rest = line.partition(" ")
        row = WORDS.get(word.casefold())
        if row is None:
            return Orders(error=_not_understood(word))
        rows.append(row)
        if rest.strip():
            if not row.takes:
                return Orders(error=f"{row.word} stands alone, but {rest.strip()!r} follows it")
            lines.insert(0, rest.strip())
            break
    if len({row.word for row in rows if row.takes}) > 1:
        return Orders(error=f"{' and '.join(row.word for row in rows)} in one mail: whose text is it?")
    words = "\n".join(lines).strip() if rows else text
    if rows and words and not any(row.takes for row in rows):
        return Orders(error=f"{rows[0].word} stands alone, but text follows it; it would have gone nowhere")
    return Orders(tuple(rows), words)


def help_lines() -> list[str]:
    return [f"{row.word} {'[text]' if row.takes else ''}".strip() + f": {row.meaning}" for row in TABLE]


def _not_understood(word: str) -> str:
    near = difflib.get_close_matches(word.casefold(), WORDS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the commands are {', '.join(WORDS)}"
    return f"{word} is no command; {hint}"
