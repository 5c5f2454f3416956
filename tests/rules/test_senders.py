"""As whom is the author of a mail treated, and what proves it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import ANN, BOB, DESK, EVA, MALLORY, MAX, MONDAY, case, letter, mail

from rules.case import Audience, Role
from rules.mail import NOBODY, Address, Kind, Mail
from rules.senders import Sender, identify
from rules.threads import Match

TO_EVA = letter(7, 3, EVA, "assigned", Audience.ENGINEER)
TO_ANN = letter(7, 2, ANN, "confirmation")
TO_BOB = letter(7, 4, BOB)


def identified(one: Mail, match: Match | None = None, desk: object = DESK) -> Sender:
    return identify(one, match or Match(case(7)), desk, MONDAY)  # type: ignore[arg-type]


def test_an_engineer_is_proven_by_the_token_of_a_letter_sent_to_him() -> None:
    sender = identified(mail(EVA), Match(case(7), answers=TO_EVA))
    assert (sender.role, sender.proven) == (Role.ENGINEER, True)
    assert "assigned letter sent to eva@desk.example" in sender.proof


def test_a_from_line_alone_proves_no_engineer() -> None:
    assert identified(mail(EVA)) == Sender(Role.ENGINEER, "the From line alone, which proves nothing")


def test_the_token_of_one_engineer_does_not_prove_another() -> None:
    sender = identified(mail(MAX), Match(case(7), answers=TO_EVA))
    assert (sender.role, sender.proven) == (Role.ENGINEER, False)


def test_the_token_of_an_engineer_in_the_hands_of_a_stranger_proves_nothing() -> None:
    assert identified(mail(MALLORY), Match(case(7), answers=TO_EVA)).role is Role.STRANGER


def test_the_token_of_an_engineer_in_the_hands_of_the_customer_makes_no_engineer() -> None:
    sender = identified(mail(ANN), Match(case(7), answers=TO_EVA))
    assert (sender.role, sender.proven) == (Role.CUSTOMER, False)


def test_the_token_of_a_customer_in_the_name_of_an_engineer_proves_nothing() -> None:
    sender = identified(mail(EVA), Match(case(7), answers=TO_ANN))
    assert (sender.role, sender.proven) == (Role.ENGINEER, False)


def test_who_is_an_engineer_no_more_is_a_stranger_with_his_old_token() -> None:
    without_eva = replace(DESK, engineers=DESK.engineers[1:])
    assert identified(mail(EVA), Match(case(7), answers=TO_EVA), without_eva).role is Role.STRANGER


def test_the_customer_is_known_by_his_address_and_proven_by_his_token() -> None:
    assert identified(mail(ANN)) == Sender(Role.CUSTOMER, "the From line names a participant of the case")
    assert identified(mail(ANN), Match(case(7), answers=TO_ANN)).proven


def test_the_token_of_the_customer_shown_by_another_participant_proves_neither() -> None:
    both = case(7, participants=(ANN, BOB))
    sender = identified(mail(BOB), Match(both, answers=TO_ANN))
    assert (sender.role, sender.proven) == (Role.PARTICIPANT, False)
    assert identified(mail(BOB), Match(both, answers=TO_BOB)).proven


def test_a_stranger_stays_one_with_the_number_a_stored_id_or_a_token_of_the_customer() -> None:
    for match in (
        Match(case(7), "names case 7"),
        Match(case(7), "answers the stored mail"),
        Match(case(7), answers=TO_ANN),
    ):
        sender = identified(mail(MALLORY), match)
        assert (sender.role, sender.proven) == (Role.STRANGER, False)


def test_an_engineer_who_asks_for_himself_is_a_customer_until_he_answers_a_notice() -> None:
    own = case(7, customer=EVA)
    assert identified(mail(EVA), Match(own)).role is Role.CUSTOMER
    assert identified(mail(EVA), Match(own, answers=letter(7, 2, EVA, "confirmation"))).role is Role.CUSTOMER
    assert identified(mail(EVA), Match(own, answers=TO_EVA)) == Sender(
        Role.ENGINEER, "token of the assigned letter sent to eva@desk.example", proven=True
    )


@pytest.mark.parametrize("kind", [Kind.OUT_OF_OFFICE, Kind.AUTO_REPLY, Kind.MACHINE, Kind.BOUNCE])
@pytest.mark.parametrize("author", [ANN, EVA, MALLORY], ids=str)
def test_a_machine_is_a_machine_whoever_it_speaks_for_and_whatever_it_shows(kind: Kind, author: Address) -> None:
    for answers in (None, TO_ANN, TO_EVA):
        sender = identified(mail(author, kind=kind, kind_evidence="says so"), Match(case(7), answers=answers))
        assert (sender.role, sender.proof, sender.proven) == (Role.MACHINE, "says so", False)


@pytest.mark.parametrize("kind", [Kind.LIST, Kind.SPAM])
def test_a_person_behind_a_list_or_a_filter_is_still_a_person(kind: Kind) -> None:
    assert identified(mail(ANN, kind=kind)).role is Role.CUSTOMER


def test_our_own_letter_that_came_back_is_a_machines() -> None:
    assert (
        identified(mail(EVA), Match(case(7), "is a letter of ours that came back", TO_EVA, echo=True)).role
        is Role.MACHINE
    )


@pytest.mark.parametrize("written", ["ANN@customer.example", "ann@CUSTOMER.Example", "Ann@Customer.Example"])
def test_the_case_of_letters_in_an_address_does_not_matter(written: str) -> None:
    assert identified(mail(Address(written))).role is Role.CUSTOMER


@pytest.mark.parametrize(
    "lookalike",
    ["ann@customer.example.evil.example", "ann+x@customer.example", "аnn@customer.example", "ann@customer.exаmple"],
)
def test_an_address_that_looks_alike_is_a_strangers(lookalike: str) -> None:
    assert identified(mail(Address(lookalike, "Ann Customer"))).role is Role.STRANGER


def test_a_mail_that_names_no_single_author_is_a_strangers_even_on_a_case_of_nobody() -> None:
    assert identified(mail(NOBODY)).role is Role.STRANGER
    assert identified(mail(NOBODY), Match(case(7, customer=NOBODY, participants=()))).role is Role.STRANGER
    assert "nobody" in identified(mail(NOBODY)).proof


VOUCHED = (
    (
        "authentication-results",
        "mx.example.com; dmarc=pass header.from=desk.example; dkim=pass header.d=customer.example",
    ),
)


def test_an_engineer_is_proven_by_a_mail_server_that_we_trust() -> None:
    desk = replace(DESK, trusted_authserv=("mx.example.com",))
    sender = identified(mail(EVA, headers=VOUCHED, date=MONDAY), desk=desk)
    assert (sender.role, sender.proven) == (Role.ENGINEER, True)
    assert sender.proof == "dmarc=pass for desk.example, says mx.example.com"
    assert not identified(mail(EVA, headers=VOUCHED, date=MONDAY)).proven  # nobody is trusted


def test_a_participant_is_proven_by_a_mail_server_that_we_trust_and_a_stranger_stays_one() -> None:
    desk = replace(DESK, trusted_authserv=("mx.example.com",))
    assert identified(mail(ANN, headers=VOUCHED, date=MONDAY), desk=desk).proven
    assert identified(mail(MALLORY, headers=VOUCHED, date=MONDAY), desk=desk).role is Role.STRANGER


FORGED = (("authentication-results", "mx.example.com; dmarc=fail header.from=customer.example"),)
TRUSTING = replace(DESK, trusted_authserv=("mx.example.com",))


@pytest.mark.parametrize("date", [MONDAY, MONDAY - timedelta(days=30), None])
def test_a_participant_whose_mail_our_server_calls_forged_is_a_stranger(date: object) -> None:
    for author in (ANN, BOB):
        sender = identified(
            mail(author, headers=FORGED, date=date), Match(case(7, participants=(ANN, BOB))), desk=TRUSTING
        )
        assert (sender.role, sender.proven) == (Role.STRANGER, False)
        assert sender.proof == (
            "the From line names a participant of the case, but a mail server that we trust says it is forged: "
            "dmarc=fail for customer.example, says mx.example.com"
        )


def test_the_token_of_a_participant_counts_for_more_than_a_signature_that_broke_on_its_way() -> None:
    assert identified(mail(ANN, headers=FORGED), Match(case(7), answers=TO_ANN), desk=TRUSTING).proven


def test_a_forged_mail_in_the_name_of_an_engineer_who_takes_part_is_asked_about() -> None:
    failed = (("authentication-results", "mx.example.com; dmarc=fail header.from=desk.example"),)
    sender = identified(mail(EVA, headers=failed), Match(case(7, customer=EVA)), desk=TRUSTING)
    assert (sender.role, sender.proven) == (Role.ENGINEER, False)


@pytest.mark.parametrize("result", ["temperror", "permerror", "none", "pass"])
def test_only_a_verdict_of_forgery_makes_a_stranger_of_a_participant(result: str) -> None:
    said = (("authentication-results", f"mx.example.com; dmarc={result} header.from=customer.example"),)
    assert identified(mail(ANN, headers=said, date=MONDAY), desk=TRUSTING).role is Role.CUSTOMER


def test_no_header_of_ours_is_believed_in_a_mail_that_comes_in() -> None:
    ours = (("x-postcase-letter", "relay"), ("x-postcase-case", "7"))
    assert identified(mail(ANN, headers=ours)).role is Role.CUSTOMER
    assert identified(mail(EVA, headers=ours)).role is Role.ENGINEER
    assert identified(mail(DESK.address, headers=ours)).role is Role.STRANGER


def test_a_letter_of_ours_is_known_by_its_subject_and_the_second_it_was_written_in() -> None:
    returned = mail(
        DESK.address, subject=TO_ANN.subject, date=TO_ANN.created_at, message_id="rewritten@provider.example"
    )
    assert identified(returned).role is Role.MACHINE
    assert identified(replace(returned, sender=MALLORY)).role is Role.STRANGER


def test_a_stranger_who_looks_like_somebody_of_the_case_is_named_as_such() -> None:
    for address, like in (("ann@custorner.example", ANN), ("eva@desk.examp1e", EVA)):
        assert identified(mail(Address(address))).proof == (
            f"{address} is no participant of the case. BEWARE: {address} looks like {like.address}, but is another address."
        )
