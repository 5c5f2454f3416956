"""Does what time brings reach every case, when one of them, or the disk, stands in the way?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conversations.player import DESK, OFFICE, Player

from daemon.errors import DamagedFile, StoreUnwritable
from rules.case import Case

ANN, EVA = "ann@customer.example", "eva@desk.example"
URGENCY = replace(DESK, triage=OFFICE.triage)
AWAY = "/away until 2026-03-20"


def asked(player: Player, *customers: str) -> None:
    """A case for each, in which the customer has been asked something."""
    for customer in customers:
        player.write(customer, f"Trouble of {customer}", "There is smoke.", [])
        player.write(EVA, "answers assigned", "Is it plugged in?", [])
    player.fresh()


def case_of(player: Player, number: int) -> Case:
    case = player.store.case(number)
    assert case is not None
    return case


def test_a_disk_that_refuses_stops_the_round_and_the_next_one_does_it_all(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(player, ANN, "bob@customer.example")

    def refused(*_: object) -> None:
        raise StoreUnwritable("the disk refused")

    with monkeypatch.context() as full, pytest.raises(StoreUnwritable):
        full.setattr(player.service.time, "_tick", refused)
        player.pass_time(timedelta(days=4))
    player.pass_time(timedelta(hours=2))
    assert sorted(sent.line for sent in player.fresh()) == [
        "ann@customer.example [Case #1] reminder",
        "bob@customer.example [Case #2] reminder",
    ]


def test_a_case_that_is_gone_when_its_time_has_come_is_passed_over(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(player, ANN)
    monkeypatch.setattr(player.store, "case", lambda number: None)
    player.pass_time(timedelta(days=4))
    assert player.fresh() == []


def test_urgent_cases_of_somebody_who_is_away_stay_where_nobody_else_is(tmp_path: Path) -> None:
    player = Player(tmp_path, URGENCY)
    player.write(ANN, "The server is down", "Nobody can work.", [])
    player.write(EVA, "answers assigned", "/severity A", [])
    player.fresh()
    player.write(EVA, "answers assigned", AWAY, [])
    assert [sent.line for sent in player.fresh()] == [f"{EVA} [Case #1] receipt"]
    before = case_of(player, 1)
    player.service.time.tick()
    assert case_of(player, 1) == before
    assert before.owner.address == EVA
    player.close()


@pytest.mark.parametrize("trouble", ["damaged", "gone"])
def test_one_urgent_case_that_cannot_be_read_does_not_keep_the_others_from_a_colleague(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    there = tuple(replace(one, calendar=DESK.engineers[0].calendar) for one in DESK.engineers)
    player = Player(tmp_path, replace(URGENCY, engineers=there))
    for name in ("ann", "bob", "carl", "dora"):
        player.write(f"{name}@customer.example", "The server is down", "Nobody can work.", [])
    for number in (1, 2, 3, 4):
        player.write(case_of(player, number).owner.address, f"answers assigned #{number}", "/severity A", [])
    first, *others = [number for number in (1, 2, 3, 4) if case_of(player, number).owner.address == EVA]
    assert others
    case = player.store.case

    def read(number: int) -> Case | None:
        if number != first:
            return case(number)
        if trouble == "damaged":
            raise DamagedFile(f"case {first} is damaged")
        return None

    monkeypatch.setattr(player.store, "case", read)
    player.write(EVA, f"answers assigned #{others[0]}", AWAY, [])
    assert {case_of(player, number).owner for number in others} == {DESK.engineers[1].address}
    player.close()
