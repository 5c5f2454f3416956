"""What does an order of an engineer change? One function for each order that sets something; a wrong one changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches

from rules import targets, wishes
from rules.case import Case, Entry
from rules.circumstances import Circumstances
from rules.commands import Order
from rules.decision import Decision, Leave, Wish
from rules.desk import Desk
from rules.handover import given_to, standing
from rules.hours import Absence, local_time, next_open
from rules.links import link
from rules.mail import Mail
from rules.maintenance import vote
from rules.order_days import UNTIL, day_of, words_of
from rules.order_people import copy, customer, watch
from rules.people import Engineer, local_day
from rules.products import mentions, squeezed
from rules.setting import Done, OrderError, Setting, together
from rules.severity import LEVELS, Finding, bounded

LONGEST_ABSENCE = timedelta(days=366)
PERSONAL = ("/away", "/back")  # they are about an engineer, and change no case


def carry_out(orders: tuple[Order, ...], case: Case, desk: Desk, at: Circumstances, engineer: Engineer) -> Done:
    """All of them: what the case is first, then whose it is. Errors: OrderError for the first that cannot be done."""
    done = Done(case)
    for order in sorted(orders, key=lambda order: list(SETTINGS).index(order.row.word)):
        one = SETTINGS[order.row.word](order.argument, Setting(done.case, desk, done.seen_from(at), engineer))
        done = done.and_then(one)
    return done


def with_done(decision: Decision, done: Done, receipt: Wish) -> Decision:
    """A decision about the rest of the mail, and what its orders did: in the receipt there is, else in one of its own."""
    given = decision.receipt
    receipt = (given or receipt).with_done(*done.sentences, *(given.done if given else ()))
    letters = () if decision.case.closed else done.letters  # nobody takes over a closed case
    changed = together(done.others, decision.others)
    return replace(
        decision,
        wishes=(*decision.unreceipted, *letters, receipt),
        leave=done.leave,
        others=changed,
        changes=decision.changes + done.changes,
    )


def _severity(argument: str, it: Setting) -> Done:
    letter = argument.strip().upper()
    if len(letter) != 1 or letter not in LEVELS:
        raise OrderError(
            f"/severity {argument}: expected one of {', '.join(LEVELS)} and nothing else on the line; write your text below it"
        )
    if letter == it.case.severity:
        return Done(it.case, (f"Severity is {letter} already.",))
    by = it.engineer.address.address
    entry = Entry(it.at.now, f"severity {letter}", "an engineer's order", f"it was {it.case.severity}", by)
    case = targets.recounted(replace(it.case, severity=letter), it.desk, it.at.now).with_entry(entry)
    case, letters = _owner_told(case, it)
    name = it.desk.triage.level(letter).name(it.desk.language)
    said = f"Severity is {letter}{f' ({name})' if name else ''} now; it was {it.case.severity}."
    return Done(
        case, (" ".join(filter(None, (said, _promised(case, it.desk), _against_contract(case, it.desk)))),), letters
    )


def _owner_told(case: Case, it: Setting) -> tuple[Case, tuple[Wish, ...]]:
    """Somebody else has found it to be critical: its owner must take it within the time."""
    if (
        it.engineer.address.same_as(case.owner)
        or not it.desk.triage.level(case.severity).acknowledge
        or not case.target
    ):
        return case, ()
    case = targets.summoned(case, it.desk, it.at.now)
    mail = it.at.latest or Mail(fingerprint="", sender=case.customer)
    why = f"{it.engineer.name} set severity {case.severity}"
    return case, (wishes.assigned(case, it.desk, mail, why, "", standing(case, it.desk, it.at.now)),)


def _promised(case: Case, desk: Desk) -> str:
    return f"An answer is promised by {local_time(case.target.due, desk.timezone)}." if case.target else ""


def _against_contract(case: Case, desk: Desk) -> str:
    """An engineer's order beats the contract; he should know that it does."""
    organisation = desk.organisation_named(case.organisation)
    bound = bounded(Finding(case.severity, ""), organisation).value
    which = "at the most" if bound > case.severity else "at the least"
    return f"The contract of {case.organisation} says {bound} {which}." if bound != case.severity else ""


def _product(argument: str, it: Setting) -> Done:
    wanted = squeezed(argument)
    found = next((one.product for one in mentions(argument, it.desk.products)), "")
    if not found:
        near = [one.name for one in it.desk.products if wanted and squeezed(one.name).startswith(wanted)]
        found = near[0] if len(near) == 1 else ""
    if not found:
        names = ", ".join(one.name for one in it.desk.products) or "none in config.toml"
        raise OrderError(f"/product {argument}: there is no such product; there are {names}")
    entry = Entry(
        it.at.now,
        f"product {found}",
        "an engineer's order",
        f"it was {it.case.product or 'none'}",
        it.engineer.address.address,
    )
    return Done(replace(it.case, product=found).with_entry(entry), (f"The product is {found} now.",))


def _assign(argument: str, it: Setting) -> Done:
    engineer = it.engineer if argument.casefold() == "me" else engineer_named("/assign", argument, it.desk)
    if engineer.address.same_as(it.case.owner):
        return Done(it.case, (f"{engineer.name} has the case already.",))
    asked: tuple[str, ...] | None = () if it.case.target and engineer is not it.engineer else None
    why = f"{it.engineer.name} said so"
    case, letters = given_to(
        engineer, it.case, it.desk, it.at, why=why, rule="an engineer's order", by=it.engineer.address, asked=asked
    )
    return Done(case, (f"The case belongs to {engineer.name} now{_doubts(engineer, it)}.",), letters)


def _doubts(engineer: Engineer, it: Setting) -> str:
    lacks = it.desk.skills_for(it.case.product) - engineer.skills
    there = next_open(engineer.calendar, it.at.now)
    doubts = [f"not at work before {local_time(there, it.desk.timezone)}"] if there > it.at.now else []
    doubts += [f"config.toml names no {', '.join(sorted(lacks))} among the skills"] if lacks else []
    return f" (please note: {'; '.join(doubts)})" if doubts else ""


def engineer_named(word: str, argument: str, desk: Desk) -> Engineer:
    """By address, by name, or by the beginning of either, if only one begins like that. Errors: OrderError."""
    wanted = argument.casefold().strip()
    same = [one for one in desk.engineers if wanted in (one.address.key, one.name.casefold())]
    if len(same) == 1:
        return same[0]
    near = same or [one for one in desk.engineers if wanted and any(word.startswith(wanted) for word in _called(one))]
    if len(near) == 1:
        return near[0]
    names = ", ".join(engineer.name for engineer in near or desk.engineers)
    if near:
        raise OrderError(f"{word} {argument}: that may be {names}; please write the address")
    guess = get_close_matches(wanted, [word for one in desk.engineers for word in _called(one)], n=1)
    hint = f"did you mean {guess[0]}? " if guess else ""
    raise OrderError(f"{word} {argument}: there is no such engineer; {hint}there are {names}")


def _called(engineer: Engineer) -> list[str]:
    return [engineer.name.casefold(), *engineer.name.casefold().split(), engineer.address.key]


def _away(argument: str, it: Setting) -> Done:
    """`/away until 2026-12-05`, `/away 2026-12-01 2026-12-05`, `/away 2026-12-24`: whole days, the last one included."""
    now_there = local_day(it.engineer, it.at.now)
    days = [day_of(word, now_there) for word in words_of(argument)]
    if len(days) not in (1, 2):
        raise OrderError(
            f"/away {argument}: expected the last day, or the first and the last, such as /away until 2026-12-05"
        )
    until = any(word.casefold() in UNTIL for word in argument.split())
    first = days[0] if len(days) == 2 or not until else now_there
    last = days[-1]
    if last < first or last < now_there:
        raise OrderError(f"/away {argument}: {last.isoformat()} lies before {max(first, now_there).isoformat()}")
    if last - first > LONGEST_ABSENCE:
        raise OrderError(f"/away {argument}: that is more than a year; please say it in config.toml")
    leave = Leave(it.engineer.address, Absence(first, last))
    span = f"You are away from {first.isoformat()} to {last.isoformat()}, that day included."
    said = f"{span} New cases go to others; urgent ones of yours are handed over."
    return Done(it.case, (said,), leave=leave)


def _back(argument: str, it: Setting) -> Done:
    return Done(it.case, ("You are back: cases come to you again.",), leave=Leave(it.engineer.address, None))


SETTINGS: dict[str, Callable[[str, Setting], Done]] = {
    "/severity": _severity,
    "/product": _product,
    "/customer": customer,
    "/cc": copy,
    "/assign": _assign,
    "/link": link,
    "/watch": watch,
    "/vote": vote,
    "/away": _away,
    "/back": _back,
}
