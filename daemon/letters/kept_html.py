"""May an engineer's own HTML go along with his words? Only the part of it that says exactly these words.

The rules have read which words are his: without commands, quoted notice, and whatever else stays inside. Here those words are
looked for on his page, from the beginning of a line to the end of one, and all that stands outside of them is cut. What is
left is cleaned, and read once more: if it does not say the words letter for letter, the page made from the text goes out.
So nothing can be read in the HTML that is not in the text, whatever a mail client writes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from daemon.letters.clean_html import Shown, written
from daemon.letters.discretion import Discretion
from daemon.letters.html_steps import Kind, Step, Word, squeezed, steps_of, words_of
from daemon.letters.mime import file_name
from rules.mail import Attachment

LONGEST = 1_000_000  # characters of HTML that are looked at
_TRIALS = 20  # places on the page where the words may begin
_PICTURES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/bmp"})
_ENDS_A_GAP = frozenset({"blockquote", "hr"})


@dataclass(frozen=True, slots=True)
class Kept:
    """The inside of a page, the pictures it shows, and the files that go along beside it."""

    html: str
    pictures: tuple[Attachment, ...]
    files: tuple[Attachment, ...]


def kept_html(html: str, words: str, files: Sequence[Attachment], discretion: Discretion, seed: str) -> Kept | None:
    """`words` as the rules chose them. None: the page says something else. `seed` makes the ids of pictures unlike any other."""
    letters = squeezed(words)
    if not html or not letters or len(html) > LONGEST:
        return None
    steps = steps_of(html) or []
    found = _found(steps, words_of(steps), letters)
    if found is None:
        return None
    shown = _pictures(found.steps, files, seed)
    inside = written(found.steps, {old: picture for old, (_, picture) in shown.items()}, discretion)
    if not _says(inside, found.letters, words, discretion.kept(words)):
        return None
    gone = {step.picture for step in steps if step.picture} - shown.keys()
    pictures = tuple(replace(file, content_id=picture.content_id, inline=True) for file, picture in shown.values())
    beside = tuple(file for file in files if file.content_id not in shown and not _was_cut(file, gone))
    return Kept(inside, pictures, beside)


def _was_cut(file: Attachment, gone: set[str]) -> bool:
    """A picture that only the quoted mail or a signature shows, which do not go out."""
    return file.content_id in gone and file.content_type.startswith("image/")


def _pictures(cut: Sequence[Step], files: Sequence[Attachment], seed: str) -> dict[str, tuple[Attachment, Shown]]:
    """The files that this part of the page shows, with ids that say nothing of the computer they come from."""
    domain = seed.rpartition("@")[2]
    by_id = {file.content_id: file for file in files if file.content_id and file.content_type in _PICTURES}
    named = dict.fromkeys(step.picture for step in cut if step.picture in by_id)
    return {
        old: (
            by_id[old],
            Shown(f"{sha256(f'{seed} {number}'.encode()).hexdigest()[:20]}@{domain}", file_name(by_id[old])),
        )
        for number, old in enumerate(named)
    }


def _says(html: str, letters: str, words: str, kept: str) -> bool:
    """Every letter on the finished page, in their order, are the words; and no sign of theirs is missing."""
    steps = steps_of(html) or []
    found = words_of(steps)
    if _symbols(kept) != _symbols(_text_of(steps)):
        return False
    if words == kept:
        return "".join(word.letters for word in found) == letters
    end = _matched(found, 0, squeezed(kept))
    return end is not None and all(word.perhaps for word in found[end + 1 :])


def _text_of(steps: Iterable[Step]) -> str:
    return "".join(step.text for step in steps if step.kind is Kind.TEXT)


def _symbols(text: str) -> list[str]:
    """Emoji and the like, which are no letters and yet say something."""
    return [one for one in text if ord(one) > 0xFF and unicodedata.category(one) == "So"]


@dataclass(frozen=True, slots=True)
class _Found:
    steps: tuple[Step, ...]
    letters: str  # on the page


def _found(steps: Sequence[Step], words: Sequence[Word], letters: str) -> _Found | None:
    """The part of the page that says the words."""
    for begin in _beginnings(words, letters):
        end = _matched(words, begin, letters)
        if end is not None and _ends_line(words, end):
            said = "".join(word.letters for word in words[begin : end + 1])
            return _Found(tuple(_part(steps, words, begin, end)), said)
    return None


def _beginnings(words: Sequence[Word], letters: str) -> Iterator[int]:
    """Where the words may begin: at the beginning of a line, or else behind a command on the same line."""
    found = [at for at, word in enumerate(words) if _may_begin(word, letters)]
    yield from [at for at in found if words[at].begins_line][:_TRIALS]
    yield from [at for at in found if not words[at].begins_line][:_TRIALS]


def _may_begin(word: Word, letters: str) -> bool:
    return letters.startswith(word.letters) if word.letters else any(map(letters.startswith, word.perhaps))


def _matched(words: Sequence[Word], begin: int, letters: str) -> int | None:
    """The place of the last of these words that the letters are made of, to the last letter; None when they are not."""
    at = 0
    for place in range(begin, len(words)):
        word = words[place]
        if word.letters:
            if not letters.startswith(word.letters, at):
                return None
            at += len(word.letters)
        else:
            at += max((len(way) for way in word.perhaps if letters.startswith(way, at)), default=0)
        if at == len(letters):
            return place
    return None


def _ends_line(words: Sequence[Word], end: int) -> bool:
    for word in words[end + 1 :]:
        if word.begins_line or word.letters:
            return word.begins_line
    return True


def _part(steps: Sequence[Step], words: Sequence[Word], begin: int, end: int) -> list[Step]:
    """The steps from the first of these words to the last, with what is open there, and what belongs to them at either end."""
    before = next((word for word in reversed(words[:begin]) if word.letters), None)
    behind = next((word for word in words[end + 1 :] if word.letters), None)
    first, first_text = _top(steps, words[begin], before)
    last, last_text = _bottom(steps, words[end], behind)
    part = list(steps[first : last + 1])
    part[-1] = replace(part[-1], text=part[-1].text[:last_text])
    part[0] = replace(part[0], text=part[0].text[first_text:])
    return [*_open_at(steps, first), *part]


def _open_at(steps: Sequence[Step], at: int) -> list[Step]:
    open_ones: list[Step] = []
    for step in steps[:at]:
        if step.kind is Kind.OPEN:
            open_ones.append(step)
        elif step.kind is Kind.CLOSE and open_ones:
            open_ones.pop()
    return open_ones


def _top(steps: Sequence[Step], word: Word, before: Word | None) -> tuple[int, int]:
    """The first step, and where its text begins: with the marks on the line before the first word, and pictures above it."""
    if before and before.step == word.step:
        text, start = steps[word.step].text, word.start
        while start > before.end and not text[start - 1].isspace():
            start -= 1
        return word.step, start
    return _farthest(steps, word.step, range(word.step - 1, before.step if before else -1, -1)), 0


def _bottom(steps: Sequence[Step], word: Word, behind: Word | None) -> tuple[int, int | None]:
    """The last step, and where its text ends: with the marks on the line behind the last word, and pictures below it."""
    if behind and behind.step == word.step:
        return word.step, word.end + len(steps[word.step].text[word.end : behind.start].partition("\n")[0])
    return _farthest(steps, word.step, range(word.step + 1, behind.step if behind else len(steps))), None


def _farthest(steps: Sequence[Step], word: int, away: range) -> int:
    """The farthest step on the way away from a word that still belongs to it: marks on its line, and pictures."""
    farthest, same_line = word, True
    for at in away:
        step = steps[at]
        if step.tag in _ENDS_A_GAP or (step.text.strip() and not same_line):
            break
        same_line = same_line and not step.breaks
        if step.picture or (step.text.strip() and same_line):
            farthest = at
    return farthest
