"""How does the embedded mail server talk IMAP with many clients at once?"""

from __future__ import annotations

import asyncio
import logging

from daemon.embedded.embedded_faults import HANG_UP, HANG_UP_AFTER, ImapFault
from daemon.embedded.embedded_mailboxes import Mailboxes
from daemon.embedded.imap_server.commands import CAPABILITIES, Stage, command
from daemon.embedded.imap_server.session import Refused, Session
from daemon.embedded.imap_server.syntax import BadCommand, arguments, literal_ahead

LONGEST_LINE = 1024 * 1024  # long lists of UIDs; mails come as literals
LARGEST_LITERAL = 64 * 1024 * 1024

log = logging.getLogger(__name__)


class EmbeddedImap:
    """The IMAP half. `capabilities` may be taken away one by one, `fault` is asked before every command."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self.mailboxes = mailboxes
        self.capabilities = list(CAPABILITIES)
        self.fault: ImapFault | None = None
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], Session] = {}  # and so the tasks are kept alive

    async def start(self, host: str, port: int) -> int:
        """The port it listens on."""
        self._server = await asyncio.start_server(self._connected, host, port, limit=LONGEST_LINE)
        self._loop = asyncio.get_running_loop()
        self.mailboxes.bell.listen(self._ring)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if not self._server:
            return
        self._server.close()
        self._server = None
        self.mailboxes.bell.leave(self._ring)
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        task = asyncio.create_task(connection.run())
        self._connections[task] = connection.session
        task.add_done_callback(self._connections.pop)

    def _ring(self) -> None:
        self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for session in self._connections.values():
            session.changed.set()


class _Connection:
    """One client: reads its commands in turn, and writes what the session has to tell."""

    def __init__(self, server: EmbeddedImap, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._unsent: list[bytes] = []
        self.session = Session(self, server.mailboxes, server.capabilities)

    async def run(self) -> None:
        try:
            self.tell(b"OK [CAPABILITY %b] Postcase demo ready" % " ".join(self.session.capabilities).encode())
            await self.flush()
            while not self.session.leaving:
                await self._next_command()
                await self.flush()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone; a fault of ours has hung up
        except Exception:
            log.exception("an IMAP connection of %s broke", self.session.user or "somebody not logged in")
        finally:
            self._writer.close()

    def tell(self, response: bytes) -> None:
        """One untagged response."""
        self._unsent.append(b"* " + response + b"\r\n")

    async def prompt(self, words: bytes) -> None:
        self._unsent.append(b"+ " + words + b"\r\n")
        await self.flush()

    async def flush(self) -> None:
        waiting, self._unsent = b"".join(self._unsent), []
        self._writer.write(waiting)  # in one piece: small packets wait for each other
        await self._writer.drain()

    async def read_line(self) -> bytes:
        return await self._reader.readuntil(b"\n")

    async def _next_command(self) -> None:
        try:
            line = await self._read_command()
        except (asyncio.LimitOverrunError, _TooLarge) as error:
            self.tell(f"BYE [TOOBIG] {error}".encode())
            self.session.leaving = True
            return
        tag, _, rest = line.partition(b" ")
        verb, _, rest = rest.partition(b" ")
        by_uid = verb.upper() == b"UID"
        if by_uid:
            verb, _, rest = rest.partition(b" ")
        name = verb.upper().decode("ascii", "replace")
        completion = await self._obey(name, rest, by_uid)
        self._unsent.append(b"%b %b\r\n" % (tag or b"*", _one_line(completion)))

    async def _read_command(self) -> bytes:
        """A line, and the literals and lines that belong to it."""
        read = [await self.read_line()]
        while ahead := literal_ahead(read[-1]):
            size, waits = ahead
            if size > LARGEST_LITERAL:
                raise _TooLarge(f"expected at most {LARGEST_LITERAL} octets, {size} are announced")
            if waits:
                await self.prompt(b"go on")
            read += [await self._reader.readexactly(size), await self.read_line()]
        return b"".join(read).removesuffix(b"\n").removesuffix(b"\r")

    async def _obey(self, name: str, rest: bytes, by_uid: bool) -> str:
        fault = await self._server.fault(name, self.session.user) if self._server.fault else None
        if fault and fault != HANG_UP_AFTER:
            return self._fail(fault)
        try:
            given = command(name, self.session, by_uid=by_uid)
            if given.stage is Stage.FOLDER_OPEN:  # new mail may be spoken of at once; IDLE tells it after its prompt
                self.session.tell_news(may_expunge=False)
            completion = await given.run(self.session, arguments(rest), by_uid)
        except BadCommand as error:
            completion = f"BAD {error}"
        except Refused as error:
            completion = f"NO {error}"
        if fault:
            return self._fail(HANG_UP)
        self.session.tell_news(may_expunge=by_uid or name not in ("FETCH", "STORE", "SEARCH"))
        return completion

    def _fail(self, fault: str) -> str:
        if fault == HANG_UP:
            self._writer.transport.abort()
            raise ConnectionAbortedError
        if fault.startswith("BYE"):
            self.tell(fault.encode())
            self.session.leaving = True
            return "NO the connection is closed"
        return fault


class _TooLarge(Exception):
    """A literal larger than any mail."""


def _one_line(completion: str) -> bytes:
    return completion.encode("ascii", "backslashreplace").replace(b"\r", b" ").replace(b"\n", b" ")
