"""What can a mail do to the process that reads it, and what does the desk know of that?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.errors import UnreadableMail
from daemon.incoming.apart import ReaderApart, seconds_for
from daemon.incoming.parse import parse
from daemon.incoming.reader import Reader

MAIL = b"From: Ann <ann@customer.example>\r\nSubject: Printer\r\nMessage-ID: <1@customer.example>\r\n\r\nIt burns.\r\n"
MOST = 1_000_000


@pytest.fixture
def reader() -> Iterator[ReaderApart]:
    it = ReaderApart()
    yield it
    it.close()


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """In the other process, a mail that says POISON has the parser do this."""

    def poison(does: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            "import sys\n"
            "if 'daemon.incoming.apart' in ' '.join(sys.orig_argv):\n"
            "    import daemon.incoming.reader as reader\n"
            "    well = reader.parse\n"
            "    def parse(raw, most):\n"
            "        if b'POISON' in raw:\n"
            f"{textwrap.indent(textwrap.dedent(does), ' ' * 12)}\n"
            "        return well(raw, most)\n"
            "    reader.parse = parse\n"
        )
        monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    return poison


def test_it_reads_as_the_parser_does(reader: ReaderApart) -> None:
    assert reader.parse(MAIL, MOST) == parse(MAIL, MOST)
    assert reader.parse_headers(MAIL) == Reader().parse_headers(MAIL)
    assert reader.parse(MAIL, MOST) == parse(MAIL, MOST)


@pytest.mark.parametrize(("raw", "most"), [(b"", MOST), (b"\r\n \r\n", MOST), (MAIL, 10), (b"no mail at all", MOST)])
def test_what_is_no_mail_is_refused_with_the_same_words(reader: ReaderApart, raw: bytes, most: int) -> None:
    with pytest.raises(UnreadableMail) as here:
        Reader().parse(raw, most)
    with pytest.raises(UnreadableMail) as there:
        reader.parse(raw, most)
    assert str(there.value) == str(here.value)
    assert reader.parse_headers(raw) == Reader().parse_headers(raw)


POISONS = {
    "aborts": ("import os; os.abort()", "the process that reads mails ended with SIGABRT, twice"),
    "ends": ("import os; os._exit(3)", "the process that reads mails ended with exit code 3, twice"),
    "never ends": ("while True: pass", "to read it takes more processor time than a mail of its size may"),
    "eats memory": ("eaten = b'x' * 2**31", "to read it takes more memory than a mail of its size may"),
    "eats it bit by bit": ("eaten = [bytes(2**20) for _ in range(4000)]", "to read it takes more memory"),
    "stumbles": ("raise KeyError('x')", "the parser failed: KeyError: 'x'"),
    "prints": ("print('hello'); raise KeyError('x')", "the parser failed: KeyError: 'x'"),
}


@pytest.mark.parametrize("what", POISONS)
def test_a_mail_that_is_the_end_of_its_reader_is_refused_and_the_next_one_is_read(
    reader: ReaderApart, poisoned: Callable[[str], None], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    does, says = POISONS[what]
    poisoned(does)
    started = time.process_time()
    with pytest.raises(UnreadableMail) as refused:
        reader.parse(MAIL + b"POISON", MOST)
    assert str(refused.value).startswith(says)
    assert time.process_time() - started < 1, "the time is the other process's"
    assert reader.parse_headers(MAIL + b"POISON").subject == "Printer"
    assert reader.parse(MAIL, MOST) == parse(MAIL, MOST)


def test_who_sleeps_is_ended_by_the_clock_on_the_wall(
    reader: ReaderApart, poisoned: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned("import time; time.sleep(600)")
    monkeypatch.setattr("daemon.incoming.apart.PATIENCE", 0.2)
    with pytest.raises(UnreadableMail, match="SIGKILL, twice"):
        reader.parse(MAIL + b"POISON", MOST)


def test_a_reader_that_was_killed_for_another_reason_reads_the_mail_the_second_time(reader: ReaderApart) -> None:
    reader.parse(MAIL, MOST)
    os.kill(reader.pid or 0, signal.SIGKILL)  # as the kernel does when memory is short
    assert reader.parse(MAIL, MOST) == parse(MAIL, MOST)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_ends_the_desk_leaves_the_mail_in_hand_its_reader(reader: ReaderApart, number: int) -> None:
    reader.parse(MAIL, MOST)
    pid = reader.pid
    os.kill(pid or 0, number)  # systemd sends it to all processes of the service
    assert reader.parse(MAIL, MOST) == parse(MAIL, MOST)
    assert reader.pid == pid


def test_it_ends_with_the_desk(tmp_path: Path) -> None:
    script = (
        "from daemon.incoming.apart import ReaderApart; import os, signal; r = ReaderApart(); "
        "r.parse(b'Subject: x\\n\\ny', 100); print(r.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=False)
    pid = int(ended.stdout)
    for _ in range(100):
        if _is_over(pid):
            return
        time.sleep(0.05)
    pytest.fail("it outlived the desk")


def _is_over(pid: int) -> bool:
    """Gone, or waiting for nothing but whoever picks up its exit code."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_large_mail_has_more_of_everything(reader: ReaderApart) -> None:
    whole = MAIL + b"\r\n".join([b"x" * 76] * 400_000)
    assert len(whole) > 30_000_000
    assert reader.parse(whole, len(whole)).size == len(whole)
    assert seconds_for(len(whole)) > seconds_for(0)
