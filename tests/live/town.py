"""Who lives around a desk under test? People with mailboxes in a real Dovecot, who write through a real Postfix."""

from __future__ import annotations

import email
import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage, Message
from email.utils import formataddr, make_msgid
from functools import cached_property
from pathlib import Path

import pytest
from imapclient import IMAPClient
from live.clients import CLIENTS, File, Reply, written
from live.conftest import missing, needs
from live.desk_process import DeskProcess, config, mailbox
from live.dovecot import PASSWORD, Dovecot, free_ports
from live.postfix import Postfix

PATIENCE = 20.0  # seconds
GONE = "gone@customer.example"  # Postfix takes mail for this address and then finds that nobody is there
REFUSED = "refused@customer.example"  # Postfix refuses mail for this address at once
DIRECT = "direct.example"  # Postfix hands mail for this domain over to a desk by LMTP


class Read:
    """One mail as its reader has it."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def message(self) -> EmailMessage:
        message = email.message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def __getitem__(self, header: str) -> str:
        """A header, decoded; "" when it is missing."""
        return str(self.message[header] or "")

    @property
    def number(self) -> int:
        return int(self["X-Postcase-Case"] or 0)

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def page(self) -> str:
        return self._body("html")

    @property
    def files(self) -> dict[str, bytes]:
        """Every attachment, decoded."""
        return {str(part.get_filename()): _octets(part) for part in self.message.iter_attachments()}

    @property
    def everything(self) -> str:
        """The raw mail and every text in it, decoded: what a curious reader could find."""
        texts = [str(part.get_content()) for part in self.message.walk() if part.get_content_maintype() == "text"]
        headers = [str(value) for value in self.message.values()]
        return "\n".join([self.raw.decode("ascii"), *headers, *texts])

    def _body(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


class Person:
    """Somebody with a mailbox in the town."""

    def __init__(self, town: Town, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self.sent: list[Read] = []
        self._town = town
        self._inbox: dict[int, Read] = {}

    # Reading

    def inbox(self) -> list[Read]:
        with self._town.dovecot.client(self.address) as client:
            return self._look(client)

    def letters(self, name: str = "", number: int = 0) -> list[Read]:
        """What came from a desk so far."""
        return [mail for mail in self.inbox() if _is_letter(mail, name, number)]

    def letter(self, name: str, number: int = 0, count: int = 1) -> Read:
        """The last of so many letters of one name, as soon as they are all there."""
        end = time.monotonic() + PATIENCE
        with self._town.dovecot.client(self.address) as client:
            while True:
                found = [mail for mail in self._look(client) if _is_letter(mail, name, number)]
                if len(found) >= count:
                    return found[count - 1]
                subjects = [mail["Subject"] for mail in self._inbox.values()]
                assert time.monotonic() < end, (
                    f"{len(found)} letters {name!r}, not {count}; {self.address} has {subjects}"
                )
                time.sleep(0.03)

    def _look(self, client: IMAPClient) -> list[Read]:
        client.select_folder("INBOX", readonly=True)
        fresh = [uid for uid in client.search() if uid not in self._inbox]
        for uid, item in sorted(client.fetch(fresh, ["BODY.PEEK[]"]).items()):
            self._inbox[uid] = Read(item[b"BODY[]"])
        return list(self._inbox.values())

    # Writing

    def write(
        self, *to: str, subject: str, text: str = "It does not print.", headers: str = "", message_id: str = ""
    ) -> str:
        """A fresh mail; returns its Message-ID, with brackets."""
        message_id = message_id or make_msgid(domain=self.address.partition("@")[2])
        head = f"From: {formataddr((self.name, self.address))}\nTo: {', '.join(to)}\nSubject: {subject}\n"
        head += f"Message-ID: {message_id}\nDate: {email.utils.formatdate(localtime=True)}\n{headers}"
        kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
        self.send((head + kind + "\n" + text + "\n").encode(), *to)
        return message_id

    def swaks(self, to: str, *options: str) -> None:
        """A mail written by Debian's swaks."""
        server = ["--server", f"127.0.0.1:{self._town.postfix.port}", "--from", self.address, "--to", to]
        done = subprocess.run(["swaks", *server, *options], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def reply(
        self, client: str, letter: Read, words: str, *, files: tuple[File, ...] = (), advert: bool = False
    ) -> None:
        """An answer to a letter, as one mail client writes it; `advert`: with the line that praises the client."""
        reply = Reply(letter.message, formataddr((self.name, self.address)), words, files, advert)
        self.send(written(CLIENTS[client], reply), reply.to)

    def send(self, raw: bytes, *to: str) -> None:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._town.postfix.send(raw, *to, sender=self.address)
        self.sent.append(Read(raw))


class Town:
    """The two servers, started once for all tests of a run; every test brings its own people and its own desk."""

    def __init__(self) -> None:
        self.dovecot = Dovecot()
        self.postfix = Postfix(self.dovecot.lmtp_port)
        (self.direct_port,) = free_ports(1)
        self._numbers = itertools.count(1)
        self._write_routes()
        self.dovecot.start()
        self.postfix.start()

    def stop(self) -> None:
        self.postfix.stop()
        self.dovecot.stop()

    def customer(self, name: str) -> Person:
        return self._person(name, "customer.example")

    def engineer(self, name: str) -> Person:
        return self._person(name, "desk.example")

    def desk_address(self) -> str:
        return f"support-{next(self._numbers)}@example.com"

    def _person(self, name: str, domain: str) -> Person:
        return Person(self, name, f"{name.split()[0].lower()}-{next(self._numbers)}@{domain}")

    def _write_routes(self) -> None:
        main = self.postfix.base / "main.cf"
        routes = f"{{ {GONE} = error:5.1.1 there is nobody of this name }}"
        routes += f" {{ {DIRECT} = lmtp:inet:127.0.0.1:{self.direct_port} }}"
        refused = f"check_recipient_access inline:{{ {{ {REFUSED} = 550 5.1.1 no such user }} }}"
        text = main.read_text().replace("transport_maps = ", f"transport_maps = inline:{{ {routes} }}")
        restrictions = f"smtpd_reject_unlisted_recipient = no\nsmtpd_recipient_restrictions = {refused}\n"
        main.write_text(text + restrictions)


_TOWN = pytest.StashKey[Town]()


@pytest.fixture(scope="session")
def town(request: pytest.FixtureRequest) -> Town:
    """One for all modules that import this fixture: a Postfix takes seconds to start."""
    for program in ("dovecot", "postfix", "swaks"):
        needs(program)
    if os.geteuid() != 0:
        missing("Postfix starts as root only: its parts run as several users")
    if _TOWN not in request.config.stash:
        request.config.stash[_TOWN] = Town()
        request.config.add_cleanup(request.config.stash[_TOWN].stop)
    return request.config.stash[_TOWN]


OpenDesk = Callable[..., DeskProcess]


@pytest.fixture
def open_desk(town: Town, tmp_path: Path) -> Iterator[OpenDesk]:
    """A desk of the test's own, at work. The keywords are those of live.desk_process.config."""
    desks: list[DeskProcess] = []

    def open_desk(engineer: Person, *, start: bool = True, **keys: str | int) -> DeskProcess:
        desks.append(new_desk(town, tmp_path, engineer, **keys))
        if start:
            desks[-1].start()
        return desks[-1]

    yield open_desk
    for desk in desks:
        print(desk.log())  # pytest shows it when the test has failed
        desk.stop()


def new_desk(town: Town, folder: Path, engineer: Person, **keys: str | int) -> DeskProcess:
    address = str(keys.pop("address", "") or town.desk_address())
    keys = {
        "smtp_port": town.postfix.port,
        "intakes": mailbox(address, town.dovecot.imap_port, PASSWORD),
        **keys,
    }
    people = [(engineer.name, engineer.address)]
    return DeskProcess(folder, address, config(address, engineers=people, **keys))  # type: ignore[arg-type]


def threads(mails: list[Read]) -> int:
    """How many threads a mail client shows: mails that name each other, or a third one, are in the same."""
    groups: list[set[str]] = []
    for mail in mails:
        ids = set(f"{mail['Message-ID']} {mail['In-Reply-To']} {mail['References']}".split())
        touched = [group for group in groups if group & ids]
        groups = [group for group in groups if not group & ids] + [ids.union(*touched)]
    return len(groups)


def _octets(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def _is_letter(mail: Read, name: str, number: int) -> bool:
    is_named = mail["X-Postcase-Letter"] == name if name else bool(mail["X-Postcase-Letter"])
    return is_named and (not number or mail.number == number)
