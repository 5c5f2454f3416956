"""What belongs to one desk at work? Store, service, intakes and outbox, built from the settings, started and stopped together."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from daemon import maillog
from daemon.alarms import Alarms
from daemon.clock import Clock, ClockWatch
from daemon.config.settings import Settings
from daemon.errors import TemporaryError
from daemon.figures import ALIVE, last_alive
from daemon.health import SETTLES, Health
from daemon.in_hand import FILE as IN_HAND
from daemon.in_hand import InHand
from daemon.incoming.apart import ReaderApart
from daemon.intake import imap_succession
from daemon.intake.imap_intake import PATIENT, ImapIntake, Pace
from daemon.intake.lmtp_intake import LmtpIntake
from daemon.letters.templates import Letters
from daemon.outbox import Outbox
from daemon.service import Service
from daemon.smtp_send import SmtpLink
from daemon.storage.store import Store
from rules.case import Letter

LMTP = "lmtp"
ASK_AGAIN_SECONDS = 5.0  # a mailbox that is still being read, or cannot be, is not asked at every tick
GENTLE_SECONDS = 8.0  # for the intakes to end by themselves when the desk stops; then their links are cut
COMPARED_WITHIN_SECONDS = 60.0  # letters that waited at the start are not kept back longer for a mailbox out of reach
CUT_SECONDS = 2.0  # and for what follows; with the outbox it is well within TimeoutStopSec of scripts/postcase.service


class OpenDesk:
    """A desk that takes in, decides and posts. The caller ticks it."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.health = Health(store, settings.outage_after)
        templates = Letters(settings.desk.language, settings.letters, settings.answers)
        self._reader = ReaderApart()
        self._in_hand = InHand(settings.data / IN_HAND)
        self.service = Service(
            settings.desk, store, templates, clock, self.health, settings.max_size, self._reader, self._in_hand
        )
        self._newcomers = imap_succession.newcomers(store.state("mailboxes"), settings.mailboxes)
        self._clock = clock
        self._watch = ClockWatch(clock)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        pace = _pace(settings.outage_after)
        self._intakes = [
            ImapIntake(mailbox, self.service, clock, self._stop, pace=pace) for mailbox in settings.mailboxes
        ]
        self._lmtp = self._lmtp_intake()
        hello = settings.desk.address.domain
        self._outbox = Outbox(
            self.service.post, SmtpLink(settings.smtp, hello), self._sender, clock, settings.smtp.give_up_after
        )
        self._alarms = Alarms(settings, store, clock, self.service.cases.lock)
        self.service.cases.on_letters = self._outbox.wake
        self.service.time.on_doubt = self._read_anew
        self.service.post.holds = self._holds
        self._began = clock.now()
        self._compared_by = 0.0  # of the monotonic clock
        self._doubted_until = datetime.min.replace(tzinfo=UTC)
        self._ask_again_at = 0.0  # of the monotonic clock

    def start(self) -> None:
        """Every intake and the outbox work from here on, each in a thread of its own."""
        names = [mailbox.name for mailbox in self.settings.mailboxes]
        self._in_hand.open()
        imap_succession.settle(self.store, self._newcomers, self._clock)
        self._lmtp_heard_from = self._clock.now() + self._downtime()
        self.health.listen_to([*names, LMTP] if self._lmtp else names)
        self.health.compare(names)
        self._compared_by = time.monotonic() + COMPARED_WITHIN_SECONDS
        if self._lmtp:
            self._lmtp.start()
        for intake, name in zip(self._intakes, names, strict=True):
            thread = threading.Thread(target=intake.run, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        self._outbox.start()
        self._alarms.start()

    def tick(self) -> None:
        """What time brings: waits that are over."""
        self._show_life()
        if jump := self._watch.jump():
            self.health.clock_jumped(self._clock.now(), jump)
            maillog.clock_jumped(jump)
        if time.monotonic() >= self._compared_by:
            self.health.compare_no_longer()
        if self._lmtp and self._clock.now() >= self._lmtp_heard_from:
            self.health.read_to_end(LMTP, self._clock.now())
        self.service.time.tick()

    def stop(self) -> None:
        """The batch and the letter in hand are finished, then everything stands still: nobody hands this desk mail."""
        self._stop.set()
        self._alarms.stop()
        for intake in self._intakes:
            intake.wake()
        if self._lmtp:
            self._lmtp.stop()
        self._end_intakes()
        self._outbox.stop()
        self._reader.close()
        self._in_hand.close()
        try:
            self.health.save()
        except TemporaryError as error:
            maillog.health_unsaved(error)

    def _end_intakes(self) -> None:
        """All of them wait for each other once, not one after the other."""
        _join(self._threads, GENTLE_SECONDS)
        for intake, thread in zip(self._intakes, self._threads, strict=False):  # fewer threads when the start failed
            if thread.is_alive():
                intake.abort()
        _join(self._threads, CUT_SECONDS)

    def states(self) -> list[str]:
        return [f"{intake.name}: {intake.state()}" for intake in self._intakes]

    def _show_life(self) -> None:
        """Leave the time on a file, unsynced: after a power cut it is too old, and we wait longer than we must."""
        alive, now = self.settings.data / ALIVE, self._clock.now().timestamp()
        with contextlib.suppress(OSError):  # a disk that refuses is told by the store, where it matters
            alive.touch(mode=0o600)
            os.utime(alive, (now, now))

    def _downtime(self) -> timedelta:
        """After a pause of ours the mail server still has mail for LMTP that it will try again only later."""
        seen = last_alive(self.settings.data)
        return min(self._clock.now() - seen, SETTLES) if seen else timedelta()

    def _read_anew(self, until: datetime) -> None:
        """Wake the intakes that do not know yet what came until then; one that is away must not keep the others busy."""
        if until <= self._doubted_until and time.monotonic() < self._ask_again_at:
            return
        self._doubted_until, self._ask_again_at = until, time.monotonic() + ASK_AGAIN_SECONDS
        behind = self.health.behind(until)
        for intake in self._intakes:
            if intake.name in behind:
                intake.wake()

    def _holds(self, letter: Letter) -> bool:
        """Did it wait at the start, and is the data perhaps older than what the desk has done? Then it may be sent already."""
        return letter.created_at < self._began and self.health.may_be_older

    def _sender(self) -> str:
        return self.settings.desk.address.address

    def _lmtp_intake(self) -> LmtpIntake | None:
        if self.settings.lmtp is None:
            return None
        return LmtpIntake(self.settings.lmtp.listen, self.service, self._clock, self.settings.max_size)


def _join(threads: Iterable[threading.Thread], seconds: float) -> None:
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))


def _pace(outage_after: timedelta) -> Pace:
    """IDLE ends in time for the next reading: else its silence would count as an outage of ours."""
    return replace(PATIENT, idle=min(PATIENT.idle, outage_after.total_seconds() / 2))
