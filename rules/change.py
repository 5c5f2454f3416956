"""What is a change? Something that Development shall do to a product, for the cases that wait for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rules.case import Entry

MOST_POINTS = 5


class ChangeStage(StrEnum):
    """How far a change has come; the way from one to the next is the table in rules/change_stages.py."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_WORK = "in work"
    IN_QA = "in QA"
    VERIFIED = "verified"
    RELEASED_TO_SOME = "released to some"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"  # no case waits for it any more, and nobody had decided about it


@dataclass(frozen=True, slots=True)
class Vote:
    """How much somebody wants it, from 1 to 5, and how much his voice counts."""

    by: str  # an address, case folded
    points: int
    weight: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """Who got it in which version, and who was told that he does not; addresses of customers, case folded."""

    version: str
    at: datetime
    by: str
    to: tuple[str, ...] = ()  # names of organisations; () all
    got: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The last step, and what it led away from: so long it can be taken back."""

    by: str
    until: datetime
    before: ChangeStage
    after: ChangeStage


@dataclass(frozen=True, slots=True)
class Change:
    """A new state of it is a new value; all of it is kept among the notes of the desk."""

    number: int
    title: str
    product: str
    opened_at: datetime
    home: int  # the case that it began with: there lie the letters about it
    stage: ChangeStage = ChangeStage.PROPOSED
    cases: tuple[int, ...] = ()  # that wait for it
    votes: tuple[Vote, ...] = ()
    history: tuple[Entry, ...] = ()
    step: Step | None = None
    releases: tuple[Release, ...] = ()

    @property
    def got(self) -> frozenset[str]:
        """Every customer who has it."""
        return frozenset(one for release in self.releases for one in release.got)

    @property
    def knows(self) -> frozenset[str]:
        """Every customer who was told that he does not get it, and has not got it since."""
        return frozenset(one for release in self.releases for one in release.withheld) - self.got

    @property
    def priority(self) -> int:
        """The points of all, each as often as the voice counts."""
        return sum(vote.points * vote.weight for vote in self.votes)

    @property
    def is_open(self) -> bool:
        """Somebody still has to do something about it."""
        return self.stage not in (ChangeStage.DECLINED, ChangeStage.WITHDRAWN, ChangeStage.RELEASED)

    def with_vote(self, vote: Vote) -> Change:
        """Everybody has one; a later one replaces it."""
        others = tuple(one for one in self.votes if one.by != vote.by)
        return replace(self, votes=(*others, vote))

    def with_entry(self, entry: Entry) -> Change:
        return replace(self, history=(*self.history, entry))
