"""What shall be done? The new state of one case, the letters the desk wishes to send, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.case import Audience, Case
from rules.change import Change
from rules.hours import Absence
from rules.mail import Address, Attachment
from rules.silenced import Silenced


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting, as the calendar of one reader gets it (RFC 5546); the desk is its organizer."""

    method: str  # REQUEST, CANCEL
    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    title: str
    link: str
    guests: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A letter the rules want sent; the shell makes its bytes, once, and keeps those."""

    letter: str  # the template, and the X-Postcase-Letter header
    to: Address
    audience: Audience
    facts: Mapping[str, object] = field(default_factory=dict)  # what the template may name beside case, desk and owner
    words: str = ""  # a person's words that the letter carries: the engineer's answer, the customer's mail
    html: str = ""  # the page the words were taken from; what it says beside them goes nowhere
    attachments: tuple[Attachment, ...] = ()
    answers: str = ""  # Message-ID that goes to In-Reply-To: the mail this letter answers
    references: tuple[str, ...] = ()  # the rest of the thread, oldest first (RFC 5322, section 3.6.4)
    in_name_of: str = ""  # the person shown before the desk's name in From
    apart: bool = False  # nothing in the letter may show that there is a case: no tag, no number, no token
    starts: str = ""  # the key in [lifecycle] whose wait begins when the SMTP server has taken this letter
    invitation: Invitation | None = None  # for the reader's calendar
    not_before: datetime | None = None  # it waits in the outbox until then
    about: tuple[int, ...] = ()  # the cases that it lists; an answer can name them by their places
    until: datetime | None = None  # when that wait ends, if somebody has asked for it; None: as [lifecycle] says

    @property
    def done(self) -> list[str]:
        """The sentences of a receipt."""
        found = self.facts.get("done")
        return [str(one) for one in found] if isinstance(found, list) else []

    def with_done(self, *sentences: str) -> Wish:
        """A receipt that says this, and nothing else."""
        return replace(self, facts={**self.facts, "done": [*sentences]})


@dataclass(frozen=True, slots=True)
class Leave:
    """An engineer says when he is away; None: he is back, whatever he said before."""

    engineer: Address
    absence: Absence | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A received mail that lies on one case is filed on another one as well, byte for byte."""

    file: str  # its name among the papers of the case that gets it
    number: int = 0  # the case it lies on; 0: it is the mail that is decided about
    source: str = ""  # its name there


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the rules to one event."""

    case: Case
    wishes: tuple[Wish, ...] = ()
    reason: str = ""
    leave: Leave | None = None
    others: tuple[Decision, ...] = ()  # what the same event does to other cases, committed together with this one
    copies: tuple[Copy, ...] = ()
    changes: tuple[Change, ...] = ()  # new states of changes, committed together with the case
    silenced: Silenced | None = None  # to whom no automatic letters go from now on
    heard: Address | None = None  # a person wrote from an address that no letter reached: it counts again

    @property
    def receipt(self) -> Wish | None:
        """What tells the engineer what was done; None when it is told in another letter, or not at all."""
        return next((wish for wish in self.wishes if wish.letter == "receipt"), None)

    @property
    def unreceipted(self) -> tuple[Wish, ...]:
        """All letters but that."""
        return tuple(wish for wish in self.wishes if wish.letter != "receipt")

    @property
    def why_refused(self) -> str:
        """Why nothing of an engineer's mail was done; "" when it was."""
        return next((str(wish.facts["why"]) for wish in self.wishes if wish.letter == "refused"), "")
