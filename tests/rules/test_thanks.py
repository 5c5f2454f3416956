"""Is this mail nothing but thanks? Only then a closed case stays closed."""

from __future__ import annotations

import pytest

from rules.thanks import AROUND, CLOSINGS, GREETINGS, SOLVED, THANKS, is_mere_thanks

REPLY = "Re: [Case #10042] Printer on fire"
QUOTED = "\n\nOn 5 March 2024, Example Support <support@example.com> wrote:\n> Does it still burn?\n> Please tell us."

MERE_THANKS = (
    "Thanks!",
    "thanks",
    "Thank you very much, that solved it. Best regards, Ann",
    "Thank you so much for your quick help!",
    "Thanks Ann!",
    "Many thanks for the prompt reply :+1:",
    "Works now, thanks",
    "It’s working now. Thanks again",
    "That’s great, thank you!",
    "Great, works!",
    "Perfect, it works like a charm. Have a nice weekend!",
    "Ok, thanks",
    "Got it.",
    "Problem solved.",
    "No problem, thanks!",
    "You can close the ticket, thanks.",
    "Thank you for your\nhelp and patience.",
    "Thanks\nBob",
    "Thx",
    "Dear Ann,\nthank you very much!\nKind regards\nBob Example\nExample GmbH",
    "Hi Ann,\n\nthanks a lot, it works now!\n\nBest regards,\nBob Example\nTel. 0123 456",
    "Thanks!\n\nSent from my iPhone",
    "Thanks!\n\n-- \nBob Example\nhttps://www.example.com",
    "Danke!",
    "Danke, Frau Müller!",
    "Vielen Dank, hat geklappt. Gruß",
    "Hallo Herr Schmidt,\n\nvielen Dank für die schnelle Hilfe, jetzt funktioniert alles wieder.\n\n"
    "Mit freundlichen Grüßen\nAnna Beispiel",
    "Herzlichen Dank für Ihre Mühe und ein schönes Wochenende!",
    "Alles klar, danke",
    "Super, danke!",
    "Danke! LG Anna",
    "Danke :-)",
    "Läuft wieder. Danke",
    "Das Problem ist gelöst, besten Dank.",
    "Hat sich erledigt, danke.",
    "Jetzt geht's, vielen Dank",
    "VIELEN DANK!",
    "👍",
    "👍🏻",
    "🙏🙏",
    "Danke ❤️",
    ":-)",
)

MORE_THAN_THANKS = (
    "",
    "Thanks, but it fails again",
    "No thanks",
    "Nein danke",
    "No, thank you",
    "Thanks for nothing",
    "Thanks in advance",
    "Vielen Dank im Voraus",
    "Thanks. When will it be shipped?",
    "Thanks, see attached",
    "Thanks, will test tomorrow",
    "Thanks, now the scanner is broken",
    "Thanks. Error",
    "Thanks. Help!",
    "Thanks Server Down",
    "THANKS PRINTER DOWN",
    "Thanks, please call me on 0123 456",
    "Thanks! https://www.example.com/x",
    "Thank you. One more thing: the invoice is wrong.",
    "Thank you for your help. However, it burns again.",
    "Works now. The scanner does not.",
    "It does not work",
    "works not",
    "not ok",
    "It worked until yesterday",
    "Please help, thanks",
    "Yes",
    "Ja",
    "Hello",
    "Best regards\nBob",
    "Danke, aber es geht wieder nicht",
    "Danke, geht leider nicht",
    "Danke. Drucker kaputt",
    "Danke, der Drucker brennt wieder",
    "Danke! Noch eine Frage",
    "Vielen Dank. Und wie geht das am Mac",
    "funktioniert nicht",
    "Funktioniert immer noch nicht. Danke",
    "Vielen Dank für Ihre Antwort, leider hilft sie nicht.",
    "Das Problem ist nicht gelöst.",
    "Alles klar? Danke",
    "👎",
    "Thanks 😡",
    "Thanks. " * 100,
    "ok not",
    "10042",
)


@pytest.mark.parametrize("text", MERE_THANKS)
def test_nothing_but_thanks_is_told_with_its_evidence(text: str) -> None:
    evidence = is_mere_thanks(REPLY, text)
    assert evidence
    assert (
        evidence.replace("it is", "it’s").casefold() in text.casefold().replace("'", "’") or evidence in text.casefold()
    )


@pytest.mark.parametrize("text", MERE_THANKS)
def test_what_is_quoted_below_thanks_does_not_count(text: str) -> None:
    assert is_mere_thanks(REPLY, text + QUOTED)


@pytest.mark.parametrize("text", MORE_THAN_THANKS)
def test_anything_more_than_thanks_is_read_by_a_person(text: str) -> None:
    assert is_mere_thanks(REPLY, text) == ""
    assert is_mere_thanks(REPLY, text + QUOTED) == ""


def test_thanks_in_the_quotation_are_not_the_customers() -> None:
    assert is_mere_thanks(REPLY, "It burns.\n\nOn 5 March 2024, Ann <ann@desk.example> wrote:\n> Thanks!") == ""


def test_a_subject_of_his_own_may_be_the_request() -> None:
    assert is_mere_thanks("Printer broken", "Thanks, Ann") == ""
    assert is_mere_thanks("[Case #10042] Printer broken", "Thanks, Ann") == "thanks"
    assert is_mere_thanks("AW: Drucker", "Danke") == "danke"
    assert is_mere_thanks("Thank you", "Thanks, Ann") == "thanks"


def test_thanks_may_stand_in_the_subject_alone() -> None:
    assert is_mere_thanks("Re: Thank you!", "") == "thank you"
    assert is_mere_thanks("Re: Printer", "") == ""


def test_a_mail_passed_on_is_more_than_its_thanks() -> None:
    assert is_mere_thanks("Fwd: Printer", "Thanks!") == ""


def test_the_tables_have_no_phrase_twice_over() -> None:
    for table in (THANKS, SOLVED, AROUND, GREETINGS, CLOSINGS):
        assert len(set(table)) == len(table)


@pytest.mark.timeout(30)  # quadratic time would take minutes
@pytest.mark.parametrize("piece", ["thanks ", "Thanks\n", "👍", ":-)", "a.", "\u0301\u0316", "it's ", "--"], ids=repr)
def test_a_large_text_is_read_in_linear_time(piece: str) -> None:
    assert is_mere_thanks(REPLY, piece * (300_000 // len(piece))) == ""
