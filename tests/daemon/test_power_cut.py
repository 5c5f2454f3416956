"""What may a power cut leave of the embedded store? A disk that forgets whatever was not fsynced, in any combination.

The calls of one batch are recorded. For a cut after each of them the disk is drawn by lot: the content of a file counts only
after its fsync, a name only after the fsync of its folder; of what lies between, any part may be there and any part missing.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.storage.store import Quarantined
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Audience, Case, Letter, Message, Post, Role, Status
from rules.mail import Address, Kind

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN = Address("ann@customer.example")
DRAWS = 3  # disks drawn for a cut at one place


@dataclass
class File:
    now: bytes = b""
    safe: bytes = b""


@dataclass
class Folder:
    now: dict[str, File | Folder] = field(default_factory=dict)
    safe: dict[str, File | Folder] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


Change = list[tuple[Folder, str, "File | Folder | None"]]  # names that come (or go, None) together


class ForgetfulDisk:
    """What the recorded calls have made, and how much of it is safe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = self._loaded(root)

    def follow(self, call: str, *names: str, data: bytes = b"") -> None:
        getattr(self, f"_{call}")(*(Path(name).relative_to(self.root) for name in names), *([data] if data else []))

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

    def _apply(self, change: Change, folder: Folder, names: dict[str, File | Folder]) -> None:
        for where, name, thing in change:
            if where is not folder:
                continue
            if thing is None:
                names.pop(name, None)
            else:
                names[name] = thing

    def _lay_out(
        self, folder: Folder, names: dict[int, dict[str, File | Folder]], chance: random.Random, to: Path
    ) -> None:
        to.mkdir()
        for name, thing in names[id(folder)].items():
            if isinstance(thing, Folder):
                self._lay_out(thing, names, chance, to / name)
            elif thing.now == thing.safe:
                (to / name).write_bytes(thing.safe)
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
def recorded(root: Path) -> Iterator[list[tuple[str, tuple[str, ...], bytes]]]:
    calls: list[tuple[str, tuple[str, ...], bytes]] = []

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


def disks_after_a_cut(
    tmp_path: Path, before: Callable[[TinydbStore], None], work: Callable[[TinydbStore], None]
) -> Iterator[tuple[bool, Path]]:
    """For a cut after every call of the work: was the work done by then, and the store as the disk has it."""
    root = tmp_path / "data"
    store = TinydbStore(root)
    before(store)
    disk = ForgetfulDisk(root)
    with recorded(root) as calls:
        work(store)
    store.close()
    chance = random.Random(20261123)
    for place in range(len(calls) + 1):
        for draw in range(DRAWS):
            target = tmp_path / f"cut{place}.{draw}"
            disk.draw(chance, target)
            yield place == len(calls), target
            shutil.rmtree(target)
        if place < len(calls):
            call, names, data = calls[place]
            disk.follow(call, *names, data=data)


def a_case(mails: int, letter: Post = Post.WAITING, status: Status = Status.WITH_ENGINEER) -> Case:
    messages = tuple(
        Message(paper, NOW, ANN, Role.CUSTOMER, Kind.PERSON, "s", f"m{paper}@x", f"f{paper}", f"{paper}.eml")
        for paper in range(1, mails + 1)
    )
    sent = Letter(9, "confirmation", ANN, Audience.CUSTOMER, "Re", "l@desk.example", "9.eml", NOW, letter)
    return Case(10001, status, "s", ANN, NOW, messages=messages, letters=(sent,), papers=9)


def put(store: TinydbStore, case: Case) -> None:
    papers = {message.file: b"mail %d" % message.paper for message in case.messages}
    with store.batch() as batch:
        batch.put(case, {**papers, "9.eml": b"letter"})


OLD, REPLY = a_case(1), a_case(2)
ENDED = a_case(1, Post.SENT, Status.CLOSED)
THANKS = a_case(2, Post.SENT, Status.CLOSED)
LATE_LETTER = a_case(2, Post.WAITING, Status.CLOSED)


@pytest.mark.parametrize(
    ("old", "new"),
    [(None, OLD), (None, ENDED), (OLD, REPLY), (OLD, ENDED), (ENDED, THANKS), (ENDED, LATE_LETTER)],
    ids=["a new case", "a new case that is closed", "a reply", "the end", "a thanks", "a late letter"],
)
def test_a_case_is_old_or_new_and_what_was_promised_is_there(old: Case | None, new: Case, tmp_path: Path) -> None:
    def before(store: TinydbStore) -> None:
        if old:
            put(store, old)

    for done, root in disks_after_a_cut(tmp_path, before, lambda store: put(store, new)):
        store = TinydbStore(root)
        case = store.case(10001)
        assert case in ((new,) if done else (old, new))
        assert store.damaged() == []
        assert store.seen("f2") == ("case 10001" if case and len(case.messages) == 2 else "")
        assert len(store.waiting_letters()) == bool(case and case.letters[0].post is Post.WAITING)
        for message in case.messages if case else ():
            assert store.paper(10001, message.file) == b"mail %d" % message.paper
            assert store.find(message.message_id) == 10001
            assert store.seen(message.fingerprint) == "case 10001"
        store.close()


def test_a_ledger_is_never_ahead_of_the_cases_and_a_released_mail_is_never_nowhere(tmp_path: Path) -> None:
    item = Quarantined("q1", NOW, "r", "lmtp", "ann", "s", "f1", 3)

    def before(store: TinydbStore) -> None:
        with store.batch() as batch:
            batch.quarantine(item, b"raw")

    def work(store: TinydbStore) -> None:
        with store.batch() as batch:
            batch.put(OLD, {"1.eml": b"mail 1", "9.eml": b"letter"})
            batch.put(replace(a_case(0), number=10002))
            batch.set_state("ledger", {"uid": 17})
            batch.release("q1")

    for done, root in disks_after_a_cut(tmp_path, before, work):
        store = TinydbStore(root)
        if store.state("ledger") or not store.quarantined():
            assert store.case(10001) == OLD and store.case(10002) is not None
        assert store.seen("f1")
        assert not done or (store.state("ledger") == {"uid": 17} and not store.quarantined())
        store.close()
