"""What may one value look like? Readers of single values; each raises ValueError, with a hint where it has one."""

from __future__ import annotations

import ipaddress
import shlex
import unicodedata
import zoneinfo
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
OCTETS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
LONGEST_DURATION = timedelta(days=3650)
LARGEST_SIZE = 2 * OCTETS["GB"]
HIGHEST_PORT = 65535
SMTP_PORT = 25

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


def only_true(value: bool) -> bool:
    must(value, "other support hours are not in this version")
    return value


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
