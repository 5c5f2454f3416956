"""Does an out-of-office put a reminder off until the customer is back, and for no longer than it may?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ANN, BOB, DESK, MONDAY, case, mail

from rules.case import Case, Status, Timer
from rules.hours import Calendar, Opening, Wait
from rules.mail import Kind
from rules.out_of_office import first_day_back, not_before, noted

TODAY, LAST = date(2026, 3, 2), date(2026, 5, 31)
DAY = timedelta(days=1)
WAITING = Timer("remind_after", 3, MONDAY, MONDAY + 3 * DAY)
OFFICE = replace(DESK, hours=Calendar("UTC", ((Opening(540, 1020),),) * 5 + ((), ())))

BACK = """
I am out of the office, back on 14 May.                                2026-05-14
Out of office until 14.05.2026                                         2026-05-15
I am away through 14 May and cannot read mail.                         2026-05-15
I will return on Monday, 9 March.                                      2026-03-09
I will be back in the office on Tuesday, April 7th, 2026.              2026-04-07
I'll be back tomorrow.                                                 2026-03-03
Back on Monday!                                                        2026-03-09
I am on leave from 1 April to 14 April.                                2026-04-15
Away 2026-03-09 - 2026-03-20                                           2026-03-21
From 14 May on I am available again.                                   2026-05-14
I am not in the office today and will be back on 5 March.              2026-03-05
Ich bin zurück am 14. Mai.                                             2026-05-14
Ich bin am 14. Mai wieder für Sie da.                                  2026-05-14
ab dem 15.5. wieder erreichbar                                         2026-05-15
Ab Montag bin ich wieder im Büro.                                      2026-03-09
bis einschließlich 14.5. nicht im Büro                                 2026-05-15
Ich bin bis zum 14.05. abwesend und ab dem 15.05. wieder da.           2026-05-15
vom 1.4. bis 14.4. im Urlaub                                           2026-04-15
01.04.2026 - 14.04.2026 Urlaub                                         2026-04-15
Abwesenheit bis 2026-03-20                                             2026-03-21
Ich bin heute nicht im Büro, am 5.3. wieder.                           2026-03-05
"""
SILENT = """
I am out of the office.
I am away for two weeks.
I am not available from 1 April.
Out of office until further notice
In urgent cases call Bob on 14 May.
until 14 February
until 6 January
I will be back on 14 May 2027.
I will be back on 5/14.
Ab 1. April bin ich nicht erreichbar.
Am 3. April ist Feiertag. Ich bin wieder da.
Ich bin im Urlaub.
"""


@pytest.mark.parametrize("line", [line for line in BACK.splitlines() if line])
def test_this_says_when_he_is_back(line: str) -> None:
    text, day = line.rsplit(None, 1)
    assert first_day_back(text, TODAY, LAST) == date.fromisoformat(day)


@pytest.mark.parametrize("text", [line for line in SILENT.splitlines() if line])
def test_this_does_not_say_it(text: str) -> None:
    assert first_day_back(text, TODAY, LAST) is None


def away(
    case_: Case, text: str, now: datetime = MONDAY, sender=ANN, kind: Kind = Kind.OUT_OF_OFFICE, desk=DESK
) -> Case:  # type: ignore[no-untyped-def]
    return noted(case_, mail(sender, text=text, kind=kind), desk, now)


def waiting(**more: object) -> Case:
    return case(7, Status.WITH_CUSTOMER, timer=WAITING, **more)


def test_he_has_a_whole_support_day_at_his_desk_before_we_ask() -> None:
    """Until Friday, 13 March: back on Monday, asked on Tuesday."""
    assert away(waiting(), "until 13 March", desk=OFFICE).due == datetime(2026, 3, 17, 9, tzinfo=MONDAY.tzinfo)
    assert away(waiting(), "back on Friday, 13 March", desk=OFFICE).due == datetime(
        2026, 3, 16, 9, tzinfo=MONDAY.tzinfo
    )


def test_only_the_machine_of_the_customer_counts() -> None:
    assert away(waiting(participants=(ANN, BOB)), "until 13 March", sender=BOB).timer == WAITING
    assert away(waiting(), "until 13 March", kind=Kind.MACHINE).timer == WAITING


def test_the_latest_day_counts_and_none_shortens_a_wait() -> None:
    late = away(waiting(), "until 13 March")
    assert away(late, "until 10 March").due == late.due
    assert away(waiting(), "back tomorrow").due == WAITING.due


def test_a_machine_that_says_tomorrow_for_ever_ends_at_the_longest_wait() -> None:
    one = waiting()
    for number in range(300):
        one = away(one, "back tomorrow", MONDAY + number * DAY)
    assert one.due is not None and one.timer is not None
    assert one.due <= MONDAY + 90 * DAY


def test_a_wait_that_begins_later_ends_no_earlier_than_he_is_back() -> None:
    told = away(case(7), "back on 13 March")
    assert told.timer is None and told.back is not None
    assert not_before(MONDAY + 3 * DAY, told, DESK, MONDAY) == told.back
    assert not_before(MONDAY + 80 * DAY, told, DESK, MONDAY) == MONDAY + 80 * DAY
    short = replace(DESK, longest_wait=Wait(5))
    assert not_before(MONDAY + 3 * DAY, told, short, MONDAY) == MONDAY + 5 * DAY


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 400)), max_size=8))
def test_no_reply_of_a_machine_ends_a_wait_earlier_or_moves_it_beyond_the_longest(
    replies: list[tuple[int, int]],
) -> None:
    one = waiting()
    for after, ahead in sorted(replies):
        now = MONDAY + after * DAY
        later = away(one, f"back on {(now + ahead * DAY).date()}", now)
        assert one.due is not None and later.due is not None
        assert one.due <= later.due <= MONDAY + 90 * DAY
        assert (later.status, later.participants) == (one.status, one.participants)
        one = later


@pytest.mark.parametrize("piece", ["bis ", "until the ", "14. Mai - ", "back ", "nicht wieder ", "ab dem ", "1."])
def test_a_hostile_text_takes_no_time(piece: str) -> None:
    first_day_back(piece * 100_000, TODAY, LAST)
