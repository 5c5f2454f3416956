"""Have we answered this sender often enough? Caps stop loops with robots that hide, and mail bombs on forged senders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.case import Case
from rules.desk import Caps
from rules.mail import Address

COUNTED = frozenset({"confirmation", "follow-up", "received", "more-time"})  # letters that answer a mail of themselves
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RELAYS_AN_HOUR = 30  # to the customer of one case
SAME_LETTERS_A_DAY = 10  # to one engineer on one case
MORE_TIME_A_DAY = 2  # letters on one case; a robot may repeat the words for ever
REPEATED = frozenset({"refused", "unproven", "receipt"})  # a machine at an engineer's address may answer every one


@dataclass(frozen=True, slots=True)
class Counts:
    """Automatic answers sent so far."""

    address_last_hour: int = 0
    address_last_day: int = 0
    domain_last_hour: int = 0
    all_last_hour: int = 0


def exceeded(counts: Counts, caps: Caps) -> str:
    """Which cap stands in the way of one more automatic answer; "" when none does."""
    table = (
        #  sent so far               at most                 to whom
        (counts.address_last_hour, caps.address_per_hour, "this address in an hour"),
        (counts.address_last_day,  caps.address_per_day,  "this address in a day"),
        (counts.domain_last_hour,  caps.domain_per_hour,  "this domain in an hour"),
        (counts.all_last_hour,     caps.all_per_hour,     "everybody in an hour"),
    )  # fmt: skip
    for sent, cap, whom in table:
        if sent >= cap:
            return f"the cap of {cap} confirmations to {whom} is reached"
    return ""


def wrote_often(case: Case, name: str, to: Address, since: datetime, most: int) -> bool:
    """Were `most` letters of this name written to this reader since then?"""
    return sum(one.name == name and one.to.same_as(to) and one.created_at > since for one in case.letters) >= most
