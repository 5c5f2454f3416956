"""Who works here? The engineers of the desk."""

from __future__ import annotations

from dataclasses import dataclass

from rules.mail import Address


@dataclass(frozen=True, slots=True)
class Engineer:
    name: str
    address: Address
    skills: frozenset[str] = frozenset()
