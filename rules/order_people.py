"""Who takes part in a case, whose is it, who looks on? The orders /cc, /customer and /watch."""

from __future__ import annotations

import re
from dataclasses import replace

from rules.mail import Address
from rules.papers import joined
from rules.setting import Done, OrderError, Setting
from rules.staff import CALLED

MOST_PARTICIPANTS = 100
ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\"\\|*]{1,64}@(?:[^\s@<>()\[\],;:\"\\|*.]{1,63}\.){1,10}[^\s@<>()\[\],;:\"\\|*.]{2,63}"
)


def copy(argument: str, it: Setting) -> Done:
    """`/cc add carla@customer.example`, `/cc remove carla@customer.example`: who has a share in what we write."""
    verb, _, rest = argument.partition(" ")
    verb = _VERBS.get(verb.casefold(), "")
    if not verb:
        raise OrderError(f"/cc {argument}: expected add or remove, and an address: /cc add carla@customer.example")
    addresses = _addresses("/cc", rest, it)
    return _added(addresses, it) if verb == "add" else _removed(addresses, it)


_VERBS = {"add": "add", "+": "add", "remove": "remove", "-": "remove", "delete": "remove"}


def _added(addresses: list[Address], it: Setting) -> Done:
    fresh = tuple(one for one in addresses if not it.case.has_participant(one))
    if len(it.case.participants) + len(fresh) > MOST_PARTICIPANTS:
        raise OrderError(f"/cc: at most {MOST_PARTICIPANTS} people can take part in a case")
    case = joined(it.case, fresh, it.at.now, "/cc", by=it.engineer.address)
    said = [f"{one} takes part from now on, and gets what is written next." for one in fresh]
    said += [f"{one} takes part already." for one in addresses if one not in fresh]
    return Done(case, tuple(said))


def _removed(addresses: list[Address], it: Setting) -> Done:
    case = it.case
    for one in addresses:
        if one.same_as(case.customer):
            raise OrderError(f"/cc remove {one}: that is the customer; /customer ADDRESS names another one first")
        if not case.has_participant(one):
            raise OrderError(
                f"/cc remove {one}: takes no part; those who do: {_listed(case.others) or 'the customer alone'}"
            )
        kept = tuple(other for other in case.participants if not other.same_as(one))
        case = replace(case, participants=kept).with_entry(it.entry(f"{one.address} takes part no more", "/cc"))
    return Done(case, tuple(f"{one} takes part no more." for one in addresses))


def customer(argument: str, it: Setting) -> Done:
    """`/customer carla@customer.example`: the case is hers; who had it so far still takes part."""
    addresses = _addresses("/customer", argument, it)
    if len(addresses) != 1:
        raise OrderError(f"/customer {argument}: expected one address")
    (new,) = addresses
    if new.same_as(it.case.customer):
        return Done(it.case, (f"{new} is the customer already.",))
    new = next((one for one in it.case.participants if one.same_as(new)), new)
    others = tuple(one for one in it.case.participants if not one.same_as(new))
    organisation = it.desk.organisation(new)
    case = replace(
        it.case,
        customer=new,
        participants=(new, *others),
        organisation=organisation.name if organisation else "",
        language=(organisation.language if organisation else "") or it.case.language,
        timezone=organisation.timezone if organisation else "",
    )
    before = it.case.customer.address or "nobody"
    said = f"The customer is {new} now; it was {before}" + (", who still takes part." if others else ".")
    return Done(case.with_entry(it.entry(f"customer {new.address}", f"it was {before}")), (said,))


def watch(argument: str, it: Setting) -> Done:
    """`/watch` and `/watch off`: what the owner gets, the engineer gets as well."""
    on = _SWITCH.get(argument.strip().casefold())
    if on is None:
        raise OrderError(f"/watch {argument}: expected nothing, or off")
    me = it.engineer.address
    watches = any(one.same_as(me) for one in it.case.watchers)
    if me.same_as(it.case.owner):
        return Done(it.case, ("The case is yours: you get everything about it anyway.",))
    if on == watches:
        return Done(it.case, (f"You {'watch' if on else 'do not watch'} this case already.",))
    kept = tuple(one for one in it.case.watchers if not one.same_as(me))
    case = replace(it.case, watchers=(*kept, me) if on else kept)
    said = "You get what the customer and colleagues write from now on." if on else "You hear of this case no more."
    return Done(case.with_entry(it.entry("watched" if on else "watched no more", me.address)), (said,))


_SWITCH = {"": True, "on": True, "off": False}


def _addresses(word: str, text: str, it: Setting) -> list[Address]:
    """The addresses on the line, each once, as clients write them: bare, in brackets, or doubled by a link."""
    found = list({one.casefold(): Address(one) for one in ADDRESS.findall(text.replace("mailto:", " "))}.values())
    if not found:
        raise OrderError(
            f"{word}: expected an address such as carla@customer.example, found {text.strip() or 'none'!r}"
        )
    for one in found:
        if it.desk.is_ours(one):
            raise OrderError(f"{word} {one}: that is the desk itself")
        if it.desk.engineer(one):
            raise OrderError(f"{word} {one}: that is an engineer, who takes part by /watch or /assign")
        if staff := it.desk.staff_at(one):
            raise OrderError(f"{word} {one}: that is {CALLED[staff.team]}, who is asked by /escalate")
    return found


def _listed(people: tuple[Address, ...]) -> str:
    return ", ".join(one.address for one in people)
