"""Where does a case lie on disk?

    cases/open/0010042/case.json          the case itself (daemon/storage/case_file.py)
    cases/open/0010042/0001-in.eml        its papers, mails and letters
    cases/closed/0010/0010042/            the same folder, moved by one rename when nothing is left to do

A folder lies in open/ as long as its case is open or a letter of it waits. A number leads to its path without an index:
the drawer of a closed case is its number without the last three digits.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import make_folder, sync_folder
from daemon.storage.case_file import CASE_JSON

CASES_A_DRAWER = 1000
LOOKS = 3

Found = TypeVar("Found")


class CaseFolders:
    def __init__(self, root: Path) -> None:
        self.open = root / "open"
        self.closed = root / "closed"

    def open_folder(self, number: int) -> Path:
        return self.open / f"{number:07d}"

    def closed_folder(self, number: int) -> Path:
        return self.closed / f"{number // CASES_A_DRAWER:04d}" / f"{number:07d}"

    def home(self, number: int) -> Path | None:
        """The folder in which this case lies now."""
        return next((folder for folder in self._places(number) if folder.is_dir()), None)

    def read(self, number: int, reading: Callable[[Path], Found]) -> Found | None:
        """What `reading` finds in the folder of this case; None when there is no such case.

        The daemon may move the folder under the hands of a reader beside it: then look again where it went.
        """
        for _ in range(LOOKS):
            for folder in self._places(number):
                try:
                    return reading(folder)
                except FileNotFoundError:
                    continue
        return None

    def must_not_exist(self, number: int) -> None:
        """Errors: DamagedFile, when a case that could not be read has a folder all the same."""
        if home := self.home(number):
            raise DamagedFile(f"{home / CASE_JSON} is missing; restore it from a backup")

    def archive(self, number: int) -> None:
        """Move a folder from open/ to its drawer, by one rename. The caller fsyncs the two parents."""
        drawer = self.closed_folder(number)
        make_folder(drawer.parent)
        self.open_folder(number).rename(drawer)

    def bring_back(self, number: int) -> Path:
        """Move a folder from its drawer to open/: a letter of it waits, and start-up looks for those in open/ only."""
        folder = self.open_folder(number)
        drawer = self.closed_folder(number)
        drawer.rename(folder)
        sync_folder(folder.parent)
        sync_folder(drawer.parent)
        return folder

    def open_numbers(self) -> list[int]:
        return _numbers_in(self.open)

    def closed_numbers(self) -> Iterator[int]:
        """Ascending; one drawer is listed at a time."""
        for drawer in _numbers_in(self.closed):
            yield from _numbers_in(self.closed / f"{drawer:04d}")

    def all_numbers(self) -> Iterator[int]:
        """Ascending. Open ones are listed first: a case that is being closed meanwhile is met twice, not missed."""
        both = heapq.merge(self.open_numbers(), self.closed_numbers())
        return (number for number, _ in groupby(both))

    def highest_closed(self) -> int:
        """The highest number in the highest drawer that has any; 0 when nothing is closed."""
        for drawer in reversed(_numbers_in(self.closed)):
            if numbers := _numbers_in(self.closed / f"{drawer:04d}"):
                return numbers[-1]
        return 0

    def _places(self, number: int) -> tuple[Path, Path]:
        return self.open_folder(number), self.closed_folder(number)


def _numbers_in(folder: Path) -> list[int]:
    """Ascending. Names that are no numbers are drafts of ours or things of the admin's."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())
