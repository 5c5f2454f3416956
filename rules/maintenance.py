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
from rules.case import Case, Escalation, Letter, Stage, Status
from rules.change import MOST_POINTS, Change, ChangeStage, Step, Vote
from rules.change_spread import Ordered, Scene, sales_of, staff_told, went_on, with_everybody_told, with_home
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
    waits_for, change = it.case.escalation.change if it.case.escalation else 0, it.at.found.change
    if waits_for and it.case.status is Status.ESCALATED and change and change.is_open:
        raise OrderError(f"/escalate maintenance: the case waits for change {waits_for} already")
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


def stepped(orders: Orders, by: Ordered, answers: Letter | None = None) -> Decision:
    """One step of a change, or a vote, ordered by somebody of the right team in answer to a letter. Errors: OrderError."""
    change = by.it.at.found.change
    if change is None:
        raise OrderError("this case is about no change")
    if answers and answers.created_at < change.opened_at:
        raise OrderError(f"this mail answers a letter that is older than change {change.number}; answer one about that")
    if orders.has("/vote"):
        return _voted(change, orders.argument("/vote"), by)
    if orders.has("/undo"):
        return _taken_back(change, by)
    order = orders.orders[0].row.word
    row = _row(change, order, by.staff)
    if order == releasing.RELEASE:
        return releasing.released(change, orders.words, by)
    words = orders.words.strip()
    step = Step(by.staff.address.key, by.it.at.now + WITHIN, change.stage, row.next)
    change = replace(change, stage=row.next, step=step).with_entry(by.entry(str(row.next), order, words[:200]))
    done = [f"Change {change.number} ({change.title}) is {change.stage} now."]
    return _spread(change, row.customers, words, done, by, step.until)


def _row(change: Change, order: str, staff: Staff) -> StageRow:
    row = row_for(change.stage, order)
    possible = ", ".join(one.order for one in open_to(change.stage, staff.teams)) or "nothing"
    if row is None:
        raise OrderError(f"{order}: change {change.number} is {change.stage}; what you can do now: {possible}")
    if row.team not in staff.teams:
        raise OrderError(f"{order} is for {CALLED[row.team]}; what you can do now: {possible}")
    return row


def _spread(
    change: Change, customers: bool, words: str, done: list[str], by: Ordered, until: datetime | None
) -> Decision:
    cases = by.it.waiting(change)
    gone_on = {number: _gone_on(one, change, words, customers, by) for number, one in cases.items()}
    return with_everybody_told(gone_on, change, words, done, by, until)


def _gone_on(case: Case, change: Change, words: str, customers: bool, by: Ordered) -> Decision:
    """What the step means to one case that waits, and whether its customer hears of it."""
    event = Event.CHANGE_WENT_ON if change.is_open else Event.CHANGE_DECLINED
    decision = went_on(case, event, change, str(change.stage), by, stage=WAITING.get(change.stage), words=words)
    case = decision.case
    if not customers or case.closed or not case.customer.address or not case.escalation:
        return decision
    letter = wishes.escalated(case, case.escalation.stage, sales_of(case, by.it.desk))
    return replace(decision, wishes=(*decision.wishes, letter))


def _voted(change: Change, argument: str, by: Ordered) -> Decision:
    change = with_vote(change, argument, by.it, by.staff.address.key, by.staff.weight)
    receipt = by.receipt(by.it.case, [_counted(change)])
    return Decision(by.it.case, (receipt,), f"a vote on change {change.number}", changes=(change,))


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


def _taken_back(change: Change, by: Ordered) -> Decision:
    step = change.step
    if step is None or step.by != by.staff.address.key or change.stage is not step.after:
        raise OrderError(
            f"there is no step of yours that could be taken back; change {change.number} is {change.stage}"
        )
    if by.it.at.now > step.until:
        over = local_time(step.until, by.it.desk.timezone)
        raise OrderError(f"that step could be taken back until {over}, and this is over")
    entry = by.entry(str(step.before), "/undo", f"it was {step.after}")
    if step.after in (ChangeStage.RELEASED, ChangeStage.RELEASED_TO_SOME):
        by = replace(by, it=releasing.recalled(change, by.it))
        change = replace(change, releases=change.releases[:-1])
    change = replace(change, stage=step.before, step=None).with_entry(entry)
    done = [f"Change {change.number} ({change.title}) is {change.stage} again."]
    return _spread(change, False, "", done, by, None)


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
