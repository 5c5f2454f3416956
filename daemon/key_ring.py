"""Where do the keys of the desk lie, and how does an admin change them? Orders that the daemon carries out, if it runs.

The first key is `Store.secret`; later ones, and which are revoked, are a state of the store:

    state "keys":   {"made": [{"number": 2, "secret": "6f8a...", "since": "2026-11-23T10:00:00Z"}],
                     "revoked": {"1": "2026-11-23T10:00:01Z"}}
"""

from __future__ import annotations

import secrets
from typing import Any

from daemon import maillog, orders
from daemon.clock import Clock
from daemon.config.settings import Settings
from daemon.errors import AlreadyRunning, DamagedFile, PostcaseError, StoreUnwritable
from daemon.storage.case_document import read_time, write_time
from daemon.storage.store import Store
from daemon.storage.tinydb_store import TinydbStore
from rules.keys import FIRST, Key, Keys

STATE = "keys"
KEY_OCTETS = 32
ROTATE, REVOKE = "rotate key", "revoke key"  # the names of the orders


class KeyRing:
    """The keys of one desk at work."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Errors: DamagedFile."""
        self._store = store
        self._clock = clock
        self.keys = keys_of(store)

    def rotate(self, _: str = "") -> str:
        """A new key seals from now on. Returns what was done, as a sentence."""
        self._keep(self._with_a_new_one(self.keys))
        return f"key {self.keys.newest.number} seals from now on; letters sealed with older ones stay good"

    def revoke(self, number: str) -> str:
        """Whatever this key has sealed proves nothing any more. Errors: PostcaseError when there is no such key."""
        key = self.keys.key(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
        if key is None:
            raise PostcaseError(
                f"there is no key {number}; there are {', '.join(str(one.number) for one in self.keys.all)}"
            )
        if key.revoked_at:
            return f"key {key.number} is revoked already, since {write_time(key.revoked_at)}"
        keys = self.keys if key is not self.keys.newest else self._with_a_new_one(self.keys)
        self._keep(keys.revoked(key.number, self._clock.now()))
        return (
            f"key {key.number} is revoked: letters sealed with it prove nothing any more, and who answers one is asked; "
            f"key {self.keys.newest.number} seals from now on"
        )

    def _with_a_new_one(self, keys: Keys) -> Keys:
        return keys.rotated(secrets.token_bytes(KEY_OCTETS), self._clock.now())

    def _keep(self, keys: Keys) -> None:
        """On stable storage first: no letter may be sealed with a key that a crash could lose."""
        with self._store.batch() as batch:
            batch.set_state(STATE, _document(keys))
        self.keys = keys
        maillog.keys_changed(keys)


def ordered(settings: Settings, order: str, subject: str) -> str:
    """Carried out by the running daemon, else at once. Errors: PostcaseError."""
    try:
        store = TinydbStore(settings.data, first_number=settings.desk.first_number)
    except AlreadyRunning:
        return orders.give(settings.data, order, subject)
    try:
        return doers(KeyRing(store, Clock()))[order](subject)
    finally:
        store.close()


def doers(ring: KeyRing) -> orders.Doers:
    return {ROTATE: ring.rotate, REVOKE: ring.revoke}


def keys_of(store: Store) -> Keys:
    """Errors: DamagedFile."""
    later = store.state(STATE)
    first = Key(FIRST, store.secret())
    try:
        keys = Keys((first, *(_key(one) for one in later.get("made", ()))))
        for number, moment in later.get("revoked", {}).items():
            keys = keys.revoked(int(number), read_time(moment))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedFile(f"the state {STATE!r} is damaged ({error}); restore it from a backup") from error
    return keys


def keys_there(store: Store) -> Keys | None:
    """None where no desk has ever been at work. Errors: DamagedFile, StoreUnwritable."""
    try:
        return keys_of(store)
    except StoreUnwritable as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def _key(document: Any) -> Key:
    secret = bytes.fromhex(document["secret"])
    if len(secret) != KEY_OCTETS:
        raise ValueError(f"expected a key of {KEY_OCTETS} octets, found {len(secret)}")
    return Key(int(document["number"]), secret, read_time(document["since"]))


def _document(keys: Keys) -> dict[str, Any]:
    made = [
        {"number": key.number, "secret": key.secret.hex(), "since": write_time(key.since)}
        for key in keys.all
        if key.since
    ]
    revoked = {str(key.number): write_time(key.revoked_at) for key in keys.all if key.revoked_at}
    return {"made": made, "revoked": revoked}
