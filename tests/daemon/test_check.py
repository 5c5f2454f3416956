"""Does `postcase check` find what is wrong, and leave everything as it was?"""

from __future__ import annotations

import errno
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from collecting_desk import CollectingDesk
from daemon_under_test import config_text, free_port

from daemon import check, cli
from daemon.clock import Clock
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.intake import lmtp_probe
from daemon.intake.lmtp_intake import LmtpIntake
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Case, Message, Role, Status
from rules.mail import Address, Kind

ROOT = Path(__file__).parents[2]
ANN = Address("ann@customer.example", "Ann")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, server: EmbeddedMail) -> Path:
    write(tmp_path, config_text(server.imap_port, server.smtp_port))
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "config.toml").write_text(text)
    (folder / "config.toml").chmod(0o640)


def asked(folder: Path) -> Result:
    return CliRunner().invoke(cli.main, ["check", "--config", str(folder / "config.toml")])


def tree(folder: Path) -> list[tuple[str, int, bytes]]:
    return [
        (str(path), path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    ]


def test_a_desk_that_can_open_is_ok_in_every_line(folder: Path) -> None:
    (folder / "data").mkdir()
    result = asked(folder)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert all(line.startswith(("ok ", "mind ")) for line in lines)
    for what in ("configuration", "installation", "data", "SMTP server"):
        assert any(line.startswith(f"ok       {what}") for line in lines), what
    assert any("mailbox support@example.com@127.0.0.1/INBOX" in line for line in lines)


def test_a_letter_of_the_admins_own_that_cannot_be_used_is_wrong(folder: Path) -> None:
    """And so it is for `run`, which ends with 78."""
    (folder / "letters/en").mkdir(parents=True)
    (folder / "letters/en/reminder.txt").write_text("Subject: Hello\n\nDear {{ custommer }},\n")
    (folder / "letters/en/closed.txt").write_text("Hello\n")
    write(folder, (folder / "config.toml").read_text() + '[letters]\nfolder = "letters"\n')
    result = asked(folder)
    assert result.exit_code == 69
    wrong = [line for line in result.output.splitlines() if line.startswith("WRONG")]
    assert wrong[0].startswith(f"WRONG    letters: {folder}/letters/en/closed.txt:1: expected the first line to be")
    assert wrong[1].startswith(f"WRONG    letters: {folder}/letters/en/reminder.txt:3: 'custommer' is not known")
    assert len(wrong) == 2


def test_letters_that_can_be_used_are_ok(folder: Path) -> None:
    assert "\nok       letters in de, en\n" in asked(folder).output


def test_data_that_is_not_there_yet_is_worth_a_mind_and_is_not_made(folder: Path) -> None:
    result = asked(folder)
    assert result.exit_code == 0
    assert "does not exist yet; the first run makes it" in result.output
    assert not (folder / "data").exists()


def test_to_look_changes_nothing(folder: Path) -> None:
    """An admin asks as root; a file of root's in the data would keep the daemon from starting."""
    TinydbStore(folder / "data").close()
    before = tree(folder)
    asked(folder)
    assert tree(folder) == before


def test_an_empty_folder_for_the_data_stays_empty(folder: Path) -> None:
    (folder / "data").mkdir()
    assert asked(folder).exit_code == 0
    assert list((folder / "data").iterdir()) == []


def test_beside_the_running_daemon_it_says_so(folder: Path) -> None:
    store = TinydbStore(folder / "data")
    result = asked(folder)
    store.close()
    assert "in use by the running daemon" in result.output
    assert "in use" not in asked(folder).output


def test_servers_that_are_away_are_wrong_and_all_of_them_are_told(tmp_path: Path) -> None:
    write(tmp_path, config_text(free_port(), free_port()))
    result = asked(tmp_path)
    assert result.exit_code == 69
    wrong = [line for line in result.output.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 2
    assert "mailbox" in wrong[0]
    assert wrong[1].count("SMTP server") == 1
    assert wrong[1].endswith(": cannot be reached: Connection refused")


def test_a_wrong_password_is_told_without_the_password(folder: Path) -> None:
    write(folder, (folder / "config.toml").read_text().replace('"secret"', '"sesame"'))
    result = asked(folder)
    assert result.exit_code == 69
    assert "WRONG    mailbox" in result.output
    assert "sesame" not in result.output


def test_a_password_that_is_not_where_it_should_be_is_a_finding_like_any_other(folder: Path) -> None:
    text = (folder / "config.toml").read_text()
    write(folder, text.replace("[smtp]\n", '[smtp]\nusername = "x"\npassword_env = "NO_SUCH_VARIABLE"\n'))
    result = asked(folder)
    assert "mailbox support@example.com" in result.output, "the other findings are told as well"
    assert result.exit_code in (69, 0)


def test_a_bad_configuration_is_told_with_78(folder: Path) -> None:
    write(folder, "[desk]\n")
    result = asked(folder)
    assert result.exit_code == 78
    assert "desk.name" in result.output
    assert "smtp" in result.output


def test_a_damaged_case_is_wrong(folder: Path) -> None:
    case = folder / "data/cases/open/0000001"
    TinydbStore(folder / "data").close()
    case.mkdir(parents=True)
    (case / "case.json").write_text("{}")
    result = asked(folder)
    assert result.exit_code == 69
    assert "case.json" in result.output


@pytest.fixture
def worked(folder: Path) -> Path:
    """The folder of a desk that has one open case."""
    store = TinydbStore(folder / "data", first_number=1)
    store.secret()
    with store.batch() as batch:
        message = Message(1, NOW, ANN, Role.CUSTOMER, Kind.PERSON, "s", "m1@x", "f1", "0001-in.eml")
        batch.put(Case(1, Status.WITH_ENGINEER, "s", ANN, NOW, messages=(message,), papers=1), {"0001-in.eml": b"raw"})
        batch.set_state("mailboxes", {})
        batch.set_state("health", {})
    store.close()
    return folder


def test_a_desk_that_has_worked_is_ok(worked: Path) -> None:
    assert asked(worked).exit_code == 0


def test_a_mailbox_that_takes_the_place_of_another_is_told(worked: Path) -> None:
    store = TinydbStore(worked / "data")
    with store.batch() as batch:
        ledger = {"first_start": NOW.isoformat()}
        batch.set_state("mailboxes", {"support@example.com@mail.example/INBOX": ledger})
    store.close()
    result = asked(worked)
    assert result.exit_code == 0
    assert "/INBOX: takes the place of support@example.com@mail.example/INBOX: what came since" in result.output


DAMAGED = (
    "cases/open/0000001/case.json",
    "cases/open/0000001/0001-in.eml",
    "state/mailboxes.json",
    "state/key",
    "state/absences.json",
    "state/books.json",
)


@pytest.mark.parametrize("octets", [b"", b"x", bytes(400)], ids=["empty", "other", "zeros"])
@pytest.mark.parametrize("file", DAMAGED)
def test_whatever_is_damaged_is_named(worked: Path, file: str, octets: bytes) -> None:
    (worked / "data" / file).write_bytes(octets)
    line = the_wrong_line_about(worked, file)
    assert "is damaged" in line
    assert line.count(str(worked / "data" / file)) == 1


@pytest.mark.parametrize("file", [file for file in DAMAGED if "state" not in file or "key" in file])
def test_whatever_is_missing_is_named(worked: Path, file: str) -> None:
    (worked / "data" / file).unlink()
    assert "is missing" in the_wrong_line_about(worked, file)


def test_what_was_set_aside_is_named_until_it_is_gone(worked: Path) -> None:
    store = TinydbStore(worked / "data")
    (worked / "data/state/absences.json").write_bytes(b"x")
    store.set_aside("absences", "it is damaged")
    store.close()
    assert "the desk works on as if nothing had been noted there" in the_wrong_line_about(
        worked, "state/absences.damaged"
    )
    (worked / "data/state/absences.damaged").unlink()
    assert asked(worked).exit_code == 0


def the_wrong_line_about(worked: Path, file: str) -> str:
    path = worked / "data" / file
    result = asked(worked)
    assert result.exit_code == 69
    (line,) = [line for line in result.output.splitlines() if line.startswith("WRONG")]
    assert path.name in line
    return line


def test_data_that_may_not_be_written_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "data").mkdir(mode=0o500)

    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    if os.geteuid() == 0:  # root may write everywhere; the system's answer to anybody else is put in
        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    result = asked(folder)
    assert result.exit_code == 69
    assert "cannot be written by this user: Permission denied" in result.output


def test_a_disk_that_refuses_the_write_itself_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an error some disks still look writable, and a full one always does."""
    (folder / "data").mkdir()

    def refuse(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    result = asked(folder)
    assert result.exit_code == 69
    assert "cannot be written by this user: Input/output error" in result.output


def test_a_full_disk_is_worth_a_mind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "data").mkdir()
    monkeypatch.setattr(check, "LITTLE_ROOM", 1 << 62)
    assert "MB are free on its disk" in asked(folder).output


def test_another_owner_of_our_names_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check, "packages_distributions", lambda: {"daemon": ["python-daemon", "postcase"], "rules": ["rules"]}
    )
    result = asked(folder)
    assert result.exit_code == 69
    assert "the package python-daemon owns the name 'daemon'" in result.output
    assert "the package rules owns the name 'rules'" in result.output


def with_lmtp(folder: Path, listen: str) -> Result:
    write(folder, (folder / "config.toml").read_text().replace("[smtp]", f'[lmtp]\nlisten = "{listen}"\n[smtp]', 1))
    return asked(folder)


def line_about(listen: str, result: Result) -> str:
    (line,) = [line for line in result.output.splitlines() if listen in line and "lmtp " in line]
    return line


@pytest.mark.parametrize("listen", ["127.0.0.1:{port}", "[::1]:{port}", "{folder}/lmtp.sock"])
def test_an_lmtp_address_that_is_free_is_ok_and_stays_free(folder: Path, listen: str) -> None:
    listen = listen.format(port=free_port(), folder=folder)
    result = with_lmtp(folder, listen)
    assert result.exit_code == 0, result.output
    assert line_about("lmtp", result).startswith("ok ")
    assert not (folder / "lmtp.sock").exists()


@pytest.mark.parametrize("by_path", [True, False])
def test_an_lmtp_address_where_a_desk_is_at_work_is_ok(folder: Path, by_path: bool) -> None:
    listen = folder / "lmtp.sock" if by_path else ("127.0.0.1", free_port())
    intake = LmtpIntake(listen, CollectingDesk(), Clock(), 1000)
    intake.start()
    result = with_lmtp(folder, intake.where)
    intake.stop()
    assert result.exit_code == 0, result.output
    assert line_about(intake.where, result).startswith("ok ")


@pytest.mark.parametrize("by_path", [True, False])
def test_an_lmtp_address_that_another_program_has_is_wrong(
    folder: Path, by_path: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lmtp_probe, "PROBE_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX if by_path else socket.AF_INET) as other:
        other.bind(str(folder / "lmtp.sock") if by_path else ("127.0.0.1", 0))
        other.listen()
        listen = str(folder / "lmtp.sock") if by_path else f"127.0.0.1:{other.getsockname()[1]}"
        result = with_lmtp(folder, listen)
    assert result.exit_code == 69
    assert line_about(listen, result).startswith("WRONG")
    assert "another program listens there" in line_about(listen, result)


def test_the_socket_of_a_desk_that_was_killed_is_in_nobodys_way(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(folder / "lmtp.sock"))
    assert with_lmtp(folder, str(folder / "lmtp.sock")).exit_code == 0


@pytest.mark.parametrize(
    ("listen", "start", "says"),
    [
        ("{folder}/nowhere/lmtp.sock", "WRONG", "the folder {folder}/nowhere is missing"),
        ("/run/a-desk-of-a-test/lmtp.sock", "mind", "under systemd RuntimeDirectory=a-desk-of-a-test makes it"),
        ("{folder}/config.toml", "WRONG", "found a file there that is no socket"),
        ("192.0.2.1:10024", "WRONG", "cannot be listened on: Cannot assign requested address"),
    ],
)
def test_what_else_is_wrong_with_an_lmtp_address(folder: Path, listen: str, start: str, says: str) -> None:
    result = with_lmtp(folder, listen.format(folder=folder))
    (line,) = [line for line in result.output.splitlines() if says.format(folder=folder) in line]
    assert line.startswith(start)
    assert result.exit_code == (69 if start == "WRONG" else 0)


def test_the_socket_that_the_documentation_names_lies_where_the_unit_makes_room_for_it() -> None:
    unit = (ROOT / "scripts/postcase.service").read_text()
    assert "RuntimeDirectory=postcase\n" in unit
    for page in ("config.toml", "docs/handbook.md", "scripts/postcase.service"):
        assert set(re.findall(r"/\S+/lmtp\.sock", (ROOT / page).read_text())) == {"/run/postcase/lmtp.sock"}, page
