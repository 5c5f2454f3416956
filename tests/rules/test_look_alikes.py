"""Which addresses does a hasty reader take for those of somebody he knows?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.look_alikes import resembles, warning
from rules.mail import NOBODY, Address

ANN = Address("ann@customer.example", "Ann Customer")
EVA = Address("eva@desk-mail.example")
BILL = Address("bill@modern-mill.co.uk")
PEOPLE = (ANN, EVA, BILL)


@pytest.mark.parametrize(
    ("address", "like"),
    [
        ("ann@custorner.example", ANN),  # rn and m
        ("ann@customer.examp1e", ANN),
        ("ann@cust0mer.example", ANN),
        ("ann@custoner.example", ANN),  # one letter wrong
        ("ann@custmer.example", ANN),  # missing
        ("ann@customers.example", ANN),  # too many
        ("ann@cusotmer.example", ANN),  # swapped
        ("ann@customer.invalid", ANN),  # another top-level domain
        ("ann@customer.co.test", ANN),
        ("ann@customer.example.evil.test", ANN),  # inside another domain
        ("ann@customer.evil.test", ANN),
        ("ann@customer-example.evil.test", ANN),
        ("ann@customer-support.test", ANN),
        ("ann@xn--custmer-gmg.example", None),  # no such word: it cannot be read, and looks like nothing
        ("ann@" + "xn--" + "customеr".encode("punycode").decode() + ".example", ANN),  # a Cyrillic е
        ("ann@" + "xn--" + "сustomer".encode("punycode").decode() + ".example", ANN),  # a Cyrillic с
        ("ann@cústomer.example", ANN),
        ("anyone@custorner.example", ANN),
        ("аnn@customer.example", ANN),  # a Cyrillic а before the @
        ("b1ll@modern-mill.co.uk", BILL),
        ("bill@rnodern-mill.co.uk", BILL),
        ("bill@modern-mill.com", BILL),
        ("bill@modem-mill.co.uk", BILL),
        ("eva@desk-mai1.example", EVA),
        ("eva@desk-mail.example.", EVA),
    ],
)
def test_an_address_that_looks_like_another_is_known(address: str, like: Address | None) -> None:
    assert resembles(Address(address), PEOPLE) == like


@pytest.mark.parametrize(
    "address",
    [
        "ann@customer.example",
        "ANN@CUSTOMER.EXAMPLE",
        "anna@customer.example",
        "bob@customer.example",
        "ann@elsewhere.test",
        "ann@mail.test",
        "ann@mail.customer.example",  # whoever owns a domain owns what lies below it
        "mallory@stranger.test",
        "",
        "ann",
        "@",
        "a@" + "b" * 5000 + ".example",
    ],
)
def test_other_addresses_are_like_nobodys(address: str) -> None:
    assert resembles(Address(address), PEOPLE) is None


def test_short_names_of_domains_are_not_guessed_at() -> None:
    assert resembles(Address("ann@abd.example"), (Address("ann@abc.example"),)) is None
    assert resembles(Address("bob@abc.test"), (Address("ann@abc.example"),)) is None
    assert resembles(Address("ann@abc.test"), (Address("ann@abc.example"),)) is not None


def test_at_a_provider_of_mail_for_everybody_only_the_same_name_is_a_copy() -> None:
    known = (Address("ann@gmail.com"), Address("bob@gmx.de"))
    assert resembles(Address("carla@gmail.de"), known) is None
    assert resembles(Address("ann@gmx.de"), known) is None
    assert resembles(Address("ann@gmai1.com"), known) == known[0]


def test_the_warning_names_both_addresses() -> None:
    assert warning(Address("ann@custorner.example"), PEOPLE) == (
        "BEWARE: ann@custorner.example looks like ann@customer.example, but is another address."
    )
    assert warning(Address("mallory@stranger.test"), PEOPLE) == ""
    assert warning(NOBODY, (NOBODY, ANN)) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_the_comparison_fail_and_it_goes_both_ways_for_the_same_skeleton(one: str, other: str) -> None:
    resembles(Address(f"{one}@{other}"), PEOPLE)
    resembles(ANN, (Address(f"{one}@{other}"),))


def test_hostile_addresses_are_compared_in_time() -> None:
    begun = time.process_time()
    people = tuple(Address(f"p{number}@{'rn' * 100}.example") for number in range(200))
    resembles(Address(f"x@{'vv' * 150}"), people)
    assert time.process_time() - begun < 1
