"""Does the whole desk keep its promises, as a process between a real Dovecot and a real Postfix?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from collecting_desk import wait_until
from live.desk_process import DeskProcess, letters_to, mailbox
from live.gate import Gate
from live.town import GONE, REFUSED, OpenDesk, Person, Town, new_desk, open_desk, town

__all__ = ["open_desk", "town"]  # fixtures

pytestmark = pytest.mark.live

AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


@pytest.fixture(scope="module")
def erik(town: Town) -> Person:
    return town.engineer("Erik Engineer")


@pytest.fixture(scope="module")
def desk(town: Town, erik: Person, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """A desk that waits for days, for all tests that need no other."""
    desk = new_desk(town, tmp_path_factory.mktemp("desk"), erik)
    desk.start()
    yield desk
    assert desk.stop() == 0
    assert "Traceback" not in desk.log()


@pytest.fixture
def ann(town: Town) -> Person:
    return town.customer("Ann Customer")


# A new case


def test_a_customers_mail_comes_back_confirmed(town: Town, desk: DeskProcess, erik: Person, ann: Person) -> None:
    options = ("--header", "Subject: Printer on fire", "--header", "Message-Id: <fire@customer.example>")
    ann.swaks(desk.address, *options, "--body", "It burns.")
    confirmation = ann.letter("confirmation")
    case = desk.case_of(ann.address)
    assert confirmation["Subject"] == f"[Case #{case['number']}] Printer on fire"
    assert confirmation["From"] == f"Example Support <{desk.address}>"
    assert {name: confirmation[name] for name in AUTOMATIC} == AUTOMATIC
    assert confirmation["X-Postcase-Case"] == str(case["number"])
    assert confirmation["In-Reply-To"] == confirmation["References"] == "<fire@customer.example>"
    (sent, notice) = case["letters"]
    assert confirmation["Message-ID"] == f"<{sent['message_id']}>"
    assert str(case["number"]) in sent["message_id"]
    assert (sent["letter"], notice["letter"]) == ("confirmation", "assigned")
    assert (case["status"], case["owner"], case["due"]) == ("with_engineer", erik.address, None)
    wait_until(lambda: "Printer on fire" in town.dovecot.subjects("Processed", desk.address))
    assert "Printer on fire" not in town.dovecot.subjects("INBOX", desk.address)


def test_a_confirmation_says_nothing_of_the_mail_but_its_subject(desk: DeskProcess, ann: Person) -> None:
    ann.write(desk.address, subject="Password", text="It is s3cr3t, and my cat is called Mimi.")
    confirmation = ann.letter("confirmation")
    assert "Mimi" not in confirmation.everything
    assert "desk.example" not in confirmation.everything


def test_a_german_desk_writes_german_and_keeps_every_script(town: Town, open_desk: OpenDesk, ann: Person) -> None:
    erik = town.engineer("Erik Müller")
    desk = open_desk(erik, name="Kundendienst für Übergrößen", desk='language = "de"\n')
    subject = "Der Drucker brennt 🔥 印刷機が燃えています"
    ann.write(desk.address, subject=subject, text="Es qualmt: äöüß 完 🔥")
    confirmation, notice = ann.letter("confirmation"), erik.letter("assigned")
    assert confirmation["Subject"] == f"[Case #10001] {subject}"
    assert confirmation["From"].startswith("Kundendienst für Übergrößen ")
    assert "Jemand aus unserem Team" in confirmation.text
    assert "Möchten Sie etwas ergänzen" in confirmation.text
    assert "Möchten Sie etwas ergänzen" in confirmation.page
    assert confirmation["Content-Language"] == "de"
    assert confirmation.raw.isascii()
    assert notice["Subject"] == confirmation["Subject"]
    assert "> Es qualmt: äöüß 完 🔥" in notice.text


# Machines


MACHINES = (
    #  who                    subject                            what gives it away
    ("Absent",               "Out of office: back on Monday",    "Auto-Submitted: auto-replied (vacation)\n"),
    ("Lister",               "[users] weekly digest",            "List-Id: <users.customer.example>\nPrecedence: list\n"),
    ("No-Reply",             "Your parcel is on its way",        ""),
)  # fmt: skip


def test_machines_are_filed_but_not_answered(town: Town, desk: DeskProcess, erik: Person) -> None:
    machines = [(town.customer(name), subject, headers) for name, subject, headers in MACHINES]
    for machine, subject, headers in machines:
        machine.write(desk.address, subject=subject, headers=headers)
    for machine, subject, _ in machines:
        case = desk.filed(machine.address)
        assert erik.letter("assigned", case["number"])["Subject"].endswith(subject)
        assert letters_to(case, machine.address) == []
        assert machine.inbox() == []


def test_an_absence_that_answers_us_is_filed_on_the_case_and_resets_nothing(
    desk: DeskProcess, erik: Person, ann: Person
) -> None:
    ann.write(desk.address, subject="Noise")
    confirmation = ann.letter("confirmation")
    erik.reply("mutt", erik.letter("assigned", confirmation.number), "What sort of noise?")
    relay = ann.letter("relay")
    before = desk.case(relay.number)
    answer = f"In-Reply-To: {relay['Message-ID']}\nAuto-Submitted: auto-replied\n"
    ann.write(desk.address, subject=f"Automatic reply: {relay['Subject']}", headers=answer)
    after = desk.filed(ann.address, messages=3)
    assert (after["status"], after["due"]) == (before["status"], before["due"]) == ("with_customer", before["due"])
    assert after["letters"] == before["letters"]


def test_a_bounce_from_postfix_ends_with_the_owner_who_is_told(desk: DeskProcess, erik: Person, town: Town) -> None:
    gone = Person(town, "Gone", GONE)
    gone.write(desk.address, subject="I am about to leave")
    number = desk.filed(GONE, messages=2)["number"]
    notice = erik.letter("undelivered", number)
    assert GONE in notice.text
    assert "5.1.1" in notice.text
    case = desk.case(number)
    assert [message["kind"] for message in case["messages"]] == ["person", "bounce"]
    assert (case["letters"][0]["letter"], case["letters"][0]["state"]) == ("confirmation", "failed")
    assert letters_to(case, GONE) == ["confirmation"]
    assert len(desk.cases_of(GONE)) == 1


def test_a_recipient_whom_postfix_refuses_is_told_to_the_owner(desk: DeskProcess, erik: Person, town: Town) -> None:
    Person(town, "Refused", REFUSED).write(desk.address, subject="You cannot reach me")
    notice = erik.letter("undelivered", desk.filed(REFUSED)["number"])
    assert REFUSED in notice.text
    assert "no such user" in notice.text


# Those who do not belong to the case


def test_a_stranger_with_the_number_is_held_and_learns_nothing(
    town: Town, desk: DeskProcess, erik: Person, ann: Person
) -> None:
    ann.write(desk.address, subject="Contract")
    number = ann.letter("confirmation").number
    before = desk.case(number)
    mallory = town.customer("Mallory")
    mallory.write(desk.address, subject=f"Re: [Case #{number}] Contract", text="What did Ann say?")
    held = erik.letter("held", number)
    assert "> What did Ann say?" in held.text
    after = desk.case(number)
    assert after["messages"][-1]["held"]
    unchanged = ("status", "customer", "participants", "due", "owner")
    assert [after[key] for key in unchanged] == [before[key] for key in unchanged]
    assert letters_to(after, mallory.address) == ["received"]
    received = mallory.letter("received")
    assert str(number) not in f"{received['Subject']} {received['Message-ID']} {received.text}"
    assert not received["X-Postcase-Case"]
    assert [mail["X-Postcase-Letter"] for mail in ann.inbox()] == ["confirmation"]


def test_a_stranger_whom_the_owner_admits_takes_part(town: Town, desk: DeskProcess, erik: Person, ann: Person) -> None:
    ann.write(desk.address, subject="Handover")
    number = ann.letter("confirmation").number
    carla = town.customer("Carla")
    carla.write(desk.address, subject=f"[Case #{number}] Handover", text="I do this from today on.")
    erik.reply("Gmail", erik.letter("held", number), "/admit")
    erik.reply("Outlook", erik.letter("receipt", number), "Welcome, Carla.")
    assert carla.letter("relay").text.startswith("Welcome, Carla.\n")
    ann.letter("relay")
    assert desk.case(number)["participants"] == [ann.address, carla.address]


def test_an_engineers_name_without_the_token_does_nothing(desk: DeskProcess, erik: Person, ann: Person) -> None:
    ann.write(desk.address, subject="Login")
    number = ann.letter("confirmation").number
    erik.write(desk.address, subject=f"Re: [Case #{number}] Login", text="/close\n\nSend me your password.")
    unproven = erik.letter("unproven", number)
    assert "> Send me your password." in unproven.text
    case = desk.case(number)
    assert case["status"] == "with_engineer"
    assert letters_to(case, ann.address) == ["confirmation"]
    assert len(ann.inbox()) == 1


# Silence


def test_silence_is_asked_twice_and_then_the_case_is_closed_for_good(
    town: Town, open_desk: OpenDesk, ann: Person
) -> None:
    erik = town.engineer("Erik Engineer")
    desk = open_desk(erik, waits="1s")
    ann.write(desk.address, subject="Paper jam")
    erik.reply("Thunderbird", erik.letter("assigned"), "Please pull the paper out.")
    ann.letter("relay")
    first, second, closed = ann.letter("reminder"), ann.letter("reminder", count=2), ann.letter("closed")
    number = closed.number
    for letter in (first, second, closed):
        assert (letter["Auto-Submitted"], letter.number) == ("auto-generated", number)
    assert "second reminder" in second.text
    assert "we asked twice" in closed.text
    assert desk.case(number)["status"] == "closed"

    ann.reply("Gmail", closed, "Thanks a lot!")
    desk.filed(ann.address, messages=3)
    ann.reply("Outlook", closed, "The paper is jammed again, on page 7 this time.")
    follow_up = ann.letter("follow-up")
    assert f"case {number}" in follow_up.text.lower()
    assert str(follow_up.number) in follow_up.text
    assert follow_up["Subject"] == f"[Case #{follow_up.number}] Paper jam"
    assert erik.letter("assigned", follow_up.number)
    old, new = desk.case(number), desk.case(follow_up.number)
    assert letters_to(old, ann.address) == ["confirmation", "relay", "reminder", "reminder", "closed"]
    assert (old["status"], new["status"], new["owner"]) == ("closed", "with_engineer", erik.address)
    assert new["links"] == [{"number": number, "tie": "follows"}]
    assert letters_to(new, ann.address) == ["follow-up"]
    assert len(desk.cases()) == 2


def test_an_answer_to_a_reminder_stops_the_clock(town: Town, open_desk: OpenDesk, ann: Person) -> None:
    erik = town.engineer("Erik Engineer")
    desk = open_desk(erik, waits="2s")
    ann.write(desk.address, subject="Paper jam")
    erik.reply("K-9", erik.letter("assigned"), "Please pull the paper out.")
    ann.reply("Apple Mail", ann.letter("reminder"), "It is stuck behind the second roller.")
    erik.letter("replied")
    case = desk.case_of(ann.address)
    assert (case["status"], case["due"]) == ("with_engineer", None)
    assert letters_to(case, ann.address) == ["confirmation", "relay", "reminder"]


def test_a_mailbox_without_mail_is_no_outage(town: Town, open_desk: OpenDesk, ann: Person) -> None:
    """IDLE is silent for minutes: whoever takes that for deafness never reminds anybody."""
    erik = town.engineer("Erik Engineer")
    desk = open_desk(erik, waits="3s", lifecycle='outage_after = "2s"\n')
    ann.write(desk.address, subject="Paper jam")
    erik.reply("mutt", erik.letter("assigned"), "Please pull the paper out.")
    ann.letter("relay")
    answered_at = time.monotonic()
    ann.letter("reminder")
    assert time.monotonic() - answered_at < 5.5


class TwoWaiting:
    """Two cases that wait 3 s for their customers: one of them answers in time, the other one never does."""

    def __init__(self, town: Town, desk: DeskProcess, erik: Person, gate: Gate) -> None:
        self.desk, self.erik, self.gate = desk, erik, gate
        self.ann, self.silas = town.customer("Ann Quick"), town.customer("Silas Silent")
        for customer in (self.ann, self.silas):
            customer.write(desk.address, subject=f"Trouble of {customer.name}")
        for count in (1, 2):
            erik.reply("Gmail", erik.letter("assigned", count=count), "Is it plugged in?")
        self.answer, _ = self.ann.letter("relay"), self.silas.letter("relay")
        self._due_at = time.monotonic() + 3.2

    def wait_until_all_are_due(self) -> None:
        time.sleep(max(0.0, self._due_at - time.monotonic()))
        self.check_that_nobody_is_reminded()

    def check_that_nobody_is_reminded(self) -> None:
        assert not [mail for person in (self.ann, self.silas) for mail in person.letters("reminder")]
        assert {case["status"] for case in self.desk.cases()} == {"with_customer"}

    def check_that_only_the_silent_one_is_reminded(self) -> None:
        self.erik.letter("replied", self.answer.number)
        self.silas.letter("reminder")
        case = self.desk.case(self.answer.number)
        assert (case["status"], letters_to(case, self.ann.address)) == ("with_engineer", ["confirmation", "relay"])
        assert [mail["X-Postcase-Letter"] for mail in self.ann.inbox()] == ["confirmation", "relay"]


@pytest.fixture
def two(town: Town, open_desk: OpenDesk) -> TwoWaiting:
    erik, address, gate = town.engineer("Erik Engineer"), town.desk_address(), Gate(town.dovecot.imap_port)
    short = 'outage_after = "3s"\n'
    desk = open_desk(erik, address=address, waits="3s", intakes=mailbox(address, gate.port), lifecycle=short)
    return TwoWaiting(town, desk, erik, gate)


def test_no_reminder_to_a_customer_who_answered_while_the_daemon_was_down(two: TwoWaiting) -> None:
    assert two.desk.stop() == 0
    two.ann.reply("Outlook mobile", two.answer, "Yes, it is.")
    two.gate.shut()
    two.wait_until_all_are_due()
    two.desk.start(until="next try in")
    time.sleep(0.8)  # a tick at least, while the mailbox is still out of reach
    two.check_that_nobody_is_reminded()
    two.gate.open()
    two.check_that_only_the_silent_one_is_reminded()


def test_no_reminder_while_the_mailbox_cannot_be_read(two: TwoWaiting) -> None:
    two.gate.shut()
    two.ann.reply("Outlook mobile", two.answer, "Yes, it is.")
    two.wait_until_all_are_due()
    time.sleep(0.8)
    two.check_that_nobody_is_reminded()
    two.gate.open()
    two.check_that_only_the_silent_one_is_reminded()


def test_no_reminder_while_a_mail_server_may_still_hold_the_answer(two: TwoWaiting) -> None:
    """Where a mailbox is out of reach, mail for it often is so too, and comes some time after the mailbox is back."""
    two.gate.shut()
    two.wait_until_all_are_due()
    two.gate.open()
    wait_until(lambda: two.desk.log().count(": connected (") == 2)
    time.sleep(2.0)
    two.check_that_nobody_is_reminded()
    two.ann.reply("Outlook mobile", two.answer, "Yes, it is.")
    two.check_that_only_the_silent_one_is_reminded()


# Servers that fail


def test_a_confirmation_waits_for_the_smtp_server_and_goes_out_once(
    town: Town, open_desk: OpenDesk, ann: Person
) -> None:
    erik, gate = town.engineer("Erik Engineer"), Gate(town.postfix.port, shut=True)
    desk = open_desk(erik, smtp_port=gate.port)
    ann.write(desk.address, subject="Nobody answers")
    wait_until(lambda: "letters wait" in desk.log())
    waiting = desk.case_of(ann.address)["letters"]
    assert [letter["state"] for letter in waiting] == ["waiting", "waiting"]
    assert desk.stop() == 0
    desk.start()
    gate.open()
    confirmation = ann.letter("confirmation")
    erik.letter("assigned")
    assert confirmation["Message-ID"] == f"<{waiting[0]['message_id']}>"
    wait_until(lambda: [letter["state"] for letter in desk.case_of(ann.address)["letters"]] == ["sent", "sent"])
    assert len(ann.inbox()) == len(erik.inbox()) == 1


def test_one_mail_to_two_mailboxes_is_one_case_and_a_third_with_a_wrong_password_stops_nothing(
    town: Town, open_desk: OpenDesk, ann: Person
) -> None:
    erik, (support, help_, sales) = town.engineer("Erik Engineer"), [town.desk_address() for _ in range(3)]
    port = town.dovecot.imap_port
    desk = open_desk(
        erik,
        address=support,
        desk=f'aliases = ["{help_}", "{sales}"]\n',
        intakes=mailbox(sales, port, "wrong") + mailbox(support, port) + mailbox(help_, port),
    )
    wait_until(lambda: desk.log().count(": connected (") == 2)
    ann.write(support, help_, subject="To both of you")
    ann.letter("confirmation")
    processed = [["To both of you"]] * 2
    wait_until(lambda: [town.dovecot.subjects("Processed", one) for one in (support, help_)] == processed)
    case = desk.case_of(ann.address)
    assert [letter["letter"] for letter in case["letters"]] == ["confirmation", "assigned"]
    assert len(case["messages"]) == len(desk.cases()) == len(ann.inbox()) == 1
    assert case["participants"] == [ann.address]
    assert "login refused" in desk.log()


def test_a_mail_too_large_to_pass_on_still_reaches_its_engineer(
    town: Town, desk: DeskProcess, erik: Person, ann: Person
) -> None:
    """The mailbox takes more than most SMTP servers give on: the file stays in the case, and the letter names it."""
    lines = "\r\n".join(["A" * 76] * 140_000)
    head = f"From: {ann.address}\r\nTo: {desk.address}\r\nSubject: Whole disk\r\nMIME-Version: 1.0\r\n"
    kind = 'Content-Type: application/x-disk; name="disk.img"\r\nContent-Transfer-Encoding: base64\r\n'
    place = 'Content-Disposition: attachment; filename="disk.img"\r\n\r\n'
    town.dovecot.deliver((head + kind + place + lines + "\r\n").encode(), desk.address, sender=ann.address)
    ann.letter("confirmation")
    notice = erik.letter("assigned", ann.letter("confirmation").number)
    assert "too large to pass on: disk.img" in notice.text
    erik.reply("Thunderbird", notice, "We got your disk.")
    assert ann.letter("relay").text.startswith("We got your disk.\n")


# Starting, and what admins ask


def test_mail_older_than_the_first_start_is_answered_by_nobody_and_filed_on_request(
    town: Town, open_desk: OpenDesk, ann: Person
) -> None:
    erik, old = town.engineer("Erik Engineer"), town.customer("Old Customer")
    desk = open_desk(erik, start=False)
    raw = f"From: {old.address}\r\nTo: {desk.address}\r\nSubject: From last year\r\n\r\nIt prints.\r\n"
    town.dovecot.append(raw.encode(), at=datetime.now(UTC) - timedelta(days=300), user=desk.address)
    desk.start()
    ann.write(desk.address, subject="From today")
    ann.letter("confirmation")
    assert [case["customer"] for case in desk.cases()] == [ann.address]
    assert desk.stop() == 0
    done = desk.ask("import")
    assert (done.returncode, done.stdout) == (0, "cases opened: 1\n"), done.stderr
    case = desk.case_of(old.address)
    assert (case["subject"], case["letters"]) == ("From last year", [])
    assert town.dovecot.subjects("INBOX", desk.address) == []
    desk.start()
    ann.reply("Gmail", ann.letter("confirmation"), "Are you there?")
    erik.letter("replied")
    assert old.inbox() == []


def test_check_finds_nothing_wrong_with_the_live_servers(desk: DeskProcess) -> None:
    done = desk.ask("check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WRONG" not in done.stdout
    assert "in use by the running daemon" in done.stdout


def test_check_says_in_a_sentence_that_the_password_is_wrong(town: Town, open_desk: OpenDesk) -> None:
    erik, address = town.engineer("Erik Engineer"), town.desk_address()
    desk = open_desk(
        erik, address=address, intakes=mailbox(address, town.dovecot.imap_port, "not the password"), start=False
    )
    done = desk.ask("check")
    assert done.returncode == 69
    assert "WRONG" in done.stdout
    assert "login refused" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "not the password" not in done.stdout + done.stderr


def test_a_second_daemon_on_the_same_data_leaves_at_once(desk: DeskProcess) -> None:
    done = desk.ask("run")
    assert done.returncode == 75
    assert "Traceback" not in done.stderr
    assert desk.running


def test_a_new_configuration_is_read_while_the_desk_works_and_a_bad_one_is_refused(
    town: Town, open_desk: OpenDesk, ann: Person
) -> None:
    erik, eva = town.engineer("Erik Engineer"), town.engineer("Eva Engineer")
    desk = open_desk(erik)
    desk.reload(desk.config.replace('tls = "none"', 'tls = "nonsense"'), "new configuration refused")
    ann.write(desk.address, subject="For Erik")
    notice = erik.letter("assigned")
    desk.reload(desk.config.replace(erik.address, eva.address), "configuration read anew")
    ann.write(desk.address, subject="For Eva")
    assert eva.letter("assigned", notice.number)["Subject"].endswith("For Erik"), "who leaves leaves his cases"
    assert eva.letter("assigned", notice.number + 1)["Subject"].endswith("For Eva")
    erik.reply("Gmail", notice, "I work here no more.")
    wait_until(lambda: len(desk.case(notice.number)["messages"]) == 2)
    assert letters_to(desk.case(notice.number), ann.address) == ["confirmation"]
