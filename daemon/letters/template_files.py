"""Is this template file right? Read, compiled, tried on sample facts, so that a typo never costs a letter at night."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from daemon.errors import ConfigError
from daemon.letters.letter_filters import FILTERS
from daemon.letters.letter_samples import SAMPLE_CASE, SAMPLE_DESK, SAMPLES
from rules.decision import Wish
from rules.mail import NOBODY
from rules.quotes import marker

LEFT_OUT = "left-out"  # not a letter: the sentence that goes into one which could not carry everything
NAMES = (*SAMPLES, LEFT_OUT)
LAYOUT = "layout.html"

# What a template can do wrong when it runs: Jinja's own errors, and those of Python in its expressions.
FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)

_SUBJECT = "Subject:"
_ALWAYS = frozenset({"case", "desk", "owner", "words", "attachments", "language", "timezone", "marker"})
_LEFT_OUT_FACTS: tuple[Mapping[str, object], ...] = (
    {"names": ("a.bin",), "words_cut": True},
    {"names": ("a.bin",) * 30, "words_cut": False},
)


def _environment(autoescape: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(FILTERS)
    made.globals = {"marker": marker}
    return made


_TEXTS = _environment(autoescape=False)  # mail is text; its HTML is made from the finished text
_PAGES = _environment(autoescape=True)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One template file, compiled: the subject of its first line, and the text below."""

    file: Path
    subject: Template
    text: Template

    def render(self, facts: Mapping[str, object]) -> tuple[str, str]:
        """Errors: any of FAILURES."""
        return self.subject.render(facts), self.text.render(facts).strip("\n") + "\n"


def read_letter(file: Path) -> Pattern:
    """Errors: ConfigError with file, line and what was found."""
    source = read_source(file)
    subject, _, text = source.partition("\n")
    if file.stem == LEFT_OUT:
        subject, text = _SUBJECT, source
    elif not subject.startswith(_SUBJECT):
        raise ConfigError([f'{file}:1: expected the first line to be "Subject: ...", found {subject[:60]!r}'])
    else:
        text = "\n" + text  # keeps the numbers of the lines
    pattern = Pattern(file, compiled(subject.removeprefix(_SUBJECT).strip(), file), compiled(text, file))
    if problems := [*_name_problems(file, source)] or [*_trial(pattern)]:
        raise ConfigError(problems)
    return pattern


def read_layout(file: Path) -> Template:
    """Errors: ConfigError with file, line and what was found."""
    layout = compiled(read_source(file), file, _PAGES)
    try:
        page = layout.render(body="@body@", language="en", desk=SAMPLE_DESK)
    except FAILURES as error:
        raise ConfigError([sentence(error, file)]) from error
    if "@body@" not in page:
        raise ConfigError([f"{file}: expected {{{{ body }}}} somewhere in the page, found none"])
    return layout


def sentence(error: Exception, file: Path) -> str:
    """What a template did wrong, with the line it happened in."""
    frames = traceback.extract_tb(error.__traceback__)
    line = next((f":{frame.lineno}" for frame in reversed(frames) if frame.filename == str(file)), "")
    return f"{file}{line}: {error}"


def read_source(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            [f"{file}:{line}: expected UTF-8, found the octet 0x{error.object[error.start]:02x}"]
        ) from error
    except OSError as error:
        raise ConfigError([f"{file}: expected a file that can be read, found: {error.strerror}"]) from error


def compiled(source: str, file: Path, environment: ImmutableSandboxedEnvironment = _TEXTS) -> Template:
    try:
        code = environment.compile(source, file.name, str(file))
    except TemplateSyntaxError as error:
        raise ConfigError([f"{file}:{error.lineno}: {error.message}"]) from error
    return environment.template_class.from_code(environment, code, dict(environment.globals))


def _name_problems(file: Path, source: str) -> Iterator[str]:
    """Names nobody will tell this letter, and names it has to use."""
    known = {*_ALWAYS, *(name for facts in _facts_of(file.stem) for name in facts)}
    yield from unknown_names(file, source, known, "letter")
    for name in must_use(file.stem):
        if name not in _names_in(source):
            yield f"{file}: expected {_MUST_USE[name]} in this letter, found none"


def unknown_names(file: Path, source: str, known: Iterable[str], what: str) -> Iterator[str]:
    """Names that nobody will tell this template, in branches that no sample takes as well."""
    names, used = sorted(known), _names_in(source)
    for name in sorted(meta.find_undeclared_variables(tree_of(source)).difference(names)):
        near = get_close_matches(name, names, n=1)
        meant = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(names)}"
        yield f"{file}:{used[name]}: {name!r} is not known in this {what}; {meant}"


def tree_of(source: str) -> nodes.Template:
    return _TEXTS.parse(source)


def _names_in(source: str) -> Mapping[str, int]:
    """Each with a line it stands in."""
    return {node.name: node.lineno for node in tree_of(source).find_all(nodes.Name)}


_MUST_USE = {
    "words": "{{ words }} (what the writer said)",
    "marker": "{{ marker(...) }} (the line that keeps what is quoted below it from the customer)",
}


def must_use(letter: str) -> list[str]:
    """The names that have to stand in the template of this letter."""
    return [name for name in _MUST_USE if any(_must_use(name, wish) for wish in SAMPLES.get(letter, ()))]


def _must_use(name: str, wish: Wish) -> bool:
    return wish.audience.inside if name == "marker" else bool(wish.words)


def _trial(pattern: Pattern) -> Iterator[str]:
    for facts in _facts_of(pattern.file.stem):
        try:
            subject, text = pattern.render(facts)
        except FAILURES as error:
            yield sentence(error, pattern.file)
            return
        if pattern.file.stem != LEFT_OUT and not (subject.strip() and text.strip()):
            yield f"{pattern.file}: expected a subject and a text, found one of them empty"
            return


def _facts_of(name: str) -> Iterator[Mapping[str, object]]:
    """The sample facts of one letter: each sample once with the owner of the case, and once without."""
    language: Mapping[str, object] = {"language": "en", "desk": SAMPLE_DESK}
    if name == LEFT_OUT:
        yield from ({**language, **facts} for facts in _LEFT_OUT_FACTS)
    for wish in SAMPLES.get(name, ()):
        carried = {**wish.facts, **language, "words": wish.words, "attachments": wish.attachments}
        yield {**carried, "case": SAMPLE_CASE, "owner": SAMPLE_DESK.engineer(SAMPLE_CASE.owner)}
        yield {**carried, "case": replace(SAMPLE_CASE, owner=NOBODY, product="", customer=NOBODY), "owner": None}


def visible(folder: Path) -> list[Path]:
    """What lies in a folder, without what editors leave there."""
    return sorted(
        place for place in folder.iterdir() if not place.name.startswith(".") and not place.name.endswith("~")
    )


def is_language(place: Path) -> bool:
    return place.is_dir() and place.name.isascii() and place.name.replace("-", "").isalnum()
