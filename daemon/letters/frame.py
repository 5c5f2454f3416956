"""How do text, page, pictures, calendar and files become one body? Each inside the other as mail clients expect it."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.letters.draft import Draft, Pages
from daemon.letters.invitation import FILE_NAME, FILE_TYPE
from daemon.letters.mime import Part, base64_size, calendar_part, file_part, multipart, picture_part, text_part
from rules.mail import Attachment

_ROOM_FOR_FILE_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Calendar:
    """An invitation as octets (RFC 5545), and what it asks of the calendar that reads it (RFC 5546)."""

    octets: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Frame:
    """`pages` makes the page of a text; `seed` is the Message-ID."""

    pages: Pages
    calendar: Calendar | None
    seed: str

    def left_out(self, draft: Draft, room: int) -> set[Attachment]:
        """What does not fit into so many octets, pictures first: a big file does not keep a later small one out."""
        left_out: set[Attachment] = set()
        if not draft.pictures and not draft.files:  # nearly every letter: its page is not made a second time
            return left_out
        room -= len(self._alternatives(draft, ()).body) + (len(self.calendar.octets) * 2 if self.calendar else 0)
        for file in (*draft.pictures, *draft.files):
            needs = base64_size(len(file.data)) + _ROOM_FOR_FILE_FIELDS
            if needs > room:
                left_out.add(file)
            else:
                room -= needs
        return left_out

    def body(self, draft: Draft) -> Part:
        both = self._alternatives(draft, draft.pictures)
        files = [*draft.files, *([Attachment(FILE_NAME, FILE_TYPE, self.calendar.octets)] if self.calendar else [])]
        return multipart("mixed", [both, *map(file_part, files)], self.seed) if files else both

    def _alternatives(self, draft: Draft, pictures: tuple[Attachment, ...]) -> Part:
        """The same thing in up to three forms, the best one the last (RFC 2046, section 5.1.4)."""
        page = text_part("html", draft.page(self.pages))
        if pictures:
            page = multipart("related", [page, *map(picture_part, pictures)], self.seed)
        parts = [text_part("plain", draft.text), page]
        parts += [calendar_part(self.calendar.octets, self.calendar.method)] if self.calendar else []
        return multipart("alternative", parts, self.seed)
