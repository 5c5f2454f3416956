"""What may one value look like? Readers of single values; each raises ValueError, with a hint where it has one."""

from __future__ import annotations

import ipaddress
import shlex
import unicodedata
import zoneinfo
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rules.hours import Absence, Opening, Wait
from rules.organisations import FREE_MAIL
from rules.phrases import Book

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
OCTETS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
LONGEST_DURATION = timedelta(days=3650)
LARGEST_SIZE = 2 * OCTETS["GB"]
HIGHEST_PORT = 65535
SMTP_PORT = 25
LONGEST_LINK = 500
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# RFC 5322, section 3.2.3: the letters of an atom
ATEXT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~")


def line(text: str) -> str:
    """Something to read, on one line: it may end up in a mail header."""
    must(text.strip())
    must(not any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text), "it must stay on one line")
    return text


def name(text: str) -> str:
    must(len(text) <= 100, "it is longer than 100 characters")
    return line(text).strip()


def address(text: str) -> str:
    """One addr-spec in its plain form: no display name, no quotes, no comments (RFC 5322, section 3.4.1)."""
    local, at, domain = text.rpartition("@")
    must(text.isascii(), "without SMTPUTF8 it is plain ASCII, a domain in its xn-- form")
    must(not ("<" in text or "," in text or ";" in text), "without a name, brackets or a second address")
    must(at and len(local) <= 64 and len(text) <= 254)  # RFC 5321, section 4.5.3.1
    must(all(atom and ATEXT.issuperset(atom) for atom in local.split(".")))
    must(_is_domain(domain))
    return text


def host(text: str) -> str:
    must("://" not in text and "/" not in text, "only the name, without imap:// or smtp://")
    if _is_ip(text):
        return text
    must(":" not in text, "the port has a key of its own")
    must(_is_domain(text.removesuffix(".").replace("_", "-")))
    return text


def port(number: int) -> int:
    must(1 <= number <= HIGHEST_PORT)
    return number


def listen(text: str) -> tuple[str, int] | Path:
    """Host and port, or an absolute path for a Unix socket."""
    if text.startswith("/"):
        return path(text)
    where, colon, number = text.rpartition(":")
    must(colon and where and _is_number(number) and len(number) <= 5, "a host, a colon and a port")
    if where.startswith("[") and where.endswith("]"):
        where = where[1:-1]
        must(_is_ip(where))
    elif ":" in where:
        must(False, 'an IPv6 address stands in brackets: "[::1]:10024"')
    must(int(number) != SMTP_PORT, "25 is the port of SMTP and must not speak LMTP")  # RFC 2033, section 5
    return host(where), port(int(number))


def duration(text: str) -> timedelta:
    """A whole number and its unit. A day has 24 hours."""
    number, unit = text[:-1], text[-1:]
    must(unit in SECONDS and _is_number(number) and len(number) <= 9)
    length = timedelta(seconds=int(number) * SECONDS[unit])
    must(length, "it must be longer than nothing")
    must(length <= LONGEST_DURATION, "at most 3650d")
    return length


def size(text: str) -> int:
    """Octets; 1 MB is 1024 times 1024 of them."""
    number, unit = text[:-2].rstrip(" "), text[-2:].upper()
    must(unit in OCTETS and _is_number(number) and len(number) <= 9)
    octets = int(number) * OCTETS[unit]
    must(0 < octets <= LARGEST_SIZE, "from 1KB to 2GB")
    return octets


def timezone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        raise ValueError(_nearest_zone(text)) from None
    return text


def case_word(text: str) -> str:
    """The word in the tag of every subject; brackets, # and spaces would break the tag."""
    word = unicodedata.normalize("NFC", text)
    must(len(word) <= 20, "it is longer than 20 letters")
    must(word[:1].isalpha() and word.replace("-", "").isalnum(), "the desk writes the brackets and the # itself")
    return word


def first_number(number: int) -> int:
    must(1 <= number <= 999_999_999)
    return number


def count(number: int) -> int:
    must(1 <= number <= 1_000_000)
    return number


def flag(value: bool) -> bool:
    return value


def weight(number: int) -> int:
    must(1 <= number <= 1000)
    return number


def percent(number: int) -> int:
    must(1 <= number <= 99)
    return number


def support_time(text: str) -> Wait:
    """Whole days are support days; anything finer is time in support hours."""
    length = duration(text)
    return Wait(days=length.days) if text.endswith("d") else Wait(time=length)


@dataclass(frozen=True, slots=True)
class WeekPart:
    """Some days of the week, 0 is Monday, and one opening on each of them."""

    days: tuple[int, ...]
    opening: Opening


def opening(text: str) -> WeekPart:
    """ "Mon-Fri 09:00-17:30"; days may be listed as well: "Mon,Wed,Fri 08:00-12:00"."""
    names, _, times = text.strip().partition(" ")
    first, dash, last = times.replace("–", "-").partition("-")
    must(dash, "the days, a space, then from-until")
    span = Opening(_minutes(first.strip()), _minutes(last.strip()))
    must(
        span.start < span.end, "it ends before it begins; for a night write two of them, up to 24:00 and from 00:00 on"
    )
    return WeekPart(tuple(sorted({day for part in names.split(",") for day in _weekdays(part)})), span)


def _weekdays(text: str) -> list[int]:
    first, dash, last = text.partition("-")
    begin, end = _weekday(first), _weekday(last if dash else first)
    return list(range(begin, end + 1)) if begin <= end else [*range(begin, 7), *range(end + 1)]


def _weekday(text: str) -> int:
    must(text[:3].casefold() in WEEKDAYS, "the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun")
    return WEEKDAYS.index(text[:3].casefold())


def _minutes(text: str) -> int:
    hours, colon, minutes = text.partition(":")
    must(colon and _is_number(hours) and _is_number(minutes) and len(hours) <= 2 and len(minutes) == 2)
    passed = int(hours) * 60 + int(minutes)
    must(int(minutes) < 60 and passed <= 24 * 60, "hours go from 00:00 to 24:00")
    return passed


def day(value: str | date) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("year, month and day") from None


def away(text: str) -> Absence:
    """One day, or the first and the last."""
    days = [day(word) for word in text.replace("..", " ").split() if word not in ("to", "until", "-")]
    must(len(days) in (1, 2))
    must(days[0] <= days[-1], "the last day lies before the first")
    return Absence(days[0], days[-1])


def holiday(text: str) -> str:
    """A country or a part of it as the library of holidays knows it, a day, or a day of every year."""
    if text[:1].isdigit():
        every_year = len(text) <= 5
        written = date.fromisoformat(f"2024-{text}" if every_year else text).isoformat()
        return written[5:] if every_year else written  # as days are compared: "20261224" is "2026-12-24"
    from daemon.config.holidays_of import must_be_known

    must_be_known(text)
    return text


def words(value: str | dict[str, str]) -> dict[str, str]:
    """Texts by language; one text alone serves for all of them."""
    texts = {"en": value} if isinstance(value, str) else value
    must(texts and all(isinstance(text, str) and text.strip() for text in texts.values()))
    must(
        all(language.isascii() and language.replace("-", "").isalpha() for language in texts),
        "languages are named as in en, de",
    )
    return texts


def mail_domain(text: str) -> str:
    domain = text.casefold().removeprefix("@")
    must(_is_domain(domain) and "." in domain)
    must(domain not in FREE_MAIL, "everybody can have an address there; name people by their addresses instead")
    return domain


def sender(text: str) -> str:
    local, at, domain = text.casefold().rpartition("@")
    must(at and local and _is_domain(domain.replace("*", "a")))
    return text.casefold()


def phrase(text: str) -> str:
    must(len(line(text)) <= 500, "it is longer than 500 characters")
    Book((text,))
    return text


def pattern(text: str) -> Any:
    """Compiled by RE2, which takes linear time whatever the pattern is."""
    import re2

    options: Any = re2.Options()
    options.case_sensitive, options.log_errors = False, False
    try:
        return re2.compile(line(text), options)  # type: ignore[no-untyped-call]
    except re2.error as error:
        said = error.args[0]
        raise ValueError(said.decode() if isinstance(said, bytes) else str(said)) from None


def path(text: str) -> Path:
    try:
        return Path(line(text)).expanduser()
    except RuntimeError:
        raise ValueError("the home folder behind ~ is not known") from None


def authserv(text: str) -> str:
    """The name a mail server signs its Authentication-Results with (RFC 8601, section 2.5)."""
    must(text.isascii() and text.isprintable() and not set(text) & set(' ;"()'))
    must(text)
    return text


def environment_name(text: str) -> str:
    must(text.isascii() and text.replace("_", "a").isalnum() and not text[:1].isdigit())
    return text


def command(text: str) -> str:
    try:
        must(shlex.split(line(text)))
    except ValueError:
        raise ValueError("the quotes in it must come in pairs") from None
    return text


def credential(text: str) -> str:
    must("/" not in line(text) and text not in (".", ".."), "the name only, without a folder")
    return text


def refused_store(text: str) -> str:
    raise ValueError("this version has only the embedded store, PostgreSQL is not in it yet")


def must(holds: object, hint: str = "") -> None:
    if not holds:
        raise ValueError(hint)


def _is_number(text: str) -> bool:
    """Digits of ours only: str.isdigit alone takes those of every script."""
    return text.isascii() and text.isdigit()


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_domain(text: str) -> bool:
    """Labels of letters, digits and inner hyphens (RFC 5321, section 4.1.2; lengths: RFC 1035, section 2.3.4)."""
    return text.isascii() and len(text) <= 253 and all(_is_label(label) for label in text.split("."))


def _is_label(text: str) -> bool:
    return 0 < len(text) <= 63 and text[0] != "-" != text[-1] and text.replace("-", "a").isalnum()


def _nearest_zone(text: str) -> str:
    zones = sorted(zoneinfo.available_timezones())
    if not zones:
        return "this machine has no time zone data at all: install tzdata"
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in zones}
    names = cities | {zone.casefold(): zone for zone in zones}
    near = get_close_matches(text.casefold(), names, n=1, cutoff=0.8)
    return f"did you mean {names[near[0]]}?" if near else ""


def webhook(text: str) -> str:
    """A web address; whoever knows it can write there."""
    must(text.startswith(("https://", "http://")), "it begins with neither https:// nor http://")
    must(
        text.isprintable() and text.isascii() and not set(text) & set(' <>"'),
        "there are blanks, brackets or quotes in it",
    )
    must("@" not in text.partition("://")[2].partition("/")[0], "a name or a password before the host is not sent")
    must(_names_a_host(text), "it names no host, or a port that is none")
    return text


def _names_a_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # of brackets that do not close, or a port that is no number
        return False


def link(text: str) -> str:
    """A web address without blanks; {number} is the only thing in it that is filled in."""
    must(text.startswith(("https://", "http://")), "it begins with neither https:// nor http://")
    must(len(text) <= LONGEST_LINK, f"it is longer than {LONGEST_LINK} characters")
    must(text.isprintable() and not set(text) & set(' <>"'), "there are blanks, brackets or quotes in it")
    host = text.partition("://")[2].partition("/")[0]
    must(bool(host) and "{" not in host, "it names no host")
    filled = text.replace("{number}", "")
    must("{" not in filled and "}" not in filled, "only {number} may stand in curly brackets")
    return text
