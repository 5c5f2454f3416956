"""On which line of the TOML file does a key stand?

Python's TOML reader says nothing of lines, so each statement is given to it alone; we need no grammar of our own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

Where = tuple[str | int, ...]

CLOSING = ("]", "}", '"""', "'''")  # a value over several lines cannot end without one of them


class Lines:
    """Line numbers by path: ("engineer", 0, "address") is the address of the first [[engineer]]."""

    def __init__(self, text: str) -> None:
        self._known: dict[Where, int] = {}
        self._elements: dict[Where, int] = {}  # how many [[tables]] of a name there were so far
        section: Where = ()
        for number, statement in _statements(text):
            value = tomllib.loads(statement)
            section_begins = statement.lstrip().startswith("[")
            if section_begins:
                section = self._header(value, statement.lstrip().startswith("[["))
            self._remember(section, {} if section_begins else value, number)

    def of(self, where: Where) -> int:
        """The line of the key, else of the table that should have held it, else the first line."""
        while where and where not in self._known:
            where = where[:-1]
        return self._known.get(where, 1)

    def _header(self, value: Any, repeated: bool) -> Where:
        where: Where = ()
        while isinstance(value, dict) and value:
            [(key, value)] = value.items()
            where = (*where, key)
            last = not value or value == [{}]
            if repeated and last:
                self._elements[where] = self._elements.get(where, 0) + 1
            if where in self._elements:
                where = (*where, self._elements[where] - 1)
        return where

    def _remember(self, where: Where, value: Any, number: int) -> None:
        """The path, what it lies in, and all that lies in it: inline tables and lists."""
        for length in range(1, len(where) + 1):
            self._known.setdefault(where[:length], number)
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, one in inner:
            self._remember((*where, step), one, number)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Line number and text of every header and every key with its value, the latter possibly over several lines."""
    open_since, waiting = 0, ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if waiting:
            waiting += "\n" + line
        elif _says_something(line):
            open_since, waiting = number, line
        if waiting and (open_since == number or any(mark in line for mark in CLOSING)) and _is_whole(waiting):
            yield open_since, waiting
            waiting = ""


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True
