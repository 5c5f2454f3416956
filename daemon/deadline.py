"""Does a whole operation end in time? A timeout of the socket alone lets a server drip one octet after the other."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

PATIENCE = 4  # a whole operation may take so many timeouts of the socket
SLOWEST = 64 * 1024  # octets a second: a transfer may take longer only as far as its size explains it
GOODBYE_SECONDS = 5.0


class Deadline:
    """Cuts one connection when an operation on it takes too long, whoever is blocked reading from it.

    It holds a second handle on the connection, made before TLS wraps the first one, so it can cut at any moment.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._handle = connection.dup()
        self._passed = False

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What stands in the `with` block ends within so many seconds. Errors: TimeoutError."""
        timer = threading.Timer(seconds, self._pass)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            self._complain(seconds, error)
            raise
        finally:
            timer.cancel()
        self._complain(seconds, None)

    def cut(self) -> None:
        """Whoever reads from the connection finds its end. Thread-safe."""
        with contextlib.suppress(OSError):  # already closed: nothing is left to cut
            self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._handle.close()

    def _complain(self, seconds: float, error: Exception | None) -> None:
        if self._passed:
            raise TimeoutError(f"it was not done after {seconds:g} seconds") from error

    def _pass(self) -> None:
        self._passed = True
        self.cut()
