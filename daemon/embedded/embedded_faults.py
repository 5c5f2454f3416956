"""How can a test or the demo make the embedded mail server fail?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

HANG_UP = "hang up"  # cut the connection without a word
HANG_UP_AFTER = "hang up after"  # IMAP: obey the command first; its answer is lost, its effect is not

# The recipient's address -> a reply such as "550 5.1.1 no such user", or HANG_UP, or None for no fault.
SmtpFault = Callable[[str], str | None]

# The command's name ("MOVE" for UID MOVE too) and the user's address ("" before the login) -> a reply such as
# "NO [UNAVAILABLE] try later", "BYE going down", HANG_UP, HANG_UP_AFTER, or None for no fault. Awaiting in it stalls
# this connection.
ImapFault = Callable[[str, str], Awaitable[str | None]]
