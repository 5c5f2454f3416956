"""What takes an order back? The fields of the case that it changed, as long as nobody has changed them since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta

from rules.case import Case, Post, Snapshot, Status, Undo
from rules.desk import Desk
from rules.mail import Address
from rules.out_of_office import not_before
from rules.papers import brought_back, overtaken, withdraw_given
from rules.silence import started, wait_ends
from rules.targets import recounted

WITHIN = timedelta(minutes=15)

# Time works on these by itself: they go back with the rest if they are still as the order left them, and stand in no way.
FOLLOWING = frozenset({"target", "acknowledgement"})

_TOLD: dict[str, Callable[[Snapshot], str]] = {
    "severity": lambda then: f"Severity is {then.severity} again.",
    "product": lambda then: f"The product is {then.product} again." if then.product else "No product is set again.",
    "owner": lambda then: f"The case belongs to {then.owner.address} again.",
    "customer": lambda then: f"The customer is {then.customer.address} again.",
    "participants": lambda then: (
        f"These take part again: {', '.join(one.address for one in then.participants) or 'nobody'}."
    ),
    "watchers": lambda then: (
        f"These watch the case again: {', '.join(one.address for one in then.watchers) or 'nobody'}."
    ),
    "status": lambda then: "Whose turn it is, and the wait for the customer, are as they were.",
    "escalation": lambda then: "Nobody else is asked or waited for any more, and they are told so.",
    "timer": lambda then: "The wait for the customer is as it was.",
}


def snapshot(case: Case) -> Snapshot:
    """What orders can change."""
    return Snapshot(**{field.name: getattr(case, field.name) for field in fields(Snapshot)})


def way_back(before: Case, after: Case, paper: int, by: Address, now: datetime) -> Undo | None:
    """From `after` to `before`, for whoever made the change by the mail filed as `paper`; None: nothing has changed."""
    then, left = snapshot(before), snapshot(after)
    way = Undo(paper, by.key, now + WITHIN, then, left, overtaken(before, after))
    return way if set(_changes(way)) - FOLLOWING else None


def why_not(case: Case, by: Address, now: datetime, receipt: int) -> str:
    """Why nothing can be taken back, "" when it can. `receipt`: the paper number of the receipt that is answered, or 0."""
    undo = case.undo
    if undo is None or undo.by != by.key:
        return "there is no order of yours on this case that could be taken back"
    if now > undo.until:
        minutes = int(WITHIN.total_seconds() // 60)
        return f"an order can be taken back for {minutes} minutes, and these are over; give the opposite order"
    if 0 < receipt < undo.paper:
        return "this receipt is about an earlier order; only the last one can be taken back"
    since = [name for name in _changes(undo) if name not in FOLLOWING and not _is_as_left(case, undo, name)]
    return f"this has been changed once more since then: {', '.join(since)}" if since else ""


def undone(case: Case, desk: Desk, now: datetime) -> Case:
    """The case as it was before the order; papers, history and what the order did not touch stay as they are."""
    if case.undo is None:
        return case
    undo = case.undo
    then = {name: getattr(undo.before, name) for name in _changes(undo) if _is_as_left(case, undo, name)}
    back = withdraw_given(case, case.owner, undo.paper) if "owner" in then else case
    back = brought_back(replace(back, undo=None, **then), undo.withdrawn)
    back = _begun(back, desk) if "timer" in then else back
    return recounted(back, desk, now) if "severity" in then and "target" not in then else back


def _begun(case: Case, desk: Desk) -> Case:
    """The letter with which a wait begins may have gone out while there was none: then it began with that."""
    timer = case.timer if case.timer and case.timer.since is None else None
    letter = case.letter(timer.letter) if timer else None
    if timer is None or letter is None or letter.post is Post.WAITING:
        return case
    if letter.sent_at is None:
        return replace(case, status=Status.WITH_ENGINEER, timer=None)  # nobody was asked
    ends = wait_ends(desk, timer.wait, letter.sent_at, timer.until)
    return replace(case, timer=started(timer, letter.sent_at, not_before(ends, case, desk, letter.sent_at)))


def told(undo: Undo) -> list[str]:
    """What is as it was before, for the receipt."""
    changes = _changes(undo)
    return [
        tell(undo.before)
        for name, tell in _TOLD.items()
        if name in changes and not (name == "timer" and "status" in changes)
    ]


def _changes(undo: Undo) -> list[str]:
    return [one.name for one in fields(Snapshot) if getattr(undo.before, one.name) != getattr(undo.after, one.name)]


def _is_as_left(case: Case, undo: Undo, name: str) -> bool:
    return bool(getattr(case, name) == getattr(undo.after, name))
