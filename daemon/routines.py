"""What does the desk write of its own accord, day by day? Work lists in the morning, the report on a week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from daemon import maillog
from daemon.casework import Casework
from daemon.errors import TemporaryError
from daemon.fared import fared
from daemon.storage.store import spared
from rules import morning, week
from rules.book import opened
from rules.circumstances import Circumstances
from rules.decision import Decision
from rules.desk import Desk
from rules.lookups import Found
from rules.people import Engineer, local_day

STATE = "routines"  # in the store, by the key of an engineer's address: the last day he was seen to come, and its week


class Routines:
    """One desk's; the lock of its cases is held by whoever calls."""

    def __init__(self, cases: Casework) -> None:
        self._cases = cases
        self._failed: dict[str, date] = {}  # the day on which a list could not be written, as the log has it

    def look(self, desk: Desk, now: datetime) -> None:
        """The first morning ever is noted, and nothing written: a restart is no morning."""
        if desk.work_lists or desk.weekly_report:
            known = self._noted()
            for engineer in desk.engineers:
                noted = known.get(engineer.address.key, {})
                if morning.has_come(engineer, now, _day(noted)):
                    self._write_apart(engineer, noted, desk, now)

    def _write_apart(self, engineer: Engineer, noted: dict[str, Any], desk: Desk, now: datetime) -> None:
        """What goes wrong with the letters to one engineer is told once a day, and does not stop the others."""
        try:
            self._write(engineer, noted, desk, now)
        except (TemporaryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - a list is missing; cases and letters go on
            if self._failed.get(engineer.address.key) != local_day(engineer, now):
                maillog.no_work_list(engineer.address, error)
            self._failed[engineer.address.key] = local_day(engineer, now)

    def _write(self, engineer: Engineer, noted: dict[str, Any], desk: Desk, now: datetime) -> None:
        """His letters, and that he has had them, in one step."""
        day = local_day(engineer, now)
        decision = self._letters(engineer, day, noted, desk, now) if noted else None
        written = self._cases.write(decision) if decision else []
        state = {**self._noted(), engineer.address.key: {"day": day.isoformat(), "week": _week(day)}}
        with self._cases.batch() as batch:
            if decision:
                self._cases.put(batch, written)
                self._cases.note(batch, decision)
            batch.set_state(STATE, state)
        if decision:
            self._cases.tell(decision)
            self._cases.on_letters()

    def _noted(self) -> dict[str, dict[str, Any]]:
        return spared(self._cases.store, STATE, _read)

    def _letters(
        self, engineer: Engineer, day: date, noted: dict[str, Any], desk: Desk, now: datetime
    ) -> Decision | None:
        """About his book; None when there is nothing to write."""
        book = opened(engineer, self._cases.book(engineer), self._cases.store.next_number(), now)
        mine = self._cases.owned_by(engineer) if desk.work_lists else ()
        letters = [morning.work_list(book, engineer, mine, now)] if mine else []
        if desk.weekly_report and engineer.lead and noted.get("week") != _week(day):
            at = Circumstances(now, book.number, found=Found(fared=fared(self._cases.store, now)))
            letters.append(week.letter(book, engineer, desk, at))
        return Decision(book, tuple(letters), "the morning's letters") if letters else None


def _read(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: noted for key, noted in state.items() if _day(noted)}


def _day(noted: dict[str, Any]) -> date | None:
    return date.fromisoformat(noted["day"]) if noted else None


def _week(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"
