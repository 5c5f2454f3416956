"""What did the sender write, and which files came with it? The parts of a mail, sorted into text and attachments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from daemon.incoming.attachment_names import clean_name, name_of_nameless
from daemon.incoming.charsets import decode, one_line, readable
from daemon.incoming.flowed_text import unfold
from daemon.incoming.header_block import read_headers
from daemon.incoming.header_text import header_text
from daemon.incoming.html_text import html_to_text
from daemon.incoming.mime_parts import Part
from daemon.incoming.uuencoded_files import take_out_files
from rules.mail import Attachment

TEXTS = ("text/plain", "text/html")
HTML_LETTERS = 2_000_000  # that are turned into text
MESSAGES = ("message/rfc822", "message/global")


@dataclass(frozen=True, slots=True)
class Body:
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of what there is to read; HTML becomes text only where nothing plainer says it."""

    words: str
    is_html: bool = False


@dataclass(slots=True)
class _Sorting:
    """What was found so far, in the order of the mail."""

    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: dict[str, None] = field(default_factory=dict)


def read_body(tree: Part) -> Body:
    sorting = _Sorting()
    pieces = _read(tree, sorting, top=True)
    text = _joined(_as_text(pieces, sorting))
    return Body(text, "\n".join(sorting.html), tuple(sorting.attachments), tuple(sorting.defects))


def _read(part: Part, sorting: _Sorting, *, top: bool = False, attached: bool = False) -> list[_Piece]:
    """What is to be read of a part and the parts below it; the rest goes to the attachments."""
    attached = attached or part.disposition.value == "attachment"  # RFC 2183, section 2.9: of a whole container too
    if part.is_multipart:
        told = [_read(child, sorting, attached=attached) for child in part.parts]
        return (
            _one_of(told) if part.content_type == "multipart/alternative" else [piece for one in told for piece in one]
        )
    if attached or part.content_type not in TEXTS or (part.file_name and not top):
        sorting.attachments.append(_attachment(part, len(sorting.attachments) + 1))
        return []
    return [_html(part, sorting) if part.content_type == "text/html" else _plain(part, sorting)]


def _one_of(told: list[list[_Piece]]) -> list[_Piece]:
    """RFC 2046, section 5.1.4: the same told in several ways; the plainest, or else the last that says anything."""
    telling = [pieces for pieces in told if any(piece.words.strip() for piece in pieces)]
    plain = [pieces for pieces in telling if not any(piece.is_html for piece in pieces)]
    return (plain or telling[-1:] or [[]])[0]


def _as_text(pieces: list[_Piece], sorting: _Sorting) -> Iterator[str]:
    room = HTML_LETTERS
    for piece in pieces:
        if not piece.is_html:
            yield piece.words
        elif room > 0:
            yield html_to_text(piece.words[:room])
            room -= len(piece.words)
        if room <= 0:
            sorting.defects[f"only the first {HTML_LETTERS} letters of HTML are read"] = None


def _joined(texts: Iterable[str]) -> str:
    """One below the other; a mail that says the same in HTML again without calling it an alternative says it once."""
    kept = [text for text in texts if text.strip()]
    if len(kept) > 1:
        told: dict[str, str] = {}
        for text in kept:
            told.setdefault("".join(text.split()), text)
        kept = list(told.values())
    return "\n".join([*(text.rstrip("\n") for text in kept[:-1]), *kept[-1:]])


def _plain(part: Part, sorting: _Sorting) -> _Piece:
    octets, files = take_out_files(part.content())
    for file in files:
        name = clean_name(file.name) or name_of_nameless(len(sorting.attachments) + 1, "")
        sorting.attachments.append(Attachment(name, "application/octet-stream", file.data))
    text = _decoded(part, octets, sorting)
    if part.kind.token("format").lower() == "flowed":
        text = unfold(text, delete_space=part.kind.token("delsp").lower() == "yes")
    return _Piece(text)


def _html(part: Part, sorting: _Sorting) -> _Piece:
    html = _decoded(part, part.content(), sorting)
    sorting.html.append(html)
    return _Piece(html, is_html=True)


def _decoded(part: Part, octets: bytes, sorting: _Sorting) -> str:
    text, defect = decode(octets, part.kind.token("charset"))
    if defect:
        sorting.defects[f"{part.content_type}: {defect}"] = None
    return readable(text)


def _attachment(part: Part, number: int) -> Attachment:
    data = part.content()
    content_id = one_line(part.headers.first("content-id").decode("utf-8", "replace")).strip("<> ")
    return Attachment(
        name=clean_name(part.file_name) or _given_name(part, data, number),
        content_type=part.content_type,
        data=data,
        content_id=content_id,
        inline=part.disposition.value == "inline" or (bool(content_id) and part.disposition.value != "attachment"),
    )


def _given_name(part: Part, data: bytes, number: int) -> str:
    """The name of a nameless part: an attached mail is called by its subject."""
    if part.content_type in MESSAGES:
        subject = clean_name(header_text("subject", read_headers(data).first("subject"))[:80].replace("/", "_"))
        if subject:
            return f"{subject}.eml"
    return name_of_nameless(number, part.content_type)
