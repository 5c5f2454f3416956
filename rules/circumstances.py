"""What must the rules be told about the world at this moment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.caps import Counts
from rules.case import Case
from rules.confirmation import HeldMail
from rules.inside import Notice
from rules.lookups import Found
from rules.mail import Mail
from rules.workload import Workload


@dataclass(frozen=True, slots=True)
class Circumstances:
    now: datetime
    number: int  # the number a new case would get
    counts: Counts = Counts()  # confirmations lately sent to this sender
    notice: Notice = Notice()  # the letter to an engineer which the mail answers
    workload: Workload = Workload()
    latest: Mail | None = None  # the customer's last mail of the case, for a colleague who takes the case over
    found: Found = Found()  # what the orders of an engineer's mail name
    held: HeldMail | None = None  # the mail that this one confirms
    attached: Mail | None = None  # the only mail that an engineer's mail has as a file
    book: Case | None = None  # of the engineer who wrote, where his mail is about no single case
    past: bool = False  # the mail is older than the desk: filed on request, never answered
