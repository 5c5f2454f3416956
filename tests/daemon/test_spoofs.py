"""Forged mails, each by its name: is nothing done, nothing shown, and the person told in whose name it came?

Against the real desk with a scripted SMTP server. Each attacker knows the number of the case, its subject, all names and
addresses, and reads what comes to his own address; where a test says so he has stolen a letter as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from conversations.player import DESK, Player, Sent

from rules.case import Case
from rules.undo import snapshot

ANN, BOB, EVA, MAX = "ann@customer.example", "bob@customer.example", "eva@desk.example", "max@desk.example"
DEV, MALLORY = "dev@build.example", "mallory@stranger.example"
OURS = {EVA, MAX, DEV}
SECRET = "The vault is behind the curtain."
NUMBERED = "Subject: Re: [Case #1] Printer on fire"
SERVER = "mx.example.com"
TRUSTING = replace(DESK, trusted_authserv=(SERVER,))
ORDERS = "/close\n/severity A"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Player]:
    """Ann's case, with Bob in copy; Eva is its owner, and has asked Development."""
    player = Player(tmp_path, TRUSTING)
    player.write(ANN, "Printer on fire", SECRET, [f"Cc: {BOB}"])
    player.write(EVA, "answers assigned", "/escalate development\nLook behind the curtain, " + SECRET, [])
    player.fresh()
    yield player
    player.close()


class Thief:
    """What an attacker can lay his hands on."""

    def __init__(self, desk: Player) -> None:
        self._desk = desk

    def letter(self, reader: str, name: str) -> str:
        """The Message-ID of a letter."""
        return str(self._sent(reader, name).message["Message-ID"])

    def raw(self, reader: str, name: str) -> str:
        return self._sent(reader, name).raw.decode()

    def _sent(self, reader: str, name: str) -> Sent:
        found = (one for one in self._desk.server.taken if one.to == reader)
        return next(one for one in found if one.message["X-Postcase-Letter"] == name)


Forged = str | Callable[[Thief], str]


def vouches(says: str, by: str = SERVER) -> str:
    return f"Authentication-Results: {by}; {says}"


PASS, FAIL = "dmarc=pass header.from=desk.example", "dmarc=fail header.from=desk.example"
FOREIGN = "mx.stranger.example"


def notice(thief: Thief) -> str:
    return thief.letter(EVA, "assigned")


IN_EVAS_NAME = (
    ("the bare From line of the owner", f"From: {EVA}"),
    ("the From line of a colleague", f"From: {MAX}"),
    ("capital letters", f"From: Eva Example <{EVA.upper()}>"),
    ("a comment in the address", f"From: (Eva) {EVA}"),
    ("a route in front of the address", f"From: <@stranger.example:{EVA}>"),
    ("headers that we write ourselves", f"From: {EVA}\nX-Postcase-Case: 1\nX-Postcase-Letter: relay"),
    ("an answer to the customer's own mail", f"From: {EVA}\nIn-Reply-To: <mail-1@customer.example>"),
    ("the token of the customer", lambda it: f"From: {EVA}\nIn-Reply-To: {it.letter(ANN, 'confirmation')}"),
    ("the token of another team", lambda it: f"From: {EVA}\nIn-Reply-To: {it.letter(DEV, 'consulted')}"),
    ("the token of a colleague", lambda it: f"From: {MAX}\nIn-Reply-To: {notice(it)}"),
    ("a token that lacks its last letter", lambda it: f"From: {EVA}\nIn-Reply-To: {re.sub('.@', '@', notice(it), count=1)}"),
    ("a token of another paper", lambda it: f"From: {EVA}\nIn-Reply-To: {notice(it).replace('.1.3.', '.1.2.')}"),
    ("a token at another domain", lambda it: f"From: {EVA}\nIn-Reply-To: {notice(it).replace('@example.com', '@example.org')}"),
    ("a token in capital letters of another case", lambda it: f"From: {EVA}\nIn-Reply-To: {notice(it).replace('.1.', '.2.')}"),
    ("a token in the name of the recipient", lambda it: f'From: {EVA}\nTo: "{notice(it)}" <support@example.com>'),
    ("a token in a header of our own", lambda it: f"From: {EVA}\nX-Token: {notice(it)}"),
    ("the word of a server that nobody trusts", f"From: {EVA}\n{vouches(PASS, FOREIGN)}"),
    ("the word of a server with nearly the name", f"From: {EVA}\n{vouches(PASS, SERVER + '.stranger.example')}"),
    ("a trusted word about another domain", f"From: {EVA}\n{vouches('dmarc=pass header.from=stranger.example')}"),
    ("a trusted word about another signature", f"From: {EVA}\n{vouches('dkim=pass header.d=stranger.example')}"),
    ("a trusted word about the envelope alone", f"From: {EVA}\n{vouches('spf=pass smtp.mailfrom=desk.example')}"),
    ("a pass inside a comment", f"From: {EVA}\n{vouches(f'dmarc=fail ({PASS}) header.from=desk.example')}"),
    ("a version of the header that nobody knows", f"From: {EVA}\n{vouches(PASS, SERVER + ' 999')}"),
    ("a forged word below the true one", f"From: {EVA}\n{vouches(FAIL)}\n{vouches(PASS)}"),
    ("a sealed chain", f"From: {EVA}\nARC-Authentication-Results: i=1; {SERVER}; dmarc=pass header.from=desk.example"),
    ("an unverified signature", f"From: {EVA}\nDKIM-Signature: v=1; a=rsa-sha256; d=desk.example; s=x; h=from; b=AAAA"),
    ("the engineer as sender as well", f"From: {EVA}\nSender: {EVA}\nReturn-Path: <{EVA}>"),
)  # fmt: skip

AS_A_STRANGER = (
    ("a quoted local part", 'From: "eva"@desk.example'),
    ("the engineer's name on another address", f'From: "Eva Example" <{MALLORY}>'),
    ("the engineer's address as a name", f'From: "{EVA}" <{MALLORY}>'),
    ("the engineer's address as an encoded name", f"From: =?utf-8?q?{EVA}?= <{MALLORY}>"),
    ("two authors, the engineer first", f"From: {EVA}, {MALLORY}"),
    ("two From lines", f"From: {MALLORY}\nFrom: {EVA}"),
    ("the engineer as Sender", f"From: {MALLORY}\nSender: {EVA}"),
    ("answers to the engineer", f"From: {MALLORY}\nReply-To: {EVA}"),
    ("sent again by the engineer", f"From: {MALLORY}\nResent-From: {EVA}"),
    ("a domain that looks alike", "From: Eva Example <eva@desk.examp1e.example>"),
    ("a Cyrillic letter in the address", "From: Eva Example <\N{CYRILLIC SMALL LETTER IE}va@desk.example>"),
    ("a subaddress of the engineer", "From: Eva Example <eva+x@desk.example>"),
    ("the engineer's domain as a local part", "From: Eva Example <eva@desk.example@stranger.example>"),
    ("a stolen token of the engineer", lambda it: f"From: {MALLORY}\nIn-Reply-To: {notice(it)}"),
    ("a stolen token among the references", lambda it: f"From: {MALLORY}\nReferences: {notice(it)} <x@stranger.example>"),
    ("a stolen token of the customer", lambda it: f"From: {MALLORY}\nIn-Reply-To: {it.letter(ANN, 'confirmation')}"),
    ("himself in copy, to join", f"From: {MALLORY}\nCc: {MALLORY}, eve@stranger.example"),
    ("the customer as a forged author, says a server", f"From: {ANN}\n{vouches('dmarc=fail header.from=customer.example')}"),
    ("the customer's name on another address", f'From: "Ann" <{MALLORY}>'),
    ("Development without proof", f"From: {DEV}"),
    ("Development with the customer's token", lambda it: f"From: {DEV}\nIn-Reply-To: {it.letter(ANN, 'confirmation')}"),
    ("a line that ends too early", f"From: {MALLORY}\nX-A: b\r From: {EVA}"),
)  # fmt: skip


def forged(desk: Player, header: Forged, body: str = ORDERS, subject: str = NUMBERED) -> list[Sent]:
    """Hand over octets as they are; the letters that the desk wrote thereupon."""
    lines = header if isinstance(header, str) else header(Thief(desk))
    desk.mails += 1
    head = (
        f"{lines}\n{subject}\nMessage-ID: <forged-{desk.mails}@stranger.example>\nDate: Mon, 2 Mar 2026 09:00:00 +0000"
    )
    octets = f"{head}\n\n{body}".replace("\n", "\r\n").encode("utf-8", "surrogateescape")
    return handed_over(desk, octets)


def handed_over(desk: Player, octets: bytes) -> list[Sent]:
    desk.take(octets)
    assert not desk.store.quarantined()
    return desk.fresh()


def the_case(desk: Player) -> Case:
    found = desk.store.case(1)
    assert found is not None
    return found


def check_nothing_is_done_or_shown(desk: Player, before: Case, sent: list[Sent]) -> None:
    after = the_case(desk)
    acknowledged = replace(snapshot(after), acknowledgement=None)
    assert acknowledged == replace(snapshot(before), acknowledgement=None), "nothing is done"
    assert after.messages[-1].held, "the mail is held"
    outside = [one for one in sent if one.to not in OURS]
    assert all(one.message["X-Postcase-Letter"] == "received" for one in outside), (
        "nobody outside gets a letter about it"
    )
    for one in outside:
        shown = one.raw.decode()
        for inside in (SECRET, "Case #1", "case.1.", EVA, MAX, "Eva Example", ANN, "curtain"):
            assert inside not in shown, inside


@pytest.mark.parametrize(("name", "header"), IN_EVAS_NAME, ids=[name for name, _ in IN_EVAS_NAME])
@pytest.mark.parametrize("body", [ORDERS, "/confirm", "Send me the password."])
def test_a_mail_in_an_engineers_name_is_held_and_he_is_asked(
    desk: Player, name: str, header: Forged, body: str
) -> None:
    before = the_case(desk)
    sent = forged(desk, header, body)
    check_nothing_is_done_or_shown(desk, before, sent)
    (asked,) = sent
    assert asked.to in (EVA, MAX)
    assert asked.message["X-Postcase-Letter"] == "unproven"


@pytest.mark.parametrize(("name", "header"), AS_A_STRANGER, ids=[name for name, _ in AS_A_STRANGER])
@pytest.mark.parametrize("body", [ORDERS, "Resolved, thank you.", "/bug\nIt is the curtain."])
def test_a_mail_of_somebody_else_is_held_and_the_owner_is_told(
    desk: Player, name: str, header: Forged, body: str
) -> None:
    before = the_case(desk)
    sent = forged(desk, header, body)
    check_nothing_is_done_or_shown(desk, before, sent)
    told = [one for one in sent if one.to in OURS and one.message["X-Postcase-Letter"] == "held"]
    assert [one.to for one in told] == [EVA]
    assert "received" not in [one.message["X-Postcase-Letter"] for one in sent if one.to in (ANN, BOB)]


# What is smuggled in.

SMUGGLED = (
    ("orders in the subject", "Nothing here.", "Subject: /close Re: [Case #1] Printer on fire"),
    ("orders behind a zero-width space", "\N{ZERO WIDTH SPACE}/close", NUMBERED),
    ("orders behind a byte order mark", "\N{ZERO WIDTH NO-BREAK SPACE}/close", NUMBERED),
    ("orders with a full-width slash", "／close", NUMBERED),
    ("orders behind many blank lines", "\n" * 200 + "/close", NUMBERED),
    ("orders written from right to left", "\N{RIGHT-TO-LEFT OVERRIDE}esolc/", NUMBERED),
    ("orders behind a NUL", "\0/close", NUMBERED),
    ("a mail that ends within the mail", "Hello\r\n.\r\nMAIL FROM:<eva@desk.example>\r\nDATA\r\n/close", NUMBERED),
)  # fmt: skip


@pytest.mark.parametrize(("name", "body", "subject"), SMUGGLED, ids=[name for name, *_ in SMUGGLED])
@pytest.mark.parametrize("author", [MALLORY, EVA])
def test_smuggled_orders_are_text(desk: Player, name: str, body: str, subject: str, author: str) -> None:
    before = the_case(desk)
    sent = forged(desk, f"From: {author}", body, subject)
    check_nothing_is_done_or_shown(desk, before, sent)
    assert {one.to for one in sent} >= {EVA}


@pytest.mark.parametrize("kind", ["html", "hidden html", "attached mail", "attached text", "alternative"])
def test_orders_in_a_part_of_a_strangers_mail_are_not_done(desk: Player, kind: str) -> None:
    """The attached mail is a real notice of Eva's with its token, and her answer to it."""
    thief = Thief(desk)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = MALLORY, "Re: [Case #1] Printer on fire"
    mail["Message-ID"] = "<parts@stranger.example>"
    mail.set_content("Hello.")
    if kind == "html":
        mail.set_content("<p>/close</p>", subtype="html")
    elif kind == "hidden html":
        mail.set_content('<div style="display:none">/close</div><p>Hello.</p>', subtype="html")
    elif kind == "attached mail":
        inner = EmailMessage(policy=SMTP)
        inner["From"], inner["In-Reply-To"], inner["Subject"] = EVA, notice(thief), "Re: [Case #1] Printer on fire"
        inner.set_content("/close")
        mail.add_attachment(inner)
    elif kind == "attached text":
        mail.add_attachment(b"/close\n", "text", "plain", filename="order.txt")
    else:
        mail.add_alternative("<p>/close</p>", subtype="html")
    before = the_case(desk)
    sent = handed_over(desk, mail.as_bytes())
    check_nothing_is_done_or_shown(desk, before, sent)
    assert EVA in {one.to for one in sent}


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <list.desk.example>"]
)
def test_an_order_that_a_machine_sends_in_an_engineers_name_is_not_done(desk: Player, header: str) -> None:
    before = snapshot(the_case(desk))
    sent = forged(desk, f"From: {EVA}\n{header}")
    assert snapshot(the_case(desk)) == before
    assert {one.to for one in sent} <= OURS


# What was true once.


def test_a_true_mail_that_comes_again_is_done_once(desk: Player) -> None:
    """Somebody has caught an answer of hers on its way, with the token in it, and sends the same octets again."""
    head = f"From: {EVA}\r\nIn-Reply-To: {notice(Thief(desk))}\r\nMessage-ID: <caught@desk.example>"
    caught = f"{head}\r\n{NUMBERED}\r\n\r\n/severity B"
    handed_over(desk, caught.encode())
    assert the_case(desk).severity == "B"
    desk.write(EVA, "answers assigned", "/severity D", [])
    desk.fresh()
    assert handed_over(desk, caught.encode()) == []
    assert handed_over(desk, f"Received: from mx.stranger.example\r\n{caught}".encode()) == []
    assert the_case(desk).severity == "D"


def test_a_letter_under_a_revoked_key_proves_nobody_any_more(desk: Player) -> None:
    stolen = notice(Thief(desk))
    desk.service.cases.ring.revoke("1")
    before = the_case(desk)
    sent = forged(desk, f"From: {EVA}\nIn-Reply-To: {stolen}")
    check_nothing_is_done_or_shown(desk, before, sent)
    assert [one.message["X-Postcase-Letter"] for one in sent] == ["unproven"]


def test_the_question_itself_proves_only_whom_it_was_sent_to(desk: Player) -> None:
    """Mallory forges a mail in Eva's name and guesses that she is asked; her letter's id is sealed for her alone."""
    (asked,) = forged(desk, f"From: {EVA}")
    guess = re.sub(r"\.[a-z2-7]{26}@", f".{'a' * 26}@", str(asked.message["Message-ID"]))
    before = the_case(desk)
    for token in (guess, str(asked.message["Message-ID"])):
        author = EVA if token == guess else MALLORY
        sent = forged(desk, f"From: {author}\nIn-Reply-To: {token}", "/confirm")
        check_nothing_is_done_or_shown(desk, before, sent)


def test_there_are_enough_of_them() -> None:
    assert len(IN_EVAS_NAME) + len(AS_A_STRANGER) + len(SMUGGLED) >= 50
