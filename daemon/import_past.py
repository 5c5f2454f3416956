"""How does the mail of before the first start get into the desk? On request, once, and without an answer to anybody."""

from __future__ import annotations

import threading
import time

from daemon import maillog
from daemon.backoff import Backoff
from daemon.clock import Clock
from daemon.config.settings import Settings
from daemon.errors import ConfigError, TemporaryError
from daemon.health import Health
from daemon.incoming.apart import ReaderApart
from daemon.intake import imap_succession
from daemon.intake.imap_dial import LoginRefused
from daemon.intake.imap_intake import ImapIntake
from daemon.letters.templates import Letters
from daemon.service import Service
from daemon.storage.tinydb_store import TinydbStore

TRIES = 3  # in a row without a mail between; somebody waits for the end of this command
FIRST_RETRY_SECONDS = 1.0


def import_past(settings: Settings) -> int:
    """File what lies in the mailboxes; returns how many cases it opened.

    Errors: ConfigError when there is no mailbox, AlreadyRunning, TemporaryError.
    """
    if not settings.mailboxes:
        raise ConfigError(
            [f"{settings.path}: mailbox: found none, expected a [[mailbox]] whose mail is to be imported"]
        )
    store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    reader = ReaderApart()
    try:
        health = Health(store, settings.outage_after)
        templates = Letters(settings.desk.language, settings.letters, settings.answers)
        service = Service(settings.desk, store, templates, Clock(), health, settings.max_size, reader)
        before = store.next_number()
        new = imap_succession.newcomers(store.state("mailboxes"), settings.mailboxes)
        imap_succession.settle(store, new, Clock())
        health.listen_to([mailbox.name for mailbox in settings.mailboxes])
        for mailbox in settings.mailboxes:
            _read_to_end(ImapIntake(mailbox, service, Clock(), threading.Event(), import_past=True))
        return store.next_number() - before
    finally:
        reader.close()
        store.close()


def _read_to_end(intake: ImapIntake) -> None:
    """Errors: TemporaryError, when the server gives us nothing any more."""
    backoff, tries = Backoff(FIRST_RETRY_SECONDS), 0
    while True:
        taken = intake.taken
        try:
            return intake.read_once()
        except TemporaryError as error:
            tries = 1 if intake.taken > taken else tries + 1
            if tries >= TRIES or (isinstance(error, LoginRefused) and not error.soon):
                raise TemporaryError(f"mailbox {intake.name}: {error}; what was read so far is filed") from error
            seconds = backoff.next()
            maillog.import_trouble(intake.name, str(error), seconds)
            time.sleep(seconds)
