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
    profiler = cProfile.Profile()
    if profile:
        threading.setprofile(lambda *_: None)
        profiler.enable()
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
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats(profile).print_stats(40)
    print(json.dumps({"wall": wall, "cpu": cpu, "mails": store.next_number() - before}))


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
