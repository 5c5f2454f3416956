"""How does the mail of before the first start get into the desk? On request, once, and without an answer to anybody."""

from __future__ import annotations

import threading
import time

from daemon.clock import Clock
from daemon.config.settings import Settings
from daemon.errors import TemporaryError
from daemon.health import Health
from daemon.intake.imap_intake import ImapIntake
from daemon.letters.templates import Letters
from daemon.service import Service
from daemon.storage.tinydb_store import TinydbStore

LONGEST_SECONDS = 24 * 3600.0


def import_past(settings: Settings) -> int:
    """File what lies in the mailboxes; returns how many cases it opened. Errors: AlreadyRunning, TemporaryError."""
    store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    try:
        health = Health(store, settings.outage_after)
        templates = Letters(settings.desk.language, settings.letters)
        service = Service(settings.desk, store, templates, Clock(), health, settings.max_size)
        before = store.next_number()
        _read_once(settings, service, health)
        return store.next_number() - before
    finally:
        store.close()


def _read_once(settings: Settings, service: Service, health: Health) -> None:
    health.listen_to([mailbox.name for mailbox in settings.mailboxes])
    stop, clock = threading.Event(), Clock()
    intakes = [ImapIntake(mailbox, service, clock, stop, import_past=True) for mailbox in settings.mailboxes]
    threads = [threading.Thread(target=intake.run, daemon=True) for intake in intakes]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + LONGEST_SECONDS
    while health.read_until is None and time.monotonic() < deadline:
        time.sleep(0.1)
    stop.set()
    for intake, thread in zip(intakes, threads, strict=True):
        intake.wake()
        thread.join(30)
    if health.read_until is None:
        raise TemporaryError("not every mailbox could be read to its end; what was read is filed")
