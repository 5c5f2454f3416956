"""How do the checked tables become settings? Defaults that depend on others are filled in, paths made whole."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from daemon.config import model as model
from daemon.config.lines import Lines, Where
from daemon.config.problems import name_of
from daemon.config.secret import SOURCES, Secret
from daemon.config.settings import Lmtp, Mailbox, Settings, Smtp
from rules.desk import Caps, Desk
from rules.mail import Address
from rules.people import Engineer

IMAP_PORTS = {"implicit": 993, "starttls": 143, "none": 143}
SMTP_PORTS = {"implicit": 465, "starttls": 587, "none": 25}
WAITS = ("remind_after", "remind_again_after", "close_after")

Whole = TypeVar("Whole", Path, Path | None)


def settings(path: Path, document: model.Document, lines: Lines) -> Settings:
    """Everything the desk needs; `path` is the file, other paths are taken from its folder."""
    home = _Home(path, lines)
    return Settings(
        path=path,
        desk=_desk(document),
        data=home.whole(document.desk.data),
        mailboxes=tuple(_mailbox(one, number, home) for number, one in enumerate(document.mailbox)),
        smtp=_smtp(document.smtp, home),
        lmtp=Lmtp(document.lmtp.listen) if document.lmtp else None,
        letters=home.whole(document.letters.folder),
        trusted_authserv=tuple(document.guard.trusted_authserv),
        outage_after=document.lifecycle.outage_after,
        max_size=document.desk.max_mail_size,
    )


def _desk(document: model.Document) -> Desk:
    desk, lifecycle = document.desk, document.lifecycle
    return Desk(
        name=desk.name,
        address=Address(desk.address, desk.name),
        engineers=tuple(_engineer(one) for one in document.engineer),
        aliases=tuple(Address(alias) for alias in desk.aliases),
        language=desk.language,
        timezone=desk.timezone,
        case_word=desk.case_word,
        first_number=desk.first_number,
        subaddress=desk.subaddress,
        waits={key: getattr(lifecycle, key) for key in WAITS},
        caps=_caps(document.guard),
    )


def _engineer(one: model.Engineer) -> Engineer:
    return Engineer(one.name, Address(one.address, one.name), frozenset(one.skills))


def _caps(guard: model.Guard) -> Caps:
    return Caps(
        address_per_hour=guard.confirmations_per_address_per_hour,
        address_per_day=guard.confirmations_per_address_per_day,
        domain_per_hour=guard.confirmations_per_domain_per_hour,
        all_per_hour=guard.confirmations_per_hour,
    )


def _mailbox(one: model.Mailbox, number: int, home: _Home) -> Mailbox:
    password = home.secret(one, ("mailbox", number))
    if password is None:
        raise AssertionError("config_checks lets no mailbox without a password pass")
    return Mailbox(
        host=one.host,
        port=one.port or IMAP_PORTS[one.tls],
        tls=one.tls,
        username=one.username,
        password=password,
        folder=one.folder,
        processed=one.processed,
        quarantine=one.quarantine,
        poll=one.poll,
        ca_file=home.whole(one.ca_file),
        timeout=one.timeout,
    )


def _smtp(one: model.Smtp, home: _Home) -> Smtp:
    return Smtp(
        host=one.host,
        port=one.port or SMTP_PORTS[one.tls],
        tls=one.tls,
        username=one.username or "",
        password=home.secret(one, ("smtp",)),
        ca_file=home.whole(one.ca_file),
        timeout=one.timeout,
        give_up_after=one.give_up_after,
    )


class _Home:
    """Where the file lies, and where in it things stand."""

    def __init__(self, path: Path, lines: Lines) -> None:
        self._path = path
        self._lines = lines

    def whole(self, path: Whole) -> Whole:
        """A relative path begins at the folder of the file, wherever the daemon was started."""
        return path if path is None else self._path.absolute().parent / path

    def secret(self, login: model.Login, where: Where) -> Secret | None:
        for source in SOURCES:
            if (value := getattr(login, source)) is not None:
                place = f"{self._path}:{self._lines.of((*where, source))}: {name_of((*where, source))}"
                return Secret(source, str(self.whole(value) if isinstance(value, Path) else value), place)
        return None
