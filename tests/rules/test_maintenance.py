"""Does a change go its way, with a voice for everybody, and can it always end?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import DEV, EVA, MONDAY, mail

from rules.case import Entry
from rules.change import Change, ChangeStage, Vote
from rules.change_stages import ORDERS, TABLE, WAITING, open_to, row_for
from rules.lookups import wanted_by
from rules.staff import Team
from rules.staff_orders import CHANGE_ORDERS, WORDS, steps

CHANGE = Change(17, "Cooler fuser", "Printer driver", MONDAY, 7, cases=(7, 8))
DECIDED = (ChangeStage.DECLINED, ChangeStage.WITHDRAWN, ChangeStage.RELEASED)


def test_every_step_is_told_apart_and_every_order_is_one_of_the_staff() -> None:
    assert len({(row.stage, row.order) for row in TABLE}) == len(TABLE)
    assert set(ORDERS) <= set(CHANGE_ORDERS) <= set(WORDS)
    assert all(row.next is not row.stage for row in TABLE)


@pytest.mark.parametrize("stage", [row.stage for row in TABLE if row.stage is not ChangeStage.RELEASED_TO_SOME])
def test_every_stage_is_reached_from_a_proposal(stage: ChangeStage) -> None:
    reached = {ChangeStage.PROPOSED}
    for _ in ChangeStage:
        reached |= {row.next for row in TABLE if row.stage in reached}
    assert stage in reached


@pytest.mark.parametrize("stage", ChangeStage)
def test_cases_wait_somewhere_as_long_as_somebody_still_has_to_do_something(stage: ChangeStage) -> None:
    assert (stage in WAITING) == replace(CHANGE, stage=stage).is_open == (stage not in DECIDED)


def test_only_the_team_of_a_step_is_offered_it() -> None:
    assert [row.order for row in open_to(ChangeStage.IN_QA, (Team.QA,))] == ["/verified", "/failed"]
    assert open_to(ChangeStage.IN_QA, (Team.DEVELOPMENT, Team.SALES)) == ()
    assert row_for(ChangeStage.PROPOSED, "/verified") is None


def test_the_priority_is_the_sum_of_the_votes_each_as_often_as_its_voice_counts() -> None:
    voted = CHANGE.with_vote(Vote(DEV.key, 2, 3, MONDAY)).with_vote(Vote(EVA.key, 5, 1, MONDAY))
    assert (CHANGE.priority, voted.priority) == (0, 11)


def test_a_later_vote_of_the_same_person_replaces_the_one_before() -> None:
    voted = CHANGE.with_vote(Vote(DEV.key, 2, 3, MONDAY)).with_vote(Vote(DEV.key, 1, 3, MONDAY))
    assert (voted.priority, len(voted.votes)) == (3, 1)


def test_its_way_is_kept() -> None:
    entry = Entry(MONDAY, "proposed", "case 7", "Cooler fuser", EVA.address)
    assert CHANGE.with_entry(entry).history == (entry,)


@pytest.mark.parametrize("words", ["maintenance 17", "maintenance: 17", "Maintenance #17\n\nplease", "maintenance\n17"])
def test_the_change_that_an_order_names_is_looked_up_however_it_is_written(words: str) -> None:
    wanted = wanted_by(mail(EVA, text=f"/escalate {words}"), None)
    assert (wanted.change, wanted.escalates) == (17, True)


def test_nothing_is_read_that_the_mail_cannot_need() -> None:
    note, answer = (
        wanted_by(mail(EVA, text="/note She called."), None),
        wanted_by(mail(EVA, text="Pull the plug."), None),
    )
    assert (note.story, note.escalates, answer.story, answer.escalates) == (False, False, True, False)
    assert [wanted_by(mail(EVA, text=text), None).story for text in ("/severity B", "/assign max", "/severity B\nYes.")] == [
        False, True, True,
    ]  # fmt: skip
    assert [steps(mail(DEV, text=text)) for text in ("/vote 3", "Which zip?", "/qa", "/undo")] == [
        False,
        False,
        True,
        True,
    ]
