"""What happens to a mail that is filed, when the server takes neither the move nor the mark?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import cast

import pytest

from daemon.config.secret import Secret
from daemon.config.settings import Mailbox
from daemon.intake.arrival import Fate
from daemon.intake.imap_acknowledge import MOVED_AT_ONCE, Acknowledgement
from daemon.intake.imap_link import FILED_MARK, ImapLink, Refused
from daemon.intake.imap_uids import Uids

MAILBOX = Mailbox(
    "imap.example.com", 993, "implicit", "support@example.com", Secret("password", "secret"), "INBOX", "Processed",
    "Quarantine", timedelta(minutes=1), None, timedelta(seconds=30),
)  # fmt: skip


class Folders:
    """A link to a server that refuses what it is told to refuse."""

    def __init__(self, *refused: str, can_remove: bool = True) -> None:
        self.refused, self.can_remove = set(refused), can_remove
        self.marks: dict[int, str] = {}
        self.moved: dict[int, str] = {}

    def has_folder(self, folder: str) -> bool:
        return "missing" not in self.refused

    def create_folder(self, folder: str) -> None:
        self._do("create")

    def put_away(self, uids: Collection[int], folder: str) -> None:
        self._do("move")
        self.moved.update(dict.fromkeys(uids, folder))
        for uid in uids:
            self.marks.pop(uid, None)

    def mark(self, uids: Collection[int], mark: str) -> None:
        self._do("mark")
        self.marks.update(dict.fromkeys(uids, mark))

    def marked(self, mark: str) -> list[int]:
        return [uid for uid, one in self.marks.items() if one == mark]

    def _do(self, what: str) -> None:
        if what in self.refused:
            raise Refused(f"{what}: no")


def acknowledged(folders: Folders, *fates: Fate) -> Uids:
    uids = Uids()
    Acknowledgement(MAILBOX).acknowledge(cast(ImapLink, folders), uids, dict(enumerate(fates, 1)), marks=True)
    return uids


def test_a_folder_that_cannot_be_made_is_told_and_the_mail_is_marked(caplog: pytest.LogCaptureFixture) -> None:
    folders = Folders("missing", "create", "move")
    Acknowledgement(MAILBOX).provide_folders(cast(ImapLink, folders))
    assert "Processed" in caplog.text and "Quarantine" in caplog.text and "create: no" in caplog.text
    uids = acknowledged(folders, Fate.FILED, Fate.QUARANTINED)
    assert folders.marks == {1: "$PostcaseFiled", 2: "$PostcaseQuarantined"}
    assert uids.waiting([1, 2, 3]) == [3]


@pytest.mark.parametrize(("refused", "marks"), [(("move", "mark"), True), (("move",), False)])
def test_a_mail_that_can_be_neither_moved_nor_marked_is_not_read_again_and_told_once(
    refused: tuple[str, ...], marks: bool, caplog: pytest.LogCaptureFixture
) -> None:
    folders = Folders(*refused)
    uids, acknowledgement = Uids(), Acknowledgement(MAILBOX)
    for uid in (1, 2):
        acknowledgement.acknowledge(cast(ImapLink, folders), uids, {uid: Fate.FILED}, marks=marks)
    assert uids.waiting([1, 2, 3]) == [3]
    assert (folders.marks, folders.moved) == ({}, {})
    assert caplog.text.count("not moved to its folder") == 1
    assert caplog.text.count("neither moved nor marked: read again after a restart") == 1


def test_a_known_mail_that_cannot_be_removed_is_not_copied_again() -> None:
    folders = Folders(can_remove=False)
    uids = acknowledged(folders, Fate.KNOWN)
    assert (folders.moved, folders.marks) == ({}, {1: FILED_MARK})
    assert uids.waiting([1]) == []


def test_marked_mail_is_moved_in_pieces_as_soon_as_the_server_lets_us() -> None:
    folders, acknowledgement = Folders("move"), Acknowledgement(MAILBOX)
    folders.marks = dict.fromkeys(range(1, MOVED_AT_ONCE + 2), FILED_MARK)
    acknowledgement.move_leftovers(cast(ImapLink, folders))
    assert folders.moved == {} and acknowledgement.why_left == "Processed: move: no"
    folders.refused.clear()
    acknowledgement.move_leftovers(cast(ImapLink, folders))
    assert acknowledgement.why_left == ""
    assert set(folders.moved.values()) == {"Processed"} and len(folders.moved) == MOVED_AT_ONCE + 1
    folders.marks[9999] = FILED_MARK
    acknowledgement.move_leftovers(cast(ImapLink, folders))
    assert 9999 not in folders.moved, "nothing is looked for when nothing was left"


def test_what_somebody_else_has_moved_meanwhile_is_left_no_more() -> None:
    folders, acknowledgement = Folders("move"), Acknowledgement(MAILBOX)
    acknowledgement.acknowledge(cast(ImapLink, folders), Uids(), {1: Fate.FILED}, marks=True)
    assert acknowledgement.why_left == "Processed: move: no"
    folders.marks.clear()
    acknowledgement.move_leftovers(cast(ImapLink, folders))
    assert acknowledgement.why_left == ""
