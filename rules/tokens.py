"""Is this really an answer to what we sent, and to whom did we send it? The seal in our Message-IDs and Reply-To addresses.

A letter's Message-ID is `<case.NUMBER.PAPER.SEAL@domain>`; the seal is an HMAC over case, paper, recipient and time, so nobody
can guess one, and the one of a customer never speaks for an engineer. Where the mail server delivers subaddresses
(RFC 5233), Reply-To carries the same: `support+NUMBER.PAPER.SEAL@domain`, because some providers rewrite Message-IDs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from rules.desk import Desk
from rules.mail import Address, Mail

SEAL_LETTERS = 26  # 128 bits in base 32
SEAL_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz234567")


@dataclass(frozen=True, slots=True)
class Token:
    """What a sealed id claims; `is_for` says whether the claim is true."""

    number: int
    paper: int
    seal: str

    def is_for(self, recipient: Address, key: bytes) -> bool:
        return hmac.compare_digest(self.seal, _seal(key, self.number, self.paper, recipient))


def dated(key: bytes, written_at: datetime) -> bytes:
    """The key for the letters of one second.

    After a restore from an old backup a case number may be given out again; the seal of a lost letter must not open the new case.
    """
    return hmac.new(key, str(int(written_at.timestamp())).encode(), hashlib.sha256).digest()


def message_id(desk: Desk, key: bytes, number: int, paper: int, recipient: Address) -> str:
    """The Message-ID of one letter to one recipient, without angle brackets."""
    return f"case.{number}.{paper}.{_seal(key, number, paper, recipient)}@{desk.address.domain}"


def message_id_apart(desk: Desk, key: bytes, number: int, paper: int, recipient: Address) -> str:
    """The Message-ID of a letter that must not show to which case it belongs; it is no token, and proves nothing."""
    return f"mail.{_seal(key, number, paper, recipient)}@{desk.address.domain}"


def reply_address(desk: Desk, key: bytes, number: int, paper: int, recipient: Address) -> Address:
    """Where the answer to a letter goes: the desk, with the token as detail where the mail server delivers that."""
    if not desk.subaddress:
        return desk.address
    local, _, domain = desk.address.address.rpartition("@")
    detail = f"{number}.{paper}.{_seal(key, number, paper, recipient)}"
    return Address(f"{local}{desk.subaddress}{detail}@{domain}", desk.address.name)


def tokens_in(mail: Mail, desk: Desk) -> tuple[Token, ...]:
    """Every token a mail shows, the nearest parent first; nothing is proven yet."""
    claims = [_read(parent, "case.") for parent in mail.parents if _is_our_id(parent, desk)]
    reported = mail.bounce.original_message_id if mail.bounce else mail.reports_on
    if _is_our_id(reported, desk):
        claims.append(_read(reported, "case."))
    if desk.subaddress:
        for address in (*mail.to, *mail.cc):
            if desk.is_ours(address):
                claims.append(_read(address.address.partition(desk.subaddress)[2], ""))
    return tuple(dict.fromkeys(claim for claim in claims if claim))


def own_token(mail: Mail, desk: Desk) -> Token | None:
    """The token in the mail's own Message-ID: then it is a letter of ours that came back."""
    return _read(mail.message_id, "case.") if _is_our_id(mail.message_id, desk) else None


def is_token(detail: str) -> bool:
    """Has the detail of an address the form of our tokens? Whether it is true is another question."""
    return _read(detail, "") is not None


def _is_our_id(message_id: str, desk: Desk) -> bool:
    domain = message_id.casefold().rpartition("@")[2]
    return any(domain == own.domain for own in (desk.address, *desk.aliases))  # the address may have been another once


def _read(text: str, prefix: str) -> Token | None:
    if text[: len(prefix)].casefold() != prefix:
        return None
    parts = text[len(prefix) :].partition("@")[0].split(".")
    if len(parts) != 3 or len(parts[2]) != SEAL_LETTERS or not set(parts[2].lower()) <= SEAL_ALPHABET:
        return None
    number, paper, seal = parts
    if not (_is_count(number) and _is_count(paper)):
        return None
    return Token(int(number), int(paper), seal.lower())


def _is_count(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 12


def _seal(key: bytes, number: int, paper: int, recipient: Address) -> str:
    claim = f"{number}.{paper}.{recipient.key}".encode("utf-8", "surrogatepass")
    digest = hmac.new(key, claim, hashlib.sha256).digest()[:16]
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
