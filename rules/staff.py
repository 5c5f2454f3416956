"""Who besides the engineers works for us? People of other teams, whom engineers ask and whom customers never meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rules.mail import Address


class Team(StrEnum):
    """The values of the key `team` in [[staff]]."""

    DEVELOPMENT = "development"
    QA = "qa"
    MANAGEMENT = "product management"
    SALES = "sales"


# How a team is called in letters and receipts.
CALLED = {
    Team.DEVELOPMENT: "Development",
    Team.QA: "QA",
    Team.MANAGEMENT: "Product Management",
    Team.SALES: "Sales",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of another team."""

    name: str
    address: Address
    teams: tuple[Team, ...]
    products: tuple[str, ...] = ()  # that he is asked about; none named: those for which nobody else is named
    weight: int = 1  # of his voice, where it is decided what to do first

    @property
    def team(self) -> Team:
        return self.teams[0]


def asked_about(product: str, team: Team, staff: Iterable[Staff]) -> tuple[Staff, ...]:
    """Whom of a team to ask about a product: those who name it, else those who name none."""
    of_team = [one for one in staff if team in one.teams]
    named = tuple(one for one in of_team if product and product in one.products)
    return named or tuple(one for one in of_team if not one.products)


def sales(address: Address) -> Staff:
    """The sales representative of an organisation, who need not be named in [[staff]]."""
    return Staff(address.name or address.address, address, (Team.SALES,))
