"""Which desk, mails and cases do the tests of the rules talk about?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from rules import tokens
from rules.case import Audience, Case, Letter, Message, Role, Status
from rules.circumstances import Circumstances
from rules.desk import Desk
from rules.hours import Absence, Calendar, Wait
from rules.keys import Key, Keys
from rules.mail import Address, Kind, Mail
from rules.people import Engineer
from rules.staff import Staff, Team

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = b"the key of this desk, 32 octets."
KEYS = Keys((Key(1, KEY),))
ANN = Address("ann@customer.example", "Ann Customer")
BOB = Address("bob@customer.example", "Bob Customer")
EVA = Address("eva@desk.example", "Eva Example")
MAX = Address("max@desk.example", "Max Example")
DEV = Address("dev@build.example", "Dev Example")
MALLORY = Address("mallory@stranger.example", "Mallory")
AWAY = Calendar(away=(Absence(date(2026, 1, 1), date(2026, 12, 31)),))  # Max takes part, but gets no new cases
DESK = Desk(
    name="Example Support",
    address=Address("support@example.com", "Example Support"),
    aliases=(Address("help@example.org"),),
    engineers=(Engineer("Eva Example", EVA), Engineer("Max Example", MAX, calendar=AWAY)),
    staff=(Staff("Dev Example", DEV, (Team.DEVELOPMENT,)),),
    waits={name: Wait(3) for name in ("remind_after", "remind_again_after", "close_after")},
)


def mail(
    sender: Address = ANN, subject: str = "Printer on fire", text: str = "There is smoke.", **more: object
) -> Mail:
    written = f"{sender.address}|{subject}|{text}|{more}"
    names = {"fingerprint": written, "message_id": f"{abs(hash(written))}@{sender.domain or 'nowhere.example'}"}
    return Mail(**{**names, "sender": sender, "subject": subject, "text": text, "to": (DESK.address,), **more})  # type: ignore[arg-type]


SEALED = tokens.dated(KEY, MONDAY)  # the key of the letters below


def letter(number: int, paper: int, to: Address, name: str = "relay", audience: Audience = Audience.CUSTOMER) -> Letter:
    message_id = tokens.message_id(DESK, SEALED, number, paper, to)
    file = f"{paper:04d}-{name}.eml"
    return Letter(paper, name, to, audience, f"[Case #{number}] Printer on fire", message_id, file, MONDAY)


def case(number: int = 7, status: Status = Status.WITH_ENGINEER, customer: Address = ANN, **more: object) -> Case:
    """A case of Ann's: paper 1 her mail, paper 2 the confirmation to her, paper 3 the notice to Eva."""
    first = Message(
        1, MONDAY, customer, Role.CUSTOMER, Kind.PERSON, "Printer on fire", f"first-{number}@customer.example",
        f"fingerprint-{number}", "0001-in.eml",
    )  # fmt: skip
    made = Case(
        number,
        status,
        "Printer on fire",
        customer,
        MONDAY,
        owner=EVA,
        participants=(customer,),
        papers=3,
        messages=(first,),
        letters=(
            letter(number, 2, customer, "confirmation"),
            letter(number, 3, EVA, "assigned", Audience.ENGINEER),
        ),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def at(now: datetime = MONDAY, number: int = 100, **more: object) -> Circumstances:
    return Circumstances(now, number, **more)  # type: ignore[arg-type]
