"""Is a promised answer counted in the hours of its severity, told in time, and told later on a busy day?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import ANN, DESK, EVA, KEYS, MAX, MONDAY, at, case, letter, mail

from rules import decide, handover, targets
from rules.case import Acknowledgement, Audience, Case, Post, Status, Target
from rules.hours import Absence, Calendar, Opening, Wait
from rules.people import Engineer
from rules.severity import Triage
from rules.severity_levels import SHIPPED
from rules.threads import Known, clues_of, match
from rules.workload import Workload

HOUR = timedelta(hours=1)
OFFICE = Calendar("UTC", ((Opening(540, 1020),),) * 5 + ((), ()))
LEVELS = tuple(
    replace(
        one,
        first_answer=Wait(time=4 * HOUR),
        next_answer=Wait(1),
        acknowledge=Wait(time=HOUR / 2) if one.letter == "A" else None,
        calendar=Calendar() if one.letter == "A" else None,
    )
    for one in SHIPPED
)
TEAM = tuple(replace(engineer, calendar=OFFICE) for engineer in DESK.engineers)
BUSY = replace(DESK, engineers=TEAM, hours=OFFICE, triage=Triage(LEVELS))
FRIDAY_AT_FOUR = MONDAY + timedelta(days=4, hours=7)


def heard(case: Case) -> Case:
    """All letters of the case are out."""
    return replace(case, letters=tuple(replace(one, post=Post.SENT) for one in case.letters))


def promised(severity: str = "C", now: object = MONDAY) -> Case:
    return targets.promised(case(severity=severity), BUSY, targets.FIRST, now)  # type: ignore[arg-type]


def test_a_target_is_counted_in_support_hours_and_a_critical_one_around_the_clock() -> None:
    assert promised(now=FRIDAY_AT_FOUR).target == Target(
        "first_answer", FRIDAY_AT_FOUR, MONDAY + timedelta(days=7, hours=3), MONDAY + timedelta(days=7, hours=2)
    )
    assert promised("A", FRIDAY_AT_FOUR).target.due == FRIDAY_AT_FOUR + 4 * HOUR  # type: ignore[union-attr]


def test_without_a_target_nothing_is_promised() -> None:
    assert targets.promised(case(), DESK, targets.FIRST, MONDAY).target is None
    assert targets.expected(case(), DESK, frozenset(), Workload(), MONDAY) is None


def test_another_severity_counts_from_the_same_moment() -> None:
    worse = replace(LEVELS[1], first_answer=Wait(time=HOUR))
    desk = replace(BUSY, triage=Triage((LEVELS[0], worse, *LEVELS[2:])))
    changed = targets.recounted(replace(promised(), severity="B"), desk, MONDAY + HOUR)
    assert changed.target.due == MONDAY + HOUR  # type: ignore[union-attr]
    assert targets.recounted(case(severity="B"), desk, MONDAY).target.due == MONDAY + HOUR  # type: ignore[union-attr]
    waiting = case(severity="B", status=Status.WITH_CUSTOMER)
    assert targets.recounted(waiting, desk, MONDAY).target is None


@pytest.mark.parametrize(
    ("cases", "later"),
    [(0, 4 * HOUR), (20, 4 * HOUR), (30, 6 * HOUR), (1000, timedelta(days=1, hours=8))],
)
def test_on_a_busy_day_a_later_time_is_told_up_to_four_times_the_target(cases: int, later: timedelta) -> None:
    """Two engineers carry a weight of 20 each; a case of severity C weighs 2."""
    load = Workload({EVA.key: {"C": cases}})
    assert targets.expected(case(), BUSY, frozenset(), load, MONDAY) == MONDAY + later


def test_nobody_is_promised_an_answer_by_the_minute() -> None:
    told = targets.expected(case(), BUSY, frozenset(), Workload(), MONDAY + timedelta(seconds=7))
    assert told == MONDAY + 4 * HOUR + timedelta(minutes=5)


def test_the_owner_is_warned_then_the_lead_is_told_and_then_nobody_any_more() -> None:
    warned = decide.target_near(promised(), BUSY, MONDAY + 3 * HOUR)
    assert [(wish.letter, wish.to, wish.facts["stage"]) for wish in warned.wishes] == [("target", EVA, "warned")]
    assert warned.case.target.next == MONDAY + 4 * HOUR  # type: ignore[union-attr]
    desk = replace(BUSY, engineers=(TEAM[0], replace(TEAM[1], lead=True)))
    late = decide.target_near(warned.case, desk, MONDAY + 4 * HOUR)
    assert [wish.to for wish in late.wishes] == [EVA, MAX]
    assert late.case.target.next is None  # type: ignore[union-attr]


def test_who_was_not_warned_in_time_is_told_once() -> None:
    """The desk was down over both moments."""
    late = decide.target_near(promised(), BUSY, MONDAY + 9 * HOUR)
    assert [wish.facts["stage"] for wish in late.wishes] == ["broken"]


def test_a_critical_case_goes_on_to_the_next_engineer_then_to_the_lead_and_stays_there() -> None:
    lead = Engineer("Lea Example", ANN, calendar=OFFICE, lead=True)
    desk = replace(BUSY, engineers=(*TEAM, lead))
    first = targets.summoned(heard(case(severity="A")), desk, MONDAY)
    assert first.acknowledgement == Acknowledgement(MONDAY + HOUR / 2, (EVA.key,))
    second = handover.unacknowledged(first, desk, at(MONDAY + HOUR)).case
    third = handover.unacknowledged(second, desk, at(MONDAY + 2 * HOUR)).case
    assert [one.owner for one in (first, second, third)] == [EVA, MAX, ANN]
    assert third.acknowledgement is None, "the lead has the last word"


def test_the_colleague_gets_the_last_mail_of_the_customer_with_the_case() -> None:
    first = targets.summoned(heard(case(severity="A")), BUSY, MONDAY)
    decision = handover.unacknowledged(first, BUSY, at(MONDAY + HOUR, latest=mail(text="All is dark.")))
    assert {wish.letter: wish.to for wish in decision.wishes} == {"assigned": MAX, "handed-on": EVA}
    assert decision.wishes[0].words == "All is dark."


def test_a_case_is_not_handed_to_somebody_who_is_away_as_well() -> None:
    away = replace(DESK, triage=Triage(LEVELS))  # Max is away all year
    assert handover.owner_away(case(severity="A", status=Status.WITH_ENGINEER), away, at()).wishes == ()


def test_the_new_owner_is_asked_to_answer_within_a_time_of_his_own() -> None:
    first = targets.summoned(heard(case(severity="A")), BUSY, MONDAY)
    decision = handover.unacknowledged(first, BUSY, at(MONDAY + HOUR))
    notice = next(wish for wish in decision.wishes if wish.letter == "assigned")
    assert notice.facts["acknowledge"] == MONDAY + HOUR + HOUR / 2


def test_a_notice_that_waits_for_the_morning_is_withdrawn_when_the_case_goes_on_in_the_night() -> None:
    """Eva has not heard of the case yet, so she is not told that it is hers no more."""
    told = case(severity="A")
    notice = replace(told.letter(3), post=Post.WAITING, next_attempt=MONDAY + 9 * HOUR)  # type: ignore[type-var]
    away = (TEAM[0], replace(TEAM[1], calendar=Calendar()))
    desk = replace(BUSY, engineers=away)
    given, wishes = handover.given_to(away[1], told.with_letter(notice), desk, at(MONDAY + HOUR), why="so", rule="so")
    assert given.letter(3).post is Post.WITHDRAWN  # type: ignore[union-attr]
    assert [wish.letter for wish in wishes] == ["assigned"]


def test_a_warning_that_waits_for_the_morning_is_withdrawn_when_the_answer_is_given_in_the_night() -> None:
    warning = replace(letter(7, 4, EVA, "target", Audience.ENGINEER), post=Post.WAITING, next_attempt=MONDAY + 9 * HOUR)
    late = replace(promised().with_letter(warning), number=7)
    one = mail(EVA, text="Pull the plug.", in_reply_to=(late.letter(3).message_id,))  # type: ignore[union-attr]
    found = match(one, clues_of(one, BUSY), Known({7: late}), KEYS)
    decision = decide.mail_came(one, found, BUSY, at(MONDAY + HOUR))
    assert [wish.letter for wish in decision.wishes] == ["relay"]
    assert decision.case.letter(4).post is Post.WITHDRAWN  # type: ignore[union-attr]
    assert decision.case.target is None


def test_while_the_notice_is_not_out_nobody_can_be_late() -> None:
    unsent = targets.summoned(case(severity="A"), BUSY, MONDAY)
    again = handover.unacknowledged(unsent, BUSY, at(MONDAY + HOUR))
    assert (again.wishes, again.case.owner) == ((), EVA)
    assert again.case.acknowledgement == Acknowledgement(MONDAY + HOUR + HOUR / 2, (EVA.key,))
    taken = decide.letter_accepted(unsent, 3, BUSY, MONDAY + 2 * HOUR)
    assert taken.acknowledgement.due == MONDAY + 2 * HOUR + HOUR / 2  # type: ignore[union-attr]


def test_a_critical_case_never_goes_to_somebody_who_is_away_and_never_back() -> None:
    """Max is away, and there is no other lead than Eva: nobody is left, and that is said once."""
    away = replace(TEAM[1], calendar=replace(OFFICE, away=(Absence(MONDAY.date(), MONDAY.date()),)))
    desk = replace(BUSY, engineers=(TEAM[0], away))
    first = targets.summoned(heard(case(severity="A")), desk, MONDAY)
    done = handover.unacknowledged(first, desk, at(MONDAY + HOUR))
    assert (done.wishes, done.case.owner, done.case.acknowledgement) == ((), EVA, None)
    assert done.case.history[-1].event == "nobody has answered"


def test_who_was_asked_already_does_not_get_it_back_when_the_next_one_goes_away() -> None:
    first = targets.summoned(heard(case(severity="A")), BUSY, MONDAY)
    second = heard(
        handover.unacknowledged(targets.promised(first, BUSY, targets.FIRST, MONDAY), BUSY, at(MONDAY + HOUR)).case
    )
    away = replace(TEAM[1], calendar=replace(OFFICE, away=(Absence(MONDAY.date(), MONDAY.date()),)))
    assert handover.owner_away(second, replace(BUSY, engineers=(TEAM[0], away)), at(MONDAY + HOUR)).wishes == ()


def test_the_cases_of_somebody_who_has_left_go_to_somebody_else_without_a_word_to_him() -> None:
    left = replace(BUSY, engineers=(replace(TEAM[1], calendar=OFFICE),))
    decision = handover.owner_left(heard(case(severity="D")), left, at(MONDAY))
    assert decision.case.owner == MAX
    assert [(wish.letter, wish.to) for wish in decision.wishes] == [("assigned", MAX)]
    assert "eva@desk.example has left the desk" in decision.reason


def test_only_a_customer_who_knows_the_engineer_is_told_that_a_colleague_helps() -> None:
    away = replace(TEAM[0], calendar=replace(OFFICE, away=(Absence(MONDAY.date(), MONDAY.date()),)))
    desk = replace(BUSY, engineers=(away, TEAM[1]))
    fresh = heard(case(severity="B"))
    known = fresh.with_letter(replace(letter(7, 4, ANN, "relay"), post=Post.SENT))
    assert [wish.letter for wish in handover.owner_away(fresh, desk, at()).wishes] == ["assigned", "handed-on"]
    assert [wish.letter for wish in handover.owner_away(known, desk, at()).wishes] == [
        "handover",
        "assigned",
        "handed-on",
    ]
    told = known.with_letter(replace(letter(7, 5, ANN, "handover"), post=Post.SENT))
    assert "handover" not in [wish.letter for wish in handover.owner_away(told, desk, at()).wishes]
