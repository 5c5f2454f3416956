"""In which order do the files of a batch reach the disk, so that every folder is whole at every moment?

    1  write     everything under temporary names, fsynced; a new folder as a whole beside its place
    2  publish   a  papers get their names, fsync: no case names a paper that may be missing after a power cut
                 b  case.json gets its name, a new folder gets its name: the moment of commit, one rename a case
                 c  fsync of the folders: now it may be acknowledged
                 d  state gets its names last: it may speak of the cases (a mailbox was read up to here)
                 e  what was released from quarantine goes

A crash before b leaves the old case and leftovers that start-up sweeps; after b the case is new.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daemon.storage.atomic_file import PRIVATE_FOLDER, Scribes, remove_quietly, sync_folder, temporary_name


@dataclass
class DiskBatch:
    """Final names, and what shall be there."""

    new_folders: dict[Path, dict[str, bytes]] = field(default_factory=dict)  # the deciding file of each comes last
    papers: dict[Path, bytes] = field(default_factory=dict)
    commits: dict[Path, bytes] = field(default_factory=dict)  # the case.json of each folder that is there already
    states: dict[Path, bytes] = field(default_factory=dict)
    released: list[Path] = field(default_factory=list)

    def write(self, scribes: Scribes) -> None:
        for folder in self.new_folders:
            draft = temporary_name(folder)
            if draft.exists():
                shutil.rmtree(draft)
            draft.mkdir(PRIVATE_FOLDER)
        scribes.write_all(self._temporary_files())

    def publish(self, scribes: Scribes) -> None:
        _name(self.papers)
        scribes.sync_all({*_folders(self.papers), *map(temporary_name, self.new_folders)})
        _name(self.commits)
        _name(self.new_folders)
        scribes.sync_all({*_folders(self.commits), *_folders(self.new_folders)})
        _name(self.states)
        scribes.sync_all(_folders(self.states))
        for folder in self.released:
            _remove_folder(folder)

    def commit_points(self) -> list[Path]:
        """The files whose names decide: with them a folder is new, without them it is old or not there."""
        return [*self.commits, *(folder / list(contents)[-1] for folder, contents in self.new_folders.items())]

    def discard(self) -> None:
        """After a failure: take away what has no name yet. What cannot be removed now is swept at the next start."""
        for folder in self.new_folders:
            shutil.rmtree(temporary_name(folder), ignore_errors=True)
        for path in (*self.papers, *self.commits, *self.states):
            remove_quietly(temporary_name(path))

    def _temporary_files(self) -> dict[Path, bytes]:
        files = {temporary_name(path): data for named in self._named() for path, data in named.items()}
        for folder, contents in self.new_folders.items():
            files.update({temporary_name(folder) / name: data for name, data in contents.items()})
        return files

    def _named(self) -> Iterable[Mapping[Path, bytes]]:
        return self.papers, self.commits, self.states


def _name(paths: Iterable[Path]) -> None:
    for path in paths:
        temporary_name(path).rename(path)


def _folders(paths: Iterable[Path]) -> set[Path]:
    return {path.parent for path in paths}


def _remove_folder(folder: Path) -> None:
    """By one rename, so that a crash leaves the whole of it or a leftover to be swept."""
    leftover = temporary_name(folder)
    if leftover.exists():
        shutil.rmtree(leftover)
    folder.rename(leftover)
    sync_folder(folder.parent)
    shutil.rmtree(leftover)
