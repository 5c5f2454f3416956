"""What could stand in each letter? Sample wishes: every template is tried on them, and `postcase preview` shows them.

The keys of the facts are the contract of the letter: what its template may name beside `case`, `desk`, `owner`, `words`
and `attachments`. A letter whose samples have words must carry the words; one for engineers must carry the marker line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from rules.case import Audience, Case, Status
from rules.decision import Wish
from rules.desk import Desk
from rules.mail import Address, Attachment
from rules.people import Engineer

_ANN = Engineer("Ann Example", Address("ann@desk.example", "Ann Example"), frozenset({"files"}))
_CARLA = Address("carla@customer.example", "Carla Customer")
_BOB = Address("bob@customer.example", "Bob Colleague")
_STRANGER = Address("sam@elsewhere.example", "Sam Stranger")
_SALES = Address("sal@sales.example", "Sal Example")
_DEV = Address("dev@build.example", "Dev Example")
_PICTURE = Attachment("screenshot.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(2000))
_LATER = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)

_QUESTION = """Hello,

since the update of the printer driver this morning some of us cannot
print, and smell smoke. See https://customer.example/printer?floor=2.

Carla Customer"""
_ANSWER = """Hello Carla,

please update the driver to 4.2 (https://example.com/driver) and keep a
bucket of sand near.

Ann"""

SAMPLE_DESK = Desk(
    name="Example Support",
    address=Address("support@example.com", "Example Support"),
    engineers=(_ANN,),
    timezone="Europe/Berlin",
)
SAMPLE_CASE = Case(
    number=10042,
    status=Status.WITH_ENGINEER,
    subject="Printer on fire",
    customer=_CARLA,
    opened_at=datetime(2026, 11, 23, 8, 15, tzinfo=UTC),
    owner=_ANN.address,
    participants=(_CARLA, _BOB),
    severity="B",
    product="Printer driver",
)


def sample_case(letter: str) -> Case:
    """The case of a letter; some are about none, and lie in an engineer's book."""
    return replace(SAMPLE_CASE, book=letter in ("worklist", "report"))


def _to_customer(letter: str, facts: Mapping[str, object], words: str = "") -> Wish:
    name = _ANN.name if words else ""
    return Wish(letter, _CARLA, Audience.CUSTOMER, facts, words, answers="question@customer.example", in_name_of=name)


def _to_engineer(letter: str, facts: Mapping[str, object], words: str = "") -> Wish:
    return Wish(letter, _ANN.address, Audience.ENGINEER, facts, words, answers="question@customer.example")


def _notice(letter: str, sender: Address, facts: Mapping[str, object], *files: Attachment) -> Wish:
    """Somebody's mail, shown to the owner in the name of its writer."""
    wish = _to_engineer(letter, {"sender": sender, **facts}, _QUESTION)
    return replace(wish, attachments=files, in_name_of=sender.name)


def _colleague(did: str, words: str) -> Wish:
    wish = _to_engineer("colleague", {"reader": "Ann Example", "by": "Max Example", "did": did}, words)
    return replace(wish, in_name_of="Max Example")


def _to_staff(facts: Mapping[str, object], words: str = "") -> Wish:
    asks = facts.get("about") in ("asked", "answered")
    name = _ANN.name if asks else ""
    return Wish("consulted", _DEV, Audience.STAFF, facts, words, answers="question@customer.example", in_name_of=name)


def _about_change(about: str, stage: str, orders: tuple[str, ...] = (), words: str = "") -> Wish:
    facts = {**_CHANGE, "reader": "Dev Example", "about": about, "stage": stage, "by": "Ann Example", "orders": orders}
    return Wish("change", _DEV, Audience.STAFF, {**facts, "waits": 2}, words, answers="question@customer.example")


def _advice(diagnosis: str, words: str) -> Wish:
    facts = {"sender": _DEV, "team": "Development", "diagnosis": diagnosis, "watcher": "", "related": (_RELATED,)}
    return replace(_to_engineer("advice", facts, words), in_name_of="Dev Example")


_LEFT_OUT = "In copy, but not part of the case, as nothing proves who wrote this mail: sam@elsewhere.example."
_ASKS_FOR_A = "The customer asks for severity A; /severity A sets it."
_SEVERITY = {
    "letter": "B",
    "name": "serious",
    "meaning": "Significant disruption: some clients cannot connect or transfer data, a major feature does not work.",
}
_RELATED = "Related: #10017 Printer smells (closed)"
_HISTORY = (
    {"at": datetime(2026, 11, 23, 8, 15, tzinfo=UTC), "who": "Carla Customer", "words": "My printer burns."},
    {"at": datetime(2026, 11, 22, 8, 15, tzinfo=UTC), "who": "Ann Example", "words": "What is it like?"},
)
_ASSIGNED = {
    "why": "knows files; is there now; carries 4 of 20, the least of 3",
    "remark": "",
    "findings": (
        'Severity B: some cannot work, "some" with "cannot"',
        'Product Printer driver: named, "printer driver" in the text',
        "Organisation Customer Ltd: on maintenance until 2027-03-31",
    ),
    "due": _LATER,
    "acknowledge": _LATER,
    "also": (_BOB,),
    "related": (_RELATED,),
    "history": (),
}
_REPLIED = {"due": _LATER, "remark": "", "also": (), "related": (), "watcher": ""}
_SET = "Severity is A (critical) now; it was B."
_NOTED = "Your note is kept on the case; only colleagues see it."
_WENT_OUT = "Your text went to the customer."
_MEETING = {
    "starts": _LATER,
    "minutes": 60,
    "title": "Printer on fire",
    "link": "https://meet.example.com/10042",
    "by": "Ann Example",
}
_CHANGE = {"number": 17, "title": "The fuser must not overheat", "product": "Printer driver", "priority": 12}
_BY_DEV = {"reader": "Ann Example", "by": "Dev Example", "team": "Development", "told": "", "goes_out": None}
_RELEASED = {"number": 17, "title": "The fuser must not overheat", "version": "9.2.1"}
_CONSULTED = {
    "reader": "Dev Example",
    "history": (),
    "findings": ("Severity B: some cannot work",),
    "by": "Ann Example",
}
_NOTED_ABOUT_IT = "It burns with driver 4.1 only."
_FOR_MAX = {"reader": "Max Example", "timezone": "Europe/Lisbon"}
_COMPLAINED = (
    "carla@customer.example gets no automatic letters: it complained of our letters (2026-11-25, case 10042, abuse)"
)
_DEAD = "carla@customer.example gets no automatic letters: no letter reaches it (2026-11-25, case 10042, 5.1.1)"
_TARGET = {"reader": "Ann Example", "due": _LATER, "owner_name": "Ann Example"}
_LISTED = (
    {
        "place": 1,
        "number": 10042,
        "severity": "B",
        "subject": "Printer on fire",
        "customer": "Carla Customer",
        "turn": "late",
    }
    | {"due": "2026-11-26 10:00"},
    {"place": 2, "number": 10017, "severity": "C", "subject": "Printer smells", "customer": "", "turn": "ours"}
    | {"due": "2026-11-27 10:00"},
    {"place": 3, "number": 10019, "severity": "C", "subject": "", "customer": "Bob Colleague", "turn": "customer"}
    | {"due": "2026-11-30 10:00"},
    {
        "place": 4,
        "number": 10020,
        "severity": "D",
        "subject": "A wish",
        "customer": "Bob Colleague",
        "turn": "others",
        "due": "",
    },
)
_FIGURES = {
    "since": datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
    "until": _LATER,
    "opened": tuple({"severity": one, "count": count} for one, count in zip("ABCD", (1, 5, 28, 0), strict=True)),
    "closed": ({"by": "customer", "count": 10}, {"by": "engineer", "count": 19}, {"by": "silence", "count": 4}),
    "open": ({"turn": "late", "count": 21}, {"turn": "ours", "count": 9}, {"turn": "customer", "count": 17}),
    "late_answers": 3,
    "people": ({"name": "Ann Example", "open": 12, "late": 1, "closed": 9},),
    "overdue": ({"number": 10042, "severity": "B", "subject": "", "owner": "Ann Example", "due": "2026-11-26 10:00"},),
    "more_overdue": 20,
}
_MERGED_IN = {
    "reader": "Ann Example",
    "came": 10017,
    "came_subject": "Printer smells",
    "customer": _BOB,
    "by": "Max Example",
    "back": False,
    "due": _LATER,
    "also": (_BOB,),
}

_ALL = (
    _to_customer("confirmation", {"severity": _SEVERITY, "expected": _LATER}),
    _to_customer("confirmation", {"severity": {}, "expected": None}),
    _to_customer("reminder", {"attempt": 1, "next_on": _LATER}),
    _to_customer("reminder", {"attempt": 2, "next_on": _LATER}),
    _to_customer("more-time", {"asks_on": _LATER, "shortened": False}),
    _to_customer("more-time", {"asks_on": _LATER, "shortened": True}),
    _to_customer("closed", {"by": "silence", "goes_on": 0}),
    _to_customer("closed", {"by": "customer", "goes_on": 0}),
    _to_customer("closed", {"by": "engineer", "goes_on": 0}, _ANSWER),
    _to_customer("closed", {"by": "engineer", "goes_on": 0}),
    _to_customer("closed", {"by": "engineer", "goes_on": 10017}),
    _to_customer("follow-up", {"closed_number": 10017, "severity": _SEVERITY, "expected": _LATER}),
    _to_customer("follow-up", {"closed_number": 10017, "severity": {}, "expected": None}),
    _to_customer("merged", {"into": 10017}),
    _to_customer("merged", {"into": 0}),
    _to_customer("handover", {"before": "Ann Example", "now": "Max Example"}),
    _notice("assigned", _CARLA, {**_ASSIGNED, "remark": _LEFT_OUT, "history": _HISTORY}, _PICTURE),
    _notice(
        "assigned", _CARLA, {**_ASSIGNED, "findings": (), "due": None, "acknowledge": None, "also": (), "related": ()}
    ),
    _notice("replied", _CARLA, {**_REPLIED, "also": (_BOB,), "related": (_RELATED,)}, _PICTURE),
    _notice("replied", _CARLA, {**_REPLIED, "due": None, "remark": _ASKS_FOR_A, "watcher": "Max Example"}),
    _to_customer("relay", {"history": ()}, _ANSWER),
    _to_customer("relay", {"history": _HISTORY}, _ANSWER),
    _to_customer("meeting", {**_MEETING, "change": "new"}, _ANSWER),
    _to_customer("meeting", {**_MEETING, "change": "moved"}),
    _to_customer("meeting", {**_MEETING, "change": "off", "link": ""}),
    _to_engineer("meeting-notice", {**_MEETING, **_FOR_MAX, "change": "new"}, _ANSWER),
    _to_engineer("meeting-notice", {**_MEETING, **_FOR_MAX, "change": "moved", "link": ""}),
    _to_engineer("meeting-notice", {**_MEETING, **_FOR_MAX, "change": "off"}),
    _notice(
        "held", _STRANGER, {"why": "sam@elsewhere.example is no participant of the case", "until": _LATER}, _PICTURE
    ),
    replace(_to_customer("received", {"subject": "Printer on fire"}), to=_STRANGER, apart=True),
    replace(_to_customer("received", {"subject": ""}), to=_STRANGER, apart=True),
    _to_engineer("unproven", {"sender": _ANN.address, "files": ("driver.zip",), "days": 7}, _ANSWER),
    _to_engineer("unproven", {"sender": _ANN.address, "files": (), "days": 7}, _ANSWER),
    _to_engineer("refused", {"why": "/clsoe is no command; did you mean /close?"}, f"/clsoe\n\n{_ANSWER}"),
    _to_engineer("refused", {"why": "the case is closed, and closed is final"}),
    _to_engineer(
        "receipt",
        {"done": [_SET, _NOTED], "status": "with_engineer", "undo_until": _LATER, "text": "", "numbered": False},
    ),
    _to_engineer(
        "receipt", {"done": [_NOTED], "status": "with_customer", "undo_until": None, "text": "", "numbered": True}
    ),
    _to_engineer(
        "receipt",
        {"done": [_WENT_OUT], "status": "with_customer", "undo_until": None, "text": _ANSWER, "numbered": False},
    ),
    _to_engineer("worklist", {"reader": "Ann Example", "cases": _LISTED, "late": 1}),
    _to_engineer("worklist", {"reader": "Ann Example", "cases": _LISTED[1:], "late": 0}),
    _to_engineer("report", {"reader": "Ann Example", **_FIGURES}),
    _to_engineer("report", {"reader": "Ann Example", **_FIGURES, "overdue": (), "more_overdue": 0, "closed": ()}),
    _colleague("noted", "She has called; the printer is next to the curtain."),
    _colleague("answered", _ANSWER),
    _colleague("closed", _ANSWER),
    _to_customer("escalated", {"stage": "development", "change": 0, "sales": None}),
    _to_customer("escalated", {"stage": "maintenance queue", "change": 17, "sales": _SALES}),
    _to_customer("escalated", {"stage": "maintenance queue", "change": 17, "sales": None}),
    _to_customer("escalated", {"stage": "QA", "change": 17, "sales": None}),
    _about_change("proposed", "proposed", ("/accept", "/decline"), "Three customers have asked for it."),
    _about_change("joined", "proposed"),
    _about_change("left", "withdrawn"),
    _about_change("stage", "in work", ("/qa",), "In the next weeks."),
    _about_change("sales", "proposed"),
    _to_customer("released", {**_RELEASED}, ""),
    replace(_to_customer("released", {**_RELEASED}), words="Update the driver, then print a test page."),
    _to_customer("withheld", {**_RELEASED, "sales": _SALES}),
    _to_customer("withheld", {**_RELEASED, "sales": None}),
    _to_engineer("change-notice", {**_CHANGE, "stage": "in work", **_BY_DEV}),
    _to_engineer("change-notice", {**_CHANGE, "stage": "released", **_BY_DEV, "told": "gets it", "goes_out": _LATER}),
    _to_engineer("change-notice", {**_CHANGE, "stage": "declined", **_BY_DEV}, "It would break the paper tray."),
    replace(
        _to_staff({**_CONSULTED, "about": "asked", "history": _HISTORY}, _NOTED_ABOUT_IT),
        attachments=(_PICTURE,),
    ),
    _to_staff({**_CONSULTED, "about": "answered", "findings": ()}, "It is version 4.1."),
    _to_staff({**_CONSULTED, "about": "over", "findings": ()}, "Case 10042 is closed."),
    _advice("", "Which version is it?"),
    _advice("bug", "It is the fuser; 4.2 does not start the fire."),
    _advice("not a bug", "The printer stands next to the curtain."),
    _advice("needs info", "Please ask for the log."),
    replace(
        _to_staff(
            {
                "reader": "Dev Example",
                "done": ["Ann Example has your finding (bug)."],
                "refused": "",
                "undo_until": _LATER,
            }
        ),
        letter="staff-receipt",
    ),
    replace(
        _to_staff(
            {
                "reader": "Dev Example",
                "done": [],
                "refused": "/bgu is no command; did you mean /bug?",
                "undo_until": None,
            },
            "/bgu\n\nIt is the fuser.",
        ),
        letter="staff-receipt",
    ),
    _to_engineer("target", {**_TARGET, "stage": "warned"}),
    _to_engineer("target", {**_TARGET, "stage": "broken"}),
    _to_engineer(
        "handed-on", {"reader": "Ann Example", "now": "Max Example", "why": "Ann Example is away; is there now"}
    ),
    replace(_to_engineer("merged-in", _MERGED_IN, _QUESTION), attachments=(_PICTURE,)),
    _to_engineer("merged-in", {**_MERGED_IN, "back": True, "due": None, "also": ()}),
    _to_engineer("undelivered", {"letter": "relay", "recipient": _CARLA, "error": "550 5.1.1 no such user"}),
    _to_engineer("undelivered", {"letter": "assigned", "recipient": _ANN.address, "error": "552 5.3.4 too large"}),
    _to_engineer("delayed", {"letter": "relay", "recipient": _CARLA, "error": "451 4.7.1 try later", "since": _LATER}),
    _to_engineer("silenced", {"recipient": _CARLA, "why": _COMPLAINED, "happened": "complaint"}),
    _to_engineer("silenced", {"recipient": _CARLA, "why": _DEAD, "happened": "unasked"}),
)

SAMPLES: Mapping[str, tuple[Wish, ...]] = {
    letter: tuple(wish for wish in _ALL if wish.letter == letter) for letter in dict.fromkeys(w.letter for w in _ALL)
}
