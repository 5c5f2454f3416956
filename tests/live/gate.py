"""How does a server go down and come back under a desk's feet? A gate on a port of its own, open or shut."""

from __future__ import annotations

import contextlib
import socket
import threading

from live.dovecot import free_ports


class Gate:
    """Open, it passes everything on to `target`; shut, its port refuses and every connection is reset."""

    def __init__(self, target: int, *, shut: bool = False) -> None:
        self._target = target
        (self.port,) = free_ports(1)
        self._listener: socket.socket | None = None
        self._sockets: list[socket.socket] = []
        if not shut:
            self.open()

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """A listener that somebody waits on is not closed by close() alone; what is shut down is."""
        listener, self._listener = self._listener, None
        sockets, self._sockets = self._sockets, []
        for one in (listener, *sockets):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while octets := source.recv(65536):
            sink.sendall(octets)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
