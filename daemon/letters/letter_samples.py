"""What could stand in each letter? Sample wishes: every template is tried on them, and `postcase preview` shows them.

The keys of the facts are the contract of the letter: what its template may name beside `case`, `desk`, `owner`, `words`
and `attachments`. A letter whose samples have words must carry the words; one for engineers must carry the marker line.
"""

from __future__ import annotations

from collections.abc import Mapping
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
_PICTURE = Attachment("screenshot.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(2000))
_LATER = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)

_QUESTION = """Hello,

since this morning the printer on the second floor is on fire whenever
somebody prints a PDF. See https://customer.example/printer?floor=2.

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
    participants=(_CARLA,),
    product="Printer driver",
)


def _to_customer(letter: str, facts: Mapping[str, object], words: str = "") -> Wish:
    name = _ANN.name if words else ""
    return Wish(letter, _CARLA, Audience.CUSTOMER, facts, words, answers="question@customer.example", in_name_of=name)


def _to_engineer(letter: str, facts: Mapping[str, object], words: str = "", *files: Attachment) -> Wish:
    return Wish(letter, _ANN.address, Audience.ENGINEER, facts, words, files, answers="question@customer.example")


_REMARK = "This customer has three other open cases."
_SEVERITY = {
    "letter": "B",
    "name": "serious",
    "meaning": "Significant disruption: some clients cannot connect or transfer data, a major feature does not work.",
}
_ASSIGNED = {
    "sender": _CARLA,
    "why": "knows files; is there now; carries 4 of 20, the least of 3",
    "remark": "",
    "findings": (
        'Severity B: some cannot work, "second floor" with "cannot" in the subject',
        'Product Printer driver: named, "printer driver" in the text',
        "Organisation Customer Ltd: on maintenance until 2027-03-31",
    ),
    "due": _LATER,
    "acknowledge": _LATER,
    "also": (_BOB,),
}
_TARGET = {"reader": "Ann Example", "due": _LATER, "owner_name": "Ann Example"}

_ALL = (
    _to_customer("confirmation", {"severity": _SEVERITY, "expected": _LATER}),
    _to_customer("confirmation", {"severity": {}, "expected": None}),
    _to_customer("reminder", {"attempt": 1, "next_on": _LATER}),
    _to_customer("reminder", {"attempt": 2, "next_on": _LATER}),
    _to_customer("closed", {"by": "silence"}),
    _to_customer("closed", {"by": "engineer"}, _ANSWER),
    _to_customer("closed", {"by": "engineer"}),
    _to_customer("follow-up", {"closed_number": 10017, "severity": _SEVERITY, "expected": _LATER}),
    _to_customer("follow-up", {"closed_number": 10017, "severity": {}, "expected": None}),
    _to_customer("handover", {"before": "Ann Example", "now": "Max Example"}),
    _to_engineer("assigned", {**_ASSIGNED, "remark": _REMARK}, _QUESTION, _PICTURE),
    _to_engineer("assigned", {**_ASSIGNED, "findings": (), "due": None, "acknowledge": None, "also": ()}, _QUESTION),
    _to_engineer("replied", {"sender": _CARLA, "remark": "", "also": (_BOB,)}, _QUESTION, _PICTURE),
    _to_engineer("replied", {"sender": _CARLA, "remark": _REMARK, "also": ()}, _QUESTION),
    _to_customer("relay", {}, _ANSWER),
    _to_engineer("held", {"sender": _STRANGER, "why": "the sender is no participant"}, _QUESTION, _PICTURE),
    _to_engineer("unproven", {"sender": _ANN.address}, _ANSWER),
    _to_engineer("refused", {"why": "there is no command /clsoe; did you mean /close?"}, f"/clsoe\n\n{_ANSWER}"),
    _to_engineer("refused", {"why": "the case was closed in the meantime"}),
    _to_engineer("receipt", {"done": ["severity is A now", "filed as a note"], "status": "with_engineer"}),
    _to_engineer("target", {**_TARGET, "stage": "warned"}),
    _to_engineer("target", {**_TARGET, "stage": "broken"}),
    _to_engineer(
        "handed-on", {"reader": "Ann Example", "now": "Max Example", "why": "Ann Example is away; is there now"}
    ),
    _to_engineer("undelivered", {"letter": "relay", "recipient": _CARLA, "error": "550 5.1.1 no such user"}),
    _to_engineer("undelivered", {"letter": "assigned", "recipient": _ANN.address, "error": "552 5.3.4 too large"}),
)

SAMPLES: Mapping[str, tuple[Wish, ...]] = {
    letter: tuple(wish for wish in _ALL if wish.letter == letter) for letter in dict.fromkeys(w.letter for w in _ALL)
}
