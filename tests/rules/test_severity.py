"""Is a severity found from the first source that has one, and does the contract bound it?"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import re2
from samples import ANN, DESK, mail

from rules.mail import Address
from rules.organisations import Organisation
from rules.products import Product, product_of
from rules.severity import Finding, Rule, Text, Triage, asked_for, severity_of
from rules.severity_levels import SHIPPED
from rules.severity_rules import RULES
from rules.triage import severity_told

TRIAGE = Triage(SHIPPED, RULES, inside=("desk.example",))
ACME = Organisation("Acme", domains=("customer.example",))


def found(
    subject: str = "Help",
    text: str = "",
    *,
    triage: Triage = TRIAGE,
    product: str = "",
    organisation: Organisation | None = None,
    **more: object,
) -> Finding:
    one = mail(subject=subject, text=text, **more)  # type: ignore[arg-type]
    said = Text(one.subject, text)
    return severity_of(one, said, said, product, organisation, triage)


@pytest.mark.parametrize(
    ("subject", "letter"),
    [
        ("[Sev B] the server is down", "B"),
        ("(Severity: A) a typo", "A"),
        ("Sev C: printer", "C"),
        ("[Priorität D] Server tot", "D"),
        ("Schweregrad A - Logo", "A"),
        ("Re: [Case #7] [sev a] logo", "A"),
    ],
)
def test_the_mark_of_the_customer_comes_first(subject: str, letter: str) -> None:
    assert found(subject).value == letter
    assert found(subject).rule == "the customer's mark"


@pytest.mark.parametrize(
    "subject", ["several things", "severity a bit unclear", "Sev Act", "prio: as soon as possible", "Sev-A/B tests"]
)
def test_words_that_look_like_a_mark_are_none(subject: str) -> None:
    assert found(subject).rule != "the customer's mark"


@pytest.mark.parametrize(
    "begin",
    ["[", "(Sev", "[Sev:", "[Sev Prio", "Sev A", "Severity", "Priority:", "", "[ ", "sev", "<\t", "[-", "severity :"],
)
@pytest.mark.parametrize("filling", [" ", "\n ", "[", "[ ", "sev ", "[sev", "-", "x", ": ", "[Sev: "])
def test_a_subject_or_a_form_made_to_be_slow_is_read_in_time(begin: str, filling: str) -> None:
    monster = begin + filling * (40_000 // len(filling))
    begun = time.process_time()
    asked_for(mail(subject=monster), monster.replace("\n", " "))
    product_of(mail(subject=monster), f"Product {monster}", (Product("Files"),))
    assert time.process_time() - begun < 1


def test_the_field_of_a_form_counts_at_the_top_only() -> None:
    assert found(text="Name: Ann\nSeverity: B\nText: hello") == Finding("B", "the customer's form", "'Severity: B'")
    assert found(text="line\n" * 20 + "Severity: B").rule != "the customer's form"


def test_a_severity_agreed_on_comes_before_the_rules() -> None:
    agreed = replace(ACME, severity="D")
    assert found("The server is down", organisation=agreed) == Finding("D", "contract", "agreed on with Acme")
    assert found("[Sev A] The server is down", organisation=agreed).value == "A"


@pytest.mark.parametrize(
    ("cap", "floor", "subject", "letter"),
    [
        ("B", "", "The server is down", "B"),
        ("B", "", "[Sev A] x", "B"),
        ("", "B", "A feature request", "B"),
        ("B", "C", "hello", "C"),
    ],
)
def test_the_contract_bounds_whatever_was_found(cap: str, floor: str, subject: str, letter: str) -> None:
    bound = found(subject, organisation=replace(ACME, severity_cap=cap, severity_floor=floor))
    assert bound.value == letter
    assert letter == "C" or (bound.rule == "contract" and "without it" in bound.evidence)


@pytest.mark.parametrize(
    ("headers", "letter"),
    [
        ((("importance", "high"),), "B"),
        ((("x-priority", "1 (Highest)"),), "B"),
        ((("priority", "non-urgent"),), "D"),
        ((), "C"),
    ],
)
def test_importance_is_a_hint_where_nothing_else_is_found(headers: tuple[tuple[str, str], ...], letter: str) -> None:
    assert found("Hello", "please call me", headers=headers).value == letter


def test_importance_does_not_beat_what_the_mail_says() -> None:
    assert found("Invoice", "Please send the invoice again.", headers=(("importance", "high"),)).value == "D"


def test_a_request_from_inside_the_company_is_a_general_question() -> None:
    assert found("The server is down", sender=Address("sales@desk.example")).value == "D"


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("The server is down.", "A"),
        ("All our files have vanished.", "A"),
        ("Der Dienst startet nicht mehr.", "A"),
        ("Nobody can log in since this morning.", "A"),
        ("Some users cannot connect, the others work fine.", "B"),
        ("Everything is extremely slow, it takes 3 minutes to open a folder.", "B"),
        ("The report cannot be exported, no rush.", "C"),
        ("How do I set up a new printer?", "C"),
        ("We have a feature request: it would be nice to sort by date.", "D"),
        ("Wo finde ich die Seriennummer?", "D"),
        ("Our test server crashed.", "D"),
        ("What happens if the server goes down?", "D"),
        ("The server did not crash. We have no data loss. Just a typo in the footer.", "C"),
        ("Kein Notfall, es sind keine Daten verloren gegangen. Die Fusszeile hat einen Tippfehler.", "C"),
    ],
)
def test_the_shipped_rules_know_the_published_examples(text: str, letter: str) -> None:
    assert found("Hello", text).value == letter


def test_every_severity_says_why() -> None:
    assert found("Hello", "Our server is down!") == Finding("A", "something is down", '"is down"')
    assert found("Server is down", "").evidence.endswith("in the subject")


def own(**more: object) -> Triage:
    return Triage(SHIPPED, RULES, (Rule(**{"level": "A", "name": "ours", **more}),))  # type: ignore[arg-type]


def test_a_rule_of_the_desk_is_asked_before_ours() -> None:
    assert found("The till beeps", triage=own(says=(("till",),))).value == "A"
    assert found("The till beeps", triage=own(says=(("till",),), unless=("beeps",))).rule != "ours"
    assert found("till. It beeps", triage=own(says=(("till",), ("beeps",)))).rule != "ours"
    assert (
        found("the till beeps", triage=own(says=(("till",), ("beeps",)))).evidence
        == '"till" with "beeps" in the subject'
    )


def test_a_rule_may_ask_for_words_anywhere_else_in_the_mail() -> None:
    beeps = own(says=(("till",),), besides=("every shop", "all shops"))
    assert found("Hi", "The till beeps. It does so in every shop.", triage=beeps).evidence == '"till", "every shop"'
    assert found("Hi", "The till beeps. It does so in one shop.", triage=beeps).rule != "ours"


def test_the_subject_of_an_answer_is_an_old_one_and_keeps_no_rule_from_applying() -> None:
    tills = own(says=(("till",),), unless=("fine",))
    assert found("Re: all fine", "The till beeps.", triage=tills).rule == "ours"
    assert found("all fine", "The till beeps.", triage=tills).rule != "ours"


def test_what_a_sentence_is_about_counts_though_it_is_denied() -> None:
    assert found("Hi", "No tills beep.", triage=own(says=(("~tills",), ("beep",)))).rule != "ours"
    assert found("Hi", "There are no tills that beep loud enough.", triage=own(says=(("~tills",),))).rule == "ours"
    assert found("Hi", "There are no tills that beep loud enough.", triage=own(says=(("tills",),))).rule != "ours"


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("None of our scheduled reports has been mailed since Thursday.", "B"),
        ("The search finds nothing any more, for the entire office.", "B"),
        ("The portal where our customers fetch their statements returns 503.", "A"),
        ("The upgrade stopped half way, and neither the old version nor the new one opens.", "A"),
        ("Weder das Sekretariat noch die Lehrkräfte kommen rein, der Server ist weg.", "A"),
        ("Es fehlen rund 700 Akten, die Ordner sind leer.", "A"),
        ("Die Außenstelle bekommt keine Aufträge mehr, alle anderen drucken normal.", "B"),
        ("Die Spalte im Export ist abgeschnitten.", "C"),
        ("Bitte senden Sie uns ein Angebot für die Verlängerung.", "D"),
    ],
)
def test_the_shipped_rules_tell_a_function_from_the_whole_and_some_from_all(text: str, letter: str) -> None:
    assert found("Hello", text).value == letter


def test_a_rule_may_ask_for_a_sender_a_product_and_a_pattern() -> None:
    assert found(triage=own(senders=("*@customer.example",))).evidence == f"From: {ANN.address}"
    assert found(triage=own(senders=("bob@*",))).rule != "ours"
    assert found(triage=own(products=("Tills",)), product="Tills").rule == "ours"
    assert found(triage=own(products=("Tills",)), product="Scales").rule != "ours"
    pattern = re2.compile("ORA-[0-9]{5}")
    assert found(text="we see ORA-00600", triage=own(patterns=(pattern,))).evidence == "the pattern ORA-[0-9]{5}"
    assert found(text="we see ORA-6", triage=own(patterns=(pattern,))).rule != "ours"


def test_a_rule_of_the_desk_may_name_a_product_and_ours_know_them_all_by_one_name() -> None:
    desk = replace(
        DESK,
        products=(Product("Cyber Files", ("mobilEcho",)),),
        triage=own(says=(("mobilecho ... beeps",),)),
    )
    beeps, hangs = mail(subject="mobilEcho beeps"), mail(subject="Our mobilEcho hängt")
    assert severity_told(beeps, "", "Cyber Files", None, desk) == Finding(
        "A", "ours", '"mobilecho beeps" in the subject'
    )
    found = severity_told(hangs, "", "Cyber Files", None, desk)
    assert (found.value, found.rule != "ours") == ("A", True)
    assert "Cyber Files" in found.evidence
