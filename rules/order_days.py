"""Which day does an engineer mean? 2026-12-05, 5.12.2026, or 5.12. of this year."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rules.setting import OrderError

LONG_PAST = timedelta(days=180)
UNTIL = frozenset(("until", "till", "to", "bis"))
_SMALL_WORDS = frozenset(("from", "until", "till", "to", "-", "–", "bis", "von", "vom", "zum", "through"))


def words_of(argument: str) -> list[str]:
    """The words of an order that may be days."""
    return [word for word in argument.replace(",", " ").split() if word.casefold() not in _SMALL_WORDS]


def day_of(word: str, now_there: date) -> date:
    """2026-12-05, or 5.12.2026, or 5.12. of this year, or of the next one if it is long past. Errors: OrderError."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        pass
    parts = word.rstrip(".").split(".")
    try:
        if len(parts) == 2:
            day = date(now_there.year, int(parts[1]), int(parts[0]))
            return day if day > now_there - LONG_PAST else day.replace(year=day.year + 1)
        return datetime.strptime(word, "%d.%m.%Y").date()  # noqa: DTZ007 - a day on the wall has no zone
    except (ValueError, OverflowError):
        raise OrderError(f"{word!r} is no day; days are written like 2026-12-05") from None
