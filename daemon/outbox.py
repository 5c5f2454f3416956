"""Which letters wait, and when is each tried again? One thread, one message to one server at a time."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from daemon import maillog
from daemon.backoff import Backoff
from daemon.clock import Clock
from daemon.errors import DamagedFile, PostcaseError
from daemon.smtp_send import Answer, LoginRefused, Taken
from rules.case import Letter

LOOK_AGAIN_SECONDS = 5.0
LOGIN_REFUSED_SECONDS = 300.0  # no account is locked by us
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(seconds=4000)  # RFC 5321, section 4.5.4.1; Postfix's maximal_backoff_time
FIRST_WAIT_AFTER_A_BREAK = timedelta(seconds=10)  # a connection that broke says nothing about the letter


class Link(Protocol):
    def post(self, raw: bytes, sender: str, recipient: str) -> Answer: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...


class Desk(Protocol):
    """What the outbox asks of the service."""

    def waiting(self) -> list[tuple[int, Letter]]: ...

    def paper(self, number: int, letter: Letter) -> bytes | None: ...

    def accepted(self, number: int, letters: list[Letter]) -> None: ...

    def deferred(self, number: int, letter: Letter, error: str, next_attempt: datetime) -> None: ...

    def refused(self, number: int, letter: Letter, error: str) -> None: ...


class Outbox:
    """Posts what waits: cases in the order of their oldest letter, the letters of a case in theirs."""

    def __init__(
        self, desk: Desk, link: Link, sender: Callable[[], str], clock: Clock, give_up_after: timedelta
    ) -> None:
        self._desk = desk
        self._link = link
        self._sender = sender
        self._clock = clock
        self._give_up_after = give_up_after
        self._work = threading.Event()
        self._stop = threading.Event()
        self._backoff = Backoff(first=1.0, most=60.0)
        self._damaged: dict[int, str] = {}  # cases that cannot be read, and why, as the log has it
        self._taken: dict[int, list[Letter]] = {}  # by the server, and the store does not know it yet
        self._thread = threading.Thread(target=self.run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._work.set()

    def stop(self, within_seconds: float = 10.0) -> None:
        """Finish the letter in hand; if the server does not answer in time, break off (the letter stays waiting)."""
        self._stop.set()
        self._work.set()
        self._thread.join(within_seconds)
        if self._thread.is_alive():
            self._link.abort()
            self._thread.join(2)

    def run(self) -> None:
        while not self._stop.is_set():
            self._work.clear()
            try:
                self.post_waiting()
                self._backoff.reset()
                wait = LOOK_AGAIN_SECONDS
            except Exception as error:  # noqa: BLE001 - the one outbox there is must outlive every error
                wait = LOGIN_REFUSED_SECONDS if isinstance(error, LoginRefused) else self._backoff.next()
                maillog.outbox_waits(error, wait, expected=isinstance(error, PostcaseError))
                self._stop.wait(wait)
                continue
            self._work.wait(wait)
        self._link.close()

    def post_waiting(self) -> None:
        """One round over everything that is to be posted now. Errors: LinkDown when there is no server to ask."""
        self._record()  # while the store cannot note what was sent, nothing more is sent, and above all nothing again
        cases: defaultdict[int, list[Letter]] = defaultdict(list)
        for number, letter in self._desk.waiting():
            cases[number].append(letter)
        for number, letters in cases.items():
            if self._stop.is_set():
                return
            try:
                self._post_case(number, letters)
            except DamagedFile as error:
                self._tell_damaged(number, error)

    def _post_case(self, number: int, letters: list[Letter]) -> None:
        """The letters of one case; a reader whose letter must wait gets none of the later ones before it."""
        waits: defaultdict[str, bool] = defaultdict(bool)
        try:
            for letter in letters:
                if not waits[letter.to.key] and not self._stop.is_set():
                    taken = self._post(number, letter)
                    if taken is Taken.YES:
                        self._taken.setdefault(number, []).append(letter)
                    waits[letter.to.key] = taken is Taken.LATER
        finally:
            self._record()

    def _record(self) -> None:
        for number in list(self._taken):
            try:
                self._desk.accepted(number, self._taken[number])
            except DamagedFile as error:
                self._tell_damaged(number, error)
            del self._taken[number]

    def _tell_damaged(self, number: int, error: DamagedFile) -> None:
        """Once: the letters of this case stay where they are, those of the others go out."""
        if self._damaged.get(number) != str(error):
            maillog.damaged(number, error)
        self._damaged[number] = str(error)

    def _post(self, number: int, letter: Letter) -> Taken:
        try:
            raw = self._desk.paper(number, letter)
        except (LookupError, DamagedFile) as error:
            self._desk.refused(number, letter, f"its file is gone or damaged: {error}")
            return Taken.NEVER
        if raw is None:
            return Taken.NEVER
        answer = self._link.post(raw, self._sender(), letter.to.address)
        if answer.taken is Taken.LATER and self._is_old(letter):
            answer = Answer(Taken.NEVER, f"given up after {self._give_up_after}: {answer.text}")
        if answer.taken is Taken.NEVER:
            self._desk.refused(number, letter, answer.text)
        elif answer.taken is Taken.LATER:
            self._desk.deferred(number, letter, answer.text, self._clock.now() + wait_after(letter, answer))
        return answer.taken

    def _is_old(self, letter: Letter) -> bool:
        """Servers have put it off for so long; the time in which none could be asked before does not count."""
        first = letter.first_attempt
        return first is not None and self._clock.now() - first > self._give_up_after


def wait_after(letter: Letter, answer: Answer) -> timedelta:
    """5, 10, 20, 40, 66 minutes, and so on; a broken connection is tried again sooner."""
    broke = not answer.text[:1].isdigit()
    first = FIRST_WAIT_AFTER_A_BREAK if broke else FIRST_WAIT
    doubled: timedelta = first * 2 ** min(letter.attempts, 10)
    return min(doubled, LONGEST_WAIT)
