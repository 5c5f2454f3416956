"""How do two cases come to name each other, and what of it do people see?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import BOB, DESK, EVA, MONDAY, at, case, mail

from rules import links, lookups, wishes
from rules.case import Case, Link, Status, Tie
from rules.decision import Decision
from rules.setting import OrderError, Setting


def setting(this: Case, *others: Case) -> Setting:
    found = lookups.Found({one.number: one for one in others})
    return Setting(this, DESK, at(found=found), DESK.engineers[0])


def test_a_link_is_on_both_cases_and_taking_it_back_leaves_them_as_they_were() -> None:
    seven, eight = case(7), case(8, customer=BOB)
    done = links.link("8", setting(seven, eight))
    (other,) = done.others
    assert done.case.links == (Link(8, Tie.RELATED),)
    assert other.case.links == (Link(7, Tie.RELATED),)
    back = links.link("remove 8", setting(done.case, other.case))
    assert replace(back.case, history=()) == seven
    assert replace(back.others[0].case, history=()) == eight
    assert [entry.event for entry in back.case.history] == ["linked with case 8", "no longer linked with case 8"]


def test_a_link_is_not_made_twice() -> None:
    seven = case(7, links=(Link(8, Tie.RELATED),))
    assert links.link("#8", setting(seven, case(8))).case == seven


def test_how_a_case_began_cannot_be_taken_back() -> None:
    seven = case(7, links=(Link(8, Tie.FOLLOWS),))
    with pytest.raises(OrderError, match="this case follows it, which stays"):
        links.link("remove 8", setting(seven, case(8)))


def test_only_notices_to_engineers_name_the_other_cases_and_no_more_than_a_few() -> None:
    many = case(7, links=tuple(Link(number, Tie.RELATED) for number in range(8, 28)))
    decision = Decision(many, (wishes.replied(many, DESK, mail(), ""), wishes.closed_for_silence(many)))
    assert links.worth_telling(many) == (27, 26, 25, 24, 23)
    others = {number: case(number, Status.CLOSED, subject="x" * 999) for number in links.worth_telling(many)}
    notice, closed = links.with_related(decision, others).wishes
    lines = notice.facts["related"]
    assert isinstance(lines, tuple)
    assert lines[0] == f"Related: #27 {'x' * 80}... (closed)"
    assert len(lines) == links.MOST_TOLD
    assert "related" not in closed.facts


def test_every_tie_has_words_for_a_notice() -> None:
    assert set(links.TOLD) == set(Tie)


def test_two_links_in_one_mail_are_both_made() -> None:
    from rules import orders
    from rules.commands import read

    text = "/link 8\n/link 9\n/link remove 8"
    this = case(7)
    found = lookups.Found({8: case(8), 9: case(9)})
    assert lookups.wanted_by(mail(EVA, text=text), None).numbers == (8, 9)
    done = orders.carry_out(read(text).orders, this, DESK, at(MONDAY, found=found), DESK.engineers[0])
    assert done.case.links == (Link(9, Tie.RELATED),)
    assert {one.case.number: one.case.links for one in done.others} == {8: (), 9: (Link(7, Tie.RELATED),)}
