"""Do the docs name everything there is, and lead nowhere that is not?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from daemon import cli
from daemon.config import model as config_model
from daemon.letters.answer_files import read_answer
from daemon.letters.letter_filters import FILTERS
from daemon.letters.letter_samples import SAMPLES
from daemon.letters.template_files import read_letter
from rules.case import Status
from rules.commands import TABLE as ORDERS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/**/*.md"), *ROOT.glob("bench/*.md")])
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
HANDED_OUT = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ALL_WORDS = "\n".join(page.read_text(encoding="utf-8") for page in HANDED_OUT)


def commands(group: click.Group = cli.main, above: str = "postcase") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}"


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_told(command: str) -> None:
    """`postcase list`, `show N` counts as well: the second one leaves the program's name out."""
    *_, group, name = command.split()
    said = rf"`{name}\b" if group == "postcase" else rf"\b{group}\b.*\b{name}\b"
    assert command in ALL_WORDS or re.search(said, ALL_WORDS), f"neither README nor docs tell of `{command}`"


@pytest.mark.parametrize(
    ("section", "key"),
    [(section, key) for section in config_model.SECTIONS for key in config_model.keys(section)],
    ids=lambda value: str(value),
)
def test_every_key_of_the_configuration_is_told_in_its_section(section: str, key: str) -> None:
    """In docs/config.md, and in config.toml as a line of its own, perhaps behind a #."""
    page = (ROOT / "docs/config.md").read_text(encoding="utf-8")
    part = page.partition(f"[{section}]")[2].partition("\n## ")[0]
    assert f"| `{key}` |" in part
    assert re.search(rf"(?m)^(# )?{key} = ", (ROOT / "config.toml").read_text(encoding="utf-8")), f"config.toml: {key}"


@pytest.mark.parametrize("letter", list(SAMPLES))
def test_every_letter_is_told(letter: str) -> None:
    assert f"`{letter}`" in ALL_WORDS


@pytest.mark.parametrize("row", ORDERS, ids=lambda row: row.word)
def test_every_order_is_on_the_engineers_card(row: object) -> None:
    assert f"| `{row.word}` |" in (ROOT / "docs/engineers-card.md").read_text(encoding="utf-8")  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", list(Status))
def test_every_state_has_its_part_on_the_page_of_the_lifecycle(status: Status) -> None:
    page = (ROOT / "docs/lifecycle.md").read_text(encoding="utf-8")
    assert f"## {status.replace('_', ' ').capitalize()}" in page


def test_the_page_of_the_configuration_is_printed_from_the_code() -> None:
    from daemon.config import page as config_page

    assert (ROOT / "docs/config.md").read_text(encoding="utf-8") == config_page.page()


def test_the_page_of_the_letters_is_printed_from_the_samples() -> None:
    from daemon.letters import page as letters_page

    page = (ROOT / "docs/letters.md").read_text(encoding="utf-8")
    assert page == letters_page.page()
    for name in ("case", "desk", "owner", "words", "attachments", "language", *FILTERS):
        assert f"| `{name}` |" in page


@pytest.mark.parametrize(
    "fact", sorted({(wish.letter, name) for wishes in SAMPLES.values() for wish in wishes for name in wish.facts})
)
def test_every_fact_of_a_letter_is_told(fact: tuple[str, str]) -> None:
    letter, name = fact
    row = next(
        line for line in (ROOT / "docs/letters.md").read_text().splitlines() if line.startswith(f"| `{letter}` |")
    )
    assert f"`{name}`: " in row


def test_the_letter_shown_on_the_page_can_be_used(tmp_path: Path) -> None:
    """As a reminder, whose facts it names."""
    example = (ROOT / "docs/letters.md").read_text().partition("## The form\n\n")[2].partition("\n- ")[0]
    (tmp_path / "reminder.txt").write_text("\n".join(line.removeprefix("    ") for line in example.splitlines()))
    assert read_letter(tmp_path / "reminder.txt").file.stem == "reminder"


def test_the_canned_answer_shown_on_the_page_can_be_used(tmp_path: Path) -> None:
    example = (ROOT / "docs/letters.md").read_text().partition("in German\n\n")[2].partition("\n`/use`")[0]
    (tmp_path / "restart.txt").write_text("\n".join(line.removeprefix("    ") for line in example.splitlines()))
    assert read_answer(tmp_path / "restart.txt").about == "how to restart the server"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith(("#", "mailto:")):
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.relative_to(ROOT)} links to {target}"


@pytest.mark.parametrize("page", HANDED_OUT, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_of_the_project_that_the_docs_name_is_there(page: Path) -> None:
    """`rules/threads.py`, `daemon/health.py`, `scripts/demo` ..., as they stand between backquotes."""
    for name in re.findall(r"`((?:rules|daemon|tests|scripts|docs|bench)/[\w./-]*)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), f"{page.relative_to(ROOT)} names {name}, which does not exist"


def test_no_page_is_an_orphan() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text())
    }
    orphans = [page.name for page in (ROOT / "docs").glob("*.md") if page.resolve() not in linked]
    assert orphans == [], "linked from nowhere"
