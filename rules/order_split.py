"""How does a mail become a case of its own, by an engineer's /split, and where is it then?

The mail stays in the folder it lies in, and a copy of it opens the new case; who answers it, or the letters about it, is led
there (rules/threads.py). The new case has the owner of the old one. /merge puts the two together again.
"""

from __future__ import annotations

from dataclasses import replace

from rules import wishes
from rules.case import OUTSIDE, Case, Letter, Message, Tie
from rules.decision import Copy, Decision
from rules.lifecycle import Event
from rules.links import both_tied, noted, told
from rules.mail import Address, Mail
from rules.opening import open_case
from rules.setting import OrderError, Setting

_SHOWING = ("assigned", "replied")  # letters that show an engineer a mail from outside


def shown_in(case: Case | None, letter: Letter | None) -> Message | None:
    """The mail from outside that a notice is about; None when it is about what a machine wrote, or could not be read."""
    if case is None or letter is None or letter.name not in _SHOWING:
        return None
    before = case.filed_before(letter)
    if letter.name == "assigned":  # who takes a case over is shown the last one, whatever else lies above it
        return next((one for one in reversed(before) if one.role in OUTSIDE), None)
    shown = before[-1] if before else None
    return shown if shown and shown.role in OUTSIDE and not _unread_since(shown, case, letter) else None


def _unread_since(message: Message, case: Case, letter: Letter) -> bool:
    """The notice may tell of a mail in quarantine, which is no paper of the case."""
    told = (one.at for one in case.history if one.event == Event.MAIL_UNREAD)
    return any(message.at < at <= letter.created_at for at in told)


def split(subject: str, before: Case, message: Message | None, order: Mail, it: Setting) -> Decision:
    """`before` is the case as it was, `it.case` with the mail of the order filed. Errors: OrderError."""
    message = _may_go(before, message)
    mail = it.at.found.split
    if mail is None:
        raise OrderError(
            "/split: the mail cannot be read any more; an administrator finds it in the folder of the case"
        )
    named = replace(mail, subject=subject) if subject else mail
    opened = open_case(named, it.desk, it.at, f"split from case {before.number}", owner=before.owner)
    new = replace(opened.case, customer=_customer(mail.sender, before))
    new, case = both_tied(new, it.case, Tie.SPLIT_FROM)
    messages = tuple(replace(one, moved_to=new.number) if one.paper == message.paper else one for one in case.messages)
    by = it.engineer.address
    case = noted(replace(case, messages=messages), new, "a mail was split off:", it, by)
    new = noted(new, case, "split from", it, by)
    copies = (Copy(new.messages[-1].file, before.number, message.file),)
    other = replace(opened, case=new, copies=copies, reason=f"split from case {before.number}")
    is_his = before.owner.same_as(it.engineer.address)
    whose = "it belongs to you as well" if is_his else "its owner is the same"
    said = [f"The mail of {message.sender.address or 'nobody'} is case {told(new)} now; {whose}."]
    if any(wish.to.same_as(new.customer) for wish in opened.wishes):
        said.append(f"Its customer, {new.customer.address}, has the number.")
    said.append(f"/merge {before.number}, in answer to a letter of case {new.number}, puts the two together again.")
    receipt = wishes.receipt(case, it.engineer, order, said)
    return Decision(case, (receipt,), f"a mail became case {new.number}", others=(other,))


def _may_go(case: Case, message: Message | None) -> Message:
    if message is None:
        raise OrderError(
            "/split answers a letter that shows you a mail of the customer's side; this is not an answer to one"
        )
    if message.paper == case.messages[0].paper:
        raise OrderError("/split: that mail opened this case, and nothing would be left of it")
    if message.moved_to:
        raise OrderError(f"/split: that mail is case {message.moved_to} already")
    if message.held:
        raise OrderError("/split: that mail is held; /refuse makes a case of it")
    return message


def _customer(sender: Address, case: Case) -> Address:
    """As the case knows him."""
    return next((one for one in case.participants if one.same_as(sender)), sender)
