"""How does an engineer get help from Development, and its words back, while the case and the customer stay his?

engineer   /escalate development TEXT          staff       consulted   the case and the text
                                               customer    escalated   in whose hands it is, and who stays his contact
staff      answers consulted                   owner       advice      plain words, or what has been found out
engineer   answers advice                      staff       consulted   never the customer
engineer   closes the case, or takes it back   staff       consulted   it is over
"""

from __future__ import annotations

from dataclasses import replace

from rules import maintenance, wishes
from rules.case import Case, Diagnosis, Escalation, Letter, Stage
from rules.change_spread import Ordered, Scene
from rules.circumstances import Circumstances
from rules.commands import TO_DEVELOPMENT, TO_MAINTENANCE, Orders, escalation_of
from rules.decision import Decision, Wish
from rules.desk import Desk
from rules.handover import standing
from rules.mail import Mail
from rules.people import Engineer
from rules.quotes import answer_of
from rules.setting import OrderError
from rules.staff import CALLED, Staff, Team
from rules.staff_orders import CHANGE_ORDERS, diagnosis_of, help_for_staff

ASKED, ANSWERED = "asked", "answered"  # what a letter to staff is about, besides that it is over


def escalated(case: Case, words: str, mail: Mail, desk: Desk, at: Circumstances, engineer: Engineer) -> Decision:
    """`words`: what follows /escalate. Errors: OrderError when it names no team, or one of which nobody can be asked."""
    whom, said = escalation_of(words)
    if whom == TO_MAINTENANCE:
        return maintenance.escalated(said, mail, Scene(case, desk, at), engineer)
    if whom != TO_DEVELOPMENT:
        raise OrderError(
            f"/escalate {whom}".strip() + f": expected {TO_DEVELOPMENT} and your text, or {TO_MAINTENANCE} and a title"
        )
    staff = desk.asked_about(case.product, Team.DEVELOPMENT)
    if not staff:
        about = f" for {case.product}" if case.product else ""
        raise OrderError(
            f'/escalate {whom}: config.toml names nobody{about}; expected a [[staff]] with "{Team.DEVELOPMENT}" among the teams'
        )
    is_news = case.escalation is None
    waits_for = case.escalation.change if case.escalation else 0  # it still does
    escalation = Escalation(Stage.DEVELOPMENT, at.now, tuple(one.address for one in staff), change=waits_for)
    case = replace(case, escalation=escalation)
    names = ", ".join(one.name for one in staff)
    done = [f"{CALLED[Team.DEVELOPMENT]} is asked: {names}. The case stays yours; what they write comes to you."]
    letters = consultation(case, staff, ASKED, said, mail, desk, at, engineer)
    if is_news and case.customer.address:
        letters += (wishes.escalated(case, Stage.DEVELOPMENT),)
        done.append("The customer has been told that Development has it; no time runs out for him.")
    return Decision(case, (*letters, wishes.receipt(case, engineer, mail, done)), "escalated to Development")


def consulted(case: Case, words: str, mail: Mail, desk: Desk, at: Circumstances, engineer: Engineer) -> Decision:
    """The engineer's answer to those he has asked. Errors: OrderError when nobody of them is left."""
    staff = still_asked(case, desk)
    if not staff:
        raise OrderError("it answers somebody of another team, and nobody who was asked is left; /escalate asks anew")
    return Decision(
        case, consultation(case, staff, ANSWERED, words, mail, desk, at, engineer), "Development is answered"
    )


def consultation(
    case: Case,
    staff: tuple[Staff, ...],
    about: str,
    words: str,
    mail: Mail,
    desk: Desk,
    at: Circumstances,
    engineer: Engineer,
) -> tuple[Wish, ...]:
    """The same letter to each of them; the first one has in it what was said so far, with the files of the last mail."""
    latest = at.latest if about == ASKED else None
    files = (*mail.attachments, *(latest.attachments if latest else ()))
    asked = replace(mail, attachments=files)
    story = at.found.story(case) if about == ASKED else ()
    lines = standing(case, desk, at.now) if about == ASKED else ()
    return tuple(wishes.consulted(case, one, about, words, asked, story, lines, engineer.name) for one in staff)


def staff_wrote(
    case: Case,
    orders: Orders,
    mail: Mail,
    desk: Desk,
    at: Circumstances,
    staff: Staff,
    answers: Letter | None = None,
) -> Decision:
    """Their words go to the owner and to those who watch; the customer never sees them. `answers`: the letter they answer."""
    try:
        if orders.error:
            raise OrderError(orders.error)
        if any(one.row.word in CHANGE_ORDERS for one in orders.orders):
            return maintenance.stepped(orders, Ordered(Scene(case, desk, at), staff, mail), answers)
    except OrderError as error:
        refused = wishes.staff_receipt(case, staff, mail, [], str(error), answer_of(mail.text))
        return Decision(case, (refused,), str(error))
    if orders.has("/help"):
        return Decision(case, (wishes.staff_receipt(case, staff, mail, help_for_staff(), "", ""),), "helped")
    if not orders.words.strip() and not mail.attachments and diagnosis_of(orders) is None:
        why = "there is no text above the quoted letter, and nothing to pass on"
        return Decision(case, (wishes.staff_receipt(case, staff, mail, [], why, ""),), why)
    diagnosis = diagnosis_of(orders)
    if case.escalation and diagnosis:
        case = replace(case, escalation=replace(case.escalation, diagnosis=diagnosis))
    advice = wishes.advice(case, desk, mail, orders.words, staff, diagnosis)
    letters = (advice, *wishes.for_watchers(advice, case, desk))
    if diagnosis:
        said = f"{wishes.owner_of(case, desk).name} has your finding ({diagnosis}); {_next(diagnosis)}"
        letters += (wishes.staff_receipt(case, staff, mail, [said], "", ""),)
    return Decision(case, letters, f"{CALLED[staff.team]} wrote{f': {diagnosis}' if diagnosis else ''}")


def _next(diagnosis: Diagnosis) -> str:
    return {
        Diagnosis.BUG: "support decides what becomes of it.",
        Diagnosis.NOT_A_BUG: "support goes on with the customer.",
        Diagnosis.NEEDS_INFO: "support asks for it and comes back to you.",
    }[diagnosis]


def still_asked(case: Case, desk: Desk) -> tuple[Staff, ...]:
    """Those who were asked about the case and still work for us."""
    found = map(desk.staff_at, case.escalation.asked if case.escalation else ())
    return tuple(one for one in found if one)


def with_end_told(before: Case, decision: Decision, desk: Desk) -> Decision:
    """Whoever was asked for help hears that nobody waits for it any more: the case is closed, or was taken back."""
    case = decision.case
    is_over = case.closed and not before.closed
    taken_back = case.escalation is None
    if not before.escalation or not (is_over or taken_back):
        return decision
    why = f"Case {case.number} is closed." if is_over else f"{wishes.owner_of(case, desk).name} took the question back."
    letters = tuple(wishes.over(case, one, why) for one in still_asked(before, desk))
    return replace(decision, wishes=(*decision.wishes, *letters))
