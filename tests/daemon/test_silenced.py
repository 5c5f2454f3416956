"""Is the list of those who get no automatic letters kept, and bounded?"""

from __future__ import annotations

import pytest
from samples import ANN, MONDAY

from daemon.errors import DamagedFile
from daemon.silenced import MOST_DEAD, read_silenced, silenced_state, with_silenced, without
from rules.mail import Address
from rules.silenced import Cause, Silenced

COMPLAINED = Silenced(ANN, Cause.COMPLAINT, MONDAY, 7, "abuse")


def dead(name: str) -> Silenced:
    return Silenced(Address(f"{name}@customer.example"), Cause.BOUNCE, MONDAY, 8, "5.1.1")


def test_the_list_is_read_back_as_it_was_kept() -> None:
    silent = with_silenced({}, COMPLAINED)
    assert {key: (one.cause, one.at, one.number) for key, one in read_silenced(silenced_state(silent)).items()} == {
        ANN.key: (Cause.COMPLAINT, MONDAY, 7)
    }


def test_a_complaint_is_not_forgotten_over_a_bounce() -> None:
    bounced = Silenced(ANN, Cause.BOUNCE, MONDAY, 9, "5.1.1")
    assert with_silenced({ANN.key: COMPLAINED}, bounced) == {ANN.key: COMPLAINED}
    assert with_silenced({ANN.key: bounced}, COMPLAINED) == {ANN.key: COMPLAINED}


def test_of_dead_addresses_the_latest_are_kept_and_complaints_all() -> None:
    silent = with_silenced({}, COMPLAINED) | {dead(str(n)).address.key: dead(str(n)) for n in range(MOST_DEAD)}
    silent = with_silenced(silent, dead("last"))
    assert len(silent) == MOST_DEAD + 1
    assert ANN.key in silent and "last@customer.example" in silent and "0@customer.example" not in silent


def test_who_is_lifted_is_gone() -> None:
    assert without({ANN.key: COMPLAINED}, Address("ANN@customer.example")) == {}


def test_a_damaged_list_is_told() -> None:
    with pytest.raises(DamagedFile, match="silenced"):
        read_silenced({"ann@customer.example": {"address": "ann@customer.example"}})
