"""How does a letter leave the house? A wish of the rules becomes the bytes of one mail, made once and kept.

Everything is 7 bit with CRLF, so it needs no 8BITMIME and nobody rewrites it on its way; only a recipient whose local
part is not ASCII needs SMTPUTF8. The same arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.letters.discretion import Discretion, discretion_of
from daemon.letters.draft import Draft, Insert, draft_with, placeholder
from daemon.letters.frame import Calendar, Frame
from daemon.letters.invitation import calendar_of
from daemon.letters.kept_html import kept_html
from daemon.letters.letter_header import Envelope, check_header, letter_header
from daemon.letters.mime import file_name
from daemon.letters.safe_text import many_lines, one_line
from daemon.letters.templates import Letters
from rules.case import Audience, Case
from rules.decision import Wish
from rules.desk import Desk
from rules.mail import Address, Attachment
from rules.subject_tag import tag, tagged

ROOM = 10_000_000  # octets of a whole letter; Postfix as it is delivered takes 10,240,000
_ROOM_FOR_HEADERS = 16_000
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
    facts = _facts(wish, case, desk, most)
    subject, text = letters.render(wish.letter, language, facts)
    subject = _untagged(subject, discretion) if wish.apart or case.book else _subject(subject, case, desk, discretion)

    def render(words: str) -> str:
        """The text with other words in the place of those of the wish."""
        return discretion.kept(many_lines(letters.render(wish.letter, language, {**facts, "words": words})[1]))

    words_cut = len(wish.words) > most
    plain = Draft(discretion.kept(many_lines(text)), wish.attachments)
    insert = None if words_cut else _insert(wish, discretion, message_id)
    frame = Frame(
        lambda text: letters.page(text, language, desk), _invited(wish, case, desk, discretion, now), message_id
    )
    draft = (insert and draft_with(insert, plain, render, frame.pages)) or plain
    left_out = frame.left_out(draft, room - _ROOM_FOR_HEADERS)
    if left_out & {*draft.pictures}:  # a page with holes in it
        draft, left_out = plain, frame.left_out(plain, room - _ROOM_FOR_HEADERS)
    missing = [file for file in draft.files if file in left_out]
    if missing or words_cut:
        draft = draft.without(missing, letters.left_out(language, [file_name(file) for file in missing], words_cut))
    body = frame.body(draft)

    envelope = Envelope(subject, message_id, reply_to, now, language)
    fields = [*letter_header(wish, case, desk, envelope, discretion), *body.fields]
    header = "\r\n".join(fields).encode() + b"\r\n\r\n"
    check_header(header, fields)
    return Composed(subject, header + body.body, _shortened(missing, words_cut, room))


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


def _invited(wish: Wish, case: Case, desk: Desk, discretion: Discretion, now: datetime) -> Calendar | None:
    """What the reader's calendar gets; None when the letter is about no meeting."""
    if wish.invitation is None:
        return None
    return Calendar(calendar_of(wish.invitation, case, desk, discretion, now), wish.invitation.method)


def _insert(wish: Wish, discretion: Discretion, message_id: str) -> Insert | None:
    """What the page says in another way than the text."""
    kept = kept_html(wish.html, wish.words, wish.attachments, discretion, message_id)
    if kept is None:
        return None
    place = placeholder(message_id, "words")
    return Insert(place, f"<div>{kept.html}</div>\n", kept.pictures, kept.files)


def _shortened(left_out: Sequence[Attachment], words_cut: bool, room: int) -> str:
    reasons = []
    if left_out:
        names = ", ".join(file_name(file) for file in left_out[:20])
        octets = sum(len(file.data) for file in left_out)
        reasons.append(f"{len(left_out)} attachments ({octets} octets) do not fit into a letter of {room}: {names}")
    if words_cut:
        reasons.append("the text is too long for a letter")
    return "; ".join(reasons)
