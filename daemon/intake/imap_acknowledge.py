"""Where does a mail go once it is taken? To its folder; where the server refuses, a mark says that it was taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from daemon import maillog
from daemon.config.settings import Mailbox
from daemon.intake.arrival import Fate
from daemon.intake.imap_link import FILED_MARK, QUARANTINED_MARK, ImapLink, Refused
from daemon.intake.imap_uids import Uids

MOVED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, who goes there, and the keyword that stands for it where the mail cannot be moved."""

    folder: str
    mark: str
    fates: frozenset[Fate]


class Acknowledgement:
    """The last step for mail of one mailbox. It comes after the commit, so it may fail and be done again."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._name = mailbox.name
        self._places = (
            Place(mailbox.processed, FILED_MARK, frozenset({Fate.FILED, Fate.KNOWN})),
            Place(mailbox.quarantine, QUARANTINED_MARK, frozenset({Fate.QUARANTINED})),
        )
        self._leftovers = True  # marked mail of an earlier run may lie there
        self._refused: dict[str, str] = {}  # folders that take no mail, and why, as the log has it
        self._marks_told = False

    @property
    def why_left(self) -> str:
        """Why mail that was taken is still in its mailbox; "" when nothing keeps it there."""
        return "; ".join(f"{folder}: {reason}" for folder, reason in self._refused.items())

    def provide_folders(self, link: ImapLink) -> None:
        """Without its folder a mail is still taken, only not moved."""
        for place in self._places:
            try:
                self._make_folder(link, place)
            except Refused as error:
                maillog.imap_folder_missing(self._name, place.folder, str(error))

    def acknowledge(self, link: ImapLink, uids: Uids, fates: Mapping[int, Fate], *, marks: bool) -> None:
        """Move every mail to the folder of its fate. `marks`: does the folder keep keywords?"""
        for place in self._places:
            here = [uid for uid, fate in fates.items() if fate in place.fates]
            if not here:
                continue
            if link.can_remove:
                self._move(link, uids, here, place, marks=marks)
            else:
                new = [uid for uid in here if fates[uid] is not Fate.KNOWN]  # a known one has its copy already
                self._put_away(link, new, place)
                self._leave(link, uids, here, place, marks=marks)

    def settle_stuck(self, link: ImapLink, uids: Uids, found: Collection[int], *, marks: bool) -> None:
        """The only proof of a move is that the UID is gone (RFC 4315 lets a server stay silent about the rest)."""
        stuck = uids.stuck(found)
        for place in self._places:
            if here := [uid for uid, folder in stuck.items() if folder == place.folder]:
                self._tell_not_moved(place, len(here), "the server said OK, the mails are still there")
                self._leave(link, uids, here, place, marks=marks)

    def move_leftovers(self, link: ImapLink) -> None:
        """What was only marked, because its folder was full or gone, is moved as soon as the server lets us."""
        if self._leftovers and link.can_remove:
            done = [self._move_marked(link, place) for place in self._places]
            self._leftovers = not all(done)

    def _move(self, link: ImapLink, uids: Uids, here: list[int], place: Place, *, marks: bool) -> None:
        if self._put_away(link, here, place):
            uids.moved.update(dict.fromkeys(here, place.folder))
        else:
            self._leftovers = True
            self._leave(link, uids, here, place, marks=marks)

    def _move_marked(self, link: ImapLink, place: Place) -> bool:
        marked = link.marked(place.mark)
        for start in range(0, len(marked), MOVED_AT_ONCE):
            if not self._put_away(link, marked[start : start + MOVED_AT_ONCE], place):
                return False
        self._refused.pop(place.folder, None)
        if marked:
            maillog.imap_moved_at_last(self._name, place.folder, len(marked))
        return True

    def _put_away(self, link: ImapLink, here: list[int], place: Place) -> bool:
        if not here:
            return True
        try:
            self._put(link, here, place)
        except Refused as error:
            self._tell_not_moved(place, len(here), str(error))
            return False
        self._refused.pop(place.folder, None)
        return True

    def _put(self, link: ImapLink, here: list[int], place: Place) -> None:
        """A folder that somebody removed while we were at work is made again."""
        try:
            link.put_away(here, place.folder)
        except Refused:
            if not self._make_folder(link, place):
                raise
            link.put_away(here, place.folder)

    def _make_folder(self, link: ImapLink, place: Place) -> bool:
        """Was it missing, and is there now? Errors: Refused."""
        if link.has_folder(place.folder):
            return False
        link.create_folder(place.folder)
        maillog.imap_folder_created(self._name, place.folder)
        return True

    def _leave(self, link: ImapLink, uids: Uids, here: list[int], place: Place, *, marks: bool) -> None:
        uids.leave(here)
        if not marks:
            self._tell_not_marked(len(here), "the folder keeps no keywords")
            return
        try:
            link.mark(here, place.mark)
        except Refused as error:
            self._tell_not_marked(len(here), str(error))

    def _tell_not_moved(self, place: Place, count: int, reason: str) -> None:
        if place.folder not in self._refused:
            maillog.imap_not_moved(self._name, place.folder, count, reason)
        self._refused[place.folder] = reason

    def _tell_not_marked(self, count: int, reason: str) -> None:
        if not self._marks_told:
            self._marks_told = True
            maillog.imap_not_marked(self._name, count, reason)
