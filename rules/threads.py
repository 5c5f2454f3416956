"""Which case is meant? Our own token first, then ids of stored mails, then the number in the subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rules.calendar_answers import case_invited_to
from rules.case import Audience, Case, Letter, Tie
from rules.desk import Desk
from rules.keys import Keys
from rules.mail import Address, Mail
from rules.subject_tag import numbers_in
from rules.tokens import Token, dated, own_token, tokens_in

MOST_STEPS = 100  # from the case a mail names to the one in which its matter goes on


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
    instead_of: int = 0  # the closed case the mail named, when another one takes the mail
    because: str = ""  # what became of that case, as "is closed"
    named: Case | None = None  # that case, if it goes on in this one: what was said there holds here


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
    return found if reports else _follow(_apart(found, mail, known), known, mail.sender)


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
        moved = (
            next((one.moved_to for one in case.messages if one.message_id == parent and one.moved_to), 0) if case else 0
        )
        if case:
            return Match(known.cases.get(moved, case), f"answers the stored mail <{parent}>")
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


def _follow(found: Match, known: Known, sender: Address) -> Match:
    """A closed case whose matter goes on elsewhere: the mail belongs there, however many steps it is away."""
    if found.case is None or found.echo or _is_about_a_change(found):
        return found
    case, steps = found.case, [found.case.number]
    because = evidence = ""
    while case.closed and (step := _next(case, known, sender)) and step[0].number not in steps:
        then, (why, told) = step
        because = because or why
        evidence += f"; {told}"
        steps.append(then.number)
        case = then
    if case is found.case:
        return found
    named = found.case if found.case.merged_into else None
    return replace(
        found, case=case, evidence=found.evidence + evidence, instead_of=steps[0], because=because, named=named
    )


def _is_about_a_change(found: Match) -> bool:
    """A change has its home where it began: what other teams say of it belongs there, whatever became of that case."""
    by_staff = found.answers is not None and found.answers.audience is Audience.STAFF
    return by_staff and found.case is not None and found.case.home_of > 0


def _next(case: Case, known: Known, sender: Address) -> tuple[Case, tuple[str, str]] | None:
    """The case in which the matter of a closed one goes on, and how that is told in notices and in the history."""
    if into := known.cases.get(case.merged_into):
        return into, ("goes on in this one", f"case {case.number} goes on in case {into.number}")
    for number in duplicates_of(case):
        if (other := open_end(number, known)) and other.has_participant(sender):
            told = f"case {case.number} is a duplicate of case {number}"
            told += f", which goes on in case {other.number}" if other.number != number else ""
            return other, ("is closed as a duplicate of this one", told)
    if heir := known.cases.get(known.follow_ups.get(case.number, 0)):
        return heir, ("is closed", f"case {case.number} is closed, case {heir.number} follows it")
    return None


def open_end(number: int, known: Known) -> Case | None:
    """The open case in which this one goes on, be it itself."""
    steps: set[int] = set()
    while (case := known.cases.get(number)) and case.closed and number not in steps:
        steps.add(number)
        number = case.merged_into or next(iter(duplicates_of(case)), 0) or known.follow_ups.get(number, 0)
    return case if case and not case.closed else None


def duplicates_of(case: Case) -> tuple[int, ...]:
    """Of which cases a closed case is a duplicate."""
    return tuple(link.number for link in case.links if link.tie is Tie.DUPLICATES)


def leads_to(case: Case) -> tuple[int, ...]:
    """The cases that must be known, too, to say where a mail to this one belongs."""
    if not case.closed:
        return ()
    return (*((case.merged_into,) if case.merged_into else ()), *duplicates_of(case))


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


def moved_to(cases: Iterable[Case], clues: Clues) -> set[int]:
    """The cases that mails which are answered have become."""
    return {one.moved_to for case in cases for one in case.messages if one.moved_to and one.message_id in clues.ids}
