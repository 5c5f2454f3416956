"""Replies that other projects collected, each with the words that are new in it. They lie beside the checkout, or nowhere."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.incoming.html_text import html_to_text

MAILS = Path(__file__).resolve().parents[1].parent / "shared" / "mail"
PROJECTS = ("github-erp", "mail-parser-reply", "quotequail", "talon", "willdurand-erp", "zapier-erp")
STATED = ("reply_text", "first_fragment", "reply_text_nowhitespace")

BESIDE = pytest.mark.skipif(not MAILS.is_dir(), reason="the mails of other projects are not beside this checkout")


@dataclass(frozen=True)
class Fixture:
    name: str
    text: str
    expect: dict[str, object]

    @property
    def stated(self) -> str | None:
        """The reply as the other project states it."""
        return next((str(self.expect[key]) for key in STATED if key in self.expect), None)


def fixtures() -> Iterator[Fixture]:
    for project in PROJECTS:
        for line in (MAILS / project / "index.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            if "reply" in record["categories"]:
                path = MAILS / project / record["file"]
                yield Fixture(f"{project}/{record['file']}", text_of(path), record["expect"])


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    if path.suffix == ".html":
        return html_to_text(raw.decode("utf-8", "replace"))
    if path.suffix != ".eml":
        return raw.decode("utf-8", "replace").replace("\r\n", "\n")
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def squeezed(text: str) -> str:
    """Without white space: how a mail was wrapped or rendered is not what is asked here."""
    return "".join(text.split())
