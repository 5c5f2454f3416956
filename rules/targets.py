"""By when has the desk promised to answer, and who is told when that is at risk?

The clock stands still while we wait for the customer.

when                                   told
a part of the time has passed          the owner, while there is still time
the time has passed                    the owner's lead
nobody has taken a critical case       the next engineer gets it, then the lead
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from rules.assignment import able_for
from rules.case import Acknowledgement, Case, Status, Target
from rules.desk import Desk
from rules.hours import Wait, after, between, time_after
from rules.severity import Level
from rules.workload import Workload

FIRST, NEXT = "first_answer", "next_answer"
RUNNING, WARNED, BROKEN = "", "warned", "broken"
LATE = "the answer we promised is late"  # in the history
LONGEST_STRETCH = 4  # times the target: what a customer is told on the worst of days


def promised(case: Case, desk: Desk, kind: str, now: datetime) -> Case:
    """The case with the clock of its severity running from now on."""
    wait = wait_of(desk.triage.level(case.severity), kind)
    return replace(case, target=_target(kind, now, wait, desk, case) if wait else None)


def recounted(case: Case, desk: Desk, now: datetime) -> Case:
    """Another severity has another target, counted from the same moment; from now on if there was none."""
    if case.target:
        return promised(case, desk, case.target.kind, case.target.since)
    if case.status is not Status.WITH_ENGINEER:
        return case
    return promised(case, desk, NEXT if any(one.name == "relay" for one in case.letters) else FIRST, now)


def answered(case: Case) -> Case:
    return replace(case, target=None, acknowledgement=None)


def summoned(case: Case, desk: Desk, now: datetime, asked: tuple[str, ...] = ()) -> Case:
    """The owner must answer within the time of this severity; `asked` are those who did not."""
    wait = desk.triage.level(case.severity).acknowledge
    if wait is None:
        return replace(case, acknowledgement=None)
    due = after(desk.hours_of(case.severity), now, wait)
    return replace(case, acknowledgement=Acknowledgement(due, (*asked, case.owner.key)))


def wait_of(level: Level, kind: str) -> Wait | None:
    return level.first_answer if kind == FIRST else level.next_answer


def expected(case: Case, desk: Desk, skills: frozenset[str], workload: Workload, now: datetime) -> datetime | None:
    """When the customer can expect an answer on a day like this: the target, stretched by what there is to do."""
    wait = wait_of(desk.triage.level(case.severity), FIRST)
    if wait is None:
        return None
    stretch = stretched(desk, skills, workload)
    longer = Wait(math.ceil(wait.days * stretch), wait.time * stretch)
    return _rounded(after(desk.hours_of(case.severity), now, longer))


def stretched(desk: Desk, skills: frozenset[str], workload: Workload) -> float:
    """How many times more there is to do than those who know the product can carry; at least 1."""
    able = able_for(skills, desk) or list(desk.engineers)
    carried = sum(workload.weight(engineer, desk.triage) for engineer in able)
    return min(max(carried / sum(engineer.capacity for engineer in able), 1.0), LONGEST_STRETCH)


def _target(kind: str, since: datetime, wait: Wait, desk: Desk, case: Case) -> Target:
    hours = desk.hours_of(case.severity)
    due = after(hours, since, wait)
    warn = time_after(hours, since, between(hours, since, due) * desk.warn_at)
    return Target(kind, since, due, min(warn, due))


def _rounded(moment: datetime) -> datetime:
    """Nobody is promised an answer by a minute: the next multiple of five."""
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (timedelta(minutes=5) - over if over else over)
