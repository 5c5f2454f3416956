"""Is rules/ really pure, and does every file say which question it answers?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "rules").rglob("*.py"))
DAEMON = sorted((ROOT / "daemon").rglob("*.py"))

# What values and decisions are made of. A module that reads, writes, waits, asks the clock or throws dice is not here.
ALLOWED = {
    "__future__", "base64", "bisect", "collections", "dataclasses", "datetime", "difflib", "enum", "functools",
    "fnmatch", "hashlib", "hmac", "itertools", "math", "re", "typing", "unicodedata", "zoneinfo",
}  # fmt: skip
FORBIDDEN_CALLS = {
    "now": "time comes in as `now`, made once per event in daemon/clock.py",
    "utcnow": "time comes in as `now`, made once per event in daemon/clock.py",
    "today": "time comes in as `now`, made once per event in daemon/clock.py",
    "time": "time comes in as `now`, made once per event in daemon/clock.py",
    "monotonic": "time comes in as `now`, made once per event in daemon/clock.py",
    "random": "a decision that cannot be repeated cannot be explained",
    "open": "rules/ touches no file: bytes come in as values",
    "read_text": "rules/ touches no file: bytes come in as values",
    "print": "rules/ tells nobody anything: a decision carries its reason",
    "getenv": "rules/ knows the desk only by rules/desk.py",
}


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_a_rule_imports_nothing_that_touches_the_world(path: Path) -> None:
    for name in _imports(path):
        top = name.split(".")[0]
        assert top in ALLOWED or top == "rules", (
            f"{path.relative_to(ROOT)} imports {name}: rules/ decides and daemon/ does, so that a decision can be "
            f"tested without a mock and read by a support manager. Allowed are rules.* and {', '.join(sorted(ALLOWED))}"
        )


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_a_rule_asks_neither_the_clock_nor_chance_nor_the_disk(path: Path) -> None:
    for line, name in _calls(path):
        assert name not in FORBIDDEN_CALLS, f"{path.relative_to(ROOT)}:{line}: {name}(): {FORBIDDEN_CALLS[name]}"


@pytest.mark.parametrize("path", [*RULES, *DAEMON], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_first_line_of_a_file_says_what_it_answers(path: Path) -> None:
    first = (ast.get_docstring(_tree(path)) or "").split("\n")[0]
    assert first, f"{path.relative_to(ROOT)} has no docstring: its first line asks the question that the file answers"
    if path.name != "__init__.py":
        assert "?" in first or len(first.split()) >= 4, (
            f"{path.relative_to(ROOT)} begins with {first!r}, which neither asks a question nor names what it answers"
        )


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno}: imports are written out in full"
            yield node.module or ""


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield node.lineno, name
