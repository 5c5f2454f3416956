"""Is there a mail that stops the desk? Found by coverage: atheris changes mails so that they reach lines not reached before.

    pip install atheris                     # of Google, for CPython 3.11 to 3.13; no part of what the desk needs
    mkdir seeds && cp tests/mails/*.eml seeds/
    PYTHONPATH=.:tests python tests/torture/fuzz_guided.py -max_total_time=3600 seeds

Each mail comes from a stranger, from the customer of an open case, or from its engineer with his token; it is read, matched,
decided, and its letters are written: all but the disk. The options are those of libFuzzer. A mail that raises or takes more than
five seconds of processor time ends it and is left in a file: mend, and keep the file in tests/mails/.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["daemon.incoming", "daemon.letters", "rules"]):
    from conversations.player import DESK, Player

    from daemon.errors import UnreadableMail
    from daemon.incoming.parse import parse

SLOWEST_SECONDS = 5.0
MOST = 1_000_000
ANN, EVA = "ann@customer.example", "eva@desk.example"


class Target:
    """A desk with an open case, which no mail ever changes."""

    def __init__(self, folder: Path) -> None:
        self._desk = Player(folder, DESK)
        self._desk.write(ANN, "Printer on fire", "It burns.", [])
        self._tokens = {sent.to: str(sent.message["Message-ID"]) for sent in self._desk.fresh()}

    def take(self, octets: bytes) -> None:
        raw = self._from_somebody(octets[:1]) + octets[1:]
        try:
            mail = parse(raw, MOST)
        except UnreadableMail:
            return
        service = self._desk.service
        service.cases.write(service._decide(mail, past=False), raw)  # all that `take` does but the disk

    def _from_somebody(self, choice: bytes) -> bytes:
        who = {b"A": ANN, b"E": EVA}.get(choice)
        return f"From: {who}\r\nIn-Reply-To: {self._tokens[who]}\r\n".encode() if who else choice


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Target(Path(folder))

        def one(octets: bytes) -> None:
            began = time.process_time()
            target.take(octets)
            if time.process_time() - began > SLOWEST_SECONDS:
                raise TimeoutError(f"it took more than {SLOWEST_SECONDS:g} seconds of processor time")

        atheris.Setup(sys.argv, one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
