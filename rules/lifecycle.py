"""What may happen to a case, and what becomes of it? One table; docs/lifecycle.md and its picture are drawn from it.

Read a row as: when the case is in STATE and EVENT happens, it goes to NEXT, LETTER is written, and when the SMTP server has taken
that letter the wait for the customer begins; its length is the key TIMER in the section [lifecycle] of config.toml. Every event
ends the wait before it (STOP), except where the row says that it RUNS_ON as if nothing had happened, or that it is HELD.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.case import Status

WITH_ENGINEER = Status.WITH_ENGINEER
WITH_CUSTOMER = Status.WITH_CUSTOMER
REMINDED_ONCE = Status.REMINDED_ONCE
REMINDED_TWICE = Status.REMINDED_TWICE
ESCALATED = Status.ESCALATED
CLOSED = Status.CLOSED


class Event(StrEnum):
    """Everything that can happen to a case, in words for the history and the docs."""

    CUSTOMER_WROTE = "the customer wrote"
    CUSTOMER_THANKED = "the customer said no more than thanks"
    CUSTOMER_RESOLVED = "the customer said that it is resolved"
    CUSTOMER_LATER = "the customer needs more time"
    MACHINE_WROTE = "a machine wrote (out-of-office, bounce, robot)"
    STRANGER_WROTE = "a stranger wrote"
    MAIL_UNREAD = "a mail that could not be read lies in quarantine"
    ENGINEER_ANSWERED = "an engineer answered"
    ENGINEER_CLOSED = "an engineer closed the case"
    ENGINEER_MERGED = "an engineer let the case go on in another one"
    ENGINEER_SPLIT = "an engineer made a case of its own of a mail"
    ENGINEER_NOTED = "an engineer left a note, asked for help or said when he is away"
    ENGINEER_SET = "an engineer set severity, product or owner"
    ENGINEER_WAITS = "an engineer waits for the customer, for as long as he said"
    ENGINEER_KEEPS = "an engineer keeps the case, and no wait runs"
    ENGINEER_INVITED = "an engineer invited the customer to a meeting"
    ENGINEER_CALLED_OFF = "an engineer called a meeting off"
    ENGINEER_UNDID = "an engineer took back what he had ordered"
    ENGINEER_ADMITTED = "an engineer let a stranger in"
    ENGINEER_REFUSED = "an engineer kept a stranger out"
    ENGINEER_UNPROVEN = "a mail in an engineer's name came without proof"
    ENGINEER_ESCALATED = "an engineer asked Development"
    ENGINEER_CONSULTED = "an engineer answered Development"
    STAFF_WROTE = "Development wrote"
    STAFF_FOUND = "Development has found out what it is"
    CHANGE_WENT_ON = "the change that the case waits for went on"
    CHANGE_DECLINED = "the change that the case waits for was declined"
    CHANGE_RELEASED = "the customer gets the change that the case waits for"
    CHANGE_BACK = "the change is released, and the rest is the engineer's"
    HELD_TOO_LONG = "nobody said in time what becomes of a stranger's mail"
    ENGINEER_CONFIRMED = "an engineer confirmed such a mail"
    SILENCE = "the customer was silent for the whole wait"
    UNDELIVERABLE = "a letter to the customer cannot be delivered"
    DELAYED = "a letter to the customer is delayed"
    COMPLAINED = "the customer complained of a letter as unwanted"
    UNASKED = "the wait is over, but the customer gets no automatic letters"


@dataclass(frozen=True, slots=True)
class Row:
    state: Status
    event: Event
    next: Status
    letter: str  # the template; "" when nothing is written
    timer: str  # the key in [lifecycle] of the wait that begins; STOP or RUNS_ON when none does
    remark: str = ""


STOP = ""
RUNS_ON = "runs on"
HELD = "held"  # a wait that hangs on this very letter begins once its server would have given up; any other runs on
FOLLOWED = "while an open case follows this one, the mail counts there"
LINKED = f"opens a new, linked case; {FOLLOWED}"
UNLINKED = f"opens a case of its own, not linked; {FOLLOWED}"
AS_BEFORE = "and it is as it was before the order"
OURS = "a reply like any other: it is our turn, whatever time he takes"
NAMED = "or until the day he named"
MEETING = "the wait begins when the meeting is over"
OF_ITS_OWN = "the mail becomes a case of its own"
WITHOUT = "a customer without maintenance gets `withheld`"
NO_WAIT = "it asks nothing of him, unless /wait says so"
DONE = "then the mail counts, as if it had come with proof"
NEVER = "cannot happen: no wait is running"

TABLE = (
    #   when the case is and this happens         it becomes       letter         timer
    Row(WITH_ENGINEER,  Event.CUSTOMER_WROTE,     WITH_ENGINEER,   "replied",     STOP),
    Row(WITH_ENGINEER,  Event.CUSTOMER_THANKED,   WITH_ENGINEER,   "replied",     STOP),
    Row(WITH_ENGINEER,  Event.CUSTOMER_RESOLVED,  CLOSED,          "closed",      STOP),
    Row(WITH_ENGINEER,  Event.CUSTOMER_LATER,     WITH_ENGINEER,   "replied",     STOP, OURS),
    Row(WITH_ENGINEER,  Event.MACHINE_WROTE,      WITH_ENGINEER,   "",            RUNS_ON),
    Row(WITH_ENGINEER,  Event.STRANGER_WROTE,     WITH_ENGINEER,   "held",        RUNS_ON),
    Row(WITH_ENGINEER,  Event.MAIL_UNREAD,        WITH_ENGINEER,   "replied",     STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_ANSWERED,  WITH_CUSTOMER,   "relay",       "remind_after"),
    Row(WITH_ENGINEER,  Event.ENGINEER_CLOSED,    CLOSED,          "closed",      STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_MERGED,    CLOSED,          "merged",      STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_SPLIT,     WITH_ENGINEER,  "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(WITH_ENGINEER,  Event.ENGINEER_NOTED,     WITH_ENGINEER,   "receipt",     RUNS_ON),
    Row(WITH_ENGINEER,  Event.ENGINEER_SET,       WITH_ENGINEER,   "receipt",     RUNS_ON),
    Row(WITH_ENGINEER,  Event.ENGINEER_WAITS,     WITH_CUSTOMER,   "receipt",     "remind_after"),
    Row(WITH_ENGINEER,  Event.ENGINEER_KEEPS,     WITH_ENGINEER,   "receipt",     STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_INVITED,    WITH_CUSTOMER,   "meeting",     "remind_after", MEETING),
    Row(WITH_ENGINEER,  Event.ENGINEER_CALLED_OFF, WITH_ENGINEER,   "meeting",     STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_UNDID,     WITH_ENGINEER,   "receipt",     RUNS_ON, AS_BEFORE),
    Row(WITH_ENGINEER,  Event.ENGINEER_ADMITTED,  WITH_ENGINEER,   "receipt",     STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_REFUSED,    WITH_ENGINEER,   "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(WITH_ENGINEER,  Event.ENGINEER_UNPROVEN,  WITH_ENGINEER,   "unproven",    RUNS_ON),
    Row(WITH_ENGINEER,  Event.ENGINEER_ESCALATED, ESCALATED,      "escalated",   STOP),
    Row(WITH_ENGINEER,  Event.ENGINEER_CONSULTED, ESCALATED,      "consulted",   STOP),
    Row(WITH_ENGINEER,  Event.STAFF_WROTE,        WITH_ENGINEER,  "advice",      RUNS_ON),
    Row(WITH_ENGINEER,  Event.STAFF_FOUND,        WITH_ENGINEER,  "advice",      RUNS_ON),
    Row(WITH_ENGINEER,  Event.CHANGE_WENT_ON,     WITH_ENGINEER,  "change-notice", RUNS_ON),
    Row(WITH_ENGINEER,  Event.CHANGE_DECLINED,    WITH_ENGINEER,  "change-notice", RUNS_ON),
    Row(WITH_ENGINEER,  Event.CHANGE_RELEASED,    WITH_CUSTOMER,   "released",    "remind_after"),
    Row(WITH_ENGINEER,  Event.CHANGE_BACK,        WITH_ENGINEER,  "change-notice", RUNS_ON, WITHOUT),
    Row(WITH_ENGINEER,  Event.HELD_TOO_LONG,       WITH_ENGINEER,   "",            RUNS_ON, OF_ITS_OWN),
    Row(WITH_ENGINEER,  Event.ENGINEER_CONFIRMED, WITH_ENGINEER,   "receipt",     RUNS_ON, DONE),
    Row(WITH_ENGINEER,  Event.SILENCE,            WITH_ENGINEER,   "",            STOP, NEVER),
    Row(WITH_ENGINEER,  Event.UNDELIVERABLE,      WITH_ENGINEER,   "undelivered", STOP),
    Row(WITH_ENGINEER,  Event.DELAYED,            WITH_ENGINEER,   "",            RUNS_ON, "no wait hangs on it"),
    Row(WITH_ENGINEER,  Event.COMPLAINED,         WITH_ENGINEER,   "silenced",    STOP),
    Row(WITH_ENGINEER,  Event.UNASKED,            WITH_ENGINEER,   "",            STOP, NEVER),

    Row(WITH_CUSTOMER,  Event.CUSTOMER_WROTE,     WITH_ENGINEER,   "replied",     STOP),
    Row(WITH_CUSTOMER,  Event.CUSTOMER_THANKED,   WITH_ENGINEER,   "replied",     STOP),
    Row(WITH_CUSTOMER,  Event.CUSTOMER_RESOLVED,  CLOSED,          "closed",      STOP),
    Row(WITH_CUSTOMER,  Event.CUSTOMER_LATER,     WITH_CUSTOMER,   "more-time",   "remind_after", NAMED),
    Row(WITH_CUSTOMER,  Event.MACHINE_WROTE,      WITH_CUSTOMER,   "",            RUNS_ON),
    Row(WITH_CUSTOMER,  Event.STRANGER_WROTE,     WITH_CUSTOMER,   "held",        RUNS_ON),
    Row(WITH_CUSTOMER,  Event.MAIL_UNREAD,        WITH_ENGINEER,   "replied",     STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_ANSWERED,  WITH_CUSTOMER,   "relay",       "remind_after"),
    Row(WITH_CUSTOMER,  Event.ENGINEER_CLOSED,    CLOSED,          "closed",      STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_MERGED,    CLOSED,          "merged",      STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_SPLIT,     WITH_CUSTOMER,  "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(WITH_CUSTOMER,  Event.ENGINEER_NOTED,     WITH_CUSTOMER,   "receipt",     RUNS_ON),
    Row(WITH_CUSTOMER,  Event.ENGINEER_SET,       WITH_CUSTOMER,   "receipt",     RUNS_ON),
    Row(WITH_CUSTOMER,  Event.ENGINEER_WAITS,     WITH_CUSTOMER,   "receipt",     "remind_after"),
    Row(WITH_CUSTOMER,  Event.ENGINEER_KEEPS,     WITH_ENGINEER,   "receipt",     STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_INVITED,    WITH_CUSTOMER,   "meeting",     "remind_after", MEETING),
    Row(WITH_CUSTOMER,  Event.ENGINEER_CALLED_OFF, WITH_ENGINEER,   "meeting",     STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_UNDID,     WITH_CUSTOMER,   "receipt",     RUNS_ON, AS_BEFORE),
    Row(WITH_CUSTOMER,  Event.ENGINEER_ADMITTED,  WITH_ENGINEER,   "receipt",     STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_REFUSED,    WITH_CUSTOMER,   "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(WITH_CUSTOMER,  Event.ENGINEER_UNPROVEN,  WITH_CUSTOMER,   "unproven",    RUNS_ON),
    Row(WITH_CUSTOMER,  Event.ENGINEER_ESCALATED, ESCALATED,      "escalated",   STOP),
    Row(WITH_CUSTOMER,  Event.ENGINEER_CONSULTED, WITH_CUSTOMER,  "consulted",   RUNS_ON),
    Row(WITH_CUSTOMER,  Event.STAFF_WROTE,        WITH_CUSTOMER,  "advice",      RUNS_ON),
    Row(WITH_CUSTOMER,  Event.STAFF_FOUND,        WITH_CUSTOMER,  "advice",      RUNS_ON),
    Row(WITH_CUSTOMER,  Event.CHANGE_WENT_ON,     WITH_CUSTOMER,  "change-notice", RUNS_ON),
    Row(WITH_CUSTOMER,  Event.CHANGE_DECLINED,    WITH_CUSTOMER,  "change-notice", RUNS_ON),
    Row(WITH_CUSTOMER,  Event.CHANGE_RELEASED,    WITH_CUSTOMER,   "released",    "remind_after"),
    Row(WITH_CUSTOMER,  Event.CHANGE_BACK,        WITH_CUSTOMER,  "change-notice", RUNS_ON, WITHOUT),
    Row(WITH_CUSTOMER,  Event.HELD_TOO_LONG,       WITH_CUSTOMER,   "",            RUNS_ON, OF_ITS_OWN),
    Row(WITH_CUSTOMER,  Event.ENGINEER_CONFIRMED, WITH_CUSTOMER,   "receipt",     RUNS_ON, DONE),
    Row(WITH_CUSTOMER,  Event.SILENCE,            REMINDED_ONCE,   "reminder",    "remind_again_after"),
    Row(WITH_CUSTOMER,  Event.UNDELIVERABLE,      WITH_ENGINEER,   "undelivered", STOP),
    Row(WITH_CUSTOMER,  Event.DELAYED,            WITH_CUSTOMER,   "",            HELD),
    Row(WITH_CUSTOMER,  Event.COMPLAINED,         WITH_ENGINEER,   "silenced",    STOP),
    Row(WITH_CUSTOMER,  Event.UNASKED,            WITH_ENGINEER,   "silenced",    STOP),

    Row(REMINDED_ONCE,  Event.CUSTOMER_WROTE,     WITH_ENGINEER,   "replied",     STOP),
    Row(REMINDED_ONCE,  Event.CUSTOMER_THANKED,   WITH_ENGINEER,   "replied",     STOP),
    Row(REMINDED_ONCE,  Event.CUSTOMER_RESOLVED,  CLOSED,          "closed",      STOP),
    Row(REMINDED_ONCE,  Event.CUSTOMER_LATER,     WITH_CUSTOMER,   "more-time",   "remind_after", NAMED),
    Row(REMINDED_ONCE,  Event.MACHINE_WROTE,      REMINDED_ONCE,   "",            RUNS_ON),
    Row(REMINDED_ONCE,  Event.STRANGER_WROTE,     REMINDED_ONCE,   "held",        RUNS_ON),
    Row(REMINDED_ONCE,  Event.MAIL_UNREAD,        WITH_ENGINEER,   "replied",     STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_ANSWERED,  WITH_CUSTOMER,   "relay",       "remind_after"),
    Row(REMINDED_ONCE,  Event.ENGINEER_CLOSED,    CLOSED,          "closed",      STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_MERGED,    CLOSED,          "merged",      STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_SPLIT,     REMINDED_ONCE,  "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(REMINDED_ONCE,  Event.ENGINEER_NOTED,     REMINDED_ONCE,   "receipt",     RUNS_ON),
    Row(REMINDED_ONCE,  Event.ENGINEER_SET,       REMINDED_ONCE,   "receipt",     RUNS_ON),
    Row(REMINDED_ONCE,  Event.ENGINEER_WAITS,     WITH_CUSTOMER,   "receipt",     "remind_after"),
    Row(REMINDED_ONCE,  Event.ENGINEER_KEEPS,     WITH_ENGINEER,   "receipt",     STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_INVITED,    WITH_CUSTOMER,   "meeting",     "remind_after", MEETING),
    Row(REMINDED_ONCE,  Event.ENGINEER_CALLED_OFF, WITH_ENGINEER,   "meeting",     STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_UNDID,     REMINDED_ONCE,   "receipt",     RUNS_ON, AS_BEFORE),
    Row(REMINDED_ONCE,  Event.ENGINEER_ADMITTED,  WITH_ENGINEER,   "receipt",     STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_REFUSED,    REMINDED_ONCE,   "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(REMINDED_ONCE,  Event.ENGINEER_UNPROVEN,  REMINDED_ONCE,   "unproven",    RUNS_ON),
    Row(REMINDED_ONCE,  Event.ENGINEER_ESCALATED, ESCALATED,      "escalated",   STOP),
    Row(REMINDED_ONCE,  Event.ENGINEER_CONSULTED, REMINDED_ONCE,  "consulted",   RUNS_ON),
    Row(REMINDED_ONCE,  Event.STAFF_WROTE,        REMINDED_ONCE,  "advice",      RUNS_ON),
    Row(REMINDED_ONCE,  Event.STAFF_FOUND,        REMINDED_ONCE,  "advice",      RUNS_ON),
    Row(REMINDED_ONCE,  Event.CHANGE_WENT_ON,     REMINDED_ONCE,  "change-notice", RUNS_ON),
    Row(REMINDED_ONCE,  Event.CHANGE_DECLINED,    REMINDED_ONCE,  "change-notice", RUNS_ON),
    Row(REMINDED_ONCE,  Event.CHANGE_RELEASED,    WITH_CUSTOMER,   "released",    "remind_after"),
    Row(REMINDED_ONCE,  Event.CHANGE_BACK,        REMINDED_ONCE,  "change-notice", RUNS_ON, WITHOUT),
    Row(REMINDED_ONCE,  Event.HELD_TOO_LONG,       REMINDED_ONCE,   "",            RUNS_ON, OF_ITS_OWN),
    Row(REMINDED_ONCE,  Event.ENGINEER_CONFIRMED, REMINDED_ONCE,   "receipt",     RUNS_ON, DONE),
    Row(REMINDED_ONCE,  Event.SILENCE,            REMINDED_TWICE,  "reminder",    "close_after"),
    Row(REMINDED_ONCE,  Event.UNDELIVERABLE,      WITH_ENGINEER,   "undelivered", STOP),
    Row(REMINDED_ONCE,  Event.DELAYED,            REMINDED_ONCE,   "",            HELD),
    Row(REMINDED_ONCE,  Event.COMPLAINED,         WITH_ENGINEER,   "silenced",    STOP),
    Row(REMINDED_ONCE,  Event.UNASKED,            WITH_ENGINEER,   "silenced",    STOP),

    Row(REMINDED_TWICE, Event.CUSTOMER_WROTE,     WITH_ENGINEER,   "replied",     STOP),
    Row(REMINDED_TWICE, Event.CUSTOMER_THANKED,   WITH_ENGINEER,   "replied",     STOP),
    Row(REMINDED_TWICE, Event.CUSTOMER_RESOLVED,  CLOSED,          "closed",      STOP),
    Row(REMINDED_TWICE, Event.CUSTOMER_LATER,     WITH_CUSTOMER,   "more-time",   "remind_after", NAMED),
    Row(REMINDED_TWICE, Event.MACHINE_WROTE,      REMINDED_TWICE,  "",            RUNS_ON),
    Row(REMINDED_TWICE, Event.STRANGER_WROTE,     REMINDED_TWICE,  "held",        RUNS_ON),
    Row(REMINDED_TWICE, Event.MAIL_UNREAD,        WITH_ENGINEER,   "replied",     STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_ANSWERED,  WITH_CUSTOMER,   "relay",       "remind_after"),
    Row(REMINDED_TWICE, Event.ENGINEER_CLOSED,    CLOSED,          "closed",      STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_MERGED,    CLOSED,          "merged",      STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_SPLIT,     REMINDED_TWICE, "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(REMINDED_TWICE, Event.ENGINEER_NOTED,     REMINDED_TWICE,  "receipt",     RUNS_ON),
    Row(REMINDED_TWICE, Event.ENGINEER_SET,       REMINDED_TWICE,  "receipt",     RUNS_ON),
    Row(REMINDED_TWICE, Event.ENGINEER_WAITS,     WITH_CUSTOMER,   "receipt",     "remind_after"),
    Row(REMINDED_TWICE, Event.ENGINEER_KEEPS,     WITH_ENGINEER,   "receipt",     STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_INVITED,    WITH_CUSTOMER,   "meeting",     "remind_after", MEETING),
    Row(REMINDED_TWICE, Event.ENGINEER_CALLED_OFF, WITH_ENGINEER,   "meeting",     STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_UNDID,     REMINDED_TWICE,  "receipt",     RUNS_ON, AS_BEFORE),
    Row(REMINDED_TWICE, Event.ENGINEER_ADMITTED,  WITH_ENGINEER,   "receipt",     STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_REFUSED,    REMINDED_TWICE,  "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(REMINDED_TWICE, Event.ENGINEER_UNPROVEN,  REMINDED_TWICE,  "unproven",    RUNS_ON),
    Row(REMINDED_TWICE, Event.ENGINEER_ESCALATED, ESCALATED,      "escalated",   STOP),
    Row(REMINDED_TWICE, Event.ENGINEER_CONSULTED, REMINDED_TWICE, "consulted",   RUNS_ON),
    Row(REMINDED_TWICE, Event.STAFF_WROTE,        REMINDED_TWICE, "advice",      RUNS_ON),
    Row(REMINDED_TWICE, Event.STAFF_FOUND,        REMINDED_TWICE, "advice",      RUNS_ON),
    Row(REMINDED_TWICE, Event.CHANGE_WENT_ON,     REMINDED_TWICE, "change-notice", RUNS_ON),
    Row(REMINDED_TWICE, Event.CHANGE_DECLINED,    REMINDED_TWICE, "change-notice", RUNS_ON),
    Row(REMINDED_TWICE, Event.CHANGE_RELEASED,    WITH_CUSTOMER,   "released",    "remind_after"),
    Row(REMINDED_TWICE, Event.CHANGE_BACK,        REMINDED_TWICE, "change-notice", RUNS_ON, WITHOUT),
    Row(REMINDED_TWICE, Event.HELD_TOO_LONG,       REMINDED_TWICE,  "",            RUNS_ON, OF_ITS_OWN),
    Row(REMINDED_TWICE, Event.ENGINEER_CONFIRMED, REMINDED_TWICE,  "receipt",     RUNS_ON, DONE),
    Row(REMINDED_TWICE, Event.SILENCE,            CLOSED,          "closed",      STOP),
    Row(REMINDED_TWICE, Event.UNDELIVERABLE,      WITH_ENGINEER,   "undelivered", STOP),
    Row(REMINDED_TWICE, Event.DELAYED,            REMINDED_TWICE,  "",            HELD),
    Row(REMINDED_TWICE, Event.COMPLAINED,         WITH_ENGINEER,   "silenced",    STOP),
    Row(REMINDED_TWICE, Event.UNASKED,            WITH_ENGINEER,   "silenced",    STOP),

    # It is with Development: whatever the customer does or does not do, no time runs out for him; who asks him says /wait.
    Row(ESCALATED,      Event.CUSTOMER_WROTE,     ESCALATED,       "replied",     STOP),
    Row(ESCALATED,      Event.CUSTOMER_THANKED,   ESCALATED,       "replied",     STOP),
    Row(ESCALATED,      Event.CUSTOMER_RESOLVED,  CLOSED,          "closed",      STOP),
    Row(ESCALATED,      Event.CUSTOMER_LATER,     ESCALATED,       "replied",     STOP, OURS),
    Row(ESCALATED,      Event.MACHINE_WROTE,      ESCALATED,       "",            RUNS_ON),
    Row(ESCALATED,      Event.STRANGER_WROTE,     ESCALATED,       "held",        RUNS_ON),
    Row(ESCALATED,      Event.MAIL_UNREAD,        ESCALATED,       "replied",     STOP),
    Row(ESCALATED,      Event.ENGINEER_ANSWERED,  ESCALATED,       "relay",       STOP, NO_WAIT),
    Row(ESCALATED,      Event.ENGINEER_CLOSED,    CLOSED,          "closed",      STOP),
    Row(ESCALATED,      Event.ENGINEER_MERGED,    CLOSED,          "merged",      STOP),
    Row(ESCALATED,      Event.ENGINEER_SPLIT,     ESCALATED,      "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(ESCALATED,      Event.ENGINEER_NOTED,     ESCALATED,       "receipt",     RUNS_ON),
    Row(ESCALATED,      Event.ENGINEER_SET,       ESCALATED,       "receipt",     RUNS_ON),
    Row(ESCALATED,      Event.ENGINEER_WAITS,     WITH_CUSTOMER,   "receipt",     "remind_after"),
    Row(ESCALATED,      Event.ENGINEER_KEEPS,     WITH_ENGINEER,   "receipt",     STOP),
    Row(ESCALATED,      Event.ENGINEER_INVITED,    WITH_CUSTOMER,   "meeting",     "remind_after", MEETING),
    Row(ESCALATED,      Event.ENGINEER_CALLED_OFF, ESCALATED,       "meeting",     STOP),
    Row(ESCALATED,      Event.ENGINEER_UNDID,     ESCALATED,       "receipt",     RUNS_ON, AS_BEFORE),
    Row(ESCALATED,      Event.ENGINEER_ADMITTED,  ESCALATED,       "receipt",     STOP),
    Row(ESCALATED,      Event.ENGINEER_REFUSED,    ESCALATED,       "receipt",     RUNS_ON, OF_ITS_OWN),
    Row(ESCALATED,      Event.ENGINEER_UNPROVEN,  ESCALATED,       "unproven",    RUNS_ON),
    Row(ESCALATED,      Event.ENGINEER_CONFIRMED, ESCALATED,       "receipt",     RUNS_ON, DONE),
    Row(ESCALATED,      Event.ENGINEER_ESCALATED, ESCALATED,       "escalated",   STOP, "the customer hears of it once"),
    Row(ESCALATED,      Event.ENGINEER_CONSULTED, ESCALATED,       "consulted",   RUNS_ON),
    Row(ESCALATED,      Event.STAFF_WROTE,        ESCALATED,       "advice",      RUNS_ON),
    Row(ESCALATED,      Event.STAFF_FOUND,        WITH_ENGINEER,   "advice",      STOP),
    Row(ESCALATED,      Event.CHANGE_WENT_ON,     ESCALATED,      "change-notice", RUNS_ON),
    Row(ESCALATED,      Event.CHANGE_DECLINED,    WITH_ENGINEER,  "change-notice", STOP),
    Row(ESCALATED,      Event.CHANGE_RELEASED,    WITH_CUSTOMER,   "released",    "remind_after"),
    Row(ESCALATED,      Event.CHANGE_BACK,        WITH_ENGINEER,  "change-notice", STOP, WITHOUT),
    Row(ESCALATED,      Event.HELD_TOO_LONG,       ESCALATED,       "",            RUNS_ON, OF_ITS_OWN),
    Row(ESCALATED,      Event.COMPLAINED,         ESCALATED,       "silenced",    RUNS_ON),
    Row(ESCALATED,      Event.UNASKED,            ESCALATED,       "",            STOP, NEVER),
    Row(ESCALATED,      Event.SILENCE,            ESCALATED,       "",            STOP, NEVER),
    Row(ESCALATED,      Event.UNDELIVERABLE,      WITH_ENGINEER,   "undelivered", STOP),
    Row(ESCALATED,      Event.DELAYED,            ESCALATED,       "",            RUNS_ON, "no wait hangs on it"),

    # Closed is final: nothing leads out of it, and what a customer still has to say opens a case of its own.
    Row(CLOSED,         Event.CUSTOMER_WROTE,     CLOSED,          "follow-up",   STOP, LINKED),
    Row(CLOSED,         Event.CUSTOMER_THANKED,   CLOSED,          "",            STOP, "filed"),
    Row(CLOSED,         Event.CUSTOMER_RESOLVED,  CLOSED,          "",            STOP, "filed"),
    Row(CLOSED,         Event.CUSTOMER_LATER,     CLOSED,          "follow-up",   STOP, LINKED),
    Row(CLOSED,         Event.MACHINE_WROTE,      CLOSED,          "",            STOP, "filed"),
    Row(CLOSED,         Event.STRANGER_WROTE,     CLOSED,          "confirmation", STOP, UNLINKED),
    Row(CLOSED,         Event.MAIL_UNREAD,        CLOSED,          "",            STOP, "noted"),
    Row(CLOSED,         Event.ENGINEER_ANSWERED,  CLOSED,          "refused",     STOP, "filed, not relayed"),
    Row(CLOSED,         Event.ENGINEER_CLOSED,    CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_MERGED,    CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_SPLIT,     CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_NOTED,     CLOSED,          "receipt",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_SET,       CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_WAITS,     CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_KEEPS,     CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_INVITED,    CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_CALLED_OFF, CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_UNDID,     CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_ADMITTED,  CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_REFUSED,    CLOSED,          "receipt",     STOP, OF_ITS_OWN),
    Row(CLOSED,         Event.ENGINEER_UNPROVEN,  CLOSED,          "unproven",    STOP, "held"),
    Row(CLOSED,         Event.ENGINEER_ESCALATED, CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.ENGINEER_CONSULTED, CLOSED,          "refused",     STOP, "filed"),
    Row(CLOSED,         Event.STAFF_WROTE,        CLOSED,          "advice",      STOP, "filed"),
    Row(CLOSED,         Event.STAFF_FOUND,        CLOSED,          "advice",      STOP, "filed"),
    Row(CLOSED,         Event.CHANGE_WENT_ON,     CLOSED,          "",            STOP, "noted"),
    Row(CLOSED,         Event.CHANGE_DECLINED,    CLOSED,          "",            STOP, "noted"),
    Row(CLOSED,         Event.CHANGE_RELEASED,    CLOSED,          "released",    STOP, "it stays closed"),
    Row(CLOSED,         Event.CHANGE_BACK,        CLOSED,          "",            STOP, "noted"),
    Row(CLOSED,         Event.HELD_TOO_LONG,       CLOSED,          "",            STOP, OF_ITS_OWN),
    Row(CLOSED,         Event.ENGINEER_CONFIRMED, CLOSED,          "receipt",     STOP, DONE),
    Row(CLOSED,         Event.SILENCE,            CLOSED,          "",            STOP, NEVER),
    Row(CLOSED,         Event.UNDELIVERABLE,      CLOSED,          "undelivered", STOP),
    Row(CLOSED,         Event.DELAYED,            CLOSED,          "",            STOP, "noted"),
    Row(CLOSED,         Event.COMPLAINED,         CLOSED,          "silenced",    STOP),
    Row(CLOSED,         Event.UNASKED,            CLOSED,          "",            STOP, NEVER),
)  # fmt: skip

_ROWS = {(row.state, row.event): row for row in TABLE}


def row_for(state: Status, event: Event) -> Row:
    return _ROWS[state, event]
