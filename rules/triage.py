"""What does a good dispatcher find out about a new case? For whom it is, what about, how bad, and what rests on which rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.case import Case, Entry
from rules.desk import Desk
from rules.mail import Mail
from rules.organisations import Organisation
from rules.products import THE_PRODUCT, product_of, with_one_word
from rules.quotes import split
from rules.severity import Finding, Text, asked_for, severity_of
from rules.tokens import is_token

NO_PRODUCT = Finding("", "no product named", "")


@dataclass(frozen=True, slots=True)
class Report:
    """The findings about one mail."""

    severity: Finding
    product: Finding
    organisation: Organisation | None

    @property
    def organisation_name(self) -> str:
        return self.organisation.name if self.organisation else ""


def examine(mail: Mail, desk: Desk, follows: Case | None = None) -> Report:
    """What the mail says itself; a case that follows another one has product and severity of that one at least."""
    words = split(mail.text).fresh
    organisation = desk.organisation(mail.sender) or desk.organisation_named(follows.organisation if follows else "")
    product = product_of(mail, words, desk.products, _detail(mail, desk)) or NO_PRODUCT
    if follows and follows.product:
        product = Finding(follows.product, "carried over", f"from case {follows.number}")
    severity = severity_told(mail, words, product.value, organisation, desk)
    if (
        follows
        and not asked_for(mail, words)
        and not (severity.value < follows.severity and severity.rule != "the default")
    ):
        severity = Finding(follows.severity, "carried over", f"from case {follows.number}")
    return Report(severity, product, organisation)


def severity_told(mail: Mail, words: str, product: str, organisation: Organisation | None, desk: Desk) -> Finding:
    """The severity; for our rules every product goes by one name, in the evidence by its own."""
    generic = Text(with_one_word(mail.subject, desk.products), with_one_word(words, desk.products))
    found = severity_of(mail, Text(mail.subject, words), generic, product, organisation, desk.triage)
    return replace(found, evidence=found.evidence.replace(THE_PRODUCT, product or "the product"))


def sounds_worse(mail: Mail, case: Case, desk: Desk) -> str:
    """For the owner: what a customer's answer says about the severity; "" when it says nothing new."""
    words = split(mail.text).fresh
    if asked := asked_for(mail, words):
        return "" if asked == case.severity else f"The customer asks for severity {asked}; /severity {asked} sets it."
    found = severity_told(mail, words, case.product, None, desk)
    if found.value < min(case.severity, "C"):
        return f"This mail alone would be severity {found.value} ({found.rule}: {found.evidence}); the case has {case.severity}."
    return ""


def entries(report: Report, desk: Desk, now: datetime) -> tuple[Entry, ...]:
    """The findings as lines of the history."""
    lines = [
        Entry(now, f"severity {report.severity.value}", report.severity.rule, report.severity.evidence),
        Entry(
            now,
            f"product {report.product.value}" if report.product.value else "no product",
            report.product.rule,
            report.product.evidence,
        ),
    ]
    if report.organisation:
        lines.insert(
            0,
            Entry(
                now, f"customer of {report.organisation.name}", "organisation", contract(report.organisation, desk, now)
            ),
        )
    return tuple(lines)


def lines(report: Report, desk: Desk, now: datetime) -> tuple[str, ...]:
    """The findings in one line each, for the notice to the engineer."""
    severity, product = report.severity, report.product
    told = [f"Severity {severity.value}: {_because(severity)}"]
    if desk.products:
        told.append(f"Product {product.value}: {_because(product)}" if product.value else "Product: none was named")
    if report.organisation:
        told.append(f"Organisation {report.organisation.name}: {contract(report.organisation, desk, now)}")
    return tuple(told)


def contract(organisation: Organisation, desk: Desk, now: datetime) -> str:
    until, sales = (
        organisation.maintenance_until,
        f"; sales: {organisation.sales.address}" if organisation.sales else "",
    )
    if until is None:
        return f"no maintenance noted{sales}"
    day = now.astimezone(ZoneInfo(desk.timezone)).date()
    return (
        f"on maintenance until {until.isoformat()}"
        if organisation.maintained(day)
        else f"maintenance ended on {until.isoformat()}"
    )


def _because(found: Finding) -> str:
    return f"{found.rule}, {found.evidence}" if found.evidence else found.rule


def _detail(mail: Mail, desk: Desk) -> str:
    """The detail of the address the customer wrote to; one of our tokens is none."""
    details = (desk.detail(address) for address in (*mail.to, *mail.cc))
    return next((detail for detail in details if detail and not is_token(detail)), "")
