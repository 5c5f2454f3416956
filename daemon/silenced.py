"""Who gets no automatic letters? Kept in the store by address; complaints stand, of dead addresses the latest are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daemon import orders
from daemon.config.settings import Settings
from daemon.errors import AlreadyRunning, DamagedFile, PostcaseError
from daemon.storage.tinydb_store import TinydbStore
from rules.mail import Address
from rules.silenced import Cause, Silenced

STATE = "silenced"
LIFT = "lift"  # the order of an admin
MOST_DEAD = 1000  # addresses that no letter reached: a memory, no archive


def read_silenced(state: Mapping[str, Any]) -> dict[str, Silenced]:
    """Errors: DamagedFile."""
    try:
        return {key: _read(value) for key, value in state.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedFile(f"the state {STATE!r} is damaged ({error}); restore it from a backup") from error


def silenced_state(silent: Mapping[str, Silenced]) -> dict[str, Any]:
    return {key: _written(one) for key, one in silent.items()}


def with_silenced(silent: Mapping[str, Silenced], one: Silenced) -> dict[str, Silenced]:
    """One more. A complaint is not forgotten over a bounce."""
    known = silent.get(one.address.key)
    if known and known.cause is Cause.COMPLAINT:
        return dict(silent)
    kept = {key: other for key, other in silent.items() if key != one.address.key} | {one.address.key: one}
    dead = [key for key, other in kept.items() if other.cause is Cause.BOUNCE]
    forgotten = frozenset(dead[:-MOST_DEAD])
    return {key: other for key, other in kept.items() if key not in forgotten}


def without(silent: Mapping[str, Silenced], address: Address) -> dict[str, Silenced]:
    return {key: one for key, one in silent.items() if key != address.key}


def lifted(silent: Mapping[str, Silenced], address: str) -> Silenced:
    """Whom the admin means. Errors: PostcaseError when the address is not on the list."""
    known = silent.get(Address(address.strip()).key)
    if known is None:
        raise PostcaseError(f"{address} is not silenced; `postcase silenced list` shows who is")
    return known


def lift(settings: Settings, address: str) -> str:
    """Carried out by the running daemon, else at once. Errors: PostcaseError."""
    try:
        store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    except AlreadyRunning:
        return orders.give(settings.data, LIFT, address)
    try:
        silent = read_silenced(store.state(STATE))
        known = lifted(silent, address)
        with store.batch() as batch:
            batch.set_state(STATE, silenced_state(without(silent, known.address)))
        return free_again(known)
    finally:
        store.close()


def free_again(one: Silenced) -> str:
    return f"{one.address.address} gets automatic letters again"


def _written(one: Silenced) -> dict[str, Any]:
    return {
        "address": one.address.address,
        "cause": str(one.cause),
        "at": one.at.isoformat(),
        "case": one.number,
        "evidence": one.evidence,
    }


def _read(value: Mapping[str, Any]) -> Silenced:
    at = datetime.fromisoformat(value["at"])
    return Silenced(Address(value["address"]), Cause(value["cause"]), at, int(value["case"]), value["evidence"])
