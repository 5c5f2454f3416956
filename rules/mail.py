"""What came in? One mail as an immutable value; its raw bytes are kept elsewhere, unchanged."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Who is speaking: a person, or which sort of machine (rules/loop_guard.py decides)."""

    PERSON = "person"
    OUT_OF_OFFICE = "out-of-office"
    AUTO_REPLY = "auto-reply"
    MACHINE = "machine"  # auto-generated mail, no-reply senders, read receipts, ourselves
    BOUNCE = "bounce"
    COMPLAINT = "complaint"  # a provider passes on that somebody called our letter unwanted (RFC 5965)
    LIST = "list"
    SPAM = "spam"  # a filter before us says so; written by a person perhaps, never answered automatically


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address (RFC 5322, section 3.4) with the name shown beside it."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        """The form two addresses are compared in: NFC, case folded (RFC 5321 lets case matter; no mailbox we know does)."""
        return unicodedata.normalize("NFC", self.address).casefold()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]

    def same_as(self, other: Address) -> bool:
        return bool(self.address) and self.key == other.key

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


NOBODY = Address("")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file that came with a mail: its decoded bytes, and the name cleaned of every path."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""  # without the angle brackets
    inline: bool = False


class Fate(StrEnum):
    """How a letter fared with one recipient (RFC 3464, section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    TAKEN = "taken"  # delivered, relayed to a server that reports nothing, or expanded to a list: all is well


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says about one recipient."""

    recipient: str
    status: str  # "5.1.1"; "" when not stated
    fate: Fate
    diagnostic: str = ""
    retry_until: datetime | None = None  # of a letter that is delayed, where the server says so


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery status notification says (RFC 3464): which of our letters, to whom, and is it final."""

    original_message_id: str  # without the angle brackets; "" when the notification does not quote it
    recipient: str
    status: str  # "5.1.1"; "" when not stated
    permanent: bool
    diagnostic: str = ""
    retry_until: datetime | None = None
    others: tuple[Report, ...] = ()  # what the same notification says about more recipients

    def about(self, address: Address) -> Report:
        """How it went with the one we wrote to; where he is not named, as behind a forwarding, with the one who is."""
        first = Report(
            self.recipient,
            self.status,
            Fate.FAILED if self.permanent else Fate.DELAYED,
            self.diagnostic,
            self.retry_until,
        )
        named = (one for one in (first, *self.others) if Address(one.recipient).same_as(address))
        return next(named, first)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a feedback report says (RFC 5965): somebody has called a letter of ours unwanted."""

    feedback: str  # abuse, fraud, virus, opt-out, other, not-spam ...
    recipient: str  # as the provider names him, often blacked out; "" when it does not

    @property
    def objects(self) -> bool:
        """A report that our mail is no spam, or that DMARC failed (RFC 6591), objects to nothing."""
        return self.feedback not in ("not-spam", "auth-failure", "dmarc")


@dataclass(frozen=True, slots=True)
class Mail:
    """One received mail. Ids are without angle brackets, times aware and in UTC, texts with "\\n" line ends."""

    fingerprint: (
        str  # sha256 of the author's own headers and the body: the same for every copy, whatever its trace headers
    )
    message_id: str = ""
    sender: Address = NOBODY  # NOBODY unless the mail names exactly one author (RFC 7103, section 7.5)
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    return_path: str | None = None  # "" is the null sender `<>`, None: not known
    subject: str = ""
    date: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""  # the plain body, or the HTML body as text when there is no plain one
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[
        tuple[str, str], ...
    ] = ()  # every top-level header in order: lower-case name, decoded value on one line
    kind: Kind = Kind.PERSON
    kind_evidence: str = ""  # the header or phrase that `kind` follows from
    bounce: Bounce | None = None
    complaint: Complaint | None = None
    reports_on: str = ""  # Message-ID of the letter that a report is about, whatever it says of it
    size: int = 0  # octets of the raw mail
    defects: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first value of a header, "" when it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key == name)

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the mails this one answers, nearest first (RFC 5322, section 3.6.4)."""
        seen: dict[str, None] = dict.fromkeys(self.in_reply_to)
        seen.update(dict.fromkeys(reversed(self.references)))
        return tuple(seen)
