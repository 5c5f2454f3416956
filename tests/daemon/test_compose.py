"""The letters as mails: headers of each letter, hostile text, sizes, and bytes that every server takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.errors import PermanentError
from daemon.letters.compose import Composed, compose
from daemon.letters.discretion import discretion_of
from daemon.letters.header_lines import ascii_domain, encoded_words, field, parameter_tokens, text_tokens
from daemon.letters.letter_header import AUTOMATIC, check_header
from daemon.letters.letter_samples import SAMPLE_CASE, SAMPLE_DESK, SAMPLES, sample_case
from daemon.letters.mime import base64_size, file_name, text_part
from daemon.letters.safe_text import many_lines, one_line
from daemon.letters.templates import Letters
from rules.case import Audience, Case
from rules.decision import Wish
from rules.desk import Desk
from rules.mail import NOBODY, Address, Attachment
from rules.people import Engineer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERS = Letters("en")
ANN = SAMPLE_DESK.engineers[0]
CARLA = SAMPLE_CASE.customer
MESSAGE_ID = "c10042.7.token@example.com"
TOKEN_ADDRESS = Address("support+10042.token@example.com")
ENGLISH = pytest.mark.parametrize("letter", list(SAMPLES))

ALWAYS = ["Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References"]
MACHINE = ["Auto-Submitted", "X-Auto-Response-Suppress"]
LAST = ["X-Postcase-Case", "X-Postcase-Letter", "Content-Language", "MIME-Version", "Content-Type"]


def post(
    wish: Wish, case: Case = SAMPLE_CASE, desk: Desk = SAMPLE_DESK, room: int = 20_000_000, **changes: object
) -> Composed:
    told = {"message_id": MESSAGE_ID, "reply_to": desk.address, "now": NOW, "letters": LETTERS, **changes}
    return compose(wish, case, desk, room=room, **told)  # type: ignore[arg-type]


def read(composed: Composed) -> Message:
    return message_from_bytes(composed.raw)


def relay(words: str = "Please update the driver.", **changes: object) -> Wish:
    return replace(SAMPLES["relay"][0], words=words, **changes)  # type: ignore[arg-type]


def part(mail: Message, kind: str) -> str:
    found = next(part for part in mail.walk() if part.get_content_type() == kind)
    octets = found.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.decode("utf-8").replace("\r\n", "\n")


def decoded(mail: Message, name: str) -> str:
    return str(make_header(decode_header(mail[name].replace("\r\n", ""))))


def files(mail: Message) -> list[Message]:
    return [part for part in mail.walk() if part.get_content_disposition() == "attachment"]


def assert_fit_for_the_wire(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\x00" not in raw
    rest = raw.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    header = raw.partition(b"\r\n\r\n")[0]
    for line in header.split(b"\r\n"):
        assert len(line) <= 78 or line.count(b" ") == 1  # an id or an address that is longer than that
        assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ ]*\?=", line))


# What stands in the header of each letter

DESK, PERSON = '"Example Support" <support@example.com>', '"Ann Example (Example Support)" <support@example.com>'
WRITER, STRANGER = (f'"{name} (Example Support)" <support@example.com>' for name in ("Carla Customer", "Sam Stranger"))
COLLEAGUE = '"Max Example (Example Support)" <support@example.com>'
CUSTOMER, ENGINEER = '"Carla Customer" <carla@customer.example>', '"Ann Example" <ann@desk.example>'
STAFF = '"Dev Example" <dev@build.example>'

HEADERS: Mapping[str, tuple[str, str, str]] = {
    # letter         Auto-Submitted    From    To
    "confirmation": ("auto-replied", DESK, "carla@customer.example"),
    "follow-up":    ("auto-replied", DESK, CUSTOMER),
    "reminder":     ("auto-generated", DESK, CUSTOMER),
    "more-time":    ("auto-replied", DESK, CUSTOMER),
    "closed":       ("auto-generated", DESK, CUSTOMER),
    "relay":        ("", PERSON, CUSTOMER),
    "assigned":     ("auto-generated", WRITER, ENGINEER),
    "replied":      ("auto-generated", WRITER, ENGINEER),
    "held":         ("auto-replied", STRANGER, ENGINEER),
    "unproven":     ("auto-replied", DESK, ENGINEER),
    "refused":      ("auto-replied", DESK, ENGINEER),
    "receipt":      ("auto-replied", DESK, ENGINEER),
    "undelivered":  ("auto-generated", DESK, ENGINEER),
    "delayed":      ("auto-generated", DESK, ENGINEER),
    "silenced":     ("auto-generated", DESK, ENGINEER),
    "handover":     ("auto-generated", DESK, CUSTOMER),
    "target":       ("auto-generated", DESK, ENGINEER),
    "handed-on":    ("auto-generated", DESK, ENGINEER),
    "colleague":    ("auto-generated", COLLEAGUE, ENGINEER),
    "meeting":      ("", PERSON, CUSTOMER),
    "meeting-notice": ("auto-generated", DESK, ENGINEER),
    "received":     ("auto-replied", DESK, "sam@elsewhere.example"),
    "merged":       ("auto-generated", DESK, CUSTOMER),
    "merged-in":    ("auto-generated", DESK, ENGINEER),
    "escalated":    ("auto-generated", DESK, CUSTOMER),
    "consulted":    ("auto-generated", PERSON, STAFF),
    "advice":       ("auto-generated", '"Dev Example (Example Support)" <support@example.com>', ENGINEER),
    "change":       ("auto-generated", DESK, STAFF),
    "released":     ("auto-generated", DESK, CUSTOMER),
    "withheld":     ("auto-generated", DESK, CUSTOMER),
    "change-notice": ("auto-generated", DESK, ENGINEER),
    "staff-receipt": ("auto-replied", DESK, STAFF),
    "worklist":     ("auto-generated", DESK, ENGINEER),
    "report":       ("auto-generated", DESK, ENGINEER),
}  # fmt: skip


@ENGLISH
def test_the_header_of_each_letter(letter: str) -> None:
    automatic, sender, recipient = HEADERS[letter]
    wish = SAMPLES[letter][0]
    mail = read(post(wish, sample_case(letter)))
    last = [name for name in LAST if not wish.apart or name != "X-Postcase-Case"]
    assert mail.keys() == ALWAYS + (MACHINE if automatic else []) + last
    assert mail["From"] == sender
    assert mail["To"] == recipient
    own = {"worklist": "Your open cases: 4, 1 late", "report": "Seven days, until Thursday, 26 November 2026"}
    assert mail["Subject"] == own.get(letter, "Printer on fire" if wish.apart else "[Case #10042] Printer on fire")
    assert mail["Message-ID"] == f"<{MESSAGE_ID}>"
    assert mail["In-Reply-To"] == "<question@customer.example>"
    assert mail["Auto-Submitted"] == (automatic or None)
    assert mail["X-Auto-Response-Suppress"] == ("All" if automatic else None)
    assert mail["X-Postcase-Case"] == (None if wish.apart else "10042")
    assert mail["X-Postcase-Letter"] == letter
    assert mail["Content-Language"] == "en"
    assert parsedate_to_datetime(mail["Date"]) == NOW


def test_in_a_closed_letter_a_person_speaks_when_it_carries_her_words_and_else_a_machine() -> None:
    for_silence, at_his_word, with_words, bare, duplicate = SAMPLES["closed"]
    assert (bool(with_words.words), bare.facts) == (True, {"by": "engineer", "goes_on": 0})
    spoken = read(post(with_words))
    assert [name for name in MACHINE if name in spoken] == []
    for wish in (for_silence, at_his_word, bare, duplicate, replace(bare, words=" \n")):
        mail = read(post(wish))
        assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_every_letter_has_a_template_a_sample_and_a_line_in_the_tables() -> None:
    assert set(AUTOMATIC) == set(SAMPLES) == set(HEADERS)


@pytest.mark.parametrize("language", ["en", "de"])
@ENGLISH
def test_every_letter_is_fit_for_the_wire_and_says_in_html_what_it_says_in_text(letter: str, language: str) -> None:
    for wish in SAMPLES[letter]:
        letters, case = Letters(language), replace(SAMPLE_CASE, language=language)
        composed = post(wish, case, letters=letters)
        assert_fit_for_the_wire(composed.raw)
        mail = read(composed)
        assert mail["Content-Language"] == language
        assert mail.defects == []
        html = part(mail, "text/html")
        assert f'<html lang="{language}">' in html
        for line in part(mail, "text/plain").splitlines():
            assert line == "-- " or line.lstrip("> ").split("https:")[0] in unescape(html)
        assert "src=" not in html
        assert "url(" not in html


def test_letters_speak_the_language_of_their_reader() -> None:
    german = replace(SAMPLE_CASE, language="de")
    assert "Freundliche Grüße" in part(read(post(SAMPLES["confirmation"][0], german)), "text/plain")
    assert "you have a case" in part(read(post(SAMPLES["assigned"][0], german)), "text/plain")


# The confirmation


def test_a_confirmation_is_small_and_carries_nothing_of_the_mail_but_the_start_of_its_subject() -> None:
    for language in ("en", "de"):
        case = replace(SAMPLE_CASE, subject="Zündung defekt, " * 40, language=language)
        wish = replace(SAMPLES["confirmation"][0], words="a secret of the body")
        composed = post(wish, case)
        assert len(composed.raw) <= 4096
        assert len(composed.subject) <= len("[Case #10042] ") + 80
        assert composed.subject.startswith("[Case #10042] Zündung defekt, Zündung")
        assert composed.subject.endswith("…")
        whole = part(read(composed), "text/plain") + part(read(composed), "text/html")
        assert "Zündung" not in whole
        assert "secret" not in whole


# People and addresses


def test_reply_to_stands_there_only_when_it_differs_from_from() -> None:
    assert read(post(relay()))["Reply-To"] is None
    assert read(post(relay(), reply_to=Address("SUPPORT@example.com")))["Reply-To"] is None
    assert (
        read(post(relay(), reply_to=TOKEN_ADDRESS))["Reply-To"] == '"Example Support" <support+10042.token@example.com>'
    )


@ENGLISH
def test_no_letter_to_a_customer_shows_an_engineers_address(letter: str) -> None:
    bob = Engineer("Bob", Address("Bob.O'Neil@desk.example"))
    desk = replace(SAMPLE_DESK, engineers=(ANN, bob))
    leak = "Write to ANN@Desk.Example or <bob.o'neil@desk.example>, mailto:ann@desk.example."
    for wish in SAMPLES[letter]:
        if wish.audience.inside:
            continue
        wish = replace(
            wish,
            words=wish.words and leak,
            in_name_of=wish.in_name_of and "ann@desk.example",
            references=("one@example.com", "20261123.ann@desk.example", "two@example.com"),
        )
        composed = post(wish, replace(SAMPLE_CASE, subject=leak), desk)
        mail = read(composed)
        everything = (
            "\n".join(decoded(mail, name) for name in mail) + part(mail, "text/plain") + part(mail, "text/html")
        )
        assert "ann@desk.example" not in everything.lower()
        assert "neil@desk.example" not in everything.lower()
        assert mail["References"] == "<one@example.com> <two@example.com> <question@customer.example>"
        if wish.words:
            assert "Write to support@example.com or <support@example.com>, mailto:support@example.com." in everything


def test_an_address_that_only_resembles_an_engineers_stays() -> None:
    words = "joann@desk.example ann@desk.example.org x.ann@desk.example ann@desk.examples"
    assert discretion_of(SAMPLE_DESK, Audience.CUSTOMER).kept(words) == words
    assert discretion_of(SAMPLE_DESK, Audience.CUSTOMER).kept("ann@desk.example.") == "support@example.com."
    assert discretion_of(SAMPLE_DESK, Audience.ENGINEER).kept("ann@desk.example") == "ann@desk.example"


@pytest.mark.parametrize(
    ("name", "field_value"),
    [
        ("", "carla@customer.example"),
        ('Carla "C." \\ Customer', '"Carla \\"C.\\" \\\\ Customer" <carla@customer.example>'),
        ("Jörg, Müller", "=?utf-8?q?J=C3=B6rg=2C_M=C3=BCller?= <carla@customer.example>"),
        ("山田太郎", "=?utf-8?b?5bGx55Sw5aSq6YOO?= <carla@customer.example>"),
        ("boss@example.com", '"boss@example.com" <carla@customer.example>'),
        ("x\r\nBcc: e@x.example", '"x Bcc: e@x.example" <carla@customer.example>'),
        ("=?utf-8?q?x?= y", '"= ?utf-8?q?x?= y" <carla@customer.example>'),
    ],
)
def test_names_are_quoted_or_encoded(name: str, field_value: str) -> None:
    assert read(post(relay(to=replace(CARLA, name=name))))["To"] == field_value


@pytest.mark.parametrize(
    ("address", "on_the_wire"),
    [
        ("carla@straße.example", b"To: carla@xn--strae-oqa.example\r\n"),
        ("carla@例え.example", b"To: carla@xn--r8jz45g.example\r\n"),
        ('"a b"@example.com', b'To: "a b"@example.com\r\n'),
        ("carla@[192.0.2.1]", b"To: carla@[192.0.2.1]\r\n"),
        ("mü@example.com", "To: mü@example.com\r\n".encode()),
    ],
)
def test_only_a_foreign_local_part_leaves_ascii(address: str, on_the_wire: bytes) -> None:
    raw = post(relay(to=Address(address))).raw
    assert on_the_wire in raw
    assert raw.isascii() == ("mü" not in address)


@pytest.mark.parametrize(
    "address",
    ["", "carla", "@example.com", "carla@", "a b@example.com", "a@example.com>", "a@b,c@d.example",
     "a\r\nBcc: x@y.example", "a@example.com\n", "a\x00@example.com", "a@b@c.example", '"a"b"@example.com',
     "x" * 400 + "@example.com", "a@[x y]"],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(PermanentError, match="expected one mail address to write to, found"):
        post(relay(to=Address(address)))


# The thread


def test_a_long_thread_keeps_its_root_and_its_latest_twenty() -> None:
    ids = tuple(f"number-{number}.{'x' * 40}@customer.example" for number in range(100))
    mail = read(post(relay(references=ids, answers="last@customer.example")))
    named = mail["References"].split()
    assert named == [f"<{one}>" for one in (ids[0], *ids[-19:], "last@customer.example")]
    assert mail["In-Reply-To"] == "<last@customer.example>"


def test_a_letter_that_answers_no_mail_hangs_on_the_last_one_of_the_thread() -> None:
    mail = read(post(relay(references=("a@x.example", "b@x.example"), answers="")))
    assert mail["In-Reply-To"] == "<b@x.example>"
    assert mail["References"] == "<a@x.example> <b@x.example>"


def test_the_first_letter_of_a_thread_names_no_other() -> None:
    assert {"In-Reply-To", "References"}.isdisjoint(read(post(relay(answers=""))).keys())


@pytest.mark.parametrize("bad", ["", "a b@x", "a>b@x", "a\r\nBcc: x@y.example", "ü@x.example", "x" * 1000, "\x00"])
def test_an_id_that_no_header_can_carry_is_left_out(bad: str) -> None:
    mail = read(post(relay(references=("a@x.example", bad), answers=bad)))
    assert mail["In-Reply-To"] == "<a@x.example>"
    assert mail["References"] == "<a@x.example>"


def test_a_message_id_of_ours_that_is_none_is_refused() -> None:
    with pytest.raises(PermanentError, match="expected a Message-ID like"):
        post(relay(), message_id="a b")


# Subjects


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Printer", "[Case #10042] Printer"),
        ("Re: [CASE#10042] Printer", "[Case #10042] Printer"),
        ("", "[Case #10042]"),
        ("Drucker überhitzt 🔥", "[Case #10042] Drucker überhitzt 🔥"),
        ("プリンターが燃えている", "[Case #10042] プリンターが燃えている"),
        ("=?utf-8?Q?x=0D=0ABcc:_e@x?=", "[Case #10042] = ?utf-8?Q?x=0D=0ABcc:_e@x?="),
        ("x\r\nBcc: e@x.example\x00\x1b", "[Case #10042] x Bcc: e@x.example"),
        ("a\u202eb\u200bc", "[Case #10042] abc"),
        ("half a pair \ud83d", "[Case #10042] half a pair \ufffd"),
        ("two halves \ud83d\udd25", "[Case #10042] two halves 🔥"),
    ],
)
def test_a_subject_is_one_line_with_one_tag(subject: str, expected: str) -> None:
    composed = post(relay(), replace(SAMPLE_CASE, subject=subject))
    assert composed.subject == expected
    assert decoded(read(composed), "Subject") == expected
    assert_fit_for_the_wire(composed.raw)


def test_all_letters_of_a_case_have_one_subject_however_long_the_customers_was() -> None:
    """Many mail clients show mails of another subject in a thread of its own."""
    case = replace(SAMPLE_CASE, subject="The printer on the second floor " * 9)
    subjects = {
        post(wish, case).subject
        for wishes in SAMPLES.values()
        for wish in wishes
        if not wish.apart and not sample_case(wish.letter).book
    }
    assert len(subjects) == 1
    assert len(subjects.pop()) <= len("[Case #10042] ") + 80


def test_the_word_of_the_tag_is_the_desks() -> None:
    composed = post(relay(), desk=replace(SAMPLE_DESK, case_word="Fall"))
    assert composed.subject == "[Fall #10042] Printer on fire"
    assert "Example Support · Fall #10042" in part(read(composed), "text/plain")


# Texts


def test_a_relay_carries_the_words_as_they_are() -> None:
    words = (
        "Hi,\n\n  indented\n> quoted\n.\n..\nFrom the start\n-- \nAnn\ttab trailing  \n=20 a=b\nÄÖÜ ß 日本 🖨️\n"
        + "long " * 500
    )
    composed = post(relay(words))
    assert part(read(composed), "text/plain") == f"{words}\n\n-- \nExample Support · Case #10042\n"
    assert_fit_for_the_wire(composed.raw)


def test_words_with_every_kind_of_line_end_and_control_character_come_out_clean() -> None:
    words = "a\r\n.\r\nb\n.\nc\r.\r\r\nd\x00\x1b\x07\x0b\x0ce\x85\u2028f\ud800"
    composed = post(relay(words))
    assert part(read(composed), "text/plain").startswith("a\n.\nb\n.\nc\n.\n\nde\nf\ufffd\n")
    assert_fit_for_the_wire(composed.raw)


def test_quoted_words_cannot_break_out_of_their_quote() -> None:
    mail = read(post(replace(SAMPLES["replied"][1], words="a\rb\u2028c\r\nd")))
    assert "\n> a\n> b\n> c\n> d\n" in part(mail, "text/plain")


@pytest.mark.parametrize(
    ("text", "encoding"), [("plain", "7bit"), ("ä plain", "quoted-printable"), ("日本" * 9, "base64")]
)
def test_a_text_is_encoded_as_readably_as_can_be(text: str, encoding: str) -> None:
    assert text_part("plain", text).fields[1] == f"Content-Transfer-Encoding: {encoding}"


def test_a_text_that_resembles_a_boundary_is_encoded() -> None:
    boundary = re.search(r'boundary="([^"]+)"', post(relay()).raw.decode())
    assert boundary
    words = f"a\n--{boundary[1]}--\nb"
    mail = read(post(relay(words)))
    assert part(mail, "text/plain").startswith(f"{words}\n")
    assert [one.get_content_type() for one in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_same_wish_gives_the_same_bytes() -> None:
    assert post(SAMPLES["assigned"][0]).raw == post(SAMPLES["assigned"][0]).raw


# Attachments


def attached(name: str, data: bytes = b"x", content_type: str = "image/png") -> Attachment:
    return Attachment(name, content_type, data)


def test_attachments_travel_as_files_under_their_names() -> None:
    names = ["a.png", "Übersicht für März.pdf", "日本語" * 12 + ".txt", 'it\'s 100% "it".txt', "semi;colon=.txt"]
    kept = ["a.png", "Übersicht für März.pdf", "日本語" * 12 + ".txt", "it's 100% _it_.txt", "semi;colon=.txt"]
    data = bytes(range(256)) * 40
    composed = post(relay(attachments=tuple(attached(name, data) for name in names)))
    assert_fit_for_the_wire(composed.raw)
    found = files(read(composed))
    assert [one.get_filename() for one in found] == kept
    assert all(one.get_payload(decode=True) == data for one in found)
    assert composed.shortened == ""


def test_an_inline_picture_becomes_a_file_because_our_html_names_none() -> None:
    picture = Attachment("logo.png", "image/png", b"x", content_id="logo@x.example", inline=True)
    (found,) = files(read(post(relay(attachments=(picture,)))))
    assert found.get_filename() == "logo.png"
    assert found["Content-ID"] is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Temp\\a.txt", "a.txt"),
        ("a\r\nContent-Type: x", "a Content-Type_ x"),
        ("\u200b.htaccess", ".htaccess"),
        ("exe\u202etxt.scr", "exetxt.scr"),
        ("", "attachment.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
        ("x" * 119 + " " + "x" * 9, "x" * 119),
        ("\ud800.png", "\ufffd.png"),
    ],
)
def test_a_file_name_is_harmless(given: str, kept: str) -> None:
    composed = post(relay(attachments=(attached(given),)))
    (found,) = files(read(composed))
    assert found.get_filename() == kept
    assert_fit_for_the_wire(composed.raw)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Text/CSV; charset=x", "text/csv"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("image/png\r\nX: y", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_content_type_is_kept_only_if_it_is_one(given: str, kept: str) -> None:
    (found,) = files(read(post(relay(attachments=(attached("a", content_type=given),)))))
    assert found.get_content_type() == kept
    assert found["X"] is None


def test_attachments_that_do_not_fit_are_left_out_and_named_above_the_signature() -> None:
    big = attached("big.bin", bytes(200_000)), attached("huge.bin", bytes(900_000))
    composed = post(relay(attachments=(attached("a.txt"), *big, attached("b.txt"))), room=100_000)
    mail = read(composed)
    assert [one.get_filename() for one in files(mail)] == ["a.txt", "b.txt"]
    note = "[2 attachments were too large to pass on: big.bin, huge.bin]"
    assert f"{note}\n\n-- \nExample Support" in part(mail, "text/plain")
    assert note in part(mail, "text/html")
    assert composed.shortened == "2 attachments (1100000 octets) do not fit into a letter of 100000: big.bin, huge.bin"
    assert len(composed.raw) <= 100_000


@pytest.mark.parametrize("text", ["'" * 300_000, "🔥" * 300_000, "\n" * 300_000, " x" * 150_000, "日" * 300_000])
def test_no_text_makes_a_letter_larger_than_its_room(text: str) -> None:
    composed = post(replace(SAMPLES["assigned"][1], words=f"a{text}z"), room=1_000_000)
    assert len(composed.raw) <= 1_000_000
    assert composed.shortened == "the text is too long for a letter"
    assert "[The text is longer than a mail should be" in part(read(composed), "text/plain")
    assert_fit_for_the_wire(composed.raw)


@given(st.integers(0, 5000))
def test_the_size_of_base64_is_known_beforehand(octets: int) -> None:
    composed = post(relay(attachments=(attached("a", bytes(octets)),)))
    body = composed.raw.partition(b'filename="a"\r\n\r\n')[2].partition(b"\r\n--=_")[0]
    assert len(body) == base64_size(octets)


# Whatever stands in a mail

TEXT = st.text(st.characters(), max_size=60)  # lone surrogates and controls included
NASTY = st.lists(
    st.sampled_from(
        ["\r\nBcc: e@x.example", "\n\n", "\r", "\x00", "=?utf-8?q?", "=0D=0A", "?=", "=", "?", "\ud800", "\udc00", "ü",
         "日本", "🖨️", "x" * 80, " ", '"', "\\", "<e@x.example>", "(", "[Case #10042]", "[case #1]", "Re: ",
         "\u2028", "\x85", "> ", ".\n", "--=_"]
    ),
    max_size=25,
).map("".join)  # fmt: skip
ANY = st.one_of(TEXT, NASTY)


@settings(max_examples=300, deadline=None)
@given(subject=ANY, name=ANY, person=ANY, words=ANY, file=ANY, kind=ANY, thread=st.lists(ANY, max_size=3), product=ANY)
def test_no_text_makes_a_header_a_long_line_or_a_crash(
    subject: str, name: str, person: str, words: str, file: str, kind: str, thread: list[str], product: str
) -> None:
    wish = relay(
        words,
        to=Address(CARLA.address, name),
        in_name_of=person,
        attachments=(attached(file, b"data", kind),),
        references=tuple(thread),
    )
    composed = post(wish, replace(SAMPLE_CASE, subject=subject, product=product))
    assert_fit_for_the_wire(composed.raw)
    mail = read(composed)
    assert mail.keys() == ALWAYS + LAST
    assert [one.get_content_type() for one in mail.walk()][:4] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert len(files(mail)) == 1
    assert decoded(mail, "Subject") == composed.subject
    assert composed.subject.startswith("[Case #10042]")
    assert composed.subject.count("#10042]") == 1
    expected = many_lines(words).strip("\n")
    assert part(mail, "text/plain") == f"{expected}\n\n-- \nExample Support · Case #10042\n".lstrip("\n")


@settings(max_examples=200, deadline=None)
@given(sender=ANY, why=ANY, remark=ANY, words=ANY, file=ANY, error=ANY)
def test_no_fact_makes_a_notice_crash(sender: str, why: str, remark: str, words: str, file: str, error: str) -> None:
    facts = {"sender": Address("carla@customer.example", sender), "why": why, "remark": remark, "error": error}
    for letter in ("assigned", "held", "unproven", "refused", "undelivered"):
        wish = SAMPLES[letter][0]
        told = {name: facts.get(name, fact) for name, fact in wish.facts.items()}
        composed = post(replace(wish, facts=told, words=words, attachments=(attached(file),)))
        assert_fit_for_the_wire(composed.raw)
        assert read(composed).keys() == ALWAYS + MACHINE + LAST


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_any_text_survives_its_way_through_a_header(text: str) -> None:
    line = field("Subject", text_tokens(text))
    assert line.isascii()
    assert decoded(message_from_bytes(line.encode() + b"\r\n\r\n"), "Subject") == one_line(text)
    assert all(len(word) <= 75 for word in encoded_words(one_line(text)))


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_any_name_survives_its_way_through_a_parameter(text: str) -> None:
    name = file_name(attached(text))
    line = field("Content-Disposition", ["attachment;", *parameter_tokens("filename", name)])
    assert message_from_bytes(line.encode() + b"\r\n\r\n").get_filename("") == name


def test_a_domain_keeps_its_letters() -> None:
    assert ascii_domain("Bücher。example") == "xn--bcher-kva.example"
    assert ascii_domain("EXAMPLE.com") == "EXAMPLE.com"


# The last lock


def test_a_header_that_reads_back_with_another_field_is_not_sent() -> None:
    fields = ["Subject: x\r\nBcc: e@x.example", "To: a@x.example"]
    with pytest.raises(PermanentError, match="expected the header fields Subject, To, found Subject, Bcc, To"):
        check_header("\r\n".join(fields).encode() + b"\r\n\r\n", fields)


@pytest.mark.parametrize("line", ["Subject: " + "x" * 998, "Subject: a\rb", "Subject: a\n b"])
def test_a_header_line_that_is_too_long_or_broken_is_not_sent(line: str) -> None:
    with pytest.raises(PermanentError):
        check_header(line.encode() + b"\r\n\r\n", [line])


def test_an_unknown_letter_is_refused() -> None:
    with pytest.raises(PermanentError, match=r"expected one of the letters confirmation, .*, found 'birthday'"):
        post(Wish("birthday", CARLA, Audience.CUSTOMER))


def test_a_case_whose_owner_has_left_still_gets_its_letters() -> None:
    for wishes in SAMPLES.values():
        for wish in wishes:
            assert post(wish, replace(SAMPLE_CASE, owner=NOBODY)).raw
