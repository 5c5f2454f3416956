"""What becomes of the letters of a case? Which are to be posted now, and what follows from the SMTP server's answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from daemon import maillog
from daemon.casework import Casework
from rules import decide
from rules.case import Letter, Post
from rules.decision import Decision
from rules.papers import NOTICES
from rules.transition import put_off


class PostRoom:
    """What the outbox asks of the desk; it says how each letter fared."""

    def __init__(self, cases: Casework) -> None:
        self._cases = cases
        self.holds: Callable[[Letter], bool] = lambda letter: False  # letters that may be sent already

    def waiting(self) -> list[tuple[int, Letter]]:
        """Letters to be posted now, oldest first; none overtakes an earlier one of its case to the same reader."""
        now = self._cases.clock.now()
        ready: list[tuple[int, Letter]] = []
        must_wait: set[tuple[int, str]] = set()
        for number, letter in self._cases.store.waiting_letters():
            reader = (number, letter.to.key)
            later = letter.next_attempt is not None and letter.next_attempt > now
            if later and not letter.attempts:
                continue  # a notice that waits for the support hours holds up nothing
            if later or reader in must_wait or self.holds(letter):
                must_wait.add(reader)
            else:
                ready.append((number, letter))
        return ready

    def paper(self, number: int, letter: Letter) -> bytes | None:
        """The bytes of a letter, or None if it was overtaken by events."""
        if letter.name in ("reminder", *NOTICES):
            case = self._cases.store.case(number)
            current = case.letter(letter.paper) if case else None
            if current is None or current.post is not Post.WAITING:
                return None
        return self._cases.store.paper(number, letter.file)

    def accepted(self, number: int, letters: Sequence[Letter]) -> None:
        """The SMTP server has taken these letters of one case: the waits that hang on them begin."""
        with self._cases.lock:
            case = self._cases.store.case(number)
            if case is None:
                return
            for letter in letters:
                case = decide.letter_accepted(case, letter.paper, self._cases.desk, self._cases.clock.now())
            self._cases.commit(Decision(case))
        for letter in letters:
            maillog.sent(number, letter)

    def deferred(self, number: int, letter: Letter, error: str, next_attempt: datetime) -> None:
        with self._cases.lock:
            case = self._cases.store.case(number)
            current = case.letter(letter.paper) if case else None
            if case is None or current is None or current.post is not Post.WAITING:
                return
            now = self._cases.clock.now()
            later = replace(
                current,
                attempts=current.attempts + 1,
                first_attempt=current.first_attempt or now,
                next_attempt=next_attempt,
                error=error,
            )
            self._cases.commit(put_off(case, later, self._cases.desk, now))
        maillog.deferred(number, letter, error, next_attempt)

    def refused(self, number: int, letter: Letter, error: str) -> None:
        with self._cases.lock:
            case = self._cases.store.case(number)
            if case is None:
                return
            self._cases.commit(
                decide.letter_refused(case, letter.paper, error, self._cases.desk, self._cases.clock.now())
            )
        maillog.refused(number, letter, error)
        self._cases.on_letters()
