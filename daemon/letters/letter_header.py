"""Which header fields does a letter carry? Who, when, in which thread, and whether a machine or a person speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime

from daemon.errors import PermanentError
from daemon.letters.discretion import Discretion
from daemon.letters.header_lines import field, id_tokens, mailbox_tokens, text_tokens
from daemon.letters.letter_dates import zone
from daemon.letters.safe_text import one_line
from rules.case import Case
from rules.decision import Wish
from rules.desk import Desk
from rules.mail import Address

_LONGEST_LINE = 998  # RFC 5322, section 2.1.1
_REFERENCES = 20  # the latest ones, beside the first
_LONGEST_PERSON = 60  # of a name before the desk's own

_REPLIED = "auto-replied"  # RFC 3834, section 5: a direct answer to one mail
_GENERATED = "auto-generated"  # section 5: sent for another reason, a timer for example
_HUMAN = ""

# Does a machine speak in this letter? In a relay, and where an engineer closes with words, a person does, and her mail
# says nothing of a machine.
AUTOMATIC: Mapping[str, str] = {
    "confirmation": _REPLIED,
    "follow-up":    _REPLIED,
    "reminder":     _GENERATED,
    "more-time":    _REPLIED,
    "closed":       _GENERATED,
    "relay":        _HUMAN,
    "meeting":      _HUMAN,
    "meeting-notice": _GENERATED,
    "assigned":     _GENERATED,
    "replied":      _GENERATED,
    "held":         _REPLIED,
    "unproven":     _REPLIED,
    "refused":      _REPLIED,
    "receipt":      _REPLIED,
    "undelivered":  _GENERATED,
    "delayed":      _GENERATED,
    "merged":       _GENERATED,
    "merged-in":    _GENERATED,
    "silenced":     _GENERATED,
    "handover":     _GENERATED,
    "target":       _GENERATED,
    "handed-on":    _GENERATED,
    "colleague":    _GENERATED,
    "received":     _REPLIED,
    "escalated":    _GENERATED,
    "consulted":    _GENERATED,
    "change":       _GENERATED,
    "change-notice": _GENERATED,
    "released":     _GENERATED,
    "withheld":     _GENERATED,
    "advice":       _GENERATED,
    "staff-receipt": _REPLIED,
    "worklist":     _GENERATED,
    "report":       _GENERATED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the header says beside the wish."""

    subject: str
    message_id: str  # without the angle brackets
    reply_to: Address
    now: datetime
    language: str


def letter_header(wish: Wish, case: Case, desk: Desk, envelope: Envelope, discretion: Discretion) -> Iterator[str]:
    """The fields, folded, without their last line ends.

    Errors: PermanentError when the recipient or the Message-ID cannot be written.
    """
    yield field("Date", [format_datetime(envelope.now.astimezone(zone(desk.timezone)))])
    yield field("From", mailbox_tokens(_sender(wish, desk, discretion)))
    yield field("To", mailbox_tokens(_reader(wish)))
    if envelope.reply_to.address and not envelope.reply_to.same_as(desk.address):
        yield field("Reply-To", mailbox_tokens(Address(envelope.reply_to.address, desk.name)))
    yield field("Subject", text_tokens(envelope.subject))
    yield from _thread(wish, envelope.message_id, discretion)
    if automatic := _automatic(wish):
        yield f"Auto-Submitted: {automatic}"
        yield "X-Auto-Response-Suppress: All"
    if not wish.apart:
        yield f"X-Postcase-Case: {case.number}"
    yield f"X-Postcase-Letter: {wish.letter}"
    yield f"Content-Language: {envelope.language}"
    yield "MIME-Version: 1.0"


def _automatic(wish: Wish) -> str:
    """An engineer who closes with a text of his own speaks to the customer as in a relay."""
    return _HUMAN if wish.letter == "closed" and wish.words.strip() else AUTOMATIC[wish.letter]


def _reader(wish: Wish) -> Address:
    """A confirmation goes to whomever a From line names; its name may be an advertisement for somebody who wrote nothing."""
    return Address(wish.to.address) if wish.letter in ("confirmation", "received") else wish.to


def _sender(wish: Wish, desk: Desk, discretion: Discretion) -> Address:
    """Always the desk's address; a person is shown by name only."""
    person = discretion.kept(one_line(wish.in_name_of, _LONGEST_PERSON))
    return Address(desk.address.address, f"{person} ({desk.name})" if person else desk.name)


def _thread(wish: Wish, message_id: str, discretion: Discretion) -> Iterator[str]:
    """Message-ID, In-Reply-To and References (RFC 5322, section 3.6.4), so that every client shows one thread."""
    own = id_tokens([message_id])
    if not own:
        raise PermanentError(f"expected a Message-ID like number.token@example.com, found {message_id!r}")
    yield field("Message-ID", own)
    known = dict.fromkeys((*wish.references, wish.answers))
    ids = id_tokens(one for one in known if one != message_id and discretion.allows(one))
    if not ids:
        return
    answered = [one for one in id_tokens([wish.answers]) if one in ids] or ids[-1:]
    yield field("In-Reply-To", answered)
    yield field("References", ids if len(ids) <= _REFERENCES else [ids[0], *ids[-_REFERENCES:]])


def check_header(header: bytes, fields: Sequence[str]) -> None:
    """Read the header back: exactly our fields, whatever stood in the texts. The last lock behind all the others.

    Errors: PermanentError.
    """
    meant = [line.partition(":")[0] for line in fields]
    found = BytesHeaderParser().parsebytes(header).keys()
    if found != meant:
        raise PermanentError(f"expected the header fields {', '.join(meant)}, found {', '.join(found)}")
    lines = header.split(b"\r\n")
    if any(len(line) > _LONGEST_LINE or b"\r" in line or b"\n" in line for line in lines):
        raise PermanentError(f"expected header lines of at most {_LONGEST_LINE} octets, found a longer or a broken one")
