"""What does an engineer get who asks for his cases, for some words, or for one case? Lines in his receipt; nothing is changed.

/list          his open cases, the most urgent first; /list NAME a colleague's
/find WORDS    open cases with these words in subject, people, organisation, product or number
/show 10042    how a case stands, and what both sides have said
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rules import week, wishes
from rules.case import Case
from rules.circumstances import Circumstances
from rules.commands import Orders
from rules.decision import Wish
from rules.desk import Desk
from rules.handover import standing
from rules.hours import local_time
from rules.lookups import MOST_HITS, asks_too_much, number_in
from rules.mail import Mail
from rules.orders import engineer_named
from rules.people import Engineer
from rules.setting import OrderError
from rules.story import Said
from rules.urgency import MOST_LISTED, Row, Turn, by_urgency, row_of

# Whose turn it is, said without a time and before one.
_TURNS = {
    Turn.LATE: ("late", "late, an answer was promised by"),
    Turn.OURS: ("yours", "yours, answer due"),
    Turn.OTHERS: ("with others", "with others"),
    Turn.CUSTOMER: ("waits for the customer", "waits for the customer until"),
    Turn.CLOSED: ("closed", "closed"),
}


def answered(orders: Orders, desk: Desk, at: Circumstances, engineer: Engineer) -> list[str]:
    """A paragraph for each order that asks for something. Errors: OrderError when there is no such person or case."""
    if much := asks_too_much(orders):
        raise OrderError(much)
    asks = {"/list": _list, "/find": _find, "/show": _show}
    return [asks[one.row.word](one.argument, desk, at, engineer) for one in orders.orders if one.row.word in asks]


def letters(
    orders: Orders, case: Case, mail: Mail, said: list[str], desk: Desk, at: Circumstances, engineer: Engineer
) -> tuple[Wish, ...]:
    """The receipt, whose list can be answered line by line, and the report, if that is asked for."""
    report = (week.letter(case, engineer, desk, at),) if orders.has("/report") else ()
    said = [*said, *([week.ON_ITS_WAY] if report else [])]
    return (*report, wishes.receipt(case, engineer, mail, said, about=_listed(orders, at)))


def _listed(orders: Orders, at: Circumstances) -> tuple[int, ...]:
    """The cases in the order in which they are listed; none when there are two lists: whose place would 3 be?"""
    found = {"/list": at.found.lists, "/find": at.found.hits}
    asked = [one for one in orders.orders if one.row.word in found]
    if len(asked) != 1:
        return ()
    cases = found[asked[0].row.word].get(asked[0].argument, ())
    return tuple(case.number for case in by_urgency(cases, at.now))


def _list(argument: str, desk: Desk, at: Circumstances, engineer: Engineer) -> str:
    who = engineer_named("/list", argument, desk) if argument else engineer
    cases = at.found.lists.get(argument, ())
    whose = "You have" if who is engineer else f"{who.name} has"
    if not cases:
        return f"{whose} no open cases."
    more = f", the first {MOST_LISTED}" if len(cases) >= MOST_LISTED else ""
    return _table(f"{whose} these open cases, the most urgent first{more}:", cases, desk, at.now)


def _find(argument: str, desk: Desk, at: Circumstances, engineer: Engineer) -> str:
    cases = at.found.hits.get(argument, ())
    if not cases:
        return f"No open case is found by {argument!r}."
    more = f", the youngest {MOST_HITS}" if len(cases) >= MOST_HITS else ""
    return _table(f"These open cases are found by {argument!r}{more}:", cases, desk, at.now)


def _table(head: str, cases: Iterable[Case], desk: Desk, now: datetime) -> str:
    rows = [_line(place, row_of(case, now), desk) for place, case in enumerate(by_urgency(cases, now), 1)]
    return "\n".join((head, *rows))


def _line(place: int, row: Row, desk: Desk) -> str:
    """`1  #10042  A  Printer on fire (Carla Customer): late, an answer was promised by 2026-03-02 10:00`"""
    bare, timed = _TURNS[row.turn]
    turn = f"{timed} {local_time(row.due, desk.timezone)}" if row.due else bare
    return (
        f"{place}  #{row.number}  {row.severity}  {row.subject or '(no subject)'} ({row.customer or 'nobody'}): {turn}"
    )


def _show(argument: str, desk: Desk, at: Circumstances, engineer: Engineer) -> str:
    case = at.found.cases.get(number_in(argument))
    if case is None or case.book:
        raise OrderError(f"/show {argument}: there is no such case, or it cannot be read")
    owner = desk.engineer(case.owner)
    head = _line(1, row_of(case, at.now), desk).partition("  ")[2]
    lines = [
        head,
        f"It belongs to {owner.name if owner else case.owner.address or 'nobody'}.",
        *standing(case, desk, at.now),
    ]
    said = at.found.story(case)
    return "\n".join((*lines, *(line for one in said for line in _quoted(one, desk))))


def _quoted(one: Said, desk: Desk) -> list[str]:
    words = [f"> {line}".rstrip() for line in one.words.split("\n")]
    return ["", f"{one.who}, {local_time(one.at, desk.timezone)}:", *words]
