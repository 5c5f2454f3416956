"""The daemon, quick to start: everything is imported once, and each line of the input forks one that works on this folder.

Beside that it is the daemon of `postcase run`, with all its threads; only mails are read by the daemon itself, as a process for
that would have to import everything again. Written back are the number of the process, and, when it has ended, the status that
waitpid gave.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from pathlib import Path

from daemon import cli, open_desk, rebuild, run  # noqa: F401 - what the commands import when they are given
from daemon.incoming.reader import Reader

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    open_desk.ReaderApart = Reader  # type: ignore[assignment, misc]
    for line in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
            print(os.waitpid(child, 0)[1], flush=True)
        else:
            os._exit(work(Path(line.strip())))


def work(folder: Path) -> int:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # no process is left behind when a test fails
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ["JOURNAL_STREAM"] = "8:1"
    try:
        cli.main(["run", "--config", str(folder / "config.toml")], standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
