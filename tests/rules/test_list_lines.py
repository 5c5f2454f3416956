"""Which lines of an answer to a list are orders, and for which case?"""

from __future__ import annotations

import pytest

from rules.list_lines import MOST_LINES, begins_with_order, is_numbered, read_lines

ABOUT = (41, 42, 43)


def found(text: str) -> list[tuple[int, str, str]]:
    """The number of each case, its orders, the words below them."""
    read = read_lines(text, ABOUT)
    assert not read.error, read.error
    return [
        (one.number, " ".join(order.row.word for order in one.orders.orders), one.orders.words) for one in read.lines
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("3 /close Fixed in 2.4.", [(43, "/close", "Fixed in 2.4.")]),
        ("1. /severity B\n2) /note She called.", [(41, "/severity", ""), (42, "/note", "She called.")]),
        ("#2: /assign ann", [(42, "/assign", "")]),
        ("1\N{NO-BREAK SPACE}/note x", [(41, "/note", "x")]),
        ("1 ／note x", [(41, "/note", "x")]),
        ("2 /close\nFixed in 2.4,\nso update.\n\n1 /open", [(42, "/close", "Fixed in 2.4,\nso update."), (41, "/open", "")]),
        ("1 /note It is Max's.\n1 /assign max", [(41, "/assign /note", "It is Max's.")]),
        ("1 /close Bye.\n\nBest regards\nEva", [(41, "/close", "Bye.")]),
        ("1 /close Bye.\n-- \nEva Example\nTel. 1", [(41, "/close", "Bye.")]),
    ],
)  # fmt: skip
def test_each_line_is_about_the_case_at_its_place(text: str, lines: list[tuple[int, str, str]]) -> None:
    assert found(text) == lines


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("4 /note x", "4 /note x: the list has no 4, it ends with 3"),
        ("0 /note x", "the list has no 0"),
        ("1 /noet x", "1 /noet x: /noet is no command; did you mean /note?"),
        ("1 /note x\n\nAnd restart it.", "'And restart it.' has no number in front"),
        ("1 /note x\n\n/list", "'/list' has no number in front"),
        ("1 /merge 7", "1 /merge 7: /merge cannot be ordered in a list"),
        ("1 /close a\n1 /note b", "'/note b' stands below other text"),
        ("\n".join(f"{place} /note x" for place in range(1, MOST_LINES + 2)), "more than 20 cases in one mail"),
    ],
)
def test_a_line_that_cannot_be_read_stops_them_all(text: str, error: str) -> None:
    read = read_lines(text, ABOUT if "more than" not in error else range(1, 100))
    assert error in read.error
    assert read.lines == ()


@pytest.mark.parametrize(
    ("text", "numbered", "ordered"),
    [
        ("3 /close", True, False),
        ("\n\n 3. /close", True, False),
        ("3 printers burn", False, False),
        ("/list", False, True),
        ("／list", False, True),
        ("/lsit max", False, True),
        ("/etc/hosts is empty", False, False),
        ("Hello,\n/list", False, False),
        ("", False, False),
    ],
)
def test_how_a_mail_begins(text: str, numbered: bool, ordered: bool) -> None:
    assert (is_numbered(text), begins_with_order(text)) == (numbered, ordered)
