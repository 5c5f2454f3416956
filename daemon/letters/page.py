"""What does the page about the letters say? docs/letters.md, printed from the samples: `python -m daemon.letters.page`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import datetime

from daemon.letters.answer_facts import NAMED
from daemon.letters.letter_filters import FILTERS
from daemon.letters.letter_samples import SAMPLES
from daemon.letters.template_files import must_use
from rules.case import Audience
from rules.mail import Address

HEAD = """\
# Letters in your own words

This page is printed from the code: `python -m daemon.letters.page > docs/letters.md`.

Name a folder of your own in config.toml, and put a file there for each letter that shall have other words; all others keep
ours:

    [letters]                                # config.toml
    folder = "letters"

    letters/en/reminder.txt                  # beside it: the language, the letter
    letters/layout.html                      # the page around the HTML form of all letters, if you want another one

Begin with the text that is in use, look at the result, then let the desk take it:

    postcase preview reminder --source > letters/en/reminder.txt
    postcase preview reminder
    postcase check && systemctl reload postcase

`--language de` after `preview` is for another language than the desk's. Ours lie in `daemon/letters/shipped/`, in an
installation under `/opt/postcase/lib/python3.*/site-packages/`. A folder that holds all the letters is a language of its own:
`letters/fr/`, and then `language = "fr"`. Every file is tried on examples at the start, at a reload and by
`postcase check`: what is wrong is told with file and line, and nothing is sent in words that cannot be used.

## The form

    Subject: {{ case.subject }}

    Hello,

    we wait for your answer on case {{ case.number }}; on {{ next_on | date }} we ask again.
    {% if owner %}
    Your engineer is {{ owner.name }}.
    {% endif %}

- The file is UTF-8. Its first line is `Subject:` and the subject; the desk itself puts `[Case #10042]` before it.
- Below is the text. The HTML form of the letter is made from it; there is no HTML in a letter.
- `{{ ... }}` and `{% ... %}` are [Jinja](https://jinja.palletsprojects.com/en/stable/templates/), in its sandbox. A
  `{% ... %}` on a line of its own leaves no empty line. A name that is not known is an error, not an empty place.
- A letter to an engineer must have `{{ marker("Write above this line, and it goes to the customer") }}`, with any
  words: what is quoted below that line never reaches the customer. It stands at the top.
- A letter that carries what somebody has written must have `{{ words }}`, or `{{ words | quoted }}`.

## What every letter may name

| name | is |
|---|---|
| `case` | `case.number`, `case.subject`, `case.severity`, `case.product` (or ""), `case.customer`, `case.opened_at` |
| `desk` | `desk.name`, `desk.address`, `desk.case_word`, `desk.timezone` |
| `owner` | the engineer of the case: `owner.name`; nothing as long as there is none |
| `words` | what somebody has written, in the letters that carry it; else "" |
| `attachments` | a list: `file.name`, and `file.data | length | filesizeformat` for its size |
| `language` | that of the letter: "en", "de" |
| `marker(...)` | the line that keeps what is quoted below it from the customer |
"""

ANSWERS = """\
## Canned answers

What engineers write again and again is a file as well, one for each answer and language, in a folder of its own:

    [letters]                                # config.toml
    answers = "answers"

    answers/en/restart.txt                   # what /use restart puts into an answer
    answers/de/restart.txt                   # the same, for customers who are written to in German

    {# how to restart the server #}
    Hello {{ customer.name }},

    please restart the server, and tell us what it says.{% if due %} We answer by {{ due | when }}.{% endif %}

`/use` alone sends an engineer the list: of each answer the comment in its first line, else its first line. The language is that
of the case, where there is such a file, else that of the desk, else any. A canned answer has no subject and no `marker`. It is
plain text in the form of the letters, with their filters, and may name less than they do, so that nothing from the inside of a
case gets out; it tells the case as it was before the mail that uses it. All files are tried at the start, at a reload and by
`postcase check`. An answer that fails on a real case after all is not sent: the engineer gets his mail back, with the reason.

| name | is |
|---|---|
"""

LEFT_OUT = """\
## Not a letter: `left-out`

`left-out.txt` has no subject. It is the sentence in a letter that could not carry everything, and may name `names` (of the files
that were too large) and `words_cut` (true when the text itself was).
"""

AUDIENCES = {Audience.CUSTOMER: "the customer", Audience.ENGINEER: "an engineer", Audience.STAFF: "another team"}


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([HEAD, _filters(), _letters(), _answers(), LEFT_OUT])


def _filters() -> str:
    rows = [f"| `{name}` | {_escaped(_first_line(filter))} |" for name, filter in FILTERS.items()]
    return "\n".join(["## Filters, beside those of Jinja", "", "| filter | in use |", "|---|---|", *rows, ""])


def _letters() -> str:
    head = ["## The letters, and what each may name as well", "", "| letter | to | must have | may name |"]
    return "\n".join([*head, "|---|---|---|---|", *map(_row, SAMPLES), ""])


def _answers() -> str:
    return ANSWERS + "".join(f"| `{name}` | {meaning} |\n" for name, meaning in NAMED.items())


def _row(letter: str) -> str:
    wishes = SAMPLES[letter]
    facts = [f"`{name}`: {_told(values)}" for name, values in _values(letter)]
    must = ", ".join(f"`{name}`" for name in must_use(letter)) or "-"
    return f"| `{letter}` | {AUDIENCES[wishes[0].audience]} | {must} | {'; '.join(facts) or '-'} |"


def _values(letter: str) -> Iterator[tuple[str, list[object]]]:
    """Each fact with everything that it is in the samples."""
    for name in dict.fromkeys(name for wish in SAMPLES[letter] for name in wish.facts):
        yield name, [wish.facts[name] for wish in SAMPLES[letter]]


def _told(values: list[object]) -> str:
    return " or ".join(dict.fromkeys(_kind(value) for value in sorted(values, key=lambda value: not value)))


def _kind(value: object) -> str:
    if isinstance(value, datetime):
        return "a time"
    if isinstance(value, Address):
        return "an address"
    if isinstance(value, Mapping) and value:
        return "with " + ", ".join(f"`.{key}`" for key in value)
    if isinstance(value, (list, tuple)):
        each = value[0] if value and isinstance(value[0], Mapping) else None
        return f"a list, each {_kind(each)}" if each else "a list of lines"
    return _escaped(f'"{value}"') if value and isinstance(value, str) else str(value or "nothing")


def _first_line(function: object) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _escaped(text: str) -> str:
    """A bar would end the cell of the table, between backquotes as well; the end of a line would end the table."""
    return text.partition("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
