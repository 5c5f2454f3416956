"""Mails made to break or to hold up a reader: each is read within two seconds of CPU, and none raises."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from daemon.errors import UnreadableMail
from daemon.incoming.apart import ReaderApart
from daemon.incoming.parse import parse
from rules.mail import Mail

MAILS = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))
HEAD = b"From: a@b.example\nTo: s@d.example\nSubject: x\n"
SECONDS = 2.0


def multipart(body: bytes, boundary: bytes = b"b") -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=" + boundary + b"\n\n" + body


def nested(levels: int, inside: bytes) -> bytes:
    begin = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return HEAD + begin + b"\n" + inside + b"".join(b"\n--b%d--" % n for n in reversed(range(levels)))


BOMBS = {
    "900 nested multiparts": nested(900, b"x"),
    "5,000 nested multiparts": nested(5_000, b"x"),
    "900 nested multiparts around 100,000 lines": nested(900, b"line\n" * 100_000),
    "50,000 parts": multipart(b"--b\nContent-Type: text/plain\n\nx\n" * 50_000),
    "20,000 attached mails": multipart(b"--b\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n" * 20_000),
    "a mail in a mail in a mail": HEAD + b"Content-Type: message/rfc822\n\n" * 20_000,
    "a To of 200 KB": HEAD + b"To: " + b", ".join(b"u%d@example.com" % n for n in range(12_000)) + b"\n\nx",
    "a To of 200 KB in encoded words": HEAD + b"To: " + b"=?utf-8?q?a?= <u@example.com>, " * 6_000 + b"\n\nx",
    "100,000 To headers": HEAD + b"To: u@example.com\n" * 100_000 + b"\nx",
    "a subject of 1 MB": b"Subject: " + b"x" * 1_000_000 + b"\n" + HEAD + b"\nx",
    "a subject of 80,000 encoded words": b"Subject: " + b"=?utf-8?q?x?= " * 80_000 + b"\n" + HEAD + b"\nx",
    "a subject of beginnings": HEAD + b"Subject: " + b"=?" * 30_000 + b"\n\nx",
    "100,000 headers": b"".join(b"X-%d: y\n" % n for n in range(100_000)) + HEAD + b"\nx",
    "a header of 500,000 lines": HEAD + b"X: a\n" + b" b\n" * 500_000 + b"\nx",
    "10,000 pieces of a name": HEAD + b"Content-Type: text/x;" + b"".join(b" name*%d=x;" % n for n in range(10_000)),
    "12,000 open quotes": HEAD + b"Content-Type: text/plain;" + b'a="x;' * 12_000 + b"\n\nx",
    "escaped quotes in From": b"From: " + b'"\\"' * 20_000 + b"\n\nx",
    "open comments in From": b"From: " + b"(" * 60_000 + b"\n\nx",
    "30,000 references": HEAD + b"References: " + b"<a@b> " * 30_000 + b"\n\nx",
    "a boundary of one dash": multipart(b"-" * 3_000_000, b"-"),
    "half a million wrong boundaries": multipart(b"--bx\n" * 500_000),
    "1,000 HTML parts": multipart(b"--b\nContent-Type: text/html\n\n" + b"<p>x" * 100 + b"\n" * 1_000),
    "400,000 open tags": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 400_000,
    "300,000 files that are none": HEAD + b"\n" + b"begin 644 x\n" * 300_000,
    "3 MB of padding": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 3_000_000,
    "3 MB of NUL": HEAD + b"\n" + b"\0" * 3_000_000,
    "a bounce of a million lines": b"From: mailer-daemon@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\n"
    b"Content-Type: message/delivery-status\n\n" + b"x\n" * 1_000_000,
    "a bounce about one long address": b"From: mailer-daemon@x.example\n\n" + b"a@b.c@" * 400_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_two_seconds(name: str) -> None:
    began = time.process_time()
    mail = parse(BOMBS[name])
    assert time.process_time() - began < SECONDS
    assert_sound(mail)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_200_megabytes(name: str) -> None:
    reader = ReaderApart()
    try:
        reader.parse_headers(HEAD)
        before = peak(reader)
        reader.parse(BOMBS[name], len(BOMBS[name]))
        assert peak(reader) - before < 200 * 1024
    finally:
        reader.close()


def peak(reader: ReaderApart) -> int:
    """The most memory that the process has held, in kilobytes."""
    assert reader.pid
    status = Path(f"/proc/{reader.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def test_limits_that_were_reached_are_told() -> None:
    assert "only the first 1000 parts are read" in parse(BOMBS["50,000 parts"]).defects
    assert "parts nested deeper than 50 levels are kept as text" in parse(BOMBS["900 nested multiparts"]).defects
    assert len(parse(BOMBS["a To of 200 KB"]).to) == 200


def test_twice_the_attachment_takes_not_much_more_than_twice_the_time() -> None:
    def cost(octets: int) -> float:
        raw = multipart(
            b"--b\nContent-Type: application/x\nContent-Transfer-Encoding: base64\n\n" + b"QUJD\n" * (octets // 5)
        )
        began = time.process_time()
        parse(raw)
        return time.process_time() - began

    assert cost(8_000_000) < 10 * max(cost(2_000_000), 0.02)


def assert_sound(mail: Mail) -> None:
    """What every other room relies on, whatever came in."""
    lines = [mail.subject, mail.message_id, mail.sender.name, mail.sender.address, *mail.in_reply_to, *mail.references]
    lines += [text for header in mail.headers for text in header]
    lines += [one.name for one in mail.attachments] + [one.content_type for one in mail.attachments]
    assert not any("\n" in line or "\r" in line or "\0" in line for line in lines)
    assert all(one.name and "/" not in one.name for one in mail.attachments)
    assert "\0" not in mail.text and "\r" not in mail.text
    for text in (*lines, mail.text, mail.html, mail.kind_evidence, *mail.defects):
        text.encode("utf-8")
    assert len(mail.fingerprint) == 64


def parse_anything(raw: bytes) -> None:
    began = time.process_time()
    try:
        assert_sound(parse(raw))
    except UnreadableMail as reason:
        assert "expected" in str(reason)
    assert time.process_time() - began < SECONDS


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400))
def test_any_octets_are_a_mail_or_told_to_be_none(raw: bytes) -> None:
    parse_anything(raw)
    parse_anything(HEAD + raw)
    parse_anything(b"From: " + raw + b"\n\nx")
    parse_anything(HEAD + b"Content-Type: " + raw + b"\n\n--b\n\nx")


CHUNKS = [
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b'"',
    b"<",
    b">",
    b"(",
    b"=?utf-8?b?",
    b"?=",
    b"\0",
    b"\xff",
    b";",
    b"--",
    b"=",
    b"@",
    b":",
]
CHUNKS += [
    b"Content-Type: multipart/mixed; boundary=a\n",
    b"Content-Type: message/rfc822\n\n",
    b"*0*=",
    b"charset=utf-16",
]


@settings(max_examples=150, deadline=None)
@given(some.sampled_from(MAILS), some.integers(0, 2**32))
def test_a_mangled_mail_is_still_read(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 10)):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.randint(0, 60))
        changed = (b"", chance.choice(CHUNKS), chance.randbytes(end - at), bytes(raw[at:end]) * chance.randint(1, 5))
        raw[at:end] = chance.choice(changed)
    parse_anything(bytes(raw))
