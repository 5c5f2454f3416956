"""What does a key of config.toml expect? One row a kind: how it is read, and the words an error asks for it in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic_core import CoreSchema, core_schema

from daemon.config import values as values
from daemon.config.values import WeekPart
from rules import severity
from rules.hours import Absence, Wait

NOUNS = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
QUOTABLE = {str: "the text ", bool: "", int: "the number ", float: "the number "}
LONGEST_QUOTE = 80
CREDENTIALS = re.compile(r"//[^/]*@")  # of a whole address where only its host is expected


@dataclass(frozen=True)
class Kind:
    """How a value is read, and the sentence it is refused with. Pydantic finds it in the annotation of a key."""

    expects: str
    read: Callable[[Any], Any]
    takes: type | tuple[type, ...] = str
    hidden: bool = False  # a password may stand in it: errors never quote it

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.value)

    def value(self, raw: object) -> Any:
        """The value. Errors: ValueError with what was found and expected."""
        if type(raw) not in (self.takes if isinstance(self.takes, tuple) else (self.takes,)):
            raise ValueError(f"found {noun(raw) if self.hidden else described(raw)}, expected {self.expects}")
        try:
            return self.read(raw)
        except ValueError as error:
            found = noun(raw) if self.hidden else quoted(raw)
            hint = f" ({error})" if str(error) else ""
            raise ValueError(f"found {found}, expected {self.expects}{hint}") from None


def noun(raw: object) -> str:
    return NOUNS.get(type(raw), "a date or time")


def described(raw: object) -> str:
    """A value of the wrong type: `the text "143"`, `a list`."""
    return QUOTABLE[type(raw)] + quoted(raw) if type(raw) in QUOTABLE else noun(raw)


def quoted(raw: object) -> str:
    """A value of the file as it may be shown: on one line, not too long, nothing that moves the cursor, no password."""
    if isinstance(raw, bool):
        return str(raw).lower()
    if not isinstance(raw, str):
        return str(raw)[:LONGEST_QUOTE]
    shown = json.dumps(CREDENTIALS.sub("//***@", raw), ensure_ascii=not raw.isprintable())
    return shown if len(shown) <= LONGEST_QUOTE else f'{shown[: LONGEST_QUOTE - 4]}..."'


def choice(*words: str) -> Kind:
    def read(text: str) -> str:
        values.must(text in words)
        return text

    *first, last = (f'"{word}"' for word in words)
    return Kind(" or ".join(filter(None, (", ".join(first), last))), read)


# fmt: off
# What stands in the file                 is read as               and is asked for in these words
Name         = Annotated[str,             Kind("a name on one line, at most 100 characters", values.name)]
Line         = Annotated[str,             Kind("a text on one line", values.line)]
Address      = Annotated[str,             Kind("one mail address such as ann@example.com", values.address)]
Host         = Annotated[str,             Kind("a host name such as mail.example.com, or an IP address", values.host)]
Port         = Annotated[int,             Kind("a whole number from 1 to 65535", values.port, int)]
Tls          = Annotated[Literal["implicit", "starttls", "none"], choice("implicit", "starttls", "none")]
Duration     = Annotated[timedelta,       Kind('a time such as "3d", "4h", "15m" or "90s"', values.duration)]
Size         = Annotated[int,             Kind('a size such as "50MB" or "800KB"', values.size)]
Language     = Annotated[str,             choice("en", "de")]
Timezone     = Annotated[str,             Kind('the name of a time zone such as "Europe/Berlin"', values.timezone)]
CaseWord     = Annotated[str,             Kind('one word such as "Case": letters, digits, hyphens', values.case_word)]
FirstNumber  = Annotated[int,             Kind("a whole number from 1 to 999999999", values.first_number, int)]
Count        = Annotated[int,             Kind("a whole number from 1 to 1000000", values.count, int)]
Subaddress   = Annotated[str,             choice("+", "")]
Flag         = Annotated[bool,            Kind("true or false", values.flag, bool)]
SupportTime  = Annotated[Wait,            Kind('a time such as "3d", "4h", "15m" or "90s"', values.support_time)]
Openings     = Annotated[WeekPart,        Kind('days and hours such as "Mon-Fri 09:00-17:30"', values.opening)]
Holiday      = Annotated[str,             Kind('a country ("DE", "DE-BY") or a day ("2026-12-24", "12-24")', values.holiday)]
Away         = Annotated[Absence,         Kind('a day such as "2026-12-24", or "2026-12-01 2026-12-05"', values.away)]
Day          = Annotated[date,            Kind('a day such as "2027-03-31"', values.day, (str, date))]
Severity     = Annotated[str,             choice("A", "B", "C", "D")]
Team         = Annotated[Literal["development", "qa", "product management", "sales"],
                                          choice("development", "qa", "product management", "sales")]
Words        = Annotated[dict[str, str],  Kind('a text, or { en = "...", de = "..." }', values.words, (str, dict))]
Weight       = Annotated[int,             Kind("a whole number from 1 to 1000", values.weight, int)]
Percent      = Annotated[int,             Kind("a whole number from 1 to 99", values.percent, int)]
Domain       = Annotated[str,             Kind("a mail domain such as customer.example", values.mail_domain)]
Sender       = Annotated[str,             Kind('an address such as boss@example.com or "*@example.com"', values.sender)]
Phrase       = Annotated[str,             Kind('a phrase such as "server ... down", see rules/phrases.py', values.phrase)]
Pattern      = Annotated[severity.Pattern, Kind("a regular expression as RE2 knows it", values.pattern)]
Listen       = Annotated[tuple[str, int] | Path,
                                          Kind('host and port such as "127.0.0.1:10024", or a socket such as '
                                               '"/run/postcase/lmtp.sock"', values.listen)]
Link         = Annotated[str,             Kind('a link such as "https://meet.example.com/{number}"', values.link)]
Webhook      = Annotated[str,             Kind('a web address such as "https://chat.example.com/a"', values.webhook, hidden=True)]
Authserv     = Annotated[str,             Kind("the name of a mail server such as mx.example.com", values.authserv)]
Folder       = Annotated[Path,            Kind("a folder: /var/lib/postcase, or one beside this file", values.path)]
File         = Annotated[Path,            Kind("a file: /etc/ssl/ca.pem, or one beside this file", values.path)]
PasswordFile = Annotated[Path,            Kind("a file with the password in its first line", values.path, hidden=True)]
Password     = Annotated[str,             Kind("a password on one line", values.line, hidden=True)]
Environment  = Annotated[str,             Kind("an environment variable's name", values.environment_name, hidden=True)]
Command      = Annotated[str,             Kind("a command with its arguments", values.command, hidden=True)]
Credential   = Annotated[str,             Kind("the name of a systemd credential", values.credential, hidden=True)]
Store        = Annotated[str,             Kind("no such key, only `data`", values.refused_store, hidden=True)]
# fmt: on
