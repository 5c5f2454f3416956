"""Which keys does config.toml have? Their kind, default and meaning; docs/config.md is printed from here."""

from __future__ import annotations

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
    max_mail_size: kind.Size = key("A larger mail goes to quarantine; of it only the headers are read.", "50MB")


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
    folder: kind.Line = key("The folder new mail comes into.", "INBOX")
    processed: kind.Line = key(
        "The folder a mail is moved to once its case is on disk. Made when it is missing.", "Processed"
    )
    quarantine: kind.Line = key(
        "The folder a mail is moved to that could not be processed. Made when it is missing.", "Quarantine"
    )
    poll: kind.Duration = key("How often to look for mail where the server has no IDLE.", "30s")
    ca_file: kind.File = key(
        "Certificates to trust instead of the system's, in PEM form.", None, otherwise="the certificates of the system"
    )
    timeout: kind.Duration = key("How long the server may take for one answer.", "60s")


class Smtp(Login):
    """The server that sends our letters. Leave out `username` and password where it asks for none."""

    host: kind.Host = key("The SMTP server.")
    port: kind.Port = key("Its port.", None, otherwise='465, 587 when `tls` is "starttls", 25 when it is "none"')
    tls: kind.Tls = key(
        'How the connection is encrypted; "none" sends password and letters for all to read.', "implicit"
    )
    username: kind.Line = key("The login name.", None, otherwise="no login")
    ca_file: kind.File = key(
        "Certificates to trust instead of the system's, in PEM form.", None, otherwise="the certificates of the system"
    )
    timeout: kind.Duration = key("How long the server may take for one answer.", "60s")
    give_up_after: kind.Duration = key(
        "How long a letter is tried again, from its first attempt on, before it has failed.", "5d"
    )


class Lmtp(Table):
    """A door for a mail server on this machine: mail comes at once, without IMAP. Without the section it is shut."""

    listen: kind.Listen = key("Where to wait for the mail server.")


class Hours(Table):
    """The support hours in which waits are counted."""

    always: kind.Always = key("Support around the clock; nothing else is in this version.", True)


class Lifecycle(Table):
    """How long the desk waits for a silent customer. A wait begins when the SMTP server has taken our letter."""

    remind_after: kind.Duration = key("From the engineer's answer to the first reminder.", "3d")
    remind_again_after: kind.Duration = key("From the first reminder to the second.", "3d")
    close_after: kind.Duration = key("From the second reminder to the close of the case.", "3d")
    outage_after: kind.Duration = key(
        "A longer gap in reading the mailboxes counts as our own outage: that time counts in no wait.", "15m"
    )


class Guard(Table):
    """Whom the desk believes, and how much it answers at most."""

    trusted_authserv: list[kind.Authserv] = key(
        "Your mail servers, by the name they write into Authentication-Results. In this version engineers are known "
        "by the tokens in our letters to them alone.",
        [],
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


class Letters(Table):
    """Letters in your own words."""

    folder: kind.Folder = key(
        "A folder with templates of your own; a letter that is not in it keeps our text.", None, otherwise="our texts"
    )


class Document(Table):
    """The whole file. A section with defaults for all of its keys may be left out."""

    desk: Desk
    mailbox: list[Mailbox] = []
    smtp: Smtp
    lmtp: Lmtp | None = None
    hours: Hours = Hours.model_validate({})
    lifecycle: Lifecycle = Lifecycle.model_validate({})
    guard: Guard = Guard.model_validate({})
    engineer: list[Engineer] = []
    letters: Letters = Letters.model_validate({})


SECTIONS: dict[str, type[Table]] = {
    "desk": Desk,
    "mailbox": Mailbox,
    "smtp": Smtp,
    "lmtp": Lmtp,
    "hours": Hours,
    "lifecycle": Lifecycle,
    "guard": Guard,
    "engineer": Engineer,
    "letters": Letters,
}
REPEATED = ("mailbox", "engineer")


def keys(section: str) -> dict[str, FieldInfo]:
    """The keys of a section in the order to tell them: its own, then the places of the password."""
    fields = SECTIONS[section].model_fields
    return dict(sorted(fields.items(), key=lambda field: field[0] in Login.model_fields))
