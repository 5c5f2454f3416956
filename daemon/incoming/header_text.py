"""What does a header say, read as text? Encoded words (RFC 2047) in every form they come in, and raw octets."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.incoming.charsets import codec_for, decode, guess, one_line

# Encoded words stand for text in these alone. In the others they stay as they are: decoded, a forged one could add
# a verdict to Authentication-Results or an id to References (RFC 2047, section 5).
TEXTS = frozenset(
    {"subject", "comments", "from", "to", "cc", "bcc", "reply-to", "sender", "keywords", "organization", "thread-topic"}
)


def header_text(name: str, value: bytes, hint: str = "") -> str:
    """The value of a header on one line, decoded where it is text; `hint` is the charset of unlabelled octets."""
    text = guess(value, hint)
    return one_line(decode_words(text) if name in TEXTS else text)


def decode_words(text: str) -> str:
    """The text with its encoded words decoded; white space between two of them belongs to neither."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run = _Run()
    for piece in _split(text):
        if isinstance(piece, _Word):
            if not run.takes(piece):
                pieces.append(run.text())
                run = _Run(piece)
        elif piece.strip() or not run.words:
            pieces += (run.text(), piece)
            run = _Run()
        else:
            run.gap = piece
    pieces += (run.text(), run.gap)
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Word:
    charset: str
    octets: bytes


class _Run:
    """Adjacent words of one charset: a letter of several octets may be split between them."""

    def __init__(self, *words: _Word) -> None:
        self.words = list(words)
        self.gap = ""

    def takes(self, word: _Word) -> bool:
        if self.words and self.words[0].charset != word.charset:
            return False
        self.words.append(word)
        self.gap = ""
        return True

    def text(self) -> str:
        return decode(b"".join(word.octets for word in self.words), self.words[0].charset)[0] if self.words else ""


def _split(text: str) -> Iterator[_Word | str]:
    at = 0
    while (start := text.find("=?", at)) >= 0:
        found = _word(text, start)
        if found is None:
            break
        word, end = found
        if start > at:
            yield text[at:start]
        yield word if word is not None else text[start:end]
        at = end
    yield text[at:]


def _word(text: str, start: int) -> tuple[_Word | None, int] | None:
    """The encoded word at `start` and its end; no word but "=?" where it is none; None where no word can follow."""
    charset_end = text.find("?", start + 2)
    end = text.find("?=", charset_end + 3)
    if charset_end < 0 or end < 0:
        return None
    charset, encoding = text[start + 2 : charset_end], text[charset_end + 1 : charset_end + 2].lower()
    if len(charset) > 60 or encoding not in ("b", "q") or text[charset_end + 2] != "?":
        return None, start + 2
    charset = charset.partition("*")[0].lower()  # RFC 2231, section 5: a language after "*"
    octets = text[charset_end + 3 : end].encode(
        codec_for(charset) or "utf-8", "replace"
    )  # raw letters may be among them
    return _Word(charset, _DECODERS[encoding](octets)), end + 2


def _from_q(octets: bytes) -> bytes:
    return binascii.a2b_qp(octets.replace(b" ", b"_"), header=True)


def decode_base64(octets: bytes) -> bytes:
    """The octets behind base64, as many as there are: what is no base64 is skipped, a torn end is left out."""
    for padding in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(octets + padding)
        except binascii.Error:
            continue
    digits = octets.translate(None, _NO_BASE64)
    return binascii.a2b_base64(digits[: len(digits) // 4 * 4])


_NO_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_DECODERS = {"b": decode_base64, "q": _from_q}
