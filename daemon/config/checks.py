"""Do the keys fit together? Checked on the raw document, so that an error elsewhere hides nothing here."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from pathlib import Path

from daemon.config import values as values
from daemon.config.kinds import quoted
from daemon.config.lines import Where
from daemon.config.model import Login
from daemon.config.problems import Problem, name_of
from daemon.config.raw import Raw, addresses, aliases, paths, table, tables, text
from rules.desk import Desk
from rules.mail import NOBODY, Address
from rules.products import squeezed

PASSWORDS = tuple(Login.model_fields)


def problems(document: Raw, folder: Path) -> Iterator[Problem]:
    """Everything that does not fit; `folder` is where the file lies."""
    yield from chain.from_iterable(check(document) for check in CHECKS)
    yield from _leads_nowhere(document, folder)


def _no_intake(document: Raw) -> Iterator[Problem]:
    if not document.get("mailbox") and "lmtp" not in document:
        yield Problem(("mailbox",), "found no way for mail to come in, expected a [[mailbox]] or [lmtp]")


def _no_engineer(document: Raw) -> Iterator[Problem]:
    if not document.get("engineer"):
        yield Problem(("engineer",), "found nobody to answer, expected at least one [[engineer]]")


def _address_twice(document: Raw) -> Iterator[Problem]:
    yield from _repeated(chain(addresses(document, "engineer"), addresses(document, "staff")))
    yield from _repeated(chain(addresses(document, "desk"), aliases(document)))


def _repeated(found: Iterator[tuple[Where, Address]]) -> Iterator[Problem]:
    known: dict[str, Where] = {}
    for where, address in found:
        if (first := known.setdefault(address.key, where)) != where:
            yield Problem(where, f"found {quoted(address.address)} again, expected it only as {name_of(first)}")


def _engineer_is_the_desk(document: Raw) -> Iterator[Problem]:
    """Letters to such an engineer would come back to the desk for ever."""
    own = next((address for _, address in addresses(document, "desk")), NOBODY)
    others = tuple(address for _, address in aliases(document))
    desk = Desk("", own, (), others, subaddress=text(table(document, "desk"), "subaddress", "desk"))
    for section, whose in (("engineer", "the engineer's own"), ("staff", "their own")):
        for where, address in addresses(document, section):
            if desk.is_ours(address):
                found = f"found {quoted(address.address)}, which is the desk itself"
                yield Problem(where, f"{found}, expected {whose} address")


def _detail_in_own_address(document: Raw) -> Iterator[Problem]:
    separator = text(table(document, "desk"), "subaddress", "desk")
    for where, address in chain(addresses(document, "desk"), aliases(document)):
        if separator and separator in address.address:
            found = f"found {quoted(address.address)}"
            yield Problem(where, f'{found}, expected no {separator} in it while desk.subaddress is "{separator}"')


def _mailbox_twice(document: Raw) -> Iterator[Problem]:
    for (first, one), (second, other) in combinations(tables(document, "mailbox"), 2):
        if _same_account(one, other) and _same_folder(_folder(one, "folder"), _folder(other, "folder")):
            found = f"found the same host, username and folder as in {name_of(first)}"
            yield Problem(second, f"{found}, expected each mailbox once")


def _mail_put_aside_is_read_again(document: Raw) -> Iterator[Problem]:
    """What lies where mail is taken from would be read again and again."""
    mailboxes = tables(document, "mailbox")
    for where, one in mailboxes:
        for reader, other in mailboxes:
            for key in ("processed", "quarantine"):
                target = _folder(one, key)
                if _same_account(one, other) and _same_folder(target, _folder(other, "folder")):
                    says = f"found {quoted(target)}, expected another folder than {name_of(reader)}.folder"
                    yield Problem((*where, key), says)


def _put_aside_in_one_folder(document: Raw) -> Iterator[Problem]:
    for where, one in tables(document, "mailbox"):
        target = _folder(one, "quarantine")
        if _same_folder(target, _folder(one, "processed")):
            yield Problem((*where, "quarantine"), f"found {quoted(target)}, expected another folder than for processed")


def _mailbox_password(document: Raw) -> Iterator[Problem]:
    for where, one in tables(document, "mailbox"):
        found = _passwords(one)
        if not found:
            yield Problem(where, f"found no password, expected one of {', '.join(PASSWORDS)}")
        yield from _only_one(where, found)


def _smtp_login(document: Raw) -> Iterator[Problem]:
    for section in ("smtp", "alarm_smtp"):
        smtp = table(document, section)
        found = _passwords(smtp)
        if found and "username" not in smtp:
            yield Problem((section, found[0]), "found a password without username, expected both or neither")
        if "username" in smtp and not found:
            says = f"found a username without password, expected one of {', '.join(PASSWORDS)}, or neither"
            yield Problem((section, "username"), says)
        yield from _only_one((section,), found)


def _alarms_to_the_desk(document: Raw) -> Iterator[Problem]:
    """They would end in the mailbox that may be what they are about."""
    if "alarm_smtp" in document and not text(table(document, "alarms"), "address", "alarms"):
        yield Problem(("alarm_smtp",), "found a server for alarms, expected the address in [alarms] that gets them")
    own = next((address for _, address in addresses(document, "desk")), NOBODY)
    for where, address in addresses(document, "alarms"):
        if address.same_as(own):
            yield Problem(
                where, f"found {quoted(address.address)}, which is the desk itself, expected an address beside it"
            )


def _only_one(where: Where, found: list[str]) -> Iterator[Problem]:
    for extra in found[1:]:
        yield Problem((*where, extra), f"found it beside {found[0]}, expected only one of the two")


def _every_look_would_be_an_outage(document: Raw) -> Iterator[Problem]:
    gap = text(table(document, "lifecycle"), "outage_after", "lifecycle")
    for where, one in tables(document, "mailbox"):
        poll = text(one, "poll", "mailbox")
        if _is_duration(gap) and _is_duration(poll) and values.duration(gap) <= values.duration(poll):
            says = f"found {quoted(gap)}, expected more than {quoted(poll)}, the poll of {name_of(where)}"
            yield Problem(("lifecycle", "outage_after"), says)


def _hours_contradict(document: Raw) -> Iterator[Problem]:
    hours = table(document, "hours")
    if hours.get("always") is True and hours.get("days"):
        yield Problem(("hours", "always"), "found true beside days, expected only one of the two")
    if hours.get("always") is False and not hours.get("days"):
        yield Problem(("hours", "always"), 'found false without days, expected days such as ["Mon-Fri 09:00-17:30"]')
    for where, one in tables(document, "severity"):
        if one.get("always") is True and one.get("days"):
            yield Problem((*where, "always"), "found true beside days, expected only one of the two")


def _openings_overlap(document: Raw) -> Iterator[Problem]:
    """Two that overlap on a day are a slip of the pen: which of them was meant?"""
    places: list[tuple[Where, object]] = [(("hours", "days"), table(document, "hours").get("days"))]
    for section, key in (("severity", "days"), ("engineer", "hours")):
        places += [((*where, key), one.get(key)) for where, one in tables(document, section)]
    for place, given in places:
        written = given if isinstance(given, list) else []
        for (first, one), (second, other) in combinations(enumerate(written), 2):
            if _overlap(one, other):
                found = f"found {quoted(other)}, which overlaps {name_of((*place, first))}"
                yield Problem((*place, second), f"{found}, expected hours that lie beside each other")


def _overlap(one: object, other: object) -> bool:
    try:
        first, second = values.opening(str(one)), values.opening(str(other))
    except ValueError:
        return False
    same_day = set(first.days) & set(second.days)
    return bool(same_day) and max(first.opening.start, second.opening.start) < min(
        first.opening.end, second.opening.end
    )


def _severity_twice(document: Raw) -> Iterator[Problem]:
    letters = ((where, text(one, "letter", "severity")) for where, one in tables(document, "severity"))
    yield from _once("letter", letters)


def _product_named_twice(document: Raw) -> Iterator[Problem]:
    """A name that may mean either of two products means neither."""
    known: dict[str, Where] = {}
    for where, one in tables(document, "product"):
        aliases = one.get("aliases")
        names = [((*where, "name"), one.get("name"))]
        names += [
            ((*where, "aliases", number), alias)
            for number, alias in enumerate(aliases if isinstance(aliases, list) else ())
        ]
        for place, name in names:
            squeezed_name = squeezed(name) if isinstance(name, str) else ""
            first = known.setdefault(squeezed_name, place) if squeezed_name else place
            if first[:2] != place[:2]:
                yield Problem(
                    place, f"found {quoted(name)}, which is also {name_of(first)}, expected a name of its own"
                )


def _organisation_twice(document: Raw) -> Iterator[Problem]:
    organisations = tables(document, "organisation")
    yield from _once("name", ((where, text(one, "name", "organisation")) for where, one in organisations))
    listed = ((where, one.get("domains")) for where, one in organisations)
    yield from _once(
        "",
        (
            ((*where, "domains", number), str(domain).casefold().removeprefix("@"))
            for where, domains in listed
            if isinstance(domains, list)
            for number, domain in enumerate(domains)
        ),
    )


def _once(key: str, found: Iterator[tuple[Where, str]]) -> Iterator[Problem]:
    known: dict[str, Where] = {}
    for where, value in found:
        place = (*where, key) if key else where
        if value and (first := known.setdefault(value, place)) != place:
            yield Problem(place, f"found {quoted(value)} again, expected it only as {name_of(first)}")


def _contract_contradicts(document: Raw) -> Iterator[Problem]:
    for where, one in tables(document, "organisation"):
        cap, floor = one.get("severity_cap"), one.get("severity_floor")
        if isinstance(cap, str) and isinstance(floor, str) and cap > floor:
            says = f"found {quoted(cap)} as the worst and {quoted(floor)} as the mildest, expected them the other way round"
            yield Problem((*where, "severity_cap"), says)


def _rule_asks_for_nothing(document: Raw) -> Iterator[Problem]:
    products = {text(one, "name", "product") for _, one in tables(document, "product")}
    for where, one in tables(document, "severity_rule"):
        if not any(one.get(key) for key in ("phrases", "patterns", "senders", "products")):
            says = "found a rule that would apply to every mail, expected phrases, patterns, senders or products"
            yield Problem((*where, "phrases"), says)
        if one.get("together_with") and not one.get("phrases"):
            yield Problem((*where, "together_with"), "found it without phrases, expected both")
        named = one.get("products")
        for number, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str) and name not in products:
                yield Problem((*where, "products", number), f"found {quoted(name)}, expected the name of a [[product]]")


def _asked_about_nothing(document: Raw) -> Iterator[Problem]:
    products = {text(one, "name", "product") for _, one in tables(document, "product")}
    for where, one in tables(document, "staff"):
        named = one.get("products")
        for number, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str) and name not in products:
                yield Problem((*where, "products", number), f"found {quoted(name)}, expected the name of a [[product]]")


def _two_leads(document: Raw) -> Iterator[Problem]:
    leads = [where for where, one in tables(document, "engineer") if one.get("lead") is True]
    for where in leads[1:]:
        yield Problem((*where, "lead"), f"found a second lead beside {name_of(leads[0])}, expected one")


def _link_shows_an_engineer(document: Raw) -> Iterator[Problem]:
    """What customers get shows no address of an engineer; in a link it would be replaced, and the link lead nowhere."""
    known = [address.key for section in ("engineer", "staff") for _, address in addresses(document, section)]
    for section in ("desk", "engineer"):
        for where, one in tables(document, section):
            link = text(one, "meeting_link", section)
            if shown := next((key for key in known if key in link.casefold()), ""):
                yield Problem(
                    (*where, "meeting_link"),
                    f"found {quoted(shown)} in it, expected no address of somebody who works for you",
                )


def _leads_nowhere(document: Raw, folder: Path) -> Iterator[Problem]:
    """Paths that must lead to something, from the folder of the file."""
    for section in ("mailbox", "smtp", "alarm_smtp"):
        for where, path in paths(document, section, "ca_file"):
            if not _is(stat.S_ISREG, folder / path):
                yield Problem(where, f"found no readable file {quoted(str(path))}, expected certificates in PEM form")
    for where, path in paths(document, "letters", "folder"):
        if not _is(stat.S_ISDIR, folder / path):
            yield Problem(where, f"found no readable folder {quoted(str(path))}, expected templates in it")
    for where, path in paths(document, "letters", "answers"):
        if not _is(stat.S_ISDIR, folder / path):
            yield Problem(where, f"found no readable folder {quoted(str(path))}, expected canned answers in it")
    for where, path in paths(document, "desk", "data"):
        if _is(stat.S_ISREG, folder / path):
            yield Problem(where, f"found a file at {quoted(str(path))}, expected a folder for the store")


def _is(sort: Callable[[int], bool], path: Path) -> bool:
    """Is it there, for us to see, and of this sort? Names too long, and folders closed to us, count as not there."""
    try:
        return sort(path.stat().st_mode)
    except OSError:
        return False


def _passwords(one: Raw) -> list[str]:
    return [key for key in one if key in PASSWORDS]


def _same_account(one: Raw, other: Raw) -> bool:
    return _account(one) == _account(other)


def _account(one: Raw) -> tuple[object, object]:
    """As logs and ledgers know it: without the port. Without host or username it is like no other."""
    host, username = text(one, "host", "mailbox"), text(one, "username", "mailbox")
    return (host.casefold(), username) if host and username else (id(one), "")


def _folder(one: Raw, key: str) -> str:
    return text(one, key, "mailbox")


def _same_folder(one: str, other: str) -> bool:
    """INBOX is the same in any case, other names are as they stand (RFC 3501, section 5.1)."""
    return one == other or one.upper() == other.upper() == "INBOX"


def _is_duration(written: str) -> bool:
    try:
        values.duration(written)
    except ValueError:
        return False
    return True


CHECKS: tuple[Callable[[Raw], Iterator[Problem]], ...] = (
    _no_intake,
    _no_engineer,
    _address_twice,
    _engineer_is_the_desk,
    _detail_in_own_address,
    _mailbox_twice,
    _mail_put_aside_is_read_again,
    _put_aside_in_one_folder,
    _mailbox_password,
    _smtp_login,
    _alarms_to_the_desk,
    _every_look_would_be_an_outage,
    _hours_contradict,
    _openings_overlap,
    _severity_twice,
    _product_named_twice,
    _organisation_twice,
    _contract_contradicts,
    _rule_asks_for_nothing,
    _asked_about_nothing,
    _two_leads,
    _link_shows_an_engineer,
)
