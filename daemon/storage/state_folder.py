"""Where does the desk note things about itself? Small TinyDB files, one for each name: mailbox ledgers, health.

state/ledger%3Asupport.json     the name, with everything but letters and digits written as %XX
state/absences.damaged          what could not be read, and is not needed
state/key                       the desk's key for tokens, 32 octets
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tinydb import TinyDB

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import replace_file
from daemon.storage.case_document import clean
from daemon.storage.sealed_file import SealedFile, digest, seal

KEY_OCTETS = 32
DAMAGED = ".damaged"  # ends the name of a document that was set aside
LONGEST_NAME = 200  # a file name has 255 octets at most
KEY_LOST = (
    "{path} is missing; restore it from a backup: "
    "with a new key every engineer who answers an older letter must prove himself anew"
)


class StateFolder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        quoted = quote(clean(name), safe=" @+=,")
        if len(quoted) > LONGEST_NAME:
            quoted = f"{quoted[:LONGEST_NAME]}-{digest(clean(name).encode())}"
        return self.root / f"{quoted}.json"

    def content(self, name: str, value: Mapping[str, Any]) -> bytes:
        """The file for this value."""
        database = TinyDB(self.path(name), storage=SealedFile, staged=True)
        database.table("state").insert(value)
        return seal(database.storage.read() or {})

    def read(self, name: str) -> dict[str, Any]:
        """{} when nothing was noted. Errors: DamagedFile."""
        document = TinyDB(self.path(name), storage=SealedFile).table("state").get(doc_id=1)
        return dict(document) if isinstance(document, dict) else {}

    def set_aside(self, name: str) -> Path:
        """Where it lies now. Errors: OSError."""
        path = self.path(name)
        return path.replace(path.with_suffix(DAMAGED))

    def aside(self) -> list[Path]:
        return sorted(self.root.glob(f"*{DAMAGED}"))

    def lost_key(self) -> str:
        """What is to be said when there is no key, although there are cases; "" when there is one."""
        path = self.root / "key"
        return "" if path.exists() else KEY_LOST.format(path=path)

    def key(self, *, make: bool) -> bytes:
        """Errors: DamagedFile, FileNotFoundError when there is none yet and none shall be made."""
        path = self.root / "key"
        if make and not path.exists():
            replace_file(path, secrets.token_bytes(KEY_OCTETS))
        key = path.read_bytes()
        if len(key) != KEY_OCTETS:
            raise DamagedFile(
                f"{path} is damaged: expected {KEY_OCTETS} octets, found {len(key)}; restore it from a backup"
            )
        return key


def detached(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value as it will be read back, sharing nothing with the caller. Errors: TypeError, ValueError (not JSON)."""
    copy: dict[str, Any] = json.loads(json.dumps(dict(value), allow_nan=False), object_pairs_hook=_cleaned)
    return copy


def _cleaned(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {clean(name): _clean_all(value) for name, value in pairs}


def _clean_all(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean_all(item) for item in value]
    return clean(value) if isinstance(value, str) else value
