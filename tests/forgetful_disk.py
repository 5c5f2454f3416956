"""What may a power cut leave of the embedded store? A disk that forgets whatever was not fsynced, in any combination.

The calls of some work are recorded. For a cut after each of them the disk is drawn by lot: the content of a file counts only
after its fsync, a name only after the fsync of its folder; of what lies between, any part may be there and any part missing.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from daemon.storage.tinydb_store import TinydbStore

DRAWS = int(os.environ.get("POSTCASE_DISKS_A_CUT", "3"))  # drawn for a cut at one place
PATIENCE_SECONDS = 60 + 20 * DRAWS


@dataclass
class File:
    now: bytes = b""
    safe: bytes = b""


@dataclass
class Folder:
    now: dict[str, File | Folder] = field(default_factory=dict)
    safe: dict[str, File | Folder] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


Work = Callable[[TinydbStore], None]
Call = tuple[str, tuple[str, ...], bytes]  # its name, the paths, what is written
Change = list[tuple[Folder, str, "File | Folder | None"]]  # names that come (or go, None) together


class ForgetfulDisk:
    """What the recorded calls have made, and how much of it is safe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = self._loaded(root)

    def follow(self, call: Call) -> None:
        name, paths, data = call
        getattr(self, f"_{name}")(*(Path(path).relative_to(self.root) for path in paths), *([data] if data else []))

    def draw(self, chance: random.Random, target: Path) -> None:
        """One of the disks that a cut at this moment may leave."""
        names: dict[int, dict[str, File | Folder]] = {}
        for folder in self._folders(self.top):
            names[id(folder)] = dict(folder.safe)
        decided: dict[int, bool] = {}
        for folder in self._folders(self.top):
            for change in folder.changes:
                if decided.setdefault(id(change), chance.random() < 0.5):
                    self._apply(change, folder, names[id(folder)])
        self._lay_out(self.top, names, chance, target)

    def lay_out(self, target: Path) -> None:
        """The disk as everybody sees it before a cut."""
        names = {id(folder): dict(folder.now) for folder in self._folders(self.top)}
        self._lay_out(self.top, names, None, target)

    def _apply(self, change: Change, folder: Folder, names: dict[str, File | Folder]) -> None:
        for where, name, thing in change:
            if where is not folder:
                continue
            if thing is None:
                names.pop(name, None)
            else:
                names[name] = thing

    def _lay_out(
        self, folder: Folder, names: dict[int, dict[str, File | Folder]], chance: random.Random | None, to: Path
    ) -> None:
        to.mkdir()
        for name, thing in names[id(folder)].items():
            if isinstance(thing, Folder):
                self._lay_out(thing, names, chance, to / name)
            elif thing.now == thing.safe or chance is None:
                (to / name).write_bytes(thing.now)
            else:
                (to / name).write_bytes(chance.choice([b"", thing.now[: len(thing.now) // 2], thing.now]))

    def _loaded(self, path: Path) -> Folder:
        folder = Folder()
        for entry in path.iterdir():
            data = b"" if entry.is_dir() else entry.read_bytes()
            folder.now[entry.name] = self._loaded(entry) if entry.is_dir() else File(data, data)
        folder.safe = dict(folder.now)
        return folder

    def _folders(self, top: Folder) -> Iterator[Folder]:
        known: dict[int, Folder] = {}
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            if id(folder) in known:
                continue
            known[id(folder)] = folder
            things = [*folder.now.values(), *folder.safe.values()]
            things += [thing for change in folder.changes for _, _, thing in change if thing]
            waiting += [thing for thing in things if isinstance(thing, Folder)]
        return iter(known.values())

    def _at(self, path: Path) -> Any:
        thing: Any = self.top
        for part in path.parts:
            thing = thing.now[part]
        return thing

    def _change(self, *steps: tuple[Path, File | Folder | None]) -> None:
        change: Change = [(self._at(path.parent), path.name, thing) for path, thing in steps]
        for folder, name, thing in change:
            if thing is None:
                folder.now.pop(name)
            else:
                folder.now[name] = thing
        for folder in {id(folder): folder for folder, _, _ in change}.values():
            folder.changes.append(change)

    def _create(self, path: Path) -> None:
        if path.name not in self._at(path.parent).now:
            self._change((path, File()))
        self._at(path).now = b""

    def _write(self, path: Path, data: bytes) -> None:
        self._at(path).now += data

    def _mkdir(self, path: Path) -> None:
        self._change((path, Folder()))

    def _rename(self, old: Path, new: Path) -> None:
        self._change((old, None), (new, self._at(old)))

    def _unlink(self, path: Path) -> None:
        self._change((path, None))

    _rmdir = _unlink

    def _fsync(self, path: Path) -> None:
        thing = self._at(path)
        if isinstance(thing, File):
            thing.safe = thing.now
            return
        for change in thing.changes:
            for folder in {
                id(folder): folder for folder, _, _ in change
            }.values():  # a move is one entry of the journal
                self._apply(change, folder, folder.safe)
                folder.changes = [other for other in folder.changes if other is not change or folder is thing]
        thing.changes = []


@contextmanager
def recorded(root: Path) -> Iterator[list[Call]]:
    calls: list[Call] = []

    def note(call: str, names: tuple[object, ...], data: bytes = b"") -> None:
        if str(names[0]).startswith(str(root)):
            calls.append((call, tuple(map(str, names)), data))

    def after(name: str, noting: Callable[..., None]) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **named: Any) -> Any:
            result = real(*args, **named)
            noting(*args)
            return result

        return call

    def path_of(descriptor: int) -> str:
        return os.readlink(f"/proc/self/fd/{descriptor}")

    noting: dict[str, Callable[..., None]] = {
        "open": lambda path, flags, *_: note("create", (path,)) if flags & os.O_CREAT else None,
        "write": lambda descriptor, data: note("write", (path_of(descriptor),), bytes(data)),
        "fsync": lambda descriptor: note("fsync", (path_of(descriptor),)),
        "rename": lambda old, new: note("rename", (old, new)),
        "mkdir": lambda path, *_: note("mkdir", (path,)),
        "unlink": lambda path: note("unlink", (path,)),
        "rmdir": lambda path: note("rmdir", (path,)),
    }
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, how in noting.items():
            monkeypatch.setattr(os, name, after(name, how))
        yield calls


def recorded_work(tmp_path: Path, before: Work, work: Work) -> tuple[Path, ForgetfulDisk, list[Call]]:
    """The folder of a store after its work, the disk as it was before it, and the calls that the work made."""
    root = tmp_path / "data"
    store = TinydbStore(root)
    before(store)
    disk = ForgetfulDisk(root)
    with recorded(root) as calls:
        work(store)
    store.close()
    return root, disk, calls


def disks_after_a_cut(tmp_path: Path, before: Work, work: Work) -> Iterator[tuple[bool, Path]]:
    """For a cut after every call of the work: was the work done by then, and the store as the disk has it."""
    _, disk, calls = recorded_work(tmp_path, before, work)
    chance = random.Random(20261123)
    for place in range(len(calls) + 1):
        for draw in range(DRAWS):
            target = tmp_path / f"cut{place}.{draw}"
            disk.draw(chance, target)
            yield place == len(calls), target
            shutil.rmtree(target)
        if place < len(calls):
            disk.follow(calls[place])
    print(json.dumps({"cuts": len(calls) + 1, "disks": DRAWS * (len(calls) + 1)}))
