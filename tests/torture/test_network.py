"""Whatever the network does in whatever state of the conversation: is every mail filed once, and does it go on by itself?

Nine faults at nine places of IMAP; each strikes up to twice, and mail comes before, while and after. The same nine at nine places
of SMTP: the letter goes out, and what came twice is the same to the octet. All clocks are short.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from chaos_proxy import GREETING, ChaosProxy, Fault, imap_command, smtp_command
from collecting_desk import CollectingDesk, mail, wait_until
from daemon_under_test import smtp_settings
from smtp_faults import FaultySmtp

from daemon import smtp_send
from daemon.clock import Clock
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import LinkDown
from daemon.intake.imap_intake import ImapIntake, Pace
from daemon.smtp_send import SmtpLink

pytestmark = [pytest.mark.torture, pytest.mark.timeout(120)]

DESK = "support@example.com"
TIMEOUT = timedelta(seconds=0.25)
QUICK = Pace(first_retry=0.01, longest_retry=0.1, login_refused=0.1, idle=1.0, idle_again=1.0)
PLACES = (GREETING, "CAPABILITY", "LOGIN", "LIST", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE", "IDLE")
RECOVERS_SECONDS = 20


class Line:
    """The network before a mail server, and one intake."""

    def __init__(self, desk: CollectingDesk, port: int, **fields: object) -> None:
        """`fields` of the mailbox that are not as usual."""
        self.proxy = ChaosProxy(port, imap_command)
        self.desk = desk
        self._stop = threading.Event()
        settings = replace(mailbox(self.proxy.port), **fields)  # type: ignore[arg-type]
        self.intake = ImapIntake(settings, desk, Clock(), self._stop, pace=QUICK)
        self._thread = threading.Thread(target=self.intake.run)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self.intake.wake()
        self._thread.join(10)
        if self._thread.is_alive():
            self.intake.abort()
            self._thread.join(10)
        assert not self._thread.is_alive()
        self.proxy.close()


class EmbeddedLine(Line):
    """Before a server of its own."""

    def __init__(self, desk: CollectingDesk) -> None:
        self.server = EmbeddedMail({DESK: "secret"}, now=lambda: datetime.now(UTC))
        self.server.start()
        super().__init__(desk, self.server.imap_port)

    def deliver(self, *subjects: str) -> None:
        for one in subjects:
            self.server.deliver(DESK, mail(one))

    def close(self) -> None:
        super().close()
        self.server.stop()


def mailbox(port: int) -> Mailbox:
    return Mailbox(
        "127.0.0.1", port, "none", DESK, Secret("password", "secret"), "INBOX", "Processed", "Quarantine",
        timedelta(seconds=0.2), None, TIMEOUT,
    )  # fmt: skip


@pytest.fixture
def line() -> Iterator[EmbeddedLine]:
    made = EmbeddedLine(CollectingDesk())
    yield made
    made.close()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_nothing_is_lost_or_doubled_and_it_goes_on_by_itself(line: EmbeddedLine, fault: Fault, place: str) -> None:
    it_goes_on(line, line.deliver, fault, place, RECOVERS_SECONDS)
    left = line.server.folder(DESK, "INBOX")
    assert len(left) + len(line.server.folder(DESK, "Processed")) == 3
    assert all("$PostcaseFiled" in message.flags for message in left)


def it_goes_on(line: Line, deliver: Callable[[str], None], fault: Fault, place: str, seconds: float) -> None:
    """By itself, whatever strikes twice; of three mails that come meanwhile each is filed once."""
    line.proxy.strike(fault, place, times=2)
    line.start()
    wait_until(lambda: line.intake.state() != "starting")
    for subject in ("before 1", "before 2"):
        deliver(subject)
    wait_until(lambda: line.proxy.struck > 0)
    deliver("after")
    line.desk.wait_for(lambda: len(line.desk.filed) == 3, seconds)
    line.desk.wait_for_reading(line.intake, seconds)
    assert sorted(line.desk.subjects) == ["after", "before 1", "before 2"]


@pytest.mark.parametrize(
    "without", [(b"IDLE",), (b"MOVE",), (b"UIDPLUS",), (b"NAMESPACE",), (b"IDLE", b"MOVE", b"UIDPLUS", b"NAMESPACE")]
)
def test_a_server_that_lacks_something_gives_the_same_mail(line: EmbeddedLine, without: tuple[bytes, ...]) -> None:
    line.proxy.without = without
    line.start()
    line.deliver("one", "two", "three")
    line.desk.wait_for(lambda: len(line.desk.filed) == 3, RECOVERS_SECONDS)
    line.desk.wait_for_reading(line.intake, RECOVERS_SECONDS)
    assert sorted(line.desk.subjects) == ["one", "three", "two"]


def test_one_mailbox_behind_a_black_hole_does_not_hold_up_another(line: EmbeddedLine) -> None:
    other = EmbeddedLine(line.desk)
    try:
        line.proxy.strike(Fault.SILENT, "UID SEARCH", times=1_000_000)
        line.start()
        other.start()
        other.deliver("by the other way")
        line.desk.wait_for(lambda: line.desk.subjects == ["by the other way"], RECOVERS_SECONDS)
        line.proxy.strike(Fault.SILENT, "UID SEARCH", times=0)
        line.deliver("at last")
        line.desk.wait_for(lambda: sorted(line.desk.subjects) == ["at last", "by the other way"], RECOVERS_SECONDS)
    finally:
        other.close()


# Letters

RAW = b"Message-ID: <1@example.com>\r\nSubject: one letter\r\n\r\n..dots\r\n" + b"line\r\n" * 200
SMTP_PLACES = (GREETING, "EHLO", "MAIL", "RCPT", "DATA", "LINE", ".", "RSET", "QUIT")


@pytest.mark.parametrize("place", SMTP_PLACES)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_a_letter_goes_out_and_every_copy_is_the_same(
    fault: Fault, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_send, "FINAL_REPLY_SECONDS", TIMEOUT.total_seconds())
    with FaultySmtp() as server:
        proxy = ChaosProxy(server.port, smtp_command)
        proxy.strike(fault, place, times=2)
        link = SmtpLink(replace(smtp_settings(proxy.port), timeout=TIMEOUT), "example.com")
        answers = [_posted(link)]
        while len(answers) < 8 and (answers[-1] != "yes" or proxy.struck < 2):
            answers.append(_posted(link))
        answers += [_posted(link) for _ in range(2)]  # the last fault may have struck behind a yes
        link.close()
        proxy.close()
    assert answers[-1] == "yes", answers
    assert "never" not in answers or fault is Fault.GARBLE, "a broken line is no word about the letter"
    assert {raw for _, raw in server.taken} == {RAW}
    assert answers.count("yes") <= len(server.taken) <= len(answers)


@pytest.mark.parametrize("place", [GREETING, "EHLO"])
def test_a_server_that_drips_does_not_hold_the_outbox(place: str) -> None:
    with FaultySmtp() as server:
        proxy = ChaosProxy(server.port, smtp_command)
        proxy.strike(Fault.DRIP, place)
        link = SmtpLink(replace(smtp_settings(proxy.port), timeout=TIMEOUT), "example.com")
        with pytest.raises(LinkDown, match="it was not done after 1 seconds"):
            link.post(RAW, "support@example.com", "ann@customer.example")
        assert _posted(link) == "yes"
        link.close()
        proxy.close()


def _posted(link: SmtpLink) -> str:
    try:
        return str(link.post(RAW, "support@example.com", "ann@customer.example").taken)
    except LinkDown:
        return "no server"
