"""Which words does a letter have? Those of its template, one file a letter and language, shipped or the admin's own.

An admin overrides a letter by a file of the same name: override/en/confirmation.txt. A folder with all the letters in
it is a language of its own. The text of a mail only ever comes in as a value, never as a template.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from jinja2 import Template
from markupsafe import Markup

from daemon.errors import ConfigError, PermanentError
from daemon.letters.answer_files import Answers
from daemon.letters.letter_html import to_html
from daemon.letters.template_files import (
    FAILURES,
    LAYOUT,
    LEFT_OUT,
    NAMES,
    Pattern,
    is_language,
    read_layout,
    read_letter,
    sentence,
    visible,
)
from rules.case import Audience, Case
from rules.desk import Desk

log = logging.getLogger(__name__)

_SHIPPED = Path(__file__).parent / "shipped"
_Read = TypeVar("_Read")
_Place = TypeVar("_Place", Path, Path | None)
_Patterns = Mapping[tuple[str, str], Pattern]  # by language and letter


class Letters:
    """The letters of all languages; made once, then only read: threads may share it."""

    def __init__(self, language: str, override: Path | None = None, answers: Path | None = None) -> None:
        """`override`: letters in the admin's own words; `answers`: what engineers send by `/use`.

        Errors: ConfigError with everything that is wrong with the files, each with file, line and what was found.
        """
        problems: list[str] = []
        self._shipped = _shipped()
        self._override = dict(_patterns(override, problems)) if override else {}
        self._layout = _layout(override, problems)
        self.language = language
        self.languages = tuple(sorted({folder for folder, _ in (*self._shipped, *self._override)}))
        problems = problems or [*self._incomplete(override), *self._unspoken()]
        self.answers = _noted(problems, partial(Answers, language), answers) or Answers(language, None)
        if problems:
            raise ConfigError(problems)

    def language_of(self, case: Case, audience: Audience) -> str:
        """A customer is written to in the language of the case, an engineer in the language of the desk."""
        wanted = case.language if audience is Audience.CUSTOMER else self.language
        return wanted if wanted in self.languages else self.language

    def render(self, letter: str, language: str, facts: Mapping[str, object]) -> tuple[str, str]:
        """Subject and text of a letter. If an override fails after all, the letter goes out in the words we ship.

        Errors: PermanentError when there is no such letter, or its facts are not those of daemon/letters/letter_samples.py.
        """
        facts = {**facts, "language": language}
        if override := self._override.get((language, letter)):
            try:
                return override.render(facts)
            except FAILURES as error:
                log.warning(
                    "%s; this letter goes out in the words shipped with the desk", sentence(error, override.file)
                )
        shipped = self._shipped.get((language, letter)) or self._shipped.get(("en", letter))
        if shipped is None:
            raise PermanentError(f"expected one of the letters {', '.join(NAMES)}, found {letter!r}")
        try:
            return shipped.render(facts)
        except FAILURES as error:
            raise PermanentError(sentence(error, shipped.file)) from error

    def source(self, letter: str, language: str) -> str:
        """The template of a letter as it lies in the file that is used: the admin's own, or ours."""
        places = ((self._override, language), (self._shipped, language), (self._shipped, "en"))
        file = next(patterns[spoken, letter].file for patterns, spoken in places if (spoken, letter) in patterns)
        return file.read_text("utf-8")

    def left_out(self, language: str, names: Sequence[str], words_cut: bool) -> str:
        """The sentence on what did not fit into a letter."""
        return self.render(LEFT_OUT, language, {"names": names, "words_cut": words_cut})[1].strip()

    def page(self, text: str, language: str, desk: Desk) -> str:
        """The HTML of a letter, made from its finished text."""
        return self._layout.render(body=Markup(to_html(text)), language=language, desk=desk)  # noqa: S704 to_html escapes

    def _incomplete(self, override: Path | None) -> Iterator[str]:
        for language in self.languages:
            missing = [
                name for name in NAMES if not {(language, name)} & (self._shipped.keys() | self._override.keys())
            ]
            if missing:
                files = ", ".join(f"{name}.txt" for name in missing)
                yield f"{override}/{language}: expected all letters of this language, found none of {files}"

    def _unspoken(self) -> Iterator[str]:
        if self.language not in self.languages:
            yield f"language: expected one of {', '.join(self.languages)}, found {self.language!r}"


@cache
def _shipped() -> _Patterns:
    problems: list[str] = []
    patterns = dict(_patterns(_SHIPPED, problems))
    if problems:
        raise ConfigError(problems)
    return patterns


def _layout(override: Path | None, problems: list[str]) -> Template:
    own = override / LAYOUT if override else None
    if own and own.exists():
        return _noted(problems, read_layout, own) or read_layout(_SHIPPED / LAYOUT)
    return read_layout(_SHIPPED / LAYOUT)


def _patterns(root: Path, problems: list[str]) -> Iterator[tuple[tuple[str, str], Pattern]]:
    """All letters under a folder, by language and name; what is wrong with them goes to `problems`."""
    if not root.is_dir():
        problems.append(f"{root}: expected a folder with letters, found {'a file' if root.exists() else 'nothing'}")
        return
    for place in visible(root):
        if is_language(place):
            yield from _folder(place, problems)
        elif place.name != LAYOUT:
            problems.append(f"{place}: expected {LAYOUT} or a folder named like a language (en, de, pt-br), found this")


def _folder(folder: Path, problems: list[str]) -> Iterator[tuple[tuple[str, str], Pattern]]:
    for file in visible(folder):
        if file.suffix == ".txt" and file.stem in NAMES:
            if pattern := _noted(problems, read_letter, file):
                yield (folder.name, file.stem), pattern
        else:
            known = [f"{name}.txt" for name in NAMES]
            meant = get_close_matches(file.name, known, n=1) or [", ".join(known)]
            problems.append(f"{file}: there is no such letter; expected {meant[0]}")


def _noted(problems: list[str], read: Callable[[_Place], _Read], file: _Place) -> _Read | None:
    try:
        return read(file)
    except ConfigError as error:
        problems += error.problems
        return None
