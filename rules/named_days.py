"""Which days does somebody name? "14 May", "bis Montag", "zwei Wochen": as people write them in English and German.

written                                   is
14 May, May 14th, 14. Mai, 14.05.         that day; without a year the next such day
Monday, this Monday, nächsten Montag      the next one; with "next" that of the next week (Monday first)
next week, Ende des Monats, mid-June      its first day, its last working day or last day, the 15th
5 days, zwei Wochen, 3 Werktage           so many days from today on
5/14, 05/06/2026                          nothing: half of the world reads the other day
31 February, Friday 14 May on a Thursday  a day that does not exist: Named.day is None, and so it is for a day that is past
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONG_PAST = 330  # days: a day without a year that comes again only so late is one that has just been

MONTHS = (
    "january|januar|jänner|jaenner|jan", "february|februar|feber|feb", "march|märz|maerz|mär|mrz|mar", "april|apr",
    "may|mai", "june|juni|jun", "july|juli|jul", "august|aug", "september|sept|sep", "october|oktober|oct|okt",
    "november|nov", "december|dezember|dec|dez",
)  # fmt: skip
WEEKDAYS = (
    "monday|montag", "tuesday|dienstag", "wednesday|mittwoch", "thursday|donnerstag", "friday|freitag",
    "saturday|samstag|sonnabend", "sunday|sonntag",
)  # fmt: skip
SHORT_WEEKDAYS = ("mon|mo", "tue|tues|di", "wed|mi", "thu|thur|thurs|do", "fri|fr", "sat|sa", "sun|so")
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a|an|one|another|ein|eine|einen|einem|einer", "two|zwei", "three|drei", "four|vier", "five|fünf|fuenf",
            "six|sechs", "seven|sieben", "eight|acht", "nine|neun", "ten|zehn", "eleven|elf", "twelve|zwölf|zwoelf",
            "thirteen|dreizehn", "fourteen|vierzehn",
        ),
        1,
    )
    for word in words.split("|")
}  # fmt: skip


class Sort(StrEnum):
    """How somebody names a day."""

    DATE = "date"  # with day and month
    WEEKDAY = "weekday"  # also "tomorrow", "next week": `bis Montag` may be no more than a farewell
    SPAN = "span"  # so many days


@dataclass(frozen=True, slots=True)
class Named:
    """A day in a text, and where its words stand."""

    start: int
    end: int
    sort: Sort
    day: date | None  # None: there is no such day, or it is past


def days_in(text: str, today: date) -> list[Named]:
    """All days named in a text, in their order; of two readings of the same words the longer one counts."""
    found = [named for pattern, read in _FORMS for match in pattern.finditer(text) for named in read(match, today)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Named] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _numeric(match: re.Match[str], today: date) -> Iterator[Named]:
    yield _date(match, today, match["day"], int(match["month"]), match["year"])


def _worded(match: re.Match[str], today: date) -> Iterator[Named]:
    yield _date(match, today, match["day"], _place(MONTHS, match["month"]) + 1, match["year"])


def _date(match: re.Match[str], today: date, number: str, month: int, year: str | None) -> Named:
    day = _in_year(today, int(number), month, year)
    weekday = match["weekday"]
    if day and weekday and day.weekday() != max(_place(WEEKDAYS, weekday), _place(SHORT_WEEKDAYS, weekday)):
        day = None
    return Named(match.start(), match.end(), Sort.DATE, day if day and day > today else None)


def _in_year(today: date, day: int, month: int, year: str | None) -> date | None:
    if year:
        return _exact(int(year) + (2000 if len(year) == 2 else 0), month, day)
    nearest = next((one for ahead in (0, 1) if (one := _exact(today.year + ahead, month, day)) and one > today), None)
    return nearest if nearest and (nearest - today).days <= LONG_PAST else None


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(match: re.Match[str], today: date) -> Iterator[Named]:
    wanted = _place(WEEKDAYS, match["weekday"])
    ahead = (wanted - today.weekday() - 1) % 7 + 1
    if (match["which"] or "").casefold().startswith(("next", "nächst", "naechst")):
        ahead = 7 - today.weekday() + wanted
    yield Named(match.start(), match.end(), Sort.WEEKDAY, today + timedelta(days=ahead))


def _near(match: re.Match[str], today: date) -> Iterator[Named]:
    far = match["far"] is not None
    yield Named(match.start(), match.end(), Sort.WEEKDAY, today + timedelta(days=2 if far else 1))


def _week(match: re.Match[str], today: date) -> Iterator[Named]:
    monday = today + timedelta(days=7 - today.weekday() if match["next"] else -today.weekday())
    day = monday + timedelta(days=4 if match["end"] else 0)
    if match["next"] or match["end"]:  # "this week" alone is no day
        yield Named(match.start(), match.end(), Sort.WEEKDAY, day if day > today else None)


def _month(match: re.Match[str], today: date) -> Iterator[Named]:
    if match["name"]:
        month = _place(MONTHS, match["name"]) + 1
        year = today.year + (month < today.month)
        is_middle = _folded(match["part"]).startswith(("mid", "mitte"))
        day = date(year, month, 15) if is_middle else _last_of(year, month)
    else:
        day = _last_of(today.year, today.month)
    yield Named(match.start(), match.end(), Sort.DATE, day if 0 < (day - today).days <= LONG_PAST else None)


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _span(match: re.Match[str], today: date) -> Iterator[Named]:
    word = _folded(match["number"])
    number = int(word) if word.isdigit() else NUMBERS[word]
    unit = match["unit"].casefold()
    if unit.startswith(("day", "tag")) and not match["working"]:
        day = today + timedelta(days=number)
    elif unit.startswith(("week", "woche")):
        day = today + timedelta(days=7 * number)
    elif unit.startswith("mon"):
        day = today + timedelta(days=30 * number)
    else:
        day = _working_days(today, number)
    yield Named(match.start(), match.end(), Sort.SPAN, day if day > today else None)


def _working_days(today: date, number: int) -> date:
    """So many days on, Saturdays and Sundays left out."""
    weeks, days = divmod(number, 5)
    day = today + timedelta(weeks=weeks)
    for _ in range(days):
        day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return day


def _place(table: tuple[str, ...], word: str) -> int:
    """The row of a table in which a word stands; -1 when in none."""
    return next((place for place, words in enumerate(table) if _folded(word) in words.split("|")), -1)


def _folded(word: str) -> str:
    """In lower case; a pattern that ignores case takes the Turkish i without its dot, or with one above I, for an i as well."""
    return (
        word.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i")
        .casefold()
        .replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")
    )


def _either(*rows: str) -> str:
    return "|".join(sorted((word for row in rows for word in row.split("|")), key=len, reverse=True))


_MONTH = rf"(?P<month>{_either(*MONTHS)})\b\.?"
_BEFORE = rf"(?<![\w./])(?:\b(?P<weekday>{_either(*WEEKDAYS, *SHORT_WEEKDAYS)})\b\.?,?\s{{1,3}}(?:the\s|den\s|dem\s)?)?"
_YEAR = r"(?:,?\s{1,3}(?P<year>20\d\d)(?!\w))?"
_NUMBER = rf"(?P<number>\d{{1,3}}|{_either(*NUMBERS)})"
_MORE = r"(?:\s{1,3}(?:more|additional|further|full|weiteren|weitere|weiterer|volle))?"
_UNIT = (
    r"(?P<unit>days?|weeks?|months?|tagen?|tage|wochen?|monaten?|monate?|arbeitstagen?|arbeitstage|werktagen?|werktage)"
)
_NO_CLOCK = r"(?!\s?(?:uhr|h|am|pm)\b)(?![\w/]|[.-]\d)"

Reader = Callable[[re.Match[str], date], Iterator[Named]]
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"{_BEFORE}(?<![-–])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w/]|-\d)", _numeric),
        (rf"{_BEFORE}(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.(?:\s?(?P<year>20\d\d)|)(?![\w/]|\.\d)", _numeric),
        (rf"{_BEFORE}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d\d){_NO_CLOCK}", _numeric),
        (rf"{_BEFORE}(?P<day>\d{{1,2}})\.(?P<month>[01]\d)(?P<year>){_NO_CLOCK}", _numeric),
        (rf"{_BEFORE}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s{{0,3}}(?:of\s{{1,3}})?{_MONTH}{_YEAR}", _worded),
        (rf"{_BEFORE}{_MONTH}\s{{1,3}}(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:/]\d){_YEAR}", _worded),
        (
            rf"\b(?:(?P<which>next|this|coming|the|nächste[nrm]?|naechste[nrm]?|kommende[nrm]?|diese[nrm]?|den|dem)\s{{1,3}})?"
            rf"(?P<weekday>{_either(*WEEKDAYS)})\b",
            _weekday,
        ),
        (r"(?<!guten )(?<!good )\b(?P<far>the day after tomorrow|day after tomorrow|übermorgen|uebermorgen)\b", _near),
        (r"(?<!guten )(?<!after )\b(?:tomorrow|morgen)\b(?P<far>(?!))?", _near),
        (
            r"\b(?:(?P<end>(?:the\s)?end\sof|ende)\s{1,3})?"
            r"(?:(?P<next>next|nächste[rn]?|naechste[rn]?|kommende[rn]?)|the|this|der|dieser)\s{1,3}(?:week|woche)\b",
            _week,
        ),
        (
            rf"\b(?P<part>(?:the\s)?end\sof|mid|mitte|ende)[\s-]{{1,3}}(?P<name>{_either(*MONTHS)})\b(?!\s\d)"
            r"|\b(?:(?:the\s)?end\sof\s(?:the|this)\smonth|ende\s(?:des|dieses)\smonats|monatsende)\b",
            _month,
        ),
        (
            rf"\b(?:(?:another|noch|weitere)\s{{1,3}})?{_NUMBER}{_MORE}\s{{1,3}}(?P<working>working\s|business\s|work\s)?{_UNIT}\b",
            _span,
        ),
    )
)
