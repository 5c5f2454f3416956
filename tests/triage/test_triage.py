"""Do the rules that come with the desk find what a careful human finds, and does docs/triage.md say how well?"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_triage", ROOT / "bench" / "triage.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def test_nine_of_ten_severities_and_nearly_every_product_are_found(bench: ModuleType) -> None:
    judged = [record for name in bench.SEEN for record in bench.records(name)]
    severities, products = bench.accuracy(judged)
    assert len(judged) >= 150
    assert severities >= 0.90
    assert products >= 0.95


def test_every_mail_has_its_own_words_and_a_right_label(bench: ModuleType) -> None:
    judged = [record for name in (*bench.SEEN, *bench.UNSEEN) for record in bench.records(name)]
    assert {record.severity for record in judged} == set("ABCD")
    assert {record.product for record in judged} == {*(one.name for one in bench.PRODUCTS), bench.NONE}


def test_the_page_in_the_docs_is_printed_from_these_mails(bench: ModuleType) -> None:
    assert (ROOT / "docs" / "triage.md").read_text(encoding="utf-8") == bench.page(), (
        "run: python bench/triage.py > docs/triage.md"
    )
