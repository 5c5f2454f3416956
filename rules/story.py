"""What have both sides said so far? The history of a case, from public mails only, as the desk quotes it itself.

Customers get it below an engineer's answer, other teams and colleagues who take a case over below its notice. Notes, orders,
held mails and what machines wrote are no part of it, and nothing is taken from what a mail client quotes: from each mail only
the words that were new in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rules.case import OUTSIDE, Audience, Case, Post
from rules.mail import Kind

MOST = 5  # mails
_NEWEST = 4_000  # characters of the newest one
_OLDER = 1_000  # of each of the others
_SPOKEN = frozenset(("relay", "closed", "meeting"))  # letters in which an engineer may speak


@dataclass(frozen=True, slots=True)
class Said:
    """The new words of one mail."""

    at: datetime
    who: str
    words: str


def public_papers(case: Case) -> tuple[str, ...]:
    """The files of the mails that both sides know, the newest first; a few more than are shown, as some hold no words."""
    mails = [
        (one.paper, one.file)
        for one in case.messages
        if one.role in OUTSIDE and one.kind is Kind.PERSON and not one.held and not one.moved_to
    ]
    letters = [
        (one.paper, one.file)
        for one in case.letters
        if one.name in _SPOKEN and one.audience is Audience.CUSTOMER and one.to.same_as(case.customer)
        if one.post in (Post.SENT, Post.WAITING)
    ]
    return tuple(file for _, file in sorted((*mails, *letters), reverse=True)[: MOST + 3])


def story(said: Iterable[Said]) -> tuple[Said, ...]:
    """What is quoted of it: the newest mail nearly whole, the older ones shortened."""
    spoken = [one for one in said if one.words.strip()][:MOST]
    rooms = (_NEWEST, *[_OLDER] * MOST)
    return tuple(Said(one.at, one.who, _cut(one.words.strip(), room)) for one, room in zip(spoken, rooms, strict=False))


def _cut(words: str, room: int) -> str:
    return words if len(words) <= room else f"{words[:room].rsplit(None, 1)[0]} [...]"


def facts(said: Iterable[Said]) -> list[dict[str, object]]:
    """For a template: each with `at`, `who`, `words`."""
    return [{"at": one.at, "who": one.who, "words": one.words} for one in said]
