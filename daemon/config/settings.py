"""What did the admin decide? All of config.toml as values, checked and complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from daemon.config.secret import Secret
from rules.desk import Desk
from rules.hours import Wait
from rules.mail import Address

Tls = Literal["implicit", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One IMAP folder that mail is taken from."""

    host: str
    port: int
    tls: Tls
    username: str
    password: Secret
    folder: str
    processed: str
    quarantine: str
    poll: timedelta
    ca_file: Path | None  # None: the certificate authorities of the system
    timeout: timedelta
    password_expires: date | None = None

    @property
    def name(self) -> str:
        """As it stands in logs and ledgers: support@imap.example.com/INBOX. No two mailboxes share it."""
        return f"{self.username}@{self.host}/{self.folder}"


@dataclass(frozen=True, slots=True)
class Smtp:
    """The server that takes our letters."""

    host: str
    port: int
    tls: Tls
    username: str  # "" and no password: it takes them without a login
    password: Secret | None
    ca_file: Path | None
    timeout: timedelta
    give_up_after: timedelta = timedelta(days=5)
    password_expires: date | None = None


@dataclass(frozen=True, slots=True)
class Alarms:
    """Who hears of it when something is wrong, and when it is."""

    webhook: str = ""
    address: Address | None = None
    smtp: Smtp | None = None  # that takes alarms; None: the one of the letters
    metrics: Path | None = None  # a text file for Prometheus
    canary: timedelta | None = None  # how often the desk writes to itself; None: never
    canary_within: timedelta = timedelta(minutes=15)
    no_mail_after: Wait | None = None
    letters_after: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Lmtp:
    """Where a mail server on this machine may hand us mail directly (RFC 2033)."""

    listen: tuple[str, int] | Path  # host and port, or a Unix socket


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration."""

    path: Path  # the file it came from
    desk: Desk
    data: Path
    mailboxes: tuple[Mailbox, ...]
    smtp: Smtp
    lmtp: Lmtp | None
    letters: Path | None  # templates of the admin's own, before ours
    answers: Path | None  # canned answers, for /use
    outage_after: timedelta  # a longer gap in reading the mailboxes was an outage of ours
    max_size: int  # octets of one mail
    alarms: Alarms = Alarms()

    @property
    def give_up_after(self) -> timedelta:
        return self.smtp.give_up_after
