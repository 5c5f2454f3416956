"""What is wrong with this desk? Configuration, letters, mailboxes, LMTP, SMTP server, data and more, in plain words."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import packages_distributions
from pathlib import Path

from daemon import canary, health, routines, silenced, smtp_send
from daemon.casework import ABSENCES, BOOKS
from daemon.config import load as config
from daemon.config.settings import Settings
from daemon.errors import ConfigError, DamagedFile, PostcaseError
from daemon.figures import is_there, measure, nearest, refusal
from daemon.intake import imap_probe, imap_succession, lmtp_intake, lmtp_probe
from daemon.key_ring import keys_of
from daemon.letters.templates import Letters
from daemon.signs import LITTLE_ROOM, State, signs
from daemon.storage.tinydb_store import TinydbStore

STATES = ("mailboxes", health.STATE, ABSENCES, BOOKS, canary.STATE, routines.STATE, silenced.STATE)
SHOWN_SIGNS = ("clock", "restored", "folders", "caps", "letters", "canary", "mail", "password")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    problem: str = ""
    wrong: bool = False  # the desk cannot work like this

    def __str__(self) -> str:
        if not self.problem:
            return f"ok       {self.what}"
        return f"{'WRONG  ' if self.wrong else 'mind   '}  {self.what}: {self.problem}"


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything that was looked at, one finding each; the network is asked one server after the other."""
    yield Finding(f"configuration {settings.path}")
    for warning in config.warnings(settings):
        yield Finding("configuration", warning)
    yield from _letters(settings)
    yield from _installation()
    yield from _data(settings)
    for mailbox in settings.mailboxes:
        yield from _server(f"mailbox {mailbox.name}", imap_probe.probe(mailbox))
    if settings.lmtp:
        yield from _server(f"lmtp {lmtp_intake.place(settings.lmtp.listen)}", lmtp_probe.probe(settings.lmtp.listen))
    where = f"SMTP server {settings.smtp.host} port {settings.smtp.port}"
    problems = smtp_send.probe(settings.smtp, settings.desk.address.domain)
    yield from _server(where, [(True, problem.removeprefix(where).lstrip(": ")) for problem in problems])


def _server(what: str, problems: list[tuple[bool, str]]) -> Iterator[Finding]:
    if not problems:
        yield Finding(what)
    for wrong, problem in problems:
        yield Finding(what, problem, wrong)


def _letters(settings: Settings) -> Iterator[Finding]:
    """The templates, tried on sample facts as at the start of the daemon."""
    try:
        letters = Letters(settings.desk.language, settings.letters, settings.answers)
    except ConfigError as error:
        for problem in error.problems:
            yield Finding("letters", problem, wrong=True)
    else:
        own = f", those in {settings.letters} before ours" if settings.letters else ""
        yield Finding(f"letters in {', '.join(letters.languages)}{own}")
        if settings.answers:
            yield Finding(f"canned answers in {settings.answers}: {', '.join(letters.answers.names) or 'none'}")


def _installation() -> Iterator[Finding]:
    """PyPI's python-daemon and rules own the same names as our two folders."""
    owners = packages_distributions()
    for folder in ("daemon", "rules"):
        strangers = sorted({name for name in owners.get(folder, []) if name.lower() != "postcase"})
        if strangers:
            problem = f"the package {', '.join(strangers)} owns the name {folder!r} in this environment as well"
            yield Finding("installation", f"{problem}; install postcase into an environment of its own", wrong=True)
    yield Finding(f"installation in {Path(__file__).parent.parent}")


def _data(settings: Settings) -> Iterator[Finding]:
    what = f"data {settings.data}"
    if not is_there(settings.data):
        parent = nearest(settings.data)
        if os.access(parent, os.W_OK):
            yield Finding(what, "does not exist yet; the first run makes it")
        else:
            yield Finding(what, f"does not exist, and {parent} may not be written by this user", wrong=True)
        return
    if why := refusal(settings.data):
        yield Finding(what, f"cannot be written by this user: {why}", wrong=True)
        return
    free = shutil.disk_usage(settings.data).free
    if free < LITTLE_ROOM:
        yield Finding(what, f"only {free // 1024**2} MB are free on its disk")
    yield from _store(settings, what)


def _store(settings: Settings, what: str) -> Iterator[Finding]:
    """Only read: an admin who asks as root must not leave files of root's in the data of the daemon."""
    running = ", in use by the running daemon" if _is_held(settings.data / "lock") else ""
    store = TinydbStore(settings.data, writer=False, first_number=settings.desk.first_number)
    try:
        for path, problem in store.damaged():
            yield Finding(str(path), problem.removeprefix(f"{path} "), wrong=True)
        for problem in (*_damage_in_state(store), *_damage_in_papers(store)):
            yield Finding(what, problem, wrong=True)
        yield from _newcomers(store, settings)
        if waiting := store.quarantined():
            yield Finding("quarantine", f"mails that wait: {len(waiting)}; `postcase quarantine list` shows them")
        yield Finding(f"{what}, open cases: {len(store.open_numbers())}{running}")
        yield from _signs(store, settings)
    except PostcaseError as error:
        yield Finding(what, str(error), wrong=True)
    finally:
        store.close()


def _signs(store: TinydbStore, settings: Settings) -> Iterator[Finding]:
    """What `postcase status` says beside all this, where it is not well."""
    now = datetime.now(UTC)
    for sign in signs(measure(store, settings.data, now), settings, now):
        if sign.name in SHOWN_SIGNS and sign.state is not State.OK:
            yield Finding(sign.name, sign.says)


def _newcomers(store: TinydbStore, settings: Settings) -> Iterator[Finding]:
    with contextlib.suppress(DamagedFile):  # told already
        for newcomer in imap_succession.newcomers(store.state("mailboxes"), settings.mailboxes):
            yield Finding(f"mailbox {newcomer.mailbox.name}", newcomer.sentence)


def _damage_in_state(store: TinydbStore) -> Iterator[str]:
    """The desk's own notes; the first run makes its key, so a desk without any case may be without one."""
    readings: list[Callable[[], object]] = [partial(store.state, name) for name in STATES]
    if next(iter(store.all_numbers()), None) is not None:
        readings.append(partial(keys_of, store))
    for reading in readings:
        try:
            reading()
        except PostcaseError as error:
            yield str(error)


def _damage_in_papers(store: TinydbStore) -> Iterator[str]:
    """Every mail and letter of the open cases, read and compared with its digest."""
    for number in store.open_numbers():
        case = store.case(number)
        if case is None:
            continue
        for file in [*(message.file for message in case.messages), *(letter.file for letter in case.letters)]:
            try:
                store.paper(number, file)
            except (DamagedFile, LookupError) as error:
                yield str(error)


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is none, or nothing that could be held
        return False
    return False
