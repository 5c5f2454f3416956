"""Is anything lost or doubled when any one system call fails? strace has each fail in turn, once, or with all that follow.

A disk that is full, refuses or lies, no file descriptor left: what cannot be filed stays in the mailbox, and no error comes up
that nobody has thought of. Started again when the fault is over, the desk ends as if nothing had been.
What the desk and the flows are says traced_desk.py.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from torture.desk_in_one_go import BROKEN, ENDED
from torture.traced_desk import FLOWS, Boundary, Flow, Trial, World, boundaries_of, world

__all__ = ["world"]  # a fixture

ALL = "POSTCASE_EVERY_FAULT" in os.environ  # every fault at every call of all flows
SAMPLE = 30  # else so many of the first flows
QUICK_FLOWS = 2
COMPOUND = int(
    os.environ.get("POSTCASE_COMPOUND_FAULTS", "25")
)  # for each flow: a fault, and a kill while the desk recovers from it
A_FEW = 25  # more of them: in all flows
SEED = 20261127
# A short write that is a lie as well: of all octets the kernel says it took one, and none has arrived.
SHORT = "retval=1"
FULL, FAILS, NO_DESCRIPTOR, READ_ONLY = (f"error={name}" for name in ("ENOSPC", "EIO", "EMFILE", "EROFS"))
ONCE = {
    "openat": (FULL, FAILS, NO_DESCRIPTOR, READ_ONLY),
    "write": (FULL, FAILS, SHORT),
    "fsync": (FULL, FAILS),
    "rename": (FULL, FAILS, READ_ONLY),
    "mkdir": (FULL, FAILS, READ_ONLY),
    "unlink": (FAILS, READ_ONLY),
    "rmdir": (FAILS, READ_ONLY),
}
FOR_GOOD = {
    FULL: ("write", "mkdir", "rename"),
    FAILS: ("write", "fsync", "rename", "mkdir", "unlink", "rmdir"),
    NO_DESCRIPTOR: ("openat", "socket"),
    READ_ONLY: ("write", "mkdir", "rename", "unlink", "rmdir"),
}
UNREADABLE = {"openat": (FAILS, NO_DESCRIPTOR), "read": (FAILS,)}
READING_FLOWS = tuple(flow for flow in FLOWS if flow.before)


@dataclass(frozen=True)
class Fault:
    """From this call on, or at this call alone."""

    boundary: Boundary
    how: str
    for_good: bool

    @property
    def expressions(self) -> list[str]:
        """For `strace -e`; it counts the calls of each kind by themselves."""
        if not self.for_good:
            call, count = self.boundary.call, self.boundary.count
            return [f"trace={call}", f"inject={call}:{self.how}:when={count}"]
        calls = FOR_GOOD[self.how]
        counts = {call: self.boundary.before.get(call, 0) + (call != self.boundary.call) for call in calls}
        return [f"trace={','.join(calls)}", *(f"inject={call}:{self.how}:when={counts[call]}+" for call in calls)]


@pytest.mark.torture
@pytest.mark.timeout(7200 if ALL else 120)
@pytest.mark.parametrize("flow", FLOWS if ALL else FLOWS[:QUICK_FLOWS], ids=lambda flow: flow.name)
def test_whatever_call_fails_the_desk_ends_as_if_nothing_had_been(world: World, flow: Flow) -> None:
    world.live(flow.before)
    trial = Trial(world, flow, world.prepare(flow.step))
    suffer_all(trial, "faults", faults_of(boundaries_of(trial.undisturbed())))


@pytest.mark.torture
@pytest.mark.timeout(3600 if ALL else 120)
@pytest.mark.parametrize("flow", READING_FLOWS if ALL else READING_FLOWS[:QUICK_FLOWS], ids=lambda flow: flow.name)
def test_whatever_file_cannot_be_read_for_once_the_desk_ends_as_if_nothing_had_been(world: World, flow: Flow) -> None:
    world.live(flow.before)
    trial = Trial(world, flow, world.prepare(flow.step))
    boundaries = boundaries_of(trial.undisturbed(), read=world.desk.data)
    suffer_all(trial, "unread", once_each(boundaries, UNREADABLE))


@pytest.mark.torture
@pytest.mark.timeout(120 + COMPOUND)
@pytest.mark.parametrize("flow", FLOWS if COMPOUND > A_FEW else FLOWS[:QUICK_FLOWS], ids=lambda flow: flow.name)
def test_killed_while_it_recovers_from_a_fault_the_desk_ends_as_if_nothing_had_been(world: World, flow: Flow) -> None:
    world.live(flow.before)
    trial = Trial(world, flow, world.prepare(flow.step))
    boundaries = boundaries_of(trial.undisturbed())
    possible, chance = faults_of(boundaries), random.Random(SEED)
    kills = 0
    for _ in range(COMPOUND):
        fault, boundary = chance.choice(possible), chance.choice(boundaries)
        try:
            trial.disturbed(trial.flow.waits, *fault.expressions)
            kills += trial.killed_again(boundary)
            trial.settled(books=False)
        except AssertionError as error:
            raise AssertionError(f"{fault}, then killed: {boundary}\n{trial.log()}") from error
    print(json.dumps({"flow": flow.name, "faults": COMPOUND, "killed in recovery": kills, "lost": 0}))


def suffer_all(trial: Trial, what: str, possible: list[Fault]) -> None:
    """Or a sample of them; `what` they are called in the figures."""
    chosen = possible if ALL else random.Random(SEED).sample(possible, SAMPLE)
    figures: Counter[str] = Counter()
    for fault in chosen:
        figures.update(suffered(trial, fault))
    print(json.dumps({"flow": trial.flow.name, "possible": len(possible), what: len(chosen), "lost": 0, **figures}))


def suffered(trial: Trial, fault: Fault) -> Counter[str]:
    """What came of it."""
    try:
        code = os.waitstatus_to_exitcode(trial.disturbed(trial.flow.waits, *fault.expressions))
        assert code in (0, ENDED), f"nobody has thought of this:\n{trial.log()}" if code == BROKEN else code
        return Counter({"ended": int(code != 0), "second copies": len(trial.settled(books=False))})
    except AssertionError as error:
        raise AssertionError(f"{fault}\n{trial.log()}") from error


def faults_of(boundaries: list[Boundary]) -> list[Fault]:
    for_good = [Fault(one, how, for_good=True) for one in boundaries for how in FOR_GOOD if one.call in FOR_GOOD[how]]
    return once_each(boundaries, ONCE) + for_good


def once_each(boundaries: list[Boundary], ways: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    return [Fault(one, how, for_good=False) for one in boundaries for how in ways.get(one.call, ())]
