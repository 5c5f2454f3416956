"""What does a delivery status notification say about our letter? RFC 3464, and RFC 6533 for addresses beyond ASCII."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from daemon.incoming.charsets import guess, one_line
from daemon.incoming.header_block import HeaderBlock, read_headers
from daemon.incoming.mime_parts import Part
from rules.mail import Fate

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RECEIPT_TYPES = ("message/disposition-notification", "message/global-disposition-notification")

XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461, section 4
OCTETS = 256 * 1024  # of a status part that are read

SUCCESS = ("delivered", "relayed", "expanded")  # RFC 3464, section 2.3.3
ON_THE_WAY = "delayed"
REFUSED = ("automatic-action", "deleted")  # a filter's refusal, told as a receipt: RFC 5429, section 2.1.1


@dataclass(frozen=True, slots=True)
class Delivery:
    """What happened with one recipient."""

    recipient: str
    action: str
    status: str
    diagnostic: str
    retry_until: datetime | None = None  # RFC 3464, section 2.3.9

    @property
    def delayed(self) -> bool:
        return self.action == ON_THE_WAY or (not self.action and self.status.startswith("4"))

    @property
    def failed(self) -> bool:
        """Also where a server invents its own word: "failure", "error"."""
        return self.action not in SUCCESS and not self.delayed and not self.status.startswith("2")

    @property
    def fate(self) -> Fate:
        return Fate.FAILED if self.failed else Fate.DELAYED if self.delayed else Fate.TAKEN


def read_deliveries(tree: Part) -> tuple[Delivery, ...]:
    """All recipients that the status parts of a mail report on."""
    found = []
    for leaf in tree.leaves():
        if leaf.content_type in STATUS_TYPES:
            found += [_delivery(block) for block in _blocks(leaf.content()[:OCTETS])]
        elif leaf.content_type in RECEIPT_TYPES:
            found += [_refusal(block) for block in _blocks(leaf.content()[:OCTETS])]
    return tuple(delivery for delivery in found if delivery is not None)


def read_envelope_id(tree: Part) -> str:
    """How we named the letter to the server that took it (RFC 3464, section 2.2.1); "" when no status part says so."""
    for leaf in tree.leaves():
        if leaf.content_type in STATUS_TYPES:
            for block in _blocks(leaf.content()[:OCTETS]):
                if name := _text(block, "original-envelope-id"):
                    return XTEXT.sub(lambda octet: chr(int(octet[1], 16)), name)
    return ""


def _blocks(status: bytes) -> Iterator[HeaderBlock]:
    """Groups of fields with empty lines between them: one on the mail, then one a recipient."""
    at = 0
    while at < len(status):
        block = read_headers(status, at)
        if block.fields:
            yield block
        at = max(block.body, at + 1)  # a line that is no field is stepped over


def _delivery(block: HeaderBlock) -> Delivery | None:
    """RFC 3464, section 2.3: we know the recipient under the original name, the last server under the final one."""
    recipient = address_in(block.first("original-recipient")) or address_in(block.first("final-recipient"))
    action = _text(block, "action").lower().split()
    status = _text(block, "status").split()
    if not (recipient or action):
        return None
    diagnostic = _text(block, "diagnostic-code").partition(";")[2].strip() or _text(block, "diagnostic-code")
    until = _moment(_text(block, "will-retry-until"))
    return Delivery(recipient, action[0] if action else "", status[0] if status else "", diagnostic[:500], until)


def _refusal(block: HeaderBlock) -> Delivery | None:
    disposition = _text(block, "disposition").lower()
    if not all(word in disposition for word in REFUSED):
        return None  # a receipt: somebody, or a program, has looked at it
    return Delivery(address_in(block.first("final-recipient")), "failed", "", f"Disposition: {disposition[:200]}")


def address_in(value: bytes) -> str:
    """`rfc822; <ann@example.com>` is ann@example.com."""
    text = one_line(guess(value))
    sort, semicolon, address = text.partition(";")
    address = (address if semicolon else sort).strip()
    if "<" in address:
        address = address.partition("<")[2].partition(">")[0]
    return address.strip("\"' ") if "@" in address else ""


def _moment(value: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value[:100])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _text(block: HeaderBlock, name: str) -> str:
    return " ".join(one_line(guess(block.first(name))).split())
