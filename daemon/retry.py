"""How does a quarantined mail go through the door again, whether the daemon runs or not?"""

from __future__ import annotations

from daemon import orders
from daemon.clock import Clock
from daemon.config.settings import Settings
from daemon.errors import AlreadyRunning, PostcaseError
from daemon.health import Health
from daemon.incoming.apart import ReaderApart
from daemon.letters.templates import Letters
from daemon.service import Service
from daemon.storage.tinydb_store import TinydbStore


def retry(settings: Settings, id: str) -> str:
    """What came of it, as a sentence. Errors: PostcaseError with the reason, and then the mail stays in quarantine."""
    try:
        store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    except AlreadyRunning:
        return orders.give(settings.data, "retry", id)
    reader = ReaderApart()
    try:
        templates = Letters(settings.desk.language, settings.letters, settings.answers)
        health = Health(store, settings.outage_after)
        service = Service(settings.desk, store, templates, Clock(), health, settings.max_size, reader)
        return service.retry(id)
    except LookupError as error:
        raise PostcaseError(str(error)) from error
    except PostcaseError:
        raise
    except Exception as error:  # the daemon would answer its order with a sentence, too
        raise PostcaseError(f"the mail stays in quarantine: {type(error).__name__}: {error}") from error
    finally:
        reader.close()
        store.close()
