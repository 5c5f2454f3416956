"""Does a release reach every customer who is entitled to it, once, and nobody else?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import DESK, MONDAY, case

from rules.case import Case
from rules.change import Change, Release
from rules.mail import NOBODY, Address
from rules.organisations import Organisation
from rules.release import Fate, Wanted, outcomes, wanted
from rules.setting import OrderError

ORGANISATIONS = (
    Organisation("Customer Ltd", ("customer.example",), maintenance_until=date(2026, 12, 31)),
    Organisation("Kunde GmbH", ("kunde.example",), maintenance_until=date(2026, 3, 1)),
    Organisation("Discreet Ltd", ("discreet.example",)),
)
HERE = replace(DESK, organisations=ORGANISATIONS, timezone="Europe/Berlin")
CHANGE = Change(17, "Cooler fuser", "Printer driver", MONDAY, 7)


def waiting(number: int, customer: Address) -> Case:
    organisation = HERE.organisation(customer)
    return case(number, customer=customer, organisation=organisation.name if organisation else "")


def fates(*customers: Address, change: Change = CHANGE, to: tuple[str, ...] = (), now: datetime = MONDAY) -> list[Fate]:
    cases = [waiting(number, customer) for number, customer in enumerate(customers, 7)]
    return [one.fate for one in outcomes(change, cases, to, HERE, now)]


ANN, BEA = Address("ann@customer.example"), Address("Bea@Customer.example")
HANS, DORA, CARL = Address("hans@kunde.example"), Address("dora@discreet.example"), Address("carl@elsewhere.example")


def test_to_all_is_for_those_on_maintenance() -> None:
    assert fates(ANN, HANS, DORA, CARL, NOBODY) == [Fate.GETS, Fate.WITHOUT, Fate.WITHOUT, Fate.WITHOUT, Fate.NOBODY]


def test_maintenance_lasts_to_the_end_of_its_last_day_at_the_desk() -> None:
    assert fates(HANS, now=datetime(2026, 3, 1, 22, 59, tzinfo=UTC)) == [Fate.GETS]
    assert fates(HANS, now=datetime(2026, 3, 1, 23, 0, tzinfo=UTC)) == [Fate.WITHOUT]


def test_to_some_is_for_those_whatever_their_contract_says() -> None:
    assert fates(ANN, HANS, CARL, to=("Kunde GmbH",)) == [Fate.WAITS, Fate.GETS, Fate.WAITS]


def test_a_customer_hears_of_it_once_however_many_of_his_cases_wait() -> None:
    assert fates(ANN, BEA, ANN, Address("ANN@customer.example")) == [
        Fate.GETS, Fate.GETS, Fate.ELSEWHERE, Fate.ELSEWHERE,
    ]  # fmt: skip
    assert fates(DORA, DORA) == [Fate.WITHOUT, Fate.ELSEWHERE]


def test_who_knows_that_he_does_not_get_it_gets_it_once_he_may() -> None:
    knows = replace(CHANGE, releases=(Release("9.1", MONDAY, "pam", (), (), (HANS.key,)),))
    assert fates(HANS, change=knows) == [Fate.KNOWS]
    assert fates(HANS, HANS, change=knows, to=("Kunde GmbH",)) == [Fate.GETS, Fate.ELSEWHERE]


people = st.sampled_from((ANN, BEA, HANS, DORA, CARL, NOBODY))
subsets = st.sets(st.sampled_from([one.name for one in ORGANISATIONS])).map(tuple)


@settings(max_examples=300)
@given(st.lists(people, max_size=8), st.lists(subsets, max_size=4))
def test_over_any_releases_everybody_entitled_has_it_once_and_nobody_else(
    customers: list[Address], releases: list[tuple[str, ...]]
) -> None:
    cases = [waiting(number, customer) for number, customer in enumerate(customers, 7)]
    change, chosen = CHANGE, set()
    for to in (*releases, ()):
        found = outcomes(change, cases, to, HERE, MONDAY)
        assert [one.case for one in found] == [one.number for one in cases]
        got, withheld = (
            [Address(one.customer).key for one in found if one.fate is fate] for fate in (Fate.GETS, Fate.WITHOUT)
        )
        assert len(set(got)) == len(got) and not set(got) & change.got, "nobody gets it twice"
        assert not set(withheld) & (change.got | change.knows), "nobody is told twice that he does not"
        change = replace(
            change, releases=(*change.releases, Release("9", MONDAY, "pam", to, tuple(got), tuple(withheld)))
        )
        chosen |= set(to)
    for one in customers:
        organisation = HERE.organisation(one)
        entitled = organisation and (organisation.name in chosen or organisation.maintained(MONDAY.date()))
        assert (one.key in change.got) == bool(entitled and one.address), one
        assert (one.key in change.knows) == bool(one.address and not entitled), one


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("version 9.2.1 to all", Wanted("9.2.1", (), False)),
        ("17 version 9.2.1 to ALL dry run", Wanted("9.2.1", (), True, 17)),
        ("change 17 version 2026-03 to all, dry", Wanted("2026-03", (), True, 17)),
        ("version 9 to kunde gmbh,  Customer Ltd", Wanted("9", ("Kunde GmbH", "Customer Ltd"), False)),
    ],
)
def test_an_order_is_read(written: str, meant: Wanted) -> None:
    assert wanted(written, HERE) == meant


LONG = f"version {'9' * 50} to all"


@pytest.mark.parametrize(
    "written", ["", "9.2.1", "version 9.2.1", "version to all", "9.2.1 to all", "version 9 to", LONG]
)
def test_an_order_that_cannot_be_read_is_told(written: str) -> None:
    with pytest.raises(OrderError, match="expected /release version"):
        wanted(written, HERE)


def test_an_organisation_that_there_is_not_is_told() -> None:
    with pytest.raises(OrderError, match="there is no organisation 'Kunde AG'; there are Customer Ltd, Kunde GmbH"):
        wanted("version 9 to Kunde AG", HERE)
