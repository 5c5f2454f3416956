"""How does a file reach the disk whole, or not at all?

A name never shows half a file. The bytes go to a temporary name and are fsynced there; one rename gives them their
name; an fsync of the folder lets the name itself survive a power cut. After an error nothing is fsynced a second time:
the kernel may have dropped the bytes and would say yes. The file is written anew instead.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TypeVar

TEMPORARY = ".tmp"
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
HANDS = 8  # fsyncs of one moment share a commit of the journal: 8 at once take a third of the time of one by one
TOO_FEW = 2  # up to here the caller is as quick alone

Item = TypeVar("Item")


def replace_file(path: Path, data: bytes) -> None:
    """The file holds exactly these bytes when this returns, even after a power cut; until then it held the old ones."""
    temporary = temporary_name(path)
    try:
        write_synced(temporary, data)
        temporary.rename(path)
    except OSError:
        remove_quietly(temporary)
        raise
    sync_folder(path.parent)


def write_anew(path: Path) -> None:
    """For a file that may not have outlived an error: the same bytes under the same name, which both last from now on.

    By a temporary name of its own: the usual one may belong to a batch that is not carried out yet.
    """
    draft = temporary_name(path.with_name(f"{path.name}.anew"))
    try:
        write_synced(draft, path.read_bytes())
        draft.rename(path)
    except OSError:
        remove_quietly(draft)
        raise
    sync_folder(path.parent)
    sync_folder(path.parent.parent)


def temporary_name(path: Path) -> Path:
    return path.with_name(path.name + TEMPORARY)


def write_synced(path: Path, data: bytes) -> None:
    """The bytes are on stable storage when this returns; the name is so only after `sync_folder`."""
    with _naming(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_folder(path: Path) -> None:
    """The names in this folder are on stable storage when this returns."""
    with _naming(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_folder(path: Path) -> None:
    """The folder is there, closed to everybody else, and its name is on stable storage."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(PRIVATE_FOLDER, exist_ok=True)
    sync_folder(path.parent)


def remove_quietly(path: Path) -> None:
    """For leftovers of a failed write: what cannot be removed now is removed at the next start."""
    with contextlib.suppress(OSError):
        path.unlink()


class Scribes:
    """A few hands that write and fsync at once."""

    def __init__(self) -> None:
        self._hands: ThreadPoolExecutor | None = None

    def write_all(self, files: Mapping[Path, bytes]) -> None:
        """All files are on stable storage, or the first error is raised after every hand has come to rest."""
        self._each(lambda item: write_synced(*item), files.items())

    def sync_all(self, folders: Collection[Path]) -> None:
        self._each(sync_folder, folders)

    def close(self) -> None:
        if self._hands:
            self._hands.shutdown()
            self._hands = None

    def _each(self, work: Callable[[Item], None], items: Collection[Item]) -> None:
        if len(items) <= TOO_FEW:
            for item in items:
                work(item)
            return
        if self._hands is None:
            self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="scribe")
        written = [self._hands.submit(work, item) for item in items]
        wait(written)
        for one in written:
            one.result()


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    if (size := os.fstat(descriptor).st_size) != len(data):
        raise OSError(errno.EIO, f"{size} octets arrived of {len(data)} written")


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """An error of write or fsync knows only a descriptor; a human needs the name."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise
