"""Does this text carry files between its lines? uuencode, as `mailx` and old clients still send it."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

FILES = 50

_BEGIN = re.compile(rb"^begin [0-7]{3,4} (\S[^\r\n]{0,200})\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class UuFile:
    name: str
    data: bytes


def take_out_files(octets: bytes) -> tuple[bytes, tuple[UuFile, ...]]:
    """The text without the files, and the files; lines that only look like one stay where they are."""
    text: list[bytes] = []
    files: list[UuFile] = []
    kept = at = 0
    while len(files) < FILES and (begin := _BEGIN.search(octets, at)):
        data, at = _unpack(octets, begin.end())
        if data is not None:
            text.append(octets[kept : begin.start()])
            files.append(UuFile(begin.group(1).decode("utf-8", "replace").strip(), data))
            kept = at
    return b"".join((*text, octets[kept:])) if files else octets, tuple(files)


def _unpack(octets: bytes, at: int) -> tuple[bytes | None, int]:
    """The octets of one file and the offset after its "end"; None where a line breaks off before it."""
    unpacked: list[bytes] = []
    while at < len(octets):
        after = octets.find(b"\n", at) + 1 or len(octets)
        line = octets[at:after].rstrip()
        if line == b"end":
            return b"".join(unpacked), after
        data = _unpack_line(line)
        if data is None:
            return None, at
        unpacked.append(data)
        at = after
    return None, at


def _unpack_line(line: bytes) -> bytes | None:
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # some encoders pad too much: read as many digits as the line's first octet announces
        digits = ((((line[0] - 32) & 63) * 4 + 5) // 3) + 1
        try:
            return binascii.a2b_uu(line[:digits])
        except binascii.Error:
            return None
