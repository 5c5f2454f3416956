"""Does a mail client say here that older words follow? What it writes above a quotation, all over the world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

# "wrote", as mail clients say it before or after the name.
WROTE = (
    "wrote", "writes", "schrieb", "geschrieben", "schreibt", "a écrit", "a ecrit", "écrivait", "escribió", "escribio",
    "ha scritto", "scrive", "schreef", "geschreven", "skrev", "skrifaði", "escreveu", "va escriure", "a scris",
    "napisał", "napisał(a)", "napisała", "pisze", "napsal", "napísal", "píše", "je napisao", "je napisal", "napisao",
    "написал", "пишет", "писал", "написав", "пише", "писав", "напісаў", "написа", "kirjoitti", "kirjutas", "rakstīja",
    "parašė", "írta", "yazdı", "έγραψε", "đã viết", "menulis", "เขียนว่า", "写道", "寫道", "写到", "書きました",
    "のメール", "작성", "כתב", "كتب", "تمت كتابة",
)  # fmt: skip

# The word such a line begins with, where it begins with the date.
OPENERS = (
    "on", "am", "le", "el", "il", "op", "den", "em", "no dia", "a las", "la", "în", "in data", "w dniu", "dnia", "dne",
    "dňa", "dana", "на", "в", "ngày", "vào", "pada", "στις", "kuupäeval", "на дата", "в сообщении от", "ב", "בתאריך",
    "في", "在", "於", "于", "ในวันที่",
)  # fmt: skip

# The word it begins with, where there is no date at all (Horde, IMP and their translations).
QUOTING = ("quoting", "zitat von", "zitiere", "citando", "citation de", "selon", "citeren", "citerar", "cytowanie")

# Nobody's mail client calls a sender this: a person is telling of somebody, or something, that wrote.
TOLD = frozenset((
    "the", "our", "your", "my", "this", "that", "these", "it", "i", "we", "they", "server", "system", "program",
    "der", "die", "das", "ein", "eine", "einer", "unser", "unsere", "unserer", "euer", "eure", "programm",
    "mein", "meine", "ich", "wir", "es", "er", "sie",
))  # fmt: skip
TOLD_OF_ONESELF = frozenset(("i", "we", "ich", "wir"))  # not even with an address beside it

# The line between the new words and a whole mail that was answered or passed on.
DIVIDERS = (
    "original message", "original mail", "original email", "original appointment", "reply message",
    "forwarded message", "forwarded mail", "forwarded by", "start of forwarded message", "ursprüngliche nachricht",
    "ursprungliche nachricht", "originalnachricht", "original-nachricht", "original nachricht", "original-mail",
    "ursprünglicher termin", "weitergeleitete nachricht", "weitergeleitet von", "message d'origine",
    "message d’origine", "message original", "message initial", "message transféré", "message transmis",
    "courriel original", "mensaje original", "mensaje reenviado", "missatge original", "mensagem original",
    "mensagem encaminhada", "mensagem reencaminhada", "messaggio originale", "messaggio inoltrato",
    "oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "oprindelig meddelelse",
    "original meddelelse", "oprindelig besked", "videresendt meddelelse", "opprinnelig melding",
    "videresendt melding", "opprinnelig e-post", "ursprungligt meddelande", "originalmeddelande",
    "ursprungsmeddelande", "vidarebefordrat meddelande", "alkuperäinen viesti", "välitetty viesti",
    "upprunaleg skilaboð", "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość przekazana", "původní zpráva",
    "původní e-mail", "přeposlaná zpráva", "pôvodná správa", "eredeti üzenet", "továbbított üzenet",
    "izvirno sporočilo", "izvorna poruka", "mesaj original", "mesajul original", "исходное сообщение",
    "оригинальное сообщение", "пересылаемое сообщение", "перенаправленное сообщение", "оригінальне повідомлення",
    "переслане повідомлення", "αρχικό μήνυμα", "özgün ileti", "orijinal mesaj", "iletilen mesaj", "thư gốc", "原始邮件",
    "原始郵件", "转发的邮件", "转发邮件", "轉寄郵件", "元のメッセージ", "転送されたメッセージ",
    "원본 메시지", "원본 메일", "전달된 메일", "הודעה מקורית",
    "الرسالة الأصلية",
)  # fmt: skip

# Apple Mail's title, a line that ends with a colon; and a client that divides with a sentence.
TITLES = frozenset((
    "begin forwarded message", "anfang der weitergeleiteten nachricht", "beginn der weitergeleiteten nachricht",
    "début du message réexpédié", "début du message transféré", "inicio del mensaje reenviado",
    "início da mensagem encaminhada", "início da mensagem reencaminhada", "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato", "begin doorgestuurd bericht", "start på videresendt besked",
    "vidarebefordrat brev", "videresendt melding", "välitetty viesti alkaa", "początek przekazywanej wiadomości",
    "začátek přeposlané zprávy", "начало переадресованного сообщения", "以下是转发的邮件", "下面是被转发的邮件",
    "開始轉寄郵件", "転送されたメッセージ",
))  # fmt: skip
DIVIDING_SENTENCES = ("original message processed by",)

SIGNS = (">", "|", "＞")  # what stands before each quoted line
# White space, and what nobody sees: soft hyphens, joiners, marks of direction.
BLANKS = (
    " \t\r\f\v\xa0\u3000\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
    "\x1c\x1d\x1e\x1f\x85\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
)

_OPENINGS = (*(f"{word} " for word in (*OPENERS, *QUOTING)), "ב-", "在2", "於2")
_COLONS = (":", "：")
_ENDS = (*_COLONS, ">", ">,")
_RULING = "-–—_=*~─━ \xa0"
_RULED = ("--", "- -", "––", "——")
_LONGEST_DIVIDER = 120
_LONGEST = 400  # characters of an attribution, all its lines together
_SHORTEST = 6
_LONGEST_NAME = 6  # words of `Ann Example wrote:`
_MOST_LINES = 4  # a client that wraps makes two or three of it
_DATE = re.compile(r"(?:19|20)\d\d|\d[:.h]\d\d|\d{1,2}[./-]\d{1,2}|\d ?[年月日년월일]")
_DAY = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}|\d ?[年月日년월일]")
_BRACKETED = re.compile(r"[<(\[]\s?[^\s<>()\[\]]{1,254}@[^\s<>()\[\]]{1,254}\s?[>)\]]")
_ENDS_WITH_ADDRESS = re.compile(r"[<(\[]\s?[^\s<>()\[\]]{1,254}@[^\s<>()\[\]]{1,254}\s?[>)\]][^\w<>]{0,8}$")


class Certainty(IntEnum):
    """What must stand below the line before we believe it."""

    POSSIBLE = 1  # a quote sign
    LIKELY = 2  # a quote sign, or a blank line above and below
    SURE = 3  # anything


@dataclass(frozen=True, slots=True)
class Introduction:
    """The lines first to last, both included, that introduce a quotation."""

    first: int
    last: int
    certainty: Certainty


def attribution_ending_at(lines: Sequence[str], at: int) -> Introduction | None:
    """`On 5 March 2024, Ann wrote:` whose last line is this one; clients wrap it, so up to three more belong to it."""
    if not lines[at].endswith(_ENDS) or (lines[at].startswith(SIGNS) and not closes_a_bracket(lines, at)):
        return None
    best: Introduction | None = None
    best_rank = (-1, -1)
    words = ""
    for first in range(at, max(-1, at - _MOST_LINES), -1):
        line = lines[first]
        if not _continues(line, last=first == at) or len(words) + len(line) > _LONGEST:
            break
        words = f"{line} {words}".strip()
        certainty = _certainty(words)
        rank = (_opening(line), 1 if certainty is Certainty.SURE else 0)
        if certainty and rank > best_rank:
            best, best_rank = Introduction(first, at, certainty), rank
    return best


def closes_a_bracket(lines: Sequence[str], at: int) -> bool:
    """`Ann <ann@example.com` above `>:` is one line that was wrapped, no quotation."""
    if at == 0 or not lines[at].startswith(">"):
        return False
    above = lines[at - 1]
    return above.rfind("<") > above.rfind(">") and "@" in above and not above.startswith(SIGNS)


def divider_at(lines: Sequence[str], at: int) -> Introduction | None:
    """`-----Original Message-----`, or one of the titles that end with a colon instead of a rule."""
    line = lines[at]
    if len(line) > _LONGEST_DIVIDER:
        return None
    title = line.strip(_RULING).rstrip(":： ").casefold()
    ruled = line.startswith(_RULED) and title.startswith(DIVIDERS)
    titled = line.endswith(_COLONS) and title in TITLES
    return Introduction(at, at, Certainty.SURE) if ruled or titled or title.startswith(DIVIDING_SENTENCES) else None


def is_rule(line: str) -> bool:
    """A line of dashes, underscores or the like, and nothing else."""
    return len(line) >= 5 and not line.strip(_RULING)


def is_dated(words: str) -> bool:
    return bool(_DATE.search(words))


def says_wrote(words: str) -> bool:
    folded = words.casefold()
    return any(verb in folded for verb in WROTE)


def _continues(line: str, *, last: bool) -> bool:
    """May this line be a part of a wrapped attribution? Not a blank one, a quoted one, or the end of a sentence."""
    return bool(line) and (last or not (line.startswith(SIGNS) or line.endswith((*_COLONS, "!", "?", "。"))))


def _opening(line: str) -> int:
    """How well an attribution could begin here: 2 with a word like On, 1 with a date or a weekday, 0 otherwise."""
    start = line.lstrip("-*_ ").casefold()
    if start.startswith(_OPENINGS):
        return 2
    first, _, rest = start.partition(" ")
    return 1 if first[:1].isdigit() or (rest[:1].isdigit() and len(first) < 12) else 0


def _certainty(words: str) -> Certainty | None:
    if len(words) < _SHORTEST:
        return None
    wrote, dated, bracketed = says_wrote(words), is_dated(words), bool(_BRACKETED.search(words))
    told = not (TOLD_OF_ONESELF if bracketed else TOLD).isdisjoint(_names(words))
    if told:
        return None
    if not words.endswith(_COLONS):
        return Certainty.POSSIBLE if bracketed and _is_date_and_address(words) else None
    if bracketed and (dated if wrote else _is_date_and_address(words)):
        return Certainty.SURE
    if wrote and dated and (_opening(words) or "@" in words):
        return Certainty.LIKELY
    if wrote and (bracketed or _opening(words) or len(words.split()) <= _LONGEST_NAME):
        return Certainty.POSSIBLE
    return Certainty.POSSIBLE if bracketed and words.casefold().startswith(QUOTING) else None


def _is_date_and_address(words: str) -> bool:
    """`26.06.2014, 14:41, Ann <ann@example.com>:` as Yandex, Gmail in Japanese and others put it, without a verb."""
    begins = _opening(words) == 1 or not words[0].isascii()
    return begins and bool(_DAY.search(words) and _ENDS_WITH_ADDRESS.search(words))


def _names(words: str) -> list[str]:
    """The words after the opening one, without those that belong to a name: van der Berg is a person."""
    names = words.casefold().replace("(", " ").split()
    return [word for before, word in pairwise(names) if before not in ("van", "von", "de")]
