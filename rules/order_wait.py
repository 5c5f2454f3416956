"""How long does an engineer want to wait for the customer? The order /wait: a span of support time, or a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.case import Case, Timer
from rules.desk import Desk
from rules.hours import Wait, after, next_open
from rules.order_days import day_of, words_of
from rules.people import Engineer, local_day
from rules.setting import OrderError

LONGEST = timedelta(days=120)
WAITS = "remind_after"  # what the wait stands for in [lifecycle]
_SPAN = re.compile(r"(\d{1,3})\s?([a-zäöüß]{1,8})\.?", re.IGNORECASE)
_UNITS = {
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen"), Wait(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), Wait(days=5)),
    **dict.fromkeys(("h", "hour", "hours", "stunde", "stunden"), Wait(time=timedelta(hours=1))),
}


def end_of_wait(argument: str, desk: Desk, engineer: Engineer, now: datetime) -> datetime:
    """When the first reminder is due, in support hours. Errors: OrderError."""
    found = _SPAN.fullmatch(argument.strip())
    unit = _UNITS.get(found[2].casefold()) if found else None
    ends = _after(int(found[1]), unit, desk, now) if found and unit else _on(argument, desk, engineer, now)
    if ends <= now:
        raise OrderError(f"/wait {argument}: that is no time from now on")
    if ends - now > LONGEST:
        raise OrderError(f"/wait {argument}: expected at most {LONGEST.days} days")
    return next_open(desk.hours, ends)


def waiting(case: Case, until: datetime, now: datetime) -> Case:
    """The case with a wait that hangs on no letter."""
    return replace(case, timer=Timer(WAITS, 0, since=now, due=until, until=until))


def _after(count: int, unit: Wait, desk: Desk, now: datetime) -> datetime:
    return after(desk.hours, now, Wait(unit.days * count, unit.time * count))


def _on(argument: str, desk: Desk, engineer: Engineer, now: datetime) -> datetime:
    """The beginning of a day, where the desk is."""
    days = words_of(argument)
    if len(days) != 1:
        raise OrderError(f"/wait {argument}: expected a span or a day, such as /wait 5d, /wait 4h or /wait 2026-12-05")
    day = day_of(days[0], local_day(engineer, now))
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(desk.timezone)).astimezone(now.tzinfo)
