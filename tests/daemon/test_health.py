"""Does the desk know when it was deaf, also after a restart and with several mailboxes?"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from conversations.player import MONDAY

from daemon.errors import DamagedFile, StoreUnwritable
from daemon.health import KEPT_OUTAGES, SETTLES, Health, last_mail, outages_in
from daemon.storage.tinydb_store import TinydbStore
from rules.silence import Outage

MINUTE = timedelta(minutes=1)
AFTER = 15 * MINUTE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TinydbStore]:
    made = TinydbStore(tmp_path / "data")
    yield made
    made.close()


def health(store: TinydbStore, *intakes: str) -> Health:
    made = Health(store, AFTER)
    made.listen_to(intakes or ["INBOX"])
    return made


def read(one: Health, *minutes: int, intake: str = "INBOX") -> None:
    for minute in minutes:
        one.read_to_end(intake, MONDAY + minute * MINUTE)


def gap(start: int, end: int) -> Outage:
    return Outage(MONDAY + start * MINUTE, MONDAY + end * MINUTE)


def test_a_desk_that_never_read_its_mailbox_has_heard_nothing(store: TinydbStore) -> None:
    assert (health(store).read_until, health(store).heard_until, health(store).outages) == (None, None, ())


def test_the_first_reading_ever_is_no_outage(store: TinydbStore) -> None:
    one = health(store)
    read(one, 100)
    assert (one.read_until, one.outages) == (MONDAY + 100 * MINUTE, ())


def test_readings_close_enough_to_each_other_are_no_outage(store: TinydbStore) -> None:
    one = health(store)
    read(one, 0, 15, 30, 45)
    assert one.outages == ()


def test_a_longer_gap_is_an_outage_from_the_last_reading_to_the_next(store: TinydbStore) -> None:
    one = health(store)
    read(one, 0, 16, 20, 100)
    assert one.outages == (gap(0, 16), gap(20, 100))


def test_the_time_between_two_runs_of_the_daemon_is_an_outage(store: TinydbStore) -> None:
    before = health(store)
    read(before, 0, 10)
    before.save()
    after = health(store)
    assert after.heard_until == MONDAY + 10 * MINUTE
    assert after.read_until is None, "what was read before the start proves nothing now"
    read(after, 5000)
    assert after.outages == (gap(10, 5000),)


def test_outages_survive_a_restart_without_a_clean_stop(store: TinydbStore) -> None:
    read(health(store), 0, 100)
    assert health(store).outages == outages_in(store) == (gap(0, 100),)


def test_without_a_clean_stop_at_most_a_minute_of_hearing_is_forgotten(store: TinydbStore) -> None:
    read(health(store), *range(50))
    heard = health(store).heard_until
    assert heard is not None
    assert MONDAY + 49 * MINUTE - heard <= MINUTE


def test_with_several_mailboxes_the_slowest_counts(store: TinydbStore) -> None:
    one = health(store, "A", "B")
    read(one, 0, 10, 20, intake="A")
    assert one.read_until is None
    read(one, 12, intake="B")
    assert one.read_until == MONDAY + 12 * MINUTE
    read(one, 30, intake="A")
    assert one.read_until == MONDAY + 12 * MINUTE


def test_a_mailbox_that_never_answers_keeps_all_silence_unproven(store: TinydbStore) -> None:
    one = health(store, "A", "dead")
    read(one, *range(0, 1000, 5), intake="A")
    assert (one.read_until, one.heard_until, one.outages) == (None, None, ())


def test_a_mailbox_that_was_away_for_hours_makes_an_outage_though_the_other_was_read(store: TinydbStore) -> None:
    one = health(store, "A", "B")
    for minute in range(0, 300, 5):
        read(one, minute, intake="A")
        if minute < 60 or minute > 200:
            read(one, minute, intake="B")
    assert one.outages == (gap(55, 205),)


def test_readings_of_an_intake_that_does_not_count_are_passed_over(store: TinydbStore) -> None:
    one = health(store)
    read(one, 5, intake="of an older configuration")
    assert one.read_until is None


def test_after_a_new_configuration_every_mailbox_must_be_read_anew(store: TinydbStore) -> None:
    one = health(store)
    read(one, 5)
    one.listen_to(["INBOX", "Second"])
    assert one.read_until is None


def test_a_clock_set_back_makes_no_outage_and_unhears_nothing(store: TinydbStore) -> None:
    one = health(store)
    read(one, 100, 50, 51, 52)
    assert one.heard_until == MONDAY + 100 * MINUTE
    assert one.read_until == MONDAY + 52 * MINUTE
    assert one.outages == ()


def test_a_clock_set_forward_by_forty_days_is_an_outage(store: TinydbStore) -> None:
    """So no wait ends by it."""
    one = health(store)
    read(one, 0, 40 * 24 * 60)
    assert one.outages == (gap(0, 40 * 24 * 60),)


def test_only_the_latest_outages_are_kept(store: TinydbStore) -> None:
    one = health(store)
    with_gaps = range(0, (KEPT_OUTAGES + 10) * 20, 20)
    read(one, *with_gaps)
    assert len(one.outages) == KEPT_OUTAGES
    assert one.outages[-1].end == MONDAY + with_gaps[-1] * MINUTE


def test_a_store_that_cannot_be_written_loses_no_outage(store: TinydbStore, monkeypatch: pytest.MonkeyPatch) -> None:
    one = health(store)
    read(one, 0)

    def refuse() -> object:
        raise StoreUnwritable("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(store, "batch", refuse)
        with pytest.raises(StoreUnwritable):
            read(one, 100)
    assert one.outages == (gap(0, 100),)
    read(one, 102)
    assert health(store).outages == (gap(0, 100),)


# After a gap mail servers still hold what they could not hand over.


def proven(one: Health) -> int | None:
    return None if one.read_until is None else round((one.read_until - MONDAY) / MINUTE)


def test_after_a_mailbox_was_out_of_reach_its_readings_prove_nothing_for_a_while(store: TinydbStore) -> None:
    one = health(store)
    read(one, 0)
    one.could_not_read("INBOX")
    read(one, *range(10, 35))
    assert (proven(one), one.heard_until, one.outages) == (0, MONDAY + 34 * MINUTE, ())
    read(one, 35)  # as long again as the gap was, and outage_after
    assert proven(one) == 35
    read(one, 36)
    assert proven(one) == 36


def test_a_mailbox_that_is_out_of_reach_again_is_waited_for_anew(store: TinydbStore) -> None:
    one = health(store)
    read(one, 0)
    one.could_not_read("INBOX")
    read(one, *range(5, 20))
    one.could_not_read("INBOX")
    one.could_not_read("INBOX")
    read(one, *range(24, 44))
    assert proven(one) == 0
    read(one, 44)
    assert proven(one) == 44


def test_after_an_outage_readings_prove_nothing_for_a_while_but_no_longer_than_mail_servers_wait(
    store: TinydbStore,
) -> None:
    read(health(store), 0)
    after = health(store)
    read(after, *range(1000, 1067))
    assert proven(after) is None
    read(after, 1067)
    assert (proven(after), SETTLES) == (1067, timedelta(seconds=4000))
    assert after.outages == (gap(0, 1000),)


def test_a_short_restart_of_a_healthy_desk_costs_nothing(store: TinydbStore) -> None:
    read(health(store), 0)
    after = health(store)
    read(after, 3)
    assert proven(after) == 3


@pytest.mark.parametrize("back_before_the_restart", [True, False])
def test_a_restart_does_not_make_us_forget_the_gap(store: TinydbStore, *, back_before_the_restart: bool) -> None:
    before = health(store)
    read(before, 0)
    before.could_not_read("INBOX")
    if back_before_the_restart:
        read(before, 5)
    before.save()
    after = health(store)
    read(after, *range(6, 19))
    assert proven(after) is None
    read(after, *range(19, 30))
    assert proven(after) == 29


def test_the_others_do_not_speak_for_a_mailbox_that_was_out_of_reach(store: TinydbStore) -> None:
    one = health(store, "A", "B")
    for name in ("A", "B"):
        read(one, 0, intake=name)
    one.could_not_read("B")
    read(one, 5, intake="B")
    read(one, 7, intake="A")
    assert proven(one) == 0
    assert one.behind(MONDAY + 5 * MINUTE) == set(), "there is nothing to be had from reading them again"


def test_a_clock_set_back_during_a_doubt_does_not_make_it_last_for_ever(store: TinydbStore) -> None:
    one = health(store)
    read(one, 100_000)
    one.could_not_read("INBOX")
    read(one, 100_001, 5)
    assert proven(one) == 5


def test_a_damaged_memory_of_what_was_heard_is_refused_and_named(store: TinydbStore) -> None:
    with store.batch() as batch:
        batch.set_state("health", {"heard_until": "yesterday"})
    with pytest.raises(DamagedFile, match=r"`health` is damaged.*restore it from a backup"):
        Health(store, AFTER)


def test_a_mail_that_is_filed_while_another_mailbox_keeps_its_reading_does_not_wait_for_it(store: TinydbStore) -> None:
    """Who files holds the batch, who keeps a reading waits for it: neither may wait for the other."""
    one = health(store)
    read(one, 0)
    saving = threading.Thread(target=one.save, daemon=True)
    with store.batch():
        saving.start()
        while not one._lock.locked():
            time.sleep(0.001)
        filing = threading.Thread(target=one.mail_came, args=(MONDAY,), daemon=True)
        filing.start()
        filing.join(5)
        assert not filing.is_alive()
    saving.join(5)
    assert not saving.is_alive()
    one.save()
    assert last_mail(store) == MONDAY
