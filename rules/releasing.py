"""How is a change released, and taken back before a letter has left? Who gets it is worked out in rules/release.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import release, wishes
from rules.case import Case, Post, Stage, Status
from rules.change import Change, ChangeStage, Release, Step
from rules.change_spread import Scene, sales_of, with_everybody_told, with_home
from rules.decision import Decision
from rules.hours import local_time
from rules.lifecycle import Event
from rules.mail import Address, Mail
from rules.papers import withdraw_reminders
from rules.setting import OrderError
from rules.staff import Staff
from rules.targets import answered
from rules.transition import went

RELEASE = "/release"
_RELEASING = (str(Event.CHANGE_RELEASED), str(Event.CHANGE_BACK))


def released(change: Change, words: str, mail: Mail, it: Scene, staff: Staff) -> Decision:
    """The letters wait in the outbox as long as the step can be taken back."""
    line, _, notes = words.strip().partition("\n")
    order = release.wanted(line, it.desk)
    if order.change not in (0, change.number):
        raise OrderError(f"{RELEASE} {order.change}: this mail answers a letter about change {change.number}")
    cases = it.waiting(change)
    fates = release.outcomes(change, cases.values(), order.to, it.desk, it.at.now)
    report = [f"{one.said}." for one in fates] or ["No case waits for it."]
    if order.dry:
        return _dry_run(change, order, notes.strip(), report, mail, it, staff)
    goes_out = it.at.now + it.desk.release_after
    after = ChangeStage.RELEASED_TO_SOME if order.to else ChangeStage.RELEASED
    got, withheld = (_customers(fates, fate) for fate in (release.Fate.GETS, release.Fate.WITHOUT))
    done = Release(order.version, it.at.now, staff.address.key, order.to, got, withheld)
    entry = it.entry(str(after), RELEASE, " ".join(line.split())[:200], staff.address.address)
    step = Step(staff.address.key, goes_out, change.stage, after)
    change = replace(change, stage=after, step=step, releases=(*change.releases, done)).with_entry(entry)
    decided = {
        one.case: _gets(cases[one.case], one.fate, change, order.version, notes.strip(), it, staff, goes_out)
        for one in fates
    }
    head = f"Change {change.number} ({change.title}) is {change.stage} in version {order.version}."
    said = [head, f"The letters go out at {local_time(goes_out, it.desk.timezone)}.", *report]
    return with_everybody_told(decided, change, notes.strip(), said, mail, it, staff, step.until)


def _customers(outcomes: tuple[release.Outcome, ...], fate: release.Fate) -> tuple[str, ...]:
    return tuple(Address(one.customer).key for one in outcomes if one.fate is fate)


def _dry_run(
    change: Change, order: release.Wanted, notes: str, report: list[str], mail: Mail, it: Scene, staff: Staff
) -> Decision:
    """Who would get what, and the letters as the customer of the first case would have them; nothing is done."""
    home = it.home(change) or it.case
    sample = wishes.released(home, change, order.version, notes, "", it.at.now)
    without = wishes.withheld(home, change, order.version, sales_of(home, it.desk), it.at.now)
    letters = tuple(replace(one, to=staff.address, not_before=None) for one in (sample, without))
    done = ["Nothing has been done. The letters follow as customers would get them.", *report]
    receipt = wishes.staff_receipt(it.case, staff, mail, done, "", "")
    return with_home(Decision(it.case, (receipt,), f"a dry run of change {change.number}"), change, letters, it)


def _gets(
    case: Case,
    fate: release.Fate,
    change: Change,
    version: str,
    notes: str,
    it: Scene,
    staff: Staff,
    goes_out: datetime,
) -> Decision:
    """What the release means to one case."""
    if fate is release.Fate.WAITS:
        return _told(case, Event.CHANGE_WENT_ON, change, fate, it, staff, None)
    if fate in release.BACK:
        decision = _told(case, Event.CHANGE_BACK, change, fate, it, staff, goes_out)
        if fate is not release.Fate.WITHOUT:
            return decision
        letter = wishes.withheld(decision.case, change, version, sales_of(case, it.desk), goes_out)
        return replace(decision, wishes=(*decision.wishes, letter))
    decision = _told(case, Event.CHANGE_RELEASED, change, fate, it, staff, goes_out)
    starts = "" if case.closed else "remind_after"
    letter = wishes.released(decision.case, change, version, notes, starts, goes_out)
    return replace(decision, wishes=(*decision.wishes, letter))


def _told(
    case: Case, event: Event, change: Change, fate: release.Fate, it: Scene, staff: Staff, goes_out: datetime | None
) -> Decision:
    entry = it.entry(str(event), f"change {change.number}", str(fate), staff.address.address)
    after = went(case, event, entry, it.desk, it.at.now)
    if after.closed:
        return Decision(after, reason=f"change {change.number}: {fate}")
    if after.escalation and fate is not release.Fate.WAITS:
        after = replace(after, escalation=replace(after.escalation, stage=Stage.RELEASED))
    after = withdraw_reminders(answered(after)) if event is Event.CHANGE_RELEASED else after
    notice = wishes.change_notice(after, it.desk, change, "", staff, str(fate), goes_out)
    return Decision(after, (notice,), f"change {change.number}: {fate}")


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
