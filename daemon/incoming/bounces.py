"""Did one of our letters come back? Which one, from whom, and for good?"""

from __future__ import annotations

from daemon.incoming.bounce_wording import read_wording
from daemon.incoming.delivery_status import Delivery, read_deliveries, read_envelope_id
from daemon.incoming.header_block import read_headers
from daemon.incoming.message_ids import read_ids
from daemon.incoming.mime_parts import Part, read_parts
from rules.loop_guard import kind_of
from rules.mail import Bounce, Kind, Mail, Report

MAILS = ("message/rfc822", "message/global")
RETURNED = (*MAILS, "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")

MOST_RECIPIENTS = 100  # of one notification


def read_bounce(mail: Mail, tree: Part) -> Bounce | None:
    """What the mail says about a letter that was not delivered, or not yet; None when it says nothing of the kind."""
    if not _comes_from_a_mail_server(mail):
        return None
    report, deliveries = _report(tree)
    if deliveries:
        return _from_deliveries(deliveries, _original_id(mail, report))
    return None if _is_receipt(mail) else _from_words(mail, tree)


def reported_id(mail: Mail, tree: Part) -> str:
    """The Message-ID of the mail that any report is about, of a success or a complaint as well; "" when it is no report."""
    return _original_id(mail, tree) if _is_report(mail) else ""


def _comes_from_a_mail_server(mail: Mail) -> bool:
    """A customer may send us a bounce of his own, in words or attached: that is his question, not our bounce."""
    return _is_report(mail) or kind_of(mail)[0] is Kind.BOUNCE


def _is_report(mail: Mail) -> bool:
    return mail.header("content-type").lower().startswith("multipart/report")


def _is_receipt(mail: Mail) -> bool:
    content_type = mail.header("content-type").lower()
    return "disposition-notification" in content_type or "feedback-report" in content_type


def _report(tree: Part) -> tuple[Part, tuple[Delivery, ...]]:
    """The deliveries, and the tree they stand in: some servers attach the whole notification to another one."""
    if deliveries := read_deliveries(tree):
        return tree, deliveries
    first = next((leaf for leaf in tree.leaves() if leaf.content_type in MAILS), None)
    if first is None:
        return tree, ()
    attached = first.content().lstrip()
    inner, _ = read_parts(attached, read_headers(attached))
    return (inner, read_deliveries(inner)) if inner.content_type == "multipart/report" else (tree, ())


def _from_deliveries(deliveries: tuple[Delivery, ...], original_id: str) -> Bounce | None:
    """The worst news first; which of the recipients is ours, the case knows (Bounce.about)."""
    failed = [one for one in deliveries if one.failed]
    told = failed or [one for one in deliveries if one.delayed]
    if not told:
        return None  # a report of success
    first = told[0]
    others = tuple(
        Report(one.recipient, one.status, one.fate, one.diagnostic, one.retry_until)
        for one in deliveries[:MOST_RECIPIENTS]
        if one is not first
    )
    return Bounce(original_id, first.recipient, first.status, bool(failed), first.diagnostic, first.retry_until, others)


def _from_words(mail: Mail, tree: Part) -> Bounce | None:
    ours = frozenset(address.key for address in (mail.sender, *mail.to, *mail.cc, *mail.reply_to) if address.address)
    wording = read_wording(mail.text, mail.subject, ours)
    recipient = mail.header("x-failed-recipients").partition(",")[0].strip() or wording.recipient
    if not recipient:
        return None
    return Bounce(_original_id(mail, tree), recipient, wording.status, not wording.still_trying, wording.diagnostic)


def _original_id(mail: Mail, tree: Part) -> str:
    """The Message-ID of our letter: in the copy that came back, in the status part, or in the headers that name it."""
    for leaf in tree.leaves():
        if leaf.content_type in RETURNED and (
            ids := read_ids(read_headers(leaf.content().lstrip()).first("message-id"))
        ):
            return ids[0]
    return _id_in_text(mail.text) or _named_to_the_server(tree) or next(iter(mail.parents), "")


def _named_to_the_server(tree: Part) -> str:
    return next(iter(read_ids(f"<{read_envelope_id(tree)}>".encode("utf-8", "replace"))), "")


def _id_in_text(text: str) -> str:
    """The copy of our letter may stand in the text itself."""
    for line in text.split("\n"):
        if line.lower().lstrip("> ").startswith("message-id:"):
            return next(iter(read_ids(line.partition(":")[2].encode("utf-8", "replace"))), "")
    return ""
