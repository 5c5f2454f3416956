"""What does a batch hold until its end? New states of cases, papers, quarantined mails; nothing is on disk yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemon.errors import DamagedFile
from daemon.storage.card_box import Card, CardBox, card_of
from daemon.storage.case_file import CASE_JSON, CaseFile
from daemon.storage.case_folders import CaseFolders
from daemon.storage.disk_batch import DiskBatch
from daemon.storage.disk_refusals import disk_refusals
from daemon.storage.paper_list import is_plain_name
from daemon.storage.quarantine_folder import REASON, Held, QuarantineFolder
from daemon.storage.recovery import read_case_file
from daemon.storage.state_folder import StateFolder, detached
from daemon.storage.store import Quarantined
from rules.case import Case


@dataclass
class StagedCase:
    file: CaseFile
    home: Path | None  # where its folder lies; None for a new case
    papers: dict[str, bytes] = field(default_factory=dict)


class StagedBatch:
    def __init__(
        self, folders: CaseFolders, quarantine: QuarantineFolder, states: StateFolder, in_quarantine: Held
    ) -> None:
        self._folders = folders
        self._quarantine = quarantine
        self._states = states
        self._in_quarantine = in_quarantine  # as committed
        self._ended = False
        self.cases: dict[int, StagedCase] = {}
        self.box = CardBox()
        self.held = Held()
        self.raw: dict[str, bytes] = {}  # the mails of what is held, by id
        self.released: set[str] = set()
        self.states: dict[str, dict[str, Any]] = {}

    def put(self, case: Case, files: Mapping[str, bytes] | None = None) -> None:
        """Errors: ValueError or TypeError for what cannot be written, DamagedFile; then nothing of it is staged."""
        self._must_be_running()
        papers = {_plain_name(name): bytes(data) for name, data in (files or {}).items()}
        staged = self.cases.get(case.number) or self._fetch(case.number)
        staged.file.write(case, papers)
        staged.papers.update(papers)
        self.cases[case.number] = staged
        self.box.put(card_of(staged.file.tables))

    def quarantine(self, item: Quarantined, raw: bytes) -> None:
        self._must_be_running()
        self.raw[_plain_name(item.id)] = bytes(raw)
        self.held.put(item)
        self.released.discard(item.id)

    def release(self, id: str) -> None:
        """Errors: LookupError."""
        self._must_be_running()
        if id in self._in_quarantine and id not in self.released:
            self.released.add(id)
        elif id not in self.held:
            raise LookupError(f"nothing lies in quarantine under {id!r}")
        self.held.drop(id)
        self.raw.pop(id, None)

    def set_state(self, name: str, value: Mapping[str, Any]) -> None:
        """Errors: ValueError or TypeError for what is not JSON."""
        self._must_be_running()
        self.states[name] = detached(value)

    def end(self) -> None:
        self._ended = True

    def ids_in_drawers(self) -> Iterator[tuple[str, int]]:
        """What the index must know before the commit: ids of archived cases that are written where they lie."""
        for number, staged in self.cases.items():
            if self._stays_in_drawer(number, staged) and (card := self.box.card(number)):
                yield from ((key, number) for key in card.ids)

    def cards_in_open(self) -> Iterator[Card]:
        """The cards of all cases whose folders lie in open/ after the commit."""
        for number, staged in self.cases.items():
            if not self._stays_in_drawer(number, staged) and (card := self.box.card(number)):
                yield card

    def on_disk(self) -> DiskBatch:
        """Which file shall hold what. Folders that are needed in open/ again are brought back. Errors: OSError."""
        disk = DiskBatch()
        for number, staged in self.cases.items():
            self._lay_down(number, staged, disk)
        for item in self.held.items():
            self._lay_aside(self._quarantine.folder(item.id), self._quarantine.contents(item, self.raw[item.id]), disk)
        for name, value in self.states.items():
            disk.states[self._states.path(name)] = self._states.content(name, value)
        disk.released = [self._quarantine.folder(id) for id in sorted(self.released)]
        return disk

    def _lay_down(self, number: int, staged: StagedCase, disk: DiskBatch) -> None:
        content = staged.file.content()
        if staged.home is None:
            disk.new_folders[self._folders.open_folder(number)] = {**staged.papers, CASE_JSON: content}
            return
        if self._lies_in_drawer(number, staged) and not self._stays_in_drawer(number, staged):
            staged.home = self._folders.bring_back(number)
        disk.papers.update({staged.home / name: data for name, data in staged.papers.items()})
        disk.commits[staged.home / CASE_JSON] = content

    def _lay_aside(self, folder: Path, contents: dict[str, bytes], disk: DiskBatch) -> None:
        if folder.name not in self._in_quarantine:
            disk.new_folders[folder] = contents
            return
        disk.commits[folder / REASON] = contents.pop(REASON)
        disk.papers.update({folder / name: data for name, data in contents.items()})

    def _lies_in_drawer(self, number: int, staged: StagedCase) -> bool:
        return staged.home == self._folders.closed_folder(number)

    def _stays_in_drawer(self, number: int, staged: StagedCase) -> bool:
        card = self.box.card(number)
        return self._lies_in_drawer(number, staged) and card is not None and card.finished

    def _fetch(self, number: int) -> StagedCase:
        if number < 1:
            raise ValueError(f"expected a case number from 1 up, found {number}")
        with disk_refusals():
            home = self._folders.home(number)
            if home is None:
                return StagedCase(CaseFile(self._folders.open_folder(number) / CASE_JSON), None)
            try:
                return StagedCase(read_case_file(home, number), home)
            except FileNotFoundError:
                raise DamagedFile(f"{home / CASE_JSON} is missing; restore it from a backup") from None

    def _must_be_running(self) -> None:
        if self._ended:
            raise RuntimeError("this batch has ended; begin a new one")


def _plain_name(name: str) -> str:
    if not is_plain_name(name):
        raise ValueError(f"expected a plain name for a file, found {name!r}")
    return name
