"""A backup was put back: does the desk notice it, keep still, and go on when its admin has done what the handbook says?"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conversations.player import MONDAY, Player
from daemon_under_test import config_text, wait_until
from imapclient import IMAPClient

from daemon import cli
from daemon.clock import Clock
from daemon.config.load import load
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.figures import measure
from daemon.health import Health
from daemon.open_desk import OpenDesk
from daemon.restored import count_as_sent
from daemon.signs import Sign, State, signs
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Letter, Post, Status

SUPPORT, ANN, EVA = "support@example.com", "ann@customer.example", "eva@desk.example"
NOBODY_LISTENS = 1  # a port
A_SECOND = 1.1  # and a bit: servers date mails by whole seconds


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({SUPPORT: "secret"}, now=lambda: datetime.now(UTC)) as running:
        yield running


class Machine:
    """Where the desk lives; what was put back is a copy of its data."""

    def __init__(self, folder: Path, server: EmbeddedMail) -> None:
        self.folder, self.server = folder, server
        self.data = folder / "data"

    @contextmanager
    def at_work(self, smtp_port: int = 0) -> Iterator[OpenDesk]:
        (self.folder / "config.toml").write_text(config_text(self.server.imap_port, smtp_port or self.server.smtp_port))
        store = TinydbStore(self.data, first_number=1)
        desk = OpenDesk(load(self.folder / "config.toml"), store, Clock())
        desk.start()
        try:
            yield desk
        finally:
            desk.stop()
            store.close()

    def back_up(self) -> None:
        shutil.copytree(self.data, self.folder / "backup")
        time.sleep(A_SECOND)

    def restore(self) -> None:
        shutil.rmtree(self.data)
        (self.folder / "backup").rename(self.data)

    def write(self, subject: str) -> None:
        mail = f"From: {ANN}\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@customer.example>\r\n\r\nHelp.\r\n"
        self.server.deliver(SUPPORT, mail.encode())

    def letters(self, reader: str = ANN) -> int:
        return len(self.server.folder(reader))

    def signs(self, desk: OpenDesk) -> list[Sign]:
        figures = measure(desk.store, self.data, datetime.now(UTC))
        return [one for one in signs(figures, desk.settings, datetime.now(UTC)) if one.name == "restored"]

    def move_back(self) -> None:
        with IMAPClient("127.0.0.1", self.server.imap_port, ssl=False) as person:
            person.login(SUPPORT, "secret")
            person.select_folder("Processed")
            person.move(person.search("ALL"), "INBOX")


@pytest.fixture
def machine(tmp_path: Path, server: EmbeddedMail) -> Machine:
    """A desk that ran on for a while after its backup, in which a confirmation and a notice wait; the backup was put back."""
    made = Machine(tmp_path, server)
    with made.at_work(NOBODY_LISTENS) as desk:
        made.write("first")
        wait_until(lambda: desk.store.waiting_letters() != [] and desk.health.heard_until is not None, "a case")
    made.back_up()
    with made.at_work() as desk:
        wait_until(lambda: made.letters() == 1, "the letter that waited")
        made.write("second")
        wait_until(lambda: made.letters() == 2, "the next one")
        wait_until(lambda: len(server.folder(SUPPORT, "Processed")) == 2, "the acknowledgement")
    made.restore()
    return made


def test_a_desk_that_is_put_back_sends_nothing_again_and_reminds_nobody(machine: Machine) -> None:
    with machine.at_work() as desk:
        wait_until(lambda: machine.signs(desk) != [], "the sign")
        ((name, state, says),) = [(one.name, one.state, one.says) for one in machine.signs(desk)]
        assert (name, state) == ("restored", State.WRONG) and "unknown to this data: 1, the newest of" in says
        assert desk.health.read_until is None
        time.sleep(A_SECOND)
        assert (machine.letters(), desk.service.post.waiting()) == (2, [])
        assert len(desk.store.waiting_letters()) == 2
    with machine.at_work() as desk:  # another start does not forget it
        assert machine.signs(desk) != []
        time.sleep(A_SECOND)
        assert machine.letters() == 2 and machine.signs(desk) != []
        machine.move_back()
        wait_until(lambda: desk.store.open_numbers() == [1, 2], "the mail that was lost")
        wait_until(lambda: machine.signs(desk) == [], "the end of it")
        wait_until(lambda: desk.health.read_until is not None, "a reading that counts")


def test_letters_that_were_counted_as_sent_do_not_go_out(machine: Machine) -> None:
    result = CliRunner().invoke(cli.main, ["restored", "--config", str(machine.folder / "config.toml")])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        f"case 1: confirmation to {ANN} counts as sent",
        f"case 1: assigned to {EVA} counts as sent",
        "letters that count as sent: 2",
    ]
    machine.move_back()
    with machine.at_work() as desk:
        wait_until(lambda: desk.store.open_numbers() == [1, 2], "the mail that was lost")
        wait_until(lambda: machine.letters() == 3, "its confirmation, under a new number")
        assert machine.signs(desk) == []
        case = desk.store.case(1)
        assert case is not None
        assert any("confirmation letter" in one.event and "counts as sent" in one.event for one in case.history)


def test_a_desk_that_starts_again_as_always_sends_what_waits(tmp_path: Path, server: EmbeddedMail) -> None:
    made = Machine(tmp_path, server)
    with made.at_work(NOBODY_LISTENS) as desk:
        made.write("first")
        wait_until(lambda: desk.store.waiting_letters() != [], "a case")
        wait_until(lambda: len(server.folder(SUPPORT, "Processed")) == 1, "the acknowledgement")
    with made.at_work() as desk:
        wait_until(lambda: made.letters() == 1, "the letter that waited", seconds=10)
        assert made.signs(desk) == []


def test_what_waits_for_the_support_hours_waits_on_and_waits_for_the_customer_begin(tmp_path: Path) -> None:
    player = Player(tmp_path / "data")
    player.write(ANN, "Printer on fire", "", [])
    player.server.down = True
    player.write("eva@desk.example", "answers assigned", "Pull the plug.", [])
    case = player.store.case(1)
    assert case is not None and case.timer is not None and case.timer.since is None
    tomorrow = MONDAY + timedelta(days=1)
    notice = Letter(99, "replied", case.owner, case.letters[1].audience, "x", "x", "99", MONDAY, next_attempt=tomorrow)
    with player.store.batch() as batch:
        batch.put(case.with_letter(notice), {"99": b"x"})
    player.close()
    (tmp_path / "config.toml").write_text(config_text())
    assert list(count_as_sent(load(tmp_path / "config.toml"), player.clock)) == [
        f"case 1: relay to {ANN} counts as sent"
    ]
    store = TinydbStore(tmp_path / "data")
    after = store.case(1)
    assert after is not None and after.timer is not None and after.timer.since == MONDAY
    assert [one.post for one in after.letters] == [Post.SENT, Post.SENT, Post.SENT, Post.WAITING]
    assert after.status is Status.WITH_CUSTOMER
    store.close()


def test_a_mailbox_out_of_reach_keeps_letters_back_for_a_minute_only(machine: Machine) -> None:
    machine.server.imap.fault = _away
    with machine.at_work() as desk:
        assert desk.service.post.waiting() == []
        desk._compared_by = 0.0
        desk.tick()
        assert len(desk.service.post.waiting()) == 2


async def _away(name: str, user: str) -> None:
    raise ConnectionResetError


def test_a_new_desk_compares_nothing(tmp_path: Path) -> None:
    store = TinydbStore(tmp_path)
    health = Health(store, timedelta(hours=1))
    health.listen_to(["INBOX"])
    health.compare(["INBOX"])
    assert health.compare_since("INBOX") is None and not health.may_be_older
    store.close()
