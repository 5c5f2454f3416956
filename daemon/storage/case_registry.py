"""What lies in the embedded store, and how does a batch change it? The disk, and what is remembered of it, in step."""

from __future__ import annotations

import contextlib
import errno
import logging
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import Scribes, make_folder, write_anew
from daemon.storage.batch_journal import BatchJournal
from daemon.storage.card_box import CardBox
from daemon.storage.case_file import CASE_JSON
from daemon.storage.case_folders import CaseFolders
from daemon.storage.disk_batch import DiskBatch
from daemon.storage.disk_refusals import disk_refusals
from daemon.storage.message_index import MessageIndex
from daemon.storage.quarantine_folder import Held, QuarantineFolder
from daemon.storage.recovery import read_card, sweep
from daemon.storage.staged_batch import StagedBatch
from daemon.storage.state_folder import StateFolder

# What the machine has none of at the moment says nothing about the file: it is read when there is some again.
OURS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}

SET_ASIDE = (
    "{path} was damaged{why}; the desk works on as if nothing had been noted there. Restore {path} from a backup, "
    "and remove {aside}, while the daemon is stopped"
)

log = logging.getLogger("postcase.store")


class Registry:
    """Whoever asks for what is remembered holds `lock`; it is also held at the moment of a commit."""

    def __init__(self, root: Path, *, writer: bool, first_number: int) -> None:
        self.root = root
        self.lock = threading.RLock()
        self.folders = CaseFolders(root / "cases")
        self.quarantine = QuarantineFolder(root / "quarantine")
        self.states = StateFolder(root / "state")
        self.box = CardBox()
        self.held = Held()
        self.last = first_number - 1  # the highest number in use
        self.damaged: dict[Path, str] = {}
        self._writer = writer
        self._scribes = Scribes()
        self._index = MessageIndex(root / "cases" / "msgid", self._scribes)
        self._journal = BatchJournal(root, self._scribes)
        self._loaded = False
        self._unsettled: tuple[StagedBatch, DiskBatch] | None = None  # failed after its journal was begun
        self._doubtful: set[Path] = set()  # of a failed batch: nobody knows whether these would outlive a power cut

    def start(self) -> None:
        """For the writer: clear up after a crash, read the open cases, archive what was closed. Errors: OSError."""
        for folder in (self.folders.open, self.folders.closed, self.quarantine.root, self.states.root):
            make_folder(folder)
        if self._journal.finish():
            log.info("a batch that was committed before the last end is carried out")
        sweep([self.folders.open.parent, self.folders.open, self._index.folder, self.quarantine.root, self.states.root])
        sweep(self.folders.open_folder(number) for number in self.folders.open_numbers())
        if not self._index.exists():
            self._index.create(self._archived_ids())
        self.load()
        self._archive_finished()

    def load(self) -> None:
        """Read the open cases and the quarantine, once."""
        if self._loaded:
            return
        numbers = self.folders.open_numbers()
        for number in numbers:
            self._remember(number)
        for path in self.states.aside():
            self._note_aside(path)
        self.held = Held(self.quarantine.items())
        self.last = max(self.last, self.folders.highest_closed(), *numbers)
        self._loaded = True

    def set_aside(self, name: str, why: str) -> None:
        """Errors: OSError."""
        self._note_aside(self.states.set_aside(name), f" ({why})")

    def close(self) -> None:
        self._scribes.close()

    def key(self) -> bytes:
        """The writer makes a new one where there is none. Errors: OSError, DamagedFile."""
        has_cases = bool(self.folders.open_numbers() or self.folders.highest_closed())
        if has_cases and (lost := self.states.lost_key()):
            if not self._writer:
                raise DamagedFile(lost)
            log.warning("%s", lost)
        return self.states.key(make=self._writer)

    def archived_holder(self, key: str) -> int | None:
        """The closed case that holds a Message-ID or a mail. Errors: OSError, DamagedFile."""
        return next((number for number in self._noted(key) if self._really_holds(number, key)), None)

    def commit(self, staged: StagedBatch) -> None:
        """All of it is on stable storage when this returns. Errors: StoreUnwritable; then all is old, or all is new."""
        disk = DiskBatch()
        try:
            with disk_refusals():
                disk = staged.on_disk()
                disk.write(self._scribes)
                with self.lock:
                    self._publish(staged, disk)
        except BaseException:
            with self.lock:
                self._after_failure(staged, disk)
            raise
        with self.lock:
            self._archive_finished()

    def settle(self) -> None:
        """Before anything is read: a batch that failed in the midst of its names is carried out. Errors: OSError.

        It waits for the batch that is being published, so nobody in this process sees a part of one.
        """
        with self.lock:
            if self._unsettled is None:
                return
            staged, disk = self._unsettled
            if self._journal.finish(self._doubtful):
                self._doubtful.clear()
                self._remember_all(staged, disk)
            else:
                self._forget(staged, disk)
            self._unsettled = None

    def clear_doubts(self) -> None:
        """After a failed batch: what it may have left is written anew before anybody relies on it. Errors: OSError."""
        with self.lock:
            self.settle()
            for path in sorted(self._doubtful):
                if path.exists():
                    write_anew(path)
                self._doubtful.discard(path)

    def _publish(self, staged: StagedBatch, disk: DiskBatch) -> None:
        self._note_in_index(staged.ids_in_drawers())
        self._doubtful.update(disk.commit_points())
        disk.publish(self._scribes, self._journal)
        self._doubtful.clear()
        self._remember_all(staged, disk)

    def _after_failure(self, staged: StagedBatch, disk: DiskBatch) -> None:
        self._unsettled = staged, disk
        if not disk.in_journal:
            with contextlib.suppress(OSError):
                self._forget(staged, disk)
                self._unsettled = None
            return
        with contextlib.suppress(OSError):  # whoever asks next tries again, and is told
            self.settle()

    def _remember_all(self, staged: StagedBatch, disk: DiskBatch) -> None:
        for card in staged.cards_in_open():
            self.box.put(card)
        for path in disk.commit_points():
            self.damaged.pop(path, None)
        for id in staged.released:
            self.held.drop(id)
        for item in staged.held.items():
            self.held.put(item)
        self.last = max(self.last, *staged.cases, 0)

    def _forget(self, staged: StagedBatch, disk: DiskBatch) -> None:
        """What of a failed batch is on disk? Remember that and nothing else."""
        disk.discard()
        for number in staged.cases:
            self._remember(number)
            if number in self.box:
                self.last = max(self.last, number)
        with contextlib.suppress(OSError):  # what was remembered of the quarantine stays
            self.held = Held(self.quarantine.items())

    def _remember(self, number: int) -> None:
        """The card of this case goes into the box, if its folder lies in open/. Errors: OSError, see OURS."""
        folder = self.folders.open_folder(number)
        try:
            self.box.put(read_card(folder, number))
        except FileNotFoundError:
            self.box.drop(number)
            if folder.is_dir():
                self._note_damage(folder / CASE_JSON, f"{folder / CASE_JSON} is missing; restore it from a backup")
        except OSError as error:
            if error.errno in OURS:
                raise
            self._note_damage(folder / CASE_JSON, f"{folder / CASE_JSON} cannot be read: {error.strerror}")
        except DamagedFile as error:
            self._note_damage(folder / CASE_JSON, str(error))

    def _note_aside(self, aside: Path, why: str = "") -> None:
        self._note_damage(aside, SET_ASIDE.format(path=aside.with_suffix(".json"), why=why, aside=aside))

    def _note_damage(self, path: Path, what: str) -> None:
        if self._writer:  # a command has words of its own for what it meets
            log.warning("%s", what)
        self.damaged[path] = what

    def _archive_finished(self) -> None:
        """Closed cases without a waiting letter go to their drawers; if that fails now, then after the next batch."""
        cards = [card for card in self.box.finished() if self._may_move(card.number)]
        if not cards:
            return
        try:
            self._note_in_index((key, card.number) for card in cards for key in card.ids)
            for card in cards:
                self.folders.archive(card.number)
                self.box.drop(card.number)
            drawers = {self.folders.closed_folder(card.number).parent for card in cards}
            self._scribes.sync_all({*drawers, self.folders.open})
        except OSError as error:
            log.warning("closed cases stay in %s for now: %s", self.folders.open, error)

    def _may_move(self, number: int) -> bool:
        drawer = self.folders.closed_folder(number)
        if not drawer.exists():
            return True
        if drawer not in self.damaged:
            self._note_damage(drawer, f"{drawer} lies in {self.folders.open} too, which counts; remove one of the two")
        return False

    def _note_in_index(self, entries: Iterable[tuple[str, int]]) -> None:
        noted = list(entries)
        try:
            self._index.add(noted)
        except DamagedFile as error:
            self._make_index_anew(error)
            self._index.add(noted)

    def _noted(self, key: str) -> list[int]:
        try:
            return self._index.numbers(key)
        except DamagedFile as error:
            if not self._writer:
                raise
            self._make_index_anew(error)
            return self._index.numbers(key)

    def _make_index_anew(self, error: DamagedFile) -> None:
        log.warning("%s; the index is made anew from the closed cases", error)
        self._index.create(self._archived_ids())

    def _archived_ids(self) -> Iterator[tuple[str, int]]:
        for number in self.folders.closed_numbers():
            folder = self.folders.closed_folder(number)
            try:
                yield from ((key, number) for key in read_card(folder, number).ids)
            except (DamagedFile, FileNotFoundError) as error:
                self._note_damage(folder / CASE_JSON, str(error))

    def _really_holds(self, number: int, key: str) -> bool:
        """A damaged case cannot tell; then the index is believed, so that no mail is filed twice."""
        try:
            card = self.folders.read(number, lambda folder: read_card(folder, number))
        except DamagedFile as error:
            log.warning("%s", error)
            return True
        return card is not None and key in card.ids
