"""In which order do the files of a batch reach the disk, so that all of it is there after a crash, or nothing?

    1  write     everything under temporary names, fsynced; a new folder as a whole beside its place
    2  publish   one thing, a case with its papers say:
                 a  papers get their names, fsync: no case names a paper that may be missing after a power cut
                 b  case.json gets its name, a new folder gets its name: the moment of commit, one rename
                 c  fsync of the folder: now it may be acknowledged
                 several things, two cases say, or a case and the state of a mailbox:
                 a  fsync of the folders with the temporary names
                 b  a journal of all names that are to be given or taken: the moment of commit, daemon/storage/batch_journal.py
                 c  papers, cases, states get their names, in this order; what was released from quarantine loses its own
                 d  fsync of the folders, the journal goes: now it may be acknowledged

A crash before b leaves what was, and leftovers that start-up sweeps; after b everything is new, at the latest when
start-up has given the names that were left.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daemon.storage.atomic_file import PRIVATE_FOLDER, Scribes, remove_quietly, sync_folder, temporary_name
from daemon.storage.batch_journal import BatchJournal, Names, digest_of_folder
from daemon.storage.sealed_file import digest


@dataclass
class DiskBatch:
    """Final names, and what shall be there."""

    new_folders: dict[Path, dict[str, bytes]] = field(default_factory=dict)  # the deciding file of each comes last
    papers: dict[Path, bytes] = field(default_factory=dict)
    commits: dict[Path, bytes] = field(default_factory=dict)  # the case.json of each folder that is there already
    states: dict[Path, bytes] = field(default_factory=dict)
    released: list[Path] = field(default_factory=list)
    in_journal: bool = False  # once the journal may be there, only it can tell whether all is committed

    def write(self, scribes: Scribes) -> None:
        for folder in self.new_folders:
            draft = temporary_name(folder)
            if draft.exists():
                shutil.rmtree(draft)
            draft.mkdir(PRIVATE_FOLDER)
        scribes.write_all(self._temporary_files())

    def publish(self, scribes: Scribes, journal: BatchJournal) -> None:
        things = (*self.commits, *self.new_folders, *self.states, *self.released)
        if len(things) > 1:
            self._publish_together(scribes, journal)
        else:
            self._publish_alone(scribes)

    def commit_points(self) -> list[Path]:
        """The files whose names decide: with them a folder is new, without them it is old or not there."""
        deciding = (folder / list(contents)[-1] for folder, contents in self.new_folders.items())
        return [*self.commits, *deciding, *self.states]

    def discard(self) -> None:
        """After a failure: take away what has no name yet. What cannot be removed now is swept at the next start."""
        for folder in self.new_folders:
            shutil.rmtree(temporary_name(folder), ignore_errors=True)
        for path in self._files():
            remove_quietly(temporary_name(path))

    def _publish_alone(self, scribes: Scribes) -> None:
        _name(self.papers)
        scribes.sync_all({*_folders(self.papers), *map(temporary_name, self.new_folders)})
        decisive = (*self.commits, *self.new_folders, *self.states)
        _name(decisive)
        scribes.sync_all(_folders(decisive))
        for folder in self.released:
            _remove_folder(folder)

    def _publish_together(self, scribes: Scribes, journal: BatchJournal) -> None:
        names = self._names()
        self._check_room()
        scribes.sync_all({*_folders(names.named), *map(temporary_name, self.new_folders)})
        self.in_journal = True
        journal.commit(names)
        journal.carry_out(names)

    def _names(self) -> Names:
        papers, commits, states = ({path: digest(data) for path, data in one.items()} for one in self._by_name())
        folders = {folder: digest_of_folder(contents) for folder, contents in self.new_folders.items()}
        return Names({**papers, **commits, **folders, **states}, tuple(self.released))

    def _check_room(self) -> None:
        """What stands in the way of a name must be known before the commit: nobody could carry it out."""
        for folder in self.new_folders:
            if folder.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))

    def _temporary_files(self) -> dict[Path, bytes]:
        files = {temporary_name(path): data for path, data in self._files().items()}
        for folder, contents in self.new_folders.items():
            files.update({temporary_name(folder) / name: data for name, data in contents.items()})
        return files

    def _files(self) -> dict[Path, bytes]:
        return {path: data for files in self._by_name() for path, data in files.items()}

    def _by_name(self) -> tuple[Mapping[Path, bytes], ...]:
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
