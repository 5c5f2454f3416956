"""Is every right configuration taken, and of every wrong one told what is wrong, where, and all of it at once?"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from daemon.config import load as config
from daemon.config.kinds import Kind
from daemon.config.lines import Lines
from daemon.config.model import REPEATED, SECTIONS, Login, keys
from daemon.config.page import page
from daemon.config.secret import SOURCES, Secret
from daemon.errors import ConfigError
from rules.desk import Caps
from rules.hours import Opening, Wait
from rules.mail import Address
from rules.people import local_day

CHECKOUT = Path(__file__).parents[2]
BAD_CONFIGS = sorted((CHECKOUT / "tests" / "bad_configs").glob("*.toml"))
EXPECT = "# expect: "

CONTRACT = """\
[desk]
name = "Example Support"
address = "support@example.com"
data = "/var/lib/postcase"        # the embedded store; or store = "postgresql://..."
timezone = "Europe/Berlin"
language = "en"
[[mailbox]]
host = "127.0.0.1"
port = 10143
tls = "none"                      # "implicit" (default), "starttls", "none"
username = "support"
password = "secret"               # or password_file, password_env, password_command, a systemd credential
folder = "INBOX"
processed = "Processed"
quarantine = "Quarantine"
poll = "30s"                      # where the server has no IDLE
[smtp]
host = "127.0.0.1"
port = 10025
tls = "none"
[lmtp]
listen = "127.0.0.1:10024"
[hours]
always = true                     # or days, holidays, see config.toml
[lifecycle]
remind_after = "3d"
remind_again_after = "3d"
close_after = "3d"
[guard]
trusted_authserv = ["mx.example.com"]
[[engineer]]
name = "Ann Example"
address = "ann@desk.example"
skills = ["files"]
"""

LEAST = """\
[desk]
name = "Example Support"
address = "support@example.com"
data = "desk"
[[mailbox]]
host = "imap.example.com"
username = "support"
password = "correct horse"
[smtp]
host = "smtp.example.com"
[[engineer]]
name = "Ann Example"
address = "ann@desk.example"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    return [problem.removeprefix(f"{path}:") for problem in caught.value.problems]


# ---- right ones


def test_the_configuration_of_the_contract_is_taken_as_it_stands(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, CONTRACT))
    assert settings.data == Path("/var/lib/postcase")
    assert settings.desk.timezone == "Europe/Berlin"
    assert settings.mailboxes[0].name == "support@127.0.0.1/INBOX"
    assert settings.lmtp is not None and settings.lmtp.listen == ("127.0.0.1", 10024)
    assert settings.desk.trusted_authserv == ("mx.example.com",)
    assert settings.desk.engineers[0].skills == {"files"}


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, LEAST))
    mailbox, smtp, desk = settings.mailboxes[0], settings.smtp, settings.desk
    assert (mailbox.port, mailbox.tls, mailbox.folder) == (993, "implicit", "INBOX")
    assert (mailbox.processed, mailbox.quarantine, mailbox.poll) == ("Processed", "Quarantine", timedelta(seconds=30))
    assert (smtp.port, smtp.tls, smtp.username, smtp.password) == (465, "implicit", "", None)
    assert settings.give_up_after == smtp.give_up_after == timedelta(days=5)
    assert (desk.language, desk.timezone, desk.case_word, desk.first_number) == ("en", "UTC", "Case", 10001)
    assert (desk.subaddress, desk.aliases, desk.caps) == ("", (), Caps())
    assert set(desk.waits.values()) == {Wait(3)}
    assert (settings.lmtp, settings.letters, settings.desk.trusted_authserv) == (None, None, ())
    assert (settings.outage_after, settings.max_size) == (timedelta(minutes=15), 50 * 1024 * 1024)


@pytest.mark.parametrize(
    ("tls", "imap", "smtp"), [("implicit", 993, 465), ("starttls", 143, 587), ("none", 143, 25)], ids=str
)
def test_the_port_follows_from_the_encryption(tmp_path: Path, tls: str, imap: int, smtp: int) -> None:
    settings = config.load(written(tmp_path, LEAST.replace("host =", f'tls = "{tls}"\nhost =')))
    assert (settings.mailboxes[0].port, settings.smtp.port) == (imap, smtp)


def test_what_the_rules_read_arrives_in_the_desk(tmp_path: Path) -> None:
    more = """
[lifecycle]
remind_after = "2d"
remind_again_after = "4h"
close_after = "90s"
outage_after = "1h"
[guard]
confirmations_per_address_per_hour = 1
confirmations_per_address_per_day = 2
confirmations_per_domain_per_hour = 3
confirmations_per_hour = 4
"""
    desk_keys = (
        'aliases = ["help@example.com"]\nlanguage = "de"\ncase_word = "Fall"\nfirst_number = 7\nsubaddress = "+"'
    )
    text = LEAST.replace('data = "desk"', f'data = "desk"\n{desk_keys}') + more
    desk = config.load(written(tmp_path, text)).desk
    assert desk.address == Address("support@example.com", "Example Support")
    assert desk.waits == {
        "remind_after": Wait(2),
        "remind_again_after": Wait(time=timedelta(hours=4)),
        "close_after": Wait(time=timedelta(seconds=90)),
    }
    assert desk.caps == Caps(address_per_hour=1, address_per_day=2, domain_per_hour=3, all_per_hour=4)
    assert (desk.language, desk.case_word, desk.first_number) == ("de", "Fall", 7)
    assert desk.is_ours(Address("help+token@example.com"))


def test_paths_begin_at_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "our-letters").mkdir()
    (tmp_path / "ca.pem").touch()
    text = LEAST.replace('host = "smtp', 'ca_file = "ca.pem"\nhost = "smtp') + '[letters]\nfolder = "our-letters"\n'
    settings = config.load(written(tmp_path, text))
    assert settings.data == tmp_path / "desk"
    assert settings.letters == tmp_path / "our-letters"
    assert settings.smtp.ca_file == tmp_path / "ca.pem"


@pytest.mark.parametrize(
    ("written_as", "listen"),
    [
        ("127.0.0.1:10024", ("127.0.0.1", 10024)),
        ("mail.example.com:24", ("mail.example.com", 24)),
        ("[::1]:10024", ("::1", 10024)),
        ("/run/postcase/lmtp.sock", Path("/run/postcase/lmtp.sock")),
    ],
)
def test_lmtp_alone_is_intake_enough(tmp_path: Path, written_as: str, listen: object) -> None:
    mailbox = LEAST[LEAST.index("[[mailbox]]") : LEAST.index("[smtp]")]
    settings = config.load(written(tmp_path, LEAST.replace(mailbox, f'[lmtp]\nlisten = "{written_as}"\n')))
    assert settings.mailboxes == ()
    assert settings.lmtp is not None and settings.lmtp.listen == listen


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(LEAST.replace("\n", "\r\n").encode())
    assert config.load(path).desk.name == "Example Support"


# ---- wrong ones


@pytest.mark.parametrize("path", BAD_CONFIGS, ids=lambda path: path.stem)
def test_a_wrong_configuration_is_refused_with_these_sentences(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    expected = [line.removeprefix(EXPECT) for line in text.split("\n") if line.startswith(EXPECT)]
    assert expected
    assert problems_of(path) == expected


def test_there_are_many_wrong_configurations() -> None:
    assert len(BAD_CONFIGS) >= 35


def test_a_problem_names_file_line_and_key(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST.replace("ann@desk.example", "ann@"))
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    expected = 'found "ann@", expected one mail address such as ann@example.com'
    assert str(caught.value) == f"{path}:13: engineer.1.address: {expected}"


def test_a_missing_file_a_folder_and_a_book_are_refused(tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    book.write_text("# word\n" * 200_000)
    assert problems_of(tmp_path / "none.toml") == [" found no such file, expected the configuration"]
    assert problems_of(tmp_path) == [" found no way to read it (Is a directory), expected the configuration"]
    assert problems_of(book) == [" found more than 1048576 octets, expected a configuration"]


@pytest.mark.parametrize("monster", ["deep = " + "[" * 20_000, "long = " + "9" * 5_000], ids=["nesting", "digits"])
def test_a_monster_is_refused_with_a_sentence(tmp_path: Path, monster: str) -> None:
    assert problems_of(written(tmp_path, monster))[0].endswith("expected a configuration")


ODD_VALUES = (
    "true", "0", "-1", "1e400", "nan", '""', '"\\u0000"', '"\\u202e"', '"a\\nb"', "[]", "[[]]", "{}", "{a = 1}",
    "1979-05-27", "07:32:00", '"' + "x" * 5000 + '"', '"٣d"', '"é@é"', "9" * 400, '"~nobody-of-this-name/x"',
)  # fmt: skip
EVERY_KEY = [(section, key) for section in SECTIONS for key in keys(section)]


@pytest.mark.parametrize(("section", "key"), EVERY_KEY, ids=lambda name: str(name))
def test_an_odd_value_of_any_key_is_taken_or_refused_but_never_a_crash(tmp_path: Path, section: str, key: str) -> None:
    header = f"[[{section}]]" if section in REPEATED else f"[{section}]"
    replaced = ("password", key) if key in Login.model_fields else (key,)
    for odd in ODD_VALUES:
        lines = [line for line in _lines_of(header) if line.split(" = ")[0] not in replaced]
        text = "\n".join([*_lines_but(header), header, f"{key} = {odd}", *lines])
        try:
            config.load(written(tmp_path, text))
        except ConfigError as error:
            assert all(len(problem) < 1000 and problem.isprintable() for problem in error.problems), odd
            assert any(f": {section}." in problem and f".{key}" in problem for problem in error.problems), error


# What a section that the contract does not have cannot be without.
NEEDED = {
    "[[severity]]": ['letter = "A"', 'name = "critical"', 'meaning = "Everything is down."'],
    "[[severity_rule]]": ['severity = "A"', 'name = "tills"', 'phrases = ["till"]'],
    "[[product]]": ['name = "Files"'],
    "[[organisation]]": ['name = "Customer Ltd"'],
    "[[staff]]": ['name = "Dev Example"', 'address = "dev@build.example"', 'teams = ["development"]'],
}


def _lines_of(header: str) -> list[str]:
    _, found, rest = CONTRACT.partition(header + "\n")
    return rest.split("\n[")[0].splitlines() if found else NEEDED.get(header, [])


def _lines_but(header: str) -> list[str]:
    of_it = "\n".join([header, *_lines_of(header)])
    return CONTRACT.replace(of_it, "").splitlines()


# ---- where it is found


def test_the_file_named_on_the_command_line_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, LEAST)
    assert config.find("mine.toml", {"POSTCASE_CONFIG": "theirs.toml"}) == Path("mine.toml")
    assert config.find(None, {"POSTCASE_CONFIG": "theirs.toml"}) == Path("theirs.toml")
    assert config.find(None, {}) == Path("config.toml")


def test_without_any_file_all_places_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "USUAL_PLACES", (Path("config.toml"), tmp_path / "etc" / "config.toml"))
    with pytest.raises(ConfigError) as caught:
        config.find(None, {"POSTCASE_CONFIG": ""})
    sentence = str(caught.value)
    assert all(place in sentence for place in ("config.toml", "etc/config.toml", "--config", "POSTCASE_CONFIG"))


def test_the_command_line_does_not_wait_for_pydantic() -> None:
    asked = "import sys, daemon.config; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ---- secrets


def login(tmp_path: Path, line: str) -> Secret:
    return config.load(written(tmp_path, LEAST.replace('password = "correct horse"', line))).mailboxes[0].password


def test_a_password_comes_from_any_of_five_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imap").write_text("correct horse\r\nanother line\n")
    monkeypatch.setenv("IMAP_PASSWORD", "correct horse")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    lines = {
        "password": 'password = "correct horse"',
        "password_file": 'password_file = "imap"',
        "password_env": 'password_env = "IMAP_PASSWORD"',
        "password_command": "password_command = \"printf '%s\\\\n' 'correct horse' user\"",
        "password_credential": 'password_credential = "imap"',
    }
    assert set(lines) == set(SOURCES) == set(Login.model_fields)
    for source, line in lines.items():
        secret = login(tmp_path, line)
        assert (secret.source, secret.reveal()) == (source, "correct horse")


def test_a_password_is_fetched_only_when_it_is_needed_and_anew_each_time(tmp_path: Path) -> None:
    secret = login(tmp_path, 'password_file = "later"')
    for password in ("first", "second"):
        (tmp_path / "later").write_text(password)
        assert secret.reveal() == password


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('password_file = "none"', "found no readable file {folder}/none (No such file or directory)"),
        ('password_file = "empty"', "found it empty, expected the password in the first line"),
        ('password_file = "octets"', "found octets that are no UTF-8, expected a password as text"),
        ('password_env = "NOT_SET"', "found no environment variable NOT_SET"),
        ('password_command = "false"', "found that false ended with exit status 1"),
        ('password_command = "no-such-command x"', "found no way to run no-such-command"),
        ('password_credential = "imap"', "found no CREDENTIALS_DIRECTORY, expected systemd to set it"),
    ],
)
def test_a_password_that_is_not_there_is_told_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "empty").touch()
    (tmp_path / "octets").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError) as caught:
        login(tmp_path, line).reveal()
    place = f"{tmp_path}/config.toml:8: mailbox.1.{line.split(' ')[0]}: "
    assert str(caught.value).startswith(place + sentence.format(folder=tmp_path))


def test_no_password_shows_in_the_settings(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, LEAST))
    secret = settings.mailboxes[0].password
    for shown in (
        repr(settings),
        str(settings),
        repr(secret),
        f"{secret}",
        f"{secret!s:>40}",
        *config.warnings(settings),
    ):
        assert "correct horse" not in shown


def test_no_password_shows_in_an_error(tmp_path: Path) -> None:
    for line in (
        'pasword = "hunter2"',
        'password = ["hunter2"]',
        'password = "hunter2\\n"',
        'password = "hunter2"\nPassword = "hunter2"',
        'password = "hunter2',
        'password = "hunter2"\npassword = "hunter2"',
        'password_env = "hunter2!"',
        'password_command = "\'hunter2"',
        'password_credential = "/hunter2"',
        'password_file = "\\u0000hunter2"',
        'password = "a"\npassword_file = "hunter2"',
    ):
        problems = problems_of(written(tmp_path, LEAST.replace('password = "correct horse"', line)))
        assert problems and not any("hunter2" in problem for problem in problems), problems


# ---- warnings


def test_a_password_in_a_file_that_all_may_read_is_warned_of(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST)
    path.chmod(0o644)
    assert [warning for warning in config.warnings(config.load(path)) if "mailbox.1.password" in warning]
    path.chmod(0o640)
    assert config.warnings(config.load(path)) == []


def test_a_password_file_that_all_may_read_is_warned_of(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST.replace('password = "correct horse"', 'password_file = "imap"'))
    (tmp_path / "imap").write_text("correct horse")
    (tmp_path / "imap").chmod(0o604)
    [warning] = config.warnings(config.load(path))
    assert f"chmod 640 {tmp_path}/imap" in warning


@pytest.mark.parametrize(
    ("line", "fragment"),
    [
        ('tls = "none"', "the password crosses the net in the clear"),
        ('tls = "none"\nport = 993', "the password crosses the net in the clear"),
        ("port = 143", 'found 143 with tls = "implicit", expected tls = "starttls" on that port'),
        ('tls = "starttls"\nport = 993', 'expected tls = "implicit" on that port'),
    ],
)
def test_a_dangerous_or_odd_connection_is_warned_of(tmp_path: Path, line: str, fragment: str) -> None:
    path = written(tmp_path, LEAST.replace("[[mailbox]]", f"[[mailbox]]\n{line}"))
    path.chmod(0o600)
    [warning] = config.warnings(config.load(path))
    assert fragment in warning


# ---- the line of a key


def test_every_way_to_write_a_key_has_its_line() -> None:
    lines = Lines(
        "\n".join(
            [
                "# nothing here",  # 1
                'top = """',  # 2
                "[not a section]",  # 3
                'key = 1"""',  # 4
                "[ desk ] # with gaps",  # 5
                'a."b c".d = 1',  # 6
                "list = [ # ]",  # 7
                "  1,",  # 8
                "]",  # 9
                "inline = { x = 1, y = [ { z = 2 } ] }",  # 10
                "[[engineer]]",  # 11
                "name = 1",  # 12
                "[[engineer]]",  # 13
                "name = 2",  # 14
                "[engineer.deep]",  # 15
                "key = 3",  # 16
            ]
        )
    )
    assert lines.of(("top",)) == 2
    assert lines.of(("desk", "a", "b c", "d")) == 6
    assert lines.of(("desk", "list", 0)) == 7
    assert lines.of(("desk", "inline", "y", 0, "z")) == 10
    assert lines.of(("engineer",)) == lines.of(("engineer", 0)) == 11
    assert lines.of(("engineer", 0, "name")) == 12
    assert lines.of(("engineer", 1, "not there")) == 13
    assert lines.of(("engineer", 1, "deep", "key")) == 16
    assert lines.of(("nowhere",)) == 1


# ---- the documents


def test_the_configuration_of_the_demo_works_as_it_stands() -> None:
    settings = config.load(CHECKOUT / "config.toml")
    assert settings.data == CHECKOUT / "demo-desk"
    assert {mailbox.host for mailbox in settings.mailboxes} == {settings.smtp.host} == {"127.0.0.1"}


def shown_keys() -> dict[str, dict[str, object]]:
    """Every key of config.toml by section, active or behind a #, with its value."""
    shown: dict[str, dict[str, object]] = {}
    whole = re.sub(r'\\\n|"""', lambda found: '"' if found[0] == '"""' else "", (CHECKOUT / "config.toml").read_text())
    for line in whole.splitlines():
        statement = line.removeprefix("# ")
        if statement.startswith("["):
            section = statement.strip("[]")
            shown.setdefault(section, {})
        elif statement.partition(" = ")[0].replace("_", "a").isalnum() and " = " in statement:
            shown[section].update(tomllib.loads(statement))
    return shown


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_is_shown_in_config_toml(section: str) -> None:
    told_at_the_mailbox = set(Login.model_fields) if section in ("smtp", "alarm_smtp") else set()
    assert set(keys(section)) - told_at_the_mailbox <= set(shown_keys()[section]) <= set(keys(section))


def test_a_key_behind_a_hash_shows_its_default() -> None:
    shown = shown_keys()
    text = (CHECKOUT / "config.toml").read_text()
    for section, key in EVERY_KEY:
        default = keys(section)[key].default
        part = re.split(r"\n\[+", text.partition(f"[{section}]")[2])[0]
        if f"\n# {key} = " in part and isinstance(default, str | int):
            assert shown[section][key] == default, f"{section}.{key}"


def test_what_config_toml_shows_behind_a_hash_is_right() -> None:
    for section, shown in shown_keys().items():
        for key, value in shown.items():
            annotated = [one for one in keys(section)[key].metadata if isinstance(one, Kind)]
            for kind in annotated if key != "store" else ():
                kind.value(value)


def test_the_reference_page_is_what_the_model_says() -> None:
    told = (CHECKOUT / "docs" / "config.md").read_text()
    assert told == page(), "run: python -m daemon.config.page > docs/config.md"
    assert all(f"| `{key}` |" in told for _, key in EVERY_KEY)


# ---- the dispatcher


POLICY = (
    LEAST
    + """\
hours = ["Mon,Wed 10:00-12:00"]
timezone = "Europe/London"
away = ["2026-12-24 2026-12-31", "2027-01-04"]
[hours]
days = ["Mon-Fri 09:00-12:00", "Mon-Thu 13:00-17:30", "Sat 10:00-14:00"]
holidays = ["DE-BY", "2026-10-30", "12-24"]
[[severity]]
letter = "A"
name = "critical"
meaning = { en = "Everything is down.", de = "Nichts geht mehr." }
first_answer = "1h"
always = true
[[severity_rule]]
severity = "A"
name = "the tills"
phrases = ["till|tills"]
patterns = ["ORA-[0-9]{5}"]
[[product]]
name = "Cyber Files"
skills = ["Files"]
addresses = ["files@example.com"]
[[organisation]]
name = "Customer Ltd"
domains = ["Customer.example"]
maintenance_until = 2026-12-31
"""
)


def test_support_hours_holidays_and_absences_become_calendars(tmp_path: Path) -> None:
    desk = config.load(written(tmp_path, POLICY)).desk
    monday, friday, saturday, sunday = (desk.hours.week[day] for day in (0, 4, 5, 6))
    assert monday == (Opening(540, 720), Opening(780, 1050))
    assert (friday, saturday, sunday) == ((Opening(540, 720),), (Opening(600, 840),), ())
    assert desk.hours.holiday(date(2026, 12, 25))  # of the country
    assert desk.hours.holiday(date(2026, 1, 6))  # of Bavaria alone
    assert desk.hours.holiday(date(2026, 10, 30))
    assert desk.hours.holiday(date(2031, 12, 24)) == "closed"  # every year
    assert desk.hours.holiday(date(2026, 12, 23)) == ""
    ann = desk.engineers[0]
    assert ann.calendar.timezone == "Europe/London"
    assert ann.calendar.week[0] == (Opening(600, 720),)
    assert [ann.is_away(date(2026, 12, day)) for day in (23, 24, 31)] == [False, True, True]
    assert ann.lead
    assert desk.hours_of("A").always
    assert desk.hours_of("B") is desk.hours


@pytest.mark.parametrize("christmas_eve", ["2026-12-24", "20261224", "2026-W52-4", "12-24"])
def test_a_holiday_is_known_however_its_day_is_written(tmp_path: Path, christmas_eve: str) -> None:
    hours = config.load(written(tmp_path, f'{LEAST}[hours]\nholidays = ["{christmas_eve}"]\n')).desk.hours
    assert [hours.holiday(date(2026, 12, day)) for day in (23, 24, 25)] == ["", "closed", ""]


def test_an_engineer_elsewhere_without_hours_of_his_own_works_in_those_of_the_desk(tmp_path: Path) -> None:
    policy = POLICY.replace('hours = ["Mon,Wed 10:00-12:00"]\ntimezone = "Europe/London"', 'timezone = "Asia/Tokyo"')
    desk = config.load(written(tmp_path, policy)).desk
    ann = desk.engineers[0]
    assert replace(ann.calendar, away=()) == desk.hours
    assert ann.is_away(date(2026, 12, 24))
    assert local_day(ann, datetime(2026, 12, 23, 20, tzinfo=UTC)) == date(2026, 12, 24)


def test_severities_rules_products_and_organisations_become_a_policy(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, POLICY))
    desk, critical = settings.desk, settings.desk.triage.level("A")
    assert (critical.name("de"), critical.meaning("de"), critical.weight) == ("critical", "Nichts geht mehr.", 8)
    assert critical.first_answer == Wait(time=timedelta(hours=1))
    assert desk.triage.level("B").meaning("en")  # ours, without a target
    assert desk.triage.level("B").first_answer is None
    assert [rule.name for rule in desk.triage.own] == ["the tills"]
    assert len(desk.triage.rules) > 5  # and those that come with the desk
    assert desk.triage.inside == ("desk.example",)
    assert desk.is_ours(Address("files@example.com"))
    organisation = desk.organisation(Address("ann@customer.example"))
    assert organisation is not None
    assert organisation.maintenance_until == date(2026, 12, 31)


def test_a_product_that_nobody_knows_is_worth_a_warning(tmp_path: Path) -> None:
    settings = config.load(written(tmp_path, POLICY))
    assert any("product.1.skills: found files, which no engineer has" in says for says in config.warnings(settings))


def test_a_desk_that_says_nothing_of_severities_promises_nothing_and_is_open_always(tmp_path: Path) -> None:
    desk = config.load(written(tmp_path, LEAST)).desk
    assert [level.letter for level in desk.triage.levels] == ["A", "B", "C", "D"]
    assert all(level.first_answer is None and level.acknowledge is None for level in desk.triage.levels)
    assert desk.hours.always
    assert desk.engineers[0].calendar.always
