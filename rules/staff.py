"""Who besides the engineers works for us? People of other teams, whom engineers ask and whom customers never meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rules.mail import Address


class Team(StrEnum):
    """The values of the key `team` in [[staff]]."""

    DEVELOPMENT = "development"


# How a team is called in letters and receipts.
CALLED = {
    Team.DEVELOPMENT: "Development",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of another team."""

    name: str
    address: Address
    team: Team
    products: tuple[str, ...] = ()  # that he is asked about; none named: those for which nobody else is named


def asked_about(product: str, team: Team, staff: Iterable[Staff]) -> tuple[Staff, ...]:
    """Whom of a team to ask about a product: those who name it, else those who name none."""
    of_team = [one for one in staff if one.team is team]
    named = tuple(one for one in of_team if product and product in one.products)
    return named or tuple(one for one in of_team if not one.products)
