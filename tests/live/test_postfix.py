"""Does a real mail server hand its mail over to the desk, by LMTP and by way of a mailbox?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from collecting_desk import CollectingDesk, mail, wait_until
from live.dovecot import Dovecot
from live.postfix import Postfix

from daemon.clock import Clock
from daemon.config.settings import Mailbox
from daemon.errors import StoreUnwritable
from daemon.intake.imap_intake import ImapIntake
from daemon.intake.lmtp_intake import LmtpIntake

pytestmark = pytest.mark.live


@pytest.fixture
def lmtp(desk: CollectingDesk) -> Iterator[LmtpIntake]:
    intake = LmtpIntake(("127.0.0.1", 0), desk, Clock(), 10_000_000)
    intake.start()
    yield intake
    intake.stop()


def test_mail_by_smtp_reaches_the_desk_through_its_mailbox(
    postfix: Postfix,
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Callable[..., ImapIntake],
    mailbox_of: Callable[..., Mailbox],
) -> None:
    start_intake(mailbox_of(dovecot))
    postfix.send(mail("by smtp"), "support@example.com", "ann@desk.example")
    desk.wait_for(lambda: desk.subjects == ["by smtp"])
    wait_until(lambda: dovecot.subjects(user="ann@desk.example") == ["by smtp"])


def test_mail_by_smtp_reaches_the_desk_by_lmtp(
    start_postfix: Callable[..., Postfix], lmtp: LmtpIntake, desk: CollectingDesk
) -> None:
    postfix = start_postfix(lmtp.port)
    postfix.send(mail("for two"), "support@example.com", "sales@example.com")
    postfix.send(mail("long line", "x" * 50_000), "support@example.com", sender="")
    desk.wait_for(lambda: sorted(desk.subjects) == ["for two", "long line"])
    wait_until(lambda: postfix.queue() == "")
    assert postfix.log().count("status=sent (250 2.0.0 filed)") == 3


def test_postfix_keeps_the_mail_while_the_desk_cannot_write(
    start_postfix: Callable[..., Postfix], lmtp: LmtpIntake, desk: CollectingDesk
) -> None:
    def disk_full(_: object) -> None:
        raise StoreUnwritable("no space left on the disk")

    desk.before_commit = disk_full
    postfix = start_postfix(lmtp.port)
    postfix.send(mail("patience"), "support@example.com")
    wait_until(lambda: "status=deferred" in postfix.log())
    assert "452 4.3.1" in postfix.log()
    desk.before_commit = lambda _: None
    postfix.flush()
    desk.wait_for(lambda: desk.subjects == ["patience"])
