"""The order /meet: which moment is meant, what cannot be, and what the calendars are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.calendar_answers import calendar_answer, case_invited_to
from rules.case import Case, Status
from rules.commands import read
from rules.desk import Desk
from rules.hours import Calendar, Wait
from rules.lifecycle import Event
from rules.loop_guard import kind_of
from rules.mail import Address, Attachment, Kind, Mail
from rules.meetings import Change, called_off, end_of_wait, is_ahead, planned, uid
from rules.people import Engineer
from rules.setting import OrderError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVA = Engineer("Eva Example", Address("eva@desk.example"), zone="Europe/Berlin")
MAX = Engineer(
    "Max Example", Address("max@desk.example"), calendar=Calendar("America/New_York"), meeting_link="https://m.example"
)
DESK = Desk(
    "Example Support",
    Address("support@example.com", "Example Support"),
    (EVA, MAX),
    waits={"remind_after": Wait(3)},
    meeting_link="https://meet.example.com/{number}",
)
ANN, BOB = Address("ann@customer.example", "Ann"), Address("bob@customer.example")
CASE = Case(10042, Status.WITH_ENGINEER, "Printer on fire", ANN, NOW, EVA.address, (ANN, BOB))
MAIL = Mail(fingerprint="")


def told(argument: str, case: Case = CASE, engineer: Engineer = EVA, now: datetime = NOW) -> Change:
    return Change(case, planned(argument, case, DESK, engineer, now), DESK, engineer, now)


@pytest.mark.parametrize(
    ("argument", "starts", "minutes", "title"),
    [
        ("2026-03-04 15:00", "2026-03-04T14:00", 60, ""),
        ("2026-03-04 15:00 30m", "2026-03-04T14:00", 30, ""),
        ("2026-03-04 9:05 1h30m Look  at it", "2026-03-04T08:05", 90, "Look at it"),
        ("4.3.2026 15:00 Uhr 2h", "2026-03-04T14:00", 120, ""),
        ("4.3. 15.00 90min Der Drucker", "2026-03-04T14:00", 90, "Der Drucker"),
        ("2026-03-04 15:00 2 printers", "2026-03-04T14:00", 60, "2 printers"),
        ("2026-07-01 15:00 8h", "2026-07-01T13:00", 480, ""),
        ("2026-10-25 02:30", "2026-10-25T00:30", 60, ""),
    ],
)
def test_the_wall_clock_is_that_of_the_engineer(argument: str, starts: str, minutes: int, title: str) -> None:
    meeting = planned(argument, CASE, DESK, EVA, NOW)
    assert meeting.starts == datetime.fromisoformat(starts).replace(tzinfo=UTC)
    assert (meeting.ends - meeting.starts, meeting.title) == (timedelta(minutes=minutes), title)


def test_an_engineer_without_a_zone_of_his_own_has_that_of_his_hours() -> None:
    meeting = planned("2026-03-04 15:00", CASE, DESK, MAX, NOW)
    assert (meeting.starts.hour, meeting.link) == (20, "https://m.example")
    assert planned("2026-03-04 15:00", CASE, DESK, EVA, NOW).link == "https://meet.example.com/10042"


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("2026-03-02 09:30", "that is over; it is 2026-03-02 10:00 (Europe/Berlin) now"),
        ("2026-02-30 15:00", "'2026-02-30' is no day"),
        ("someday 15:00", "'someday' is no day"),
        ("15:00 2026-03-04", "expected a day and a time, such as /meet 2026-12-01 15:00 60m; or /meet cancel"),
        ("2026-03-04 25:00", "expected a day and a time"),
        ("2026-03-04 noon", "expected a day and a time"),
        ("cancel it", "expected a day and a time"),
        ("2026-03-04 15:00 481m", "expected a length of up to 8 hours, found 481m"),
        ("2026-03-04 15:00 0m", "expected a length of up to 8 hours, found 0m"),
        ("2026-03-04 15:00 90 min Hm", "expected a length such as 30m, 90m, 2h or 1h30m, found 90 min"),
        ("2026-03-04 15:00 2 hours", "expected a length such as 30m, 90m, 2h or 1h30m, found 2 hours"),
        ("2026-03-04 15:00 1.5h Hm", "expected a length such as 30m, 90m, 2h or 1h30m, found 1.5h"),
        ("2026-03-29 02:30", "the clocks in Europe/Berlin leave out 02:30 on that day"),
        ("2062-03-04 15:00", "expected a day within a year"),
        ("2026-03-04 15:00 " + "x" * 201, "expected a title of at most 200 characters, found 201"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(argument: str, says: str) -> None:
    with pytest.raises(OrderError) as caught:
        planned(argument, CASE, DESK, EVA, NOW)
    assert says in str(caught.value)


def test_one_that_is_ahead_is_moved_and_one_that_is_over_is_followed_by_another() -> None:
    first = told("2026-03-04 15:00 60m The printer").noted()
    moved = planned("2026-03-05 15:00", first, DESK, MAX, NOW)
    assert (moved.number, moved.changes, moved.title) == (1, 1, "The printer")
    assert first.meeting and uid(first, moved, DESK) == uid(first, first.meeting, DESK)
    later = planned("2026-03-06 15:00", first, DESK, EVA, NOW + timedelta(days=3))
    assert (later.number, later.changes, later.title) == (2, 0, "")


def test_calling_off_counts_as_a_change_and_ends_it() -> None:
    case = told("2026-03-04 15:00").noted()
    off = called_off(case, MAX, NOW)
    assert (off.changes, off.called_off) == (1, True)
    case = Change(case, off, DESK, MAX, NOW).noted()
    assert not is_ahead(case, NOW)
    assert planned("2026-03-05 15:00", case, DESK, EVA, NOW).number == 2
    with pytest.raises(OrderError, match="there is no meeting ahead"):
        called_off(case, EVA, NOW)


def test_the_wait_begins_when_the_meeting_is_over() -> None:
    change = told("2026-03-04 15:00")
    (to_ann, to_bob) = (wish for wish in change.letters(MAIL, "", "remind_after"))
    assert (to_ann.starts, to_ann.until) == ("remind_after", datetime(2026, 3, 7, 15, 0, tzinfo=UTC))
    assert to_bob.starts == ""
    assert end_of_wait(change.noted(), DESK, "remind_after", NOW) == to_ann.until
    assert end_of_wait(change.noted(), DESK, "remind_after", change.meeting.ends) is None


def test_customers_see_no_engineer_among_the_guests_and_an_engineer_sees_himself() -> None:
    case = replace(CASE, participants=(ANN, BOB, MAX.address), owner=MAX.address)
    change = told("2026-03-04 15:00", case)
    guests = {wish.to.address: [one.address for one in wish.invitation.guests] for wish in change.letters(MAIL, "", "")
              if wish.invitation and wish.letter == "meeting"}  # fmt: skip
    assert guests["ann@customer.example"] == ["ann@customer.example", "bob@customer.example"]
    assert guests["max@desk.example"][-1] == "max@desk.example"
    receipt = change.receipt(MAIL, (), "")
    assert receipt.invitation and receipt.invitation.guests[-1] == EVA.address


def test_those_who_watch_are_told_and_not_invited() -> None:
    letters = told("2026-03-04 15:00", replace(CASE, watchers=(MAX.address,))).letters(MAIL, "Hello", "")
    (notice,) = [wish for wish in letters if wish.letter == "meeting-notice"]
    assert (notice.to, notice.invitation, notice.facts["timezone"]) == (MAX.address, None, "America/New_York")


def test_without_a_link_the_engineer_is_told_that_there_is_none() -> None:
    change = Change(CASE, planned("2026-03-04 15:00", CASE, replace(DESK, meeting_link=""), EVA, NOW), DESK, EVA, NOW)
    assert "config.toml names no meeting_link" in str(change.receipt(MAIL, (), "").facts["done"])


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/meet 2026-03-04 15:00\n\nHello Ann", Event.ENGINEER_INVITED),
        ("/meet CANCEL\n\nSorry", Event.ENGINEER_CALLED_OFF),
        ("/use hello\n/meet 2026-03-04 15:00\n/severity A", Event.ENGINEER_INVITED),
    ],
)
def test_text_and_what_sets_something_go_along(text: str, event: Event) -> None:
    assert (read(text).event, read(text).error) == (event, "")


@pytest.mark.parametrize(
    "other", ["/meet 2026-03-05 15:00", "/meet cancel", "/close", "/note Hm", "/wait 5d", "/away 4.3."]
)
def test_but_no_second_thing(other: str) -> None:
    assert "one thing at a time" in read(f"/meet 2026-03-04 15:00\n{other}").error


# What calendars answer


def calendar(*lines: str, content_type: str = "text/calendar") -> Mail:
    data = "\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR", "")).encode()
    return Mail(fingerprint="", sender=ANN, attachments=(Attachment("invite.ics", content_type, data),))


UID = "UID:10042-1-20260302T090000Z@example.com"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("ACCEPTED", "accepted"),
        ("DECLINED", "declined"),
        ("TENTATIVE", "tentatively accepted"),
        ("DELEGATED", "answered"),
    ],
)
def test_a_yes_or_no_is_a_machines_mail_about_our_case(status: str, said: str) -> None:
    mail = calendar("METHOD:REPLY", UID, f'ATTENDEE;CN="Ann;\r\n  X";PARTSTAT={status}:mailto:ann@customer.example')
    assert kind_of(mail) == (Kind.MACHINE, f"calendar METHOD:REPLY, {said}")
    assert case_invited_to(mail, DESK) == 10042


def test_a_folded_answer_is_read_whole() -> None:
    mail = calendar(
        "METHOD:REPLY", UID[:20], f" {UID[20:]}", "ATTENDEE;CN=Ann;PARTST", "\tAT=DECLINED:mailto:a@b.example"
    )
    answer = calendar_answer(mail)
    assert answer and (answer.uid, answer.said) == (UID[4:], "declined")


@pytest.mark.parametrize(
    "mail",
    [
        calendar("METHOD:REQUEST", UID),
        calendar("METHOD:COUNTER", UID),
        calendar("DESCRIPTION: METHOD:REPLY", UID),
        calendar("METHOD:REPLY", UID, content_type="text/plain"),
        Mail(fingerprint="", text="METHOD:REPLY"),
    ],
)
def test_another_calendar_is_written_by_a_person(mail: Mail) -> None:
    assert calendar_answer(mail) is None
    assert case_invited_to(mail, DESK) == 0


@pytest.mark.parametrize("foreign", ["UID:10042-1-20260302T090000Z@elsewhere.example", "UID:abc", ""])
def test_an_answer_about_somebody_elses_meeting_names_no_case(foreign: str) -> None:
    assert case_invited_to(calendar("METHOD:REPLY", foreign), DESK) == 0
