"""What do an engineer's orders name, and what do other cases of one decision come to?"""

from __future__ import annotations

import pytest
from samples import DESK, at, case

from rules.commands import read
from rules.looked_up import answered
from rules.lookups import MOST_HITS, Found, number_in


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


@pytest.mark.parametrize("hits", [MOST_HITS - 1, MOST_HITS])
def test_a_search_says_that_there_may_be_more(hits: int) -> None:
    found = at(found=Found(hits={"fire": tuple(map(case, range(1, hits + 1)))}))
    (said,) = answered(read("/find fire"), DESK, found, DESK.engineers[0])
    assert (f"the youngest {MOST_HITS}:" in said) == (hits == MOST_HITS)
