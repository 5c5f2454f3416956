"""How does a case come to wait for a change, who weighs the change, and what do the cases learn of its way?

    engineer   /escalate maintenance TITLE    a new change; the case waits for it
               /escalate maintenance 17       the case waits for a change that there is already
    staff      /vote 4                        what it is worth to them; engineers have a vote as well
               /accept, /decline, /work ...   the next step (rules/change_stages.py)

The letters to staff about a change lie on the case that it began with, its home, so that they are one conversation. Each
step tells the owners of all cases that wait; customers hear what the table says they shall.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import releasing, wishes
from rules.case import Case, Escalation, Stage, Status
from rules.change import MOST_POINTS, Change, ChangeStage, Step, Vote
from rules.change_spread import Scene, sales_of, staff_told, with_everybody_told, with_home
from rules.change_stages import WAITING, StageRow, open_to, row_for
from rules.commands import Orders
from rules.decision import Decision, Wish
from rules.hours import local_time
from rules.lifecycle import Event
from rules.lookups import number_in
from rules.mail import Mail
from rules.people import Engineer
from rules.setting import Done, OrderError, Setting
from rules.staff import CALLED, Staff, Team
from rules.transition import went
from rules.undo import WITHIN


def escalated(words: str, mail: Mail, it: Scene, engineer: Engineer) -> Decision:
    """`words`: what follows /escalate maintenance. Errors: OrderError."""
    words = words.strip()
    if not words:
        raise OrderError("/escalate maintenance: expected what shall change, in a line, or the number of a change")
    if not it.desk.asked_about(it.case.product, Team.MANAGEMENT):
        raise OrderError(
            f'/escalate maintenance: nobody weighs it; expected a [[staff]] with "{Team.MANAGEMENT}" among the teams'
        )
    known = it.case.escalation
    if (
        known
        and known.change
        and it.case.status is Status.ESCALATED
        and it.at.found.change
        and it.at.found.change.is_open
    ):
        raise OrderError(f"/escalate maintenance: the case waits for change {known.change} already")
    first, _, rest = words.partition("\n")
    number = number_in(first)
    change = _joined(number, it) if number else _proposed(first.strip(), it, engineer)
    return _waiting(change, rest.strip(), bool(number), mail, it, engineer)


def _proposed(title: str, it: Scene, engineer: Engineer) -> Change:
    entry = it.entry("proposed", f"case {it.case.number}", title, engineer.address.address)
    number = it.at.found.next_change
    return Change(number, title, it.case.product, it.at.now, it.case.number, history=(entry,))


def _joined(number: int, it: Scene) -> Change:
    change = it.at.found.change
    if change is None or change.number != number:
        raise OrderError(f"/escalate maintenance {number}: there is no change {number}")
    if not change.is_open:
        raise OrderError(f"/escalate maintenance {number}: that change is {change.stage}")
    return change


def _waiting(change: Change, words: str, joins: bool, mail: Mail, it: Scene, engineer: Engineer) -> Decision:
    cases = tuple(dict.fromkeys((*change.cases, it.case.number)))
    change = replace(change, cases=cases)
    before = it.case.escalation or Escalation(Stage.QUEUE, it.at.now)
    escalation = replace(before, stage=WAITING[change.stage], since=it.at.now, change=change.number)
    case = replace(it.case, escalation=escalation, home_of=it.case.home_of if joins else change.number)
    done = [f"The case waits for change {change.number}: {change.title} ({change.stage}). It stays yours."]
    letters: tuple[Wish, ...] = ()
    if case.customer.address:
        sales = sales_of(case, it.desk)
        letters += (wishes.escalated(case, escalation.stage, sales),)
        if sales:
            letters += (wishes.change(case, sales, change, "sales", "", engineer.name, ()),)
            done.append(
                f"The customer has been told, and that {sales.name} is his contact for the roadmap; so has {sales.name}."
            )
        else:
            done.append("The customer has been told.")
    letters += (wishes.receipt(case, engineer, mail, done),)
    if joins:
        entry = it.entry("joined", f"case {case.number}", case.subject, engineer.address.address)
        change = change.with_entry(entry)
    told = staff_told(change, "joined" if joins else "proposed", words, engineer.name, it)
    return with_home(Decision(case, letters, f"waits for change {change.number}", changes=(change,)), change, told, it)


# What staff orders.


def stepped(orders: Orders, mail: Mail, it: Scene, staff: Staff) -> Decision:
    """One step of a change, or a vote, ordered by somebody of the right team. Errors: OrderError."""
    change = it.at.found.change
    if change is None:
        raise OrderError("this case is about no change")
    if orders.has("/vote"):
        return _voted(change, orders.argument("/vote"), mail, it, staff)
    if orders.has("/undo"):
        return _taken_back(change, mail, it, staff)
    order = orders.orders[0].row.word
    row = _row(change, order, staff)
    if order == releasing.RELEASE:
        return releasing.released(change, orders.words, mail, it, staff)
    words = orders.words.strip()
    entry = it.entry(str(row.next), order, words[:200], staff.address.address)
    step = Step(staff.address.key, it.at.now + WITHIN, change.stage, row.next)
    change = replace(change, stage=row.next, step=step).with_entry(entry)
    done = [f"Change {change.number} ({change.title}) is {change.stage} now."]
    return _spread(change, row.customers, words, done, mail, it, staff, step.until)


def _row(change: Change, order: str, staff: Staff) -> StageRow:
    row = row_for(change.stage, order)
    possible = ", ".join(one.order for one in open_to(change.stage, staff.teams)) or "nothing"
    if row is None:
        raise OrderError(f"{order}: change {change.number} is {change.stage}; what you can do now: {possible}")
    if row.team not in staff.teams:
        raise OrderError(f"{order} is for {CALLED[row.team]}; what you can do now: {possible}")
    return row


def _spread(
    change: Change,
    customers: bool,
    words: str,
    done: list[str],
    mail: Mail,
    it: Scene,
    staff: Staff,
    until: datetime | None,
) -> Decision:
    """The step reaches the cases that wait, their owners, the other teams; who ordered it gets a receipt."""
    cases = it.waiting(change)
    gone_on = {number: _gone_on(one, change, words, customers, it, staff) for number, one in cases.items()}
    return with_everybody_told(gone_on, change, words, done, mail, it, staff, until)


def _gone_on(case: Case, change: Change, words: str, customers: bool, it: Scene, staff: Staff) -> Decision:
    """What the step means to one case that waits."""
    event = Event.CHANGE_WENT_ON if change.is_open else Event.CHANGE_DECLINED
    entry = it.entry(str(event), f"change {change.number}", str(change.stage), staff.address.address)
    case = went(case, event, entry, it.desk, it.at.now)
    if case.closed:
        return Decision(case)
    if case.escalation and change.is_open:
        case = replace(case, escalation=replace(case.escalation, stage=WAITING[change.stage]))
    letters: tuple[Wish, ...] = (wishes.change_notice(case, it.desk, change, words, staff),)
    if customers and case.customer.address and case.escalation:
        letters += (wishes.escalated(case, case.escalation.stage, sales_of(case, it.desk)),)
    return Decision(case, letters, f"change {change.number}: {change.stage}")


def _voted(change: Change, argument: str, mail: Mail, it: Scene, staff: Staff) -> Decision:
    change = with_vote(change, argument, it, staff.address.key, staff.weight)
    done = [_counted(change)]
    letters = (wishes.staff_receipt(it.case, staff, mail, done, "", "", None),)
    return Decision(it.case, letters, f"a vote on change {change.number}", changes=(change,))


def with_vote(change: Change, argument: str, it: Scene, by: str, weight: int) -> Change:
    """Errors: OrderError."""
    points = argument.strip()
    if not (points.isascii() and points.isdigit() and 1 <= int(points[:3]) <= MOST_POINTS):
        raise OrderError(f"/vote {argument}: expected a number from 1 (some day) to {MOST_POINTS} (at once)")
    if not change.is_open:
        raise OrderError(f"/vote {argument}: change {change.number} is {change.stage}")
    entry = it.entry("vote", "/vote", f"{points}, counted {weight} times" if weight > 1 else points, by)
    return change.with_vote(Vote(by, int(points), weight, it.at.now)).with_entry(entry)


def _counted(change: Change) -> str:
    return f"Your vote is counted: change {change.number} ({change.title}) has a priority of {change.priority} now."


def _taken_back(change: Change, mail: Mail, it: Scene, staff: Staff) -> Decision:
    step = change.step
    if step is None or step.by != staff.address.key or change.stage is not step.after:
        raise OrderError(
            f"there is no step of yours that could be taken back; change {change.number} is {change.stage}"
        )
    if it.at.now > step.until:
        over = local_time(step.until, it.desk.timezone)
        raise OrderError(f"that step could be taken back until {over}, and this is over")
    entry = it.entry(str(step.before), "/undo", f"it was {step.after}", staff.address.address)
    if step.after in (ChangeStage.RELEASED, ChangeStage.RELEASED_TO_SOME):
        it = releasing.recalled(change, it)
        change = replace(change, releases=change.releases[:-1])
    change = replace(change, stage=step.before, step=None).with_entry(entry)
    done = [f"Change {change.number} ({change.title}) is {change.stage} again."]
    return _spread(change, False, "", done, mail, it, staff, None)


# What engineers order about a change.


def vote(argument: str, it: Setting) -> Done:
    """`/vote 4`, on a case that waits for a change."""
    change = it.at.found.change
    if change is None:
        raise OrderError("/vote: this case waits for no change; /escalate maintenance proposes one")
    changed = with_vote(change, argument, Scene(it.case, it.desk, it.at), it.engineer.address.key, 1)
    return Done(it.case, (_counted(changed),), changes=(changed,))


def left(case: Case, decision: Decision, it: Scene, engineer: Engineer) -> Decision:
    """The engineer took it back that the case waits: the change goes on without it, or not at all."""
    change = it.at.found.change
    if change is None or case.number not in change.cases:
        return decision
    cases = tuple(number for number in change.cases if number != case.number)
    undecided = change.stage is ChangeStage.PROPOSED and not cases
    entry = it.entry("left", f"case {case.number}", "", engineer.address.address)
    stage = ChangeStage.WITHDRAWN if undecided else change.stage
    change = replace(change, cases=cases, stage=stage).with_entry(entry)
    told = staff_told(change, "left", "", engineer.name, replace(it, case=decision.case))
    return with_home(replace(decision, changes=(change,)), change, told, replace(it, case=decision.case))
