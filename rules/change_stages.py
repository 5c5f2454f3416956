"""Which way does a change go, and who may send it on? One table.

Read a row as: when a change is in STAGE and somebody of TEAM gives this order, it goes to NEXT. The owners of the cases
that wait for it are always told. A change that is declined gives its cases back to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.case import Stage
from rules.change import ChangeStage
from rules.staff import Team

PROPOSED = ChangeStage.PROPOSED
ACCEPTED = ChangeStage.ACCEPTED
DECLINED = ChangeStage.DECLINED
IN_WORK = ChangeStage.IN_WORK
IN_QA = ChangeStage.IN_QA
VERIFIED = ChangeStage.VERIFIED
TO_SOME = ChangeStage.RELEASED_TO_SOME
RELEASED = ChangeStage.RELEASED

MANAGEMENT, DEVELOPMENT, QA = Team.MANAGEMENT, Team.DEVELOPMENT, Team.QA


@dataclass(frozen=True, slots=True)
class StageRow:
    stage: ChangeStage
    order: str
    next: ChangeStage
    team: Team
    customers: bool  # of the cases that wait are told


TABLE = (
    #        while it is  by the order  it becomes  by whom      customers are told
    StageRow(PROPOSED,    "/accept",    ACCEPTED,   MANAGEMENT,  False),
    StageRow(PROPOSED,    "/decline",   DECLINED,   MANAGEMENT,  False),
    StageRow(DECLINED,    "/accept",    ACCEPTED,   MANAGEMENT,  False),
    StageRow(ACCEPTED,    "/decline",   DECLINED,   MANAGEMENT,  False),
    StageRow(ACCEPTED,    "/work",      IN_WORK,    DEVELOPMENT, False),
    StageRow(IN_WORK,     "/qa",        IN_QA,      DEVELOPMENT, True),
    StageRow(IN_QA,       "/verified",  VERIFIED,   QA,          False),
    StageRow(IN_QA,       "/failed",    IN_WORK,    QA,          False),
    StageRow(VERIFIED,    "/release",   RELEASED,   MANAGEMENT,  True),
    StageRow(TO_SOME,     "/release",   RELEASED,   MANAGEMENT,  True),  # or to some, again (rules/release.py)
)  # fmt: skip

# Where the cases that wait for it are meanwhile, in the words that their customers are told.
WAITING = {
    PROPOSED: Stage.QUEUE,
    ACCEPTED: Stage.QUEUE,
    IN_WORK: Stage.QUEUE,
    IN_QA: Stage.QA,
    VERIFIED: Stage.QA,
    TO_SOME: Stage.QA,
}

ORDERS = tuple(dict.fromkeys(row.order for row in TABLE))

_ROWS = {(row.stage, row.order): row for row in TABLE}


def row_for(stage: ChangeStage, order: str) -> StageRow | None:
    return _ROWS.get((stage, order))


def open_to(stage: ChangeStage, teams: tuple[Team, ...]) -> tuple[StageRow, ...]:
    """What somebody of these teams can do to a change in this stage."""
    return tuple(row for row in TABLE if row.stage is stage and row.team in teams)
