"""How do engineers' mail programs write a reply? One function for each: the answer, and our notice below it in its way.

The forms are those of real programs, the words are ours. An answer is a list of paragraphs, each as text and as HTML, so that
a test can say what must come out: `Answer.text` letter for letter, and the HTML where the program writes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.policy import SMTP
from html import escape

DESK = "support@example.com"
ADDRESSED = f"Example Support &lt;<a href='mailto:{DESK}'>{DESK}</a>&gt;"
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@dataclass(frozen=True)
class Paragraph:
    text: str
    html: str = ""

    @property
    def page(self) -> str:
        return self.html or escape(self.text).replace("\n", "<br>")


@dataclass(frozen=True)
class Answer:
    """What an engineer writes above the notice, and how her program adds to it."""

    paragraphs: tuple[Paragraph, ...]
    me: str = "eva@desk.example"
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # by content id; the HTML of a paragraph names them
    files: tuple[tuple[str, str, bytes], ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)

    def pages(self, before: str, behind: str) -> str:
        return "".join(f"{before}{paragraph.page}{behind}" for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Quoted:
    """Our notice as a program has it: its text, and the inside of its page."""

    text: str
    page: str

    @property
    def signed(self) -> str:
        return "\n".join(f"> {line}" if line else ">" for line in self.text.split("\n"))


Form = tuple[str, str]  # the text and the page of a reply; "": there is none


def outlook(answer: Answer, notice: Quoted) -> Form:
    said = answer.pages(
        '<p class=MsoNormal><span style="font-size:11.0pt;mso-fareast-language:EN-US">',
        "<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>",
    )
    head = (
        f"From: Example Support <{DESK}>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Eva Example <{answer.me}>\n"
        "Subject: [Case #1] Printer on fire\n\n"
    )
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0cm}'
        "@font-face{font-family:Calibri;src:url(http://x.example/f)}</style></head>"
        '<body lang=EN-US link="#0563C1" style="word-wrap:break-word"><div class=WordSection1>'
        f"{said}"
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>"
        f"<b>From:</b> {ADDRESSED} <br><b>Sent:</b> Monday, March 2, 2026 10:00 AM<br><b>To:</b> Eva Example "
        f"&lt;{answer.me}&gt;<br><b>Subject:</b> [Case #1] Printer on fire<o:p></o:p></p></div></div>"
        f"<p class=MsoNormal><o:p>&nbsp;</o:p></p>{notice.page}</div></body></html>"
    )
    return f"{answer.text}\n\n{head}{notice.text}", page


def outlook_on_the_web(answer: Answer, notice: Quoted) -> Form:
    said = answer.pages(
        '<div class="elementToProof" style="font-family: Aptos, Calibri; font-size: 12pt; color: rgb(0, 0, 0);">',
        '</div><div class="elementToProof"><br></div>',
    )
    return "", (
        '<html><head><style type="text/css" style="display:none;">P {margin-top:0;}</style></head><body dir="ltr">'
        f"{said}"
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>From:</b> {ADDRESSED}<br>'
        f"<b>Sent:</b> Monday, March 2, 2026 10:00<br><b>To:</b> {answer.me}<br><b>Subject:</b> [Case #1] Printer on fire</font>"
        f"<div>&nbsp;</div></div><div>{notice.page}</div></body></html>"
    )


def outlook_on_a_phone(answer: Answer, notice: Quoted) -> Form:
    said = answer.pages('<div dir="ltr">', '</div><div dir="ltr"><br></div>')
    return "", (
        '<html><body><div dir="ltr" style="font-family: Aptos">'
        f"{said}</div>"
        '<div id="ms-outlook-mobile-signature"><div><br></div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f"<b>From:</b> {ADDRESSED}<br><b>Sent:</b> Monday, March 2, 2026 10:00:00 AM<br><b>To:</b> {answer.me}<br>"
        f"<b>Subject:</b> [Case #1] Printer on fire<div>&nbsp;</div></div>{notice.page}</body></html>"
    )


def gmail(answer: Answer, notice: Quoted) -> Form:
    words = answer.pages("<div>", "</div><div><br></div>")
    said = f"On Mon, Mar 2, 2026 at 10:00 AM Example Support <{DESK}> wrote:"
    page = (
        f'<div dir="ltr">{words}</div><br>'
        '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Mar 2, 2026 at 10:00\u202fAM '
        f'{ADDRESSED} wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px '
        f'solid rgb(204,204,204);padding-left:1ex">{notice.page}</blockquote></div>'
    )
    return f"{answer.text}\n\n{said}\n\n{notice.signed}\n", page


def apple_mail(answer: Answer, notice: Quoted) -> Form:
    words = answer.pages("<div>", "</div><div><br></div>")
    said = f"On 2 Mar 2026, at 10:00, Example Support <{DESK}> wrote:"
    page = (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body '
        'style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">'
        f"{words}"
        f'<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 2 Mar 2026, at 10:00, {ADDRESSED} '
        f'wrote:</div><br class="Apple-interchange-newline"><div>{notice.page}</div></blockquote></div><br></body></html>'
    )
    return f"{answer.text}\n\n> {said}\n> \n{notice.signed}\n", page


def iphone(answer: Answer, notice: Quoted) -> Form:
    words = answer.pages("<div>", "</div><div><br></div>")
    said = f"On 2 Mar 2026, at 10:00, Example Support <{DESK}> wrote:"
    page = (
        f'<html><body dir="auto">{words}<div dir="ltr">Sent from my iPhone</div>'
        f'<div dir="ltr"><br><blockquote type="cite">{escape(said)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">\ufeff{notice.page}</div></blockquote></body></html>'
    )
    return f"{answer.text}\n\nSent from my iPhone\n\n> {said}\n> \n> \ufeff\n{notice.signed}\n", page


def thunderbird(answer: Answer, notice: Quoted) -> Form:
    said = answer.pages("<p>", "</p>")
    page = (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>'
        f"{said}"
        f'<div class="moz-cite-prefix">On 02.03.26 10:00, Example Support wrote:<br></div>'
        f'<blockquote type="cite" cite="mid:case.1.3@example.com">{notice.page}</blockquote></body></html>'
    )
    return "", page


def thunderbird_plain(answer: Answer, notice: Quoted) -> Form:
    return f"{answer.text}\n\nOn 02.03.26 10:00, Example Support wrote:\n{notice.signed}\n", ""


def thunderbird_below(answer: Answer, notice: Quoted) -> Form:
    return f"On 02.03.26 10:00, Example Support wrote:\n{notice.signed}\n\n{answer.text}\n", ""


def mutt(answer: Answer, notice: Quoted) -> Form:
    return f"{answer.text}\n\nOn Mon, Mar 02, 2026 at 10:00:00AM +0000, Example Support wrote:\n{notice.signed}\n", ""


def k9(answer: Answer, notice: Quoted) -> Form:
    words = answer.pages("<div dir='auto'>", "<br><br></div>")
    said = f"Am 2. März 2026 10:00:00 UTC schrieb Example Support <{DESK}>:"
    page = (
        f'<!DOCTYPE html><html><body>{words}<div class="gmail_quote">'
        f'<div dir="auto">{escape(said)}</div><blockquote class="gmail_quote" style="margin: 0pt 0pt 0pt 0.8ex; border-left: '
        f'1px solid rgb(204, 204, 204); padding-left: 1ex;">{notice.page}</blockquote></div></body></html>'
    )
    return f"{answer.text}\n\n{said}\n{notice.signed}\n", page


def yahoo(answer: Answer, notice: Quoted) -> Form:
    words = answer.pages("<div dir='ltr' data-setdir='false'>", "</div><div><br></div>")
    said = f"On Monday, March 2, 2026 at 10:00:00 AM GMT, Example Support <{DESK}> wrote:"
    page = (
        '<html><head></head><body><div class="ydp1yahoo-style-wrap" style="font-family:Helvetica Neue, Helvetica, Arial, sans-'
        f'serif;font-size:13px;"><div></div>{words}</div>'
        '<div id="yahoo_quoted_7" class="yahoo_quoted"><div style="font-family:Arial;font-size:13px;color:#26282a;"><div>'
        f"{escape(said)}</div><div><br></div><div><br></div>{notice.page}</div></div></body></html>"
    )
    indented = "\n".join(f"     {line}" for line in notice.text.split("\n"))
    return f"{answer.text}\n\n    {said}  \n \n{indented}", page


def notes(answer: Answer, notice: Quoted) -> Form:
    said = answer.pages("<font size=2 face=sans-serif>", "</font><br><br>")
    return "", (
        f"{said}<br><br><br><table width=100%><tr valign=top><td>"
        "<font size=1 color=#5f5f5f face=sans-serif>From:</font></td><td><font size=1>Example Support &lt;"
        f"{DESK}&gt;</font></td></tr><tr><td><font size=1>To:</font></td><td><font size=1>{answer.me}</font></td></tr>"
        "<tr><td><font size=1>Date:</font></td><td><font size=1>02.03.2026 10:00</font></td></tr><tr><td><font size=1>"
        f"Subject:</font></td><td><font size=1>[Case #1] Printer on fire</font></td></tr></table><hr noshade><br>{notice.page}"
    )


def em_client(answer: Answer, notice: Quoted) -> Form:
    said = answer.pages("<div>", "</div><div><br></div>")
    head = f'From "Example Support" <{DESK}>\nTo "Eva Example" <{answer.me}>\nDate 02.03.2026 10:00:00\nSubject [Case #1] Printer'
    page = (
        '<html><head><style id="css_styles">blockquote.cite { margin-left: 5px; }</style></head><body>'
        f'{said}<div id="x7"><div>------ Original Message ------</div>'
        f'<div>From "Example Support" &lt;{DESK}&gt;</div><div>To "Eva Example" &lt;{answer.me}&gt;</div><div>Date 02.03.2026 '
        f'10:00:00</div><div>Subject [Case #1] Printer</div></div><div><br></div><div><blockquote cite="x" type="cite" '
        f'class="cite2">{notice.page}</blockquote></div></body></html>'
    )
    return f"{answer.text}\n\n------ Original Message ------\n{head}\n\n{notice.signed}\n", page


CLIENTS: dict[str, Callable[[Answer, Quoted], Form]] = {
    "Outlook": outlook,
    "Outlook on the web": outlook_on_the_web,
    "Outlook on a phone": outlook_on_a_phone,
    "Gmail": gmail,
    "Apple Mail": apple_mail,
    "iPhone": iphone,
    "Thunderbird": thunderbird,
    "Thunderbird, plain": thunderbird_plain,
    "Thunderbird, below the notice": thunderbird_below,
    "mutt": mutt,
    "K-9": k9,
    "Yahoo": yahoo,
    "Notes": notes,
    "eM Client": em_client,
}


def quoted(notice: Message) -> Quoted:
    """Our notice, as it was received."""
    parts = {part.get_content_type(): part for part in reversed(list(notice.walk())) if not part.is_multipart()}
    text, html = (
        parts[kind].get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
        for kind in ("text/plain", "text/html")
    )
    return Quoted(text, html[html.index("<body") :].partition(">")[2].partition("</body>")[0])


def reply(client: str, answer: Answer, notice: Message, number: int = 1) -> bytes:
    """The whole mail."""
    text, page = CLIENTS[client](answer, quoted(notice))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"Eva Example <{answer.me}>", f"Example Support <{DESK}>"
    mail["Subject"], mail["Message-ID"] = f"Re: {notice['Subject']}", f"<reply-{number}@desk.example>"
    mail["In-Reply-To"] = mail["References"] = str(notice["Message-ID"])
    if text:
        mail.set_content(text)
    if page and text:
        mail.add_alternative(page, subtype="html")
    elif page:
        mail.set_content(page, subtype="html")
    if page and answer.pictures:
        told = mail.get_payload()[-1] if text else mail  # type: ignore[index]
        for content_id, data in answer.pictures.items():
            told.add_related(data, "image", "png", cid=f"<{content_id}>", filename=f"{content_id.partition('@')[0]}")  # type: ignore[union-attr]
    for name, kind, data in answer.files:
        mail.add_attachment(data, *kind.split("/"), filename=name)
    return mail.as_bytes()
