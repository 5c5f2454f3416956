"""Whom does a step of a change reach? The cases that wait, their owners and customers, and everybody who weighs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules import wishes
from rules.case import Case, Entry, Stage
from rules.change import Change
from rules.change_stages import open_to
from rules.circumstances import Circumstances
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.lifecycle import Event
from rules.mail import Mail
from rules.staff import Staff, Team
from rules.transition import went

WEIGH = (Team.MANAGEMENT, Team.DEVELOPMENT, Team.QA, Team.SALES)  # who hears of a change


@dataclass(frozen=True, slots=True)
class Scene:
    """On what a step works: the case whose mail it is, and everything that hangs on the change."""

    case: Case
    desk: Desk
    at: Circumstances

    def entry(self, event: str, rule: str, evidence: str, by: str) -> Entry:
        return Entry(self.at.now, event, rule, evidence, by)

    def one(self, number: int) -> Case | None:
        """A case that waits for the change, or is its home."""
        return self.case if number == self.case.number else self.at.found.cases.get(number)

    def waiting(self, change: Change) -> dict[int, Case]:
        """But for those that wait for another change by now."""
        cases = {number: case for number in change.cases if (case := self.one(number))}
        return {number: case for number, case in cases.items() if not _waits_for_another(case, change)}

    def home(self, change: Change) -> Case | None:
        return self.one(change.home)


def _waits_for_another(case: Case, change: Change) -> bool:
    return case.escalation is not None and case.escalation.change not in (0, change.number)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who of another team orders something by which mail, and on what it works."""

    it: Scene
    staff: Staff
    mail: Mail

    def entry(self, event: str, rule: str, evidence: str) -> Entry:
        return self.it.entry(event, rule, evidence, self.staff.address.address)

    def receipt(self, case: Case, done: list[str], until: datetime | None = None) -> Wish:
        """`until`: when what was done can be taken back."""
        return wishes.staff_receipt(case, self.staff, self.mail, done, "", "", until)


def sales_of(case: Case, desk: Desk) -> Staff | None:
    """The sales representative of the customer's organisation."""
    organisation = desk.organisation_named(case.organisation)
    address = organisation.sales if organisation else None
    return desk.staff_at(address) if address else None


def went_on(
    case: Case,
    event: Event,
    change: Change,
    what: str,
    by: Ordered,
    *,
    stage: Stage | None,
    words: str = "",
    told: str = "",
    goes_out: datetime | None = None,
) -> Decision:
    """What a step means to one case that waits: its next state, and its owner is told. A closed one only notes it.

    `stage`: where it waits from now on; None: as before.
    """
    case = went(case, event, by.entry(str(event), f"change {change.number}", what), by.it.desk, by.it.at.now)
    reason = f"change {change.number}: {what}"
    if case.closed:
        return Decision(case, reason=reason)
    if case.escalation and stage:
        case = replace(case, escalation=replace(case.escalation, stage=stage))
    return Decision(case, (wishes.change_notice(case, by.it.desk, change, words, by.staff, told, goes_out),), reason)


def with_everybody_told(
    gone_on: dict[int, Decision], change: Change, words: str, done: list[str], by: Ordered, until: datetime | None
) -> Decision:
    """The step reaches the cases that wait, and the other teams; who ordered it gets a receipt."""
    mine = gone_on.pop(by.it.case.number, Decision(by.it.case))
    letters = (*mine.wishes, by.receipt(mine.case, done, until))
    reason = f"change {change.number}: {change.stage}"
    decision = Decision(mine.case, letters, reason, others=tuple(gone_on.values()), changes=(change,))
    told = staff_told(change, "stage", words, by.staff.name, by.it, but=by.staff)
    return with_home(decision, change, told, by.it)


def staff_told(
    change: Change, about: str, words: str, by: str, it: Scene, but: Staff | None = None
) -> tuple[Wish, ...]:
    """The same letter to everybody who weighs the change, on its home; each is told what he can do."""
    home = it.home(change)
    readers = {
        one.address.key: one for team in WEIGH for one in it.desk.asked_about(change.product, team) if one != but
    }
    if home is None:
        return ()
    return tuple(
        wishes.change(home, one, change, about, words, by, tuple(row.order for row in open_to(change.stage, one.teams)))
        for one in readers.values()
    )


def with_home(decision: Decision, change: Change, letters: tuple[Wish, ...], it: Scene) -> Decision:
    """The letters go with the home of the change, whichever case the decision is about."""
    home = it.home(change)
    if home is None or not letters:
        return decision
    if home.number == decision.case.number:
        return replace(decision, wishes=(*decision.wishes, *letters))
    others = {one.case.number: one for one in decision.others}
    known = others.get(home.number, Decision(home, reason=f"change {change.number}: {change.stage}"))
    others[home.number] = replace(known, wishes=(*known.wishes, *letters))
    return replace(decision, others=tuple(others.values()))
