"""Does each engineer get his list once a day, whatever becomes of the daemon in between, and of the others' lists?"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from conversations.player import DESKS, Player

from daemon import routines
from rules import morning

ANN, EVA, MAX = "ann@customer.example", "eva@desk.example", "max@desk.example"
DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Player]:
    """Both engineers have a case; their first morning is noted."""
    player = Player(tmp_path, DESKS["mornings"])
    for customer in (ANN, "bob@elsewhere.example"):
        player.write(customer, "Printer on fire", "Help.", [])
    player.fresh()
    yield player
    player.close()


def lists(desk: Player) -> list[str]:
    return sorted(sent.line for sent in desk.fresh() if sent.message["X-Postcase-Letter"] == "worklist")


def test_the_first_morning_ever_is_only_noted(desk: Player) -> None:
    desk.pass_time(timedelta(hours=3))
    assert lists(desk) == []


def test_a_restart_is_no_morning(desk: Player) -> None:
    desk.pass_time(DAY)
    first = lists(desk)
    assert [line.split()[0] for line in first] == [EVA, MAX]
    desk.outage(timedelta(minutes=2))
    desk.pass_time(timedelta(hours=4))
    assert lists(desk) == []
    desk.pass_time(DAY)
    assert lists(desk) == first, "each in the same book"


def test_who_has_no_open_case_gets_none_and_cases_of_the_day_come_the_next_morning(desk: Player) -> None:
    for subject in ("assigned #1", "assigned #2"):
        reader = next(sent.to for sent in desk.server.taken if sent.line.endswith(f"[Case #{subject[-1]}] assigned"))
        desk.write(reader, f"answers {subject}", "/close", [])
    desk.pass_time(DAY)
    assert lists(desk) == []
    desk.write(ANN, "Printer smells", "Help.", [])
    desk.pass_time(timedelta(hours=4))
    assert lists(desk) == []
    desk.pass_time(DAY)
    assert len(lists(desk)) == 1


def test_a_list_that_cannot_be_written_is_told_once_and_stops_nobody_elses(
    desk: Player, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written = morning.work_list

    def refuses_eva(book, engineer, *more):  # type: ignore[no-untyped-def]
        if engineer.address.address == EVA:
            raise ValueError("no such word")
        return written(book, engineer, *more)

    monkeypatch.setattr(routines.morning, "work_list", refuses_eva)
    with caplog.at_level(logging.ERROR):
        desk.pass_time(DAY)
    assert [line.split()[0] for line in lists(desk)] == [MAX]
    assert [one.getMessage() for one in caplog.records] == [f"no work list today for <{EVA}>: no such word"]


def test_a_full_book_is_followed_by_a_new_one(desk: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.book.MOST_PAPERS", 2)
    books = set()
    for _ in range(3):
        desk.pass_time(DAY)
        books |= {line for line in lists(desk) if line.startswith(EVA)}
    assert len(books) == 2
    assert desk.store.open_numbers() == [1, 2]


def test_an_answer_to_a_letter_of_a_full_book_does_not_end_the_present_one(
    desk: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rules.book.MOST_PAPERS", 2)
    books = []
    for _ in range(3):
        desk.pass_time(DAY)
        books += [line for line in lists(desk) if line.startswith(EVA)]
    full, _, present = (line.split("#")[1].split("]")[0] for line in books)
    assert full != present
    desk.write(EVA, f"answers worklist #{full}", "/list", [])
    desk.pass_time(DAY)
    assert [line.split("#")[1].split("]")[0] for line in lists(desk) if line.startswith(EVA)] == [present]


def test_a_list_that_was_taken_is_noted_in_its_book_alone(desk: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second file in the batch would leave more time between the server's yes and the note of it."""
    desk.server.down = True
    desk.pass_time(DAY)
    noted: list[str] = []
    monkeypatch.setattr(
        "daemon.storage.staged_batch.StagedBatch.set_state", lambda batch, name, value: noted.append(name)
    )
    desk.server.down = False
    desk.outbox.post_waiting()
    assert len(lists(desk)) == 2
    assert noted == []
