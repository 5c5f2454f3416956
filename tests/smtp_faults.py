"""How does an SMTP server behave badly? A scripted one that fails at the step, and in the way, that a test asks for."""

from __future__ import annotations

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType

SILENT, HANG_UP = "silent", "hang up"
STEPS = ("banner", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "body", "end", "RSET", "NOOP", "QUIT")
USUAL = {"banner": "220 mx.example.org ESMTP", "DATA": "354 go ahead", "QUIT": "221 bye", "AUTH": "235 welcome"}


@dataclass
class Heard:
    """What the server was told in one connection, and the mails it got to the end."""

    commands: list[str] = field(default_factory=list)
    recipient: str = ""  # of the mail at hand


class FaultySmtp:
    """Answers as SMTP servers do, but for `faults`: step -> an answer, SILENT or HANG_UP.

    `body` is the moment after the first octets of a mail, `end` the one after its last dot: the mail is in `taken`
    by then, whatever is answered. An answer `"550 no|hang up"` is said before hanging up.
    """

    def __init__(
        self, *, extensions: tuple[str, ...] = ("SIZE 50000000", "8BITMIME", "SMTPUTF8"), **faults: str
    ) -> None:
        self.faults: dict[str, str] = faults
        self.extensions = extensions
        self.tls: ssl.SSLContext | None = None
        self.taken: list[tuple[str, bytes]] = []  # recipient and mail
        self.connections: list[Heard] = []
        self.pause_before_end = 0.0
        self.recipient_faults: dict[str, str] = {}

    @property
    def commands(self) -> list[str]:
        return [command for heard in self.connections for command in heard.commands]

    def __enter__(self) -> FaultySmtp:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._over.wait()
        server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        heard = Heard()
        self.connections.append(heard)
        try:
            await self._answer(writer, "banner")
            while line := await reader.readline():
                heard.commands.append(line.decode().strip())
                await self._obey(line.decode().strip(), heard, reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._talks.discard(task)

    async def _obey(self, line: str, heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb = line.partition(" ")[0].upper()
        if verb == "EHLO":
            lines = ["mx.example.org", *self.extensions]
            shown = [f"250{'-' if place < len(lines) - 1 else ' '}{one}" for place, one in enumerate(lines)]
            await self._answer(writer, verb, "\r\n".join(shown))
        elif verb == "RCPT":
            heard.recipient = line.partition("<")[2].partition(">")[0]
            await self._answer(writer, verb, self.recipient_faults.get(heard.recipient, "250 ok"))
        elif verb == "DATA":
            if await self._answer(writer, verb) == USUAL["DATA"]:
                await self._take(heard, reader, writer)
        elif verb == "STARTTLS" and self.tls and "STARTTLS" not in self.faults:
            await self._answer(writer, verb, "220 go ahead")
            await writer.start_tls(self.tls)
        else:
            await self._answer(writer, verb)
            if verb == "QUIT":
                raise ConnectionResetError

    async def _take(self, heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b""
        while body != b".\r\n" and not body.endswith(b"\r\n.\r\n"):
            if "body" in self.faults:
                await self._answer(writer, "body")
            octets = await reader.read(65536)
            if not octets:
                raise ConnectionResetError
            body += octets
        self.taken.append((heard.recipient, _unstuffed(body.removesuffix(b".\r\n"))))
        await asyncio.sleep(self.pause_before_end)
        await self._answer(writer, "end")

    async def _answer(self, writer: asyncio.StreamWriter, step: str, usual: str = "") -> str:
        answer = self.faults.get(step) or usual or USUAL.get(step, "250 ok")
        if answer == SILENT:
            await self._over.wait()
        if answer in (SILENT, HANG_UP):
            raise ConnectionResetError
        words, _, then = answer.partition("|")
        writer.write(words.encode() + b"\r\n")
        await writer.drain()
        if then == HANG_UP or words.startswith("421"):
            raise ConnectionResetError
        return answer


def _unstuffed(body: bytes) -> bytes:
    """RFC 5321, section 4.5.2: the first dot of a line is not of the mail."""
    return (b"\n" + body).replace(b"\n.", b"\n")[1:]
