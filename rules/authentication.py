"""Has a mail server that we trust verified who wrote this? The Authentication-Results header (RFC 8601), read with care.

Anybody can write such a header, so of all of them only the first one in the mail counts, with those that follow it directly,
and only if each is signed by a server named in config.toml: our server puts its word on top and takes out what pretends to be
its. Of a verdict only two things prove an author: dmarc=pass for the domain of the From line, and dkim=pass of that domain; and
neither does where one of them says that the mail failed DMARC for that domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.mail import Mail

HEADER = "authentication-results"
STALE = timedelta(days=7)  # a signed mail can be sent again by anybody who has it; an old one gives no orders
_NO_OBJECTION = frozenset({"pass", "none", "bestguesspass"})  # of DMARC; none: the domain asks for no such check
_LONGEST = 20_000  # characters of one header
_RESULT = re.compile(r"^([a-z0-9-]{1,40})(?:/\d{1,3})?\s{0,9}=\s{0,9}([a-z]{1,20})\b")
# Reasons are read as well, so that what stands in one is no property.
_PROPERTY = re.compile(r"([a-z0-9.-]{1,80})\s{0,9}=\s{0,9}(\"(?:[^\"\\]|\\.){0,300}\"|[^\s;]{1,300})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Does a trusted server vouch for the domain of the author? `why` is what it says; "" when none says anything."""

    aligned: bool
    why: str
    failed: bool = False  # it says that the mail is forged: DMARC failed for that very domain


def verdict(mail: Mail, trusted: tuple[str, ...], now: datetime) -> Verdict:
    """What is known about the author beyond his From line."""
    block = list(_block(mail, trusted))
    if not block:
        return Verdict(False, "")
    about = [
        (server, method, result)
        for server, results in block
        for method, result, properties in results
        if _is_about(method, properties, mail.sender.domain)
    ]
    for server, method, result in about:
        if method == "dmarc" and result not in _NO_OBJECTION:
            return Verdict(False, f"{method}={result} for {mail.sender.domain}, says {server}", result == "fail")
    if why := _may_be_sent_again(mail, now):
        return Verdict(False, why)
    for server, method, result in about:
        if result == "pass":
            return Verdict(True, f"{method}=pass for {mail.sender.domain}, says {server}")
    said = ", ".join(f"{method}={result}" for _, results in block for method, result, _ in results)[:200]
    return Verdict(False, f"{block[0][0]} does not vouch for {mail.sender.domain or 'nobody'}: {said or 'nothing'}")


def _may_be_sent_again(mail: Mail, now: datetime) -> str:
    """A signature goes along with every copy; the shell takes the Message-ID off a mail that comes under a known one."""
    if mail.date is None or abs(now - mail.date) > STALE:
        return "the mail is older than a week, or has no date"
    return "" if mail.message_id else "the mail has no Message-ID of its own, so it may be a signed one sent again"


_VERSION = "1"  # RFC 8601, section 2.2: authres-version

Result = tuple[str, str, dict[str, str]]  # method, result, properties such as header.d


def _block(mail: Mail, trusted: tuple[str, ...]) -> Iterator[tuple[str, list[Result]]]:
    """The topmost such headers, one right below the other, as long as each is of a server we trust."""
    names = [name for name, _ in mail.headers]
    if HEADER not in names:
        return
    for name, value in mail.headers[names.index(HEADER) :]:
        server, results = _read(value[:_LONGEST]) if name == HEADER else ("", [])
        if server.casefold() not in {one.casefold() for one in trusted}:
            return
        yield server, results


def _read(value: str) -> tuple[str, list[Result]]:
    """The server that signs it, and its results; comments are no part of either (RFC 8601, section 2.2)."""
    first, *parts = _without_comments(value).split(";")
    server, *version = first.split() or [""]
    if version not in ([], [_VERSION]):
        return server, []  # nobody knows what its results mean
    return server, [found for part in parts if (found := _result(part.strip().casefold()))]


def _result(part: str) -> Result | None:
    found = _RESULT.match(part)
    if found is None:
        return None
    said = [(name, value.strip('"')) for name, value in _PROPERTY.findall(part[found.end() :])]
    names = [name for name, _ in said]
    return found[1], found[2], {name: value for name, value in said if names.count(name) == 1}


def _is_about(method: str, properties: dict[str, str], domain: str) -> bool:
    """Alignment in its strict form: the very domain (RFC 7489, section 3.1)."""
    if method == "dmarc":
        return bool(domain) and properties.get("header.from", "") == domain
    if method == "dkim":
        signed = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
        return bool(domain) and signed == domain
    return False


def _without_comments(value: str) -> str:
    """In one pass: parentheses may lie in each other, and never end; those in quotes are letters."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth and not quoted:
            depth -= 1
            continue
        if not depth:
            kept.append(" " if letter == ";" and quoted else letter)
    return "".join(kept)
