"""Does the dispatcher do his work between a real Dovecot and a real Postfix, and do engineers steer it from their mail?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from collecting_desk import wait_until
from live.desk_process import DeskProcess
from live.town import OpenDesk, Person, Town, open_desk, town

__all__ = ["open_desk", "town"]  # fixtures

pytestmark = pytest.mark.live

POLICY = """
[[severity]]
letter = "A"
name = {{ en = "critical", de = "kritisch" }}
meaning = "Everything is down."
first_answer = "1h"
acknowledge_within = "2s"
[[product]]
name = "Cyber Files"
aliases = ["mobilEcho"]
skills = ["files"]
[[organisation]]
name = "Customer Ltd"
domains = ["customer.example"]
maintenance_until = "2030-12-31"
[[engineer]]
name = "Max Example"
address = "{max}"
skills = ["files"]
[[engineer]]
name = "Lea Example"
address = "{lea}"
lead = true
"""


@pytest.fixture
def people(town: Town) -> tuple[Person, Person, Person]:
    return town.engineer("Erik Engineer"), town.engineer("Max Example"), town.engineer("Lea Example")


@pytest.fixture
def desk(open_desk: OpenDesk, people: tuple[Person, Person, Person]) -> DeskProcess:
    erik, max_, lea = people
    return open_desk(erik, lifecycle=POLICY.format(max=max_.address, lea=lea.address))


def test_a_critical_case_finds_who_knows_it_and_then_the_lead(
    town: Town, desk: DeskProcess, people: tuple[Person, Person, Person]
) -> None:
    erik, max_, lea = people
    ann = town.customer("Ann Customer")
    ann.write(desk.address, subject="mobilEcho is down", text="Nobody can log in.")
    assert "Its severity is A (critical): Everything is down." in ann.letter("confirmation").text
    notice = max_.letter("assigned")
    assert 'Product Cyber Files: named, "mobilecho" in the subject' in notice.text
    assert "Organisation Customer Ltd: on maintenance until 2030-12-31" in notice.text
    taken = lea.letter("assigned")  # Max alone knows it, and did not answer within two seconds
    assert "Max Example did not answer in time" in taken.text
    assert "Nobody can log in." in taken.text
    max_.letter("handed-on")
    lea.reply("Thunderbird", taken, "/assign Erik\n/severity B\n\nWe are at it.")
    assert "We are at it." in ann.letter("relay").text
    assert "Severity is B (serious) now; it was A." in lea.letter("receipt").text
    assert "Lea Example said so" in erik.letter("assigned").text
    case = desk.case_of(ann.address)
    assert (case["severity"], case["product"], case["owner"]) == ("B", "Cyber Files", erik.address)
    assert case["organisation"] == "Customer Ltd"
    why = desk.ask("why", str(case["number"])).stdout
    for said in ("severity A", "something is down", "an engineer's order", "did not answer in time"):
        assert said in why


def test_who_says_that_he_is_away_gets_no_cases_until_he_is_back(
    town: Town, desk: DeskProcess, people: tuple[Person, Person, Person]
) -> None:
    _, max_, _ = people
    carl, dora = town.customer("Carl Customer"), town.customer("Dora Customer")
    carl.write(desk.address, subject="mobilEcho shows the wrong logo", text="No hurry.")
    until = datetime.now(UTC).date() + timedelta(days=30)
    max_.reply("mutt", max_.letter("assigned"), f"/away until {until.isoformat()}\n\n-- \nMax")
    receipt = max_.letter("receipt")
    assert "You are away" in receipt.text
    dora.write(desk.address, subject="Something is odd", text="See subject.")
    dora.letter("confirmation")
    assert desk.case_of(dora.address)["owner"] != max_.address
    max_.reply("Gmail", receipt, "/back")
    wait_until(lambda: any("You are back" in mail.text for mail in max_.letters("receipt")))
