"""In which order does an HTML page say its words? The tree as one flat list of steps, and the words in it.

A flat list can be cut anywhere: what was open at the cut is opened again, what is open at its end is closed. What nobody
sees on the page (hidden parts, scripts, comments) is no step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from daemon.incoming.html_text import BLOCKS, CELLS, is_hidden, is_too_deep

DEEPEST = 200  # levels of a page that a person wrote
MOST = 50_000  # steps of one

_LINE_OR_WORD = re.compile(r"[^\W_]+|\n")
_VOID = frozenset({"br", "hr", "img", "wbr"})
_BREAKS = BLOCKS | CELLS | {"br"}
_CID = "cid:"


class Kind(Enum):
    OPEN = 1
    CLOSE = 2
    VOID = 3
    TEXT = 4


@dataclass(frozen=True, slots=True)
class Step:
    kind: Kind
    tag: str
    text: str
    attributes: Mapping[str, str]

    @property
    def breaks(self) -> bool:
        """Does a new line begin here?"""
        return self.tag in _BREAKS

    @property
    def picture(self) -> str:
        """The content id of the picture shown here, "" where there is none of the mail's own."""
        source = self.attributes.get("src", "").strip() if self.tag == "img" else ""
        return source[len(_CID) :] if source.lower().startswith(_CID) else ""


@dataclass(frozen=True, slots=True)
class Word:
    """Letters and digits on the page; or, with `perhaps`, what a text may say in its place and the page does not."""

    step: int
    start: int
    end: int
    letters: str
    perhaps: tuple[str, ...] = ()
    begins_line: bool = False


def squeezed(text: str) -> str:
    """Letters and digits only: wrapping, quote signs and mangled dashes make no difference."""
    return "".join(filter(str.isalnum, text.casefold()))


def steps_of(html: str) -> list[Step] | None:
    """None: deeper or longer than a person's page is."""
    if is_too_deep(html):
        return None
    root = LexborHTMLParser(html).root
    steps: list[Step] = []
    todo: list[tuple[LexborNode, int, bool]] = [(root, 0, False)] if root is not None else []
    while todo:
        node, depth, leaving = todo.pop()
        tag = node.tag or ""
        if leaving:
            steps.append(Step(Kind.CLOSE, tag, "", {}))
        elif node.is_text_node:
            steps.append(Step(Kind.TEXT, "", node.text_content or "", {}))
        elif not is_hidden(node):
            if depth > DEEPEST or len(steps) > MOST:
                return None
            attributes = {name: value or "" for name, value in node.attributes.items()}
            steps.append(Step(Kind.VOID if tag in _VOID else Kind.OPEN, tag, "", attributes))
            if tag not in _VOID:
                todo.append((node, depth, True))
                todo += [(child, depth + 1, False) for child in reversed(list(node.iter(include_text=True)))]
    return steps


def words_of(steps: Sequence[Step]) -> list[Word]:
    words: list[Word] = []
    links: list[str] = []
    lists: list[int] = []
    fresh = True
    for at, step in enumerate(steps):
        fresh = fresh or step.breaks
        if step.kind is Kind.TEXT:
            for found in _LINE_OR_WORD.finditer(step.text):
                if found[0] != "\n":
                    words.append(Word(at, found.start(), found.end(), found[0].casefold(), (), fresh))
                fresh = found[0] == "\n"
            continue
        if step.kind is Kind.OPEN and step.tag == "a":
            links.append(step.attributes.get("href", ""))
        elif step.kind is Kind.OPEN and step.tag in ("ol", "ul"):
            lists.append(0)
        elif step.kind is Kind.CLOSE and step.tag in ("ol", "ul") and lists:
            lists.pop()
        perhaps = tuple(_perhaps(step, links, lists))
        if perhaps:
            words.append(Word(at, 0, 0, "", perhaps, fresh))
    return words


def _perhaps(step: Step, links: list[str], lists: list[int]) -> Iterator[str]:
    """How texts write what a page shows without letters: the number of an item, where a link leads, a picture."""
    if step.kind is Kind.CLOSE and step.tag == "a" and links:
        address = links.pop()
        yield squeezed(address)
        yield squeezed(address.removeprefix("mailto:"))
    elif step.kind is Kind.OPEN and step.tag == "li" and lists:
        lists[-1] += 1
        yield str(lists[-1])
    elif step.tag == "img":
        name = squeezed(step.attributes.get("alt", ""))
        yield from (way for way in (f"image{name}", f"cid{squeezed(step.picture)}", name) if way)
