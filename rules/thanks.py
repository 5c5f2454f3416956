"""Is this mail nothing but thanks? On a closed case it opens no new one; on an open case it is a reply like any other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rules.quotes import split
from rules.signatures import CLOSINGS
from rules.subject_tag import has_tag, is_forward, without_prefixes

# Somebody is grateful.
THANKS = (
    "thanks", "thank you", "thank u", "thankyou", "thx", "tnx", "thnx", "ty", "tysm", "many thanks", "big thanks",
    "huge thanks", "much appreciated", "i appreciate it", "appreciate it", "appreciated", "cheers", "i am grateful",
    "thanks a lot", "thanks a million", "thanks a bunch", "thanks so much", "thanks very much", "thanks heaps",
    "danke", "dankeschön", "dankeschoen", "danke schön", "danke schoen", "danke sehr", "danke vielmals", "merci",
    "vielen dank", "vielen lieben dank", "vielen herzlichen dank", "besten dank", "herzlichen dank", "lieben dank",
    "tausend dank", "schönen dank", "recht herzlichen dank", "ich danke", "ich bedanke mich", "wir danken",
    "ich danke ihnen", "ich danke dir", "ich danke euch", "wir danken ihnen", "wir bedanken uns", "bin ihnen dankbar",
)  # fmt: skip

# It works, or the message has arrived.
SOLVED = (
    "it works", "it works now", "works", "works now", "works fine", "works great", "works perfectly", "works again",
    "it is working", "it is working now", "working now", "now it works", "everything works", "everything is working",
    "all works", "all working", "works like a charm", "that works", "that worked", "this worked", "it worked",
    "worked", "that solved it", "this solved it", "that fixed it", "this fixed it", "that did it",
    "that did the trick", "did the trick", "that helped", "this helped", "that solved the problem",
    "that fixed the problem", "this solved the problem", "this fixed the problem", "that solved my problem",
    "this solved my problem", "that solved the issue", "that fixed the issue", "this fixed the issue",
    "that resolved it", "that resolved the issue", "this resolved the issue", "that resolved the problem",
    "the problem is solved", "the problem is fixed", "the problem is gone", "the problem is resolved",
    "problem solved", "the issue is solved", "the issue is resolved", "the issue is fixed", "the issue is gone",
    "issue resolved", "issue solved", "problem fixed", "problem resolved", "it is solved", "it is fixed",
    "it is resolved", "solved", "fixed", "resolved", "solved now", "fixed now", "all good", "all good now",
    "all fine", "all fine now", "all is well", "you can close the case", "you can close the ticket",
    "you can close this case", "you can close this ticket", "please close the case", "please close the ticket",
    "please close this case", "please close this ticket", "the case can be closed", "the ticket can be closed",
    "case closed", "no further questions", "nothing else", "got it", "received", "i got it", "understood", "noted",
    "well noted", "ok", "okay", "all right", "alright", "hat geklappt", "das hat geklappt", "es hat geklappt",
    "jetzt hat es geklappt", "hat alles geklappt", "alles hat geklappt", "hat funktioniert", "das hat funktioniert",
    "es hat funktioniert", "hat geholfen", "das hat geholfen", "funktioniert", "es funktioniert",
    "funktioniert jetzt", "es funktioniert jetzt", "jetzt funktioniert es", "jetzt funktioniert alles",
    "nun funktioniert es", "alles funktioniert", "es funktioniert wieder", "funktioniert wieder",
    "funktioniert einwandfrei", "alles funktioniert wieder", "jetzt geht es", "jetzt gehts", "jetzt geht's",
    "es geht wieder", "es geht jetzt", "geht wieder", "geht jetzt", "läuft", "läuft wieder", "läuft jetzt",
    "es läuft", "es läuft wieder", "jetzt läuft es", "alles läuft wieder", "das war es", "das war's", "das wars",
    "problem gelöst", "das problem ist gelöst", "ist gelöst", "gelöst", "das problem ist behoben", "problem behoben",
    "behoben", "hat sich erledigt", "es hat sich erledigt", "erledigt", "das hat sich erledigt", "alles gut",
    "alles bestens", "alles klar", "passt", "passt so", "alles ok", "in ordnung", "alles in ordnung", "erhalten",
    "angekommen", "verstanden", "zur kenntnis genommen", "habe ich erhalten", "sie können den fall schließen",
    "der fall kann geschlossen werden", "das ticket kann geschlossen werden", "bitte den fall schließen",
    "bitte das ticket schließen", "kann geschlossen werden", "kein problem", "no problem",
)  # fmt: skip

# What people say around it.
AROUND = (
    "so much", "very much", "a lot", "a million", "again", "once again", "once more", "indeed", "too", "all", "both",
    "everyone", "everybody", "team", "guys", "folks", "sir", "madam", "to you", "to all", "to everyone", "and", "for",
    "your", "the", "this", "that", "you", "all of you", "from me", "from us", "with", "on", "now", "it", "was",
    "were", "is", "are", "have", "been", "really", "truly", "just", "wanted to say", "i just wanted to say", "to say",
    "i", "we", "my", "our", "of", "in", "it is", "that is", "that was", "you are", "you were", "great", "perfect",
    "perfectly", "excellent", "awesome", "wonderful", "fantastic", "brilliant", "super", "nice", "good", "cool",
    "lovely", "amazing", "top", "wow", "yes", "yep", "yeah", "yay", "hooray", "oh", "ah", "very", "helpful", "kind",
    "quick", "fast", "prompt", "swift", "speedy", "immediate", "friendly", "patient", "patience", "great job", "help",
    "helping", "helping me", "helping us", "support", "reply", "response", "answer", "answers", "assistance",
    "service", "work", "effort", "efforts", "advice", "hint", "tip", "tips", "info", "information", "update",
    "explanation", "feedback", "time", "kindness", "solution", "fix", "confirmation", "the best", "job", "well done",
    "have a nice day", "have a great day", "have a good day", "have a nice weekend", "have a great weekend",
    "have a good weekend", "nice weekend", "nice evening", "you too", "much", "as always", "as usual", "like a charm",
    "fine", "letting me know", "letting us know", "getting back to me", "getting back to us", "looking into it",
    "looking into this", "taking care", "solving", "fixing", "resolving", "me", "us", "everything", "attention",
    "nochmal", "nochmals", "noch einmal", "auch", "sehr", "ganz", "ganz herzlich", "herzlich", "herzlichst", "allen",
    "an alle", "an das team", "ihnen", "ihnen allen", "dir", "euch", "euch allen", "für", "und", "die", "das", "der",
    "den", "dem", "ihre", "ihren", "ihr", "deine", "deinen", "eure", "euren", "schnelle", "schnellen", "rasche",
    "prompte", "promptes", "nette", "netten", "tolle", "tollen", "gute", "guten", "freundliche", "kompetente",
    "hilfe", "unterstützung", "antwort", "rückmeldung", "auskunft", "infos", "informationen", "hinweis", "tipp",
    "mühe", "geduld", "bemühungen", "einsatz", "bearbeitung", "lösung", "erklärung", "zeit", "von", "mir", "uns",
    "prima", "toll", "klasse", "wunderbar", "perfekt", "großartig", "ausgezeichnet", "genial", "hervorragend",
    "bestens", "gut", "sehr gut", "ja", "jawohl", "jetzt", "nun", "wieder", "alles", "einwandfrei", "auf jeden fall",
    "schönes wochenende", "einen schönen tag", "schönen tag", "schönen tag noch", "schönen abend",
    "schönes wochenende noch", "einen schönen tag noch", "ein schönes wochenende", "schönen feierabend", "gerne",
    "es", "im team", "so", "vielmals", "wie immer",
)  # fmt: skip

# Words before a name, at the beginning of a line.
GREETINGS = (
    "hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening", "morning", "hi there",
    "hello there", "hallo", "moin", "servus", "grüezi", "liebe", "lieber", "guten tag", "guten morgen", "guten abend",
    "sehr geehrte", "sehr geehrter", "sehr geehrte damen und herren", "grüß gott", "dear sir or madam", "dear all",
    "hallo zusammen",
)  # fmt: skip
TITLES = frozenset(
    ("mr", "mrs", "ms", "dr", "prof", "herr", "herrn", "frau", "team", "support", "sir", "madam", "alle")
)

# Pictures that say thanks or yes.
PICTURES = frozenset("👍👌🙏❤💙💚💛🧡💜🖤🤍💕💖😊🙂😀😃😄😁😍🥰😉🤗🎉🥳✅✔💪🙌👏🤝💐🌹☺♥⭐🌟✨🫶🚀😎")
SMILEYS = (":+1:", ":-)", ":)", ";-)", ";)", ":-d", ":d", "=)", "(y)", "<3", "^^", ":heart:", ":pray:", ":thumbsup:")
PICTURE_PARTS = frozenset("\ufe0f\u200d🏻🏼🏽🏾🏿")  # variation, joiner, colour of skin

# Names are words in no table; these are words no one is called, and all that would turn thanks into a request.
NO_NAMES = frozenset((
    "error", "errors", "problem", "problems", "issue", "issues", "question", "bug", "no", "not", "nothing", "never",
    "but", "however", "still", "help", "please", "urgent", "why", "how", "when", "what", "where", "who", "broken",
    "fehler", "frage", "fragen", "nein", "nicht", "nichts", "kein", "keine", "aber", "doch", "trotzdem", "leider",
    "noch", "bitte", "dringend", "hilfe", "wieso", "warum", "wann", "wie", "was", "wo", "wer", "kaputt", "defekt",
    "down", "wrong", "failed", "offline", "crash", "crashed", "server", "printer", "computer", "system", "network",
    "password", "login", "drucker", "rechner", "netzwerk", "passwort", "absturz", "ausfall",
))  # fmt: skip

_LONGEST = 600  # characters; more is a story
_QUESTION_MARKS = frozenset("?？؟;¿")
_MOST_NAMES = 4  # words of a name, title included
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_SMILEY = re.compile("(?:" + "|".join(map(re.escape, SMILEYS)) + r")(?!\w)", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"[.,;:!…–—()*~\"]+|(?<!\w)[-/]+|[-/]+(?!\w)")
_SHORT_FORMS = {"it's": "it is", "its": "it is", "that's": "that is", "thats": "that is", "&": "and", "+": "and"}


def is_mere_thanks(subject: str, text: str) -> str:
    """The words of thanks when the mail says nothing else, and "" when it says or may say anything more."""
    if is_forward(subject):
        return ""
    fresh = split(text).fresh
    own_subject = without_prefixes(subject)
    if not fresh:
        return _thanks_in(own_subject)
    is_answer = has_tag(subject) or own_subject != " ".join(subject.split())
    if own_subject and not is_answer and not _thanks_in(own_subject):
        return ""  # a subject of his own may be the request: `Printer broken`, and below it `Thanks, Ann`
    return _thanks_in(fresh)


def _thanks_in(text: str) -> str:
    """The first words of thanks, if every clause is made of words from the tables, and names where names stand."""
    if len(text) > _LONGEST or not _QUESTION_MARKS.isdisjoint(text):
        return ""
    text, picture = _without_pictures(unicodedata.normalize("NFC", text).replace("’", "'"))
    evidence = ""
    for number, line in enumerate(_unwrapped(text)):
        found = _read_line(line, is_first=number == 0)
        if found is None:
            return ""
        evidence = evidence or found
    return evidence or picture


def _without_pictures(text: str) -> tuple[str, str]:
    """The text without pictures of thanks, and the first of them."""
    pictures = [sign for sign in text if sign in PICTURES] + _SMILEY.findall(text)
    plain = "".join(" " if sign in PICTURES else "" if sign in PICTURE_PARTS else sign for sign in text)
    return _SMILEY.sub(" ", plain), pictures[0] if pictures else ""


def _unwrapped(text: str) -> list[str]:
    """The lines that are not blank; one that goes on with a small letter belongs to the line above."""
    lines: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        if lines and line[0].islower() and lines[-1][-1].isalnum():
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


def _read_line(line: str, *, is_first: bool) -> str | None:
    """The words of thanks in a line, "" without any; None when the line says something else."""
    evidence = ""
    for number, clause in enumerate(_CLAUSE_ENDS.split(line)):
        words = [form for word in clause.split() for form in _SHORT_FORMS.get(word.casefold(), word).split()]
        if not all(map(_WORD.fullmatch, words)):
            return None
        found = _read_clause(words, may_be_a_name=number > 0 or not is_first)
        if found is None:
            return None
        evidence = evidence or found
    return evidence


def _read_clause(words: Sequence[str], *, may_be_a_name: bool) -> str | None:
    """The words of thanks in a clause: phrases of the tables, and at its end perhaps a name."""
    folded = [word.casefold() for word in words]
    evidence = ""
    at = 0
    while at < len(words):
        phrase = _phrase_at(folded, at)
        if at == 0 and len(phrase) == 1 and folded[0] in NO_NAMES:
            return None  # `Thanks. Help!`
        if not phrase:
            is_name = _is_name(words[at:]) and (at > 0 or may_be_a_name)
            return evidence if is_name else None
        if not evidence and phrase in _SAYING_SO:
            evidence = " ".join(phrase)
        at += len(phrase)
    return evidence


def _phrase_at(folded: Sequence[str], at: int) -> tuple[str, ...]:
    """The longest phrase of the tables that begins here; () when none does."""
    phrases = _PHRASES.get(folded[at], ())
    return next((phrase for phrase in phrases if tuple(folded[at : at + len(phrase)]) == phrase), ())


def _is_name(words: Sequence[str]) -> bool:
    names = [word for word in words if word.casefold().rstrip(".") not in TITLES]
    return len(words) <= _MOST_NAMES and all(map(_may_be_a_name, names))


def _may_be_a_name(word: str) -> bool:
    """A capital first and small letters then: who writes in capitals tells us nothing by them."""
    shouted = len(word) > 1 and word.isupper()
    return word[0].isupper() and not shouted and word.casefold() not in NO_NAMES


def _table(*rows: Sequence[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases by their first word, the longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted({tuple(phrase.casefold().split()) for row in rows for phrase in row}, key=len, reverse=True):
        table.setdefault(words[0], []).append(words)
    return {first: tuple(phrases) for first, phrases in table.items()}


_SAYING_SO = frozenset(tuple(phrase.casefold().split()) for phrase in (*THANKS, *SOLVED))
_PHRASES = _table(THANKS, SOLVED, AROUND, GREETINGS, CLOSINGS)
