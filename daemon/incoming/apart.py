"""Read mails in a process of its own: whatever a mail does to the parser, the desk goes on.

The process is started with the first mail and reads one after the other. For each it has so much memory and processor time, by
limits of the kernel that grow with the size of the mail; who passes them dies, and the mail goes to quarantine with the
reason. A process that ended in any other way may have been the victim of something else, so the mail is tried once more.

    desk -> reader   Request, then the octets of the mail
    reader -> desk   the length of the answer, then a pickled Mail, or a string that says why there is none
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, Final

from daemon.errors import TemporaryError, UnreadableMail
from daemon.incoming.reader import Reader, nobodys
from rules.mail import Mail

MEMORY = 512 * 1024 * 1024  # octets of address space, and so many more for each octet of the mail:
MEMORY_PER_OCTET = 12
SECONDS = 5  # of processor time, and a second more for so many octets:
OCTETS_A_SECOND = 4 * 1024 * 1024
PATIENCE = 12  # times that long by the clock on the wall, on a machine that has other things to do

_REQUEST: Final = struct.Struct(
    "!QQ?"
)  # octets of the mail, octets that are read at most, and whether only the headers are
_LENGTH: Final = struct.Struct("!Q")


@dataclass(frozen=True)
class _Process:
    popen: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: IO[bytes]


class ReaderApart(Reader):
    """Thread-safe: one mail after the other."""

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the other process, while there is one."""
        process = self._process
        return process.popen.pid if process else None

    def parse(self, raw: bytes, most: int) -> Mail:
        """Errors: UnreadableMail; TemporaryError when no process can be started."""
        return self._read(raw, most, headers=False)

    def parse_headers(self, raw: bytes) -> Mail:
        """Errors: TemporaryError when no process can be started."""
        try:
            return self._read(raw, len(raw), headers=True)
        except UnreadableMail:
            return nobodys(raw)

    def close(self) -> None:
        """The process ends as it is told nothing more."""
        with self._lock:
            self._end()

    def _read(self, raw: bytes, most: int, *, headers: bool) -> Mail:
        request = _REQUEST.pack(len(raw), most, headers)
        with self._lock:
            try:
                answer = self._asked(request, raw)
            except _ReaderDied as death:
                if death.was_too_slow:
                    raise UnreadableMail(str(death)) from death
                answer = self._asked_again(request, raw)
        read = pickle.loads(answer)  # noqa: S301 - written by our own code
        if isinstance(read, Mail):
            return read
        raise UnreadableMail(str(read))

    def _asked_again(self, request: bytes, raw: bytes) -> bytes:
        try:
            return self._asked(request, raw)
        except _ReaderDied as death:
            raise UnreadableMail(str(death)) from death

    def _asked(self, request: bytes, raw: bytes) -> bytes:
        process = self._running()
        late = threading.Timer(PATIENCE * seconds_for(len(raw)), process.popen.kill)
        late.daemon = True
        late.start()
        try:
            process.requests.write(request)
            process.requests.write(raw)
            process.requests.flush()
            return _exactly(process.answers, *_LENGTH.unpack(_exactly(process.answers, _LENGTH.size)))
        except (OSError, EOFError) as error:
            raise _ReaderDied(self._end()) from error
        finally:
            late.cancel()

    def _running(self) -> _Process:
        if self._process is None:
            try:
                self._process = _started()
            except OSError as error:
                raise TemporaryError(f"no process can be started that reads mails: {error}") from error
        return self._process

    def _end(self) -> int:
        """How it ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with contextlib.suppress(OSError):  # what it never took is still in the buffer
            process.requests.close()
        process.answers.close()
        return process.popen.wait()


def _started() -> _Process:
    popen = subprocess.Popen(
        [sys.executable, "-P", "-m", "daemon.incoming.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    if popen.stdin is None or popen.stdout is None:
        raise OSError("its pipes are not open")
    return _Process(popen, popen.stdin, popen.stdout)


class _ReaderDied(Exception):
    """`code`: how the process ended, as subprocess has it."""

    def __init__(self, code: int) -> None:
        self.was_too_slow = code == -signal.SIGXCPU
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        slow = "to read it takes more processor time than a mail of its size may"
        super().__init__(slow if self.was_too_slow else f"the process that reads mails ended with {how}, twice")


def _exactly(stream: IO[bytes], length: int) -> bytes:
    """Errors: EOFError, when there is less."""
    found = stream.read(length)
    if len(found) < length:
        raise EOFError(f"expected {length} octets, found {len(found)}")
    return found


def seconds_for(octets: int) -> int:
    """Processor time that a mail may take."""
    return SECONDS + octets // OCTETS_A_SECOND


# From here on it is the other process.


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Until there are no requests any more."""
    reader = Reader()
    while head := requests.read(_REQUEST.size):
        length, most, headers = _REQUEST.unpack(head)
        _limit(length)
        raw = _exactly(requests, length)
        answer = pickle.dumps(_answered(reader, raw, most, headers=headers), pickle.HIGHEST_PROTOCOL)
        answers.write(_LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()


def _answered(reader: Reader, raw: bytes, most: int, *, headers: bool) -> Mail | str:
    try:
        return reader.parse_headers(raw) if headers else reader.parse(raw, most)
    except UnreadableMail as error:
        no_memory = isinstance(error.__cause__, MemoryError)
        return "to read it takes more memory than a mail of its size may" if no_memory else str(error)


def _limit(octets: int) -> None:
    """For the next mail; the limits of before may have been smaller."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + seconds_for(octets)
    for which, most in ((resource.RLIMIT_AS, MEMORY + MEMORY_PER_OCTET * octets), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(which)
        resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    """Signals that end the desk reach us as well; it still needs the mail in hand, and we end when it does."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library may print is no answer
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
