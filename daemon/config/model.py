"""Which keys does config.toml have? Their kind, default and meaning; docs/config.md is printed from here."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from daemon.config import kinds as kind


def key(meaning: str, default: Any = ..., *, otherwise: str = "") -> Any:
    """A key; required without a default. Defaults stand as in the file; `otherwise` says what None leads to."""
    required_or_open = default is ... or default is None
    shown: JsonDict = {"otherwise": otherwise}
    return Field(default, description=meaning, validate_default=not required_or_open, json_schema_extra=shown)


class Table(BaseModel):
    """One section: nothing unknown in it, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Desk(Table):
    """The support address itself."""

    name: kind.Name = key("The name customers see as the sender of letters.")
    address: kind.Address = key("The address customers write to; letters come from it.")
    data: kind.Folder = key(
        "The folder of the embedded store: cases, mails and letters. It is made when it is missing."
    )
    store: kind.Store = key(
        "Reserved for a PostgreSQL store; this version refuses it.", None, otherwise="the embedded store in `data`"
    )
    aliases: list[kind.Address] = key(
        "Other addresses whose mail reaches this desk, so that it knows itself in them.", []
    )
    language: kind.Language = key("The language of letters.", "en")
    timezone: kind.Timezone = key("The time zone in which letters and lists state times.", "UTC")
    case_word: kind.CaseWord = key("The word in the tag of every subject: `[Case #10042]`.", "Case")
    first_number: kind.FirstNumber = key("The number of the first case; no new case gets a lower one.", 10001)
    subaddress: kind.Subaddress = key(
        'With "+", replies come to support+TOKEN@example.com, which proves who answers even when a mail client '
        "loses the thread. Only for mail servers that deliver user+detail to user.",
        "",
    )
    meeting_link: kind.Link = key(
        "Where engineers meet customers and share their screens, for `/meet`; `{number}` in it is that of the case.",
        None,
        otherwise="invitations name no place",
    )
    max_mail_size: kind.Size = key("A larger mail goes to quarantine; of it only the headers are read.", "50MB")


# What every server is asked for in the same words.
EXPIRES = partial(key, "The last day of this password: two weeks before it the desk says so.", None, otherwise="never")
CERTIFICATES = partial(
    key, "Certificates to trust instead of the system's, in PEM form.", None, otherwise="the certificates of the system"
)
TIMEOUT = partial(key, "How long the server may take for one answer.", "60s")


class Login(Table):
    """The five places a password can come from; of these keys exactly one is used."""

    password: kind.Password = key("The password itself. Then keep the file from other users: `chmod 640`.", None)
    password_file: kind.PasswordFile = key("A file with the password in its first line.", None)
    password_env: kind.Environment = key("An environment variable that holds the password.", None)
    password_command: kind.Command = key(
        "A command that prints the password in its first line; it runs without a shell.", None
    )
    password_credential: kind.Credential = key(
        "The name of a systemd credential: `LoadCredential=NAME:FILE` in the unit.", None
    )


class Mailbox(Login):
    """A folder on an IMAP server that mail is taken from. Repeat the section for more of them."""

    host: kind.Host = key("The IMAP server.")
    port: kind.Port = key("Its port.", None, otherwise='993, or 143 when `tls` is "starttls" or "none"')
    tls: kind.Tls = key('How the connection is encrypted; "none" sends password and mail for all to read.', "implicit")
    username: kind.Line = key("The login name.")
    password_expires: kind.Day = EXPIRES()
    folder: kind.Line = key("The folder new mail comes into.", "INBOX")
    processed: kind.Line = key(
        "The folder a mail is moved to once its case is on disk. Made when it is missing.", "Processed"
    )
    quarantine: kind.Line = key(
        "The folder a mail is moved to that could not be processed. Made when it is missing.", "Quarantine"
    )
    poll: kind.Duration = key("How often to look for mail where the server has no IDLE, or none that works.", "30s")
    ca_file: kind.File = CERTIFICATES()
    timeout: kind.Duration = TIMEOUT()


class Smtp(Login):
    """The server that sends our letters. Leave out `username` and password where it asks for none."""

    host: kind.Host = key("The SMTP server.")
    port: kind.Port = key("Its port.", None, otherwise='465, 587 when `tls` is "starttls", 25 when it is "none"')
    tls: kind.Tls = key(
        'How the connection is encrypted; "none" sends password and letters for all to read.', "implicit"
    )
    username: kind.Line = key("The login name.", None, otherwise="no login")
    password_expires: kind.Day = EXPIRES()
    ca_file: kind.File = CERTIFICATES()
    timeout: kind.Duration = TIMEOUT()
    give_up_after: kind.Duration = key(
        "How long a letter is tried again, from its first attempt on, before it has failed.", "5d"
    )


class Lmtp(Table):
    """A door for a mail server on this machine: mail comes at once, without IMAP. Without the section it is shut."""

    listen: kind.Listen = key("Where to wait for the mail server.")


class Hours(Table):
    """The support hours in which waits are counted, and reminders, closings and notices go out."""

    always: kind.Flag = key("Support around the clock.", None, otherwise="true when there are no `days`")
    days: list[kind.Openings] = key("The hours of the week, in the time zone of the desk.", [])
    holidays: list[kind.Holiday] = key(
        "Days without support: those of a country or a part of it, single days, days of every year.", []
    )


class Lifecycle(Table):
    """How long the desk waits for a silent customer. A wait begins when the SMTP server has taken our letter."""

    remind_after: kind.SupportTime = key("From the engineer's answer to the first reminder.", "3d")
    remind_again_after: kind.SupportTime = key("From the first reminder to the second.", "3d")
    close_after: kind.SupportTime = key("From the second reminder to the close of the case.", "3d")
    longest_wait: kind.SupportTime = key("The longest wait that a customer can ask for, from his mail on.", "90d")
    outage_after: kind.Duration = key(
        "A longer gap in reading the mailboxes counts as our own outage: that time counts in no wait. "
        "After any gap nobody is reminded for so long at least.",
        "15m",
    )


class Triage(Table):
    """How severities are told, beside the rules."""

    default: kind.Severity = key("The severity of a case about which nothing else is found.", "C")
    shipped_rules: kind.Flag = key("Ask the rules shipped with the desk (`rules/severity_rules.py`) as well.", True)
    inside: list[kind.Domain] = key(
        "Mail domains of your own company: what is written from there is severity D.",
        None,
        otherwise="the domains of the engineers",
    )
    warn_at: kind.Percent = key("So much of a response target has passed when its owner is warned, in percent.", 75)


class Severity(Table):
    """A severity as you publish it. Repeat the section for A, B, C and D; one that is left out keeps our definition."""

    letter: kind.Severity = key("Which one.")
    name: kind.Words = key("Its name in letters.")
    meaning: kind.Words = key("What it means, as customers read it in the confirmation.")
    first_answer: kind.SupportTime = key("The first answer is promised within this time.", None, otherwise="no promise")
    next_answer: kind.SupportTime = key(
        "Any further answer is promised within this time of the customer's.", None, otherwise="no promise"
    )
    acknowledge_within: kind.SupportTime = key(
        "Its owner must have answered in some way within this time, or the next engineer gets the case, then the lead.",
        None,
        otherwise="no need to",
    )
    always: kind.Flag = key("Such cases are worked on around the clock.", False)
    days: list[kind.Openings] = key("Hours of its own.", [])
    weight: kind.Weight = key("How heavy such a case is for an engineer.", None, otherwise="8, 4, 2, 1 for A, B, C, D")
    urgent: kind.Flag = key(
        "Is handed to a colleague when its owner is away.", None, otherwise="true for A and B, false for C and D"
    )


class SeverityRule(Table):
    """A rule of your own, asked before ours, in the order of the file. All keys that are there must apply."""

    severity: kind.Severity = key("What it finds.")
    name: kind.Name = key("What `postcase why` calls it.")
    phrases: list[kind.Phrase] = key("One of these must be said in subject or text.", [])
    together_with: list[kind.Phrase] = key("And one of these in the same sentence.", [])
    unless: list[kind.Phrase] = key("But none of these anywhere.", [])
    patterns: list[kind.Pattern] = key("One of these regular expressions must match subject or text.", [])
    senders: list[kind.Sender] = key("One of these must have written.", [])
    products: list[kind.Name] = key("It must be about one of these products.", [])


class Product(Table):
    """Something you support. Repeat the section."""

    name: kind.Name = key("Its name.")
    aliases: list[kind.Name] = key("Former names and nicknames, as customers write them.", [])
    skills: list[kind.Name] = key("What an engineer must know to get its cases.", [])
    addresses: list[kind.Address] = key("Addresses of the desk at which all mail is about it.", [])


class Organisation(Table):
    """A customer with more than one person. Customers you do not list are served too. Repeat the section."""

    name: kind.Name = key("Its name.")
    domains: list[kind.Domain] = key("Its mail domains; those below them count as well.", [])
    addresses: list[kind.Address] = key("People of it whose addresses are elsewhere.", [])
    contacts: list[kind.Address] = key("The people you know there by name.", [])
    maintenance_until: kind.Day = key("The last day of its maintenance contract.", None, otherwise="no maintenance")
    sales: kind.Address = key("Its sales representative.", None, otherwise="nobody")
    severity: kind.Severity = key("Agreed on for all of its cases.", None, otherwise="found by the rules")
    severity_floor: kind.Severity = key("None of its cases is milder than this.", None, otherwise="none")
    severity_cap: kind.Severity = key("None of its cases is worse than this.", None, otherwise="none")
    language: kind.Language = key("The language of letters to it.", None, otherwise="that of the desk")
    timezone: kind.Timezone = key("The time zone in which it is told times.", None, otherwise="that of the desk")
    colleagues: kind.Flag = key("Everybody of it takes part in the cases of the others.", True)


class Guard(Table):
    """Whom the desk believes, and how much it answers at most."""

    trusted_authserv: list[kind.Authserv] = key(
        "Your mail servers, by the name they write at the beginning of Authentication-Results. Where the topmost of "
        "these headers is theirs and says that DMARC or DKIM passed for the very domain of the sender, he is proven.",
        [],
    )
    hold_strangers: kind.SupportTime = key(
        "How long a stranger's mail to a case is held for the owner, who says /admit or /refuse; then it becomes a case of "
        "its own.",
        "2d",
    )
    confirmations_per_address_per_hour: kind.Count = key("Confirmations to one address in an hour at most.", 30)
    confirmations_per_address_per_day: kind.Count = key("Confirmations to one address in a day at most.", 100)
    confirmations_per_domain_per_hour: kind.Count = key("Confirmations to one mail domain in an hour at most.", 1000)
    confirmations_per_hour: kind.Count = key("Confirmations in all in an hour at most.", 3000)


class Engineer(Table):
    """Somebody who answers cases. Repeat the section, once for each."""

    name: kind.Name = key("The name customers see beside the desk's.")
    address: kind.Address = key("The address the engineer reads and writes with.")
    skills: list[kind.Name] = key("What the engineer knows: words of your own choice.", [])
    hours: list[kind.Openings] = key("When the engineer works; `[]` is in all support hours.", [])
    timezone: kind.Timezone = key(
        "Of these hours, and of the days of absence; all support hours are those of the desk.",
        None,
        otherwise="that of the desk",
    )
    away: list[kind.Away] = key("Days on which the engineer is away. By mail: `/away`.", [])
    meeting_link: kind.Link = key(
        "Where this engineer meets customers; `{number}` in it is that of the case.", None, otherwise="that of the desk"
    )
    capacity: kind.Weight = key("The weight of open cases that the engineer can carry at once.", 20)
    lead: kind.Flag = key(
        "Gets what nobody else can take, and is told of late answers. One engineer can be the lead.",
        None,
        otherwise="true for the first one if nobody is",
    )


class Staff(Table):
    """Somebody of another team, whom engineers ask for help by `/escalate`. Repeat the section, once for each."""

    name: kind.Name = key("The name engineers see.")
    address: kind.Address = key("The address the desk asks, and is answered from.")
    teams: list[kind.Team] = key(
        "Development is asked by `/escalate development`; all weigh what `/escalate maintenance` proposes."
    )
    products: list[kind.Name] = key(
        "The products to ask about: names of `[[product]]`. Who names none is asked where nobody else is named.", []
    )
    weight: kind.Weight = key("How often this person's `/vote` counts; an engineer's counts once.", 1)


class Escalation(Table):
    """How changes to products are released."""

    release_after: kind.Duration = key(
        "How long the letters of a `/release` wait before they go out; until then `/undo` takes it back.", "15m"
    )


class Letters(Table):
    """Letters in your own words."""

    folder: kind.Folder = key(
        "A folder with templates of your own; a letter that is not in it keeps our text.", None, otherwise="our texts"
    )
    answers: kind.Folder = key(
        "A folder with canned answers, `LANGUAGE/NAME.txt`; an engineer sends one by `/use NAME`.",
        None,
        otherwise="no canned answers",
    )
    work_lists: kind.Flag = key(
        "Whether each engineer gets a list of his open cases every morning, if he has any.", True
    )
    weekly_report: kind.Flag = key(
        "Whether the lead gets the figures of the week with the first list of the next.", True
    )
    signatures: kind.Flag = key(
        "Whether an engineer's own signature, from a line `-- ` on, goes to the customer below his answer.",
        True,
    )


class Alarms(Table):
    """Who hears of it when something is wrong with the desk, by a way that does not depend on its own mail."""

    webhook: kind.Webhook = key("Is sent each alarm as JSON with a `text`.", None, otherwise="no webhook")
    address: kind.Address = key(
        "Gets each alarm by mail, by the server for alarms if there is one, else by that for letters.",
        None,
        otherwise="nobody",
    )
    metrics: kind.File = key("A text file for Prometheus, written anew each minute.", None, otherwise="no such file")
    canary: kind.Duration = key(
        "How often the desk writes to itself, by its SMTP server and its mailbox, to see whether mail comes through.",
        None,
        otherwise="never",
    )
    canary_within: kind.Duration = key("How long such a mail may be on its way.", "15m")
    no_mail_after: kind.SupportTime = key(
        "After so much support time without any mail something must be wrong.", None, otherwise="never"
    )
    letters_after: kind.Duration = key("How long a letter may wait for the SMTP server.", "4h")


class AlarmSmtp(Login):
    """The server that sends alarms: another one than in `[smtp]`, which may be what the alarm is about."""

    host: kind.Host = key("The SMTP server.")
    port: kind.Port = key("Its port.", None, otherwise="as in `[smtp]`: it depends on `tls`")
    tls: kind.Tls = key("How the connection is encrypted.", "implicit")
    username: kind.Line = key("The login name.", None, otherwise="no login")
    ca_file: kind.File = CERTIFICATES()
    timeout: kind.Duration = TIMEOUT()


class Document(Table):
    """The whole file. A section with defaults for all of its keys may be left out."""

    desk: Desk
    mailbox: list[Mailbox] = []
    smtp: Smtp
    lmtp: Lmtp | None = None
    hours: Hours = Hours.model_validate({})
    lifecycle: Lifecycle = Lifecycle.model_validate({})
    triage: Triage = Triage.model_validate({})
    severity: list[Severity] = []
    severity_rule: list[SeverityRule] = []
    product: list[Product] = []
    organisation: list[Organisation] = []
    guard: Guard = Guard.model_validate({})
    engineer: list[Engineer] = []
    staff: list[Staff] = []
    escalation: Escalation = Escalation.model_validate({})
    letters: Letters = Letters.model_validate({})
    alarms: Alarms = Alarms.model_validate({})
    alarm_smtp: AlarmSmtp | None = None


SECTIONS: dict[str, type[Table]] = {
    "desk": Desk,
    "mailbox": Mailbox,
    "smtp": Smtp,
    "lmtp": Lmtp,
    "hours": Hours,
    "lifecycle": Lifecycle,
    "triage": Triage,
    "severity": Severity,
    "severity_rule": SeverityRule,
    "product": Product,
    "organisation": Organisation,
    "guard": Guard,
    "engineer": Engineer,
    "staff": Staff,
    "escalation": Escalation,
    "letters": Letters,
    "alarms": Alarms,
    "alarm_smtp": AlarmSmtp,
}
REPEATED = ("mailbox", "severity", "severity_rule", "product", "organisation", "engineer", "staff")


def keys(section: str) -> dict[str, FieldInfo]:
    """The keys of a section in the order to tell them: its own, then the places of the password."""
    fields = SECTIONS[section].model_fields
    return dict(sorted(fields.items(), key=lambda field: field[0] in Login.model_fields))
