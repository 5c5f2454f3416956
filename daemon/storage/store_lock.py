"""Is another daemon at work on this data? A lock on one file; the kernel lets go of it however the process ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from daemon.errors import AlreadyRunning
from daemon.storage.atomic_file import PRIVATE_FILE


class StoreLock:
    def __init__(self, path: Path) -> None:
        """Errors: AlreadyRunning."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 20).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise AlreadyRunning(f"{who} is at work on {path.parent} and holds {path}; stop it first") from None
        except OSError:
            os.close(self._descriptor)
            raise
        self._sign(f"{os.getpid()}\n")

    def release(self) -> None:
        """The file stays: to remove it would let two processes hold two locks of one name."""
        self._sign("")
        os.close(self._descriptor)

    def _sign(self, text: str) -> None:
        """A courtesy to whoever meets the lock: it holds without a name as well, on a disk that is full or read-only."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)
