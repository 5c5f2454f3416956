"""How does a letter look as HTML? Made from its finished text: paragraphs, quotes, links; everything escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

_DEEPEST_QUOTE = 5
_OPEN_QUOTE = '<blockquote style="margin:0 0 1em;padding:0 0 0 1em;border-left:3px solid #8a8f98">\n'
_CLOSE_QUOTE = "</blockquote>\n"
_SIGNATURE = ' style="color:#767676;font-size:87.5%"'  # this grey reads on white and on black
_LINK = re.compile(r"((?:https?://|mailto:)[^\s<>\"]{1,1900})", re.IGNORECASE)
_KEPT_BLANK = re.compile(r"^ | (?= )", re.MULTILINE)


def to_html(text: str) -> str:
    """The inside of the body element; `text` with lines that end in "\\n"."""
    written: list[str] = []
    depth = 0
    for level, lines in groupby(map(_unquoted, text.split("\n")), key=lambda line: line[0]):
        written.append(_OPEN_QUOTE * (level - depth) or _CLOSE_QUOTE * (depth - level))
        written.extend(_paragraphs(line for _, line in lines))
        depth = level
    return "".join(written) + _CLOSE_QUOTE * depth


def _unquoted(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and the line without its marks: "> > yes" is (2, "yes")."""
    depth = 0
    while depth < _DEEPEST_QUOTE and line.startswith(">"):
        line = line[1:].removeprefix(" ")
        depth += 1
    return depth, line


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    for filled, group in groupby(lines, key=lambda line: bool(line.strip())):
        if filled:
            yield _paragraph(list(group))


def _paragraph(lines: list[str]) -> str:
    style = ""
    if lines[0] == "-- " and len(lines) > 1:  # the signature mark (RFC 3676, section 4.3)
        style, lines = _SIGNATURE, lines[1:]
    return f'<p dir="auto"{style}>' + "<br>\n".join(map(_line, lines)) + "</p>\n"


def _line(line: str) -> str:
    pieces = _LINK.split(line.expandtabs(4))
    pieces[::2] = map(_words, pieces[::2])
    pieces[1::2] = map(_link, pieces[1::2])
    return "".join(pieces)


def _words(text: str) -> str:
    return _KEPT_BLANK.sub("&nbsp;", escape(text))


def _link(found: str) -> str:
    """The link, without the punctuation of the sentence around it."""
    target = found.rstrip(".,;:!?'")
    if target.endswith(")") and "(" not in target:
        target = target[:-1]
    if not target.partition(":")[2].strip("/"):
        return _words(found)  # "http://" alone leads nowhere
    safe = escape(target)
    return f'<a href="{safe}">{safe}</a>{escape(found[len(target) :])}'
