"""The same faults of the network at the same places of IMAP, before a real Dovecot: is every mail filed once?

Each test has a mailbox of its own on one server. A sample in each test run, POSTCASE_EVERY_DOVECOT_FAULT=1 for all of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chaos_proxy import Fault
from collecting_desk import CollectingDesk, mail
from live.conftest import needs
from live.dovecot import PASSWORD, Dovecot
from torture.test_network import PLACES, Line, it_goes_on

from daemon.config.secret import Secret

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
    password = Secret("password", PASSWORD)
    line = Line(CollectingDesk(), dovecot.imap_port, username=user, password=password, timeout=TIMEOUT)
    try:
        it_goes_on(line, lambda one: dovecot.deliver(mail(one), f"{user}@example.com"), fault, place, RECOVERS_SECONDS)
        left, moved = dovecot.subjects(user=user), dovecot.subjects("Processed", user)
        assert sorted(left + moved) == ["after", "before 1", "before 2"]
        assert all("$PostcaseFiled" in flags for flags in dovecot.flags(user))
    finally:
        line.close()
