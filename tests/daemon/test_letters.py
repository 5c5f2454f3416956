"""The words of the letters: every template in every language, overrides and their mistakes, dates, HTML."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import daemon.letters.templates
from daemon.errors import ConfigError, PermanentError
from daemon.letters.letter_dates import day, hour
from daemon.letters.letter_filters import quoted, shown
from daemon.letters.letter_html import to_html
from daemon.letters.letter_samples import SAMPLE_CASE, SAMPLE_DESK, SAMPLES, sample_case
from daemon.letters.preview import preview
from daemon.letters.template_files import LEFT_OUT, NAMES
from daemon.letters.templates import Letters
from rules.case import Audience
from rules.mail import NOBODY, Address
from rules.quotes import is_marker

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHIPPED = Path(daemon.letters.templates.__file__).parent / "shipped"
BOTH = pytest.mark.parametrize("language", ["en", "de"])
EACH = pytest.mark.parametrize("letter", list(SAMPLES))


def override(root: Path, name: str, source: str, language: str = "en") -> Path:
    file = root / language / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")
    return root


def problems_of(root: Path, language: str = "en") -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        Letters(language, root)
    return caught.value.problems


# The letters we ship


@BOTH
@EACH
def test_every_letter_can_be_previewed(letter: str, language: str) -> None:
    shown_letter = preview(letter, SAMPLE_DESK, Letters(language), NOW)
    tagged = sum(not wish.apart and not sample_case(letter).book for wish in SAMPLES[letter])
    assert shown_letter.count("Subject: [Case #10042] Printer on fire") == tagged
    assert "Example Support" in shown_letter
    assert "{{" not in shown_letter
    assert "\n\n\n" not in shown_letter


@BOTH
@EACH
def test_a_letter_to_an_engineer_begins_with_the_marker_line_and_one_to_a_customer_has_none(
    letter: str, language: str
) -> None:
    for wish in SAMPLES[letter]:
        case = replace(SAMPLE_CASE, language=language)
        facts = {**wish.facts, "case": case, "desk": SAMPLE_DESK, "owner": None, "words": wish.words, "attachments": ()}
        lines = Letters(language).render(letter, language, facts)[1].splitlines()
        marked = [number for number, line in enumerate(lines) if is_marker(line)]
        assert marked == ([0] if wish.audience.inside else [])


@pytest.mark.parametrize(
    ("language", "nobody", "lacks"),
    [("en", ("From: (nobody)", "Subject: (no subject)"), "goes to the customer"),
     ("de", ("Von: (niemand)", "Betreff: (ohne Betreff)"), "an den Kunden")],
)  # fmt: skip
def test_a_notice_about_a_mail_of_nobody_without_a_subject_says_so_and_offers_no_answer(
    language: str, nobody: tuple[str, str], lacks: str
) -> None:
    case = replace(SAMPLE_CASE, subject="", customer=NOBODY)
    for letter in ("assigned", "replied", "handed-on", "target", "receipt"):
        wish = SAMPLES[letter][0]
        facts = {**wish.facts, "also": (), "sender": NOBODY, "case": case, "desk": SAMPLE_DESK, "owner": None}
        text = Letters(language).render(letter, language, {**facts, "words": "Help!", "attachments": ()})[1]
        assert lacks not in text
        assert letter != "assigned" or set(nobody) <= set(text.splitlines())
        assert letter != "replied" or nobody[0] in text.splitlines()


def test_no_letter_is_left_untranslated() -> None:
    for name in NAMES:
        same = (SHIPPED / "en" / f"{name}.txt").read_bytes() == (SHIPPED / "de" / f"{name}.txt").read_bytes()
        assert not same


def test_the_preview_of_an_unknown_letter_names_the_known_ones() -> None:
    with pytest.raises(PermanentError, match=r"expected one of the letters confirmation, .*found 'birthday'"):
        preview("birthday", SAMPLE_DESK, Letters("en"), NOW)


def test_a_letter_without_its_facts_is_refused_with_file_and_line() -> None:
    facts = {"case": SAMPLE_CASE, "desk": SAMPLE_DESK, "owner": None, "words": "", "attachments": ()}
    with pytest.raises(PermanentError, match=r"reminder\.txt:9: 'attempt' is undefined"):
        Letters("en").render("reminder", "en", facts)


def test_a_customer_is_written_to_in_his_language_and_an_engineer_in_that_of_the_desk() -> None:
    letters = Letters("de")
    assert letters.language_of(replace(SAMPLE_CASE, language="en"), Audience.CUSTOMER) == "en"
    assert letters.language_of(replace(SAMPLE_CASE, language="en"), Audience.ENGINEER) == "de"
    assert letters.language_of(replace(SAMPLE_CASE, language="fi"), Audience.CUSTOMER) == "de"


# Letters of the admin's own


def test_an_override_replaces_one_letter_and_no_other(tmp_path: Path) -> None:
    override(
        tmp_path, "confirmation.txt", "Subject: Got it: {{ case.subject }}\n\nThanks. It is number {{ case.number }}.\n"
    )
    letters = Letters("en", tmp_path)
    shown_letter = preview("confirmation", SAMPLE_DESK, letters, NOW)
    assert "Subject: [Case #10042] Got it: Printer on fire\n" in shown_letter
    assert "\n\nThanks. It is number 10042.\n" in shown_letter
    assert "Has the issue been resolved" in preview("reminder", SAMPLE_DESK, letters, NOW)


def test_a_folder_with_all_letters_is_a_language_of_its_own(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "en", tmp_path / "nl")
    override(
        tmp_path, "confirmation.txt", "Subject: {{ case.subject }}\n\nGoedendag op {{ case.opened_at | when }}\n", "nl"
    )
    letters = Letters("nl", tmp_path)
    assert letters.languages == ("de", "en", "nl")
    assert "Goedendag op 2026-11-23 09:15 CET\n" in preview("confirmation", SAMPLE_DESK, letters, NOW)


def test_an_own_layout_frames_the_html(tmp_path: Path) -> None:
    (tmp_path / "layout.html").write_text("<p>{{ desk.name }}</p><main>{{ body }}</main>")
    page = Letters("en", tmp_path).page("a < b\n", "en", replace(SAMPLE_DESK, name="Knobs & Sons"))
    assert page == '<p>Knobs &amp; Sons</p><main><p dir="auto">a &lt; b</p>\n</main>'


def test_what_editors_leave_in_the_folder_is_no_letter(tmp_path: Path) -> None:
    override(tmp_path, "confirmation.txt~", "junk")
    override(tmp_path, ".confirmation.txt.swp", "junk")
    assert Letters("en", tmp_path).languages == ("de", "en")


MISTAKES = {
    # file and source: what the admin reads, after the file's name
    (
        "confirmation.txt",
        "Subject: x\n\nNumber {{ case.nmber }}\n",
    ): ":3: 'rules.case.Case object' has no attribute 'nmber'",
    ("confirmation.txt", "Subject: x\n\n{{ nubmer }}\n"): ":3: 'nubmer' is not known in this letter; known are: ",
    (
        "confirmation.txt",
        "Subject: {{ cas.subject }}\n\nHello\n",
    ): ":1: 'cas' is not known in this letter; did you mean 'case'?",
    ("reminder.txt", "Subject: x\n\n{% if attempt == 3 %}\n{{ nxt_on }}\n{% endif %}\nHello\n"): (
        ":4: 'nxt_on' is not known in this letter; did you mean 'next_on'?"
    ),
    ("confirmation.txt", "Subject: x\n\nHello {{ case.number\n"): ":3: unexpected",
    ("confirmation.txt", "Subject: x\n\n{% if case %}Hello\n"): ":3: Unexpected end of template.",
    ("confirmation.txt", "Subject: x\n\n{{ case.number | roman }}\n"): ":3: No filter named 'roman'.",
    ("confirmation.txt", "Subject: x\n\n{{ 1 // 0 }}\n"): ":3: integer division or modulo by zero",
    ("confirmation.txt", "Subject: x\n\n{{ desk.__class__ }}\n"): ":3: access to attribute '__class__'",
    ("confirmation.txt", "Subject: x\n\n{{ case.subject | date }}\n"): ":3: 'str' object has no attribute 'astimezone'",
    ("confirmation.txt", "Hello\n"): ":1: expected the first line to be \"Subject: ...\", found 'Hello'",
    ("confirmation.txt", "Subject: {# none #}\n\nHello\n"): ": expected a subject and a text, found one of them empty",
    ("confirmation.txt", "Subject: x\n\n\n"): ": expected a subject and a text, found one of them empty",
    ("relay.txt", "Subject: x\n\nHello\n"): ": expected {{ words }} (what the writer said) in this letter, found none",
    ("refused.txt", "Subject: x\n\n{{ why }} {{ words }}\n"): ": expected {{ marker(...) }} (the line that keeps",
    ("confirmaton.txt", "Subject: x\n\nHello\n"): ": there is no such letter; expected confirmation.txt",
    ("notes.md", "x"): ": there is no such letter; expected confirmation.txt, reminder.txt",
}


@pytest.mark.parametrize(("name", "source"), list(MISTAKES))
def test_a_mistake_in_an_override_is_told_with_file_and_line_when_it_is_loaded(
    tmp_path: Path, name: str, source: str
) -> None:
    expected = f"{tmp_path}/en/{name}{MISTAKES[name, source]}"
    found = problems_of(override(tmp_path, name, source))
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    override(tmp_path, "confirmation.txt", "Subject: x\n\n{{ nothing }}\n")
    override(tmp_path, "reminder.txt", "Subject: x\n\n{% if %}\n", "de")
    (tmp_path / "README").write_text("x")
    assert [Path(problem.split(":")[0]).name for problem in problems_of(tmp_path)] == [
        "README",
        "reminder.txt",
        "confirmation.txt",
    ]


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    override(tmp_path, "confirmation.txt", "").joinpath("en/confirmation.txt").write_bytes(
        b"Subject: x\n\nGr\xfc\xdfe\n"
    )
    assert problems_of(tmp_path) == (f"{tmp_path}/en/confirmation.txt:3: expected UTF-8, found the octet 0xfc",)


def test_a_language_with_a_letter_missing_names_the_missing_ones(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "en", tmp_path / "nl")
    (tmp_path / "nl" / "relay.txt").unlink()
    assert problems_of(tmp_path) == (f"{tmp_path}/nl: expected all letters of this language, found none of relay.txt",)


def test_a_language_nobody_wrote_letters_in_is_refused() -> None:
    with pytest.raises(ConfigError, match="language: expected one of de, en, found 'tlh'"):
        Letters("tlh")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "letters") == (f"{tmp_path}/letters: expected a folder with letters, found nothing",)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>no place for it</p>", ": expected {{ body }}"),
        ("<p>\n{{ bdy }}", ":2: 'bdy' is undefined"),
        ("{% if", ":1: "),
    ],
)
def test_a_mistake_in_the_layout_is_told(tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "layout.html").write_text(source)
    found = problems_of(tmp_path)
    assert len(found) == 1
    assert found[0].startswith(f"{tmp_path}/layout.html{expected}")


def test_an_override_that_fails_at_night_goes_out_in_the_words_we_ship(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    override(tmp_path, "follow-up.txt", "Subject: x\n\n{{ 100 // (closed_number - 7) }}\n")
    letters = Letters("en", tmp_path)
    facts = {
        "closed_number": 7,
        "severity": {},
        "expected": None,
        "case": SAMPLE_CASE,
        "desk": SAMPLE_DESK,
        "owner": None,
        "words": "",
        "attachments": (),
    }
    assert "Case 7 was already closed" in letters.render("follow-up", "en", facts)[1]
    assert f"{tmp_path}/en/follow-up.txt:3: integer division or modulo by zero" in caplog.text


def test_the_text_of_a_mail_is_never_a_template() -> None:
    facts = {"case": SAMPLE_CASE, "desk": SAMPLE_DESK, "owner": None, "words": "{{ desk }} {% x %}", "attachments": ()}
    assert "{{ desk }} {% x %}" in Letters("en").render("relay", "en", {**facts, "history": ()})[1]


@pytest.mark.parametrize(
    ("language", "names", "expected"),
    [
        ("en", ["a.bin"], "[One attachment was too large to pass on: a.bin]"),
        ("en", ["a.bin", "b.bin"], "[2 attachments were too large to pass on: a.bin, b.bin]"),
        ("de", ["a.bin"], "[Eine Anlage war zu groß, um sie mitzuschicken: a.bin]"),
    ],
)
def test_what_was_left_out_is_named(language: str, names: list[str], expected: str) -> None:
    assert Letters("en").left_out(language, names, words_cut=False) == expected


def test_of_very_many_files_only_some_are_named() -> None:
    note = Letters("en").left_out("en", ["x"] * 5000, words_cut=True)
    assert note.startswith("[5000 attachments were too large to pass on: x, x, ")
    assert "and 4980 more]\n[The text is longer" in note


def test_the_left_out_sentence_is_a_file_of_every_language() -> None:
    assert LEFT_OUT in NAMES
    assert LEFT_OUT not in SAMPLES


# Values in a letter


@pytest.mark.parametrize(
    ("moment", "language", "expected_day", "expected_hour"),
    [
        (
            datetime(2026, 11, 26, 23, 30, tzinfo=UTC),
            "en",
            "Friday, 27 November 2026",
            "Friday, 27 November 2026, 00:30 CET",
        ),
        (
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
            "de",
            "Sonntag, 29. März 2026",
            "Sonntag, 29. März 2026, 03:00 Uhr (CEST)",
        ),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "nl", "2026-03-29", "2026-03-29 03:00 CEST"),
    ],
)
def test_dates_are_those_of_the_desk(moment: datetime, language: str, expected_day: str, expected_hour: str) -> None:
    assert day(moment, "Europe/Berlin", language) == expected_day
    assert hour(moment, "Europe/Berlin", language) == expected_hour


def test_a_domain_in_foreign_letters_is_shown_as_the_machines_write_it() -> None:
    assert shown(Address("boss@examp\u04cfe.com", "Boss")) == "Boss <boss@examp\u04cfe.com> (xn--exampe-0kg.com)"
    assert shown(Address("boss@example.com", "Boß")) == "Boß <boss@example.com>"


def test_quoting_leaves_no_line_without_its_mark() -> None:
    assert quoted("a\n\n> b") == "> a\n>\n> > b"


# The HTML


def test_the_html_of_a_text() -> None:
    text = "Hello <you>,\n  two  blanks\n\n> quoted\n> > deeper\n\nsee https://example.com/?a=1&b=2.\n\n-- \nDesk\n"
    assert to_html(text) == (
        '<p dir="auto">Hello &lt;you&gt;,<br>\n&nbsp; two&nbsp; blanks</p>\n'
        '<blockquote style="margin:0 0 1em;padding:0 0 0 1em;border-left:3px solid #8a8f98">\n'
        '<p dir="auto">quoted</p>\n'
        '<blockquote style="margin:0 0 1em;padding:0 0 0 1em;border-left:3px solid #8a8f98">\n'
        '<p dir="auto">deeper</p>\n'
        "</blockquote>\n</blockquote>\n"
        '<p dir="auto">see <a href="https://example.com/?a=1&amp;b=2">https://example.com/?a=1&amp;b=2</a>.</p>\n'
        '<p dir="auto" style="color:#767676;font-size:87.5%">Desk</p>\n'
    )


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("(see https://example.com/a)", "https://example.com/a"),
        ("https://example.com/a_(b)", "https://example.com/a_(b)"),
        ("<https://example.com/>, then", "https://example.com/"),
        ("mailto:support@example.com!", "mailto:support@example.com"),
        ("HTTPS://example.com?", "HTTPS://example.com"),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(text: str, link: str) -> None:
    assert f'<a href="{link}">{link}</a>' in to_html(text)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "//example.com", "www.example.com"]
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a" not in to_html(text)


class Tidy(HTMLParser):
    """Fails on a tag that is closed out of order, and on everything a letter has no use for."""

    ALLOWED = frozenset({"p", "br", "a", "blockquote"})
    ATTRIBUTES = frozenset({"dir", "style", "href"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALLOWED
        assert {name for name, _ in attrs} <= self.ATTRIBUTES
        assert all(
            name != "href" or str(value).lower().startswith(("http://", "https://", "mailto:")) for name, value in attrs
        )
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = st.lists(
    st.sampled_from(
        ["<script>", "</p>", "'\"><img src=x>", "&lt;", "&", "> ", ">", "\n", "\n\n", "-- ", "  ", "\t", "https://x.example/'\"<",
         "mailto:", "javascript:", "ü", "日本", "🖨️", "\u202e", "word"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_html_made_of_any_text_is_tidy_and_says_the_same(text: str) -> None:
    page = Tidy()
    page.feed(to_html(text))
    page.close()
    assert page.open == []
    marks = str.maketrans("", "", "> \n\t\xa0")
    assert page.text.translate(marks).replace("--", "") == text.translate(marks).replace("--", "")


def test_a_megabyte_of_marks_is_no_work() -> None:
    for text in (
        ">" * 1_000_000,
        "> " * 500_000,
        "http://" * 150_000,
        " " * 1_000_000,
        "&" * 1_000_000,
        "\n" * 1_000_000,
    ):
        assert len(to_html(text)) < 8_000_000
