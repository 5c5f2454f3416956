"""Which cases belong together, how do both come to say so, and what are engineers told of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rules.case import Case, Entry, Link, Tie
from rules.decision import Decision
from rules.lookups import REMOVE, number_in
from rules.mail import Address
from rules.setting import Done, OrderError, Setting

MOST_TOLD = 5  # cases named in a notice
_LONGEST_SUBJECT = 80

# What the other case says when one says this.
INVERSE = {
    Tie.RELATED: Tie.RELATED,
    Tie.DUPLICATES: Tie.DUPLICATED_BY,
    Tie.MERGED_INTO: Tie.TAKES_IN,
    Tie.SPLIT_FROM: Tie.SPLIT_INTO,
}

# How a notice to an engineer begins the line about the other case.
TOLD = {
    Tie.RELATED: "Related",
    Tie.FOLLOWS: "Follows",
    Tie.DUPLICATES: "Duplicate of",
    Tie.DUPLICATED_BY: "Duplicate",
    Tie.MERGED_INTO: "Goes on in",
    Tie.TAKES_IN: "Takes in",
    Tie.SPLIT_FROM: "Split from",
    Tie.SPLIT_INTO: "Split off",
}


def tied(case: Case, number: int, tie: Tie) -> Case:
    link = Link(number, tie)
    return case if link in case.links else replace(case, links=(*case.links, link))


def untied(case: Case, number: int, *ties: Tie) -> Case:
    return replace(case, links=tuple(one for one in case.links if one.number != number or one.tie not in ties))


def both_tied(case: Case, other: Case, tie: Tie) -> tuple[Case, Case]:
    return tied(case, other.number, tie), tied(other, case.number, INVERSE[tie])


def both_untied(case: Case, other: Case, tie: Tie) -> tuple[Case, Case]:
    return untied(case, other.number, tie), untied(other, case.number, INVERSE[tie])


def other_case(word: str, argument: str, it: Setting) -> Case:
    """The case that an order names beside the one it is given in. Errors: OrderError."""
    number = number_in(argument)
    if not number:
        raise OrderError(f"{word} {argument}: expected the number of another case, such as {word} 10017")
    if number == it.case.number:
        raise OrderError(f"{word} {argument}: that is this very case; expected the number of another one")
    other = it.at.found.cases.get(number)
    if other is None:
        raise OrderError(f"{word} {argument}: there is no case {number}, or it cannot be read")
    return other


def link(argument: str, it: Setting) -> Done:
    """`/link 10017`, `/link remove 10017`. A link to a closed case changes nothing of what became of it."""
    first, _, rest = argument.strip().partition(" ")
    if first.casefold() == REMOVE:
        return _unlink(rest, it)
    other = other_case("/link", argument, it)
    if Link(other.number, Tie.RELATED) in it.case.links:
        return Done(it.case, (f"Case {other.number} is linked with this one already.",))
    case, other = both_tied(it.case, other, Tie.RELATED)
    return _noted(case, other, "linked with", it, f"Linked with case {told(other)}.")


def _unlink(argument: str, it: Setting) -> Done:
    other = other_case(f"/link {REMOVE}", argument, it)
    ties = [one.tie for one in it.case.links if one.number == other.number]
    if Tie.RELATED not in ties:
        why = f"this case {ties[0]} it, which stays" if ties else "the two are not linked"
        raise OrderError(f"/link {REMOVE} {argument}: {why}")
    case, other = both_untied(it.case, other, Tie.RELATED)
    return _noted(case, other, "no longer linked with", it, f"No longer linked with case {told(other)}.")


def _noted(case: Case, other: Case, event: str, it: Setting, said: str) -> Done:
    by = it.engineer.address
    changed = Decision(noted(other, case, event, it, by), reason=f"{event} case {case.number}")
    return Done(noted(case, other, event, it, by), (said,), others=(changed,))


def noted(case: Case, other: Case, event: str, it: Setting, by: Address) -> Case:
    """The line in the history of one about the other."""
    return case.with_entry(
        Entry(it.at.now, f"{event} case {other.number}", "an engineer's order", other.subject, by.address)
    )


def told(case: Case) -> str:
    """`#10017 Printer on fire (closed)`"""
    subject = case.subject if len(case.subject) <= _LONGEST_SUBJECT else f"{case.subject[:_LONGEST_SUBJECT]}..."
    state = "closed" if case.closed else "open"
    return " ".join(filter(None, (f"#{case.number}", subject, f"({state})")))


def worth_telling(case: Case) -> tuple[int, ...]:
    """The cases that a notice about this one names: the latest links."""
    return tuple(dict.fromkeys(one.number for one in reversed(case.links)))[:MOST_TOLD]


def with_related(decision: Decision, cases: Mapping[int, Case]) -> Decision:
    """The notices of a decision name the cases that belong to it; none of it ever goes to a customer."""
    lines = tuple(
        f"{TOLD[one.tie]}: {told(cases[one.number])}" for one in reversed(decision.case.links) if one.number in cases
    )
    wishes = (
        replace(wish, facts={**wish.facts, "related": lines[:MOST_TOLD]}) if "related" in wish.facts else wish
        for wish in decision.wishes
    )
    return replace(decision, wishes=tuple(wishes))
