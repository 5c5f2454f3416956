"""How does what a command has to say reach its reader, whatever that reader can take: a terminal, a pipe, a full disk?"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys

import click

from daemon.errors import OutputRefused


def spare_the_encoding() -> None:
    """What the terminal cannot show becomes a question mark: half an answer is better than none."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def say(text: str | bytes, *, line_end: bool = True) -> None:
    """Print to stdout at once. Errors: BrokenPipeError when the reader has gone, OutputRefused."""
    try:
        click.echo(text, nl=line_end)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputRefused(f"the output cannot be written: {error.strerror or error}") from error


def say_json(value: object) -> None:
    """For programs, which shall lose no letter: what the encoding may not have is escaped."""
    say(json.dumps(value, indent=1, ensure_ascii=sys.stdout.encoding.lower() not in ("utf-8", "utf8")))


def forget() -> None:
    """What could not be written is not tried again at the end of the process."""
    with contextlib.suppress(OSError):  # a test catches the output in memory
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
