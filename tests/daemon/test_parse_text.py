from __future__ import annotations

from pathlib import Path

import pytest

from daemon.incoming.parse import parse

MAILS = Path(__file__).parents[1] / "mails"


def mail_of(name: str) -> bytes:
    return next(MAILS.glob(f"{name}*.eml")).read_bytes()


def mail_with(content_type: str, body: bytes, *more: str) -> bytes:
    lines = ("From: a@b.example", f"Content-Type: {content_type}", *more, "", "")
    return "\r\n".join(lines).encode() + body


def parts(*pieces: tuple[str, str], sort: str = "mixed") -> bytes:
    body = "".join(f"--x\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in pieces) + "--x--\r\n"
    return mail_with(f'multipart/{sort}; boundary="x"', body.encode())


def test_seven_bit_japanese_is_read() -> None:
    mail = parse(mail_of("003"))
    assert mail.text == "プリンタが燃えています。\n助けてください。\n"
    assert (mail.subject, mail.sender.name) == ("プリンタ火災", "山田")


@pytest.mark.parametrize(
    ("label", "octets", "expected"),
    [
        ("gb2312", "镕".encode("gbk"), "镕"),  # gb2312 is gbk in the wild
        ("ks_c_5601-1987", "뷁".encode("cp949"), "뷁"),
        ("iso-8859-1", "„x“ €".encode("cp1252"), "„x“ €"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("us-ascii", "Grüße".encode("latin-1"), "Grüße"),
        ("x-unknown", "Grüße".encode(), "Grüße"),
        ("utf-8", "Grüße".encode("latin-1"), "Grüße"),  # a lie told by whole mailers
        ("utf-8", b"\xef\xbb\xbfx", "x"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ('"windows-1252" (Western)', "Grüße".encode("cp1252"), "Grüße"),
    ],
)
def test_a_body_is_read_in_the_charset_it_is_meant_in(label: str, octets: bytes, expected: str) -> None:
    assert parse(mail_with(f"text/plain; charset={label}", octets)).text == expected


@pytest.mark.parametrize(
    ("label", "octets"),
    [
        ("unicode_escape", rb"\u0041"),
        ("raw_unicode_escape", rb"\u0041"),
        ("rot13", b"uryyb"),
        ("zlib", b"x\x9c"),
        ("hex", b"6869"),
        ("idna", b"xn--"),
        ("punycode", b"a-b"),
        ("utf-7", b"+ADw-script+AD4-"),
        ("../../etc/passwd", b"x"),
        ("x" * 5000, b"x"),
    ],
)
def test_a_codec_that_spells_no_text_is_not_used(label: str, octets: bytes) -> None:
    mail = parse(mail_with(f"text/plain; charset={label}", octets))
    assert mail.text == octets.decode("cp1252").replace("\x9d", "")
    assert any("may be decoded" in defect for defect in mail.defects)


def test_no_text_has_nul_controls_or_surrogates() -> None:
    mail = parse(mail_with("text/plain; charset=utf-8", b"a\0b\x07c\x0bd\r\n\xed\xa0\x80e\tf\x1b[31m"))
    assert mail.text.startswith("abc\nd\n") and mail.text.endswith("e\tf[31m")
    mail.text.encode("utf-8")


def test_torn_octets_are_replaced_and_noted() -> None:
    mail = parse(mail_with("text/plain; charset=utf-8", "Grüße aus München".encode() + b"\xc3"))
    assert mail.text == "Grüße aus München\ufffd" and any("utf-8" in defect for defect in mail.defects)


def test_base64_with_rubbish_and_a_torn_end_is_read_as_far_as_it_goes() -> None:
    raw = mail_with("text/plain", b"SGVs\r\n!!bG8g\r\nd29ybGQ", "Content-Transfer-Encoding: base64")
    assert parse(raw).text == "Hello world"


def test_quoted_printable_with_spaces_added_on_the_way_is_read() -> None:
    raw = mail_with(
        "text/plain; charset=utf-8", b"Gr=C3=BC=  \r\n=C3=9Fe\r\n", "Content-Transfer-Encoding: Quoted-Printable"
    )
    assert parse(raw).text == "Grüße\n"


def test_the_plain_alternative_is_the_text_and_the_html_is_kept() -> None:
    mail = parse(parts(("text/plain", "plain words"), ("text/html", "<p>other words</p>"), sort="alternative"))
    assert (mail.text, mail.html) == ("plain words", "<p>other words</p>")


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    mail = parse(parts(("text/plain", " "), ("text/html", "<p>the words</p>"), sort="alternative"))
    assert mail.text == "the words"


def test_a_list_footer_does_not_hide_what_was_said_in_html() -> None:
    mail = parse(parts(("text/html", "<p>My question</p>"), ("text/plain", "You get this from a list.")))
    assert mail.text == "My question\nYou get this from a list."


def test_the_same_said_twice_is_read_once() -> None:
    assert parse(parts(("text/plain", "Hello  you"), ("text/html", "<p>Hello you</p>"))).text == "Hello  you"


def test_an_html_answer_becomes_readable_text() -> None:
    mail = parse(mail_of("002"))
    assert mail.text.split("\n") == [
        "Grüße, es brennt noch.",
        "",
        "Siehe hier <https://example.com/fire>.[logo]",
        "_" * 32,
        "Von: Example Support",
        "",
        "> Brennt er noch?",
    ]
    assert mail.html.startswith("<html>") and "/close" not in mail.text
    assert [(one.name, one.content_id, one.inline) for one in mail.attachments] == [("Logö.png", "logo@x", True)]


def test_a_flowed_answer_is_unfolded() -> None:
    mail = parse(mail_of("010"))
    assert mail.text == (
        "It is a long paragraph which my mail client broke into two lines.\n"
        "\n"
        "> Does it still burn?\n"
        "From here on: yes.\n"
        "-- \n"
        "Ann\n"
    )


def test_delsp_takes_the_space_away() -> None:
    raw = mail_with("text/plain; charset=utf-8; format=flowed; delsp=yes", "長い \r\n行\r\n".encode())
    assert parse(raw).text == "長い行\n"


def test_the_text_of_an_attached_mail_is_not_the_text_of_this_one() -> None:
    mail = parse(mail_of("009"))
    assert mail.text == "Is this yours?"
    (attached,) = mail.attachments
    assert attached.name == "[Case #10042] Is your problem resolved_.eml" and attached.content_type == "message/rfc822"
    assert b"Secret words" in attached.data


def test_a_multipart_cut_off_in_the_middle_keeps_its_text() -> None:
    mail = parse(mail_with('multipart/mixed; boundary="x"', b"--x\r\n\r\nhalf of what I wan"))
    assert mail.text == "half of what I wan" and "the closing boundary is missing" in mail.defects


def test_a_multipart_whose_boundary_never_comes_is_read_as_text() -> None:
    assert parse(mail_with('multipart/mixed; boundary="x"', b"words\r\n")).text == "words\n"


def test_a_boundary_is_not_taken_for_a_longer_one() -> None:
    mail = parse(mail_with("multipart/mixed; boundary=x", b"--x\r\n\r\none\r\n--xy\r\ntwo\r\n--x--\r\nepilogue"))
    assert mail.text == "one\n--xy\ntwo"


def test_a_uuencoded_file_is_taken_out_of_the_text() -> None:
    body = b"See the log.\r\nbegin 644 app.log\r\n%:&5L;&\\\r\n`\r\nend\r\nAnn\r\n"
    mail = parse(mail_with("text/plain", body))
    assert mail.text == "See the log.\nAnn\n"
    assert [(one.name, one.data) for one in mail.attachments] == [("app.log", b"hello")]


def test_words_that_only_begin_like_a_file_stay() -> None:
    body = b"begin 644 tickets\r\nI have a question, end it here.\r\nend\r\n"
    mail = parse(mail_with("text/plain", body))
    assert mail.text == body.decode().replace("\r\n", "\n") and not mail.attachments
