"""How does a case go from one engineer to another? Nobody answered, or its owner is away, or somebody says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules import targets, triage, wishes
from rules.assignment import Assigned, Need, assign, lead_of
from rules.case import Case, Entry
from rules.circumstances import Circumstances
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.mail import Address, Mail
from rules.papers import waiting_notices, withdraw_notices
from rules.people import Engineer

ASKED_AT_MOST = 2  # engineers who are given a critical case before the lead gets it


def unacknowledged(case: Case, desk: Desk, at: Circumstances) -> Decision:
    """The owner of a critical case has not answered in time: the next engineer gets it, then the lead."""
    if case.acknowledgement is None:
        return Decision(case)
    asked = case.acknowledgement.asked
    before, lead = wishes.owner_of(case, desk), lead_of(desk)
    why = f"{before.name} did not answer in time"
    found = _next_one(case, desk, at, tuple(Address(one) for one in asked))
    if len(asked) >= ASKED_AT_MOST or not found.suitable or found.engineer.address.key in asked:
        found = Assigned(lead, "the lead has the last word", suitable=False)
    if found.engineer.address.key in asked:
        entry = Entry(
            at.now, "nobody has answered", "acknowledgement", f"asked {', '.join(asked)}; the lead is among them"
        )
        return Decision(replace(case, acknowledgement=None).with_entry(entry), reason="everybody has been asked")
    because = f"{why}; {found.why}"
    case, letters = given_to(found.engineer, case, desk, at, why=because, rule="acknowledgement", asked=asked)
    return Decision(case, letters, f"{why}: {found.engineer.name} gets the case")


def owner_away(case: Case, desk: Desk, at: Circumstances) -> Decision:
    """Its owner is away and the case is urgent: a colleague who is there helps meanwhile, and the customer is told."""
    before = wishes.owner_of(case, desk)
    found = _next_one(case, desk, at, (before.address,))
    day = local_day(found.engineer, at.now)
    if not found.suitable or found.engineer.is_away(day) or found.engineer.address.same_as(before.address):
        return Decision(case)
    why = f"{before.name} is away"
    asked: tuple[str, ...] | None = () if case.target else None
    case, letters = given_to(found.engineer, case, desk, at, why=f"{why}; {found.why}", rule="absence", asked=asked)
    if case.customer.address:
        letters = (wishes.handover(case, desk, before), *letters)
    return Decision(case, letters, f"{why}: {found.engineer.name} helps meanwhile")


def given_to(
    engineer: Engineer,
    case: Case,
    desk: Desk,
    at: Circumstances,
    *,
    why: str,
    rule: str,
    by: Address | None = None,
    asked: tuple[str, ...] | None = None,
) -> tuple[Case, tuple[Wish, ...]]:
    """The case with a new owner; he gets the case as it stands, the one before him a word, if he ever heard of it.

    `by`: who said so. `asked`: who had to take a critical case before him; None: he need not take it within a time.
    """
    before = wishes.owner_of(case, desk)
    entry = Entry(at.now, f"assigned to {engineer.address.address}", rule, why, by.address if by else "")
    never_told = any(one.name == "assigned" for one in waiting_notices(case, before.address))
    case = replace(withdraw_notices(case, before.address), owner=engineer.address, acknowledgement=None).with_entry(
        entry
    )
    case = case if asked is None else targets.summoned(case, desk, at.now, asked)
    letters: tuple[Wish, ...] = ()
    if not (by and by.same_as(engineer.address)):
        mail = at.latest or Mail(fingerprint="", sender=case.customer)
        letters += (wishes.assigned(case, desk, mail, why, "", standing(case, desk, at.now)),)
    knows_already = before.address.same_as(engineer.address) or never_told or (by and by.same_as(before.address))
    return case, letters if knows_already else (*letters, wishes.handed_on(case, before, engineer, why))


def standing(case: Case, desk: Desk, now: datetime) -> tuple[str, ...]:
    """How the case stands, for somebody who takes it over."""
    lines = [f"Severity {case.severity}"] + ([f"Product {case.product}"] if case.product else [])
    organisation = next((one for one in desk.organisations if one.name == case.organisation), None)
    if organisation:
        lines.append(f"Organisation {organisation.name}: {triage.contract(organisation, desk, now)}")
    return tuple(lines)


def skills_for(case: Case, desk: Desk) -> frozenset[str]:
    product = desk.product(case.product)
    return product.skills if product else frozenset()


def local_day(engineer: Engineer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(engineer.calendar.timezone)).date()


def _next_one(case: Case, desk: Desk, at: Circumstances, without: tuple[Address, ...]) -> Assigned:
    return assign(Need(case.number, skills_for(case, desk), without=without), desk, at.workload, at.now)
