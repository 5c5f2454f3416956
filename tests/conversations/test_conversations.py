"""Does the desk behave as the dialogues say, and do they cover the whole lifecycle table?"""

from __future__ import annotations

from pathlib import Path

import pytest
from conversations.player import Player
from conversations.script import desk_of, play

import rules.decide
import rules.returned
import rules.transition
from rules.lifecycle import NEVER, TABLE, row_for

DIALOGUES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_the_desk_keeps_to_the_dialogue(path: Path, tmp_path: Path) -> None:
    player = Player(tmp_path, desk_of(path))
    try:
        play(path, player)
    finally:
        player.close()


@pytest.mark.timeout(400)  # it plays them all
def test_the_dialogues_cover_every_row_of_the_lifecycle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()

    def noting(state, event):  # type: ignore[no-untyped-def]
        seen.add((state, event))
        return row_for(state, event)

    monkeypatch.setattr(rules.decide, "row_for", noting)
    monkeypatch.setattr(rules.transition, "row_for", noting)
    monkeypatch.setattr(rules.returned, "row_for", noting)
    for path in DIALOGUES:
        player = Player(tmp_path / path.stem, desk_of(path))
        play(path, player)
        player.close()
    missing = [
        f"{row.state} + {row.event}" for row in TABLE if (row.state, row.event) not in seen and row.remark != NEVER
    ]
    assert not missing, "\n".join(missing)
