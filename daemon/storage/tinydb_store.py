"""How does the desk keep its cases on one machine? The embedded store: every case a folder, its heart a TinyDB file.

    lock                 held by the one process that writes
    cases/open/          one folder a case: case.json and its papers     case_folders.py, case_file.py
    cases/closed/        the same folders, in drawers of a thousand
    cases/msgid/         which closed case holds this Message-ID         message_index.py
    quarantine/          mails that could not be processed               quarantine_folder.py
    journal              a batch that is committed and being carried out  batch_journal.py
    state/               notes of the desk itself, and its key           state_folder.py

Start-up carries out what is left of a committed batch, then reads the open cases only. The order of writing stands in
daemon/storage/disk_batch.py.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from daemon.errors import DamagedFile, StoreUnwritable
from daemon.storage import card_box
from daemon.storage.atomic_file import make_folder
from daemon.storage.card_box import Cards, Overlaid, fingerprint_key, message_id_key, newest
from daemon.storage.case_registry import Registry
from daemon.storage.disk_refusals import disk_refusals
from daemon.storage.paper_list import is_plain_name
from daemon.storage.recovery import read_case_file
from daemon.storage.staged_batch import StagedBatch
from daemon.storage.store import Batch, Quarantined
from daemon.storage.store_lock import StoreLock
from rules.case import Case, Letter
from rules.mail import Address


class TinydbStore:
    """daemon/storage/store.py says what each method promises.

    A reader (`writer=False`) stands beside the daemon: it takes no lock and changes nothing. What it knows of all open
    cases together is as of its first question about them; a single case is always read anew.
    """

    def __init__(self, root: Path, *, writer: bool = True, first_number: int = 10001) -> None:
        """Errors: AlreadyRunning, StoreUnwritable. A case that cannot be read does not stop the desk: see `damaged`."""
        self.root = Path(root)
        self._registry = Registry(self.root, writer=writer, first_number=first_number)
        self._batches = threading.Lock()  # one batch at a time
        self._staged: StagedBatch | None = None
        self._staged_by = 0  # the thread whose batch it is; it alone sees what is staged
        self._hold = self._start() if writer else None

    def close(self) -> None:
        self._registry.close()
        if self._hold:
            self._hold.release()
            self._hold = None

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        if self._hold is None:
            raise StoreUnwritable(f"the store in {self.root} is open for reading only, or closed")
        if self._mine():
            raise RuntimeError("a batch is at hand in this thread already; end it first")
        registry = self._registry
        with self._batches:
            with disk_refusals():
                registry.clear_doubts()
            staged = StagedBatch(registry.folders, registry.quarantine, registry.states, registry.held)
            self._staged, self._staged_by = staged, threading.get_ident()
            try:
                yield staged
                registry.commit(staged)
            finally:
                staged.end()
                self._staged, self._staged_by = None, 0

    def secret(self) -> bytes:
        """Errors: DamagedFile."""
        with self._loaded() as registry:
            return registry.key()

    def next_number(self) -> int:
        staged = self._mine()
        with self._loaded() as registry:
            return max(registry.last, *(staged.cases if staged else ()), 0) + 1

    def case(self, number: int) -> Case | None:
        if (staged := self._mine()) and number in staged.cases:
            return staged.cases[number].file.read()
        folders = self._registry.folders
        with disk_refusals():
            self._registry.settle()
            file = folders.read(number, lambda folder: read_case_file(folder, number))
            if file is None:
                folders.must_not_exist(number)
        return file.read() if file else None

    def paper(self, number: int, file: str) -> bytes:
        if (staged := self._mine()) and number in staged.cases and file in staged.cases[number].papers:
            return staged.cases[number].papers[file]
        if not is_plain_name(file):
            raise LookupError(f"expected the plain name of a paper, found {file!r}")
        with disk_refusals():
            self._registry.settle()
            paper = self._registry.folders.read(number, lambda folder: _checked_paper(folder, number, file))
        if paper is None:
            raise LookupError(f"case {number} has no paper {file!r}")
        return paper

    def folder(self, number: int) -> Path:
        """Where the papers of a case lie now, for a human to look at. Errors: LookupError."""
        with disk_refusals():
            self._registry.settle()
            folder = self._registry.folders.home(number)
        if folder is None:
            raise LookupError(f"there is no case {number}")
        return folder

    def find(self, message_id: str) -> int | None:
        return self._holder(message_id_key(message_id))

    def seen(self, fingerprint: str) -> str:
        staged = self._mine()
        if not staged:
            with disk_refusals():
                self._registry.clear_doubts()  # who hears that a mail is known acknowledges it
        if number := self._holder(fingerprint_key(fingerprint)):
            return f"case {number}"
        with self._loaded() as registry:
            id = (staged.held.id_of(fingerprint) if staged else "") or registry.held.id_of(fingerprint)
            return f"quarantine {id}" if id and not (staged and id in staged.released) else ""

    def follow_up_of(self, number: int) -> int | None:
        with self._cards() as cards:
            return newest(cards.followers(number))

    def open_numbers(self) -> list[int]:
        """Ascending. A case that cannot be read is not among them; `damaged` and `all_numbers` have it too."""
        with self._cards() as cards:
            return sorted(cards.open_numbers())

    def all_numbers(self) -> Iterable[int]:
        staged = self._mine()
        with disk_refusals():
            self._registry.settle()
            numbers = merge(self._registry.folders.all_numbers(), sorted(staged.cases) if staged else ())
            yield from (number for number, _ in groupby(numbers))

    def due_before(self, now: datetime) -> list[int]:
        with self._cards() as cards:
            return card_box.due_before(cards, now)

    def answered_since(self, moment: datetime) -> list[int]:
        with self._cards() as cards:
            return card_box.answered_since(cards, moment)

    def next_due(self) -> datetime | None:
        with self._cards() as cards:
            return card_box.next_due(cards)

    def owned_by(self, engineer: Address, severities: Container[str] | None = None) -> list[int]:
        with self._cards() as cards:
            return sorted(cards.owned_by(engineer.key, severities))

    def owners_for(self, customer: Address) -> list[Address]:
        with self._cards() as cards:
            owned = sorted(cards.owners_for(customer.key), reverse=True) if customer.address else []
            return [Address(owner) for owner in dict.fromkeys(owner for _, owner in owned)]

    def loads(self) -> dict[str, dict[str, int]]:
        with self._cards() as cards:
            counted = {
                owner: {one: number for one, number in counts.items() if number}
                for owner, counts in cards.loads().items()
            }
            return {owner: counts for owner, counts in counted.items() if counts}

    def open_with(self, question: str, most: int) -> list[int]:
        with self._cards() as cards:
            return card_box.with_words(cards, question, most)

    def waiting_letters(self) -> list[tuple[int, Letter]]:
        with self._cards() as cards:
            return card_box.waiting_letters(cards)

    def quarantined(self) -> list[Quarantined]:
        staged = self._mine()
        with self._loaded() as registry:
            items = {item.id: item for item in registry.held.items() if not (staged and item.id in staged.released)}
        items.update({item.id: item for item in staged.held.items()} if staged else {})
        return sorted(items.values(), key=lambda item: (item.at, item.id))

    def quarantined_raw(self, id: str) -> bytes:
        if (staged := self._mine()) and id in staged.held:
            return staged.raw[id]
        with self._loaded() as registry:
            if id not in registry.held or (staged and id in staged.released):
                raise LookupError(f"nothing lies in quarantine under {id!r}")
            return registry.quarantine.raw(id)

    def state(self, name: str) -> dict[str, Any]:
        if (staged := self._mine()) and name in staged.states:
            return deepcopy(staged.states[name])
        with disk_refusals():
            self._registry.settle()
            return self._registry.states.read(name)

    def set_aside(self, name: str, why: str) -> None:
        """Errors: DamagedFile for a reader, who changes nothing."""
        if self._hold is None:
            raise DamagedFile(why)
        with self._loaded() as registry:
            registry.set_aside(name, why)

    def damaged(self) -> list[tuple[Path, str]]:
        """Files that are not what the desk wrote, as far as they were met, and what is wrong with each."""
        with self._loaded() as registry:
            return sorted(registry.damaged.items())

    def _start(self) -> StoreLock:
        with disk_refusals():
            make_folder(self.root)
            hold = StoreLock(self.root / "lock")
            try:
                self._registry.start()
            except BaseException:
                self._registry.close()
                hold.release()
                raise
            return hold

    def _mine(self) -> StagedBatch | None:
        """The batch at hand, if it is this thread's."""
        return self._staged if self._staged_by == threading.get_ident() else None

    @contextmanager
    def _loaded(self) -> Iterator[Registry]:
        with self._registry.lock, disk_refusals():
            self._registry.settle()
            self._registry.load()
            yield self._registry

    @contextmanager
    def _cards(self) -> Iterator[Cards]:
        staged = self._mine()
        with self._loaded() as registry:
            yield Overlaid(registry.box, staged.box) if staged else registry.box

    def _holder(self, key: str) -> int | None:
        if not key:
            return None
        with self._cards() as cards:
            return newest(cards.holders(key)) or self._registry.archived_holder(key)


def _checked_paper(folder: Path, number: int, file: str) -> bytes:
    case_file = read_case_file(folder, number)
    try:
        data = (folder / file).read_bytes()
    except FileNotFoundError:
        if case_file.has_paper(file) and folder.is_dir():
            raise DamagedFile(f"{folder / file} is missing; restore it from a backup") from None
        raise
    case_file.check_paper(file, data)
    return data
