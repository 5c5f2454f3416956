"""Who reads a mail for the desk: this process itself, or one apart from it, with limits (daemon/incoming/apart.py)."""

from __future__ import annotations

import hashlib

from daemon.errors import UnreadableMail
from daemon.incoming.parse import parse, parse_headers
from rules.mail import Mail


class Reader:
    """Reads in this process, bound by nothing but what the parser bounds itself."""

    def parse(self, raw: bytes, most: int) -> Mail:
        """Errors: UnreadableMail with the reason, whatever the parser stumbled over."""
        return _parsed(raw, most)

    def parse_headers(self, raw: bytes) -> Mail:
        """What the headers say; where there are none, the mail of nobody."""
        return _headed(raw)

    def close(self) -> None:
        """No mail comes any more."""


def nobodys(raw: bytes) -> Mail:
    """A mail of which not even the headers could be read."""
    return Mail(fingerprint=hashlib.sha256(raw).hexdigest(), size=len(raw))


def _parsed(raw: bytes, most: int) -> Mail:
    try:
        return parse(raw, most)
    except UnreadableMail:
        raise
    except Exception as error:  # a parser that fails in a new way must not stop the mails behind
        raise UnreadableMail(f"the parser failed: {type(error).__name__}: {error}") from error


def _headed(raw: bytes) -> Mail:
    try:
        return parse_headers(raw)
    except Exception:  # noqa: BLE001 - the reason stands in quarantine already
        return nobodys(raw)
