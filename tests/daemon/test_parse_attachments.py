from __future__ import annotations

from pathlib import Path

import pytest

from daemon.incoming.attachment_names import OCTETS, clean_name
from daemon.incoming.parse import parse

MAILS = Path(__file__).parents[1] / "mails"


def test_hostile_and_missing_names_become_plain_ones() -> None:
    mail = parse(next(MAILS.glob("013*.eml")).read_bytes())
    assert [(one.name, one.content_type) for one in mail.attachments] == [
        ("passwd", "application/octet-stream"),
        ("€ report.pdf", "application/octet-stream"),
        ("part-3.ics", "text/calendar"),
        ("htaccess", "application/octet-stream"),
        ("part-5.pdf", "application/pdf"),
        ("winmail.dat", "application/ms-tnef"),
    ]
    assert mail.attachments[0].data == b"one" and mail.attachments[4].data == b"%PDF-"
    assert mail.text == "See the files."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\log.txt", "log.txt"),
        ("/absolute", "absolute"),
        ("a\0b.txt", "ab.txt"),
        ("\u202etxt.exe", "txt.exe"),
        (".ht\u200baccess", "htaccess"),
        ("..", ""),
        ("...", ""),
        (".\u200b./\u200b", ""),
        ("a\uff0fb", "b"),  # a full-width slash is a slash after normalisation
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a<b>:c|d?.txt", "a_b__c_d_.txt"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ("name. . ", "name"),
        ("日本語.pdf", "日本語.pdf"),
    ],
)
def test_a_name_is_a_base_name_without_a_disguise(name: str, expected: str) -> None:
    assert clean_name(name) == expected


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("ä" * 300 + ".pdf")
    assert name.endswith("ä.pdf") and len(name.encode()) <= OCTETS


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("filename*=utf-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("filename*=iso-8859-1'en'%A3%20rates.txt", "£ rates.txt"),
        ('filename*0="first "; filename*1=second.txt', "first second.txt"),
        ("filename*1=b.txt; filename*0=a", "ab.txt"),
        ("filename*7=b.txt; filename*3=a", "ab.txt"),
        ('filename="=?utf-8?B?R3LDvMOfZS50eHQ=?="', "Grüße.txt"),
        ('filename="semi;colon.txt"', "semi;colon.txt"),
        ('filename="quo\\"te.txt"', "quo_te.txt"),
        ("filename=two words.txt", "two words.txt"),
        ("filename=Grüße.txt", "Grüße.txt"),
        ("filename*=utf-8''..%2f..%2fpasswd", "passwd"),
        ("filename*=unicode_escape''%41.txt", "A.txt"),
    ],
)
def test_a_file_name_is_read_in_whatever_form_it_comes(parameter: str, expected: str) -> None:
    head = "From: a@b.example\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
    (attachment,) = parse(f"{head}{parameter}\r\n\r\nx".encode()).attachments
    assert attachment.name == expected


def test_a_mail_that_is_one_file_has_no_text() -> None:
    mail = parse(b"From: a@b.example\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7")
    assert mail.text == "" and [one.name for one in mail.attachments] == ["part-1.pdf"]


def test_a_whole_container_can_be_attached() -> None:
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nmine\n--o\n"
        b"Content-Disposition: attachment\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nnot mine\n--i--\n--o--\n"
    )
    mail = parse(raw)
    assert mail.text == "mine" and [one.data for one in mail.attachments] == [b"not mine"]


def test_parts_of_a_digest_are_mails() -> None:
    raw = b"From: a@b.example\nContent-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: One/Two\n\nx\n--d--\n"
    (attached,) = parse(raw).attachments
    assert (attached.name, attached.content_type) == ("One_Two.eml", "message/rfc822")
