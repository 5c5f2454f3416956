"""What does an engineer's order decide that lets a case go on in another one, and who is told?"""

from __future__ import annotations

from dataclasses import replace

from rules import merging, wishes
from rules.case import Case, Post, Status
from rules.commands import Order
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.links import other_case, told
from rules.mail import Kind, Mail
from rules.setting import OrderError, Setting
from rules.undo import WITHIN


def merge(orders: tuple[Order, ...], before: Case, mail: Mail, it: Setting) -> Decision:
    """`/merge 10017`: `before` is the case as it was, `it.case` with the mail of the order filed. Errors: OrderError."""
    named = [order.argument for order in orders if order.row.word == "/merge"]
    if len(named) > 1:
        raise OrderError(f"/merge {' and /merge '.join(named)} in one mail: a case goes on within one other")
    into = other_case("/merge", named[0], it)
    if why := merging.why_not(before, into, it.desk, it.at.now):
        raise OrderError(f"/merge {named[0]}: {why}")
    standing = replace(it.case, status=before.status, timer=before.timer, target=before.target, letters=before.letters)
    case, onward = merging.merged(standing, into, it.at.now, it.engineer.address)
    notices = _notices(case, onward, it, back=False)
    letters = (wishes.merged(case, onward.number),) if _is_a_person(case) else ()
    said = _said(case, into, onward, it.desk, told_him=bool(letters))
    receipt = wishes.with_way_back(wishes.receipt(case, it.engineer, mail, said), it.at.now + WITHIN)
    other = Decision(onward, notices, f"case {case.number} goes on here")
    return Decision(case, (*letters, receipt), f"goes on in case {onward.number}", others=(other,))


def taken_out(gone: Case, case: Case, mail: Mail, it: Setting) -> Decision:
    """`/undo`: the case `gone` goes on by itself again; it went on in `it.case`. Errors: OrderError."""
    if gone.merger is None or gone.merger.by != it.engineer.address.key:
        raise OrderError(f"it was not you who let case {gone.number} go on in case {case.number}")
    if it.at.now > gone.merger.at + WITHIN:
        minutes = int(WITHIN.total_seconds() // 60)
        raise OrderError(f"a case can be taken out of another one for {minutes} minutes, and these are over")
    back, onward = merging.unmerged(gone, case, it.at.now, it.engineer.address)
    back, unsent = _withdrawn(back, "merged")
    onward, _ = _withdrawn(onward, "merged-in")
    letters = (wishes.merged(back, 0),) if _is_a_person(back) and not unsent else ()
    said = [
        f"Case {told(back)} goes on by itself again; {'its customer has been told' if letters else 'nobody was told'}.",
        f"What was written to it since lies in case {onward.number}.",
    ]
    notices = _notices(back, onward, it, back=True)
    receipt = wishes.receipt(onward, it.engineer, mail, said)
    other = Decision(back, letters, f"goes on by itself again, no longer in case {onward.number}")
    return Decision(onward, (*notices, receipt), f"case {back.number} goes on by itself again", others=(other,))


def _withdrawn(case: Case, name: str) -> tuple[Case, bool]:
    """Without the letters of this name that are not out yet; and whether there were any."""
    waiting = [one for one in case.letters if one.name == name and one.post is Post.WAITING]
    for letter in waiting:
        case = case.with_letter(replace(letter, post=Post.WITHDRAWN, next_attempt=None))
    return case, bool(waiting)


def _notices(case: Case, onward: Case, it: Setting, *, back: bool) -> tuple[Wish, ...]:
    """To those who have the two cases or watch one, but not to him who ordered it; `back`: they are two again."""
    owners = (wishes.owner_of(onward, it.desk).address, wishes.owner_of(case, it.desk).address)
    readers = {one.key: one for one in (*owners, *onward.watchers, *case.watchers)}
    engineers = [one for one in map(it.desk.engineer, readers.values()) if one and one is not it.engineer]
    mail = Mail(fingerprint="", sender=case.customer) if back or it.at.latest is None else it.at.latest
    return tuple(wishes.merged_in(onward, case, reader, mail, it.engineer, back=back) for reader in engineers)


def _is_a_person(case: Case) -> bool:
    """Has its customer written himself? A machine gets no letter that nobody asked for."""
    return any(one.kind is Kind.PERSON and one.sender.same_as(case.customer) for one in case.messages)


def _said(case: Case, into: Case, onward: Case, desk: Desk, *, told_him: bool) -> list[str]:
    number, owner = onward.number, wishes.owner_of(onward, desk)
    said = [f"Case {case.number} goes on in case {told(onward)} from now on, and mail to it is filed there."]
    said.append("Its customer has been told." if told_him else "Nobody was told, as no person has opened it.")
    waits = "is with its engineer" if onward.status is Status.WITH_ENGINEER else "waits for its customer"
    said.append(f"Case {number} {waits}; it belongs to {owner.name}.")
    if fresh := [one.address for one in onward.participants if not into.has_participant(one)]:
        said.append(f"Answers in case {number} also go to: {', '.join(fresh)}.")
    if case.severity < onward.severity:
        said.append(f"Severity was {case.severity} here and is {onward.severity} there; /severity sets it.")
    if held := [one.sender.address or "nobody" for one in case.messages if one.held]:
        said.append(
            f"Still held here: mail of {', '.join(dict.fromkeys(held))}; /admit lets the sender into case {number}."
        )
    return said
