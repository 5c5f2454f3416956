"""Is a phrase found where it is meant, and only there?"""

from __future__ import annotations

import time

import pytest

from rules.phrases import Book, is_imagined, listed, read


def said(phrase: str, text: str) -> str:
    """What stands in the text for the phrase; "" when it is not said, or not meant."""
    return next((hit.said for hit in Book([phrase]).hits(read(text))), "")


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("server down", "The Server down again", "server down"),
        ("server|service is|are down", "our services are down", ""),
        ("server|services is|are down", "our services are down", "services are down"),
        ("crash*", "It crashes daily", "crashes"),
        ("*server", "Der Datenbankserver lahmt", "datenbankserver"),
        ("server ... down", "The server in Leeds is down", "server in leeds is down"),
        ("server ... down", "The server in Leeds that we bought last year is down", ""),
        ("server ... down", "I like the server, but my mood is down", ""),
        ("server ... down", "The server works. The lift is down", ""),
        ("kann ... nicht", "Ich kann mich nicht anmelden", "kann mich nicht"),
        ("stuerzt ... ab", "Es stürzt ständig ab", "stuerzt staendig ab"),
        ("cannot", "I can't log in", "cannot"),
        ("does not work", "It doesn’t work", "does not work"),
        ("# users", "about 40 users", "40 users"),
        ("# users", "many users", ""),
        ("not working", "this is not working", "not working"),
        ("nobody can", "Nobody can print", "nobody can"),
        ("two lines", "two\nlines of one paragraph", "two lines"),
        ("two lines", "two\n\nlines", ""),
    ],
)
def test_a_phrase_is_found_where_it_stands(phrase: str, text: str, found: str) -> None:
    assert said(phrase, text) == found


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("urgent", "this is not urgent"),
        ("urgent", "It isn't really urgent"),
        ("data loss", "there is no data loss"),
        ("data loss", "without any data loss"),
        ("crash*", "The server did not crash"),
        ("crash*", "It never crashed"),
        ("datenverlust", "Kein Datenverlust"),
        ("dringend", "das ist nicht dringend"),
        ("dringend", "Dringend ist es nicht"),
        ("daten ... verloren", "Es sind keine Daten verloren gegangen"),
        ("server ... abgestuerzt", "der Server ist nicht abgestürzt"),
        ("lost work", "nobody lost work"),
        ("notfall", "es ist kein Notfall"),
    ],
)
def test_what_is_denied_is_not_said(phrase: str, text: str) -> None:
    assert said(phrase, text) == ""


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("slow", "It is not only slow"),
        ("down", "I have no idea why, but it is down"),
        ("crash*", "No, I mean it: crash after crash"),
    ],
)
def test_a_denial_of_something_else_denies_nothing(phrase: str, text: str) -> None:
    assert said(phrase, text)


@pytest.mark.parametrize(
    ("text", "imagined"),
    [
        ("What happens if the server goes down?", True),
        ("Was passiert, wenn der Server abstürzt?", True),
        ("Angenommen, der Knoten fällt aus", True),
        ("How would we restore it if the disk died?", True),
        ("If I print, the server crashes.", False),
        ("Wenn ich drucke, stürzt der Server ab.", False),
        ("The server is down, can you help?", False),
    ],
)
def test_what_is_only_imagined_is_told_from_what_happens(text: str, imagined: bool) -> None:
    assert is_imagined(read(text)[0]) is imagined


@pytest.mark.parametrize("phrase", ["", "   ", "... down", "server ...", "*", "server * down"])
def test_a_phrase_that_says_nothing_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Book([phrase])


def test_phrases_are_listed_with_commas() -> None:
    assert listed(" server down,\n  is  gone, , server down") == ("server down", "is gone")


def test_a_mail_made_to_be_slow_is_read_in_time() -> None:
    """Thirty thousand times the beginning of a phrase with gaps in it: the time grows with the text, not with its square."""
    book = Book(["a ... a ... a ... a ... b", "*a ... *a ... c", "# ... # ... d"])
    begun = time.process_time()
    for text in ("a " * 40_000, "1 " * 40_000, "n't" * 20_000, "('" * 40_000, "-" * 100_000):
        assert not book.hits(read(text))
    assert time.process_time() - begun < 5
