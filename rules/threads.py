"""Which case is meant? Our own token first, then ids of stored mails, then the number in the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.calendar_answers import case_invited_to
from rules.case import Case, Letter
from rules.desk import Desk
from rules.keys import Keys
from rules.mail import Mail
from rules.subject_tag import numbers_in
from rules.tokens import Token, dated, own_token, tokens_in


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says about the case it belongs to; the shell looks these up in the store."""

    tokens: tuple[Token, ...] = ()
    ids: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    echo: Token | None = None  # the mail's own Message-ID is one of ours
    invited: int = 0  # the case to whose meeting a calendar says yes or no


@dataclass(frozen=True, slots=True)
class Known:
    """What the store found for the clues."""

    cases: Mapping[int, Case] = field(default_factory=dict)
    numbers_by_id: Mapping[str, int] = field(default_factory=dict)
    follow_ups: Mapping[int, int] = field(default_factory=dict)  # closed case -> the open case that follows it


@dataclass(frozen=True, slots=True)
class Match:
    """The case a mail belongs to, how we know, and which letter of ours it demonstrably answers."""

    case: Case | None = None
    evidence: str = "names no case"
    answers: Letter | None = None  # a letter whose token the mail shows; sealed for `answers.to`
    echo: bool = False  # a letter of ours that came back to us
    by_number: bool = False  # the number in the subject is all there is, and anybody can write that
    instead_of: int = 0  # the closed case the mail named, when its open follow-up takes the mail


def clues_of(mail: Mail, desk: Desk) -> Clues:
    return Clues(
        tokens=tokens_in(mail, desk),
        ids=(*mail.parents, *([mail.bounce.original_message_id] if mail.bounce else ())),
        numbers=numbers_in(mail.subject, desk.case_word),
        echo=own_token(mail, desk),
        invited=case_invited_to(mail, desk),
    )


def match(mail: Mail, clues: Clues, known: Known, keys: Keys) -> Match:
    """The first clue that holds wins; a token that was not sealed by us is no clue."""
    found = (
        _by_echo(clues, known, keys)
        or _by_token(clues, known, keys)
        or _by_stored_id(clues, known)
        or _by_invitation(clues, known)
        or _by_number(mail, clues, known)
        or Match(evidence=_why_none(clues))
    )
    if found.answers is None and (why := _distrusted(clues, known, keys)):
        found = replace(found, evidence=f"{found.evidence}; {why}")
    reports = mail.bounce or mail.complaint  # these belong to the letter they speak of
    return found if reports else _follow(_apart(found, mail, known), known)


def _by_echo(clues: Clues, known: Known, keys: Keys) -> Match | None:
    if clues.echo and (letter := _sealed_letter(clues.echo, known, keys)):
        return Match(known.cases[clues.echo.number], "is a letter of ours that came back", letter, echo=True)
    return None


def _by_token(clues: Clues, known: Known, keys: Keys) -> Match | None:
    for token in clues.tokens:
        if letter := _sealed_letter(token, known, keys):
            evidence = f"answers our {letter.name} letter (paper {letter.paper}) by its token"
            return Match(known.cases[token.number], evidence, letter)
    return None


def _by_stored_id(clues: Clues, known: Known) -> Match | None:
    for parent in clues.ids:
        case = known.cases.get(known.numbers_by_id.get(parent, 0))
        if case:
            return Match(case, f"answers the stored mail <{parent}>")
    return None


def _by_invitation(clues: Clues, known: Known) -> Match | None:
    """What a calendar shows of it is no secret: it counts as little as a number in the subject."""
    case = known.cases.get(clues.invited)
    return Match(case, f"answers the invitation to a meeting of case {case.number}", by_number=True) if case else None


def _by_number(mail: Mail, clues: Clues, known: Known) -> Match | None:
    """The case the sender belongs to, if the subject names several; else the first that exists."""
    named = [known.cases[number] for number in clues.numbers if number in known.cases]
    if not named:
        return None
    case = next((case for case in named if case.has_participant(mail.sender)), named[0])
    return Match(case, f"names case {case.number} in its subject", by_number=True)


def _apart(found: Match, mail: Mail, known: Known) -> Match:
    """A stranger whose mails to this case have become a case of his own: the mail belongs there."""
    own = known.cases.get(found.case.made_of(mail.sender)) if found.case and not found.echo else None
    if found.case is None or own is None:
        return found
    return Match(own, f"{found.evidence}; what this sender wrote to case {found.case.number} is case {own.number}")


def _follow(found: Match, known: Known) -> Match:
    """A closed case whose follow-up is open already: the mail belongs there."""
    if found.case is None or not found.case.closed or found.echo:
        return found
    successor = known.cases.get(known.follow_ups.get(found.case.number, 0))
    if successor is None:
        return found
    evidence = f"{found.evidence}; case {found.case.number} is closed, case {successor.number} follows it"
    return replace(found, case=successor, evidence=evidence, instead_of=found.case.number)


def _sealed_letter(token: Token, known: Known, keys: Keys) -> Letter | None:
    case = known.cases.get(token.number)
    letter = case.letter(token.paper) if case else None
    key = keys.believed(letter.key) if letter else None
    return letter if letter and key and token.is_for(letter.to, dated(key.secret, letter.created_at)) else None


def _distrusted(clues: Clues, known: Known, keys: Keys) -> str:
    """A token that would be good, if its key were not revoked."""
    for token in clues.tokens:
        case = known.cases.get(token.number)
        letter = case.letter(token.paper) if case else None
        if letter and keys.key(letter.key) and keys.believed(letter.key) is None:
            return f"its token is sealed with key {letter.key}, which is revoked"
    return ""


def _why_none(clues: Clues) -> str:
    if clues.tokens:
        return "shows a token that was not sealed by this desk"
    if clues.numbers:
        return f"names case {clues.numbers[0]}, which does not exist"
    return "names no case"
