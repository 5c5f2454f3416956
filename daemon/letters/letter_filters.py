"""What may a template do with a value? The filters of the letters, beside those of Jinja."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from jinja2 import pass_context
from jinja2.runtime import Context

from daemon.letters import letter_dates
from daemon.letters.header_lines import ascii_domain
from rules.mail import Address


@pass_context
def date(context: Context, moment: datetime) -> str:
    """{{ next_on | date }}: Thursday, 26 November 2026."""
    return letter_dates.day(moment, _timezone(context), context["language"])


@pass_context
def when(context: Context, moment: datetime) -> str:
    """{{ next_on | when }}: Thursday, 26 November 2026, 10:00 CET."""
    return letter_dates.hour(moment, _timezone(context), context["language"])


def _timezone(context: Context) -> str:
    """That of the reader, where we know it; else that of the desk."""
    return str(context.get("timezone") or context["desk"].timezone)


def quoted(text: str) -> str:
    """{{ words | quoted }}: every line behind "> ", as mail clients quote; nothing where there are no words."""
    if not text:
        return ""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def shown(who: Address | str) -> str:
    """{{ sender | shown }}: the name and the address; a domain in foreign letters also as the machines write it.

    A domain with a Cyrillic "o" looks like another one; its ASCII form does not.
    """
    domain = who.domain if isinstance(who, Address) else who.rpartition("@")[2]
    disguise = f" ({ascii_domain(domain)})" if "@" in str(who) and not domain.isascii() else ""
    return f"{who}{disguise}"


FILTERS: Mapping[str, Callable[..., str]] = {"date": date, "when": when, "quoted": quoted, "shown": shown}
