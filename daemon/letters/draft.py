"""How does a letter's text go together with HTML that is not made from it? A page with places, and what is put there.

The page of a letter is made from its finished text. Where a piece of HTML of its own shall stand, that text holds a placeholder
that nobody outside can know; a template that does not leave it a paragraph of its own gets the plain page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256

from rules.mail import Attachment

Renders = Callable[[str], str]  # the text of the letter with these words in it
Pages = Callable[[str], str]  # the page of a text


@dataclass(frozen=True, slots=True)
class Insert:
    """The words of a letter as its page shows them: a placeholder in the text, the HTML for it, and what belongs to that."""

    place: str
    html: str
    pictures: tuple[Attachment, ...]
    files: tuple[Attachment, ...]  # that go along beside the pictures


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is packed."""

    text: str
    files: tuple[Attachment, ...]
    pictures: tuple[Attachment, ...] = ()
    _shown: str = ""  # the text with the placeholder; "": the same as `text`
    _insert: Insert | None = None

    def page(self, pages: Pages) -> str:
        page = pages(self._shown or self.text)
        return page.replace(_paragraph(self._insert.place), self._insert.html) if self._insert else page

    def without(self, files: Collection[Attachment], note: str) -> Draft:
        """The letter without these files, and a sentence that says so."""
        shown = _noted(self._shown, note) if self._shown else ""
        kept = tuple(file for file in self.files if file not in files)
        return Draft(_noted(self.text, note), kept, self.pictures, shown, self._insert)


def placeholder(seed: str, name: str) -> str:
    return f"{name}-{sha256(f'{name} {seed}'.encode()).hexdigest()}"


def draft_with(insert: Insert, plain: Draft, render: Renders, pages: Pages) -> Draft | None:
    """None: the template gives the words no paragraph of their own."""
    shown = render(insert.place)
    page = pages(shown)
    if page.count(_paragraph(insert.place)) != 1 or page.count(insert.place) != 1:
        return None
    return Draft(plain.text, insert.files, insert.pictures, shown, insert)


def _paragraph(placeholder: str) -> str:
    """As daemon/letters/letter_html.py writes it."""
    return f'<p dir="auto">{placeholder}</p>'


def _noted(text: str, note: str) -> str:
    """The note at the end, but above the signature (RFC 3676, section 4.3)."""
    above, mark, signature = text.rpartition("\n-- \n")
    return f"{above}\n{note}\n{mark}{signature}" if mark else f"{text}\n{note}\n"
