"""Are these the bytes that were put? Size and digest of every paper, noted in a TinyDB table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tinydb import where
from tinydb.table import Table

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import TEMPORARY
from daemon.storage.sealed_file import digest


def is_plain_name(name: str) -> bool:
    """Does this name stay in its folder, is it not case.json, and no leftover to be swept?"""
    plain = bool(name) and name.isprintable() and "/" not in name and not name.startswith(".")
    return plain and name != "case.json" and not name.endswith(TEMPORARY)


def note(table: Table, papers: Mapping[str, bytes]) -> None:
    for file, data in papers.items():
        table.upsert({"file": file, "size": len(data), "blake2b": digest(data)}, where("file") == file)


def check(table: Table, path: Path, data: bytes) -> None:
    """A paper that is not noted is taken as it is. Errors: DamagedFile."""
    for noted in table.search(where("file") == path.name):
        if noted.get("size") != len(data) or noted.get("blake2b") != digest(data):
            raise DamagedFile(
                f"{path} is damaged: {noted.get('size')} octets were filed, these are {len(data)} and not the same; "
                f"restore it from a backup, or take it out of the table {table.name} of the JSON file beside it"
            )
