"""Who works here? The engineers of the desk: what they know, when they are there, how much they can carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules.hours import Calendar
from rules.mail import Address

CAPACITY = 20  # of weight: ten cases of severity C


@dataclass(frozen=True, slots=True)
class Engineer:
    name: str
    address: Address
    skills: frozenset[str] = frozenset()
    calendar: Calendar = Calendar()  # working hours and absences
    capacity: int = CAPACITY  # the weight of open cases that he can carry at once
    lead: bool = False
    meeting_link: str = ""  # where he shares his screen; "" is that of the desk
    zone: str = ""  # where he lives: it tells which day it is for him; "" is that of his calendar

    def is_away(self, on: date) -> bool:
        """For whole days, not just after work."""
        return any(absence.covers(on) for absence in self.calendar.away)


def is_away_today(engineer: Engineer, now: datetime) -> bool:
    """On the day it is where he works."""
    return engineer.is_away(local_day(engineer, now))


def zone_of(engineer: Engineer) -> str:
    """Where he works."""
    return engineer.zone or engineer.calendar.timezone


def local_day(engineer: Engineer, now: datetime) -> date:
    """The day it is where he works."""
    return now.astimezone(ZoneInfo(zone_of(engineer))).date()
