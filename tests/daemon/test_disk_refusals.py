"""Is it said plainly who may not write where?"""

from __future__ import annotations

import errno
import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from daemon_under_test import config_text

from daemon import cli, orders
from daemon.errors import StoreForbidden, StoreUnwritable
from daemon.storage.disk_refusals import disk_refusals
from daemon.storage.tinydb_store import TinydbStore

NOBODY = 65534


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder which the user of `as_a_user` may look into, and not write in."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        yield Path(folder)
        Path(folder).chmod(0o755)


def as_a_user(work: Callable[[], object]) -> str:
    """The error of the work as its kind and its sentence; done in a child, as root may do everything."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setuid(NOBODY)
            work()
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with open(reader) as said:
        return said.read()


def user() -> str:
    return pwd.getpwuid(NOBODY if os.geteuid() == 0 else os.geteuid()).pw_name


def owner() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


@pytest.mark.parametrize("data", [".", "postcase/data"])
def test_a_store_that_cannot_be_made_names_user_place_and_owner(closed: Path, data: str) -> None:
    said = as_a_user(lambda: TinydbStore(closed / data))
    assert said == (
        f"StoreForbidden: the user {user()} may not write in {closed}, which belongs to {owner()}: Permission denied"
    )


def test_an_order_to_the_daemon_of_another_user_is_refused_in_a_sentence(closed: Path) -> None:
    assert f"the user {user()} may not write in {closed}" in as_a_user(lambda: orders.give(closed, "retry", "x"))


def test_what_may_not_be_read_is_told_as_such(closed: Path) -> None:
    (closed / "cases").mkdir() if os.geteuid() == 0 else None
    closed.chmod(0o000)
    said = as_a_user(lambda: TinydbStore(closed, writer=False).open_numbers())
    assert said.startswith(f"StoreForbidden: the user {user()} may not read {closed}, which belongs to {owner()}")


def test_any_other_refusal_may_be_tried_again() -> None:
    with pytest.raises(StoreUnwritable, match="the disk refused: No space left on device; this may be tried again"):
        with disk_refusals():
            raise OSError(errno.ENOSPC, "No space left on device")


def test_a_command_that_is_not_allowed_ends_with_77(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    (tmp_path / "config.toml").write_text(config_text())
    monkeypatch.setattr("daemon.storage.tinydb_store.make_folder", refuse)
    result = CliRunner().invoke(cli.main, ["run", "--config", str(tmp_path / "config.toml")])
    assert result.exit_code == 77
    assert issubclass(StoreForbidden, StoreUnwritable), "the daemon at work tries again"


def test_a_refusal_that_names_no_file_names_the_user_and_the_reason() -> None:
    with pytest.raises(StoreForbidden, match=r"the user \S+ may not do this: Operation not permitted"):
        with disk_refusals():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_user_without_a_name_is_told_by_his_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 2**31 - 7)
    with pytest.raises(StoreForbidden, match="the user 2147483641 may not do this"):
        with disk_refusals():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
