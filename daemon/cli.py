"""What may an admin ask on the command line? One function for each command; exit codes are those of sysexits.h."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from daemon import output
from daemon.errors import (
    AlreadyRunning,
    ConfigError,
    DamagedFile,
    OutputRefused,
    PostcaseError,
    StoreForbidden,
    TemporaryError,
)
from daemon.output import say, say_json

if TYPE_CHECKING:
    from daemon.config.settings import Settings
    from daemon.storage.tinydb_store import TinydbStore
    from rules.case import Case

# sysexits.h
EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, EX_IOERR, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = (
    64,
    65,
    66,
    70,
    74,
    75,
    77,
    78,
)

EXIT_CODES = (
    #   what went wrong                        exit code
    (ConfigError,      EX_CONFIG),    # config.toml says something that cannot be done
    (AlreadyRunning,   EX_TEMPFAIL),  # another daemon holds this data
    (StoreForbidden,   EX_NOPERM),    # the data belongs to another user
    (TemporaryError,   EX_TEMPFAIL),  # try again later
    (DamagedFile,      EX_DATAERR),   # a file of the store is not what the desk wrote
    (OutputRefused,    EX_IOERR),     # what we print cannot be written
    (PostcaseError,    EX_SOFTWARE),
)  # fmt: skip

click.UsageError.exit_code = EX_USAGE  # an option, an argument or a command that we do not have; click by itself says 2

Command = Callable[..., None]


def told(command: Command) -> Command:
    """Errors as sentences on stderr with the right exit code; a traceback is for bugs only."""

    @wraps(command)
    def wrapper(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except PostcaseError as error:
            if isinstance(error, OutputRefused):
                output.forget()
            click.echo(str(error), err=True)
            sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
        except BrokenPipeError:  # the reader has what he wanted: `| head`
            output.forget()

    return wrapper


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="postcase", message="postcase %(version)s")
def main() -> None:
    """Postcase turns a support mailbox into a case desk that lives entirely in mail.

    Start with `postcase demo`, then write a config.toml, ask `postcase check` what is wrong with it, and `postcase run`.
    Every command but demo finds the configuration in --config FILE, else in $POSTCASE_CONFIG, ./config.toml or
    /etc/postcase/config.toml.
    """
    output.spare_the_encoding()


def case_number(text: str) -> int:
    """As it stands in a subject, too: #10042."""
    try:
        return int(text.removeprefix("#"))
    except ValueError:
        raise click.BadParameter(f"expected the number of a case such as 10042, found {text!r}") from None


config_option = click.option("--config", "config", metavar="FILE", help="The configuration file.")
json_option = click.option("--json", "as_json", is_flag=True, help="Output for programs.")


@main.command(short_help="Run the daemon.")
@config_option
@click.option("--verbose", is_flag=True, help="Log the small steps as well.")
@told
def run(config: str | None, verbose: bool) -> None:
    """Run the daemon: take mail in, decide, post. Stops cleanly on SIGTERM, reads the configuration anew on SIGHUP.

    Logs to stderr, one line for each thing that happens.

    \b
    Exits with
      0   after a clean stop
      64  the command line is wrong
      65  a file of the data, without which the desk cannot open, is damaged
      70  anything else
      75  what may be better later: another daemon works on the same data, the disk refuses, the [lmtp] address is taken
      77  the user may not read or write the data
      78  the configuration, a letter or the [lmtp] address cannot be used
    """
    from daemon import maillog
    from daemon.run import Daemon

    maillog.to_stderr(logging.DEBUG if verbose else logging.INFO)
    Daemon(_settings(config)).run()


@main.command(short_help="Say in plain words what is wrong.")
@config_option
@told
def check(config: str | None) -> None:
    """Say in plain words what is wrong with configuration, mailboxes, SMTP server, data and installation.

    Exits with 0 when the desk can open, 78 when the configuration is bad, 69 when something else is wrong.
    """
    from daemon.check import findings

    problems = 0
    for finding in findings(_settings(config)):
        say(str(finding))
        problems += finding.wrong
    sys.exit(69 if problems else 0)  # EX_UNAVAILABLE


@main.command(short_help="Say how the desk stands.")
@config_option
@json_option
@told
def status(config: str | None, as_json: bool) -> None:
    """Say how the desk stands: is it at work, does mail come and go, is there anything that an admin must look at?

    No server is asked; `postcase check` does that.

    \b
    Exits with
      0   all is well
      1   something wants to be looked at
      2   something is wrong
    """
    from daemon.figures import measure
    from daemon.signs import signs, worst

    settings, now = _settings(config), datetime.now(UTC)
    with _reader(settings) as store:
        found = signs(measure(store, settings.data, now), settings, now)
    if as_json:
        say_json([{"name": one.name, "state": one.state.name.lower(), "says": one.says} for one in found])
    else:
        say("\n".join(f"{one.state.name.lower():7}{one.name}: {one.says}" for one in found))
    sys.exit(int(worst(found)))


@main.command("list", short_help="List the cases.")
@config_option
@click.option("--all", "everything", is_flag=True, help="Closed cases too.")
@json_option
@told
def list_cases(config: str | None, everything: bool, as_json: bool) -> None:
    """List the open cases, or all of them, in the order of their numbers.

    Exits with 65 when one of them is damaged; the others are listed all the same.
    """
    from daemon.health import outages_in
    from daemon.show import counted, summary, table

    settings = _settings(config)
    with _reader(settings) as store:
        outages = outages_in(store)
        found, damage = _cases(store, everything)
        cases = [counted(case, outages, settings.desk.hours) for case in found]
    if as_json:
        say_json([summary(case) for case in cases])
    elif cases:
        say("\n".join(table(cases, ZoneInfo(settings.desk.timezone))))
    elif not damage:
        click.echo("no cases" if everything else "no open cases", err=True)
    if damage:
        raise DamagedFile("\n".join(damage))


@main.command(short_help="Show one case and its papers.")
@click.argument("number", type=case_number)
@config_option
@json_option
@told
def show(number: int, config: str | None, as_json: bool) -> None:
    """Show one case: who, what, whose turn it is, every paper in its folder."""
    from daemon.health import outages_in
    from daemon.show import counted, pages, whole

    settings = _settings(config)
    with _reader(settings) as store:
        case = counted(_case(store, number), outages_in(store), settings.desk.hours)
        folder = str(store.folder(number))
    if as_json:
        say_json(whole(case))
    else:
        say("\n".join(pages(case, ZoneInfo(settings.desk.timezone), folder)))


@main.command(short_help="Explain every decision on one case.")
@click.argument("number", type=case_number)
@config_option
@json_option
@told
def why(number: int, config: str | None, as_json: bool) -> None:
    """Explain every decision on one case: what happened, which rule answered, on what evidence."""
    from daemon.show import reasons, whole

    settings = _settings(config)
    with _reader(settings) as store:
        case = _case(store, number)
    if as_json:
        say_json(whole(case)["history"])
    else:
        say("\n".join(reasons(case, ZoneInfo(settings.desk.timezone))))


@main.command(short_help="Show how the desk fared in the last seven days.")
@config_option
@json_option
@told
def report(config: str | None, as_json: bool) -> None:
    """Show how the desk fared in the last seven days: what came and went, what is open and whose it is, what is late."""
    from daemon.fared import fared
    from daemon.show_report import report_page, report_rows
    from rules.week import figures

    settings, now = _settings(config), datetime.now(UTC)
    with _reader(settings) as store:
        found = figures(fared(store, now), settings.desk, now)
    if as_json:
        say_json(report_rows(found))
    else:
        say("\n".join(report_page(found, settings.desk.timezone)))


@main.command("changes", short_help="List the changes that cases wait for.")
@config_option
@click.option("--all", "everything", is_flag=True, help="Declined and withdrawn ones too.")
@json_option
@told
def list_changes(config: str | None, everything: bool, as_json: bool) -> None:
    """List the changes to products that cases wait for, the weightiest first."""
    from daemon.changes import changes
    from daemon.show_changes import by_urgency, change_row, change_table

    settings = _settings(config)
    with _reader(settings) as store:
        found = by_urgency(changes(store), everything=everything)
    if as_json:
        say_json([change_row(one) for one in found])
    elif found:
        say("\n".join(change_table(found, ZoneInfo(settings.desk.timezone))))
    else:
        click.echo("no changes" if everything else "no open changes", err=True)


@main.command(short_help="Show one change, its votes and its way.")
@click.argument("number", type=case_number)
@config_option
@json_option
@told
def change(number: int, config: str | None, as_json: bool) -> None:
    """Show one change: what it is, which cases wait for it, who wants it how much, and its way so far."""
    from daemon import changes
    from daemon.show_changes import change_page, whole_change

    settings = _settings(config)
    with _reader(settings) as store:
        found = changes.change(store, number)
    if found is None:
        click.echo(f"there is no change {number}; `postcase changes --all` shows them all", err=True)
        sys.exit(EX_NOINPUT)
    if as_json:
        say_json(whole_change(found))
    else:
        say("\n".join(change_page(found, ZoneInfo(settings.desk.timezone))))


@main.group(short_help="Mails that could not be processed.")
def quarantine() -> None:
    """Mails that could not be processed: list them, show one, put one through the door again."""


@quarantine.command("list")
@config_option
@json_option
@told
def quarantine_list(config: str | None, as_json: bool) -> None:
    """List what lies in quarantine, with the reason."""
    from dataclasses import asdict

    from daemon.show import columns, iso

    with _reader(_settings(config)) as store:
        items = store.quarantined()
    if as_json:
        rows = [{**asdict(item), "at": iso(item.at)} for item in items]
        say_json(rows)
    elif items:
        lines = [(item.id, item.sender or "(unreadable)", item.subject, item.reason) for item in items]
        say("\n".join(columns([("id", "from", "subject", "reason"), *lines])))
    else:
        click.echo("quarantine is empty", err=True)


@quarantine.command("show")
@click.argument("id")
@config_option
@told
def quarantine_show(id: str, config: str | None) -> None:
    """Print one quarantined mail, byte for byte as it came."""
    say(_quarantined(_settings(config), id), line_end=False)


@quarantine.command("retry", short_help="Put one mail through the door again.")
@click.argument("id")
@config_option
@told
def quarantine_retry(id: str, config: str | None) -> None:
    """Put one quarantined mail through the door again, as if it had just come."""
    from daemon.retry import retry

    settings = _settings(config)
    _quarantined(settings, id)
    say(retry(settings, id))


@main.group(short_help="The keys that seal the tokens of letters.")
def key() -> None:
    """The keys behind the tokens that prove who answers a letter: list them, make a new one, revoke a stolen one."""


@key.command("list", short_help="List the keys, without their secrets.")
@config_option
@json_option
@told
def key_list(config: str | None, as_json: bool) -> None:
    """List the keys: since when each seals letters, and which are revoked. Their secrets are not shown."""
    from daemon.key_ring import keys_there
    from daemon.show import key_row, key_table

    with _reader(_settings(config)) as store:
        keys = keys_there(store)
    if keys is None:
        click.echo("there is no key yet; the first start makes it", err=True)
    elif as_json:
        say_json([key_row(one, keys) for one in keys.all])
    else:
        say("\n".join(key_table(keys)))


@key.command("rotate", short_help="Make a new key; older letters stay good.")
@config_option
@told
def key_rotate(config: str | None) -> None:
    """Make a new key, with which letters are sealed from now on. Answers to older letters are proven as before."""
    from daemon.key_ring import ROTATE, ordered

    say(ordered(_settings(config), ROTATE, ""))


@key.command("revoke", short_help="Say that a key is stolen.")
@click.argument("number")
@config_option
@told
def key_revoke(number: str, config: str | None) -> None:
    """Say that a key is stolen: letters sealed with it prove nothing any more. The newest one gets a successor at once."""
    from daemon.key_ring import REVOKE, ordered

    say(ordered(_settings(config), REVOKE, number))


@main.group(short_help="Addresses that get no automatic letters.")
def silenced() -> None:
    """Addresses that get no automatic letters: they complained, or no letter reaches them. List them, lift one."""


@silenced.command("list")
@config_option
@json_option
@told
def silenced_list(config: str | None, as_json: bool) -> None:
    """List who gets no automatic letters, since when and why. What people write still goes to them."""
    from daemon.show import columns, iso
    from daemon.silenced import STATE, read_silenced

    with _reader(_settings(config)) as store:
        found = sorted(read_silenced(store.state(STATE)).values(), key=lambda one: one.at)
    if as_json:
        say_json(
            [
                {
                    "address": one.address.address,
                    "cause": str(one.cause),
                    "at": iso(one.at),
                    "case": one.number,
                    "evidence": one.evidence,
                }
                for one in found
            ]
        )
    elif found:
        lines = [(one.address.address, one.cause, str(iso(one.at)), str(one.number), one.evidence) for one in found]
        say("\n".join(columns([("address", "cause", "since", "case", "evidence"), *lines])))
    else:
        click.echo("nobody is silenced", err=True)


@silenced.command("lift", short_help="Let an address have automatic letters again.")
@click.argument("address")
@config_option
@told
def silenced_lift(address: str, config: str | None) -> None:
    """Let an address have automatic letters again: confirmations, reminders, closing letters."""
    from daemon.silenced import lift

    say(lift(_settings(config), address))


@main.command("import", short_help="File the mail of before the first start.")
@config_option
@told
def import_mail(config: str | None) -> None:
    """File the mail that lay in the mailboxes before the desk's first start. Nobody is answered. Stop the daemon first.

    Exits with 78 when there is no mailbox, with 75 when one cannot be read to its end: what was read is filed then.
    """
    from daemon import maillog
    from daemon.import_past import import_past

    maillog.to_stderr(logging.INFO)
    say(f"cases opened: {import_past(_settings(config))}")


@main.command(short_help="Make the cases again from the raw mails.")
@config_option
@click.option("--into", required=True, metavar="FOLDER", help="The data folder that is made; it must not be there yet.")
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="PATH",
    help="A Maildir, an mbox, or a folder of mails, instead of the mailboxes.",
)
@click.option("--verify", is_flag=True, help="Compare with the data of the configuration, case by case.")
@told
def rebuild(config: str | None, into: str, sources: tuple[str, ...], verify: bool) -> None:
    """Make cases, numbers, participants and states again from the raw mails, and send nothing.

    The mails are those that the desk has taken: in the folders `processed` and `quarantine` of its mailboxes, or where --from
    says. The key of the old data is taken along if it is there: without it no token of an old letter can be proven.

    \b
    Exits with
      0   the cases are made, and with --verify the same as before
      1   with --verify: some came out in another way, each is named
    """
    from contextlib import closing

    from daemon import maillog
    from daemon.figures import last_alive
    from daemon.rebuild import differences, from_folder, from_mailboxes, rebuild
    from daemon.storage.tinydb_store import TinydbStore

    maillog.to_stderr(logging.WARNING)
    settings = _settings(config)
    arrivals = (
        [one for path in sources for one in from_folder(Path(path))] if sources else list(from_mailboxes(settings))
    )
    made = rebuild(settings, arrivals, Path(into), last_alive(settings.data))
    say(f"mails: {made.mails}, cases: {made.cases}, in quarantine: {made.quarantined}; nothing was sent")
    if verify:
        with _reader(settings) as before, closing(TinydbStore(Path(into), writer=False)) as after:
            found = list(differences(before, after))
        say("\n".join(found) if found else "every case is as it was")
        sys.exit(1 if found else 0)


@main.command(short_help="After a backup was put back: what waited in it counts as sent.")
@config_option
@told
def restored(config: str | None) -> None:
    """After a backup was put back, and before the daemon is started: letters that waited in it count as sent.

    Whoever made the backup while the desk was at work has sent them since. What is still to wait for the support hours waits on.
    """
    from daemon.clock import Clock
    from daemon.restored import count_as_sent

    lines = list(count_as_sent(_settings(config), Clock()))
    for line in lines:
        say(line)
    say(f"letters that count as sent: {len(lines)}")


@main.command(short_help="Print a letter as it would be sent.")
@click.argument("letter", required=False)
@config_option
@click.option("--language", metavar="LANGUAGE", help="Instead of the desk's language.")
@click.option("--source", is_flag=True, help="The template instead: the file that is used, your own or ours.")
@told
def preview(letter: str | None, config: str | None, language: str | None, source: bool) -> None:
    """Print a letter as the desk would send it, with example facts; without LETTER, list the letters there are."""
    from daemon.clock import Clock
    from daemon.letters.letter_samples import SAMPLES
    from daemon.letters.preview import preview
    from daemon.letters.template_files import NAMES
    from daemon.letters.templates import Letters

    if letter is None:
        say("\n".join(SAMPLES))
        return
    known = NAMES if source else SAMPLES
    if letter not in known:
        raise click.BadParameter(f"there is no letter {letter!r}; there are {', '.join(known)}")
    settings = _settings(config)
    letters = Letters(settings.desk.language, settings.letters)
    if language and language not in letters.languages:
        raise click.BadParameter(f"{language!r} is not one of {', '.join(letters.languages)}", param_hint="--language")
    letters = Letters(language or settings.desk.language, settings.letters)
    if source:
        say(letters.source(letter, letters.language), line_end=False)
        return
    say(preview(letter, settings.desk, letters, Clock().now()))


@main.command(short_help="Open a whole desk in one process, and play a day at it.")
@click.option("--stay", is_flag=True, help="Keep the mail servers up afterwards, to play with from a real mail client.")
@click.option("--fast", is_flag=True, help="No pauses for reading.")
@told
def demo(stay: bool, fast: bool) -> None:
    """Open a whole desk in one process, with an embedded mail server, and play a day at it."""
    from daemon.demo.play import play

    sys.exit(play(Path.cwd() / "demo-desk", stay=stay, fast=fast))


def _settings(config: str | None) -> Settings:
    from daemon.config.load import find, load

    return load(find(config, os.environ))


def _reader(settings: Settings) -> Any:
    """The store beside a running daemon, for the length of a `with` block."""
    from contextlib import closing

    from daemon.storage.tinydb_store import TinydbStore

    return closing(TinydbStore(settings.data, writer=False, first_number=settings.desk.first_number))


def _cases(store: TinydbStore, everything: bool) -> tuple[list[Case], list[str]]:
    """All cases or the open ones, and what is wrong with those that cannot be read: they do not hide the others."""
    cases: list[Case] = []
    damage = [] if everything else [problem for _, problem in store.damaged()]  # which are not among the open numbers
    for number in store.all_numbers() if everything else store.open_numbers():
        try:
            case = store.case(number)
        except DamagedFile as error:
            damage.append(str(error))
        else:
            cases += [case] if case and not case.book and (everything or not case.closed) else []
    return cases, damage


def _case(store: TinydbStore, number: int) -> Any:
    case = store.case(number)
    if case is None:
        click.echo(f"there is no case {number}; `postcase list --all` shows them all", err=True)
        sys.exit(EX_NOINPUT)
    return case


def _quarantined(settings: Settings, id: str) -> bytes:
    with _reader(settings) as store:
        try:
            return bytes(store.quarantined_raw(id))
        except LookupError:
            click.echo(f"there is no mail {id} in quarantine; `postcase quarantine list` shows them", err=True)
            sys.exit(EX_NOINPUT)


if __name__ == "__main__":
    main()
