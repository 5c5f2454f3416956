"""What does it mean for the desk when the disk says no? It is written as a sentence, and may be tried again."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.errors import StoreForbidden, StoreUnwritable


@contextmanager
def disk_refusals() -> Iterator[None]:
    """Errors: StoreForbidden or StoreUnwritable for every OSError of the block, naming the file."""
    try:
        yield
    except PermissionError as error:
        raise StoreForbidden(_who_may_not(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise StoreUnwritable(f"the disk refused: {where}{error.strerror or error}; this may be tried again") from error


def _who_may_not(error: PermissionError) -> str:
    """An admin who asks as himself what belongs to the daemon's user, or who has started the daemon as root once."""
    user = _name_of(os.geteuid())
    if not error.filename:
        return f"the user {user} may not do this: {error.strerror or error}"
    place = _nearest(Path(os.fsdecode(error.filename)))
    do = "read" if not os.access(place, os.R_OK) else "write in" if place.is_dir() else "write"
    return f"the user {user} may not {do} {place}, which belongs to {_name_of(place.stat().st_uid)}: {error.strerror}"


def _nearest(path: Path) -> Path:
    """The path, or the folder above it that is there to be seen."""
    return next(one for one in (path, *path.absolute().parents) if os.access(one, os.F_OK))


def _name_of(number: int) -> str:
    """A container or a unit may run as a user without a name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
