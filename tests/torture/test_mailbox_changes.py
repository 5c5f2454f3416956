"""Does an intake keep its head when its mailbox changes under it? New UIDs, a folder that is gone, a login that is refused.

It runs all the time: nobody starts it again, and what it does afterwards it does by itself.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from chaos_proxy import ChaosProxy, Fault, imap_command
from collecting_desk import CollectingDesk, mail, subject, wait_until
from imapclient import IMAPClient

from daemon.clock import Clock
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.embedded.embedded_faults import HANG_UP
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.intake.imap_intake import ImapIntake, Pace

pytestmark = pytest.mark.torture

DESK = "support@example.com"
FOLDER = "Support"
QUICK = Pace(first_retry=0.01, longest_retry=0.05, login_refused=0.05, idle=0.5)
LOGIN_REFUSED_SECONDS = 1.0

Start = Callable[..., ImapIntake]


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({DESK: "secret"}, now=lambda: datetime.now(UTC)) as server:
        with person(server) as client:
            client.create_folder(FOLDER)
        yield server


@pytest.fixture
def desk() -> CollectingDesk:
    return CollectingDesk()


@pytest.fixture
def proxy(server: EmbeddedMail) -> Iterator[ChaosProxy]:
    made = ChaosProxy(server.imap_port, imap_command)
    yield made
    made.close()


@pytest.fixture
def start(desk: CollectingDesk) -> Iterator[Start]:
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(port: int, pace: Pace = QUICK) -> ImapIntake:
        intake = ImapIntake(mailbox(port), desk, Clock(), stop, pace=pace)
        threads.append(threading.Thread(target=intake.run))
        threads[-1].start()
        desk.wait_for_reading(intake)
        return intake

    yield start
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def mailbox(port: int) -> Mailbox:
    return Mailbox(
        "127.0.0.1", port, "none", DESK, Secret("password", "secret"), FOLDER, "Processed", "Quarantine",
        timedelta(seconds=0.2), None, timedelta(seconds=0.5),
    )  # fmt: skip


@contextlib.contextmanager
def person(server: EmbeddedMail) -> Iterator[IMAPClient]:
    """Somebody who tidies up the mailbox."""
    with IMAPClient("127.0.0.1", server.imap_port, ssl=False) as client:
        client.login(DESK, "secret")
        yield client


def subjects(server: EmbeddedMail, folder: str) -> list[str]:
    return sorted(subject(message.raw) for message in server.folder(DESK, folder))


def put_anew(server: EmbeddedMail, first: str) -> None:
    """The folder as a restored backup leaves it: the same mails in another order, all UIDs and marks new."""
    there = sorted(server.folder(DESK, FOLDER), key=lambda message: subject(message.raw) != first)
    with person(server) as client:
        client.delete_folder(FOLDER)
        client.create_folder(FOLDER)
        for message in there:
            client.append(FOLDER, message.raw, (), message.received_at)


@pytest.mark.parametrize("fault", [Fault.FIN, Fault.RESET, Fault.SILENT, Fault.FIN_AFTER], ids=lambda fault: fault.name)
def test_mail_that_was_filed_and_not_moved_when_all_uids_changed_is_filed_once(
    fault: Fault, server: EmbeddedMail, desk: CollectingDesk, proxy: ChaosProxy, start: Start
) -> None:
    intake = start(proxy.port)
    proxy.strike(fault, "UID MOVE")
    server.deliver(DESK, mail("filed, not moved"), FOLDER)
    desk.wait_for(lambda: len(desk.filed) == 1)
    wait_until(lambda: proxy.struck == 1)
    if fault is Fault.FIN_AFTER:  # the server has moved it, and only its answer is lost
        wait_until(lambda: subjects(server, "Processed") == ["filed, not moved"])
    server.deliver(DESK, mail("new"), FOLDER)
    put_anew(server, first="new")
    desk.wait_for(lambda: len(desk.filed) == 2)
    desk.wait_for_reading(intake)
    assert desk.subjects == ["filed, not moved", "new"]
    assert (subjects(server, FOLDER), subjects(server, "Processed")) == ([], ["filed, not moved", "new"])


def test_new_uids_under_an_intake_that_watches_lose_nothing_and_double_nothing(
    server: EmbeddedMail, desk: CollectingDesk, start: Start
) -> None:
    """The new mail lies under a UID that another mail had before."""
    intake = start(server.imap_port)
    for number in range(3):
        server.deliver(DESK, mail(f"mail {number}"), FOLDER)
    desk.wait_for(lambda: len(desk.filed) == 3)
    desk.wait_for_reading(intake)
    put_anew(server, first="")
    server.deliver(DESK, mail("under an old uid"), FOLDER)
    desk.wait_for(lambda: len(desk.filed) == 4)
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 4
    assert sorted(desk.subjects) == subjects(server, "Processed")


def test_mail_that_only_bore_a_mark_when_all_uids_changed_is_known_and_moved(
    server: EmbeddedMail, desk: CollectingDesk, start: Start
) -> None:
    async def full(name: str, user: str) -> str | None:
        return "NO [OVERQUOTA] the folder is full" if name == "MOVE" else None

    server.imap.fault = full
    intake = start(server.imap_port)
    server.deliver(DESK, mail("marked"), FOLDER)
    wait_until(lambda: [message.flags for message in server.folder(DESK, FOLDER)] == [{"$PostcaseFiled"}])
    server.imap.fault = None
    put_anew(server, first="")
    wait_until(lambda: subjects(server, "Processed") == ["marked"])
    desk.wait_for_reading(intake)
    assert desk.subjects == ["marked"]
    assert subjects(server, FOLDER) == []


@pytest.mark.parametrize("word", ["SELECT", "UID SEARCH", "UID FETCH"])
def test_a_folder_deleted_while_it_is_read_is_trouble_until_it_is_back(
    word: str, server: EmbeddedMail, desk: CollectingDesk, proxy: ChaosProxy, start: Start
) -> None:
    intake = start(proxy.port)
    proxy.strike(Fault.FIN, word, times=1_000_000)
    server.deliver(DESK, mail("deleted unread"), FOLDER)
    wait_until(lambda: proxy.struck > 0)
    with person(server) as client:
        client.delete_folder(FOLDER)
    proxy.calm()
    wait_until(lambda: "there is no folder" in intake.state())
    assert set(desk.failures) == {intake.name}, "silence is not proven by a folder that is gone"
    known = len(desk.readings)
    time.sleep(0.3)
    assert len(desk.readings) == known
    server.deliver(DESK, mail("after it came back"), FOLDER)
    desk.wait_for(lambda: desk.subjects == ["after it came back"])
    desk.wait_for_reading(intake)
    assert subjects(server, "Processed") == ["after it came back"]


def test_a_folder_that_was_renamed_and_back_gives_each_mail_once(
    server: EmbeddedMail, desk: CollectingDesk, proxy: ChaosProxy, start: Start
) -> None:
    intake = start(proxy.port)
    server.deliver(DESK, mail("before"), FOLDER)
    desk.wait_for(lambda: len(desk.filed) == 1)
    desk.wait_for_reading(intake)
    with person(server) as client:
        client.rename_folder(FOLDER, "Archive/Support")
    wait_until(lambda: "there is no folder" in intake.state())
    server.deliver(DESK, mail("into the archive"), "Archive/Support")
    time.sleep(0.3)
    assert desk.subjects == ["before"]
    with person(server) as client:
        client.rename_folder("Archive/Support", FOLDER)
    desk.wait_for(lambda: desk.subjects == ["before", "into the archive"])
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 2
    assert subjects(server, "Processed") == ["before", "into the archive"]


REFUSALS = (
    #  the server says (RFC 5530)                        the same login may soon be good
    ("NO [AUTHENTICATIONFAILED] no",                     False),
    ("NO [AUTHORIZATIONFAILED] not for you",             False),
    ("NO [EXPIRED] the token is too old",                False),
    ("NO [PRIVACYREQUIRED] not in the clear",            False),
    ("NO [CONTACTADMIN] blocked",                        False),
    ("NO no",                                            False),
    ("NO [UNAVAILABLE] the directory is away",           True),
    ("NO [LIMIT] too many sessions",                     True),
    ("NO [INUSE] somebody else has it",                  True),
    ("NO [SERVERBUG] oh",                                True),
)  # fmt: skip


@pytest.mark.parametrize(("answer", "soon"), REFUSALS)
def test_a_login_refused_in_the_midst_of_the_work_is_tried_again_as_its_code_says(
    answer: str, soon: bool, server: EmbeddedMail, desk: CollectingDesk, start: Start
) -> None:
    """A wrong password is not tried again before the long wait is over, whoever wakes the intake; then it goes on."""
    intake = start(server.imap_port, replace(QUICK, login_refused=LOGIN_REFUSED_SECONDS))
    refused: list[float] = []

    async def refuse(name: str, user: str) -> str | None:
        if name != "LOGIN":
            return HANG_UP if user else None
        refused.append(time.monotonic())
        return answer

    server.imap.fault = refuse
    server.deliver(DESK, mail("meanwhile"), FOLDER)
    wait_until(lambda: intake.state().startswith("not reading: login refused"))
    intake.wake()
    time.sleep(LOGIN_REFUSED_SECONDS / 2)
    assert (len(refused) > 3) is soon
    assert soon or len(refused) == 1
    assert subjects(server, FOLDER) == ["meanwhile"]
    server.imap.fault = None
    desk.wait_for(lambda: desk.subjects == ["meanwhile"])
    assert soon or time.monotonic() - refused[0] >= LOGIN_REFUSED_SECONDS
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 1
