"""What does a dialogue say? A text file as steps, and the play of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from conversations.player import DESKS, Player
from conversations.reports import REPORTS

from rules.desk import Desk


@dataclass
class Step:
    line: int
    sign: str
    words: str
    below: list[str] = field(default_factory=list)


def steps_of(path: Path) -> list[Step]:
    steps: list[Step] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith(("#", "%")):
            continue
        if line.startswith("    "):
            steps[-1].below.append(line[4:])
        else:
            steps.append(Step(number, line[0], line[1:].strip()))
    return steps


def desk_of(path: Path) -> Desk:
    """The desk that a dialogue is played on: `% office` in its first line, else the plain one."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    return DESKS[first[1:].strip() if first.startswith("%") else ""]


def play(path: Path, player: Player) -> None:
    """Play one dialogue; fails with the line at which the desk did something else."""
    steps = steps_of(path)
    index = 0
    while index < len(steps):
        step = steps[index]
        _do(step, player, path)
        index += 1
        if step.sign == "=":
            continue
        expected = []
        while index < len(steps) and steps[index].sign == "<":
            expected.append(steps[index])
            index += 1
        _compare(step, expected, player, path)


def _do(step: Step, player: Player, path: Path) -> None:
    if step.sign == ">":
        sender, _, subject = step.words.partition(" ")
        body = "\n".join(line for line in step.below if not line.startswith("+ "))
        extra = [line[2:] for line in step.below if line.startswith("+ ")]
        if (words := subject.split())[2:] and words[0] in REPORTS:
            player.report(sender, words[0], words[1], words[2], "".join(words[3:]).lstrip("#"), extra)
        else:
            player.write(sender, subject.strip(), body, extra)
    elif step.sign == "~":
        player.pass_time(_span(step.words))
    elif step.sign == "!":
        _trouble(step.words, player)
    elif step.sign == "=":
        _check(step, player, path)
    else:
        raise AssertionError(f"{path.name}:{step.line}: a line begins with {step.sign!r}")


def _trouble(words: str, player: Player) -> None:
    what, _, rest = words.partition(" ")
    if what == "outage":
        player.outage(_span(rest))
    elif what == "smtp":
        player.server.down = rest == "down"
        player.settle()
    elif what == "mailbox":
        player.readable = rest == "readable"
        player._read()
        player.settle()
    elif what == "retry":
        player.retry()
    elif what == "lift":
        player.service.cases.lift(rest)
    elif what == "refuses":
        player.server.refuses.add(rest)
    elif what == "defers":
        player.server.defers.add(rest)
    elif what == "takes":
        player.server.refuses.discard(rest)
        player.server.defers.discard(rest)
    else:
        raise AssertionError(f"! {words}: no such trouble")


def _check(step: Step, player: Player, path: Path) -> None:
    _, number, state, *more = step.words.split()
    case = player.store.case(int(number))
    assert case is not None, f"{path.name}:{step.line}: there is no case {number}"
    if state == "follows":
        assert [link.number for link in case.links] == [int(more[0])], f"{path.name}:{step.line}: {case.links}"
    elif state == "links":
        found = sorted(f"{link.tie} {link.number}" for link in case.links)
        assert found == sorted(filter(None, " ".join(more).split(", "))), f"{path.name}:{step.line}: {found}"
    elif state == "participants":
        assert sorted(one.address for one in case.participants) == sorted(more), f"{path.name}:{step.line}"
    elif state == "owner":
        assert [case.owner.address] == more, f"{path.name}:{step.line}: case {number} belongs to {case.owner.address}"
    elif state == "severity":
        assert [case.severity] == more, f"{path.name}:{step.line}: case {number} has severity {case.severity}"
    elif state == "why":
        said = [f"{entry.event}: {entry.rule} {entry.evidence}" for entry in case.history]
        wanted = " ".join(more)
        assert any(wanted in one for one in said), f"{path.name}:{step.line}: {wanted!r} is not in\n" + "\n".join(said)
    else:
        assert str(case.status) == state, f"{path.name}:{step.line}: case {number} is {case.status}, expected {state}"


def _compare(step: Step, expected: list[Step], player: Player, path: Path) -> None:
    sent = player.fresh()
    where = f"{path.name}:{step.line}: {step.sign} {step.words}"
    wanted = sorted(" ".join(one.words.split()) for one in expected)
    found = sorted(letter.line for letter in sent)
    assert found == wanted, f"{where}\nsent: {found}"
    for one in expected:
        letters = [letter for letter in sent if letter.line == " ".join(one.words.split())]
        for words in one.below:
            if words.startswith("- "):
                assert all(words[2:] not in letter.text for letter in letters), f"{path.name}:{one.line}: {words}"
            else:
                assert any(words in letter.text for letter in letters), (
                    f"{path.name}:{one.line}: {words!r} is not in\n{letters[0].text}"
                )


def _span(words: str) -> timedelta:
    amount, unit = words.split()
    return timedelta(**{unit.rstrip("s") + "s": float(amount)})
