"""Does the desk write this letter of its own accord, and may it? The one gate for automatic letters to customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rules.caps import Counts, exceeded
from rules.case import Audience, Entry
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.loop_guard import may_answer
from rules.mail import Mail
from rules.silenced import Silenced

Silent = Mapping[str, Silenced]  # by the key of the address


def why_unanswered(mail: Mail, desk: Desk, counts: Counts) -> str:
    """Why no automatic letter may answer this mail; "" when one may. `counts`: of such letters to its sender."""
    return may_answer(mail, desk) or desk.why_silent(mail.sender) or exceeded(counts, desk.caps)


def is_unasked(wish: Wish) -> bool:
    """A letter to a customer in which no person speaks. One who closes a case with a text or a file speaks."""
    spoken = bool(wish.words.strip() or wish.attachments or wish.invitation)
    return wish.audience is Audience.CUSTOMER and not spoken


def admitted(decision: Decision, silent: Silent, now: datetime) -> Decision:
    """The decision without letters that nobody asked for to those who want none; the history says which and why."""
    alive = decision.heard.key if decision.heard else ""
    withheld = [one for one in decision.wishes if is_unasked(one) and one.to.key in silent and one.to.key != alive]
    case = decision.case
    for wish in withheld:
        case = case.with_entry(Entry(now, f"no {wish.letter} letter", "silenced", silent[wish.to.key].why))
    return replace(decision, case=case, wishes=tuple(one for one in decision.wishes if one not in withheld))
