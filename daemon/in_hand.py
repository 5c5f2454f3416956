"""Which mail is being decided about at this moment? If the daemon ends over it, the next one knows which mail that was.

data/in-hand    a line of fixed length: the fingerprint of that mail, or spaces
                then a line for each mail over which a daemon ended: its fingerprint, and how often

Nothing here is fsynced: the file outlives a process, and a power cut is no mail's fault.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

FILE = "in-hand"
ENOUGH = 5  # times that a daemon ended over one mail; who is killed at random can meet the same one twice or thrice
MOST_REMEMBERED = 100
_WIDTH = 64  # characters of a fingerprint at most
_NOTHING = f"{'':{_WIDTH}}\n"


class InHand:
    """For one thread at a time. A disk that refuses is told where it matters; here it only means that less is known."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: where it is noted; None: nowhere."""
        self._path = path
        self._ends: dict[str, int] = {}
        self._file = -1

    def open(self) -> None:
        """When no other daemon has anything in hand any more."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._ends = _read(self._path)
                self._file = _begun(self._path, self._ends)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def is_deadly(self, fingerprint: str) -> bool:
        """Did the daemon end over this mail so often that it is not to be tried again?"""
        return self._ends.get(fingerprint, 0) >= ENOUGH

    @contextlib.contextmanager
    def holding(self, fingerprint: str) -> Iterator[None]:
        self._note(f"{fingerprint[:_WIDTH]:{_WIDTH}}\n")
        try:
            yield
        finally:
            self._note(_NOTHING)

    def _note(self, line: str) -> None:
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.pwrite(self._file, line.encode(), 0)


def _read(path: Path) -> dict[str, int]:
    """How often a daemon ended over which mail, the last one included."""
    try:
        first, *lines = path.read_text(encoding="ascii").splitlines()
        ends = {words[0]: int(words[1]) for words in map(str.split, lines)}
    except (FileNotFoundError, ValueError, IndexError):  # there is none yet, or somebody wrote something else into it
        return {}
    if held := first.strip():
        ends[held] = ends.pop(held, 0) + 1
    return dict(list(ends.items())[-MOST_REMEMBERED:])


def _begun(path: Path, ends: dict[str, int]) -> int:
    """The file anew, with nothing in hand; returns it open. Errors: OSError."""
    draft = path.with_suffix(".draft")
    draft.write_text(_NOTHING + "".join(f"{one} {count}\n" for one, count in ends.items()), encoding="ascii")
    draft.replace(path)
    return os.open(path, os.O_WRONLY | os.O_CLOEXEC)
