"""How is a dialogue played? Against the real service, store, parser, letters and outbox, with a clock that obeys."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP, default
from email.utils import format_datetime
from pathlib import Path

from conversations.reports import report

from daemon.clock import JumpingClock
from daemon.errors import LinkDown
from daemon.health import Health
from daemon.intake.arrival import Arrival
from daemon.letters.templates import Letters
from daemon.outbox import Outbox
from daemon.service import Service
from daemon.smtp_send import Answer, Taken
from daemon.storage.tinydb_store import TinydbStore
from rules.desk import Desk
from rules.hours import Absence, Calendar, Opening, Wait
from rules.mail import Address
from rules.organisations import Organisation
from rules.people import Engineer
from rules.products import Product
from rules.severity import Triage
from rules.severity_levels import SHIPPED
from rules.severity_rules import RULES
from rules.staff import Staff, Team

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AWAY = Calendar(away=(Absence(date(2026, 1, 1), date(2026, 12, 31)),))  # Max takes part, but gets no new cases
DESK = Desk(
    name="Example Support",
    address=Address("support@example.com", "Example Support"),
    engineers=(
        Engineer("Eva Example", Address("eva@desk.example", "Eva Example")),
        Engineer("Max Example", Address("max@desk.example", "Max Example"), calendar=AWAY),
    ),
    staff=(Staff("Dev Example", Address("dev@build.example", "Dev Example"), (Team.DEVELOPMENT,)),),
    first_number=1,
    meeting_link="https://meet.example.com/{number}",
    waits={name: Wait(3) for name in ("remind_after", "remind_again_after", "close_after")},
)
WORKING_WEEK = ((Opening(9 * 60, 17 * 60),),) * 5 + ((), ())
OFFICE_HOURS = Calendar("UTC", WORKING_WEEK, lambda day: "Easter Monday" if day == date(2026, 4, 6) else "")
TARGETS = {
    #     first answer                    next answer                     acknowledged within
    "A": (Wait(time=timedelta(hours=1)),  Wait(time=timedelta(hours=2)),  Wait(time=timedelta(minutes=30))),
    "B": (Wait(time=timedelta(hours=4)),  Wait(1),                        None),
    "C": (Wait(1),                        Wait(2),                        None),
    "D": (Wait(2),                        None,                           None),
}  # fmt: skip
LEVELS = tuple(
    replace(one, first_answer=first, next_answer=following, acknowledge=within, calendar=Calendar() if within else None)
    for one in SHIPPED
    for first, following, within in (TARGETS[one.letter],)
)
OFFICE = replace(
    DESK,
    engineers=(
        Engineer("Eva Example", Address("eva@desk.example", "Eva Example"), frozenset({"files"}), OFFICE_HOURS),
        Engineer(
            "Max Example", Address("max@desk.example", "Max Example"), frozenset({"files", "print"}), OFFICE_HOURS
        ),
        Engineer("Lea Example", Address("lea@desk.example", "Lea Example"), calendar=OFFICE_HOURS, lead=True),
    ),
    staff=(
        *DESK.staff,
        Staff("Pam Example", Address("pam@build.example", "Pam Example"), (Team.MANAGEMENT,), weight=3),
        Staff("Quinn Example", Address("quinn@build.example", "Quinn Example"), (Team.QA,)),
        Staff("Pat Example", Address("pat@build.example", "Pat Example"), (Team.DEVELOPMENT,), ("Print Gateway",)),
    ),
    hours=OFFICE_HOURS,
    triage=Triage(LEVELS, RULES, inside=("desk.example",)),
    products=(
        Product("Cyber Files", ("mobilEcho",), frozenset({"files"})),
        Product("Print Gateway", ("SpoolMaster",), frozenset({"print"})),
        Product("Report Studio", ("Chartwell",), frozenset({"reports"})),
    ),
    organisations=(
        Organisation(
            "Customer Ltd",
            ("customer.example",),
            maintenance_until=date(2026, 12, 31),
            sales=Address("sal@sales.example", "Sal Example"),
        ),
        Organisation(
            "Kunde GmbH",
            ("kunde.example",),
            maintenance_until=date(2026, 2, 28),
            severity_cap="B",
            language="de",
            timezone="Europe/Berlin",
        ),
        Organisation("Discreet Ltd", ("discreet.example",), colleagues=False),
    ),
)
CHANGES = replace(
    DESK,
    staff=(
        Staff("Pam Example", Address("pam@build.example", "Pam Example"), (Team.MANAGEMENT, Team.DEVELOPMENT, Team.QA)),
    ),
    organisations=OFFICE.organisations,
)
MORNINGS = replace(
    DESK,
    engineers=(replace(DESK.engineers[0], lead=True), replace(DESK.engineers[1], calendar=Calendar())),
    work_lists=True,
    weekly_report=True,
    trusted_authserv=("mx.example.com",),
)
DESKS = {
    "": DESK,
    "mornings": MORNINGS,
    "office": OFFICE,
    "changes": CHANGES,
    "vouched": replace(DESK, trusted_authserv=("mx.example.com",)),
}
OUTAGE_AFTER = timedelta(hours=5)
ANSWERS = Path(__file__).parent / "answers"  # the canned ones
LIMIT = 1_000_000  # octets of one mail
STEP = timedelta(hours=2)  # how often the mailboxes are read while time passes


@dataclass
class Sent:
    """One letter as the SMTP server got it."""

    to: str
    raw: bytes
    message: Message = field(init=False)

    def __post_init__(self) -> None:
        self.message = BytesParser(policy=default).parsebytes(self.raw)

    @property
    def line(self) -> str:
        """A letter that must not show to which case it belongs has no number."""
        number, letter = self.message["X-Postcase-Case"], self.message["X-Postcase-Letter"]
        return f"{self.to} [Case #{number}] {letter}" if number else f"{self.to} {letter}"

    @property
    def calendar(self) -> bytes:
        """The invitation in it, folded lines made whole; empty when there is none."""
        parts = (part for part in self.message.walk() if part.get_content_type() == "text/calendar")
        found = next((part.get_payload(decode=True) for part in parts), b"")
        return bytes(found).replace(b"\r\n ", b"")  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))  # type: ignore[attr-defined]
        return str(self.message["Subject"]) + "\n" + (body.get_content() if body else "") + self.calendar.decode()


class ScriptedServer:
    """The SMTP server of a dialogue."""

    def __init__(self) -> None:
        self.down = False
        self.refuses: set[str] = set()
        self.defers: set[str] = set()
        self.taken: list[Sent] = []

    def post(self, raw: bytes, sender: str, recipient: str) -> Answer:
        if self.down:
            raise LinkDown("the SMTP server cannot be reached")
        if recipient in self.refuses:
            return Answer(Taken.NEVER, "550 5.1.1 no such user")
        if recipient in self.defers:
            return Answer(Taken.LATER, "451 4.7.1 try again later")
        self.taken.append(Sent(recipient, raw))
        return Answer(Taken.YES, "250 ok")

    def close(self) -> None: ...

    def abort(self) -> None: ...


class Player:
    """One desk, and everybody's mailbox."""

    def __init__(self, folder: Path, desk: Desk = DESK) -> None:
        self.folder, self.desk = folder, desk
        self.max_size = LIMIT
        self.clock = JumpingClock(MONDAY, frozen=True)
        self.server = ScriptedServer()
        self.had: list[Sent] = []  # letters the dialogue has named
        self.wrote: dict[str, str] = {}  # last Message-ID of each person
        self.mails = 0
        self.readable = True
        self._open()

    def _open(self) -> None:
        self.store = TinydbStore(self.folder, first_number=self.desk.first_number)
        self.health = Health(self.store, OUTAGE_AFTER)
        self.health.listen_to(["INBOX"])
        templates = Letters(self.desk.language, None, ANSWERS)
        self.service = Service(self.desk, self.store, templates, self.clock, self.health, self.max_size)
        self.outbox = Outbox(
            self.service.post, self.server, lambda: self.desk.address.address, self.clock, timedelta(days=5)
        )
        self._read()

    def close(self) -> None:
        self.health.save()
        self.store.close()

    # What can happen in a dialogue.

    def report(self, sender: str, verb: str, name: str, recipient: str, number: str, extra: list[str]) -> None:
        """A mail server or a provider reports on the last such letter to somebody; `without token`: not on which."""
        self.mails += 1
        letter = self._last_letter(recipient, name, number)
        fields = [line for line in extra if line != "without token"]
        raw = report(self.mails, format_datetime(self.clock.now()), sender, verb, letter.message, recipient, fields)
        if "without token" in extra:
            raw = raw.replace(b"Message-ID: <case.", b"Message-ID: <gone.")
        self.take(raw)

    def write(self, sender: str, subject: str, body: str, extra: list[str]) -> None:
        self.mails += 1
        mail = EmailMessage(policy=SMTP.clone(utf8=False))
        mail["From"] = f"{sender.split('@')[0].title()} <{sender}>"
        mail["To"] = self.desk.address.address
        mail["Date"] = self.clock.now()
        mail["Message-ID"] = f"<mail-{self.mails}@{sender.split('@')[1]}>"
        if subject.startswith("answers "):
            body = self._answer(mail, sender, subject.removeprefix("answers "), body)
        else:
            mail["Subject"] = subject
        mail.set_content(body or "Hello, please help.")
        for line in extra:
            if line.startswith("attach "):
                _, name, *size = line.split()
                content = bytes(self.max_size) if size == ["oversize"] else b"the content of the file"
                mail.add_attachment(content, "text", "plain", filename=name)
            elif line.startswith("calendar "):
                mail.add_attachment(
                    self._calendar_says(sender, line.split()[1]), "text", "calendar", filename="invite.ics"
                )
            elif line.startswith("without "):
                del mail[line.removeprefix("without ")]
            else:
                name, _, value = line.partition(": ")
                del mail[name]
                mail[name] = value
        self.wrote[sender] = str(mail["Message-ID"])
        self.take(mail.as_bytes())

    def take(self, raw: bytes) -> None:
        """A mail as it is, and everything that follows from it at this moment."""
        self.service.take([Arrival(raw, "dialogue", self.clock.now())])
        self.settle()

    def write_raw(self, *header: str, body: str = "Let me in.") -> list[Sent]:
        """A mail from outside with exactly these lines at its head, and a Message-ID; the letters that follow."""
        self.mails += 1
        head = "\r\n".join([*header, f"Message-ID: <raw-{self.mails}@stranger.example>"])
        self.take(f"{head}\r\n\r\n{body}".encode("utf-8", "surrogateescape"))
        return self.fresh()

    def _answer(self, mail: EmailMessage, sender: str, what: str, body: str) -> str:
        """A reply as mail clients write it: In-Reply-To, References, the text above the quoted letter."""
        if what == "mail":
            mail["In-Reply-To"] = mail["References"] = self.wrote[sender]
            mail["Subject"] = "Re: more"
            return body
        name, _, number = what.partition(" #")
        letter = self._last_letter(sender, name, number)
        mail["In-Reply-To"] = letter.message["Message-ID"]
        mail["References"] = f"{letter.message['References'] or ''} {letter.message['Message-ID']}".strip()
        mail["Subject"] = f"Re: {letter.message['Subject']}"
        quoted = "\n".join(f"> {line}" for line in letter.text.partition("\n")[2].splitlines())
        return f"{body}\n\nOn Mon, 2 Mar 2026 at 10:00, {self.desk.name} <{self.desk.address.address}> wrote:\n\n{quoted}\n"

    def _last_letter(self, reader: str, name: str, number: str) -> Sent:
        """The last letter of this name that somebody had, about this case or any."""
        return next(
            sent
            for sent in reversed(self.server.taken)
            if sent.to == reader
            and sent.message["X-Postcase-Letter"] == name
            and number in ("", sent.message["X-Postcase-Case"])
        )

    def _calendar_says(self, sender: str, status: str) -> bytes:
        """What a calendar sends when its owner clicks on yes or no in the last invitation he had (RFC 5546, section 3.2.3)."""
        letter = next(one for one in reversed(self.server.taken) if one.to == sender and one.calendar)
        uid = next(line for line in letter.calendar.split(b"\r\n") if line.startswith(b"UID:"))
        guest = f"ATTENDEE;PARTSTAT={status.upper()}:mailto:{sender}".encode()
        lines = (b"BEGIN:VCALENDAR", b"METHOD:REPLY", b"BEGIN:VEVENT", uid, guest, b"END:VEVENT", b"END:VCALENDAR", b"")
        return b"\r\n".join(lines)

    def pass_time(self, span: timedelta) -> None:
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.clock.advance(min(STEP, end - self.clock.now()))
            self._read()
            self.settle()

    def outage(self, span: timedelta) -> None:
        self.close()
        self.clock.advance(span)
        self._open()
        self.settle()

    def retry(self) -> None:
        """The admin raises max_mail_size, and puts everything in quarantine through the door again."""
        self.close()
        self.max_size = 100 * LIMIT
        self._open()
        for item in self.store.quarantined():
            self.service.retry(item.id)
        self.settle()

    def settle(self) -> None:
        """Everything the desk does at this moment."""
        for _ in range(3):
            with contextlib.suppress(LinkDown):
                self.outbox.post_waiting()
            self.service.time.tick()

    def _read(self) -> None:
        if self.readable:
            self.health.read_to_end("INBOX", self.clock.now())
        else:
            self.health.could_not_read("INBOX")

    def fresh(self) -> list[Sent]:
        """The letters sent since the last look."""
        fresh = self.server.taken[len(self.had) :]
        self.had += fresh
        return fresh
