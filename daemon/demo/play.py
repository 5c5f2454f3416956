"""What is it like? A whole desk in one process, with an embedded mail server, and a day at it with time compressed.

Everything is the real thing, mail server included: the people write over SMTP, the desk reads its mailbox over IMAP. Only the
clock is pushed forward where three days of silence would have to be waited for.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon import orders
from daemon.clock import Clock, JumpingClock
from daemon.config.load import load
from daemon.config.settings import Settings
from daemon.demo.people import Person
from daemon.demo.timeline import Timeline
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import PostcaseError, TemporaryError
from daemon.intake.imap_link import DEMO_MARK
from daemon.open_desk import OpenDesk
from daemon.output import say
from daemon.show import reasons, table
from daemon.storage.disk_refusals import disk_refusals
from daemon.storage.store_lock import StoreLock
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case

MARK = "this-is-a-demo"  # only a folder with this file in it is ever removed
PASSWORD = "secret"  # noqa: S105 - of mailboxes that live in the memory of this process
CUSTOMERS = (
    ("Dora Miller", "dora@customer.example"),
    ("Bob Stone", "bob@customer.example"),
    ("Cem Demir", "cem@organisation.example"),
)
TICK_SECONDS = 0.2
FIRST, SECOND, THIRD, FOLLOW_UP = 10001, 10002, 10003, 10004


def play(folder: Path, *, stay: bool = False, fast: bool = False) -> int:
    """Play the day; returns the exit code. `stay` keeps the servers up until Ctrl-C.

    Errors: AlreadyRunning when another demo is at work in the folder; PostcaseError when it is none of ours.
    """
    settings = _settings(folder)
    clock = JumpingClock()
    pause = 0.0 if fast or not sys.stdout.isatty() else 1.5
    timeline = Timeline(clock, settings.desk, pause=pause)
    with _mail_server(settings, clock, timeline) as server:
        settings = _with_ports(settings, server)
        store = TinydbStore(settings.data, first_number=settings.desk.first_number)
        orders.open_folder(settings.data)
        desk = OpenDesk(settings, store, clock)
        desk.start()
        over = threading.Event()
        ticker = threading.Thread(target=_tick, args=(desk, settings.data, over), daemon=True)
        ticker.start()
        try:
            Day(settings, server, clock, timeline, lambda: not store.waiting_letters()).play()
            _tell_the_end(settings, store)
            if stay:
                _stay(server, settings, clock)
        finally:
            over.set()
            ticker.join()
            desk.stop()
            store.close()
    return 0


def _tick(desk: OpenDesk, data: Path, over: threading.Event) -> None:
    while not over.wait(TICK_SECONDS):
        desk.tick()
        orders.carry_out(data, {"retry": desk.service.retry})


class Day:
    """The scripted day: each chapter is one thing a support desk must do."""

    def __init__(
        self,
        settings: Settings,
        server: EmbeddedMail,
        clock: JumpingClock,
        timeline: Timeline,
        all_posted: Callable[[], bool],
    ) -> None:
        self._support = settings.desk.address.address
        self._waits = settings.desk.waits
        self._clock, self._timeline, self._all_posted = clock, timeline, all_posted
        engineer = settings.desk.engineers[0]
        people = ((engineer.name, engineer.address.address), *CUSTOMERS)
        self.engineer, self.dora, self.bob, self.cem = (Person(*one, PASSWORD, server, clock) for one in people)

    def play(self) -> None:
        self._customers_write()
        self._the_engineer_answers()
        self._one_needs_time_and_one_is_silent()
        self._the_silent_case_closes()
        self._a_server_is_down()
        self._an_answer_to_a_closed_case()

    def _customers_write(self) -> None:
        self._timeline.chapter("1  Two customers write. Each gets a number at once, the engineer a notice.")
        self.dora.writes(self._support, "Printer on fire", "The printer on the second floor burns. What now?\n")
        self.dora.awaits("confirmation", FIRST)
        self._dora_notice = self.engineer.awaits("assigned", FIRST)
        self.bob.writes(self._support, "Report cannot be exported", "The button is grey since this morning.\n")
        self.bob.awaits("confirmation", SECOND)
        self._bob_notice = self.engineer.awaits("assigned", SECOND)

    def _the_engineer_answers(self) -> None:
        self._timeline.chapter(
            "2  The engineer answers from her mail client. The customers see the desk, not her address."
        )
        self.engineer.answers(self._dora_notice, "Please pull the plug, then stand back.")
        self._relay = self.dora.awaits("relay", FIRST)
        self.engineer.answers(self._bob_notice, "Does it work after you log in anew?")
        self.bob.awaits("relay", SECOND)

    def _one_needs_time_and_one_is_silent(self) -> None:
        self._timeline.chapter("3  Three days of silence: both are reminded. One answers, and the wait starts anew.")
        self._wait("remind_after")
        reminder = self.dora.awaits("reminder", FIRST)
        self.bob.awaits("reminder", SECOND)
        self.dora.answers(reminder, "I need more time: the fire brigade is still here.")
        notice = self.engineer.awaits("replied", FIRST)
        self.engineer.answers(notice, "Take your time. We wait for you.")
        self.dora.awaits("relay", FIRST)

    def _the_silent_case_closes(self) -> None:
        self._timeline.chapter("4  The other stays silent: a second reminder, then the case is closed.")
        self._wait("remind_again_after")
        self.bob.awaits("reminder", SECOND)
        self.dora.awaits("reminder", FIRST)
        self._wait("close_after")
        self._closed = self.bob.awaits("closed", SECOND)
        self.dora.awaits("reminder", FIRST)

    def _a_server_is_down(self) -> None:
        self._timeline.chapter("5  A critical case is known by its words, and goes to who knows the product.")
        self.cem.writes(self._support, "mobilEcho is down", "Since this morning nobody here can log in.\n")
        self.cem.awaits("confirmation", THIRD)
        self.engineer.awaits("assigned", THIRD)

    def _an_answer_to_a_closed_case(self) -> None:
        self._timeline.chapter(
            "6  Closed is final: an answer opens a new case, linked to the old one. Strangers stay out."
        )
        self.bob.answers(self._closed, "I was on holiday. The button is still grey!")
        self.bob.awaits("follow-up", FOLLOW_UP)
        self.engineer.awaits("assigned", FOLLOW_UP)
        self.cem.writes(self._support, f"Re: [Case #{FIRST}] Printer on fire", "What is this case about?\n")
        self.engineer.awaits("held", FIRST)

    def _wait(self, wait: str) -> None:
        """Push the clock past a wait, once every letter that starts one is out."""
        while not self._all_posted():
            time.sleep(0.02)
        self._clock.advance(timedelta(days=self._waits[wait].days, minutes=1))
        self._timeline.note(f"... {self._waits[wait].days} days pass")


def _settings(folder: Path) -> Settings:
    """config.toml as it is shipped, with the data in a folder of the demo."""
    settings = load(_shipped_config())
    if folder.is_symlink() or (folder.exists() and not (folder / MARK).exists()):
        raise PostcaseError(f"{folder} is there already and is no demo of mine; move it away or run the demo elsewhere")
    with disk_refusals():
        if folder.exists():
            _remove(folder)
        folder.mkdir(mode=0o700)
        (folder / MARK).write_text("Made by postcase demo, which removes this folder when it is run again.\n")
    # The clock jumps by days here; that is no outage of the desk.
    desk = replace(settings.desk, work_lists=False, weekly_report=False)  # a list for every day that is skipped
    return replace(settings, desk=desk, data=folder, outage_after=timedelta(days=3650))


def _remove(folder: Path) -> None:
    """Errors: AlreadyRunning, when a demo with --stay is still at work there."""
    hold = StoreLock(folder / "lock")
    try:
        shutil.rmtree(folder)
    finally:
        hold.release()


def _shipped_config() -> Path:
    places = (
        Path(__file__).parent.parent.parent / "config.toml",
        Path(sys.prefix) / "share" / "postcase" / "config.toml",
    )
    for place in places:
        if place.is_file():
            return place
    raise PostcaseError(f"the shipped config.toml is in none of {', '.join(map(str, places))}")


def _mail_server(settings: Settings, clock: JumpingClock, timeline: Timeline) -> EmbeddedMail:
    """On the ports of config.toml if they are free, so that `postcase check` finds it; else on any."""
    people = [address for _, address in CUSTOMERS] + [one.address.address for one in settings.desk.engineers]
    accounts = dict.fromkeys([settings.desk.address.address, *people], PASSWORD)

    def server(imap_port: int, smtp_port: int) -> EmbeddedMail:
        made = EmbeddedMail(
            accounts, imap_port=imap_port, smtp_port=smtp_port, now=clock.now, on_delivery=timeline.delivered
        )
        made.imap.capabilities.append(DEMO_MARK)
        return made

    preferred = server(settings.mailboxes[0].port, settings.smtp.port)
    try:
        preferred.start()
    except TemporaryError:
        return server(0, 0)
    preferred.stop()
    return preferred


def _with_ports(settings: Settings, server: EmbeddedMail) -> Settings:
    mailbox = replace(settings.mailboxes[0], host=server.host, port=server.imap_port)
    smtp = replace(settings.smtp, host=server.host, port=server.smtp_port)
    return replace(settings, mailboxes=(mailbox,), smtp=smtp, lmtp=None)


def _tell_the_end(settings: Settings, store: TinydbStore) -> None:
    cases = [case for number in store.all_numbers() if (case := store.case(number))]
    say("\n" + "\n".join(table(cases, ZoneInfo(settings.desk.timezone))))
    say(f"\nEvery decision has its reason (postcase why {THIRD}):")
    for line in _why(store.case(THIRD), settings):
        say(f"  {line}")
    say("\nEvery case is a folder; each file in it is made to be read:")
    for case in cases:
        say(f"  {os.path.relpath(store.folder(case.number))}")


def _why(case: Case | None, settings: Settings) -> list[str]:
    return reasons(case, ZoneInfo(settings.desk.timezone)) if case else []


def _stay(server: EmbeddedMail, settings: Settings, clock: JumpingClock) -> None:
    ahead = (clock.now() - Clock().now()).days
    say(f"\nThe desk stays open, its clock {ahead} days ahead of yours: that is how long the day has been.")
    say(f"Write to {settings.desk.address.address} from a mail client. Ctrl-C ends it.\n")
    say(server.addresses())
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("")
