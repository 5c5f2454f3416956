"""What do an engineer's orders name, and what do other cases of one decision come to?"""

from __future__ import annotations

import pytest

from rules.lookups import number_in


@pytest.mark.parametrize(
    ("argument", "number"),
    [
        ("10042", 10042),
        ("#10042", 10042),
        ("# 10042", 10042),
        ("[Case #10042]", 10042),
        ("10042 and more", 0),
        ("", 0),
        ("²", 0),
        ("9" * 40, 0),
    ],
)
def test_a_case_is_named_by_its_number_in_every_habit(argument: str, number: int) -> None:
    assert number_in(argument) == number
