"""What must the rules be told about the world at this moment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.caps import Counts


@dataclass(frozen=True, slots=True)
class Circumstances:
    now: datetime
    number: int  # the number a new case would get
    counts: Counts = Counts()  # confirmations lately sent to this sender
    notice: str = ""  # the text of the letter to an engineer which the mail answers
    past: bool = False  # the mail is older than the desk: filed on request, never answered
