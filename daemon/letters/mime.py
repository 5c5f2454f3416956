"""How do texts and files become the body of a mail? MIME parts as bytes: 7 bit, CRLF only, no line above 998 octets.

Written out here because email.message takes a millisecond a letter, and makes a header of one hidden in a value.
"""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_extension
from pathlib import PurePosixPath

from daemon.letters.header_lines import field, parameter_tokens
from daemon.letters.safe_text import one_line
from rules.mail import Attachment

_LONGEST_LINE = 998  # RFC 5322, section 2.1.1
_LONGEST_FILE_NAME = 120
_LONGEST_ENDING = 20
_LOOKED_AT = 2_000  # characters at the end of the name, where its last part and its ending are
_NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))  # Windows could not save them
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-")  # RFC 6838, section 4.2
_IN_BOUNDARIES = (
    b"=_"  # cannot occur in quoted-printable or base64 (RFC 2045, section 6.7), and is kept out of the rest
)
_LINE_OF_BASE64 = 57  # octets in, 76 characters and CRLF out


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part: its Content- fields without the last line end, and its encoded body."""

    fields: tuple[str, ...]
    body: bytes

    def __bytes__(self) -> bytes:
        return "\r\n".join(self.fields).encode() + b"\r\n\r\n" + self.body


def text_part(kind: str, text: str) -> Part:
    """text/plain or text/html in UTF-8; lines of `text` end in "\\n"."""
    encoding, body = _encoded(text.replace("\n", "\r\n").encode())
    return Part((f"Content-Type: text/{kind}; charset=utf-8", f"Content-Transfer-Encoding: {encoding}"), body)


def calendar_part(octets: bytes, method: str) -> Part:
    """text/calendar beside the text: mail programs show it as an invitation (RFC 6047, section 2.4)."""
    encoding, body = _encoded(octets)
    content_type = f"Content-Type: text/calendar; charset=utf-8; method={method}"
    return Part((content_type, f"Content-Transfer-Encoding: {encoding}"), body)


def _encoded(octets: bytes) -> tuple[str, bytes]:
    """As readable as the text allows: as it is, quoted-printable, or base64 where that is shorter (RFC 2045, 6)."""
    if octets.isascii() and _IN_BOUNDARIES not in octets and max(map(len, octets.split(b"\r\n"))) <= _LONGEST_LINE:
        return "7bit", octets
    printable = b2a_qp(octets, istext=True)
    if len(printable) <= base64_size(len(octets)):
        return "quoted-printable", printable
    return "base64", _base64(octets)


def _base64(octets: bytes) -> bytes:
    return encodebytes(octets).replace(b"\n", b"\r\n")


def base64_size(octets: int) -> int:
    """How long `octets` octets become in base64, line ends included."""
    return -(-octets // 3) * 4 + -(-octets // _LINE_OF_BASE64) * 2


def file_part(attachment: Attachment) -> Part:
    """One attached file under its own name.

    An inline picture that our HTML does not show becomes a file as well: a picture that nothing names is not shown at all
    by several clients.
    """
    return Part(_file_fields(attachment, "attachment;"), _base64(attachment.data))


def picture_part(picture: Attachment) -> Part:
    """A picture that the HTML beside it shows (RFC 2392); its content id must be one of ours."""
    fields = (*_file_fields(picture, "inline;"), f"Content-ID: <{picture.content_id}>")
    return Part(fields, _base64(picture.data))


def _file_fields(attachment: Attachment, disposition: str) -> tuple[str, ...]:
    return (
        f"Content-Type: {_content_type(attachment.content_type)}",
        "Content-Transfer-Encoding: base64",
        field("Content-Disposition", [disposition, *parameter_tokens("filename", file_name(attachment))]),
    )


def file_name(attachment: Attachment) -> str:
    """The last part of the name, on one line, one that every computer can save, never empty."""
    path = one_line(attachment.name[-_LOOKED_AT:].replace("\\", "/"))
    name = _short(path.rpartition("/")[2].translate(_NOT_IN_FILE_NAMES).strip())
    return name or "attachment" + (guess_extension(_content_type(attachment.content_type)) or "")


def _short(name: str) -> str:
    """A long name is cut before its ending, which tells what to open it with."""
    if len(name) <= _LONGEST_FILE_NAME:
        return name
    ending = PurePosixPath(name).suffix
    kept = ending if len(ending) <= _LONGEST_ENDING else ""
    return name[: _LONGEST_FILE_NAME - len(kept)].rstrip() + kept


def _content_type(given: str) -> str:
    """`type/subtype` as given, if it is one; parts that hold parts may not be in base64 (RFC 2045, section 6.4)."""
    whole = given.partition(";")[0].strip().lower()
    main, slash, sub = whole.partition("/")
    known = main and sub and len(whole) < 100 and set(main) <= _TOKEN and set(sub) <= _TOKEN
    return whole if slash and known and main not in ("message", "multipart") else "application/octet-stream"


def multipart(subtype: str, parts: Sequence[Part], seed: str) -> Part:
    """Several parts in one; the same letter gets the same boundary."""
    boundary = f"=_{sha256(f'{subtype} {seed}'.encode()).hexdigest()[:24]}"
    opening = f"--{boundary}\r\n".encode()
    body = b"".join(opening + bytes(part) + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return Part((f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"',), body)
