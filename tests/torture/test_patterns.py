"""Does any regular expression take more than linear time, whatever a stranger writes? Every one in the code, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import daemon
import rules

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


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    for package in (rules, daemon):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                several = value if isinstance(value, (tuple, list)) else (value,)
                for number, one in enumerate(several):
                    if isinstance(one, re.Pattern):
                        yield f"{found.name}.{name}[{number}]", one


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


def test_there_are_patterns_to_look_at() -> None:
    assert len(PATTERNS) > 50
