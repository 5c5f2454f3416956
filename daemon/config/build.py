"""How do the checked tables become settings? Defaults that depend on others are filled in, paths made whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from daemon.config import model as model
from daemon.config.holidays_of import holiday_of
from daemon.config.lines import Lines, Where
from daemon.config.problems import name_of
from daemon.config.secret import SOURCES, Secret
from daemon.config.settings import Alarms, Lmtp, Mailbox, Settings, Smtp
from daemon.config.values import WeekPart
from rules.desk import Caps, Desk
from rules.hours import Absence, Calendar
from rules.mail import Address
from rules.organisations import FREE_MAIL, Organisation
from rules.people import Engineer
from rules.products import Product
from rules.severity import Level, Rule, Triage
from rules.severity_levels import SHIPPED
from rules.severity_rules import RULES
from rules.staff import Staff, Team

IMAP_PORTS = {"implicit": 993, "starttls": 143, "none": 143}
SMTP_PORTS = {"implicit": 465, "starttls": 587, "none": 25}
WAITS = ("remind_after", "remind_again_after", "close_after")

Whole = TypeVar("Whole", Path, Path | None)


def settings(path: Path, document: model.Document, lines: Lines) -> Settings:
    """Everything the desk needs; `path` is the file, other paths are taken from its folder."""
    home = _Home(path, lines)
    return Settings(
        path=path,
        desk=_desk(document),
        data=home.whole(document.desk.data),
        mailboxes=tuple(_mailbox(one, number, home) for number, one in enumerate(document.mailbox)),
        smtp=_smtp(document.smtp, home),
        lmtp=Lmtp(document.lmtp.listen) if document.lmtp else None,
        letters=home.whole(document.letters.folder),
        answers=home.whole(document.letters.answers),
        outage_after=document.lifecycle.outage_after,
        max_size=document.desk.max_mail_size,
        alarms=_alarms(document, home),
    )


def _desk(document: model.Document) -> Desk:
    desk, lifecycle = document.desk, document.lifecycle
    products = tuple(_product(one) for one in document.product)
    hours = calendar(desk.timezone, document.hours.days, holiday_of(tuple(document.hours.holidays)))
    return Desk(
        name=desk.name,
        address=Address(desk.address, desk.name),
        engineers=tuple(_engineer(one, document, hours) for one in document.engineer),
        aliases=(*map(Address, desk.aliases), *(address for product in products for address in product.addresses)),
        language=desk.language,
        timezone=desk.timezone,
        case_word=desk.case_word,
        first_number=desk.first_number,
        subaddress=desk.subaddress,
        waits={key: getattr(lifecycle, key) for key in WAITS},
        longest_wait=lifecycle.longest_wait,
        hours=hours,
        triage=_triage(document, hours),
        warn_at=document.triage.warn_at / 100,
        products=products,
        organisations=tuple(_organisation(one) for one in document.organisation),
        staff=tuple(_staff(one) for one in document.staff),
        release_after=document.escalation.release_after,
        hold=document.guard.hold_strangers,
        trusted_authserv=tuple(document.guard.trusted_authserv),
        caps=_caps(document.guard),
        work_lists=document.letters.work_lists,
        weekly_report=document.letters.weekly_report,
        passes_signatures=document.letters.signatures,
        meeting_link=desk.meeting_link or "",
    )


def calendar(
    timezone: str, days: Sequence[WeekPart], holiday: Callable[[date], str], away: Sequence[Absence] = ()
) -> Calendar:
    """Without days it is around the clock, but for holidays and absences."""
    openings = [[part.opening for part in days if day in part.days] for day in range(7)] if days else []
    week = tuple(tuple(sorted(one, key=lambda opening: opening.start)) for one in openings)
    return Calendar(timezone, week, holiday, tuple(away))


def _engineer(one: model.Engineer, document: model.Document, desk_hours: Calendar) -> Engineer:
    """Who names no hours of his own works in those of the desk, wherever he lives; holidays are free for everybody."""
    zone = one.timezone or document.desk.timezone
    lead = (
        one.lead
        if one.lead is not None
        else not any(other.lead for other in document.engineer) and one is document.engineer[0]
    )
    return Engineer(
        name=one.name,
        address=Address(one.address, one.name),
        skills=frozenset(skill.casefold() for skill in one.skills),
        calendar=(
            calendar(zone, one.hours, desk_hours.holiday, one.away)
            if one.hours
            else replace(desk_hours, away=tuple(one.away))
        ),
        zone=zone,
        capacity=one.capacity,
        meeting_link=one.meeting_link or "",
        lead=lead,
    )


def _staff(one: model.Staff) -> Staff:
    return Staff(
        name=one.name,
        address=Address(one.address, one.name),
        teams=tuple(map(Team, one.teams)),
        products=tuple(one.products),
        weight=one.weight,
    )


def _product(one: model.Product) -> Product:
    skills = frozenset(skill.casefold() for skill in one.skills)
    return Product(one.name, tuple(one.aliases), skills, tuple(Address(address) for address in one.addresses))


def _organisation(one: model.Organisation) -> Organisation:
    return Organisation(
        name=one.name,
        domains=tuple(one.domains),
        addresses=tuple(Address(address) for address in one.addresses),
        contacts=tuple(Address(address) for address in one.contacts),
        maintenance_until=one.maintenance_until,
        sales=Address(one.sales) if one.sales else None,
        severity=one.severity or "",
        severity_floor=one.severity_floor or "",
        severity_cap=one.severity_cap or "",
        language=one.language or "",
        timezone=one.timezone or "",
        colleagues=one.colleagues,
    )


def _triage(document: model.Document, hours: Calendar) -> Triage:
    given = {one.letter: one for one in document.severity}
    inside = document.triage.inside
    if inside is None:
        inside = [domain for one in document.engineer if (domain := Address(one.address).domain) not in FREE_MAIL]
    own = tuple(_rule(one) for one in document.severity_rule)
    return Triage(
        levels=tuple(_level(given[one.letter], one, hours) if one.letter in given else one for one in SHIPPED),
        rules=RULES if document.triage.shipped_rules else (),
        own=own,
        default=document.triage.default,
        inside=tuple(dict.fromkeys(inside)),
    )


def _level(one: model.Severity, shipped: Level, hours: Calendar) -> Level:
    own = None
    if one.always:
        own = Calendar(hours.timezone)
    elif one.days:
        own = calendar(hours.timezone, one.days, hours.holiday)
    return Level(
        letter=one.letter,
        names=one.name,
        meanings=one.meaning,
        first_answer=one.first_answer,
        next_answer=one.next_answer,
        acknowledge=one.acknowledge_within,
        calendar=own,
        weight=one.weight or shipped.weight,
        urgent=shipped.urgent if one.urgent is None else one.urgent,
    )


def _rule(one: model.SeverityRule) -> Rule:
    return Rule(
        level=one.severity,
        name=one.name,
        says=tuple(tuple(group) for group in (one.phrases, one.together_with) if group),
        unless=tuple(one.unless),
        patterns=tuple(one.patterns),
        senders=tuple(one.senders),
        products=tuple(one.products),
    )


def _caps(guard: model.Guard) -> Caps:
    return Caps(
        address_per_hour=guard.confirmations_per_address_per_hour,
        address_per_day=guard.confirmations_per_address_per_day,
        domain_per_hour=guard.confirmations_per_domain_per_hour,
        all_per_hour=guard.confirmations_per_hour,
    )


def _mailbox(one: model.Mailbox, number: int, home: _Home) -> Mailbox:
    password = home.secret(one, ("mailbox", number))
    if password is None:
        raise AssertionError("config_checks lets no mailbox without a password pass")
    return Mailbox(
        host=one.host,
        port=one.port or IMAP_PORTS[one.tls],
        tls=one.tls,
        username=one.username,
        password=password,
        folder=one.folder,
        processed=one.processed,
        quarantine=one.quarantine,
        poll=one.poll,
        ca_file=home.whole(one.ca_file),
        timeout=one.timeout,
        password_expires=one.password_expires,
    )


def _alarms(document: model.Document, home: _Home) -> Alarms:
    one, server = document.alarms, document.alarm_smtp
    return Alarms(
        webhook=one.webhook or "",
        address=Address(one.address) if one.address else None,
        smtp=_server(server, ("alarm_smtp",), home) if server else None,
        metrics=home.whole(one.metrics),
        canary=one.canary,
        canary_within=one.canary_within,
        no_mail_after=one.no_mail_after,
        letters_after=one.letters_after,
    )


def _smtp(one: model.Smtp, home: _Home) -> Smtp:
    made = _server(one, ("smtp",), home)
    return replace(made, give_up_after=one.give_up_after, password_expires=one.password_expires)


def _server(one: model.Smtp | model.AlarmSmtp, where: Where, home: _Home) -> Smtp:
    return Smtp(
        host=one.host,
        port=one.port or SMTP_PORTS[one.tls],
        tls=one.tls,
        username=one.username or "",
        password=home.secret(one, where),
        ca_file=home.whole(one.ca_file),
        timeout=one.timeout,
    )


class _Home:
    """Where the file lies, and where in it things stand."""

    def __init__(self, path: Path, lines: Lines) -> None:
        self._path = path
        self._lines = lines

    def whole(self, path: Whole) -> Whole:
        """A relative path begins at the folder of the file, wherever the daemon was started."""
        return path if path is None else self._path.absolute().parent / path

    def secret(self, login: model.Login, where: Where) -> Secret | None:
        for source in SOURCES:
            if (value := getattr(login, source)) is not None:
                place = f"{self._path}:{self._lines.of((*where, source))}: {name_of((*where, source))}"
                return Secret(source, str(self.whole(value) if isinstance(value, Path) else value), place)
        return None
