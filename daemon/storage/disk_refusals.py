"""What does it mean for the desk when the disk says no? It is written as a sentence, and may be tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from daemon.errors import StoreUnwritable


@contextmanager
def disk_refusals() -> Iterator[None]:
    """Errors: StoreUnwritable for every OSError of the block, naming the file."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise StoreUnwritable(f"the disk refused: {where}{error.strerror or error}; this may be tried again") from error
