"""Which mails of a folder still need reading? What one run remembers of UIDs; the truth is the desk and the folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from daemon.intake.imap_link import Outline

BATCH_MAILS = 50
BATCH_OCTETS = 20 * 1024 * 1024


class Uids:
    """UIDs of one folder under one UIDVALIDITY."""

    def __init__(self) -> None:
        self.moved: dict[int, str] = {}  # taken, and the server said that it moved them to this folder
        self._left: set[int] = set()  # taken, or past, and they stay where they are
        self._suspects: Counter[int] = Counter()  # tries to read them that did not end well

    def leave(self, uids: Iterable[int]) -> None:
        for uid in uids:
            self._left.add(uid)
            self.moved.pop(uid, None)

    def stuck(self, found: Collection[int]) -> dict[int, str]:
        """Mails that lie there still, although the server said that it moved them. The others are really gone."""
        self.moved = {uid: self.moved[uid] for uid in sorted(self.moved.keys() & set(found))}
        return dict(self.moved)

    def waiting(self, found: Iterable[int]) -> list[int]:
        """What is to be read: oldest first, but what failed before comes last, so that it holds up nobody."""
        return sorted(set(found) - self._left - self.moved.keys(), key=lambda uid: (self._suspects[uid], uid))

    def suspect(self, uids: Iterable[int]) -> None:
        """Before a try: if it kills the link, they are tried one by one."""
        self._suspects.update(uids)

    def clear(self, uids: Iterable[int]) -> None:
        for uid in uids:
            self._suspects.pop(uid, None)

    def batches(self, uids: Sequence[int], outlines: Mapping[int, Outline]) -> Iterator[list[int]]:
        """Bounded by count and by octets; a suspect, or a mail larger than the bound, goes alone."""
        batch: list[int] = []
        octets = 0
        for uid in uids:
            size = outlines[uid].size
            full = len(batch) >= BATCH_MAILS or octets + size > BATCH_OCTETS
            if batch and (full or self._suspects[uid]):
                yield batch
                batch, octets = [], 0
            batch.append(uid)
            octets += size
        if batch:
            yield batch
