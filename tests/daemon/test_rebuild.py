"""Are the cases the same when they are made again from the raw mails? Every dialogue without an outage, lived twice."""

from __future__ import annotations

import mailbox
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conversations.player import ANSWERS, DESK, MONDAY, Player
from conversations.script import desk_of, play
from daemon_under_test import config_text, wait_until

from daemon import cli
from daemon.clock import Clock
from daemon.config.load import load
from daemon.config.settings import Settings
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import PostcaseError
from daemon.intake.arrival import Arrival, Fate
from daemon.open_desk import OpenDesk
from daemon.rebuild import differences, from_folder, rebuild
from daemon.smtp_send import Answer
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Post
from rules.desk import Desk

DIALOGUES = sorted((Path(__file__).parent.parent / "conversations").glob("*.txt"))
ON_ITS_WAY = timedelta(seconds=7)  # from the mailbox into the desk


class Recorded(Player):
    """What came in, and when it had come into the mailbox."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.arrivals: list[Arrival] = []
        self._posted_at = MONDAY
        super().__init__(folder, desk)
        post = self.server.post

        def noting(raw: bytes, sender: str, recipient: str) -> Answer:
            self._posted_at = self.clock.now()
            return post(raw, sender, recipient)

        self.server.post = noting  # type: ignore[method-assign]

    def _open(self) -> None:
        super()._open()
        take = self.service.take

        def recording(arrivals: Sequence[Arrival]) -> list[Fate]:
            came = max(self.clock.now() - ON_ITS_WAY, self._posted_at)  # nobody answers a letter before he has it
            self.arrivals += [replace(one, received_at=came) for one in arrivals]
            return take(arrivals)

        self.service.take = recording  # type: ignore[method-assign]


def settings_for(folder: Path, desk: Desk, max_size: int) -> Settings:
    (folder / "config.toml").write_text(config_text())
    return replace(load(folder / "config.toml"), desk=desk, data=folder / "old", max_size=max_size, answers=ANSWERS)


def is_untroubled(path: Path) -> bool:
    """Without outages, orders of an admin and servers that refuse, of which the mails say nothing."""
    return not any(line.startswith("!") for line in path.read_text().splitlines())


@pytest.mark.parametrize("path", [*filter(is_untroubled, DIALOGUES)], ids=lambda path: path.stem)
def test_a_dialogue_that_is_lived_twice_comes_out_the_same(path: Path, tmp_path: Path) -> None:
    desk = desk_of(path)
    player = Recorded(tmp_path / "old", desk)
    play(path, player)
    ended = player.clock.now()
    player.close()
    settings = settings_for(tmp_path, desk, player.max_size)
    rebuild(settings, player.arrivals, tmp_path / "new", ended)
    before, after = TinydbStore(tmp_path / "old", writer=False), TinydbStore(tmp_path / "new", writer=False)
    found = list(differences(before, after))
    waiting = after.waiting_letters()
    before.close()
    after.close()
    assert found == []
    assert waiting == []


# The command


MAILS = [
    b"From: ann@customer.example\r\nSubject: Printer on fire\r\nMessage-ID: <1@x.example>\r\n\r\nHelp.\r\n",
    b"From: bob@customer.example\r\nSubject: Printer is loud\r\nMessage-ID: <2@x.example>\r\n\r\nHelp.\r\n",
    b"From: ann@customer.example\r\nSubject: Re: [Case #1] Printer on fire\r\n"
    b"Message-ID: <3@x.example>\r\nIn-Reply-To: <1@x.example>\r\n\r\nStill.\r\n",
]  # fmt: skip


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Path]:
    """A desk that has taken three mails from its mailbox, and stopped; its mail server is still there."""
    with EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC)) as server:
        (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
        settings = load(tmp_path / "config.toml")
        store = TinydbStore(settings.data, first_number=1)
        desk = OpenDesk(settings, store, Clock())
        desk.start()
        desk.tick()
        for count, raw in enumerate(MAILS, 1):
            server.deliver("support@example.com", raw)
            wait_until(lambda count=count: len(server.folder("support@example.com", "Processed")) == count, "the mail")
        wait_until(lambda: not store.waiting_letters(), "the letters")
        desk.stop()
        store.close()
        server.taken_before = len(server.folder("ann@customer.example"))  # type: ignore[attr-defined]
        yield tmp_path
        assert len(server.folder("ann@customer.example")) == server.taken_before  # type: ignore[attr-defined]
        assert len(server.folder("support@example.com", "Processed")) == len(MAILS)


def asked(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.main, ["rebuild", "--config", str(folder / "config.toml"), *words])
    return result.exit_code, result.output


def test_from_the_mailboxes_the_cases_are_as_they_were(taken: Path) -> None:
    code, said = asked(taken, "--into", str(taken / "new"), "--verify")
    assert said == "mails: 3, cases: 2, in quarantine: 0; nothing was sent\nevery case is as it was\n"
    assert code == 0


def test_a_case_that_differs_is_named(taken: Path) -> None:
    settings = load(taken / "config.toml")
    store = TinydbStore(settings.data, first_number=1)
    case = store.case(2)
    assert case is not None
    with store.batch() as batch:
        batch.put(replace(case, severity="A"))
    store.close()
    code, said = asked(taken, "--into", str(taken / "new"), "--verify")
    assert (code, said.splitlines()[1:]) == (1, ["case 2: severity was A, and is C"])


@pytest.mark.parametrize("kind", ["folder", "Maildir", "mbox"])
def test_from_an_archive(taken: Path, kind: str) -> None:
    where = taken / kind
    if kind == "folder":
        where.mkdir()
        for number, raw in enumerate(MAILS):
            (where / f"{number}.eml").write_bytes(raw)
    else:
        box = mailbox.Maildir(where) if kind == "Maildir" else mailbox.mbox(where)
        for raw in MAILS:
            box.add(raw)
        box.close()
    shutil.rmtree(load(taken / "config.toml").data)
    code, said = asked(taken, "--into", str(taken / "new"), "--from", str(where))
    assert said.splitlines()[-1] == "mails: 3, cases: 2, in quarantine: 0; nothing was sent"
    assert code == 0
    store = TinydbStore(taken / "new", writer=False)
    first = store.case(1)
    store.close()
    assert first is not None
    assert [one.message_id for one in first.messages] == ["1@x.example", "3@x.example"]
    assert {one.post for one in first.letters} == {Post.SENT}


def test_a_folder_that_is_there_is_left_alone(taken: Path) -> None:
    code, said = asked(taken, "--into", str(taken))
    assert code != 0
    assert "is there already" in said


def test_without_any_mail_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    settings = settings_for(tmp_path, DESK, 1000)
    with pytest.raises(PostcaseError, match="there is no mail"):
        rebuild(settings, from_folder(tmp_path / "none"), tmp_path / "new", None)
    assert not (tmp_path / "new").exists()
