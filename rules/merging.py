"""May a case go on within another one, what becomes of both, and how is that taken back?

Nothing is copied and nothing is lost: every paper stays in the folder it lies in. The case that goes is closed for the outside,
its people take part in the other one from then on, and mail to it is filed there (rules/threads.py). It was never finished, it
lived on in another case; so to take it out again opens nothing that was closed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules.case import Case, Entry, Merger, Post, Status, Target, Tie, Turn
from rules.desk import Desk
from rules.links import both_tied, both_untied
from rules.mail import NOBODY, Address
from rules.meetings import is_ahead
from rules.papers import brought_back, joined, overtaken, withdraw_all_notices, withdraw_reminders, withdraw_warnings

EVENT = "merged into"
_WAITING = (Status.WITH_CUSTOMER, Status.REMINDED_ONCE, Status.REMINDED_TWICE)  # in the order of their steps


def why_not(case: Case, into: Case, desk: Desk, now: datetime) -> str:
    """Why the one may not go on within the other; "" when it may."""
    if into.merged_into:
        return f"case {into.number} goes on in case {into.merged_into} itself; /merge {into.merged_into} names that one"
    if into.closed:
        return f"case {into.number} is closed, and closed is final; /link {into.number} ties the two without that"
    if not into.customer.address:
        return f"the mail that opened case {into.number} names no sender; merge that one into this one instead"
    if not _have_to_do(case, into, desk):
        return (
            f"the customers of the two cases, {case.customer.address or 'nobody'} and {into.customer.address}, have nothing "
            f"to do with each other, and each would read what the other writes; /link {into.number} ties the two without "
            f"that, /duplicate {into.number} closes this one"
        )
    if is_ahead(case, now):
        return (
            f"a meeting is ahead in case {case.number}, which nobody could move or call off any more; "
            f"merge case {into.number} into this one instead, or /meet cancel first"
        )
    return ""


def _have_to_do(case: Case, into: Case, desk: Desk) -> bool:
    """Its people may read each other's mail: the same customer, or in the other case already, or of one organisation."""
    if not case.customer.address:
        return all(map(into.has_participant, case.participants))
    if into.has_participant(case.customer) or case.has_participant(into.customer):
        return True
    one, other = desk.organisation(case.customer), desk.organisation(into.customer)
    return one is not None and other is not None and one.colleagues and one.name == other.name


def merged(case: Case, into: Case, now: datetime, by: Address = NOBODY) -> tuple[Case, Case]:
    """Both, when the first goes on within the second."""
    gone = withdraw_warnings(withdraw_all_notices(withdraw_reminders(case)))
    gone = replace(gone, status=Status.CLOSED, closed_at=now, timer=None, target=None, acknowledgement=None)
    gone, onward = both_tied(gone, into, Tie.MERGED_INTO)
    fresh = tuple(one for one in case.participants if not into.has_participant(one))
    inherited = tuple(one for one in case.links if one.tie is Tie.FOLLOWS and one not in into.links)
    moved = tuple(one.paper for one in into.messages if one.moved_to == case.number)

    onward = _with_turn(onward, _turn(case, into, now))
    if onward.timer != into.timer:
        onward = withdraw_reminders(onward)
    onward = replace(onward, links=(*onward.links, *inherited))
    onward = _moved(onward, moved, 0)
    onward = onward.with_entry(_entry(now, f"case {case.number} goes on here", case, by))
    onward = joined(onward, fresh, now, f"takes part in case {case.number}", by)
    merger = Merger(
        at=now,
        by=by.key,
        before=_turn_of(case),
        acknowledgement=case.acknowledgement,
        withdrawn=overtaken(case, gone),
        other_before=_turn_of(into),
        other_after=_turn_of(onward),
        other_withdrawn=overtaken(into, onward),
        other_papers=into.papers,
        joined=fresh,
        links=inherited,
        moved=moved,
    )
    gone = replace(gone, merged_into=into.number, merger=merger)
    return gone.with_entry(_entry(now, f"{EVENT} case {into.number}", into, by)), onward


def unmerged(case: Case, other: Case, now: datetime, by: Address = NOBODY) -> tuple[Case, Case]:
    """Both as they were before; what has happened to the other case since then stays, and who has written there since."""
    was = case.merger
    if was is None or case.merged_into != other.number:
        return case, other
    back, onward = both_untied(case, other, Tie.MERGED_INTO)
    back = brought_back(_with_turn(back, was.before), was.withdrawn)
    back = replace(back, closed_at=None, acknowledgement=was.acknowledgement, merged_into=0, merger=None)
    back = _begun(back)
    back = back.with_entry(_entry(now, f"taken out of case {other.number} again", other, by))

    if (other.status, other.timer) == (was.other_after.status, was.other_after.timer):
        onward = brought_back(_with_turn(onward, _as_warned(was.other_before, other)), was.other_withdrawn)
    wrote = [one.sender for one in other.messages if one.paper > was.other_papers]
    leaving = [one for one in was.joined if not any(one.same_as(sender) for sender in wrote)]
    staying = tuple(one for one in onward.participants if not any(one.same_as(other) for other in leaving))
    links = tuple(one for one in onward.links if one not in was.links)
    onward = _moved(replace(onward, participants=staying, links=links), was.moved, case.number)
    return back, onward.with_entry(_entry(now, f"case {case.number} goes on by itself again", case, by))


def _turn(case: Case, into: Case, now: datetime) -> Turn:
    """Whose turn it is in the case that goes on: nobody waits longer for us, and nobody is reminded sooner, than in either."""
    target = _nearer(case.target, into.target)
    if into.status is Status.ESCALATED:
        return Turn(Status.ESCALATED, None, target)
    one, other = case.timer, into.timer
    if not (case.status in _WAITING and into.status in _WAITING and one and other and one.due and other.due):
        return Turn(Status.WITH_ENGINEER, None, target)
    least = min(case.status, into.status, key=_WAITING.index)
    waits = [timer for timer, of in ((one, case), (other, into)) if of.status is least]
    longest = max(waits, key=lambda timer: timer.due or now)
    return Turn(least, replace(longest, letter=other.letter), target)


def _nearer(one: Target | None, other: Target | None) -> Target | None:
    return min(filter(None, (one, other)), key=lambda target: target.due, default=None)


def _turn_of(case: Case) -> Turn:
    return Turn(case.status, case.timer, case.target)


def _with_turn(case: Case, turn: Turn) -> Case:
    return replace(case, status=turn.status, timer=turn.timer, target=turn.target)


def _as_warned(turn: Turn, now: Case) -> Turn:
    """Who has been told meanwhile that the answer is due is not told again."""
    if turn.target is None or now.target is None:
        return turn
    same = replace(turn.target, next=None, told="") == replace(now.target, next=None, told="")
    return replace(turn, target=now.target) if same else turn


def _begun(case: Case) -> Case:
    """A wait whose letter went out meanwhile was not begun by it: then it is the engineer's turn."""
    letter = case.letter(case.timer.letter) if case.timer and case.timer.since is None else None
    if letter is None or letter.post is Post.WAITING:
        return case
    return replace(case, status=Status.WITH_ENGINEER, timer=None)


def _moved(case: Case, papers: tuple[int, ...], to: int) -> Case:
    messages = tuple(replace(one, moved_to=to) if one.paper in papers else one for one in case.messages)
    return replace(case, messages=messages)


def _entry(now: datetime, event: str, about: Case, by: Address) -> Entry:
    return Entry(now, event, "an engineer's order", about.subject, by.address)
