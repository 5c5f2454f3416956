"""Which HTML may go out in a letter? What shows words and pictures; nothing that loads, runs, asks or tells who wrote it.

Everything is on a list: elements, attributes, properties of a style. `nh3` reads the result once more by the same lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

import nh3

from daemon.incoming.html_text import BLOCKS
from daemon.letters.discretion import Discretion
from daemon.letters.html_steps import Kind, Step

TAGS = frozenset((
    "a", "abbr", "b", "blockquote", "br", "center", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt",
    "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre",
    "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "var", "wbr",
))  # fmt: skip
_OTHER_BLOCKS = BLOCKS - TAGS - {"html"}
_STYLED = {"style", "dir", "align"}
_TABLE = {"width", "height", "valign", "bgcolor", "colspan", "rowspan"}
ATTRIBUTES: Mapping[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", *_TABLE},
    **{tag: set(_TABLE) for tag in ("td", "th", "tr", "col", "colgroup")},
    **{tag: set() for tag in ("blockquote", "center", "div", "p", "pre", "span", "ul", "li", "hr")},
    **{f"h{level}": set() for level in range(1, 7)},
}
_UNSTYLED = frozenset({"a", "img"})
STYLES = frozenset((
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction",
    "font-family", "font-size", "font-style", "font-weight", "line-height", "list-style-type", "margin",
    "margin-bottom", "margin-left", "margin-right", "margin-top", "padding", "padding-bottom", "padding-left",
    "padding-right", "padding-top", "text-align", "text-decoration", "text-indent", "vertical-align",
    "white-space", "width",
))  # fmt: skip
SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid"})

_LONGEST_ATTRIBUTE = 2_000
_LONGEST_STYLE = 1_000
# A plain value, or a colour in numbers: no url(), no expression(), no escape.
_STYLE_VALUE = re.compile(r"(?:[\w#%.,'\" !-]|rgba?\([\d.,% ]{1,40}\)){1,200}")
_PLAIN_VALUE = re.compile(r"[\w#%.,'\" -]{1,120}")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture on the page is called in the letter."""

    content_id: str
    name: str


def written(steps: Sequence[Step], pictures: Mapping[str, Shown], discretion: Discretion) -> str:
    """The steps as HTML; `pictures` by the content id they had. All other pictures are left out."""
    pieces = [_written(step, pictures, discretion) for step in _balanced(steps)]
    return _checked("".join(pieces))


def _written(step: Step, pictures: Mapping[str, Shown], discretion: Discretion) -> str:
    if step.kind is Kind.TEXT:
        return escape(discretion.kept(step.text), quote=False)
    if step.tag == "img":
        return _picture(step, pictures)
    tag = step.tag if step.tag in TAGS else "div" if step.tag in _OTHER_BLOCKS else ""
    if not tag:
        return ""
    return f"</{tag}>" if step.kind is Kind.CLOSE else _tag(tag, _attributes(step, discretion))


def _balanced(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps with an end for each beginning; ends without a beginning are left out."""
    open_ones: list[Step] = []
    for step in steps:
        if step.kind is Kind.OPEN:
            open_ones.append(step)
        elif step.kind is Kind.CLOSE:
            if not open_ones:
                continue
            open_ones.pop()
        yield step
    yield from (Step(Kind.CLOSE, step.tag, "", {}) for step in reversed(open_ones))


def _picture(step: Step, pictures: Mapping[str, Shown]) -> str:
    shown = pictures.get(step.picture)
    if shown is None:
        return ""
    sizes = {name: value for name in ("width", "height") if (value := step.attributes.get(name, "")).isdecimal()}
    return _tag("img", {"src": f"cid:{shown.content_id}", "alt": shown.name, **sizes})


def _tag(tag: str, attributes: Mapping[str, str]) -> str:
    return f"<{tag}" + "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()) + ">"


def _attributes(step: Step, discretion: Discretion) -> dict[str, str]:
    allowed = ATTRIBUTES.get(step.tag, set()) | (set() if step.tag in _UNSTYLED else _STYLED)
    kept = {}
    for name in sorted(allowed & step.attributes.keys()):
        value = step.attributes[name][:_LONGEST_ATTRIBUTE]
        value = _style(value) if name == "style" else _link(value, discretion) if name == "href" else _plain(value)
        if value and not discretion.hides(value):
            kept[name] = value
    return kept


def _style(style: str) -> str:
    kept = []
    for declaration in style[:_LONGEST_STYLE].split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name in STYLES and _STYLE_VALUE.fullmatch(value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def _link(address: str, discretion: Discretion) -> str:
    """The link, unless it leads nowhere outside, or tells somebody's address once it is decoded."""
    address = address.strip()
    scheme = address.partition(":")[0].lower()
    plain = unquote(unquote(address))
    return address if scheme in SCHEMES - {"cid"} and not discretion.hides(plain) else ""


def _plain(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else ""


def _checked(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: ATTRIBUTES.get(tag, set()) | (set() if tag in _UNSTYLED else _STYLED) for tag in TAGS},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        filter_style_properties=set(STYLES),
    )
