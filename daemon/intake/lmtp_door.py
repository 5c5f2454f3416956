"""How does one LMTP session go? aiosmtpd's protocol, with what RFC 2033 asks for and aiosmtpd 1.4.6 leaves out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import syntax

from daemon import maillog

COMMAND_OCTETS = 4096  # long addresses and parameters; RFC 5321, section 4.5.3.1, asks for 512 at least
IDENT = "Postcase LMTP"  # in the greeting
SESSION_SECONDS = 900  # aiosmtpd counts the whole of DATA as one silence
TOO_LARGE = "552 5.3.4 larger than the desk takes"
TRY_AGAIN = "451 4.3.0 the desk cannot take it now, try again later"

# aiosmtpd refuses, RFC 2033 and RFC 5321 would have it said so
BETTER_WORDS = {
    "500 Line too long (see RFC5321 4.5.3.1.6)": TOO_LARGE,  # a line longer than all that may come
    "552 Error: Too much mail data": TOO_LARGE,
    "552 Error: message size exceeds fixed maximum message size": TOO_LARGE,
}


class Door(LMTP):
    """One session. It says one reply for each recipient after the mail (RFC 2033, section 4.2)."""

    def __init__(self, handler: Any, *, max_size: int, hostname: str) -> None:
        # Of the class, shared by all sessions and emptied by each new one, if we did not give every door its own.
        self.command_size_limits = defaultdict(lambda: COMMAND_OCTETS)
        # Real mail has lines of any length; 500, as aiosmtpd says to more than 1001 octets, would bounce it.
        self.line_length_limit = max_size + 1
        super().__init__(
            handler,
            data_size_limit=max_size,
            enable_SMTPUTF8=True,
            hostname=hostname,  # else the resolver is asked for every connection
            ident=IDENT,
            timeout=SESSION_SECONDS,
        )
        self._replies = 0  # due when the mail is through
        self._graded = True

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:
        self._graded = False  # RFC 2034, section 4: no enhanced codes here
        try:
            await super().smtp_LHLO(arg)
        finally:
            self._graded = True

    async def push(self, status: str | bytes) -> None:
        """Every reply goes through here; the one after the mail goes out once for each recipient."""
        text = status if isinstance(status, str) else status.decode()
        text = BETTER_WORDS.get(text, text)
        if text is TOO_LARGE and self.envelope is not None:
            maillog.lmtp_too_large(self.envelope.mail_from or "", self.data_size_limit or 0)
        if self._graded:
            text = graded(text)
        if self._replies and not text.startswith("354"):
            text = "\r\n".join([text] * self._replies)
            self._replies = 0
        elif text.startswith("354") and self.envelope is not None:
            self._replies = len(self.envelope.rcpt_tos)
        await super().push(text)

    def close(self) -> None:
        """Hang up; what was said is still sent."""
        if self.transport is not None:
            self.transport.close()


def graded(reply: str) -> str:
    """The reply with an enhanced status code, when it has none (RFC 2034)."""
    code, _, words = reply.partition(" ")
    is_greeting = code == "220"
    if is_greeting or len(code) != 3 or code[0] not in "245" or words[1:2] == ".":
        return reply
    return f"{code} {code[0]}.0.0 {words}"
