"""A change is released: which customer gets it, which does not, and why?

    to all           every customer whose organisation is on maintenance that day
    to ORGANISATION  those that are named, whatever their contract says; the others go on waiting

Each customer gets one letter, however many of his cases wait and however often the change is released. Who is not on
maintenance is told so once, with his contact in Sales. The letters wait for a quarter of an hour, so that the release can be
taken back; a dry run shows them and does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from rules.case import Case
from rules.change import Change
from rules.desk import Desk
from rules.setting import OrderError

ALL = "all"
_DRY = ("dry run", "dry")
_ORDER = re.compile(
    r"(?:(?:change\s+)?#?(?P<change>\d{1,9})\s+)?version\s+(?P<version>\S{1,40})\s+to\s+(?P<to>\S.{0,2000})"
)


class Fate(StrEnum):
    """What a release means to one case."""

    GETS = "gets it"
    WITHOUT = "is not on maintenance, and is told so"
    ELSEWHERE = "is told of it in another case"
    HAD = "had it before"
    KNOWS = "is not on maintenance, and knows already"
    WAITS = "is not among those chosen, and waits on"
    NOBODY = "has no address"
    SILENT = "gets no automatic letters"


# To the engineer, as nobody waits any more.
BACK = frozenset({Fate.WITHOUT, Fate.ELSEWHERE, Fate.HAD, Fate.KNOWS, Fate.NOBODY, Fate.SILENT})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order asks for."""

    version: str
    to: tuple[str, ...]  # names of organisations; () all
    dry: bool
    change: int = 0  # its number, where the order names it


@dataclass(frozen=True, slots=True)
class Outcome:
    case: int
    customer: str
    organisation: str
    fate: Fate

    @property
    def said(self) -> str:
        whose = f"{self.customer or 'nobody'}{f' of {self.organisation}' if self.organisation else ''}"
        return f"case {self.case}: {whose} {self.fate}"


def wanted(argument: str, desk: Desk) -> Wanted:
    """`version 9.2.1 to all`, `17 version 9.2.1 to Customer Ltd, Kunde GmbH dry run`. Errors: OrderError."""
    line = " ".join(argument.split())
    dry = next((word for word in _DRY if line.casefold().endswith(f" {word}")), "")
    line = line[: len(line) - len(dry)].strip(" ,") if dry else line
    found = _ORDER.fullmatch(line)
    if found is None:
        raise OrderError(f"/release {line}: expected /release version 9.2.1 to all, or to the names of organisations")
    named = [name.strip() for name in found["to"].split(",") if name.strip()]
    to = () if [one.casefold() for one in named] == [ALL] else tuple(_organisation(name, desk) for name in named)
    return Wanted(found["version"], to, bool(dry), int(found["change"] or 0))


def _organisation(name: str, desk: Desk) -> str:
    known = {one.name.casefold(): one.name for one in desk.organisations}
    if name.casefold() not in known:
        raise OrderError(
            f"/release: there is no organisation {name!r}; there are {', '.join(known.values()) or 'none'}"
        )
    return known[name.casefold()]


def outcomes(
    change: Change, cases: Iterable[Case], to: tuple[str, ...], desk: Desk, now: datetime
) -> tuple[Outcome, ...]:
    """What becomes of each case that waits, in the order of their numbers."""
    told: set[str] = set()
    found = []
    for case in sorted(cases, key=lambda one: one.number):
        fate = _fate(case, change, told, to, desk, now)
        if fate in (Fate.GETS, Fate.WITHOUT):
            told.add(case.customer.key)
        found.append(Outcome(case.number, case.customer.address, case.organisation, fate))
    return tuple(found)


def _fate(case: Case, change: Change, told: set[str], to: tuple[str, ...], desk: Desk, now: datetime) -> Fate:
    customer = case.customer.key
    if customer in change.got:
        return Fate.HAD
    if to and case.organisation not in to:
        return Fate.WAITS
    if not customer:
        return Fate.NOBODY
    if desk.why_silent(case.customer):
        return Fate.SILENT
    if customer in told:
        return Fate.ELSEWHERE
    if to or is_maintained(case, desk, now):
        return Fate.GETS
    return Fate.KNOWS if customer in change.knows else Fate.WITHOUT


def is_maintained(case: Case, desk: Desk, now: datetime) -> bool:
    """On the day it is at the desk."""
    organisation = desk.organisation_named(case.organisation)
    return organisation is not None and organisation.maintained(now.astimezone(ZoneInfo(desk.timezone)).date())
