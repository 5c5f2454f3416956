"""Can the file be read, and is it TOML?"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from daemon.config.lines import Lines
from daemon.errors import ConfigError

LARGEST = 1024 * 1024  # octets
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# what tomllib says (its first words)       what we say
SENTENCES = (
    ("Invalid value",                       'found a value TOML does not know, expected "text in quotes", a number, '
                                            "true, false or a [list]"),
    ("Expected '='",                        'found a key without =, expected key = "value"'),
    ("Invalid statement",                   'found neither key nor section, expected key = "value" or [section]'),
    ("Cannot overwrite a value",            "found this key a second time, expected it once"),
    ("Cannot declare",                      "found this [section] a second time, expected it once "
                                            "(only sections in double brackets may be repeated)"),
    ("Illegal character '\\n'",             "found the end of the line inside a text, expected the closing quote"),
    ("Unterminated string",                 "found the end of the file inside a text, expected the closing quote"),
    ("Unclosed array",                      "found a list that is not closed, expected a comma or ]"),
    ("Expected newline or end of document", "found more behind the value, expected the end of the line"),
    ("Expected ']' at the end of a table",  "found a section without its last bracket, expected [section]"),
    ("Expected ']]' at the end of an array","found a section without its last brackets, expected [[section]]"),
)  # fmt: skip


def read(path: Path) -> str:
    """The text of the file. Errors: ConfigError."""
    raw = _octets(path)
    if raw.startswith(BYTE_ORDER_MARK):
        raise ConfigError([f"{path}:1: found a byte order mark, expected plain UTF-8: save the file without BOM"])
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"found the octet 0x{raw[error.start]:02x}, expected UTF-8"
        raise ConfigError([f"{path}:{line}: {found}"]) from None


def parse(path: Path, text: str) -> tuple[dict[str, Any], Lines]:
    """The document, and its lines. Errors: ConfigError with line and column; it never quotes the file itself."""
    try:
        return tomllib.loads(text), Lines(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}:{_place(str(error), text)}: {_sentence(str(error))}"]) from None
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        found = "brackets in brackets without end" if isinstance(error, RecursionError) else "a number too long to read"
        raise ConfigError([f"{path}: found {found}, expected a configuration"]) from None


def _octets(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ConfigError([f"{path}: found no such file, expected the configuration"]) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or error
        raise ConfigError([f"{path}: found no way to read it ({why}), expected the configuration"]) from None
    if len(raw) > LARGEST:
        raise ConfigError([f"{path}: found more than {LARGEST} octets, expected a configuration"])
    return raw


def _place(message: str, text: str) -> str:
    """Line and column out of "... (at line 3, column 6)", or the last line for "(at end of document)"."""
    numbers = [word.strip(",)") for word in message.rpartition("(at ")[2].split()]
    if len(numbers) == 4 and numbers[0] == "line":
        return f"{numbers[1]}:{numbers[3]}"
    return str(text.rstrip("\n").count("\n") + 1)


def _sentence(message: str) -> str:
    message = message.rpartition(" (at ")[0] or message
    known = (ours for theirs, ours in SENTENCES if message.startswith(theirs))
    return next(known, f"found broken TOML, expected none: {message}")
