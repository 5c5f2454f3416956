"""What does a desk do from its start to its stop, when nothing is left to do? In one thread, in a process that is quick to have.

strace counts the calls of each thread by itself; so here the intake, the clock, the outbox and the store work one after the
other, in the order of daemon/service.py. All of it is the code that the daemon runs in threads of its own.

Started as a program with the path of a config.toml, it imports everything and reads the templates of the letters, once. Then
it forks a process for each line of its input, `{"at": time, "waits": [minutes, ...]}`, writes the process's number, and, when
that has ended, the status that waitpid gave. The process begins when it gets SIGUSR1: until then a tracer can take hold of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from daemon.clock import JumpingClock
from daemon.config.load import load
from daemon.config.settings import Settings
from daemon.errors import PostcaseError, TemporaryError
from daemon.health import Health
from daemon.intake.imap_intake import ImapIntake
from daemon.letters.templates import Letters
from daemon.outbox import Outbox
from daemon.service import Service
from daemon.smtp_send import SmtpLink
from daemon.storage import atomic_file
from daemon.storage.tinydb_store import TinydbStore

ENDED, BROKEN = 75, 1  # exit codes: it cannot work now, and told why; or nobody has thought of this
ROUNDS = 3  # of the clock and the outbox: what one of them does gives the other one work
# prctl(2)
PR_SET_PDEATHSIG = 1
PR_SET_PTRACER, ANYBODY = 0x59616D61, ctypes.c_ulong(-1)  # for kernels where only a parent may trace


def work(settings: Settings, templates: Letters, clock: JumpingClock, waits: Iterable[timedelta]) -> None:
    """Start, do what there is to do after each of the waits, stop."""
    store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    health = Health(store, settings.outage_after)
    health.listen_to([mailbox.name for mailbox in settings.mailboxes])
    service = Service(settings.desk, store, templates, clock, health, settings.max_size)
    over = threading.Event()
    intakes = [ImapIntake(mailbox, service, clock, over) for mailbox in settings.mailboxes]
    address = settings.desk.address
    link = SmtpLink(settings.smtp, address.domain)
    outbox = Outbox(service.post, link, lambda: address.address, clock, settings.smtp.give_up_after)
    for wait in waits:
        clock.advance(wait)
        for intake in intakes:
            attempt(intake.read_once)
        for _ in range(ROUNDS):
            attempt(service.time.tick)
            attempt(outbox.post_waiting)
    link.close()
    attempt(health.save)
    store.close()


def attempt(work: Callable[[], object]) -> None:
    """As the threads of the daemon do: what may go better later ends nothing."""
    try:
        work()
    except TemporaryError as error:
        tell(error)


def tell(error: PostcaseError) -> None:
    with contextlib.suppress(OSError):  # as logging does it
        print(error, file=sys.stderr)


def main() -> None:
    settings = load(Path(sys.argv[1]))
    templates = Letters(settings.desk.language, settings.letters, settings.answers)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    for line in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
            print(os.waitpid(child, 0)[1], flush=True)
        else:
            os._exit(_obey(settings, templates, **json.loads(line)))


def _obey(settings: Settings, templates: Letters, at: str, waits: list[int]) -> int:
    kernel = ctypes.CDLL(None)
    kernel.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # no process is left behind when a test fails
    kernel.prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
    atomic_file.TOO_FEW = sys.maxsize  # one hand writes all files
    signal.sigwait({signal.SIGUSR1})
    try:
        clock = JumpingClock(datetime.fromisoformat(at), frozen=True)
        work(settings, templates, clock, [timedelta(minutes=minutes) for minutes in waits])
    except PostcaseError as error:  # what `postcase run` ends with, and is started again
        tell(error)
        return ENDED
    except BaseException:
        with contextlib.suppress(OSError):
            traceback.print_exc()
        return BROKEN
    return 0


if __name__ == "__main__":
    main()
