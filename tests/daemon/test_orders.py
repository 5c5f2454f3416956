"""Does an admin's order reach the daemon once, and does nothing in it bring the daemon down?"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.errors import PostcaseError, TemporaryError
from daemon.orders import carry_out, give, open_folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    open_folder(tmp_path)
    return tmp_path


@pytest.fixture
def at_work(data: Path) -> Iterator[Callable[[Callable[[str], str]], None]]:
    """A daemon that carries out orders, until the end of the test."""
    over, threads = threading.Event(), []

    def begin(doer: Callable[[str], str]) -> None:
        def work() -> None:
            while not over.wait(0.01):
                carry_out(data, {"retry": doer})

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    yield begin
    over.set()
    for thread in threads:
        thread.join()


Begin = Callable[[Callable[[str], str]], None]


def test_an_order_is_done_and_its_answer_comes_back(data: Path, at_work: Begin) -> None:
    at_work(lambda subject: f"did {subject}")
    assert give(data, "retry", "mail 17") == "did mail 17"
    assert list((data / "orders").iterdir()) == [], "nothing is left behind"


def test_what_is_wrong_comes_back_as_a_sentence(data: Path, at_work: Begin) -> None:
    def refuse(subject: str) -> str:
        raise LookupError(f"there is no mail {subject} in quarantine")

    at_work(refuse)
    with pytest.raises(PostcaseError, match="there is no mail 17 in quarantine"):
        give(data, "retry", "17")


@pytest.mark.parametrize(
    "bug", [AttributeError("x"), RuntimeError("x"), RecursionError("x"), ZeroDivisionError("x")], ids=repr
)
def test_a_bug_in_the_work_is_an_answer_and_not_the_end_of_the_daemon(
    data: Path, at_work: Begin, bug: Exception
) -> None:
    def fail(subject: str) -> str:
        raise bug

    at_work(fail)
    with pytest.raises(PostcaseError, match=type(bug).__name__):
        give(data, "retry", "17")


def test_nobody_at_work_is_told_and_the_order_taken_back(data: Path) -> None:
    with pytest.raises(TemporaryError, match="did not answer within 0 seconds; nothing was done"):
        give(data, "retry", "17", wait_seconds=0.1)
    assert list((data / "orders").iterdir()) == []


def test_a_daemon_that_is_still_at_it_is_told_as_that(data: Path) -> None:
    begun, end = threading.Event(), threading.Event()

    def slowly(subject: str) -> str:
        begun.set()
        end.wait()
        return "done"

    def work() -> None:
        while not carry_out(data, {"retry": slowly}):
            pass

    worker = threading.Thread(target=work)
    worker.start()
    with pytest.raises(TemporaryError, match="still at it"):
        give(data, "retry", "17", wait_seconds=0.3)
    assert begun.is_set()
    end.set()
    worker.join()


@pytest.mark.parametrize(
    "octets", ["", "[]", "17", "{}", '{"order": "sing"}', '{"order": "retry"}', "[" * 100_000, "\x00"]
)
def test_a_broken_order_is_answered_with_what_is_wrong(data: Path, octets: str) -> None:
    (data / "orders" / "1.order").write_text(octets)
    assert carry_out(data, {"retry": lambda subject: "did it"}) == 1
    answer = json.loads((data / "orders" / "1.answer").read_text())
    assert answer["error"]
    assert not (data / "orders" / "1.order").exists()


def test_an_order_that_killed_the_daemon_is_not_tried_again_at_its_start(data: Path) -> None:
    (data / "orders" / "1.order").write_text('{"order": "retry", "subject": "17"}')

    def die(subject: str) -> str:
        raise SystemExit(137)

    with pytest.raises(SystemExit):
        carry_out(data, {"retry": die})
    assert carry_out(data, {"retry": lambda subject: "did it"}) == 0


def test_orders_are_done_in_the_order_they_were_given(data: Path) -> None:
    for name in ("3", "1", "2"):
        (data / "orders" / f"{name}.order").write_text(json.dumps({"order": "retry", "subject": name}))
    done: list[str] = []
    carry_out(data, {"retry": lambda subject: done.append(subject) or "ok"})  # type: ignore[func-returns-value]
    assert done == ["1", "2", "3"]


def test_without_a_folder_there_are_no_orders(tmp_path: Path) -> None:
    assert carry_out(tmp_path, {}) == 0
