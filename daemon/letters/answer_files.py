"""Which canned answers may an engineer use? One file an answer and language, tried on samples like the letters.

answers/en/restart.txt is what `/use restart` puts into an answer to a customer who is written to in English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from jinja2 import Template, nodes

from daemon.errors import ConfigError
from daemon.letters.answer_facts import KNOWN, attributes, facts_of, samples
from daemon.letters.safe_text import many_lines, one_line
from daemon.letters.template_files import (
    FAILURES,
    compiled,
    is_language,
    read_source,
    sentence,
    tree_of,
    unknown_names,
    visible,
)
from rules.canned import Canned
from rules.case import Case
from rules.desk import Desk
from rules.people import Engineer

_LONGEST_ABOUT = 80  # characters of what the list says of an answer
_NAME = re.compile(r"[^\W_][\w-]{0,39}")
_COMMENT = re.compile(r"\{#-?([^\n#]{1,200})-?#\}[ \t]*\n")


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """One canned answer in one language, compiled."""

    file: Path
    about: str  # the comment in its first line; "" when there is none
    text: Template

    def render(self, facts: Mapping[str, object]) -> str:
        """Errors: any of FAILURES; ValueError when nothing comes out."""
        text = many_lines(self.text.render(facts)).strip("\n")
        if not text.strip():
            raise ValueError("expected a text, found none")
        return text


class Answers:
    """The canned answers in all languages; made once, then only read: threads may share it."""

    def __init__(self, language: str, folder: Path | None) -> None:
        """Errors: ConfigError with everything that is wrong with the files, each with file, line and what was found."""
        problems: list[str] = []
        self._language = language
        self._files = dict(_all_files(folder, problems)) if folder else {}
        if problems:
            raise ConfigError(problems)
        self.names = tuple(sorted({name for _, name in self._files}))

    def filled(self, case: Case, desk: Desk, engineer: Engineer) -> tuple[Canned, ...]:
        """All of them as they would go to the customer of this case."""
        return tuple(self._filled(name, case, desk, engineer) for name in self.names)

    def _filled(self, name: str, case: Case, desk: Desk, engineer: Engineer) -> Canned:
        language, answer = self._spoken(name, case.language)
        try:
            text = answer.render(facts_of(case, desk, engineer, language))
        except FAILURES as error:
            return Canned(name, "", answer.about, problem=sentence(error, answer.file))
        first = next(line for line in text.split("\n") if line.strip())
        return Canned(name, text, one_line(answer.about or first, _LONGEST_ABOUT))

    def _spoken(self, name: str, wanted: str) -> tuple[str, AnswerFile]:
        """In the language of the case, else in that of the desk, else in any."""
        spoken = sorted(language for language, known in self._files if known == name)
        language = next((one for one in (wanted, self._language) if one in spoken), spoken[0])
        return language, self._files[language, name]


def _all_files(root: Path, problems: list[str]) -> Iterator[tuple[tuple[str, str], AnswerFile]]:
    """By language and name; what is wrong with them goes to `problems`."""
    if not root.is_dir():
        found = "a file" if root.exists() else "nothing"
        problems.append(f"{root}: expected a folder with canned answers, found {found}")
        return
    for place in visible(root):
        if is_language(place):
            yield from _folder(place, problems)
        else:
            problems.append(f"{place}: expected a folder named like a language (en, de, pt-br), found this")


def _folder(folder: Path, problems: list[str]) -> Iterator[tuple[tuple[str, str], AnswerFile]]:
    known: dict[str, Path] = {}
    for file in visible(folder):
        name = unicodedata.normalize("NFC", file.stem).casefold()
        if file.suffix != ".txt" or not _NAME.fullmatch(name):
            expected = "a name of letters, digits and hyphens that ends in .txt, such as restart-server.txt"
            problems.append(f"{file}: expected {expected}, found {file.name!r}")
        elif (first := known.setdefault(name, file)) != file:
            problems.append(f"{file}: expected each answer once, found {first.name} beside it")
        else:
            try:
                yield (folder.name, name), read_answer(file)
            except ConfigError as error:
                problems += error.problems


def read_answer(file: Path) -> AnswerFile:
    """Errors: ConfigError with file, line and what was found."""
    source = read_source(file)
    comment = _COMMENT.match(source)
    template = compiled(source, file)
    answer = AnswerFile(file, comment[1].strip() if comment else "", template)
    problems = [*unknown_names(file, source, KNOWN, "canned answer"), *_unknown_attributes(file, source)]
    if problems := problems or [*_trial(answer)]:
        raise ConfigError(problems)
    return answer


def _unknown_attributes(file: Path, source: str) -> Iterator[str]:
    """In branches that no sample takes as well."""
    known = attributes()
    for node in tree_of(source).find_all(nodes.Getattr):
        owner = node.node.name if isinstance(node.node, nodes.Name) else ""
        if owner in known and node.attr not in known[owner]:
            near = get_close_matches(node.attr, known[owner], n=1)
            expected = f"{owner}.{near[0]}" if near else " or ".join(f"{owner}.{one}" for one in known[owner])
            yield f"{file}:{node.lineno}: expected {expected}, found {owner}.{node.attr}"


def _trial(answer: AnswerFile) -> Iterator[str]:
    for facts in samples(answer.file.parent.name):
        try:
            answer.render(facts)
        except FAILURES as error:
            yield sentence(error, answer.file)
            return
