"""What does time bring to a case? A wait that is over, a promise that is late, an owner who is away; all of it proven (law 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from daemon import maillog
from daemon.casework import Casework
from daemon.errors import PermanentError, TemporaryError
from daemon.health import Health
from daemon.routines import Routines
from rules import decide, handover
from rules.case import Case, Entry, Timer, stamp
from rules.circumstances import Circumstances
from rules.decision import Decision
from rules.desk import Desk
from rules.hours import next_open
from rules.lookups import Found
from rules.mail import NOBODY, Address
from rules.people import is_away_today
from rules.silence import is_proven, without_outages
from rules.strangers import overdue

A_MINUTE = timedelta(minutes=1)
OUTAGE = ("[lifecycle] outage_after", "our outage does not count")
CLOSED_NOW = ("[hours]", "there is no support now")


class Timekeeper:
    """Looks at what is due, at every tick of the clock."""

    def __init__(self, cases: Casework, health: Health) -> None:
        self._cases = cases
        self._health = health
        self._routines = Routines(cases)
        self._looked_at: datetime | None = None  # when absent engineers, and lists to write, were last looked for
        self._troubled: dict[int, str] = {}  # cases that cannot be worked on, and why, as the log has it
        self.on_doubt: Callable[[datetime], None] = lambda until: None  # until then all mailboxes must have been read
        cases.on_absence = self._look_again

    def tick(self) -> datetime | None:
        """Do what is due and proven; returns when the next wait ends, None when none runs."""
        with self._cases.lock:
            now, heard = self._cases.clock.now(), self._health.read_until
            due = self._cases.store.due_before(now)
            proven = self._cases.store.due_before(min(now, heard)) if heard else []
            for number in proven:
                self._tick_apart(number, now)
            if len(due) > len(proven):
                self._tick_apart(due[-1], now)  # the latest of them says until when mailboxes must be read
            self._each_minute(now)
            return self._cases.store.next_due()

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
        case = self._cases.store.case(number)
        if case is None:
            return
        if case.timer and case.timer.due and case.timer.due <= now:
            self._wait_is_over(case, case.timer, now)
        elif case.acknowledgement and self._is_due(case.acknowledgement.due, now):
            self._cases.commit(
                handover.unacknowledged(case, self._cases.present_desk(), self._circumstances(case, now))
            )
        elif case.target and case.target.next and self._is_due(case.target.next, now):
            self._cases.commit(decide.target_near(case, self._cases.desk, now))
        elif (late := overdue(case, now)) and all(self._is_due(one.due, now) for one in case.holds if one.due <= now):
            self._hold_is_over(case, late.sender, now)

    def _hold_is_over(self, case: Case, sender: Address, now: datetime) -> None:
        """Nobody has decided about a stranger's mail: it becomes a case of its own, confirmed as any other."""
        at = Circumstances(
            now,
            self._cases.store.next_number(),
            counts=self._cases.tally.counts(sender, now),
            workload=self._cases.workload(sender),
        )
        self._cases.commit(decide.held_too_long(case, self._cases.held(case), self._cases.present_desk(), at))

    def _is_due(self, due: datetime, now: datetime) -> bool:
        """The time is over, and nothing that lies unread can contradict it: every mailbox has been read since."""
        if due > now:
            return False
        if not is_proven(due, self._health.read_until):
            self.on_doubt(due)
            return False
        return True

    def _wait_is_over(self, case: Case, waited: Timer, now: datetime) -> None:
        timer = without_outages(waited, self._health.outages, self._cases.desk.hours)
        if timer.due is not None and timer.due > now:
            self._cases.commit(Decision(_postponed(case, timer, now, OUTAGE), reason="our outage does not count"))
        elif timer.due is None or not self._is_due(timer.due, now):
            return
        elif (opens := next_open(self._cases.desk.hours, now)) > now:
            self._cases.commit(
                Decision(_postponed(case, replace(timer, due=opens), now, CLOSED_NOW), reason="no support now")
            )
        else:
            self._cases.commit(decide.time_passed(case, self._cases.present_desk(), now))

    def _each_minute(self, now: datetime) -> None:
        if self._looked_at is not None and now - self._looked_at < A_MINUTE:
            return
        self._looked_at, desk = now, self._cases.present_desk()
        self._relieve(desk, now)
        self._routines.look(desk, now)

    def _relieve(self, desk: Desk, now: datetime) -> None:
        """Urgent cases of engineers who are away go to colleagues, all of those who have left."""
        urgent = {level.letter for level in desk.triage.levels if level.urgent}
        for engineer in desk.engineers:
            if is_away_today(engineer, now):
                for number in self._cases.store.owned_by(engineer.address, urgent):
                    self._relieve_apart(number, desk, now)
        for owner in self._cases.store.loads():
            if desk.engineer(Address(owner)) is None:
                for number in self._cases.store.owned_by(Address(owner)):
                    self._relieve_apart(number, desk, now)

    def _relieve_apart(self, number: int, desk: Desk, now: datetime) -> None:
        """A case that cannot be read stays where it is; the next one goes on."""
        try:
            case = self._cases.store.case(number)
        except PermanentError:
            return
        if case is None:
            return
        if desk.engineer(case.owner) is None:
            self._cases.commit(handover.owner_left(case, desk, self._circumstances(case, now)))
        else:
            decision = handover.owner_away(case, desk, self._circumstances(case, now))
            if decision.case != case:
                self._cases.commit(decision)

    def _circumstances(self, case: Case, now: datetime) -> Circumstances:
        """For what time brings to a case."""
        work, found = self._cases.workload(NOBODY), Found(stories={case.number: self._cases.story(case)})
        return Circumstances(now, case.number, workload=work, latest=self._cases.latest(case), found=found)

    def _look_again(self) -> None:
        """Somebody has said that he is away: his urgent cases do not wait for the next minute."""
        self._looked_at = None


def _postponed(case: Case, timer: Timer, now: datetime, why: tuple[str, str]) -> Case:
    rule, evidence = why
    due = f"; due {stamp(timer.due)}" if timer.due else ""
    entry = Entry(now, "the wait goes on", rule, f"{evidence}{due}")
    return replace(case, timer=timer).with_entry(entry)
