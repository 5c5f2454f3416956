"""What broke other support desks and mail servers: does any of it work here? One test for each advisory, under its name.

Left out is what needs a part that this desk does not have: a web page, a database of mails to open, an export to PDF or CSV.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from importlib.metadata import version
from pathlib import Path

import pytest
from conversations.player import DESK, Player
from daemon_under_test import config_text, smtp_settings

from daemon.config.load import load
from daemon.errors import ConfigError
from daemon.incoming.parse import parse
from daemon.intake.arrival import Arrival
from daemon.intake.imap_dial import _context
from daemon.smtp_send import SmtpLink
from rules.case import Case, Status

pytestmark = [pytest.mark.torture, pytest.mark.timeout(60)]

ANN, BOB, EVA, MALLORY = "ann@customer.example", "bob@customer.example", "eva@desk.example", "mallory@stranger.example"
VOUCHED = "Authentication-Results: mx.example.com; dmarc=pass header.from=desk.example"
CPU_SECONDS = 2.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Player]:
    """One case: Ann's, with Bob in copy, and Eva its owner."""
    player = Player(tmp_path)
    player.write(ANN, "Printer on fire", "The secret of the customer.", [f"Cc: {BOB}"])
    player.fresh()
    yield player
    player.close()


def send(desk: Player, *header: str, body: str = "Let me in.") -> list[str]:
    """A mail as it is; the letters that follow."""
    return [sent.line for sent in desk.write_raw(*header, body=body)]


def case(desk: Player, number: int = 1) -> Case:
    found = desk.store.case(number)
    assert found is not None
    return found


def people(desk: Player) -> list[str]:
    return [one.address for one in case(desk).participants]


def is_held(desk: Player, lines: list[str]) -> bool:
    """Nobody outside was written to about the case, and nothing about it changed."""
    outside = [line for line in lines if line.startswith((ANN, BOB))]
    return not outside and case(desk).status is Status.WITH_ENGINEER and people(desk) == [ANN, BOB]


# Who is it?


@pytest.mark.parametrize("parent", ["notify-1-2@example.com", "case.1.2.aaaaaaaaaaaaaaaaaaaaaaaaaa@example.com"])
def test_cve_2026_47123_freescout_an_engineer_by_a_guessed_id(desk: Player, parent: str) -> None:
    sent = send(desk, f"From: {EVA}", f"In-Reply-To: <{parent}>", "Subject: Re: [Case #1] Printer on fire")
    assert sent == [f"{EVA} [Case #1] unproven"]
    assert is_held(desk, sent)


def test_ghsa_8vm3_wwq4_ggfx_freescout_an_id_without_a_seal(desk: Player) -> None:
    sent = send(desk, f"From: {EVA}", "In-Reply-To: <case.1.2@example.com>", "Subject: Re: [Case #1] Printer on fire")
    assert sent == [f"{EVA} [Case #1] unproven"]


def test_ghsa_j49f_9g94_3wh4_freescout_a_new_address_does_not_join_the_people(desk: Player) -> None:
    assert is_held(desk, send(desk, f"From: {MALLORY}", "Subject: Re: [Case #1] Printer on fire"))


def test_ghsa_83xx_8c27_gq78_freescout_who_has_left_does_nothing(tmp_path: Path) -> None:
    player = Player(tmp_path)
    player.write(ANN, "Printer on fire", "Help.", [])
    notice = next(sent.message for sent in player.server.taken if sent.to == EVA)
    player.close()
    left = Player(tmp_path, replace(DESK, engineers=DESK.engineers[1:]))
    left.mails = 10
    sent = send(
        left, f"From: {EVA}", f"In-Reply-To: {notice['Message-ID']}", f"Subject: Re: {notice['Subject']}", body="/close"
    )
    assert not [line for line in sent if line.startswith(ANN)]
    assert case(left).status is Status.WITH_ENGINEER
    left.close()


@pytest.mark.parametrize(
    "results",
    [
        (VOUCHED.replace("mx.example.com", "mx.evil.example"),),
        ("Authentication-Results: mx.example.com.evil.example; dmarc=pass header.from=desk.example",),
        ("Authentication-Results: mx.example.com; dmarc=fail header.from=desk.example", VOUCHED),
        ("Authentication-Results: mx.example.com; dmarc=pass header.from=evil.example",),
        ("Authentication-Results: mx.example.com (dmarc=pass header.from=desk.example); none",),
        ("Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=desk.example",),
        ("Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000", VOUCHED),
    ],
)
def test_hermes_46718_breeze_2099_alga_3242_whose_word_counts(tmp_path: Path, results: tuple[str, ...]) -> None:
    player = Player(tmp_path, replace(DESK, trusted_authserv=("mx.example.com",)))
    player.write(ANN, "Printer on fire", "Help.", [])
    player.fresh()
    sent = send(player, *results, f"From: {EVA}", "Subject: Re: [Case #1] Printer on fire", body="/close")
    assert sent == [f"{EVA} [Case #1] unproven"]
    player.close()


@pytest.mark.parametrize(
    "sender",
    [
        f'"{EVA}" <{MALLORY}>',
        f"{EVA} <{MALLORY}>",
        f'"{EVA}, " <{MALLORY}>',
        f"{MALLORY}({EVA})",
        f"<@desk.example:{MALLORY}>",
    ],
)
def test_cve_2023_27043_cpython_a_name_that_looks_like_an_address(desk: Player, sender: str) -> None:
    sent = send(desk, f"From: {sender}", "Subject: Re: [Case #1] Printer on fire", body="/close")
    assert is_held(desk, sent)


# Who gets in?


def test_zammad_5064_a_number_in_the_subject_is_no_key(desk: Player) -> None:
    sent = send(desk, f"From: {MALLORY}", "Subject: [Case #1] hello")
    assert sent == [f"{EVA} [Case #1] held", f"{MALLORY} received"]


def test_zendesk_2024_a_spoofed_requester_brings_nobody_along(desk: Player) -> None:
    send(desk, f"From: {ANN}", f"Cc: {MALLORY}", "Subject: Re: [Case #1] Printer on fire")
    assert people(desk) == [ANN, BOB]
    desk.write(EVA, "answers replied", "Pull the plug.", [])
    assert not [sent for sent in desk.fresh() if sent.to == MALLORY]


def test_outpost_189_copilotkit_a_number_in_a_plus_address_is_no_key(tmp_path: Path) -> None:
    player = Player(tmp_path, replace(DESK, subaddress="+"))
    player.write(ANN, "Printer on fire", "Help.", [])
    player.fresh()
    sent = send(player, f"From: {MALLORY}", "To: support+1@example.com", "Subject: hello")
    assert case(player).messages[-1].sender.address == ANN
    assert sent[0] == f"{MALLORY} [Case #2] confirmation"
    player.close()


@pytest.mark.parametrize("to", ["support@example.com", "support+1@example.com"])
def test_gitlab_30366_the_ticket_trick_a_link_to_verify_goes_to_nobody_outside(desk: Player, to: str) -> None:
    """A service writes to the desk's address, as an attacker has given it for his own."""
    link = "Verify your address: https://chat.example/verify/secret"
    header = (
        "From: no-reply@chat.example",
        f"To: {to}",
        "Subject: [Case #1] Verify your address",
        "Auto-Submitted: auto-generated",
    )
    sent = desk.write_raw(*header, body=link)
    assert not [one for one in sent if one.to != EVA]
    desk.write(ANN, "answers confirmation", "And?", [])
    assert not [one for one in desk.fresh() if "chat.example" in one.text and one.to == ANN]


def test_gitlab_349329_reply_to_is_not_the_author(desk: Player) -> None:
    sent = send(desk, f"From: {MALLORY}", f"Reply-To: {ANN}", "Subject: Offer")
    assert f"{MALLORY} [Case #2] confirmation" in sent
    assert not [line for line in sent if line.startswith(ANN)]


@pytest.mark.parametrize(
    "header",
    ["X-Postcase-Case: 1", "X-Postcase-Letter: receipt", "X-RT-Incoming-Encryption: Success", "X-RT-Ticket: 1"],
)
def test_cve_2023_41259_and_2012_4735_request_tracker_control_headers_of_a_stranger(desk: Player, header: str) -> None:
    sent = send(desk, f"From: {MALLORY}", header, "Subject: hello")
    assert f"{EVA} [Case #2] assigned" in sent
    assert is_held(desk, [line for line in sent if "#1" in line])
    assert len(case(desk).messages) == 1


def test_cve_2023_41260_request_tracker_what_a_stranger_is_told_says_nothing(desk: Player) -> None:
    told = [
        one for one in desk.write_raw(f"From: {MALLORY}", "Subject: [Case #1] x", body="/show 1") if one.to == MALLORY
    ]
    assert [one.line for one in told] == [f"{MALLORY} received"]
    for secret in ("Printer", "fire", "Ann", "Eva", "secret"):
        assert secret not in told[0].text


# What is passed on?


@pytest.mark.parametrize(
    "name", ["\u200b.htaccess", "../../etc/passwd", "..\\..\\x", "/etc/cron.d/x", "a\0b", "x" * 300]
)
def test_cve_2026_28289_and_2023_35169_freescout_a_file_name_leads_nowhere(desk: Player, name: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = ANN, "Re: [Case #1] Printer on fire", "<file@customer.example>"
    mail.set_content("See the file.")
    mail.add_attachment(b"data", "application", "octet-stream", filename="place")
    raw = mail.as_bytes().replace(b'"place"', b'"' + name.encode() + b'"')
    desk.take(raw)
    stored = {path.name for path in desk.store.folder(1).iterdir()}
    assert all(one == "case.json" or one.endswith(".eml") for one in stored)
    (letter,) = [sent for sent in desk.fresh() if sent.to == EVA]
    shown = [str(part.get_filename()) for part in letter.message.walk() if part.get_filename()]
    assert all(not set(one) & set('/\\\0:"') and len(one) <= 140 for one in shown)


@pytest.mark.parametrize("kind", ['text/html"><script>', "text/html\r\nX-Bad: 1", "message/rfc822", "multipart/mixed"])
def test_cve_2022_25802_request_tracker_the_type_of_a_file_is_a_plain_one(desk: Player, kind: str) -> None:
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b"
    part = f"--b\r\n\r\nHi\r\n--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=x.bin\r\n\r\ndata\r\n--b--"
    (letter,) = [
        one for one in desk.write_raw(f"From: {ANN}", head, "Subject: Re: [Case #1] x", body=part) if one.to == EVA
    ]
    assert b"<script>" not in letter.raw.split(b"\r\n\r\n")[0]
    assert letter.message["X-Bad"] is None
    assert all(part["X-Bad"] is None for part in letter.message.walk())


def test_cve_2018_16586_and_2019_12248_otrs_nothing_is_loaded_from_outside(desk: Player) -> None:
    page = "<img src='http://track.example/p.gif'><style>@import 'http://track.example/c'</style><p>Hello</p>"
    header = (f"From: {ANN}", "Subject: Re: [Case #1] x", "MIME-Version: 1.0", "Content-Type: text/html")
    (letter,) = [one for one in desk.write_raw(*header, body=page) if one.to == EVA]
    pages = [part.get_content() for part in letter.message.walk() if part.get_content_type() == "text/html"]  # type: ignore[attr-defined]
    assert pages
    assert all("src=" not in one and "@import" not in one for one in pages)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><svg onload=alert(1)>'])
def test_osticket_1108_3764_a_name_is_only_text(desk: Player, name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    sent = desk.write_raw(f'From: "{quoted}" <{ANN}>', f"Subject: Re: [Case #1] {name}", body=name)
    (letter,) = [one for one in sent if one.to == EVA]
    pages = [part.get_content() for part in letter.message.walk() if part.get_content_type() == "text/html"]  # type: ignore[attr-defined]
    assert all("<script" not in one and "<svg" not in one for one in pages)


@pytest.mark.parametrize("header", ["Subject", "From"])
def test_cve_2012_4730_2013_3373_and_2024_6923_no_header_is_injected(desk: Player, header: str) -> None:
    word = "=?utf-8?q?x=0D=0ABcc:_victim=40x.example?="
    fields = (
        {"From": f"{word} <{MALLORY}>", "Subject": word} if header == "From" else {"From": MALLORY, "Subject": word}
    )
    sent = desk.write_raw(*(f"{name}: {value}" for name, value in fields.items()))
    assert sent
    assert all(one.message["Bcc"] is None and one.to != "victim@x.example" for one in sent)


@pytest.mark.parametrize("local", ["`touch${IFS}x`", "|sh", "$(id)", "-oQ/tmp", "a;b"])
def test_cve_2011_4458_request_tracker_an_address_is_never_a_command(desk: Player, local: str) -> None:
    before = set(Path.cwd().iterdir())
    send(desk, f'From: "{local}"@stranger.example', "Subject: hello")
    assert len(list(desk.store.all_numbers())) == 2
    assert set(Path.cwd().iterdir()) == before


# How long does it take?


HEAD = "From: ann@customer.example\r\nSubject: x\r\n"
BOMBS = {
    "cve_2014_1474_request_tracker_an_address": "From: " + "a" * 200_000 + "@" + "b." * 100_000 + "\r\nSubject: x\r\n\r\nHi",
    "cve_2021_21439_otrs_a_link": "From: ann@customer.example\r\nSubject: x\r\n\r\nhttp://" + "a.(" * 300_000,
    "cve_2024_48938_znuny_a_page_of_word": "From: ann@customer.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n"
    + "<o:p><![if !supportLists]>" * 40_000,
    "cve_2026_48187_otrs_many_headers": "From: ann@customer.example\r\n" + "X-A: b\r\n" * 100_000 + "Subject: x\r\n\r\nHi",
    "cve_2020_12100_and_2026_26312_parts_in_parts": f"{HEAD}Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    + "".join(f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(5000)),
    "cve_2024_23184_dovecot_many_addresses": f"{HEAD}To: " + ", ".join(f"a{n}@b.example" for n in range(50_000))
    + "\r\n\r\nHi",
    "cve_2024_23185_dovecot_a_large_header": "From: ann@customer.example\r\nSubject: " + "x" * 2_000_000 + "\r\n\r\nHi",
    "cve_2026_27859_dovecot_pieces_of_a_parameter": "From: ann@customer.example\r\nSubject: x\r\nContent-Type: text/plain"
    + "".join(f";\r\n name*{n}*=x" for n in range(10_000)) + "\r\n\r\nHi",
    "cve_2025_1795_cpython_a_comma_to_fold": "From: ann@customer.example\r\nTo: " + "=?utf-8?q?a=2C?= <a@b.example>, " * 20_000
    + "\r\nSubject: x\r\n\r\nHi",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_the_time_that_a_mail_takes_is_bounded(desk: Player, name: str) -> None:
    started = time.process_time()
    desk.service.take([Arrival(BOMBS[name].encode(), "attack", desk.clock.now())])
    assert time.process_time() - started < CPU_SECONDS
    assert list(desk.store.all_numbers()) == [1, 2]


@pytest.mark.parametrize(
    "charset", ["utf-32le", "utf-7", "unicode_escape", "zlib", "rot13", "idna", "base64", "no-such", "x" * 500]
)
def test_cve_2014_9472_request_tracker_a_charset_does_no_harm(desk: Player, charset: str) -> None:
    header = (
        f"From: {ANN}",
        "Subject: Re: [Case #1] x",
        "MIME-Version: 1.0",
        f"Content-Type: text/plain; charset={charset}",
    )
    sent = send(desk, *header, body="+ADw-script+AD4- \\x3cb\\x3e Hello")
    assert sent == [f"{EVA} [Case #1] replied"]


# How often?


def test_cve_2023_50455_zammad_and_zendesk_2025_a_bomb_of_confirmations(desk: Player) -> None:
    victim, sent = "victim@elsewhere.example", []
    for number in range(150):
        sent += desk.write_raw(
            f"From: {victim}", f"Subject: BUY NOW {number} " + "at evil.example " * 20, body="evil words"
        )
    told = [one for one in sent if one.to == victim]
    assert len(told) == DESK.caps.address_per_hour
    assert len(list(desk.store.all_numbers())) == 151, "every mail is kept"
    assert all("evil words" not in one.text and len(str(one.message["Subject"])) <= 100 for one in told)


# What leaves the house?


def test_cve_2023_5422_otrs_certificates_are_checked() -> None:
    smtp = SmtpLink(smtp_settings(1), "example.com")._context()
    imap = _context(load_mailbox())
    assert (smtp.verify_mode, smtp.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (imap.verify_mode, imap.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_cve_2025_26842_znuny_the_log_says_nothing_of_what_people_write(
    desk: Player, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        send(desk, f"From: {ANN}", "Subject: Re: [Case #1] Printer on fire", body="my password is hunter2")
        desk.write(EVA, "answers replied", "the code is 4711", [])
    assert caplog.records
    assert not [one for one in caplog.records if "hunter2" in one.getMessage() or "4711" in one.getMessage()]


def test_cve_2024_27305_and_34083_aiosmtpd_is_a_mended_one() -> None:
    assert tuple(map(int, version("aiosmtpd").split(".")[:3])) >= (1, 4, 6)


@pytest.mark.parametrize("key", ["folder", "processed", "username"])
def test_cve_2025_15366_cpython_no_command_is_injected_into_imap(tmp_path: Path, key: str) -> None:
    text = config_text().replace(
        'username = "support@example.com"\n', "" if key == "username" else 'username = "support@example.com"\n'
    )
    (tmp_path / "config.toml").write_text(text.replace("[smtp]", f'{key} = "INBOX\\r\\nA1 DELETE INBOX"\n[smtp]'))
    with pytest.raises(ConfigError, match=key):
        load(tmp_path / "config.toml")


@pytest.mark.parametrize("end", ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r"])
def test_postfix_2023_smuggled_ends_of_a_mail_are_text(desk: Player, end: str) -> None:
    smuggled = f"Hello{end}MAIL FROM:<x@y.example>{end}RCPT TO:<victim@x.example>"
    (letter,) = [
        one for one in desk.write_raw(f"From: {ANN}", "Subject: Re: [Case #1] x", body=smuggled) if one.to == EVA
    ]
    assert b"\n" not in letter.raw.replace(b"\r\n", b"")
    assert b"\r" not in letter.raw.replace(b"\r\n", b"")
    assert parse(letter.raw).sender.address == DESK.address.address


def load_mailbox():  # type: ignore[no-untyped-def]
    path = Path(__file__).resolve().parents[2] / "config.toml"
    return load(path).mailboxes[0]
