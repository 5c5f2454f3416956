"""Does a card cost the same, however many there are?"""

from __future__ import annotations

import time

import pytest

from daemon.storage.card_box import Card, CardBox


def a_card(number: int, owner: str = "eva@desk.example", severity: str = "C", closed: bool = False) -> Card:
    return Card(number, closed, None, owner, "ann@customer.example", severity, (f"id {number}", "id all"), (1,), ())


@pytest.mark.parametrize("closed", [False, True])
def test_ten_thousand_cases_of_one_owner_and_customer_are_filed_and_filed_again_in_time(closed: bool) -> None:
    box, begun = CardBox(), time.process_time()
    for number in range(20_000):
        box.put(a_card(number % 10_000, closed=closed and number >= 10_000))
    assert time.process_time() - begun < 2
    assert len(list(box.owned_by("eva@desk.example"))) == (0 if closed else 10_000)


def test_the_cases_of_an_owner_are_found_by_severity_as_they_stand_now() -> None:
    box = CardBox()
    for card in (
        a_card(1, severity="A"),
        a_card(2),
        a_card(3, "max@desk.example", "A"),
        a_card(1),
        a_card(2, severity="B"),
    ):
        box.put(card)
    assert list(box.owned_by("eva@desk.example", {"A", "B"})) == [2]
    assert sorted(box.owned_by("eva@desk.example")) == [1, 2]
    box.drop(2)
    assert list(box.owned_by("eva@desk.example", {"B"})) == []
