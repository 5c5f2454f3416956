"""One mail that reached a case, and what is the same whatever follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules import confirmation, wishes
from rules.case import Case, Entry, Message
from rules.circumstances import Circumstances
from rules.commands import Orders
from rules.decision import Decision
from rules.desk import Desk
from rules.lifecycle import Event, Row
from rules.mail import Mail
from rules.papers import file_mail
from rules.people import Engineer
from rules.quotes import answer_of
from rules.senders import Sender
from rules.setting import Setting
from rules.threads import Match


@dataclass(frozen=True, slots=True)
class Happening:
    """One mail that reached a case, with everything found out about it."""

    mail: Mail
    match: Match
    before: Case  # the case as it was
    sender: Sender
    event: Event
    orders: Orders
    row: Row  # of the lifecycle table
    desk: Desk
    at: Circumstances
    confirmed: Message | None = None  # the mail was held until now, and lies on the case already

    @property
    def engineer(self) -> Engineer:
        engineer = self.desk.engineer(self.mail.sender)
        if engineer is None:
            raise LookupError(f"{self.mail.sender.address} acts as an engineer, but is none of this desk")
        return engineer

    def setting(self, case: Case) -> Setting:
        """On what an order of the engineer works."""
        return Setting(case, self.desk, self.at, self.engineer)

    @property
    def paper(self) -> int:
        """The number of the mail among the papers of the case; of a confirmed one, that of the mail which confirmed it."""
        return self.before.papers if self.confirmed else self.before.papers + 1


def refuse(it: Happening, why: str) -> Decision:
    """Nothing of an engineer's mail is done: it is filed, the case stays as it was, and he is told why."""
    case = filed(it, held=why)
    case = replace(case, acknowledgement=None)  # somebody is at it, all the same
    case = case.with_entry(Entry(it.at.now, str(it.event), "refused", why, it.mail.sender.address))
    return Decision(case, (wishes.refused(case, it.engineer, it.mail, why, answer_of(it.mail.text)),), why)


def is_refused(decision: Decision) -> bool:
    return any(wish.letter == "refused" for wish in decision.wishes)


def filed(it: Happening, held: str = "") -> Case:
    if it.confirmed:
        return confirmation.released(it.before, it.confirmed, it.sender.proof, held)
    return file_mail(it.before, it.mail, it.sender, it.at.now, held)


def other_case(it: Happening) -> str:
    number = it.before.number
    return f"it answers a letter of case {it.match.instead_of}, which {it.match.because}; answer one of case {number}"
