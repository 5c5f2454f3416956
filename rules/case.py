"""What do we know about one customer's problem? The case, with every paper in its folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from rules.keys import FIRST
from rules.mail import NOBODY, Address, Kind


class Status(StrEnum):
    """Whose turn it is; the names are part of the outer contract."""

    WITH_ENGINEER = "with_engineer"
    WITH_CUSTOMER = "with_customer"
    REMINDED_ONCE = "reminded_once"
    REMINDED_TWICE = "reminded_twice"
    ESCALATED = "escalated"
    CLOSED = "closed"


class Role(StrEnum):
    """As whom somebody wrote to a case, or reads it."""

    CUSTOMER = "customer"
    PARTICIPANT = "participant"
    ENGINEER = "engineer"
    STAFF = "staff"  # of another team
    STRANGER = "stranger"
    MACHINE = "machine"
    DESK = "desk"


OUTSIDE = frozenset((Role.CUSTOMER, Role.PARTICIPANT))  # people of the customer's side


class Audience(StrEnum):
    """For whose eyes a letter is written: inside stays inside."""

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    STAFF = "staff"

    @property
    def inside(self) -> bool:
        """Somebody who works for us reads it."""
        return self is not Audience.CUSTOMER


class Post(StrEnum):
    """How far a letter has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # overtaken before it went out: a reminder to somebody who has just answered


@dataclass(frozen=True, slots=True)
class Message:
    """One received mail, filed on the case."""

    paper: int  # running number of the papers of a case, letters included: the file is 0001-in.eml
    at: datetime  # when the desk took it in
    sender: Address
    role: Role
    kind: Kind
    subject: str
    message_id: str
    fingerprint: str
    file: str
    held: str = ""  # why it is held back for the owner; "" when it is not
    proof: str = ""  # what ties the sender to the role
    forged: bool = False  # held because a mail server that we trust says that the sender is another one
    moved_to: int = 0  # the case that was made of it


@dataclass(frozen=True, slots=True)
class Letter:
    """One outgoing mail of the desk; its bytes are made once and lie in `file`."""

    paper: int
    name: str  # confirmation, reminder, relay ...: the X-Postcase-Letter header
    to: Address
    audience: Audience
    subject: str
    message_id: str
    file: str
    created_at: datetime
    post: Post = Post.WAITING
    attempts: int = 0
    next_attempt: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""  # the last answer of the SMTP server when it was not yes
    first_attempt: datetime | None = None  # that a server answered, and not with yes; None: no server has been asked
    key: int = FIRST  # the number of the key its token is sealed with
    about: tuple[int, ...] = ()  # the cases that it lists, by their places


@dataclass(frozen=True, slots=True)
class Timer:
    """How long we wait for the customer. It counts from the moment the SMTP server took the letter that asks him."""

    wait: str  # the key in [lifecycle]: remind_after, remind_again_after, close_after
    letter: int  # paper number of the letter that starts it
    since: datetime | None = None  # None: the letter is not out yet, nothing counts
    due: datetime | None = None
    until: datetime | None = None  # asked for: the wait ends then, whatever [lifecycle] says
    delayed: datetime | None = None  # when a mail server first told that the letter is on its way still


@dataclass(frozen=True, slots=True)
class Target:
    """Until when the desk has promised to answer."""

    kind: str  # the key of [[severity]]: first_answer, next_answer
    since: datetime
    due: datetime
    next: datetime | None  # when somebody must be told next; None: everybody has been
    told: str = ""  # "", "warned" (the owner), "broken" (the lead as well)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Until when the owner of a critical case must have answered, in whatever way; then the next engineer gets it."""

    due: datetime
    asked: tuple[str, ...]  # the addresses of those who had the case so far, the present owner the last


@dataclass(frozen=True, slots=True)
class Hold:
    """Until when the owner may say what becomes of a stranger's mail; then it is a case of its own."""

    paper: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the case's history: what happened, which rule answered, on what evidence."""

    at: datetime
    event: str
    rule: str
    evidence: str = ""
    by: str = ""  # who, when it was somebody


def stamp(moment: datetime) -> str:
    """A moment in the evidence of an entry: in UTC, to the second; people are shown it in the zone of the desk."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


class Tie(StrEnum):
    """How two cases hang together."""

    FOLLOWS = "follows"  # this case was opened by an answer to that closed one
    RELATED = "related to"  # an engineer says that they belong together
    DUPLICATES = "duplicates"  # closed, as that one is about the same
    DUPLICATED_BY = "duplicated by"
    MERGED_INTO = "merged into"  # it goes on within that one
    TAKES_IN = "takes in"
    SPLIT_FROM = "split from"  # it began as a mail of that one
    SPLIT_INTO = "split into"


@dataclass(frozen=True, slots=True)
class Link:
    number: int
    tie: Tie


@dataclass(frozen=True, slots=True)
class Meeting:
    """An appointment with the customer, as the latest invitation has it; kept when it is over or called off."""

    number: int  # among the meetings of the case
    starts: datetime
    ends: datetime
    title: str  # "": the subject of the case
    link: str
    by: Address  # the engineer who said so last
    changes: int = 0  # RFC 5545, section 3.8.7.4: SEQUENCE
    called_off: bool = False


class Stage(StrEnum):
    """How far an escalated case has come."""

    DEVELOPMENT = "development"
    QUEUE = "maintenance queue"
    QA = "QA"
    RELEASED = "released"


class Diagnosis(StrEnum):
    """What Development has found out."""

    BUG = "bug"
    NOT_A_BUG = "not a bug"
    NEEDS_INFO = "needs info"


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom an engineer has asked for help, or for which change the case waits; the case stays his."""

    stage: Stage
    since: datetime
    asked: tuple[Address, ...] = ()
    diagnosis: Diagnosis | None = None
    change: int = 0  # the number of the change


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The fields of a case that orders of engineers change."""

    status: Status
    severity: str
    product: str
    owner: Address
    customer: Address
    participants: tuple[Address, ...] = ()
    watchers: tuple[Address, ...] = ()
    organisation: str = ""
    language: str = ""
    timezone: str = ""
    timer: Timer | None = None
    target: Target | None = None
    acknowledgement: Acknowledgement | None = None
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back from the last orders of an engineer (rules/undo.py)."""

    paper: int  # the mail with the orders
    by: str  # the key of the engineer's address
    until: datetime
    before: Snapshot
    after: Snapshot
    withdrawn: tuple[Letter, ...] = ()  # by the orders, as they were


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, and by when."""

    status: Status
    timer: Timer | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Merger:
    """What was before one case went on within another, so that it can be taken back (rules/merging.py)."""

    at: datetime
    by: str  # the key of the engineer's address
    before: Turn  # of the case that went
    acknowledgement: Acknowledgement | None
    withdrawn: tuple[Letter, ...]  # of its letters that nobody needs any more, as they were
    other_before: Turn  # of the case in which it goes on
    other_after: Turn
    other_withdrawn: tuple[Letter, ...]
    other_papers: int  # it had so many
    joined: tuple[Address, ...]  # who came to take part in it
    links: tuple[Link, ...]  # which it has inherited
    moved: tuple[int, ...]  # papers of the other that had been split off into this case


@dataclass(frozen=True, slots=True)
class Case:
    """One case. A change makes a new value; everything in it is kept in case.json."""

    number: int
    status: Status
    subject: str
    customer: Address
    opened_at: datetime
    owner: Address = NOBODY
    participants: tuple[Address, ...] = ()  # the customer is the first
    watchers: tuple[Address, ...] = ()  # engineers who get what the owner gets
    severity: str = "C"
    product: str = ""
    organisation: str = ""
    language: str = "en"
    timezone: str = ""  # in which its customer is told times; "": that of the desk
    closed_at: datetime | None = None
    closed_as: str = ""  # resolved, duplicate ...: what an engineer said when he closed it
    timer: Timer | None = None
    back: datetime | None = None  # his out-of-office says so: the customer is reminded no earlier
    target: Target | None = None
    acknowledgement: Acknowledgement | None = None
    holds: tuple[Hold, ...] = ()
    papers: int = 0  # papers in the folder so far
    messages: tuple[Message, ...] = ()
    letters: tuple[Letter, ...] = ()
    history: tuple[Entry, ...] = ()
    links: tuple[Link, ...] = ()
    undo: Undo | None = None
    meeting: Meeting | None = None  # the latest
    escalation: Escalation | None = None
    home_of: int = 0  # the change whose letters lie here
    merged_into: int = 0  # the case in which this one goes on; 0: none
    merger: Merger | None = None
    book: bool = False  # no customer's case: here lie the letters to its owner that are about none (rules/book.py)

    @property
    def closed(self) -> bool:
        return self.status is Status.CLOSED

    @property
    def due(self) -> datetime | None:
        return self.timer.due if self.timer else None

    @property
    def others(self) -> tuple[Address, ...]:
        """The participants beside the customer: an answer to him goes to them as well."""
        return tuple(one for one in self.participants if not one.same_as(self.customer))

    def has_participant(self, address: Address) -> bool:
        return any(address.same_as(participant) for participant in self.participants)

    def has_asked(self, address: Address) -> bool:
        """Is this somebody whom an engineer has asked for help?"""
        return any(address.same_as(one) for one in (self.escalation.asked if self.escalation else ()))

    def made_of(self, sender: Address) -> int:
        """The case that what a stranger wrote to this one has become, 0 when there is none: there belongs what he writes now."""
        moved = (one.moved_to for one in reversed(self.messages) if one.moved_to and one.sender.same_as(sender))
        return 0 if self.has_participant(sender) else next(moved, 0)

    def filed_before(self, letter: Letter) -> tuple[Message, ...]:
        """The mails that lay on the case when the letter was written; it is about the last of them, or one of them."""
        return tuple(message for message in self.messages if message.paper < letter.paper)

    def letter(self, paper: int) -> Letter | None:
        return next((letter for letter in self.letters if letter.paper == paper), None)

    @property
    def root(self) -> str:
        """The Message-ID every thread about this case begins with: the mail that opened it."""
        return next((message.message_id for message in self.messages if message.message_id), "")

    def with_entry(self, entry: Entry) -> Case:
        return replace(self, history=(*self.history, entry))

    def with_letter(self, letter: Letter) -> Case:
        """The case with one letter added, or with a newer state of a letter it has."""
        others = tuple(other for other in self.letters if other.paper != letter.paper)
        letters = tuple(sorted((*others, letter), key=lambda one: one.paper))
        return replace(self, letters=letters, papers=max(self.papers, letter.paper))
