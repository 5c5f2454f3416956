"""On which days is there a holiday? Those of a country from the library `holidays`, which is loaded only where one is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from rules.hours import no_holiday


def must_be_known(place: str) -> None:
    """A country, or a part of one: "DE", "DE-BY". Errors: ValueError."""
    import holidays

    country, _, part = place.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise ValueError("a country is written in two capital letters")
    if part and part not in known[country]:
        near = get_close_matches(part.upper(), known[country], n=1, cutoff=0.1)
        raise ValueError(
            f"the parts of {country} are {', '.join(known[country])}{f'; did you mean {near[0]}?' if near else ''}"
        )


def holiday_of(days: tuple[str, ...]) -> Callable[[date], str]:
    """Names the holiday of a day, "" when it is none; `days` as in the configuration."""
    if not days:
        return no_holiday
    fixed = {one for one in days if one[0].isdigit()}
    places = tuple(one for one in days if one not in fixed)

    @lru_cache(maxsize=2048)
    def holiday(day: date) -> str:
        written = day.isoformat()
        if written in fixed or written[5:] in fixed:
            return "closed"
        names = (str(_calendar(place, day.year).get(day, "")) for place in places)
        return next(filter(None, names), "")

    return holiday


@lru_cache(maxsize=256)
def _calendar(place: str, year: int) -> Any:
    import holidays

    country, _, part = place.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=year, expand=False)
