"""What happens to a mail, and to a case whose wait is over? The middle of the desk, one way, no way back.

    watch       an intake hands over what lay in a mailbox or came by LMTP     imap_intake, lmtp_intake
    parse       bytes become one immutable Mail                                parse
    match       which case is meant, by which evidence                         rules/threads
    identify    who wrote it, how well is it proven                            rules/senders
    decide      the new state of the case, the letters, the reason             rules/decide
    commit      case, raw mail and letters in one atomic step                  store
    acknowledge the intake moves the mail to the processed folder              imap_intake
    post        the outbox hands the letters to the SMTP server                outbox

Time enters at *decide* with a tick, the SMTP server's answers do as well: there is one door to a case.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from daemon import maillog
from daemon.absences import noted, with_absences
from daemon.clock import Clock
from daemon.errors import PermanentError, TemporaryError, UnreadableMail
from daemon.health import Health
from daemon.incoming.parse import parse, parse_headers
from daemon.intake.arrival import Arrival, Fate
from daemon.letters.scribe import Scribe
from daemon.letters.templates import Letters
from daemon.storage.store import Batch, Quarantined, Store
from daemon.tally import Tally, tally_of
from rules import decide, handover, threads
from rules.case import Audience, Case, Entry, Letter, Post, Role, Timer, stamp
from rules.circumstances import Circumstances
from rules.decision import Decision, Leave
from rules.desk import Desk
from rules.hours import next_open
from rules.mail import NOBODY, Address, Mail
from rules.silence import is_proven, without_outages
from rules.workload import Workload

ABSENCES = "absences"  # the state in which the store keeps what engineers said by mail
RELIEVE_EVERY = timedelta(minutes=1)
OUTSIDE = frozenset((Role.CUSTOMER, Role.PARTICIPANT))
OUTAGE = ("[lifecycle] outage_after", "our outage does not count")
CLOSED_NOW = ("[hours]", "there is no support now")

Filed = tuple[Fate, Callable[[], None]]  # what became of a mail, and its line for the log once it is committed


class Service:
    """One desk at work. Thread-safe: intakes, the outbox and the clock call it from threads of their own."""

    def __init__(
        self, desk: Desk, store: Store, templates: Letters, clock: Clock, health: Health, max_size: int
    ) -> None:
        """`max_size`: octets of one mail; a larger one goes to quarantine."""
        self.desk = desk
        self._max_size = max_size
        self._store = store
        self._clock = clock
        self._health = health
        self._key = store.secret()
        self._scribe = Scribe(desk, self._key, templates, clock)
        self._lock = threading.RLock()
        self._tally: Tally = tally_of(store, clock.now())
        self._relieved_at: datetime | None = None  # when the cases of absent engineers were last looked at
        self._troubled: dict[int, str] = {}  # cases that cannot be worked on, and why, as the log has it
        self.on_letters: Callable[[], None] = lambda: None  # told when the outbox has something to do
        self.on_doubt: Callable[[datetime], None] = lambda until: None  # until then all mailboxes must have been read

    # A mail comes.

    def take(self, arrivals: Sequence[Arrival]) -> list[Fate]:
        """File the mails; when this returns they are committed. Errors: TemporaryError, and then none of them is."""
        parsed = [_parse(arrival.raw, self._max_size) for arrival in arrivals]
        with self._lock:
            with self._batch() as batch:
                filed = [self._file(batch, *one) for one in zip(arrivals, parsed, strict=True)]
            for _, tell in filed:
                tell()
        self.on_letters()
        return [fate for fate, _ in filed]

    @contextmanager
    def _batch(self) -> Iterator[Batch]:
        try:
            with self._store.batch() as batch:
                yield batch
        except BaseException:
            self._tally = tally_of(self._store, self._clock.now())  # what was not committed counts for nothing
            raise

    def _file(self, batch: Batch, arrival: Arrival, parsed: tuple[Mail, str]) -> Filed:
        mail, unread = parsed
        if where := self._store.seen(mail.fingerprint):
            fate = Fate.QUARANTINED if where.startswith("quarantine") else Fate.KNOWN
            return fate, partial(maillog.known, arrival.source, where)
        if unread:
            return self._quarantine(batch, arrival, mail, unread)
        try:
            decision = self._decide(mail, arrival.past)
            case, papers = self._write(decision)
            self._note_leave(batch, decision.leave)
        except (TemporaryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the one broad except: this mail is set aside, the next one goes on
            return self._quarantine(batch, arrival, mail, f"{type(error).__name__}: {error}", error)
        batch.put(case, {case.messages[-1].file: arrival.raw, **papers})
        return Fate.FILED, partial(maillog.filed, arrival.source, case, mail, decision.reason)

    def _decide(self, mail: Mail, past: bool) -> Decision:
        now = self._clock.now()
        match = self._match(mail)
        desk, counts = self._present_desk(), self._tally.counts(mail.sender, now)
        if self._store.find(mail.message_id) is not None:
            mail = replace(mail, message_id="")  # taken from another mail: answers to that one must not end up here
        at = Circumstances(
            now,
            self._store.next_number(),
            counts,
            self._notice(match),
            self._workload(mail.sender),
            self._latest(match.case) if self._may_change_hands(match) else None,
            past,
        )
        return decide.mail_came(mail, match, desk, at)

    def _present_desk(self) -> Desk:
        """The desk with the absences its engineers have told it by mail."""
        return with_absences(self.desk, self._store.state(ABSENCES))

    def _workload(self, customer: Address) -> Workload:
        return Workload(self._store.loads(), tuple(self._store.owners_for(customer)))

    def _may_change_hands(self, match: threads.Match) -> bool:
        """An engineer answers a notice: he may give the case to a colleague, who must see what it is about."""
        return match.answers is not None and match.answers.audience is Audience.ENGINEER

    def _latest(self, case: Case | None) -> Mail | None:
        """The last mail of a person on the other side; None when it cannot be read any more."""
        papers = [one for one in case.messages if one.role in OUTSIDE and not one.held] if case else []
        if case is None or not papers:
            return None
        try:
            return parse(self._store.paper(case.number, papers[-1].file), self._max_size)
        except (LookupError, PermanentError):
            return None

    def _notice(self, match: threads.Match) -> str:
        """The text of the letter to an engineer that the mail answers; none of it may go to the customer."""
        letter = match.answers
        if match.case is None or letter is None or letter.audience is not Audience.ENGINEER:
            return ""
        return parse(self._store.paper(match.instead_of or match.case.number, letter.file)).text

    def _match(self, mail: Mail) -> threads.Match:
        """Gather what the store knows about the clues in a mail; the rules choose."""
        clues = threads.clues_of(mail, self.desk)
        by_id = {one: number for one in clues.ids if (number := self._store.find(one)) is not None}
        numbers = {token.number for token in clues.tokens} | set(by_id.values()) | set(clues.numbers)
        if clues.echo:
            numbers.add(clues.echo.number)
        follow_ups = {number: heir for number in numbers if (heir := self._store.follow_up_of(number)) is not None}
        cases = {number: self._store.case(number) for number in numbers | set(follow_ups.values())}
        known = threads.Known({number: case for number, case in cases.items() if case}, by_id, follow_ups)
        return threads.match(mail, clues, known, self._key)

    def _write(self, decision: Decision) -> tuple[Case, dict[str, bytes]]:
        """The case and its new letters, counted for the caps."""
        case, papers = self._scribe.write(decision)
        self._tally.add_letters_of(replace(case, letters=_new_letters(decision.case, case)), case.opened_at)
        return case, papers

    def _note_leave(self, batch: Batch, leave: Leave | None) -> None:
        """An engineer has said when he is away: kept with the desk, as it is about no case."""
        if leave:
            batch.set_state(ABSENCES, noted(self._store.state(ABSENCES), leave))
            self._relieved_at = None  # his urgent cases are looked at again at once

    def _quarantine(
        self, batch: Batch, arrival: Arrival, mail: Mail, reason: str, error: Exception | None = None
    ) -> Filed:
        now = self._clock.now()
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
        batch.quarantine(item, arrival.raw)
        case = self._note_unread(batch, item, mail, arrival.past)
        return Fate.QUARANTINED, partial(maillog.quarantined, item, case, error)

    def _note_unread(self, batch: Batch, item: Quarantined, mail: Mail, past: bool) -> Case | None:
        """The case that may wait for this very mail; whatever is wrong with it, the mail is safe in quarantine."""
        at = Circumstances(self._clock.now(), self._store.next_number(), past=past)
        try:
            decision = decide.mail_unread(mail, self._match(mail), self.desk, at, item.id, item.reason)
            if decision is None:
                return None
            case, papers = self._write(decision)
        except (TemporaryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - what kept the mail from its case may keep the note from it, too
            maillog.unnoted(item, error)
            return None
        batch.put(case, papers)
        return case

    def retry(self, id: str) -> str:
        """A quarantined mail goes through the door once more. Returns what came of it. Errors: LookupError."""
        with self._lock:
            item = next((one for one in self._store.quarantined() if one.id == id), None)
            if item is None:
                raise LookupError(f"there is no mail {id} in quarantine")
            raw = self._store.quarantined_raw(id)
            mail = parse(raw, self._max_size)
            with self._batch() as batch:
                said, tell = self._file_again(batch, item, mail, raw)
                batch.release(id)
            tell()
        self.on_letters()
        return said

    def _file_again(self, batch: Batch, item: Quarantined, mail: Mail, raw: bytes) -> tuple[str, Callable[[], None]]:
        source = f"quarantine {item.id}"
        if (where := self._store.seen(mail.fingerprint)).startswith("case"):
            said = f"known already: it lies in {where}, and in quarantine no longer"
            return said, partial(maillog.known, source, where)
        decision = self._decide(mail, item.past)
        case, papers = self._write(decision)
        self._note_leave(batch, decision.leave)
        batch.put(case, {case.messages[-1].file: raw, **papers})
        said = f"filed on case {case.number}: {decision.reason}"
        return said, partial(maillog.filed, source, case, mail, decision.reason)

    # Time passes.

    def tick(self) -> datetime | None:
        """Do what is due and proven; returns when the next wait ends, None when none runs."""
        with self._lock:
            now, heard = self._clock.now(), self._health.read_until
            due = self._store.due_before(now)
            proven = self._store.due_before(min(now, heard)) if heard else []
            for number in proven:
                self._tick_apart(number, now)
            if len(due) > len(proven):
                self._tick_apart(due[-1], now)  # the latest of them says until when mailboxes must be read
            self._relieve(now)
            return self._store.next_due()

    def _tick_apart(self, number: int, now: datetime) -> None:
        """A case that cannot be worked on is told once, and does not stop the others."""
        try:
            self._tick(number, now)
            self._troubled.pop(number, None)
        except (TemporaryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one case, the next one goes on
            if self._troubled.get(number) != str(error):
                maillog.damaged(number, error)
            self._troubled[number] = str(error)

    def _tick(self, number: int, now: datetime) -> None:
        case = self._store.case(number)
        if case is None:
            return
        if case.timer and case.timer.due and case.timer.due <= now:
            self._wait_is_over(case, case.timer, now)
        elif case.acknowledgement and self._is_due(case.acknowledgement.due, now):
            self._commit(handover.unacknowledged(case, self._present_desk(), self._circumstances(case, now)))
        elif case.target and case.target.next and self._is_due(case.target.next, now):
            self._commit(decide.target_near(case, self.desk, now))

    def _is_due(self, due: datetime, now: datetime) -> bool:
        """The time is over, and nothing that lies unread can contradict it: every mailbox has been read since."""
        if due > now:
            return False
        if not is_proven(due, self._health.read_until):
            self.on_doubt(due)
            return False
        return True

    def _wait_is_over(self, case: Case, waited: Timer, now: datetime) -> None:
        timer = without_outages(waited, self._health.outages, self.desk.hours)
        if timer.due is not None and timer.due > now:
            self._commit(Decision(_postponed(case, timer, now, OUTAGE), reason="our outage does not count"))
        elif timer.due is None or not self._is_due(timer.due, now):
            return
        elif (opens := next_open(self.desk.hours, now)) > now:
            self._commit(
                Decision(_postponed(case, replace(timer, due=opens), now, CLOSED_NOW), reason="no support now")
            )
        else:
            self._commit(decide.time_passed(case, self.desk, now))

    def _relieve(self, now: datetime) -> None:
        """Urgent cases of engineers who are away go to colleagues; looked at once a minute."""
        if self._relieved_at is not None and now - self._relieved_at < RELIEVE_EVERY:
            return
        self._relieved_at, desk = now, self._present_desk()
        for engineer in desk.engineers:
            if engineer.is_away(handover.local_day(engineer, now)):
                for number in self._store.owned_by(engineer.address):
                    self._relieve_apart(number, desk, now)

    def _relieve_apart(self, number: int, desk: Desk, now: datetime) -> None:
        """A case that cannot be read stays where it is; the next one goes on."""
        try:
            case = self._store.case(number)
        except PermanentError:
            return
        if case and desk.triage.level(case.severity).urgent:
            decision = handover.owner_away(case, desk, self._circumstances(case, now))
            if decision.case != case:
                self._commit(decision)

    def _circumstances(self, case: Case, now: datetime) -> Circumstances:
        """For what time brings to a case."""
        return Circumstances(now, case.number, workload=self._workload(NOBODY), latest=self._latest(case))

    # The SMTP server answers.

    def waiting(self) -> list[tuple[int, Letter]]:
        """Letters to be posted now, oldest first; none overtakes an earlier one of its case to the same reader."""
        now = self._clock.now()
        ready: list[tuple[int, Letter]] = []
        must_wait: set[tuple[int, str]] = set()
        for number, letter in self._store.waiting_letters():
            reader = (number, letter.to.key)
            later = letter.next_attempt is not None and letter.next_attempt > now
            if later and not letter.attempts:
                continue  # a notice that waits for the support hours holds up nothing
            if later or reader in must_wait:
                must_wait.add(reader)
            else:
                ready.append((number, letter))
        return ready

    def paper(self, number: int, letter: Letter) -> bytes | None:
        """The bytes of a letter, or None if it was overtaken by events."""
        if letter.name == "reminder":
            case = self._store.case(number)
            current = case.letter(letter.paper) if case else None
            if current is None or current.post is not Post.WAITING:
                return None
        return self._store.paper(number, letter.file)

    def accepted(self, number: int, letters: Sequence[Letter]) -> None:
        """The SMTP server has taken these letters of one case: the waits that hang on them begin."""
        with self._lock:
            case = self._store.case(number)
            if case is None:
                return
            for letter in letters:
                case = decide.letter_accepted(case, letter.paper, self.desk, self._clock.now())
            self._commit(Decision(case))
        for letter in letters:
            maillog.sent(number, letter)

    def deferred(self, number: int, letter: Letter, error: str, next_attempt: datetime) -> None:
        with self._lock:
            case = self._store.case(number)
            current = case.letter(letter.paper) if case else None
            if case is None or current is None or current.post is not Post.WAITING:
                return
            first = current.first_attempt or self._clock.now()
            later = replace(
                current,
                attempts=current.attempts + 1,
                first_attempt=first,
                next_attempt=next_attempt,
                error=error,
            )
            self._commit(Decision(case.with_letter(later)))
        maillog.deferred(number, letter, error, next_attempt)

    def refused(self, number: int, letter: Letter, error: str) -> None:
        with self._lock:
            case = self._store.case(number)
            if case is None:
                return
            self._commit(decide.letter_refused(case, letter.paper, error, self.desk, self._clock.now()))
        maillog.refused(number, letter, error)
        self.on_letters()

    def _commit(self, decision: Decision) -> None:
        """One change of one case that no mail caused."""
        case, papers = self._write(decision)
        with self._store.batch() as batch:
            batch.put(case, papers)
        if decision.reason:
            maillog.changed(case, decision.reason)
        if papers:
            self.on_letters()

    # What the intakes ask for.

    def read_to_end(self, mailbox: str, at: datetime) -> None:
        self._health.read_to_end(mailbox, at)

    def could_not_read(self, mailbox: str) -> None:
        self._health.could_not_read(mailbox)

    def ledger(self, mailbox: str) -> dict[str, int | str]:
        return dict(self._store.state("mailboxes").get(mailbox, {}))

    def set_ledger(self, mailbox: str, ledger: dict[str, int | str]) -> None:
        with self._lock, self._store.batch() as batch:
            batch.set_state("mailboxes", {**self._store.state("mailboxes"), mailbox: ledger})


def _parse(raw: bytes, max_size: int) -> tuple[Mail, str]:
    """The mail, and "" or why no more than its headers could be read."""
    try:
        return parse(raw, max_size), ""
    except UnreadableMail as error:
        return _headed(raw), str(error)
    except Exception as error:  # noqa: BLE001 - a parser that fails in a new way must not stop the mails behind
        return _headed(raw), f"the parser failed: {type(error).__name__}: {error}"


def _headed(raw: bytes) -> Mail:
    """What the headers say; where there are none, the mail of nobody."""
    try:
        return parse_headers(raw)
    except Exception:  # noqa: BLE001 - the reason stands in quarantine already
        return Mail(fingerprint=hashlib.sha256(raw).hexdigest(), size=len(raw))


def _postponed(case: Case, timer: Timer, now: datetime, why: tuple[str, str]) -> Case:
    rule, evidence = why
    due = f"; due {stamp(timer.due)}" if timer.due else ""
    entry = Entry(now, "the wait goes on", rule, f"{evidence}{due}")
    return replace(case, timer=timer).with_entry(entry)


def _new_letters(before: Case, after: Case) -> tuple[Letter, ...]:
    return tuple(letter for letter in after.letters if before.letter(letter.paper) is None)
