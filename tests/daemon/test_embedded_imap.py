"""Does the embedded IMAP server say what mail clients need to hear? Asked with imapclient, imaplib and by hand."""

from __future__ import annotations

import asyncio
import imaplib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from daemon.embedded.embedded_faults import HANG_UP, HANG_UP_AFTER
from daemon.embedded.embedded_mail import EmbeddedMail
from daemon.embedded.imap_server import describe, mime
from daemon.embedded.imap_server.syntax import arguments

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DESK = "support@example.com"
PLAIN = (
    b"Date: Mon, 02 Mar 2026 11:58:00 +0100\r\n"
    b"From: =?utf-8?q?J=C3=BCrgen?= <juergen@customer.example>\r\n"
    b'To: "Support, Example" <support@example.com>, ann@desk.example (Ann)\r\n'
    b"Subject: =?utf-8?q?F=C3=A4hre?= is late\r\n"
    b"Message-ID: <one@customer.example>\r\n"
    b"X-Folded: first\r\n second\r\n"
    b"\r\n"
    b"The ferry is late.\r\nAgain.\r\n"
)
NESTED = (
    b"From: ann@desk.example\r\n"
    b"Subject: with papers\r\n"
    b"To: undisclosed-recipients:;\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="outer"\r\n'
    b"\r\n"
    b"preamble\r\n"
    b"--outer\r\n"
    b"Content-Type: multipart/alternative; boundary=inner\r\n"
    b"\r\n"
    b"--inner\r\n"
    b"\r\n"
    b"plain text\r\n"
    b"--inner\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n"
    b"<p>gr=C3=BCn</p>\r\n"
    b"--inner--\r\n"
    b"\r\n"
    b"--outer\r\n"
    b'Content-Type: application/pdf; name="a \\"b\\".pdf"\r\n'
    b"Content-Disposition: attachment; filename=a.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"Content-ID: <pdf@desk.example>\r\n"
    b"\r\n"
    b"JVBERi0=\r\n"
    b"--outer\r\n"
    b"Content-Type: message/rfc822\r\n"
    b"\r\n" + PLAIN + b"\r\n"
    b"--outer--\r\n"
)


@pytest.fixture
def mail() -> Iterator[EmbeddedMail]:
    with EmbeddedMail({DESK: "secret", "ann@desk.example": "other"}, now=lambda: NOON) as running:
        yield running


@pytest.fixture
def client(mail: EmbeddedMail) -> Iterator[IMAPClient]:
    client = connected(mail)
    yield client
    client.shutdown()


def connected(mail: EmbeddedMail, folder: str = "INBOX") -> IMAPClient:
    client = IMAPClient(mail.host, mail.imap_port, ssl=False, timeout=10)
    client.normalise_times = False
    client.login(DESK, "secret")
    if folder:
        client.select_folder(folder)
    return client


class Wire:
    """IMAP by hand, for what no client library says."""

    def __init__(self, mail: EmbeddedMail, *, logged_in: bool = True) -> None:
        self._socket = socket.create_connection((mail.host, mail.imap_port), timeout=10)
        self._file = self._socket.makefile("rb")
        self.greeting = self._file.readline()
        if logged_in:
            self.say(b"a LOGIN support@example.com secret")

    def say(self, command: bytes) -> list[bytes]:
        """All lines up to the tagged answer, which is the last."""
        self._socket.sendall(command + b"\r\n")
        return self.hear(command.split(b" ")[0] + b" ")

    def hear(self, start: bytes) -> list[bytes]:
        lines = [self._file.readline()]
        while lines[-1] and not lines[-1].startswith(start):
            lines.append(self._file.readline())
        return [line.rstrip(b"\r\n") for line in lines]

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture
def wire(mail: EmbeddedMail) -> Iterator[Wire]:
    wire = Wire(mail)
    yield wire
    wire.close()


# Logging in


@pytest.mark.parametrize("user", [DESK, "SUPPORT@example.com", "support"])
def test_the_user_name_is_the_address_or_its_first_part(mail: EmbeddedMail, user: str) -> None:
    with IMAPClient(mail.host, mail.imap_port, ssl=False, timeout=10) as client:
        assert b"welcome" in client.login(user, "secret")


def test_a_wrong_password_is_refused_with_a_code(mail: EmbeddedMail) -> None:
    with IMAPClient(mail.host, mail.imap_port, ssl=False, timeout=10) as client:
        with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
            client.login(DESK, "wrong")


def test_plain_authentication_works_with_and_without_the_first_answer_in_the_command(mail: EmbeddedMail) -> None:
    with IMAPClient(mail.host, mail.imap_port, ssl=False, timeout=10) as client:
        client.plain_login(DESK, "secret")
    wire = Wire(mail, logged_in=False)
    assert wire.say(b"a AUTHENTICATE PLAIN AHN1cHBvcnRAZXhhbXBsZS5jb20Ac2VjcmV0")[-1].startswith(b"a OK ")
    wire.close()


def test_a_token_login_is_offered_where_a_test_adds_it(mail: EmbeddedMail) -> None:
    mail.imap.capabilities.append("AUTH=XOAUTH2")
    with IMAPClient(mail.host, mail.imap_port, ssl=False, timeout=10) as client:
        client.oauth2_login(DESK, "secret")
        assert client.folder_exists("INBOX")


def test_nothing_is_shown_before_the_login(mail: EmbeddedMail) -> None:
    wire = Wire(mail, logged_in=False)
    assert wire.greeting.startswith(b"* OK [CAPABILITY IMAP4rev1 ")
    assert wire.say(b"a SELECT INBOX") == [b"a BAD SELECT needs a login first"]
    assert wire.say(b"b AUTHENTICATE PLAIN %%%")[-1].startswith(b"b BAD ")
    wire.close()


def test_pleasantries_are_exchanged(client: IMAPClient) -> None:
    assert client.id_({"name": "test"}) == ((b"name", b"Postcase demo"),)
    assert client.namespace().personal == (("", "/"),)
    assert client.noop() == (b"nothing done", [])
    assert b"IDLE" in client.capabilities()


# Folders


def test_an_account_starts_with_inbox_and_sent(client: IMAPClient) -> None:
    assert client.list_folders() == [
        ((b"\\HasNoChildren",), b"/", "INBOX"),
        ((b"\\HasNoChildren", b"\\Sent"), b"/", "Sent"),
    ]
    assert client.find_special_folder(b"\\Sent") == "Sent"
    assert [name for _, _, name in client.list_sub_folders()] == ["INBOX", "Sent"]


def test_folder_names_of_all_languages_survive(client: IMAPClient) -> None:
    for name in ("Fälle/Ünï & Co", 'quo"te\\d', "ticket 日本"):
        client.create_folder(name)
        assert client.folder_exists(name)
        client.append(name, PLAIN)
        assert client.folder_status(name, ["MESSAGES"]) == {b"MESSAGES": 1}
    assert ((b"\\HasChildren",), b"/", "Fälle") in client.list_folders()
    assert [name for _, _, name in client.list_folders("Fälle/", "%")] == ["Fälle/Ünï & Co"]


def test_wildcards_stop_at_a_level_or_run_through(client: IMAPClient) -> None:
    client.create_folder("Archive/2025/Q1")
    client.delete_folder("Archive/2025")

    def names(pattern: str) -> list[str]:
        return [name for _, _, name in client.list_folders("", pattern)]

    assert names("%") == ["INBOX", "Archive", "Sent"]
    assert names("*Q1") == ["Archive/2025/Q1"]
    assert names("inbox") == ["INBOX"]
    assert names("Archive/%") == ["Archive/2025"]  # only a level above a folder now
    assert (b"\\HasChildren", b"\\Noselect") in [flags for flags, _, _ in client.list_folders()]
    assert names("*%" * 40 + "x") == []


def test_the_extended_list_of_newer_clients_is_understood(wire: Wire) -> None:
    listed = wire.say(b'b LIST (SPECIAL-USE) "" ("*") RETURN (SPECIAL-USE)')
    assert listed == [b'* LIST (\\HasNoChildren \\Sent) "/" "Sent"', b"b OK these are your folders"]
    assert wire.say(b'c LIST "" ""')[0] == b'* LIST (\\Noselect) "/" ""'


def test_subscriptions_are_kept(client: IMAPClient) -> None:
    client.create_folder("Cases")
    client.subscribe_folder("Cases")
    client.unsubscribe_folder("Sent")
    assert [name for _, _, name in client.list_sub_folders()] == ["Cases", "INBOX"]


def test_renaming_takes_the_folders_below_along_and_inbox_hands_over_its_mail(
    mail: EmbeddedMail, client: IMAPClient
) -> None:
    mail.deliver(DESK, PLAIN)
    client.create_folder("Old/below")
    client.rename_folder("Old", "New")
    client.rename_folder("INBOX", "Cases/first")
    assert [name for _, _, name in client.list_folders()] == [
        "INBOX",
        "Cases",
        "Cases/first",
        "New",
        "New/below",
        "Sent",
    ]
    assert mail.folder(DESK) == []
    assert len(mail.folder(DESK, "Cases/first")) == 1


def test_a_folder_made_anew_has_another_uidvalidity(client: IMAPClient) -> None:
    client.create_folder("Cases")
    before = client.select_folder("Cases")[b"UIDVALIDITY"]
    client.delete_folder("Cases")
    client.create_folder("Cases")
    assert client.select_folder("Cases")[b"UIDVALIDITY"] > before


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (b"b SELECT Nowhere", b"b NO [NONEXISTENT] there is no folder 'Nowhere'"),
        (b"b CREATE Sent", b"b NO [ALREADYEXISTS] there is a folder 'Sent'"),
        (b"b CREATE a//b", b"b NO [CANNOT] 'a//b' is no name for a folder"),
        (b"b DELETE inbox", b"b NO [CANNOT] INBOX stays"),
        (b"b RENAME Sent Sent/Sent", b"b NO [CANNOT] 'Sent' cannot become 'Sent/Sent'"),
        (b"b APPEND Nowhere {1+}\r\nx", b"b NO [TRYCREATE] there is no folder 'Nowhere'"),
        (b"b FETCH 1 FLAGS", b"b BAD FETCH needs a selected folder first"),
    ],
)
def test_a_refusal_says_what_is_wrong(wire: Wire, command: bytes, refusal: bytes) -> None:
    assert wire.say(command) == [refusal]


# Reading


def test_select_tells_all_a_client_plans_with(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.deliver(DESK, PLAIN)
    mail.deliver(DESK, NESTED)
    client.add_flags([1], [b"\\Seen", b"Postcase"])
    told = client.select_folder("INBOX")
    assert told[b"EXISTS"] == 2
    assert told[b"UIDNEXT"] == 3
    assert told[b"UNSEEN"] == [b"2"]
    assert told[b"READ-WRITE"] is True
    assert b"\\*" in told[b"PERMANENTFLAGS"]
    assert b"Postcase" in told[b"FLAGS"]
    assert client.folder_status("INBOX") == {
        b"MESSAGES": 2,
        b"RECENT": 0,
        b"UIDNEXT": 3,
        b"UIDVALIDITY": told[b"UIDVALIDITY"],
        b"UNSEEN": 1,
    }


def test_the_envelope_is_the_header_in_imaps_words(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.deliver(DESK, PLAIN)
    envelope = client.fetch([1], ["ENVELOPE"])[1][b"ENVELOPE"]
    assert envelope.subject == b"=?utf-8?q?F=C3=A4hre?= is late"
    assert envelope.message_id == b"<one@customer.example>"
    assert envelope.date == datetime(2026, 3, 2, 11, 58, tzinfo=envelope.date.tzinfo)
    assert [str(address) for address in envelope.from_] == ["=?utf-8?q?J=C3=BCrgen?= <juergen@customer.example>"]
    assert envelope.sender == envelope.reply_to == envelope.from_
    assert [(address.name, address.route, address.mailbox, address.host) for address in envelope.to] == [
        (b"Support, Example", None, b"support", b"example.com"),
        (b"Ann", None, b"ann", b"desk.example"),
    ]
    assert envelope.cc is None and envelope.in_reply_to is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", b"NIL"),
        (b"To: undisclosed-recipients:;\r\n", b'((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL))'),
        (
            b"To: Team: a@x.example, B <b@x.example>;, c@x.example\r\n",
            b'((NIL NIL "Team" NIL)(NIL NIL "a" "x.example")("B" NIL "b" "x.example")(NIL NIL NIL NIL)'
            b'(NIL NIL "c" "x.example"))',
        ),
        (b'To: "a <b@x.example>, \\"c" <d@x.example>\r\n', b'(("a <b@x.example>, \\"c" NIL "d" "x.example"))'),
        (b"To: nobody\r\n", b'((NIL NIL "nobody" ""))'),
        (
            b"To: (a comment),\r\n\tb@x.example\r\nTo: c@x.example\r\n",
            b'((NIL NIL "b" "x.example")(NIL NIL "c" "x.example"))',
        ),
        (b"To: \xfc@x.example\r\n", b'((NIL NIL {1}\r\n\xfc "x.example"))'),
    ],
)
def test_the_addresses_of_odd_headers(mail: EmbeddedMail, wire: Wire, header: bytes, expected: bytes) -> None:
    mail.deliver(DESK, header + b"Subject: s\r\n\r\nx\r\n")
    wire.say(b"b SELECT INBOX")
    answer = b"\r\n".join(wire.say(b"c FETCH 1 ENVELOPE"))
    assert b'* 1 FETCH (ENVELOPE (NIL "s" NIL NIL NIL ' + expected + b" NIL NIL NIL NIL))" in answer


def test_the_structure_of_a_nested_mail(mail: EmbeddedMail, wire: Wire) -> None:
    mail.deliver(DESK, NESTED)
    wire.say(b"b SELECT INBOX")
    assert wire.say(b"c FETCH 1 BODYSTRUCTURE")[0] == (
        b"* 1 FETCH (BODYSTRUCTURE ("
        b'(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 0 NIL NIL NIL NIL)'
        b'("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 16 0 NIL NIL NIL NIL)'
        b' "alternative" ("boundary" "inner") NIL NIL NIL)'
        b'("application" "pdf" ("name" "a \\"b\\".pdf") "<pdf@desk.example>" NIL "base64" 8'
        b' NIL ("attachment" ("filename" "a.pdf")) NIL NIL)'
        b'("message" "rfc822" NIL NIL NIL "7bit" %d'
        b' ("Mon, 02 Mar 2026 11:58:00 +0100" "=?utf-8?q?F=C3=A4hre?= is late"'
        b' (("=?utf-8?q?J=C3=BCrgen?=" NIL "juergen" "customer.example"))'
        b' (("=?utf-8?q?J=C3=BCrgen?=" NIL "juergen" "customer.example"))'
        b' (("=?utf-8?q?J=C3=BCrgen?=" NIL "juergen" "customer.example"))'
        b' (("Support, Example" NIL "support" "example.com")("Ann" NIL "ann" "desk.example"))'
        b' NIL NIL NIL "<one@customer.example>")'
        b' ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 28 2 NIL NIL NIL NIL) 10 NIL NIL NIL NIL)'
        b' "mixed" ("boundary" "outer") NIL NIL NIL))' % len(PLAIN)
    )
    short = wire.say(b"d FETCH 1 BODY")[0]
    assert b'"html" ("charset" "utf-8") NIL NIL "quoted-printable" 16 0)' in short
    assert short.endswith(b' "mixed"))')


def test_imapclient_understands_the_structure(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.deliver(DESK, NESTED)
    structure = client.fetch([1], ["BODYSTRUCTURE"])[1][b"BODYSTRUCTURE"]
    assert structure.is_multipart
    assert structure[1] == b"mixed"
    assert [part[0] for part in structure[0][1:]] == [b"application", b"message"]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("BODY.PEEK[]", NESTED),
        ("BODY.PEEK[HEADER]", NESTED.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"),
        ("BODY.PEEK[TEXT]", NESTED.partition(b"\r\n\r\n")[2]),
        ("BODY.PEEK[1.1]", b"plain text"),
        ("BODY.PEEK[1.1.MIME]", b"\r\n"),
        ("BODY.PEEK[1.2]", b"<p>gr=C3=BCn</p>"),
        (
            "BODY.PEEK[1.2.MIME]",
            b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
        ),
        ("BODY.PEEK[2]", b"JVBERi0="),
        ("BODY.PEEK[3]", PLAIN),
        ("BODY.PEEK[3.HEADER]", PLAIN.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"),
        ("BODY.PEEK[3.TEXT]", b"The ferry is late.\r\nAgain.\r\n"),
        ("BODY.PEEK[3.1]", b"The ferry is late.\r\nAgain.\r\n"),
        ("BODY.PEEK[3.HEADER.FIELDS (x-folded)]", b"X-Folded: first\r\n second\r\n\r\n"),
        ("BODY.PEEK[HEADER.FIELDS (Subject TO)]", b"Subject: with papers\r\nTo: undisclosed-recipients:;\r\n\r\n"),
        (
            "BODY.PEEK[HEADER.FIELDS.NOT (Subject To Content-Type From)]",
            b"MIME-Version: 1.0\r\n\r\n",
        ),
        ("BODY.PEEK[]<0.10>", NESTED[:10]),
        ("BODY.PEEK[2]<4.100>", b"Ri0="),
        ("BODY.PEEK[2]<99.10>", b""),
        ("BODY.PEEK[4]", None),
        ("BODY.PEEK[2.1]", None),
        ("BODY.PEEK[2.HEADER]", None),
        ("RFC822.HEADER", NESTED.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"),
    ],
)
def test_every_section_of_a_mail_can_be_fetched_octet_for_octet(
    mail: EmbeddedMail, client: IMAPClient, section: str, expected: bytes | None
) -> None:
    mail.deliver(DESK, NESTED)
    answer = client.fetch([1], [section])[1]
    assert [value for name, value in answer.items() if name != b"SEQ"] == [expected]
    assert mail.folder(DESK)[0].flags == frozenset()


def test_a_mail_without_parts_is_its_own_part_one(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.deliver(DESK, PLAIN)
    answer = client.fetch([1], ["BODY.PEEK[1]", "BODY.PEEK[1.MIME]", "BODY.PEEK[1.1]", "BODY.PEEK[2]"])[1]
    header, _, body = PLAIN.partition(b"\r\n\r\n")
    assert answer[b"BODY[1]"] == body
    assert answer[b"BODY[1.MIME]"] == header + b"\r\n\r\n"
    assert answer[b"BODY[1.1]"] is None and answer[b"BODY[2]"] is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\r\n",
        b"no header at all",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno boundary line in sight\r\n",
        b"Content-Type: multipart/mixed\r\n\r\n--\r\n--\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n--x\r\n\r\n",
        b"Content-Type: ;;;=;\r\nFrom: <<<>>>,,,(((\r\nTo: :;:;:;\r\n\r\n\x00\xff",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\nContent-Type: message/rfc822\r\n\r\n" * 200,
    ],
)
def test_broken_mails_are_described_all_the_same(mail: EmbeddedMail, client: IMAPClient, broken: bytes) -> None:
    mail.deliver(DESK, broken)
    answer = client.fetch([1], ["ENVELOPE", "BODYSTRUCTURE", "BODY", "BODY.PEEK[]", "BODY.PEEK[1]", "RFC822.SIZE"])[1]
    assert answer[b"BODY[]"] == broken
    assert answer[b"RFC822.SIZE"] == len(broken)


HOSTILE = {
    "brackets": b"From: " + b"(" * 200_000,
    "addresses": b"To: " + b"a@x.example," * 20_000,
    "quotes": b"To: " + b'"\\' * 100_000,
    "groups": b"To: " + b"a:;" * 50_000,
    "boundaries": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 40_000,
    "half boundaries": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b" + b"--b" * 70_000,
    "parameters": b"Content-Type: text/plain" + b"; a=b" * 40_000,
    "fields": b"a: b\r\n" * 40_000,
}


@pytest.mark.parametrize("mail", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_mail_is_described_in_time_that_grows_with_its_size_only(mail: bytes) -> None:
    def seconds(raw: bytes) -> float:
        begun = time.process_time()
        described = describe.structure(mime.parse(raw), extended=True) + describe.envelope(mime.parse(raw))
        assert described.startswith(b"(")
        return time.process_time() - begun

    assert seconds(mail) < 2.0  # something quadratic takes minutes here


CORPUS = Path(__file__).parents[3] / "shared" / "mail"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real mails is not beside the checkout")
def test_real_mails_are_described_in_words_imap_clients_can_read() -> None:
    for path in sorted(CORPUS.rglob("*.eml"))[::8]:
        mail = mime.parse(path.read_bytes())
        (structure,) = arguments(describe.structure(mail, extended=True))
        (envelope,) = arguments(describe.envelope(mail))
        assert isinstance(structure, list) and isinstance(envelope, list), path
        assert len(envelope) == 10, path
        assert isinstance(structure[0], list) is bool(mail.children), path


def test_reading_a_mail_marks_it_seen_unless_one_only_peeks_or_examines(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.deliver(DESK, PLAIN)
    client.select_folder("INBOX", readonly=True)
    assert b"FLAGS" not in client.fetch([1], ["BODY[]"])[1]
    with pytest.raises(IMAPClientError, match="EXAMINE"):
        client.add_flags([1], [b"\\Seen"])
    client.select_folder("INBOX")
    assert client.fetch([1], ["RFC822"])[1][b"FLAGS"] == (b"\\Seen",)
    assert mail.folder(DESK)[0].flags == {"\\Seen"}


def test_macros_and_dates(mail: EmbeddedMail, client: IMAPClient) -> None:
    client.append("INBOX", PLAIN, flags=[b"\\Flagged"], msg_time=datetime(2025, 7, 4, 6, 5, 4, tzinfo=UTC))
    answer = client.fetch([1], ["FULL"])[1]
    assert answer[b"INTERNALDATE"] == datetime(2025, 7, 4, 6, 5, 4, tzinfo=answer[b"INTERNALDATE"].tzinfo)
    assert {b"FLAGS", b"RFC822.SIZE", b"ENVELOPE", b"BODY", b"SEQ"} <= answer.keys()
    assert mail.folder(DESK)[0].received_at == datetime(2025, 7, 4, 6, 5, 4, tzinfo=UTC)


# Searching


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ("ALL", [1, 2, 3]),
        ("UNSEEN", [2, 3]),
        ("SEEN", [1]),
        ("NOT SEEN", [2, 3]),
        ("KEYWORD postcase", [3]),
        ("UNKEYWORD Postcase", [1, 2]),
        ("OR SEEN KEYWORD Postcase", [1, 3]),
        ("(OR (SEEN) (UID 2)) NOT UID 1", [2]),
        ("2:3", [2, 3]),
        ("*", [3]),
        ("UID 3:*", [3]),
        ("UID 99:*", [3]),
        ("FROM juergen@customer", [1]),
        (["FROM", "Jürgen <"], [1]),
        (["SUBJECT", "fähre IS"], [1]),
        ("TO ann@desk.example", [1]),
        ("HEADER Message-ID <one@customer.example>", [1]),
        ('HEADER X-Folded ""', [1]),
        (["BODY", "GRÜN"], [2]),
        ("BODY papers", []),
        ("TEXT papers", [2]),
        ("TEXT ferry", [1, 2]),
        ("SINCE 2-Mar-2026", [1, 2]),
        ("BEFORE 02-Mar-2026", [3]),
        ("ON 1-Jan-2025", [3]),
        ("SENTON 2-Mar-2026", [1]),
        ("SENTSINCE 3-Mar-2026", []),
        ("SENTBEFORE 3-Mar-2026", [1]),
        ("LARGER 500", [2]),
        ("SMALLER 100", [3]),
        ("NEW", []),
        ("UNDELETED UNDRAFT UNANSWERED UNFLAGGED", [1, 2, 3]),
    ],
)
def test_search_finds(mail: EmbeddedMail, client: IMAPClient, criteria: str | list[str], expected: list[int]) -> None:
    mail.deliver(DESK, PLAIN)
    mail.deliver(DESK, NESTED)
    client.append("INBOX", b"\r\nshort", flags=[b"Postcase"], msg_time=datetime(2025, 1, 1, 23, 30, tzinfo=UTC))
    client.add_flags([1], [b"\\seen"])
    assert client.search(criteria, "UTF-8") == expected


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"c SEARCH CHARSET KOI8-R TEXT x", b"c NO [BADCHARSET (US-ASCII UTF-8)] search in UTF-8"),
        (b"c SEARCH OR SEEN", b"c BAD SEARCH OR: its argument is missing"),
        (b'c SEARCH ""', b"c BAD SEARCH knows no key ''"),
        (b"c SEARCH SINCE yesterday", b"c BAD expected a date such as 17-Jul-1996, found 'yesterday'"),
        (b"c SEARCH ON 31-Feb-2026", b"c BAD '31-Feb-2026' is no day of the calendar"),
        (b"c SEARCH " + b"(" * 2000 + b"ALL", b"c BAD parentheses do not match, or lie too deep"),
        (b"c FETCH 1", b"c BAD expected 2 arguments, found 1"),
        (b"c FETCH x FLAGS", b"c BAD expected a number, found 'x'"),
        (b"c FETCH 0 FLAGS", b"c BAD expected numbers from 1 up, found '0'"),
        (b"c FETCH 1 BODY[1.NONSENSE]", b"c BAD there is no section '1.NONSENSE'"),
        (b"c FETCH 1 NONSENSE", b"c BAD FETCH knows no item 'NONSENSE'"),
        (b'c STORE 1 FLAGS ("two words")', b"c BAD expected a flag, found 'two words'"),
        (b"c STORE 1 COLOURS red", b"c BAD expected FLAGS, +FLAGS or -FLAGS, perhaps with .SILENT, found 'COLOURS'"),
        (b'c SELECT "open', b"c BAD a quoted string is not closed"),
        (b"c SELECT )", b"c BAD parentheses do not match, or lie too deep"),
        (b"c UID NOOP", b"c BAD unknown command 'NOOP'"),
        (b"c", b"c BAD unknown command ''"),
        (b"c SELECT &2Ew-", b"c BAD b'&2Ew-' is no folder name in modified UTF-7"),
    ],
)
def test_nonsense_gets_a_sentence_and_the_connection_lives_on(
    mail: EmbeddedMail, wire: Wire, command: bytes, answer: bytes
) -> None:
    mail.deliver(DESK, PLAIN)
    wire.say(b"b SELECT INBOX")
    assert wire.say(command + b" " if command == b"c" else command)[-1] == answer
    assert wire.say(b"d NOOP") == [b"d OK nothing done"]


# Changing


def test_flags_and_keywords_are_stored_and_told(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.deliver(DESK, PLAIN)
    assert client.add_flags([1], [b"\\Seen", b"Postcase-10042"]) == {1: (b"Postcase-10042", b"\\Seen")}
    assert client.remove_flags([1], [b"\\SEEN"]) == {1: (b"Postcase-10042",)}
    assert client.set_flags([1], [b"\\Flagged"]) == {1: (b"\\Flagged",)}
    assert client.add_flags([1], [b"\\Deleted"], silent=True) is None
    assert mail.folder(DESK)[0].flags == {"\\Flagged", "\\Deleted"}


def test_copy_and_move_tell_the_new_uids(mail: EmbeddedMail, client: IMAPClient) -> None:
    for _ in range(3):
        mail.deliver(DESK, PLAIN)
    client.create_folder("Processed")
    valid = client.folder_status("Processed", ["UIDVALIDITY"])[b"UIDVALIDITY"]
    client.copy([1, 3], "Processed")
    assert client._imap.response("COPYUID")[1] == [b"%d 1,3 1,2" % valid]
    client.move([2], "Processed")
    assert client._imap.response("COPYUID")[1] == [b"%d 2 3" % valid]
    assert [message.uid for message in mail.folder(DESK)] == [1, 3]
    assert [message.uid for message in mail.folder(DESK, "Processed")] == [1, 2, 3]
    assert client.search() == [1, 3]
    with pytest.raises(IMAPClientError, match="TRYCREATE"):
        client.move([1], "Nowhere")


def test_uid_expunge_spares_what_others_have_marked(mail: EmbeddedMail, client: IMAPClient) -> None:
    for _ in range(3):
        mail.deliver(DESK, PLAIN)
    client.add_flags([1, 3], [b"\\Deleted"])
    client.uid_expunge([3])
    assert client.search() == [1, 2]
    client.expunge()
    assert client.search() == [2]
    client.add_flags([2], [b"\\Deleted"])
    client.unselect_folder()
    assert len(mail.folder(DESK)) == 1
    client.select_folder("INBOX")
    client.close_folder()
    assert mail.folder(DESK) == []


def test_an_appended_mail_is_kept_octet_for_octet(mail: EmbeddedMail, wire: Wire) -> None:
    raw = b"Subject: x\n\nbare line ends, a NUL \x00 and {5}\r\n{7}"
    assert (
        b"APPENDUID"
        in wire.say(b'b APPEND Sent (\\Seen $Sent) " 4-Jul-2025 06:05:04 +0200" {%d+}\r\n%b' % (len(raw), raw))[0]
    )
    (message,) = mail.folder(DESK, "Sent")
    assert message.raw == raw
    assert message.flags == {"\\Seen", "$Sent"}
    assert message.received_at == datetime(2025, 7, 4, 4, 5, 4, tzinfo=UTC)


def test_a_literal_that_waits_is_asked_for_and_a_monstrous_one_is_not_read(mail: EmbeddedMail) -> None:
    wire = Wire(mail, logged_in=False)
    wire._socket.sendall(b"a LOGIN {19}\r\n")
    assert wire.hear(b"+ ") == [b"+ go on"]
    wire._socket.sendall(b"support@example.com {6}\r\n")
    assert wire.hear(b"+ ") == [b"+ go on"]
    wire._socket.sendall(b"secret\r\n")
    assert wire.hear(b"a ")[-1].endswith(b"welcome")
    assert wire.say(b"b APPEND Sent {9" + b"9" * 30 + b"}") == [b"b BAD a brace that begins no literal"]
    wire._socket.sendall(b"c APPEND Sent {999999999999+}\r\n")
    assert wire.hear(b"never")[0].startswith(b"* BYE [TOOBIG] expected at most 67108864 octets")
    wire.close()


# Several clients


def test_two_clients_see_each_others_changes_under_their_own_numbers(mail: EmbeddedMail) -> None:
    for _ in range(3):
        mail.deliver(DESK, PLAIN)
    one, other = Wire(mail), Wire(mail)
    for wire in (one, other):
        wire.say(b"b SELECT INBOX")
    one.say(b"c STORE 1:2 +FLAGS.SILENT (\\Deleted)")
    assert one.say(b"d EXPUNGE") == [b"* 2 EXPUNGE", b"* 1 EXPUNGE", b"d OK expunged"]
    mail.deliver(DESK, NESTED)
    assert one.say(b"e STORE 1 +FLAGS (Postcase)") == [
        b"* 2 EXISTS",
        b"* 0 RECENT",
        b"* 1 FETCH (FLAGS (Postcase))",
        b"e OK stored",
    ]
    # The other still counts the two expunged mails, until a command comes that may be answered with EXPUNGE.
    assert other.say(b"f FETCH 1:* UID") == [
        b"* 4 EXISTS",
        b"* 0 RECENT",
        b"* 3 FETCH (UID 3 FLAGS (Postcase))",
        b"* 3 FETCH (UID 3)",
        b"* 4 FETCH (UID 4)",
        b"f OK fetched",
    ]
    assert other.say(b"g NOOP") == [b"* 2 EXPUNGE", b"* 1 EXPUNGE", b"g OK nothing done"]
    assert other.say(b"h FETCH 1:* UID")[:-1] == [b"* 1 FETCH (UID 3)", b"* 2 FETCH (UID 4)"]
    one.close()
    other.close()


def test_an_idle_client_hears_of_mail_flags_and_expunges_at_once(mail: EmbeddedMail, client: IMAPClient) -> None:
    idle = Wire(mail)
    idle.say(b"b SELECT INBOX")
    idle._socket.sendall(b"c IDLE\r\n")
    assert idle.hear(b"+ ") == [b"+ idling"]
    mail.deliver(DESK, PLAIN)
    assert idle.hear(b"* 0 RECENT") == [b"* 1 EXISTS", b"* 0 RECENT"]
    client.noop()
    client.add_flags([1], [b"\\Answered"])
    assert idle.hear(b"* 1 FETCH") == [b"* 1 FETCH (UID 1 FLAGS (\\Answered))"]
    client.delete_messages([1])
    client.expunge()
    assert idle.hear(b"* 1 EXPUNGE")[-1] == b"* 1 EXPUNGE"
    idle._socket.sendall(b"DONE\r\n")
    assert idle.hear(b"c ") == [b"c OK woke up"]
    idle.close()


def test_mail_that_came_between_a_command_and_idle_is_told_after_the_prompt(mail: EmbeddedMail, wire: Wire) -> None:
    wire.say(b"b SELECT INBOX")
    mail.deliver(DESK, PLAIN)
    wire._socket.sendall(b"c IDLE\r\n")
    assert wire.hear(b"* 0 RECENT") == [b"+ idling", b"* 1 EXISTS", b"* 0 RECENT"]
    wire._socket.sendall(b"STOP\r\n")
    assert wire.hear(b"c ") == [b"c BAD expected DONE at the end of IDLE"]


def test_twenty_threads_and_a_client_lose_no_mail(mail: EmbeddedMail, client: IMAPClient) -> None:
    threads = [threading.Thread(target=lambda: [mail.deliver(DESK, PLAIN) for _ in range(20)]) for _ in range(20)]
    for thread in threads:
        thread.start()
    client.create_folder("Processed")
    moved = 0
    while moved < 400:
        client.noop()
        if uids := client.search():
            client.move(uids, "Processed")
            moved += len(uids)
    for thread in threads:
        thread.join()
    assert mail.folder(DESK) == []
    assert len(mail.folder(DESK, "Processed")) == 400


# Weaker and failing servers


@pytest.mark.parametrize(
    ("capability", "command"),
    [
        ("IDLE", b"c IDLE"),
        ("MOVE", b"c UID MOVE 1 Sent"),
        ("UNSELECT", b"c UNSELECT"),
        ("UIDPLUS", b"c UID EXPUNGE 1"),
        ("ID", b"c ID NIL"),
        ("NAMESPACE", b"c NAMESPACE"),
    ],
)
def test_a_capability_taken_away_is_not_known_any_more(mail: EmbeddedMail, capability: str, command: bytes) -> None:
    mail.imap.capabilities.remove(capability)
    wire = Wire(mail)
    wire.say(b"b SELECT INBOX")
    assert capability.encode() not in wire.greeting.partition(b"]")[0].split()
    assert wire.say(command)[-1].startswith(b"c BAD unknown command")
    wire.close()


def test_without_uidplus_no_new_uids_are_told(mail: EmbeddedMail, client: IMAPClient) -> None:
    mail.imap.capabilities.remove("UIDPLUS")
    assert client.append("Sent", PLAIN) == b"appended"
    mail.deliver(DESK, PLAIN)
    client.copy([1], "Sent")
    assert client._imap.response("COPYUID")[1] == [None]
    assert len(mail.folder(DESK, "Sent")) == 2


def test_a_fault_may_refuse_hang_up_or_lose_the_answer(mail: EmbeddedMail) -> None:
    mail.deliver(DESK, PLAIN)
    faults = {"NOOP": "NO [UNAVAILABLE] try later", "FETCH": HANG_UP, "MOVE": HANG_UP_AFTER, "SEARCH": "BYE going down"}

    async def fault(command: str, user: str) -> str | None:
        return faults.get(command) if user == DESK else None

    mail.imap.fault = fault
    with pytest.raises(IMAPClientError, match="try later"):
        connected(mail).noop()
    with pytest.raises((IMAPClientAbortError, OSError)):
        connected(mail).fetch([1], ["FLAGS"])
    assert len(mail.folder(DESK)) == 1
    with pytest.raises((IMAPClientAbortError, OSError)):
        connected(mail).move([1], "Sent")
    assert mail.folder(DESK) == []
    assert len(mail.folder(DESK, "Sent")) == 1
    wire = Wire(mail)
    wire.say(b"b SELECT INBOX")
    assert wire.say(b"c SEARCH ALL")[0] == b"* BYE going down"
    assert wire.hear(b"never") == [b""]
    wire.close()


def test_a_stalled_command_holds_up_nobody_else_and_not_the_stop(mail: EmbeddedMail) -> None:
    async def fault(command: str, user: str) -> str | None:
        await asyncio.sleep(3600 if command == "CHECK" else 0)
        return None

    mail.imap.fault = fault
    stalled = Wire(mail)
    stalled.say(b"b SELECT INBOX")
    stalled._socket.sendall(b"c CHECK\r\n")
    other = connected(mail)
    assert other.noop() == (b"nothing done", [])
    mail.stop()
    assert stalled.hear(b"c ")[-1] == b""
    stalled.close()
    with pytest.raises((IMAPClientAbortError, OSError)):
        other.noop()


# Other clients


def test_the_standard_librarys_client_works_too(mail: EmbeddedMail) -> None:
    mail.deliver(DESK, PLAIN)
    with imaplib.IMAP4(mail.host, mail.imap_port, timeout=10) as client:
        client.login(DESK, "secret")
        assert client.select("INBOX") == ("OK", [b"1"])
        assert client.fetch("1", "(RFC822)")[1][0][1] == PLAIN
        assert client.append("Sent", "", imaplib.Time2Internaldate(NOON), PLAIN)[0] == "OK"
        assert client.store("1", "+FLAGS", "\\Deleted")[0] == "OK"
        assert client.expunge() == ("OK", [b"1"])


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_reads_a_mail(mail: EmbeddedMail) -> None:
    mail.deliver(DESK, PLAIN)
    url = f"imap://{mail.host}:{mail.imap_port}/INBOX;UID=1"
    read = subprocess.run(
        ["curl", "-s", "--max-time", "10", "-u", f"{DESK}:secret", url], capture_output=True, check=True
    )
    assert read.stdout == PLAIN


@pytest.mark.skipif(not (shutil.which("mutt") and shutil.which("script")), reason="mutt is not installed")
def test_mutt_shows_the_mails_and_saves_them(mail: EmbeddedMail, tmp_path: Path) -> None:
    mail.deliver(DESK, PLAIN)
    mail.deliver(DESK, NESTED)
    saved = tmp_path / "saved"
    settings = [
        f"set folder=imap://{mail.host}:{mail.imap_port} imap_user={DESK} imap_pass=secret spoolfile=+INBOX",
        "set ssl_starttls=no ssl_force_tls=no quit=yes delete=no confirmappend=no wait_key=no copy=no mbox_type=mbox",
        f"push '<tag-pattern>~A<enter><tag-prefix><copy-message>{saved}<enter>y<quit>'",
    ]
    (tmp_path / "muttrc").write_text("\n".join(settings))
    shown = subprocess.run(
        ["script", "-qec", f"mutt -n -F {tmp_path}/muttrc", "/dev/null"],  # mutt wants a terminal
        env={"TERM": "xterm", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=True,
    )
    assert b"ann@desk.exampl" in shown.stdout and b"with papers" in shown.stdout
    assert saved.read_bytes().count(b"\nSubject: ") == 3  # one of them inside the second mail
    assert [message.flags for message in mail.folder(DESK)] == [{"Old"}, {"Old"}]  # mutt's own keyword
