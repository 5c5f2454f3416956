"""How does this HTML body read as plain text? Quotes become "> " lines, links keep their address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

DEPTH = 1_000  # the parser takes quadratic time beyond
QUOTES = 20

SKIPPED = frozenset(
    {"head", "script", "style", "title", "template", "noscript", "object", "svg", "math", "select", "-comment"}
)
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "table"})
BLOCKS = PARAGRAPHS | frozenset(
    {"address", "article", "aside", "body", "caption", "center", "dd", "div", "dt", "fieldset", "figcaption", "figure"}
    | {
        "details",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "section",
        "summary",
        "tbody",
        "tfoot",
        "thead",
        "tr",
    }
)
LISTS = frozenset({"ul", "ol"})
CELLS = frozenset({"td", "th"})
RULE = "_" * 32  # as Outlook writes it between an answer and the mail answered
UNCLOSED = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
    | {"p", "li", "td", "th", "tr"}
)

HIDDEN = (
    "display:none",
    "visibility:hidden",
    "mso-hide:all",
    "font-size:0;",
    "font-size:0px",
    "opacity:0;",
    "max-height:0",
)

# Zero-width space, soft hyphen and the like: newsletters fill their preview line with them.
FILLING = dict.fromkeys(map(ord, "\u200b\u00ad\u034f\ufeff"))

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_SPACE = re.compile(r"[ \t\n\r\f]+")


def html_to_text(html: str) -> str:
    if not html.strip():
        return ""
    if is_too_deep(html):
        return _without_tags(html)
    root = LexborHTMLParser(html).root
    page = _Page()
    if root is not None:
        _read(root, page)
    return page.text()


def is_too_deep(html: str) -> bool:
    """Do tags nest beyond what any mail client writes?"""
    if html.count("<") <= DEPTH:
        return False
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in UNCLOSED:
            depth += -1 if closing else 1
            if depth > DEPTH:
                return True
    return False


def _without_tags(html: str) -> str:
    """What stands between the tags; for HTML that was made to keep a parser busy."""
    pieces = [piece.partition(">")[2] for piece in ("<>" + html).split("<")[1:]]
    return "\n".join(line for line in (" ".join(piece.split()) for piece in pieces) if line)


@dataclass(slots=True)
class _Page:
    """The lines written so far."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quotes: int = 0
    preformatted: int = 0
    lists: list[int] = field(default_factory=list)  # the next number of each open list; 0 for bullets
    gap: int | None = None  # the quote level of the empty line that is due before the next text

    def write(self, text: str) -> None:
        if self.preformatted:
            first, *more = text.split("\n")
            self.line.append(first)
            for line in more:
                self.end_line(always=True)
                self.line.append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self.line or self.line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self.line.append(text)

    def end_line(self, *, always: bool = False) -> None:
        """Finish the line; `always`: even when it is empty (a <br>)."""
        text = "".join(self.line).rstrip(" ")
        self.line = []
        if not text and not always:
            return
        if self.gap is not None and self.lines:
            self._add(min(self.gap, self.quotes), "")
        self.gap = None
        self._add(self.quotes, text.replace("\xa0", " ").rstrip())

    def _add(self, level: int, text: str) -> None:
        marks = ">" * min(level, QUOTES)
        line = f"{marks} {text}" if marks and text else marks + text
        if text or self.preformatted or not self.lines or self.lines[-1] != line:  # one empty line is enough
            self.lines.append(line)

    def paragraph(self) -> None:
        self.end_line()
        self.gap = self.quotes if self.gap is None else min(self.gap, self.quotes)

    def text(self) -> str:
        self.end_line()
        return "\n".join(self.lines).translate(FILLING).strip("\n")


def _read(root: LexborNode, page: _Page) -> None:
    """Walk the tree without recursion: a mail may nest deeper than Python's stack."""
    todo: list[tuple[LexborNode, bool]] = [(root, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            _leave(node, page)
        elif node.is_text_node:
            page.write(node.text_content or "")
        elif not is_hidden(node):
            _enter(node, page)
            todo.append((node, True))
            todo += [(child, False) for child in reversed(list(node.iter(include_text=True)))]


def is_hidden(node: LexborNode) -> bool:
    if node.tag in SKIPPED:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    style = (attributes.get("style") or "").replace(" ", "").lower() + ";"
    return "hidden" in attributes or any(way in style for way in HIDDEN)


def _enter(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag == "br":
        page.end_line(always=True)
    elif tag == "img":
        page.write(_image(node))
    elif tag in CELLS and page.line:
        page.line.append("  ")
    else:
        _break(node, tag, page)
    if tag in _ON_ENTERING:
        _ON_ENTERING[tag](page)


def _leave(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag in _ON_LEAVING:
        page.end_line()
        _ON_LEAVING[tag](page)
    if tag == "a":
        page.write(_address(node, page))
    else:
        _break(node, tag, page)


def _break(node: LexborNode, tag: str, page: _Page) -> None:
    """A new line around a block; an empty one between paragraphs, but not in lists and not where Outlook puts none."""
    if tag not in BLOCKS:
        return
    tight = (tag in LISTS and page.lists) or (tag == "p" and "MsoNormal" in (node.attributes.get("class") or ""))
    if tag in PARAGRAPHS and not tight:
        page.paragraph()
    else:
        page.end_line()


def _image(node: LexborNode) -> str:
    alternative = " ".join((node.attributes.get("alt") or "").split())
    return f"[{alternative[:200]}]" if alternative else ""


def _address(node: LexborNode, page: _Page) -> str:
    """Where a link leads, when its text does not say so."""
    address = (node.attributes.get("href") or "").strip()
    shown = "".join(page.line[-20:])
    if not address.lower().startswith(("http://", "https://")) or len(address) > 2000:
        return ""
    bare = address.partition("://")[2].rstrip("/")
    return "" if not shown.strip() or bare in shown else f" <{address}>"


def _quote(page: _Page) -> None:
    page.quotes += 1


def _unquote(page: _Page) -> None:
    page.quotes -= 1


def _preformat(page: _Page) -> None:
    page.preformatted += 1


def _unpreformat(page: _Page) -> None:
    page.preformatted -= 1


def _number(page: _Page) -> None:
    page.lists.append(1)


def _bullet(page: _Page) -> None:
    page.lists.append(0)


def _end_list(page: _Page) -> None:
    page.lists.pop()


def _item(page: _Page) -> None:
    number = page.lists[-1] if page.lists else 0
    page.line.append("  " * min(len(page.lists) - 1, QUOTES) + (f"{number}. " if number else "- "))
    if number:
        page.lists[-1] += 1


def _rule(page: _Page) -> None:
    page.write(RULE)


_ON_ENTERING = {"blockquote": _quote, "pre": _preformat, "ol": _number, "ul": _bullet, "li": _item, "hr": _rule}
_ON_LEAVING = {"blockquote": _unquote, "pre": _unpreformat, "ol": _end_list, "ul": _end_list}
