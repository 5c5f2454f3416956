"""How much does everybody have to do? What the rules are told about the open cases of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.mail import Address
from rules.people import Engineer
from rules.severity import Triage


@dataclass(frozen=True, slots=True)
class Workload:
    """Open cases: how many of each severity each engineer has, and who owns those of the customer who writes."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by the key of an address, by severity
    owners: tuple[Address, ...] = ()  # of this customer's other open cases, the youngest first

    def weight(self, engineer: Engineer, triage: Triage) -> int:
        """What an engineer carries: each case as heavy as its severity."""
        counts = self.counts.get(engineer.address.key, {})
        return sum(triage.level(letter).weight * number for letter, number in counts.items())
