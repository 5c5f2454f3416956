"""Inside stays inside (law 9): whatever people write to each other, is there ever a byte of it in a mail to a customer?

Conversations are generated: customers, strangers, engineers with the habits of real mail clients, Development, machines, and
time. Whatever is meant for colleagues carries a mark. No letter to anybody outside may show a mark, an order, a line of a
notice, or an address of somebody who works here. POSTCASE_LEAKS=2000 plays that many conversations instead of a few.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage, Message
from email.utils import formataddr
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conversations.player import DESK, Player, Sent
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from live.clients import CLIENTS, FORWARDS, File, Forward, Reply, passed_on, written

from rules.mail import Address
from rules.people import Engineer
from rules.staff import Staff, Team

ANN, BOB, MALLORY = "ann@customer.example", "bob@customer.example", "mallory@stranger.example"
CARA = "cara@customer.example"
EVA, MAX, DEV = "eva@desk.example", "max@desk.example", "dev@build.example"
NAMES = {
    ANN: "Ann",
    BOB: "Bob",
    CARA: "Cara",
    MALLORY: "Mallory",
    EVA: "Eva Example",
    MAX: "Max Example",
    DEV: "Dev Example",
}
OURS = frozenset((EVA, MAX, DEV))
MARK = "zqinside"  # in everything that only we may read

# What stands in letters to engineers and other teams, and nowhere else.
PHRASES = ("-=-", "Why you", "Write above", "stands above the line", "Commands go first", "The case now", "takes part in case",
           "your address is not shown", "these cases are yours", "the most urgent first",
           "seven days of", "is no command", "goes to Development", "support asks for your help")  # fmt: skip
ORDERS = ("/close", "/note", "/severity", "/assign", "/wait", "/open", "/cc", "/customer", "/admit", "/refuse", "/undo",
          "/watch", "/meet", "/merge", "/duplicate", "/show", "/find", "/away", "/use", "/escalate",
          "/bug", "/needinfo", "/confirm", "/help", "/link", "/split", "/noet")  # fmt: skip

# What an engineer may write: {} is a text of his, [] one that no customer may see.
ENGINEER_SAYS = (
    "{}",
    "{} Ask eva@desk.example.",
    "Hello Ann,\n\n{}\n\nBest\nEva",
    "/note\n[]",
    "/note []\n[]",
    "/severity B\n/note\n[]",
    "/severity A\n\n{}",
    "/noet\n[]",
    "Hi,\n/note\n[]",
    "\N{NO-BREAK SPACE}/note\n[]",
    "／note\n[]",
    "/open\n{}",
    "/wait 5d\n{}",
    "/cc add cara@customer.example",
    "/cc remove bob@customer.example\n{}",
    "/customer bob@customer.example",
    "/watch",
    "/assign max\n{}",
    "/assign me",
    "/undo",
    "/help",
    "/escalate development\n[]",
    "/admit",
    "/refuse",
    "/confirm",
    "/split",
    "/use nothing",
    "/use logs\n{}",
    "/meet 2026-04-01 15:00 60m\n\n{}",
    "/meet 2026-04-01 16:00 Look at it\n{}",
    "/meet cancel",
    "/merge 2",
    "/merge 1",
    "/duplicate 2\n{}",
    "/link 2",
    "/show 2",
    "/find printer",
    "/away until 2026-03-20\n[]",
    "/back",
    "/severity A\n/assign max\n/note\n[]",
    "/close resolved\n{}",
    "/close",
    "/list",
    "/report",
    "1 /note []",
    "1 /close {}",
    "1 /severity B\n1 /note\n[]",
)  # fmt: skip
STAFF_SAYS = ("[]", "/bug\n[]", "/needinfo []", "/bgu\n[]", "/help")
CUSTOMER_SAYS = (
    "{}",
    "Thanks!",
    "Resolved, thank you.",
    "I need more time until 14 May.",
    "/close\n{}",
    "{}\n\nOn Monday you wrote:\n> {}",
)
# What stands above a mail that is passed on is the colleague's, and no customer's.
ABOVE = (
    "[]",
    "",
    "/note\n[]",
    "/severity A\n[]",
    "/assign max\n\n[]",
    "/close\n[]",
    "/noet\n[]",
    "Hi,\n/note\n[]",
    "/open []",
)
# Whose mail, with which subject; "notice" and "letter" are the newest ones of the desk to who passes on, and to a customer.
PASSED_ON = {
    "a mail of Ann":              (ANN, "Printer on fire"),
    "a mail of Ann on her case":  (ANN, "Re: [Case #1] Printer on fire"),
    "a mail of Cara":             (CARA, "Printer smokes"),
    "a mail of Cara on a case":   (CARA, "Re: [Case #1] Printer on fire"),
    "the notice":                 ("", ""),
    "the letter to Ann":          (ANN, ""),
}  # fmt: skip
NOTICES = ("assigned", "replied", "advice", "colleague", "receipt", "held", "unproven", "refused", "worklist")


@dataclass(frozen=True)
class Step:
    """Who writes what, in answer to which letter, with which client."""

    who: str
    says: str = ""
    letter: str = ""
    client: str = "Gmail"
    below: bool = False  # between the quoted lines and below them
    file: str = ""  # "notice": the notice itself goes along, as some clients do
    days: int = 0
    passes_on: str = ""  # a letter or a mail of theirs, passed on to the desk in this client's way: a key of PASSED_ON
    vouched: bool = False  # by a mail server that the desk trusts

    def __repr__(self) -> str:
        """A line of a dialogue."""
        if self.days:
            return f"~ {self.days} days"
        if self.passes_on:
            proof = "proven" if self.vouched else "unproven"
            return f"> {self.who} passes {self.passes_on} on, {proof}: {self.says!r}"
        what = f"answers {self.letter}" if self.letter else "writes"
        extra = "".join((", below the quote" if self.below else "", f", with {self.file}" if self.file else ""))
        return f"> {self.who} {what} in {self.client}{extra}: {self.says!r}"


clients = st.sampled_from(sorted(CLIENTS))
engineers = st.builds(
    Step, st.sampled_from((EVA, EVA, MAX)), st.sampled_from(ENGINEER_SAYS), st.sampled_from((*NOTICES, "", "latest", "latest")),
    clients, st.booleans(), st.sampled_from(("", "", "", "", "notice", "notice as a file", "card", "log")),
)  # fmt: skip
customers = st.builds(
    Step, st.sampled_from((ANN, ANN, BOB, CARA)), st.sampled_from(CUSTOMER_SAYS),
    st.sampled_from(("latest", "latest", "")), clients,
)  # fmt: skip
forwards = st.builds(
    Step, st.sampled_from((EVA, EVA, MAX)), st.sampled_from(ABOVE), client=st.sampled_from(sorted(FORWARDS)),
    passes_on=st.sampled_from(sorted(PASSED_ON)), vouched=st.booleans(),
)  # fmt: skip
strangers = st.builds(Step, st.just(MALLORY), st.just("{}"))
staff = st.builds(Step, st.just(DEV), st.sampled_from(STAFF_SAYS), st.just("latest"), clients)
time = st.builds(Step, st.just(""), days=st.integers(1, 4))
conversations = st.lists(
    st.one_of(engineers, engineers, engineers, forwards, customers, strangers, staff, time), min_size=4, max_size=14
)


class Conversation:
    def __init__(self, folder: Path) -> None:
        self.desk = Player(folder, _desk())
        self._texts = 0
        self.desk.write(ANN, "Printer on fire", "It burns.", [f"Cc: {BOB}"])
        self.desk.write(BOB, "Printer smokes", "It is black.", [])
        self._seen = 0

    def play(self, step: Step) -> None:
        if step.days:
            self.desk.pass_time(timedelta(days=step.days))
        elif step.passes_on:
            self._pass_on(step)
        elif (letter := self._letter(step)) is not None:
            self._send(self._reply(step, letter))
        elif not step.letter:
            self._send(self._fresh(step))

    def outside(self) -> list[Sent]:
        """What went to somebody who does not work here, since the last look."""
        fresh, self._seen = self.desk.server.taken[self._seen :], len(self.desk.server.taken)
        return [one for one in fresh if one.to not in OURS]

    def _letter(self, step: Step) -> Sent | None:
        names = () if step.letter == "latest" else (step.letter,)
        found = [one for one in self.desk.server.taken if one.to == step.who and step.letter]
        found = [one for one in found if not names or one.message["X-Postcase-Letter"] in names]
        return found[-1] if found else None

    def _reply(self, step: Step, letter: Sent) -> bytes:
        says = step.says
        if letter.message["X-Postcase-Letter"] == "advice" and step.who in (EVA, MAX) and "/close" not in says:
            says = says.replace("{}", "[]")  # what answers Development is meant for nobody else
        words = self._words(says)
        if step.below:
            words = f"{words}\n\n> {letter.text.splitlines()[-1]}\n\n{self._words(says.splitlines()[-1])}"
        files = {
            "notice": (File("notice.eml", "message/rfc822", letter.raw),),
            "notice as a file": (File("notice.eml", "application/octet-stream", letter.raw),),
            "card": (File("card.vcf", "text/vcard", f"BEGIN:VCARD\nEMAIL:{step.who}\nEND:VCARD".encode()),),
            "log": (File("a.log", "text/plain", b"log"),),
        }
        assert isinstance(letter.message, EmailMessage)
        author = formataddr((NAMES[step.who], step.who))
        return written(CLIENTS[step.client], Reply(letter.message, author, words, files.get(step.file, ())))

    def _pass_on(self, step: Step) -> None:
        author, subject = PASSED_ON[step.passes_on]
        sent = [one for one in self.desk.server.taken if one.to == (author or step.who)]
        self._texts += 1
        if subject:
            original = (
                f"From: {NAMES[author]} <{author}>\nTo: {step.who}\nSubject: {subject}\n"
                f"Date: Mon, 2 Mar 2026 08:00:00 +0000\nMessage-ID: <direct-{self._texts}@customer.example>\n\n"
                f"{self._words('{}')}"
            ).encode()
        elif sent:
            original = sent[-1].raw
        else:
            return
        forward = Forward(original, formataddr((NAMES[step.who], step.who)), self._words(step.says))
        head = (
            b"Authentication-Results: mx.example.com; dmarc=pass header.from=desk.example\r\n" if step.vouched else b""
        )
        self._send(head + passed_on(step.client, forward))

    def _fresh(self, step: Step) -> bytes:
        self._texts += 1
        head = f"From: {NAMES[step.who]} <{step.who}>\nTo: support@example.com\nSubject: [Case #1] Printer on fire"
        return (
            f"{head}\nMessage-ID: <new-{self._texts}@{step.who.partition('@')[2]}>\n\n{self._words(step.says)}".encode()
        )

    def _words(self, says: str) -> str:
        self._texts += 1
        public = f"Public words {self._texts} about the printer."
        inside = f"Only for us {MARK}{self._texts}: ask {EVA} what {ANN} pays."
        return says.replace("{}", public).replace("[]", inside)

    def _send(self, raw: bytes) -> None:
        self.desk.take(raw)


def _desk():  # type: ignore[no-untyped-def]
    there = tuple(Engineer(one.name, one.address) for one in DESK.engineers)
    return replace(
        DESK,
        engineers=there,
        staff=(Staff("Dev Example", Address(DEV, "Dev Example"), (Team.DEVELOPMENT,)),),
        trusted_authserv=("mx.example.com",),
        work_lists=True,
        weekly_report=True,
    )


def everything(message: Message) -> str:
    """All that a curious reader could find in a mail: every header and part, decoded, and the octets as they are."""
    found = [message.as_bytes().decode("latin-1"), *map(str, message.values())]
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            found += [
                payload.decode(part.get_content_charset() or "utf-8", "replace"),
                payload.decode("utf-16", "replace"),
            ]
        found += [str(value) for value in part.values()]
    return "\n".join(found)


def leak_in(sent: Sent) -> str:
    """What a letter to somebody outside shows that he may not see; "" when it is nothing."""
    shown = everything(sent.message)
    low = shown.casefold()
    forbidden = (MARK, *OURS, *PHRASES, *(f"\n{order}" for order in ORDERS))
    # A customer may write an order himself, and have it quoted to others by his own client: it is his word, not ours.
    return next((one for one in forbidden if one.casefold() in low), "")


COUNT = int(os.environ.get("POSTCASE_LEAKS", "120"))
PHASES = tuple(one for one in Phase if one is not Phase.explain)  # which doubles the time of a failure


ASKED = Step(EVA, "/escalate development\n[]", "assigned")


@pytest.mark.timeout(120 + COUNT)
@settings(max_examples=COUNT, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck), print_blob=True)
@given(conversations)
@example([ASKED, Step(DEV, "[]", "latest"), Step(EVA, "{}", "advice", "Outlook"), Step(EVA, "/wait 3d\n{}", "advice")])
@example([ASKED, Step(DEV, "/bug\n[]", "latest"), Step(EVA, "/close\n{}", "assigned"), Step(DEV, "[]", "latest")])
@example(
    [Step(MAX, "/note\n[]", ""), Step(MAX, "/confirm", "unproven"), Step(EVA, "{}", "colleague", "Outlook", below=True)]
)
def test_nothing_inside_is_ever_in_a_mail_to_a_customer(steps: list[Step]) -> None:
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        talk = Conversation(Path(folder))
        try:
            for step in steps:
                talk.play(step)
                for sent in talk.outside():
                    assert not (leak := leak_in(sent)), f"{leak!r} is in the letter {sent.line}:\n{sent.text}"
            assert not [one.reason for one in talk.desk.store.quarantined()]
        finally:
            talk.desk.close()


SAYS_INSIDE: tuple[tuple[str, Callable[[EmailMessage], None]], ...] = (
    ("the text", lambda mail: mail.set_content(f"Hello {MARK}1")),
    ("the HTML", lambda mail: mail.set_content(f"<p>{MARK}1</p>", subtype="html")),
    ("a base64 part", lambda mail: mail.set_content(f"Hello {MARK}1", cte="base64")),
    ("an attachment", lambda mail: mail.add_attachment(f"{MARK}1".encode(), "application", "x-a")),
    (
        "an attachment of Outlook",
        lambda mail: mail.add_attachment(f"\ufeff{MARK}1".encode("utf-16-le"), "application", "x-a"),
    ),
    ("an encoded subject", lambda mail: mail.__setitem__("Subject", f"Über {MARK}1")),
    ("the address of an engineer", lambda mail: mail.set_content(f"Ask {EVA.upper()}.")),
    ("an order", lambda mail: mail.set_content("Hello\n/close\n")),
    ("a line of a notice", lambda mail: mail.set_content("-=- Write above this line -=-")),
)


@pytest.mark.parametrize(("where", "put"), SAYS_INSIDE, ids=[where for where, _ in SAYS_INSIDE])
def test_a_leak_is_seen_wherever_it_is(where: str, put: Callable[[EmailMessage], None]) -> None:
    mail = EmailMessage()
    mail["X-Postcase-Letter"] = "relay"
    put(mail)
    assert leak_in(Sent(ANN, mail.as_bytes()))
