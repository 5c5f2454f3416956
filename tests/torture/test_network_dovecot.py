"""The same faults of the network at the same places of IMAP, before a real Dovecot: is every mail filed once?

Each test has a mailbox of its own on one server. A sample in each test run, POSTCASE_EVERY_DOVECOT_FAULT=1 for all of them.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from chaos_proxy import ChaosProxy, Fault, imap_command
from collecting_desk import CollectingDesk, mail, wait_until
from live.conftest import needs
from live.dovecot import PASSWORD, Dovecot
from torture.test_network import PLACES, QUICK, mailbox

from daemon.clock import Clock
from daemon.config.secret import Secret
from daemon.intake.imap_intake import ImapIntake

pytestmark = [pytest.mark.torture, pytest.mark.live, pytest.mark.timeout(120)]

TIMEOUT = timedelta(seconds=0.5)
RECOVERS_SECONDS = 40
SEED = 20261127
EVERY = [(fault, place) for fault in Fault for place in PLACES]
CHOSEN = EVERY if "POSTCASE_EVERY_DOVECOT_FAULT" in os.environ else random.Random(SEED).sample(EVERY, 27)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    needs("dovecot")
    server = Dovecot()
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("fault", "place"), CHOSEN, ids=lambda one: one.name.lower() if isinstance(one, Fault) else one
)
def test_nothing_is_lost_or_doubled_and_it_goes_on_by_itself(dovecot: Dovecot, fault: Fault, place: str) -> None:
    user = f"{fault.name}-{place}".lower().replace(" ", "-")
    desk, stop = CollectingDesk(), threading.Event()
    proxy = ChaosProxy(dovecot.imap_port, imap_command)
    proxy.strike(fault, place, times=2)
    settings = replace(mailbox(proxy.port), username=user, password=Secret("password", PASSWORD), timeout=TIMEOUT)
    intake = ImapIntake(settings, desk, Clock(), stop, pace=QUICK)
    thread = threading.Thread(target=intake.run)
    thread.start()
    try:
        wait_until(lambda: intake.state() != "starting")
        for subject in ("before 1", "before 2"):
            dovecot.deliver(mail(subject), f"{user}@example.com")
        wait_until(lambda: proxy.struck > 0)
        dovecot.deliver(mail("after"), f"{user}@example.com")
        desk.wait_for(lambda: len(desk.filed) == 3, RECOVERS_SECONDS)
        desk.wait_for_reading(intake, RECOVERS_SECONDS)
        assert sorted(desk.subjects) == ["after", "before 1", "before 2"]
        left, moved = dovecot.subjects(user=user), dovecot.subjects("Processed", user)
        assert sorted(left + moved) == ["after", "before 1", "before 2"]
        assert all("$PostcaseFiled" in flags for flags in dovecot.flags(user))
    finally:
        stop.set()
        intake.wake()
        thread.join(10)
        if thread.is_alive():
            intake.abort()
            thread.join(10)
        proxy.close()
    assert not thread.is_alive()
