"""How will a letter look? Each letter with sample facts, as this desk would send it; nothing is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from daemon.errors import PermanentError
from daemon.letters.compose import compose
from daemon.letters.letter_samples import SAMPLES, sample_case
from daemon.letters.templates import Letters
from rules.case import Audience
from rules.decision import Wish
from rules.desk import Desk

_SHOWN = ("From", "To", "Subject", "Auto-Submitted")
_BETWEEN = "\n" + "-" * 72 + "\n\n"


def preview(letter: str, desk: Desk, letters: Letters, now: datetime) -> str:
    """The important header fields and the text of a letter, once for each sample there is of it.

    Errors: PermanentError when there is no such letter.
    """
    if letter not in SAMPLES:
        raise PermanentError(f"expected one of the letters {', '.join(SAMPLES)}, found {letter!r}")
    mails = [preview_mail(wish, desk, letters, now) for wish in SAMPLES[letter]]
    return _BETWEEN.join(_readable(message_from_bytes(mail)) for mail in dict.fromkeys(mails))


def preview_mail(wish: Wish, desk: Desk, letters: Letters, now: datetime) -> bytes:
    """The mail of one sample wish, with the desk's first engineer as the owner of the sample case."""
    case = replace(sample_case(wish.letter), language=letters.language)
    for engineer in desk.engineers[:1]:
        case = replace(case, owner=engineer.address)
        if wish.audience is Audience.ENGINEER:
            wish = replace(wish, to=engineer.address)
        else:
            wish = replace(wish, in_name_of=engineer.name if wish.in_name_of else "")
    message_id = f"{case.number}.preview@{desk.address.domain}"
    mail = compose(wish, case, desk, message_id=message_id, reply_to=desk.address, now=now, letters=letters)
    return mail.raw


def _readable(mail: Message) -> str:
    header = [f"{name}: {_decoded(mail[name])}" for name in _SHOWN if name in mail]
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    words = text.get_payload(decode=True)
    return "\n".join(header) + "\n\n" + (words.decode().replace("\r\n", "\n") if isinstance(words, bytes) else "")


def _decoded(field: str) -> str:
    return str(make_header(decode_header(field.replace("\r\n", ""))))
