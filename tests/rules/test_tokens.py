"""Can anybody make a token but us, and does ours survive what mail clients do to it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ANN, BOB, DESK, EVA, KEY, mail

from rules import tokens
from rules.desk import Desk
from rules.mail import Address, Bounce
from rules.tokens import SEAL_LETTERS, Token, own_token, tokens_in

PLUS = replace(DESK, subaddress="+")
OURS = tokens.message_id(DESK, KEY, 10042, 5, ANN)


def shown(message_id: str, desk: Desk = DESK) -> tuple[Token, ...]:
    return tokens_in(mail(in_reply_to=(message_id,)), desk)


def test_an_id_of_ours_says_case_and_paper_and_is_true_for_its_reader_only() -> None:
    (token,) = shown(OURS)
    assert (token.number, token.paper) == (10042, 5)
    assert token.is_for(ANN, KEY)
    assert not token.is_for(BOB, KEY)
    assert not token.is_for(EVA, KEY)


def test_the_key_of_another_desk_opens_nothing() -> None:
    assert not shown(OURS)[0].is_for(ANN, b"another key of thirty-two octets")


def test_the_seal_covers_the_case_and_the_paper() -> None:
    (token,) = shown(OURS)
    assert not replace(token, number=10043).is_for(ANN, KEY)
    assert not replace(token, paper=6).is_for(ANN, KEY)


def test_case_and_paper_cannot_be_shifted_into_each_other() -> None:
    """case.1.23 and case.12.3 are different claims."""
    (token,) = shown(tokens.message_id(DESK, KEY, 1, 23, ANN))
    assert not Token(12, 3, token.seal).is_for(ANN, KEY)


def test_the_reader_may_write_his_address_in_another_case() -> None:
    assert shown(OURS)[0].is_for(Address("Ann@Customer.EXAMPLE"), KEY)


@pytest.mark.parametrize(
    "rewritten",
    [
        OURS.upper(),
        OURS.lower(),
        OURS.replace("example.com", "EXAMPLE.com"),
        OURS.replace("example.com", "Example.Com"),
    ],
)
def test_a_client_that_changes_the_case_of_an_id_does_not_break_the_seal(rewritten: str) -> None:
    assert shown(rewritten)[0].is_for(ANN, KEY)


@pytest.mark.parametrize(
    "id",
    [
        "",
        "@",
        "@example.com",
        "case.10042.5@example.com",
        "case.10042.5.@example.com",
        f"case.10042.5.{'a' * (SEAL_LETTERS - 1)}@example.com",
        f"case.10042.5.{'a' * (SEAL_LETTERS + 1)}@example.com",
        f"case.10042.5.{'1' * SEAL_LETTERS}@example.com",  # no letter of base 32
        f"case.10042.5.{'a' * SEAL_LETTERS}.b@example.com",
        f"case.-1.5.{'a' * SEAL_LETTERS}@example.com",
        f"case.+1.5.{'a' * SEAL_LETTERS}@example.com",
        f"case.1_0.5.{'a' * SEAL_LETTERS}@example.com",
        f"case.١.5.{'a' * SEAL_LETTERS}@example.com",
        f"case.{'9' * 13}.5.{'a' * SEAL_LETTERS}@example.com",
        f"case.10042.5.{'K' * SEAL_LETTERS}ſ@example.com",
        OURS.replace("case.", "kase."),
        OURS.replace("example.com", "example.com.evil.example"),
        OURS.replace("example.com", "evil.example"),
        OURS.replace("example.com", "notexample.com"),
    ],
)
def test_what_is_no_id_of_ours_shows_no_token(id: str) -> None:
    assert shown(id) == ()


def test_the_address_of_the_desk_may_have_changed_since_the_letter_was_sent() -> None:
    before = replace(DESK, address=DESK.aliases[0], aliases=())
    assert shown(tokens.message_id(before, KEY, 10042, 5, ANN))[0].is_for(ANN, KEY)


def test_the_nearest_parent_comes_first_and_each_token_once() -> None:
    older = tokens.message_id(DESK, KEY, 10042, 2, ANN)
    found = tokens_in(mail(in_reply_to=(OURS,), references=("root@customer.example", older, OURS)), DESK)
    assert [token.paper for token in found] == [5, 2]


def test_a_bounce_shows_the_token_of_the_letter_it_quotes() -> None:
    (token,) = tokens_in(mail(bounce=Bounce(OURS, ANN.address, "5.1.1", True)), DESK)
    assert token.is_for(ANN, KEY)


def test_our_own_letter_that_came_back_is_known_by_its_message_id() -> None:
    token = own_token(mail(message_id=OURS), DESK)
    assert token is not None
    assert token.is_for(ANN, KEY)
    assert own_token(mail(message_id="other@customer.example"), DESK) is None


def test_without_subaddresses_replies_come_to_the_plain_address() -> None:
    assert tokens.reply_address(DESK, KEY, 10042, 5, ANN) == DESK.address
    detailed = Address(tokens.reply_address(PLUS, KEY, 10042, 5, ANN).address)
    assert tokens_in(mail(to=(detailed,)), DESK) == ()


@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_the_token_in_a_reply_address_is_read_back(change: object) -> None:
    address = tokens.reply_address(PLUS, KEY, 10042, 5, ANN).address
    (token,) = tokens_in(mail(to=(Address(change(address)),)), PLUS)  # type: ignore[operator]
    assert token == shown(OURS)[0]
    assert token.is_for(ANN, KEY)


def test_a_detail_of_somebody_elses_address_is_no_token() -> None:
    detail = tokens.reply_address(PLUS, KEY, 10042, 5, ANN).address.partition("+")[2].partition("@")[0]
    assert tokens_in(mail(to=(Address(f"other+{detail}@example.com"),)), PLUS) == ()


@given(st.text(max_size=80))
def test_no_text_whatever_makes_the_reader_of_ids_fail_or_believe(text: str) -> None:
    for id in (text, f"{text}@example.com", f"case.{text}@example.com", f"case.1.2.{text}@example.com"):
        assert not any(token.is_for(ANN, KEY) for token in shown(id))


@given(
    st.integers(0, 10**12 - 1),
    st.integers(0, 10**12 - 1),
    st.text(alphabet=sorted(tokens.SEAL_ALPHABET), min_size=SEAL_LETTERS, max_size=SEAL_LETTERS),
)
def test_no_guessed_seal_is_ever_true(number: int, paper: int, seal: str) -> None:
    (token,) = shown(f"case.{number}.{paper}.{seal}@example.com")
    assert not any(token.is_for(reader, KEY) for reader in (ANN, BOB, EVA, Address("")))


@given(st.integers(0, len("case.10042.5.") + SEAL_LETTERS - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567."))
def test_one_wrong_letter_breaks_the_seal(place: int, other: str) -> None:
    changed = OURS[:place] + other + OURS[place + 1 :]
    assert changed == OURS or not any(token.is_for(ANN, KEY) for token in shown(changed))


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**6), st.emails())
def test_every_id_we_make_is_read_back(number: int, paper: int, address: str) -> None:
    reader = Address(address)
    (token,) = shown(tokens.message_id(DESK, KEY, number, paper, reader))
    assert (token.number, token.paper) == (number, paper)
    assert token.is_for(reader, KEY)


def test_the_seal_of_a_lost_letter_does_not_open_a_case_that_got_its_number_again() -> None:
    lost, again = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    (token,) = shown(tokens.message_id(DESK, tokens.dated(KEY, lost), 10042, 3, EVA))
    assert token.is_for(EVA, tokens.dated(KEY, lost))
    assert not token.is_for(EVA, tokens.dated(KEY, again))
