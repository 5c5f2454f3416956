"""How does the lifecycle table look to a human? Prints docs/lifecycle.md; `python -m daemon.lifecycle_page svg` its picture."""

from __future__ import annotations

import sys
from collections import defaultdict
from html import escape

from rules.case import Status
from rules.lifecycle import HELD, NEVER, RUNS_ON, TABLE, Event, Row

BOX_WIDTH, BOX_HEIGHT, GAP = 128, 44, 112
LINE = 14  # of text in the picture
MIDDLE = 420  # the height on which the states stand

SHORT = {
    Event.CUSTOMER_WROTE: "customer writes",
    Event.CUSTOMER_THANKED: "customer writes",
    Event.CUSTOMER_RESOLVED: "resolved, he says",
    Event.CUSTOMER_LATER: "needs more time",
    Event.MAIL_UNREAD: "unread mail",
    Event.ENGINEER_ANSWERED: "engineer answers",
    Event.ENGINEER_CLOSED: "engineer closes",
    Event.ENGINEER_WAITS: "/wait",
    Event.ENGINEER_INVITED: "/meet",
    Event.ENGINEER_CALLED_OFF: "/meet cancel",
    Event.ENGINEER_KEEPS: "/open",
    Event.ENGINEER_ESCALATED: "/escalate",
    Event.ENGINEER_CONSULTED: "asked again",
    Event.STAFF_FOUND: "found out",
    Event.CHANGE_DECLINED: "change declined",
    Event.CHANGE_RELEASED: "released",
    Event.CHANGE_BACK: "released elsewhere",
    Event.ENGINEER_MERGED: "engineer merges",
    Event.ENGINEER_ADMITTED: "stranger admitted",
    Event.SILENCE: "silence",
    Event.UNDELIVERABLE: "letter fails",
    Event.COMPLAINED: "complaint",
    Event.UNASKED: "may not be reminded",
}


def page() -> str:
    """The whole page in Markdown."""
    head = (
        "# The life of a case",
        "",
        "Made from the table in `rules/lifecycle.py` by `python -m daemon.lifecycle_page > docs/lifecycle.md`; do not edit.",
        "",
        "![The states of a case](lifecycle.svg)",
        "",
        "A case begins with a mail that belongs to no case yet: the customer gets `confirmation`, the engineer `assigned`, and",
        "the case is with the engineer. Customers get `confirmation`, `follow-up`, `relay`, `meeting`, `reminder`,",
        "`more-time`, `escalated`, `released` and `closed`; `consulted` goes to Development, all others to engineers.",
        "An engineer who closes a case gets a `receipt` for it.",
        "`postcase preview NAME` shows a letter.",
        "",
        "The column *wait* names the key in `[lifecycle]` of config.toml whose time begins to count. It begins when the SMTP",
        "server has taken the letter, never earlier. *none*: nobody is waited for from now on. *runs on*: a wait that had begun",
        "goes on as if nothing had happened. *held*: the wait that hangs on this letter begins when its server would have given",
        "up trying, five days after its first report at most; another one runs on. While a mailbox cannot be read, and a while",
        "after, nobody is reminded and nothing is closed; a time in which the desk was down does not count against the customer.",
        "",
    )
    return "\n".join([*head, *(line for state in Status for line in _section(state))]).rstrip() + "\n"


def picture() -> str:
    """The states in a row, an arrow for each way from one to another, as SVG."""
    arrows: dict[tuple[Status, Status], dict[str, None]] = defaultdict(dict)
    for row in TABLE:
        if row.next is not row.state:
            arrows[row.state, row.next][SHORT[row.event]] = None
    states = list(Status)
    width = len(states) * (BOX_WIDTH + GAP) - GAP + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {2 * MIDDLE}" font-family="sans-serif" font-size="12">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker></defs>',
        f'<rect width="{width}" height="{2 * MIDDLE}" fill="white"/>',
    ]
    for (start, end), labels in arrows.items():
        parts.append(_arrow(states.index(start), states.index(end), list(labels)))
    parts += [_box(index, state) for index, state in enumerate(states)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _section(state: Status) -> list[str]:
    rows = [_line(row) for row in TABLE if row.state is state and row.remark != NEVER]
    title = f"## {str(state).replace('_', ' ').capitalize()}"
    return [title, "", "| when | it becomes | letter | wait | also |", "|---|---|---|---|---|", *rows, ""]


def _line(row: Row) -> str:
    becomes = "(stays)" if row.next is row.state else str(row.next).replace("_", " ")
    letter = f"`{row.letter}`" if row.letter else "none"
    waits = {RUNS_ON: "runs on", HELD: "held", "": "none"}
    return f"| {row.event} | {becomes} | {letter} | {waits.get(row.timer, f'`{row.timer}`')} | {row.remark} |"


def _left(index: int) -> int:
    return 20 + index * (BOX_WIDTH + GAP)


def _box(index: int, state: Status) -> str:
    left, top = _left(index), MIDDLE - BOX_HEIGHT // 2
    fill = "#dfe7ef" if state is Status.CLOSED else "#eef5ea"
    return (
        f'<rect x="{left}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" fill="{fill}" stroke="#555"/>'
        f'<text x="{left + BOX_WIDTH // 2}" y="{MIDDLE + 4}" text-anchor="middle">{str(state).replace("_", " ")}</text>'
    )


def _arrow(start: int, end: int, labels: list[str]) -> str:
    """To the next state straight, back over the top, onward over a state below."""
    if end == start + 1:
        left, right = _left(start) + BOX_WIDTH, _left(end)
        return _path(f"M{left} {MIDDLE} L{right - 2} {MIDDLE}") + _text(
            (left + right) // 2, MIDDLE - 8, labels, up=True
        )
    up = end < start
    shift = 14 * (abs(end - start) - 2)
    begin, finish = _left(start) + BOX_WIDTH // 2 + (-shift if up else shift), _left(end) + BOX_WIDTH // 2 + shift
    edge = MIDDLE + (-1 if up else 1) * BOX_HEIGHT // 2
    peak = edge + (-1 if up else 1) * 92 * abs(end - start)
    curve = f"M{begin} {edge} C{begin} {peak} {finish} {peak} {finish} {edge + (-2 if up else 2)}"
    top = edge + (peak - edge) * 3 // 4
    return _path(curve) + _text((begin + finish) // 2, top + (-6 if up else LINE), labels, up=up)


def _path(curve: str) -> str:
    return f'<path d="{curve}" fill="none" stroke="#555" marker-end="url(#tip)"/>'


def _text(x: int, y: int, labels: list[str], *, up: bool) -> str:
    first = y - LINE * (len(labels) - 1) if up else y
    lines = [f'<tspan x="{x}" y="{first + LINE * index}">{escape(label)}</tspan>' for index, label in enumerate(labels)]
    return f'<text text-anchor="middle" fill="#333">{"".join(lines)}</text>'


if __name__ == "__main__":
    sys.stdout.write(picture() if sys.argv[1:] == ["svg"] else page())
