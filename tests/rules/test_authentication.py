"""Whose word on who wrote a mail is believed? Only our own server's, only on top, only about that very domain."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from samples import EVA, MONDAY, mail

from rules.authentication import verdict

TRUSTED = ("mx.example.com", "mx2.example.com")
PASS = "mx.example.com; dmarc=pass (p=reject) header.from=desk.example"


def vouched(*results: str, above: tuple[tuple[str, str], ...] = (), **more: object) -> bool:
    headers = (*above, *(("authentication-results", one) for one in results))
    one = mail(EVA, headers=headers, **{"date": MONDAY, **more})
    return verdict(one, TRUSTED, MONDAY).aligned


@pytest.mark.parametrize(
    "result",
    [
        PASS,
        "mx.example.com; dmarc=pass header.from=desk.example; spf=pass smtp.mailfrom=desk.example",
        "mx.example.com 1; spf=none; dkim=pass (2048-bit key) header.d=desk.example header.s=a header.b=xyz",
        "MX.Example.com;\r\n\tdkim=pass header.i=@desk.example",
        'mx.example.com; dkim=pass header.d="desk.example"',
        "mx.example.com (some; comment (in (a)) comment); dmarc=pass header.from=DESK.example",
        "mx.example.com; dkim=fail header.d=other.example; dkim=pass header.d=desk.example",
        "mx.example.com; dkim=pass header.i=@desk.example header.s=key; dmarc=none header.from=desk.example;",
        "mx.example.com; dmarc=fail header.from=other.example; dkim=pass header.d=desk.example",
    ],
)
def test_a_trusted_server_vouches_for_the_very_domain(result: str) -> None:
    assert vouched(result)


@pytest.mark.parametrize(
    "result",
    [
        "mx.example.com; none",
        "mx.example.com; dmarc=fail header.from=desk.example",
        "mx.example.com; dmarc=pass header.from=evil.example",
        "mx.example.com; dkim=pass header.d=evil.example",
        "mx.example.com; dkim=pass header.d=sub.desk.example",
        "mx.example.com; dkim=pass header.d=notdesk.example",
        "mx.example.com; spf=pass smtp.mailfrom=desk.example",
        "mx.example.com; dmarc=pass",
        "mx.example.com; x-dmarc=pass header.from=desk.example",
        "mx.example.com; (dmarc=pass header.from=desk.example)",
        'mx.example.com; dmarc=fail reason="; dmarc=pass header.from=desk.example"',
        "mx.example.com; dkim=pass header.d=desk.example; dmarc=fail header.from=desk.example",
        "mx.example.com; dkim=pass header.d=desk.example; dmarc=permerror header.from=desk.example",
        'mx.example.com; dkim=pass header.d=evil.example reason="header.d=desk.example"',
        'mx.example.com; dkim=pass reason="a \\" header.d=desk.example" header.d=evil.example',
        "mx.example.com; dmarc=pass header.from=evil.example header.from=desk.example",
        "mx.evil.example; dmarc=pass header.from=desk.example",
        "mx.example.com.evil.example; dmarc=pass header.from=desk.example",
        "dmarc=pass header.from=desk.example",
        "; dmarc=pass header.from=desk.example",
        "",
    ],
)
def test_anything_else_proves_nothing(result: str) -> None:
    assert not vouched(result)


def test_only_the_topmost_headers_of_our_servers_count() -> None:
    """What an attacker wrote himself lies below what our servers add."""
    received = ("received", "from somewhere")
    assert vouched("mx2.example.com; spf=none", PASS)
    assert not vouched("mx.other.example; dmarc=none", PASS)
    assert not vouched("mx.example.com; dmarc=fail header.from=desk.example", above=()) and not vouched(
        "mx.example.com; none", "mx.evil.example; x", PASS
    )
    headers = (
        ("authentication-results", "mx.example.com; dmarc=none"),
        received,
        ("authentication-results", PASS),
    )
    assert not verdict(mail(EVA, headers=headers, date=MONDAY), TRUSTED, MONDAY).aligned
    assert vouched(PASS, above=(received, ("return-path", "<eva@desk.example>")))


def test_a_server_that_says_the_mail_failed_is_not_outvoted_by_another_header() -> None:
    failed = "mx.example.com; dmarc=fail header.from=desk.example"
    assert not vouched(failed, PASS)
    assert not vouched(PASS, failed)
    assert not vouched("mx2.example.com; dkim=pass header.d=desk.example", failed)


def test_nobody_is_trusted_by_default() -> None:
    one = mail(EVA, headers=(("authentication-results", PASS),), date=MONDAY)
    assert not verdict(one, (), MONDAY).aligned


@pytest.mark.parametrize("date", [None, MONDAY - timedelta(days=8), MONDAY + timedelta(days=8)])
def test_an_old_mail_that_is_sent_once_more_proves_nothing(date: object) -> None:
    assert not vouched(PASS, date=date)


def test_the_reason_names_the_server_and_what_it_said() -> None:
    one = mail(
        EVA, headers=(("authentication-results", "mx.example.com; dmarc=fail header.from=desk.example"),), date=MONDAY
    )
    assert verdict(one, TRUSTED, MONDAY).why == "dmarc=fail for desk.example, says mx.example.com"
    one = mail(EVA, headers=(("authentication-results", "mx.example.com; spf=pass"),), date=MONDAY)
    assert verdict(one, TRUSTED, MONDAY).why == "mx.example.com does not vouch for desk.example: spf=pass"
    one = mail(EVA, headers=(("authentication-results", PASS),), date=MONDAY)
    assert verdict(one, TRUSTED, MONDAY).why == "dmarc=pass for desk.example, says mx.example.com"


@pytest.mark.parametrize(
    "monster", ["(" * 50_000, ";" * 50_000, '"' * 50_001, "\\" * 50_000, "a=" * 50_000, "dkim=pass " * 9_000]
)
def test_a_monstrous_header_is_read_in_time(monster: str) -> None:
    begun = time.process_time()
    assert not vouched(f"mx.example.com; {monster}")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("date", [None, MONDAY, MONDAY - timedelta(days=30)])
def test_a_server_that_calls_a_mail_forged_is_believed_however_the_mail_is_dated(date: object) -> None:
    failed = (("authentication-results", "mx.example.com; dmarc=fail header.from=desk.example"),)
    assert verdict(mail(EVA, headers=failed, date=date), TRUSTED, MONDAY).failed


def test_a_mail_under_a_message_id_that_was_here_before_proves_nothing() -> None:
    """The shell has taken the id off; a signature goes along with every copy of what it signs."""
    assert not vouched(PASS, message_id="")
