"""Does a case stay one thread, and do words and files arrive as they were written, whatever mail clients make of them?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from live.clients import CLIENTS, File
from live.desk_process import DeskProcess, letters_to
from live.town import OpenDesk, Person, Read, Town, new_desk, open_desk, threads, town

__all__ = ["open_desk", "town"]  # fixtures

pytestmark = pytest.mark.live

CUSTOMERS = (
    "Outlook",
    "Gmail",
    "Apple Mail",
    "webmail",
    "Thunderbird",
    "Swedish",
    "mutt",
    "Polish",
    "K-9",
    "Outlook mobile",
)
ENGINEERS = (
    "Gmail",
    "Outlook",
    "mutt",
    "Apple Mail",
    "Outlook mobile",
    "Thunderbird",
    "K-9",
    "Swedish",
    "Polish",
    "Outlook",
)

QUESTION = "Round {}: it still smells of smoke.\n\nThe light is red, the temperature is > 90 °C & rising."
ANSWER = 'Hello Ann,\n\nround {}: please open the lid\nand look for the "grey lever" – it\'s at the back.\n\nBest\nErik'


@pytest.fixture(scope="module")
def erik(town: Town) -> Person:
    return town.engineer("Erik Engineer")


@pytest.fixture(scope="module")
def desk(town: Town, erik: Person, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    desk = new_desk(town, tmp_path_factory.mktemp("desk"), erik)
    desk.start()
    yield desk
    assert desk.stop() == 0
    assert "Traceback" not in desk.log()


@pytest.fixture
def ann(town: Town) -> Person:
    return town.customer("Ann Customer")


def test_ten_replies_from_ten_clients_are_one_case_and_one_thread(desk: DeskProcess, erik: Person, ann: Person) -> None:
    assert set(CUSTOMERS) == set(CLIENTS)
    ann.write(desk.address, subject="Rauch aus dem Drucker – 煙", text="It smokes.")
    letter = ann.letter("confirmation")
    number = letter.number
    erik.letter("assigned", number)
    for count, (hers, his) in enumerate(zip(CUSTOMERS, ENGINEERS, strict=True), start=1):
        ann.reply(hers, letter, QUESTION.format(count), advert=True)
        notice = erik.letter("replied", number, count=count)
        assert f"> Round {count}: it still smells of smoke." in notice.text, hers
        assert "> 90 °C & rising" in notice.text, hers
        erik.reply(his, notice, ANSWER.format(count))
        letter = ann.letter("relay", count=count)
        check_relay(letter, desk, number, ANSWER.format(count), his)
    case = desk.case_of(ann.address)
    assert len(case["messages"]) == 21
    assert {message["role"] for message in case["messages"]} == {"customer", "engineer"}
    assert not [message["held"] for message in case["messages"] if message["held"]]
    assert letters_to(case, ann.address) == ["confirmation", *["relay"] * 10]
    assert letters_to(case, erik.address) == ["assigned", *["replied"] * 10]
    hers_from_us = ann.inbox()
    assert threads([*hers_from_us, *ann.sent]) == 1
    assert threads(erik.letters(number=number)) == 1
    assert {mail["Subject"] for mail in (*hers_from_us, *erik.letters(number=number))} == {letter["Subject"]}


def check_relay(letter: Read, desk: DeskProcess, number: int, words: str, client: str) -> None:
    """Exactly his words above what the desk quotes and its signature; nothing of the notice, nothing of him but his name."""
    said, *quoted = re.split(r"\n\n(?=On [^\n]+ wrote:\n\n>)", letter.text.removesuffix("\n"))
    signature = f"\n\n-- \nExample Support · Case #{number}"
    assert (said if quoted else said.removesuffix(signature)) == words, client
    assert (quoted[-1] if quoted else said).endswith(signature), client
    own = [line for part in quoted for line in part.removesuffix(signature).split("\n")[1:] if line]
    assert all(line.startswith(">") and not line.startswith("> >") for line in own), client
    assert letter["From"] == f'"Erik Engineer (Example Support)" <{desk.address}>'
    for inside in ("desk.example", "-=-", "erik", "/close", "Why you"):
        assert inside not in letter.everything.replace("Erik", ""), client
    assert not letter["Auto-Submitted"]
    assert not letter["X-Auto-Response-Suppress"]


def test_files_of_both_sides_arrive_octet_for_octet(desk: DeskProcess, erik: Person, ann: Person) -> None:
    chance = random.Random(1)
    report = File("Prüfbericht 完.pdf", "application/pdf", b"%PDF-1.7\r\n" + chance.randbytes(300_001))
    picture = File("smoke.png", "image/png", b"\x89PNG\r\n\x1a\n" + chance.randbytes(70_000))
    script = File("fix (1).sh", "application/x-sh", b"#!/bin/sh\n.\n..\nFrom here\r\nto there\rand on\n")
    table = File("Maße; alle.csv", "text/csv", "Größe;\r\nü\n\n".encode("latin-1"))
    ann.write(desk.address, subject="Two files")
    ann.reply("Apple Mail", ann.letter("confirmation"), "Here they are.", files=(report, picture))
    notice = erik.letter("replied", ann.letter("confirmation").number)
    assert notice.files == {report.name: report.data, picture.name: picture.data}
    erik.reply("Outlook", notice, "Run this, please.", files=(script, table))
    relay = ann.letter("relay")
    assert relay.files == {script.name: script.data, table.name: table.data}


def test_a_file_without_a_word_is_an_answer_too(desk: DeskProcess, erik: Person, ann: Person) -> None:
    ann.write(desk.address, subject="The manual, please")
    manual = File("manual.txt", "text/plain", b"Press the button.\n")
    erik.reply("Thunderbird", erik.letter("assigned", ann.letter("confirmation").number), "", files=(manual,))
    assert ann.letter("relay").files == {manual.name: manual.data}


def test_an_engineer_whose_webmail_loses_the_thread_is_proven_by_the_address_he_answers(
    town: Town, open_desk: OpenDesk, ann: Person
) -> None:
    erik = town.engineer("Erik Engineer")
    desk = open_desk(erik, desk='subaddress = "+"\n')
    ann.write(desk.address, subject="Subaddress")
    notice = erik.letter("assigned")
    assert notice["Reply-To"].startswith("Example Support <" + desk.address.partition("@")[0] + "+")
    erik.reply("webmail", notice, "Proven all the same.")
    relay = ann.letter("relay")
    check_relay(relay, desk, relay.number, "Proven all the same.", "webmail")
    ann.reply("webmail", relay, "So am I.")
    erik.letter("replied")
    (case,) = desk.cases()
    assert desk.case(case["number"])["messages"][-1]["proof"].startswith("token of the relay letter")


def test_a_command_is_obeyed_and_stays_inside(desk: DeskProcess, erik: Person, ann: Person) -> None:
    ann.write(desk.address, subject="Commands")
    notice = erik.letter("assigned", ann.letter("confirmation").number)
    erik.reply("Outlook", notice, "/note\nShe is a friend of the chief.")
    erik.letter("receipt", notice.number)
    erik.reply("Gmail", notice, "/close\nIt works now, as you said.")
    closed = ann.letter("closed")
    assert closed.text.startswith("It works now, as you said.\n")
    assert "friend of the chief" not in "".join(mail.everything for mail in ann.inbox())
    assert "/close" not in closed.everything
    assert desk.case(notice.number)["status"] == "closed"


def test_a_colleague_in_copy_takes_part_and_is_answered_in_a_thread_of_his_own(
    town: Town, desk: DeskProcess, erik: Person, ann: Person
) -> None:
    bob = town.customer("Bob Colleague")
    ann.write(desk.address, bob.address, subject="We both have it", headers=f"Cc: {bob.address}\n")
    number = ann.letter("confirmation").number
    assert bob.letters() == []
    erik.reply("Apple Mail", erik.letter("assigned", number), "Both of you, please restart.")
    his, hers = bob.letter("relay"), ann.letter("relay")
    assert his["Message-ID"] != hers["Message-ID"]
    assert threads(bob.inbox()) == threads(ann.inbox()) == 1
    bob.reply("Outlook", his, "Mine works now, hers does not.")
    assert "> Mine works now, hers does not." in erik.letter("replied", number).text
    case = desk.case(number)
    assert (case["customer"], case["participants"]) == (ann.address, [ann.address, bob.address])
    assert (case["messages"][-1]["role"], case["messages"][-1]["held"]) == ("participant", "")


def test_an_engineer_who_is_away_is_not_relayed(desk: DeskProcess, erik: Person, ann: Person) -> None:
    ann.write(desk.address, subject="Anybody there?")
    notice = erik.letter("assigned", ann.letter("confirmation").number)
    answer = f"In-Reply-To: {notice['Message-ID']}\nAuto-Submitted: auto-replied\n"
    erik.write(desk.address, subject=f"Out of office: {notice['Subject']}", text="I am on a beach.", headers=answer)
    case = desk.filed(ann.address, messages=2)
    assert (case["messages"][1]["role"], case["messages"][1]["kind"]) == ("machine", "out-of-office")
    assert (case["status"], letters_to(case, ann.address)) == ("with_engineer", ["confirmation"])
