"""Does mail still come through? A mail of the desk to itself, by its SMTP server and its mailbox, which must come back.

It opens no case. It is known by a sealed subject: nobody else can write one, and one that is sent again says nothing new.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Any

from daemon.storage.store import Store, spared
from rules.desk import Desk
from rules.keys import Keys
from rules.mail import Mail

STATE = "canary"  # {"sent": when the last one went out, "missing": when the first one did that has not come back}
LARGEST = 20_000  # octets: more than this mail, whatever mail servers add to it
OLDEST = timedelta(days=2)  # that still counts

_SUBJECT = re.compile(r"Postcase canary (\d{8}T\d{6}) ([0-9a-f]{32})")
_TIME = "%Y%m%dT%H%M%S"


def written(desk: Desk, keys: Keys, now: datetime) -> bytes:
    """The whole mail, from the desk to the desk."""
    stamp = now.astimezone(UTC).strftime(_TIME)
    seal = _seal(keys.newest.secret, stamp)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = desk.address.address
    mail["Subject"] = f"Postcase canary {stamp} {seal}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<canary.{stamp}.{seal}@{desk.address.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content("This desk writes to itself from time to time, to see whether mail comes through.\n")
    return mail.as_bytes()


def is_one(mail: Mail, desk: Desk) -> bool:
    """By its looks; whether it was sealed by this desk, or another one, is not asked."""
    return _SUBJECT.fullmatch(mail.subject.strip()) is not None and mail.sender.same_as(desk.address)


def sent_at(mail: Mail, desk: Desk, keys: Keys, now: datetime) -> datetime | None:
    """When a canary was sent; None when the mail is none, or an old one."""
    found = _SUBJECT.fullmatch(mail.subject.strip())
    if found is None or not mail.sender.same_as(desk.address) or mail.size > LARGEST:
        return None
    believed = (key for key in keys.all if not key.revoked_at)
    if not any(hmac.compare_digest(found[2], _seal(key.secret, found[1])) for key in believed):
        return None
    sent = datetime.strptime(found[1], _TIME).replace(tzinfo=UTC)
    return sent if now - sent < OLDEST else None


def is_due(store: Store, every: timedelta, now: datetime) -> bool:
    sent = spared(store, STATE, partial(_time, name="sent"))
    return sent is None or not timedelta() <= now - sent < every


def missing_since(store: Store) -> datetime | None:
    """When the first one was sent that has not come back; None when all have."""
    return spared(store, STATE, partial(_time, name="missing"))


def sent_out(state: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {"sent": now.isoformat(), "missing": state.get("missing") or now.isoformat()}


def came_back(state: Mapping[str, Any], sent: datetime) -> dict[str, Any]:
    """One that was sent after the first missing one shows that mail comes through again."""
    missing = _time(state, "missing")
    still = missing is not None and sent < missing.replace(microsecond=0)
    return {**state, "missing": state.get("missing") if still else None}


def _seal(secret: bytes, stamp: str) -> str:
    return hmac.new(secret, f"canary {stamp}".encode(), hashlib.sha256).hexdigest()[:32]


def _time(state: Mapping[str, Any], name: str) -> datetime | None:
    found = state.get(name)
    return datetime.fromisoformat(found) if found else None
