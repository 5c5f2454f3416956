"""What does Prometheus read? A text file for the collector of its node exporter, written anew each minute.

The text format is that of https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from daemon.figures import Figures
from daemon.signs import Sign

READABLE = 0o644  # by the node exporter, which is another user


def exposition(figures: Figures, signs: Sequence[Sign], now: datetime) -> str:
    """The whole file."""
    return "\n".join(_lines(figures, signs, now)) + "\n"


def write(path: Path, text: str) -> None:
    """The collector never sees half a file. It is not fsynced: after a power cut there are newer figures. Errors: OSError."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(READABLE)
        Path(temporary).rename(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _lines(figures: Figures, signs: Sequence[Sign], now: datetime) -> Iterator[str]:
    gauges = (
        #  name                          value                                  what it is
        ("open_cases",                   figures.open_cases,                    "Open cases."),
        ("waiting_letters",              figures.waiting,                       "Letters that no server has taken yet."),
        ("oldest_letter_seconds",        figures.oldest.total_seconds(),        "How long the oldest of them has waited."),
        ("quarantined_mails",            figures.quarantined,                   "Mails in quarantine."),
        ("damaged_files",                figures.damaged,                       "Files of the data that are damaged."),
        ("disk_free_bytes",              figures.free,                          "Room on the disk of the data."),
        ("read_seconds_ago",             _seconds(figures.heard),               "Since all mailboxes were read to their end."),
        ("last_mail_timestamp_seconds",  _moment(figures.last_mail),            "When the last mail came in."),
        ("canary_missing_seconds",       _seconds(figures.canary) or 0.0,       "Since the first canary that has not come back."),
        ("measured_timestamp_seconds",   now.timestamp(),                       "When these figures were taken."),
    )  # fmt: skip
    for name, value, meaning in gauges:
        if value is not None:
            yield from _head(name, meaning)
            yield f"postcase_{name} {value:.17g}"
    yield from _head("sign", "How each sign stands: 0 is well, 1 is to be looked at, 2 is wrong.")
    worst = {one.name: max(other.state for other in signs if other.name == one.name) for one in signs}
    for sign, state in worst.items():
        yield f'postcase_sign{{name="{sign}"}} {int(state)}'


def _head(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP postcase_{name} {meaning}"
    yield f"# TYPE postcase_{name} gauge"


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


def _moment(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
