"""How do the people of the demo use their mail? As everybody does: they read a mailbox over IMAP and send over SMTP."""

from __future__ import annotations

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid

from imapclient import IMAPClient

from daemon.clock import Clock
from daemon.embedded.embedded_mail import EmbeddedMail

PATIENCE_SECONDS = 30.0


class Person:
    """Somebody with a mailbox and a mail client."""

    def __init__(self, name: str, address: str, password: str, server: EmbeddedMail, clock: Clock) -> None:
        self.name, self.address = name, address
        self._password = password
        self._server = server
        self._clock = clock

    def writes(self, to: str, subject: str, text: str) -> EmailMessage:
        mail = self._new_mail(subject)
        mail["To"] = to
        mail.set_content(text)
        return self._send(mail)

    def awaits(self, letter: str, number: int) -> EmailMessage:
        """The newest such letter about the case in the inbox, as soon as one is there that was not read yet."""
        stored = self._server.wait_for(
            self.address, lambda one: "\\Seen" not in one.flags and _is(one.raw, letter, number), PATIENCE_SECONDS
        )
        with IMAPClient(self._server.host, self._server.imap_port, ssl=False, timeout=PATIENCE_SECONDS) as client:
            client.login(self.address, self._password)
            client.select_folder("INBOX")
            raw = client.fetch([stored.uid], ["BODY[]"])[stored.uid][b"BODY[]"]  # not PEEK: now it is read
        return read(raw)

    def answers(self, letter: EmailMessage, text: str) -> EmailMessage:
        """A reply as mail clients write it: the text above, the letter quoted below."""
        subject = str(letter["Subject"])
        mail = self._new_mail(subject if subject.startswith("Re: ") else f"Re: {subject}")
        mail["To"] = letter["Reply-To"] or letter["From"]
        mail["In-Reply-To"] = letter["Message-ID"]
        mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
        body = letter.get_body(("plain",))
        quoted = "\n".join(f"> {line}".rstrip() for line in (body.get_content() if body else "").splitlines())
        when = self._clock.now().strftime("%a, %d %b %Y at %H:%M")
        mail.set_content(f"{text}\n\nOn {when}, {letter['From']} wrote:\n{quoted}\n")
        return self._send(mail)

    def _new_mail(self, subject: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"{self.name} <{self.address}>"
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = make_msgid(domain=self.address.partition("@")[2])
        return mail

    def _send(self, mail: EmailMessage) -> EmailMessage:
        with smtplib.SMTP(self._server.host, self._server.smtp_port, timeout=PATIENCE_SECONDS) as link:
            link.send_message(mail)
        return mail


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default)
    if not isinstance(mail, EmailMessage):
        raise TypeError(f"expected an EmailMessage, found {type(mail).__name__}")
    return mail


def _is(raw: bytes, letter: str, number: int) -> bool:
    mail = read(raw)
    return (str(mail["X-Postcase-Letter"]), str(mail["X-Postcase-Case"])) == (letter, str(number))
