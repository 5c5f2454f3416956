"""Which closed case holds this Message-ID, or this very mail? 4096 small files, found by the first digits of a hash.

    cases/msgid/a3f.txt     seal 6f8a...            over every octet below
                            0c5d...e1 10042         rest of the hash, number of the case
                            77b0...92 10042

What a line says is a hint: who asks makes sure in the case itself, so a line written for a case that a crash then left
as it was does no harm. The whole index can be made again from the closed cases.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import (
    PRIVATE_FOLDER,
    TEMPORARY,
    Scribes,
    make_folder,
    remove_quietly,
    sync_folder,
    temporary_name,
)
from daemon.storage.sealed_file import digest

SHARD_DIGITS = 3


class MessageIndex:
    def __init__(self, folder: Path, scribes: Scribes) -> None:
        self.folder = folder
        self._scribes = scribes

    def numbers(self, key: str) -> list[int]:
        """The cases that are noted for this key, the youngest first. Errors: DamagedFile."""
        shard, rest = _address(key)
        lines = _lines(self.folder / shard)
        return sorted((int(line[len(rest) :]) for line in lines if line.startswith(rest)), reverse=True)

    def add(self, entries: Iterable[tuple[str, int]]) -> None:
        """Note them durably: each file is replaced as a whole, all at once. Errors: OSError, DamagedFile."""
        shards = {
            path: _seal([*old, *new])
            for path, added in self._by_shard(entries).items()
            if (new := added - set(old := _lines(path)))
        }
        if not shards:
            return
        temporary = {temporary_name(path): data for path, data in shards.items()}
        try:
            self._scribes.write_all(temporary)
            for path in shards:
                temporary_name(path).rename(path)
        except OSError:
            for path in temporary:
                remove_quietly(path)
            raise
        sync_folder(self.folder)

    def exists(self) -> bool:
        return self.folder.is_dir()

    def create(self, entries: Iterable[tuple[str, int]]) -> None:
        """Make the index anew from all closed cases; until it is whole it has another name."""
        draft = self.folder.with_name(self.folder.name + TEMPORARY)
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(draft.parent)
        draft.mkdir(PRIVATE_FOLDER)
        shards = self._by_shard(entries)
        self._scribes.write_all({draft / path.name: _seal(sorted(lines)) for path, lines in shards.items()})
        sync_folder(draft)
        shutil.rmtree(self.folder, ignore_errors=True)
        draft.rename(self.folder)
        sync_folder(self.folder.parent)

    def _by_shard(self, entries: Iterable[tuple[str, int]]) -> dict[Path, set[bytes]]:
        shards: dict[Path, set[bytes]] = defaultdict(set)
        for key, number in entries:
            shard, rest = _address(key)
            shards[self.folder / shard].add(rest + str(number).encode())
        return shards


def _address(key: str) -> tuple[str, bytes]:
    """The file and the beginning of the line for a key: hashed, for a name of any length and any letters fits."""
    hashed = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    return f"{hashed[:SHARD_DIGITS]}.txt", f"{hashed[SHARD_DIGITS:]} ".encode()


def _seal(lines: Iterable[bytes]) -> bytes:
    body = b"".join(line + b"\n" for line in lines)
    return f"seal {digest(body)}\n".encode() + body


def _lines(path: Path) -> list[bytes]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    head, _, body = data.partition(b"\n")
    if head != f"seal {digest(body)}".encode():
        raise DamagedFile(f"{path} is damaged: its content does not fit the seal in its first line")
    return body.splitlines()
