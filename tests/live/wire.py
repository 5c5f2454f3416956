"""A wire between client and server that can be cut, frozen or slowed down while both talk."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time


class Wire:
    """Listens on its own port and passes everything on, as long as nobody tampers with it."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0  # so far
        self.frozen = False  # nothing goes through any more, and nobody is told
        self.drip = 0.0  # seconds between two octets from the server
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection ends with a reset."""
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RD)  # wakes the thread that reads from it
                one.close()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [client, server]
            for source, sink, dripping in ((client, server, False), (server, client, True)):
                threading.Thread(target=self._pass_on, args=(source, sink, dripping), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, dripping: bool) -> None:
        with contextlib.suppress(OSError):
            while octets := source.recv(65536):
                while self.frozen:
                    time.sleep(0.01)
                if dripping and self.drip:
                    self._drip(octets, sink)
                else:
                    sink.sendall(octets)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _drip(self, octets: bytes, sink: socket.socket) -> None:
        for octet in octets:
            sink.sendall(bytes([octet]))
            time.sleep(self.drip)
