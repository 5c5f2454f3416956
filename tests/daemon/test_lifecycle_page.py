"""Does the drawn lifecycle show what the table says, as Markdown and as a picture that a browser can read?"""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

from daemon import lifecycle_page
from daemon.lifecycle_page import SHORT, page, picture
from rules.case import Status
from rules.lifecycle import NEVER, TABLE

SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_has_a_line_for_every_row_that_can_happen() -> None:
    lines = [line for line in page().splitlines() if line.startswith("| ")]
    rows = [row for row in TABLE if row.remark != NEVER]
    assert len([line for line in lines if not line.startswith("| when")]) == len(rows)
    for row in rows:
        letter = f"`{row.letter}`" if row.letter else "none"
        assert any(line.startswith(f"| {row.event} |") and f"| {letter} |" in line for line in lines)


def test_the_page_names_every_wait_by_its_key() -> None:
    assert all(f"`{wait}`" in page() for wait in ("remind_after", "remind_again_after", "close_after"))


def test_the_picture_is_well_formed_and_has_a_box_for_every_state() -> None:
    tree = ElementTree.fromstring(picture())
    texts = [text.text for text in tree.iter(f"{SVG}text")]
    assert [state.replace("_", " ") for state in Status] == [text for text in texts if text]


def test_the_picture_has_an_arrow_for_every_way_from_one_state_to_another() -> None:
    ways = {(row.state, row.next) for row in TABLE if row.next is not row.state}
    arrows = [path for path in ElementTree.fromstring(picture()).iter(f"{SVG}path") if path.get("marker-end")]
    assert len(arrows) == len(ways)


def test_every_event_that_moves_a_case_has_a_short_name_for_the_picture() -> None:
    assert {row.event for row in TABLE if row.next is not row.state} <= SHORT.keys()


def test_nothing_is_drawn_outside_the_picture() -> None:
    tree = ElementTree.fromstring(picture())
    _, _, width, height = (int(number) for number in tree.attrib["viewBox"].split())
    for mark in [*tree.iter(f"{SVG}tspan"), *tree.iter(f"{SVG}rect")]:
        assert 0 <= int(mark.get("x", "0")) <= width
        assert 0 <= int(mark.get("y", "0")) <= height


def test_the_module_prints_the_page_or_the_picture() -> None:
    command = [sys.executable, "-m", lifecycle_page.__name__]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == page()
    assert subprocess.run([*command, "svg"], capture_output=True, text=True, check=True).stdout == picture()
