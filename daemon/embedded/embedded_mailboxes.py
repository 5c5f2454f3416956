"""Which mail lies in which folder of the embedded mail server? All in memory, safe to ask from any thread."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

DELIMITER = "/"
INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One mail in a folder; new flags make a new value."""

    uid: int
    flags: frozenset[str]
    received_at: datetime  # INTERNALDATE
    raw: bytes


class Bell:
    """Guards every change, and wakes whoever waits for one: threads in `wait_for`, connections in IDLE."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._listeners: list[Callable[[], None]] = []

    @contextmanager
    def quiet(self) -> Iterator[None]:
        with self._condition:
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        with self._condition:
            yield
            self._condition.notify_all()
            for listener in self._listeners:  # inside the lock: a listener that left is not called again
                listener()

    def wait_until(self, satisfied: Callable[[], bool], timeout: float) -> bool:
        with self._condition:
            return self._condition.wait_for(satisfied, timeout)

    def listen(self, listener: Callable[[], None]) -> None:
        with self._condition:
            self._listeners.append(listener)

    def leave(self, listener: Callable[[], None]) -> None:
        with self._condition:
            self._listeners.remove(listener)


class Folder:
    """One folder. UIDs rise and are never used again while its UIDVALIDITY lasts (RFC 3501, section 2.3.1.1)."""

    def __init__(self, uid_validity: int, bell: Bell) -> None:
        self.uid_validity = uid_validity
        self.next_uid = 1
        self.version = 0  # rises with every change
        self._bell = bell
        self._messages: dict[int, StoredMessage] = {}

    def messages(self) -> list[StoredMessage]:
        """All messages, by rising UID."""
        with self._bell.quiet():
            return list(self._messages.values())

    def message(self, uid: int) -> StoredMessage | None:
        return self._messages.get(uid)

    def add(self, raw: bytes, flags: Iterable[str], received_at: datetime) -> StoredMessage:
        with self._bell.changing():
            message = StoredMessage(self.next_uid, frozenset(flags), received_at, raw)
            self._messages[message.uid] = message
            self.next_uid += 1
            self.version += 1
            return message

    def set_flags(self, uid: int, flags: Iterable[str]) -> StoredMessage:
        with self._bell.changing():
            message = self._messages[uid] = replace(self._messages[uid], flags=frozenset(flags))
            self.version += 1
            return message

    def remove(self, uids: Iterable[int]) -> None:
        with self._bell.changing():
            for uid in uids:
                self._messages.pop(uid, None)
            self.version += 1


class Account:
    """One person's folders, by their full names; INBOX is there in any spelling (RFC 3501, section 5.1)."""

    def __init__(self, address: str, password: str | None, new_folder: Callable[[], Folder]) -> None:
        self.address = address
        self.password = password  # None: nobody can log in, mail is only collected
        self._new_folder = new_folder
        self.folders: dict[str, Folder] = {}
        self.subscribed: set[str] = set()
        for name in (INBOX, "Sent"):
            self.create(name)
            self.subscribed.add(name)

    def folder(self, name: str) -> Folder | None:
        return self.folders.get(_canonical(name))

    def create(self, name: str) -> Folder:
        """The folder of this name and every folder above it, made where they are missing."""
        levels = _canonical(name).split(DELIMITER)
        for depth in range(1, len(levels) + 1):
            path = DELIMITER.join(levels[:depth])
            if path not in self.folders:
                self.folders[path] = self._new_folder()
        return self.folders[path]

    def delete(self, name: str) -> None:
        """Errors: LookupError."""
        del self.folders[_canonical(name)]

    def rename(self, old: str, new: str) -> None:
        """With everything below it; INBOX only hands its mail over (RFC 3501, section 6.3.5). Errors: LookupError."""
        old, new = _canonical(old), _canonical(new)
        moved = self.folders.pop(old)
        if above := new.rpartition(DELIMITER)[0]:
            self.create(above)
        self.folders[new] = moved
        if old == INBOX:
            self.folders[INBOX] = self._new_folder()
            return
        for path in [path for path in self.folders if path.startswith(old + DELIMITER)]:
            self.folders[new + path.removeprefix(old)] = self.folders.pop(path)


class Mailboxes:
    """All accounts. Names of people are compared without case; ann+printer@ is a name of ann@ (RFC 5233)."""

    def __init__(
        self, accounts: Mapping[str, str], now: Callable[[], datetime], catch_all: bool | Collection[str] = True
    ) -> None:
        """`catch_all`: mail to unknown people gets a mailbox of its own; at any domain, or at these domains only."""
        self.bell = Bell()
        self.now = now
        self._catch_all = catch_all
        self._uid_validities = itertools.count(int(now().timestamp()))
        self._accounts: dict[str, Account] = {}
        for address, password in accounts.items():
            self._add(address, password)

    def logins(self) -> list[tuple[str, str]]:
        """Address and password of everybody who can log in."""
        return [
            (account.address, account.password) for account in self._accounts.values() if account.password is not None
        ]

    def log_in(self, name: str, password: str) -> Account | None:
        """By mail address, or by the part before the @ where only one account has it."""
        key = name.casefold()
        owners = [self._accounts[key]] if key in self._accounts else self._named(key)
        return owners[0] if len(owners) == 1 and owners[0].password == password else None

    def account(self, address: str) -> Account | None:
        return self._accounts.get(address.casefold()) or self._accounts.get(_without_detail(address.casefold()))

    def recipient(self, address: str) -> Account | None:
        """Whose mailbox takes mail for this address; None: nobody's."""
        if found := self.account(address):
            return found
        return self._add(_without_detail(address), None) if self._catches(address) else None

    def _named(self, local_part: str) -> list[Account]:
        return [account for key, account in self._accounts.items() if key.partition("@")[0] == local_part]

    def _catches(self, address: str) -> bool:
        if isinstance(self._catch_all, bool):
            return self._catch_all
        return address.rpartition("@")[2].casefold() in {domain.casefold() for domain in self._catch_all}

    def _add(self, address: str, password: str | None) -> Account:
        with self.bell.changing():
            account = Account(address, password, lambda: Folder(next(self._uid_validities), self.bell))
            return self._accounts.setdefault(address.casefold(), account)


def _canonical(name: str) -> str:
    first, slash, rest = name.partition(DELIMITER)
    return INBOX + slash + rest if first.upper() == INBOX else name


def _without_detail(address: str) -> str:
    local_part, at, domain = address.rpartition("@")
    return f"{local_part.partition('+')[0]}@{domain}" if at else address
