"""How do wishes become letters? Each is composed once, gets its number among the papers of the case, and waits to be posted."""

from __future__ import annotations

from dataclasses import replace

from daemon.clock import Clock
from daemon.key_ring import KeyRing
from daemon.letters.compose import compose
from daemon.letters.templates import Letters
from rules import tokens, wishes
from rules.case import Case, Letter, Timer
from rules.decision import Decision, Wish
from rules.desk import Desk


class Scribe:
    """Writes for one desk; the newest key seals the tokens (rules/tokens.py)."""

    def __init__(self, desk: Desk, ring: KeyRing, templates: Letters, clock: Clock) -> None:
        self._desk = desk
        self._ring = ring
        self._templates = templates
        self._clock = clock

    def write(self, decision: Decision) -> tuple[Case, dict[str, bytes]]:
        """The case with the letters of a decision, and their bytes by the name of the file."""
        case, papers = decision.case, {}
        for wish in decision.wishes:
            letter, raw = self._compose(wish, case)
            case, papers[letter.file] = case.with_letter(letter), raw
            if wish.starts:
                case = replace(case, timer=Timer(wish.starts, letter.paper, until=wish.until))
        return case, papers

    def _compose(self, wish: Wish, case: Case) -> tuple[Letter, bytes]:
        now, paper = self._clock.now(), case.papers + 1
        key = self._ring.keys.newest
        seal = tokens.dated(key.secret, now)
        made = tokens.message_id_apart if wish.apart else tokens.message_id
        message_id = made(self._desk, seal, case.number, paper, wish.to)
        sealed = tokens.reply_address(self._desk, seal, case.number, paper, wish.to)
        reply_to = self._desk.address if wish.apart else sealed
        composed = compose(
            wish, case, self._desk, message_id=message_id, reply_to=reply_to, now=now, letters=self._templates
        )
        file = f"{paper:04d}-{wish.letter}.eml"
        letter = Letter(paper, wish.letter, wish.to, wish.audience, composed.subject, message_id, file, now)
        waits = wish.not_before or wishes.held_back_until(wish, case, self._desk, now)
        return replace(letter, key=key.number, next_attempt=waits, about=wish.about), composed.raw
