"""Do the parts of a desk at work leave each other in peace: one mailbox that is away, one that is stuck?"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from daemon_under_test import config_text, wait_until

from daemon import open_desk as desk_at_work
from daemon.clock import Clock
from daemon.config.load import load
from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.health import last_jump
from daemon.intake.imap_ledger import Ledger
from daemon.intake.imap_link import ImapLink
from daemon.intake.imap_succession import newcomers, settle
from daemon.open_desk import OpenDesk
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case, Status, Timer
from rules.mail import Address

SUPPORT = "support@example.com"
DEAD_MAILBOX = """
[[mailbox]]
host = "127.0.0.1"
port = 1
tls = "none"
username = "other"
password = "x"
[smtp]"""

Open = Callable[..., OpenDesk]


@pytest.fixture
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({SUPPORT: "secret"}, now=lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TinydbStore]:
    made = TinydbStore(tmp_path / "data", first_number=1)
    yield made
    made.close()


@pytest.fixture
def open_desk(tmp_path: Path, server: EmbeddedMail, store: TinydbStore) -> Iterator[Open]:
    """A desk at work, with more in its configuration where [smtp] begins."""
    desks: list[OpenDesk] = []

    def start(smtp: str = "[smtp]", host: str = "127.0.0.1") -> OpenDesk:
        text = config_text(server.imap_port, server.smtp_port).replace("[smtp]", smtp)
        text = text.replace('host = "127.0.0.1"', f'host = "{host}"', 1)
        (tmp_path / "config.toml").write_text(text)
        desks.append(OpenDesk(load(tmp_path / "config.toml"), store, Clock()))
        desks[-1].start()
        return desks[-1]

    yield start
    for desk in desks:
        desk.stop()


def due_case(number: int) -> Case:
    """A case whose wait for the customer is over since yesterday."""
    now, ann = datetime.now(UTC), Address("ann@customer.example")
    wait = Timer("remind_after", 1, now - timedelta(days=4), now - timedelta(days=1))
    return Case(number, Status.WITH_CUSTOMER, "Printer on fire", ann, now, participants=(ann,), timer=wait)


def commands_of(server: EmbeddedMail) -> Counter[str]:
    commands: Counter[str] = Counter()

    async def count(name: str, user: str) -> None:
        commands[name] += 1

    server.imap.fault = count
    return commands


def watching(desk: OpenDesk) -> bool:
    return any("watching" in state for state in desk.states())


def test_a_case_in_doubt_for_a_mailbox_that_is_away_does_not_keep_the_others_busy(
    open_desk: Open, store: TinydbStore, server: EmbeddedMail
) -> None:
    with store.batch() as batch:
        batch.put(due_case(1))
    desk = open_desk(DEAD_MAILBOX)
    wait_until(lambda: watching(desk), "the healthy mailbox")
    commands = commands_of(server)
    for _ in range(20):
        desk.tick()
        time.sleep(0.05)
    assert commands["SELECT"] == 0


def test_a_mailbox_read_before_the_time_in_doubt_is_read_again(open_desk: Open, server: EmbeddedMail) -> None:
    desk = open_desk()
    wait_until(lambda: watching(desk), "the mailbox")
    commands = commands_of(server)
    desk.service.time.on_doubt(datetime.now(UTC))
    wait_until(lambda: commands["SEARCH"] > 0, "another reading", seconds=3)


MAIL = b"From: ann@customer.example\r\nMessage-ID: <1@x>\r\nSubject: Printer on fire\r\n\r\nThere is smoke.\r\n"
SLOW_SECONDS = 4.0


def stall(server: EmbeddedMail, command: str, count: int) -> list[str]:
    """The command, from its `count`th time on, takes its time; back comes a list that grows when one begins to."""
    given: list[str] = []
    stalled: list[str] = []

    async def hook(name: str, user: str) -> None:
        if name == command:
            given.append(name)
            if len(given) == count:
                stalled.append(name)
                await asyncio.sleep(SLOW_SECONDS)

    server.imap.fault = hook
    return stalled


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_at_work, "GENTLE_SECONDS", 0.5)
    monkeypatch.setattr(desk_at_work, "CUT_SECONDS", 2.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("command", "count"), [("FETCH", 1), ("FETCH", 2), ("MOVE", 1), ("IDLE", 1)])
def test_a_stop_cuts_an_intake_that_is_stuck(
    command: str, count: int, open_desk: Open, server: EmbeddedMail, store: TinydbStore
) -> None:
    desk = open_desk()
    wait_until(lambda: watching(desk), "the mailbox")
    stalled = stall(server, command, count)
    server.deliver(SUPPORT, MAIL)
    wait_until(lambda: bool(stalled), f"{command} to be stuck")
    before = time.monotonic()
    desk.stop()
    assert time.monotonic() - before < 2
    assert [state.rpartition(": ")[2] for state in desk.states()] == ["stopped"]
    assert len(store.open_numbers()) == (1 if command in ("MOVE", "IDLE") else 0)


@pytest.mark.usefixtures("impatient")
def test_an_intake_of_before_a_stop_never_hands_over_what_it_fetches_late(
    open_desk: Open, server: EmbeddedMail, store: TinydbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is stuck: here it cannot even be cut."""
    monkeypatch.setattr(ImapLink, "cut", lambda link: None)
    monkeypatch.setattr(desk_at_work, "CUT_SECONDS", 0.1)
    desk = open_desk()
    wait_until(lambda: watching(desk), "the mailbox")
    stalled = stall(server, "FETCH", 2)
    server.deliver(SUPPORT, MAIL)
    wait_until(lambda: bool(stalled), "the mail to be fetched slowly")
    desk.stop()
    assert store.open_numbers() == []
    wait_until(lambda: "stopped" in desk.states()[0], "the end of the old intake")
    assert store.open_numbers() == []
    new = open_desk()
    wait_until(lambda: store.open_numbers() == [1], "the new intake")
    assert new is not desk


@pytest.mark.usefixtures("impatient")
def test_several_intakes_that_are_stuck_are_waited_for_together(open_desk: Open, server: EmbeddedMail) -> None:
    others = [DEAD_MAILBOX.replace("port = 1", f"port = {server.imap_port}").replace("other", name) for name in "abcd"]
    server_is_silent = stall_all(server)
    desk = open_desk("".join(other.removesuffix("[smtp]") for other in others) + "[smtp]")
    wait_until(lambda: len(server_is_silent) == 5, "all to be stuck at the login")
    before = time.monotonic()
    desk.stop()
    assert time.monotonic() - before < 4


def stall_all(server: EmbeddedMail) -> list[str]:
    stalled: list[str] = []

    async def hook(name: str, user: str) -> None:
        if name == "LOGIN":
            stalled.append(name)
            await asyncio.sleep(SLOW_SECONDS)

    server.imap.fault = hook
    return stalled


def test_a_mailbox_whose_server_has_another_name_goes_on_where_it_was(
    open_desk: Open, server: EmbeddedMail, store: TinydbStore
) -> None:
    """What came while the configuration was changed is no past; and so when the name is changed back."""
    desk = open_desk()
    wait_until(lambda: watching(desk), "the mailbox")
    for count, host in enumerate(["localhost", "127.0.0.1"], start=1):
        desk.stop()
        server.deliver(SUPPORT, MAIL.replace(b"<1@x>", b"<%d@x>" % count))
        time.sleep(2.1)  # INTERNALDATE counts whole seconds
        desk = open_desk(host=host)
        wait_until(lambda count=count: len(store.open_numbers()) == count, "the mail of the time between")
        assert list(store.state("mailboxes")) == [f"{SUPPORT}@{host}/INBOX"]


BEGAN: dict[str, int | str] = {
    "first_start": "2026-03-02T12:00:00+00:00",
    "uidvalidity": 7,
    "uidnext": 9,
    "past_uid": 5,
}


def mailbox(host: str = "new.example", username: str = "support", folder: str = "INBOX") -> Mailbox:
    name = Secret("password", "secret")
    wait = timedelta(seconds=1)
    return Mailbox(host, 993, "implicit", username, name, folder, "Processed", "Quarantine", wait, None, wait)


@pytest.mark.parametrize(
    ("gone", "before"),
    [
        (["support@old.example/INBOX"], "support@old.example/INBOX"),
        (["support@old.example/INBOX", "support@old.example/Help"], "support@old.example/INBOX"),
        (["support@old.example/INBOX", "support@older.example/INBOX"], ""),
        (["help@old.example/INBOX"], ""),
        (["support@old.example/Help/INBOX"], ""),
        (["support@example.com@old.example/INBOX"], ""),
    ],
)
def test_the_mailbox_that_a_new_one_was_is_told_by_user_and_folder(gone: list[str], before: str) -> None:
    (newcomer,) = newcomers(dict.fromkeys(gone, BEGAN), [mailbox()])
    assert newcomer.before == before
    assert all(name in newcomer.sentence for name in ([before] if before else gone))


def test_two_new_mailboxes_do_not_share_what_one_was() -> None:
    both = [mailbox("new.example"), mailbox("newer.example")]
    assert [one.before for one in newcomers({"support@old.example/INBOX": BEGAN}, both)] == ["", ""]


def test_on_a_new_desk_and_beside_all_the_others_a_new_mailbox_is_nothing_special() -> None:
    assert newcomers({}, [mailbox()]) == []
    assert newcomers({mailbox("old.example").name: BEGAN}, [mailbox("old.example"), mailbox()]) == []


def test_a_successor_inherits_the_first_start_and_nothing_that_belongs_to_the_old_server(store: TinydbStore) -> None:
    with store.batch() as batch:
        batch.set_state("mailboxes", {"support@old.example/INBOX": BEGAN, "help@old.example/INBOX": BEGAN})
    settle(store, newcomers(store.state("mailboxes"), [mailbox()]), Clock())
    ledgers = store.state("mailboxes")
    assert set(ledgers) == {"support@new.example/INBOX", "help@old.example/INBOX"}
    inherited = Ledger.from_document(ledgers["support@new.example/INBOX"], datetime.now(UTC))
    assert inherited == Ledger(first_start=datetime(2026, 3, 2, 12, tzinfo=UTC))


def test_a_mailbox_that_may_be_an_old_one_is_warned_of(store: TinydbStore, caplog: pytest.LogCaptureFixture) -> None:
    with store.batch() as batch:
        batch.set_state("mailboxes", {"help@old.example/INBOX": BEGAN})
    settle(store, newcomers(store.state("mailboxes"), [mailbox()]), Clock())
    assert (
        "imap support@new.example/INBOX: new to the desk, which no longer reads help@old.example/INBOX" in caplog.text
    )
    assert set(store.state("mailboxes")) == {"help@old.example/INBOX"}


def test_a_clock_that_jumps_while_the_desk_is_at_work_is_noted(
    open_desk: Open, store: TinydbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    wait_until(lambda: desk.health.heard_until is not None, "the mailbox")
    monkeypatch.setattr(desk._watch, "jump", lambda: timedelta(days=40))
    desk.tick()
    desk.health.save()
    jump = last_jump(store)
    assert jump is not None and jump[1] == timedelta(days=40)
