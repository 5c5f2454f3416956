"""Is everybody counted to the right organisation, and nobody to one because of a free mailbox?"""

from __future__ import annotations

from datetime import date

import pytest

from rules.mail import Address
from rules.organisations import FREE_MAIL, Organisation, organisation_of

ACME = Organisation("Acme", ("acme.example",), (Address("ann@freemail.example"),), maintenance_until=date(2026, 3, 31))
LAB = Organisation("Acme Lab", ("lab.acme.example",), contacts=(Address("boss@acme.example"),))
ALL = (ACME, LAB)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("eve@acme.example", "Acme"),
        ("EVE@ACME.example", "Acme"),
        ("eve@mail.acme.example", "Acme"),
        ("eve@lab.acme.example", "Acme Lab"),
        ("boss@acme.example", "Acme Lab"),
        ("ann@freemail.example", "Acme"),
        ("bob@freemail.example", ""),
        ("eve@notacme.example", ""),
        ("eve@acme.example.evil.example", ""),
        ("", ""),
    ],
)
def test_an_organisation_is_known_by_address_and_domain(address: str, name: str) -> None:
    found = organisation_of(Address(address), ALL)
    assert (found.name if found else "") == name


def test_maintenance_holds_until_its_last_day() -> None:
    assert ACME.maintained(date(2026, 3, 31))
    assert not ACME.maintained(date(2026, 4, 1))
    assert not LAB.maintained(date(2026, 1, 1))


@pytest.mark.parametrize("domain", ["gmail.com", "web.de", "outlook.com", "qq.com"])
def test_free_mail_is_known(domain: str) -> None:
    assert domain in FREE_MAIL
