"""Where do mails lie that could not be processed? One folder each: mail.eml, and the reason beside it.

quarantine/20261123-100000-3f2a/mail.eml
quarantine/20261123-100000-3f2a/reason.json    a TinyDB file: the tables mail and papers
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tinydb import TinyDB

from daemon.errors import DamagedFile
from daemon.storage import paper_list
from daemon.storage.atomic_file import TEMPORARY
from daemon.storage.case_document import from_document, to_document
from daemon.storage.sealed_file import SealedFile, Tables, read_sealed, seal
from daemon.storage.store import Quarantined

MAIL = "mail.eml"
REASON = "reason.json"


class Held:
    """What lies in quarantine, as the desk remembers it."""

    def __init__(self, items: Iterable[Quarantined] = ()) -> None:
        self._items: dict[str, Quarantined] = {}
        self._ids: dict[str, str] = {}  # by fingerprint
        for item in items:
            self.put(item)

    def put(self, item: Quarantined) -> None:
        self._items[item.id] = item
        self._ids[item.fingerprint] = item.id

    def drop(self, id: str) -> None:
        item = self._items.pop(id, None)
        if item and self._ids.get(item.fingerprint) == id:
            del self._ids[item.fingerprint]

    def id_of(self, fingerprint: str) -> str:
        return self._ids.get(fingerprint, "") if fingerprint else ""

    def items(self) -> list[Quarantined]:
        return list(self._items.values())

    def __contains__(self, id: object) -> bool:
        return id in self._items


class QuarantineFolder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, id: str) -> Path:
        return self.root / id

    def contents(self, item: Quarantined, raw: bytes) -> dict[str, bytes]:
        """The files of one quarantined mail."""
        database = _database(self.folder(item.id) / REASON)
        database.table("mail").insert(to_document(item))
        paper_list.note(database.table("papers"), {MAIL: raw})
        return {MAIL: raw, REASON: seal(database.storage.read() or {})}

    def items(self) -> Iterator[Quarantined]:
        """Every mail that lies here; one whose reason cannot be read is shown all the same, with that as its reason."""
        for folder in sorted(self._folders()):
            try:
                yield self._item(folder)
            except FileNotFoundError:
                if folder.is_dir():  # else it was released while we looked
                    yield _unexplained(folder, f"{folder / REASON} is missing")
            except DamagedFile as error:
                yield _unexplained(folder, str(error))

    def raw(self, id: str) -> bytes:
        """Errors: LookupError, DamagedFile."""
        folder = self.folder(id)
        try:
            raw = (folder / MAIL).read_bytes()
        except FileNotFoundError:
            raise LookupError(f"nothing lies in quarantine under {id!r}") from None
        if (folder / REASON).exists():
            database = _database(folder / REASON, read_sealed(folder / REASON).tables)
            paper_list.check(database.table("papers"), folder / MAIL, raw)
        return raw

    def _item(self, folder: Path) -> Quarantined:
        mail = read_sealed(folder / REASON).tables.get("mail", {}).get("1", {})
        try:
            return from_document(Quarantined, {**mail, "id": folder.name})
        except ValueError as error:
            raise DamagedFile(f"{folder / REASON} is damaged: {error}") from error

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self.root.iterdir() if path.is_dir() and path.suffix != TEMPORARY]
        except FileNotFoundError:
            return []


def _database(path: Path, tables: Tables | None = None) -> TinyDB:
    return TinyDB(path, storage=SealedFile, tables=tables, staged=True)


def _unexplained(folder: Path, reason: str) -> Quarantined:
    mail = folder / MAIL
    stat = mail.stat() if mail.exists() else folder.stat()
    at = datetime.fromtimestamp(stat.st_mtime, UTC).replace(microsecond=0)
    size = stat.st_size if mail.exists() else 0
    return Quarantined(folder.name, at, reason, source="", sender="", subject="", fingerprint="", size=size)
