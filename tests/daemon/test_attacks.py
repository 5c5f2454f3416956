"""Does the desk withstand people who want in? One attack a test, against the real desk with a scripted SMTP server."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path

import pytest
from conversations.player import DESK, Player, Sent

from rules.case import Case, Role, Status

ANN, BOB, EVA, MAX = "ann@customer.example", "bob@customer.example", "eva@desk.example", "max@desk.example"
MALLORY = "mallory@stranger.example"
ANSWER = "Pull the plug."


@pytest.fixture
def desk(player: Player) -> Player:
    return player


@pytest.fixture
def opened(desk: Player) -> Player:
    """A desk with one case: Ann's, with Bob in copy, and Eva its owner."""
    desk.write(ANN, "Printer on fire", "The secret of the customer.", [f"Cc: {BOB}"])
    desk.fresh()
    return desk


@pytest.fixture
def closed(opened: Player) -> Player:
    opened.write(EVA, "answers assigned", "/close", [])
    opened.fresh()
    return opened


def raw(desk: Player, *header: str, body: str = "Let me in.") -> list[str]:
    """Hand over octets as they are; what the desk wrote thereupon."""
    return [sent.line for sent in desk.write_raw(*header, body=body)]


HELD = [f"{EVA} [Case #1] held", f"{MALLORY} received"]


def lines(desk: Player) -> list[str]:
    return [sent.line for sent in desk.fresh()]


def case(desk: Player, number: int = 1) -> Case:
    found = desk.store.case(number)
    assert found is not None
    return found


def people(desk: Player, number: int = 1) -> list[str]:
    return [one.address for one in case(desk, number).participants]


def last(desk: Player, to: str) -> Sent:
    return [sent for sent in desk.server.taken if sent.to == to][-1]


def reply(desk: Player, subtype: str, body: str, files: list[tuple[str, str, bytes]] | None = None) -> list[str]:
    """Eva answers her last notice with exactly this body."""
    desk.mails += 1
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = EVA, DESK.address.address, "Re: [Case #1] Printer on fire"
    mail["Message-ID"], mail["In-Reply-To"] = (
        f"<reply-{desk.mails}@desk.example>",
        last(desk, EVA).message["Message-ID"],
    )
    mail.set_content(body, subtype=subtype)
    for name, kind, data in files or []:
        main, _, sub = kind.partition("/")
        mail.add_attachment(data, main, sub, filename=name)
    octets = mail.as_bytes()
    for _, kind, _ in files or []:  # EmailMessage packs an attached mail in base64 only as another type
        octets = octets.replace(b"application/x-attached-mail", b"message/rfc822") if kind.endswith("mail") else octets
    desk.take(octets)
    return lines(desk)


# Nobody gets in with a number (law 7).


@pytest.mark.parametrize(
    "header",
    [
        f"From: {MALLORY}",
        f'From: "{ANN}" <{MALLORY}>',
        f"From: {ANN} <{MALLORY}>",
        f"From: {MALLORY} ({ANN})",
        f"From: {ANN}, {MALLORY}",
        f"From: {ANN}\r\nFrom: {MALLORY}",
        f"From: Friends: {ANN};",
        f"From: <{ANN}>{MALLORY}",
        f"From: {ANN}.",
        f"From: {ANN}@stranger.example",
        f'From: "{ANN}"@stranger.example',
        f"From: =?utf-8?q?{ANN}?= <{MALLORY}>",
        "From: ann@customer.exampl\N{CYRILLIC SMALL LETTER IE}",
        "From: ann@customer.example\x00",
        f"From: {MALLORY}\r\nSender: {ANN}",
        f"From: {MALLORY}\r\nReply-To: {ANN}",
        f"From: {MALLORY}\r\nResent-From: {ANN}",
        f"From: {MALLORY}\r\nX-Original-From: {ANN}\r\nReturn-Path: <{ANN}>",
        f"From: {MALLORY}\r\nX-Postcase-Case: 1",
    ],
)
def test_a_stranger_is_held_whatever_his_headers_claim(opened: Player, header: str) -> None:
    sent = raw(opened, header, "To: support@example.com", "Cc: eve@stranger.example", "Subject: Re: [Case #1] Printer")
    told = [one for one in sent if one.endswith(" received")]
    assert [one for one in sent if one not in told] == [f"{EVA} [Case #1] held"], "the owner is asked"
    assert not any(one.startswith((f"{ANN} ", f"{BOB} ", f"{EVA} ")) for one in told), "he himself hears of no case"
    assert people(opened) == [ANN, BOB]
    assert case(opened).messages[-1].role is Role.STRANGER
    assert case(opened).messages[-1].held


def test_a_customers_address_as_the_from_line_brings_nobody_along(opened: Player) -> None:
    """The From line alone counts as a reply, but whoever stands in copy of it joins nothing."""
    sent = raw(opened, f"From: {ANN}", f"Cc: {MALLORY}", "Subject: [Case #1] Printer")
    assert sent == [f"{EVA} [Case #1] replied"]
    assert MALLORY in last(opened, EVA).text, "the owner is told who was not let in"
    opened.write(EVA, "answers replied", ANSWER, [])
    assert MALLORY not in {sent.to for sent in opened.server.taken}


def test_a_follow_up_in_a_customers_name_brings_nobody_along(closed: Player) -> None:
    sent = raw(closed, f"From: {ANN}", f"Cc: {MALLORY}, {BOB}", "Subject: [Case #1] Printer", body="It burns again.")
    assert sent == [f"{ANN} [Case #2] follow-up", f"{EVA} [Case #2] assigned"]
    assert people(closed, 2) == [ANN, BOB], "Bob belonged to the closed case, Mallory did not"
    assert MALLORY in last(closed, EVA).text


def test_a_proven_customer_may_bring_somebody_into_the_follow_up(closed: Player) -> None:
    closed.write(ANN, "answers closed", "It burns again.", ["Cc: cara@customer.example"])
    assert people(closed, 2) == [ANN, "cara@customer.example"]


def test_a_token_of_another_recipient_opens_nothing(opened: Player) -> None:
    token = last(opened, ANN).message["Message-ID"]
    assert raw(opened, f"From: {MALLORY}", f"In-Reply-To: {token}", "Subject: Hello") == HELD


@pytest.mark.parametrize(
    "change",
    [
        lambda id: id.replace("case.1.", "case.2."),
        lambda id: re.sub(r"\.1\.\d+\.", ".1.4.", id),
        lambda id: re.sub(r"[a-z2-7]{26}@", "a" * 26 + "@", id),
        lambda id: id.replace("@example.com", "@stranger.example"),
        lambda id: re.sub(r"\.[a-z2-7]{26}@", "@", id),
        lambda id: id.replace("case.1.", "case.999999999999999999999."),
    ],
)
def test_a_forged_token_is_no_clue(opened: Player, change: Callable[[str], str]) -> None:
    forged = change(str(last(opened, EVA).message["Message-ID"]))
    sent = raw(opened, f"From: {EVA}", f"In-Reply-To: {forged}", f"References: {forged}", "Subject: x", body="/close")
    assert case(opened).status is Status.WITH_ENGINEER
    assert f"{ANN} [Case #1] closed" not in sent


@pytest.mark.parametrize("where", ["Reply-To", "Cc", "To"])
def test_a_token_in_an_address_counts_for_its_owner_only(tmp_path: Path, where: str) -> None:
    desk = Player(tmp_path, replace(DESK, subaddress="+"))
    desk.write(ANN, "Printer on fire", "Smoke.", [])
    token = str(last(desk, EVA).message["Reply-To"]).partition("<")[2].rstrip(">")
    assert re.fullmatch(r"support\+1\.\d+\.[a-z2-7]{26}@example\.com", token)
    desk.fresh()
    sent = raw(desk, f"From: {MALLORY}", f"{where}: {token}", "Subject: Hello", body="/close")
    assert f"{ANN} [Case #1] closed" not in sent
    assert case(desk).status is Status.WITH_ENGINEER
    assert all(MALLORY not in one or where == "Reply-To" or one.endswith(" received") for one in sent), (
        "no case is shown"
    )
    desk.close()


def test_a_number_taken_from_a_subject_tells_a_stranger_nothing(opened: Player) -> None:
    raw(opened, f"From: {MALLORY}", "Subject: [Case #1] hello")
    (told,) = (sent for sent in opened.server.taken if sent.to == MALLORY)
    shown = b"\n".join(line for line in told.raw.split(b"\n") if not line.startswith(b"X-Postcase-Letter"))
    for secret in (b"case.1", b"#1", b"Case", b"Ann", b"Eva", b"Printer", b"fire"):
        assert secret not in shown.replace(b"MIME-Version: 1.0", b""), secret


def test_a_stranger_at_a_closed_case_gets_a_case_of_his_own_and_no_link(closed: Player) -> None:
    sent = raw(closed, f"From: {MALLORY}", f"Cc: {ANN}", "Subject: Re: [Case #1] Printer on fire")
    assert sent == [f"{MALLORY} [Case #2] confirmation", f"{EVA} [Case #2] assigned"]
    assert not case(closed, 2).links
    assert "Ann" not in last(closed, MALLORY).text


def test_the_closed_case_stays_as_it_was_whoever_writes(closed: Player) -> None:
    before = case(closed)
    for sender in (MALLORY, ANN, EVA, "support@example.com", "mailer-daemon@stranger.example"):
        raw(closed, f"From: {sender}", "Subject: [Case #1] Printer on fire", body="/close")
    after = case(closed)
    assert (after.status, after.participants, after.timer, after.closed_at) == (
        before.status, before.participants, None, before.closed_at,
    )  # fmt: skip


def test_a_copied_message_id_does_not_draw_answers_into_the_thiefs_case(opened: Player) -> None:
    """Mallory had Ann's first mail in copy, knows its Message-ID and puts Ann into his own case."""
    stolen = opened.wrote[ANN]
    opened.mails += 1
    theft = f"From: {MALLORY}\r\nCc: {ANN}\r\nSubject: Offer\r\nMessage-ID: {stolen}\r\n\r\nHi"
    opened.take(theft.encode())
    opened.fresh()
    sent = raw(opened, f"From: {BOB}", f"In-Reply-To: {stolen}", "Subject: Re: Printer on fire", body="It is urgent.")
    assert sent == [f"{EVA} [Case #1] replied"]


@pytest.mark.parametrize("number", ["0", "000000000001", "999999999999", "1" * 40, "-1", "1e3", "１", "٣", "1]["])
def test_odd_numbers_in_a_subject_are_harmless(opened: Player, number: str) -> None:
    raw(opened, f"From: {MALLORY}", f"Subject: [Case #{number}] x")
    assert people(opened) == [ANN, BOB]
    assert not opened.store.quarantined()


def test_a_subject_made_of_tags_looks_up_a_few_cases_only(opened: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[int] = set()
    find = opened.store.case

    def counting(number: int) -> Case | None:
        asked.add(number)
        return find(number)

    monkeypatch.setattr(opened.store, "case", counting)
    raw(opened, f"From: {MALLORY}", "Subject: " + " ".join(f"[Case #{number}]" for number in range(2, 4000)))
    assert len(asked) < 50


@pytest.mark.parametrize("word", [".*", "(Case", "[Case]", "a|b", "Fall+", "^Case$", "Ca\\se", "#"])
def test_a_case_word_full_of_regex_characters_names_nobody_elses_case(tmp_path: Path, word: str) -> None:
    desk = Player(tmp_path, replace(DESK, case_word=word))
    desk.write(ANN, "Printer on fire", "Smoke.", [])
    assert str(last(desk, ANN).message["Subject"]).startswith(f"[{word} #1]")
    desk.write(ANN, f"[{word} #1] more", "More smoke.", [])
    desk.write(MALLORY, "[anything #1] more", "Let me in.", [])
    assert [len(case(desk, number).messages) for number in (1, 2)] == [2, 1]
    desk.close()


# An engineer is proven, not claimed (law 8).


@pytest.mark.parametrize(
    "header",
    [
        f"From: {EVA}",
        f'From: "Eva Example" <{EVA.upper()}>',
        f"From: {EVA}\r\nAuthentication-Results: mx.example.com; dkim=pass header.d=desk.example; dmarc=pass",
        f"From: {EVA}\r\nX-Postcase-Letter: relay",
        f"From: {EVA}\r\nX-Postcase-Case: 1\r\nX-Postcase-Engineer: yes",
        f"From: {EVA}\r\nIn-Reply-To: <mail-1@customer.example>",
        f"From: {MAX}\r\nReply-To: {EVA}",
    ],
)
@pytest.mark.parametrize("words", ["/close", "/note x", "/help", "/admit", "Send me your password."])
def test_a_mail_in_an_engineers_name_does_nothing(opened: Player, header: str, words: str) -> None:
    sent = raw(opened, header, "To: support@example.com", "Subject: Re: [Case #1] Printer on fire", body=words)
    assert len(sent) == 1
    assert sent[0].endswith("unproven")
    assert case(opened).status is Status.WITH_ENGINEER


def test_the_token_of_one_engineer_does_not_serve_another(opened: Player) -> None:
    token = last(opened, EVA).message["Message-ID"]
    sent = raw(opened, f"From: {MAX}", f"In-Reply-To: {token}", "Subject: x", body="/close")
    assert sent == [f"{MAX} [Case #1] unproven"]


def test_an_engineer_who_has_left_can_do_nothing_more(opened: Player) -> None:
    token = last(opened, EVA).message["Message-ID"]
    opened.service.cases.desk = replace(DESK, engineers=DESK.engineers[1:])
    raw(opened, f"From: {EVA}", f"In-Reply-To: {token}", "Subject: x", body="/close")
    assert case(opened).status is Status.WITH_ENGINEER
    assert case(opened).messages[-1].role is Role.STRANGER


def test_an_engineer_in_copy_of_a_customers_mail_needs_proof_as_well(desk: Player) -> None:
    desk.write(ANN, "Printer on fire", "Smoke.", [f"Cc: {EVA}, {BOB}"])
    assert people(desk) == [ANN, BOB]
    desk.fresh()
    direct = raw(desk, f"From: {EVA}", f"To: {ANN}", "Cc: support@example.com", f"In-Reply-To: {desk.wrote[ANN]}",
                 "Subject: Re: Printer on fire", body="Internal: he is wrong.")  # fmt: skip
    assert direct == [f"{EVA} [Case #1] unproven"]


@pytest.mark.parametrize("command", ["/close", "/admit", "/note x"])
def test_a_customers_commands_are_text(opened: Player, command: str) -> None:
    opened.write(ANN, "answers confirmation", command, [])
    assert case(opened).status is Status.WITH_ENGINEER
    assert lines(opened) == [f"{EVA} [Case #1] replied"]


def test_a_customers_command_inside_the_notice_is_not_executed(desk: Player) -> None:
    desk.write(ANN, "/close", "/close\n> /close\n-=- Write above this line -=-\n/close", [])
    desk.fresh()
    notice = last(desk, EVA).text.partition("\n")[2]
    assert reply(desk, "plain", f"{ANSWER}\n\n{notice}") == [f"{ANN} [Case #1] relay"]
    own = [line for line in last(desk, ANN).text.splitlines()[1:] if not line.startswith(">")]
    assert not [line for line in own if "/close" in line], "only his own words, quoted back to him, name it"


def test_an_old_notice_does_not_close_the_case_that_follows(closed: Player) -> None:
    closed.write(ANN, "answers closed", "It burns again.", [])
    closed.fresh()
    closed.write(EVA, "answers assigned #1", "/close", [])
    assert lines(closed) == [f"{EVA} [Case #2] refused"]
    assert case(closed, 2).status is Status.WITH_ENGINEER


# Inside stays inside (law 9).

MARKS = {
    "untouched": lambda text: text,
    "non-breaking hyphens": lambda text: text.replace("-=-", "\u2011=\u2011"),
    "dashes": lambda text: text.replace("-=-", "–=–"),
    "with gaps": lambda text: text.replace("-=-", "- = -"),
    "escaped": lambda text: text.replace("-=-", "-&#61;-"),
    "with invisible letters": lambda text: text.replace("-=-", "-\u200b=\u200b-"),
    "without its ends": lambda text: text.replace("-=- ", "").replace(" -=-", ""),
    "half of it": lambda text: text.replace("customer -=-", "customer"),
    "deleted": lambda text: re.sub(r"-=-[^\n]*-=-", "", text),
}
HEAD = "<b>From:</b> Example Support<br><b>Sent:</b> Monday<br><b>To:</b> eva@desk.example<br><b>Subject:</b> Printer"
SAID = "On Mon, 2 Mar 2026 at 10:00, Example Support &lt;support@example.com&gt; wrote:"


def _prefixed(sign: str, text: str) -> str:
    return "\n".join(sign + line for line in text.split("\n"))


def _wrapped(text: str) -> str:
    return "\n".join(piece for line in text.split("\n") for piece in re.findall(r".{1,30}(?:\s|$)", line) or [""])


# How a client puts the notice below the answer: kind of body, and the body made of the notice's text and page.
CLIENTS: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "Outlook": ("html", lambda text, page: f'<div class=WordSection1><p class=MsoNormal>{ANSWER}<o:p></o:p></p><div><div '
                f'style="border-top:solid #E1E1E1 1pt"><p class=MsoNormal>{HEAD}</p></div></div>{page}</div>'),
    "Outlook on the web": ("html", lambda text, page: f'<div>{ANSWER}</div><div id="appendonsend"></div><hr>'
                           f'<div id="divRplyFwdMsg"><font>{HEAD}</font><div>&nbsp;</div></div>{page}'),
    "Gmail": ("html", lambda text, page: f'<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote"><div class="gmail_attr">'
              f'{SAID}<br></div><blockquote class="gmail_quote">{page}</blockquote></div>'),
    "Apple Mail": ("html", lambda text, page: f'{ANSWER}<br><div><br><blockquote type="cite"><div>{SAID}</div><br>'
                   f'<div>{page}</div></blockquote></div>'),
    "Notes": ("html", lambda text, page: f"<font>{ANSWER}</font><br><table><tr><td>From:</td><td>Example Support</td></tr><tr>"
              f"<td>To:</td><td>eva</td></tr><tr><td>Date:</td><td>02.03.2026</td></tr></table><hr>{page}"),
    "a page below a rule": ("html", lambda text, page: f"<div>{ANSWER}</div><hr>{page}"),
    "a page below nothing": ("html", lambda text, page: f"<div>{ANSWER}</div><br>{page}"),
    "text with signs": ("plain", lambda text, page: f"{ANSWER}\n\n{SAID}\n{_prefixed('> ', text)}"),
    "text with signs, unintroduced": ("plain", lambda text, page: f"{ANSWER}\n\n{_prefixed('> ', text)}"),
    "text with signs, wrapped": ("plain", lambda text, page: f"{ANSWER}\n\n{_prefixed('> ', _wrapped(text))}"),
    "text in an unknown language": ("plain", lambda text, page: f"{ANSWER}\n\nExample kirjutab nii:\n{_prefixed('> ', text)}"),
    "text without signs": ("plain", lambda text, page: f"{ANSWER}\n\n{text}"),
    "text without signs, wrapped": ("plain", lambda text, page: f"{ANSWER}\n\n{_wrapped(text)}"),
    "text with bars": ("plain", lambda text, page: f"{ANSWER}\n\n{_prefixed('| ', text)}"),
    "text with colons": ("plain", lambda text, page: f"{ANSWER}\n\n{_prefixed(': ', text)}"),
    "text with initials": ("plain", lambda text, page: f"{ANSWER}\n\n{_prefixed('ES> ', text)}"),
    "indented text": ("plain", lambda text, page: f"{ANSWER}\n\n{_prefixed('    ', text)}"),
    "the notice on top": ("plain", lambda text, page: f"{SAID}\n{_prefixed('> ', text)}\n\n{ANSWER}"),
}  # fmt: skip


def said_above(relay: Sent) -> str:
    """What an engineer's answer says, without what the desk quotes below it and its signature."""
    text = relay.text.replace("\r", "").partition("\n")[2].partition("\n-- \n")[0]
    return re.split(r"\n\nOn [^\n]+ wrote:\n\n> The secret of the customer\.", text)[0]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("mark", MARKS)
def test_the_notice_does_not_reach_the_customer_however_it_is_quoted(opened: Player, client: str, mark: str) -> None:
    """Either the answer alone goes out, or nothing at all and the engineer is told why."""
    notice = last(opened, EVA).message
    text, html = (part.get_content().replace("\r\n", "\n") for part in notice.walk() if not part.is_multipart())
    page = html[html.index("<body") :].partition(">")[2].partition("</body>")[0]
    subtype, body = CLIENTS[client]
    sent = reply(opened, subtype, body(MARKS[mark](text), MARKS[mark](page)))
    if sent != [f"{EVA} [Case #1] refused"]:
        assert sent == [f"{ANN} [Case #1] relay", f"{BOB} [Case #1] relay"]
        words = said_above(last(opened, ANN))
        assert words.replace("\r", "").strip().splitlines()[0] == ANSWER
        assert not re.search(r"secret|eva@|severity|above|-=-|Why you|Reply to this", words)
    else:
        assert mark not in ("untouched", "non-breaking hyphens", "dashes"), "these are read as what they are"
        assert "lines of our notice" in last(opened, EVA).text


def test_a_closing_word_with_the_notice_below_it_does_not_reach_the_customer(opened: Player) -> None:
    text = last(opened, EVA).text.partition("\n")[2].replace("-=-", "")
    assert reply(opened, "plain", f"/close Done.\n\n{_prefixed(': ', text)}") == [f"{EVA} [Case #1] refused"]
    assert case(opened).status is Status.WITH_ENGINEER


def test_an_engineer_may_cite_the_customer(opened: Player) -> None:
    assert reply(opened, "plain", f"You wrote:\nThe secret of the customer.\n{ANSWER}")[0] == f"{ANN} [Case #1] relay"


@pytest.mark.parametrize(
    "order", ["\u200b/note hush", "\ufeff/note hush", "\u00ad/note hush", "\u2060/note hush", "／note hush", "\xa0/note hush",
              "/\u200bnote hush", "*/note* hush", "_/note_ hush", "- /note hush", "• /note hush", "`/note` hush",
              "\\/note hush", "/Note hush", "/ note hush", "/note: hush", "/nоte hush", "Hi\n/note hush", "> /note hush"],
)  # fmt: skip
def test_a_disguised_note_does_not_reach_the_customer(opened: Player, order: str) -> None:
    (sent,) = reply(opened, "plain", order)
    assert sent in (f"{EVA} [Case #1] receipt", f"{EVA} [Case #1] refused")


@pytest.mark.parametrize(
    "shown", [EVA, EVA.upper(), f"_{EVA}_", f"*{EVA}*", f"-{EVA}", f"--{EVA}--", f"({EVA})", f"<{EVA}>", f"mailto:{EVA}",
              f"{EVA}.", f"{EVA}-", f"+{EVA}", f"http://x.example/?u={EVA}", f"Eva<{EVA}>;{MAX}", f"E-Mail:{EVA},"],
)  # fmt: skip
def test_the_address_of_an_engineer_does_not_reach_the_customer(opened: Player, shown: str) -> None:
    reply(opened, "plain", f"{ANSWER}\n\nEva\n{shown}")
    for sent in (last(opened, ANN), last(opened, BOB)):
        octets = b"".join(part.get_payload(decode=True) or b"" for part in sent.message.walk())
        assert EVA.encode() not in (sent.raw + octets).lower().replace(b"=\r\n", b"")


def test_the_address_of_somebody_else_is_left_alone(opened: Player) -> None:
    reply(opened, "plain", "Write to joann@customer.example, jo.eva@desk.example or eva@desk.example.org")
    assert "jo.eva@desk.example or eva@desk.example.org" in last(opened, ANN).text


def _cards(desk: Player) -> dict[str, tuple[str, str, bytes]]:
    notice = last(desk, EVA).raw
    forwarded = (
        b"Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    return {
        "the notice as a mail": ("notice.eml", "application/x-attached-mail", notice),
        "the notice as a file": ("notice.txt", "application/octet-stream", notice),
        "the notice in a mail": ("fwd.eml", "application/x-attached-mail", forwarded + notice + b"\r\n--b--\r\n"),
        "the notice in Outlook's own format": ("notice.msg", "application/vnd.ms-outlook", notice.decode().encode("utf-16-le")),
        "Outlook's parcel": ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22"),
        "Outlook's parcel without its type": ("winmail.dat", "application/octet-stream", b"\x78\x9f\x3e\x22"),
        "a signature": ("smime.p7s", "application/pkcs7-signature", b"0\x82" + EVA.encode()),
        "an opaque signature": ("smime.p7m", "application/pkcs7-mime", b"0\x82"),
        "a key": ("key.asc", "application/pgp-keys", b"-----BEGIN PGP PUBLIC KEY BLOCK-----"),
        "a visiting card": ("eva.vcf", "text/vcard", b"BEGIN:VCARD\r\nEMAIL:" + EVA.upper().encode()),
        "a mail among us": ("inside.eml", "application/x-attached-mail", f"From: {MAX}\r\nTo: {EVA}\r\n\r\nHm.".encode()),
    }  # fmt: skip


@pytest.mark.parametrize("what", [
    "the notice as a mail", "the notice as a file", "the notice in a mail", "the notice in Outlook's own format",
    "Outlook's parcel", "Outlook's parcel without its type", "a signature", "an opaque signature", "a key",
    "a visiting card", "a mail among us",
])  # fmt: skip
def test_a_file_that_belongs_inside_does_not_reach_the_customer(opened: Player, what: str) -> None:
    name, kind, data = _cards(opened)[what]
    sent = reply(opened, "plain", ANSWER, [(name, kind, data), ("log.txt", "text/plain", b"All is well.")])
    assert sent == [f"{ANN} [Case #1] relay", f"{BOB} [Case #1] relay", f"{EVA} [Case #1] receipt"]
    files = [part.get_filename() for part in last(opened, ANN).message.walk() if part.get_filename()]
    assert files == ["log.txt"]
    assert f"{name} was not passed on" in last(opened, EVA).text


def test_a_mail_that_is_nothing_but_the_notice_is_refused(opened: Player) -> None:
    assert reply(opened, "plain", "", [("n.eml", "application/x-attached-mail", last(opened, EVA).raw)]) == [
        f"{EVA} [Case #1] refused"
    ]


def test_no_letter_carries_a_token_of_somebody_else(opened: Player) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    opened.write(ANN, "answers relay", "Thanks, but no.", [])
    opened.write(EVA, "answers replied", "/close Bye.", [])
    ids = {str(sent.message["Message-ID"]): sent.to for sent in opened.server.taken}
    for sent in opened.server.taken:
        shown = re.findall(r"<case\.[^>]*>", sent.raw.decode().replace("\r\n ", ""))
        assert {ids[id] for id in shown if id in ids} <= {sent.to}, sent.line


def test_an_answer_to_a_held_mail_does_not_go_to_the_customer(opened: Player) -> None:
    raw(opened, f"From: {MALLORY}", "Subject: [Case #1] Printer")
    assert reply(opened, "plain", "Who are you? We do not talk about Ann's printer.") == [f"{EVA} [Case #1] refused"]


def test_a_stranger_reads_nothing_of_what_an_engineer_answers(opened: Player) -> None:
    raw(opened, f"From: {MALLORY}", "Subject: [Case #1] Printer")
    opened.write(EVA, "answers assigned", ANSWER, [])
    assert {sent.to for sent in opened.fresh()} == {ANN, BOB}


# Machines, loops and forged reports (laws 3 and 6).


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (rule 7); x=y", "Precedence: bulk",
        "List-Id: <l.example>", "X-Auto-Response-Suppress: All", "Return-Path: <>", "X-Postcase-Letter: confirmation",
        "X-Autoreply: yes", "Precedence: auto_reply", "X-Spam-Flag: YES", "List-Unsubscribe: <mailto:x@y.example>",
        "Auto-Submitted: auto-forwarded", "X-Loop: a@b.example", "Content-Type: multipart/report; report-type=delivery-status",
    ],
)  # fmt: skip
def test_no_confirmation_goes_to_a_machine(desk: Player, header: str) -> None:
    assert raw(desk, "From: robot@machine.example", "Subject: Your request", header) == [f"{EVA} [Case #1] assigned"]


@pytest.mark.parametrize(
    "sender", ["mailer-daemon@x.example", "no-reply@x.example", "support@example.com", "postmaster@x.example",
               "list-request@x.example", "a@x.example, b@y.example", "abuse@x.example", "bounces+tag=1@x.example",
               "\u202esupport@example.com", "a\\b@x.example"],
)  # fmt: skip
def test_no_confirmation_goes_to_a_role_to_ourselves_or_to_nobody(desk: Player, sender: str) -> None:
    assert raw(desk, f"From: {sender}", "Subject: Your request") == [f"{EVA} [Case #1] assigned"]


def test_the_confirmation_goes_to_the_author_and_carries_nothing_of_his_text(desk: Player) -> None:
    raw(desk, f'From: "Buy Now https://spam.example" <{ANN}>', f"Reply-To: {MALLORY}", f"Sender: {MALLORY}",
        "Subject: " + "Buy pills " * 100, body="Visit https://spam.example")  # fmt: skip
    (sent,) = [one for one in desk.server.taken if one.to != EVA]
    assert sent.to == ANN
    assert b"spam.example" not in sent.raw
    assert len(str(sent.message["Subject"])) < 100


def test_two_desks_do_not_talk_to_each_other(tmp_path: Path) -> None:
    """Somebody writes to desk A in the name of desk B; each reads what the other sends, headers and all."""
    a, b = (
        Player(tmp_path / "a"),
        Player(tmp_path / "b", replace(DESK, address=replace(DESK.address, address="help@b.example"))),
    )
    raw(a, "From: help@b.example", "Subject: Hello")
    a.had.clear()
    sent = {"a": 0, "b": 0}
    for _ in range(20):
        for name, this, other in (("a", a, b), ("b", b, a)):
            for letter in this.fresh():
                if letter.to == other.desk.address.address:
                    sent[name] += 1
                    other.take(letter.raw)
    assert sent == {"a": 1, "b": 0}
    assert len(b.store.open_numbers()) == 1, "the confirmation is filed, and not answered"
    a.close()
    b.close()


def test_what_a_person_writes_at_another_desk_is_an_answer(opened: Player) -> None:
    """The customer is a desk as well: a relay of theirs is a person's word, and stops the wait."""
    opened.write(EVA, "answers assigned", ANSWER, [])
    opened.fresh()
    sent = raw(opened, f"From: {ANN}", f"In-Reply-To: {last(opened, ANN).message['Message-ID']}", "Subject: Re: x",
               "X-Postcase-Case: 77", "X-Postcase-Letter: relay", body="It still burns.")  # fmt: skip
    assert sent == [f"{EVA} [Case #1] replied"]
    assert case(opened).status is Status.WITH_ENGINEER


def test_a_relay_of_ours_that_comes_back_is_no_answer(opened: Player) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    opened.fresh()
    returned = last(opened, ANN).raw
    rewritten = re.sub(
        rb"Message-ID:[^\r]*(\r\n [^\r]*)*", b"Message-ID: <rewritten@provider.example>", returned, count=1
    )
    for octets in (returned, rewritten):
        opened.take(octets)
    assert lines(opened) == []
    assert case(opened).status is Status.WITH_CUSTOMER
    assert case(opened).timer is not None


def test_a_robot_that_hides_gets_one_confirmation_in_a_thread(desk: Player) -> None:
    desk.write("robot@customer.example", "Your request", "We have received your request.", [])
    for _ in range(20):
        for letter in [sent for sent in desk.fresh() if sent.to.startswith("robot@")]:
            desk.write(
                "robot@customer.example", f"Re: {letter.message['Subject']}", "We have received your request.", []
            )
    assert len([sent for sent in desk.server.taken if sent.to.startswith("robot@")]) == 1


def test_a_robot_that_opens_a_case_each_time_is_silenced_by_the_caps(desk: Player) -> None:
    capped = replace(DESK, caps=replace(DESK.caps, address_per_hour=3))
    desk.service.cases.desk = capped
    for number in range(10):
        raw(desk, "From: robot@machine.example", f"Subject: Ticket {number} received")
    assert len([sent for sent in desk.server.taken if sent.to.startswith("robot@")]) == 3
    assert len(desk.store.open_numbers()) == 10, "and nothing is lost"


def test_a_robot_at_an_engineers_address_is_not_answered_for_ever(closed: Player) -> None:
    closed.write(EVA, "answers assigned", "We have received your request.", [])
    for _ in range(40):
        if [sent for sent in closed.fresh() if sent.to == EVA]:
            closed.write(EVA, "answers refused", "We have received your request.", [])
    assert len([sent for sent in closed.server.taken if sent.line.endswith("refused")]) == 10


def test_robots_at_both_ends_do_not_relay_for_ever(opened: Player) -> None:
    opened.write(EVA, "answers assigned", "We have received your request.", [])
    for _ in range(120):
        for letter in opened.fresh():
            if letter.to in (ANN, EVA):
                name = letter.message["X-Postcase-Letter"]
                opened.write(letter.to, f"answers {name}", "We have received your request.", [])
    assert len([sent for sent in opened.server.taken if sent.line == f"{ANN} [Case #1] relay"]) == 30
    assert opened.fresh() == []


def test_orders_about_no_case_in_an_engineers_name_do_not_flood_him(opened: Player) -> None:
    sent = [line for number in range(30) for line in raw(opened, f"From: {EVA}", f"Subject: {number}", body="/list")]
    assert sent == [f"{EVA} [Case #2] unproven"] * 10
    assert case(opened, 2).book


@pytest.mark.parametrize("order", ["/report", "/list", "/find printer", "/show 1"])
def test_orders_in_an_engineers_name_have_nothing_looked_up(
    opened: Player, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    """Of a large desk that would be thousands of cases, read while everybody else waits."""
    monkeypatch.setattr(opened.service.cases, "found", lambda *_: pytest.fail("looked up for nobody known"))
    assert raw(opened, f"From: {EVA}", "Subject: x", body=order) == [f"{EVA} [Case #2] unproven"]
    assert opened.store.quarantined() == []


def test_mails_in_an_engineers_name_do_not_flood_him(opened: Player) -> None:
    for _ in range(15):
        raw(opened, f"From: {EVA}", "Subject: [Case #1] x")
    assert len([sent for sent in opened.server.taken if sent.line.endswith("unproven")]) == 10
    assert len(case(opened).messages) == 16, "and every one is kept"


def _report(token: str, recipient: str = ANN) -> tuple[str, ...]:
    return (
        "From: mailer-daemon@stranger.example", "To: support@example.com", "Subject: Undelivered Mail [Case #1]",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "Return-Path: <>", f"X-Token: {token}", f"X-Failed-Recipients: {recipient}",
    )  # fmt: skip


def _status(token: str, recipient: str = ANN) -> str:
    return (
        "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {token}\r\n\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    "token", ["<case.1.2.aaaaaaaaaaaaaaaaaaaaaaaaaa@example.com>", "<mail-1@customer.example>", ""]
)
def test_a_forged_report_stops_no_wait(opened: Player, token: str) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    opened.fresh()
    assert f"{EVA} [Case #1] undelivered" not in raw(opened, *_report(token), body=_status(token))
    assert case(opened).status is Status.WITH_CUSTOMER
    assert case(opened).timer is not None


def test_a_report_with_our_token_stops_the_wait_and_is_told_once(opened: Player) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    opened.fresh()
    token = str(last(opened, ANN).message["Message-ID"])
    assert raw(opened, *_report(token), body=_status(token)) == [f"{EVA} [Case #1] undelivered"]
    assert raw(opened, *_report(token), body=_status(token)) == []
    assert case(opened).status is Status.WITH_ENGINEER


def test_a_report_on_a_participants_letter_does_not_stop_the_customers_wait(opened: Player) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    token = str(last(opened, BOB).message["Message-ID"])
    raw(opened, *_report(token, BOB), body=_status(token, BOB))
    assert case(opened).status is Status.WITH_CUSTOMER
    assert case(opened).timer is not None


@pytest.mark.parametrize("subject", ["Re: Out of office does not work", "Re: [Case #1] Undeliverable mail to Tokyo",
                                     "AW: Automatic reply plugin crashes", "Re: Delivery failure of my parcel"])  # fmt: skip
def test_a_persons_words_about_machines_are_a_persons_words(opened: Player, subject: str) -> None:
    token = str(last(opened, ANN).message["Message-ID"])
    assert raw(opened, f"From: {ANN}", f"In-Reply-To: {token}", f"Subject: {subject}") == [f"{EVA} [Case #1] replied"]


def test_an_out_of_office_of_the_engineer_does_not_reach_the_customer(opened: Player) -> None:
    token = str(last(opened, EVA).message["Message-ID"])
    for header in ("Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply", "Return-Path: <>"):
        assert (
            raw(opened, f"From: {EVA}", f"In-Reply-To: {token}", "Subject: Absence", header, body="I am at sea.") == []
        )
    assert (
        raw(opened, f"From: {EVA}", f"In-Reply-To: {token}", "Subject: Abwesenheitsnotiz: [Case #1]", body="Ferien")
        == []
    )


def test_silence_is_not_ended_by_a_stranger(opened: Player) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    due = case(opened).due
    raw(opened, f"From: {MALLORY}", "Subject: [Case #1] thanks, solved", body="Thanks, solved!")
    assert (case(opened).status, case(opened).due) == (Status.WITH_CUSTOMER, due)


def test_nobody_is_reminded_while_an_answer_may_lie_unread(opened: Player) -> None:
    opened.write(EVA, "answers assigned", ANSWER, [])
    opened.readable = False
    opened.pass_time(timedelta(days=20))
    assert case(opened).status is Status.WITH_CUSTOMER


# Poison: mails made to break a case or a letter (laws 1 and 2).


@pytest.mark.parametrize(
    "address", ['"a\\"b"@x.example', "\u202emallory@x.example", "a\xa0b@x.example", '"a b"@x.example', "a..b@x.example",
                "a@[300.1.1.1]", "a@xn--.example", "a@" + "é" * 60 + ".example", "x" * 300 + "@x.example", "a\x00b@x.example"],
)  # fmt: skip
def test_an_address_no_letter_can_carry_does_not_make_a_case_unanswerable(desk: Player, address: str) -> None:
    raw(desk, f"From: {ANN}", f"Cc: {address}", "Subject: Printer on fire")
    assert reply(desk, "plain", ANSWER)[0] == f"{ANN} [Case #1] relay"
    raw(desk, f"From: {address}", "Subject: Mine as well")
    assert not desk.store.quarantined()


@pytest.mark.parametrize(
    "header",
    [
        "Subject: =?utf-8?q?x=0D=0ABcc:_mallory=40stranger.example?=",
        "Subject: =?utf-8?b?eA0KQmNjOiBtYWxsb3J5QHN0cmFuZ2VyLmV4YW1wbGU=?=",
        "Subject: x\r\n Bcc: mallory@stranger.example",
        "Subject: x\u2028Bcc: mallory@stranger.example\u0085Bcc: mallory@stranger.example",
        "From: =?utf-8?q?Ann=0D=0ABcc:_mallory=40stranger.example=0D=0A?= <ann@customer.example>",
        'From: "Ann\\\r\n Bcc: mallory@stranger.example" <ann@customer.example>',
        "In-Reply-To: <x\r\n Bcc:mallory@stranger.example>",
    ],
)
def test_no_header_is_injected_into_a_letter(desk: Player, header: str) -> None:
    base = [header, "" if header.startswith("From") else f"From: {ANN}"]
    raw(desk, *filter(None, base))
    desk.write(EVA, "answers assigned", ANSWER, [])
    assert {sent.to for sent in desk.server.taken} == {ANN, EVA}
    for sent in desk.server.taken:
        assert not sent.message["Bcc"]
        assert all(
            ":" in line or line[:1] in " \t" for line in sent.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        )


def test_a_file_name_does_not_inject_a_header_or_leave_its_folder(opened: Player) -> None:
    evil = '../../etc/.ht\u200baccess"\r\nX-Evil: yes'
    reply(opened, "plain", ANSWER, [("log.txt", "text/plain", b"x")])
    opened.write(
        ANN, "answers relay", "See below.", [f"Content-Disposition: attachment; filename*=utf-8''{escape(evil)!a}"]
    )
    for sent in opened.server.taken:
        assert "X-Evil" not in sent.message
        for part in sent.message.walk():
            assert "/" not in (part.get_filename() or "")


@pytest.mark.parametrize(
    "body", ["x\r\n.\r\nMAIL FROM:<a@b.example>\r\n", "x\n.\nDATA\n", "x\r.\r\nRSET", "From me to you\n\nFrom x"]
)
def test_smuggled_ends_of_mail_are_only_text(opened: Player, body: str) -> None:
    reply(opened, "plain", f"{ANSWER}\n{body}")
    octets = last(opened, ANN).raw
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")


def test_the_same_mail_again_changes_nothing(opened: Player) -> None:
    token = str(last(opened, EVA).message["Message-ID"])
    octets = f"From: {EVA}\r\nIn-Reply-To: {token}\r\nMessage-ID: <once@desk.example>\r\n\r\n{ANSWER}".encode()
    for trace in (b"", b"Received: from a by b\r\n", b"Return-Path: <x@y.example>\r\n", b"X-Spam-Flag: YES\r\n"):
        opened.take(trace + octets)
    assert lines(opened) == [f"{ANN} [Case #1] relay", f"{BOB} [Case #1] relay"]


def test_a_mail_with_many_people_in_copy_is_answered_all_the_same(desk: Player) -> None:
    crowd = ", ".join(f"p{number}@crowd.example" for number in range(5000))
    raw(desk, f"From: {ANN}", f"Cc: {crowd}", "Subject: Printer on fire")
    assert len(people(desk)) <= 201
    assert reply(desk, "plain", ANSWER)[0] == f"{ANN} [Case #1] relay"


# A held mail that an engineer confirms.


def test_a_confirmed_answer_goes_out_with_its_files_and_without_the_notice_it_quotes(opened: Player) -> None:
    notice = last(opened, EVA)
    quoted = "\n".join(f": {line}" for line in notice.text.partition("\n")[2].splitlines() if "-=-" not in line)
    done = [f"{one} [Case #1] {letter}" for one, letter in
            ((ANN, "relay"), (BOB, "relay"), (EVA, "colleague"), (MAX, "receipt"))]  # fmt: skip
    for words, letters in ((ANSWER, done),
                           (f"{ANSWER}\n\n{quoted}", [f"{MAX} [Case #1] refused"])):  # fmt: skip
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["Subject"] = MAX, "Re: [Case #1] Printer on fire"
        mail["Message-ID"], mail["In-Reply-To"] = f"<{len(words)}@desk.example>", notice.message["Message-ID"]
        mail.set_content(words)
        mail.add_attachment(b"All is well.", "text", "plain", filename="log.txt")
        mail.add_attachment(notice.raw, "application", "octet-stream", filename="notice.eml")
        opened.take(mail.as_bytes())
        assert lines(opened) == [f"{MAX} [Case #1] unproven"]
        assert "- log.txt" in last(opened, MAX).text
        opened.write(MAX, "answers unproven", "/confirm", [])
        assert lines(opened) == letters
    relay = next(sent for sent in opened.server.taken if sent.line == f"{ANN} [Case #1] relay")
    assert [part.get_filename() for part in relay.message.walk() if part.get_filename()] == ["log.txt"]


def test_only_the_token_of_the_question_confirms_and_only_the_mail_it_asks_about(opened: Player) -> None:
    raw(opened, f"From: {EVA}", "Subject: [Case #1] x", body="/close")  # forged
    raw(opened, f"From: {EVA}", "Subject: [Case #1] x", body="/severity A")  # hers
    first, second = [sent for sent in opened.server.taken if sent.line == f"{EVA} [Case #1] unproven"]
    for thief in (MALLORY, ANN, MAX):
        raw(opened, f"From: {thief}", f"In-Reply-To: {second.message['Message-ID']}", "Subject: x", body="/confirm")
    raw(opened, f"From: {EVA}", "Subject: [Case #1] x", body="/confirm")
    assert case(opened).severity == "C"
    raw(opened, f"From: {EVA}", f"In-Reply-To: {second.message['Message-ID']}", "Subject: x", body="/confirm")
    assert (case(opened).severity, case(opened).status) == ("A", Status.WITH_ENGINEER)
    assert first.message["Message-ID"] != second.message["Message-ID"]


def test_who_has_left_the_desk_confirms_nothing(opened: Player) -> None:
    raw(opened, f"From: {EVA}", "Subject: [Case #1] x", body="/close")
    token = last(opened, EVA).message["Message-ID"]
    opened.service.cases.desk = replace(DESK, engineers=DESK.engineers[1:])
    raw(opened, f"From: {EVA}", f"In-Reply-To: {token}", "Subject: x", body="/confirm")
    assert case(opened).status is Status.WITH_ENGINEER


def test_a_held_mail_that_cannot_be_read_any_more_is_not_done(opened: Player) -> None:
    raw(opened, f"From: {EVA}", "Subject: [Case #1] x", body="/close")
    token = last(opened, EVA).message["Message-ID"]
    mail = f"From: {EVA}\r\nIn-Reply-To: {token}\r\nMessage-ID: <1@x.example>\r\n\r\n/confirm".encode()
    (opened.store.folder(1) / case(opened).messages[-1].file).unlink()
    opened.take(mail)
    assert lines(opened) == [f"{EVA} [Case #1] refused"]
    assert case(opened).status is Status.WITH_ENGINEER
