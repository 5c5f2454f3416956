"""Which mail do these bytes make? One immutable value, read step by step; hardly anything makes it fail."""

from __future__ import annotations

from dataclasses import replace

from daemon.errors import UnreadableMail
from daemon.incoming.bounces import read_bounce, reported_id
from daemon.incoming.charsets import one_line
from daemon.incoming.complaints import read_complaint
from daemon.incoming.fingerprint import fingerprint
from daemon.incoming.header_block import HeaderBlock, read_headers
from daemon.incoming.header_text import header_text
from daemon.incoming.mail_addresses import read_envelope
from daemon.incoming.mail_body import read_body
from daemon.incoming.message_ids import read_ids
from daemon.incoming.mime_parameters import read_statement
from daemon.incoming.mime_parts import Part, read_parts
from rules.loop_guard import kind_of
from rules.mail import Mail

OCTETS = 50 * 1024 * 1024
REFERENCES = 50  # the last ones
ONCE = ("from", "subject", "date", "message-id", "in-reply-to", "references", "reply-to")  # RFC 5322, section 3.6


def parse(raw: bytes, most: int = OCTETS) -> Mail:
    """The mail as a value. What is odd about it is told in its `defects`.

    Errors: UnreadableMail when there is no header at all, or more octets than are read.
    """
    octets = _checked(raw, most)
    mail, tree = _mail(raw, octets, _headers(octets))
    return _recognised(mail, tree)


def parse_headers(raw: bytes) -> Mail:
    """What the headers alone say of a mail too large or too odd to be read; the fingerprint is that of the whole mail.

    Errors: UnreadableMail when there is no header.
    """
    octets = _octets(raw)
    return _judged(_headed(raw, octets, _headers(octets)))


def _checked(raw: bytes, most: int) -> bytes:
    if not raw.strip():
        raise UnreadableMail(f"expected a mail, found {len(raw)} octets without a letter")
    if len(raw) > most:
        raise UnreadableMail(f"expected at most {most} octets (max_mail_size), found {len(raw)}")
    return _octets(raw)


def _octets(raw: bytes) -> bytes:
    """The octets with line ends of this century."""
    octets = raw.lstrip(b"\r\n")
    return octets.replace(b"\r", b"\n") if b"\n" not in octets else octets


def _headers(octets: bytes) -> HeaderBlock:
    headers = read_headers(octets)
    if not headers.fields:
        raise UnreadableMail(f"expected a mail that begins with headers, found {octets[:40]!r}")
    return headers


def _mail(raw: bytes, octets: bytes, headers: HeaderBlock) -> tuple[Mail, Part]:
    """The mail without a judgement, and its parts."""
    tree, defects = read_parts(octets, headers)
    body = read_body(tree)
    mail = _headed(raw, octets, headers)
    mail = replace(
        mail,
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        defects=(*mail.defects, *defects, *body.defects),
    )
    return mail, tree


def _headed(raw: bytes, octets: bytes, headers: HeaderBlock) -> Mail:
    """The mail as far as its headers tell of it."""
    # Raw octets in a header are of the body's charset more often than not.
    hint = read_statement(headers.first("content-type")).token("charset")
    envelope = read_envelope(headers, hint)
    shown = tuple((field.name, header_text(field.name, field.value, hint)) for field in headers.fields)
    return Mail(
        fingerprint=fingerprint(headers, octets[headers.body :]),
        message_id=next(iter(read_ids(headers.first("message-id"))), ""),
        sender=envelope.sender,
        to=envelope.to,
        cc=envelope.cc,
        reply_to=envelope.reply_to,
        return_path=_return_path(headers),
        subject=header_text("subject", headers.first("subject"), hint),
        date=envelope.date,
        in_reply_to=_all_ids(headers, "in-reply-to"),
        references=_all_ids(headers, "references"),
        headers=shown,
        size=len(raw),
        defects=(*headers.defects, *_repeated(headers), *envelope.defects),
    )


def _recognised(mail: Mail, tree: Part) -> Mail:
    """The mail with what it is: the report on a letter of ours, a machine's words or a person's."""
    bounce, complaint = read_bounce(mail, tree), read_complaint(mail, tree)
    return _judged(replace(mail, bounce=bounce, complaint=complaint, reports_on=reported_id(mail, tree)))


def _judged(mail: Mail) -> Mail:
    kind, evidence = kind_of(mail)
    return replace(mail, kind=kind, kind_evidence=evidence)


def _return_path(headers: HeaderBlock) -> str | None:
    """The last server's word on the envelope sender; "" is the null sender (RFC 5321, section 4.5.5)."""
    value = one_line(headers.first("return-path").decode("utf-8", "replace"))
    return value.partition("<")[2].partition(">")[0].strip() if "<" in value else value or None


def _all_ids(headers: HeaderBlock, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id for value in headers.all(name) for id in read_ids(value)))[-REFERENCES:]


def _repeated(headers: HeaderBlock) -> tuple[str, ...]:
    """RFC 7103, section 7.5: a header that may stand once stands twice."""
    names = [field.name for field in headers.fields]
    return tuple(f"{name} stands {names.count(name)} times" for name in ONCE if names.count(name) > 1)
