"""Is the admin told, once, of whatever is wrong with the desk, and that it is over? By ways that do not need the desk's mail."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conversations.player import DESK, MONDAY, OFFICE_HOURS
from daemon_under_test import config_text, smtp_settings, wait_until
from smtp_faults import FaultySmtp

from daemon import canary, cli
from daemon.alarms import AGAIN_AFTER, Alarms, News
from daemon.clock import JumpingClock
from daemon.config.load import load
from daemon.config.settings import Alarms as Wanted
from daemon.config.settings import Settings
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.errors import LinkDown
from daemon.figures import ALIVE, measure
from daemon.health import Health
from daemon.intake.arrival import Arrival, Fate
from daemon.letters.templates import Letters
from daemon.open_desk import OpenDesk
from daemon.service import Service
from daemon.signs import State, signs
from daemon.storage.tinydb_store import TinydbStore
from rules.hours import Wait

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Watched:
    """A desk at work, its clock, and what its admin is told."""

    folder: Path
    alarms: Wanted = field(default_factory=Wanted)
    told: list[News] = field(default_factory=list)
    deaf: bool = False  # the way to the admin is down

    def __post_init__(self) -> None:
        (self.folder / "config.toml").write_text(config_text())
        self.settings = replace(load(self.folder / "config.toml"), alarms=self.alarms)
        self.clock = JumpingClock(MONDAY, frozen=True)
        self.store = TinydbStore(self.settings.data, first_number=1)
        self.health = Health(self.store, self.settings.outage_after)
        self.health.listen_to(["INBOX"])
        self.service = Service(DESK, self.store, Letters("en", None), self.clock, self.health, 1_000_000)
        self.watch = self.anew()
        self.works()

    def anew(self) -> Alarms:
        return Alarms(self.settings, self.store, self.clock, nullcontext(), [self.tell])

    def tell(self, news: News) -> None:
        if self.deaf:
            raise LinkDown("nobody is there")
        self.told.append(news)

    def works(self) -> None:
        """What a desk that is well leaves behind."""
        now = self.clock.now()
        (self.settings.data / ALIVE).touch()
        os.utime(self.settings.data / ALIVE, (now.timestamp(), now.timestamp()))
        self.health.read_to_end("INBOX", now)
        self.health.save()

    def takes(self, raw: bytes) -> Fate:
        (fate,) = self.service.take([Arrival(raw, "test", self.clock.now())])
        return fate

    def looks(self, times: int = 1, *, after: timedelta = MINUTE, well: bool = True) -> list[str]:
        """What the admin is told meanwhile."""
        before = len(self.told)
        for _ in range(times):
            self.clock.advance(after)
            if well:
                self.works()
            self.watch.look()
        return [line for news in self.told[before:] for line in news.lines]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.store.close()


BROKEN = (  # and of a machine, so that no case is opened for it
    b"From: no-reply@customer.example\r\nAuto-Submitted: auto-replied\r\nSubject: x\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"x" * 1_000_001
)


# When somebody is told


def test_a_desk_that_is_well_tells_nothing(desk: Watched) -> None:
    assert desk.looks(5) == []


def test_what_lasts_for_two_looks_is_told_once_and_again_each_day_and_when_it_is_over(desk: Watched) -> None:
    assert desk.takes(BROKEN) is Fate.QUARANTINED
    assert desk.looks() == []
    assert desk.looks() == ["mind  quarantine: mails that wait: 1; `postcase quarantine list` shows them"]
    assert desk.looks(10) == []
    assert len(desk.looks(1, after=AGAIN_AFTER)) == 1
    with desk.store.batch() as batch:
        batch.release(desk.store.quarantined()[0].id)
    assert desk.looks() == ["ok  quarantine: mails that wait: 0"]
    assert desk.looks(3) == []


def test_what_is_over_before_the_second_look_is_no_alarm(desk: Watched) -> None:
    desk.takes(BROKEN)
    desk.looks()
    with desk.store.batch() as batch:
        batch.release(desk.store.quarantined()[0].id)
    assert desk.looks(3) == []


def test_an_alarm_that_nobody_took_is_tried_again(desk: Watched) -> None:
    desk.takes(BROKEN)
    desk.deaf = True
    assert desk.looks(3) == []
    desk.deaf = False
    assert len(desk.looks()) == 1


def test_mail_that_cannot_be_moved_is_told_until_it_can_be(desk: Watched) -> None:
    desk.service.left_in_place("INBOX", "Processed: the folder is full")
    assert desk.looks(2) == ["mind  folders: taken mail cannot be moved out of INBOX: Processed: the folder is full"]
    again = Health(desk.store, desk.settings.outage_after)
    again.listen_to(["INBOX"])
    again.left_in_place("elsewhere", "no such mailbox")
    again.left_in_place("INBOX", "")
    assert measure(desk.store, desk.settings.data, desk.clock.now()).left == ()


def test_a_cap_that_keeps_confirmations_back_is_told_for_an_hour(
    desk: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(DESK.caps.address_per_hour + 3):
        desk.takes(b"From: victim@elsewhere.example\r\nSubject: BUY NOW %d\r\n\r\nx\r\n" % number)
    said = "the cap of 30 confirmations to this address in an hour is reached (victim@elsewhere.example)"
    assert desk.looks(2) == [f"mind  caps: confirmations are kept back, every mail is filed: {said}"]
    assert caplog.text.count("no confirmation to=<victim@elsewhere.example>: the cap of 30") == 1
    desk.takes(b"From: ann@customer.example\r\nSubject: Printer on fire\r\n\r\nx\r\n")
    assert desk.looks(1, after=HOUR) == ["ok  caps: well again"]


JUMPS = (
    (timedelta(days=40), "it went 40 days ahead on 2 March 2026, 09:00"),
    (-timedelta(days=1), "it went 24 hours back on 2 March 2026, 09:00"),
)


@pytest.mark.parametrize(("by", "said"), JUMPS)
def test_a_clock_that_jumps_is_told_for_a_day(desk: Watched, by: timedelta, said: str) -> None:
    desk.health.clock_jumped(desk.clock.now(), by)
    (told,) = desk.looks(2)
    assert told.startswith("mind  clock: ")
    assert "was it set, or did the machine sleep?" in told
    assert desk.looks(1, after=timedelta(days=1)) == ["ok  clock: well again"]


def test_mailboxes_that_are_not_read_are_told(desk: Watched) -> None:
    desk.looks()
    desk.health.could_not_read("INBOX")
    told = desk.looks(2, after=10 * MINUTE, well=False)
    assert any(
        line.startswith("WRONG  mailboxes: not all of them were read for 20 minutes, INBOX cannot be read")
        for line in told
    )


def test_a_disk_that_refuses_is_told_though_nothing_can_be_written(
    desk: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.figures.refusal", lambda data: "No space left on device")
    assert desk.looks(2, well=False) == ["WRONG  data: the disk takes no mail: No space left on device"]


# The canary


@pytest.fixture
def bird(tmp_path: Path) -> Iterator[tuple[Watched, FaultySmtp]]:
    with FaultySmtp() as server:
        made = Watched(tmp_path, Wanted(canary=HOUR))
        made.settings = replace(made.settings, smtp=smtp_settings(server.port))
        made.watch = made.anew()
        yield made, server
        made.store.close()


def test_a_canary_goes_out_each_hour_and_comes_back_without_a_case(bird: tuple[Watched, FaultySmtp]) -> None:
    desk, server = bird
    for count in range(1, 4):
        assert desk.looks() == []
        assert len(server.taken) == count
        assert desk.takes(server.taken[-1][1]) is Fate.FILED
        assert canary.missing_since(desk.store) is None
        assert desk.looks(59) == []
    assert list(desk.store.all_numbers()) == []
    assert desk.store.waiting_letters() == []


def test_one_that_does_not_come_back_is_told_and_the_next_one_that_does_ends_it(
    bird: tuple[Watched, FaultySmtp],
) -> None:
    desk, server = bird
    told = desk.looks(90)
    assert [line for line in told if line.startswith("WRONG  canary: a mail of the desk to itself is on its way")]
    assert len(told) == 1
    assert len(server.taken) == 2
    desk.takes(server.taken[1][1])
    assert desk.looks() == ["ok  canary: the last mail of the desk to itself came back"]


def test_a_server_that_is_down_is_seen_by_the_canary(bird: tuple[Watched, FaultySmtp]) -> None:
    desk, server = bird
    server.faults["MAIL"] = "451 4.3.0 not now"
    assert any("canary" in line for line in desk.looks(20))


def test_only_what_the_desk_has_sealed_is_a_canary(desk: Watched) -> None:
    keys, now = desk.service.cases.ring.keys, desk.clock.now()
    raw = canary.written(DESK, keys, now)
    others = {
        "another seal": raw.replace(b"canary 2026", b"canary 2025"),
        "another sender": raw.replace(b"From: support@example.com", b"From: ann@customer.example"),
        "much besides": raw + b"Please help. " * 2000,
        "no seal": b"From: support@example.com\r\nSubject: Postcase canary\r\n\r\nHelp.\r\n",
    }
    for what, mail in others.items():
        before = len(list(desk.store.all_numbers()))
        desk.takes(mail)
        assert len(list(desk.store.all_numbers())) == before + 1, what
    desk.clock.advance(canary.OLDEST)
    assert canary.sent_at(desk.service.cases.mail(1, "0001-in.eml"), DESK, keys, now) is None  # type: ignore[arg-type]
    before = len(list(desk.store.all_numbers()))
    desk.takes(raw)
    assert len(list(desk.store.all_numbers())) == before + 1, "an old one"


def test_a_canary_goes_the_whole_way_through_the_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.alarms.LOOK_SECONDS", 0.05)
    with EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC)) as server:
        (tmp_path / "config.toml").write_text(
            config_text(server.imap_port, server.smtp_port) + '[alarms]\ncanary = "1h"\n'
        )
        settings, clock = load(tmp_path / "config.toml"), JumpingClock()
        store = TinydbStore(settings.data, first_number=1)
        desk = OpenDesk(settings, store, clock)
        desk.start()
        wait_until(lambda: len(server.folder("support@example.com", "Processed")) == 1, "the canary")
        wait_until(lambda: canary.missing_since(store) is None, "the note that it came back")
        desk.stop()
        assert list(store.all_numbers()) == []
        store.close()


# The signs


def stands(watched: Watched, name: str, **settings: object) -> tuple[State, str]:
    changed: Settings = replace(watched.settings, **settings)  # type: ignore[arg-type]
    found = signs(measure(watched.store, changed.data, watched.clock.now()), changed, watched.clock.now())
    (sign,) = [one for one in found if one.name == name]
    return sign.state, sign.says


def test_letters_that_wait_too_long(desk: Watched) -> None:
    desk.takes(b"From: ann@customer.example\r\nSubject: x\r\nMessage-ID: <1@x.example>\r\n\r\nHelp.\r\n")
    assert stands(desk, "letters") == (State.OK, "waiting: 2, the oldest for 0 seconds")
    desk.clock.advance(5 * HOUR)
    assert stands(desk, "letters") == (State.MIND, "waiting: 2, the oldest for 5 hours")


def test_no_mail_is_counted_in_support_time(desk: Watched) -> None:
    hours = {"desk": replace(DESK, hours=OFFICE_HOURS), "alarms": Wanted(no_mail_after=Wait(time=8 * HOUR))}
    desk.clock.advance(7 * HOUR)
    desk.takes(b"From: ann@customer.example\r\nSubject: x\r\n\r\nHelp.\r\n")
    desk.works()
    desk.clock.advance(24 * HOUR)
    assert stands(desk, "mail", **hours)[0] is State.OK
    desk.clock.advance(HOUR)
    assert stands(desk, "mail", **hours) == (
        State.MIND,
        "none for 8h of support time: the last one came 2026-03-02 16:00",
    )


@pytest.mark.parametrize(
    ("last_day", "state", "says"),
    [
        (date(2026, 4, 2), State.OK, "expires"),
        (date(2026, 3, 16), State.MIND, "expires on 2026-03-16"),
        (date(2026, 3, 2), State.MIND, "expires"),
        (date(2026, 3, 1), State.WRONG, "expired on 2026-03-01"),
    ],
)
def test_a_password_that_ends(desk: Watched, last_day: date, state: State, says: str) -> None:
    found, said = stands(desk, "password", smtp=replace(desk.settings.smtp, password_expires=last_day))
    assert found is state
    assert says in said


def test_a_daemon_that_is_not_at_work(desk: Watched) -> None:
    assert stands(desk, "daemon")[0] is State.OK
    desk.clock.advance(3 * MINUTE)
    assert stands(desk, "daemon") == (State.WRONG, "it has not been at work for 3 minutes")
    (desk.settings.data / ALIVE).unlink()
    assert stands(desk, "daemon")[0] is State.WRONG


# The ways


def test_the_file_for_prometheus_is_whole_and_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "postcase.prom"
    desk = Watched(tmp_path, Wanted(metrics=path))
    desk.takes(BROKEN)
    desk.looks()
    lines = path.read_text().splitlines()
    desk.store.close()
    assert "postcase_quarantined_mails 1" in lines
    assert 'postcase_sign{name="quarantine"} 1' in lines
    assert 'postcase_sign{name="data"} 0' in lines
    values = [line for line in lines if not line.startswith("#")]
    assert all(len(line.rsplit(" ", 1)) == 2 and float(line.rsplit(" ", 1)[1]) >= 0 for line in values)
    assert lines.count("# TYPE postcase_open_cases gauge") == 1
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".postcase")] == []


def test_a_webhook_gets_the_text(tmp_path: Path) -> None:
    heard: list[dict[str, object]] = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        desk = Watched(tmp_path, Wanted(webhook=f"http://127.0.0.1:{server.server_port}/hook"))
        desk.watch = Alarms(desk.settings, desk.store, desk.clock, nullcontext())
        desk.takes(BROKEN)
        desk.looks(2)
        desk.store.close()
        server.shutdown()
    (alarm,) = heard
    assert str(alarm["text"]).startswith("Example Support needs you: quarantine\nmind  quarantine: mails that wait: 1")
    says = "mails that wait: 1; `postcase quarantine list` shows them"
    assert alarm["signs"] == [{"name": "quarantine", "state": "mind", "says": says}]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"220 mx.example.org\r\n", "the webhook's server speaks no HTTP"),
        (b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n", "HTTP Error 302: Found"),
        (b"HTTP/1.1 500 \x1b[2J\r\n\r\n", r"HTTP Error 500: \x1b[2J"),
    ],
)
def test_a_webhook_that_does_not_take_an_alarm_keeps_no_mail_back_and_stays_a_secret(
    answer: bytes, words: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server, FaultySmtp() as smtp:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        webhook, admin = (
            f"http://127.0.0.1:{server.server_port}/s3cret",
            replace(DESK.address, address="admin@example.org"),
        )
        desk = Watched(tmp_path, Wanted(webhook=webhook, address=admin, smtp=smtp_settings(smtp.port)))
        desk.watch = Alarms(desk.settings, desk.store, desk.clock, nullcontext())
        desk.takes(BROKEN)
        desk.looks(2)
        desk.store.close()
        server.shutdown()
        assert [recipient for recipient, _ in smtp.taken] == ["admin@example.org"]
    assert f"an alarm (needs you: quarantine) cannot be sent: {words}" in caplog.text
    assert "s3cret" not in caplog.text


def test_an_alarm_by_mail_goes_by_the_server_for_alarms(tmp_path: Path) -> None:
    with FaultySmtp() as server:
        wanted = Wanted(address=replace(DESK.address, address="admin@example.org"), smtp=smtp_settings(server.port))
        desk = Watched(tmp_path, wanted)
        desk.watch = Alarms(desk.settings, desk.store, desk.clock, nullcontext())
        desk.takes(BROKEN)
        desk.looks(2)
        desk.store.close()
        ((recipient, raw),) = server.taken
    assert recipient == "admin@example.org"
    assert b"Subject: Example Support needs you: quarantine" in raw
    assert b"Auto-Submitted: auto-generated" in raw
    assert b"mails that wait: 1" in raw


# The command


def test_status_says_how_the_desk_stands_and_exits_with_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(config_text())
    settings = load(tmp_path / "config.toml")
    command = ["status", "--config", str(tmp_path / "config.toml")]
    never = CliRunner().invoke(cli.main, command)
    assert never.exit_code == 2
    assert "wrong  daemon: it has never been at work on these data" in never.output
    assert not settings.data.exists()
    TinydbStore(settings.data, first_number=1).close()
    (settings.data / ALIVE).touch()
    store = TinydbStore(settings.data, first_number=1)
    health = Health(store, timedelta(minutes=15))
    health.listen_to(["INBOX"])
    health.read_to_end("INBOX", datetime.now(UTC))
    store.close()
    well = CliRunner().invoke(cli.main, [*command, "--json"])
    assert (well.exit_code, {one["state"] for one in json.loads(well.output)}) == (0, {"ok"})
