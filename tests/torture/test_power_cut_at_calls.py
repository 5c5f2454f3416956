"""Is anything lost or doubled when the power fails before any one system call of the whole desk?

strace kills the desk before this call, so its servers have seen what they have seen; and it has written down what the desk wrote.
Then the disk is drawn by lot, several times: of what was not fsynced, any part may be there and any part missing
(tests/forgetful_disk.py). Started on each of these disks, the desk ends as if nothing had been.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from forgetful_disk import DRAWS, PATIENCE_SECONDS, Call, ForgetfulDisk
from torture.traced_desk import DESK, FLOWS, SPEAKS, Boundary, Flow, Trial, World, boundaries_of, whole, world

__all__ = ["world"]  # a fixture

EVERY = int(
    os.environ.get("POSTCASE_CUT_AT_EVERY_CALL", "20")
)  # a cut at each so many-th call; 1: at all, of all flows
QUICK_FLOWS = 2
SEED = 20261127
WRITTEN = "openat,write,fsync,rename,mkdir,unlink,rmdir"
STRING = r'"((?:[^"\\]|\\.)*)"'
# What a line of `strace -y` says, without the number of the process.
LINES: dict[str, str] = {
    "create": rf"openat\(AT_FDCWD\S*, {STRING}, [A-Z_|]*O_CREAT",
    "write": rf"write\(\d+<([^>]*)>, {STRING}, \d+\)",
    "fsync": r"fsync\(\d+<([^>]*)>\)",
    "rename": rf"rename\({STRING}, {STRING}\)",
    "mkdir": rf"mkdir\({STRING}, ",
    "unlink": rf"unlink\({STRING}\)",
    "rmdir": rf"rmdir\({STRING}\)",
}
HAD_FILES = tuple(flow for flow in FLOWS if flow.before)


@pytest.mark.torture
@pytest.mark.timeout(60 + PATIENCE_SECONDS if EVERY > 1 else 3600 + 300 * DRAWS)
@pytest.mark.parametrize("flow", HAD_FILES if EVERY == 1 else HAD_FILES[:QUICK_FLOWS], ids=lambda flow: flow.name)
def test_when_the_power_fails_before_any_one_call_the_desk_ends_as_if_nothing_had_been(
    world: World, flow: Flow
) -> None:
    world.live(flow.before)
    trial = Trial(world, flow, world.prepare(flow.step))
    boundaries = [one for one in boundaries_of(trial.undisturbed()) if one.changes or one.call in SPEAKS][::EVERY]
    chance = random.Random(SEED)
    disks = copies = 0
    for boundary in boundaries:
        for log in cut(world, trial, boundary, chance):
            try:
                copies += len(trial.settled())
            except AssertionError as error:
                raise AssertionError(f"{boundary}\n{log}\n{trial.log()}") from error
            disks += 1
    print(json.dumps({"flow": flow.name, "cuts": len(boundaries), "disks": disks, "lost": 0, "second copies": copies}))


def cut(world: World, trial: Trial, boundary: Boundary, chance: random.Random) -> Iterator[list[Call]]:
    """For each disk that may be left: it is the one of the desk, the servers are as they were. Back comes what was written."""
    trial.begin()
    data = world.desk.data
    disk = ForgetfulDisk(data)
    kill = f"inject={boundary.call}:signal=SIGKILL:when={boundary.count}"
    trial.disturb(trial.flow.waits, f"trace={WRITTEN},{boundary.call}", kill, more=("-y", "-s", "100000000"))
    calls = [
        call for line in whole((world.folder / "calls").read_text().splitlines()) for call in written_in(line, data)
    ]
    for call in calls:
        disk.follow(call)
    servers_as_now = remembered(world)
    for _ in range(DRAWS):
        shutil.rmtree(data)
        disk.draw(chance, data)
        servers_as_now()
        yield calls


def written_in(line: str, data: Path) -> Iterator[Call]:
    """The call of a line, if it has changed a file of the desk."""
    for name, pattern in LINES.items():
        if (match := re.match(pattern, line)) and not re.search(r" = (-1 |\?)", line[match.end() :]):
            first, *rest = (octets(group) for group in match.groups())
            if not first.startswith(os.fsencode(data) + b"/") and first != os.fsencode(data):
                return
            if name == "write":
                yield name, (os.fsdecode(first),), rest[0]
            else:
                yield name, tuple(map(os.fsdecode, (first, *rest))), b""


def octets(text: str) -> bytes:
    """What strace has put in quotes, as C does it."""
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def remembered(world: World) -> Callable[[], None]:
    """To be called to have the servers as they are now."""
    account = world.imap._mailboxes.account(DESK)
    assert account is not None
    folders = {name: (folder, folder.next_uid, dict(folder._messages)) for name, folder in account.folders.items()}
    taken = list(world.smtp.taken)

    def restore() -> None:
        account.folders.clear()
        for name, (folder, next_uid, messages) in folders.items():
            folder.next_uid, folder._messages = next_uid, dict(messages)
            account.folders[name] = folder
        world.smtp.taken[:] = taken

    return restore
