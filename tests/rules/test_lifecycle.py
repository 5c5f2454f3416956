"""Is the lifecycle table whole, and do the docs show this very table?"""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon import lifecycle_page
from daemon.config.settings import Settings
from daemon.letters.letter_samples import SAMPLES
from rules.case import Status
from rules.lifecycle import FOLLOWED, HELD, NEVER, RUNS_ON, STOP, TABLE, Event, Row, row_for

DOCS = Path(__file__).parents[2] / "docs"
WAITS = ("remind_after", "remind_again_after", "close_after")

every_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.state}+{row.event.name.lower()}")


def test_there_is_one_row_for_each_state_and_each_event() -> None:
    assert sorted((row.state, row.event) for row in TABLE) == sorted((one, two) for one in Status for two in Event)


@every_row
def test_the_row_for_a_state_and_an_event_is_found(row: Row) -> None:
    assert row_for(row.state, row.event) is row


def test_no_row_leads_out_of_closed() -> None:
    assert {row.next for row in TABLE if row.state is Status.CLOSED} == {Status.CLOSED}


def test_no_wait_runs_on_a_closed_case() -> None:
    assert {row.timer for row in TABLE if row.next is Status.CLOSED} == {STOP}


@every_row
def test_every_letter_of_the_table_has_a_template(row: Row) -> None:
    assert row.letter == "" or row.letter in SAMPLES


@every_row
def test_every_wait_of_the_table_is_a_key_of_the_configuration(row: Row, settings: Settings) -> None:
    assert row.timer in (STOP, RUNS_ON, HELD, *settings.desk.waits)


def test_the_table_uses_every_wait_of_the_configuration(settings: Settings) -> None:
    assert {row.timer for row in TABLE} - {STOP, RUNS_ON, HELD} == set(settings.desk.waits) == set(WAITS)


def test_only_an_answer_to_the_customer_a_release_his_silence_or_his_wish_starts_a_wait() -> None:
    starting = {row.event for row in TABLE if row.timer in WAITS}
    assert starting == {
        Event.ENGINEER_ANSWERED,
        Event.ENGINEER_INVITED,
        Event.ENGINEER_WAITS,
        Event.SILENCE,
        Event.CUSTOMER_LATER,
        Event.CHANGE_RELEASED,
    }


def test_machines_strangers_and_unproven_mail_never_change_a_state_or_stop_a_wait() -> None:
    powerless = (Event.MACHINE_WROTE, Event.STRANGER_WROTE, Event.ENGINEER_UNPROVEN, Event.ENGINEER_NOTED)
    for row in TABLE:
        if row.event in powerless and row.state is not Status.CLOSED:
            assert (row.next, row.timer) == (row.state, RUNS_ON), f"{row.state} + {row.event}"


def test_silence_cannot_be_where_nobody_waits_for_the_customer() -> None:
    assert {row.state for row in TABLE if row.remark == NEVER} == {
        Status.WITH_ENGINEER,
        Status.ESCALATED,
        Status.CLOSED,
    }


def test_every_open_state_can_be_left_by_the_customer_and_by_an_engineer() -> None:
    for state in Status:
        if state is not Status.CLOSED:
            ours = Status.ESCALATED if state is Status.ESCALATED else Status.WITH_ENGINEER
            assert row_for(state, Event.CUSTOMER_WROTE).next is ours
            assert row_for(state, Event.CUSTOMER_WROTE).timer == STOP
            assert row_for(state, Event.ENGINEER_CLOSED).next is Status.CLOSED


def test_the_table_says_that_new_mail_to_a_closed_case_counts_on_the_open_one_that_follows_it() -> None:
    """Played in tests/conversations/04-closed-is-final.txt: a stranger's mail is held there."""
    opening = [row for row in TABLE if row.state is Status.CLOSED and row.letter in ("follow-up", "confirmation")]
    assert len(opening) == 3
    assert all(FOLLOWED in row.remark for row in opening)


def test_the_page_in_the_docs_is_drawn_from_this_table() -> None:
    assert (DOCS / "lifecycle.md").read_text(encoding="utf-8") == lifecycle_page.page(), (
        "run: python -m daemon.lifecycle_page > docs/lifecycle.md"
    )


def test_the_picture_in_the_docs_is_drawn_from_this_table() -> None:
    assert (DOCS / "lifecycle.svg").read_text(encoding="utf-8") == lifecycle_page.picture(), (
        "run: python -m daemon.lifecycle_page svg > docs/lifecycle.svg"
    )


@pytest.fixture(scope="module")
def settings() -> Settings:
    from daemon.config.load import load

    return load(DOCS.parent / "config.toml")
