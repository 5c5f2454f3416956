"""What does the desk need for the same mails? Opens the desk on the configuration given until every letter is out."""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
import threading
import time
from pathlib import Path

from daemon.clock import Clock
from daemon.config.load import load
from daemon.open_desk import OpenDesk
from daemon.storage.tinydb_store import TinydbStore

PATIENCE_SECONDS = 300


def run(config: Path, mails: int, profile: str) -> None:
    settings = load(config)
    store = TinydbStore(settings.data)
    before = store.next_number()
    desk = OpenDesk(settings, store, Clock())
    profilers = profile_every_thread() if profile else []
    began, used = time.perf_counter(), time.process_time()
    desk.start()
    while time.perf_counter() - began < PATIENCE_SECONDS:
        if store.next_number() - before >= mails and not store.waiting_letters():
            break
        time.sleep(0.01)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    desk.stop()
    store.close()
    if profile:
        pstats.Stats(*profilers, stream=sys.stderr).sort_stats(profile).print_stats(45)
    print(json.dumps({"wall": wall, "cpu": cpu, "mails": store.next_number() - before}))


def profile_every_thread() -> list[cProfile.Profile]:
    """Every thread started from now on has a profiler of its own; the list fills as they start."""
    profilers: list[cProfile.Profile] = []
    work = threading.Thread.run

    def profiled(thread: threading.Thread) -> None:
        profilers.append(cProfile.Profile(time.thread_time))
        profilers[-1].runcall(work, thread)

    threading.Thread.run = profiled  # type: ignore[method-assign]
    return profilers


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
