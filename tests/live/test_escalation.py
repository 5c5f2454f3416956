"""Does a case go from customer to Development, queue, QA and release, each in a mail client of his own?"""

from __future__ import annotations

import json

import pytest
from live.town import OpenDesk, Town, open_desk, town

__all__ = ["open_desk", "town"]  # fixtures

pytestmark = pytest.mark.live

SECTIONS = """
[escalation]
release_after = "2s"

[[organisation]]
name = "Customer Ltd"
domains = ["customer.example"]
maintenance_until = "2099-12-31"
sales = "{sales}"

[[staff]]
name = "Dev Example"
address = "{dev}"
teams = ["development"]

[[staff]]
name = "Pam Example"
address = "{pam}"
teams = ["product management"]

[[staff]]
name = "Quinn Example"
address = "{quinn}"
teams = ["qa"]
"""


def test_a_case_goes_to_development_the_queue_qa_and_the_release(town: Town, open_desk: OpenDesk) -> None:
    erik, dev, pam, quinn = map(town.engineer, ("Erik Engineer", "Dev Example", "Pam Example", "Quinn Example"))
    ann, dora, sal = town.customer("Ann Customer"), town.customer("Dora Customer"), town.engineer("Sal Example")
    sections = SECTIONS.format(sales=sal.address, dev=dev.address, pam=pam.address, quinn=quinn.address)
    desk = open_desk(erik, lifecycle=sections)

    ann.write(desk.address, subject="Umlauts are lost", text="Every file name with an umlaut is lost.")
    number = ann.letter("confirmation").number
    erik.reply("Thunderbird", erik.letter("assigned", number), "/escalate development\nOnly in zip files, it seems.")
    asked = dev.letter("consulted", number)
    assert "> Only in zip files, it seems." in asked.text and "> Every file name with an umlaut" in asked.text
    assert "our Development is now looking into case" in ann.letter("escalated", number).text

    dev.reply("mutt", asked, "Which zip is it?")
    erik.reply("Outlook", erik.letter("advice", number), "The old one, 7.1.")
    assert "> The old one, 7.1." in dev.letter("consulted", number, count=2).text
    dev.reply("Gmail", dev.letter("consulted", number, count=2), "/bug\nIt writes Latin-1.")
    assert "> It writes Latin-1." in erik.letter("advice", number, count=2).text
    assert desk.case(number)["status"] == "with_engineer"

    erik.reply("Apple Mail", erik.letter("assigned", number), "/escalate maintenance Keep umlauts in zip files")
    assert f"{sal.address} is your contact for the roadmap" in ann.letter("escalated", number, count=2).text
    assert "you are the contact for the roadmap" in sal.letter("change", number).text
    pam.reply("Outlook", pam.letter("change", number), "/vote 5")
    assert "a priority of 5 now" in pam.letter("staff-receipt", number).text
    pam.reply("Gmail", pam.letter("change", number), "/accept\nFor 9.2.")
    pam.letter("staff-receipt", number, count=2)

    dora.write(desk.address, subject="Zip and umlauts", text="They are lost.")
    other = dora.letter("confirmation").number
    erik.reply("K-9", erik.letter("assigned", other), "/escalate maintenance 1")
    dora.letter("escalated", other)

    dev.reply("Thunderbird", dev.letter("change", number, count=2), "/work")
    dev.letter("staff-receipt", number, count=2)
    dev.reply("mutt", dev.letter("change", number, count=2), "/qa")
    assert "is being tested now" in ann.letter("escalated", number, count=3).text
    quinn.reply("Apple Mail", quinn.letter("change", number), "/verified")
    quinn.letter("staff-receipt", number)
    pam.reply("Outlook", pam.letter("change", number), "/release version 9.2.1 to all\nStop the service first.")

    for person, case in ((ann, number), (dora, other)):
        released = person.letter("released", case)
        assert "You get it in version 9.2.1:" in released.text and "Stop the service first." in released.text
        assert released["Auto-Submitted"] == "auto-generated"
        assert desk.case(case)["status"] == "with_customer"
    told = "".join(mail.everything for person in (ann, dora) for mail in person.letters())
    for inside in (
        dev.address,
        pam.address,
        quinn.address,
        erik.address,
        "Latin-1",
        "The old one",
        "/accept",
        "For 9.2.",
    ):
        assert inside not in told
    assert [len(person.letters("released")) for person in (ann, dora)] == [1, 1]
    shown = json.loads(desk.ask("change", "1", "--json").stdout)
    assert (shown["stage"], shown["cases"], shown["priority"]) == ("released", [number, other], 5)
    assert shown["releases"][0]["got"] == sorted([ann.address, dora.address])


def test_a_release_that_is_taken_back_in_time_never_leaves(town: Town, open_desk: OpenDesk) -> None:
    erik, pam, ann = town.engineer("Erik Engineer"), town.engineer("Pam Example"), town.customer("Ann Customer")
    teams = '"product management", "development", "qa"'
    staff = f'\n[[staff]]\nname = "Pam Example"\naddress = "{pam.address}"\nteams = [{teams}]\n'
    desk = open_desk(erik, lifecycle=staff)
    ann.write(desk.address, subject="Umlauts are lost")
    number = ann.letter("confirmation").number
    erik.reply("mutt", erik.letter("assigned", number), "/escalate maintenance Keep umlauts")
    for count, order in enumerate(("/accept", "/work", "/qa", "/verified", "/release version 9 to all"), 1):
        pam.reply("mutt", pam.letter("change", number), order)
        receipt = pam.letter("staff-receipt", number, count=count)
    assert "is not on maintenance, and is told so" in receipt.text
    assert "withheld" in [letter["letter"] for letter in desk.case(number)["letters"] if letter["state"] == "waiting"]
    pam.reply("mutt", receipt, "/undo")
    assert "is verified again" in pam.letter("staff-receipt", number, count=6).text
    case = desk.case(number)
    assert [letter["state"] for letter in case["letters"] if letter["letter"] == "withheld"] == ["withdrawn"]
    assert case["status"] == "escalated"
