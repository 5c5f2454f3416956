"""How is a date written in a letter? In the desk's timezone and the language of the letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Spelling:
    """The words of one language, Monday and January first, and how a day and an hour are put together from them."""

    weekdays: str
    months: str
    day: str
    hour: str


SPELLINGS: Mapping[str, Spelling] = {
    "en": Spelling(
        weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        months="January February March April May June July August September October November December",
        day="{weekday}, {day} {month} {year}",
        hour="{day}, {clock} {zone}",
    ),
    "de": Spelling(
        weekdays="Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        day="{weekday}, {day}. {month} {year}",
        hour="{day}, {clock} Uhr ({zone})",
    ),
}


def day(moment: datetime, timezone: str, language: str) -> str:
    """ "Thursday, 26 November 2026"; in a language without a spelling of ours 2026-11-26."""
    return _day(moment.astimezone(zone(timezone)), language)


def hour(moment: datetime, timezone: str, language: str) -> str:
    """ "Thursday, 26 November 2026, 10:00 CET"; in a language without a spelling of ours 2026-11-26 10:00 CET."""
    local = moment.astimezone(zone(timezone))
    pattern = SPELLINGS[language].hour if language in SPELLINGS else "{day} {clock} {zone}"
    return pattern.format(day=_day(local, language), clock=local.strftime("%H:%M"), zone=local.tzname())


def _day(local: datetime, language: str) -> str:
    spelling = SPELLINGS.get(language)
    if spelling is None:
        return local.date().isoformat()
    weekday, month = spelling.weekdays.split()[local.weekday()], spelling.months.split()[local.month - 1]
    return spelling.day.format(weekday=weekday, day=local.day, month=month, year=local.year)


@lru_cache(maxsize=16)
def zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)
