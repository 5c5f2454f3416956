"""How does a mail server hand us mail directly? LMTP (RFC 2033): its yes is said when the mail is on stable storage."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import stat
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon import maillog
from daemon.clock import Clock
from daemon.errors import ConfigError, PostcaseError, StoreUnwritable, TemporaryError
from daemon.intake.arrival import Arrival, Desk, Fate
from daemon.intake.lmtp_door import TRY_AGAIN, Door

TAKES_AT_ONCE = 8  # sessions that share the fsyncs of the store
GOODBYE_SECONDS = 0.2  # for replies on their way when we stop
SOCKET_MODE = 0o660  # the mail server's group may write

FREE_LATER = (errno.EADDRINUSE, errno.EADDRNOTAVAIL)  # the other program may end, the network may come up
NO_ROOM = "452 4.3.1 the desk has no room to store it now, try again later"
YES = {
    Fate.FILED: "250 2.0.0 filed",
    Fate.KNOWN: "250 2.0.0 filed before",
    Fate.QUARANTINED: "250 2.0.0 kept for an admin to look at",
}


class LmtpIntake:
    """A server in a thread of its own, between start() and stop()."""

    def __init__(self, listen: tuple[str, int] | Path, desk: Desk, clock: Clock, max_size: int) -> None:
        self._listen = listen
        self._desk = desk
        self._clock = clock
        self._max_size = max_size
        self._doors: WeakSet[Door] = WeakSet()
        self._in_hand: set[asyncio.Future[str]] = set()
        self._thread = threading.Thread(target=self._run, name="lmtp")
        self._ready = threading.Event()
        self._failed: BaseException | None = None

    @property
    def where(self) -> str:
        return place(self._listen)

    @property
    def port(self) -> int:
        """The port it got, when it asked for port 0."""
        return self._port

    def start(self) -> None:
        """Listen. Errors: TemporaryError when the address is not to be had now, ConfigError when it never will be."""
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            self._thread.join()
            raise _refusal(self.where, self._failed) from self._failed
        maillog.lmtp_listening(self.where)

    def stop(self) -> None:
        """Take no more; finish and answer the mails in hand; hang up."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        maillog.lmtp_stopped(self.where)

    # The server

    def _run(self) -> None:
        maillog.quiet("mail.log")  # aiosmtpd's logger tells every command, and every line of every mail
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001  # start() raises it; later, the log is the only one to tell
            self._failed = error
            if self._ready.is_set():
                maillog.lmtp_unexpected(error)
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        with ThreadPoolExecutor(TAKES_AT_ONCE, "lmtp-take") as self._pool:
            server = await self._open()
            self._ready.set()
            await self._stopping.wait()
            server.close()
            await self._finish()
        self._remove_socket()

    async def _open(self) -> asyncio.Server:
        if isinstance(self._listen, Path):
            _make_way(self._listen)
            server = await self._loop.create_unix_server(self._door, str(self._listen))
            self._listen.chmod(SOCKET_MODE)
            return server
        server = await self._loop.create_server(self._door, *self._listen)
        self._port: int = server.sockets[0].getsockname()[1]
        return server

    def _door(self) -> Door:
        door = Door(self, max_size=self._max_size, hostname="postcase")
        self._doors.add(door)
        return door

    async def _finish(self) -> None:
        while self._in_hand:
            await asyncio.wait(self._in_hand)
            await asyncio.sleep(GOODBYE_SECONDS)
        for door in list(self._doors):
            door.close()

    def _remove_socket(self) -> None:
        if isinstance(self._listen, Path):
            self._listen.unlink(missing_ok=True)

    # What aiosmtpd asks of its handler

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]  # RFC 2033, section 5

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The reply for every recipient. A client that hangs up does not stop the commit."""
        taking = asyncio.ensure_future(self._take(envelope))
        self._in_hand.add(taking)
        taking.add_done_callback(self._in_hand.discard)
        return await asyncio.shield(taking)

    async def handle_exception(self, error: Exception) -> str:
        """aiosmtpd would say 500, and the sender would get the mail back."""
        maillog.lmtp_unexpected(error)
        return TRY_AGAIN

    async def _take(self, envelope: Envelope) -> str:
        sender = reverse_path(envelope)
        raw = with_return_path(envelope.original_content or b"", sender)
        arrival = Arrival(raw, "lmtp", self._clock.now())
        try:
            fates = await self._loop.run_in_executor(self._pool, self._desk.take, [arrival])
        except StoreUnwritable as error:
            maillog.lmtp_deferred(sender, str(error))
            return NO_ROOM
        except PostcaseError as error:
            maillog.lmtp_deferred(sender, str(error))
            return TRY_AGAIN
        except Exception as error:  # noqa: BLE001  # a bug of ours must not bounce somebody's mail
            maillog.lmtp_unexpected(error)
            return TRY_AGAIN
        return self._yes(sender, envelope, len(raw), fates)

    def _yes(self, sender: str, envelope: Envelope, size: int, fates: Sequence[Fate]) -> str:
        maillog.lmtp_taken(sender, len(envelope.rcpt_tos), size, fates[0])
        return YES[fates[0]]


def place(listen: tuple[str, int] | Path) -> str:
    """As it stands in logs: 127.0.0.1:10024, or the path of a socket."""
    return str(listen) if isinstance(listen, Path) else "{}:{}".format(*listen)


def _refusal(where: str, error: BaseException) -> PostcaseError:
    """asyncio wraps the system's words in more of its own; a file in our way has words of ours."""
    number = error.errno if isinstance(error, OSError) else None
    sentence = f"lmtp cannot listen on {where}: {os.strerror(number) if number else error}"
    return TemporaryError(sentence) if number in FREE_LATER else ConfigError([sentence])


def reverse_path(envelope: Envelope) -> str:
    """The sender of the envelope, "" for the null sender, which aiosmtpd calls "<>"."""
    sender = envelope.mail_from or ""
    return "" if sender == "<>" else sender


def with_return_path(raw: bytes, sender: str) -> bytes:
    """The mail with the envelope's sender on top, as final delivery writes it (RFC 5321, section 4.4)."""
    line = b"Return-Path: <" + sender.encode("utf-8", "surrogateescape") + b">\r\n"
    return raw if _first_return_path(raw) == line[13:-2].strip() else line + raw


def _first_return_path(raw: bytes) -> bytes | None:
    """What the mail itself says; only the words of our own mail server are to be believed, so ours must come first."""
    end = raw.find(b"\r\n\r\n")
    for line in raw[: None if end < 0 else end].split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() == b"return-path":
            return value.strip()
    return None


def _make_way(path: Path) -> None:
    """Remove the socket of a run that was killed. Errors: OSError when it is in use, or no socket."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(f"found a file that is no socket at {path}")
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    path.unlink()
