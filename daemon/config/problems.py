"""How is a problem with the configuration told? File, line, key, what was found, what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from daemon.config.kinds import Kind, noun
from daemon.config.lines import Lines, Where
from daemon.config.model import REPEATED, SECTIONS, keys

ALSO_CALLED = {
    # what people write   what the key is
    "mail":              "address",
    "email":             "address",
    "user":              "username",
    "login":             "username",
    "pass":              "password",
    "server":            "host",
    "hostname":          "host",
    "ssl":               "tls",
    "encryption":        "tls",
    "done":              "processed",
    "interval":          "poll",
    "lang":              "language",
    "tz":                "timezone",
    "imap":              "mailbox",
    "database":          "data",
    "engineers":         "engineer",
    "templates":         "letters",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    where: Where
    says: str


def sentences(path: Path, lines: Lines, problems: Iterable[Problem]) -> list[str]:
    """In the order of the file."""
    placed = sorted((lines.of(problem.where), name_of(problem.where), problem.says) for problem in problems)
    return [f"{path}:{line}: {name}: {says}" for line, name, says in placed]


def name_of(where: Where) -> str:
    """engineer.1.address: the first [[engineer]] is number 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else _plain(step) for step in where)


def of_model(error: ValidationError) -> Iterator[Problem]:
    """Pydantic's findings in our words."""
    for found in error.errors(include_url=False):
        where = found["loc"]
        match found["type"]:
            case "missing":
                yield Problem(where, _missing(where))
            case "extra_forbidden":
                yield Problem(where, _unknown(where))
            case "value_error":
                yield Problem(where, str(found["ctx"]["error"]))
            case _:
                yield Problem(where, _misshapen(where, found["input"]))


def _missing(where: Where) -> str:
    if len(where) == 1:
        return f"found no such section, expected [{where[0]}]"
    metadata = keys(str(where[0]))[str(where[-1])].metadata
    [kind] = [one for one in metadata if isinstance(one, Kind)]
    return f"found nothing, expected {kind.expects}"


def _unknown(where: Where) -> str:
    *above, key = where
    known = list(keys(str(above[0]))) if above else list(SECTIONS)
    thing = "key" if above else "section"
    return f"found an unknown {thing}, expected one of {', '.join(known)}{_hint(str(key), known, bool(above))}"


def _hint(key: str, known: list[str], inside: bool) -> str:
    words = [*known, *(word for word, meant in ALSO_CALLED.items() if meant in known)]
    if near := get_close_matches(key.casefold(), words, n=1, cutoff=0.7):
        return f" (did you mean {ALSO_CALLED.get(near[0], near[0])}?)"
    homes = [section for section in SECTIONS if key in keys(section)]
    return f" ({key} belongs to {_header(homes[0])})" if homes else ""


def _misshapen(where: Where, found: Any) -> str:
    """A table where a list of tables should be, and the like."""
    if len(where) == 1:
        brackets = f"[[{where[0]}]]" if isinstance(found, list) else f"[{where[0]}]"
        shown = brackets if isinstance(found, list | dict) else noun(found)
        return f"found {shown}, expected {_header(str(where[0]))}"
    return f"found {noun(found)}, expected {'a table' if isinstance(where[-1], int) else 'a list in [brackets]'}"


def _header(section: str) -> str:
    return f"[[{section}]]" if section in REPEATED else f"[{section}]"


def _plain(key: str) -> str:
    """A key of letters as it is; any other in quotes, as it would stand in the file."""
    return key if key.isascii() and key.replace("_", "a").replace("-", "a").isalnum() else json.dumps(key)
