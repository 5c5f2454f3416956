"""Has a provider passed on that somebody called a letter of ours unwanted? Feedback reports, RFC 5965."""

from __future__ import annotations

from daemon.incoming.delivery_status import address_in
from daemon.incoming.header_block import HeaderBlock, read_headers
from daemon.incoming.mime_parts import Part
from rules.mail import Complaint, Mail

REPORT = "message/feedback-report"
OCTETS = 64 * 1024  # of a report that are read
RECIPIENT = ("original-rcpt-to", "removal-recipient")  # RFC 5965, section 3.2 and 3.3; the second is an older name


def read_complaint(mail: Mail, tree: Part) -> Complaint | None:
    """What the letter was called, and by whom; None when the mail is no feedback report."""
    if not mail.header("content-type").lower().startswith("multipart/report"):
        return None
    part = next((leaf for leaf in tree.leaves() if leaf.content_type == REPORT), None)
    if part is None:
        return None
    fields = read_headers(part.content()[:OCTETS].lstrip())
    return Complaint(_feedback(fields), _recipient(fields))


def _feedback(fields: HeaderBlock) -> str:
    """Providers invent words of their own; a report without one is of abuse."""
    said = fields.first("feedback-type").decode("ascii", "replace").split()
    return said[0].lower()[:40] if said else "abuse"


def _recipient(fields: HeaderBlock) -> str:
    return next((found for name in RECIPIENT if (found := address_in(fields.first(name)))), "")
