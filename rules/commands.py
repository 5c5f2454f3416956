"""What does an engineer order? Lines beginning with "/" at the top of his mail, before any other text."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from rules.attributions import BLANKS
from rules.lifecycle import Event
from rules.quotes import split


@dataclass(frozen=True, slots=True)
class Row:
    word: str
    event: Event
    takes: str  # TEXT: what follows, on the line and below; else what stands on the line; "" nothing
    undo: str  # what takes it back within 15 minutes; "" when nothing does
    meaning: str
    instead: tuple[tuple[str, Event], ...] = ()  # what it is to the case when this word, or nothing, follows it


USE = "/use"
MEET = "/meet"
TEXT = "text"
NUMBER = "NUMBER"  # of another case
UNDO = "/undo"
CONFIRM = "/confirm"
ESCALATE, TO_DEVELOPMENT, TO_MAINTENANCE = "/escalate", "development", "maintenance"

CLOSED, NOTED, SET, ADMITTED = Event.ENGINEER_CLOSED, Event.ENGINEER_NOTED, Event.ENGINEER_SET, Event.ENGINEER_ADMITTED
WAITS, KEEPS, UNDID = Event.ENGINEER_WAITS, Event.ENGINEER_KEEPS, Event.ENGINEER_UNDID
ANSWERED, INVITED, CALLED_OFF = Event.ENGINEER_ANSWERED, Event.ENGINEER_INVITED, Event.ENGINEER_CALLED_OFF
REFUSED = Event.ENGINEER_REFUSED
ESCALATED = Event.ENGINEER_ESCALATED
WITH_ANSWER = frozenset({SET, WAITS, KEEPS, ANSWERED})  # text below these goes to the customer
CONFIRMED = Event.ENGINEER_CONFIRMED
MERGED, SPLIT = Event.ENGINEER_MERGED, Event.ENGINEER_SPLIT

# Every engineer of the desk may give every order, on every case; and every order needs proof that it is he (rules/senders.py).
TABLE = (
    #   command      to the case  followed by      taken back by   what it does
    Row("/close",    CLOSED,      TEXT,            "",             "closes the case; your text goes to the customer with that"),
    Row("/note",     NOTED,       TEXT,            "",             "keeps your text on the case; only colleagues see it"),
    Row("/wait",     WAITS,       "5d, 4h or DAY", UNDO,           "leaves the customer that long before the first reminder"),
    Row("/open",     KEEPS,       "",              UNDO,           "you keep the ball: the case stays yours, nobody is reminded"),
    Row("/severity", SET,         "A, B, C or D",  UNDO,           "sets how bad it is, and with it the time in which we answer"),
    Row("/product",  SET,         "NAME",          UNDO,           "sets what the case is about"),
    Row("/assign",   SET,         "NAME or me",    UNDO,           "gives the case to this engineer, who gets it as it stands"),
    Row(ESCALATE,    ESCALATED,   TEXT,            UNDO,           "development: asks them; maintenance: waits for a change"),
    Row("/vote",     SET,         "1 to 5",        "/vote",        "what the change that this case waits for is worth to you"),
    Row("/link",     SET,         NUMBER,          "/link remove", "names a case that belongs to this one; /link remove NUMBER"),
    Row("/watch",    SET,         "[off]",         UNDO,           "sends you what the owner gets, until you say off"),
    Row("/cc",       SET,         "add|remove ADDRESS", UNDO,      "who else gets what goes to the customer, and may write"),
    Row("/customer", SET,         "ADDRESS",       UNDO,           "whose case it is; the customer so far still takes part"),
    Row("/admit",    ADMITTED,    "",              "/cc remove",   "in answer to a held mail: its sender takes part from now on"),
    Row(USE,         ANSWERED,    "[NAME]",        "",             "puts a canned answer above your text; alone: lists them all",
        instead=(("", NOTED),)),
    Row(MEET,        INVITED,     "DAY TIME [60m] [TITLE]", "/meet cancel", "invites to a meeting; /meet cancel: calls it off",
        instead=(("cancel", CALLED_OFF),)),
    Row("/refuse",   REFUSED,     "",              "",             "in answer to a held mail: it becomes a case of its own"),
    Row("/split",    SPLIT,       "[SUBJECT]",     "/merge",       "makes a case of its own of the mail that the letter shows"),
    Row("/duplicate", CLOSED,     NUMBER,          "",             "closes this case, as that one is about the same"),
    Row("/merge",    MERGED,      NUMBER,          UNDO,           "lets this case go on within another one, its people with it"),
    Row("/away",     NOTED,       "until DAY",     "/back",        "you are away, that day too; others get new and urgent cases"),
    Row("/back",     NOTED,       "",              "/away",        "you are back: cases come to you again"),
    Row("/undo",     UNDID,       "",              "",             "takes back the orders of your last mail, within 15 minutes"),
    Row(CONFIRM,     CONFIRMED,   "",              "",             "in answer to a mail held in your name: do it, it was yours"),
    Row("/list",     NOTED,       "[NAME]",        "",             "sends you your open cases, or a colleague's, by urgency"),
    Row("/find",     NOTED,       "WORDS",         "",             "sends you the open cases with these words"),
    Row("/show",     NOTED,       NUMBER,          "",             "sends you how a case stands, and what was said"),
    Row("/report",   NOTED,       "",              "",             "sends you how the desk fared in the last seven days"),
    Row("/help",     NOTED,       "",              "",             "sends you this list"),
)  # fmt: skip

WORDS = {row.word: row for row in TABLE}
ASKING = ("/list", "/find", "/show")  # for cases
ABOUT_NO_CASE = frozenset((*ASKING, "/report", "/help", "/away", "/back"))

# An answer may go along with these: its text stands in the letter that they write to the customer.
_TAKES_TEXT = WITH_ANSWER | {INVITED, CALLED_OFF}
_TO_THE_CUSTOMER = _TAKES_TEXT | {CLOSED}
# Any other event of the same mail is what the mail is about.
_WITH_OTHERS = frozenset((Event.ENGINEER_ANSWERED, Event.ENGINEER_SET))

_SLASHES = ("/", "／")  # the second is what East Asian keyboards write
_PLAIN = {**dict.fromkeys(map(ord, BLANKS)), ord("／"): "/"}  # a zero-width space before /note is seen by nobody
_DECORATION = BLANKS + "*_`~-+•·–—>\\"


@dataclass(frozen=True, slots=True)
class Order:
    row: Row
    argument: str = ""

    @property
    def event(self) -> Event:
        return dict(self.row.instead).get(self.argument.casefold(), self.row.event)


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders at the top of a mail, and the words below them."""

    orders: tuple[Order, ...] = ()
    words: str = ""
    error: str = ""  # why nothing of it may be done
    canned: str = ""  # the canned answers that it uses; they stand above the words

    @property
    def said(self) -> str:
        """What shall go to the customer."""
        return "\n\n".join(filter(None, (self.canned, self.words.strip())))

    @property
    def event(self) -> Event:
        """All orders of a mail are one event. What sets something goes along with any other, an answer included."""
        others = (order.event for order in self.orders if order.event not in _WITH_OTHERS)
        used = any(order.event is Event.ENGINEER_ANSWERED for order in self.orders)
        answers = used or self.words.strip() or not self.orders
        return next(others, Event.ENGINEER_ANSWERED if answers else Event.ENGINEER_SET)

    def has(self, word: str) -> bool:
        return any(order.row.word == word for order in self.orders)

    def argument(self, word: str) -> str:
        """What stands behind an order, "" when it is not given."""
        return next((order.argument for order in self.orders if order.row.word == word), "")


def read(text: str, words: Mapping[str, Row] | None = None) -> Orders:
    """The orders in the new text of an engineer's mail; quoted history must be gone already.

    `words`: those of another table, for somebody who is no engineer.
    """
    words = WORDS if words is None else words
    orders: list[Order] = []
    lines = text.replace("\N{NO-BREAK SPACE}", " ").split("\n")
    while lines and (not lines[0].strip(BLANKS) or lines[0].strip(BLANKS).startswith(_SLASHES)):
        line = lines.pop(0).strip(BLANKS)
        if not line:
            continue
        word, *more = line.split(maxsplit=1)
        word, rest = word.translate(_PLAIN), "".join(more)
        row = words.get(word.casefold())
        if row is None:
            return Orders(error=_not_understood(word, words))
        if error := _misses(row, rest):
            return Orders(error=error)
        orders.append(Order(row, "" if row.takes == TEXT else rest))
        if rest and row.takes == TEXT:
            lines.insert(0, rest)
            break
    if stray := next((line.strip() for line in lines if _first_word(line) in words), ""):
        return Orders(error=f"{stray!r} stands below other text; orders go to the top, each on a line of its own")
    if error := _at_odds(orders):
        return Orders(error=error)
    return _with_words(tuple(orders), "\n".join(lines).strip() if orders else text)


def _misses(row: Row, rest: str) -> str:
    if rest and not row.takes:
        return f"{row.word} stands alone, but {rest!r} follows it"
    if not rest and row.takes not in ("", TEXT) and not row.takes.startswith("["):
        return f"{row.word} needs {row.takes} behind it, on the same line"
    return ""


def _at_odds(orders: list[Order]) -> str:
    """Orders that cannot go together in one mail."""
    if len({order.row.word for order in orders if order.row.takes == TEXT}) > 1:
        return f"{' and '.join(order.row.word for order in orders)} in one mail: whose text is it?"
    others = [order for order in orders if order.event is not Event.ENGINEER_SET]
    events = {order.event for order in others}
    if events <= _TO_THE_CUSTOMER:
        events.discard(Event.ENGINEER_ANSWERED)
    if len(events) > 1 or sum(order.row.word == MEET for order in orders) > 1:
        return f"{' and '.join(order.row.word for order in others)} in one mail: one thing at a time, please"
    return ""


def _with_words(orders: tuple[Order, ...], words: str) -> Orders:
    """Under an order a mere signature is no text; under one that stands alone any other text would go nowhere."""
    if not orders or any(order.row.takes == TEXT for order in orders):
        return Orders(orders, words)
    words = words if split(words).fresh.strip() else ""
    alone = next((order.row.word for order in orders if order.event not in _TO_THE_CUSTOMER), "")
    if words and alone:
        return Orders(error=f"{alone} stands alone, but text follows it; it would have gone nowhere")
    return Orders(orders, words)


def help_lines(table: tuple[Row, ...] | None = None) -> list[str]:
    return [_help_line(row) for row in table or TABLE]


def _help_line(row: Row) -> str:
    takes = "[text]" if row.takes == TEXT else row.takes
    back = f" (taken back by {row.undo})" if row.undo else ""
    return f"{row.word} {takes}".strip() + f": {row.meaning}{back}"


def escalation_of(words: str) -> tuple[str, str]:
    """Whom /escalate asks, in lower case, and the text: `development: look at it` asks "development" to look at it."""
    line, _, below = words.strip().partition("\n")
    first, _, rest = line.strip().partition(" ")
    return first.casefold().rstrip(":,."), "\n".join(filter(None, (rest.strip(), below.strip("\n"))))


def reason_of(words: str) -> str:
    """Why a case is closed, when the text of /close begins with one of the words for it; "" when it does not."""
    first = "".join(words.split(maxsplit=1)[:1]).casefold().rstrip(".,:;-")
    return REASONS.get(first, "")


def without_reason(words: str) -> str:
    """The text without that word, where it is no part of a sentence: alone on its line, or marked off from what follows."""
    line, _, below = words.partition("\n")
    first, _, rest = line.partition(" ")
    marked = first.endswith((":", ".", ",", ";")) or not rest.strip() or (first.islower() and rest.strip()[0].isupper())
    return f"{rest.strip()}\n{below}".strip() if reason_of(words) and marked else words


REASONS = {
    **dict.fromkeys(("resolved", "solved", "fixed", "gelöst", "behoben", "erledigt"), "resolved"),
    **dict.fromkeys(("unresolved", "unsolved", "ungelöst"), "unresolved"),
    **dict.fromkeys(("duplicate", "doppelt", "duplikat"), "duplicate"),
    **dict.fromkeys(("obsolete", "hinfällig"), "obsolete"),
    **dict.fromkeys(("invalid", "spam"), "invalid"),
}


def _first_word(line: str) -> str:
    """What a line begins with, also where a client made it bold or a list of it: `*/note*`, `- /note`."""
    word = "".join(line.casefold().lstrip(_DECORATION).split(maxsplit=1)[:1])
    return word.translate(_PLAIN).rstrip(_DECORATION)


def _not_understood(word: str, words: Mapping[str, Row]) -> str:
    near = difflib.get_close_matches(word.casefold(), words, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the commands are {', '.join(words)}"
    return f"{word} is no command; {hint}"
