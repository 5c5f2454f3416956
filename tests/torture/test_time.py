"""Does time that is wrong, or that we have slept through, ever remind or close a case too early?

True time runs here beside the clock of the desk. A step counts as too early when less true time than its wait has passed since
the letter before it; a clock that is wrong may put it off, never bring it forward by more than what the desk cannot notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from conversations.player import DESK, OUTAGE_AFTER, Player

from rules.case import Status
from rules.desk import Desk
from rules.hours import Calendar, Opening, Wait, between

pytestmark = [pytest.mark.torture, pytest.mark.timeout(200)]

ANN, EVA = "ann@customer.example", "eva@desk.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEP = 30 * MINUTE  # how often the mailbox is read, and the clock asked
WAIT = 3 * DAY
CASES = 500


class Waiting:
    """One case that waits for its customer, in true time and in the desk's."""

    def __init__(self, folder: Path) -> None:
        self.desk = Player(folder)
        self.desk.write(ANN, "Printer on fire", "Help.", [])
        self.desk.write(EVA, "answers assigned", "Pull the plug.", [])
        self.true = timedelta()
        self.steps: list[tuple[str, timedelta]] = [("relay", self.true)]
        self._seen = len(self.desk.server.taken)

    def jump(self, by: timedelta) -> None:
        self.desk.clock.advance(by)
        self.look()

    def live(self, span: timedelta) -> None:
        end = self.true + span
        while self.true < end:
            self.true += STEP
            self.desk.clock.advance(STEP)
            self.look()

    def sleep(self, span: timedelta) -> None:
        """The machine is suspended: nothing runs, and then the clock is right again."""
        self.true += span
        self.jump(span)

    def look(self) -> None:
        self.desk._read()
        self.desk.settle()
        for sent in self.desk.server.taken[self._seen :]:
            if sent.to == ANN:
                self.steps.append((str(sent.message["X-Postcase-Letter"]), self.true))
        self._seen = len(self.desk.server.taken)

    def too_early(self) -> list[str]:
        pairs = pairwise(self.steps)
        spans = [(name, at - before) for (_, before), (name, at) in pairs]
        return [f"{name} after {span}" for name, span in spans if span < WAIT - OUTAGE_AFTER]


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    made = Waiting(tmp_path)
    yield made
    made.desk.close()


# At which true moment the clock jumps, and by how much; after that it goes on from there.
JUMPS: dict[str, tuple[tuple[timedelta, timedelta], ...]] = {
    "forty days ahead": ((DAY, 40 * DAY),),
    "forty days ahead and back": ((DAY, 40 * DAY), (2 * HOUR, -40 * DAY)),
    "forty days ahead and back at once": ((DAY, 40 * DAY), (timedelta(), -40 * DAY)),
    "a day back": ((2 * DAY, -DAY),),
    "a day back and ahead": ((2 * DAY, -DAY), (HOUR, DAY)),
    "a year ahead": ((HOUR, 365 * DAY),),
    "a year back": ((DAY, -365 * DAY),),
    "a year back and ahead": ((DAY, -365 * DAY), (DAY, 365 * DAY)),
    "ten minutes ahead": ((DAY, 10 * MINUTE),),
    "ten minutes back": ((DAY, -10 * MINUTE),),
    "an hour ahead, as of summer time set by hand": ((DAY, HOUR),),
    "an hour back, as of winter time set by hand": ((DAY, -HOUR),),
    "to the very due moment": ((DAY, 2 * DAY),),
    "behind the due moment by a minute": ((DAY, 2 * DAY + MINUTE),),
    "behind all three waits at once": ((DAY, 9 * DAY),),
    "ahead three days, three times": ((DAY, WAIT), (DAY, WAIT), (DAY, WAIT)),
    "to and fro each day": ((DAY, 5 * DAY), (DAY, -5 * DAY), (DAY, 5 * DAY), (DAY, -5 * DAY)),
    "ahead while reminded once": ((4 * DAY, 40 * DAY),),
    "ahead while reminded twice": ((8 * DAY, 40 * DAY),),
    "back while reminded twice": ((8 * DAY, -40 * DAY), (DAY, 40 * DAY)),
}


@pytest.mark.parametrize("name", JUMPS)
def test_a_clock_that_jumps_brings_nothing_forward(waiting: Waiting, name: str) -> None:
    for after, by in JUMPS[name]:
        waiting.live(after)
        waiting.jump(by)
    waiting.live(20 * DAY)
    assert waiting.too_early() == []


def test_without_a_jump_the_steps_are_on_time(waiting: Waiting) -> None:
    """What is measured above is measured right."""
    waiting.live(20 * DAY)
    assert [name for name, _ in waiting.steps] == ["relay", "reminder", "reminder", "closed"]
    assert waiting.steps[-1][1] <= 3 * (WAIT + HOUR)


@pytest.mark.parametrize("after", [DAY, 4 * DAY, 8 * DAY])
def test_three_days_of_sleep_are_an_outage(waiting: Waiting, after: timedelta) -> None:
    waiting.live(after)
    before = len(waiting.steps)
    waiting.sleep(3 * DAY)
    assert len(waiting.steps) == before
    waiting.live(20 * DAY)
    awake = [at - (3 * DAY if at > after else timedelta()) for _, at in waiting.steps]
    spans = [later - earlier for earlier, later in pairwise(awake)]
    assert all(span >= WAIT - OUTAGE_AFTER for span in spans), "time asleep does not count"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("start", [datetime(2026, 3, 5, 9, 0, tzinfo=UTC), datetime(2026, 10, 22, 9, 0, tzinfo=UTC)])
def test_a_change_of_the_clocks_in_the_midst_of_a_wait(tmp_path: Path, zone: str, start: datetime) -> None:
    """In support hours, over both changes of the year: the reminder comes when the wall says so, to the next look."""
    hours = Calendar(zone, ((Opening(9 * 60, 17 * 60),),) * 7)
    desk: Desk = replace(DESK, hours=hours, timezone=zone, waits=dict.fromkeys(DESK.waits, Wait(time=40 * HOUR)))
    player = Player(tmp_path, desk)
    player.clock.advance(start - player.clock.now())
    player.write(ANN, "Printer on fire", "Help.", [])
    player.pass_time(DAY)  # the notice waits for the hours
    player.write(EVA, "answers assigned", "Pull the plug.", [])
    began = player.clock.now()
    for _ in range(4 * 24 * 30):
        player.clock.advance(HOUR / 4)
        player._read()
        player.settle()
        if any(sent.to == ANN and sent.message["X-Postcase-Letter"] == "reminder" for sent in player.server.taken):
            break
    passed = between(hours, began, player.clock.now())
    player.close()
    assert 40 * HOUR <= passed <= 40 * HOUR + HOUR / 4


def test_after_an_outage_of_thirty_days_nobody_is_closed_and_nobody_asked_at_once(tmp_path: Path) -> None:
    player = Player(tmp_path)
    for number in range(CASES):
        player.write(f"c{number}@customer{number}.example", f"Trouble {number}", "Help.", [])
        if number % 5:
            player.write(_owner(player, number + 1), f"answers assigned #{number + 1}", "Try this.", [])
    player.pass_time(4 * DAY)  # most were reminded once
    player.fresh()
    player.outage(30 * DAY)
    assert [sent.line for sent in player.fresh() if _is_step(sent.line)] == []
    player.pass_time(2 * DAY)
    steps = [sent.line for sent in player.fresh() if _is_step(sent.line)]
    assert max(Counter(steps).values(), default=0) <= 1, "one reminder each at the most"
    closed = [number for number in player.store.all_numbers() if _status(player, number) is Status.CLOSED]
    player.close()
    assert closed == []


def _owner(player: Player, number: int) -> str:
    case = player.store.case(number)
    assert case is not None
    return case.owner.address


def _status(player: Player, number: int) -> Status:
    case = player.store.case(number)
    assert case is not None
    return case.status


def _is_step(line: str) -> bool:
    return line.endswith((" reminder", " closed"))
