"""On what does an order of an engineer work, and what has been done when it is carried out?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules.case import Case, Entry
from rules.change import Change
from rules.circumstances import Circumstances
from rules.decision import Decision, Leave, Wish
from rules.desk import Desk
from rules.people import Engineer


class OrderError(Exception):
    """The sentence that the engineer is told; nothing of his mail is done."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an order works on."""

    case: Case
    desk: Desk
    at: Circumstances
    engineer: Engineer

    def entry(self, event: str, evidence: str = "") -> Entry:
        """The line that the order leaves in the history."""
        return Entry(self.at.now, event, "an engineer's order", evidence, self.engineer.address.address)


@dataclass(frozen=True, slots=True)
class Done:
    """What has been done so far: the case, the sentences for the receipt, letters to others, other cases that changed."""

    case: Case
    sentences: tuple[str, ...] = ()
    letters: tuple[Wish, ...] = ()
    leave: Leave | None = None
    others: tuple[Decision, ...] = ()
    changes: tuple[Change, ...] = ()

    def and_then(self, more: Done) -> Done:
        """One order of a mail after the other."""
        return Done(
            more.case,
            self.sentences + more.sentences,
            self.letters + more.letters,
            more.leave or self.leave,
            together(self.others, more.others),
            self.changes + more.changes,
        )

    def seen_from(self, at: Circumstances) -> Circumstances:
        """What the next order finds: the other cases as the orders before it have left them."""
        changed = {other.case.number: other.case for other in self.others}
        return replace(at, found=replace(at.found, cases={**at.found.cases, **changed}))


def together(before: tuple[Decision, ...], after: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """One decision for each other case: its latest state, the letters and copies of all."""
    joined = {one.case.number: one for one in before}
    for one in after:
        if first := joined.get(one.case.number):
            reason = "; ".join(dict.fromkeys(filter(None, (first.reason, one.reason))))
            wishes, copies = first.wishes + one.wishes, first.copies + one.copies
            one = replace(one, wishes=wishes, copies=copies, reason=reason)
        joined[one.case.number] = one
    return tuple(joined.values())
