"""Is a mail that comes by LMTP on its case when the desk says so, and does Postfix keep it while the desk is down?"""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from collecting_desk import mail, wait_until
from live.desk_process import DeskProcess, lmtp
from live.town import DIRECT, Person, Town, new_desk, town

__all__ = ["town"]  # fixtures

pytestmark = pytest.mark.live

SUPPORT, HELP = f"support@{DIRECT}", f"help@{DIRECT}"


@pytest.fixture
def erik(town: Town) -> Person:
    return town.engineer("Erik Engineer")


@pytest.fixture
def ann(town: Town) -> Person:
    return town.customer("Ann Customer")


@pytest.fixture
def desk(town: Town, erik: Person, tmp_path: Path) -> Iterator[DeskProcess]:
    """A desk with no mailbox at all, only the door that Postfix knows."""
    intakes, aliases = lmtp(town.direct_port), f'aliases = ["{HELP}"]\n'
    desk = new_desk(town, tmp_path, erik, address=SUPPORT, intakes=intakes, desk=aliases)
    desk.start(until="open: data=")
    yield desk
    assert desk.stop() == 0
    assert "Traceback" not in desk.log()


def test_each_recipient_gets_a_reply_and_then_the_case_is_there(town: Town, desk: DeskProcess) -> None:
    with smtplib.LMTP("127.0.0.1", town.direct_port, timeout=10) as session:
        session.ehlo_or_helo_if_needed()
        session.mail("carol@customer.example")
        for recipient in (SUPPORT, HELP):
            assert session.rcpt(recipient)[0] == 250
        replies = [session.data(mail("for two")), session.getreply()]  # RFC 2033, section 4.2
    assert [code for code, _ in replies] == [250, 250]
    (case,) = desk.cases()
    assert (case["subject"], case["customer"]) == ("for two", "carol@customer.example")


def test_postfix_hands_a_domain_over_to_the_desk(town: Town, desk: DeskProcess, erik: Person, ann: Person) -> None:
    ann.swaks(SUPPORT, "--header", "Subject: By the shortest way", "--body", "Hello.")
    confirmation = ann.letter("confirmation")
    assert confirmation["Subject"] == "[Case #10001] By the shortest way"
    erik.reply("Gmail", erik.letter("assigned"), "Hello yourself.")
    ann.reply("Outlook", ann.letter("relay"), "Goodbye.")
    assert "> Goodbye." in erik.letter("replied").text
    assert len(desk.case(10001)["messages"]) == 3


def test_mail_to_two_addresses_of_the_desk_is_one_case(town: Town, desk: DeskProcess, ann: Person) -> None:
    ann.write(SUPPORT, HELP, subject="For two")
    ann.letter("confirmation")
    wait_until(lambda: town.postfix.queue() == "")
    assert len(desk.cases()) == len(ann.inbox()) == 1


def test_postfix_keeps_the_mail_of_a_desk_that_is_down(town: Town, desk: DeskProcess, ann: Person) -> None:
    assert desk.stop() == 0
    ann.write(SUPPORT, subject="Is anybody there?")
    wait_until(lambda: "Connection refused" in town.postfix.queue())
    (waiting,) = [json.loads(line) for line in town.postfix.queue().splitlines()]
    assert waiting["queue_name"] == "deferred"
    desk.start(until="open: data=")
    town.postfix.flush()
    ann.letter("confirmation")
    wait_until(lambda: town.postfix.queue() == "")
    assert len(desk.cases()) == len(ann.inbox()) == 1
