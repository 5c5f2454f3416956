"""How is a change released, and taken back before a letter has left? Who gets it is worked out in rules/release.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import release, wishes
from rules.case import Case, Post, Stage, Status
from rules.change import Change, ChangeStage, Release, Step
from rules.change_spread import Ordered, Scene, sales_of, went_on, with_everybody_told, with_home
from rules.decision import Decision
from rules.hours import local_time
from rules.lifecycle import Event
from rules.mail import Address
from rules.papers import withdraw_reminders
from rules.setting import OrderError
from rules.targets import answered

RELEASE = "/release"
_RELEASING = (str(Event.CHANGE_RELEASED), str(Event.CHANGE_BACK))


def released(change: Change, words: str, by: Ordered) -> Decision:
    """The letters wait in the outbox as long as the step can be taken back."""
    it, (line, _, notes) = by.it, words.strip().partition("\n")
    order = release.wanted(line, it.desk)
    if order.change not in (0, change.number):
        raise OrderError(f"{RELEASE} {order.change}: this mail answers a letter about change {change.number}")
    cases = it.waiting(change)
    fates = release.outcomes(change, cases.values(), order.to, it.desk, it.at.now)
    report = [f"{one.said}." for one in fates] or ["No case waits for it."]
    if order.dry:
        return _dry_run(change, order, notes.strip(), report, by)
    goes_out = it.at.now + it.desk.release_after
    after = ChangeStage.RELEASED_TO_SOME if order.to else ChangeStage.RELEASED
    got, withheld = (_customers(fates, fate) for fate in (release.Fate.GETS, release.Fate.WITHOUT))
    done = Release(order.version, it.at.now, by.staff.address.key, order.to, got, withheld)
    entry = by.entry(str(after), RELEASE, " ".join(line.split())[:200])
    step = Step(by.staff.address.key, goes_out, change.stage, after)
    change = replace(change, stage=after, step=step, releases=(*change.releases, done)).with_entry(entry)
    decided = {
        one.case: _gets(cases[one.case], one.fate, change, order.version, notes.strip(), by, goes_out) for one in fates
    }
    head = f"Change {change.number} ({change.title}) is {change.stage} in version {order.version}."
    said = [head, f"The letters go out at {local_time(goes_out, it.desk.timezone)}.", *report]
    return with_everybody_told(decided, change, notes.strip(), said, by, step.until)


def _customers(outcomes: tuple[release.Outcome, ...], fate: release.Fate) -> tuple[str, ...]:
    return tuple(Address(one.customer).key for one in outcomes if one.fate is fate)


def _dry_run(change: Change, order: release.Wanted, notes: str, report: list[str], by: Ordered) -> Decision:
    """Who would get what, and the letters as the customer of the first case would have them; nothing is done."""
    it = by.it
    home = it.home(change) or it.case
    sample = wishes.released(home, change, order.version, notes, "", it.at.now)
    without = wishes.withheld(home, change, order.version, sales_of(home, it.desk), it.at.now)
    letters = tuple(replace(one, to=by.staff.address, not_before=None) for one in (sample, without))
    receipt = by.receipt(it.case, ["Nothing has been done. The letters follow as customers would get them.", *report])
    return with_home(Decision(it.case, (receipt,), f"a dry run of change {change.number}"), change, letters, it)


def _gets(
    case: Case, fate: release.Fate, change: Change, version: str, notes: str, by: Ordered, goes_out: datetime
) -> Decision:
    """What the release means to one case."""
    if fate is release.Fate.WAITS:
        return went_on(case, Event.CHANGE_WENT_ON, change, str(fate), by, stage=None, told=str(fate))
    event = Event.CHANGE_BACK if fate in release.BACK else Event.CHANGE_RELEASED
    stage, told = Stage.RELEASED, str(fate)
    decision = went_on(case, event, change, told, by, stage=stage, told=told, goes_out=goes_out)
    case = decision.case
    if fate is release.Fate.GETS:
        starts = "" if case.closed else "remind_after"
        case = case if case.closed else withdraw_reminders(answered(case))
        letter = wishes.released(case, change, version, notes, starts, goes_out)
    elif fate is release.Fate.WITHOUT:
        letter = wishes.withheld(case, change, version, sales_of(case, by.it.desk), goes_out)
    else:
        return decision
    return replace(decision, case=case, wishes=(*decision.wishes, letter))


def recalled(change: Change, it: Scene) -> Scene:
    """The letters of the last release stay in the outbox, and its cases wait for the change once more."""
    last = change.releases[-1]
    cases = {number: _unreleased(one, last) for number, one in it.at.found.cases.items() if number in change.cases}
    case = _unreleased(it.case, last) if it.case.number in change.cases else it.case
    found = replace(it.at.found, cases={**it.at.found.cases, **cases})
    return replace(it, case=case, at=replace(it.at, found=found))


def _unreleased(case: Case, release: Release) -> Case:
    letters = (one for one in case.letters if one.name in ("released", "withheld") and one.created_at >= release.at)
    unsent = [one for one in letters if one.post is Post.WAITING]
    for letter in unsent:
        case = case.with_letter(replace(letter, post=Post.WITHDRAWN, next_attempt=None))
    hangs = case.timer is not None and case.timer.letter in {one.paper for one in unsent}
    touched = any(one.at == release.at and one.event in _RELEASING for one in case.history)
    if case.closed or not touched or not (hangs or case.status is Status.WITH_ENGINEER):
        return case
    return replace(case, status=Status.ESCALATED, timer=None)
