"""Does a case look right on a terminal, whatever stands in it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from samples import MONDAY, case, letter

from daemon.show import columns, counted, pages, reasons, summary, table, whole
from rules.case import Entry, Link, Post, Status, Tie, Timer
from rules.hours import Calendar
from rules.mail import NOBODY, Address
from rules.silence import Outage

BERLIN = ZoneInfo("Europe/Berlin")


def test_columns_are_as_wide_as_their_widest_cell_and_the_last_one_is_left_alone() -> None:
    assert columns([("a", "b"), ("long", "x"), ("", "a very long last cell")]) == [
        "a     b",
        "long  x",
        "      a very long last cell",
    ]


def test_times_are_shown_in_the_zone_of_the_desk_and_told_to_programs_in_utc() -> None:
    assert "2026-03-02 10:00" in table([case()], BERLIN)[1]
    assert summary(case())["opened_at"] == "2026-03-02T09:00:00Z"


def test_a_case_of_nobody_without_a_subject_still_has_a_line() -> None:
    line = table([case(customer=NOBODY, subject="", participants=())], BERLIN)[1]
    assert "(nobody)" in line
    assert "(no subject)" in line


def test_the_pages_of_a_case_of_nobody_without_a_subject_say_so() -> None:
    lines = pages(case(customer=NOBODY, subject="", participants=()), BERLIN, "/data/7")
    assert lines[0] == "Case:         7  (no subject)"
    assert "Customer:     (nobody)" in lines


def test_the_due_time_is_shown_as_it_stands_without_our_outages() -> None:
    waiting = case(status=Status.WITH_CUSTOMER, timer=Timer("remind_after", 2, MONDAY, MONDAY + timedelta(days=3)))
    outage = Outage(MONDAY + timedelta(days=1), MONDAY + timedelta(days=8))
    assert counted(waiting, (outage,), Calendar()).due == MONDAY + timedelta(days=10)
    assert counted(case(), (outage,), Calendar()) == case()


def test_the_pages_of_a_case_show_its_papers_in_their_order() -> None:
    failed = replace(letter(7, 4, Address("bob@customer.example")), post=Post.FAILED, error="550 no such user")
    lines = pages(case(links=(Link(3, Tie.FOLLOWS),)).with_letter(failed), BERLIN, "/data/7")
    assert "Links:        follows case 3" in lines
    papers = lines[lines.index("") + 1 :]
    assert [line.split()[5] for line in papers] == [
        "0001-in.eml",
        "0002-confirmation.eml",
        "0003-assigned.eml",
        "0004-relay.eml",
    ]
    assert papers[3].endswith("0004-relay.eml         failed: 550 no such user")


def test_the_reasons_name_the_event_who_caused_it_the_rule_and_the_evidence() -> None:
    told = case().with_entry(Entry(MONDAY, "the customer wrote", "its token", "paper 2", "ann@customer.example"))
    (line,) = reasons(told, BERLIN)
    assert line == "2026-03-02 10:00  the customer wrote (ann@customer.example)  its token: paper 2"
    assert reasons(case(), BERLIN) == ["nothing has happened yet"]


@pytest.mark.parametrize("moment", ["2026-03-02T09:00:00Z", "2026-03-02T09:00:00.123456+00:00"])
def test_times_in_the_evidence_are_shown_like_those_before_them_and_told_to_programs_in_utc(moment: str) -> None:
    told = case().with_entry(Entry(MONDAY, "reminder 1 sent", "[lifecycle] remind_after", f"silent since {moment}"))
    assert reasons(told, BERLIN)[0].endswith("[lifecycle] remind_after: silent since 2026-03-02 10:00")
    assert whole(told)["history"][0]["evidence"].endswith(moment)


def test_the_whole_case_adds_to_its_summary_and_contradicts_it_nowhere() -> None:
    assert summary(case()).items() <= whole(case()).items()
