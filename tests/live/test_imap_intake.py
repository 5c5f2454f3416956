"""Does the IMAP intake lose nothing and double nothing against a real server?"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from collecting_desk import CollectingDesk, mail, wait_until
from live.dovecot import Dovecot
from live.wire import Wire

from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.errors import StoreUnwritable
from daemon.intake import imap_probe
from daemon.intake.imap_intake import ImapIntake, Pace

pytestmark = pytest.mark.live

Start = Callable[..., ImapIntake]
MailboxOf = Callable[..., Mailbox]
StartDovecot = Callable[..., Dovecot]

LAST_YEAR = datetime.now(UTC) - timedelta(days=365)


def moved(dovecot: Dovecot, count: int, folder: str = "Processed") -> None:
    wait_until(lambda: len(dovecot.subjects(folder)) == count)


def test_a_mail_is_filed_then_moved_to_processed(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    dovecot.deliver(mail("the printer burns"))
    desk.wait_for(lambda: desk.subjects == ["the printer burns"])
    moved(dovecot, 1)
    assert dovecot.subjects("INBOX") == []
    wait_until(lambda: intake.state() == "watching (IDLE)")
    (arrival,) = desk.filed
    assert arrival.source == "imap support@127.0.0.1/INBOX uid 1"
    assert abs(arrival.received_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert not arrival.past


def test_of_sixty_mails_in_a_row_none_is_missed(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    for number in range(60):
        dovecot.deliver(mail(f"mail {number}"))
        time.sleep((number % 7) * 0.01)  # so that some come while we search, and some while we begin to watch
    desk.wait_for(lambda: len(desk.filed) == 60)
    assert sorted(desk.subjects) == sorted(f"mail {number}" for number in range(60))
    assert len(desk.offered) == 60


@pytest.mark.parametrize("capability", ["IMAP4rev1", "IMAP4rev1 UIDPLUS", "IMAP4rev1 IDLE UIDPLUS", "IMAP4rev1 MOVE"])
def test_a_server_with_less_to_offer_gives_the_same_mail(
    capability: str, start_dovecot: StartDovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    dovecot = start_dovecot(capability=capability)
    intake = start_intake(mailbox_of(dovecot))
    for number in range(5):
        dovecot.deliver(mail(f"mail {number}"))
    desk.wait_for(lambda: len(desk.filed) == 5)
    moved(dovecot, 5)
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 5
    can_remove = "UIDPLUS" in capability or "MOVE" in capability
    assert len(dovecot.subjects("INBOX")) == (0 if can_remove else 5)


def test_what_cannot_be_removed_is_not_read_again_after_a_restart(
    start_dovecot: StartDovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    dovecot = start_dovecot(capability="IMAP4rev1")
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    dovecot.deliver(mail("once"))
    desk.wait_for(lambda: len(desk.filed) == 1)
    wait_until(lambda: any("$PostcaseFiled" in flags for flags in dovecot.flags()))
    intake.halt()
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 1
    assert dovecot.subjects("Processed") == ["once"]


def test_mail_that_somebody_else_marked_as_deleted_is_never_expunged(
    start_dovecot: StartDovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    dovecot = start_dovecot(capability="IMAP4rev1 IDLE UIDPLUS")
    dovecot.append(mail("of last year"), at=LAST_YEAR)
    with dovecot.client() as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
    intake = start_intake(mailbox_of(dovecot))
    dovecot.deliver(mail("of today"))
    moved(dovecot, 1)
    desk.wait_for_reading(intake)
    assert dovecot.subjects("INBOX") == ["of last year"]


def test_mail_that_somebody_has_read_already_is_taken_all_the_same(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    start_intake(mailbox_of(dovecot)).halt()
    dovecot.deliver(mail("read by a colleague"))
    with dovecot.client() as client:
        client.select_folder("INBOX")
        client.add_flags([1], [rb"\Seen"])
    start_intake(mailbox_of(dovecot))
    desk.wait_for(lambda: desk.subjects == ["read by a colleague"])


def test_taking_a_mail_does_not_mark_it_as_read(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    dovecot.deliver(mail("new"))
    moved(dovecot, 1)
    with dovecot.client() as client:
        client.select_folder("Processed", readonly=True)
        assert rb"\Seen" not in client.get_flags([1])[1]


def test_an_old_mailbox_keeps_its_past(
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "postcase")
    for number in range(3):
        dovecot.append(mail(f"past {number}"), at=LAST_YEAR)
    mailbox = mailbox_of(dovecot)
    intake = start_intake(mailbox)
    desk.wait_for_reading(intake)
    dovecot.deliver(mail("new"))
    desk.wait_for(lambda: desk.subjects == ["new"])
    moved(dovecot, 1)
    intake.halt()
    assert [flags & {r"\Seen", "$PostcaseFiled"} for flags in dovecot.flags()] == [set()] * 3
    assert desk.ledgers[mailbox.name]["past_uid"] == 3
    intake = start_intake(mailbox)
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 1
    assert caplog.text.count("older mail left where it is count=3") == 1


def test_old_mail_that_comes_after_the_first_start_is_taken(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    dovecot.append(mail("moved here by a colleague"), at=LAST_YEAR)
    desk.wait_for(lambda: desk.subjects == ["moved here by a colleague"])


def test_new_mail_between_old_mail_is_taken_and_the_old_left(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    mailbox = mailbox_of(dovecot)
    desk.set_ledger(mailbox.name, {"first_start": (datetime.now(UTC) - timedelta(days=1)).isoformat()})
    for subject, at in (("old", LAST_YEAR), ("new", None), ("old too", LAST_YEAR), ("new too", None)):
        dovecot.append(mail(subject), at=at)
    intake = start_intake(mailbox)
    desk.wait_for(lambda: desk.subjects == ["new", "new too"])
    moved(dovecot, 2)
    intake.halt()
    assert dovecot.subjects("INBOX") == ["old", "old too"]
    intake = start_intake(mailbox)
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 2


def test_the_past_is_imported_on_request(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    dovecot.append(mail("past"), at=LAST_YEAR)
    mailbox = mailbox_of(dovecot)
    intake = start_intake(mailbox)
    desk.wait_for_reading(intake)
    intake.halt()
    start_intake(mailbox, import_past=True)
    desk.wait_for(lambda: desk.subjects == ["past"])
    assert desk.filed[0].past
    moved(dovecot, 1)
    dovecot.deliver(mail("new"))
    desk.wait_for(lambda: desk.subjects == ["past", "new"])
    assert not desk.filed[1].past


def test_when_all_uids_change_nothing_is_lost_or_doubled(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    mailbox = mailbox_of(dovecot)
    dovecot.append(mail("past"), at=LAST_YEAR)
    intake = start_intake(mailbox)
    desk.wait_for_reading(intake)
    dovecot.deliver(mail("filed"))
    moved(dovecot, 1)
    intake.halt()
    before = desk.ledgers[mailbox.name]["uidvalidity"]
    with dovecot.client() as client:  # committed, but not acknowledged
        client.select_folder("Processed")
        client.move([1], "INBOX")
    dovecot.deliver(mail("new"))
    for file in dovecot.maildir().glob("dovecot*"):
        file.unlink()
    time.sleep(1.1)  # Dovecot's UIDVALIDITY is the time in seconds
    start_intake(mailbox)
    desk.wait_for(lambda: desk.subjects == ["filed", "new"])
    moved(dovecot, 2)
    assert dovecot.subjects("INBOX") == ["past"]
    assert desk.ledgers[mailbox.name]["uidvalidity"] != before


def test_a_restart_between_commit_and_move_doubles_nothing(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    mailbox = mailbox_of(dovecot)
    start_intake(mailbox).halt()
    dovecot.deliver(mail("filed, not moved"))
    with dovecot.client() as client:
        client.select_folder("INBOX", readonly=True)
        raw = client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"]
    desk.filed.append(type("Filed", (), {"raw": raw})())
    start_intake(mailbox)
    moved(dovecot, 1)
    assert len(desk.filed) == 1
    assert dovecot.subjects("INBOX") == []


def test_unreadable_mail_goes_to_quarantine(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    dovecot.deliver(mail("unreadable"))
    dovecot.deliver(mail("readable"))
    moved(dovecot, 1, "Quarantine")
    moved(dovecot, 1, "Processed")
    assert dovecot.subjects("Quarantine") == ["unreadable"]


def test_while_the_store_cannot_write_mail_stays_in_the_mailbox(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    def disk_full(_: object) -> None:
        raise StoreUnwritable("no space left on the disk")

    desk.before_commit = disk_full
    intake = start_intake(mailbox_of(dovecot))
    dovecot.deliver(mail("patience"))
    wait_until(lambda: "no space left" in intake.state())
    assert dovecot.subjects("INBOX") == ["patience"]
    desk.before_commit = lambda _: None
    desk.wait_for(lambda: desk.subjects == ["patience"])
    moved(dovecot, 1)


def test_a_processed_folder_that_takes_nothing_is_no_reason_to_read_a_mail_twice(
    start_dovecot: StartDovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    dovecot = start_dovecot(plugins="acl", extra="plugin {\n acl = vfile\n}\n")
    mailbox = mailbox_of(dovecot)
    with dovecot.client() as client:
        client.create_folder("Processed")
    acl = dovecot.maildir() / "Processed" / "dovecot-acl"
    acl.write_text("owner lr\n")
    acl.chmod(0o644)
    intake = start_intake(mailbox)
    desk.wait_for_reading(intake)
    for number in range(3):
        dovecot.deliver(mail(f"mail {number}"))
        desk.wait_for(lambda count=number + 1: len(desk.filed) == count)
    wait_until(lambda: [flags >= {"$PostcaseFiled"} for flags in dovecot.flags()] == [True] * 3)
    desk.wait_for_reading(intake)
    assert len(desk.offered) == 3
    assert caplog.text.count("not moved to its folder") == 1
    acl.unlink()
    intake.halt()
    start_intake(mailbox)
    moved(dovecot, 3)
    assert dovecot.subjects("INBOX") == []
    assert len(desk.offered) == 3


def test_a_wrong_password_is_told_once_and_tried_again(
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SUPPORT_PASSWORD", "wrong")
    intake = start_intake(mailbox_of(dovecot, password=Secret("password_env", "SUPPORT_PASSWORD")))
    wait_until(lambda: "login refused: [AUTHENTICATIONFAILED]" in intake.state())
    wait_until(lambda: dovecot.log().count("auth failed") >= 2)
    assert caplog.text.count("login refused") == 1
    assert "wrong" not in caplog.text.replace("login refused", "")
    monkeypatch.setenv("SUPPORT_PASSWORD", "secret")
    desk.wait_for_reading(intake)


def test_a_refused_login_is_not_repeated_within_five_minutes(
    dovecot: Dovecot, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    patient = Pace(first_retry=0.01, longest_retry=0.01)
    intake = start_intake(mailbox_of(dovecot, password=Secret("password", "wrong")), pace=patient)
    wait_until(lambda: "login refused" in intake.state())
    intake.wake()
    time.sleep(0.5)
    assert dovecot.log().count("auth failed") == 1


def test_one_failing_mailbox_does_not_hold_up_the_other(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    broken = start_intake(mailbox_of(dovecot, username="sales", password=Secret("password", "wrong")))
    wait_until(lambda: broken.state().startswith("not reading"))
    start_intake(mailbox_of(dovecot))
    dovecot.deliver(mail("through"))
    desk.wait_for(lambda: desk.subjects == ["through"])
    assert broken.state().startswith("not reading")


def test_a_killed_session_is_replaced_and_what_came_meanwhile_is_read(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    wait_until(lambda: intake.state() == "watching (IDLE)")
    dovecot.kill_sessions()
    dovecot.deliver(mail("meanwhile"))
    desk.wait_for(lambda: desk.subjects == ["meanwhile"])


def test_a_reset_connection_is_replaced(
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    start_wire: Callable[[int], Wire],
) -> None:
    wire = start_wire(dovecot.imap_port)
    intake = start_intake(mailbox_of(dovecot, port=wire.port))
    wait_until(lambda: intake.state() == "watching (IDLE)")
    wire.cut()
    dovecot.deliver(mail("after the reset"))
    desk.wait_for(lambda: desk.subjects == ["after the reset"])
    assert wire.connections >= 2


def test_a_link_that_died_without_a_word_is_found_when_idle_ends(
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    start_wire: Callable[[int], Wire],
) -> None:
    wire = start_wire(dovecot.imap_port)
    mailbox = mailbox_of(dovecot, port=wire.port, timeout=timedelta(seconds=0.5))
    intake = start_intake(mailbox, pace=Pace(first_retry=0.05, longest_retry=0.2, idle=0.5))
    wait_until(lambda: intake.state() == "watching (IDLE)")
    wire.frozen = True
    dovecot.deliver(mail("into the dark"))
    wait_until(lambda: intake.state().startswith("not reading"))
    wire.cut()
    wire.frozen = False
    desk.wait_for(lambda: desk.subjects == ["into the dark"])


def test_a_server_that_drips_does_not_hold_the_thread_for_ever(
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    start_wire: Callable[[int], Wire],
) -> None:
    wire = start_wire(dovecot.imap_port)
    wire.drip = 0.1
    mailbox = mailbox_of(dovecot, port=wire.port, timeout=timedelta(seconds=0.3))
    intake = start_intake(mailbox)
    wait_until(lambda: "not done after 1.2 seconds" in intake.state())
    wire.drip = 0.0
    desk.wait_for_reading(intake)


def test_a_cut_in_the_middle_of_a_mail_files_no_half_mail(
    dovecot: Dovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
    start_wire: Callable[[int], Wire],
) -> None:
    whole = mail("large", "\r\n".join(["all of it"] * 20_000))
    wire = start_wire(dovecot.imap_port)
    mailbox = mailbox_of(dovecot, port=wire.port)
    start_intake(mailbox).halt()
    dovecot.deliver(whole)
    wire.drip = 0.0005
    start_intake(mailbox)
    time.sleep(0.7)
    wire.cut()
    wire.drip = 0.0
    desk.wait_for(lambda: len(desk.filed) == 1)
    assert desk.filed[0].raw.endswith(whole)


@pytest.mark.parametrize(("separator", "prefix"), [("/", ""), (".", ""), (".", "INBOX.")])
def test_folders_follow_the_servers_own_hierarchy(
    separator: str,
    prefix: str,
    start_dovecot: StartDovecot,
    desk: CollectingDesk,
    start_intake: Start,
    mailbox_of: MailboxOf,
) -> None:
    dovecot = start_dovecot(separator=separator, prefix=prefix)
    mailbox = mailbox_of(dovecot, processed="Fälle/Ünï 完", quarantine="Fälle/Später & mehr")
    start_intake(mailbox)
    dovecot.deliver(mail("here"))
    dovecot.deliver(mail("unreadable"))
    desk.wait_for(lambda: desk.subjects == ["here"])
    moved(dovecot, 1, f"{prefix}Fälle{separator}Ünï 完")
    moved(dovecot, 1, f"{prefix}Fälle{separator}Später & mehr")


def test_a_wake_proves_the_silence_at_once(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    mailbox = mailbox_of(dovecot)
    intake = start_intake(mailbox)
    wait_until(lambda: intake.state() == "watching (IDLE)")
    asked_at = datetime.now(UTC)
    intake.wake()
    desk.wait_for(lambda: desk.readings[-1][1] >= asked_at, seconds=2)
    assert desk.readings[-1][0] == mailbox.name


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_with_the_authority_of_ca_file(
    tls: str, start_dovecot: StartDovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    dovecot = start_dovecot(tls=True)
    port = dovecot.imaps_port if tls == "implicit" else dovecot.imap_port
    intake = start_intake(mailbox_of(dovecot, tls=tls, port=port, ca_file=dovecot.certificate))
    desk.wait_for_reading(intake)
    for number in range(10):
        dovecot.deliver(mail(f"mail {number}"))
    desk.wait_for(lambda: len(desk.filed) == 10)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_without_a_trusted_certificate_no_credential_leaves(
    tls: str, start_dovecot: StartDovecot, mailbox_of: MailboxOf
) -> None:
    dovecot = start_dovecot(tls=True)
    port = dovecot.imaps_port if tls == "implicit" else dovecot.imap_port
    (finding,) = imap_probe.probe(mailbox_of(dovecot, tls=tls, port=port))
    assert finding[0]
    assert "certificate of 127.0.0.1" in finding[1]
    assert "self-signed certificate" in finding[1]
    assert "Login" not in dovecot.log()


def test_a_certificate_for_another_name_is_refused(start_dovecot: StartDovecot, mailbox_of: MailboxOf) -> None:
    dovecot = start_dovecot(tls=True, certified="DNS:imap.example.org")
    (finding,) = imap_probe.probe(mailbox_of(dovecot, tls="starttls", ca_file=dovecot.certificate))
    assert "IP address mismatch" in finding[1]
    assert "Login" not in dovecot.log()


def test_where_starttls_is_missing_no_credential_leaves(dovecot: Dovecot, mailbox_of: MailboxOf) -> None:
    (finding,) = imap_probe.probe(mailbox_of(dovecot, tls="starttls"))
    assert "does not offer STARTTLS" in finding[1]
    assert "Login" not in dovecot.log()


def test_a_password_beyond_ascii_reaches_the_server_whole(dovecot: Dovecot, mailbox_of: MailboxOf) -> None:
    (finding,) = imap_probe.probe(mailbox_of(dovecot, password=Secret("password", 'gehöím\\"')))
    assert "login refused: [AUTHENTICATIONFAILED]" in finding[1]


def test_the_check_names_what_is_missing(start_dovecot: StartDovecot, mailbox_of: MailboxOf) -> None:
    dovecot = start_dovecot(capability="IMAP4rev1")
    findings = imap_probe.probe(mailbox_of(dovecot))
    assert [wrong for wrong, _ in findings] == [False] * 4
    sentences = " ".join(sentence for _, sentence in findings)
    for expected in ("Processed is missing", "Quarantine is missing", "no IDLE", "neither MOVE nor UIDPLUS"):
        assert expected in sentences


def test_the_check_says_that_nobody_listens(dovecot: Dovecot, mailbox_of: MailboxOf) -> None:
    (finding,) = imap_probe.probe(mailbox_of(dovecot, port=1))
    assert finding == (True, "127.0.0.1 port 1 cannot be reached: Connection refused")


def test_an_untouched_mailbox_in_good_order_has_no_findings(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    assert imap_probe.probe(mailbox_of(dovecot)) == []


def test_a_clock_that_is_off_is_found_out_and_nothing_is_left_behind(
    dovecot: Dovecot, desk: CollectingDesk, start_intake: Start, mailbox_of: MailboxOf
) -> None:
    intake = start_intake(mailbox_of(dovecot))
    desk.wait_for_reading(intake)
    (finding,) = imap_probe.probe(mailbox_of(dovecot), lambda: datetime.now(UTC) - timedelta(hours=1))
    assert finding[0]
    assert "behind the mail server's" in finding[1]
    assert dovecot.subjects("Quarantine") == []
