"""How does a case look on a terminal, and to a program? Plain columns and JSON (the JSON is an outer contract)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rules.case import Case, Entry, Letter, Message
from rules.hours import Calendar
from rules.keys import Key, Keys
from rules.silence import Outage, without_outages

_MOMENT = re.compile(r"\b(since|until|due) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00))")
NO_ONE, NO_SUBJECT = "(nobody)", "(no subject)"
LIST_COLUMNS = ("case", "status", "sev", "owner", "customer", "opened", "due", "subject")


def counted(case: Case, outages: tuple[Outage, ...], hours: Calendar) -> Case:
    """The case with its due time as it stands when our outages do not count."""
    return replace(case, timer=without_outages(case.timer, outages, hours)) if case.timer else case


def summary(case: Case) -> dict[str, Any]:
    """One row of `postcase list --json`."""
    return {
        "number": case.number,
        "status": str(case.status),
        "severity": case.severity,
        "product": case.product,
        "owner": case.owner.address,
        "customer": case.customer.address,
        "subject": case.subject,
        "opened_at": iso(case.opened_at),
        "due": iso(case.due),
    }


def whole(case: Case) -> dict[str, Any]:
    """`postcase show N --json`: the summary, and everything in the folder."""
    return {
        **summary(case),
        "closed_at": iso(case.closed_at),
        "organisation": case.organisation,
        "answer_due": iso(case.target.due if case.target else None),
        "participants": [one.address for one in case.participants],
        "messages": [_message(message) for message in case.messages],
        "letters": [_letter(letter) for letter in case.letters],
        "history": [entry_row(entry) for entry in case.history],
        "escalation": _escalation(case),
        "links": [{"number": link.number, "tie": str(link.tie)} for link in case.links],
    }


def table(cases: Iterable[Case], zone: ZoneInfo) -> list[str]:
    """The cases as aligned columns, a header first."""
    rows = [
        (
            str(case.number),
            str(case.status),
            case.severity,
            case.owner.address,
            case.customer.address or NO_ONE,
            local(case.opened_at, zone),
            local(case.due or (case.target.due if case.target else None), zone),
            case.subject or NO_SUBJECT,
        )
        for case in cases
    ]
    return columns([LIST_COLUMNS, *rows])


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows padded to the widest cell of each column; the last column is left as it is."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]


def pages(case: Case, zone: ZoneInfo, folder: str) -> list[str]:
    """`postcase show N`: who, what, whose turn it is, and the papers in their order."""
    facts = [
        ("Case", f"{case.number}  {case.subject or NO_SUBJECT}"),
        ("Status", f"{case.status}" + (f", due {local(case.due, zone)}" if case.due else "")),
        ("Severity", case.severity),
        ("Product", case.product),
        ("Answer due", local(case.target.due if case.target else None, zone)),
        ("Customer", str(case.customer) or NO_ONE),
        ("Organisation", case.organisation),
        ("Owner", str(case.owner)),
        ("Escalated", _escalated(case)),
        ("Participants", ", ".join(one.address for one in case.participants)),
        ("Opened", local(case.opened_at, zone)),
        ("Closed", local(case.closed_at, zone)),
        ("Links", ", ".join(f"{link.tie} case {link.number}" for link in case.links)),
        ("Folder", folder),
    ]
    lines = [f"{name + ':':<13} {value}" for name, value in facts if value]
    papers: list[tuple[int, tuple[str, ...]]] = [(one.paper, _in_line(one, zone)) for one in case.messages]
    papers += [(one.paper, _out_line(one, zone)) for one in case.letters]
    return [*lines, "", *columns([row for _, row in sorted(papers)])] if papers else lines


def _escalated(case: Case) -> str:
    """The stage, whom an engineer has asked, or for which change the case waits."""
    if case.escalation is None:
        return ""
    asked = ", ".join(one.address for one in case.escalation.asked)
    change = f"change {case.escalation.change}" if case.escalation.change else ""
    found = f"{case.escalation.diagnosis}" if case.escalation.diagnosis else ""
    return "; ".join(filter(None, (str(case.escalation.stage), asked, found, change)))


def reasons(case: Case, zone: ZoneInfo) -> list[str]:
    """`postcase why N`: what happened, by which rule, on what evidence."""
    rows = []
    for entry in case.history:
        because = _in_zone(": ".join(part for part in (entry.rule, entry.evidence) if part), zone)
        who = f" ({entry.by})" if entry.by else ""
        rows.append((local(entry.at, zone), f"{entry.event}{who}", because))
    return columns(rows) if rows else ["nothing has happened yet"]


def key_row(key: Key, keys: Keys) -> dict[str, Any]:
    """One row of `postcase key list --json`; never the secret."""
    return {
        "number": key.number,
        "since": iso(key.since),
        "seals": key is keys.newest,
        "revoked_at": iso(key.revoked_at),
    }


def key_table(keys: Keys) -> list[str]:
    """The keys as aligned columns, in UTC, as they stand in the answers of the other commands about keys."""
    rows = [("key", "since", "state")]
    for key in keys.all:
        good = "seals new letters" if key is keys.newest else "good for the letters it has sealed"
        state = f"revoked {iso(key.revoked_at)}" if key.revoked_at else good
        rows.append((str(key.number), iso(key.since) or "the first day", state))
    return columns(rows)


def _in_zone(words: str, zone: ZoneInfo) -> str:
    """The moments in the evidence of an entry (rules.case.stamp), as they stand at the beginning of its line."""
    return _MOMENT.sub(lambda found: f"{found[1]} {local(datetime.fromisoformat(found[2]), zone)}", words)


def _in_line(message: Message, zone: ZoneInfo) -> tuple[str, ...]:
    note = f"held: {message.held}" if message.held else str(message.kind)
    who = message.sender.address or NO_ONE
    return (local(message.at, zone), ">", who, str(message.role), message.file, note)


def _out_line(letter: Letter, zone: ZoneInfo) -> tuple[str, ...]:
    state = f"{letter.post}" + (f": {letter.error}" if letter.error else "")
    return (local(letter.created_at, zone), "<", letter.to.address, letter.name, letter.file, state)


def _message(message: Message) -> dict[str, Any]:
    return {
        "paper": message.paper,
        "at": iso(message.at),
        "sender": message.sender.address,
        "sender_name": message.sender.name,
        "role": str(message.role),
        "kind": str(message.kind),
        "subject": message.subject,
        "message_id": message.message_id,
        "fingerprint": message.fingerprint,
        "file": message.file,
        "held": message.held,
        "proof": message.proof,
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "paper": letter.paper,
        "letter": letter.name,
        "to": letter.to.address,
        "audience": str(letter.audience),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "file": letter.file,
        "created_at": iso(letter.created_at),
        "state": str(letter.post),
        "attempts": letter.attempts,
        "next_attempt": iso(letter.next_attempt),
        "sent_at": iso(letter.sent_at),
        "error": letter.error,
    }


def _escalation(case: Case) -> dict[str, Any] | None:
    one = case.escalation
    if one is None:
        return None
    return {
        "stage": str(one.stage),
        "since": iso(one.since),
        "asked": [address.address for address in one.asked],
        "diagnosis": str(one.diagnosis) if one.diagnosis else None,
        "change": one.change or None,
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    return {
        "at": iso(entry.at),
        "event": entry.event,
        "rule": entry.rule,
        "evidence": entry.evidence,
        "by": entry.by,
    }


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
