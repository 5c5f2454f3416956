"""What does the page about config.toml say? docs/config.md, printed from the model: `python -m daemon.config.page`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic.fields import FieldInfo

from daemon.config.kinds import Kind
from daemon.config.model import REPEATED, SECTIONS, keys

HEAD = """\
# config.toml, key by key

This page is printed from the code: `python -m daemon.config.page > docs/config.md`. A complete file with comments is
`config.toml` beside the README.

The desk reads the file named by `--config`, else by `POSTCASE_CONFIG`, else `./config.toml`, else
`/etc/postcase/config.toml`. `postcase check` tells everything that is wrong with it, all at once: file, line, key, what
was found and what was expected.

    config.toml:15: engineer.1.address: found "ann@", expected one mail address such as ann@example.com

* **Times** are a whole number and a unit: `"3d"`, `"4h"`, `"15m"`, `"90s"`. Waits for customers, response targets and
  acknowledgements are counted in support hours: `"3d"` is the same time of day three support days on. All else is time
  as it passes.
* **Texts for customers** (`name` and `meaning` of a severity) stand once for all languages, or in a table by language.
* **Sizes** are a whole number and a unit: `"800KB"`, `"50MB"`, `"1GB"`; 1 MB is 1024 times 1024 octets.
* **Files and folders** that do not begin with `/` or `~` are taken from the folder in which config.toml lies.
* **Passwords** need not stand in the file. Exactly one of `password`, `password_file`, `password_env`,
  `password_command` and `password_credential` says where it is; all but the first are asked anew at each login, so that
  a changed password needs no restart.
* **Sections in double brackets** may be repeated; errors count them from 1.
"""


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([HEAD, *(_section(name) for name in SECTIONS)])


def _section(name: str) -> str:
    title = f"[[{name}]]" if name in REPEATED else f"[{name}]"
    meaning = inspect.getdoc(SECTIONS[name])
    rows = "\n".join(_row(key, field) for key, field in keys(name).items())
    return f"## {title}\n\n{meaning}\n\n| key | expects | default | meaning |\n|---|---|---|---|\n{rows}\n"


def _row(key: str, field: FieldInfo) -> str:
    return f"| `{key}` | {_expects(field)} | {_default(field)} | {field.description} |"


def _expects(field: FieldInfo) -> str:
    inner = [one.expects for one in _kinds(field.annotation)]
    own = [one.expects for one in field.metadata if isinstance(one, Kind)]
    return f"a list, each {inner[0]}" if inner else own[0]


def _kinds(annotation: Any) -> Iterator[Kind]:
    """What the elements of a list are."""
    for part in get_args(annotation):
        yield from (one for one in getattr(part, "__metadata__", ()) if isinstance(one, Kind))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    if field.default is None:
        extra = field.json_schema_extra
        return str(extra["otherwise"] if isinstance(extra, dict) else "") or "none"
    return f"`{json.dumps(field.default)}`"


if __name__ == "__main__":
    print(page(), end="")
