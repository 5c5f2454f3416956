"""How is a mail filed on a case, who belongs to the case by it, and which letters does it overtake?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from rules.case import Case, Entry, Letter, Message, Post
from rules.desk import Desk
from rules.mail import NOBODY, Address, Mail
from rules.senders import Sender

# Nobody asked for these just now: they wait for the support hours.
NOTICES = frozenset(
    {
        "assigned",
        "replied",
        "held",
        "target",
        "handed-on",
        "handover",
        "undelivered",
        "delayed",
        "colleague",
        "advice",
        "merged-in",
        "silenced",
    }
)
MOST_NAMED = 5  # addresses in a remark, or a line of the history
IN_COPY = "put in copy"


def file_mail(case: Case, mail: Mail, sender: Sender, now: datetime, held: str = "") -> Case:
    """The case with one more paper: the mail, filed as what it is; `held` says why it is kept back."""
    paper = case.papers + 1
    message = Message(
        paper=paper,
        at=now,
        sender=mail.sender,
        role=sender.role,
        kind=mail.kind,
        subject=mail.subject,
        message_id=mail.message_id,
        fingerprint=mail.fingerprint,
        file=f"{paper:04d}-in.eml",
        held=held,
        proof=sender.proof,
        forged=sender.forged,
    )
    return replace(case, papers=paper, messages=(*case.messages, message))


def people_of(mail: Mail, desk: Desk) -> tuple[Address, ...]:
    """The author and the people in copy: never the desk itself, never anybody who works for it."""
    people = [mail.sender] if mail.sender.address else []
    for address in (*mail.to, *mail.cc):
        known = any(address.same_as(one) for one in people)
        if address.address and not known and not desk.is_ours(address) and not desk.works_for_us(address):
            people.append(address)
    return tuple(people)


def with_people(case: Case, mail: Mail, desk: Desk, now: datetime) -> Case:
    """The case joined by everybody whom a proven participant put in copy."""
    fresh = tuple(one for one in people_of(mail, desk) if not one.same_as(mail.sender))
    return joined(case, fresh, now, IN_COPY, by=mail.sender)


def with_author(case: Case, mail: Mail, now: datetime) -> Case:
    """The case joined by a colleague of the customer who wrote to it."""
    return joined(case, (mail.sender,), now, "a colleague of the customer")


def joined(case: Case, people: tuple[Address, ...], now: datetime, rule: str, by: Address = NOBODY) -> Case:
    """The case with those of the people who do not belong to it yet, and a line in its history that names them."""
    fresh = tuple(one for one in people if one.address and not case.has_participant(one))
    return with_joining(replace(case, participants=(*case.participants, *fresh)), fresh, now, rule, by)


def with_joining(case: Case, people: tuple[Address, ...], now: datetime, rule: str, by: Address = NOBODY) -> Case:
    """Only the line in the history: who takes part from now on, by which rule, and through whom."""
    return case.with_entry(Entry(now, f"joined by {_named(people)}", rule, by=by.address)) if people else case


def left_out(case: Case, mail: Mail, desk: Desk) -> str:
    """For the owner: who is in copy of this mail and yet no part of the case; "" when nobody is."""
    others = tuple(one for one in people_of(mail, desk) if not case.has_participant(one))
    if not others:
        return ""
    return f"In copy, but not part of the case, as nothing proves who wrote this mail: {_named(others)}."


def _named(people: tuple[Address, ...]) -> str:
    shown = ", ".join(one.address for one in people[:MOST_NAMED])
    return shown + (f" and {len(people) - MOST_NAMED} more" if people[MOST_NAMED:] else "")


def withdraw_reminders(case: Case) -> Case:
    """A reminder that still waits in the outbox is overtaken by an answer."""
    return _withdrawn(case, _waiting(case, ("reminder",)))


def withdraw_warnings(case: Case) -> Case:
    """That an answer is late need not be told any more once it is given."""
    return _withdrawn(case, _waiting(case, ("target",)))


def withdraw_delays(case: Case) -> Case:
    """A letter that was put off has gone out, or never will."""
    return _withdrawn(case, _waiting(case, ("delayed",)))


def withdraw_moves(case: Case) -> Case:
    """Who has the case is told anew when it changes hands again, or not at all."""
    return _withdrawn(case, _waiting(case, ("handover", "handed-on")))


def waiting_notices(case: Case, reader: Address) -> tuple[Letter, ...]:
    """What this engineer would still be told about the case when the support hours begin."""
    return tuple(one for one in _kept_for_the_hours(case) if one.to.same_as(reader))


def withdraw_notices(case: Case, reader: Address) -> Case:
    """They are overtaken: the case is no longer his."""
    return _withdrawn(case, waiting_notices(case, reader))


def withdraw_given(case: Case, reader: Address, since: int) -> Case:
    """A case that was given to an engineer after that paper is taken from him again: nobody need hear of it."""
    given = (one for one in waiting_notices(case, reader) if one.name == "assigned" and one.paper > since)
    return _withdrawn(withdraw_moves(case), given)


def withdraw_all_notices(case: Case) -> Case:
    """The case is closed: nobody needs to hear in the morning what it was about."""
    return _withdrawn(case, _kept_for_the_hours(case))


def overtaken(before: Case, after: Case) -> tuple[Letter, ...]:
    """The letters that were withdrawn, as they were."""
    return tuple(one for one in before.letters if after.letter(one.paper) != one)


def brought_back(case: Case, letters: Iterable[Letter]) -> Case:
    """What was withdrawn waits in the outbox again."""
    for letter in letters:
        now = case.letter(letter.paper)
        case = case.with_letter(letter) if now and now.post is Post.WITHDRAWN else case
    return case


def _waiting(case: Case, names: Collection[str]) -> tuple[Letter, ...]:
    return tuple(one for one in case.letters if one.post is Post.WAITING and one.name in names)


def _kept_for_the_hours(case: Case) -> tuple[Letter, ...]:
    """Notices that wait for the support hours, not for a mail server that put them off."""
    return tuple(one for one in _waiting(case, NOTICES) if not one.attempts and one.next_attempt)


def _withdrawn(case: Case, letters: Iterable[Letter]) -> Case:
    for letter in letters:
        case = case.with_letter(replace(letter, post=Post.WITHDRAWN, next_attempt=None))
    return case


def held_message(case: Case, letter: Letter | None) -> Message | None:
    """The held mail that a `held` letter is about: the last one filed before it."""
    if letter is None or letter.name != "held":
        return None
    before = case.filed_before(letter)
    return before[-1] if before and before[-1].held else None
