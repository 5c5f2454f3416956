"""What counts as an order of an engineer, what is refused, and does a note ever become a customer's reading?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.commands import TABLE, TEXT, Orders, help_lines, read, reason_of, without_reason
from rules.lifecycle import Event


def words_of(orders: Orders) -> list[str]:
    return [order.row.word for order in orders.orders]


def test_a_mail_without_orders_is_an_answer_word_for_word() -> None:
    text = "  Pull the plug.\n\n  Then stand back.\n"
    assert read(text) == Orders((), text)
    assert read(text).event is Event.ENGINEER_ANSWERED


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.word)
def test_every_order_of_the_table_is_understood_alone(row: object) -> None:
    orders = read(f"{row.word} {'' if row.takes in ('', TEXT) else 'something'}\n")  # type: ignore[attr-defined]
    assert (words_of(orders), orders.words, orders.error) == ([row.word], "", "")  # type: ignore[attr-defined]
    assert orders.event is row.event  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "/close Replaced.",
        "/close\nReplaced.",
        "/close\n\n\nReplaced.\n\n",
        "\n\n  /close   Replaced.",
        "/CLOSE Replaced.",
        "/Close\tReplaced.",
        "/close\N{NO-BREAK SPACE}Replaced.",
        "\N{NO-BREAK SPACE}\n/close\r\nReplaced.\r\n",
    ],
)
def test_the_text_after_or_below_an_order_belongs_to_it(text: str) -> None:
    orders = read(text)
    assert (words_of(orders), orders.words, orders.error) == (["/close"], "Replaced.", "")


def test_all_lines_below_the_order_belong_to_it() -> None:
    assert read("/note One\ntwo\n\nthree").words == "One\ntwo\n\nthree"


def test_the_same_order_twice_is_one_order() -> None:
    assert read("/close\n/close\nBye.").words == "Bye."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/clsoe", "/clsoe is no command; did you mean /close?"),
        ("/colse Bye.", "did you mean /close?"),
        ("/frobnicate", "the commands are /close, /note, /wait"),
        ("/", "/ is no command"),
        ("/etc/passwd is missing", "/etc/passwd is no command"),
        ("/admit him", "/admit stands alone, but 'him' follows it"),
        ("/help\nPlease.", "/help stands alone, but text follows it"),
        ("/admit\n\nThe text.", "it would have gone nowhere"),
        ("/close\n/note Bye.", "/close and /note in one mail: whose text is it?"),
        ("/admit\n/close", "one thing at a time"),
        ("/help\n/admit", "one thing at a time"),
        ("/severity", "/severity needs A, B, C or D behind it"),
        ("/assign\nmax", "/assign needs NAME or me behind it"),
        ("/back today", "/back stands alone, but 'today' follows it"),
        ("Please look.\n/severity A", "stands below other text"),
        ("/away until 2026-12-05\nBye, all!", "it would have gone nowhere"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(text: str, says: str) -> None:
    orders = read(text)
    assert says in orders.error
    assert (orders.orders, orders.words) == ((), "")


@pytest.mark.parametrize(
    "text",
    [
        "/close Done, thank you.\n/note The customer is difficult.",
        "/close\nDone, thank you.\n/note The customer is difficult.",
        "Hello Ann,\npull the plug.\n/note The customer is difficult.",
        "Hello Ann,\n\n  /NOTE The customer is difficult.",
        "Hello,\n/close",
        "/note He called.\n/close",
    ],
)
def test_an_order_below_other_text_is_refused_and_its_note_goes_nowhere(text: str) -> None:
    """Else a note in the wrong place would go to the customer."""
    assert "stands below other text" in read(text).error
    assert read(text).words == ""


@pytest.mark.parametrize("line", ["/var/log is full", "/closed", "and/or", "a /close in the middle", "//close"])
def test_a_slash_below_the_first_words_is_no_order(line: str) -> None:
    text = f"Hello Ann,\n{line}"
    assert read(text) == Orders((), text)


def test_nothing_is_no_order() -> None:
    assert read("").event is Event.ENGINEER_ANSWERED
    assert read("\n\n").orders == ()


def test_the_list_of_orders_names_each_with_its_meaning() -> None:
    lines = help_lines()
    assert len(lines) == len(TABLE)
    for row, line in zip(TABLE, lines, strict=True):
        assert line.startswith(row.word)
        assert row.meaning in line


@given(
    st.lists(
        st.sampled_from(["/close", "/note", "/admit", "/help", "/clsoe", "", "text", "/note x", "/close x"]), max_size=6
    )
)
def test_no_mixture_of_orders_and_text_is_both_done_and_refused(lines: list[str]) -> None:
    orders = read("\n".join(lines))
    if orders.error:
        assert (orders.orders, orders.words) == ((), "")
    else:
        assert len({order.row.event for order in orders.orders}) <= 1
        assert not any(
            line in orders.words.split("\n") for line in ("/note", "/note x", "/close", "/close x", "/admit")
        )


@pytest.mark.parametrize(
    ("text", "event", "words"),
    [
        ("/severity A", Event.ENGINEER_SET, ""),
        ("/severity A\n/product Files\n/assign me", Event.ENGINEER_SET, ""),
        ("/severity A\n\nWe are at it.", Event.ENGINEER_ANSWERED, "We are at it."),
        ("/severity A\n/note It is bad.", Event.ENGINEER_NOTED, "It is bad."),
        ("/severity D\n/close Done.", Event.ENGINEER_CLOSED, "Done."),
        ("/severity A\n\n-- \nEva Example\nSupport", Event.ENGINEER_SET, ""),
        ("/away until 2026-12-05\n\n-- \nEva Example", Event.ENGINEER_NOTED, ""),
    ],
)
def test_what_sets_something_goes_along_with_anything_else(text: str, event: Event, words: str) -> None:
    orders = read(text)
    assert (orders.error, orders.event, orders.words) == ("", event, words)


def test_an_order_keeps_what_follows_it_on_its_line() -> None:
    assert [order.argument for order in read("/assign Max Example\n/severity  b ").orders] == ["Max Example", "b"]


@pytest.mark.parametrize(
    ("words", "reason", "text"),
    [
        ("resolved", "resolved", ""),
        ("Resolved.", "resolved", ""),
        ("resolved\nThe plug was loose.", "resolved", "The plug was loose."),
        ("resolved: the plug was loose.", "resolved", "the plug was loose."),
        ("resolved The plug was loose.", "resolved", "The plug was loose."),
        ("erledigt, danke.", "resolved", "danke."),
        ("Resolved by restarting it.", "resolved", "Resolved by restarting it."),
        ("duplicate of your other mail", "duplicate", "duplicate of your other mail"),
        ("The plug was loose: resolved", "", "The plug was loose: resolved"),
        ("", "", ""),
    ],
)
def test_a_closing_may_say_why_and_no_word_of_a_sentence_is_lost(words: str, reason: str, text: str) -> None:
    assert (reason_of(words), without_reason(words)) == (reason, text)
