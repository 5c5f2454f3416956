"""What stands in case.json? One case as a TinyDB database of a few tables.

case       one document: everything of the case but its lists
messages   the mails received, in order
letters    the mails written, in order, and how far each has come
history    what happened, by which rule, on what evidence
papers     size and digest of every other file in the folder, so that damage is noticed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.table import Document, Table

from daemon.errors import DamagedFile
from daemon.storage import paper_list
from daemon.storage.case_document import from_document, to_document
from daemon.storage.sealed_file import SealedFile, Tables
from rules.case import Case

CASE_JSON = "case.json"
PAPERS = "papers"
LISTS = ("messages", "letters", "history")


class CaseFile:
    """One case.json, read once. A change stays in memory until a batch takes `content()` to the disk."""

    def __init__(self, path: Path, tables: Tables | None = None) -> None:
        self._path = path
        self._db = TinyDB(path, storage=SealedFile, staged=True, tables=tables)

    def write(self, case: Case, papers: Mapping[str, bytes]) -> None:
        """Errors: ValueError or TypeError for a case that cannot be written; then nothing has changed."""
        document: dict[str, Any] = to_document(case)
        lists = {name: document.pop(name) for name in LISTS}
        _replace(self._db.table("case"), [document])
        for name, documents in lists.items():
            _replace(self._db.table(name), documents)
        paper_list.note(self._db.table(PAPERS), papers)

    def read(self) -> Case:
        """Errors: DamagedFile."""
        head = self._db.table("case").get(doc_id=1)
        document = dict(head) if isinstance(head, Document) else {}
        lists = {name: _in_order(self._db.table(name)) for name in LISTS}
        try:
            return from_document(Case, {**document, **lists})
        except ValueError as error:
            raise DamagedFile(f"{self._path} is damaged: {error}") from error

    def check_paper(self, file: str, data: bytes) -> None:
        """Are these the bytes that were put? Errors: DamagedFile."""
        paper_list.check(self._db.table(PAPERS), self._path.with_name(file), data)

    def has_paper(self, file: str) -> bool:
        return self._db.table(PAPERS).contains(where("file") == file)

    @property
    def tables(self) -> Tables:
        return self._storage.tables or {}

    def content(self) -> bytes:
        return self._storage.content()

    @property
    def _storage(self) -> SealedFile:
        storage = self._db.storage
        assert isinstance(storage, SealedFile)  # noqa: S101 - it is what __init__ asked for
        return storage


def _replace(table: Table, documents: Iterable[dict[str, Any]]) -> None:
    """These documents and no others; fields that a newer version of the desk has added to one are kept."""
    known = {document.doc_id: document for document in table}
    table.truncate()
    table.insert_multiple(
        Document({**known.get(id, {}), **document}, id) for id, document in enumerate(documents, start=1)
    )


def _in_order(table: Table) -> list[dict[str, Any]]:
    return [dict(document) for document in sorted(table.all(), key=lambda document: document.doc_id)]
