"""How does the desk fare, on a terminal and to a program?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from daemon.show import iso
from rules.hours import local_time

_CLOSED = {"engineer": "by engineers", "customer": "by the customer", "silence": "for silence", "merged": "merged"}
_TURNS = {"late": "late", "ours": "our turn", "others": "with others", "customer": "waiting for the customer"}


def report_rows(figures: Mapping[str, Any]) -> dict[str, Any]:
    """`postcase report --json`: the figures of rules/week.py, times in UTC."""
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in figures.items()}


def report_page(figures: Mapping[str, Any], timezone: str) -> Iterator[str]:
    """Lines for a terminal."""
    yield f"{local_time(figures['since'], timezone)} to {local_time(figures['until'], timezone)}"
    yield ""
    yield _counted("opened", [(one["severity"], one["count"]) for one in figures["opened"] if one["count"]])
    yield _counted("closed", [(_CLOSED[one["by"]], one["count"]) for one in figures["closed"]])
    yield _counted("open", [(_TURNS[one["turn"]], one["count"]) for one in figures["open"]])
    yield f"{'late answers':14}{figures['late_answers']}"
    yield ""
    for one in figures["people"]:
        yield f"{one['name']}: {one['open']} open, {one['late']} of them late; {one['closed']} closed"
    if figures["overdue"]:
        yield ""
    for one in figures["overdue"]:
        yield f"late: {one['number']} {one['severity']} {one['subject']} ({one['owner']}), due {one['due']}"
    if figures["more_overdue"]:
        yield f"late: and {figures['more_overdue']} more"


def _counted(name: str, parts: list[tuple[str, int]]) -> str:
    said = ", ".join(f"{count} {what}" for what, count in parts)
    return f"{name:14}{sum(count for _, count in parts)}" + (f" ({said})" if said else "")
