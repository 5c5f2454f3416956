"""What can be read of a configuration that is wrong elsewhere? What is right; the rest is as if it were absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from daemon.config import values as values
from daemon.config.lines import Where
from daemon.config.model import keys
from rules.mail import Address

Raw = dict[str, Any]
Value = TypeVar("Value")


def tables(document: Raw, section: str) -> list[tuple[Where, Raw]]:
    """The tables of a section with their places, whether it stands once or may be repeated."""
    found = document.get(section)
    if isinstance(found, dict):
        return [((section,), found)]
    if not isinstance(found, list):
        return []
    return [((section, number), table) for number, table in enumerate(found) if isinstance(table, dict)]


def table(document: Raw, section: str) -> Raw:
    return next((table for where, table in tables(document, section) if len(where) == 1), {})


def text(table: Raw, key: str, section: str) -> str:
    """The text of a key, or its default; "" when it is no text."""
    found = table.get(key, keys(section)[key].default)
    return found if isinstance(found, str) else ""


def addresses(document: Raw, section: str) -> Iterator[tuple[Where, Address]]:
    for where, one in tables(document, section):
        for address in _read(values.address, one.get("address")):
            yield (*where, "address"), Address(address)


def aliases(document: Raw) -> Iterator[tuple[Where, Address]]:
    found = table(document, "desk").get("aliases")
    for number, alias in enumerate(found if isinstance(found, list) else ()):
        for address in _read(values.address, alias):
            yield ("desk", "aliases", number), Address(address)


def paths(document: Raw, section: str, key: str) -> Iterator[tuple[Where, Path]]:
    for where, one in tables(document, section):
        for path in _read(values.path, one.get(key)):
            yield (*where, key), path


def _read(reader: Callable[[str], Value], found: object) -> Iterator[Value]:
    """The value, or nothing: what is wrong with it by itself is told by the model."""
    try:
        if isinstance(found, str):
            yield reader(found)
    except ValueError:
        return
