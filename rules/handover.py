"""How does a case go from one engineer to another? Nobody answered, or its owner is away, or somebody says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import targets, triage, wishes
from rules.assignment import Assigned, Need, assign, lead_of
from rules.case import Case, Entry, Post
from rules.circumstances import Circumstances
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.hours import ONE_DAY
from rules.mail import Address, Mail
from rules.papers import waiting_notices, withdraw_moves, withdraw_notices
from rules.people import Engineer, is_away_today

ASKED_AT_MOST = 2  # engineers who are given a critical case before the lead gets it


def unacknowledged(case: Case, desk: Desk, at: Circumstances) -> Decision:
    """The owner of a critical case has not answered in time: the next engineer gets it, then the lead; nobody who is away."""
    if case.acknowledgement is None:
        return Decision(case)
    asked = case.acknowledgement.asked
    if _is_unsent(case):  # he cannot have heard of it: his time begins anew
        return Decision(targets.summoned(case, desk, at.now, asked[:-1]))
    before, lead = wishes.owner_of(case, desk), lead_of(desk)
    why = f"{before.name} did not answer in time"
    found = _next_one(case, desk, at, tuple(Address(one) for one in asked))
    enough = len(asked) >= ASKED_AT_MOST or not found.suitable
    to_the_lead = enough and lead.address.key not in asked and not is_away_today(lead, at.now)
    if to_the_lead:
        found = Assigned(lead, "the lead has the last word")
    if not found.suitable:
        entry = Entry(
            at.now, "nobody has answered", "acknowledgement", f"asked {', '.join(asked)}; nobody else is there"
        )
        return Decision(replace(case, acknowledgement=None).with_entry(entry), reason="everybody has been asked")
    because, still = f"{why}; {found.why}", None if to_the_lead else asked
    case, letters = given_to(found.engineer, case, desk, at, why=because, rule="acknowledgement", asked=still)
    return Decision(case, letters, f"{why}: {found.engineer.name} gets the case")


def owner_away(case: Case, desk: Desk, at: Circumstances) -> Decision:
    """Its owner is away and the case is urgent: a colleague who is there helps meanwhile, and the customer is told."""
    before = wishes.owner_of(case, desk)
    asked = case.acknowledgement.asked if case.acknowledgement else ()
    found = _next_one(case, desk, at, (before.address, *map(Address, asked)))
    if not found.suitable:
        return Decision(case)
    why, still = f"{before.name} is away", asked if case.target else None
    case, letters = given_to(found.engineer, case, desk, at, why=f"{why}; {found.why}", rule="absence", asked=still)
    if _would_miss_her(case, at.now):
        letters = (wishes.handover(case, desk, before), *letters)
    return Decision(case, letters, f"{why}: {found.engineer.name} helps meanwhile")


def owner_left(case: Case, desk: Desk, at: Circumstances) -> Decision:
    """Its owner is no engineer of the desk any more: somebody who is gets the case, whatever its severity."""
    why = f"{case.owner.address} has left the desk"
    found = assign(Need(case.number, desk.skills_for(case.product)), desk, at.workload, at.now)
    asked: tuple[str, ...] | None = () if case.target else None
    case, letters = given_to(found.engineer, case, desk, at, why=f"{why}; {found.why}", rule="absence", asked=asked)
    return Decision(case, letters, f"{why}: {found.engineer.name} gets the case")


def _is_unsent(case: Case) -> bool:
    """The notice that gave the case to its owner still waits in the outbox."""
    notices = [one for one in case.letters if one.name == "assigned" and one.to.same_as(case.owner)]
    return bool(notices) and notices[-1].post is Post.WAITING


def _would_miss_her(case: Case, now: datetime) -> bool:
    """The customer knows the engineer by an answer of hers, and has not been told of a colleague today already."""
    told = any(one.name == "handover" and one.created_at > now - ONE_DAY for one in case.letters)
    return not told and any(one.name == "relay" for one in case.letters)


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
    gone = desk.engineer(case.owner) is None
    never_told = any(one.name == "assigned" for one in waiting_notices(case, before.address))
    case = withdraw_moves(withdraw_notices(case, before.address)).with_entry(entry)
    case = replace(case, owner=engineer.address, acknowledgement=None)
    case = case if asked is None else targets.summoned(case, desk, at.now, asked)
    letters: tuple[Wish, ...] = ()
    if not (by and by.same_as(engineer.address)):
        mail = at.latest or Mail(fingerprint="", sender=case.customer)
        letters += (wishes.assigned(case, desk, mail, why, "", standing(case, desk, at.now), at.found.story(case)[1:]),)
    knows_already = (
        gone or never_told or before.address.same_as(engineer.address) or (by and by.same_as(before.address))
    )
    return case, letters if knows_already else (*letters, wishes.handed_on(case, before, engineer, why))


def standing(case: Case, desk: Desk, now: datetime) -> tuple[str, ...]:
    """How the case stands, for somebody who takes it over."""
    lines = [
        _with_reason(f"Severity {case.severity}", case),
        *([_with_reason(f"Product {case.product}", case)] if case.product else []),
    ]
    organisation = desk.organisation_named(case.organisation)
    if organisation:
        lines.append(f"Organisation {organisation.name}: {triage.contract(organisation, desk, now)}")
    return tuple(lines)


def _with_reason(finding: str, case: Case) -> str:
    """The finding with what it rests on, as the history has it last."""
    entries = (entry for entry in reversed(case.history) if entry.event.casefold() == finding.casefold())
    entry = next(entries, None)
    because = ", ".join(filter(None, (entry.rule, entry.evidence, entry.by))) if entry else ""
    return f"{finding}: {because}" if because else finding


def _next_one(case: Case, desk: Desk, at: Circumstances, without: tuple[Address, ...]) -> Assigned:
    """Somebody who knows it, is not away today, and is none of these."""
    away = tuple(one.address for one in desk.engineers if is_away_today(one, at.now))
    return assign(
        Need(case.number, desk.skills_for(case.product), without=(*without, *away)), desk, at.workload, at.now
    )
