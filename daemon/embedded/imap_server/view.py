"""Which number has a message on this connection, and what must its client be told (RFC 3501, section 7.4.1)?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

from daemon.embedded.embedded_mailboxes import Folder, StoredMessage
from daemon.embedded.imap_server.syntax import flag_list, ranges


class View:
    """An open folder as one client knows it. Numbers change only when the client has been told."""

    def __init__(self, folder: Folder, *, read_only: bool) -> None:
        self.folder = folder
        self.read_only = read_only
        self._version = folder.version  # of the folder, when the client had been told everything
        self._told = {message.uid: message.flags for message in folder.messages()}
        self._uids = list(self._told)
        self._highest = self._uids[-1] if self._uids else 0

    def news(self, *, may_expunge: bool) -> list[bytes]:
        """Untagged lines. No EXPUNGE while a FETCH, STORE or SEARCH is answered: its numbers would shift."""
        version = self.folder.version
        if version == self._version:
            return []
        messages = {message.uid: message for message in self.folder.messages()}
        gone = self._vanished(messages) if may_expunge else []
        lines = [*gone, *self._arrived(messages), *self._reflagged(messages.values())]
        if may_expunge:
            self._version = version
        return lines

    def heard(self, message: StoredMessage) -> None:
        """The client knows these flags now."""
        self._told[message.uid] = message.flags

    def messages(self) -> list[tuple[int, StoredMessage]]:
        """Number and message; those another connection has expunged meanwhile are left out."""
        return self._present(range(len(self._uids)))

    def chosen(self, sequence_set: str, *, by_uid: bool) -> list[tuple[int, StoredMessage]]:
        """Of a sequence set of numbers, or of UIDs. Errors: BadCommand."""
        keys: Sequence[int] = self._uids if by_uid else range(1, len(self._uids) + 1)
        places: set[int] = set()
        for low, high in ranges(sequence_set, keys[-1] if keys else 0):
            places.update(range(bisect_left(keys, low), bisect_right(keys, high)))
        return self._present(sorted(places))

    def _present(self, places: Iterable[int]) -> list[tuple[int, StoredMessage]]:
        found = ((place + 1, self.folder.message(self._uids[place])) for place in places)
        return [(number, message) for number, message in found if message]

    def _vanished(self, messages: Mapping[int, StoredMessage]) -> list[bytes]:
        lines = []
        for place in reversed(range(len(self._uids))):  # from the end: each number is right when it is told
            if self._uids[place] not in messages:
                del self._told[self._uids.pop(place)]
                lines.append(b"%d EXPUNGE" % (place + 1))
        return lines

    def _arrived(self, messages: Mapping[int, StoredMessage]) -> list[bytes]:
        new = [uid for uid in messages if uid > self._highest]
        if not new:
            return []
        self._highest = new[-1]
        self._uids += new
        self._told.update((uid, messages[uid].flags) for uid in new)
        return [b"%d EXISTS" % len(self._uids), b"0 RECENT"]

    def _reflagged(self, messages: Iterable[StoredMessage]) -> list[bytes]:
        changed = [message for message in messages if self._told[message.uid] != message.flags]
        for message in changed:
            self.heard(message)
        return [
            b"%d FETCH (UID %d FLAGS %b)"
            % (bisect_left(self._uids, message.uid) + 1, message.uid, flag_list(message.flags))
            for message in changed
        ]
