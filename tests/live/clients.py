"""How do mail clients write an answer? Each has its own subject, its own thread headers, its own way to quote."""

from __future__ import annotations

import base64
import quopri
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.base64mime import body_encode
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32, default
from email.utils import format_datetime, make_msgid, parsedate_to_datetime
from html import escape


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Reply:
    """What somebody answers to a letter."""

    letter: EmailMessage
    author: str  # name <address>
    words: str
    files: tuple[File, ...] = ()
    advert: bool = False

    @property
    def to(self) -> str:
        return str((self.letter["Reply-To"] or self.letter["From"]).addresses[0].addr_spec)

    @property
    def subject(self) -> str:
        return str(self.letter["Subject"])

    @property
    def sender(self) -> str:
        return str(self.letter["From"])

    @property
    def at(self) -> datetime:
        return parsedate_to_datetime(str(self.letter["Date"]))

    @property
    def text(self) -> str:
        part = self.letter.get_body(("plain",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")

    @property
    def page(self) -> str:
        part = self.letter.get_body(("html",))
        assert part is not None
        return str(part.get_content())


@dataclass(frozen=True)
class Client:
    prefix: str
    threads_by: str  # the headers it sends: In-Reply-To, References
    text: Callable[[Reply], str] | None  # None: HTML only
    page: Callable[[Reply], str] | None  # None: text only
    transfer: str = "quoted-printable"
    advert: str = ""
    subject_in_base64: bool = False
    flowed: bool = False
    headers: tuple[str, ...] = ()


# How each quotes in plain text


def _gmail_text(reply: Reply) -> str:
    when = f"{reply.at:%a, %b} {reply.at.day}, {reply.at:%Y at %I:%M %p}"
    attribution = textwrap.fill(f"On {when} {reply.sender} wrote:", 76, break_long_words=False)
    return f"{reply.words}\n\n{attribution}\n\n{_quoted(reply.text)}"


def _apple_text(reply: Reply) -> str:
    attribution = f"On {reply.at.day}. {reply.at:%b %Y, at %H:%M}, {reply.sender} wrote:"
    return f"{reply.words}\n\n{_quoted(attribution)}\n> \n{_quoted(reply.text)}\n"


def _thunderbird_text(reply: Reply) -> str:
    name = reply.sender.partition(" <")[0].strip('"')
    return f"{reply.words}\n\nOn {reply.at:%d/%m/%Y %H:%M}, {name} wrote:\n{_quoted(reply.text)}\n"


def _mutt_text(reply: Reply) -> str:
    """Its people answer below what they quote."""
    name = reply.sender.partition(" <")[0].strip('"')
    return f"On {reply.at:%a, %b %d, %Y at %I:%M:%S%p %z}, {name} wrote:\n{_quoted(reply.text)}\n\n{reply.words}\n"


def _k9_text(reply: Reply) -> str:
    attribution = f"Am {reply.at.day}. November {reply.at:%Y %H:%M:%S} MEZ schrieb {reply.sender}:"
    return f"{reply.words}\n\n{attribution}\n{_quoted(reply.text, sign='>')}"


def _outlook_text(reply: Reply) -> str:
    head = f"From: {reply.sender}\nSent: {reply.at:%A, %d %B %Y %H:%M}\nTo: {reply.author}\nSubject: {reply.subject}"
    return f"{reply.words}\n\n{head}\n\n{reply.text}\n"


def _webmail_text(reply: Reply) -> str:
    head = f"Gesendet: Montag, {reply.at.day}. November {reply.at:%Y um %H:%M} Uhr\nVon: {reply.sender}"
    return f"{reply.words}\n\n{head}\nAn: {reply.author}\nBetreff: {reply.subject}\n\n{reply.text}\n"


def _polish_text(reply: Reply) -> str:
    attribution = f"Dnia {reply.at.day} listopada {reply.at:%Y %H:%M} {reply.sender} napisał(a):"
    return f"{reply.words}\n\n{attribution}\n\n{_quoted(reply.text)}\n"


def _swedish_text(reply: Reply) -> str:
    head = f"Från: {reply.sender}\nSkickat: den {reply.at.day} november {reply.at:%Y %H:%M}\nTill: {reply.author}"
    return f"{reply.words}\n\n-----Ursprungligt meddelande-----\n{head}\nÄmne: {reply.subject}\n\n{reply.text}\n"


# How each quotes in HTML


def _gmail_page(reply: Reply) -> str:
    when = f"{reply.at:%a, %b} {reply.at.day}, {reply.at:%Y at %I:%M %p}"
    return (
        f'<div dir="ltr">{_lines(reply.words)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">On {when} {escape(reply.sender)} wrote:<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
        f'padding-left:1ex">{reply.page}</blockquote></div>'
    )


def _apple_page(reply: Reply) -> str:
    attribution = f"On {reply.at.day}. {reply.at:%b %Y, at %H:%M}, {escape(reply.sender)} wrote:"
    return (
        '<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">'
        f'{_lines(reply.words)}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>'
        f'{attribution}</div><br class="Apple-interchange-newline"><div>{reply.page}</div></blockquote></div></body></html>'
    )


def _outlook_page(reply: Reply) -> str:
    words = "".join(f"<p class=MsoNormal>{escape(line) or '&nbsp;'}<o:p></o:p></p>" for line in reply.words.split("\n"))
    head = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in _outlook_head(reply))
    return (
        f'<html><body lang=EN-US><div class=WordSection1>{words}<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style="'
        'border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal>'
        f"{head}<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>{reply.page}</div></body></html>"
    )


def _outlook_mobile_page(reply: Reply) -> str:
    head = "<br>\n".join(f"<b>{name}:</b> {escape(value)}" for name, value in _outlook_head(reply))
    advert = '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
    return (
        f'<html><body><div dir="ltr">{_lines(reply.words)}</div>{advert if reply.advert else ""}'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif" style="font-size:11pt">{head}</font><div>&nbsp;</div></div>{reply.page}</body></html>'
    )


def _outlook_head(reply: Reply) -> list[tuple[str, str]]:
    when = f"{reply.at:%A, %B} {reply.at.day}, {reply.at:%Y %I:%M %p}"
    return [("From", reply.sender), ("Sent", when), ("To", reply.author), ("Subject", reply.subject)]


BOTH, PARENT, NEITHER = "In-Reply-To References", "In-Reply-To", ""
INDEX = base64.b64encode(bytes(range(27))).decode()  # 22 octets of the conversation and 5 for this answer
K9 = "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet."

CLIENTS = {
    #                       Subject  thread   plain text         HTML                  encoding
    "Outlook":       Client("RE: ",  PARENT,  _outlook_text,     _outlook_page,        "base64",
                            headers=(f"Thread-Index: {INDEX}", "Thread-Topic: [Case] Printer")),
    "Gmail":         Client("Re: ",  BOTH,    _gmail_text,       _gmail_page),
    "Apple Mail":    Client("Re: ",  BOTH,    _apple_text,       _apple_page),
    "Thunderbird":   Client("Re: ",  BOTH,    _thunderbird_text, None,                 "8bit", flowed=True),
    "mutt":          Client("Re: ",  BOTH,    _mutt_text,        None,                 "8bit"),
    "K-9":           Client("Re: ",  BOTH,    _k9_text,          None,                 "base64", advert=f"-- \n{K9}"),
    "Outlook mobile": Client("Re: ", BOTH,    None,              _outlook_mobile_page),
    "webmail":       Client("Aw: ",  NEITHER, _webmail_text,     None),
    "Polish":        Client("Odp: ", PARENT,  _polish_text,      None),
    "Swedish":       Client("SV: ",  BOTH,    _swedish_text,     None,                 "base64", subject_in_base64=True),
}  # fmt: skip


def written(client: Client, reply: Reply) -> bytes:
    """The mail this client makes of a reply."""
    mail: Message = _body(client, reply)
    if reply.files:
        whole = MIMEMultipart("mixed")
        for part in (mail, *map(_file, reply.files)):
            whole.attach(part)
        mail = whole
    for name, value in _header(client, reply):
        mail[name] = value
    return mail.as_bytes(policy=compat32.clone(linesep="\r\n", max_line_length=998))


@dataclass(frozen=True)
class Forward:
    """What somebody passes on to the desk."""

    original: bytes
    author: str  # name <address>
    words: str
    to: str = "support@example.com"


# The prefix of the subject, the headers that name the original, and what stands above its text: a line, and its fields.
FORWARDS = {
    "Gmail":           ("Fwd: ", BOTH,    "---------- Forwarded message ---------",        "From Date Subject To"),
    "Outlook":         ("FW: ",  PARENT,  "",                                              "From Sent To Subject"),
    "German Outlook":  ("WG: ",  NEITHER, "",                                              "Von Gesendet An Betreff"),
    "Thunderbird":     ("Fwd: ", BOTH,    "-------- Forwarded Message --------",           "Subject Date From To"),
    "Apple Mail":      ("Fwd: ", BOTH,    "Begin forwarded message:\n",                    "From Subject Date To"),
    "mutt":            ("Fwd: ", NEITHER, "----- Forwarded message from {from} -----\n",   "Date From To Subject"),
    "as a file":       ("Fwd: ", NEITHER, "",                                              ""),
    "as a file, without a prefix": ("", NEITHER, "",                                       ""),
}  # fmt: skip
FIELDS = {"Von": "from", "Sent": "date", "Gesendet": "date", "An": "to", "Betreff": "subject"}


def passed_on(client: str, forward: Forward) -> bytes:
    """The mail this client makes of a forward; with the original as a file where no fields of it stand above its text."""
    prefix, threads_by, divider, fields = FORWARDS[client]
    original = message_from_bytes(forward.original, policy=default)
    head = {name: str(original[name] or "") for name in ("from", "date", "subject", "to")}
    text = original.get_body(("plain",))
    assert isinstance(text, EmailMessage)
    mail = EmailMessage(policy=default.clone(linesep="\r\n", max_line_length=998))
    parent = str(original["Message-ID"])
    mail["From"], mail["To"], mail["Subject"] = forward.author, forward.to, prefix + head["subject"]
    mail["Date"], mail["Message-ID"] = datetime.now().astimezone(), make_msgid(domain="client.example")
    for name in threads_by.split():
        mail[name] = parent
    block = [f"{field}: {head[FIELDS.get(field, field.lower())]}" for field in fields.split()]
    below = [divider.format(**head), *block, "", str(text.get_content())] if fields else []
    mail.set_content("\n".join((forward.words, "", *below)))
    if not fields:
        mail.add_attachment(original)
    return mail.as_bytes()


def _header(client: Client, reply: Reply) -> list[tuple[str, str]]:
    parent = str(reply.letter["Message-ID"])
    subject = client.prefix + reply.subject
    fields = [("From", reply.author), ("To", reply.to), ("Subject", _encoded(subject, client.subject_in_base64))]
    fields += [
        ("Date", format_datetime(datetime.now().astimezone())),
        ("Message-ID", make_msgid(domain="client.example")),
    ]
    if "In-Reply-To" in client.threads_by:
        fields.append(("In-Reply-To", parent))
    if "References" in client.threads_by:
        fields.append(("References", f"{reply.letter['References'] or ''} {parent}".strip()))
    return fields + [(name, value) for name, _, value in (header.partition(": ") for header in client.headers)]


def _body(client: Client, reply: Reply) -> Message:
    words = f"{reply.words}\n\n{client.advert}" if reply.advert and client.advert else reply.words
    reply = Reply(reply.letter, reply.author, words, reply.files, reply.advert)
    parts = []
    if client.text:
        parts.append(_text(client.text(reply), "plain", client.transfer, flowed=client.flowed))
    if client.page:
        parts.append(_text(client.page(reply), "html", client.transfer))
    if len(parts) == 1:
        return parts[0]
    both = MIMEMultipart("alternative")
    for part in parts:
        both.attach(part)
    return both


def _text(text: str, subtype: str, transfer: str, *, flowed: bool = False) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    if flowed:
        part.set_param("format", "flowed")
    part["Content-Transfer-Encoding"] = transfer
    part.set_payload(TRANSFERS[transfer](text.encode()))
    return part


TRANSFERS: dict[str, Callable[[bytes], str]] = {
    "quoted-printable": lambda octets: quopri.encodestring(octets).decode("ascii"),
    "base64": body_encode,
    "8bit": lambda octets: octets.decode("ascii", "surrogateescape"),
}


def _file(file: File) -> MIMEBase:
    maintype, _, subtype = file.content_type.partition("/")
    part = MIMEBase(maintype, subtype)
    part.set_payload(body_encode(file.data))
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file.name))
    return part


def _encoded(subject: str, in_base64: bool) -> str:
    """Encoded words of at most 75 characters (RFC 2047, section 2); an ASCII subject is mostly left as it is."""
    if subject.isascii() and not in_base64:
        return subject
    pieces = textwrap.wrap(subject, 12, drop_whitespace=False, break_on_hyphens=False)
    return "\n ".join(f"=?UTF-8?B?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _quoted(text: str, sign: str = "> ") -> str:
    return "\n".join(f"{sign}{line}".rstrip() if not line else f"{sign}{line}" for line in text.split("\n"))


def _lines(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
