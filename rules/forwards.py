"""Has an engineer passed a customer's mail on to the desk? Then the case is the customer's.

    attached     the only message/rfc822 part, byte for byte as the customer wrote it
    in the text  below a line such as "Forwarded message", or below a head with From, Date and Subject; the subject says
                 that it was passed on ("Fwd:", "WG:")

What stands above is the engineer's: orders first, then a note that only colleagues see. He must be proven by a mail server
that we trust, as no token can prove who begins a case; else it is a mail of his own, which he may give to the customer by
/customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules import orders, wishes
from rules.attributions import divider_at
from rules.case import Case, Entry, Letter
from rules.circumstances import Circumstances
from rules.commands import Order, read
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.mail import NOBODY, Address, Attachment, Kind, Mail
from rules.opening import open_case
from rules.order_people import ADDRESS
from rules.people import Engineer
from rules.quoted_headers import Field, field_of, header_block_at
from rules.setting import Done, OrderError
from rules.subject_tag import is_forward, was_passed_on, without_prefixes

ATTACHED = "message/rfc822"

_TOLD_AT_ONCE = ("assigned", "handed-on")  # what orders tell of a case that somebody has already

_LONGEST = 100_000  # characters in which the head is looked for


@dataclass(frozen=True, slots=True)
class Forward:
    """The customer's mail, and what the engineer wrote above it."""

    original: Mail
    above: str


def may_be(mail: Mail) -> bool:
    """Worth to be looked at: the subject, or an attached mail, says that it was passed on."""
    return was_passed_on(mail.subject) or len(_attached(mail)) == 1


def in_mail(mail: Mail, attached: Mail | None, answers: Letter | None, desk: Desk) -> Forward | None:
    """What an engineer passes on; None when it answers a letter to him (`answers`), or is nothing of that sort."""
    if (answers and answers.audience.inside) or not may_be(mail):
        return None
    return forward_of(mail, attached, desk)


def passes_on(mail: Mail, answers: Letter | None) -> bool:
    """Are the words meant for whoever gets the mail, and not for whoever wrote what it passes on, be it a notice of ours?"""
    return is_forward(mail.subject) or (answers is None and may_be(mail))


def forward_of(mail: Mail, attached: Mail | None, desk: Desk) -> Forward | None:
    """`attached`: what the shell has read of the only attached mail. None: nobody's mail was passed on."""
    found = _of_attachment(mail, attached) if attached else _of_text(mail)
    if found is None or not found.original.sender.address:
        return None
    author = found.original.sender
    return None if desk.is_ours(author) or desk.works_for_us(author) else found


def as_written(mail: Mail, attached: Mail | None, author: Address, desk: Desk) -> Mail | None:
    """A filed mail as its author wrote it: without the words of the engineer who passed it on. None: it cannot be told."""
    if mail.sender.same_as(author):
        return mail
    found = forward_of(mail, attached, desk)
    return found.original if found and found.original.sender.same_as(author) else None


def _attached(mail: Mail) -> list[bytes]:
    return [file.data for file in mail.attachments if file.content_type == ATTACHED]


def attached_bytes(mail: Mail) -> bytes:
    """The only attached mail; empty when there is none, or more than one."""
    found = _attached(mail)
    return found[0] if len(found) == 1 else b""


def _of_attachment(mail: Mail, attached: Mail) -> Forward:
    others = tuple(file for file in mail.attachments if file.content_type != ATTACHED)
    return Forward(_as_his(attached, mail, (*attached.attachments, *others)), mail.text.strip())


def _of_text(mail: Mail) -> Forward | None:
    lines = mail.text[:_LONGEST].split("\n")
    block = next(filter(None, (header_block_at(lines, at) for at in range(len(lines)))), None)
    if block is None:
        return None
    head = lines[block.first : block.last + 1]
    above = lines[: block.first]
    while above and (not above[-1].strip() or divider_at(above, len(above) - 1)):
        above.pop()
    words = "\n".join(lines[block.last + 1 :]).strip("\n")
    subject = _value(head, Field.SUBJECT) or without_prefixes(mail.subject)
    sender = _address(_value(head, Field.FROM))
    written = replace(mail, sender=sender, subject=subject, text=words, html="")
    return Forward(_as_his(written, mail, mail.attachments), "\n".join(above).strip())


def _value(head: list[str], field: Field) -> str:
    for line in head:
        if field_of(line) is field:
            return line.replace("：", ":", 1).partition(":")[2].strip("* \xa0\t")
    return ""


def _address(value: str) -> Address:
    found = ADDRESS.search(value := value.replace("mailto:", ""))
    return Address(found[0], value[: found.start()].strip("\"'<[( \t*")) if found else NOBODY


def _as_his(original: Mail, mail: Mail, files: tuple[Attachment, ...]) -> Mail:
    """The customer's mail, as if it had come to the desk: filed under what really came, known by its own Message-ID."""
    return replace(
        original,
        fingerprint=mail.fingerprint,
        kind=Kind.PERSON,
        kind_evidence="passed on by an engineer",
        headers=(),
        to=mail.to,
        cc=(),
        attachments=files,
    )


def opened(forward: Forward, mail: Mail, desk: Desk, at: Circumstances, engineer: Engineer, proof: str) -> Decision:
    """The customer's case, with his confirmation, the engineer's orders and note, and a receipt for the engineer."""
    given = read(forward.above)
    decision = open_case(forward.original, desk, at, f"passed on by {engineer.address.address}; {proof}")
    case = decision.case
    note = given.words.strip() if not given.error else forward.above
    entry = Entry(at.now, "passed on by an engineer", "forward", note[:200], engineer.address.address)
    decision = replace(decision, case=case.with_entry(entry))
    if at.past:
        return decision
    known = any(wish.to.same_as(forward.original.sender) for wish in decision.wishes)
    told = "who has the number" if known else "who was not written to"
    said = [f"Case {case.number} is open for {forward.original.sender.address}, {told}; your words are a note."]
    settings = tuple(one for one in given.orders if one.row.word in orders.SETTINGS)
    said += _undone(given.error, tuple(one for one in given.orders if one not in settings))
    try:
        done = orders.carry_out(settings, decision.case, desk, at, engineer)
    except OrderError as error:
        done, said = Done(decision.case), [*said, f"Nothing of your orders was done: {error}."]
    decision = replace(decision, wishes=tuple(_with_note(decision, done.case, desk, engineer, note)))
    done = replace(done, letters=tuple(one for one in done.letters if one.letter not in _TOLD_AT_ONCE))
    receipt = wishes.receipt(done.case, engineer, mail, said)
    return orders.with_done(replace(decision, case=done.case, wishes=(*decision.wishes, receipt)), done, receipt)


def _with_note(decision: Decision, case: Case, desk: Desk, engineer: Engineer, note: str) -> Iterator[Wish]:
    """The one notice goes to whoever has the case by the orders; it says who passed the mail on, and what he wrote above it."""
    owner = wishes.owner_of(case, desk).address
    for wish in decision.wishes:
        if wish.letter == "assigned":
            remark = " ".join(
                filter(None, (str(wish.facts["remark"]), f"passed on by {engineer.name}: {note or '(no words)'}"))
            )
            given = {} if wish.to.same_as(owner) else {"why": f"{engineer.name} said so"}
            summons = {"acknowledge": case.acknowledgement.due if case.acknowledgement else None}
            due = {"due": case.target.due if case.target else None}
            yield replace(wish, to=owner, facts={**wish.facts, "remark": remark, **given, **summons, **due})
        else:
            yield wish


def _undone(error: str, others: tuple[Order, ...]) -> list[str]:
    if error:
        return [f"Nothing of your orders was done: {error}."]
    return [f"{one.row.word} was not done: it belongs to a case that there is already." for one in others]
