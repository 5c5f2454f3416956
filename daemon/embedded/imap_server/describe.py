"""How does IMAP describe a mail without sending it: ENVELOPE and BODYSTRUCTURE (RFC 3501, section 7.4.2)?"""

from __future__ import annotations

from daemon.embedded.imap_server.mime import Parameters, Part, pieces, unquoted, with_parameters
from daemon.embedded.imap_server.syntax import parenthesised, quoted, quoted_or_nil

NIL = b"NIL"


def envelope(mail: Part) -> bytes:
    author = _addresses(mail, "from")
    return parenthesised(
        [
            quoted_or_nil(mail.value("date")),
            quoted_or_nil(mail.value("subject")),
            author,
            _addresses(mail, "sender", author),
            _addresses(mail, "reply-to", author),
            _addresses(mail, "to"),
            _addresses(mail, "cc"),
            _addresses(mail, "bcc"),
            quoted_or_nil(mail.value("in-reply-to")),
            quoted_or_nil(mail.value("message-id")),
        ]
    )


def structure(part: Part, *, extended: bool) -> bytes:
    """BODYSTRUCTURE, or the shorter BODY when not extended."""
    if part.children:
        return _multipart(part, extended)
    kind, subtype = part.content_type
    description = [
        quoted(kind),
        quoted(subtype),
        _parameters(_with_charset(part)),
        quoted_or_nil(part.value("content-id")),
        quoted_or_nil(part.value("content-description")),
        quoted(part.value("content-transfer-encoding") or b"7bit"),
        b"%d" % len(part.body),
    ]
    if part.inner:
        description += [envelope(part.inner), structure(part.inner, extended=extended)]
    if part.inner or kind.lower() == b"text":
        description.append(b"%d" % part.body.count(b"\n"))
    if extended:
        description += [quoted_or_nil(part.value("content-md5")), *_placement(part)]
    return parenthesised(description)


def _multipart(part: Part, extended: bool) -> bytes:
    inside = b"".join(structure(child, extended=extended) for child in part.children)  # RFC 3501: no space between
    description = [inside, quoted(part.content_type[1])]
    if extended:
        description += [_parameters(part.parameters), *_placement(part)]
    return parenthesised(description)


def _placement(part: Part) -> list[bytes]:
    """The extension data both kinds end with: disposition, language, location."""
    disposition, languages = part.value("content-disposition"), part.value("content-language")
    word, parameters = with_parameters(disposition) if disposition else (b"", ())
    return [
        parenthesised([quoted(word), _parameters(parameters)]) if word else NIL,
        parenthesised([quoted(language.strip()) for language in languages.split(b",")]) if languages else NIL,
        quoted_or_nil(part.value("content-location")),
    ]


def _with_charset(part: Part) -> Parameters:
    """A text always has a charset (RFC 2046, section 4.1.2)."""
    known = part.content_type[0].lower() != b"text" or any(name.lower() == b"charset" for name, _ in part.parameters)
    return part.parameters if known else (*part.parameters, (b"charset", b"us-ascii"))


def _parameters(parameters: Parameters) -> bytes:
    return parenthesised([quoted(word) for pair in parameters for word in pair]) if parameters else NIL


def _addresses(mail: Part, name: str, absent: bytes = NIL) -> bytes:
    """A list of (name route mailbox host); a group is marked by a first and a last one without host."""
    written = b", ".join(mail.values(name))
    found = [address for piece in pieces(written, b",") for address in _group_or_address(piece)]
    return b"(" + b"".join(found) + b")" if found else absent


def _group_or_address(piece: bytes) -> list[bytes]:
    found = []
    name, *rest = pieces(piece, b":")
    if rest and b"<" not in name:
        found.append(_address(None, unquoted(name.strip()), None))
        piece = b":".join(rest)
    member, *after = pieces(piece, b";")
    member = member.strip()
    only_a_comment = member.startswith(b"(") and b"@" not in member
    if member and not only_a_comment:
        found.append(_mailbox(member))
    if after:
        found.append(_address(None, None, None))
    return found


def _mailbox(member: bytes) -> bytes:
    """`Ann <ann@example.org>`, `ann@example.org (Ann)` or a bare address; an encoded name stays encoded."""
    before, bracket, after = member.rpartition(b"<")
    if bracket:
        name, address = unquoted(before.strip()), after.partition(b">")[0]
    else:
        address, _, comment = member.partition(b" (")
        name = comment.rstrip(b") ")
    local_part, _, domain = address.strip().rpartition(b"@")
    return _address(name or None, unquoted(local_part or domain), domain if local_part else b"")


def _address(name: bytes | None, mailbox: bytes | None, host: bytes | None) -> bytes:
    return parenthesised([quoted_or_nil(name), NIL, quoted_or_nil(mailbox), quoted_or_nil(host)])
