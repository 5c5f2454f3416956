"""How does a change look on a terminal, and to a program?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from daemon.show import columns, entry_row, iso, local
from rules.change import Change, Release

COLUMNS = ("change", "stage", "priority", "votes", "cases", "product", "opened", "title")


def by_urgency(changes: Iterable[Change], *, everything: bool) -> list[Change]:
    """What somebody still has to do something about, the weightiest first; then, where all are asked for, the others."""
    wanted = (one for one in changes if everything or one.is_open)
    return sorted(wanted, key=lambda one: (not one.is_open, -one.priority, one.number))


def change_row(change: Change) -> dict[str, Any]:
    """One row of `postcase changes --json`."""
    return {
        "number": change.number,
        "title": change.title,
        "product": change.product,
        "stage": str(change.stage),
        "priority": change.priority,
        "cases": list(change.cases),
        "opened_at": iso(change.opened_at),
    }


def whole_change(change: Change) -> dict[str, Any]:
    """`postcase change N --json`."""
    votes = [{"by": vote.by, "points": vote.points, "weight": vote.weight, "at": iso(vote.at)} for vote in change.votes]
    history = [entry_row(entry) for entry in change.history]
    releases = [
        {
            "version": one.version,
            "at": iso(one.at),
            "by": one.by,
            "to": list(one.to) or "all",
            "got": list(one.got),
            "withheld": list(one.withheld),
        }
        for one in change.releases
    ]
    return {**change_row(change), "home": change.home, "votes": votes, "releases": releases, "history": history}


def _released(release: Release, zone: ZoneInfo) -> str:
    """`2026-03-02 10:00  9.2.1 to all: ann@customer.example; without maintenance: dora@discreet.example`"""
    whom = f"{release.version} to {', '.join(release.to) or 'all'}: {', '.join(release.got) or 'nobody'}"
    without = f"; without maintenance: {', '.join(release.withheld)}" if release.withheld else ""
    return f"{local(release.at, zone)}  {whom}{without}"


def change_table(changes: Iterable[Change], zone: ZoneInfo) -> list[str]:
    rows = [
        (
            str(one.number),
            str(one.stage),
            str(one.priority),
            str(len(one.votes)),
            str(len(one.cases)),
            one.product or "-",
            local(one.opened_at, zone),
            one.title,
        )
        for one in changes
    ]
    return columns([COLUMNS, *rows])


def change_page(change: Change, zone: ZoneInfo) -> list[str]:
    """`postcase change N`: what it is, who wants it how much, and its way so far."""
    facts = [
        ("Change", f"{change.number}  {change.title}"),
        ("Stage", str(change.stage)),
        ("Product", change.product),
        ("Cases", ", ".join(map(str, change.cases)) or "none"),
        ("Priority", str(change.priority)),
        (
            "Votes",
            ", ".join(
                f"{one.by} {one.points}" + (f" x {one.weight}" if one.weight > 1 else "") for one in change.votes
            ),
        ),
        ("Opened", local(change.opened_at, zone)),
        *(("Released", _released(one, zone)) for one in change.releases),
    ]
    lines = [f"{name + ':':<10} {value}" for name, value in facts if value]
    rows = [
        (local(one.at, zone), f"{one.event} ({one.by})", ": ".join(filter(None, (one.rule, one.evidence))))
        for one in change.history
    ]
    return [*lines, "", *columns(rows)]
