"""Which letter goes to whom, with what in it, and in which thread will the reader's mail client show it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from rules.assignment import lead_of
from rules.case import Audience, Case, Diagnosis, Letter
from rules.change import Change
from rules.confirmation import DAYS
from rules.decision import Wish
from rules.desk import Desk
from rules.mail import Address, Mail
from rules.papers import NOTICES
from rules.people import Engineer
from rules.staff import CALLED, Staff
from rules.story import Said
from rules.story import facts as facts_of
from rules.subject_tag import bare

Facts = Mapping[str, object]

THREAD = 20  # ids in References at most: the root and the latest ones


def confirmation(case: Case, mail: Mail, facts: Facts) -> Wish:
    return _to_customer("confirmation", case, answers=mail.message_id, facts=facts)


def follow_up(case: Case, mail: Mail, closed_number: int, facts: Facts) -> Wish:
    return _to_customer("follow-up", case, answers=mail.message_id, facts={**facts, "closed_number": closed_number})


def handover(case: Case, desk: Desk, before: Engineer) -> Wish:
    """The customer learns who helps him while the engineer he knows is away."""
    facts: Facts = {"before": before.name, "now": owner_of(case, desk).name}
    return _to_customer("handover", case, facts=facts)


def reminder(case: Case, attempt: int, next_on: datetime, starts: str) -> Wish:
    return _to_customer("reminder", case, facts={"attempt": attempt, "next_on": next_on}, starts=starts)


def closed_for_silence(case: Case) -> Wish:
    return _to_customer("closed", case, facts={"by": "silence", "goes_on": 0})


def closed_by_engineer(case: Case, engineer: Engineer, mail: Mail, words: str, goes_on: int = 0) -> tuple[Wish, ...]:
    """To the customer; what the engineer says with it is his answer, which everybody gets.

    `goes_on`: the case of which this one is a duplicate, if its customer takes part in that.
    """
    facts: Facts = {"by": "engineer", "goes_on": goes_on}
    wish = _to_customer("closed", case, facts=facts, words=words, in_name_of=engineer.name)
    wish = replace(wish, html=mail.html, attachments=mail.attachments)
    others = case.others if words.strip() or mail.attachments else ()
    return wish, *(_to_another(wish, case, one) for one in others)


def _to_another(wish: Wish, case: Case, reader: Address) -> Wish:
    """The customer's letter of an engineer for somebody else who takes part, in his own thread."""
    facts = {**wish.facts, "goes_on": 0}
    return replace(wish, to=reader, facts=facts, answers=_latest(case, reader), references=_thread(case, reader))


def closed_by_customer(case: Case, mail: Mail) -> Wish:
    return _to_customer("closed", case, answers=mail.message_id, facts={"by": "customer", "goes_on": 0})


def more_time(case: Case, mail: Mail, asks_on: datetime, shortened: bool, starts: str) -> Wish:
    """He gets the time he asked for, or as much of it as there is; the wait begins with this letter."""
    facts: Facts = {"asks_on": asks_on, "shortened": shortened}
    return _to_customer("more-time", case, answers=mail.message_id, facts=facts, starts=starts)


def merged(case: Case, into: int) -> Wish:
    """To the customer of a case that goes on in another one; 0: by itself again."""
    return _to_customer("merged", case, facts={"into": into})


def merged_in(case: Case, came: Case, reader: Engineer, mail: Mail, by: Engineer, *, back: bool) -> Wish:
    """To those who have one of two cases; `case` goes on, and the last mail of the other is shown."""
    facts: Facts = {
        "reader": reader.name,
        "came": came.number,
        "came_subject": came.subject,
        "customer": came.customer,
        "by": by.name,
        "back": back,
        "due": case.target.due if case.target else None,
        "also": _also_read_by(case),
    }
    return replace(
        _to_engineer("merged-in", case, reader.address, None, facts, mail.text), attachments=mail.attachments
    )


def relays(
    case: Case,
    engineer: Engineer,
    mail: Mail,
    words: str,
    starts: str,
    until: datetime | None = None,
    story: tuple[Said, ...] = (),
) -> tuple[Wish, ...]:
    """One letter to each participant; the wait is for the customer, so his letter starts it. `story`: what is quoted below."""
    return tuple(
        Wish(
            "relay",
            to=participant,
            audience=Audience.CUSTOMER,
            facts={"history": facts_of(story)},
            words=words,
            html=mail.html,
            attachments=mail.attachments,
            answers=_latest(case, participant),
            references=_thread(case, participant),
            in_name_of=engineer.name,
            starts=starts if participant.same_as(case.customer) else "",
            until=until,
        )
        for participant in case.participants
    )


def meeting_notice(case: Case, reader: Engineer, mail: Mail, facts: Facts, words: str) -> Wish:
    """A colleague has arranged, moved or called off a meeting."""
    return _to_engineer("meeting-notice", case, reader.address, mail, facts, words)


def assigned(
    case: Case,
    desk: Desk,
    mail: Mail,
    why: str,
    remark: str,
    findings: tuple[str, ...],
    story: tuple[Said, ...] = (),
) -> Wish:
    """`mail` is shown; `story`: what was said before it, for somebody who takes the case over."""
    due = case.target.due if case.target else None
    acknowledge = case.acknowledgement.due if case.acknowledgement else None
    facts: Facts = {
        "why": why,
        "remark": remark,
        "findings": findings,
        "due": due,
        "acknowledge": acknowledge,
        "also": _also_read_by(case),
        "related": (),  # rules/links.py
        "history": facts_of(story),
    }
    return _notice("assigned", case, desk, mail, facts)


def target(case: Case, reader: Engineer, stage: str, due: datetime, owner: Engineer) -> Wish:
    """The answer we promised: to the owner while there is time, to the lead when there is none left."""
    return _to_engineer(
        "target",
        case,
        reader.address,
        None,
        {"reader": reader.name, "stage": stage, "due": due, "owner_name": owner.name},
    )


def handed_on(case: Case, before: Engineer, now: Engineer, why: str) -> Wish:
    """To the engineer who had the case so far."""
    return _to_engineer("handed-on", case, before.address, None, {"reader": before.name, "now": now.name, "why": why})


def replied(case: Case, desk: Desk, mail: Mail, remark: str) -> Wish:
    due = case.target.due if case.target else None
    facts: Facts = {"due": due, "remark": remark, "also": _also_read_by(case), "related": (), "watcher": ""}
    return _notice("replied", case, desk, mail, facts)


def for_watchers(notice: Wish, case: Case, desk: Desk) -> tuple[Wish, ...]:
    """The owner's notice, for the engineers who watch the case."""
    watchers = [one for one in map(desk.engineer, case.watchers) if one and not one.address.same_as(notice.to)]
    return tuple(
        replace(
            notice,
            to=one.address,
            facts={**notice.facts, "watcher": one.name},
            references=_thread(case, one.address),
        )
        for one in watchers
    )


def colleagues(case: Case, desk: Desk, by: Engineer, mail: Mail, words: str, did: str) -> tuple[Wish, ...]:
    """What an engineer wrote, for the owner and those who watch, where that is somebody else."""
    readers = {one.address.key: one for one in map(desk.engineer, (case.owner, *case.watchers)) if one}
    facts = {"by": by.name, "did": did}
    return tuple(
        replace(
            _to_engineer("colleague", case, one.address, mail, {**facts, "reader": one.name}, words), in_name_of=by.name
        )
        for one in readers.values()
        if one is not by
    )


def escalated(case: Case, stage: str, sales: Staff | None = None) -> Wish:
    """The customer learns in whose hands his case is, and who stays his contact."""
    change = case.escalation.change if case.escalation else 0
    facts: Facts = {"stage": str(stage), "change": change, "sales": sales.address if sales else None}
    return _to_customer("escalated", case, facts=facts)


def change(case: Case, staff: Staff, change: Change, about: str, words: str, by: str, orders: tuple[str, ...]) -> Wish:
    """To somebody who weighs a change: how it stands, what is new, what he can do."""
    return _to_staff(
        "change",
        case,
        staff,
        {
            **_change_facts(change),
            "reader": staff.name,
            "about": about,
            "by": by,
            "orders": orders,
            "waits": len(change.cases),
        },
        words,
    )


def released(case: Case, change: Change, version: str, words: str, starts: str, not_before: datetime) -> Wish:
    """The customer gets the change, and is asked whether it helps; `words`: what Product Management says of it."""
    facts = {"number": change.number, "title": change.title, "version": version}
    wish = _to_customer("released", case, facts=facts, words=words, starts=starts)
    return replace(wish, not_before=not_before)


def withheld(case: Case, change: Change, version: str, sales: Staff | None, not_before: datetime) -> Wish:
    """The customer is not on maintenance: what there would be, and who can help him to it."""
    facts: Facts = {
        "number": change.number,
        "title": change.title,
        "version": version,
        "sales": sales.address if sales else None,
    }
    return replace(_to_customer("withheld", case, facts=facts), not_before=not_before)


def change_notice(
    case: Case, desk: Desk, change: Change, words: str, staff: Staff, told: str = "", goes_out: datetime | None = None
) -> Wish:
    """To the owner of a case that waits for the change. `told`: what the customer hears of a release, and when."""
    owner = owner_of(case, desk)
    facts = {**_change_facts(change), "reader": owner.name, "by": staff.name, "team": CALLED[staff.team]}
    facts |= {"told": told, "goes_out": goes_out}
    return _to_engineer("change-notice", case, owner.address, None, facts, words)


def _change_facts(change: Change) -> dict[str, object]:
    facts = {"number": change.number, "title": change.title, "product": change.product}
    return {**facts, "stage": str(change.stage), "priority": change.priority}


def consulted(
    case: Case,
    staff: Staff,
    about: str,
    words: str,
    mail: Mail,
    story: tuple[Said, ...],
    findings: tuple[str, ...],
    by: str,
) -> Wish:
    """To somebody of another team: `words` are the engineer's, `story` is what he and the customer have said."""
    facts: Facts = {"reader": staff.name, "about": about, "history": facts_of(story), "findings": findings, "by": by}
    wish = replace(_to_staff("consulted", case, staff, facts, words), attachments=mail.attachments)
    return replace(wish, in_name_of=by)


def over(case: Case, staff: Staff, why: str) -> Wish:
    facts: Facts = {"reader": staff.name, "about": "over", "history": [], "findings": (), "by": ""}
    return _to_staff("consulted", case, staff, facts, why)


def advice(case: Case, desk: Desk, mail: Mail, words: str, staff: Staff, diagnosis: Diagnosis | None) -> Wish:
    """What somebody of another team wrote, for the owner; an answer to it goes to that team."""
    facts: Facts = {"team": CALLED[staff.team], "diagnosis": str(diagnosis or ""), "watcher": "", "related": ()}
    return replace(_notice("advice", case, desk, mail, facts), words=words)


def staff_receipt(
    case: Case, staff: Staff, mail: Mail, done: list[str], refused: str, words: str, undo_until: datetime | None = None
) -> Wish:
    """What was done of a mail of another team; `refused`: why nothing was."""
    facts: Facts = {"reader": staff.name, "done": done, "refused": refused, "undo_until": undo_until}
    return replace(_to_staff("staff-receipt", case, staff, facts, words), answers=mail.message_id)


def unread(case: Case, desk: Desk, mail: Mail, id: str, why: str, proof: str) -> Wish:
    """Nothing of the mail but its author; what he is to the case tells the owner how far to trust that."""
    return replied(
        case, desk, replace(mail, text="", attachments=()), f"{unread_words(id, why)} Who wrote it: {proof}."
    )


def unread_words(id: str, why: str) -> str:
    """Where the mail is, and what the owner can do."""
    return (
        f"This mail could not be read ({why}). It lies in quarantine under {id}, and nothing of it was passed on or done. "
        f"Until an administrator puts it through the door again (postcase quarantine retry {id}), ask the sender to "
        f"write anew."
    )


def held(case: Case, desk: Desk, mail: Mail, why: str, until: datetime) -> Wish:
    return _notice("held", case, desk, mail, {"why": why, "until": until})


def received(mail: Mail, desk: Desk) -> Wish:
    """To a stranger: his mail has come, and not a word about the case that he wrote to."""
    facts: Facts = {"subject": bare(mail.subject, desk.case_word)}
    return Wish("received", mail.sender, Audience.CUSTOMER, facts, answers=mail.message_id, apart=True)


def unproven(case: Case, engineer: Engineer, mail: Mail, words: str) -> Wish:
    facts = {"sender": mail.sender, "files": tuple(file.name for file in mail.attachments), "days": DAYS}
    return _to_engineer("unproven", case, engineer.address, mail, facts, words)


def refused(case: Case, engineer: Engineer, mail: Mail, why: str, words: str) -> Wish:
    return _to_engineer("refused", case, engineer.address, mail, {"why": why}, words)


def receipt(
    case: Case, engineer: Engineer, mail: Mail, done: list[str], text: str = "", about: tuple[int, ...] = ()
) -> Wish:
    """`text`: what went to the customer, where the engineer has not seen it yet. `about`: the cases it lists."""
    facts: Facts = {"done": done, "status": str(case.status), "undo_until": None, "text": text, "numbered": bool(about)}
    return replace(_to_engineer("receipt", case, engineer.address, mail, facts), about=about)


def work_list(book: Case, engineer: Engineer, facts: Facts, about: tuple[int, ...]) -> Wish:
    return replace(_to_engineer("worklist", book, engineer.address, None, facts), about=about)


def report(book: Case, engineer: Engineer, facts: Facts) -> Wish:
    return _to_engineer("report", book, engineer.address, None, {**facts, "reader": engineer.name})


def with_way_back(wish: Wish, until: datetime) -> Wish:
    """A receipt says until when its orders can be taken back."""
    return replace(wish, facts={**wish.facts, "undo_until": until}) if wish.letter == "receipt" else wish


def undelivered(case: Case, desk: Desk, letter: str, recipient: Address, error: str) -> Wish:
    facts = {"letter": letter, "recipient": recipient, "error": error}
    return _to_engineer("undelivered", case, owner_of(case, desk).address, None, facts)


def delayed(case: Case, desk: Desk, letter: Letter, since: datetime) -> Wish:
    facts = {"letter": letter.name, "recipient": letter.to, "error": letter.error, "since": since}
    return _to_engineer("delayed", case, owner_of(case, desk).address, None, facts)


def silenced(case: Case, desk: Desk, who: Address, why: str, happened: str) -> Wish:
    """Somebody gets no automatic letters: `happened` is "complaint", now, or "unasked", when a reminder was due."""
    facts = {"recipient": who, "why": why, "happened": happened}
    return _to_engineer("silenced", case, owner_of(case, desk).address, None, facts)


def held_back_until(wish: Wish, case: Case, desk: Desk, now: datetime) -> datetime | None:
    """A notice goes out in support hours only: the moment at which they begin, None when it may go at once."""
    opens = desk.opens(case.severity, now)
    return opens if wish.letter in NOTICES and opens > now else None


def owner_of(case: Case, desk: Desk) -> Engineer:
    """The engineer responsible for the case; if he has left the desk, the lead."""
    return desk.engineer(case.owner) or lead_of(desk)


def _to_customer(
    letter: str,
    case: Case,
    *,
    answers: str = "",
    facts: Facts | None = None,
    words: str = "",
    in_name_of: str = "",
    starts: str = "",
) -> Wish:
    return Wish(
        letter,
        to=case.customer,
        audience=Audience.CUSTOMER,
        facts=facts or {},
        words=words,
        answers=answers or _latest(case, case.customer),
        references=_thread(case, case.customer),
        in_name_of=in_name_of,
        starts=starts,
    )


def _also_read_by(case: Case) -> tuple[Address, ...]:
    """To whom an answer goes beside the customer; where there is none, it goes to nobody."""
    return case.others if case.customer.address else ()


def _notice(letter: str, case: Case, desk: Desk, mail: Mail, facts: Facts) -> Wish:
    """A person's mail, shown to the owner with everything that came with it."""
    owner = owner_of(case, desk).address
    return Wish(
        letter,
        to=owner,
        audience=Audience.ENGINEER,
        facts={"sender": mail.sender, **facts},
        words=mail.text,
        attachments=mail.attachments,
        answers=mail.message_id,
        references=_thread(case, owner),
        in_name_of=mail.sender.name or mail.sender.address,
    )


def _to_engineer(letter: str, case: Case, to: Address, mail: Mail | None, facts: Facts, words: str = "") -> Wish:
    return Wish(
        letter,
        to=to,
        audience=Audience.ENGINEER,
        facts=facts,
        words=words,
        answers=mail.message_id if mail else "",
        references=_thread(case, to),
    )


def _to_staff(letter: str, case: Case, staff: Staff, facts: Facts, words: str) -> Wish:
    to = staff.address
    return Wish(letter, to, Audience.STAFF, facts, words, answers=_latest(case, to), references=_thread(case, to))


def _thread(case: Case, reader: Address) -> tuple[str, ...]:
    """The ids this reader's mail client can hang the letter on: the root, then what he had from us or wrote himself."""
    if case.book:
        return ()  # what lies in it has nothing to do with each other
    papers = [(letter.paper, letter.message_id) for letter in case.letters if letter.to.same_as(reader)]
    papers += [(message.paper, message.message_id) for message in case.messages if message.sender.same_as(reader)]
    ids = [message_id for _, message_id in sorted(papers) if message_id and message_id != case.root]
    return tuple(([case.root] if case.root else []) + ids[-THREAD:])


def _latest(case: Case, reader: Address) -> str:
    """The last mail this reader wrote or had, which a letter to him answers; "" when there is none with an id."""
    return next(reversed(_thread(case, reader)), "")
