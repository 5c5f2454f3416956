"""Is the embedded store whole after every crash, does it notice damage, and can an admin read it?"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from disk_faults import crash_points, no_leftovers, refusing
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where

from daemon.errors import AlreadyRunning, DamagedFile, StoreUnwritable
from daemon.storage import batch_journal, disk_batch
from daemon.storage.case_document import clean, from_document, to_document
from daemon.storage.case_file import CaseFile
from daemon.storage.case_registry import Registry
from daemon.storage.sealed_file import SealedFile, read_sealed, seal, unseal
from daemon.storage.store import Quarantined
from daemon.storage.tinydb_store import TinydbStore
from rules.case import Audience, Case, Entry, Letter, Message, Post, Role, Status, Tie, Timer
from rules.mail import Address, Kind

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN = Address("ann@customer.example", "Änn Customer")


def a_case(number: int = 10001, mails: int = 1, **changes: object) -> Case:
    messages = tuple(
        Message(
            paper,
            NOW,
            ANN,
            Role.CUSTOMER,
            Kind.PERSON,
            "Drucker für Ä",
            f"m{number}.{paper}@x",
            f"f{number}.{paper}",
            f"{paper}.eml",
        )
        for paper in range(1, mails + 1)
    )
    plain = Case(
        number, Status.WITH_CUSTOMER, "Printer", ANN, NOW, participants=(ANN,), messages=messages, papers=mails
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_letter(post: Post = Post.WAITING) -> Letter:
    return Letter(9, "confirmation", ANN, Audience.CUSTOMER, "Re", "l9@desk.example", "9.eml", NOW, post)


def mail(number: int, paper: int) -> bytes:
    return b"Subject: %d\r\n\r\n%d\r\n" % (number, paper)


def put(store: TinydbStore, *cases: Case) -> None:
    """The cases with the papers of all their mails."""
    with store.batch() as batch:
        for case in cases:
            batch.put(case, {message.file: mail(case.number, message.paper) for message in case.messages})


def closed(case: Case) -> Case:
    return replace(case, status=Status.CLOSED, timer=None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(root: Path) -> Iterator[TinydbStore]:
    store = TinydbStore(root)
    yield store
    store.close()


def reopened(store: TinydbStore) -> TinydbStore:
    store.close()
    return TinydbStore(store.root)


# what an admin finds


def test_an_open_case_is_a_folder_with_its_papers(store: TinydbStore, root: Path) -> None:
    put(store, a_case(mails=2))
    assert sorted(path.name for path in (root / "cases/open/0010001").iterdir()) == ["1.eml", "2.eml", "case.json"]
    assert (root / "cases/open/0010001/1.eml").read_bytes() == mail(10001, 1)


def test_a_closed_case_lies_in_the_drawer_of_its_number(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(10042)), closed(a_case(2)), closed(a_case(12345678)))
    for folder in ("0010/0010042", "0000/0000002", "12345/12345678"):
        assert (root / "cases/closed" / folder / "case.json").is_file()
    assert list((root / "cases/open").iterdir()) == []
    assert list(store.all_numbers()) == [2, 10042, 12345678]


def test_a_closed_case_stays_in_open_until_its_last_letter_is_out(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(letters=(a_letter(),))))
    assert (root / "cases/open/0010001").is_dir()
    put(store, closed(a_case(letters=(a_letter(Post.SENT),))))
    assert not (root / "cases/open/0010001").exists()
    assert (root / "cases/closed/0010/0010001/1.eml").is_file()


def test_a_thanks_is_filed_on_a_closed_case_where_it_lies(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case()))
    put(store, closed(a_case(mails=2)))
    assert (root / "cases/closed/0010/0010001/2.eml").is_file()
    assert list((root / "cases/open").iterdir()) == []


def test_tinydb_itself_opens_case_json(store: TinydbStore, root: Path) -> None:
    put(store, a_case(mails=2, history=(Entry(NOW, "mail", "new case"),)))
    with TinyDB(root / "cases/open/0010001/case.json", access_mode="r", encoding="utf-8") as database:
        assert database.tables() == {"seal", "case", "messages", "letters", "history", "papers"}
        assert database.table("case").get(doc_id=1)["opened_at"] == "2026-11-23T10:00:00Z"
        assert [document.doc_id for document in database.table("messages")] == [1, 2]
        assert database.table("history").count(where("rule") == "new case") == 1


def test_case_json_is_read_by_eye(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    lines = (root / "cases/open/0010001/case.json").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith(' "seal"')
    assert lines[2:6] == [' "case": {', '  "1": {', '   "number": 10001,', '   "status": "with_customer",']
    assert '   "subject": "Drucker für Ä",' in lines


def test_the_quarantine_is_a_mail_with_its_reason(store: TinydbStore, root: Path) -> None:
    with store.batch() as batch:
        batch.quarantine(Quarantined("q1", NOW, "it hangs the parser", "lmtp", "ann", "s", "f", 3), b"raw")
    assert (root / "quarantine/q1/mail.eml").read_bytes() == b"raw"
    assert "it hangs the parser" in (root / "quarantine/q1/reason.json").read_text()


def test_nobody_else_can_read_anything(store: TinydbStore, root: Path) -> None:
    put(store, a_case(), closed(a_case(10002)))
    with store.batch() as batch:
        batch.set_state("health", {"ok": 1})
        batch.quarantine(Quarantined("q1", NOW, "r", "lmtp", "ann", "s", "f", 3), b"raw")
    store.secret()
    everything = [root, *root.rglob("*")]
    assert len(everything) > 20
    assert [path for path in everything if path.stat().st_mode & 0o077] == []


def test_fields_and_tables_of_a_newer_version_survive_a_change(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    path = root / "cases/open/0010001/case.json"
    tables = read_sealed(path).tables
    tables["case"]["1"]["mood"] = "sunny"
    tables["messages"]["1"]["spam_score"] = 7
    tables["visits"] = {"1": {"by": "Bob"}}
    path.write_bytes(seal(tables))
    assert store.case(10001) == a_case()
    put(store, a_case(severity="A"))
    tables = read_sealed(path).tables
    assert (tables["case"]["1"]["mood"], tables["case"]["1"]["severity"]) == ("sunny", "A")
    assert tables["messages"]["1"]["spam_score"] == 7
    assert tables["visits"] == {"1": {"by": "Bob"}}


def test_a_case_of_an_older_version_is_read_with_defaults(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    path = root / "cases/open/0010001/case.json"
    tables = read_sealed(path).tables
    for name in ("links", "language", "timer", "severity"):
        del tables["case"]["1"][name]
    del tables["letters"], tables["messages"]["1"]["proof"]
    path.write_bytes(seal(tables))
    again = reopened(store)
    assert again.case(10001) == a_case()
    again.close()


# crashes


def test_a_new_case_is_there_with_its_papers_or_not_at_all_whenever_the_process_dies(tmp_path: Path) -> None:
    case = a_case(mails=2, letters=(a_letter(),))
    found = []
    for finished, root in crash_points(tmp_path, lambda store: None, lambda store: put(store, case)):
        again = TinydbStore(root)
        there = again.case(10001)
        assert there in (None, case)
        assert again.next_number() == (10002 if there else 10001)
        assert again.seen("f10001.1") == ("case 10001" if there else "")
        assert len(again.waiting_letters()) == bool(there)
        assert no_leftovers(root) and again.damaged() == []
        if there:
            assert (again.paper(10001, "1.eml"), again.paper(10001, "2.eml")) == (mail(10001, 1), mail(10001, 2))
        else:
            put(again, case)  # the mail is offered again
            assert again.case(10001) == case
        again.close()
        found.append(bool(there))
        assert not finished or there
    assert found == sorted(found) and len(found) > 12 and not found[0]


def test_a_reply_is_filed_wholly_or_not_at_all_whenever_the_process_dies(tmp_path: Path) -> None:
    old, new = a_case(mails=1), a_case(mails=2, letters=(a_letter(),), severity="A")
    found = []
    for finished, root in crash_points(tmp_path, lambda store: put(store, old), lambda store: put(store, new)):
        again = TinydbStore(root)
        there = again.case(10001)
        assert there in (old, new)
        assert again.seen("f10001.2") == ("case 10001" if there == new else "")
        assert again.paper(10001, "1.eml") == mail(10001, 1)
        assert no_leftovers(root) and again.damaged() == []
        put(again, new)
        assert again.paper(10001, "2.eml") == mail(10001, 2)
        again.close()
        found.append(there == new)
        assert not finished or there == new
    assert found == sorted(found) and len(found) > 8


def test_a_closed_case_is_archived_once_whenever_the_process_dies(tmp_path: Path) -> None:
    old, new = a_case(mails=2, letters=(a_letter(),)), closed(a_case(mails=2, letters=(a_letter(Post.SENT),)))
    for finished, root in crash_points(tmp_path, lambda store: put(store, old), lambda store: put(store, new)):
        again = TinydbStore(root)
        there = again.case(10001)
        assert there in (old, new)
        assert (root / "cases/closed/0010/0010001").is_dir() == (there == new)
        assert (root / "cases/open/0010001").is_dir() == (there == old)
        assert list(again.all_numbers()) == [10001]
        assert again.find("m10001.2@x") == again.find("l9@desk.example") == 10001
        assert again.seen("f10001.1") == "case 10001"
        assert again.paper(10001, "2.eml") == mail(10001, 2)
        assert no_leftovers(root) and again.damaged() == []
        again.close()
        assert not finished or there == new


def test_a_mail_filed_on_a_closed_case_is_known_exactly_when_it_is_there(tmp_path: Path) -> None:
    old, new = closed(a_case()), closed(a_case(mails=2))
    for finished, root in crash_points(tmp_path, lambda store: put(store, old), lambda store: put(store, new)):
        again = TinydbStore(root)
        there = again.case(10001)
        assert there in (old, new)
        assert again.seen("f10001.2") == ("case 10001" if there == new else "")
        put(again, new)
        assert again.seen("f10001.2") == "case 10001"
        again.close()
        assert not finished or there == new


def test_a_letter_put_on_a_closed_case_waits_exactly_when_it_is_there(tmp_path: Path) -> None:
    old, new = closed(a_case()), closed(a_case(letters=(a_letter(),)))
    for finished, root in crash_points(tmp_path, lambda store: put(store, old), lambda store: put(store, new)):
        again = TinydbStore(root)
        there = again.case(10001)
        assert there in (old, new)
        assert again.waiting_letters() == ([(10001, a_letter())] if there == new else [])
        assert again.seen("f10001.1") == "case 10001"
        again.close()
        assert not finished or there == new


def test_a_released_mail_is_in_quarantine_or_in_its_case_whenever_the_process_dies(tmp_path: Path) -> None:
    item = Quarantined("q1", NOW, "r", "lmtp", "ann", "s", "f10001.1", 3)

    def before(store: TinydbStore) -> None:
        with store.batch() as batch:
            batch.quarantine(item, b"raw")

    def work(store: TinydbStore) -> None:
        with store.batch() as batch:
            batch.put(a_case(), {"1.eml": b"raw"})
            batch.release("q1")
            batch.set_state("ledger", {"uid": 1})

    for finished, root in crash_points(tmp_path, before, work):
        again = TinydbStore(root)
        assert again.seen("f10001.1") == ("case 10001" if again.case(10001) else "quarantine q1")
        assert again.case(10001) or again.state("ledger") == {}
        assert again.case(10001) or again.quarantined() == [item]
        assert not finished or again.quarantined() == []
        again.close()


# a disk that refuses


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("old", [None, a_case(), closed(a_case())], ids=["new", "open", "closed"])
def test_after_any_refusal_memory_is_what_the_disk_is_and_the_next_try_succeeds(
    error: int, old: Case | None, tmp_path: Path
) -> None:
    new = replace(a_case(mails=2, severity="A"), status=old.status if old else Status.WITH_CUSTOMER)
    for stop in range(1, 1000):
        store = TinydbStore(tmp_path / f"data{stop}")
        if old:
            put(store, old)
        with pytest.MonkeyPatch.context() as monkeypatch:
            failed = refusing(monkeypatch, stop, error)
            try:
                put(store, new, a_case(10002))
                refused = False
            except StoreUnwritable as sentence:
                assert os.strerror(error) in str(sentence)
                refused = True
        assert store.case(10001) in ((old, new) if refused else (new,))
        remembered = (store.open_numbers(), store.seen("f10001.2"), store.seen("f10002.1"), store.next_number())
        again = reopened(store)
        assert remembered == (again.open_numbers(), again.seen("f10001.2"), again.seen("f10002.1"), again.next_number())
        put(again, new, a_case(10002))
        assert (again.case(10001), again.seen("f10001.2")) == (new, "case 10001")
        assert again.paper(10001, "2.eml") == mail(10001, 2)
        assert again.damaged() == []
        again.close()
        if not failed():
            assert stop > 12 and not refused
            return


def test_the_same_store_goes_on_after_a_full_disk(store: TinydbStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, a_case())
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        for _ in range(3):
            with pytest.raises(StoreUnwritable, match=r"0010001/.*\.tmp: No space left on device"):
                put(store, a_case(severity="A"))
    assert store.case(10001) == a_case()
    assert no_leftovers(store.root)
    put(store, a_case(severity="A"))
    assert store.case(10001) == a_case(severity="A")


def test_what_a_failed_fsync_left_is_written_anew_before_a_mail_counts_as_known(
    store: TinydbStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync
    cases_open = str(root / "cases/open")

    def failing_for_the_folder(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}") == cases_open:
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", failing_for_the_folder)
        with pytest.raises(StoreUnwritable):
            put(store, a_case())
        assert store.case(10001) == a_case()  # it has its name, but nobody can promise that it keeps it
        with pytest.raises(StoreUnwritable):
            store.seen("f10001.1")
        with pytest.raises(StoreUnwritable), store.batch():
            pass
    written = (root / "cases/open/0010001/case.json").stat().st_ino
    assert store.seen("f10001.1") == "case 10001"
    assert (root / "cases/open/0010001/case.json").stat().st_ino != written


def test_a_case_that_cannot_be_moved_now_is_moved_after_the_next_batch(
    store: TinydbStore, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = os.mkdir
    with monkeypatch.context() as failing:
        failing.setattr(
            os,
            "mkdir",
            lambda path, *rest, **named: (
                real(path, *rest, **named)
                if "closed" not in str(path)
                else (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device"))
            ),
        )
        put(store, closed(a_case()))
    assert "closed cases stay" in caplog.text
    assert store.find("m10001.1@x") == 10001 and store.open_numbers() == []
    put(store, a_case(10002))
    assert (root / "cases/closed/0010/0010001").is_dir()
    assert store.find("m10001.1@x") == 10001


# damage


# no file descriptor left


def test_a_case_that_cannot_be_read_for_want_of_descriptors_is_not_damaged_but_read_later(
    store: TinydbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, a_case())
    reader = TinydbStore(store.root, writer=False)
    with monkeypatch.context() as exhausted:
        exhausted.setattr("daemon.storage.recovery.read_sealed", no_descriptor)
        with pytest.raises(StoreUnwritable, match="Too many open files"):
            reader.open_numbers()
    assert reader.damaged() == []
    assert reader.open_numbers() == [10001]
    reader.close()


def test_what_a_batch_has_left_that_failed_for_want_of_descriptors_is_looked_at_later(
    store: TinydbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, a_case())
    with monkeypatch.context() as exhausted:

        def publish(*_: object) -> None:
            exhausted.setattr("daemon.storage.recovery.read_sealed", no_descriptor)
            no_descriptor()

        exhausted.setattr("daemon.storage.disk_batch.DiskBatch.publish", publish)
        with pytest.raises(StoreUnwritable, match="Too many open files"):
            put(store, a_case(mails=2))
        with pytest.raises(StoreUnwritable, match="Too many open files"):
            store.open_numbers()
    assert store.damaged() == []
    assert store.case(10001) == a_case()
    put(store, a_case(mails=2))
    assert store.case(10001) == a_case(mails=2)


def no_descriptor(*_: object) -> None:
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def test_a_damaged_open_case_is_named_and_the_desk_starts_all_the_same(
    store: TinydbStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, a_case(10001), a_case(10002))
    path = root / "cases/open/0010002/case.json"
    path.write_bytes(path.read_bytes().replace(b"Printer", b"Printed"))
    with caplog.at_level(logging.WARNING, "postcase.store"):
        again = reopened(store)
    assert "0010002/case.json is damaged" in caplog.text
    ((where_, what),) = again.damaged()
    assert where_ == path and "seal" in what
    assert again.open_numbers() == [10001]
    assert list(again.all_numbers()) == [10001, 10002]
    assert again.next_number() == 10003
    with pytest.raises(DamagedFile, match="does not fit the seal"):
        again.case(10002)
    with pytest.raises(DamagedFile), again.batch() as batch:
        batch.put(a_case(10002))
    assert path.exists()
    again.close()


def test_every_flipped_octet_of_case_json_is_noticed_or_harmless(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    path = root / "cases/open/0010001/case.json"
    whole = path.read_bytes()
    noticed = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            assert store.case(10001) == a_case()
        except DamagedFile:
            noticed += 1
    assert noticed >= len(whole) - len(' "seal"')  # a flip in this very word only takes the seal off


def test_every_truncation_of_case_json_is_noticed(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    path = root / "cases/open/0010001/case.json"
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedFile, match=r"case\.json is damaged"):
            store.case(10001)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"[]", "tables of documents"),
        (b"{}", "missing"),
        (b'{"case": {"1": {"number": 10001}}}', "missing"),
        (b'{"case": {"1": 7}}', "tables of documents"),
        (b"[" * 100_000, "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_something_else_is_damaged(
    store: TinydbStore, root: Path, content: bytes, complaint: str
) -> None:
    put(store, a_case())
    (root / "cases/open/0010001/case.json").write_bytes(content)
    again = reopened(store)
    ((_, what),) = again.damaged()
    assert complaint in what
    again.close()


def test_an_edit_by_hand_is_taken_when_the_seal_is_deleted(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    path = root / "cases/open/0010001/case.json"
    edited = path.read_text("utf-8").replace('"severity": "C"', '"severity": "A"')
    path.write_text(edited, "utf-8")
    with pytest.raises(DamagedFile, match='delete the line that begins with "seal"'):
        store.case(10001)
    path.write_text("".join(line for line in edited.splitlines(True) if not line.startswith(' "seal"')), "utf-8")
    again = reopened(store)
    assert again.case(10001) == a_case(severity="A")
    assert again.damaged() == []
    put(again, a_case(severity="B"))
    assert read_sealed(path).sealed
    again.close()


def test_a_wrong_edit_by_hand_is_named_with_field_and_expectation_at_start_up(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    path = root / "cases/open/0010001/case.json"
    tables = read_sealed(path).tables
    tables["messages"]["1"]["at"] = "yesterday"
    path.write_text(json.dumps(tables), "utf-8")
    again = reopened(store)
    ((_, what),) = again.damaged()
    assert "messages: 1: at: expected a time like" in what and "'yesterday'" in what
    again.close()


def test_a_case_in_the_folder_of_another_is_damaged(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    shutil.copytree(root / "cases/open/0010001", root / "cases/open/0010007")
    again = reopened(store)
    ((_, what),) = again.damaged()
    assert "expected case 10007 in this folder, found case 10001" in what
    assert again.next_number() == 10008
    with pytest.raises(DamagedFile):
        again.case(10007)
    again.close()


def test_a_folder_without_case_json_is_kept_and_named(store: TinydbStore, root: Path) -> None:
    put(store, a_case())
    (root / "cases/open/0010001/case.json").unlink()
    again = reopened(store)
    assert "case.json is missing" in again.damaged()[0][1]
    assert (root / "cases/open/0010001/1.eml").exists()
    with pytest.raises(DamagedFile, match=r"case\.json is missing"):
        again.case(10001)
    with pytest.raises(DamagedFile), again.batch() as batch:
        batch.put(a_case())
    again.close()


@pytest.mark.parametrize("state", [a_case(), closed(a_case())], ids=["open", "closed"])
def test_a_changed_or_lost_paper_is_noticed(store: TinydbStore, state: Case) -> None:
    put(store, state)
    (paper,) = store.root.glob("cases/**/1.eml")
    paper.write_bytes(paper.read_bytes().replace(b"1", b"2"))
    with pytest.raises(DamagedFile, match=r"1\.eml is damaged"):
        store.paper(10001, "1.eml")
    paper.unlink()
    with pytest.raises(DamagedFile, match=r"1\.eml is missing"):
        store.paper(10001, "1.eml")


def test_a_damaged_index_is_made_anew_from_the_closed_cases(
    store: TinydbStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, closed(a_case(10001)), closed(a_case(10002)))
    for shard in (root / "cases/msgid").iterdir():
        shard.write_bytes(shard.read_bytes().replace(b"1", b"2"))
    assert store.find("m10001.1@x") == 10001
    assert store.seen("f10002.1") == "case 10002"
    assert "made anew" in caplog.text


def test_an_index_that_was_deleted_is_made_anew_at_start_up(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(10001)), a_case(10002))
    shutil.rmtree(root / "cases/msgid")
    again = reopened(store)
    assert (again.find("m10001.1@x"), again.find("m10002.1@x")) == (10001, 10002)
    again.close()


def test_a_case_that_lies_twice_is_named_and_the_open_one_counts(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case()))
    shutil.copytree(root / "cases/closed/0010/0010001", root / "cases/open/0010001")
    again = reopened(store)
    assert "remove one of the two" in again.damaged()[0][1]
    assert again.case(10001) == closed(a_case())
    assert list(again.all_numbers()) == [10001]
    put(again, a_case(10002))
    again.close()


def test_a_quarantined_mail_with_a_damaged_reason_is_still_shown(store: TinydbStore, root: Path) -> None:
    set_aside(store)
    (root / "quarantine/q1/reason.json").write_bytes(b"{")
    again = reopened(store)
    (item,) = again.quarantined()
    assert (item.id, item.size) == ("q1", 3) and "damaged" in item.reason
    again.close()


def test_a_key_of_the_wrong_size_is_not_taken(store: TinydbStore, root: Path) -> None:
    store.secret()
    (root / "state/key").write_bytes(b"short")
    with pytest.raises(DamagedFile, match="expected 32 octets, found 5"):
        store.secret()


# one writer, many readers


def test_the_second_writer_hears_who_holds_the_data(store: TinydbStore) -> None:
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()} is at work on {store.root}"):
        TinydbStore(store.root)


def test_a_reader_changes_nothing_on_disk(store: TinydbStore, root: Path) -> None:
    put(store, a_case(), closed(a_case(10002, letters=(a_letter(),))))
    (root / "cases/open/0010009.tmp").mkdir()
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    reader = TinydbStore(root, writer=False)
    assert reader.open_numbers() == [10001]
    assert len(reader.waiting_letters()) == 1
    assert reader.find("m10001.1@x") == 10001
    with pytest.raises(DamagedFile, match="key is missing"):
        reader.secret()
    reader.close()
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_a_reader_of_nothing_finds_nothing_and_makes_nothing(tmp_path: Path) -> None:
    reader = TinydbStore(tmp_path / "nowhere", writer=False)
    assert (list(reader.all_numbers()), reader.open_numbers(), reader.quarantined()) == ([], [], [])
    assert reader.case(1) is None
    assert reader.next_number() == 10001
    assert list(tmp_path.iterdir()) == []


def test_a_reader_follows_a_folder_that_is_moved_under_its_hands(
    store: TinydbStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, a_case())
    reader = TinydbStore(root, writer=False)
    real = Path.read_bytes
    moves = iter([closed(a_case())])

    def read_as_the_daemon_closes(path: Path) -> bytes:
        if path.name == "1.eml" and (case := next(moves, None)):
            put(store, case)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_as_the_daemon_closes)
    assert reader.paper(10001, "1.eml") == mail(10001, 1)
    assert reader.case(10001) == closed(a_case())


# start-up


def test_start_up_reads_no_closed_case(store: TinydbStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, *(closed(a_case(number)) for number in (10001, 10002, 11001)), a_case(10003))
    read: list[Path] = []
    real = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.append(path)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    again = reopened(store)
    assert [path.parent.name for path in read if path.is_relative_to(root / "cases")] == ["0010003"]
    assert again.next_number() == 11002
    again.close()


def test_an_empty_drawer_does_not_hide_the_last_number(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(10001)))
    (root / "cases/closed/0099").mkdir()
    again = reopened(store)
    assert again.next_number() == 10002
    again.close()


def test_no_question_costs_more_when_there_are_more_open_cases(store: TinydbStore) -> None:
    """Counted, not timed: what is looked at for the next due case and for a Message-ID."""
    timers = {number: Timer("w", 1, NOW, NOW + timedelta(minutes=number)) for number in range(10001, 10301)}
    put(store, *(a_case(number, mails=0, timer=timer) for number, timer in timers.items()))
    looked_at = 0
    box = store._registry.box
    real = box.timers

    def counted() -> Iterator[tuple[datetime, int]]:
        nonlocal looked_at
        for timer in real():
            looked_at += 1
            yield timer

    box.timers = counted  # type: ignore[method-assign]
    assert store.next_due() == NOW + timedelta(minutes=10001)
    assert store.due_before(NOW + timedelta(minutes=10002)) == [10001, 10002]
    assert looked_at <= 4


# documents

texts = st.text(st.characters(), max_size=20)
cleaned = texts.map(clean)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=11))])
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001
numbers = st.integers(0, 10**9)


def values_of(text: st.SearchStrategy[str]) -> st.SearchStrategy[Case]:
    addresses = st.builds(Address, text, text)
    for kind, strategy in ((str, text), (datetime, times), (Address, addresses), (int, numbers)):
        st.register_type_strategy(kind, strategy)
    return st.builds(Case, number=st.integers(1, 10**9))


@given(values_of(cleaned))
@settings(max_examples=60, deadline=None)
def test_any_case_is_the_same_after_it_was_written_and_read(case: Case) -> None:
    file = CaseFile(Path("case.json"))
    file.write(case, {})
    assert CaseFile(Path("case.json"), unseal(file.content()).tables).read() == case


@given(texts)
def test_any_text_can_be_written_and_keeps_what_can_be_kept(text: str) -> None:
    kept = from_document(Address, json.loads(json.dumps(to_document(Address(text)), ensure_ascii=False).encode()))
    assert kept.address == clean(text)
    assert len(kept.address) == len(text)


def test_times_are_written_in_utc() -> None:
    summer = datetime(2026, 7, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    assert to_document(summer) == "2026-07-01T10:30:00Z"
    assert to_document(NOW + timedelta(microseconds=5)) == "2026-11-23T10:00:00.000005Z"


def test_a_quarantined_mail_of_before_is_one_of_today_where_its_document_says_nothing_of_it() -> None:
    item = Quarantined("q1", NOW, "r", "lmtp", "ann", "s", "f", 3, past=True)
    document = to_document(item)
    assert from_document(Quarantined, document) == item
    older = {name: value for name, value in document.items() if name != "past"}
    assert from_document(Quarantined, older) == replace(item, past=False)
    with pytest.raises(ValueError, match="past: expected true or false, found 1"):
        from_document(Quarantined, {**document, "past": 1})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"number": "10001"}, "number: expected a whole number, found '10001'"),
        ({"number": True}, "number: expected a whole number, found True"),
        ({"status": "lost"}, "status: expected one of with_engineer"),
        ({"customer": "ann"}, "customer: expected an object with the fields of Address, found 'ann'"),
        ({"participants": "ann"}, "participants: expected an array"),
        ({"timer": {"wait": "w"}}, "timer: letter: missing"),
        ({"subject": None}, "subject: expected text, found None"),
        ({"opened_at": "2026-11-23T10:00:00"}, "opened_at: expected a time like"),
        ({"links": [{"number": 1, "tie": "knot"}]}, f"links: 1: tie: expected one of {', '.join(Tie)}, found 'knot'"),
    ],
)
def test_a_wrong_document_is_refused_with_place_found_and_expected(change: dict[str, object], complaint: str) -> None:
    document = {**to_document(a_case()), **change}
    with pytest.raises(ValueError) as caught:
        from_document(Case, document)
    assert complaint in str(caught.value)


def test_what_is_no_value_of_ours_is_not_written() -> None:
    with pytest.raises(TypeError, match="holds no bytes"):
        to_document(b"raw")


def test_a_sealed_file_is_a_tinydb_storage_that_writes_at_once(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "a.json", storage=SealedFile) as database:
        database.insert({"name": "Ä", "none": None})
        database.table("other").insert({"list": [1, {"deep": True}]})
    assert read_sealed(tmp_path / "a.json").sealed
    with TinyDB(tmp_path / "a.json", storage=SealedFile) as database:
        assert database.get(where("name") == "Ä") == {"name": "Ä", "none": None}
        database.drop_tables()
    assert read_sealed(tmp_path / "a.json").tables == {}


def test_a_lock_needs_no_room_on_the_disk_for_the_name_of_its_holder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "ftruncate", refuse)
    store = TinydbStore(tmp_path / "data")
    with pytest.raises(AlreadyRunning, match="another process is at work"):
        TinydbStore(tmp_path / "data")
    store.close()
    TinydbStore(tmp_path / "data").close()


def test_a_key_that_is_lost_is_told_and_made_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = TinydbStore(tmp_path / "data")
    key = store.secret()
    assert caplog.messages == [], "the first start has none to lose"
    with store.batch() as batch:
        batch.put(a_case(1))
    (tmp_path / "data/state/key").unlink()
    assert store.secret() != key
    assert "key is missing; restore it from a backup" in caplog.text
    store.close()


# what hardly ever happens


def test_a_lock_that_the_disk_cannot_give_is_a_refusal_and_leaves_no_descriptor(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    held = len(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as network, pytest.raises(StoreUnwritable, match="No locks available"):
        network.setattr(fcntl, "flock", no_locks)
        TinydbStore(root)
    assert len(os.listdir("/proc/self/fd")) == held


def test_a_start_that_fails_holds_no_lock(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken, pytest.raises(StoreUnwritable):
        broken.setattr(Registry, "start", refused)
        TinydbStore(root)
    TinydbStore(root).close()


def test_there_is_no_folder_of_a_case_that_there_is_not(store: TinydbStore) -> None:
    with pytest.raises(LookupError, match="there is no case 10001"):
        store.folder(10001)


@pytest.mark.parametrize("number", [0, -1])
def test_a_case_number_begins_at_one(store: TinydbStore, number: int) -> None:
    with pytest.raises(ValueError, match=f"from 1 up, found {number}"), store.batch() as batch:
        batch.put(a_case(number), {})


def test_an_open_case_on_a_bad_part_of_the_disk_is_named_and_the_others_are_there(
    store: TinydbStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, a_case(10001), a_case(10002))
    store.close()
    bad = root / "cases/open/0010001/case.json"
    read = Path.read_bytes

    def reading(path: Path) -> bytes:
        if path == bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(path)

    with monkeypatch.context() as disk:
        disk.setattr(Path, "read_bytes", reading)
        again = TinydbStore(root)
        assert [path for path, _ in again.damaged()] == [bad]
        assert again.open_numbers() == [10002]
        again.close()
    again = TinydbStore(root)
    assert (again.damaged(), again.open_numbers()) == ([], [10001, 10002])
    again.close()


def damage_index(root: Path) -> None:
    for shard in (root / "cases/msgid").iterdir():
        shard.write_bytes(b"damaged")


def set_aside(store: TinydbStore, reason: str = "r", raw: bytes = b"raw") -> None:
    with store.batch() as batch:
        batch.quarantine(Quarantined("q1", NOW, reason, "lmtp", "ann", "s", "f", len(raw)), raw)


def test_a_damaged_index_is_made_anew_when_a_case_is_to_be_noted_in_it(
    store: TinydbStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, closed(a_case(10001)))
    damage_index(root)
    put(store, closed(a_case(10002, messages=a_case(10001).messages)))
    assert "the index is made anew from the closed cases" in caplog.text
    assert store.seen("f10001.1") == "case 10002"


def test_a_reader_makes_no_index_anew_and_says_that_it_is_damaged(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(10001)))
    damage_index(root)
    reader = TinydbStore(root, writer=False)
    with pytest.raises(DamagedFile):
        reader.seen("f10001.1")
    reader.close()


def test_a_closed_case_that_is_damaged_is_left_out_of_a_new_index_and_named(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(10001)), closed(a_case(10002)))
    damaged = root / "cases/closed/0010/0010001/case.json"
    damaged.write_bytes(b"damaged")
    damage_index(root)
    assert (store.seen("f10001.1"), store.seen("f10002.1")) == ("", "case 10002")
    assert [path for path, _ in store.damaged()] == [damaged]


def test_a_mail_of_a_damaged_closed_case_is_known_all_the_same(store: TinydbStore, root: Path) -> None:
    put(store, closed(a_case(10001)))
    (root / "cases/closed/0010/0010001/case.json").write_bytes(b"damaged")
    assert store.seen("f10001.1") == "case 10001"


def test_a_quarantined_mail_without_its_reason_is_shown_and_can_be_read(store: TinydbStore, root: Path) -> None:
    set_aside(store)
    (root / "quarantine/q1/reason.json").unlink()
    reader = TinydbStore(root, writer=False)
    (item,) = reader.quarantined()
    assert item.reason.endswith("reason.json is missing") and item.size == 3
    assert reader.quarantined_raw("q1") == b"raw"
    with pytest.raises(LookupError, match="nothing lies in quarantine under 'q2'"):
        reader.quarantined_raw("q2")
    reader.close()


def test_a_mail_that_is_set_aside_again_lies_there_as_it_came_last(store: TinydbStore) -> None:
    for raw, reason in ((b"raw", "too large"), (b"the same, read again", "no mail")):
        set_aside(store, reason, raw)
    assert [item.reason for item in store.quarantined()] == ["no mail"]
    assert store.quarantined_raw("q1") == b"the same, read again"


def test_a_sealed_document_that_is_no_case_is_named_as_such(store: TinydbStore, root: Path) -> None:
    put(store, a_case(10001))
    store.close()
    file = root / "cases/open/0010001/case.json"
    tables = read_sealed(file).tables
    tables["case"]["1"]["customer"] = ["Ann"]  # type: ignore[assignment]
    file.write_bytes(seal(tables))
    again = TinydbStore(root)
    ((path, what),) = again.damaged()
    assert path == file and "it holds no case" in what
    again.close()


def test_a_reason_that_says_something_else_is_shown_as_damaged(store: TinydbStore, root: Path) -> None:
    set_aside(store)
    file = root / "quarantine/q1/reason.json"
    tables = read_sealed(file).tables
    tables["mail"]["1"]["at"] = "yesterday"
    file.write_bytes(seal(tables))
    reader = TinydbStore(root, writer=False)
    (item,) = reader.quarantined()
    assert "reason.json is damaged" in item.reason
    reader.close()


def test_what_a_crash_left_of_a_removed_folder_is_no_obstacle(root: Path) -> None:
    """A leftover under the temporary name, and the folder is to be removed again."""
    for remove in (batch_journal._take_name, disk_batch._remove_folder):
        folder, leftover = root / "q1", root / "q1.tmp"
        for one in (folder, leftover):
            one.mkdir(parents=True, exist_ok=True)
            (one / "mail.eml").write_bytes(b"raw")
        remove(folder)
        assert not folder.exists()
