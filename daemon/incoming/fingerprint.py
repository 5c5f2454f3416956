"""Is this the same mail as that one, whatever way it came? A hash without trace headers."""

from __future__ import annotations

import hashlib

from daemon.incoming.header_block import HeaderBlock

# What the author's program wrote (RFC 5322, section 3.6; RFC 2045): the servers on the way leave it alone.
NAMED = (
    "message-id", "in-reply-to", "references", "date", "from", "sender", "reply-to", "to", "cc", "subject",
    "content-type", "content-disposition", "content-transfer-encoding", "auto-submitted", "list-id",
)  # fmt: skip


def fingerprint(headers: HeaderBlock, body: bytes) -> str:
    """sha256 over the headers that make the mail, refolded, and its body with LF line ends and no empty end."""
    digest = hashlib.sha256()
    for name in NAMED:
        for value in headers.all(name):
            digest.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    digest.update(b"\n")
    digest.update(body.replace(b"\r\n", b"\n").rstrip(b"\r\n"))
    return digest.hexdigest()
