"""What of a mail that an engineer passes on must not change what the desk knew before?"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from conversations.player import DESKS, Player

from daemon.errors import UnreadableMail
from daemon.incoming.reader import Reader
from daemon.intake.arrival import Arrival
from rules.mail import Mail


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    playing = Player(tmp_path, DESKS["vouched"])
    yield playing
    playing.close()


def passed_on(player: Player, original: bytes, above: str = "", *, past: bool = False) -> list[str]:
    """The letters that follow when Eva passes this mail on as a file."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Authentication-Results"] = "mx.example.com; dmarc=pass header.from=desk.example"
    mail["From"], mail["To"], mail["Date"] = "Eva <eva@desk.example>", "support@example.com", player.clock.now()
    mail["Message-ID"], mail["Subject"] = "<passed-on@desk.example>", "Fwd: Printer on fire"
    mail.set_content(above)
    mail.add_attachment(message_from_bytes(original, policy=policy.SMTP))
    player.service.take([Arrival(mail.as_bytes(), "test", player.clock.now(), past)])
    player.settle()
    return [sent.line for sent in player.fresh()]


def test_answers_to_a_mail_that_the_desk_had_already_stay_on_its_case(player: Player) -> None:
    player.write("ann@customer.example", "Printer on fire", "It burns.", ["Cc: bob@customer.example"])
    player.fresh()
    assert passed_on(player, player.store.paper(1, "0001-in.eml"))
    player.wrote["bob@customer.example"] = player.wrote["ann@customer.example"]
    player.write("bob@customer.example", "answers mail", "It burns here as well.", [])
    assert [sent.line for sent in player.fresh()] == ["eva@desk.example [Case #1] replied"]


def test_one_of_the_past_is_filed_for_the_customer_and_nobody_is_written_to(player: Player) -> None:
    original = b"From: ann@customer.example\r\nSubject: Printer on fire\r\n\r\nIt burns.\r\n"
    assert passed_on(player, original, "/away until 2026-12-05", past=True) == []
    case = player.store.case(1)
    assert case is not None
    assert case.customer.address == "ann@customer.example"
    assert not player.service.cases.store.state("absences")


def test_what_an_engineer_passes_on_and_nobody_can_read_is_a_question_of_his_own(player: Player) -> None:
    player.service.cases.reader = Refusing(player.service.cases.reader, b"poison")
    assert passed_on(player, b"From: ann@customer.example\r\nSubject: poison\r\n\r\nIt burns.\r\n")
    case = player.store.case(1)
    assert case is not None
    assert case.customer.address == "eva@desk.example"


class Refusing:
    """A reader to whom a mail that begins so is unreadable."""

    def __init__(self, reader: Reader, poison: bytes) -> None:
        self._reader, self._poison = reader, poison

    def parse(self, raw: bytes, limit: int) -> Mail:
        if self._poison in raw[:60]:
            raise UnreadableMail("it cannot be read")
        return self._reader.parse(raw, limit)
