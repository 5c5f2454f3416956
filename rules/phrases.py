"""Does a text say this, and does it mean it? Phrases found in the words of a customer, unless he denies or only imagines them.

    server|service is|are down     words one after another; | stands between words that may take each other's place
    crash*   *server               any ending, any beginning: crashes, Datenbankserver
    server ... down                up to four other words in between, within one clause
    # users|people                 a number
    ~search                        the word alone, denied or not

A text is compared in lower case, with ae for ä, and with "cannot" and "is not" for "can't" and "isn't". A phrase counts for
nothing where it is denied ("no data loss", "ist nicht abgestürzt") or imagined ("what happens if the server crashes?"). Reading
takes time in proportion to the text, whatever it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

NUMBER = "#"
NAMED = "~"  # before a phrase: it counts even where it is denied
GAP = 4  # words that may stand in the place of "..."
DENIED_WITHIN = 3  # words before a phrase in which a denial counts
LONGEST = 5_000  # characters that are read: whoever is in trouble says so before; what follows is a log
AFFIX = 4  # letters by which a phrase that begins with "crash*" or "*server" is looked up
MOST_WORDS_KEPT = 20_000  # of which is remembered what begins with them


def listed(text: str) -> tuple[str, ...]:
    """Phrases as they stand in a table, with commas between them."""
    return tuple(dict.fromkeys(filter(None, (" ".join(phrase.split()) for phrase in text.split(",")))))


def named(text: str) -> tuple[str, ...]:
    """Phrases for what a sentence is about: "no search any more" and "the search finds nothing" are both about the search."""
    return tuple(NAMED + phrase for phrase in listed(text))


DENIALS = frozenset(
    listed(
        """
        not, no, never, without, none, nothing, nor, neither, nobody, hardly, zero, nicht, kein, keine, keinen, keinem, keiner,
        keines, keins, keinerlei, ohne, nie, niemals, niemand, nichts, weder, kaum
        """
    )
)
DENIED_AFTER = tuple(
    tuple(words.split())
    for words in listed(
        """
        did not, has not, have not, had not, was not, were not, is not, are not, ist nicht, ist nichts, ist es nicht,
        ist das nicht, war es nicht, gab es nicht, gab es keine, gab es keinen, ist niemand, wurde nicht, wurden nicht,
        haben wir nicht, haben wir keine, haben wir keinen
        """
    )
)
NOT_A_DENIAL = frozenset(
    ("only", "just", "nur", "mehr", "zuletzt")
)  # not only slow; "nicht mehr" begins a phrase of its own

CONDITIONS = frozenset(
    listed(
        """
        if, when, whether, would, could, should, might, suppose, supposing, case, event, wenn, falls, sollte, sollten, ob, wuerde,
        wuerden, koennte, koennten, gesetzt, falle, ever, einmal, mal, jemals, happens, passiert
        """
    )
)
IMAGINED = listed(
    """
    what happens, what would happen, what if, in case of, in the event, was passiert, was geschieht, im falle, im fall, suppose,
    supposing, angenommen, hypothetic*, theoretic*, theoretisch, should the, should a, falls einmal, wenn einmal, continuity,
    notfallhandbuch, notfallplan, disaster recovery, questionnaire, fragebogen, risk assessment, avoid, prevent, vermeiden,
    verhindern, in such a case, in so einem fall, in solchen faellen
    """
)

_TOKEN = re.compile(r"\n\s*\n|\n\s*(?=[-*•\d(])|[^\W_]+(?:['.][^\W_]+)*|[.!?,;:()\[\]{}–—/|=]|->")
_SENTENCE_ENDS = frozenset(".!?")
_TURNS = frozenset(
    (
        "but",
        "however",
        "although",
        "though",
        "while",
        "whereas",
        "aber",
        "jedoch",
        "sondern",
        "doch",
        "waehrend",
        "obwohl",
    )
)
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "‘": "'", "´": "'", "`": "'", "\N{NO-BREAK SPACE}": " "}
)
_SHORT = {
    "can't": "cannot", "cant": "cannot", "won't": "will not", "wont": "will not", "dont": "do not", "doesnt": "does not",
    "isnt": "is not", "didnt": "did not", "hasnt": "has not", "wasnt": "was not", "arent": "are not", "it's": "it is",
    "geht's": "geht es", "gibt's": "gibt es", "ist's": "ist es", "couldnt": "could not", "havent": "have not",
}  # fmt: skip
_SHORT_FORM = re.compile(r"\b(?:" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence, and for each the number of its clause; `asks` when it ends with a question mark."""

    words: tuple[str, ...]
    clauses: tuple[int, ...]
    asks: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase stands, and what stands there."""

    phrase: str
    sentence: int
    said: str


def read(text: str) -> tuple[Sentence, ...]:
    """The text in sentences. An empty line and the beginning of a list end one, the end of a line alone does not."""
    sentences: list[Sentence] = []
    words: list[str] = []
    clauses: list[int] = []
    clause = 0
    for part in (*_TOKEN.findall(_spelt_out(folded(text[:LONGEST]))), "."):
        if part[0].isalnum():
            clause += part in _TURNS
            words.append(part)
            clauses.append(clause)
        elif part in _SENTENCE_ENDS or part[0] == "\n":
            if words:
                sentences.append(Sentence(tuple(words), tuple(clauses), part == "?"))
                words, clauses = [], []
            clause = 0
        else:
            clause += 1
    return tuple(sentences)


def folded(text: str) -> str:
    """The text as phrases are compared with it."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)


def _spelt_out(text: str) -> str:
    """Contractions as the words they stand for: isn't is "is not", the server's "the server"."""
    text = _SHORT_FORM.sub(lambda found: _SHORT[found[0]], text)
    return text.replace("n't", " not").replace("'s", "") if "'" in text else text


class Book:
    """A set of phrases, ready to be looked for. Errors: ValueError for a phrase that says nothing.

    A phrase is looked at where its first word stands, or its first two, and only in a sentence that has a word it ends with.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._pairs: defaultdict[tuple[str, str], list[_Phrase]] = defaultdict(list)  # by two words that begin them
        self._exact: defaultdict[str, list[_Phrase]] = defaultdict(list)
        self._open: defaultdict[str, list[_Phrase]] = defaultdict(list)  # "crash*" under ^cras, "*server" under rver$
        self._begun: dict[str, tuple[_Phrase, ...]] = {}  # what begins with a word met before
        for text in dict.fromkeys(phrases):
            self._file(_compiled(text))

    def _file(self, phrase: _Phrase) -> None:
        first, *more = phrase.parts
        second = more[0].words if more and more[0].is_plain else ()
        for word in first.words:
            for following in second:
                self._pairs[word, following].append(phrase)
            if not second:
                self._exact[word].append(phrase)
        for key in first.looked_up_by():
            self._open[key].append(phrase)

    def hits(self, sentences: Sequence[Sentence]) -> list[Hit]:
        """Every phrase where it first stands in each sentence, if it is meant."""
        return [hit for number, sentence in enumerate(sentences) for hit in self._in(sentence, number)]

    def _in(self, sentence: Sentence, number: int) -> Iterator[Hit]:
        found: set[str] = set()
        said = frozenset(sentence.words)
        for at, (word, following) in enumerate(zip(sentence.words, (*sentence.words[1:], ""), strict=True)):
            for phrase in (*self._pairs.get((word, following), ()), *self._begun_by(word)):
                if phrase.text in found or (phrase.ends and phrase.ends.isdisjoint(said)):
                    continue
                places = _match(phrase.parts, sentence, at)
                if places and (phrase.denies or not _is_denied(sentence, places)):
                    found.add(phrase.text)
                    yield Hit(phrase.text, number, " ".join(sentence.words[places[0] : places[-1] + 1]))

    def _begun_by(self, word: str) -> tuple[_Phrase, ...]:
        begun = self._begun.get(word)
        if begun is None:
            if len(self._begun) >= MOST_WORDS_KEPT:
                self._begun.clear()
            keys = ("", f"^{word[:AFFIX]}", f"{word[-AFFIX:]}$", NUMBER if word[0].isdigit() else "")
            open_ones = (phrase for key in dict.fromkeys(keys) for phrase in self._open.get(key, ()))
            begun = tuple(
                dict.fromkeys(
                    (*self._exact.get(word, ()), *(one for one in open_ones if one.parts[0].is_open_to(word)))
                )
            )
            self._begun[word] = begun
        return begun


@dataclass(frozen=True, slots=True)
class _Part:
    """What may stand in one place of a phrase."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    number: bool
    gap: bool  # "..."

    @property
    def is_plain(self) -> bool:
        return not (self.beginnings or self.endings or self.number or self.gap)

    def looked_up_by(self) -> Iterator[str]:
        """Under which letters it is looked up by a word that it only describes; "" where they are too few."""
        yield from (f"^{letters[:AFFIX]}" if len(letters) >= AFFIX else "" for letters in self.beginnings)
        yield from (f"{letters[-AFFIX:]}$" if len(letters) >= AFFIX else "" for letters in self.endings)
        yield from (NUMBER,) if self.number else ()

    def is_said_by(self, word: str) -> bool:
        return word in self.words or self.is_open_to(word)

    def is_open_to(self, word: str) -> bool:
        """Is it one of the words that are only described: "crash*", "*server", a number?"""
        return word.startswith(self.beginnings) or word.endswith(self.endings) or (self.number and word[0].isdigit())


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    parts: tuple[_Part, ...]
    denies: bool  # it has a denial in it ("cannot") or is only named: what stands before it denies nothing
    ends: frozenset[str]  # the words one of which it ends with; none when its end is open, as in "crash*"


@lru_cache(maxsize=8192)
def _compiled(text: str) -> _Phrase:
    """Errors: ValueError."""
    parts = tuple(_part(part) for part in folded(text.removeprefix(NAMED)).split())
    if not parts or parts[0].gap or parts[-1].gap or any(part.is_plain and not part.words for part in parts):
        raise ValueError(f"found the phrase {text!r}, expected words, with ... only between them")
    if any(letters == "" for part in parts for letters in (*part.beginnings, *part.endings)):
        raise ValueError(f"found the phrase {text!r}, expected letters beside every *")
    denies = text.startswith(NAMED) or any(DENIALS & part.words for part in parts)
    return _Phrase(text, parts, denies, parts[-1].words if parts[-1].is_plain else frozenset())


def _part(text: str) -> _Part:
    forms = [] if text == "..." else [form for form in text.split("|") if form]
    return _Part(
        frozenset(form for form in forms if "*" not in form and form != NUMBER),
        tuple(form.removesuffix("*") for form in forms if form.endswith("*")),
        tuple(form.removeprefix("*") for form in forms if form.startswith("*") and not form.endswith("*")),
        NUMBER in forms,
        text == "...",
    )


def _match(parts: tuple[_Part, ...], sentence: Sentence, start: int) -> list[int]:
    """The places of the words of a phrase that begins here, all in one clause; none when it does not stand here."""
    words, clauses = sentence.words, sentence.clauses
    places: list[int] = []
    at, gap = start, 0
    for part in parts:
        if part.gap:
            gap = GAP
            continue
        for place in range(at, min(at + gap + 1, len(words))):
            if clauses[place] != clauses[start]:
                return []
            if part.is_said_by(words[place]):
                places.append(place)
                at, gap = place + 1, 0
                break
        else:
            return []
    return places


def _is_denied(sentence: Sentence, places: list[int]) -> bool:
    """A denial close before it, between its words, or right behind it, in the same clause."""
    words, clauses = sentence.words, sentence.clauses
    clause = clauses[places[0]]
    inside = set(range(places[0], places[-1])) - set(places)
    before = range(max(0, places[0] - DENIED_WITHIN), places[0])
    for place in (*before, *inside):
        if words[place] in DENIALS and clauses[place] == clause and words[place + 1] not in NOT_A_DENIAL:
            return True
    behind = words[places[-1] + 1 : places[-1] + 4]
    return any(behind[: len(denial)] == denial for denial in DENIED_AFTER)


def is_imagined(sentence: Sentence) -> bool:
    """A question with a condition in it, or words with which people speak of what has not happened."""
    if _imagining().hits((sentence,)):
        return True
    return sentence.asks and bool(CONDITIONS.intersection(sentence.words))


@lru_cache(maxsize=1)
def _imagining() -> Book:
    return Book(IMAGINED)
