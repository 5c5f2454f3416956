"""How does a decision of the rules become the new state of a case? What all who work on cases share, and the lock they take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from daemon import changes, maillog
from daemon.absences import noted, with_absences
from daemon.clock import Clock
from daemon.errors import PermanentError, UnreadableMail
from daemon.fared import fared
from daemon.incoming.parse import parse
from daemon.incoming.reader import Reader
from daemon.key_ring import KeyRing
from daemon.letters.scribe import Scribe
from daemon.letters.templates import Letters
from daemon.silenced import STATE as SILENCED
from daemon.silenced import free_again, lifted, read_silenced, silenced_state, with_silenced, without
from daemon.storage.store import Batch, Store, readable, spared
from daemon.tally import Tally, tally_of
from rules import forwards, links
from rules.case import OUTSIDE, Case, Letter
from rules.decision import Decision
from rules.desk import Desk
from rules.lookups import MOST_HITS, Found, Wanted
from rules.mail import Address, Mail
from rules.orders import engineer_named
from rules.people import Engineer
from rules.quotes import split
from rules.setting import OrderError
from rules.severity import LEVELS
from rules.silenced import Silenced
from rules.story import Said, public_papers, story
from rules.unasked import admitted
from rules.urgency import MOST_LISTED
from rules.workload import Workload

Written = tuple[Case, dict[str, bytes]]  # the new state of a case, and its new papers by the names of their files

BOOKS = "books"  # the state in which the store keeps where the letters to an engineer lie that are about no case
ABSENCES = "absences"  # the state in which the store keeps what engineers said by mail


class Casework:
    """One desk's cases at work. Whoever changes one holds the lock from reading it to committing it."""

    def __init__(
        self, desk: Desk, store: Store, templates: Letters, clock: Clock, max_size: int, reader: Reader
    ) -> None:
        self.desk = desk
        self.store = store
        self.clock = clock
        self.max_size = max_size
        self.reader = reader  # of mails that nobody has read yet
        self.ring = KeyRing(store, clock)
        self.lock = threading.RLock()
        self.tally: Tally = tally_of(store, clock.now())
        self.on_letters: Callable[[], None] = lambda: None  # told when the outbox has something to do
        self.on_absence: Callable[[], None] = lambda: None  # told when an engineer has said that he is away, or back
        self._answers = templates.answers
        self.silenced = spared(store, SILENCED, read_silenced)  # who gets no automatic letters
        self._scribe = Scribe(desk, self.ring, templates, clock)

    def commit(self, decision: Decision) -> None:
        """A change that no mail caused."""
        written = self.write(decision)
        with self.batch() as batch:
            self.put(batch, written)
            self.note(batch, decision)
        self.tell(decision)
        if any(papers for _, papers in written):
            self.on_letters()

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        try:
            with self.store.batch() as batch:
                yield batch
            self.tally.settle()
        except BaseException:
            self.tally.drop_unsettled()
            self.silenced = spared(self.store, SILENCED, read_silenced)
            raise

    def write(self, decision: Decision, raw: bytes = b"") -> list[Written]:
        """The case, then the others that the decision changes, each with its new papers; letters are counted for the caps.

        `raw`: the mail that it is about, if it is about one.
        """
        every = (decision, *decision.others)
        changed = {one.case.number: one.case for one in every}
        return [self._written(links.with_related(one, self._linked(one, changed)), raw) for one in every]

    def _linked(self, decision: Decision, changed: dict[int, Case]) -> dict[int, Case]:
        """The cases that its notices name, if it writes any."""
        tells = any("related" in wish.facts for wish in decision.wishes)
        numbers = links.worth_telling(decision.case) if tells else ()
        cases = {number: changed.get(number) or self._readable(number) for number in numbers}
        return {number: case for number, case in cases.items() if case}

    def _written(self, decision: Decision, raw: bytes) -> Written:
        case, papers = self._scribe.write(admitted(decision, self.silenced, self.clock.now()))
        self.tally.add_letters(_new_letters(decision.case, case))
        copies = {one.file: self.store.paper(one.number, one.source) if one.number else raw for one in decision.copies}
        return case, papers | copies

    def put(self, batch: Batch, written: list[Written], raw: bytes | None = None) -> Case:
        """All of it into the batch; `raw` is the mail that caused it, filed last on the first case, which is returned."""
        for place, (case, papers) in enumerate(written):
            mail = {case.messages[-1].file: raw} if raw is not None and place == 0 else {}
            batch.put(case, {**mail, **papers})
        return written[0][0]

    def tell(self, decision: Decision) -> None:
        """The log hears of every case that was changed without a mail of its own."""
        if decision.reason:
            maillog.changed(decision.case, decision.reason)
        self.tell_others(decision)

    def tell_others(self, decision: Decision) -> None:
        for other in decision.others:
            maillog.changed(other.case, other.reason)

    def note(self, batch: Batch, decision: Decision) -> None:
        """What a decision says about the desk, not about a case: absences, changes, who gets no automatic letters."""
        changes.put(batch, self.store, decision.changes)
        if decision.leave:
            batch.set_state(ABSENCES, spared(self.store, ABSENCES, partial(noted, leave=decision.leave)))
            self.on_absence()
        if decision.case.book:
            self._note_book(batch, decision.case)
        if decision.heard:
            self._silence(batch, without(self.silenced, decision.heard))
        if decision.silenced:
            self._silence(batch, with_silenced(self.silenced, decision.silenced))

    def _note_book(self, batch: Batch, book: Case) -> None:
        """Once, when it begins: a letter of a full book may be answered, or taken by the server, when the next has begun."""
        books = self._books()
        if books.get(book.owner.key, 0) < book.number:
            batch.set_state(BOOKS, {**books, book.owner.key: book.number})

    def lift(self, address: str) -> str:
        """The admin lets an address have automatic letters again. Errors: PostcaseError when it is not on the list."""
        with self.lock:
            known = lifted(self.silenced, address)
            with self.batch() as batch:
                self._silence(batch, without(self.silenced, known.address))
        maillog.unsilenced(known)
        return free_again(known)

    def _silence(self, batch: Batch, silenced: dict[str, Silenced]) -> None:
        self.silenced = silenced
        batch.set_state(SILENCED, silenced_state(silenced))

    def present_desk(self) -> Desk:
        """The desk with the absences its engineers have told it by mail, and with those who want no automatic letters."""
        desk = spared(self.store, ABSENCES, partial(with_absences, self.desk))
        return replace(desk, silenced=self.silenced) if self.silenced else desk

    def workload(self, customer: Address) -> Workload:
        return Workload(self.store.loads(), tuple(self.store.owners_for(customer)))

    def found(self, wanted: Wanted, case: Case | None, engineer: Engineer) -> Found:
        """What the orders of his mail name; canned answers are filled in for the case it belongs to."""
        cases = {one.number: one for one in readable(self.store, wanted.numbers)}
        stories = {one: self.story(cases.get(one)) for one in wanted.shown}
        stories |= {case.number: self.story(case)} if case and wanted.story else {}
        found = Found(
            cases,
            self._answers.filled(case, self.desk, engineer) if case and wanted.answers else (),
            self.held(case) if case and wanted.held else {},
            lists={one: self._list(one, engineer) for one in wanted.lists},
            hits={one: tuple(readable(self.store, self.store.open_with(one, MOST_HITS))) for one in wanted.searches},
            stories=stories,
            latest={one: mail for one in wanted.latest if (mail := self.latest(cases.get(one)))},
            fared=fared(self.store, self.clock.now()) if wanted.report else (),
            next_change=changes.last_number(self.store) + 1 if wanted.escalates else 0,
        )
        return self._with_change(found, case, wanted.change)

    def book(self, engineer: Engineer) -> Case | None:
        """Where his letters lie that are about no case; None when he has had none, or it cannot be read."""
        number = self._books().get(engineer.address.key)
        return self._readable(number) if number else None

    def _books(self) -> dict[str, int]:
        return spared(self.store, BOOKS, _read_books)

    def owned_by(self, engineer: Engineer) -> tuple[Case, ...]:
        """His open cases; of very many those of the highest severity."""
        numbers = (one for level in LEVELS for one in self.store.owned_by(engineer.address, {level}))
        return tuple(readable(self.store, islice(numbers, MOST_LISTED)))

    def _list(self, argument: str, engineer: Engineer) -> tuple[Case, ...]:
        """The open cases of an engineer; of very many those of the highest severity. Nobody's, where it is nobody's name."""
        try:
            who = engineer_named("/list", argument, self.desk) if argument else engineer
        except OrderError:
            return ()
        return self.owned_by(who)

    def found_for_staff(self, case: Case | None, steps: bool) -> Found:
        """What somebody of another team has in mind: the change of the case; if he may send it on, with all that wait for it."""
        return self._with_change(Found(), case, waiting=steps)

    def _with_change(self, found: Found, case: Case | None, named: int = 0, *, waiting: bool = False) -> Found:
        """The change that is named, or that the case waits for or is the home of, with its home."""
        waits = case.escalation.change if case and case.escalation else 0
        change = changes.change(self.store, named or waits or (case.home_of if case else 0))
        if change is None:
            return found
        numbers = (*change.cases, change.home) if waiting else (change.home,)
        cases = {one.number: one for one in readable(self.store, numbers)}
        return replace(found, cases={**cases, **found.cases}, change=change)

    def held(self, case: Case) -> dict[int, Mail]:
        """What strangers wrote to a case and nobody has decided about, as far as it can be read."""
        open_papers = {one.paper for one in case.holds}
        files = {one.paper: one.file for one in case.messages if one.paper in open_papers}
        mails = ((paper, self.mail(case.number, file)) for paper, file in files.items())
        return {paper: mail for paper, mail in mails if mail}

    def _readable(self, number: int) -> Case | None:
        return next(readable(self.store, (number,)), None)

    def latest(self, case: Case | None) -> Mail | None:
        """The last mail of a person on the other side; None when it cannot be read any more."""
        papers = (
            [one for one in case.messages if one.role in OUTSIDE and not one.held and not one.moved_to] if case else []
        )
        return self.mail(case.number, papers[-1].file) if case and papers else None

    def story(self, case: Case | None) -> tuple[Said, ...]:
        """What both sides have said so far, as far as it can be read: a few papers, however many there are."""
        mails = (self._as_written(case, file) for file in public_papers(case)) if case else ()
        return story(
            Said(one.date or case.opened_at, _who(one), split(one.text).fresh) for one in mails if one and case
        )

    def _as_written(self, case: Case, file: str) -> Mail | None:
        """A paper of the case; of a mail that an engineer passed on, only what the customer wrote."""
        mail = self.mail(case.number, file)
        author = next((one.sender for one in case.messages if one.file == file), None)
        return forwards.as_written(mail, self.attached(mail), author, self.desk) if mail and author else mail

    def attached(self, mail: Mail) -> Mail | None:
        """The mail that came as a file; None when there is none, or it cannot be read. An id that is known stays where it is."""
        raw = forwards.attached_bytes(mail)
        try:
            found = self.reader.parse(raw, self.max_size) if raw else None
        except UnreadableMail:
            return None
        known = found is not None and self.store.find(found.message_id) is not None
        return replace(found, message_id="") if found and known else found

    def mail(self, number: int, file: str) -> Mail | None:
        """A mail that lies on a case; None when it cannot be read any more."""
        try:
            return parse(self.store.paper(number, file), self.max_size)
        except (LookupError, PermanentError):
            return None


def _read_books(state: dict[str, Any]) -> dict[str, int]:
    return {key: int(number) for key, number in state.items()}


def _who(mail: Mail) -> str:
    """Letters of ours show a person before the desk's name; an address is nobody's name."""
    return mail.sender.name.partition(" (")[0] or mail.sender.address


def _new_letters(before: Case, after: Case) -> tuple[Letter, ...]:
    return tuple(letter for letter in after.letters if before.letter(letter.paper) is None)
