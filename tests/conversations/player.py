"""How is a dialogue played? Against the real service, store, parser, letters and outbox, with a clock that obeys."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP, default
from pathlib import Path

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
from rules.mail import Address
from rules.people import Engineer

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DESK = Desk(
    name="Example Support",
    address=Address("support@example.com", "Example Support"),
    engineers=(
        Engineer("Eva Example", Address("eva@desk.example", "Eva Example")),
        Engineer("Max Example", Address("max@desk.example", "Max Example")),
    ),
    first_number=1,
    waits={name: timedelta(days=3) for name in ("remind_after", "remind_again_after", "close_after")},
)
OUTAGE_AFTER = timedelta(hours=5)
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
        return f"{self.to} [Case #{self.message['X-Postcase-Case']}] {self.message['X-Postcase-Letter']}"

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))  # type: ignore[attr-defined]
        return str(self.message["Subject"]) + "\n" + (body.get_content() if body else "")


class ScriptedServer:
    """The SMTP server of a dialogue."""

    def __init__(self) -> None:
        self.down = False
        self.refuses: set[str] = set()
        self.taken: list[Sent] = []

    def post(self, raw: bytes, sender: str, recipient: str) -> Answer:
        if self.down:
            raise LinkDown("the SMTP server cannot be reached")
        if recipient in self.refuses:
            return Answer(Taken.NEVER, "550 5.1.1 no such user")
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
        templates = Letters(self.desk.language, None)
        self.service = Service(self.desk, self.store, templates, self.clock, self.health, self.max_size)
        self.outbox = Outbox(
            self.service, self.server, lambda: self.desk.address.address, self.clock, timedelta(days=5)
        )
        self._read()

    def close(self) -> None:
        self.health.save()
        self.store.close()

    # What can happen in a dialogue.

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
            else:
                name, _, value = line.partition(": ")
                del mail[name]
                mail[name] = value
        self.wrote[sender] = str(mail["Message-ID"])
        self.service.take([Arrival(mail.as_bytes(), "dialogue", self.clock.now())])
        self.settle()

    def _answer(self, mail: EmailMessage, sender: str, what: str, body: str) -> str:
        """A reply as mail clients write it: In-Reply-To, References, the text above the quoted letter."""
        if what == "mail":
            mail["In-Reply-To"] = mail["References"] = self.wrote[sender]
            mail["Subject"] = "Re: more"
            return body
        name, _, number = what.partition(" #")
        letter = next(
            sent
            for sent in reversed(self.server.taken)
            if sent.to == sender
            and sent.message["X-Postcase-Letter"] == name
            and number in ("", sent.message["X-Postcase-Case"])
        )
        mail["In-Reply-To"] = letter.message["Message-ID"]
        mail["References"] = f"{letter.message['References'] or ''} {letter.message['Message-ID']}".strip()
        mail["Subject"] = f"Re: {letter.message['Subject']}"
        quoted = "\n".join(f"> {line}" for line in letter.text.partition("\n")[2].splitlines())
        return f"{body}\n\nOn Mon, 2 Mar 2026 at 10:00, {self.desk.name} <{self.desk.address.address}> wrote:\n\n{quoted}\n"

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
            self.service.tick()

    def _read(self) -> None:
        if self.readable:
            self.health.read_to_end("INBOX", self.clock.now())

    def fresh(self) -> list[Sent]:
        """The letters sent since the last look."""
        fresh = self.server.taken[len(self.had) :]
        self.had += fresh
        return fresh
