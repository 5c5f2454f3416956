"""Does any regular expression take more than linear time, whatever a stranger writes? Every one in the code, found by itself."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

import daemon
import rules
from daemon.letters import discretion
from rules import customer_words, subject_tag

pytestmark = [pytest.mark.torture, pytest.mark.timeout(120)]

SHORT, LONG = 5_000, 20_000  # characters
QUICK_SECONDS = 0.02  # of processor time, for the long text
GROWS = 8.0  # at most, when the text is four times as long; in quadratic time it would be 16

# Pieces that a text is made of, over and over: what patterns begin with, repeat, or look for the end of.
PIECES = (
    "a", " ", "\t", "\n", "<", "(", ",", "@", "a@", "a.", "[Case #", "1", "-", "=?utf-8?q?", "http://", "&", "On ", "> ", "a b ",
    "'", '"', "A1 ", ": ", "*", "a-", "1.", ";a=", "Re: ", "\\", "a\n", " \n", "{{", "/close ", "wrote:", "2026-", "#1 ",
)  # fmt: skip
ENDS = ("", "!")


Pattern = re.Pattern[str] | re.Pattern[bytes]

# Functions that build a pattern of what they are given, and what they build.
BUILT: dict[str, Callable[[], Pattern]] = {
    "daemon.letters.discretion._pattern": lambda: discretion._pattern(("ann@desk.example", "max@desk.example")),
    "daemon.letters.discretion._seals": lambda: discretion._seals(("desk.example", "example.com")),
    "rules.subject_tag._pattern": lambda: subject_tag._pattern("Support case"),
    "rules.customer_words._compiled": lambda: customer_words._compiled("[yes] it (is|was) resolved [DAY]"),
}


def modules() -> Iterator[ModuleType]:
    for package in (rules, daemon):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def held(value: object, name: str) -> Iterator[tuple[str, Pattern]]:
    """The patterns in a value, however deep in tables."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from held(one, f"{name}[{key}]")
    elif isinstance(value, (tuple, list, set, frozenset)):
        for number, one in enumerate(value):
            yield from held(one, f"{name}[{number}]")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from held(getattr(value, field.name), f"{name}.{field.name}")


def calls_in_functions(module: ModuleType) -> Iterator[tuple[str, ast.Call]]:
    """Where a function asks the library for a pattern, or gives it one."""
    for function in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in TAKE_A_PATTERN:
                    yield f"{module.__name__}.{function.name}", call


TAKE_A_PATTERN = {
    f"re.{one}" for one in ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")
}


def patterns() -> Iterator[tuple[str, Pattern]]:
    for module in modules():
        for name, value in vars(module).items():
            yield from held(value, f"{module.__name__}.{name}")
        for name, call in calls_in_functions(module):
            if isinstance(call.args[0], ast.Constant):
                yield f"{name} in line {call.lineno}", re.compile(call.args[0].value)
    yield from ((name, build()) for name, build in BUILT.items())


PATTERNS = dict(patterns())


@pytest.mark.parametrize("name", PATTERNS)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(name: str) -> None:
    pattern = PATTERNS[name]
    for piece in PIECES:
        for end in ENDS:
            taken = seconds(pattern, piece, LONG, end)
            if taken > QUICK_SECONDS:
                assert taken < GROWS * seconds(pattern, piece, SHORT, end), (piece, end)


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], piece: str, length: int, end: str) -> float:
    text = (piece * (length // len(piece) + 1))[:length] + end
    asked = text if isinstance(pattern.pattern, str) else text.encode()
    started = time.process_time()
    for way in (pattern.search, pattern.match, pattern.fullmatch):
        way(asked)  # type: ignore[arg-type]
    for _ in pattern.finditer(asked):  # type: ignore[arg-type]
        pass
    return time.process_time() - started


def test_no_function_builds_a_pattern_that_is_not_looked_at() -> None:
    builders = {
        name
        for module in modules()
        for name, call in calls_in_functions(module)
        if not isinstance(call.args[0], ast.Constant)
    }
    assert builders == BUILT.keys()
    assert len(PATTERNS) > 120
