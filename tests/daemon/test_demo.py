"""Does `postcase demo` play its day, in a folder of nobody, and leave the folder of somebody else alone?"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from daemon_under_test import postcase

from daemon.demo import play as demo
from daemon.errors import AlreadyRunning
from daemon.storage.tinydb_store import TinydbStore

STATES = {"10001": "reminded_twice", "10002": "closed", "10003": "with_engineer", "10004": "with_engineer"}


def test_the_demo_plays_a_day_and_leaves_its_cases_to_be_read(tmp_path: Path) -> None:
    done = postcase("demo", "--fast", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("case "))
    rows = {line.split()[0]: line.split()[1] for line in lines[begin + 1 : begin + 5]}
    assert rows == STATES
    _every_chapter_was_played(done.stdout)
    _the_folders_are_there(lines, tmp_path)
    _a_second_demo_replaces_the_first(tmp_path)


def _every_chapter_was_played(output: str) -> None:
    for number in range(1, 6):
        assert f"\n{number}  " in output
    for letter in ("confirmation", "assigned", "relay", "reminder", "closed", "follow-up", "held"):
        assert f"({letter})" in output
    assert "\033[" not in output, "no colours where nobody sees them"


def _the_folders_are_there(lines: list[str], folder: Path) -> None:
    named = [folder / line.strip() for line in lines if line.startswith("  ") and "/cases/" in line]
    assert len(named) == 4
    for case in named:
        assert case.is_relative_to(folder / "demo-desk")
        assert json.loads((case / "case.json").read_text())
        assert (case / "0001-in.eml").exists()


def _a_second_demo_replaces_the_first(folder: Path) -> None:
    (folder / "demo-desk" / "left-over").write_text("of the first")
    settings = demo._settings(folder / "demo-desk")
    assert settings.data == folder / "demo-desk"
    assert [path.name for path in settings.data.iterdir()] == [demo.MARK]


def test_a_demo_at_work_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "demo-desk"
    store = TinydbStore(demo._settings(folder).data)
    (folder / "precious").write_text("do not remove")
    done = postcase("demo", "--fast", cwd=tmp_path)
    assert done.returncode == 75
    assert f"process {os.getpid()} is at work on {folder}" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "precious").exists()
    with pytest.raises(AlreadyRunning):
        demo._settings(folder)
    store.close()
    assert not (demo._settings(folder).data / "precious").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo-desk").mkdir()
    (tmp_path / "demo-desk" / "precious").write_text("do not remove")
    done = postcase("demo", "--fast", cwd=tmp_path)
    assert done.returncode == 70
    assert "demo-desk is there already and is no demo of mine" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "demo-desk" / "precious").read_text() == "do not remove"


def test_a_file_or_a_link_of_that_name_is_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / demo.MARK).write_text("an older demo")
    (tmp_path / "demo-desk").symlink_to(elsewhere)
    done = postcase("demo", "--fast", cwd=tmp_path)
    assert done.returncode == 70
    assert "Traceback" not in done.stderr
    assert (elsewhere / demo.MARK).exists()
