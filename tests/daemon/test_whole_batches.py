"""Is a batch of several things all there or not at all, whatever befalls the process, the disk or the power?"""

from __future__ import annotations

import copy
import errno
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from disk_faults import crash_points, killed_at, no_leftovers, refusing
from forgetful_disk import PATIENCE_SECONDS, ForgetfulDisk, disks_after_a_cut, recorded, recorded_work

from daemon.errors import StoreUnwritable
from daemon.storage.store import Batch, Quarantined
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Audience, Case, Letter, Message, Post, Role, Status
from rules.mail import Address, Kind

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN = Address("ann@customer.example")
ALL_MAILS = [f"f{number}.{paper}" for number in range(10001, 10006) for paper in (1, 2)] + ["q2"]


def a_case(number: int, mails: int = 1, status: Status = Status.WITH_ENGINEER, letter: Post | None = None) -> Case:
    messages = tuple(
        Message(one, NOW, ANN, Role.CUSTOMER, Kind.PERSON, "s", f"m{number}.{one}@x", f"f{number}.{one}", f"{one}.eml")
        for one in range(1, mails + 1)
    )
    letters = (
        (Letter(9, "receipt", ANN, Audience.CUSTOMER, "Re", f"l{number}@x", "9.eml", NOW, letter),) if letter else ()
    )
    return Case(number, status, "s", ANN, NOW, messages=messages, letters=letters, papers=9)


def put(batch: Batch, case: Case) -> None:
    papers = {message.file: b"mail %d.%d" % (case.number, message.paper) for message in case.messages}
    batch.put(case, {**papers, **{letter.file: b"letter" for letter in case.letters}})


def in_quarantine(id: str, fingerprint: str) -> Quarantined:
    return Quarantined(id, NOW, "r", "lmtp", "ann", "s", fingerprint, 3)


def before(store: TinydbStore) -> None:
    with store.batch() as batch:
        put(batch, a_case(10001))
        put(batch, a_case(10002, status=Status.CLOSED))
        put(batch, a_case(10003, status=Status.CLOSED))
        batch.quarantine(in_quarantine("q1", "f10005.1"), b"raw")
        batch.set_state("ledger", {"uid": 1})


def work(store: TinydbStore) -> None:
    with store.batch() as batch:
        put(batch, a_case(10001, mails=2))
        put(batch, a_case(10002, status=Status.CLOSED, letter=Post.WAITING))  # comes back from its drawer
        put(batch, a_case(10003, mails=2, status=Status.CLOSED))  # stays there
        put(batch, a_case(10004, mails=2, letter=Post.WAITING))
        put(batch, a_case(10005))  # was held in quarantine
        batch.release("q1")
        batch.quarantine(in_quarantine("q2", "q2"), b"bad")
        batch.set_state("ledger", {"uid": 2})


def everything(store: TinydbStore) -> tuple[object, ...]:
    """All answers of a store that the work may change."""
    cases = [store.case(number) for number in store.all_numbers()]
    papers = [(one.number, one.file) for case in cases if case for one in map(partial(Paper, case), case.messages)]
    return (
        cases,
        [store.paper(*paper) for paper in papers],
        sorted(store.open_numbers()),
        store.next_number(),
        store.waiting_letters(),
        [store.seen(mail) for mail in ALL_MAILS],
        [store.find(mail.replace("f", "m") + "@x") for mail in ALL_MAILS],
        [(item.id, store.quarantined_raw(item.id)) for item in store.quarantined()],
        store.state("ledger"),
        store.damaged(),
    )


class Paper:
    def __init__(self, case: Case, message: Message) -> None:
        self.number, self.file = case.number, message.file


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In memory where there is such a place: hundreds of crashes are played, and no real disk needs to be waited for."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, object]:
    """Everything before the work, and after it."""
    store = TinydbStore(tmp_path_factory.mktemp("answers"))
    before(store)
    old = everything(store)
    work(store)
    new = everything(store)
    store.close()
    assert old != new
    return old, new


def started(root: Path) -> tuple[object, ...]:
    """Everything after a start, which leaves nothing half done."""
    store = TinydbStore(root)
    try:
        assert no_leftovers(root) and not (root / "journal").exists()
        return everything(store)
    finally:
        store.close()


# crashes


def test_all_is_there_or_nothing_whenever_the_process_dies(tmp_path: Path, answers: tuple[object, object]) -> None:
    old, new = answers
    found = []
    for finished, root in crash_points(tmp_path, before, work):
        found.append(started(root) == new)
        assert started(root) == (new if found[-1] else old)
        assert not finished or found[-1]
        if not found[-1]:
            store = TinydbStore(root)
            work(store)  # it is offered again
            assert everything(store) == new
            store.close()
        shutil.rmtree(root)
    assert found == sorted(found), "there is one moment of commit"
    assert found.count(False) > 60 and found.count(True) > 20


def test_all_is_there_after_several_crashes_in_a_row_of_which_some_hit_the_start(
    tmp_path: Path, answers: tuple[object, object]
) -> None:
    _, new = answers
    chance = random.Random(20261126)
    committed = [root for _, root in crash_points(tmp_path, before, work) if (root / "journal").exists()]
    assert len(committed) > 15
    hit = 0
    for root in (committed[0], committed[len(committed) // 2]):
        for stop in range(1, 1000):
            again = tmp_path / "again"
            shutil.copytree(root, again)
            over = killed_at(stop, partial(Path, again), TinydbStore)
            hit += not over
            killed_at(chance.randrange(1, 40), partial(Path, again), TinydbStore)
            assert started(again) == new
            shutil.rmtree(again)
            if over:
                break
    assert hit > 30


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_all_is_there_or_nothing_after_a_power_cut(tmp_path: Path, answers: tuple[object, object]) -> None:
    old, new = answers
    outcomes = set()
    for done, root in disks_after_a_cut(tmp_path, before, work):
        found = started(root)
        assert found == new or (found == old and not done)
        outcomes.add(found == new)
    assert outcomes == {False, True}


def test_a_start_after_a_kill_that_a_power_cut_ends_leaves_all_or_nothing(
    tmp_path: Path, answers: tuple[object, object]
) -> None:
    """What the killed process had not fsynced is seen by the start, but may be gone after the cut."""
    root, disk, calls = recorded_work(tmp_path, before, work)
    chance = random.Random(20261126)
    near = [place for place, (_, names, _) in enumerate(calls) if any("journal" in name for name in names)]
    for place, call in enumerate(calls):
        disk.follow(call)
        if place >= near[0] - 3:
            for found in after_a_start_that_is_cut(copy.deepcopy(disk), root, tmp_path, chance):
                assert found in answers, (place, call, found)


def after_a_start_that_is_cut(
    disk: ForgetfulDisk, root: Path, tmp_path: Path, chance: random.Random
) -> Iterator[tuple[object, ...]]:
    seen = tmp_path / "data" if root.exists() and not shutil.rmtree(root) else root
    disk.lay_out(seen)
    with recorded(seen) as calls:
        TinydbStore(seen).close()
    for place in sorted(chance.sample(range(len(calls)), min(8, len(calls)))):
        cut = copy.deepcopy(disk)
        for call in calls[:place]:
            cut.follow(call)
        target = tmp_path / "cut"
        cut.draw(chance, target)
        yield started(target)
        shutil.rmtree(target)


# a disk that refuses


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_after_one_refusal_memory_is_what_the_disk_is_and_nothing_is_doubled(
    error: int, tmp_path: Path, answers: tuple[object, object]
) -> None:
    for stop in range(1, 1000):
        store = TinydbStore(tmp_path / f"data{stop}")
        before(store)
        with pytest.MonkeyPatch.context() as monkeypatch:
            failed = refusing(monkeypatch, stop, error)
            refused = not succeeds(store)
        remembered = everything(store)
        assert remembered in (answers if refused else answers[1:])
        store.close()
        assert started(store.root) == remembered
        again = TinydbStore(store.root)
        offer_again(again)
        assert everything(again) == answers[1]
        again.close()
        shutil.rmtree(store.root)
        if not failed():
            assert stop > 100 and not refused
            return


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_while_a_disk_refuses_nobody_sees_a_part_and_the_same_store_goes_on_afterwards(
    error: int, tmp_path: Path, answers: tuple[object, object]
) -> None:
    told = set()
    for stop in range(1, 1000):
        store = TinydbStore(tmp_path / f"data{stop}")
        before(store)
        with pytest.MonkeyPatch.context() as monkeypatch:
            failed = refusing(monkeypatch, stop, error, for_good=True)
            assert not succeeds(store) or not failed() or everything(store) == answers[1]
            for question in QUESTIONS:
                try:
                    question(store)
                except StoreUnwritable:
                    told.add("refused")
            if (root := copied(store.root, tmp_path / "crashed")) and (found := meanwhile(store)):
                assert found in answers
                told.add("old" if found == answers[0] else "new")
        assert started(root) in answers
        shutil.rmtree(root)
        assert everything(store) in answers
        offer_again(store)
        assert everything(store) == answers[1]
        store.close()
        shutil.rmtree(store.root)
        if not failed():
            assert told == {"refused", "old", "new"}
            return


QUESTIONS: tuple[Callable[[TinydbStore], object], ...] = (
    lambda store: store.case(10001),
    lambda store: store.state("ledger"),
    lambda store: store.waiting_letters(),
    lambda store: list(store.all_numbers()),
)


def meanwhile(store: TinydbStore) -> tuple[object, ...] | None:
    """Everything, as far as a disk that refuses lets the store answer; `seen` may be refused where others are not."""
    try:
        return everything(store)
    except StoreUnwritable:
        return None


def copied(root: Path, to: Path) -> Path:
    """In a process that this disk does not refuse."""
    if os.spawnlp(os.P_WAIT, "cp", "cp", "-r", str(root), str(to)):
        raise AssertionError("the data could not be copied")
    return to


def succeeds(store: TinydbStore) -> bool:
    try:
        work(store)
    except StoreUnwritable:
        return False
    return True


def offer_again(store: TinydbStore) -> None:
    """As an intake does that was told to come again: what is known by then is not filed once more."""
    if store.seen("f10004.1") == "":
        work(store)


def test_a_batch_that_fails_between_two_names_is_whole_for_who_asks_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: tuple[object, object]
) -> None:
    store = TinydbStore(tmp_path / "data")
    before(store)
    real = os.rename
    refuse = "0010004"

    def failing(old: Any, new: Any, **named: Any) -> None:
        if refuse in str(new):
            raise OSError(errno.EIO, "Input/output error")
        real(old, new, **named)

    with monkeypatch.context() as failing_disk:
        failing_disk.setattr(os, "rename", failing)
        with pytest.raises(StoreUnwritable):
            work(store)
        assert (store.root / "journal").exists()
        for _ in range(2):
            with pytest.raises(StoreUnwritable):
                store.case(10001)
            with pytest.raises(StoreUnwritable):
                store.waiting_letters()
            with pytest.raises(StoreUnwritable), store.batch():
                pass
        beside = TinydbStore(store.root, writer=False)
        assert beside.case(10001) == a_case(10001, mails=2)  # who stands beside may see a part
        assert beside.case(10004) is None
        beside.close()
    assert everything(store) == answers[1]
    assert not (store.root / "journal").exists()
    store.close()
    assert started(store.root) == answers[1]


def test_who_reads_in_the_same_process_waits_for_the_whole_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TinydbStore(tmp_path / "data")
    before(store)
    found: list[Case | None] = []
    reader = threading.Thread(target=lambda: found.append(store.case(10004)))
    real = os.rename

    def slow(old: Any, new: Any, **named: Any) -> None:
        real(old, new, **named)
        if str(new).endswith("0010001/case.json"):
            reader.start()
            reader.join(0.2)
            assert reader.is_alive() and not found

    monkeypatch.setattr(os, "rename", slow)
    work(store)
    reader.join(5)
    assert found == [a_case(10004, mails=2, letter=Post.WAITING)]
    store.close()


# the journal


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    """The data of a desk that was killed when a journal was on disk and no name given yet."""
    for _, root in crash_points(tmp_path, before, work):
        if (root / "journal").exists():
            return root
    raise AssertionError("no journal was written")


def test_a_torn_journal_is_removed_and_nothing_of_its_batch_counts(
    committed: Path, tmp_path: Path, answers: tuple[object, object], caplog: pytest.LogCaptureFixture
) -> None:
    journal = (committed / "journal").read_bytes()
    for length in (*range(0, len(journal) - 1, 97), len(journal) - 2):
        root = tmp_path / f"torn{length}"
        shutil.copytree(committed, root)
        (root / "journal").write_bytes(journal[:length])
        assert started(root) == answers[0]
        assert f"{root}/journal is damaged" in caplog.text
    assert started(committed) == answers[1]


def test_a_journal_that_somebody_edited_does_not_count(committed: Path, answers: tuple[object, object]) -> None:
    journal = committed / "journal"
    text = journal.read_text()
    journal.write_text("".join(line for line in text.splitlines(True) if not line.startswith(' "seal"')))
    assert started(committed) == answers[0]


@pytest.mark.parametrize(
    "lost",
    [
        "cases/open/0010001/case.json.tmp",
        "cases/open/0010001/2.eml.tmp",
        "cases/open/0010004.tmp/1.eml",
        "state/ledger.json.tmp",
    ],
)
def test_a_journal_that_names_what_is_not_there_does_not_count(
    lost: str, committed: Path, answers: tuple[object, object], caplog: pytest.LogCaptureFixture
) -> None:
    (committed / lost).unlink()
    assert started(committed) == answers[0]
    assert "journal does not fit the files beside it" in caplog.text


def test_a_journal_of_another_moment_than_the_files_does_not_count(
    committed: Path, answers: tuple[object, object]
) -> None:
    """A backup that was copied file by file while the desk was at work may hold such a pair."""
    draft = committed / "cases/open/0010001/case.json.tmp"
    draft.write_bytes(draft.read_bytes()[:-20])
    assert started(committed) == answers[0]


def test_a_journal_of_which_some_names_are_given_is_carried_out_to_its_end(
    committed: Path, answers: tuple[object, object]
) -> None:
    for name in ("cases/open/0010001/case.json", "cases/open/0010004", "state/ledger.json"):
        (committed / f"{name}.tmp").rename(committed / name)
    (committed / "quarantine/q1").rename(committed / "quarantine/q1.tmp")
    assert started(committed) == answers[1]


# one thing alone

ONE_THING: dict[str, tuple[Callable[[Batch], object], int]] = {
    "a new case": (lambda batch: put(batch, a_case(10004)), 4),
    "a reply": (lambda batch: put(batch, a_case(10001, mails=2)), 5),
    "a state": (lambda batch: batch.set_state("ledger", {"uid": 2}), 2),
    "a release": (lambda batch: batch.release("q1"), 1),
    "a mail in quarantine": (lambda batch: batch.quarantine(in_quarantine("q2", "q2"), b"bad"), 4),
}


@pytest.mark.parametrize("name", ONE_THING)
def test_a_batch_of_one_thing_needs_no_journal_and_no_more_fsyncs(name: str, tmp_path: Path) -> None:
    change, fsyncs = ONE_THING[name]
    store = TinydbStore(tmp_path / "data")
    before(store)
    with recorded(store.root) as calls:
        with store.batch() as batch:
            change(batch)
    store.close()
    assert not [names for _, names, _ in calls if "journal" in names[0]]
    assert [call for call, _, _ in calls].count("fsync") == fsyncs


def test_a_folder_in_the_way_is_noticed_before_the_commit(tmp_path: Path) -> None:
    store = TinydbStore(tmp_path / "data")
    before(store)
    old = everything(store)
    with pytest.raises(StoreUnwritable, match="0010004: File exists"), store.batch() as batch:
        put(batch, a_case(10001, mails=2))
        put(batch, a_case(10004))
        (store.root / "cases/open/0010004").mkdir()
    (store.root / "cases/open/0010004").rmdir()
    store.close()
    assert started(store.root) == old


def test_a_release_whose_folder_somebody_took_away_is_done(tmp_path: Path) -> None:
    store = TinydbStore(tmp_path / "data")
    before(store)
    shutil.rmtree(store.root / "quarantine/q1")
    with store.batch() as batch:
        put(batch, replace(a_case(10005)))
        batch.release("q1")
    assert (store.quarantined(), store.case(10005)) == ([], a_case(10005))
    store.close()
