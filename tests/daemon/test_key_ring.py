"""Do old letters stay good when the key changes, and does a stolen key open nothing?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from conversations.player import DESK, Player

from daemon.errors import DamagedFile, PostcaseError, StoreUnwritable
from daemon.key_ring import STATE, KeyRing, keys_of
from rules.case import Case

ANN, EVA = "ann@customer.example", "eva@desk.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Player]:
    player = Player(tmp_path, DESK)
    player.write(ANN, "Printer on fire", "It smokes.", [])
    player.fresh()
    yield player
    player.close()


def answers(desk: Player, letter: str, text: str = "Pull the plug.", by: str = EVA) -> list[str]:
    desk.write(by, f"answers {letter}", text, [])
    return [sent.line for sent in desk.fresh()]


def case(desk: Player) -> Case:
    found = desk.store.case(1)
    assert found is not None
    return found


def reopened(desk: Player) -> None:
    desk.close()
    desk._open()


def test_letters_of_before_a_rotation_stay_good_and_new_ones_are_sealed_with_the_new_key(desk: Player) -> None:
    desk.service.cases.ring.rotate()
    assert answers(desk, "assigned") == [f"{ANN} [Case #1] relay"]
    assert answers(desk, "relay", "It still smokes.", ANN) == [f"{EVA} [Case #1] replied"]
    assert answers(desk, "replied") == [f"{ANN} [Case #1] relay"]
    assert [letter.key for letter in case(desk).letters] == [1, 1, 2, 2, 2]
    assert all("token of the" in message.proof for message in case(desk).messages[1:])


def test_a_rotation_outlives_the_daemon(desk: Player) -> None:
    desk.service.cases.ring.rotate()
    answers(desk, "assigned")
    reopened(desk)
    assert len(desk.service.cases.ring.keys.all) == 2
    assert answers(desk, "assigned") == [f"{ANN} [Case #1] relay"]
    assert answers(desk, "relay", "It still smokes.", ANN) == [f"{EVA} [Case #1] replied"]


def test_a_clock_that_goes_back_breaks_no_letter(desk: Player) -> None:
    desk.service.cases.ring.rotate()
    desk.clock.advance(timedelta(hours=-3))
    assert answers(desk, "assigned") == [f"{ANN} [Case #1] relay"]
    assert answers(desk, "relay", "It still smokes.", ANN) == [f"{EVA} [Case #1] replied"]
    assert answers(desk, "replied") == [f"{ANN} [Case #1] relay"]


def test_a_revoked_key_proves_nothing_and_the_engineer_is_asked_with_the_next_one(desk: Player) -> None:
    desk.service.cases.ring.revoke("1")
    assert answers(desk, "assigned") == [f"{EVA} [Case #1] unproven"]
    assert "sealed with key 1, which is revoked" in case(desk).history[-1].rule + case(desk).history[-1].evidence
    assert answers(desk, "unproven") == [f"{ANN} [Case #1] relay"]
    reopened(desk)
    assert answers(desk, "assigned") == [f"{EVA} [Case #1] unproven"]


def test_who_revokes_the_newest_key_gets_a_new_one_at_once(desk: Player) -> None:
    said = desk.service.cases.ring.revoke("1")
    assert said.endswith("key 2 seals from now on")
    assert desk.service.cases.ring.keys.newest.number == 2
    assert desk.service.cases.ring.keys.newest.secret != desk.service.cases.ring.keys.all[0].secret


@pytest.mark.parametrize("number", ["", "0", "3", "-1", "x", "1 2", "１", "9" * 40])
def test_a_key_that_is_not_there_cannot_be_revoked(desk: Player, number: str) -> None:
    with pytest.raises(PostcaseError, match="there are 1"):
        desk.service.cases.ring.revoke(number)
    assert desk.store.state(STATE) == {}


def test_no_letter_is_sealed_with_a_key_that_is_not_on_disk(desk: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise StoreUnwritable("the disk is full")

    monkeypatch.setattr(desk.store, "batch", refuse)
    with pytest.raises(StoreUnwritable):
        desk.service.cases.ring.rotate()
    assert desk.service.cases.ring.keys.newest.number == 1


@pytest.mark.parametrize(
    "state",
    [
        {"made": [{"number": 2, "secret": "00", "since": "2026-11-23T10:00:00Z"}]},
        {"made": [{"number": 2, "secret": "x", "since": "2026-11-23T10:00:00Z"}]},
        {"made": [{"number": 2}]},
        {"made": 17},
        {"revoked": {"1": "yesterday"}},
        {"revoked": [1]},
    ],
)
def test_a_damaged_ring_is_told_and_not_guessed_at(desk: Player, state: dict[str, object]) -> None:
    with desk.store.batch() as batch:
        batch.set_state(STATE, state)
    with pytest.raises(DamagedFile, match="keys"):
        keys_of(desk.store)
    with pytest.raises(DamagedFile):
        KeyRing(desk.store, desk.clock)
