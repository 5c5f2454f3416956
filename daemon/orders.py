"""How does an admin's order reach the daemon? As a small file in data/orders, answered by a file beside it.

The daemon is the only writer of the store. A command finds out whether it runs: if not, the command does the work itself;
if so, it leaves its order and waits for the answer.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from daemon import maillog
from daemon.errors import PostcaseError, TemporaryError
from daemon.storage.disk_refusals import disk_refusals

Doers = Mapping[str, Callable[[str], str]]


@disk_refusals()
def give(data: Path, order: str, subject: str, wait_seconds: float = 15.0) -> str:
    """Leave an order for the running daemon and wait for its answer.

    Errors: TemporaryError when none comes, StoreForbidden when the folder belongs to another user.
    """
    folder = open_folder(data)
    name = f"{time.time_ns()}-{os.getpid()}"
    draft, order_file, answer_file = (folder / f"{name}.{end}" for end in ("draft", "order", "answer"))
    draft.write_text(json.dumps({"order": order, "subject": subject}))
    draft.rename(order_file)
    deadline = time.monotonic() + wait_seconds
    while time.monotonic() < deadline:
        if answer_file.exists():
            answer = json.loads(answer_file.read_text())
            answer_file.unlink()
            if answer["error"]:
                raise PostcaseError(answer["error"])
            return str(answer["answer"])
        time.sleep(0.05)
    try:
        order_file.unlink()
    except FileNotFoundError:  # the daemon has taken it
        raise TemporaryError(
            f"the running daemon is still at it after {wait_seconds:.0f} seconds; see its log"
        ) from None
    raise TemporaryError(f"the running daemon did not answer within {wait_seconds:.0f} seconds; nothing was done")


@disk_refusals()
def open_folder(data: Path) -> Path:
    """The daemon makes it at its start, so that it is the daemon's own, whoever gives the first order."""
    folder = data / "orders"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def carry_out(data: Path, doers: Doers) -> int:
    """Do every order that lies there; returns how many. A broken order is answered with what is wrong with it."""
    waiting = sorted((data / "orders").glob("*.order"))
    for order_file in waiting:
        try:
            _answer(order_file, doers)
        except OSError as error:  # the folder cannot be written: the order was not begun, or its answer is lost
            maillog.order_unanswered(order_file, error)
    return len(waiting)


def _answer(order_file: Path, doers: Doers) -> None:
    taken = order_file.rename(order_file.with_suffix(".taken"))  # what kills the daemon is not tried again at its start
    answer, error = "", ""
    try:
        order = json.loads(taken.read_text())
        answer = doers[order["order"]](order["subject"])
    except PostcaseError as problem:
        error = str(problem)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with an order, the daemon goes on
        error = f"{type(problem).__name__}: {problem}"
    draft = order_file.with_suffix(".draft")
    draft.write_text(json.dumps({"answer": answer, "error": error}))
    draft.rename(order_file.with_suffix(".answer"))
    taken.unlink()
