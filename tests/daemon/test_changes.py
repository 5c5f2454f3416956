"""Are changes kept, told on the terminal, and told to programs?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from daemon_under_test import config_text

from daemon import changes, cli
from daemon.config.load import load
from daemon.show_changes import change_page, whole_change
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Entry
from rules.change import Change, ChangeStage, Release, Vote

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE = Change(
    number=1,
    title="Keep umlauts in file names",
    product="Cyber Files",
    opened_at=NOW,
    home=10001,
    cases=(10001, 10002),
    votes=(Vote("pam@build.example", 4, 3, NOW), Vote("eva@desk.example", 5, 1, NOW)),
    history=(Entry(NOW, "proposed", "case 10001", "Keep umlauts in file names", "eva@desk.example"),),
)
GIVEN = Release("9.2.1", NOW, "pam@build.example", (), ("ann@customer.example",), ("dora@discreet.example",))
TWO = replace(ONE, number=2, title="Pink", votes=(), cases=(), stage=ChangeStage.DECLINED)
THREE = replace(ONE, number=3, title="Cooler", votes=(Vote("dev@build.example", 5, 9, NOW),), product="")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(config_text())
    settings = load(tmp_path / "config.toml")
    store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    with store.batch() as batch:
        changes.put(batch, store, (ONE, TWO))
    with store.batch() as batch:
        changes.put(batch, store, (THREE,))
    store.close()
    return tmp_path


def ask(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.main, [*words, "--config", str(folder / "config.toml")])


def test_what_is_put_is_found_again(folder: Path) -> None:
    store = TinydbStore(load(folder / "config.toml").data)
    assert list(changes.changes(store)) == [ONE, TWO, THREE]
    assert changes.last_number(store) == 3
    assert changes.change(store, 4) is changes.change(store, 0) is None
    later = ONE.with_vote(Vote("dev@build.example", 1, 1, NOW))
    with store.batch() as batch:
        changes.put(batch, store, (later,))
    assert (changes.change(store, 1), changes.last_number(store)) == (later, 3)
    store.close()


def test_the_weightiest_comes_first_and_what_is_over_only_when_asked_for(folder: Path) -> None:
    lines = ask(folder, "changes").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["change", "3", "1"]
    assert " ".join(lines[2].split()) == "1 proposed 17 2 2 Cyber Files 2026-03-02 09:00 Keep umlauts in file names"
    everything = json.loads(ask(folder, "changes", "--all", "--json").stdout)
    assert [one["number"] for one in everything] == [3, 1, 2]
    assert everything[1] == {
        "number": 1,
        "title": "Keep umlauts in file names",
        "product": "Cyber Files",
        "stage": "proposed",
        "priority": 17,
        "cases": [10001, 10002],
        "opened_at": "2026-03-02T09:00:00Z",
    }


def test_one_change_is_shown_with_its_votes_and_its_way(folder: Path) -> None:
    shown = ask(folder, "change", "1").stdout
    assert "Votes:     pam@build.example 4 x 3, eva@desk.example 5" in shown
    assert "proposed (eva@desk.example)  case 10001: Keep umlauts in file names" in shown
    whole = json.loads(ask(folder, "change", "1", "--json").stdout)
    assert (whole["home"], whole["votes"][0]["weight"], whole["history"][0]["event"]) == (10001, 3, "proposed")


def test_a_release_is_shown_with_who_got_it_and_who_did_not() -> None:
    lines = change_page(replace(ONE, releases=(GIVEN,)), ZoneInfo("UTC"))
    told = "2026-03-02 09:00  9.2.1 to all: ann@customer.example; without maintenance: dora@discreet.example"
    assert f"Released:  {told}" in lines
    (release,) = whole_change(replace(ONE, releases=(GIVEN,)))["releases"]
    assert (release["to"], release["got"]) == ("all", ["ann@customer.example"])


def test_a_change_that_there_is_not_is_told(folder: Path) -> None:
    answer = ask(folder, "change", "9")
    assert (answer.exit_code, answer.stderr) == (66, "there is no change 9; `postcase changes --all` shows them all\n")
