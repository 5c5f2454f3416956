"""How does a header field look on the wire? ASCII, folded at 78, other text in encoded words; no value makes a field.

A field is folded between tokens; a token is never broken. Names and texts pass daemon/letters/safe_text.py here.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from daemon.errors import PermanentError
from daemon.letters.safe_text import one_line
from rules.mail import Address

_LINE = 78  # RFC 5322, section 2.1.1
_LONGEST_WORD = 66  # a longer one would not fit on a line of its own beside the field's name: it is encoded, in pieces
_LONGEST_NAME = 78
_LONGEST_ADDRESS = 320  # RFC 3696, section 3; with room
_LONGEST_ID = 900
_OCTETS_IN_B = 36  # 48 characters of base64, 60 with the frame; RFC 2047, section 2 allows 75 and a line of 76
_CHARACTERS_IN_Q = 48
_CHARACTERS_IN_PARAMETER = 50

# RFC 2047, section 5 (3): what may stand for itself even before an address; a blank is "_".
_PLAIN_IN_Q = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
_Q = tuple("_" if octet == 0x20 else chr(octet) if octet in _PLAIN_IN_Q else f"={octet:02X}" for octet in range(256))
_NOT_IN_ADDRESS = frozenset(' ()<>,;:\\"@[]\x7f') | {chr(code) for code in range(0x20)}  # RFC 5322, section 3.2.3
_FULL_STOPS = str.maketrans("。．｡", "...")  # RFC 3490, section 3.1: what people type for the dot in a domain


def field(name: str, tokens: Iterable[str]) -> str:
    """One header field without its last line end; the tokens are joined by blanks or folds."""
    lines = [f"{name}:"]
    for count, token in enumerate(tokens):
        if count and len(lines[-1]) + 1 + len(token) > _LINE:
            lines.append("")
        lines[-1] += f" {token}"
    return "\r\n".join(lines)


def text_tokens(text: str) -> list[str]:
    """Any text: its first and last ASCII words stay readable, what lies between is encoded if it has to be."""
    words = one_line(text).split(" ")
    foreign = [place for place, word in enumerate(words) if not word.isascii() or len(word) > _LONGEST_WORD]
    if not foreign:
        return words
    first, last = foreign[0], foreign[-1] + 1
    return [*words[:first], *encoded_words(" ".join(words[first:last])), *words[last:]]


def mailbox_tokens(address: Address) -> list[str]:
    """A name and an address (RFC 5322, section 3.4): `"Ann Example" <ann@example.com>`."""
    name = one_line(address.name, _LONGEST_NAME)
    return [*_phrase(name), f"<{written(address)}>"] if name else [written(address)]


def _phrase(name: str) -> list[str]:
    if name.isascii() and max(map(len, name.split(" "))) <= _LONGEST_WORD:
        return ('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"').split(" ")
    return encoded_words(name)


def id_tokens(ids: Iterable[str]) -> list[str]:
    """Message-IDs in angle brackets (RFC 5322, section 3.6.4), without those that no header can carry."""
    return [f"<{one}>" for one in ids if _is_id(one)]


def _is_id(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and all("!" <= character <= "~" and character not in "<>" for character in text)


def encoded_words(text: str) -> list[str]:
    """The text as encoded words of at most 60 characters (RFC 2047): readable ones where most of it is ASCII."""
    octets = text.encode()
    if sum(len(_Q[octet]) for octet in octets) <= len(octets) * 2:
        return [f"=?utf-8?q?{_in_q(piece)}?=" for piece in _pieces(text, _q_size, _CHARACTERS_IN_Q)]
    return [f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in _pieces(text, _octet_size, _OCTETS_IN_B)]


def _in_q(text: str) -> str:
    return "".join(_Q[octet] for octet in text.encode())


def _q_size(character: str) -> int:
    return len(_in_q(character))


def _octet_size(character: str) -> int:
    return len(character.encode())


def _pieces(text: str, size: Callable[[str], int], most: int) -> Iterator[str]:
    """The text cut between characters (RFC 2047, section 5: never inside one), each piece at most `most` in size."""
    start = used = 0
    for place, character in enumerate(text):
        needs = size(character)
        if used + needs > most:
            yield text[start:place]
            start, used = place, 0
        used += needs
    yield text[start:]


def parameter_tokens(name: str, value: str) -> list[str]:
    """A parameter of a Content- field: quoted if it is short ASCII, else in pieces (RFC 2231, sections 3 and 4.1)."""
    if value.isascii() and len(value) <= _LONGEST_WORD - len(name) and not set(value) & {'"', "\\"}:
        return [f'{name}="{value}"']
    pieces = list(_pieces(value, lambda character: len(quote(character, safe="")), _CHARACTERS_IN_PARAMETER))
    texts = [quote(piece, safe="") for piece in pieces]
    texts[0] = f"utf-8''{texts[0]}"
    if len(texts) == 1:
        return [f"{name}*={texts[0]}"]
    numbered = [f"{name}*{number}*={text}" for number, text in enumerate(texts)]
    return [f"{token};" for token in numbered[:-1]] + numbered[-1:]


def written(address: Address) -> str:
    """The bare address as a header carries it; its domain in ASCII, so that only a foreign local part needs SMTPUTF8.

    Errors: PermanentError when it is not one address that can be written to.
    """
    local, at, domain = address.address.rpartition("@")
    bare = f"{local}@{ascii_domain(domain)}"
    if not (at and len(bare) <= _LONGEST_ADDRESS and _is_local(local) and _is_domain(domain)):
        raise PermanentError(f"expected one mail address to write to, found {address.address[:_LONGEST_ADDRESS]!r}")
    return bare


def _is_local(local: str) -> bool:
    if len(local) > 2 and local[0] == local[-1] == '"':  # a quoted local part (RFC 5322, section 3.2.4)
        return local[1:-1].isprintable() and not set(local[1:-1]) & {'"', "\\"}
    return bool(local) and local.isprintable() and not set(local) & _NOT_IN_ADDRESS


def _is_domain(domain: str) -> bool:
    if domain[:1] == "[" and domain[-1:] == "]":  # an address literal: [192.0.2.1], [IPv6:2001:db8::1]
        return domain[1:-1].replace(".", "").replace(":", "").isalnum() and domain.isascii()
    return bool(domain) and domain.isprintable() and not set(domain) & _NOT_IN_ADDRESS


def ascii_domain(domain: str) -> str:
    """The domain in A-labels (RFC 5891, section 4.4). Python's own codec makes strasse.example of straße.example."""
    if domain.isascii():
        return domain
    labels = unicodedata.normalize("NFC", domain).lower().translate(_FULL_STOPS).split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
