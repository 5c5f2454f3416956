"""Does the LMTP intake say yes only to what is on stable storage, and once for each recipient?"""

from __future__ import annotations

import smtplib
import socket
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from collecting_desk import CollectingDesk, mail, wait_until

from daemon.clock import Clock
from daemon.errors import ConfigError, StoreUnwritable, TemporaryError
from daemon.intake import lmtp_intake
from daemon.intake.arrival import Arrival
from daemon.intake.lmtp_door import graded
from daemon.intake.lmtp_intake import LmtpIntake, with_return_path

MAX_SIZE = 200_000


@pytest.fixture
def desk() -> CollectingDesk:
    return CollectingDesk()


@pytest.fixture
def intake(desk: CollectingDesk) -> Iterator[LmtpIntake]:
    intake = LmtpIntake(("127.0.0.1", 0), desk, Clock(), MAX_SIZE)
    intake.start()
    yield intake
    intake.stop()


class Client:
    """LMTP by hand: whole replies, one a line."""

    def __init__(self, intake: LmtpIntake) -> None:
        self._socket = socket.create_connection(("127.0.0.1", intake.port), 10)
        self._lines = self._socket.makefile("rb")
        self.greeting = self.reply()
        self.offers = self.say("LHLO mx.example.com")

    def say(self, *lines: str) -> list[str]:
        """All lines in one packet; back comes the reply to the first."""
        self._socket.sendall("".join(line + "\r\n" for line in lines).encode())
        return self.reply()

    def reply(self) -> list[str]:
        lines: list[str] = []
        while not lines or lines[-1][3] == "-":
            lines.append(self._lines.readline().decode().rstrip("\r\n"))
            assert lines[-1], "the server hung up"
        return lines

    def begin(self, *recipients: str, sender: str = "carol@customer.example") -> None:
        """Up to the 354 of DATA, in one packet (RFC 2920)."""
        replies = [self.say(f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{one}>" for one in recipients), "DATA")]
        replies += [self.reply() for _ in range(len(recipients) + 1)]
        assert [reply[0][:3] for reply in replies] == ["250"] * (len(recipients) + 1) + ["354"]

    def finish(self, raw: bytes, replies: int) -> list[str]:
        self._socket.sendall(raw + b".\r\n")
        return [self.reply()[0] for _ in range(replies)]

    def hang_up(self) -> None:
        self._lines.close()
        self._socket.close()


def test_it_announces_what_lmtp_asks_for(intake: LmtpIntake) -> None:
    offers = {line[4:] for line in Client(intake).offers}
    assert {"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", f"SIZE {MAX_SIZE}"} <= offers


def test_every_recipient_gets_a_reply_of_its_own(intake: LmtpIntake, desk: CollectingDesk) -> None:
    client = Client(intake)
    client.begin("support@example.com", "sales@example.com", "info@example.com")
    assert client.finish(mail("three"), 3) == ["250 2.0.0 filed"] * 3
    assert client.say("NOOP") == ["250 2.0.0 OK"]
    assert desk.subjects == ["three"]


def test_smtplib_can_hand_over_a_mail(intake: LmtpIntake, desk: CollectingDesk) -> None:
    with smtplib.LMTP("127.0.0.1", intake.port) as client:
        client.sendmail("carol@customer.example", ["support@example.com"], mail("hello", "one\r\n..two\r\n.\r\nthree"))
    (arrival,) = desk.filed
    assert arrival.source == "lmtp"
    assert arrival.raw == b"Return-Path: <carol@customer.example>\r\n" + mail("hello", "one\r\n..two\r\n.\r\nthree")


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (StoreUnwritable("no space left"), "452 4.3.1"),
        (TemporaryError("the store is away"), "451 4.3.0"),
        (OSError(28, "No space left on device"), "451 4.3.0"),
        (ZeroDivisionError("a bug"), "451 4.3.0"),
    ],
)
def test_what_could_not_be_committed_stays_with_the_sender(
    error: Exception, reply: str, intake: LmtpIntake, desk: CollectingDesk
) -> None:
    def refuse(_: Sequence[Arrival]) -> None:
        raise error

    desk.before_commit = refuse
    client = Client(intake)
    client.begin("support@example.com", "sales@example.com")
    replies = client.finish(mail("later"), 2)
    assert all(line.startswith(reply) for line in replies)
    assert "space" not in "".join(replies).lower()
    desk.before_commit = lambda _: None
    client.begin("support@example.com")
    assert client.finish(mail("later"), 1) == ["250 2.0.0 filed"]


def test_quarantined_mail_is_kept_and_therefore_accepted(intake: LmtpIntake) -> None:
    client = Client(intake)
    client.begin("support@example.com")
    assert client.finish(mail("unreadable"), 1) == ["250 2.0.0 kept for an admin to look at"]


def test_a_line_of_any_length_is_taken(intake: LmtpIntake, desk: CollectingDesk) -> None:
    client = Client(intake)
    client.begin("support@example.com")
    assert client.finish(mail("long", "x" * 150_000), 1) == ["250 2.0.0 filed"]
    assert desk.filed[0].raw.endswith(b"x" * 150_000 + b"\r\n")


@pytest.mark.parametrize("body", ["x" * 300_000, "short line\r\n" * 30_000])
def test_a_mail_over_the_limit_is_refused_for_good(
    body: str, intake: LmtpIntake, desk: CollectingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(intake)
    client.begin("support@example.com", "sales@example.com")
    assert client.finish(mail("large", body), 2) == ["552 5.3.4 larger than the desk takes"] * 2
    assert client.say("NOOP") == ["250 2.0.0 OK"]
    assert not desk.filed
    assert f"mail refused, larger than the limit from=<carol@customer.example> limit={MAX_SIZE}" in caplog.text


def test_a_size_told_beforehand_is_refused_before_the_mail(intake: LmtpIntake) -> None:
    reply = Client(intake).say(f"MAIL FROM:<carol@customer.example> SIZE={MAX_SIZE + 1}")
    assert reply == ["552 5.3.4 larger than the desk takes"]


def test_a_client_that_hangs_up_does_not_break_the_commit(intake: LmtpIntake, desk: CollectingDesk) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: Sequence[Arrival]) -> None:
        begun.set()
        assert go_on.wait(10)

    desk.before_commit = wait
    client = Client(intake)
    client.begin("support@example.com")
    client.finish(mail("orphan"), 0)
    assert begun.wait(10)
    client.hang_up()
    go_on.set()
    desk.wait_for(lambda: desk.subjects == ["orphan"])


def test_a_hang_up_within_the_mail_files_nothing(intake: LmtpIntake, desk: CollectingDesk) -> None:
    client = Client(intake)
    client.begin("support@example.com")
    client._socket.sendall(mail("half")[:-20])
    client.hang_up()
    other = Client(intake)
    other.begin("support@example.com")
    other.finish(mail("whole"), 1)
    assert desk.subjects == ["whole"]


def test_sessions_are_served_side_by_side(intake: LmtpIntake, desk: CollectingDesk) -> None:
    meeting = threading.Barrier(3)
    desk.before_commit = lambda _: meeting.wait(10) and None
    clients = [Client(intake) for _ in range(3)]
    for number, client in enumerate(clients):
        client.begin("support@example.com")
        client.finish(mail(f"mail {number}"), 0)
    assert [client.reply() for client in clients] == [["250 2.0.0 filed"]] * 3


def test_stop_waits_for_the_mail_in_hand_and_its_reply(intake: LmtpIntake, desk: CollectingDesk) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: Sequence[Arrival]) -> None:
        begun.set()
        assert go_on.wait(10)

    desk.before_commit = wait
    client, idler = Client(intake), Client(intake)
    client.begin("support@example.com")
    client.finish(mail("in hand"), 0)
    assert begun.wait(10)
    stopping = threading.Thread(target=intake.stop)
    stopping.start()
    wait_until(lambda: _refused(intake.port))
    go_on.set()
    assert client.reply() == ["250 2.0.0 filed"]
    stopping.join(10)
    assert not stopping.is_alive()
    assert desk.subjects == ["in hand"]
    idler.hang_up()


@pytest.mark.parametrize(
    ("sender", "before", "after"),
    [
        ("carol@customer.example", b"Subject: x", b"Return-Path: <carol@customer.example>\r\nSubject: x"),
        ("", b"Subject: x", b"Return-Path: <>\r\nSubject: x"),
        ("müller@customer.example", b"", "Return-Path: <müller@customer.example>\r\n".encode()),
        ("a@b.example", b"return-path: <a@b.example>\r\nSubject: x", b"return-path: <a@b.example>\r\nSubject: x"),
        ("a@b.example", b"Return-Path: <>\r\n\r\nx", b"Return-Path: <a@b.example>\r\nReturn-Path: <>\r\n\r\nx"),
        ("", b"X: y\r\n\r\nReturn-Path: <>\r\n", b"Return-Path: <>\r\nX: y\r\n\r\nReturn-Path: <>\r\n"),
    ],
)
def test_the_first_return_path_is_the_envelopes(sender: str, before: bytes, after: bytes) -> None:
    assert with_return_path(before, sender) == after


def test_the_null_sender_arrives_as_null(intake: LmtpIntake, desk: CollectingDesk) -> None:
    client = Client(intake)
    client.begin("support@example.com", sender="")
    client.finish(mail("bounce"), 1)
    assert desk.filed[0].raw.startswith(b"Return-Path: <>\r\n")


def test_an_address_beyond_ascii_is_taken(intake: LmtpIntake, desk: CollectingDesk) -> None:
    client = Client(intake)
    assert client.say("MAIL FROM:<müller@customer.example> SMTPUTF8")[0].startswith("250")
    assert client.say("RCPT TO:<support@example.com>")[0].startswith("250")
    assert client.say("DATA")[0].startswith("354")
    client.finish(mail("hello"), 1)
    assert desk.filed[0].raw.startswith("Return-Path: <müller@customer.example>\r\n".encode())


def test_a_unix_socket_is_made_for_the_group_and_removed_at_the_end(tmp_path: Path, desk: CollectingDesk) -> None:
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))  # the socket of a run that was killed
    intake = LmtpIntake(path, desk, Clock(), MAX_SIZE)
    intake.start()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    with smtplib.LMTP(str(path)) as client:
        client.sendmail("carol@customer.example", ["support@example.com"], mail("by socket"))
    intake.stop()
    assert desk.subjects == ["by socket"]
    assert not path.exists()


def test_a_second_daemon_on_the_same_socket_is_told_so(tmp_path: Path, desk: CollectingDesk) -> None:
    first, second = (LmtpIntake(tmp_path / "lmtp", desk, Clock(), MAX_SIZE) for _ in range(2))
    first.start()
    with pytest.raises(TemporaryError, match="Address already in use"):
        second.start()
    first.stop()


def test_a_file_in_the_way_is_not_removed(tmp_path: Path, desk: CollectingDesk) -> None:
    (tmp_path / "lmtp").write_text("precious")
    with pytest.raises(ConfigError, match="found a file that is no socket"):
        LmtpIntake(tmp_path / "lmtp", desk, Clock(), MAX_SIZE).start()
    assert (tmp_path / "lmtp").read_text() == "precious"


def test_a_port_in_use_is_told(desk: CollectingDesk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(TemporaryError, match=f"lmtp cannot listen on 127.0.0.1:{port}: Address already in use"):
            LmtpIntake(("127.0.0.1", port), desk, Clock(), MAX_SIZE).start()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("250 OK", "250 2.0.0 OK"),
        ("503 Error: need MAIL command", "503 5.0.0 Error: need MAIL command"),
        ("250 2.0.0 filed", "250 2.0.0 filed"),
        ("220 postcase Postcase LMTP", "220 postcase Postcase LMTP"),
        ("354 End data", "354 End data"),
        ("250-SIZE 1", "250-SIZE 1"),
    ],
)
def test_replies_carry_an_enhanced_code(reply: str, expected: str) -> None:
    assert graded(reply) == expected


def _refused(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


def test_a_bug_in_a_conversation_costs_the_sender_no_mail(intake: LmtpIntake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not 500, on which the sender gives up, but a word that lets it try again."""

    async def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(lmtp_intake.LmtpIntake, "handle_RCPT", broken, raising=False)
    client = Client(intake)
    client.say("MAIL FROM:<carol@customer.example>")
    assert client.say("RCPT TO:<support@example.com>")[0].startswith("451 ")


def test_a_server_that_breaks_down_later_is_told_in_the_log(
    desk: CollectingDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    intake = LmtpIntake(("127.0.0.1", 0), desk, Clock(), MAX_SIZE)

    async def breaks() -> None:
        intake._ready.set()
        raise ZeroDivisionError("the loop is broken")

    monkeypatch.setattr(intake, "_serve", breaks)
    intake._run()
    assert "the loop is broken" in caplog.text
