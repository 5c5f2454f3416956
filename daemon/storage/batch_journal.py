"""What belongs to a batch that is committed, although not everything of it has its name yet?

    journal     {"named": {"1": {"path": "cases/open/0010042", "blake2b": "6f8a..."}, ...}, "released": ...}, sealed

It lies in the data folder for a moment: from the commit of a batch of several things until all of them have their names.
Whoever finds it gives the names that are left; a thing that has its name already is passed over, so this may be begun
again and again. Three rules keep it true:

    before a name is given, the journal itself is on stable storage; to see it is not enough
    before anything else is written or swept, its removal is; not to see it is not enough
    it counts only if everything it names is there, under one name or the other: else it is of another time than the
    files beside it, as in a copy that was taken while the desk was at work
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.storage.atomic_file import Scribes, remove_quietly, replace_file, sync_folder, temporary_name, write_anew
from daemon.storage.sealed_file import Tables, digest, seal, unseal

log = logging.getLogger("postcase.store")

NAME = "journal"


@dataclass(frozen=True, slots=True)
class Names:
    """All the renames of a batch: what gets its name, with a digest of it, and what loses its name."""

    named: Mapping[Path, str]
    released: tuple[Path, ...] = ()

    def give(self, left: Iterable[Path], scribes: Scribes, doubtful: Iterable[Path] = ()) -> None:
        """Rename what is `left`; all names last when this returns, also those that were given before.

        Of the `doubtful`, an fsync failed before: they are written anew.
        """
        for path in left:
            temporary_name(path).rename(path)
        for path in doubtful:
            write_anew(path)
        for folder in self.released:
            _take_name(folder)
        scribes.sync_all({path.parent for path in (*self.named, *self.released)})

    def left(self) -> list[Path]:
        """What has not got its name yet."""
        return [path for path, mark in self.named.items() if _digest_at(temporary_name(path)) == mark]

    def lost(self) -> list[Path]:
        """What is there under neither name."""
        given = self.named.keys() - set(self.left())
        return sorted(path for path in given if _digest_at(path) != self.named[path])


def digest_of_folder(contents: Mapping[str, bytes]) -> str:
    return digest("".join(f"{name}/{digest(data)}\n" for name, data in sorted(contents.items())).encode())


class BatchJournal:
    def __init__(self, root: Path, scribes: Scribes) -> None:
        self._root = root
        self._path = root / NAME
        self._scribes = scribes

    def commit(self, names: Names) -> None:
        """The batch is committed when this returns; after an error only `finish` can tell. Errors: OSError."""
        named = [{"path": self._relative(path), "blake2b": mark} for path, mark in names.named.items()]
        released = [{"path": self._relative(path)} for path in names.released]
        replace_file(self._path, seal({"named": _numbered(named), "released": _numbered(released)}))

    def carry_out(self, names: Names) -> None:
        """Errors: OSError; then `finish` does the rest."""
        names.give(names.named, self._scribes)
        self._remove()
        _sweep(names.released)

    def finish(self, doubtful: Iterable[Path] = ()) -> bool:
        """Is there a batch that was committed? Then it is carried out to its end. Errors: OSError."""
        names = self._read()
        if names is None:
            self._remove()
            return False
        self.commit(names)
        names.give(names.left(), self._scribes, doubtful)
        self._remove()
        _sweep(names.released)
        return True

    def _read(self) -> Names | None:
        try:
            tables = _sealed(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError) as error:
            log.warning("%s is damaged: %s; the batch it speaks of does not count", self._path, error)
            return None
        names = self._names(tables)
        if lost := names.lost():
            log.warning("%s does not fit the files beside it: %s is not there; it does not count", self._path, lost[0])
            return None
        return names

    def _remove(self) -> None:
        self._path.unlink(missing_ok=True)
        remove_quietly(temporary_name(self._path))
        sync_folder(self._root)

    def _names(self, tables: Tables) -> Names:
        named, released = tables.get("named", {}).values(), tables.get("released", {}).values()
        return Names(
            {self._root / one["path"]: one["blake2b"] for one in named},
            tuple(self._root / one["path"] for one in released),
        )

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def _numbered(documents: Iterable[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {str(place): document for place, document in enumerate(documents, 1)}


def _sealed(data: bytes) -> Tables:
    tables, sealed = unseal(data)
    if not sealed:
        raise ValueError("it has no seal")
    return tables


def _digest_at(path: Path) -> str:
    try:
        if path.is_dir():
            return digest_of_folder({one.name: one.read_bytes() for one in path.iterdir()})
        return digest(path.read_bytes())
    except FileNotFoundError:
        return ""


def _take_name(folder: Path) -> None:
    """By one rename, so that a crash leaves the whole of it or a leftover to be swept."""
    if not folder.exists():
        return  # it was done before a crash, or by somebody's hand
    leftover = temporary_name(folder)
    if leftover.exists():
        shutil.rmtree(leftover)
    folder.rename(leftover)


def _sweep(released: Iterable[Path]) -> None:
    """What lost its name; what cannot be removed now is removed at the next start."""
    for folder in released:
        shutil.rmtree(temporary_name(folder), ignore_errors=True)
