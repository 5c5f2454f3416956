"""Do waits grow, stay below their limit, and differ from daemon to daemon?"""

from __future__ import annotations

from daemon.backoff import Backoff


def test_each_failure_doubles_the_wait_up_to_the_limit() -> None:
    backoff = Backoff(first=1, most=300, chance=lambda: 1.0)
    assert [backoff.next() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_chance_takes_away_up_to_a_half() -> None:
    backoff = Backoff(first=8, most=300, chance=lambda: 0.0)
    assert [backoff.next(), backoff.next()] == [4, 8]


def test_after_a_success_the_first_wait_is_short_again() -> None:
    backoff = Backoff(first=1, most=300, chance=lambda: 1.0)
    for _ in range(5):
        backoff.next()
    backoff.reset()
    assert backoff.next() == 1


def test_two_daemons_do_not_wait_in_step() -> None:
    waits = {tuple(backoff.next() for _ in range(4)) for backoff in (Backoff(), Backoff(), Backoff())}
    assert len(waits) == 3
