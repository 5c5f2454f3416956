"""What reaches the customer of an engineer's reply? Her words, in text and in HTML, her files; and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path

import pytest
from conversations.player import DESK, Player, Sent
from mail_clients import CLIENTS, PIXEL, Answer, Paragraph, Quoted, quoted, reply

from daemon.incoming.html_text import html_to_text
from daemon.incoming.parse import parse
from daemon.intake.arrival import Arrival
from daemon.letters.html_steps import squeezed
from rules.mail import Mail

ANN, BOB, EVA = "ann@customer.example", "bob@customer.example", "eva@desk.example"
HTML = [name for name, write in CLIENTS.items() if write(Answer(()), Quoted("", ""))[1]]
ANSWER = Answer(
    (
        Paragraph("Hello Ann,"),
        Paragraph(
            "please update the driver to 4.2 – it is für alle Geräte, see\nthe page.",
            "please <b>update</b> the dri<i>ver</i> to <span style='color:red;background:url(http://x.example/t.png)'>4.2</span>"
            " – it is für alle Geräte, see <a href='https://docs.example/driver?v=4&amp;l=en'>the page</a>.",
        ),
        Paragraph("Eva"),
    )
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Player]:
    """A desk with one case: Ann's, with Bob in copy, and Eva its owner."""
    player = Player(tmp_path)
    player.write(ANN, "Printer on fire", "The secret of the customer.", [f"Cc: {BOB}"])
    player.fresh()
    yield player
    player.close()


def notice(desk: Player) -> Message:
    return [sent.message for sent in desk.server.taken if sent.to == EVA][-1]


def take(desk: Player, raw: bytes) -> list[Sent]:
    desk.take(raw)
    return desk.fresh()


def relayed(desk: Player, client: str, answer: Answer) -> Sent:
    sent = take(desk, reply(client, answer, notice(desk)))
    assert [one.line for one in sent][:2] == [f"{ANN} [Case #1] relay", f"{BOB} [Case #1] relay"]
    return sent[0]


def mail_of(sent: Sent) -> Mail:
    return parse(sent.raw)


def said(sent: Sent) -> str:
    """The engineer's words in the text of a relay, above the history that the desk quotes."""
    return mail_of(sent).text.partition("\n-- \n")[0].partition("\n\nOn ")[0].strip()


def page(sent: Sent) -> str:
    """The inside of the page, without the frame of the letter and the history that the desk quotes."""
    inside = mail_of(sent).html.partition("<body")[2].partition(">")[2].partition("</body>")[0]
    return inside.rpartition('<p dir="auto">On ')[0] or inside


@pytest.mark.parametrize("client", CLIENTS)
def test_the_words_arrive_exactly_in_text_and_in_html(opened: Player, client: str) -> None:
    sent = relayed(opened, client, ANSWER)
    text = said(sent).replace(" <https://docs.example/driver?v=4&l=en>", "")
    if client not in ("iPhone", "Outlook on a phone"):
        assert text.split() == ANSWER.text.split()
    shown = squeezed(html_to_text(page(sent)))
    assert shown.startswith(squeezed(ANSWER.text).partition("thepage")[0])
    assert "blockquote" not in page(sent)
    whole = sent.raw.decode() + mail_of(sent).text + mail_of(sent).html
    for inside in ("-=-", "Why you", "Original Message", "Sent:", EVA, "x.example"):
        assert inside not in whole, inside
    assert (
        mail_of(sent).text.count("The secret of the customer.")
        == mail_of(sent).html.count("The secret of the customer.")
        == 1
    )


@pytest.mark.parametrize("client", HTML)
def test_the_html_keeps_how_the_words_were_written(opened: Player, client: str) -> None:
    inside = page(relayed(opened, client, ANSWER))
    assert 'please <b>update</b> the dri<i>ver</i> to <span style="color:red">4.2</span>' in inside
    assert 'href="https://docs.example/driver?v=4&amp;l=en"' in inside


def test_an_order_above_the_words_stays_inside_and_the_html_goes_along(opened: Player) -> None:
    answer = Answer((Paragraph("/severity B"), *ANSWER.paragraphs))
    sent = take(opened, reply("Gmail", answer, notice(opened)))
    assert sent[0].line == f"{ANN} [Case #1] relay"
    assert "<b>update</b>" in page(sent[0])
    assert "severity" not in page(sent[0]) + said(sent[0])


def test_a_closing_word_on_the_line_of_the_order_goes_along_in_html(opened: Player) -> None:
    answer = Answer((Paragraph("/close Thank you, Ann.", "/close <b>Thank you</b>, Ann."),))
    sent = take(opened, reply("Outlook on the web", answer, notice(opened)))
    assert sent[0].line == f"{ANN} [Case #1] closed"
    assert "<b>Thank you</b>, Ann." in page(sent[0])
    assert "/close" not in page(sent[0]) + said(sent[0])


def test_words_between_the_quoted_lines_go_along_as_text(opened: Player) -> None:
    body = f"<p>First.</p><blockquote>{quoted(notice(opened)).page}</blockquote><p>Last.</p>"
    sent = take(opened, raw(body, notice(opened)))
    assert said(sent[0]).split() == ["First.", "Last."]
    assert "secret" not in page(sent[0])


@pytest.mark.parametrize(
    ("passed_on", "kept"), [(True, ["Restart it.", "Eva", "-- ", "Desk phone 12"]), (False, ["Restart it.", "Eva"])]
)
def test_a_signature_goes_along_unless_the_desk_keeps_it_inside(
    tmp_path: Path, passed_on: bool, kept: list[str]
) -> None:
    desk = Player(tmp_path, replace(DESK, passes_signatures=passed_on))
    desk.write(ANN, "Printer on fire", "It burns.", [])
    desk.fresh()
    words = (
        Paragraph("Restart it.", "<b>Restart</b> it."),
        Paragraph("Eva"),
        Paragraph("-- "),
        Paragraph("Desk phone 12"),
    )
    sent = next(one for one in take(desk, reply("Gmail", Answer(words), notice(desk))) if one.to == ANN)
    desk.close()
    assert mail_of(sent).text.partition("\n\nOn ")[0].split("\n\n") == kept
    assert ("Desk phone" in mail_of(sent).html) is passed_on
    assert "<b>Restart</b>" in page(sent)


# Pictures and files


@pytest.mark.parametrize("client", HTML)
def test_a_picture_is_shown_in_its_place_under_an_id_that_names_nobody(opened: Player, client: str) -> None:
    here = "<img width=40 src='cid:image001.png@01DC.eva.desk.example' alt='image001.png' onerror='x()'>"
    answer = Answer(
        (Paragraph("Look:"), Paragraph("[cid:image001.png@01DC.eva.desk.example]", here), Paragraph("There.")),
        pictures={"image001.png@01DC.eva.desk.example": PIXEL},
    )
    sent = relayed(opened, client, answer)
    (picture,) = [part for part in sent.message.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == PIXEL
    content_id = str(picture["Content-ID"]).strip("<>")
    assert f'<img src="cid:{content_id}" alt="image001.png" width="40">' in page(sent)
    assert "desk.example" not in content_id
    assert [part.get_content_type() for part in sent.message.walk() if part.is_multipart()] == [
        "multipart/alternative",
        "multipart/related",
    ]


def test_a_picture_above_or_below_the_words_belongs_to_them(opened: Player) -> None:
    for body in ("<div><img src='cid:p'></div><div>Look.</div>", "<div>Look.</div><div><img src='cid:p'></div>"):
        below = f"<div>On Mon, 2 Mar 2026, Example Support wrote:</div><blockquote>{quoted(notice(opened)).page}</blockquote>"
        sent = take(opened, raw(body + below, notice(opened), {"p": PIXEL}))
        assert 'src="cid:' in page(sent[0])
        assert said(sent[0]) == "Look."


def test_a_picture_that_only_the_quoted_mail_shows_is_not_passed_on(opened: Player) -> None:
    theirs = f"<img src='cid:p'>{quoted(notice(opened)).page}"
    below = f"<blockquote>On Mon, 2 Mar 2026, Example Support wrote:<br>{theirs}</blockquote>"
    sent = take(opened, raw("<p>Look.</p>" + below, notice(opened), {"p": PIXEL}))
    assert said(sent[0]) == "Look."
    assert b"image/png" not in sent[0].raw


def test_a_picture_that_no_html_names_is_a_file(opened: Player) -> None:
    answer = Answer(ANSWER.paragraphs, pictures={"forgotten@x": PIXEL})
    (file,) = mail_of(relayed(opened, "Gmail", answer)).attachments
    assert (file.data, file.inline) == (PIXEL, False)


FILES = {
    "binary.bin": ("application/octet-stream", bytes(range(256)) * 999),
    "empty.txt": ("text/plain", b""),
    "line ends.txt": ("text/plain", b"\r\n.\r\n\n.\n\rFrom \r\n"),
    "latin.txt": ("text/plain", "Größe".encode("latin-1")),
    "page.html": ("text/html", b"<script>alert(1)</script>"),
    "Übersicht für März – 日本語.pdf": ("application/pdf", b"%PDF-1.7\0\xff"),
    "ein sehr langer Name " + "ä" * 60 + ".log": ("text/x-log", b"x" * 70_000),
    "large.iso": ("application/octet-stream", bytes(range(251)) * (7_000_000 // 251)),
}


@pytest.mark.parametrize("client", ["Outlook", "mutt"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_arrives_byte_for_byte_under_its_name(opened: Player, client: str, name: str) -> None:
    kind, data = FILES[name]
    opened.service.cases.max_size = 50_000_000
    sent = relayed(opened, client, Answer(ANSWER.paragraphs, files=((name, kind, data),)))
    (file,) = mail_of(sent).attachments
    assert file.name == name
    assert file.data == data


def test_a_mail_that_holds_nothing_of_ours_arrives_byte_for_byte(opened: Player) -> None:
    inner = b"From: a@b.example\r\nSubject: log\r\n\r\nSome log.\r\n"
    mime = (
        b"From: eva@desk.example\r\nMIME-Version: 1.0\r\nIn-Reply-To: " + str(notice(opened)["Message-ID"]).encode() +
        b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the mail.\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )  # fmt: skip
    (file,) = mail_of(take(opened, mime)[0]).attachments
    assert (file.name, file.data) == ("log.eml", inner)


# What a page may hold and yet must not go out


def raw(body: str, answered: Message, pictures: dict[str, bytes] | None = None) -> bytes:
    """Eva's reply with exactly this page."""
    raw.count += 1  # type: ignore[attr-defined]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = EVA, DESK.address.address, f"Re: {answered['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = f"<raw-{raw.count}@desk.example>", str(answered["Message-ID"])  # type: ignore[attr-defined]
    mail.set_content(body, subtype="html")
    for content_id, data in (pictures or {}).items():
        mail.add_related(data, "image", "png", cid=f"<{content_id}>")
    return mail.as_bytes()


raw.count = 0  # type: ignore[attr-defined]
SEALED = "case.1.3.abcdefghijklmnopqrstuvwxyz@example.com"


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ("<p>Hello.<img src='https://x.example/pixel.gif?u=1' width=1 height=1></p>", "x.example"),
        ("<p background='https://x.example/a'>Hello.</p>", "x.example"),
        ("<p style='background-image:url(https://x.example/a)'>Hello.</p>", "url"),
        ("<p style='color:red;background:u\\72l(https://x.example/a)'>Hello.</p>", "x.example"),
        ("<p style='width:expression(alert(1))'>Hello.</p>", "expression"),
        ("<style>p { background: url(https://x.example/a) }</style><p>Hello.</p>", "x.example"),
        ("<link rel=stylesheet href='https://x.example/a.css'><p>Hello.</p>", "x.example"),
        ("<base href='https://x.example/'><p>Hello. <a href='/a'>there</a></p>", "x.example"),
        ("<p>Hello.<script>alert('x.example')</script></p>", "alert"),
        ("<p onclick='alert(1)'>Hello.</p>", "alert"),
        ("<p>Hello. <a href='javascript:alert(1)'>there</a></p>", "javascript"),
        ("<p>Hello. <a href=' java&#10;script:alert(1)'>there</a></p>", "alert"),
        ("<p>Hello. <a href='data:text/html,alert'>there</a></p>", "data:"),
        ("<form action='https://x.example/f'><p>Hello.</p><input name=a><button>Go</button></form>", "x.example"),
        ("<p>Hello.<iframe src='https://x.example/'></iframe></p>", "x.example"),
        ("<p>Hello.<svg><image href='https://x.example/a'/></svg></p>", "x.example"),
        ("<p>Hello.<video poster='https://x.example/a' src='https://x.example/b'></video></p>", "x.example"),
        ("<p>Hello.<object data='https://x.example/a'></object></p>", "x.example"),
        ("<p>Hello.<picture><source srcset='https://x.example/a'></picture></p>", "x.example"),
        ("<p>Hello.</p><!-- a secret remark -->", "remark"),
        ("<p id='eva' class='desk-eva' data-from='eva@desk.example' title='a secret remark'>Hello.</p>", "remark"),
        ("<p>Hello.<span style='display:none'>a secret remark</span></p>", "remark"),
        ("<p>Hello. <a href='mailto:eva@desk.example'>me</a></p>", "eva@"),
        ("<p>Hello. <a href='mailto:eva%40desk.example?subject=x'>me</a></p>", "eva%40"),
        ("<p>Hello. <a href='https://safe.example/?url=a&amp;data=05%7C01%7Ceva%40desk.example%7C7'>there</a></p>", "eva%40"),
        ("<p>Hello. <a href='https://safe.example/?d=%257Ceva%2540desk.example%257C7'>there</a></p>", "eva%2540"),
        ("<p>Hello, e<b>va@desk</b>.example wrote.</p>", "va@desk"),
        ("<p>Hello, eva<wbr>@desk.example wrote.</p>", "@desk"),
        (f"<p>Hello. <a href='mailto:support+{SEALED[5:]}'>there</a></p>", SEALED[8:30]),
        (f"<p>Hello, &lt;{SEALED}&gt; is it.</p>", SEALED[8:30]),
        (f"<p>Hello. <img src='cid:{SEALED}' alt='{SEALED}'></p>", SEALED[8:30]),
        ("<p style=\"font-family:'eva@desk.example'\"><font face='eva@desk.example'>Hello.</font></p>", "eva@"),
    ],
)  # fmt: skip
def test_nothing_that_loads_runs_asks_or_tells_goes_out(opened: Player, body: str, gone: str) -> None:
    below = (
        f"<div>On Mon, 2 Mar 2026, Example Support wrote:</div><blockquote>{quoted(notice(opened)).page}</blockquote>"
    )
    sent = take(opened, raw(body + below, notice(opened)))[0]
    mail = mail_of(sent)
    assert "Hello" in mail.text
    assert "Hello" in page(sent)
    for told in (sent.raw.decode().replace("=\r\n", ""), mail.text, mail.html):
        assert gone not in told


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 150_000 + "Hello.",
        "<b>" * 900 + "Hello." + "</b>" * 900,
        "Hello " * 100_000 + "Hello.",
        "<p>Hello</p>" * 60_000,
        "<p>Hello.</p>" + "<!--" * 200_000,
        "<p style='" + "a:b;" * 200_000 + "'>Hello.</p>",
        "<p>Hello.</p>" + "<a href='" + "%25" * 200_000 + "'>x</a>",
        "<ol><li>" * 400 + "Hello.",
        "<p>" + ".aaaaaaaaaaaaaaaaaaaaaaaaaa@example.co" * 20_000 + "Hello.</p>",
        "<p>" + "-" * 700_000 + "Hello.</p>",
    ],
    ids=lambda body: body[:12],
)
def test_a_page_made_to_keep_us_busy_does_not(opened: Player, body: str) -> None:
    opened.service.cases.max_size = 50_000_000
    mail = raw(body, notice(opened))
    started = time.process_time()
    opened.service.take([Arrival(mail, "test", opened.clock.now())])
    assert time.process_time() - started < 5
