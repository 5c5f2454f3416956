"""What can a network do to a conversation? A TCP proxy that lets everything through until one line is said, then does it.

The line is a command of the client, such as `UID FETCH`, or the greeting of the server. What happens then, happens to the
connection in which it was said, once for each `fault`; other connections go on. `ending` is blind to lines, and counts octets.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

GREETING = "greeting"
DRIP_SECONDS = 0.02
SEED = 20261126


class Fault(StrEnum):
    SILENT = "takes the command, and says nothing more"
    DEAF = "passes the command on, and swallows the answer"
    FIN = "closes, before the command is passed on"
    RESET = "resets, before the command is passed on"
    FIN_AFTER = "passes the command on, and closes before the answer"
    RESET_AFTER = "passes the command on, and resets before the answer"
    CUT = "closes in the midst of the answer"
    GARBLE = "changes octets of the answer"
    DRIP = "passes the answer on, octet by octet"


class Side(StrEnum):
    """Whose octets are counted."""

    CLIENT = "client"
    SERVER = "server"


EATS_COMMAND = {Fault.SILENT, Fault.FIN, Fault.RESET}


@dataclass
class Pair:
    """One connection through the proxy."""

    client: socket.socket
    server: socket.socket
    fault: Fault | None = None  # that has struck
    said: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))  # octets
    commands: list[str] = field(default_factory=list)

    def close(self, *, reset: bool = False) -> None:
        for one in (self.client, self.server):
            with contextlib.suppress(OSError):
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    one.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                one.close()


class ChaosProxy:
    """On a port of its own, in front of `target`. `strike` arms one fault; `struck` counts those that have happened."""

    def __init__(self, target: int, command_of: Callable[[bytes], str]) -> None:
        """`command_of`: how a line of the client is called."""
        self._target = target
        self._command_of = command_of
        self._chance = random.Random(SEED)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._pairs: list[Pair] = []
        self._armed: tuple[Fault, str] | None = None
        self._times = 0
        self.struck = 0
        self._limit: tuple[Side, int] | None = None
        self.without: tuple[bytes, ...] = ()  # capabilities that the server does not offer here
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def strike(self, fault: Fault, command: str, times: int = 1) -> None:
        """From now on, `times` times, when the client says this command."""
        with self._lock:
            self._armed, self._times, self.struck = (fault, command), times, 0

    def calm(self) -> None:
        """Nothing strikes any more, and what only dripped flows again."""
        with self._lock:
            self._armed = None
        for pair in self._pairs:
            if pair.fault is Fault.DRIP:
                pair.fault = None

    @contextlib.contextmanager
    def ending(self, side: Side, octets: int) -> Iterator[None]:
        """In the `with` block each connection is closed as soon as this side has said more octets; the first few pass."""
        self._limit, self.struck = (side, octets), 0
        try:
            yield
        finally:
            self._limit = None

    def close(self) -> None:
        for one in (self._listener,):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for pair in self._pairs:
            pair.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                pair = Pair(client, socket.create_connection(("127.0.0.1", self._target)))
                self._pairs.append(pair)
                self._decide(pair, GREETING)
                for run in (self._from_client, self._from_server):
                    threading.Thread(target=_until_it_ends, args=(run, pair), daemon=True).start()

    def _decide(self, pair: Pair, said: str) -> Fault | None:
        with self._lock:
            if self._armed is None or self._armed[1] != said or self.struck >= self._times:
                return None
            self.struck += 1
            pair.fault = self._armed[0]
            return pair.fault

    def _from_client(self, pair: Pair) -> None:
        """Line by line: a command and its literal may come in pieces."""
        waiting = b""
        while octets := pair.client.recv(65536):
            waiting += octets
            while b"\n" in waiting:
                line, _, waiting = waiting.partition(b"\n")
                if not self._pass_command(pair, line + b"\n"):
                    return

    def _pass_command(self, pair: Pair, line: bytes) -> bool:
        if pair.fault is Fault.SILENT:
            return True
        command = self._command_of(line)
        pair.commands.append(command)
        if self._ends(pair, Side.CLIENT, line, pair.server):
            return False
        fault = self._decide(pair, command)
        if fault in EATS_COMMAND:
            if fault is not Fault.SILENT:
                pair.close(reset=fault is Fault.RESET)
                return False
            return True
        pair.server.sendall(line)
        if fault in (Fault.FIN_AFTER, Fault.RESET_AFTER):
            time.sleep(DRIP_SECONDS)  # for the server to do it
            pair.close(reset=fault is Fault.RESET_AFTER)
            return False
        return True

    def _from_server(self, pair: Pair) -> None:
        while octets := pair.server.recv(65536):
            for capability in self.without:
                octets = octets.replace(b" " + capability, b"")
            if self._ends(pair, Side.SERVER, octets, pair.client) or not self._pass_answer(pair, octets):
                return
        with contextlib.suppress(OSError):
            pair.client.shutdown(socket.SHUT_WR)

    def _pass_answer(self, pair: Pair, octets: bytes) -> bool:
        match pair.fault:
            case Fault.SILENT | Fault.DEAF:
                return True
            case Fault.FIN | Fault.RESET | Fault.FIN_AFTER | Fault.RESET_AFTER:
                pair.close(reset=pair.fault in (Fault.RESET, Fault.RESET_AFTER))
                return False
            case Fault.CUT:
                pair.client.sendall(octets[: len(octets) // 2])
                pair.close()
                return False
            case Fault.GARBLE:
                pair.client.sendall(self._garbled(octets))
                pair.fault = None
            case Fault.DRIP:
                for octet in octets:
                    pair.client.sendall(bytes((octet,)))
                    time.sleep(DRIP_SECONDS)
            case _:
                pair.client.sendall(octets)
        return True

    def _ends(self, pair: Pair, side: Side, octets: bytes, sink: socket.socket) -> bool:
        before, limit = pair.said[side], self._limit
        pair.said[side] += len(octets)
        if limit is None or limit[0] is not side or pair.said[side] <= limit[1]:
            return False
        sink.sendall(octets[: max(0, limit[1] - before)])
        self.struck += 1
        pair.close()
        return True

    def _garbled(self, octets: bytes) -> bytes:
        changed = bytearray(octets)
        for _ in range(max(3, len(octets) // 20)):
            changed[self._chance.randrange(len(changed))] = self._chance.randrange(256)
        return bytes(changed)


def imap_command(line: bytes) -> str:
    """`UID FETCH` of `A7 UID FETCH 3:5 (BODY.PEEK[])`."""
    words = line.decode("latin-1").upper().split()
    if len(words) < 2:
        return words[0] if words else ""
    return " ".join(words[1:3]) if words[1] == "UID" else words[1]


def smtp_command(line: bytes) -> str:
    """`MAIL` of `MAIL FROM:<ann@example.com>`, `.` of the end of a mail."""
    return "".join(line.decode("latin-1").upper().split()[:1])


def _until_it_ends(run: Callable[[Pair], None], pair: Pair) -> None:
    with contextlib.suppress(OSError):
        run(pair)
