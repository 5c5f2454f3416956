"""How does the desk stand at this moment? Numbers from its data, without asking any server."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from daemon import canary
from daemon.health import Ahead, ahead, last_cap, last_jump, last_mail, last_reading, left, unreadable
from daemon.storage.store import Store
from rules.case import Letter

ROOM_FOR_ONE_MAIL = 64 * 1024
ALIVE = "alive"  # a file in data; its time is when the desk was last at work


@dataclass(frozen=True, slots=True)
class Figures:
    """None: there is nothing to count from, as the desk is new."""

    alive: timedelta | None  # since the desk was last at work
    heard: timedelta | None  # since all mailboxes were last read to their end
    unread: tuple[str, ...]  # mailboxes that cannot be read
    left: tuple[str, ...]  # mailboxes whose taken mail cannot be moved, and why
    ahead: tuple[tuple[str, Ahead], ...]  # mailboxes from which mail was taken that the data does not know
    jump: tuple[datetime, timedelta] | None  # when the clock last jumped, and by how much
    cap: tuple[datetime, str] | None  # when a cap on automatic letters last kept one back, and which
    last_mail: datetime | None
    open_cases: int
    waiting: int  # letters that the SMTP server has not taken yet
    oldest: timedelta  # how long the first of them has waited
    quarantined: int
    damaged: int
    free: int  # octets on the disk of the data
    canary: timedelta | None  # since the first one that has not come back
    refusal: str  # why the disk takes no mail; "" when it does, or was not asked


def measure(store: Store, data: Path, now: datetime, *, write: bool = False) -> Figures:
    """`write`: try whether the disk takes a mail; for who may. Errors: DamagedFile when the desk's own notes cannot be read."""
    waits = [_waits_since(letter) for _, letter in store.waiting_letters() if _waits_since(letter) <= now]
    return Figures(
        alive=_since(last_alive(data), now),
        heard=_since(last_reading(store), now),
        unread=unreadable(store),
        left=left(store),
        ahead=ahead(store),
        jump=last_jump(store),
        cap=last_cap(store),
        last_mail=last_mail(store),
        open_cases=len(store.open_numbers()),
        waiting=len(waits),
        oldest=now - min(waits, default=now),
        quarantined=len(store.quarantined()),
        damaged=len(store.damaged()),
        free=shutil.disk_usage(nearest(data)).free,
        canary=_since(canary.missing_since(store), now),
        refusal=refusal(data) if write else "",
    )


def refusal(folder: Path) -> str:
    """Asked by a file without a name, which leaves nothing behind: a failing disk says no only to a real write."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM_FOR_ONE_MAIL))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _waits_since(letter: Letter) -> datetime:
    """A letter that is held back until some hour waits from then on only."""
    held_until = letter.next_attempt if letter.next_attempt and not letter.attempts else letter.created_at
    return max(letter.created_at, held_until)


def is_there(path: Path) -> bool:
    """As far as this user may see: Path.exists() ends with an error below a folder that is closed to him."""
    return os.access(path, os.F_OK)


def nearest(data: Path) -> Path:
    """The folder itself, or the one that it would be made in before the first start."""
    return next(folder for folder in (data, *data.absolute().parents) if is_there(folder))


def last_alive(data: Path) -> datetime | None:
    """When the desk was last at work; None: it never was."""
    try:
        return datetime.fromtimestamp((data / ALIVE).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return max(now - moment, timedelta()) if moment else None
