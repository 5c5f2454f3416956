"""Which case does a subject name? The tag `[Case #10042]`, found and made; and the subject without it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

# What the mail clients of the world put before the subject of an answer, and of a mail passed on.
REPLY_PREFIXES = (
    "re", "aw", "antw", "antwort", "sv", "vs", "res", "rif", "r", "odp", "ynt", "yanıt", "bls", "atb",
    "vá", "rép", "rép.", "réf", "réponse", "resp", "ang", "svar", "vast", "απ", "σχετ", "отв", "ответ", "на",
    "відп", "תשובה", "רד", "رد", "ตอบ", "回复", "回覆", "答复", "答覆", "返信", "답장", "回信", "trả lời", "balas",
)  # fmt: skip
FORWARD_PREFIXES = (
    "fw", "fwd", "wg", "tr", "rv", "i", "enc", "vb", "vl", "vs", "pd", "vbs", "doorst", "wtr", "ilt", "i̇lt",
    "továbbítás", "trs", "rvs", "прд", "пересл", "пер", "προωθ", "πρθ", "הועבר", "إعادة توجيه", "转发", "轉寄", "轉發",
    "転送", "전달", "chuyển tiếp", "terusan",
)  # fmt: skip

_MOST_NUMBERS = 20  # each is looked up in the store: a subject made of tags must not read thousands of cases
_LONGEST = 2_000  # characters of a subject that anybody can read; the mail keeps all of them
_PREFIXES = "|".join(sorted(map(re.escape, {*REPLY_PREFIXES, *FORWARD_PREFIXES}), key=len, reverse=True))
_FORWARDS = "|".join(sorted(map(re.escape, FORWARD_PREFIXES), key=len, reverse=True))
_COUNTED = r"(?: ?[\[(]\d{1,3}[\])]|[\^*]?\d{1,3})?"  # RE[2]: Re(3): Re^4:
_PREFIX = re.compile(rf"(?:{_PREFIXES}){_COUNTED} ?[:：] ?", re.IGNORECASE)
_FORWARD = re.compile(rf"(?:{_FORWARDS}){_COUNTED} ?[:：]", re.IGNORECASE)
_ANY_TAG = re.compile(r"[\[［【〔][^\[\]［］【】〔〕#＃]{1,60}[#＃]\s{0,9}\d{1,12}\s{0,9}[\]］】〕]")
_GAP = r"[\s\u200b\ufeff]*"
_FULL_WIDTH = 0xFEE0  # from ! to ! as East Asian keyboards write it


def tag(number: int, word: str) -> str:
    return f"[{word} #{number}]"


def tagged(subject: str, number: int, word: str) -> str:
    """The subject of a letter about this case: `[Case #10042] Printer on fire`."""
    return f"{tag(number, word)} {bare(subject, word)}".rstrip()


def numbers_in(subject: str, word: str) -> tuple[int, ...]:
    """The first cases a subject names, each once, in the order they stand there; at most 12 digits are a number."""
    return tuple(islice(dict.fromkeys(int(found[1]) for found in _pattern(word).finditer(subject)), _MOST_NUMBERS))


def bare(subject: str, word: str) -> str:
    """What the subject says itself: without tags and without the prefixes of answers and forwards."""
    words = subject[:_LONGEST]
    while _pattern(word).search(words):
        words = _pattern(word).sub(" ", words)
    return without_prefixes(words)


def without_prefixes(subject: str) -> str:
    """The subject on one line without `Re:`, `AW:`, `Fwd:` and their like, however many there are."""
    words = " ".join(subject.split())
    start = 0
    while found := _PREFIX.match(words, start):
        start = found.end()
    return words[start:]


def is_forward(subject: str) -> bool:
    """Is something passed on here? `VS:` forwards in Estonian, and answers in Finnish: it does not count."""
    found = _FORWARD.match(" ".join(subject.split()))
    return found is not None and not found[0].casefold().startswith("vs")


def was_passed_on(subject: str) -> bool:
    """Is it a forward, or an answer to one: does any of the prefixes say so?"""
    words, start = " ".join(subject.split()), 0
    while found := _PREFIX.match(words, start):
        if is_forward(words[start:]):
            return True
        start = found.end()
    return False


def has_tag(subject: str) -> bool:
    """Does a subject carry a tag at all, whatever word this desk, or another, puts into it?"""
    return _ANY_TAG.search(subject) is not None


@lru_cache(maxsize=64)
def _pattern(word: str) -> re.Pattern[str]:
    """Bracket, word, hash sign and number: in any case and spacing, half or full width."""
    words = _GAP.join("".join(map(_either_width, part)) for part in word.split())
    return re.compile(rf"[\[［【〔]{_GAP}{words}{_GAP}[#＃]{_GAP}(\d{{1,12}}){_GAP}[\]］】〕]", re.IGNORECASE)


def _either_width(letter: str) -> str:
    if "!" <= letter <= "~":
        return f"[{re.escape(letter)}{chr(ord(letter) + _FULL_WIDTH)}]"
    return re.escape(letter)
