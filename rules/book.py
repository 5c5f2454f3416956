"""What does a mail of an engineer bring that is about no case, or about several?

Letters lie in cases only; work lists, reports and the answers to what he asks are about none. So each engineer has a book: a
case in form, closed for good, which no customer ever hears of and no list shows. When it is full, a new one begins.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules import confirmation, forwards, list_orders, looked_up, orders, wishes
from rules.canned import orders_of
from rules.caps import DAY, REPEATED, SAME_LETTERS_A_DAY, wrote_often
from rules.case import Case, Entry, Letter, Status
from rules.circumstances import Circumstances
from rules.commands import ABOUT_NO_CASE, CONFIRM, Orders, help_lines
from rules.decision import Copy, Decision, Wish
from rules.desk import Desk
from rules.hours import local_time
from rules.list_lines import begins_with_order, is_numbered, read_lines
from rules.mail import Mail
from rules.papers import file_mail
from rules.people import Engineer
from rules.quotes import answer_of
from rules.senders import MACHINES, Sender, identify
from rules.setting import OrderError
from rules.subject_tag import bare
from rules.threads import Match

MOST_PAPERS = 200  # in one book: all of it is written anew with each of them
RECEIPTS_A_DAY = 100


def is_meant(mail: Mail, match: Match, desk: Desk, attached: Mail | None) -> bool:
    """In an engineer's name it answers a letter of his book or a list; or it is about no case and orders something.

    A customer's mail that he passes on is, too, when nothing proves that it was he. `attached`: the only mail in it.
    """
    if desk.engineer(mail.sender) is None or mail.kind in MACHINES or match.echo:
        return False
    if match.case is None:
        text = answer_of(mail.text)
        return begins_with_order(text) or is_numbered(text) or _forward(mail, attached, desk) is not None
    return match.case.book or _lines_in(mail, match.answers)


def mail_came(mail: Mail, match: Match, desk: Desk, at: Circumstances) -> Decision:
    """The questions in their order: is it he, can it be read, what does he want?"""
    engineer = desk.engineer(mail.sender)
    if engineer is None:
        raise LookupError(f"{mail.sender.address} is no engineer of this desk, and has no book")
    sender = identify(mail, match, desk, at.now)

    def filed(held: str = "") -> Case:
        return _filed(_book(match, engineer, at), mail, sender, desk, at.now, match.evidence, held)

    if at.past:
        return Decision(filed(), reason="imported")
    if not sender.proven:
        held = filed(sender.proof)
        passed_on = match.case is None and _forward(mail, at.attached, desk)
        asked = wishes.unproven(held, engineer, mail, mail.text if passed_on else answer_of(mail.text))
        return _told(Decision(held, (asked,), "held: the engineer is asked"), at)
    try:
        decision = _done(mail, match, desk, at, engineer, filed())
    except OrderError as error:
        book = filed(str(error))
        refused = wishes.refused(book, engineer, mail, str(error), answer_of(mail.text))
        decision = Decision(book, (refused,), f"refused: {error}")
    return _told(decision, at)


def opened(engineer: Engineer, found: Case | None, number: int, now: datetime) -> Case:
    """His book; a new one if he has none, or it is full."""
    if found and found.papers < MOST_PAPERS:
        return found
    him = engineer.address
    return Case(number, Status.CLOSED, "", him, now, owner=him, closed_at=now, book=True)


def _book(match: Match, engineer: Engineer, at: Circumstances) -> Case:
    if match.case and match.case.book and match.case.owner.same_as(engineer.address):
        return match.case
    return opened(engineer, at.book, at.number, at.now)


def _filed(book: Case, mail: Mail, sender: Sender, desk: Desk, now: datetime, evidence: str, held: str) -> Case:
    """What is answered to the mail goes under its subject."""
    book = replace(book, subject=bare(mail.subject, desk.case_word) or desk.name)
    entry = Entry(now, "an engineer wrote about no single case", held or sender.proof, evidence, mail.sender.address)
    return file_mail(book, mail, sender, now, held).with_entry(entry)


def _lines_in(mail: Mail, letter: Letter | None) -> bool:
    return letter is not None and bool(letter.about) and is_numbered(answer_of(mail.text))


def _done(mail: Mail, match: Match, desk: Desk, at: Circumstances, engineer: Engineer, book: Case) -> Decision:
    """Errors: OrderError, and nothing of the mail is done."""
    if _lines_in(mail, match.answers) and match.answers:
        return _by_lines(mail, match.answers, desk, at, engineer, book)
    given = orders_of(mail, desk, at.found.answers)
    if given.has(CONFIRM):
        return _confirmed(given, mail, match, desk, at, engineer, book)
    _check(given)
    personal = tuple(order for order in given.orders if order.row.word in orders.PERSONAL)
    done = orders.carry_out(personal, book, desk, at, engineer)
    said = [*done.sentences, *(help_lines() if given.has("/help") else [])]
    said += looked_up.answered(given, desk, at, engineer)
    letters = looked_up.letters(given, book, mail, said, desk, at, engineer)
    return Decision(book, letters, "an engineer asked", leave=done.leave)


def _forward(mail: Mail, attached: Mail | None, desk: Desk) -> forwards.Forward | None:
    return forwards.forward_of(mail, attached, desk) if forwards.may_be(mail) else None


def _check(given: Orders) -> None:
    """Errors: OrderError where an order is about a case, or there is none."""
    if given.error:
        raise OrderError(given.error)
    if not given.orders:
        raise OrderError("it answers a letter about no case, so its text would have gone nowhere")
    if stray := next((one.row.word for one in given.orders if one.row.word not in ABOUT_NO_CASE), ""):
        raise OrderError(
            f"{stray} is about a case, and none is named; answer a letter of that case, or a list: 3 {stray} …"
        )


def _by_lines(mail: Mail, letter: Letter, desk: Desk, at: Circumstances, engineer: Engineer, book: Case) -> Decision:
    lines = read_lines(answer_of(mail.text), letter.about)
    if lines.error:
        raise OrderError(lines.error)
    results = list_orders.carry_out(lines.lines, letter, mail, desk, at)
    receipt = wishes.receipt(book, engineer, mail, list(results.sentences), about=letter.about)
    if results.undo_until:
        receipt = wishes.with_way_back(receipt, results.undo_until)
    return Decision(book, (receipt,), "an engineer answered a list", others=results.decisions)


def _confirmed(
    given: Orders, mail: Mail, match: Match, desk: Desk, at: Circumstances, engineer: Engineer, book: Case
) -> Decision:
    """The mail that was held is done as if it came at this moment, with proof."""
    message, held = confirmation.asked_about(match), at.held
    why = confirmation.why_not(given, message, held, at.now)
    if why or message is None or held is None:
        raise OrderError(why)
    proof = f"confirmed, by {match.evidence}"
    if held.match.case is None and (forward := _forward(held.mail, held.attached, desk)):
        opened = forwards.opened(forward, held.mail, desk, at, engineer, proof)
        copy = Copy(opened.case.messages[-1].file, book.number, message.file)
        changed = (replace(opened, copies=(copy,), others=()), *opened.others)
        return Decision(confirmation.released(book, message, proof), reason="passed on", others=changed)
    decision = _done(held.mail, held.match, desk, replace(at, held=None, found=held.found), engineer, book)
    book = confirmation.released(decision.case, message, proof)
    said = f"Your mail of {local_time(message.at, desk.timezone)} was done as it came."
    receipt = wishes.receipt(book, engineer, mail, [])
    return confirmation.told(replace(decision, case=book), said, receipt)


def _told(decision: Decision, at: Circumstances) -> Decision:
    """A machine that answers for him, or somebody who writes in his name, over and over, does not flood him."""

    def was_told(wish: Wish) -> bool:
        most = RECEIPTS_A_DAY if wish.letter == "receipt" else SAME_LETTERS_A_DAY
        return wish.letter in REPEATED and wrote_often(decision.case, wish.letter, wish.to, at.now - DAY, most)

    return replace(decision, wishes=tuple(wish for wish in decision.wishes if not was_told(wish)))
