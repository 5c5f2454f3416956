"""Is every case whole after a power cut, with all that was promised about it? The disk is drawn by tests/forgetful_disk.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from forgetful_disk import PATIENCE_SECONDS, disks_after_a_cut

from daemon.storage.store import Quarantined
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Audience, Case, Letter, Message, Post, Role, Status
from rules.mail import Address, Kind

pytestmark = pytest.mark.timeout(PATIENCE_SECONDS)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN = Address("ann@customer.example")


def a_case(mails: int, letter: Post = Post.WAITING, status: Status = Status.WITH_ENGINEER) -> Case:
    messages = tuple(
        Message(paper, NOW, ANN, Role.CUSTOMER, Kind.PERSON, "s", f"m{paper}@x", f"f{paper}", f"{paper}.eml")
        for paper in range(1, mails + 1)
    )
    sent = Letter(9, "confirmation", ANN, Audience.CUSTOMER, "Re", "l@desk.example", "9.eml", NOW, letter)
    return Case(10001, status, "s", ANN, NOW, messages=messages, letters=(sent,), papers=9)


def put(store: TinydbStore, case: Case) -> None:
    papers = {message.file: b"mail %d" % message.paper for message in case.messages}
    with store.batch() as batch:
        batch.put(case, {**papers, "9.eml": b"letter"})


OLD, REPLY = a_case(1), a_case(2)
ENDED = a_case(1, Post.SENT, Status.CLOSED)
THANKS = a_case(2, Post.SENT, Status.CLOSED)
LATE_LETTER = a_case(2, Post.WAITING, Status.CLOSED)


@pytest.mark.parametrize(
    ("old", "new"),
    [(None, OLD), (None, ENDED), (OLD, REPLY), (OLD, ENDED), (ENDED, THANKS), (ENDED, LATE_LETTER)],
    ids=["a new case", "a new case that is closed", "a reply", "the end", "a thanks", "a late letter"],
)
def test_a_case_is_old_or_new_and_what_was_promised_is_there(old: Case | None, new: Case, tmp_path: Path) -> None:
    def before(store: TinydbStore) -> None:
        if old:
            put(store, old)

    for done, root in disks_after_a_cut(tmp_path, before, lambda store: put(store, new)):
        store = TinydbStore(root)
        case = store.case(10001)
        assert case in ((new,) if done else (old, new))
        assert store.damaged() == []
        assert store.seen("f2") == ("case 10001" if case and len(case.messages) == 2 else "")
        assert len(store.waiting_letters()) == bool(case and case.letters[0].post is Post.WAITING)
        for message in case.messages if case else ():
            assert store.paper(10001, message.file) == b"mail %d" % message.paper
            assert store.find(message.message_id) == 10001
            assert store.seen(message.fingerprint) == "case 10001"
        store.close()


def test_a_ledger_is_never_ahead_of_the_cases_and_a_released_mail_is_never_nowhere(tmp_path: Path) -> None:
    item = Quarantined("q1", NOW, "r", "lmtp", "ann", "s", "f1", 3)

    def before(store: TinydbStore) -> None:
        with store.batch() as batch:
            batch.quarantine(item, b"raw")

    def work(store: TinydbStore) -> None:
        with store.batch() as batch:
            batch.put(OLD, {"1.eml": b"mail 1", "9.eml": b"letter"})
            batch.put(replace(a_case(0), number=10002))
            batch.set_state("ledger", {"uid": 17})
            batch.release("q1")

    for done, root in disks_after_a_cut(tmp_path, before, work):
        store = TinydbStore(root)
        if store.state("ledger") or not store.quarantined():
            assert store.case(10001) == OLD and store.case(10002) is not None
        assert store.seen("f1")
        assert not done or (store.state("ledger") == {"uid": 17} and not store.quarantined())
        store.close()
