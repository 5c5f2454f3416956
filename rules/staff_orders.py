"""What does somebody of another team say about a case? Words at the top of his mail; anything else is plain talk."""

from __future__ import annotations

from rules import change_stages
from rules.case import Diagnosis
from rules.commands import TEXT, Orders, Row, help_lines, read
from rules.lifecycle import Event
from rules.mail import Mail
from rules.quotes import answer_of

FOUND, WROTE = Event.STAFF_FOUND, Event.STAFF_WROTE

# Who is asked about a case may give these, in answer to the desk's letter about it; nothing of it reaches the customer.
TABLE = (
    #   command       to the case  followed by  taken back by  what it does
    Row("/bug",       FOUND,       TEXT,        "",            "it is a defect; your text says what is known of it"),
    Row("/notabug",   FOUND,       TEXT,        "",            "it is none; your text says what the engineer should do next"),
    Row("/needinfo",  FOUND,       TEXT,        "",            "you need to know more; your text says what"),
    Row("/vote",      WROTE,       "1 to 5",    "/vote",       "what the change is worth to you: 1 some day, 5 at once"),
    Row("/accept",    WROTE,       TEXT,        "/undo",       "Product Management: the change shall be made"),
    Row("/decline",   WROTE,       TEXT,        "/undo",       "Product Management: it shall not; your text says why"),
    Row("/work",      WROTE,       TEXT,        "/undo",       "Development: work on it has begun"),
    Row("/qa",        WROTE,       TEXT,        "/undo",       "Development: it is done, and goes to QA"),
    Row("/verified",  WROTE,       TEXT,        "/undo",       "QA: it does what it shall do"),
    Row("/failed",    WROTE,       TEXT,        "/undo",       "QA: it does not, and goes back; your text says why"),
    Row("/release",   WROTE,       TEXT,        "/undo",       "Product Management: version 9.2.1 to all, or to NAME, NAME"),
    Row("/undo",      WROTE,       "",          "",            "takes back your last step, within 15 minutes"),
    Row("/help",      WROTE,       "",          "",            "sends you this list"),
)  # fmt: skip

DIAGNOSES = {
    "/bug": Diagnosis.BUG,
    "/notabug": Diagnosis.NOT_A_BUG,
    "/needinfo": Diagnosis.NEEDS_INFO,
}

CHANGE_ORDERS = ("/vote", *change_stages.ORDERS, "/undo")

WORDS = {row.word: row for row in TABLE}


def read_staff(text: str) -> Orders:
    """The orders in the new text of his mail; quoted history must be gone already."""
    return read(text, WORDS)


def steps(mail: Mail) -> bool:
    """May it send a change on? Then all cases that wait for it must be known."""
    return any(
        one.row.word in CHANGE_ORDERS and one.row.word != "/vote" for one in read_staff(answer_of(mail.text)).orders
    )


def event_of(orders: Orders) -> Event:
    return FOUND if diagnosis_of(orders) else WROTE


def diagnosis_of(orders: Orders) -> Diagnosis | None:
    return next((DIAGNOSES[one.row.word] for one in orders.orders if one.row.word in DIAGNOSES), None)


def help_for_staff() -> list[str]:
    return help_lines(TABLE)
