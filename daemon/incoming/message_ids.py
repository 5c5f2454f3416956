"""Which mails does this header name? Message-IDs without their brackets (RFC 5322, section 3.6.4)."""

from __future__ import annotations

from daemon.incoming.charsets import one_line

LONGEST = 998  # RFC 5322, section 2.1.1


def read_ids(value: bytes) -> tuple[str, ...]:
    """The ids in the order of the header, each once. Folding inside an id is taken out; old phrases around it too."""
    text = one_line(value.decode("utf-8", "replace"))
    pieces = text.split(">")[:-1] if "<" in text and ">" in text else []
    ids = ["".join(piece.rpartition("<")[2].split()) for piece in pieces if "<" in piece]
    if not ids:
        ids = [word.strip("<>,;()\"'") for word in text.split() if "@" in word or word == text]
    return tuple(dict.fromkeys(id for id in ids if id and len(id) <= LONGEST))
