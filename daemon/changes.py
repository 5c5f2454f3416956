"""Where does the desk keep its changes? One note of the store for each, and one that says which numbers there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daemon.storage.case_document import from_document, to_document
from daemon.storage.store import Batch, Store
from rules.change import Change

LAST = "changes"


def change(store: Store, number: int) -> Change | None:
    """Errors: ValueError when somebody has changed its file into something else, DamagedFile."""
    document = store.state(_name(number)) if number else {}
    return from_document(Change, document) if document else None


def changes(store: Store) -> Iterator[Change]:
    """All of them, the first one first."""
    found = (change(store, number) for number in range(1, last_number(store) + 1))
    return (one for one in found if one)


def last_number(store: Store) -> int:
    last = store.state(LAST).get("last", 0)
    return last if isinstance(last, int) else 0


def put(batch: Batch, store: Store, new: Iterable[Change]) -> None:
    """New states of changes, together with the cases that they belong to."""
    for one in new:
        batch.set_state(_name(one.number), to_document(one))
        if one.number > last_number(store):
            batch.set_state(LAST, {"last": one.number})


def _name(number: int) -> str:
    return f"change {number}"
