"""What becomes of one letter when the SMTP server misbehaves: taken, later, or never?"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from daemon_under_test import HANG_UP, SILENT, FaultySmtp, smtp_settings

from daemon import smtp_send
from daemon.config.secret import Secret
from daemon.config.settings import Smtp
from daemon.errors import LinkDown
from daemon.smtp_send import Answer, SmtpLink, Taken, probe

LETTER = b"From: support@example.com\r\nTo: ann@customer.example\r\nSubject: x\r\n\r\nHello.\r\n.\r\n..and a dot\r\n"
ANN = "ann@customer.example"


@pytest.fixture
def links() -> Iterator[list[SmtpLink]]:
    made: list[SmtpLink] = []
    yield made
    for link in made:
        link.close()


def post(server: FaultySmtp, recipient: str = ANN, letter: bytes = LETTER, **changes: object) -> Answer:
    link = SmtpLink(replace(smtp_settings(server.port), **changes), "example.com")  # type: ignore[arg-type]
    try:
        return link.post(letter, "support@example.com", recipient)
    finally:
        link.close()


def test_a_server_that_takes_the_letter_has_it_octet_for_octet() -> None:
    with FaultySmtp() as server:
        assert post(server) == Answer(Taken.YES, "250 ok")
        assert server.taken == [(ANN, LETTER)]


SCENARIOS = (
    #  what goes wrong                                        the letter            words that are told       copies
    ({"MAIL": "451 4.7.1 greylisted"},                        Taken.LATER, "451 4.7.1 greylisted",           0),
    ({"MAIL": "550 5.7.1 not you"},                           Taken.NEVER, "550 5.7.1 not you",              0),
    ({"MAIL": "530 5.7.0 authenticate first"},                Taken.LATER, "530 5.7.0",                      0),
    ({"MAIL": HANG_UP},                                       Taken.LATER, "the connection broke",           0),
    ({"RCPT": "550 5.1.1 no such user"},                      Taken.NEVER, "550 5.1.1 no such user",         0),
    ({"RCPT": "550 5.1.1 no such user|hang up"},              Taken.NEVER, "550 5.1.1 no such user",         0),
    ({"RCPT": "550 5.1.1 no such user", "RSET": HANG_UP},     Taken.NEVER, "550 5.1.1 no such user",         0),
    ({"RCPT": "452 4.2.2 mailbox full"},                      Taken.LATER, "452 4.2.2 mailbox full",         0),
    ({"RCPT": "421 4.3.2 going down"},                        Taken.LATER, "421 4.3.2 going down",           0),
    ({"RCPT": HANG_UP},                                       Taken.LATER, "the connection broke",           0),
    ({"DATA": "451 4.3.0 no room"},                           Taken.LATER, "451 4.3.0 no room",              0),
    ({"DATA": "554 5.5.1 no"},                                Taken.NEVER, "554 5.5.1 no",                   0),
    ({"body": HANG_UP},                                       Taken.LATER, "the connection broke",           0),
    ({"end": HANG_UP},                                        Taken.LATER, "the connection broke",           1),
    ({"end": "451 4.3.0 try later"},                          Taken.LATER, "451 4.3.0 try later",            1),
    ({"end": "552 5.3.4 too big"},                            Taken.NEVER, "552 5.3.4 too big",              1),
    ({"end": "554 5.7.1 looks like spam"},                    Taken.NEVER, "554 5.7.1 looks like spam",      1),
    ({"end": "554 5.7.1 looks like spam|hang up"},            Taken.NEVER, "554 5.7.1 looks like spam",      1),
    ({"end": "nonsense"},                                     Taken.LATER, "-1",                             1),
    ({"QUIT": HANG_UP},                                       Taken.YES,   "250 ok",                         1),
    ({"QUIT": "500 what?"},                                   Taken.YES,   "250 ok",                         1),
)  # fmt: skip


@pytest.mark.parametrize(("faults", "taken", "words", "copies"), SCENARIOS, ids=lambda value: str(value)[:45])
def test_what_the_server_says_is_what_becomes_of_the_letter(
    faults: dict[str, str], taken: Taken, words: str, copies: int
) -> None:
    with FaultySmtp(**faults) as server:
        answer = post(server)
        assert answer.taken is taken
        assert words in answer.text
        assert len(server.taken) == copies


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_is_waited_for_no_longer_than_agreed(step: str) -> None:
    with FaultySmtp(**{step: SILENT}) as server:
        assert post(server, timeout=timedelta(seconds=0.2)).taken is Taken.LATER


def test_the_final_answer_may_take_its_time() -> None:
    """RFC 5321, section 4.5.3.2.6: whoever hangs up before ten minutes makes second copies."""
    assert smtp_send.FINAL_REPLY_SECONDS >= 600
    with FaultySmtp() as server:
        server.pause_before_end = 0.6
        assert post(server, timeout=timedelta(seconds=0.2)).taken is Taken.YES


@pytest.mark.parametrize(
    "octets", [b".\r\n", b"..\r\n.\r\n", b"x\r\n.\r\nMAIL FROM:<evil@x.example>\r\n", b"no line end", b""]
)
def test_no_line_of_a_letter_ends_it(octets: bytes) -> None:
    """SMTP smuggling begins with a dot alone on its line."""
    with FaultySmtp() as server:
        link = SmtpLink(smtp_settings(server.port), "example.com")
        assert link.post(octets, "support@example.com", ANN).taken is Taken.YES
        link.close()
        assert server.taken == [(ANN, octets if octets.endswith(b"\r\n") else octets + b"\r\n")]


@pytest.mark.parametrize(
    "faults", [{"DATA": "250 ok"}, {"MAIL": "354 go ahead"}, {"end": "354 go ahead"}, {"RCPT": "220 hello"}]
)
def test_a_server_that_is_out_of_step_has_not_taken_the_letter(faults: dict[str, str]) -> None:
    """An answer that got lost, or one too many: what looks like a yes may be the answer to another command."""
    with FaultySmtp(**faults) as server:
        answer = post(server)
    assert answer.taken is Taken.LATER
    assert "out of step" in answer.text


@pytest.mark.parametrize(
    "faults", [{"banner": "421 4.3.2 going down"}, {"banner": HANG_UP}, {"EHLO": HANG_UP}], ids=str
)
def test_a_server_that_does_not_receive_anybody_says_nothing_about_the_letter(faults: dict[str, str]) -> None:
    with FaultySmtp(**faults) as server:
        with pytest.raises(LinkDown, match="SMTP server"):
            post(server)


def test_a_server_that_never_greets_is_no_server() -> None:
    with FaultySmtp(banner=SILENT) as server:
        with pytest.raises(LinkDown, match="timed out"):
            post(server, timeout=timedelta(seconds=0.2))


def test_no_server_at_all_is_told_with_its_address() -> None:
    with FaultySmtp() as server:
        port = server.port
    with pytest.raises(LinkDown, match=f"port {port} cannot be reached: Connection refused$"):
        SmtpLink(smtp_settings(port), "example.com").post(LETTER, "support@example.com", ANN)


# Size, letters beyond ASCII


def test_the_size_is_declared_where_the_server_asks_for_it() -> None:
    with FaultySmtp() as server:
        post(server)
        assert f"size={len(LETTER)}" in server.commands[1]
    with FaultySmtp(extensions=("8BITMIME",)) as server:
        post(server)
        assert "size" not in server.commands[1]


def test_a_server_that_can_tell_what_becomes_of_a_letter_is_asked_to() -> None:
    """RFC 3461: it gives the Message-ID back, and of the letter no more than its header."""
    letter = b"Subject: Help\r\nMessage-ID:\r\n <case.10042.3.seal+1=2@example.com>\r\n\r\nMessage-ID: <other@example.com>\r\n"
    with FaultySmtp(extensions=("DSN",)) as server:
        post(server, letter=letter)
        mail, recipient = server.commands[1:3]
        assert mail.endswith(" RET=HDRS ENVID=case.10042.3.seal+2B1+3D2@example.com")
        assert recipient.endswith(f"<{ANN}> NOTIFY=FAILURE,DELAY")
    with FaultySmtp(extensions=()) as server:
        post(server, letter=letter)
        assert not any(word in " ".join(server.commands) for word in ("RET=", "ENVID=", "NOTIFY="))


@pytest.mark.parametrize("header", [b"Subject: none", b"Message-ID: <%s@example.com>" % (b"x" * 90)])
def test_a_letter_whose_name_does_not_fit_goes_without(header: bytes) -> None:
    with FaultySmtp(extensions=("DSN",)) as server:
        post(server, letter=header + b"\r\n\r\nHello\r\n")
        assert server.commands[1].endswith(" RET=HDRS")


def test_a_letter_larger_than_the_server_takes_is_refused_before_it_is_sent() -> None:
    with FaultySmtp(extensions=("SIZE 10",), MAIL="552 5.3.4 message size exceeds fixed limit") as server:
        assert post(server).taken is Taken.NEVER
        assert server.taken == []


def test_a_foreign_local_part_needs_a_server_that_knows_it() -> None:
    with FaultySmtp(extensions=()) as server:
        answer = post(server, "jörg@customer.example")
        assert answer == Answer(Taken.NEVER, "the server does not offer SMTPUTF8, which this address needs")
        assert not any(command.startswith("MAIL") for command in server.commands)
    with FaultySmtp() as server:
        assert post(server, "jörg@customer.example").taken is Taken.YES
        assert "SMTPUTF8" in server.commands[1]
        assert server.taken[0][0] == "jörg@customer.example"


def test_a_foreign_domain_needs_no_more_than_its_name_in_ascii() -> None:
    with FaultySmtp(extensions=()) as server:
        assert post(server, "ann@bücher.example").taken is Taken.YES
        assert server.taken[0][0] == "ann@xn--bcher-kva.example"


# The connection


def test_one_connection_serves_many_letters(links: list[SmtpLink]) -> None:
    with FaultySmtp() as server:
        links.append(SmtpLink(smtp_settings(server.port), "example.com"))
        assert {links[0].post(LETTER, "support@example.com", f"{one}@x.example").taken for one in "abc"} == {Taken.YES}
        assert len(server.connections) == 1
        assert len(server.taken) == 3


def test_a_refused_letter_does_not_spoil_the_connection(links: list[SmtpLink]) -> None:
    with FaultySmtp() as server:
        server.recipient_faults["bob@x.example"] = "550 no such user"
        links.append(SmtpLink(smtp_settings(server.port), "example.com"))
        answers = [
            links[0].post(LETTER, "support@example.com", f"{one}@x.example").taken for one in ("ann", "bob", "cem")
        ]
        assert answers == [Taken.YES, Taken.NEVER, Taken.YES]
        assert len(server.connections) == 1


def test_after_a_broken_connection_the_next_letter_gets_a_new_one(links: list[SmtpLink]) -> None:
    with FaultySmtp(end=HANG_UP) as server:
        links.append(SmtpLink(smtp_settings(server.port), "example.com"))
        assert links[0].post(LETTER, "support@example.com", ANN).taken is Taken.LATER
        server.faults.clear()
        assert links[0].post(LETTER, "support@example.com", ANN).taken is Taken.YES
        assert len(server.connections) == 2


def test_an_idle_connection_is_asked_whether_it_still_lives(
    links: list[SmtpLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_send, "STALE_SECONDS", -1)
    with FaultySmtp(NOOP=HANG_UP) as server:
        links.append(SmtpLink(smtp_settings(server.port), "example.com"))
        assert [links[0].post(LETTER, "support@example.com", ANN).taken for _ in range(2)] == [Taken.YES, Taken.YES]
        assert len(server.connections) == 2


def test_a_broken_off_link_begins_no_further_letter() -> None:
    with FaultySmtp() as server:
        link = SmtpLink(smtp_settings(server.port), "example.com")
        link.abort()
        with pytest.raises(LinkDown, match="the desk closes"):
            link.post(LETTER, "support@example.com", ANN)
        assert server.taken == []
        link.close()


# Passwords and certificates


def login(**changes: object) -> dict[str, object]:
    return {"username": "support", "password": Secret("password", "sesame"), **changes}


def test_a_login_is_sent_where_the_server_offers_one() -> None:
    with FaultySmtp(extensions=("AUTH PLAIN",)) as server:
        assert post(server, **login()).taken is Taken.YES
        assert server.commands[1].startswith("AUTH PLAIN ")


def test_a_refused_login_is_told_and_nothing_is_sent() -> None:
    with FaultySmtp(extensions=("AUTH PLAIN",), AUTH="535 5.7.8 no") as server:
        with pytest.raises(LinkDown, match="refused the login of support: 535") as told:
            post(server, **login())
        assert "sesame" not in str(told.value)
        assert not any(command.startswith("MAIL") for command in server.commands)


def test_a_challenge_that_makes_no_sense_is_told_and_not_fatal() -> None:
    with FaultySmtp(extensions=("AUTH PLAIN",), AUTH="334 x") as server:
        with pytest.raises(LinkDown, match="SMTP server"):
            post(server, **login())
        (problem,) = probe(replace(smtp_settings(server.port), **login()), "example.com")  # type: ignore[arg-type]
        assert "base64" in problem


def test_a_server_without_logins_gets_no_letter_from_a_desk_that_has_one() -> None:
    with FaultySmtp() as server:
        with pytest.raises(LinkDown, match="AUTH"):
            post(server, **login())


def test_a_password_beyond_ascii_is_told_and_not_fatal() -> None:
    with FaultySmtp(extensions=("AUTH PLAIN",)) as server:
        with pytest.raises(LinkDown, match="ASCII"):
            post(server, **login(password=Secret("password", "sésame")))


def test_without_starttls_on_offer_neither_password_nor_letter_leaves() -> None:
    with FaultySmtp(extensions=("AUTH PLAIN",)) as server:
        with pytest.raises(LinkDown, match="STARTTLS"):
            post(server, tls="starttls", **login())
        assert [command.partition(" ")[0].upper() for command in server.commands] == ["EHLO"]


def test_a_refused_starttls_is_no_reason_to_go_on_in_the_clear() -> None:
    with FaultySmtp(extensions=("AUTH PLAIN", "STARTTLS"), STARTTLS="454 not now") as server:
        with pytest.raises(LinkDown, match="454"):
            post(server, tls="starttls", **login())
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def encrypting(certificate: Path, **faults: str) -> FaultySmtp:
    server = FaultySmtp(extensions=("AUTH PLAIN", "STARTTLS"), **faults)
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certificate, certificate.parent / "key")
    return server


def test_a_certificate_that_nobody_vouches_for_gets_no_password(certificate: Path) -> None:
    with encrypting(certificate) as server:
        with pytest.raises(LinkDown, match="certificate is not accepted: self-signed"):
            post(server, tls="starttls", host="localhost", **login())
        assert [command.partition(" ")[0].upper() for command in server.commands] == ["EHLO", "STARTTLS"]


def test_a_certificate_for_another_host_gets_no_password(certificate: Path) -> None:
    with encrypting(certificate) as server:
        with pytest.raises(LinkDown, match="certificate"):
            post(server, tls="starttls", ca_file=certificate, **login())
        assert not any(command.startswith("AUTH") for command in server.commands)


def test_a_certificate_the_admin_trusts_is_good(certificate: Path) -> None:
    with encrypting(certificate) as server:
        assert post(server, tls="starttls", host="localhost", ca_file=certificate, **login()).taken is Taken.YES


# What `postcase check` asks


def test_a_good_server_has_no_problems() -> None:
    with FaultySmtp() as server:
        assert probe(smtp_settings(server.port), "example.com") == []
        assert server.taken == []


def test_what_is_wrong_is_a_sentence() -> None:
    with FaultySmtp(banner="421 4.3.2 going down") as server:
        (problem,) = probe(smtp_settings(server.port), "example.com")
        assert "421" in problem
    nothing: Smtp = replace(smtp_settings(1), username="support", password=Secret("password_env", "NO_SUCH_VARIABLE"))
    with FaultySmtp(extensions=("AUTH PLAIN",)) as server:
        (problem,) = probe(replace(nothing, port=server.port), "example.com")
        assert "NO_SUCH_VARIABLE" in problem


def test_a_port_without_tls_is_told_in_words() -> None:
    with FaultySmtp() as server:
        (problem,) = probe(replace(smtp_settings(server.port), tls="implicit"), "example.com")
        assert problem.endswith('cannot be used: this port begins without TLS, which is tls = "starttls" or "none"')


def test_an_address_that_no_command_can_carry_is_refused_before_it_is_said() -> None:
    with FaultySmtp() as server:
        answer = post(server, "a\udc80@customer.example")
        assert answer.taken is Taken.NEVER
        assert "cannot be written in a command to the server" in answer.text
        assert server.taken == []


def test_a_server_that_closes_in_the_midst_of_a_letter_is_asked_again_on_a_new_connection() -> None:
    with FaultySmtp(RCPT="421 4.3.2 going down") as server:
        link = SmtpLink(smtp_settings(server.port), "example.com")
        assert link.post(LETTER, "support@example.com", ANN) == Answer(Taken.LATER, "421 4.3.2 going down")
        assert not any(command in ("RSET", "rset") for command in server.commands)
        server.faults.clear()
        assert link.post(LETTER, "support@example.com", ANN).taken is Taken.YES
        assert len(server.connections) == 2
        link.close()
