"""Is a merge that is taken back as if it had never been, whatever the two cases were like?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from samples import ANN, BOB, EVA, MALLORY, MAX, MONDAY, case, letter

from rules.case import Acknowledgement, Case, Link, Post, Status, Target, Tie, Timer
from rules.merging import merged, unmerged
from rules.undo import snapshot

OPEN = [one for one in Status if one is not Status.CLOSED]
LATER = MONDAY + timedelta(minutes=5)
hours = st.integers(-48, 240).map(lambda count: MONDAY + timedelta(hours=count))
timers = st.none() | st.builds(Timer, st.just("remind_after"), st.just(4), hours, hours)
targets = st.none() | st.builds(lambda since, due: Target("next_answer", since, due, due), hours, hours)
acknowledgements = st.none() | st.builds(Acknowledgement, hours, st.just((EVA.key,)))
people = st.lists(st.sampled_from((BOB, MAX, MALLORY)), unique=True).map(lambda others: (ANN, *others))
posts = st.sampled_from((Post.WAITING, Post.SENT))
links = st.lists(st.sampled_from((Link(3, Tie.FOLLOWS), Link(5, Tie.RELATED))), unique=True).map(tuple)


@st.composite
def cases(draw: st.DrawFn, number: int) -> Case:
    status = draw(st.sampled_from(OPEN))
    sent = replace(letter(number, 4, ANN, "relay"), post=Post.SENT)
    reminder = replace(letter(number, 5, ANN, "reminder"), post=draw(posts))
    made = case(number, status, participants=draw(people), links=draw(links), papers=5)
    waits = status in (Status.WITH_CUSTOMER, Status.REMINDED_ONCE, Status.REMINDED_TWICE)
    return replace(
        made,
        letters=(*made.letters, sent, reminder),
        timer=draw(timers) if waits else None,
        target=draw(targets),
        acknowledgement=draw(acknowledgements),
    )


def as_it_stands(one: Case) -> tuple[object, ...]:
    return snapshot(one), one.messages, one.letters, one.links, one.closed_at, one.merged_into, one.merger


@given(cases(7), cases(8))
def test_a_merge_that_is_taken_back_at_once_leaves_both_cases_as_they_were(one: Case, other: Case) -> None:
    gone, onward = merged(one, other, MONDAY)
    back, again = unmerged(gone, onward, LATER)
    assert as_it_stands(back) == as_it_stands(one)
    assert as_it_stands(again) == as_it_stands(other)


@given(cases(7), cases(8))
def test_nobody_and_no_paper_is_lost_by_a_merge(one: Case, other: Case) -> None:
    gone, onward = merged(one, other, MONDAY)
    assert gone.closed and gone.merged_into == other.number and not onward.closed
    assert all(onward.has_participant(person) for person in (*one.participants, *other.participants))
    assert (gone.messages, onward.messages) == (one.messages, other.messages)
    assert Link(8, Tie.MERGED_INTO) in gone.links and Link(7, Tie.TAKES_IN) in onward.links


@given(cases(7), cases(8))
def test_nobody_waits_longer_for_us_and_nobody_is_reminded_sooner_than_before(one: Case, other: Case) -> None:
    _, onward = merged(one, other, MONDAY)
    promised = [target.due for target in (one.target, other.target) if target]
    assert (onward.target.due if onward.target else None) == (min(promised) if promised else None)
    if onward.timer and onward.timer.due:
        same = [timer.due for case, timer in ((one, one.timer), (other, other.timer)) if timer and timer.due]
        assert onward.timer.due in same
