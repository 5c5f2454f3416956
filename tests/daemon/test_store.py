"""Does an engine keep what daemon/storage/store.py promises? Every engine passes all of these."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.errors import AlreadyRunning, DamagedFile, StoreUnwritable
from daemon.storage.store import Quarantined, Store
from daemon.storage.tinydb_store import TinydbStore
from rules.case import (
    Acknowledgement,
    Audience,
    Case,
    Entry,
    Letter,
    Link,
    Message,
    Post,
    Role,
    Status,
    Target,
    Tie,
    Timer,
)
from rules.mail import Address, Kind

Engine = Callable[..., Store]

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN = Address("ann@customer.example", "Ann Customer")
BOB = Address("bob@desk.example", "Bob Engineer")

# one line an engine: its name, and what opens it on a fresh folder
ENGINES: dict[str, Callable[[Path], Engine]] = {
    "tinydb": lambda folder: lambda **options: TinydbStore(folder / "data", **options),
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Opens the store; every store it opened is closed at the end."""
    opened: list[Store] = []

    def open_store(**options: object) -> Store:
        opened.append(ENGINES[request.param](tmp_path)(**options))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def store(engine: Engine) -> Store:
    return engine()


def a_case(number: int = 10001, **changes: object) -> Case:
    plain = Case(number, Status.WITH_ENGINEER, f"Printer {number} on fire", ANN, NOW, BOB, (ANN,))
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_message(paper: int = 1, message_id: str = "m1@customer.example", fingerprint: str = "f1") -> Message:
    file = f"{paper:04d}-in.eml"
    return Message(paper, NOW, ANN, Role.CUSTOMER, Kind.PERSON, "Printer", message_id, fingerprint, file)


def a_letter(paper: int = 2, post: Post = Post.WAITING, at: datetime = NOW, message_id: str = "") -> Letter:
    own_id = message_id or f"l{paper}@desk.example"
    return Letter(paper, "confirmation", ANN, Audience.CUSTOMER, "Re", own_id, f"{paper:04d}-out.eml", at, post)


def a_timer(due: datetime) -> Timer:
    return Timer("remind_after", 2, NOW, due)


def a_quarantined(id: str = "20261123-1", fingerprint: str = "q1", at: datetime = NOW) -> Quarantined:
    return Quarantined(id, at, "no parser could read it", "lmtp", "ann@customer.example", "Printer", fingerprint, 3)


def put(store: Store, *cases: Case, **files: bytes) -> None:
    with store.batch() as batch:
        for case in cases:
            batch.put(case, {name.replace("_", "."): data for name, data in files.items()})


def in_another_thread(question: Callable[[], object]) -> object:
    with ThreadPoolExecutor(1) as other:
        return other.submit(question).result(timeout=10)


# cases


def test_a_case_is_read_back_as_it_was_put(store: Store) -> None:
    case = a_case(
        status=Status.REMINDED_ONCE,
        timer=a_timer(NOW + timedelta(days=3, microseconds=7)),
        papers=2,
        messages=(replace(a_message(), held="a stranger", proof="dkim"),),
        letters=(replace(a_letter(), attempts=3, first_attempt=NOW, next_attempt=NOW, error="451 later"),),
        history=(Entry(NOW, "mail", "new case", "no number named", "ann"),),
        links=(Link(9000, Tie.FOLLOWS),),
    )
    put(store, case)
    assert store.case(10001) == case


def test_everything_is_there_after_a_restart(engine: Engine) -> None:
    store = engine()
    case = a_case(messages=(a_message(),), letters=(a_letter(),), timer=a_timer(NOW))
    with store.batch() as batch:
        batch.put(case, {"0001-in.eml": b"raw\r\n\xff\0"})
        batch.quarantine(a_quarantined(), b"bad")
        batch.set_state("ledger", {"uid": 17})
    key = store.secret()
    store.close()

    again = engine()
    assert again.case(10001) == case
    assert again.paper(10001, "0001-in.eml") == b"raw\r\n\xff\0"
    assert again.find("m1@customer.example") == again.find("l2@desk.example") == 10001
    assert again.seen("f1") == "case 10001"
    assert again.seen("q1") == "quarantine 20261123-1"
    assert again.quarantined() == [a_quarantined()]
    assert again.quarantined_raw("20261123-1") == b"bad"
    assert again.state("ledger") == {"uid": 17}
    assert again.secret() == key
    assert again.next_number() == 10002
    assert again.waiting_letters() == [(10001, a_letter())]
    assert again.next_due() == NOW


def test_an_unknown_case_is_none(store: Store) -> None:
    assert store.case(99999) is None
    assert store.find("nobody@example.com") is None
    assert store.seen("nothing") == ""
    assert store.follow_up_of(99999) is None


def test_empty_ids_lead_nowhere(store: Store) -> None:
    put(store, a_case(messages=(a_message(message_id="", fingerprint=""),)))
    assert store.find("") is None
    assert store.seen("") == ""


def test_a_message_id_is_no_fingerprint(store: Store) -> None:
    put(store, a_case(messages=(a_message(message_id="same", fingerprint="other"),)))
    assert store.find("same") == 10001
    assert store.seen("same") == ""


def test_text_that_no_disk_can_hold_is_cleaned(store: Store) -> None:
    bad = "sub\0ject \ud800"
    put(store, a_case(subject=bad, messages=(a_message(message_id=bad, fingerprint=bad),)))
    found = store.case(10001)
    assert found is not None
    assert found.subject == "sub\ufffdject \ufffd"
    assert store.find(bad) == 10001
    assert store.seen(bad) == "case 10001"


def test_a_time_without_a_zone_is_refused_and_changes_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="without a zone"), store.batch() as batch:
        batch.put(a_case(opened_at=datetime(2026, 11, 23)))  # noqa: DTZ001
    assert store.next_number() == 10001
    assert list(store.all_numbers()) == []


# numbers


def test_the_first_number_is_as_configured(engine: Engine) -> None:
    assert engine(first_number=500).next_number() == 500


def test_a_number_is_taken_by_putting_a_case_with_it(store: Store) -> None:
    with store.batch() as batch:
        batch.put(a_case(store.next_number()))
        batch.put(a_case(store.next_number()))
        assert store.next_number() == 10003
    assert store.open_numbers() == list(store.all_numbers()) == [10001, 10002]


def test_a_number_of_a_closed_case_is_never_used_again(engine: Engine) -> None:
    store = engine()
    put(store, a_case(10001), a_case(10002, status=Status.CLOSED))
    store.close()
    assert engine().next_number() == 10003


def test_closed_cases_are_among_all_and_not_among_the_open(store: Store) -> None:
    put(store, a_case(12001, status=Status.CLOSED), a_case(10001), a_case(10002, status=Status.CLOSED))
    assert store.open_numbers() == [10001]
    assert list(store.all_numbers()) == [10001, 10002, 12001]


# papers


def test_a_paper_that_was_never_put_is_a_lookup_error(store: Store) -> None:
    put(store, a_case(), a_eml=b"1")
    for number, file in (
        (10001, "b.eml"),
        (10009, "a.eml"),
        (10001, "../0010001/a.eml"),
        (10001, ""),
        (10001, "case.json"),
    ):
        with pytest.raises(LookupError):
            store.paper(number, file)


@pytest.mark.parametrize("name", ["../evil.eml", "a/b.eml", "", ".hidden", "case.json", "x.tmp", "a\nb"])
def test_a_paper_stays_in_its_folder(store: Store, name: str) -> None:
    with pytest.raises(ValueError), store.batch() as batch:
        batch.put(a_case(), {name: b"x"})
    assert store.case(10001) is None


def test_papers_stay_when_a_case_is_put_again_and_when_it_closes(store: Store) -> None:
    put(store, a_case(), one_eml=b"1")
    put(store, a_case(severity="A"), two_eml=b"2")
    put(store, a_case(status=Status.CLOSED))
    assert (store.paper(10001, "one.eml"), store.paper(10001, "two.eml")) == (b"1", b"2")


# batches


def test_a_batch_that_raises_leaves_nothing(store: Store) -> None:
    put(store, a_case(subject="before", letters=(a_letter(),)))
    with pytest.raises(ZeroDivisionError), store.batch() as batch:
        batch.put(a_case(subject="after", timer=a_timer(NOW)), {"x.eml": b"x"})
        batch.put(a_case(10002, messages=(a_message(),)))
        batch.quarantine(a_quarantined(), b"bad")
        batch.set_state("ledger", {"uid": 1})
        raise ZeroDivisionError

    assert store.case(10001) == a_case(subject="before", letters=(a_letter(),))
    assert store.case(10002) is None
    assert store.find("m1@customer.example") is None
    assert store.next_due() is None
    assert store.quarantined() == []
    assert store.state("ledger") == {}
    assert store.next_number() == 10002
    with pytest.raises(LookupError):
        store.paper(10001, "x.eml")


def test_the_batch_at_hand_is_seen_by_its_own_thread_only(store: Store) -> None:
    def all_answers() -> tuple[object, ...]:
        case = store.case(10001)
        return (
            case and case.subject,
            store.find("m1@customer.example"),
            store.seen("f1"),
            store.seen("q1"),
            store.next_number(),
            store.follow_up_of(9000),
            store.open_numbers(),
            list(store.all_numbers()),
            store.due_before(NOW),
            store.next_due(),
            [number for number, _ in store.waiting_letters()],
            [item.id for item in store.quarantined()],
            store.state("ledger"),
        )

    nothing: tuple[object, ...] = (None, None, "", "", 10001, None, [], [], [], None, [], [], {})
    staged = ("new", 10001, "case 10001", "quarantine q", 10002, 9000 + 1001, [10001], [10001])
    with store.batch() as batch:
        case = a_case(subject="new", messages=(a_message(),), letters=(a_letter(),), timer=a_timer(NOW))
        batch.put(replace(case, links=(Link(9000, Tie.FOLLOWS),)), {"a.eml": b"a"})
        batch.quarantine(a_quarantined("q"), b"bad")
        batch.set_state("ledger", {"uid": 1})
        mine = (*staged, [10001], NOW, [10001], ["q"], {"uid": 1})
        assert all_answers() == mine
        assert store.paper(10001, "a.eml") == b"a"
        assert store.quarantined_raw("q") == b"bad"
        assert in_another_thread(all_answers) == nothing
    assert all_answers() == in_another_thread(all_answers) == mine


def test_what_a_batch_changes_hides_what_was_committed(store: Store) -> None:
    put(
        store, a_case(timer=a_timer(NOW), letters=(a_letter(),)), a_case(10002, timer=a_timer(NOW + timedelta(hours=1)))
    )
    with store.batch() as batch:
        batch.put(a_case(status=Status.CLOSED, letters=(a_letter(post=Post.SENT),)))
        assert store.due_before(NOW + timedelta(days=1)) == [10002]
        assert store.next_due() == NOW + timedelta(hours=1)
        assert store.waiting_letters() == []
        assert store.open_numbers() == [10002]
    assert store.open_numbers() == [10002]


def test_a_later_put_of_the_same_case_replaces_the_state_and_keeps_the_papers(store: Store) -> None:
    with store.batch() as batch:
        batch.put(a_case(subject="one", messages=(a_message(),)), {"1.eml": b"1"})
        batch.put(a_case(subject="two"), {"2.eml": b"2"})
        assert store.find("m1@customer.example") is None
    found = store.case(10001)
    assert found is not None and found.subject == "two"
    assert (store.paper(10001, "1.eml"), store.paper(10001, "2.eml")) == (b"1", b"2")


def test_a_batch_within_a_batch_is_refused_and_the_outer_one_goes_on(store: Store) -> None:
    with store.batch() as batch:
        with pytest.raises(RuntimeError), store.batch():
            pass
        batch.put(a_case())
    assert store.case(10001) == a_case()


def test_a_batch_cannot_be_used_after_its_end(store: Store) -> None:
    with store.batch() as batch:
        pass
    with pytest.raises(RuntimeError):
        batch.put(a_case())


def test_an_empty_batch_changes_nothing(store: Store) -> None:
    with store.batch():
        pass
    assert store.next_number() == 10001


def test_batches_of_many_threads_come_one_after_the_other(store: Store) -> None:
    begin = threading.Barrier(4)

    def open_ten() -> None:
        begin.wait(timeout=10)
        for _ in range(10):
            with store.batch() as batch:
                number = store.next_number()
                batch.put(a_case(number, messages=(a_message(message_id=f"m{number}"),)), {"in.eml": b"%d" % number})

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(open_ten) for _ in range(4)]:
            done.result(timeout=30)
    assert list(store.all_numbers()) == list(range(10001, 10041))
    assert all(store.find(f"m{number}") == number for number in store.all_numbers())
    assert all(store.paper(number, "in.eml") == b"%d" % number for number in store.all_numbers())


# looking up


def test_closed_cases_are_found_by_message_id_and_fingerprint(engine: Engine) -> None:
    store = engine()
    case = a_case(status=Status.CLOSED, messages=(a_message(),), letters=(a_letter(post=Post.SENT),))
    put(store, case)
    assert (store.find("m1@customer.example"), store.seen("f1")) == (10001, "case 10001")
    store.close()
    again = engine()
    assert again.find("m1@customer.example") == again.find("l2@desk.example") == 10001
    assert again.seen("f1") == "case 10001"


def test_a_mail_filed_on_a_closed_case_is_found(engine: Engine) -> None:
    store = engine()
    put(store, a_case(status=Status.CLOSED))
    thanks = a_case(status=Status.CLOSED, messages=(a_message(message_id="thanks", fingerprint="t"),))
    with store.batch() as batch:
        batch.put(thanks, {"0001-in.eml": b"thanks"})
        assert store.find("thanks") == 10001
    assert store.seen("t") == "case 10001"
    assert in_another_thread(lambda: store.find("thanks")) == 10001
    store.close()
    again = engine()
    assert again.case(10001) == thanks
    assert again.find("thanks") == 10001
    assert again.paper(10001, "0001-in.eml") == b"thanks"


def test_of_two_cases_with_one_message_id_the_younger_is_found(store: Store) -> None:
    put(store, a_case(10001, messages=(a_message(),)), a_case(10002, messages=(a_message(fingerprint="f2"),)))
    assert store.find("m1@customer.example") == 10002
    put(store, a_case(10002, status=Status.CLOSED))
    assert store.find("m1@customer.example") == 10001
    assert store.seen("f1") == "case 10001"


def test_an_open_follow_up_is_found_until_it_closes(store: Store) -> None:
    put(store, a_case(10001, status=Status.CLOSED), a_case(10002, links=(Link(10001, Tie.FOLLOWS),)))
    assert store.follow_up_of(10001) == 10002
    put(store, a_case(10002, links=(Link(10001, Tie.FOLLOWS),), status=Status.CLOSED))
    assert store.follow_up_of(10001) is None


# timers and letters


def test_the_most_overdue_case_comes_first(store: Store) -> None:
    hours = {10001: 5, 10002: 1, 10003: 3, 10004: 9}
    put(store, *(a_case(number, timer=a_timer(NOW + timedelta(hours=hour))) for number, hour in hours.items()))
    assert store.due_before(NOW + timedelta(hours=5)) == [10002, 10003, 10001]
    assert store.next_due() == NOW + timedelta(hours=1)
    put(store, a_case(10002), a_case(10003, status=Status.CLOSED, timer=a_timer(NOW)))
    assert store.due_before(NOW + timedelta(hours=5)) == [10001]
    assert store.next_due() == NOW + timedelta(hours=5)


def test_a_timer_that_does_not_run_yet_is_not_due(store: Store) -> None:
    put(store, a_case(timer=Timer("remind_after", 2)))
    assert store.next_due() is None
    assert store.due_before(NOW + timedelta(days=999)) == []


def test_cases_that_answered_a_mail_of_themselves_are_found_while_they_lie_among_the_open(store: Store) -> None:
    early, late = a_letter(2, Post.SENT, NOW - timedelta(hours=3)), a_letter(3, Post.SENT, NOW)
    relay = replace(a_letter(4, Post.SENT, NOW), name="relay")
    put(store, a_case(10001, letters=(early, relay)), a_case(10002, letters=(early, late)), a_case(10003))
    with store.batch() as batch:
        batch.put(a_case(10004, status=Status.CLOSED, letters=(a_letter(2),)))
        assert store.answered_since(NOW) == [10002, 10004]
        batch.put(a_case(10002, letters=(early,)))
        assert store.answered_since(NOW) == [10004]
        assert store.answered_since(NOW - timedelta(hours=3)) == [10001, 10002, 10004]
    assert store.answered_since(NOW + timedelta(seconds=1)) == []


def test_waiting_letters_come_oldest_first_until_they_are_sent(store: Store) -> None:
    late, early = a_letter(2, at=NOW + timedelta(hours=2)), a_letter(3, at=NOW)
    put(store, a_case(10001, letters=(late,)), a_case(10002, letters=(a_letter(2, Post.FAILED), early)))
    assert store.waiting_letters() == [(10002, early), (10001, late)]
    put(store, a_case(10002, letters=(replace(early, post=Post.SENT),)))
    assert store.waiting_letters() == [(10001, late)]


def test_the_letter_of_a_case_just_closed_still_waits_after_a_restart(engine: Engine) -> None:
    store = engine()
    put(store, a_case(status=Status.CLOSED, letters=(a_letter(),)))
    assert store.open_numbers() == []
    store.close()
    again = engine()
    assert again.waiting_letters() == [(10001, a_letter())]
    assert again.open_numbers() == []
    put(again, a_case(status=Status.CLOSED, letters=(a_letter(post=Post.SENT),)))
    assert again.waiting_letters() == []
    assert again.case(10001) == a_case(status=Status.CLOSED, letters=(a_letter(post=Post.SENT),))


def test_a_letter_added_to_a_closed_case_waits_after_a_restart(engine: Engine) -> None:
    store = engine()
    put(store, a_case(status=Status.CLOSED, messages=(a_message(),)), in_eml=b"in")
    receipt = a_case(status=Status.CLOSED, messages=(a_message(),), letters=(a_letter(),))
    put(store, receipt, out_eml=b"out")
    store.close()
    again = engine()
    assert again.waiting_letters() == [(10001, a_letter())]
    assert again.find("l2@desk.example") == again.find("m1@customer.example") == 10001
    assert (again.paper(10001, "in.eml"), again.paper(10001, "out.eml")) == (b"in", b"out")
    assert list(again.all_numbers()) == [10001]


# quarantine, state, key


def test_a_released_mail_leaves_the_quarantine_with_its_batch(engine: Engine) -> None:
    store = engine()
    with store.batch() as batch:
        batch.quarantine(a_quarantined("b", "q2", NOW), b"2")
        batch.quarantine(replace(a_quarantined("a", "q1", NOW + timedelta(hours=1)), past=True), b"1")
    assert [(item.id, item.past) for item in store.quarantined()] == [("b", False), ("a", True)]
    with store.batch() as batch:
        batch.put(a_case(messages=(a_message(fingerprint="q1"),)))
        batch.release("a")
        assert store.seen("q1") == "case 10001"
        assert [item.id for item in store.quarantined()] == ["b"]
        with pytest.raises(LookupError):
            store.quarantined_raw("a")
    store.close()
    again = engine()
    assert [item.id for item in again.quarantined()] == ["b"]
    assert again.quarantined_raw("b") == b"2"
    for id in ("a", "never"):
        with pytest.raises(LookupError):
            again.quarantined_raw(id)


def test_a_release_in_a_batch_that_raises_keeps_the_mail(store: Store) -> None:
    with store.batch() as batch:
        batch.quarantine(a_quarantined(), b"bad")
    with pytest.raises(ZeroDivisionError), store.batch() as batch:
        batch.release("20261123-1")
        raise ZeroDivisionError
    assert store.quarantined_raw("20261123-1") == b"bad"
    assert store.seen("q1") == "quarantine 20261123-1"


def test_a_mail_quarantined_again_takes_the_new_reason(engine: Engine) -> None:
    store = engine()
    for reason in ("first", "second"):
        with store.batch() as batch:
            batch.quarantine(replace(a_quarantined(), reason=reason), b"bad")
    store.close()
    again = engine()
    assert [item.reason for item in again.quarantined()] == ["second"]
    assert again.quarantined_raw("20261123-1") == b"bad"


def test_releasing_what_is_not_there_is_a_lookup_error(store: Store) -> None:
    with pytest.raises(LookupError), store.batch() as batch:
        batch.release("never")


def test_a_quarantined_mail_stays_in_its_folder(store: Store) -> None:
    with pytest.raises(ValueError), store.batch() as batch:
        batch.quarantine(a_quarantined("../evil"), b"bad")


def test_state_is_kept_by_name_whatever_the_name(engine: Engine) -> None:
    store = engine()
    names = [
        "health",
        "../etc/passwd",
        "imap support@mail.example:993/INBOX",
        "Fälle/Ünï",
        "x" * 300,
        "x" * 301,
        "a.tmp",
    ]
    with store.batch() as batch:
        for place, name in enumerate(names):
            batch.set_state(name, {"place": place, "text": "ä\0", "nested": {"list": [1, {"deep": True}]}})
    store.close()
    again = engine()
    for place, name in enumerate(names):
        expected = {"place": place, "text": "ä\ufffd", "nested": {"list": [1, {"deep": True}]}}
        assert again.state(name) == expected
    assert again.state("unknown") == {}


def test_state_shares_nothing_with_who_wrote_or_read_it(store: Store) -> None:
    mine = {"seen": [1]}
    with store.batch() as batch:
        batch.set_state("ledger", mine)
        mine["seen"].append(2)
        store.state("ledger")["seen"].append(3)
    store.state("ledger")["seen"].append(4)
    assert store.state("ledger") == {"seen": [1]}


def test_state_that_is_set_aside_is_empty_and_told_also_after_a_restart(engine: Engine) -> None:
    store = engine()
    with store.batch() as batch:
        batch.set_state("absences", {"a": 1})
        batch.set_state("health", {"b": 2})
    with pytest.raises(DamagedFile, match="no good"):
        engine(writer=False).set_aside("absences", "no good")
    store.set_aside("absences", "no good")
    assert (store.state("absences"), store.state("health")) == ({}, {"b": 2})
    assert "no good" in store.damaged()[0][1]
    with store.batch() as batch:
        batch.set_state("absences", {"c": 3})
    store.close()
    again = engine()
    assert again.state("absences") == {"c": 3}
    assert len(again.damaged()) == 1


def test_state_that_is_no_json_is_refused(store: Store) -> None:
    for value in (NOW, {1, 2}, float("nan"), b"raw"):
        with pytest.raises((TypeError, ValueError)), store.batch() as batch:
            batch.set_state("health", {"at": value})
    assert store.state("health") == {}


def test_the_key_is_32_octets_and_stays(store: Store) -> None:
    assert len(store.secret()) == 32
    assert store.secret() == store.secret()


# one writer, many readers


def test_a_second_writer_is_turned_away_until_the_first_has_gone(engine: Engine) -> None:
    first = engine()
    with pytest.raises(AlreadyRunning):
        engine()
    first.close()
    engine().next_number()


def test_a_reader_sees_what_the_writer_commits_and_writes_nothing(engine: Engine) -> None:
    writer = engine()
    put(writer, a_case(messages=(a_message(),), letters=(a_letter(),), timer=a_timer(NOW)), in_eml=b"in")
    reader = engine(writer=False)
    put(writer, a_case(10002, status=Status.CLOSED, messages=(a_message(fingerprint="f2", message_id="m2"),)))
    assert reader.case(10002) is not None
    assert reader.open_numbers() == [10001]
    assert list(reader.all_numbers()) == [10001, 10002]
    assert reader.paper(10001, "in.eml") == b"in"
    assert (reader.find("m1@customer.example"), reader.find("m2")) == (10001, 10002)
    assert reader.waiting_letters() == [(10001, a_letter())]
    with pytest.raises(StoreUnwritable), reader.batch():
        pass


def test_a_closed_store_takes_no_batch(engine: Engine) -> None:
    store = engine()
    store.close()
    with pytest.raises(StoreUnwritable), store.batch():
        pass


def test_the_open_cases_of_an_engineer_and_of_a_customer_are_found(engine: Engine) -> None:
    store = engine()
    max_, carla = Address("max@desk.example"), Address("carla@customer.example")
    with store.batch() as batch:
        batch.put(a_case(10001, severity="A"))
        batch.put(a_case(10002, severity="C", customer=carla))
        batch.put(a_case(10003, severity="C", owner=max_))
        batch.put(a_case(10004, status=Status.CLOSED, severity="A"))
    store.close()
    for reader in (engine(writer=False), engine()):
        assert reader.owned_by(BOB) == [10001, 10002]
        assert reader.owned_by(BOB, {"A", "B"}) == [10001]
        assert reader.owned_by(Address("MAX@desk.example")) == [10003]
        assert reader.owners_for(ANN) == [Address(max_.key), Address(BOB.key)]
        assert reader.owners_for(Address("")) == []
        assert reader.loads() == {BOB.key: {"A": 1, "C": 1}, max_.key: {"C": 1}}


def test_a_batch_at_hand_counts_in_what_everybody_has_to_do(store: Store) -> None:
    with store.batch() as batch:
        batch.put(a_case(10001, severity="C"))
    with store.batch() as batch:
        batch.put(a_case(10001, severity="A"))
        batch.put(a_case(10002, severity="C"))
        assert store.loads() == {BOB.key: {"A": 1, "C": 1}}
        assert store.owned_by(BOB) == [10001, 10002]
        assert (store.owned_by(BOB, "A"), store.owned_by(BOB, "C")) == ([10001], [10002])
        assert store.owners_for(ANN) == [Address(BOB.key)]
        batch.put(a_case(10001, status=Status.CLOSED))
        assert store.loads() == {BOB.key: {"C": 1}}
        assert store.owned_by(BOB) == [10002]
    assert store.loads() == {BOB.key: {"C": 1}}


def test_whatever_is_due_first_makes_a_case_due(store: Store) -> None:
    hour = timedelta(hours=1)
    target = Target("first_answer", NOW, NOW + 4 * hour, NOW + 3 * hour)
    with store.batch() as batch:
        batch.put(a_case(10001, timer=a_timer(NOW + 5 * hour), target=target))
        batch.put(a_case(10002, target=replace(target, next=None)))
        batch.put(a_case(10003, target=target, acknowledgement=Acknowledgement(NOW + hour, ("bob@desk.example",))))
    assert store.due_before(NOW + 2 * hour) == [10003]
    assert store.due_before(NOW + 9 * hour) == [10003, 10001]
    assert store.next_due() == NOW + hour
    assert store.case(10003).acknowledgement.asked == ("bob@desk.example",)  # type: ignore[union-attr]
