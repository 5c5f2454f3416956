"""What does the configuration allow that it should not? Told by `postcase check`; the desk runs all the same."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterator
from pathlib import Path

from daemon.config.secret import Secret
from daemon.config.settings import Mailbox, Settings, Smtp
from rules.assignment import able_for

USUAL_TLS = {143: "starttls", 993: "implicit", 25: "starttls", 587: "starttls", 465: "implicit"}


def warnings(settings: Settings) -> list[str]:
    """One sentence each, in the style of the errors."""
    about_servers = (says for key, server in _servers(settings) for says in _about(key, server, settings))
    return [f"{settings.path}: {says}" for says in (*about_servers, *_skills_nobody_has(settings))]


def _skills_nobody_has(settings: Settings) -> Iterator[str]:
    for number, product in enumerate(settings.desk.products, start=1):
        if not able_for(product.skills, settings.desk):
            skills = ", ".join(sorted(product.skills))
            yield (f"product.{number}.skills: found {skills}, which no engineer has all of: the lead gets its cases")


def _servers(settings: Settings) -> list[tuple[str, Mailbox | Smtp]]:
    mailboxes = [(f"mailbox.{number}", mailbox) for number, mailbox in enumerate(settings.mailboxes, start=1)]
    alarms = [("alarm_smtp", settings.alarms.smtp)] if settings.alarms.smtp else []
    return [*mailboxes, ("smtp", settings.smtp), *alarms]


def _about(key: str, server: Mailbox | Smtp, settings: Settings) -> Iterator[str]:
    if server.password:
        yield from _open_to_others(key, server.password, settings.path)
    if server.tls == "none" and server.password and not _is_this_machine(server.host):
        yield f'{key}.tls: found "none", expected "implicit" or "starttls": the password crosses the net in the clear'
    if server.tls != "none" and USUAL_TLS.get(server.port, server.tls) != server.tls:
        usual = USUAL_TLS[server.port]
        yield f'{key}.port: found {server.port} with tls = "{server.tls}", expected tls = "{usual}" on that port'


def _open_to_others(key: str, password: Secret, config: Path) -> Iterator[str]:
    file = config if password.source == "password" else password.file
    if file and _others_may_read(file):
        yield (
            f"{key}.{password.source}: found the password in {file}, which every user of this machine may read, "
            f"expected a file of the desk alone: chmod 640 {file}"
        )


def _others_may_read(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:  # the missing file is told by whoever reveals the password
        return False


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
