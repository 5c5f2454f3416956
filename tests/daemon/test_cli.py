"""Does the command line keep its contract: keys, times, exit codes, sentences?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from daemon_under_test import Process, config_text, environment, free_port, postcase, wait_until

from daemon import cli, import_past, service
from daemon.clock import JumpingClock
from daemon.config.load import load
from daemon.embedded.embedded_faults import HANG_UP_AFTER
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.health import Health
from daemon.intake import imap_uids
from daemon.intake.arrival import Arrival
from daemon.letters.templates import Letters
from daemon.service import Service
from daemon.storage.tinydb_store import TinydbStore

SUMMARY = {"number", "status", "severity", "product", "owner", "customer", "subject", "opened_at", "due"}
WHOLE = SUMMARY | {"participants", "messages", "letters", "history", "links"}
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
PAPERS = (
    b"From: Ann <ann@customer.example>\nMessage-ID: <1@x.example>\nSubject: Printer on fire\n\nThere is smoke.\n",
    b"From: joerg@customer.example\nMessage-ID: <2@x.example>\nSubject: Umlaute: =?utf-8?q?=C3=A4?=\n\nHallo.\n",
    b"",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a configuration, two cases and a mail in quarantine."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "config.toml").write_text(config_text())
    fill(folder)
    return folder


def fill(folder: Path, papers: Sequence[bytes] = PAPERS) -> None:
    settings = load(folder / "config.toml")
    store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    clock = JumpingClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), frozen=True)
    health = Health(store, settings.outage_after)
    service = Service(settings.desk, store, Letters("en", None), clock, health, settings.max_size)
    service.take([Arrival(raw, "test", clock.now()) for raw in papers])
    store.close()


@pytest.fixture
def ask(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    monkeypatch.delenv("POSTCASE_CONFIG", raising=False)

    def run(*arguments: object) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(cli.main, [*words, "--config", str(desk / "config.toml")])

    yield run


def commands(group: click.Group = cli.main, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = CliRunner().invoke(cli.main, [*words, flag])
        assert result.exit_code == 0
        assert result.output.startswith("Usage:")
        assert len(result.output.split("\n\n")[1].strip()) > 15, "a sentence that says what it does"


SILENCED = {
    "ann@customer.example": {
        "address": "ann@customer.example", "cause": "complaint", "at": "2026-03-02T09:00:00+00:00", "case": 7,
        "evidence": "abuse",
    }
}  # fmt: skip


def test_who_is_silenced_is_listed_and_lifted_without_a_daemon(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(config_text())
    fill(tmp_path)

    def ask(*words: str) -> Result:
        return CliRunner().invoke(cli.main, ["silenced", *words, "--config", str(tmp_path / "config.toml")])

    assert (ask("list").exit_code, ask("list").output) == (0, "nobody is silenced\n")
    with closing(TinydbStore(tmp_path / "data")) as store, store.batch() as batch:
        batch.set_state("silenced", SILENCED)
    assert ask("list").stdout.splitlines()[1].split() == [
        "ann@customer.example", "complaint", "2026-03-02T09:00:00Z", "7", "abuse"
    ]  # fmt: skip
    assert json.loads(ask("list", "--json").stdout)[0]["address"] == "ann@customer.example"
    wrong = ask("lift", "bob@customer.example")
    assert (wrong.exit_code, "bob@customer.example is not silenced" in wrong.stderr) == (70, True)
    assert ask("lift", "Ann@Customer.example").output == "ann@customer.example gets automatic letters again\n"
    assert ask("list").output == "nobody is silenced\n"


def test_who_is_silenced_is_lifted_by_the_daemon_while_it_runs(tmp_path: Path, server: EmbeddedMail) -> None:
    (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
    fill(tmp_path)
    with closing(TinydbStore(tmp_path / "data")) as store, store.batch() as batch:
        batch.set_state("silenced", SILENCED)
    with Process(tmp_path) as daemon:
        daemon.wait_for("connected")
        done = postcase("silenced", "lift", "ann@customer.example", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "ann@customer.example gets automatic letters again\n"), done.stderr
        assert postcase("silenced", "lift", "ann@customer.example", cwd=tmp_path).returncode == 70
        assert daemon.end() == 0


def test_every_exit_code_of_an_error_is_told_in_the_help_of_run() -> None:
    help = CliRunner().invoke(cli.main, ["run", "--help"]).output
    for code in {0, cli.EX_USAGE, *(code for _, code in cli.EXIT_CODES)} - {cli.EX_IOERR}:  # it prints nothing
        assert re.search(rf"(?m)^ +{code} +[a-z]", help), code


def test_every_command_that_needs_a_configuration_takes_its_name() -> None:
    without = {words for words in commands() if not takes_config(words)}
    assert without == {("demo",), ("quarantine",), ("key",), ("silenced",)}


def takes_config(words: tuple[str, ...]) -> bool:
    command: click.Command = cli.main
    for word in words:
        command = command.commands[word]  # type: ignore[attr-defined]
    return any(option.name == "config" for option in command.params)


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"postcase \d+\.\d+\.\d+\S*\n", CliRunner().invoke(cli.main, ["--version"]).output)


def all_times(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        times = ("opened_at", "closed_at", "due", "at", "created_at", "sent_at", "next_attempt")
        yield from (value[name] for name in times if value.get(name))
        for one in value.values():
            yield from all_times(one)
    elif isinstance(value, list):
        for one in value:
            yield from all_times(one)


def test_list_tells_programs_exactly_what_was_agreed(ask: object) -> None:
    result = ask("list", "--json")  # type: ignore[operator]
    cases = json.loads(result.stdout)
    assert [set(case) for case in cases] == [SUMMARY, SUMMARY]
    assert [case["number"] for case in cases] == [1, 2]
    assert cases[0] == {
        "number": 1,
        "status": "with_engineer",
        "severity": "C",
        "product": "",
        "owner": "eva@desk.example",
        "customer": "ann@customer.example",
        "subject": "Printer on fire",
        "opened_at": "2026-03-02T09:00:00Z",
        "due": None,
    }
    assert cases[1]["subject"] == "Umlaute: ä"


def test_show_tells_programs_the_same_and_the_papers(ask: object) -> None:
    case = json.loads(ask("show", 1, "--json").stdout)  # type: ignore[operator]
    assert case.keys() >= WHOLE
    assert case["participants"] == ["ann@customer.example"]
    assert [letter["letter"] for letter in case["letters"]] == ["confirmation", "assigned"]
    assert [message["file"] for message in case["messages"]] == ["0001-in.eml"]
    assert len(case["history"]) == 5
    times = list(all_times(case))
    assert len(times) >= 7
    assert all(UTC_TIME.fullmatch(time) for time in times)


def test_why_tells_programs_the_history(ask: object) -> None:
    history = json.loads(ask("why", 1, "--json").stdout)  # type: ignore[operator]
    assert [set(entry) for entry in history] == [{"at", "event", "rule", "evidence", "by"}] * 5
    assert history == json.loads(ask("show", 1, "--json").stdout)["history"]  # type: ignore[operator]


def test_people_get_columns(ask: object) -> None:
    lines = ask("list").stdout.splitlines()  # type: ignore[operator]
    assert lines[0].split() == ["case", "status", "sev", "owner", "customer", "opened", "due", "subject"]
    assert lines[1].endswith("Printer on fire")
    assert "0002-confirmation.eml" in ask("show", 1).stdout  # type: ignore[operator]
    assert "a mail opened the case (ann@customer.example)" in ask("why", 1).stdout  # type: ignore[operator]


@pytest.mark.parametrize("command", ["show", "why"])
def test_a_case_that_does_not_exist_is_told_with_66(ask: object, command: str) -> None:
    result = ask(command, 99)  # type: ignore[operator]
    assert result.exit_code == 66
    assert result.stderr == "there is no case 99; `postcase list --all` shows them all\n"
    assert result.stdout == ""


@pytest.mark.parametrize(("number", "code"), [("x", 64), ("1.5", 64), ("-1", 64), ("9" * 30, 66)])
def test_a_number_that_is_none_is_an_error_and_no_traceback(ask: object, number: str, code: int) -> None:
    result = ask("show", number)  # type: ignore[operator]
    assert result.exit_code == code
    assert isinstance(result.exception, SystemExit)


MISUSES = (
    #   said after postcase                    told with
    (("--nonsense",),                          "No such option"),
    (("nonsense",),                            "No such command"),
    (("quarantine", "nonsense"),               "No such command"),
    (("quarantine", "show"),                   "Missing argument"),
    (("list", "--nonsense"),                   "No such option"),
    (("list", "1"),                            "unexpected extra argument"),
    (("list", "--config"),                     "requires an argument"),
    (("show",),                                "Missing argument"),
    (("preview", "love-letter"),               "there is no letter 'love-letter'"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "told"), MISUSES, ids=str)
def test_what_is_no_command_of_ours_is_told_with_64(words: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(cli.main, words)
    assert (result.exit_code, result.stdout) == (64, "")
    assert told in result.stderr


@pytest.mark.parametrize("words", [(), ("quarantine",)], ids=str)
def test_who_says_no_command_is_shown_them_all(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code in (0, 64), "click before 8.2 has 0"
    assert "Commands:" in result.output


def test_an_empty_desk_lists_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(config_text())
    config = ["--config", str(tmp_path / "config.toml")]
    assert CliRunner().invoke(cli.main, ["list", *config]).stderr == "no open cases\n"
    assert json.loads(CliRunner().invoke(cli.main, ["list", "--json", *config]).stdout) == []
    assert CliRunner().invoke(cli.main, ["quarantine", "list", *config]).stderr == "quarantine is empty\n"
    assert not (tmp_path / "data").exists(), "a question makes no folder"


@pytest.mark.parametrize("options", [(), ("--all",)], ids=str)
def test_one_damaged_case_does_not_hide_the_others(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "config.toml").write_text(config_text())
    fill(tmp_path)
    damaged = tmp_path / "data/cases/open/0000001/case.json"
    damaged.write_text("{}")
    result = CliRunner().invoke(cli.main, ["list", *options, "--json", "--config", str(tmp_path / "config.toml")])
    assert [case["number"] for case in json.loads(result.stdout)] == [2]
    assert result.stderr.count(f"{damaged} is damaged") == 1
    assert result.exit_code == 65
    shown = CliRunner().invoke(cli.main, ["show", "1", "--config", str(tmp_path / "config.toml")])
    assert shown.exit_code == 65


# Whatever reads the output


def output_to(sink: object, folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", cli.__name__, *words]
    return subprocess.run(
        command, cwd=folder, env=environment(**variables), stdout=sink, stderr=subprocess.PIPE, text=True, timeout=60
    )  # type: ignore[call-overload]


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("show", "1"), ("check",)], ids=" ".join)
def test_a_reader_that_has_gone_is_no_error(desk: Path, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = output_to(writer, desk, *words)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_ends_when_nobody_follows_it(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = output_to(writer, tmp_path, "demo", "--fast")
    os.close(writer)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [("list",), ("why", "1", "--json"), ("demo", "--fast")], ids=" ".join)
def test_output_that_cannot_be_written_is_a_sentence_and_74(desk: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = output_to(full, tmp_path if "demo" in words else desk, *words)
    assert done.returncode == 74
    assert done.stderr.endswith("the output cannot be written: No space left on device\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_what_the_terminal_cannot_show_is_replaced_and_escaped_for_programs(tmp_path: Path, encoding: str) -> None:
    subject = "Printer on 🔥"
    (tmp_path / "config.toml").write_text(config_text())
    fill(tmp_path, [f"From: ann@customer.example\nSubject: {subject}\n\nThere is smoke.\n".encode()])
    shown = output_to(subprocess.PIPE, tmp_path, "list", PYTHONIOENCODING=encoding)
    assert shown.returncode == 0
    assert shown.stdout.splitlines()[1].endswith(subject if encoding == "utf-8" else "Printer on ?")
    told = output_to(subprocess.PIPE, tmp_path, "list", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(told.stdout)[0]["subject"] == subject


def test_a_number_may_be_given_as_it_stands_in_a_subject(ask: object) -> None:
    assert ask("show", "#1").stdout == ask("show", "1").stdout  # type: ignore[operator]
    assert ask("why", "#1").exit_code == 0  # type: ignore[operator]


# The configuration is found


def test_the_variable_names_the_configuration(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTCASE_CONFIG", str(desk / "config.toml"))
    assert CliRunner().invoke(cli.main, ["show", "1"]).exit_code == 0
    monkeypatch.setenv("POSTCASE_CONFIG", str(desk / "nowhere.toml"))
    result = CliRunner().invoke(cli.main, ["list"])
    assert result.exit_code == 78
    assert "nowhere.toml" in result.stderr


def test_the_option_counts_more_than_the_variable(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTCASE_CONFIG", "/nowhere.toml")
    assert CliRunner().invoke(cli.main, ["list", "--config", str(desk / "config.toml")]).exit_code == 0


def test_without_both_the_file_in_this_folder_is_taken(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTCASE_CONFIG", raising=False)
    monkeypatch.chdir(desk)
    assert CliRunner().invoke(cli.main, ["list"]).exit_code == 0


# Letters


def test_preview_lists_the_letters_and_prints_each(ask: object) -> None:
    names = CliRunner().invoke(cli.main, ["preview"]).stdout.split()
    assert "reminder" in names
    for name in names:
        result = ask("preview", name)  # type: ignore[operator]
        assert result.exit_code == 0
        assert "Subject: " in result.stdout
    assert ask("preview", "reminder", "--language", "de").stdout != ask("preview", "reminder").stdout  # type: ignore[operator]


def test_a_letter_that_does_not_exist_is_told_with_those_that_do(ask: object) -> None:
    result = ask("preview", "love-letter")  # type: ignore[operator]
    assert result.exit_code == 64
    assert "there is no letter 'love-letter'" in result.stderr
    assert "reminder" in result.stderr


def test_a_language_that_has_no_letters_is_told_with_those_that_have(ask: object) -> None:
    result = ask("preview", "reminder", "--language", "tlh")  # type: ignore[operator]
    assert result.exit_code == 64
    assert "'tlh' is not one of de, en" in result.stderr


def test_the_source_of_a_letter_is_the_file_that_is_used(tmp_path: Path) -> None:
    """Ours; then the admin's own, which begins as a copy of it."""
    config = tmp_path / "config.toml"
    config.write_text(config_text() + '[letters]\nfolder = "letters"\n')
    own = tmp_path / "letters/de"
    own.mkdir(parents=True)
    command = ["preview", "reminder", "--language", "de", "--source", "--config", str(config)]
    shipped = CliRunner().invoke(cli.main, command).stdout
    assert shipped == (Path(cli.__file__).parent / "letters/shipped/de/reminder.txt").read_text()
    (own / "reminder.txt").write_text("Subject: Hallo\n\nNoch da?\n")
    assert CliRunner().invoke(cli.main, command).stdout == "Subject: Hallo\n\nNoch da?\n"
    sentence = CliRunner().invoke(cli.main, ["preview", "left-out", "--source", "--config", str(config)])
    assert "{% if names %}" in sentence.stdout


# Quarantine


def quarantined(folder: Path) -> list[dict[str, object]]:
    done = CliRunner().invoke(cli.main, ["quarantine", "list", "--json", "--config", str(folder / "config.toml")])
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def test_quarantine_shows_what_lies_there_and_why(desk: Path, ask: object) -> None:
    (item,) = quarantined(desk)
    assert item.keys() == {"id", "at", "reason", "source", "sender", "subject", "fingerprint", "size", "past", "case"}
    assert UTC_TIME.fullmatch(str(item["at"]))
    assert str(item["reason"]).startswith("expected a mail")
    assert str(item["id"]) in ask("quarantine", "list").stdout  # type: ignore[operator]
    shown = ask("quarantine", "show", item["id"])  # type: ignore[operator]
    assert (shown.exit_code, shown.stdout_bytes) == (0, b"")


def test_a_quarantined_mail_that_does_not_exist_is_told(ask: object) -> None:
    shown = ask("quarantine", "show", "nonsense")  # type: ignore[operator]
    assert (shown.exit_code, shown.stdout) == (66, "")
    assert "there is no mail nonsense in quarantine" in shown.stderr
    retried = ask("quarantine", "retry", "../../etc")  # type: ignore[operator]
    assert (retried.exit_code, retried.stdout) == (66, "")
    assert "there is no mail ../../etc in quarantine" in retried.stderr


def test_a_retry_without_a_daemon_says_what_is_still_wrong_and_keeps_the_mail(desk: Path, ask: object) -> None:
    (item,) = quarantined(desk)
    result = ask("quarantine", "retry", item["id"])  # type: ignore[operator]
    assert result.exit_code == 70
    assert "expected a mail" in result.stderr
    assert quarantined(desk) == [item]


def test_a_retry_that_meets_a_bug_is_a_sentence_and_keeps_the_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(*_: object) -> None:
        raise ZeroDivisionError("a bug in the rules")

    (tmp_path / "config.toml").write_text(config_text())
    monkeypatch.setattr(service.decide, "mail_came", poisoned)
    fill(tmp_path, PAPERS[:1])
    (item,) = quarantined(tmp_path)
    command = ["quarantine", "retry", str(item["id"]), "--config", str(tmp_path / "config.toml")]
    result = CliRunner().invoke(cli.main, command)
    assert result.stderr == "the mail stays in quarantine: ZeroDivisionError: a bug in the rules\n"
    assert (result.exit_code, quarantined(tmp_path)) == (70, [item])


def test_a_mail_too_large_for_yesterday_is_filed_by_a_retry_under_the_limit_of_today(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    small = config_text().replace("first_number = 1", 'first_number = 1\nmax_mail_size = "2KB"')
    config.write_text(small)
    fill(tmp_path, [PAPERS[0] + b"More smoke.\n" * 500])
    (item,) = quarantined(tmp_path)
    retry = ["quarantine", "retry", str(item["id"]), "--config", str(config)]
    refused = CliRunner().invoke(cli.main, retry)
    assert (refused.exit_code, refused.stderr) == (70, "expected at most 2048 octets (max_mail_size), found 6101\n")
    config.write_text(small.replace("2KB", "8KB"))
    done = CliRunner().invoke(cli.main, retry)
    assert (done.exit_code, done.stdout) == (0, "filed on case 1: the customer wrote\n")
    assert quarantined(tmp_path) == []


# With the mail server and the daemon


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC)) as running:
        yield running


def test_a_retry_while_the_daemon_runs_is_done_by_the_daemon(tmp_path: Path, server: EmbeddedMail) -> None:
    """A mail too large for the configuration of yesterday is not for that of today."""
    config = tmp_path / "config.toml"
    config.write_text(config_text(server.imap_port, server.smtp_port))
    fill(tmp_path)
    (item,) = quarantined(tmp_path)
    readable = b"From: ann@customer.example\r\nSubject: readable after all\r\n\r\nHello.\r\n"
    store = TinydbStore(tmp_path / "data")
    (found,) = store.quarantined()
    with store.batch() as batch:
        batch.release(found.id)
    with store.batch() as batch:
        batch.quarantine(found, readable)
    store.close()
    with Process(tmp_path) as daemon:
        daemon.wait_for("connected")
        done = postcase("quarantine", "retry", item["id"], cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "filed on case 3: new case: names no case\n"), done.stderr
        again = postcase("quarantine", "retry", item["id"], cwd=tmp_path)
        assert again.returncode == 66
        assert "there is no mail" in again.stderr
        wait_until(lambda: bool(server.folder("ann@customer.example")), "the confirmation")
        assert daemon.end() == 0
    assert quarantined(tmp_path) == []


def test_import_files_the_mail_of_before_and_answers_nobody(tmp_path: Path) -> None:
    age = [timedelta(hours=1)]
    with EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC) - age[0]) as old:
        for number in range(3):
            head = f"From: c{number}@customer.example\nMessage-ID: <{number}@x.example>\nSubject: Old {number}\n\n".encode()
            old.deliver("support@example.com", head + b"Hello.\n")
        age[0] = timedelta()
        (tmp_path / "config.toml").write_text(config_text(old.imap_port, old.smtp_port))
        done = postcase("import", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "cases opened: 3\n"), done.stderr
        again = postcase("import", cwd=tmp_path)
        assert again.stdout == "cases opened: 0\n"
        assert len(old.folder("support@example.com", "Processed")) == 3
        listed = json.loads(postcase("list", "--json", cwd=tmp_path).stdout)
        assert [case["subject"] for case in listed] == ["Old 0", "Old 1", "Old 2"]
        whole = json.loads(postcase("show", 1, "--json", cwd=tmp_path).stdout)
        assert whole["letters"] == []
        with Process(tmp_path) as daemon:
            daemon.wait_for("connected")
            busy = postcase("import", cwd=tmp_path)
            assert busy.returncode == 75
            assert daemon.end() == 0
        assert old.folder("c0@customer.example") == []


def asked_to_import(folder: Path, config: str) -> subprocess.CompletedProcess[str]:
    (folder / "config.toml").write_text(config)
    return postcase("import", cwd=folder)


def test_import_without_a_mailbox_is_told_with_78(tmp_path: Path) -> None:
    text = config_text()
    mailbox = text[text.index("[[mailbox]]") : text.index("[smtp]")]
    result = asked_to_import(tmp_path, text.replace(mailbox, '[lmtp]\nlisten = "127.0.0.1:10024"\n'))
    assert result.returncode == 78
    assert "mailbox: found none, expected a [[mailbox]] whose mail is to be imported" in result.stderr


def test_import_ends_when_no_server_can_be_reached(tmp_path: Path) -> None:
    result = asked_to_import(tmp_path, config_text(free_port()))
    assert result.returncode == 75
    assert "mailbox support@example.com@127.0.0.1/INBOX: 127.0.0.1 port" in result.stderr
    assert "cannot be reached: Connection refused; what was read so far is filed" in result.stderr


def test_import_tries_a_wrong_password_once(tmp_path: Path, server: EmbeddedMail) -> None:
    logins: list[str] = []

    async def count(name: str, user: str) -> None:
        if name == "LOGIN":
            logins.append(name)

    server.imap.fault = count
    config = config_text(server.imap_port, server.smtp_port).replace('"secret"', '"sesame"')
    result = asked_to_import(tmp_path, config)
    server.imap.fault = None
    assert result.returncode == 75
    assert "login refused" in result.stderr
    assert len(logins) == 1


def test_import_goes_on_after_a_link_that_is_lost_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More often in all than it tries in a row; and a mail larger than max_mail_size goes to quarantine and opens a case."""
    monkeypatch.setattr(import_past, "FIRST_RETRY_SECONDS", 0.01)
    age = [timedelta(hours=1)]
    with EmbeddedMail({"support@example.com": "secret"}, now=lambda: datetime.now(UTC) - age[0]) as old:
        for number in range(5):
            size = 3000 if number == 4 else 10
            head = f"From: c{number}@customer.example\nMessage-ID: <{number}@x.example>\nSubject: Old {number}\n\n"
            old.deliver("support@example.com", head.encode() + b"x" * size)
        age[0] = timedelta()

        async def cut(name: str, user: str) -> str | None:
            return HANG_UP_AFTER if name == "MOVE" else None

        monkeypatch.setattr(imap_uids, "BATCH_MAILS", 1)
        old.imap.fault = cut
        config = config_text(old.imap_port, old.smtp_port).replace("[[mailbox]]", 'max_mail_size = "2KB"\n[[mailbox]]')
        (tmp_path / "config.toml").write_text(config)
        assert import_past.import_past(load(tmp_path / "config.toml")) == 5
    assert [item["reason"] for item in quarantined(tmp_path)] == [
        "expected at most 2048 octets (max_mail_size), found 3072"
    ]


def test_keys_are_listed_made_and_revoked_without_a_daemon(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(config_text())

    def ask(*words: str) -> Result:
        return CliRunner().invoke(cli.main, ["key", *words, "--config", str(tmp_path / "config.toml")])

    assert (ask("list").exit_code, ask("list").output) == (0, "there is no key yet; the first start makes it\n")
    fill(tmp_path)
    secret = (tmp_path / "data/state/key").read_bytes()
    assert ask("list").output.split("\n")[1].split(maxsplit=1) == ["1", "the first day  seals new letters"]
    assert ask("rotate").output == "key 2 seals from now on; letters sealed with older ones stay good\n"
    assert ask("revoke", "1").output.startswith("key 1 is revoked: letters sealed with it prove nothing any more")
    assert ask("revoke", "1").output.startswith("key 1 is revoked already, since 20")
    wrong = ask("revoke", "17")
    assert (wrong.exit_code, wrong.output) == (70, "there is no key 17; there are 1, 2\n")
    rows = json.loads(ask("list", "--json").output)
    assert [(row["number"], row["seals"], row["since"] is None) for row in rows] == [(1, False, True), (2, True, False)]
    assert UTC_TIME.fullmatch(rows[0]["revoked_at"])
    assert ask("revoke", "2").output.endswith("key 3 seals from now on\n")
    assert [line.split()[-1][:4] for line in ask("list").output.splitlines()[1:]][2] == "lett"
    shown = ask("list").output + ask("list", "--json").output
    made = re.findall(r'"secret": "([0-9a-f]{64})"', (tmp_path / "data/state/keys.json").read_text())
    made += re.findall(r'"secret":"([0-9a-f]{64})"', (tmp_path / "data/state/keys.json").read_text())
    assert len(set(made)) == 2
    assert not any(one in shown for one in (*made, secret.hex()))
    assert (tmp_path / "data/state/keys.json").stat().st_mode & 0o777 == 0o600


def test_keys_are_changed_by_the_daemon_while_it_runs(tmp_path: Path, server: EmbeddedMail) -> None:
    (tmp_path / "config.toml").write_text(config_text(server.imap_port, server.smtp_port))
    with Process(tmp_path) as daemon:
        daemon.wait_for("connected")
        done = postcase("key", "rotate", cwd=tmp_path)
        assert (done.returncode, done.stdout[:5]) == (0, "key 2"), done.stderr
        assert postcase("key", "revoke", "1", cwd=tmp_path).returncode == 0
        assert postcase("key", "revoke", "x", cwd=tmp_path).returncode == 70
        daemon.wait_for("revoked: 1")
        assert daemon.end() == 0
    assert [row["seals"] for row in json.loads(postcase("key", "list", "--json", cwd=tmp_path).stdout)] == [False, True]
