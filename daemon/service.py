"""What happens to a mail? The middle of the desk, one way, no way back.

    watch       an intake hands over what lay in a mailbox or came by LMTP     imap_intake, lmtp_intake
    parse       bytes become one immutable Mail                                parse
    match       which case is meant, by which evidence                         rules/threads
    identify    who wrote it, how well is it proven                            rules/senders
    decide      the new state of the case, the letters, the reason             rules/decide
    commit      case, raw mail and letters in one atomic step                  store
    acknowledge the intake moves the mail to the processed folder              imap_intake
    post        the outbox hands the letters to the SMTP server                outbox

Time enters at *decide* with a tick (timekeeper), the SMTP server's answers do as well (postroom): there is one door to a case,
and all three share it (casework).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from daemon import canary, maillog
from daemon.casework import Casework, Written
from daemon.clock import Clock
from daemon.errors import TemporaryError, UnreadableMail
from daemon.health import Health
from daemon.in_hand import ENOUGH, InHand
from daemon.incoming.parse import parse
from daemon.incoming.reader import Reader
from daemon.intake.arrival import Arrival, Fate
from daemon.letters.templates import Letters
from daemon.postroom import PostRoom
from daemon.storage.store import Batch, Quarantined, Store, spared
from daemon.timekeeper import Timekeeper
from rules import book, confirmation, decide, lookups, order_split, staff_orders, threads
from rules.caps import exceeded
from rules.case import Case
from rules.circumstances import Circumstances
from rules.confirmation import HeldMail
from rules.decision import Decision
from rules.desk import Desk
from rules.inside import Notice
from rules.mail import Mail
from rules.people import Engineer
from rules.senders import identify

DEADLY = f"the daemon ended {ENOUGH} times while it had this mail in hand"
Filed = tuple[Fate, Callable[[], None]]  # what became of a mail, and its line for the log once it is committed


class Service:
    """One desk at work. Thread-safe: intakes, the outbox and the clock call it from threads of their own."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        templates: Letters,
        clock: Clock,
        health: Health,
        max_size: int,
        reader: Reader | None = None,
        in_hand: InHand | None = None,
    ) -> None:
        """`max_size`: octets of one mail; a larger one goes to quarantine. `reader`: who reads it, this process if None.

        `in_hand`: where it is noted which mail is decided about; nowhere if None.
        """
        self.cases = Casework(desk, store, templates, clock, max_size, reader or Reader())
        self.time = Timekeeper(self.cases, health)
        self.post = PostRoom(self.cases)
        self._health = health
        self._in_hand = in_hand or InHand()

    # A mail comes.

    def take(self, arrivals: Sequence[Arrival]) -> list[Fate]:
        """File the mails; when this returns they are committed. Errors: TemporaryError, and then none of them is."""
        parsed = [self._read(arrival.raw) for arrival in arrivals]
        with self.cases.lock:
            with self.cases.batch() as batch:
                filed = [self._file(batch, *one) for one in zip(arrivals, parsed, strict=True)]
            for _, tell in filed:
                tell()
        self.cases.on_letters()
        return [fate for fate, _ in filed]

    def _read(self, raw: bytes) -> tuple[Mail, str]:
        """The mail, and "" or why no more than its headers could be read."""
        try:
            return self.cases.reader.parse(raw, self.cases.max_size), ""
        except UnreadableMail as error:
            return self.cases.reader.parse_headers(raw), str(error)

    def _file(self, batch: Batch, arrival: Arrival, parsed: tuple[Mail, str]) -> Filed:
        mail, unread = parsed
        if sent := canary.sent_at(mail, self.cases.desk, self.cases.ring.keys, self.cases.clock.now()):
            batch.set_state(canary.STATE, spared(self.cases.store, canary.STATE, partial(canary.came_back, sent=sent)))
            return Fate.FILED, partial(maillog.canary_came_back, arrival.source, sent)
        self._health.mail_came(self.cases.clock.now())
        if where := self.cases.store.seen(mail.fingerprint):
            fate = Fate.QUARANTINED if where.startswith("quarantine") else Fate.KNOWN
            return fate, partial(maillog.known, arrival.source, where)
        if unread:
            return self._quarantine(batch, arrival, mail, unread)
        if self._in_hand.is_deadly(mail.fingerprint):
            return self._quarantine(batch, arrival, mail, DEADLY, apart=True)
        try:
            with self._in_hand.holding(mail.fingerprint):
                decision = self._decide(mail, arrival.past)
                written = self.cases.write(decision, arrival.raw)
        except (TemporaryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the one broad except: this mail is set aside, the next one goes on
            return self._quarantine(batch, arrival, mail, f"{type(error).__name__}: {error}", error)
        return Fate.FILED, self._put(batch, arrival.source, mail, arrival.raw, decision, written)

    def _put(
        self, batch: Batch, source: str, mail: Mail, raw: bytes, decision: Decision, written: list[Written]
    ) -> Callable[[], None]:
        """The mail and all that follows from it go into the batch; returns what tells it to the log."""
        case = self.cases.put(batch, written, raw)
        self.cases.note(batch, decision)

        def tell() -> None:
            maillog.filed(source, case, mail, decision.reason)
            if mail.complaint and not decision.silenced:
                maillog.complaint_unproven(case, mail)
            self.cases.tell_others(decision)

        return tell

    def _decide(self, mail: Mail, past: bool, match: threads.Match | None = None) -> Decision:
        now = self.cases.clock.now()
        match = match or self._match(mail)
        desk, counts = self.cases.present_desk(), self.cases.tally.counts(mail.sender, now)
        engineer = desk.engineer(mail.sender)  # his orders may give the case to a colleague, or name other things
        proven = identify(mail, match, desk, now).proven
        him = engineer if proven else None  # nothing is looked up for a From line alone, which anybody can write
        attached = self.cases.attached(mail) if engineer else None
        if self.cases.store.find(mail.message_id) is not None:
            mail = replace(mail, message_id="")  # taken from another mail: answers to that one must not end up here
        at = Circumstances(
            now,
            self.cases.store.next_number(),
            counts,
            self._notice(match),
            self.cases.workload(mail.sender),
            self.cases.latest(match.case) if him else None,
            self._found(mail, match, desk) if proven else lookups.Found(),
            self._confirmed(mail, match, him) if him else None,
            attached,
            self.cases.book(engineer) if engineer and book.is_meant(mail, match, desk, attached) else None,
            past,
        )
        decision = decide.mail_came(mail, match, desk, at)
        self._note_cap(decision, exceeded(counts, desk.caps), now)
        return decision

    def _note_cap(self, decision: Decision, why: str, now: datetime) -> None:
        """That a cap keeps confirmations back is for the admin, too: somebody may be misusing the desk."""
        kept_back = why and any(entry.at == now and entry.evidence == why for entry in decision.case.history)
        if kept_back and self._health.cap_reached(now, f"{why} ({decision.case.customer.address})"):
            maillog.cap_reached(decision.case, why)

    def _found(self, mail: Mail, match: threads.Match, desk: Desk) -> lookups.Found:
        """What the orders of somebody name who works for us, and has proven that he is the one."""
        if engineer := desk.engineer(mail.sender):
            wanted = lookups.wanted_by(mail, match.answers)
            found = self.cases.found(wanted, match.case, engineer)
            shown = order_split.shown_in(match.case, match.answers) if wanted.split else None
            split = self.cases.mail(match.case.number, shown.file) if match.case and shown else None
            return replace(found, split=split)
        if desk.staff_at(mail.sender):
            return self.cases.found_for_staff(match.case, staff_orders.steps(mail))
        return lookups.Found()

    def _notice(self, match: threads.Match) -> Notice:
        """The letter to an engineer that the mail answers; none of it may go to the customer."""
        letter = match.answers
        if match.case is None or letter is None or not letter.audience.inside:
            return Notice()
        text = parse(self.cases.store.paper(match.instead_of or match.case.number, letter.file)).text
        return Notice(letter.name, text)

    def _confirmed(self, mail: Mail, match: threads.Match, engineer: Engineer) -> HeldMail | None:
        """The held mail that an engineer says was his; only such an answer has an old mail read and matched anew."""
        message = confirmation.meant_by(mail, match)
        if message is None or match.case is None:
            return None
        held = self.cases.mail(match.case.number, message.file)
        if held is None:
            return None
        found = self._match(held)
        orders = self.cases.found(lookups.wanted_by(held, found.answers), match.case, engineer)
        attached = self.cases.attached(held)
        return HeldMail(held, found, self._notice(found), orders, attached)

    def _match(self, mail: Mail) -> threads.Match:
        """Gather what the store knows about the clues in a mail; the rules choose."""
        clues = threads.clues_of(mail, self.cases.desk)
        by_id = {one: number for one in clues.ids if (number := self.cases.store.find(one)) is not None}
        numbers = {token.number for token in clues.tokens} | set(by_id.values()) | {*clues.numbers, clues.invited}
        if clues.echo:
            numbers.add(clues.echo.number)
        cases, follow_ups = self._known(numbers)
        apart = {case.made_of(mail.sender) for case in cases.values()} | threads.moved_to(cases.values(), clues)
        apart -= {0, *cases}
        their_cases, their_follow_ups = self._known(apart)
        known = threads.Known(cases | their_cases, by_id, follow_ups | their_follow_ups)
        return threads.match(mail, clues, known, self.cases.ring.keys)

    def _known(self, numbers: set[int]) -> tuple[dict[int, Case], dict[int, int]]:
        """These cases, and those in which they go on: merged, duplicates, or followed by an open one."""
        cases: dict[int, Case] = {}
        follow_ups: dict[int, int] = {}
        wanted = numbers
        for _ in range(threads.MOST_STEPS):
            wanted = wanted - cases.keys()
            cases |= {number: case for number in wanted if (case := self.cases.store.case(number))}
            heirs = {number: heir for number in wanted if (heir := self.cases.store.follow_up_of(number)) is not None}
            follow_ups |= heirs
            further = {next for number in wanted & cases.keys() for next in threads.leads_to(cases[number])}
            wanted = further | set(heirs.values())
            if not wanted - cases.keys():
                break
        return cases, follow_ups

    def _quarantine(
        self,
        batch: Batch,
        arrival: Arrival,
        mail: Mail,
        reason: str,
        error: Exception | None = None,
        *,
        apart: bool = False,
    ) -> Filed:
        """`apart`: no case hears of it, as nothing more is to be done with this mail."""
        now = self.cases.clock.now()
        item = Quarantined(
            id=f"{now:%Y%m%d-%H%M%S}-{mail.fingerprint[:8]}",
            at=now,
            reason=reason,
            source=arrival.source,
            sender=str(mail.sender),
            subject=mail.subject,
            fingerprint=mail.fingerprint,
            size=len(arrival.raw),
            past=arrival.past,
        )
        case = None if apart else self._note_unread(batch, item, mail, arrival.past)
        batch.quarantine(replace(item, case=case.number if case else 0), arrival.raw)
        return Fate.QUARANTINED, partial(maillog.quarantined, item, case, error)

    def _note_unread(self, batch: Batch, item: Quarantined, mail: Mail, past: bool) -> Case | None:
        """The case that may wait for this very mail, or is opened for it; whatever is wrong with it, the mail is safe."""
        try:
            at = Circumstances(
                item.at,
                self.cases.store.next_number(),
                self.cases.tally.counts(mail.sender, item.at),
                workload=self.cases.workload(mail.sender),
                past=past,
            )
            decision = decide.mail_unread(mail, self._match(mail), self.cases.present_desk(), at, item.id, item.reason)
            if decision is None:
                return None
            written = self.cases.write(decision)
        except (TemporaryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - what kept the mail from its case may keep the note from it, too
            maillog.unnoted(item, error)
            return None
        return self.cases.put(batch, written)

    def retry(self, id: str) -> str:
        """A quarantined mail goes through the door once more. Returns what came of it. Errors: LookupError."""
        with self.cases.lock:
            item = next((one for one in self.cases.store.quarantined() if one.id == id), None)
            if item is None:
                raise LookupError(f"there is no mail {id} in quarantine")
            raw = self.cases.store.quarantined_raw(id)
            mail = self.cases.reader.parse(raw, self.cases.max_size)
            with self.cases.batch() as batch:
                said, tell = self._file_again(batch, item, mail, raw)
                batch.release(id)
            tell()
        self.cases.on_letters()
        return said

    def _file_again(self, batch: Batch, item: Quarantined, mail: Mail, raw: bytes) -> tuple[str, Callable[[], None]]:
        source = f"quarantine {item.id}"
        if (where := self.cases.store.seen(mail.fingerprint)).startswith("case"):
            said = f"known already: it lies in {where}, and in quarantine no longer"
            return said, partial(maillog.known, source, where)
        decision = self._decide(mail, item.past, self._match_again(mail, item))
        tell = self._put(batch, source, mail, raw, decision, self.cases.write(decision, raw))
        return f"filed on case {decision.case.number}: {decision.reason}", tell

    def _match_again(self, mail: Mail, item: Quarantined) -> threads.Match:
        """Where a mail belongs that opened a case when it could not be read: to that one, unless it names another of its own."""
        match, opened = self._match(mail), self.cases.store.case(item.case) if item.case else None
        names_own = match.case is not None and (not match.by_number or match.case.has_participant(mail.sender))
        if opened is None or names_own or not opened.customer.same_as(mail.sender):
            return match
        return threads.Match(opened, f"was in quarantine as {item.id}")

    # What the intakes ask for.

    def read_to_end(self, mailbox: str, at: datetime) -> None:
        self._health.read_to_end(mailbox, at)

    def could_not_read(self, mailbox: str) -> None:
        self._health.could_not_read(mailbox)

    def left_in_place(self, mailbox: str, why: str) -> None:
        self._health.left_in_place(mailbox, why)

    def compare_since(self, mailbox: str) -> datetime | None:
        return self._health.compare_since(mailbox)

    def knows(self, header: bytes) -> bool:
        """A mail without an id that nobody else has cannot be told apart, so it counts as known."""
        mail = self.cases.reader.parse_headers(header)
        known = not mail.message_id or self.cases.store.find(mail.message_id) is not None
        return known or canary.is_one(mail, self.cases.desk)

    def compared(self, mailbox: str, unknown: Sequence[datetime]) -> None:
        if self._health.compared(mailbox, unknown):
            maillog.data_is_older(mailbox, len(unknown), max(unknown))
        self.cases.on_letters()

    def ledger(self, mailbox: str) -> dict[str, int | str]:
        return dict(self.cases.store.state("mailboxes").get(mailbox, {}))

    def set_ledger(self, mailbox: str, ledger: dict[str, int | str]) -> None:
        with self.cases.lock, self.cases.store.batch() as batch:
            batch.set_state("mailboxes", {**self.cases.store.state("mailboxes"), mailbox: ledger})
