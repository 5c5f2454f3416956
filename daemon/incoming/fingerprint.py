"""Is this the same mail as that one, whatever way it came? A hash without trace headers."""

from __future__ import annotations

import hashlib

from daemon.incoming.header_block import HeaderBlock

NAMED = ("message-id", "from", "date", "subject")


def fingerprint(headers: HeaderBlock, body: bytes) -> str:
    """sha256 over the headers that name a mail, refolded, and its body with LF line ends and no empty end."""
    digest = hashlib.sha256()
    for name in NAMED:
        for value in headers.all(name):
            digest.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    digest.update(b"\n")
    digest.update(body.replace(b"\r\n", b"\n").rstrip(b"\r\n"))
    return digest.hexdigest()
