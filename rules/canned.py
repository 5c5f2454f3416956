"""Which text stands behind `/use NAME`? The admin's canned answers, filled in for this case by the shell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from rules.commands import USE, Orders, read
from rules.desk import Desk
from rules.list_lines import is_numbered
from rules.mail import Mail
from rules.quotes import answer_of, without_signature

NONE = "there are no canned answers; [letters] answers in config.toml names no folder with any"


@dataclass(frozen=True, slots=True)
class Canned:
    """One canned answer as it would go to the customer of this case."""

    name: str
    text: str
    about: str = ""  # what the list of all answers says of it
    problem: str = ""  # why there is no text: the template and the facts of this case do not fit


def orders_of(mail: Mail, desk: Desk, answers: Sequence[Canned]) -> Orders:
    """What an engineer orders and says in a mail; without his signature where the desk keeps that."""
    text = answer_of(mail.text)
    if is_numbered(text):
        return Orders(error="it begins with the place of a case in a list, but answers no letter that lists cases")
    orders = filled(read(text), answers)
    return orders if desk.passes_signatures else replace(orders, words=without_signature(orders.words))


def filled(orders: Orders, answers: Sequence[Canned]) -> Orders:
    """The orders with the texts that they name, joined in their order; with an error when one of them cannot be had."""
    named = [order.argument for order in orders.orders if order.row.word == USE and order.argument]
    if not named or orders.error:
        return orders
    known = {answer.name.casefold(): answer for answer in answers}
    found = [known.get(name.casefold()) for name in named]
    for name, answer in zip(named, found, strict=True):
        if answer is None or answer.problem:
            return replace(orders, error=f"{USE} {name}: {answer.problem if answer else _unknown(name, answers)}")
    return replace(orders, canned="\n\n".join(answer.text.strip("\n") for answer in found if answer))


def listed(answers: Sequence[Canned]) -> list[str]:
    """For the receipt of a `/use` without a name."""
    return [f"{USE} {answer.name}: {answer.problem or answer.about}" for answer in answers] or [f"{USE}: {NONE}"]


def _unknown(name: str, answers: Sequence[Canned]) -> str:
    if not answers:
        return NONE
    near = get_close_matches(name.casefold(), [answer.name for answer in answers], n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"there is no such canned answer; {meant}there are {', '.join(answer.name for answer in answers)}"
