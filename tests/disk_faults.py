"""What if the process dies, or the disk refuses, at any call that writes? Both at every call in turn."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from daemon.storage.tinydb_store import TinydbStore

CALLS = ("open", "write", "fsync", "rename", "mkdir", "unlink", "rmdir")

Thing = TypeVar("Thing")


def crash_points(
    tmp_path: Path, before: Callable[[TinydbStore], None], work: Callable[[TinydbStore], None]
) -> Iterator[tuple[bool, Path]]:
    """For every system call of `work` that writes: the data as a kill just before this call leaves it."""
    base = tmp_path / "base"
    store = TinydbStore(base)
    before(store)
    store.close()
    for stop in range(1, 1000):
        root = tmp_path / f"crash{stop}"
        shutil.copytree(base, root)
        finished = killed_at(stop, partial(TinydbStore, root), work)
        yield finished, root
        if finished:
            return
    raise AssertionError("the work never ended")


def killed_at(stop: int, prepare: Callable[[], Thing], work: Callable[[Thing], object]) -> bool:
    """Did the work come to its end? In a process of its own, which ends without a word at the `stop`-th call of it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    try:
        thing = prepare()
        calls = iter(range(1, 10**9))
        for name in CALLS:
            setattr(os, name, _dying(getattr(os, name), calls, stop))
        work(thing)
        os._exit(0)
    finally:
        os._exit(1)


def _dying(real: Callable[..., Any], calls: Iterator[int], stop: int) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        if next(calls) >= stop:
            os._exit(9)
        return real(*args, **named)

    return call


def no_leftovers(root: Path) -> bool:
    return not [path for path in root.rglob("*.tmp") if "closed" not in path.parts]


def refusing(monkeypatch: pytest.MonkeyPatch, stop: int, error: int, *, for_good: bool = False) -> Callable[[], bool]:
    """The `stop`-th call fails, once or with all that follow. Says whether it came to that."""
    counter = iter(range(1, 10**9))
    failed: list[str] = []

    def stand_in(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            place = next(counter)
            if place == stop or (for_good and place > stop):
                failed.append(name)
                raise OSError(error, os.strerror(error))
            return real(*args, **named)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, stand_in(name, getattr(os, name)))
    return lambda: bool(failed)
