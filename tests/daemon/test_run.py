"""Is the daemon a good process: signals, systemd, a bad configuration, a second one on the same data?"""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from daemon_under_test import Process, config_text, free_port, postcase, wait_until

from daemon.embedded.embedded_mail import EmbeddedMail

SUPPORT = "support@example.com"
MAIL = b"From: Ann <ann@customer.example>\nTo: support@example.com\nSubject: Printer on fire\n\nThere is smoke.\n"


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({SUPPORT: "secret"}, now=lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, server: EmbeddedMail) -> Path:
    (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
    return tmp_path


def change(folder: Path, old: str, new: str) -> None:
    config = folder / "config.toml"
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


def mail(number: int) -> bytes:
    return f"Message-ID: <{time.time_ns()}-{number}@customer.example>\n".encode() + MAIL


def letters_to(server: EmbeddedMail, address: str, name: str) -> int:
    return sum(message_from_bytes(one.raw)["X-Postcase-Letter"] == name for one in server.folder(address))


def test_a_day_of_the_daemon(folder: Path, server: EmbeddedMail) -> None:
    """Ready, a mail confirmed, watched, a bad and a good configuration, a second daemon, and the end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(20)
        with Process(folder, NOTIFY_SOCKET=str(folder / "notify"), WATCHDOG_USEC="200000") as daemon:
            assert manager.recv(1000).startswith(b"READY=1")
            _confirms(daemon, server, "eva@desk.example")
            assert _next(manager, b"WATCHDOG=1") == b"WATCHDOG=1"
            _second_daemon_is_sent_away(folder)
            _bad_configuration_is_refused(daemon, folder, manager)
            _confirms(daemon, server, "eva@desk.example")
            _good_configuration_is_taken(daemon, folder, manager)
            _confirms(daemon, server, "max@desk.example")
            began = time.monotonic()
            assert daemon.end() == 0, daemon.log
            assert time.monotonic() - began < 5
            assert _next(manager, b"STOPPING=1") == b"STOPPING=1"
            assert "desk closed: everything taken is filed" in daemon.log
            assert "Traceback" not in daemon.log


def _next(manager: socket.socket, wanted: bytes) -> bytes:
    while (said := manager.recv(1000)) != wanted and not said.startswith(wanted):
        pass
    return said


def _confirms(daemon: Process, server: EmbeddedMail, engineer: str) -> None:
    daemon.wait_for("imap support@example.com@127.0.0.1/INBOX: connected")
    before = letters_to(server, "ann@customer.example", "confirmation"), letters_to(server, engineer, "assigned")
    server.deliver(SUPPORT, mail(before[0]))
    wait_until(lambda: letters_to(server, "ann@customer.example", "confirmation") > before[0], daemon.log)
    wait_until(lambda: letters_to(server, engineer, "assigned") > before[1], daemon.log)


def _second_daemon_is_sent_away(folder: Path) -> None:
    second = postcase("run", cwd=folder)
    assert second.returncode == 75
    assert "is at work on" in second.stderr
    assert "stop it first" in second.stderr
    assert "Traceback" not in second.stderr


def _bad_configuration_is_refused(daemon: Process, folder: Path, manager: socket.socket) -> None:
    change(folder, 'address = "eva@desk.example"', 'address = "eva@"')
    daemon.tell(signal.SIGHUP)
    assert b"MONOTONIC_USEC=" in _next(manager, b"RELOADING=1")
    assert _next(manager, b"READY=1")
    line = (folder / "config.toml").read_text().splitlines().index('address = "eva@"') + 1
    assert "new configuration refused, the old one is kept" in daemon.log
    assert f"config.toml:{line}: engineer.1.address" in daemon.log


def _good_configuration_is_taken(daemon: Process, folder: Path, manager: socket.socket) -> None:
    change(folder, 'name = "Eva Example"\naddress = "eva@"', 'name = "Max Example"\naddress = "max@desk.example"')
    daemon.tell(signal.SIGHUP)
    assert _next(manager, b"RELOADING=1")
    assert _next(manager, b"READY=1")
    assert "configuration read anew from" in daemon.log


def test_a_reload_that_cannot_be_opened_leaves_the_old_desk_at_work(folder: Path, server: EmbeddedMail) -> None:
    """The configuration is right, but its LMTP port is taken by somebody else."""
    with socket.socket() as somebody, Process(folder) as daemon:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        daemon.wait_for("connected")
        lmtp = f'[lmtp]\nlisten = "127.0.0.1:{somebody.getsockname()[1]}"\n[[engineer]]'
        change(folder, "[[engineer]]", lmtp)
        daemon.tell(signal.SIGHUP)
        daemon.wait_for("new configuration refused, the old one is kept: lmtp cannot listen")
        _confirms(daemon, server, "eva@desk.example")
        assert daemon.end() == 0


def test_a_reload_that_meets_a_damaged_file_leaves_the_old_desk_at_work(folder: Path, server: EmbeddedMail) -> None:
    """The configuration is right, but a note of the store, which only a new desk reads again, is not what we wrote."""
    with Process(folder) as daemon:
        health = folder / "data" / "state" / "health.json"
        wait_until(health.exists, "the first reading, which is noted there")
        health.write_text("{")
        daemon.tell(signal.SIGHUP)
        daemon.wait_for("new configuration refused, the old one is kept: ")
        _confirms(daemon, server, "eva@desk.example")
        assert daemon.end() == 0
    assert "Traceback" not in daemon.log


def test_the_data_cannot_move_while_the_daemon_runs(folder: Path) -> None:
    with Process(folder) as daemon:
        daemon.wait_for("desk support@example.com open")
        change(folder, 'data = "data"', 'data = "elsewhere"')
        daemon.tell(signal.SIGHUP)
        daemon.wait_for("desk.data: cannot change while the daemon runs; restart it")
        assert not (folder / "elsewhere").exists()
        assert daemon.end() == 0


def test_a_bad_configuration_is_told_whole_and_ends_with_78(folder: Path) -> None:
    change(folder, 'password = "secret"', 'password = "secret"\npasswort = "x"')
    change(folder, "first_number = 1", "first_number = 0")
    change(folder, 'name = "Eva Example"', "")
    done = postcase("run", "--config", "config.toml", cwd=folder)
    assert done.returncode == 78
    for key in ("first_number", "passwort", "engineer.1.name"):
        assert key in done.stderr
    assert "config.toml:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "data").exists()


def test_without_any_configuration_the_usual_places_are_named(tmp_path: Path) -> None:
    if Path("/etc/postcase/config.toml").exists():
        pytest.skip("this machine has a desk of its own")
    done = postcase("run", cwd=tmp_path)
    assert done.returncode == 78
    assert "/etc/postcase/config.toml" in done.stderr


def test_servers_that_are_away_do_not_keep_the_daemon_from_starting_or_stopping(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(config_text(free_port(), free_port()))
    with Process(tmp_path) as daemon:
        daemon.wait_for("next try in")
        assert daemon.end() == 0
    assert "Traceback" not in daemon.log


def test_an_lmtp_address_that_is_taken_ends_with_75_and_one_that_cannot_be_with_78(folder: Path) -> None:
    original = (folder / "config.toml").read_text()
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        for listen, code in ((f"127.0.0.1:{somebody.getsockname()[1]}", 75), ("nowhere/lmtp.sock", 78)):
            (folder / "config.toml").write_text(
                original + f'[lmtp]\nlisten = "{folder / listen if "/" in listen else listen}"\n'
            )
            done = postcase("run", cwd=folder)
            assert done.returncode == code, done.stderr
            assert "lmtp cannot listen on " in done.stderr
            assert "Traceback" not in done.stderr


def test_a_service_manager_that_has_gone_is_no_reason_to_stop(folder: Path) -> None:
    with Process(folder, NOTIFY_SOCKET=str(folder / "nobody-listens")) as daemon:
        daemon.wait_for("connected")
        assert daemon.end() == 0


def test_an_order_by_another_user_finds_the_folder_that_the_daemon_has_made(folder: Path) -> None:
    with Process(folder) as daemon:
        daemon.wait_for("connected")
        assert (folder / "data" / "orders").is_dir()
        assert daemon.end() == 0


def test_orders_that_cannot_be_listed_do_not_end_the_daemon(folder: Path, server: EmbeddedMail) -> None:
    with Process(folder) as daemon:
        daemon.wait_for("connected")
        orders = folder / "data" / "orders"
        orders.rmdir()
        orders.symlink_to(orders)  # to list it is an error, for root too
        time.sleep(1.1)  # two turns
        assert daemon.process.poll() is None, daemon.log
        assert daemon.log.count("it will be tried again") <= 1, "a trouble that stays is told once"
        _confirms(daemon, server, "eva@desk.example")
        assert daemon.end() == 0
