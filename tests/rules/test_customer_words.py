"""Does a word of the customer count exactly when his mail says nothing else?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ANN, case, mail

from rules.case import Status
from rules.customer_phrases import ANSWERS
from rules.customer_words import Meaning, Said, said
from rules.mail import Attachment, Mail
from rules.named_days import days_in

TODAY = date(2026, 3, 2)  # a Monday
SUBJECT = "Re: [Case #7] Printer on fire"
IN_MAY = date(2026, 5, 14)


def read(text: str, subject: str = SUBJECT, **more: object) -> Said | None:
    return said(answer(text, subject, **more), case(7, Status.REMINDED_ONCE), "Case", TODAY)


def answer(text: str, subject: str = SUBJECT, **more: object) -> Mail:
    return mail(ANN, subject, text, **more)


RESOLVED = """
resolved
Resolved.
RESOLVED!
solved
Fixed now.
It is resolved.
It's resolved
Yes, it is resolved, thank you!
yes - resolved
Yes. Solved, thanks.
The issue is resolved.
The issue has been resolved, thank you very much.
The problem is fixed now
Problem solved :-)
Our problem is gone.
It has been fixed. Thanks for your quick help!
resolved, thanks again
Great, resolved.
Perfect, the problem is solved. Thank you so much!
Thank you, it is fixed.
Please close the case.
please close this ticket, thanks
You can close the case.
You can close the ticket now, thank you.
The case can be closed.
Resolved on our side.
everything is resolved
This is resolved.
it was resolved
All good now, resolved.
It works now, the issue is resolved.
Hi Eva,|resolved, thanks for your help!|Ann
Hello Ms Example,|the issue has been resolved.|Thank you|Ann Customer
Hello,|it is|resolved.|Best regards|Ann
Resolved|-- |Ann Customer|Customer Ltd, but without a question
resolved 👍
erledigt
Erledigt.
ERLEDIGT!
gelöst
Gelöst, danke!
geloest
ist behoben
Ist erledigt, vielen Dank.
Ja, gelöst.
Ja, das Problem ist gelöst.
Das Problem ist gelöst.
Das Problem ist inzwischen behoben.
Das Problem wurde behoben, danke
Problem gelöst :)
Der Fehler ist behoben.
Der Fehler ist jetzt behoben. Danke für Ihre Hilfe!
Die Störung ist behoben
Die Sache hat sich erledigt.
Hat sich erledigt.
Das hat sich inzwischen erledigt, vielen Dank!
Das Thema hat sich erledigt
Der Fall ist erledigt.
Der Fall kann geschlossen werden.
Das Ticket kann geschlossen werden, danke.
Bitte den Fall schließen.
Bitte schließen Sie das Ticket.
Sie können den Fall schließen. Danke!
Alles gut, ist erledigt.
Prima, das Problem ist gelöst!
Inzwischen gelöst. Vielen herzlichen Dank
Hallo Frau Müller,|das Problem ist inzwischen behoben. Vielen Dank für Ihre schnelle Hilfe!|Mit freundlichen Grüßen|Ann Customer
Sehr geehrte Damen und Herren,|der Fehler ist behoben.|Ann Customer
Hallo Herr Dr Example,|erledigt, danke.|LG|Ann
Moin, erledigt. Schönen Tag noch!
"""
NOT_RESOLVED = """
not resolved
It is not resolved.
It isn't resolved yet.
No, it is not resolved.
No, not yet.
not yet
The problem is not solved.
The issue has not been resolved
the problem still exists
still not fixed
unresolved
nicht gelöst
noch nicht
Nein, noch nicht.
leider noch nicht gelöst
Das Problem ist nicht gelöst.
Das Problem ist leider noch nicht behoben.
Nein, ist noch nicht erledigt
Das Problem besteht weiterhin.
immer noch nicht gelöst
"""
MORE_TIME = """
need more time
I need more time.
We still need some more time, sorry.
Yes, I need more time please.
more time please
Please give us more time.
We need a few more days.
Not yet, I need more time.
I will need longer
Hi Eva,|I need more time to test it.|Thanks|Ann
brauche mehr Zeit
Ich brauche mehr Zeit.
Wir brauchen noch etwas Zeit.
Ja, ich brauche leider noch etwas mehr Zeit, danke.
Bitte geben Sie mir noch etwas Zeit
noch etwas Zeit bitte
Noch nicht, ich brauche mehr Zeit
Wir benötigen noch ein paar Tage.
mehr Zeit bitte
Hallo Herr Example,|wir bräuchten noch etwas Zeit.|Viele Grüße|Ann
"""
UNTIL = """
need more time until 14 May                              2026-05-14
Need more time until May 14th.                           2026-05-14
I need more time until 14 May 2026, thank you            2026-05-14
we need more time until Thursday, 14 May                 2026-05-14
I need more time until 2026-05-14                        2026-05-14
Yes, I need more time till 14.05.                        2026-05-14
until 14 May                                             2026-05-14
Until 14 May please.                                     2026-05-14
I need until Monday                                      2026-03-09
need more time until next week                           2026-03-09
need more time until the end of the week                 2026-03-06
more time until the end of May please                    2026-05-31
I need 5 more days                                       2026-03-07
We need another two weeks.                               2026-03-16
I need one week                                          2026-03-09
Please give us 10 more working days                      2026-03-16
Please ask me again on 14 May.                           2026-05-14
I need more time for testing until tomorrow              2026-03-03
Not yet. I need more time, until 14 May.                 2026-05-14
need more time until 1 January                           2027-01-01
brauche mehr Zeit bis 14. Mai                            2026-05-14
Ich brauche mehr Zeit bis zum 14. Mai 2026.              2026-05-14
Ich brauche noch bis 14.05.                              2026-05-14
Wir brauchen noch etwas Zeit bis 14.5.2026, danke.       2026-05-14
bis 14. Mai                                              2026-05-14
bis zum 14.05. bitte                                     2026-05-14
brauche mehr Zeit bis Donnerstag, den 14. Mai            2026-05-14
Ich brauche noch bis Montag.                             2026-03-09
Ich brauche mehr Zeit bis nächste Woche                  2026-03-09
Ich brauche noch bis Ende der Woche                      2026-03-06
Wir brauchen noch zwei Wochen.                           2026-03-16
Ich brauche noch eine Woche                              2026-03-09
brauche noch 5 Tage                                      2026-03-07
Wir benötigen noch 10 Werktage                           2026-03-16
Bitte geben Sie mir bis Ende Mai Zeit                    2026-05-31
Bitte fragen Sie mich wieder am 14. Mai                  2026-05-14
Ich brauche mehr Zeit bis übermorgen                     2026-03-04
Noch nicht, brauche mehr Zeit bis Mitte April            2026-04-15
"""
NOTHING = """
yes
Yes.
yes please
no
ok
Thanks!
It works now, thanks!
works
done
is it resolved?
resolved?
Is it resolved or do I need more time
Resolved, but the other printer is on fire.
resolved, however it is slow
It is resolved except for the driver
almost resolved
partly resolved
not really sure it is resolved
I hope it is resolved
I think it is resolved
It will be resolved
It should be resolved now
It is resolved now, isn't it
When will it be resolved
Please don't close the case
Do not close the case.
Please close the window of the printer
If it is resolved you can close the case
No, it is resolved
No. Resolved.
Yes, it is not resolved
Resolved and not resolved
it was resolved until yesterday
resolved until 14 May
resolved on 14 May
The first problem is resolved, the second is not.
Resolved. New problem: the scanner is dead.
Resolved. The Printer Burns
Resolved.|Printer Down
Resolved|PS: call me
Thanks was it resolved
Hello Printer Room Is Burning,|resolved
resolved https://example.com/log
I need more time until 5/14
I need more time until 05/14/2026
I need more time until 31 February
I need more time until Friday, 14 May
I need more time until 14 May 2025
need more time until 1 March
need more time until 14 May or 20 May
I need more time until my boss is back
I need more time, what does the log mean
I need 5 days of support
I need a new printer
I need two weeks to explain what is wrong here
need help until 14 May
More time is needed by your engineers
We have more time
Resolved, I need more time
for 14 May
until
see you on Monday
14 May
two weeks
Can you give me more time?
How much more time do I need
not
not a problem
We are not yet
ja
Ja.
nein
ja bitte
Danke!
Funktioniert jetzt, danke.
läuft
gelöst?
Ist das gelöst
Ist das Problem jetzt gelöst?
Gelöst, aber der andere Drucker brennt.
erledigt, allerdings ist er langsam
fast gelöst
teilweise gelöst
Ich glaube, es ist gelöst
Ich hoffe, das Problem ist gelöst
Es sollte gelöst sein
Wann ist es gelöst
Wird noch erledigt
Muss noch erledigt werden
Bitte noch nicht schließen
Bitte den Fall nicht schließen
Bitte das Fenster schließen
Wenn es gelöst ist, können Sie den Fall schließen
Nein, gelöst
Nein. Erledigt.
Erledigt. Neue Störung
Erledigt.|Drucker Defekt
Erledigt: Rechnung folgt
Ja, ist nicht gelöst
gelöst und nicht gelöst
war gelöst, ist es nicht mehr
nicht mehr gelöst
Nicht das Problem ist gelöst
Kein Problem ist gelöst
Das erste Problem ist gelöst, das zweite nicht.
bis Montag
Bis Montag!
bis morgen
Bis nächste Woche, viele Grüße
bis bald
brauche mehr Zeit bis 5/14
brauche mehr Zeit bis 31. Februar
brauche mehr Zeit bis Freitag, 14. Mai
brauche mehr Zeit bis 14. Mai 2025
brauche mehr Zeit bis mein Chef zurück ist
Ich brauche mehr Zeit, was heißt diese Meldung
Ich brauche 5 Tage Unterstützung
Ich brauche einen neuen Drucker
Ich brauche Hilfe bis 14. Mai
Ihre Leute brauchen mehr Zeit
Wir haben mehr Zeit
Erledigt, ich brauche mehr Zeit
am 14. Mai
zwei Wochen
Können Sie mir mehr Zeit geben?
nicht
Guten Morgen
"""


def lines(table: str) -> list[str]:
    return [line.replace("|", "\n") for line in table.splitlines() if line]


@pytest.mark.parametrize("text", lines(RESOLVED))
def test_this_says_that_it_is_resolved(text: str) -> None:
    assert read(text) == Said(Meaning.RESOLVED)


@pytest.mark.parametrize("text", lines(NOT_RESOLVED))
def test_this_says_that_it_is_not_resolved(text: str) -> None:
    assert read(text) == Said(Meaning.NOT_RESOLVED)


@pytest.mark.parametrize("text", lines(MORE_TIME))
def test_this_asks_for_more_time(text: str) -> None:
    assert read(text) == Said(Meaning.MORE_TIME)


@pytest.mark.parametrize("line", lines(UNTIL))
def test_this_asks_for_time_until_that_day(line: str) -> None:
    text, day = line.rsplit(None, 1)
    assert read(text) == Said(Meaning.MORE_TIME, date.fromisoformat(day))


@pytest.mark.parametrize("text", lines(NOTHING))
def test_this_is_a_reply_like_any_other(text: str) -> None:
    assert read(text) is None


def test_the_samples_are_enough_in_both_languages() -> None:
    assert len(lines(RESOLVED + NOT_RESOLVED + MORE_TIME + UNTIL)) >= 120
    assert len(lines(NOTHING)) >= 120


@pytest.mark.parametrize("language", ANSWERS)
def test_the_links_of_a_reminder_write_what_the_desk_understands(language: str) -> None:
    meanings = {"resolved": Meaning.RESOLVED, "more_time": Meaning.MORE_TIME, "not_resolved": Meaning.NOT_RESOLVED}
    assert {name: read(words) for name, words in ANSWERS[language].items()} == {
        name: Said(meaning) for name, meaning in meanings.items()
    }


@pytest.mark.parametrize(
    "subject",
    ["Re: [Case #7] Printer on fire", "AW: [case #7] Printer on fire", "[Case #7]", "[EXTERN] Re: [Case #7] Printer on fire",
     "Re: [Case #7] Printer on…", "Re: Printer on fire"],
)  # fmt: skip
def test_a_subject_of_ours_says_nothing_new(subject: str) -> None:
    assert read("resolved", subject) == Said(Meaning.RESOLVED)


@pytest.mark.parametrize(
    "subject",
    ["Re: [Case #7] Printer on fire again", "Not true: [Case #7] Printer on fire", "The scanner",
     "Fwd: [Case #7] Printer on fire", "Re: [Case #7] Is"],
)  # fmt: skip
def test_a_subject_with_other_words_may_say_more(subject: str) -> None:
    assert read("resolved", subject) is None


@pytest.mark.parametrize("text", ["erledigt", "Schon erledigt, danke!", "Ist erledigt."])
def test_done_is_an_answer_to_our_question_only_and_else_perhaps_to_one_of_the_engineer(text: str) -> None:
    assert said(answer(text), case(7, Status.WITH_CUSTOMER), "Case", TODAY) is None
    assert said(answer(text), case(7, Status.REMINDED_TWICE), "Case", TODAY) == Said(Meaning.RESOLVED)


def test_a_file_may_say_more() -> None:
    assert read("resolved", attachments=(Attachment("log.txt", "text/plain", b"x"),)) is None


def test_quoted_words_count_for_nothing() -> None:
    quoted = (
        "\n\nOn Mon, 2 Mar 2026 at 10:00, Support <support@example.com> wrote:\n\n> Has it been resolved?\n> resolved"
    )
    assert read("resolved" + quoted) == Said(Meaning.RESOLVED)
    assert read("What is this?" + quoted) is None
    assert read(quoted) is None


SENTENCES = ("The scanner is dead.", "Aber er brennt.", "Is it really?", "Das Netz ist weg!")
OTHER = st.sampled_from((*SENTENCES, "but not the second one", "call me", "It burns"))
SIGNED = [line for line in lines(RESOLVED) if "\n" in line]
WORDS = st.sampled_from([line for line in lines(RESOLVED) if line not in SIGNED])
BETWEEN = st.sampled_from(("\n", " ", ". ", "\n\n", ", "))


@given(WORDS, OTHER, BETWEEN, st.booleans())
def test_no_mail_with_another_sentence_closes_anything(words: str, other: str, between: str, before: bool) -> None:
    whole = f"{other}{between}{words}" if before else f"{words}{between}{other}"
    found = read(whole)
    assert found is None or found.meaning is not Meaning.RESOLVED


@pytest.mark.parametrize("words", [line for line in SIGNED if "\n-- " not in line])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_below_the_name_is_one_more_sentence(words: str, sentence: str) -> None:
    assert read(f"{words}\n{sentence}") is None
    assert read(f"{words}\n\n{sentence}\n") is None
    assert read(f"{sentence}\n{words}") is None


def test_a_signature_may_say_what_it_likes_below_its_mark() -> None:
    assert read("resolved\n\nBest regards\nAnn\n-- \nThis mail is confidential.") == Said(Meaning.RESOLVED)
    assert read("resolved\n\nBest regards\nAnn Customer\nCustomer Ltd, Main Street 1") == Said(Meaning.RESOLVED)
    assert read("resolved\n\nSent from my iPhone.") == Said(Meaning.RESOLVED)


@given(st.sampled_from(lines(UNTIL)), st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_nobody_waits_until_a_day_that_is_past(line: str, today: date) -> None:
    found = said(answer(line.rsplit(None, 1)[0]), case(7), "Case", today)
    assert found is None or (found.until is not None and found.until > today)


@given(st.text(max_size=500))
def test_any_text_can_be_read(text: str) -> None:
    assert read(text) is None or len(text) < 500


@pytest.mark.parametrize(
    "piece", ["resolved ", "noch ", "14. ", "bis 14. Mai ", "the ", "thanks for ", "[(", "1.", "ende "]
)
def test_a_hostile_text_takes_no_time(piece: str) -> None:
    read(piece * 200)
    read(piece * (400 // len(piece)))
    read(piece * 100_000)


def test_more_than_a_few_words_is_a_story() -> None:
    assert read("resolved " * 60) is None


def test_a_span_is_counted_from_today() -> None:
    later = said(answer("I need two weeks"), case(7), "Case", TODAY + timedelta(days=10))
    assert later == Said(Meaning.MORE_TIME, date(2026, 3, 26))


@pytest.mark.parametrize(
    ("turkish", "plain"),
    [
        ("fıve days", "five days"),
        ("FİVE DAYS", "FIVE DAYS"),
        ("mid-aprıl", "mid-april"),
        ("end of APRİL", "end of APRIL"),
        ("frıday", "friday"),
        ("6 aprıl", "6 april"),
    ],
)
def test_a_turkish_keyboard_names_the_same_days(turkish: str, plain: str) -> None:
    today = date(2026, 3, 2)
    found = days_in(turkish, today)
    assert found == days_in(plain, today)
    assert found[0].day
