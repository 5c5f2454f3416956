from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.errors import UnreadableMail
from daemon.incoming import mail_addresses
from daemon.incoming.parse import parse, parse_headers
from rules.mail import NOBODY, Address, Kind

MAILS = Path(__file__).parents[1] / "mails"


def mail_of(name: str) -> bytes:
    return next(MAILS.glob(f"{name}*.eml")).read_bytes()


def with_headers(*lines: str, body: str = "Hello\n") -> bytes:
    return "\r\n".join((*lines, "", body)).encode()


def test_a_plain_question_is_read_completely() -> None:
    raw = mail_of("001")
    mail = parse(raw)
    assert mail.sender == Address("Ann@customer.example", "Ann Example")
    assert mail.to == (Address("support@example.com", "Example Support"),)
    assert mail.cc == (Address("bob@customer.example"),)
    assert mail.subject == "Printer on fire"
    assert mail.message_id == "q1.2026@customer.example"
    assert mail.date == datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    assert mail.return_path == "ann@customer.example"
    assert mail.text == "Hello,\n\nour printer is on fire.\n\nAnn\n"
    assert mail.kind is Kind.PERSON and mail.bounce is None and mail.attachments == ()
    assert mail.size == len(raw) and mail.defects == ()


def test_every_header_is_kept_in_order_on_one_line() -> None:
    mail = parse(mail_of("001"))
    assert mail.headers[0] == ("return-path", "<ann@customer.example>")
    assert mail.header("received").endswith("with ESMTPS id 4Q1; Mon, 23 Nov 2026 09:15:02 +0100")
    assert all("\n" not in value and "\r" not in value for _, value in mail.headers)


def test_references_lead_to_the_parents_nearest_first() -> None:
    mail = parse(mail_of("002"))
    assert mail.in_reply_to == ("c10042.1.token@example.com",)
    assert mail.references == ("q1.2026@customer.example", "c10042.1.token@example.com")
    assert mail.parents == ("c10042.1.token@example.com", "q1.2026@customer.example")


def test_an_id_torn_by_folding_is_put_together() -> None:
    mail = parse(b"From: a@b.example\r\nReferences: <one@b.exa\r\n mple> junk <two@b.example>\r\n\r\nx")
    assert mail.references == ("one@b.example", "two@b.example")


def test_an_id_without_brackets_is_taken() -> None:
    assert parse(with_headers("From: a@b.example", "Message-ID: 17@b.example")).message_id == "17@b.example"


def test_only_the_last_fifty_references_are_read() -> None:
    mail = parse(with_headers("From: a@b.example", "References: " + " ".join(f"<{n}@b>" for n in range(80))))
    assert len(mail.references) == 50 and mail.references[-1] == "79@b"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<>", ""),
        ("<ann@customer.example>", "ann@customer.example"),
        ("ann@customer.example", "ann@customer.example"),
    ],
)
def test_the_return_path_tells_the_null_sender_from_a_known_one(value: str, expected: str) -> None:
    assert parse(with_headers("From: a@b.example", f"Return-Path: {value}")).return_path == expected


def test_without_a_return_path_it_is_not_known() -> None:
    assert parse(with_headers("From: a@b.example")).return_path is None


def test_a_date_without_a_zone_is_taken_as_utc_and_noted() -> None:
    mail = parse(with_headers("From: a@b.example", "Date: Mon, 2 Feb 2026 10:00:00"))
    assert mail.date == datetime(2026, 2, 2, 10, tzinfo=UTC)
    assert any("is read as 2026-02-02 10:00" in defect for defect in mail.defects)


def test_a_date_that_is_none_is_no_error() -> None:
    mail = parse(with_headers("From: a@b.example", "Date: yesterday"))
    assert mail.date is None and any("yesterday" in defect for defect in mail.defects)


# --- subjects ---


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LDvA==?= =?utf-8?B?w59l?=", "Grüße"),
        (b"=?utf-8?q?Gr=C3?=\r\n =?utf-8?q?=BC=C3=9Fe?= an alle", "Grüße an alle"),  # a letter split between words
        (b"=?iso-8859-1?q?Gr\xfc=DFe?=", "Grüße"),  # a raw octet inside an encoded word
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        ("„Grüße“".encode("cp1252"), "„Grüße“"),
        (b"=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),  # padding left out
        (b"=?gb2312?B?xOO6?= =?gb2312?B?ww==?=", "你好"),
        (b"=?x-unknown?q?Hello?=", "Hello"),
        (b"=?nothing", "=?nothing"),
        ("プリンタ".encode("iso2022_jp"), "プリンタ"),
    ],
)
def test_a_subject_is_decoded_in_whatever_form_it_comes(raw: bytes, expected: str) -> None:
    assert parse(b"From: a@b.example\r\nSubject: " + raw + b"\r\n\r\nx").subject == expected


def test_raw_octets_in_a_subject_are_of_the_bodys_charset() -> None:
    raw = b"From: a@b.example\r\nSubject: " + "Привет".encode("koi8-r")
    assert parse(raw + b"\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\nx").subject == "Привет"


def test_a_line_break_hidden_in_a_subject_makes_no_header() -> None:
    mail = parse(with_headers("From: a@b.example", "Subject: =?utf-8?q?x=0D=0ABcc:_victim@c.example=00?="))
    assert mail.subject == "x Bcc: victim@c.example"
    assert not mail.header("bcc")


def test_encoded_words_stay_encoded_where_they_are_no_text() -> None:
    forged = "mx.example.com; spf=none smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass?="
    mail = parse(with_headers("From: a@b.example", f"Authentication-Results: {forged}"))
    assert "dmarc=pass" not in mail.header("authentication-results")


# --- fingerprints ---


def test_the_same_mail_on_another_way_has_the_same_fingerprint() -> None:
    raw = mail_of("001")
    other = b"Delivered-To: support@example.com\r\nReceived: from elsewhere\r\n" + raw.replace(b"\r\n", b"\n") + b"\n\n"
    assert parse(other).fingerprint == parse(raw).fingerprint


def test_a_refolded_subject_leaves_the_fingerprint_as_it_is() -> None:
    raw = mail_of("001")
    assert parse(raw.replace(b"Printer on", b"Printer\r\n  on")).fingerprint == parse(raw).fingerprint


@pytest.mark.parametrize(
    ("found", "changed"), [(b"our printer", b"my printer"), (b"q1.2026", b"q2.2026"), (b"09:15:00", b"09:16:00")]
)
def test_another_body_id_or_date_makes_another_fingerprint(found: bytes, changed: bytes) -> None:
    raw = mail_of("001")
    assert parse(raw.replace(found, changed)).fingerprint != parse(raw).fingerprint


# --- what is hardly a mail ---


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"no header here\r\n", b"\x00\x01\x02", b" \t \n"])
def test_what_has_no_header_is_told_to_be_no_mail(raw: bytes) -> None:
    with pytest.raises(UnreadableMail, match="expected a mail"):
        parse(raw)


def test_more_octets_than_are_read_are_refused() -> None:
    with pytest.raises(UnreadableMail, match="at most"):
        parse(b"From: a@b.example\n\n" + b"x" * (50 * 1024 * 1024))


def test_a_mail_without_the_empty_line_keeps_its_text() -> None:
    mail = parse(b"From: a@b.example\nSubject: x\nHello there\nhow are you\n")
    assert mail.text == "Hello there\nhow are you\n" and mail.subject == "x"
    assert "the empty line between headers and body is missing" in mail.defects


def test_an_mbox_separator_is_no_header() -> None:
    mail = parse(b"From ann@b.example Mon Feb  2 10:00:00 2026\nFrom: a@b.example\nSubject: x\n\ny\n")
    assert (mail.sender.address, mail.subject, mail.text) == ("a@b.example", "x", "y\n")


def test_old_line_ends_are_read() -> None:
    mail = parse(b"From: a@b.example\rSubject: x\r\rone\rtwo\r")
    assert (mail.subject, mail.text) == ("x", "one\ntwo\n")


def test_headers_that_may_stand_once_are_noted_when_they_stand_twice() -> None:
    mail = parse(with_headers("From: a@b.example", "Subject: one", "Subject: two"))
    assert mail.subject == "one" and "subject stands 2 times" in mail.defects


def test_a_mail_is_not_lost_when_the_library_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(block: str) -> None:
        raise TypeError("seen on a bounce cut off by the server")

    monkeypatch.setattr(mail_addresses.mailparser, "parse_from_string", fails)
    mail = parse(mail_of("001"))
    assert mail.sender == Address("Ann@customer.example", "Ann Example")
    assert mail.to[0].address == "support@example.com" and mail.text.startswith("Hello")
    assert "mail-parser gave up: TypeError" in mail.defects


# --- who wrote it ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ann@customer.example", "ann@customer.example"),
        ("Ann <ann@CUSTOMER.example>", "ann@customer.example"),
        ('"Ann, of Example" <ann@customer.example>', "ann@customer.example"),
        ("agent@corp.example <evil@x.example>", "evil@x.example"),
        ('"agent@corp.example" <evil@x.example>', "evil@x.example"),
        ("=?utf-8?q?agent=40corp.example?= <evil@x.example>", "evil@x.example"),
        ("=?utf-8?q?Ann_:)?= <ann@customer.example>", "ann@customer.example"),
        ("(agent@corp.example) evil@x.example", "evil@x.example"),
        ("(a (b: c) d;) Ann <ann@customer.example>", "ann@customer.example"),
        ('"Team: Ann; Bob" <ann@customer.example>', "ann@customer.example"),
        ("=?utf-8*en?q?=EE=80=85=?utf-8?q?x?=?= <ann@customer.example>", "ann@customer.example"),
        ("Ann <ann+tag@customer.example>", "ann+tag@customer.example"),
        ("ann@corp.exаmple", "ann@corp.xn--exmple-4nf"),  # a Cyrillic letter is not the domain it looks like
    ],
)
def test_the_author_is_the_one_address_of_from(value: str, expected: str) -> None:
    assert parse(with_headers(f"From: {value}")).sender.address == expected


@pytest.mark.parametrize(
    "value",
    [
        "a@b.example, c@d.example",
        "Team: a@b.example;",
        "Team: a@b.example, c@d.example;",
        "a@b@c.example",
        "<agent@corp.example> <evil@x.example>",
        "agent@corp.example\x00 <evil@x.example>",
        "agent@corp.example\x0b",
        "=?utf-8?q?agent=40corp.example?=",
        "agent@corp.example.",
        "Big Bug bb@bug.example",
        "nobody",
        "<>",
        "",
        '"unclosed <a@b.example>',
        "a@" + "b" * 400 + ".example",
    ],
)
def test_a_from_that_leaves_a_doubt_names_nobody(value: str) -> None:
    mail = parse(with_headers(f"From: {value}", "To: s@example.com"))
    assert mail.sender is NOBODY and mail.defects


def test_two_from_headers_name_nobody() -> None:
    mail = parse(with_headers("From: agent@corp.example", "From: evil@x.example"))
    assert mail.sender is NOBODY and "2 From headers, expected one" in mail.defects


def test_no_from_header_names_nobody() -> None:
    assert parse(with_headers("Subject: x")).sender is NOBODY


def test_an_international_domain_has_one_spelling() -> None:
    mail = parse(mail_of("012"))
    assert mail.sender == Address("müller@xn--bcher-kva.example", "Jürgen Müller")
    assert mail.subject == "Grüße aus dem Süden" and mail.text == "Grüße!\n"
    assert parse(with_headers("From: x@xn--bcher-kva.example")).sender.domain == mail.sender.domain


def test_several_to_headers_are_one_list() -> None:
    mail = parse(with_headers("From: a@b.example", "To: c@d.example", "To: Team: e@f.example, g@h.example;"))
    assert [one.address for one in mail.to] == ["c@d.example", "e@f.example", "g@h.example"]


def test_an_empty_reply_to_is_none() -> None:
    assert parse(with_headers("From: a@b.example", "Reply-To: <>")).reply_to == ()


def test_a_name_has_no_controls() -> None:
    mail = parse(with_headers("From: =?utf-8?q?Ann=0D=0ABcc:_x=00?= <a@b.example>"))
    assert mail.sender.name == "Ann Bcc: x"


def test_the_headers_alone_make_the_same_mail_without_its_body() -> None:
    for path in MAILS.glob("*.eml"):
        whole, headed = parse(path.read_bytes()), parse_headers(path.read_bytes())
        assert (headed.text, headed.html, headed.attachments, headed.bounce) == ("", "", (), None)
        of_the_body = {"text": "", "html": "", "attachments": (), "bounce": None, "defects": (), "reports_on": ""}
        of_the_body |= {"kind": Kind.PERSON, "kind_evidence": ""}  # a bounce may be known by its parts alone
        assert replace(headed, **of_the_body) == replace(whole, **of_the_body), path.name  # type: ignore[arg-type]


def test_a_machine_is_known_by_its_headers_alone() -> None:
    assert parse_headers(mail_of("007")).kind is parse(mail_of("007")).kind is Kind.OUT_OF_OFFICE


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"no header at all", b"\0" * 100])
def test_where_there_is_no_header_there_is_no_mail(raw: bytes) -> None:
    with pytest.raises(UnreadableMail):
        parse_headers(raw)
