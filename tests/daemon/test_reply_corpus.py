"""Do replies of real mail clients reach the customer with exactly the words of their writer? Mails of other projects, sent by
an engineer: parsed, cut, relayed and posted by the desk. They lie beside the checkout, or nowhere."""

from __future__ import annotations

import email
from collections import Counter
from datetime import timedelta
from email.message import Message
from email.policy import SMTP
from pathlib import Path

from conversations.player import Player
from reply_corpus import BESIDE, MAILS, Fixture, fixtures, squeezed, text_of

from daemon.incoming.parse import parse
from rules.quotes import split

ANN, EVA = "ann@customer.example", "eva@desk.example"
HISTORY = "\n\nOn Monday, 2 March 2026"  # where the desk begins to quote

# What another project counts to the reply, or not: a rule at its end, what stands below a signature. Nothing else may differ.
DIFFERENT = {
    "mail-parser-reply/test_emails_email_nl_1_2.txt": "a line of dashes below the words belongs to the quoted mail here",
    "willdurand-erp/tests_Fixtures_email_15.txt": "what is written below `Sent from my Wiko` is kept, as a person wrote it",
    "willdurand-erp/tests_Fixtures_email_7.txt": "the signature goes along as well, unless the desk keeps it",
}

pytestmark = BESIDE


def as_answer(fixture: Fixture, notice: Message, number: int) -> bytes:
    """The mail as it is, but from Eva, in answer to the notice."""
    path = MAILS / fixture.name
    mail = (
        email.message_from_bytes(path.read_bytes(), policy=SMTP)
        if path.suffix == ".eml"
        else email.message.EmailMessage(SMTP)
    )
    if path.suffix != ".eml":
        mail.set_content(text_of(path))  # type: ignore[attr-defined]
    for name in ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References", "Date"):
        del mail[name]
    mail["From"], mail["To"], mail["Subject"] = EVA, "support@example.com", f"Re: {notice['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = f"<answer-{number}@desk.example>", str(notice["Message-ID"])
    return mail.as_bytes()


def relayed(desk: Player, fixture: Fixture, number: int) -> str:
    """The words of the letter that Ann gets; what became of the answer where there is none."""
    notice = next(sent.message for sent in desk.server.taken if sent.to == EVA)
    desk.clock.advance(timedelta(minutes=5))
    desk.take(as_answer(fixture, notice, number))
    fresh = desk.fresh()
    letter = next((sent for sent in fresh if sent.to == ANN), None)
    if letter is None:
        return "\n".join(sent.text for sent in fresh)
    return parse(letter.raw).text.rpartition("\n-- \n")[0].partition(HISTORY)[0]


def test_the_customer_gets_exactly_the_words_of_the_reply(tmp_path: Path) -> None:
    desk = Player(tmp_path)
    desk.write(ANN, "Printer on fire", "It burns.", [])
    desk.fresh()
    exact, missed = Counter[str](), dict[str, str]()
    replies = [one for one in fixtures() if one.stated is not None]
    for number, fixture in enumerate(replies):
        words = relayed(desk, fixture, number)
        if squeezed(fixture.stated or "") in (squeezed(words), squeezed(split(words).fresh)):
            exact[fixture.name.partition("/")[0]] += 1
        else:
            missed[fixture.name] = words
    desk.close()
    print(f"{sum(exact.values())} of {len(replies)} exact: {dict(exact)}; missed: {', '.join(missed) or 'none'}")
    assert missed.keys() <= DIFFERENT.keys(), {name: words for name, words in missed.items() if name not in DIFFERENT}
