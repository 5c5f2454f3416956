"""What does a Content-Type or Content-Disposition say? Its value and parameters (RFC 2045, RFC 2231), forgivingly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from daemon.incoming.charsets import decode, guess, one_line
from daemon.incoming.header_text import decode_words

PIECES = 100  # of one parameter in continuations: `filename*0*` ...

_TOKEN_END = re.compile(r"[\s(;]")


@dataclass(frozen=True, slots=True)
class Statement:
    """text/plain; charset=utf-8: `value` is "text/plain", `parameters` {"charset": "utf-8"}."""

    value: str
    parameters: dict[str, str]

    def token(self, name: str) -> str:
        """A parameter that is one word: a comment or a second word after it is left out."""
        return _TOKEN_END.split(self.parameters.get(name, ""), maxsplit=1)[0]


def read_statement(value: bytes) -> Statement:
    first, *rest = _split(guess(value))
    plain: dict[str, str] = {}
    continued: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in rest:
        name, _, text = piece.partition("=")
        base, star, section = name.strip().lower().partition("*")
        if star:
            _keep_section(continued.setdefault(base, {}), section, _unquoted(text))
        elif base:
            plain.setdefault(base, one_line(decode_words(_unquoted(text))))
    plain.update((name, one_line(_joined(sections))) for name, sections in continued.items() if sections)
    return Statement(_TOKEN_END.split(_unquoted(first), maxsplit=1)[0].lower(), plain)


def _split(text: str) -> Iterator[str]:
    """The pieces between semicolons that stand in no quotes."""
    begin = 0
    quoted = escaped = False
    for at, letter in enumerate(text):
        if escaped:
            escaped = False
        elif letter == "\\" and quoted:
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]


def _unquoted(text: str) -> str:
    """A value without its quotes and backslashes (RFC 5322, section 3.2.4)."""
    text = text.strip()
    if not text.startswith('"'):
        return text
    content: list[str] = []
    escaped = False
    for letter in text[1:]:
        if escaped:
            content.append(letter if letter in '\\"' else "\\" + letter)  # an old client's C:\folder\name
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            break
        else:
            content.append(letter)
    return "".join(content)


def _keep_section(sections: dict[int, tuple[str, bool]], section: str, text: str) -> None:
    """`filename*=`, `filename*0=` and `filename*0*=`: the last star says that the text is percent-encoded."""
    number, star, _ = section.partition("*")
    position = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    if len(sections) < PIECES:
        sections.setdefault(position, (text, bool(star) or not number))


def _joined(sections: dict[int, tuple[str, bool]]) -> str:
    ordered = [sections[position] for position in sorted(sections)]
    text, encoded = ordered[0]
    charset = ""
    if encoded and text.count("'") >= 2:
        charset, _, text = text.split("'", 2)
    octets = [unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")]
    octets += [unquote_to_bytes(more) if percent else more.encode("utf-8", "replace") for more, percent in ordered[1:]]
    joined = decode(b"".join(octets), charset)[0]
    return decode_words(joined) if not encoded else joined
