"""Whom could the server not reach, when it says so in words only? qmail, exim, Exchange and their older relatives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The recipient is named on such a line or below it.
INTRODUCING = (
    "following recipient",
    "following address",
    "following user",
    "the following:",
    "failed recipient",
    "did not reach",
    "not receive a copy",
    "not be delivered to",
    "not delivered to",
    "not yet been delivered",
    "unable to deliver",
    "undeliverable to",
    "undeliverable address",
    "address(es) failed",
    "n'a pas pu etre",
    "n'a pas pu être",
    "konnte nicht zugestellt werden",
    "no pudo ser entregado",
)

# Behind a line with one of these stands our own letter; its addresses are not the recipient's.
COPY_BEGINS = (
    "original message",
    "original mail",
    "original e-mail",
    "copy of the message",
    "copy of your message",
    "below this line",
    "message header",
    "header of the",
    "headers of the",
    "returned message",
    "returned mail ---",
    "unsent message",
    "undelivered message",
    "message follows",
    "start of returned",
    "mensaje original",
    "message d'origine",
    "ursprüngliche nachricht",
    "originalnachricht",
    "исходное сообщение",
    "原邮件",
)

STILL_TRYING = (
    "not yet been delivered",
    "has not yet",
    "has been delayed",
    "have been delayed",
    "is delayed",
    "will be retried",
    "continue to attempt",
    "continue to be made",
    "continue to try",
    "will continue for",
    "will keep trying",
    "been postponed",
    "warning message only",
    "no action is required",
    "still being retried",
    "noch nicht zugestellt",
    "weiterhin versucht",
)

SERVERS = ("postmaster@", "mailer-daemon@", "abuse@")

LINES = 400
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")  # RFC 3463
_AROUND_ADDRESS = re.compile(r"[\s<>()\[\]\"',;:|]+")


@dataclass(frozen=True, slots=True)
class Wording:
    recipient: str
    status: str
    diagnostic: str
    still_trying: bool


def read_wording(text: str, subject: str, not_these: frozenset[str]) -> Wording:
    """What the words say; `not_these` are addresses, in lower case, that cannot be the recipient: sender and desk."""
    lines = list(_notification(text))
    introduced = next((number for number, line in enumerate(lines) if _has(line, INTRODUCING)), 0)
    recipient, at = _first_address(lines, introduced, not_these)
    if not recipient:
        recipient, at = _first_address(lines, 0, not_these)
    told = lines[at : at + 8]
    status = _STATUS.search("\n".join(told)) or _STATUS.search("\n".join(lines))
    return Wording(
        recipient=recipient,
        status=status.group() if status else "",
        diagnostic=" ".join(" ".join(told[:4]).split())[:500],
        still_trying=_is_still_trying(subject, lines),
    )


def _notification(text: str) -> Iterator[str]:
    """The server's own lines, up to the copy of our letter."""
    for line in text.split("\n", LINES)[:LINES]:
        line = line[:2000]
        if _has(line, COPY_BEGINS) and not _has(line, INTRODUCING) and _is_heading(line):
            yield line.partition("--")[0]
            return
        yield line


def _has(line: str, phrases: tuple[str, ...]) -> bool:
    said = line.lower()
    return any(phrase in said for phrase in phrases)


def _is_heading(line: str) -> bool:
    return "--" in line or "follow" in line.lower() or line.rstrip().endswith(":")


def _first_address(lines: list[str], begin: int, not_these: frozenset[str]) -> tuple[str, int]:
    for number, line in enumerate(lines[begin:], begin):
        for word in _AROUND_ADDRESS.split(line) if "@" in line else ():
            address = word[word.lower().rfind("smtp=") + 5 :] if "smtp=" in word.lower() else word
            if _may_be_recipient(address.strip(".*"), not_these):
                return address.strip(".*"), number
    return "", 0


def _may_be_recipient(address: str, not_these: frozenset[str]) -> bool:
    local, at, domain = address.partition("@")
    if not (local and at and "." in domain and "@" not in domain and "/" not in address):
        return False
    return address.lower() not in not_these and not address.lower().startswith(SERVERS)


def _is_still_trying(subject: str, lines: list[str]) -> bool:
    said = " ".join(" ".join(lines).lower().split())
    return "delay" in subject.lower() or any(phrase in said for phrase in STILL_TRYING)
