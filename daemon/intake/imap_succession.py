"""Is a mailbox that is new to the desk an old one under another name? Then it goes on where that one began.

Ledgers go by user, host and folder. A server that moves, or is only called by another name, would make its mailbox a new
one, and what came while the configuration was changed would be its past: left where it is, unanswered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from daemon import maillog
from daemon.clock import Clock
from daemon.config.settings import Mailbox
from daemon.intake.imap_ledger import Ledger
from daemon.storage.store import Store

Ledgers = Mapping[str, Mapping[str, int | str]]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A mailbox without a ledger, on a desk that has ledgers of mailboxes which are no longer in the configuration."""

    mailbox: Mailbox
    gone: tuple[str, ...]  # their names
    before: str = ""  # the one that it was, as far as can be told

    @property
    def sentence(self) -> str:
        if self.before:
            return f"takes the place of {self.before}: what came since that one's first start counts as new"
        return (
            f"new to the desk, which no longer reads {', '.join(self.gone)}: what lies here already is left unanswered; "
            "if it is one of these under another name, `postcase import` files what came meanwhile"
        )


def newcomers(ledgers: Ledgers, mailboxes: Collection[Mailbox]) -> list[Newcomer]:
    """Told apart by user and folder: exactly one that is gone, and one that is new, are the same."""
    gone = tuple(sorted(ledgers.keys() - {mailbox.name for mailbox in mailboxes}))
    new = [mailbox for mailbox in mailboxes if mailbox.name not in ledgers]
    return [Newcomer(mailbox, gone, _before(mailbox, gone, new)) for mailbox in new] if gone else []


def settle(store: Store, new: Sequence[Newcomer], clock: Clock) -> None:
    """Give each newcomer the first start of the mailbox it was, and say so. Before any intake is at work."""
    ledgers = store.state("mailboxes")
    for newcomer in new:
        maillog.imap_newcomer(newcomer.mailbox.name, newcomer.sentence, clear=bool(newcomer.before))
        if newcomer.before:
            began = Ledger.from_document(ledgers[newcomer.before], clock.now())
            anew = Ledger(first_start=began.first_start, dated=began.dated)
            kept = {name: ledger for name, ledger in ledgers.items() if name != newcomer.before}
            ledgers = {**kept, newcomer.mailbox.name: anew.as_document()}
            with store.batch() as batch:
                batch.set_state("mailboxes", ledgers)


def _before(mailbox: Mailbox, gone: Collection[str], new: Collection[Mailbox]) -> str:
    same = [name for name in gone if _is_same(name, mailbox)]
    rivals = [other for other in new if (other.username, other.folder) == (mailbox.username, mailbox.folder)]
    return same[0] if len(same) == len(rivals) == 1 else ""


def _is_same(name: str, mailbox: Mailbox) -> bool:
    """Does the name differ from the mailbox's in its host alone? A host holds neither "@" nor "/"."""
    start, end = f"{mailbox.username}@", f"/{mailbox.folder}"
    host = name.removeprefix(start).removesuffix(end)
    return name == f"{start}{host}{end}" and not {"@", "/"} & set(host)
