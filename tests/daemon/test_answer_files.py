"""The files of the canned answers: read, tried on samples, filled in for a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.errors import ConfigError
from daemon.letters.answer_facts import NAMED, samples
from daemon.letters.answer_files import Answers
from daemon.letters.letter_samples import SAMPLE_CASE, SAMPLE_DESK
from daemon.letters.templates import Letters
from rules.canned import Canned
from rules.case import Case, Target
from rules.mail import Address

ANN = SAMPLE_DESK.engineers[0]
DUE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ALL = """Dear {{ customer.name }} of {{ organisation }} ({{ customer.address }}),
{{ engineer }}, {{ engineer.name }} and {{ owner.name }} look at {{ case.number }}: {{ case.subject }},
{{ case.severity }}, {{ case.product }}, since {{ case.opened_at | date }},
{% if due %}until {{ due | when }}, {% endif %}at {{ desk.name }}, {{ desk.address }}, {{ desk.case_word }},
{{ desk.timezone }}, {{ language }}."""


def folder(root: Path, **files: str) -> Path:
    """`en_restart="text"` becomes en/restart.txt."""
    for name, text in files.items():
        language, _, stem = name.partition("_")
        (root / language).mkdir(parents=True, exist_ok=True)
        (root / language / f"{stem}.txt").write_text(text, "utf-8")
    return root


def only(root: Path, case: Case = SAMPLE_CASE, language: str = "en") -> Canned:
    (answer,) = Answers(language, root).filled(case, SAMPLE_DESK, ANN)
    return answer


def problem_of(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        Answers("en", root)
    (problem,) = caught.value.problems
    return problem.replace(str(root), "answers")


def test_all_that_the_docs_name_can_be_named(tmp_path: Path) -> None:
    case = replace(SAMPLE_CASE, organisation="Customer Ltd", target=Target("first_answer", DUE, DUE, None))
    text = only(folder(tmp_path, en_all=ALL), case).text
    for words in ("Dear Carla Customer of Customer Ltd", "Ann Example, Ann Example and Ann Example", "10042: Printer"):
        assert words in text
    assert "until Thursday, 26 November 2026, 10:00 CET" in text
    assert all(name in ALL for name in NAMED)
    assert set(samples("en")[0]) == {*NAMED, "timezone"}


@pytest.mark.parametrize(
    ("wanted", "desk", "found"), [("de", "en", "Hallo"), ("fi", "en", "Hello"), ("fi", "de", "Hallo")]
)
def test_the_language_is_that_of_the_case_then_of_the_desk(tmp_path: Path, wanted: str, desk: str, found: str) -> None:
    root = folder(tmp_path, en_hi="Hello", de_hi="Hallo", nl_hi="Hoi")
    assert only(root, replace(SAMPLE_CASE, language=wanted), desk).text == found


def test_where_there_is_no_such_language_any_will_do(tmp_path: Path) -> None:
    assert only(folder(tmp_path, nl_hi="Hoi")).text == "Hoi"


def test_what_a_mail_says_is_a_value_and_no_template(tmp_path: Path) -> None:
    case = replace(SAMPLE_CASE, subject="{{ desk }}{% raw %}", customer=Address("x@y.example", "{{ 7*7 }}\r\nBcc: z"))
    text = only(folder(tmp_path, en_hi="{{ customer.name }}: {{ case.subject }}"), case).text
    assert text == "{{ 7*7 }} Bcc: z: {{ desk }}{% raw %}"


def test_the_list_shows_the_comment_of_the_first_line_or_the_first_line(tmp_path: Path) -> None:
    root = folder(tmp_path, en_a="{# how to restart #}\nHello", en_b="\n\nHello {{ customer.name }},\nbye")
    about = [answer.about for answer in Answers("en", root).filled(SAMPLE_CASE, SAMPLE_DESK, ANN)]
    assert about == ["how to restart", "Hello Carla Customer,"]


def test_one_that_fails_on_a_real_case_after_all_says_why(tmp_path: Path) -> None:
    root = folder(tmp_path, en_hi="{{ 1 // (case.number - 10043) }}")
    answer = only(root, replace(SAMPLE_CASE, number=10043))
    assert (answer.text, answer.problem.partition("hi.txt")[2]) == ("", ":1: integer division or modulo by zero")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("Hello {{ custmer }}", ":1: 'custmer' is not known in this canned answer; did you mean 'customer'?"),
        ("a\n{{ case.histroy }}", ":2: expected case.number or case.subject"),
        ("{% if case.number == 1 %}\n{{ owner.adress }}{% endif %}", ":2: expected owner.name, found owner.adress"),
        ("{% if due %}{{ desk.engineers }}{% endif %}", ":1: expected desk.name or "),
        ("a\n\n{% if %}", ":3: Expected an expression, got 'end of statement block'"),
        ("{{ due | when }}", ":1: 'None'"),
        ("{{ customer.__class__ }}", ":1: expected customer.name or customer.address, found customer.__class__"),
        ("{{ ''.__class__.__mro__ }}", ":1: access to attribute '__class__'"),
        ("{% include 'x' %}", ": "),
        (" \n", ": expected a text, found none"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, source: str, says: str) -> None:
    problem = problem_of(folder(tmp_path, en_hi=source))
    assert problem.startswith("answers/en/hi.txt:")
    assert says.removeprefix(":1: 'None'") in problem


def test_octets_that_are_no_utf_8_are_told_with_their_line(tmp_path: Path) -> None:
    folder(tmp_path, en_hi="")
    (tmp_path / "en/hi.txt").write_bytes(b"Hello\nGr\xfc\xdfe")
    assert problem_of(tmp_path) == "answers/en/hi.txt:2: expected UTF-8, found the octet 0xfc"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("en/two words.txt", "expected a name of letters, digits and hyphens that ends in .txt"),
        ("en/hi.html", "found 'hi.html'"),
        ("hi.txt", "expected a folder named like a language"),
    ],
)
def test_what_is_no_canned_answer_is_told(tmp_path: Path, place: str, says: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / place).write_text("Hello")
    assert says in problem_of(tmp_path)


def test_two_that_differ_in_capitals_only_are_told(tmp_path: Path) -> None:
    assert "expected each answer once, found Hi.txt beside it" in problem_of(folder(tmp_path, en_Hi="a", en_hi="b"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "no") == "answers: expected a folder with canned answers, found nothing"


def test_what_editors_leave_there_is_nothing(tmp_path: Path) -> None:
    root = folder(tmp_path, en_hi="Hello")
    (root / "en/hi.txt~").write_text("{{ broken")
    (root / ".git").mkdir()
    assert Answers("en", root).names == ("hi",)


def test_mistakes_in_letters_and_answers_are_told_together(tmp_path: Path) -> None:
    root = folder(tmp_path / "answers", en_hi="{{ x }}")
    (tmp_path / "letters/en").mkdir(parents=True)
    (tmp_path / "letters/en/nothing.txt").write_text("")
    with pytest.raises(ConfigError) as caught:
        Letters("en", tmp_path / "letters", root)
    assert len(caught.value.problems) == 2
