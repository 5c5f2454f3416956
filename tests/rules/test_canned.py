"""Canned answers: the texts behind /use, and what an engineer is told when there is none."""

from __future__ import annotations

import pytest

from rules.canned import Canned, filled, listed
from rules.commands import read
from rules.lifecycle import Event
from rules.lookups import wanted_by
from rules.mail import Mail

ANSWERS = (
    Canned("logs", "Please send the logs.", "Please send the logs."),
    Canned("restart", "Hello Ann,\n\nplease restart.\n", "how to restart"),
    Canned("broken", "", problem="answers/en/broken.txt:3: 'due' is undefined"),
)


def test_the_texts_stand_in_the_order_of_their_orders_above_the_words() -> None:
    orders = filled(read("/use restart\n/severity B\n/use Logs\n\nGreetings"), ANSWERS)
    assert orders.said == "Hello Ann,\n\nplease restart.\n\nPlease send the logs.\n\nGreetings"
    assert orders.words == "Greetings"
    assert orders.event is Event.ENGINEER_ANSWERED


def test_a_text_that_looks_like_a_template_stays_what_it_is() -> None:
    assert filled(read("/use logs\n\n{{ 7 * 7 }}"), ANSWERS).said.endswith("{{ 7 * 7 }}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/use log", "/use log: there is no such canned answer; did you mean logs? there are logs, restart, broken"),
        ("/use zebra", "there is no such canned answer; there are logs, restart, broken"),
        ("/use logs\n/use broken", "/use broken: answers/en/broken.txt:3: 'due' is undefined"),
        ("/use logs\n/note Hm.", "/use and /note in one mail: one thing at a time"),
        ("/use logs\n/admit", "/use and /admit in one mail"),
        ("/use logs\n/help", "/use and /help in one mail"),
        ("/use\nHello", "/use stands alone, but text follows it"),
        ("Hello\n/use logs", "'/use logs' stands below other text"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(text: str, says: str) -> None:
    orders = filled(read(text), ANSWERS)
    assert says in orders.error
    assert orders.said == orders.words.strip()


def test_without_any_canned_answers_their_place_is_named() -> None:
    assert "[letters] answers in config.toml names no folder" in filled(read("/use logs"), ()).error
    assert "[letters] answers in config.toml" in listed(())[0]


def test_a_use_without_a_name_asks_for_the_list_and_is_no_answer() -> None:
    orders = filled(read("/use"), ANSWERS)
    assert (orders.event, orders.said, orders.error) == (Event.ENGINEER_NOTED, "", "")
    assert listed(ANSWERS)[1:] == [
        "/use restart: how to restart",
        "/use broken: answers/en/broken.txt:3: 'due' is undefined",
    ]


def test_a_mere_signature_below_it_does_not_go_out() -> None:
    assert filled(read("/use logs\n\n-- \nEva Example\n+49 000 000"), ANSWERS).said == "Please send the logs."


def test_it_goes_along_with_a_close() -> None:
    orders = filled(read("/use logs\n/close\nBye."), ANSWERS)
    assert (orders.event, orders.said) == (Event.ENGINEER_CLOSED, "Please send the logs.\n\nBye.")


@pytest.mark.parametrize(("text", "wanted"), [("/use logs", True), ("/use", True), ("Hello", False), ("/usee", False)])
def test_the_shell_is_asked_for_them_only_when_an_order_names_one(text: str, wanted: bool) -> None:
    assert wanted_by(Mail(fingerprint="", text=text), None).answers is wanted
