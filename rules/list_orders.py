"""What comes of the lines of an answer to a list? Each is decided as if it had been an answer to a letter of its case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rules.answers import answer
from rules.case import Case, Letter, Role
from rules.circumstances import Circumstances
from rules.decision import Copy, Decision
from rules.desk import Desk
from rules.happening import Happening
from rules.inside import Notice
from rules.lifecycle import row_for
from rules.list_lines import Line
from rules.mail import Mail
from rules.senders import Sender
from rules.threads import Match
from rules.urgency import shortened

_NAMED = 40  # characters of a subject in a sentence


@dataclass(frozen=True, slots=True)
class Results:
    """The changed cases, a sentence for each line that says what was done, or why nothing was, and until when to undo it."""

    decisions: tuple[Decision, ...] = ()
    sentences: tuple[str, ...] = ()
    undo_until: datetime | None = None


def carry_out(lines: tuple[Line, ...], listed: Letter, mail: Mail, desk: Desk, at: Circumstances) -> Results:
    """A line that cannot be done does not stop the others. No case is changed by two of them."""
    results, changed = Results(), set[int]()
    for line in lines:
        case = at.found.cases.get(line.number)
        if case is None:
            results = _with(results, f"{line.place}, #{line.number}: not done: the case cannot be read now")
            continue
        decision = _decided(line, case, listed, mail, desk, at)
        touched = {one.case.number for one in (decision, *decision.others)}
        why = decision.why_refused or _changed_already(touched & changed)
        said = f"not done: {why}" if why else " ".join(decision.receipt.done if decision.receipt else ()) or "done."
        results = _with(results, f"{line.place}, #{case.number} {shortened(case.subject, _NAMED)}: {said}")
        if not why:
            changed |= touched
            results = _with_decision(results, decision)
    return results


def _decided(line: Line, case: Case, listed: Letter, mail: Mail, desk: Desk, at: Circumstances) -> Decision:
    """The mail is filed on the case as well, without its ids: those lead to where it was sent."""
    only = replace(mail, text=line.text, html="", attachments=(), message_id="", fingerprint="")
    evidence = f"line {line.place} of an answer to the {listed.name} letter of {listed.created_at.date().isoformat()}"
    decision = answer(
        Happening(
            only,
            Match(case, evidence),
            case,
            Sender(Role.ENGINEER, evidence, proven=True),
            line.orders.event,
            line.orders,
            row_for(case.status, line.orders.event),
            desk,
            replace(at, notice=Notice(), latest=at.found.latest.get(case.number), held=None),
        )
    )
    return replace(decision, copies=(*decision.copies, Copy(decision.case.messages[-1].file)))


def _with(results: Results, sentence: str) -> Results:
    return replace(results, sentences=(*results.sentences, sentence))


def _with_decision(results: Results, decision: Decision) -> Results:
    """In place of a receipt for each case there is one for the whole mail."""
    told = decision.receipt.facts["undo_until"] if decision.receipt else None
    until = told if isinstance(told, datetime) else None
    mine = (replace(decision, wishes=decision.unreceipted, others=()), *decision.others)
    return replace(results, decisions=(*results.decisions, *mine), undo_until=until or results.undo_until)


def _changed_already(numbers: set[int]) -> str:
    named = ", ".join(map(str, sorted(numbers)))
    return f"case {named} is changed by a line above; please order it in a second mail" if numbers else ""
