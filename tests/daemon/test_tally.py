"""Are the confirmations of the last hour and day counted right, by address, by domain and in all?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from conversations.player import MONDAY, Player

from daemon.errors import StoreUnwritable
from daemon.tally import Tally, tally_of
from rules.caps import Counts
from rules.mail import Address

ANN, BOB, CEM = Address("ann@customer.example"), Address("bob@customer.example"), Address("cem@other.example")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_an_empty_tally_counts_nothing() -> None:
    assert Tally().counts(ANN, MONDAY) == Counts()


def test_each_answer_counts_for_its_address_its_domain_and_in_all() -> None:
    tally = Tally()
    for to in (ANN, ANN, BOB, CEM):
        tally.add(to, MONDAY)
    assert tally.counts(ANN, MONDAY) == Counts(2, 2, 3, 4)
    assert tally.counts(CEM, MONDAY) == Counts(1, 1, 1, 4)


def test_the_case_of_letters_in_an_address_does_not_make_another_one() -> None:
    tally = Tally()
    tally.add(Address("Ann@Customer.Example"), MONDAY)
    assert tally.counts(ANN, MONDAY).address_last_hour == 1


def test_an_answer_is_forgotten_after_an_hour_and_after_a_day() -> None:
    tally = Tally()
    tally.add(ANN, MONDAY)
    assert tally.counts(ANN, MONDAY + 59 * MINUTE) == Counts(1, 1, 1, 1)
    assert tally.counts(ANN, MONDAY + 60 * MINUTE) == Counts(0, 1, 0, 0)
    assert tally.counts(ANN, MONDAY + timedelta(days=1)) == Counts()


def test_what_is_forgotten_takes_no_room() -> None:
    tally = Tally()
    for minute in range(3000):
        tally.add(Address(f"c{minute}@x{minute}.example"), MONDAY + minute * MINUTE)
        tally.counts(ANN, MONDAY + minute * MINUTE)
    assert len(tally._by_domain_hour) <= 61
    assert len(tally._by_address_day) <= 24 * 60 + 1


def test_the_caps_hold_after_a_restart(tmp_path: Path) -> None:
    player = Player(tmp_path)
    for number in range(3):
        player.write(ANN.address, f"Trouble {number}", "", [])
    player.write("no-reply@customer.example", "A robot", "", [])
    assert tally_of(player.store, player.clock.now()).counts(ANN, player.clock.now()) == Counts(3, 3, 3, 3)
    player.close()


def test_the_caps_hold_after_a_restart_for_cases_that_are_closed_or_old(tmp_path: Path) -> None:
    """A stranger's mail on an old case was answered, and so were mails whose cases are closed already."""
    player = Player(tmp_path)
    player.write(BOB.address, "An old case", "", [])
    player.pass_time(2 * DAY)
    for number in range(2, 5):
        player.write(ANN.address, f"Trouble {number}", "", [])
        player.write("eva@desk.example", f"answers assigned #{number}", "/close", [])
    player.write(ANN.address, "[Case #1] An old case", "I have that, too.", [])
    player.write("eva@desk.example", "answers assigned #1", "Pull the plug.", [])
    player.write(BOB.address, "answers relay", "I need more time.", [])
    before = [player.service.cases.tally.counts(one, player.clock.now()) for one in (ANN, BOB)]
    assert before == [Counts(4, 4, 5, 5), Counts(1, 1, 5, 5)]
    assert [tally_of(player.store, player.clock.now()).counts(one, player.clock.now()) for one in (ANN, BOB)] == before
    player.close()


def test_a_closed_case_that_has_a_letter_to_send_is_counted_once(tmp_path: Path) -> None:
    player = Player(tmp_path)
    player.write(ANN.address, "Printer on fire", "", [])
    player.server.down = True
    player.write("eva@desk.example", "answers assigned", "/close", [])
    assert player.store.waiting_letters()
    assert tally_of(player.store, player.clock.now()).counts(ANN, player.clock.now()) == Counts(1, 1, 1, 1)
    player.close()


def test_only_confirmations_and_follow_ups_are_counted(tmp_path: Path) -> None:
    player = Player(tmp_path)
    player.write(ANN.address, "Printer on fire", "", [])
    player.write("eva@desk.example", "answers assigned", "/close", [])
    player.write(ANN.address, "answers closed", "It burns again.", [])
    counts = player.service.cases.tally.counts(ANN, player.clock.now())
    assert counts.address_last_hour == 2
    player.close()


def test_a_batch_that_could_not_be_committed_counts_for_nothing(tmp_path: Path) -> None:
    """Else a full disk uses up the cap, and the customer never gets his confirmation."""
    player = Player(tmp_path)
    commit = player.store._registry.commit

    def refuse(staged: object) -> None:
        raise StoreUnwritable("the disk is full")

    player.store._registry.commit = refuse  # type: ignore[method-assign]
    for _ in range(50):
        try:
            player.write(ANN.address, "Printer on fire", "", [])
        except StoreUnwritable:
            continue
        raise AssertionError("the mail was taken without a store")
    player.store._registry.commit = commit  # type: ignore[method-assign]
    player.write(ANN.address, "Printer on fire", "", [])
    assert f"{ANN.address} [Case #1] confirmation" in [sent.line for sent in player.fresh()]
    player.close()


def test_after_a_failed_batch_what_was_committed_before_counts_still(tmp_path: Path) -> None:
    player = Player(tmp_path)
    player.write(ANN.address, "Printer on fire", "", [])
    player.write("eva@desk.example", "answers assigned", "/close", [])
    with pytest.raises(StoreUnwritable), player.service.cases.lock, player.service.cases.batch():
        player.service.cases.tally.add(ANN, player.clock.now())
        raise StoreUnwritable("the disk is full")
    assert player.service.cases.tally.counts(ANN, player.clock.now()) == Counts(1, 1, 1, 1)
    player.close()


def test_what_was_dropped_is_dropped_of_the_day_alone_when_the_hour_has_forgotten_it() -> None:
    tally = Tally()
    tally.add(ANN, MONDAY)
    tally.settle()
    tally.add(ANN, MONDAY + MINUTE)
    tally.counts(ANN, MONDAY + 62 * MINUTE)
    tally.drop_unsettled()
    assert tally.counts(ANN, MONDAY + 62 * MINUTE) == Counts(0, 1, 0, 0)
