"""What has the desk agreed to? Its address, people, waits and limits: the part of the configuration that rules read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rules.hours import Calendar, Wait, next_open
from rules.mail import Address
from rules.organisations import Organisation, organisation_of
from rules.people import Engineer
from rules.products import Product
from rules.severity import Triage
from rules.silenced import Silenced
from rules.staff import Staff, Team, asked_about, sales


@dataclass(frozen=True, slots=True)
class Caps:
    """How many confirmations at most go to one address, one domain, and out in all."""

    address_per_hour: int = 30
    address_per_day: int = 100
    domain_per_hour: int = 1000
    all_per_hour: int = 3000


@dataclass(frozen=True, slots=True)
class Desk:
    """One support address with its people and policy."""

    name: str
    address: Address
    engineers: tuple[Engineer, ...]
    aliases: tuple[Address, ...] = ()  # other addresses that reach this desk
    language: str = "en"
    timezone: str = "UTC"
    case_word: str = "Case"
    first_number: int = 10001
    subaddress: str = ""  # "+" puts a token into Reply-To as well; "" when the mail server does not deliver user+detail
    waits: Mapping[str, Wait] = field(default_factory=dict)  # the keys of [lifecycle]
    longest_wait: Wait = Wait(90)  # that a customer can ask for
    hours: Calendar = Calendar()  # in which support is given, and all waits are counted
    triage: Triage = Triage()
    warn_at: float = 0.75  # of a target: then its owner is warned
    products: tuple[Product, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    staff: tuple[Staff, ...] = ()  # of other teams
    release_after: timedelta = timedelta(minutes=15)  # that the letters of a release wait
    hold: Wait = Wait(days=2)  # how long a stranger's mail is held for the owner
    trusted_authserv: tuple[str, ...] = ()  # the mail servers whose word on DKIM and DMARC is believed
    caps: Caps = Caps()
    silenced: Mapping[str, Silenced] = field(
        default_factory=dict
    )  # by the key of the address: who wants no automatic letters
    work_lists: bool = False  # whether each engineer gets his open cases in the morning
    weekly_report: bool = False  # whether the lead gets it
    passes_signatures: bool = True  # of engineers on to customers
    meeting_link: str = ""  # where customers are met; {number} in it is that of the case

    def is_ours(self, address: Address) -> bool:
        """Is this an address of the desk itself, with or without a detail after the separator?"""
        return any(self.bare(address).same_as(own) for own in (self.address, *self.aliases))

    def bare(self, address: Address) -> Address:
        """The address without its detail: support+10042.token@example.com is support@example.com."""
        local, at, domain = address.address.rpartition("@")
        if not self.subaddress or self.subaddress not in local:
            return address
        return Address(local.split(self.subaddress, 1)[0] + at + domain, address.name)

    def detail(self, address: Address) -> str:
        """What stands behind the separator of an address of the desk: "files" of support+files@example.com."""
        bare, local = self.bare(address), address.address.rpartition("@")[0]
        return local.partition(self.subaddress)[2] if self.subaddress and self.is_ours(bare) else ""

    def why_silent(self, address: Address) -> str:
        """Why it gets no letter that no person wrote; "" when it gets them."""
        one = self.silenced.get(address.key)
        return one.why if one else ""

    def hours_of(self, severity: str) -> Calendar:
        """The hours in which cases of this severity are worked on."""
        return self.triage.level(severity).calendar or self.hours

    def opens(self, severity: str, now: datetime) -> datetime:
        """The moment itself if there is support for such a case, else when there is next."""
        return next_open(self.hours_of(severity), now)

    def organisation(self, address: Address) -> Organisation | None:
        return organisation_of(address, self.organisations)

    def organisation_named(self, name: str) -> Organisation | None:
        return next((one for one in self.organisations if name and one.name == name), None)

    def product(self, name: str) -> Product | None:
        return next((product for product in self.products if product.name == name), None)

    def skills_for(self, product: str) -> frozenset[str]:
        """What an engineer must know for a case about it; nothing for "", or for a product that config.toml names no more."""
        known = self.product(product)
        return known.skills if known else frozenset()

    def engineer(self, address: Address) -> Engineer | None:
        return next((engineer for engineer in self.engineers if engineer.address.same_as(address)), None)

    def staff_at(self, address: Address) -> Staff | None:
        """Somebody of another team, or who represents us in the sales to an organisation."""
        found = next((one for one in self.staff if one.address.same_as(address)), None)
        return found or next((sales(one) for one in self._representatives if one.same_as(address)), None)

    @property
    def _representatives(self) -> tuple[Address, ...]:
        return tuple(one.sales for one in self.organisations if one.sales)

    def asked_about(self, product: str, team: Team) -> tuple[Staff, ...]:
        return asked_about(product, team, self.staff)

    @property
    def insiders(self) -> tuple[Address, ...]:
        """The addresses of all who work for us, engineers and other teams: no customer ever sees one.

        But for those who are there for him: the sales representatives.
        """
        for_customers = {one.key for one in self._representatives}
        return tuple(one.address for one in self._people if one.address.key not in for_customers)

    @property
    def _people(self) -> tuple[Engineer | Staff, ...]:
        return (*self.engineers, *self.staff)

    def works_for_us(self, address: Address) -> bool:
        """Not the sales representatives: there may be many, and a customer may bring his own into a case."""
        named = any(address.same_as(one.address) for one in self._people)
        return named and not any(address.same_as(one) for one in self._representatives)
