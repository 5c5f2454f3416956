"""Does this file hold what we wrote? TinyDB files that are replaced as a whole, and carry a seal over their content.

The file is JSON as TinyDB reads it (tables of numbered documents), laid out for a human, one field a line:

    {
     "seal": {"1": {"blake2b": "6f8a..."}},
     "case": {
      "1": {
       "number": 10042,

The seal stands over every octet below its line. Who edits a file by hand and means it so deletes that line: a file
without a seal is taken as it is, and sealed again when the desk next writes it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from tinydb.storages import Storage

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import replace_file

Tables = dict[str, dict[str, dict[str, Any]]]

SEAL = "seal"
BROKEN_SEAL = (
    "its content does not fit the seal in its second line; restore it from a backup, "
    'or, if somebody edited it on purpose, delete the line that begins with "seal"'
)


class SealedFile(Storage):
    """A TinyDB storage: reads its file once, then is a snapshot; writes it anew as a whole.

    Staged, it writes nothing by itself: a batch takes `content()` to the disk together with others.
    """

    def __init__(self, path: Path, *, staged: bool = False, tables: Tables | None = None) -> None:
        self._path = path
        self._staged = staged
        self.tables = tables

    def read(self) -> Tables | None:
        if self.tables is None and not self._staged:
            self.tables = read_if_there(self._path)
        return self.tables

    def write(self, data: Tables) -> None:
        self.tables = data
        if not self._staged:
            replace_file(self._path, self.content())

    def content(self) -> bytes:
        return seal(self.tables or {})


class Unsealed(NamedTuple):
    tables: Tables
    sealed: bool  # False: somebody took the seal off, so nothing is known about the content


def read_if_there(path: Path) -> Tables | None:
    try:
        return read_sealed(path).tables
    except FileNotFoundError:
        return None


def read_sealed(path: Path) -> Unsealed:
    """Errors: FileNotFoundError, DamagedFile."""
    data = path.read_bytes()
    try:
        return unseal(data)
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"{path} is damaged: {error}") from error


def seal(tables: Tables) -> bytes:
    body = _lay_out(tables).encode()
    return _head(body) + body


def unseal(data: bytes) -> Unsealed:
    """Errors: ValueError that says what is wrong."""
    if not data:
        raise ValueError("it is empty")
    tables = json.loads(data.decode())
    if not _are_tables(tables):
        raise ValueError("expected tables of documents, as TinyDB writes them")
    if tables.pop(SEAL, None) is None:
        return Unsealed(tables, sealed=False)
    body = data.split(b"\n", 2)[-1]
    if data != _head(body) + body:
        raise ValueError(BROKEN_SEAL)
    return Unsealed(tables, sealed=True)


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _head(body: bytes) -> bytes:
    comma = "" if body.startswith(b"}") else ","
    return f'{{\n "{SEAL}": {{"1": {{"blake2b": "{digest(body)}"}}}}{comma}\n'.encode()


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _lay_out(tables: Tables) -> str:
    """Like json.dumps(indent=1), but a field stays on its line: an address, a timer or a link is read at one glance."""
    lines = [f" {_encode(name)}: {{{_documents(documents)}}}" for name, documents in tables.items()]
    return ",\n".join(lines) + ("\n}\n" if lines else "}\n")


def _documents(documents: dict[str, dict[str, Any]]) -> str:
    lines = [f"  {_encode(str(id))}: {{{_fields(document)}}}" for id, document in documents.items()]
    return "\n" + ",\n".join(lines) + "\n " if lines else ""


def _fields(document: dict[str, Any]) -> str:
    lines = [f"   {_encode(name)}: {_encode(value)}" for name, value in document.items()]
    return "\n" + ",\n".join(lines) + "\n  " if lines else ""


def _are_tables(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(table, dict) and all(isinstance(document, dict) for document in table.values())
        for table in found.values()
    )
