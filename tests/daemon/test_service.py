"""Does one bad mail or one bad case ever stop the others, and is everything decided by what is committed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from conversations.player import LIMIT, Player

from daemon import service
from daemon.errors import DamagedFile, StoreUnwritable
from daemon.incoming import reader
from daemon.intake.arrival import Arrival, Fate
from daemon.letters import scribe
from daemon.storage.store import Quarantined
from rules.case import Status, Timer
from rules.decision import Copy, Decision
from rules.mail import Address

ANN, EVA = "ann@customer.example", "eva@desk.example"


def mail(number: int = 1, subject: str = "Printer on fire", more: str = "") -> bytes:
    head = f"From: ann@customer.example\r\nMessage-ID: <m{number}@customer.example>\r\nSubject: {subject}\r\n{more}"
    return f"{head}\r\nThere is smoke.\r\n".encode()


def take(player: Player, *raws: bytes) -> list[Fate]:
    return player.service.take([Arrival(raw, "test", player.clock.now()) for raw in raws])


def test_a_batch_is_filed_in_its_order(player: Player) -> None:
    assert take(player, mail(1), mail(2), mail(3)) == [Fate.FILED] * 3
    assert list(player.store.all_numbers()) == [1, 2, 3]


def test_the_same_mail_twice_is_one_case_in_one_batch_as_in_two(player: Player) -> None:
    assert take(player, mail(1), mail(1)) == [Fate.FILED, Fate.KNOWN]
    assert take(player, b"Received: by mx2\r\n" + mail(1)) == [Fate.KNOWN]
    assert list(player.store.all_numbers()) == [1]


def test_another_body_under_the_same_id_is_another_mail(player: Player) -> None:
    assert take(player, mail(1), mail(1) + b"And fire.\r\n") == [Fate.FILED, Fate.FILED]


def test_an_answer_in_the_same_batch_finds_the_case_of_the_mail_before_it(player: Player) -> None:
    answer = mail(2, "Re: Printer on fire", "In-Reply-To: <m1@customer.example>\r\n")
    assert take(player, mail(1), answer) == [Fate.FILED, Fate.FILED]
    case = player.store.case(1)
    assert case is not None
    assert len(case.messages) == 2


def test_an_unreadable_mail_is_quarantined_and_the_ones_around_it_are_filed(player: Player) -> None:
    assert take(player, mail(1), b"", mail(2)) == [Fate.FILED, Fate.QUARANTINED, Fate.FILED]
    (item,) = player.store.quarantined()
    assert item.reason.startswith("expected a mail")


def test_the_same_unreadable_mail_lies_in_quarantine_once(player: Player) -> None:
    take(player, b"\r\n")
    player.clock.advance(timedelta(hours=1))
    assert take(player, b"\r\n", b"\r\n") == [Fate.QUARANTINED, Fate.QUARANTINED]
    assert len(player.store.quarantined()) == 1


def test_a_mail_that_no_rule_can_stand_is_quarantined_whole_and_retried_with_success(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(*_: object) -> None:
        raise ZeroDivisionError("a bug in the rules")

    with monkeypatch.context() as bug:
        bug.setattr(service.decide, "mail_came", poisoned)
        assert take(player, mail(1)) == [Fate.QUARANTINED]
        assert take(player, mail(1)) == [Fate.QUARANTINED], "the copy is known by the quarantined one"
        (item,) = player.store.quarantined()
        assert item.reason == "ZeroDivisionError: a bug in the rules"
        assert player.store.quarantined_raw(item.id) == mail(1)
        with pytest.raises(ZeroDivisionError):
            player.service.retry(item.id)
        assert len(player.store.quarantined()) == 1, "a retry that fails leaves the mail where it was"
    assert player.service.retry(item.id).startswith("filed on case 1")
    assert player.store.quarantined() == []
    assert take(player, mail(1)) == [Fate.KNOWN]


def test_a_parser_that_fails_in_a_new_way_costs_one_mail_only(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = reader.parse

    def fragile(raw: bytes, *more: object) -> object:
        if b"m2@" in raw:
            raise RecursionError("too deep")
        return parse(raw, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "parse", fragile)
    assert take(player, mail(1), mail(2), mail(3)) == [Fate.FILED, Fate.QUARANTINED, Fate.FILED]
    assert player.store.quarantined()[0].reason == "the parser failed: RecursionError: too deep"


LARGE = b"x" * LIMIT
ANSWER = "In-Reply-To: <m1@customer.example>\r\n"


def status_of(player: Player, number: int = 1) -> Status:
    case = player.store.case(number)
    assert case is not None
    return case.status


def test_what_lies_in_quarantine_is_known_by_its_headers(player: Player) -> None:
    assert take(player, mail(1) + LARGE) == [Fate.QUARANTINED]
    (item,) = player.store.quarantined()
    assert (item.sender, item.subject) == ("ann@customer.example", "Printer on fire")


def test_a_large_mail_that_comes_twice_lies_in_quarantine_once_and_is_told_once(player: Player) -> None:
    large = mail(2, "Re: Printer on fire", ANSWER) + LARGE
    take(player, mail(1), large)
    assert take(player, b"Received: by mx2\r\n" + large) == [Fate.QUARANTINED]
    assert len(player.store.quarantined()) == 1
    player.settle()
    assert [sent.line for sent in player.fresh()].count(f"{EVA} [Case #1] replied") == 1


def test_an_answer_that_a_bug_keeps_from_its_case_stops_the_wait_as_well(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_case(player, "One")

    def poisoned(*_: object) -> None:
        raise ZeroDivisionError("a bug in the rules")

    monkeypatch.setattr(service.decide, "mail_came", poisoned)
    player.write(ANN, "answers relay", "It burns.", [])
    assert status_of(player) is Status.WITH_ENGINEER
    assert player.fresh()[-1].line == f"{EVA} [Case #1] replied"


def test_a_case_that_cannot_be_told_does_not_keep_a_mail_from_quarantine(
    player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    waiting_case(player, "One")
    (player.store.folder(1) / "case.json").write_text("{}")
    assert take(player, mail(2, "Re: [Case #1] One") + LARGE) == [Fate.QUARANTINED]
    assert len(player.store.quarantined()) == 1
    assert any("it is not noted on its case" in words for words in caplog.messages)


def test_headers_that_no_reader_can_stand_cost_the_mail_its_sender_only(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(reader, "parse_headers", fragile)
    assert take(player, mail(1) + LARGE, mail(2)) == [Fate.QUARANTINED, Fate.FILED]
    (item,) = player.store.quarantined()
    assert (item.sender, item.subject, len(item.fingerprint)) == ("", "", 64)


def test_old_mail_stays_old_when_it_is_retried_and_nobody_is_answered(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Arrival(mail(1) + LARGE, "test", player.clock.now(), past=True)
    assert player.service.take([old]) == [Fate.QUARANTINED]
    (item,) = player.store.quarantined()
    assert item.past
    player.retry()
    assert list(player.store.all_numbers()) == [1]
    assert player.fresh() == []


def test_a_retry_of_a_mail_that_is_filed_already_only_releases_it(player: Player) -> None:
    """It was set aside by a parser that could not tell its fingerprint, and came once more."""
    take(player, mail(1))
    set_aside = Quarantined("q1", player.clock.now(), "no parser could read it", "test", "", "", "", len(mail(1)))
    with player.store.batch() as batch:
        batch.quarantine(set_aside, b"Received: by mx2\r\n" + mail(1))
    assert player.service.retry("q1") == "known already: it lies in case 1, and in quarantine no longer"
    assert player.store.quarantined() == []
    assert list(player.store.all_numbers()) == [1]
    case = player.store.case(1)
    assert case is not None
    assert len(case.messages) == 1


def test_two_copies_in_quarantine_become_one_case(player: Player) -> None:
    for id, raw in (("q1", mail(1)), ("q2", b"Received: by mx2\r\n" + mail(1))):
        with player.store.batch() as batch:
            batch.quarantine(Quarantined(id, player.clock.now(), "r", "test", "", "", "", len(raw)), raw)
    assert player.service.retry("q2").startswith("filed on case 1")
    assert player.service.retry("q1").startswith("known already")
    assert list(player.store.all_numbers()) == [1]


def test_a_retry_that_the_store_refuses_counts_for_nothing(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    with player.store.batch() as batch:
        batch.quarantine(Quarantined("q1", player.clock.now(), "r", "test", "", "", "", 1), mail(1))

    def refuse(*_: object) -> None:
        raise StoreUnwritable("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(player.store._registry, "commit", refuse)
        with pytest.raises(StoreUnwritable):
            player.service.retry("q1")
    assert len(player.store.quarantined()) == 1
    assert list(player.store.all_numbers()) == []
    assert player.service.cases.tally.counts(Address(ANN), player.clock.now()).address_last_hour == 0


def test_a_retry_of_what_is_not_there_is_a_sentence(player: Player) -> None:
    with pytest.raises(LookupError, match="there is no mail nonsense in quarantine"):
        player.service.retry("nonsense")


def test_when_the_store_refuses_none_of_the_batch_is_filed_nor_logged_so(
    player: Player, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "postcase")

    def refuse(*_: object) -> None:
        raise StoreUnwritable("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(player.store._registry, "commit", refuse)
        with pytest.raises(StoreUnwritable):
            take(player, mail(1), b"")
    assert list(player.store.all_numbers()) == []
    assert caplog.messages == []
    assert take(player, mail(1), b"") == [Fate.FILED, Fate.QUARANTINED]
    assert [words.partition(" from=")[0].partition(" id=")[0] for words in caplog.messages] == [
        "case 1: mail filed",
        "mail quarantined",
    ]


def waiting_case(player: Player, subject: str) -> int:
    player.write(ANN, subject, "", [])
    number = max(player.store.all_numbers())
    player.write(EVA, f"answers assigned #{number}", "Pull the plug.", [])
    return number


def test_a_mail_for_a_damaged_case_is_one_line_without_a_traceback(
    player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    take(player, mail(1))
    (player.store.folder(1) / "case.json").write_text("{}")
    assert take(player, mail(2, "Re: [Case #1] Printer on fire")) == [Fate.QUARANTINED]
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "is damaged" in line.getMessage()
    assert not line.exc_info


def test_a_damaged_case_is_told_once_and_the_others_are_reminded(
    player: Player, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = waiting_case(player, "One"), waiting_case(player, "Two")
    (player.store.folder(one) / "case.json").write_text("{}")
    caplog.clear()
    player.pass_time(timedelta(days=4))
    case = player.store.case(two)
    assert case is not None
    assert case.status is Status.REMINDED_ONCE
    assert len([record for record in caplog.records if f"case {one}:" in record.getMessage()]) == 1


def test_a_case_whose_letter_cannot_be_written_does_not_stop_the_clock(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_case(player, "One")
    two = waiting_case(player, "Two")
    compose = scribe.compose

    def fragile(wish: object, case: object, *more: object, **facts: object) -> object:
        if case.number == 1:  # type: ignore[attr-defined]
            raise DamagedFile("a template nobody tried")
        return compose(wish, case, *more, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(scribe, "compose", fragile)
    player.pass_time(timedelta(days=4))
    reminded = player.store.case(two)
    assert reminded is not None
    assert reminded.status is Status.REMINDED_ONCE


def test_doubt_is_told_to_the_intakes_and_nobody_is_reminded(player: Player) -> None:
    waiting_case(player, "One")
    doubts: list[datetime] = []
    player.service.time.on_doubt = doubts.append
    player.readable = False
    player.pass_time(timedelta(days=2))
    assert doubts == [], "as long as nothing is due there is no doubt"
    player.pass_time(timedelta(days=2))
    case = player.store.case(1)
    assert case is not None
    assert case.timer is not None
    assert set(doubts) == {case.timer.due}, "until then the mailboxes must have been read"
    assert case.status is Status.WITH_CUSTOMER


def test_a_tick_tells_when_the_next_wait_ends(player: Player) -> None:
    assert player.service.time.tick() is None
    waiting_case(player, "One")
    assert player.service.time.tick() == player.clock.now() + timedelta(days=3)


def test_a_timer_edited_into_a_case_of_the_engineers_closes_nothing(player: Player) -> None:
    player.write(ANN, "One", "", [])
    case = player.store.case(1)
    assert case is not None
    now = player.clock.now()
    with player.store.batch() as batch:
        batch.put(replace(case, timer=Timer("remind_after", 2, now, now)))
    player.settle()
    after = player.store.case(1)
    assert after is not None
    assert (after.status, after.timer) == (Status.WITH_ENGINEER, None)


def test_letters_to_a_case_of_nobody_do_not_end_in_quarantine(player: Player) -> None:
    take(player, b"Subject: anonymous\r\n\r\nHelp.\r\n")
    player.settle()
    player.write(EVA, "answers assigned", "Who are you?", [])
    player.write(EVA, "answers assigned", "/close", [])
    assert player.store.quarantined() == []
    case = player.store.case(1)
    assert case is not None
    assert case.status is Status.CLOSED
    assert [sent.line for sent in player.fresh()] == [
        f"{EVA} [Case #1] {name}" for name in ("assigned", "refused", "receipt")
    ]


def test_a_decision_may_change_other_cases_and_copy_a_mail_to_them(player: Player) -> None:
    take(player, mail(1), mail(2, "Something else"))
    first, second = player.store.case(1), player.store.case(2)
    assert first
    assert second
    both = Decision(
        replace(first, severity="A"),
        reason="one",
        others=(
            Decision(replace(second, severity="B"), reason="two", copies=(Copy("0009-in.eml", 1, "0001-in.eml"),)),
        ),
    )
    with player.service.cases.lock:
        player.service.cases.commit(both)
    changed = [player.store.case(number) for number in (1, 2)]
    assert [case.severity for case in changed if case] == ["A", "B"]
    assert player.store.paper(2, "0009-in.eml") == mail(1)


def test_a_disk_that_refuses_while_a_mail_is_decided_sets_no_mail_aside(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes again; only a mail that is wrong by itself goes to quarantine."""

    def refused(*_: object) -> None:
        raise StoreUnwritable("the disk refused")

    for part, raw in (("mail_came", mail(1)), ("mail_unread", b"")):
        with monkeypatch.context() as full, pytest.raises(StoreUnwritable):
            full.setattr(service.decide, part, refused)
            take(player, raw)
    assert player.store.quarantined() == []
    assert list(player.store.all_numbers()) == []


def test_however_long_the_way_from_case_to_case_a_mail_is_filed(
    player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the way is cut short, the mail goes to a case on it, or to a new one; it is not lost."""
    player.write(ANN, "Printer on fire", "There is smoke.", [])
    for _ in range(3):
        player.write(EVA, "answers assigned", "/close\nDone.", [])
        player.write(ANN, "answers closed", "It burns again.", [])
    known = list(player.store.all_numbers())
    monkeypatch.setattr(service.threads, "MOST_STEPS", 1)
    answer = mail(9, "Re: [Case #1] Printer on fire")
    assert take(player, answer) == [Fate.FILED]
    assert player.store.find("m9@customer.example") in {*known, max(known) + 1}
