"""Was a mail that came in an engineer's name his own after all? He says so with /confirm; may it be done now, as it came?

The letter that asked him is about one mail, the last one filed before it. Only an answer that shows the token of that letter can
mean it, only while it is held, and only for a week: who finds such a letter later must write what he wants done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.case import Audience, Case, Message, Role
from rules.commands import CONFIRM, Orders, read
from rules.decision import Decision, Wish
from rules.inside import Notice
from rules.lookups import Found
from rules.mail import Mail
from rules.quotes import answer_of
from rules.threads import Match

DAYS = 7  # in which a held mail can be confirmed; after that it is to be written anew


@dataclass(frozen=True, slots=True)
class HeldMail:
    """What the shell has found of a mail that is to be done now: it is matched as if it came at this moment."""

    mail: Mail
    match: Match
    notice: Notice = Notice()  # the letter to an engineer which it answers
    found: Found = Found()  # what its orders name
    attached: Mail | None = None  # the only mail that it has as a file


def meant_by(mail: Mail, match: Match) -> Message | None:
    """The held mail which the shell must find, as this mail may confirm it."""
    return asked_about(match) if asked_about(match) and read(answer_of(mail.text)).has(CONFIRM) else None


def asked_about(match: Match) -> Message | None:
    """The mail that the letter answered here asks its reader about; None when it is no such letter."""
    case, letter = match.case, match.answers
    if case is None or letter is None or match.instead_of or letter.name != "unproven":
        return None
    before = case.filed_before(letter)
    found = before[-1] if before else None
    is_his = found is not None and found.role is Role.ENGINEER and found.sender.same_as(letter.to)
    return found if is_his and letter.audience is Audience.ENGINEER else None


def why_not(orders: Orders, message: Message | None, held: HeldMail | None, now: datetime) -> str:
    """A sentence for the engineer; "" when the held mail may be done."""
    if len(orders.orders) != 1:
        return f"{CONFIRM} stands alone; what else you want done goes into a mail of its own"
    if message is None:
        return f"{CONFIRM} answers the letter that asks whether a mail was yours; this is not an answer to one"
    if not message.held:
        return "that mail was confirmed already, and done"
    if now - message.at > timedelta(days=DAYS):
        return f"that mail came more than {DAYS} days ago; please write anew what is to be done"
    if held is None or not held.mail.sender.same_as(message.sender):
        return "that mail cannot be read any more; please write anew what is to be done"
    return ""


def released(case: Case, message: Message, proof: str, held: str = "") -> Case:
    """The case with a held mail that was confirmed; `held` says why it is kept back all the same."""
    now = replace(message, held=held, proof=proof)
    return replace(case, messages=tuple(now if one.paper == message.paper else one for one in case.messages))


def told(decision: Decision, sentence: str, receipt: Wish) -> Decision:
    """The engineer hears that his mail was done: in the receipt there is, else in this one."""
    given = decision.receipt or receipt
    return replace(decision, wishes=(*decision.unreceipted, given.with_done(sentence, *given.done)))
