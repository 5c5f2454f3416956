"""Is anything lost or doubled when the desk is killed before any one system call? strace kills it at each in turn.

SIGKILL before this call, start again, let it finish. What the desk and the flows are says traced_desk.py.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict

import pytest
from torture.traced_desk import FLOWS, Boundary, Flow, Trial, World, boundaries_of, world

__all__ = ["world"]  # a fixture

EVERY = int(os.environ.get("POSTCASE_EVERY_CALL", "7"))  # a kill at each so many-th call; 1: at all, of all flows
QUICK_FLOWS = 2
BETWEEN = 4  # open, write, fsync, rename: the commit that notes what the SMTP server has taken


@pytest.mark.torture
@pytest.mark.timeout(3600 if EVERY == 1 else 120)
@pytest.mark.parametrize("flow", FLOWS if EVERY == 1 else FLOWS[:QUICK_FLOWS], ids=lambda flow: flow.name)
def test_killed_before_any_one_call_the_desk_ends_as_if_nothing_had_been(world: World, flow: Flow) -> None:
    world.live(flow.before)
    trial = Trial(world, flow, world.prepare(flow.step))
    boundaries = boundaries_of(trial.undisturbed())
    chosen = boundaries[::EVERY]
    doubled: defaultdict[tuple[int, str, str], list[Boundary]] = defaultdict(list)
    missed = []
    for boundary in chosen:
        if not trial.killed(boundary):
            missed.append(boundary)
            continue
        for number, letter in trial.settled():
            doubled[number, letter.name, letter.to.address].append(boundary)
    moments, in_commit = most(doubled)
    figures = {"flow": flow.name, "boundaries": len(boundaries), "kills": len(chosen) - len(missed), "lost": 0}
    copies = {"second copies": sum(map(len, doubled.values())), "moments of one letter": moments}
    print(json.dumps({**figures, "missed": len(missed), **copies, "in its commit": in_commit}))
    assert len(missed) <= len(chosen) // 50, (
        f"the flow is not the same every time, there was no such call to be killed at: {missed}"
    )
    assert in_commit <= BETWEEN


def most(doubled: dict[tuple[int, str, str], list[Boundary]]) -> tuple[int, int]:
    """At how many moments is one letter in danger of a second copy, and at how many calls of the commit that notes it?

    Those that are in the first count only close something, or post the later letters of the same case.
    """
    at = doubled.values()
    return max(map(len, at), default=0), max((sum(one.changes for one in moments) for moments in at), default=0)
