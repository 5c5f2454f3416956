"""What does somebody see who watches the demo? One line for each mail, in the order of the day."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from email.message import EmailMessage
from itertools import takewhile
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.demo.people import read
from daemon.errors import OutputRefused
from daemon.output import say
from rules.desk import Desk
from rules.mail import Address

STYLES = {"title": "1", "time": "2", "in": "36", "out": "33", "note": "2;3"}  # ANSI: bold, dim, cyan, yellow, italic


class Timeline:
    """Prints what happens; colour only on a terminal, pauses only where somebody reads along."""

    def __init__(self, clock: Clock, desk: Desk, *, pause: float) -> None:
        self._clock, self._desk, self._pause = clock, desk, pause
        self._zone = ZoneInfo(desk.timezone)
        self._colour = sys.stdout.isatty()
        self._lock = threading.Lock()
        self._unheard: BrokenPipeError | OutputRefused | None = None  # met in a thread that has nobody to tell

    def chapter(self, title: str) -> None:
        self._print("", "")
        self._print(title, "title")
        self._must_be_heard()
        time.sleep(self._pause)

    def note(self, words: str) -> None:
        self._print(f"           {words}", "note")
        self._must_be_heard()

    def delivered(self, address: str, raw: bytes) -> None:
        """A mail has reached a mailbox: one to the desk, or a letter of the desk to somebody."""
        mail = read(raw)
        if self._desk.is_ours(Address(address)):
            self._line(">", f"{mail['From'] or '(nobody)'} writes: {mail['Subject'] or '(no subject)'}", "in")
            self._excerpt(_first_words(mail), "in")
        elif mail["X-Postcase-Letter"]:
            self._line("<", f"{address} gets ({mail['X-Postcase-Letter']}): {mail['Subject']}", "out")
            self._excerpt(_first_words(mail), "out")

    def _line(self, sign: str, words: str, style: str) -> None:
        when = self._clock.now().astimezone(self._zone).strftime("%a %H:%M")
        self._print(f"{when}  {sign} {words}", style)

    def _excerpt(self, words: str, style: str) -> None:
        self._print(f"             {textwrap.shorten(words, 92, placeholder=' ...')}", "time")

    def _print(self, words: str, style: str) -> None:
        with self._lock:
            if self._colour and style:
                words = f"\033[{STYLES[style]}m{words}\033[0m"
            try:
                say(words)
            except (BrokenPipeError, OutputRefused) as error:
                self._unheard = error

    def _must_be_heard(self) -> None:
        """A day that nobody can follow is not played to its end. Errors: BrokenPipeError, OutputRefused."""
        if self._unheard:
            raise self._unheard


def _first_words(mail: EmailMessage) -> str:
    """The first sentence that says something: no marker, no salutation, no quote, no signature."""
    body = mail.get_body(("plain",))
    lines = takewhile(lambda line: line != "-- ", (body.get_content() if body else "").splitlines())
    telling = [line for line in lines if line.strip() and not line.startswith((">", "-=-", "Hello", "On "))]
    return " ".join(telling[:3])
