"""What did a crash leave half done, and what is damaged? The work of start-up."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from daemon.errors import DamagedFile
from daemon.storage.atomic_file import TEMPORARY
from daemon.storage.card_box import Card, card_of
from daemon.storage.case_file import CASE_JSON, CaseFile
from daemon.storage.sealed_file import read_sealed


def sweep(folders: Iterable[Path]) -> None:
    """Remove what never got its name: none of it was acknowledged, so it will be offered again."""
    for folder in folders:
        for leftover in folder.glob(f"*{TEMPORARY}"):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


def read_case_file(folder: Path, number: int) -> CaseFile:
    """Errors: FileNotFoundError, DamagedFile."""
    path = folder / CASE_JSON
    tables = read_sealed(path).tables
    _check_number(path, tables.get("case", {}).get("1", {}).get("number"), number)
    return CaseFile(path, tables)


def read_card(folder: Path, number: int) -> Card:
    """Errors: FileNotFoundError, DamagedFile."""
    path = folder / CASE_JSON
    tables, sealed = read_sealed(path)
    try:
        card = card_of(tables)
    except ValueError as error:
        raise DamagedFile(f"{path} is damaged: {error}") from error
    _check_number(path, card.number, number)
    if not sealed:  # edited by hand: what is wrong in it shall come out now, not when the case is next needed
        CaseFile(path, tables).read()
    return card


def _check_number(path: Path, found: object, expected: int) -> None:
    if found != expected:
        raise DamagedFile(f"{path} is damaged: expected case {expected} in this folder, found case {found}")
