"""Is a case one conversation in a real mail client, for the customer and for the engineer?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from live.conftest import needs
from live.mutt import Mutt
from live.town import OpenDesk, Person, Town, open_desk, town

__all__ = ["open_desk", "town"]  # fixtures

pytestmark = pytest.mark.live

HERS = """\
1  To Example Support                 Rauch aus dem Drucker – 煙
2  Example Support                    └─>[Case #10001] Rauch aus dem Drucker – 煙
3  Erik Engineer (Example Support)      └─>
4  To Erik Engineer (Example Support)     └─>
5  Erik Engineer (Example Support)          └─>""".splitlines()
HIS = """\
1  Ann Customer (Example Support)     [Case #10001] Rauch aus dem Drucker – 煙
2  To Ann Customer (Example Support)  └─>
3  Ann Customer (Example Support)       └─>
4  To Ann Customer (Example Support)      └─>
5  Example Support                          └─>
6  To Example Support                         └─>
7  Example Support                              └─>""".splitlines()


@pytest.fixture
def ann(town: Town) -> Person:
    return town.customer("Ann Customer")


@pytest.fixture
def erik(town: Town) -> Person:
    return town.engineer("Erik Engineer")


@pytest.fixture
def hers(town: Town, ann: Person, tmp_path: Path) -> Iterator[Mutt]:
    yield from opened(town, ann, tmp_path / "hers")


@pytest.fixture
def his(town: Town, erik: Person, tmp_path: Path) -> Iterator[Mutt]:
    yield from opened(town, erik, tmp_path / "his")


def opened(town: Town, person: Person, folder: Path) -> Iterator[Mutt]:
    for program in ("mutt", "tmux"):
        needs(program)
    folder.mkdir()
    mutt = Mutt(town, person, folder)
    yield mutt
    mutt.close()


def test_a_case_is_one_conversation_in_mutt(
    open_desk: OpenDesk, ann: Person, erik: Person, hers: Mutt, his: Mutt
) -> None:
    desk = open_desk(erik)
    hers.write(f"Example Support <{desk.address}>", "Rauch aus dem Drucker – 煙", "The printer smokes.")
    hers.open()
    erik.letter("assigned")
    his.open()
    his.answer_the_last("Please pull the plug.", 1)
    ann.letter("relay")
    hers.answer_the_last("It still smokes.", 3)
    erik.letter("replied")
    his.answer_the_last("/note\nShe is a friend of the chief.", 3)
    erik.letter("receipt")
    his.answer_the_last("/close resolved\nA new one is on its way to you.", 5)
    ann.letter("closed")
    assert "friend of the chief" not in "".join(mail.everything for mail in ann.letters())
    assert hers.index(5) == HERS
    assert his.index(7) == HIS
    read = hers.read_the_last(5)
    assert read[0] == f'From: "Erik Engineer (Example Support)" <{desk.address}>'
    assert read[read.index("") + 1] == "A new one is on its way to you."


def test_the_readme_shows_what_mutt_shows() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for screen in (HERS, HIS):
        assert "\n".join(f"    {line}" for line in screen) in readme
