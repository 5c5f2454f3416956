"""How does a letter leave the house? A wish of the rules becomes the bytes of one mail, made once and kept.

Everything is 7 bit with CRLF, so it needs no 8BITMIME and nobody rewrites it on its way; only a recipient whose local
part is not ASCII needs SMTPUTF8. The same arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.letters.discretion import Discretion, discretion_of
from daemon.letters.invitation import FILE_NAME, FILE_TYPE, calendar_of
from daemon.letters.letter_header import Envelope, check_header, letter_header
from daemon.letters.mime import Part, base64_size, calendar_part, file_name, file_part, multipart, text_part
from daemon.letters.safe_text import many_lines, one_line
from daemon.letters.templates import Letters
from rules.case import Audience, Case
from rules.decision import Wish
from rules.desk import Desk
from rules.mail import Address, Attachment
from rules.subject_tag import tag, tagged

ROOM = 10_000_000  # octets of a whole letter; Postfix as it is delivered takes 10,240,000
_ROOM_FOR_HEADERS = 16_000
_ROOM_FOR_FILE_FIELDS = 500
_LONGEST_WORDS = 500_000  # characters
_OCTETS_A_CHARACTER = 20  # in the text and the HTML together, at worst
_LONGEST_LINE = 2_000  # of a subject or a name shown in the text
# RFC 3834, section 3.2: an answer nobody asked for carries little of the mail it answers. All later letters of the case are cut
# alike, as many mail clients take another subject for another thread.
_LONGEST_SUBJECT = 80


@dataclass(frozen=True, slots=True)
class Composed:
    """One letter as it goes to the SMTP server."""

    subject: str
    raw: bytes
    shortened: str  # what was left out of it, and why; "" when nothing was


def compose(
    wish: Wish,
    case: Case,
    desk: Desk,
    *,
    message_id: str,
    reply_to: Address,
    now: datetime,
    letters: Letters,
    room: int = ROOM,
) -> Composed:
    """The mail of one wish. `message_id` is without angle brackets; `room`: what the whole letter may weigh, in octets.

    Errors: PermanentError when there is no such letter, its facts are wrong, or its recipient cannot be written to.
    """
    language = letters.language_of(case, wish.audience)
    discretion = discretion_of(desk, wish.audience)
    most = min(_LONGEST_WORDS, room // _OCTETS_A_CHARACTER)
    subject, text = letters.render(wish.letter, language, _facts(wish, case, desk, most))
    subject = _untagged(subject, discretion) if wish.apart else _subject(subject, case, desk, discretion)
    text = discretion.kept(many_lines(text))

    invited = _invited(wish, case, desk, discretion, now)
    both = _alternatives(text, letters.page(text, language, desk), wish, invited, message_id)
    sent, left_out = _packed(wish.attachments, room - _ROOM_FOR_HEADERS - len(both.body) - len(invited) * 2)
    words_cut = len(wish.words) > most
    if left_out or words_cut:
        text = _with_note(text, letters.left_out(language, [file_name(file) for file in left_out], words_cut))
        both = _alternatives(text, letters.page(text, language, desk), wish, invited, message_id)
    files = [*sent, *([Attachment(FILE_NAME, FILE_TYPE, invited)] if invited else [])]
    body = multipart("mixed", [both, *map(file_part, files)], message_id) if files else both

    envelope = Envelope(subject, message_id, reply_to, now, language)
    fields = [*letter_header(wish, case, desk, envelope, discretion), *body.fields]
    header = "\r\n".join(fields).encode() + b"\r\n\r\n"
    check_header(header, fields)
    return Composed(subject, header + body.body, _shortened(left_out, words_cut, room))


def _facts(wish: Wish, case: Case, desk: Desk, most: int) -> dict[str, object]:
    """What the template may name; everything from outside is made safe before it meets a template."""
    return {
        "timezone": case.timezone if wish.audience is Audience.CUSTOMER else "",
        **{name: _safe(fact, most) for name, fact in wish.facts.items()},
        "case": replace(case, subject=one_line(case.subject, _LONGEST_LINE)),
        "desk": desk,
        "owner": desk.engineer(case.owner),
        "words": many_lines(wish.words[:most]).strip("\n"),
        "attachments": tuple(replace(file, name=file_name(file)) for file in wish.attachments),
    }


def _safe(fact: object, most: int) -> object:
    match fact:
        case str():
            return many_lines(fact[:most]).strip("\n")
        case Address():
            return Address(one_line(fact.address, _LONGEST_LINE), one_line(fact.name, _LONGEST_LINE))
        case list() | tuple():
            return tuple(_safe(one, most) for one in fact)
        case dict():
            return {name: _safe(one, most) for name, one in fact.items()}
    return fact


def _subject(rendered: str, case: Case, desk: Desk, discretion: Discretion) -> str:
    """The subject with the tag of the case once, in front of it, and not too long."""
    whole = tagged(discretion.kept(one_line(rendered)), case.number, desk.case_word)
    return one_line(whole, len(tag(case.number, desk.case_word)) + 1 + _LONGEST_SUBJECT)


def _untagged(rendered: str, discretion: Discretion) -> str:
    return one_line(discretion.kept(one_line(rendered)), _LONGEST_SUBJECT)


def _invited(wish: Wish, case: Case, desk: Desk, discretion: Discretion, now: datetime) -> bytes:
    """The file for the reader's calendar; empty when the letter is about no meeting."""
    return calendar_of(wish.invitation, case, desk, discretion, now) if wish.invitation else b""


def _alternatives(text: str, page: str, wish: Wish, invited: bytes, message_id: str) -> Part:
    """The same thing in up to three forms, the best one the last (RFC 2046, section 5.1.4)."""
    parts = [text_part("plain", text), text_part("html", page)]
    parts += [calendar_part(invited, wish.invitation.method)] if wish.invitation else []
    return multipart("alternative", parts, message_id)


def _packed(files: Sequence[Attachment], room: int) -> tuple[list[Attachment], list[Attachment]]:
    """The files that fit, and those that do not: a big one does not keep a later small one out."""
    sent: list[Attachment] = []
    left_out: list[Attachment] = []
    for file in files:
        needs = base64_size(len(file.data)) + _ROOM_FOR_FILE_FIELDS
        (sent if needs <= room else left_out).append(file)
        room -= needs if needs <= room else 0
    return sent, left_out


def _with_note(text: str, note: str) -> str:
    """The note at the end, but above the signature (RFC 3676, section 4.3)."""
    above, mark, signature = text.rpartition("\n-- \n")
    return f"{above}\n{note}\n{mark}{signature}" if mark else f"{text}\n{note}\n"


def _shortened(left_out: Sequence[Attachment], words_cut: bool, room: int) -> str:
    reasons = []
    if left_out:
        names = ", ".join(file_name(file) for file in left_out[:20])
        octets = sum(len(file.data) for file in left_out)
        reasons.append(f"{len(left_out)} attachments ({octets} octets) do not fit into a letter of {room}: {names}")
    if words_cut:
        reasons.append("the text is too long for a letter")
    return "; ".join(reasons)
