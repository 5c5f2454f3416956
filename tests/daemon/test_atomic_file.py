"""Does a file reach the disk whole, or not at all?"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from daemon.storage.atomic_file import Scribes, make_folder, replace_file, sync_folder, write_synced


def failing(name: str, monkeypatch: pytest.MonkeyPatch, error: int, at: int = 1) -> None:
    """The `at`-th call of this function of os fails."""
    real: Callable[..., Any] = getattr(os, name)
    calls = iter(range(1, 10**9))

    def fail(*args: Any, **named: Any) -> Any:
        if next(calls) == at:
            raise OSError(error, os.strerror(error))
        return real(*args, **named)

    monkeypatch.setattr(os, name, fail)


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    replace_file(path, b"old")
    replace_file(path, b"new\0\xff")
    assert path.read_bytes() == b"new\0\xff"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename"])
def test_an_error_leaves_the_old_file_and_names_the_path(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "case.json"
    replace_file(path, b"old")
    failing(call, monkeypatch, errno.ENOSPC)
    with pytest.raises(OSError) as caught:
        replace_file(path, b"new")
    if call != "rename":  # our stand-in for rename knows no names; the real one does
        assert caught.value.filename == str(path) + ".tmp"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_order_is_write_fsync_rename_fsync_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            order.append(name)
            return real(*args, **named)

        return call

    for name in ("write", "fsync", "rename"):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    replace_file(tmp_path / "a", b"data")
    assert order == ["write", "fsync", "rename", "fsync"]


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:7]))
    write_synced(tmp_path / "a", b"x" * 100)
    assert (tmp_path / "a").read_bytes() == b"x" * 100


def test_a_write_that_only_claims_to_be_done_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda descriptor, data: len(data))
    with pytest.raises(OSError, match="0 octets arrived of 100"):
        write_synced(tmp_path / "a", b"x" * 100)


def test_an_empty_file_can_be_written(tmp_path: Path) -> None:
    write_synced(tmp_path / "a", b"")
    assert (tmp_path / "a").read_bytes() == b""


def test_folders_are_made_with_their_parents_and_closed_to_others(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


def test_many_files_are_written_at_once(tmp_path: Path) -> None:
    scribes = Scribes()
    files = {tmp_path / str(number): b"%d" % number for number in range(50)}
    scribes.write_all(files)
    scribes.sync_all([tmp_path])
    scribes.close()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("count", [1, 2, 20])
def test_when_one_of_many_fails_every_hand_has_come_to_rest(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scribes = Scribes()
    files = {tmp_path / str(number): b"x" for number in range(count)}
    failing("fsync", monkeypatch, errno.EIO)
    with pytest.raises(OSError) as caught:
        scribes.write_all(files)
    assert caught.value.errno == errno.EIO
    if count > 2:
        assert len(list(tmp_path.iterdir())) == count
    scribes.write_all(files)
    scribes.close()
    assert all(path.read_bytes() == b"x" for path in files)


def test_a_folder_that_is_not_there_cannot_be_synced(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        sync_folder(tmp_path / "nowhere")
