"""Does the desk work on where one of the notes is damaged that it can do without, and does its admin hear of it?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from conversations.player import MORNINGS, Player

from daemon import canary, routines, silenced
from daemon.casework import ABSENCES, BOOKS

ANN, EVA = "ann@customer.example", "eva@desk.example"
DAMAGE = {
    "empty": b"",
    "cut off": b'{\n "seal": {"1": {"blake2b"',
    "zeros": bytes(400),
    "something else": b'{"state": {"1": {"eva@desk.example": 5, "sent": 5, "missing": [], "max@desk.example": [["x"]]}}}',
}


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Player]:
    """A desk with work lists that has noted something of everything."""
    player = Player(tmp_path, MORNINGS)
    player.write(ANN, "Printer on fire", "", [])
    player.write(EVA, "answers assigned", "/away 2026-03-09 2026-03-10", [])
    player.pass_time(timedelta(days=1))
    with player.store.batch() as batch:
        batch.set_state(canary.STATE, canary.sent_out({}, player.clock.now()))
        batch.set_state(silenced.STATE, {})
    player.fresh()
    yield player
    player.close()


@pytest.mark.parametrize("octets", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("name", [ABSENCES, BOOKS, canary.STATE, routines.STATE, silenced.STATE])
def test_the_desk_works_on_and_names_what_is_damaged(morning: Player, name: str, octets: bytes) -> None:
    player, note = morning, morning.folder / "state" / f"{name}.json"
    assert note.exists()
    note.write_bytes(octets)
    player.outage(timedelta(hours=1))
    player.write(ANN, "Another printer", "", [])
    player.write(EVA, "answers assigned", "/away 2026-03-16 2026-03-17", [])
    player.pass_time(timedelta(days=1))
    canary.missing_since(player.store)
    lines = [sent.line for sent in player.fresh()]
    assert f"{ANN} [Case #3] confirmation" in lines and player.store.quarantined() == []
    assert any("worklist" in line for line in lines)
    if player.store.damaged():
        ((path, what),) = player.store.damaged()
        assert path.read_bytes() == octets
        assert path.name == f"{name}.damaged" and str(note) in what and "a backup" in what
    else:
        assert octets == DAMAGE["something else"]  # and it can be read as one of these
