"""The daemon as a process: signals, systemd, the clock's tick, and a clean end."""

from __future__ import annotations

import signal
import threading
import time

from daemon import maillog, orders, silenced, systemd
from daemon.clock import Clock
from daemon.config.load import load
from daemon.config.settings import Settings
from daemon.errors import ConfigError, PostcaseError, TemporaryError
from daemon.key_ring import doers
from daemon.open_desk import OpenDesk
from daemon.storage.tinydb_store import TinydbStore

TICK_SECONDS = 0.5


class Daemon:
    """Runs one desk until it is told to stop."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or Clock()
        self._stop = threading.Event()
        self._reload = threading.Event()
        self._trouble = ""  # of the last turn, as the log has it

    def run(self) -> None:
        """Returns after SIGTERM or SIGINT. Errors: AlreadyRunning, ConfigError, StoreUnwritable at the start."""
        self._listen_to_signals()
        first_number = self._settings.desk.first_number
        store = TinydbStore(self._settings.data, first_number=first_number)
        try:
            orders.open_folder(self._settings.data)
            desk = OpenDesk(self._settings, store, self._clock)
            desk.start()
            maillog.started(self._settings, len(store.open_numbers()))
            systemd.notify("READY=1\nSTATUS=at work")
            desk = self._work(desk, store)
            systemd.notify("STOPPING=1")
            desk.stop()
        finally:
            store.close()
        maillog.stopped()

    def _work(self, desk: OpenDesk, store: TinydbStore) -> OpenDesk:
        alive_every = systemd.watchdog_seconds()
        alive_at = time.monotonic()
        while not self._stop.wait(TICK_SECONDS):
            if self._reload.is_set():
                self._reload.clear()
                desk = self._reloaded(desk, store)
            self._turn(desk)
            if alive_every and time.monotonic() - alive_at >= alive_every:
                systemd.notify("WATCHDOG=1")
                alive_at = time.monotonic()
        return desk

    def _turn(self, desk: OpenDesk) -> None:
        """What time brings, and what the admin orders. A disk that refuses is told once, and ends nothing."""
        try:
            desk.tick()
            cases = desk.service.cases
            mine: orders.Doers = {"retry": desk.service.retry, silenced.LIFT: cases.lift}
            orders.carry_out(self._settings.data, {**mine, **doers(cases.ring)})
            self._trouble = ""
        except (TemporaryError, OSError) as error:
            if str(error) != self._trouble:
                maillog.tick_failed(error)
            self._trouble = str(error)

    def _reloaded(self, desk: OpenDesk, store: TinydbStore) -> OpenDesk:
        """The desk after the configuration was read anew; a bad one is refused and the old one kept."""
        systemd.reloading()
        try:
            settings = load(self._settings.path)
            if settings.data != self._settings.data:
                raise ConfigError([f"{settings.path}: desk.data: cannot change while the daemon runs; restart it"])
            OpenDesk(settings, store, self._clock)  # tries the letters
        except (PostcaseError, OSError) as error:
            maillog.reload_refused(error)
        else:
            desk.stop()
            desk = self._reopened(settings, store)
        systemd.notify("READY=1")
        return desk

    def _reopened(self, settings: Settings, store: TinydbStore) -> OpenDesk:
        """The new desk, which begins with everything the old one knew; if it cannot start, the old one anew."""
        desk = OpenDesk(settings, store, self._clock)
        try:
            desk.start()
        except PostcaseError as error:
            maillog.reload_refused(error)
            desk = OpenDesk(self._settings, store, self._clock)
            desk.start()
            return desk
        self._settings = settings
        maillog.reloaded(settings)
        return desk

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())
