"""How well do the rules that come with the desk tell severity and product? Over tests/triage, as a page: docs/triage.md."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from daemon.incoming.parse import parse  # noqa: E402
from rules.desk import Desk  # noqa: E402
from rules.mail import Address  # noqa: E402
from rules.products import Product, product_of  # noqa: E402
from rules.quotes import split  # noqa: E402
from rules.severity import LEVELS, Finding, Rule, Triage  # noqa: E402
from rules.severity_levels import SHIPPED  # noqa: E402
from rules.severity_rules import RULES  # noqa: E402
from rules.triage import severity_told  # noqa: E402

MAILS = HERE.parent / "tests" / "triage"
SEEN: tuple[str, ...] = ("one", "two", "three", "four")
UNSEEN: tuple[str, ...] = ("five",)
NONE = "-"
PRODUCTS = (
    Product("Cyber Files", ("mobilEcho", "Files Advanced")),
    Product("Print Gateway", ("SpoolMaster", "PrintGate")),
    Product("Sync Server", ("FolderBridge",)),
    Product("Report Studio", ("Chartwell",)),
)
DESK = Desk(
    "Example Support",
    Address("support@example.com"),
    (),
    triage=Triage(SHIPPED, RULES, inside=("desk.example",)),
    products=PRODUCTS,
)
HEAD = """\
# How well the dispatcher does

This page is printed by `python bench/triage.py > docs/triage.md` over the mails in `tests/triage`: mails as customers write
them, in English and German, with negations, quoted text, signatures and nicknames, many of them made to be hard. Each has the
severity and the product that a careful human gave it.

The rules (`rules/severity_rules.py`) are asked in their order, and the first that applies decides. They find what people say in
the words they usually say it in; what somebody only hints at, they miss. Where they are wrong an engineer says `/severity B`, the
customer may object by a reply, and a desk that sees the same words again writes a rule of its own in config.toml. Of mails the
rules were not made with, expect fewer to be right; how these were measured, and when, is in `tests/triage/README.md`.
"""


@dataclass(frozen=True)
class Record:
    """One labelled mail, and what was found."""

    severity: str
    product: str
    subject: str
    found: Finding
    found_product: str


def main() -> None:
    print(page(), end="")


def page() -> str:
    """The whole page in Markdown."""
    seen = [record for name in SEEN for record in records(name)]
    unseen = [record for name in UNSEEN for record in records(name)]
    return "\n".join(
        [
            HEAD,
            "## The rules in their order",
            "",
            "The same name may stand in several places: each asks for other words, in another order.",
            "",
            "| | severity | because of | asks for |",
            "|---|---|---|---|",
            *(
                f"| {place} | {rule.level} | {rule.name} | {_asks_for(rule)} |"
                for place, rule in enumerate(RULES, start=1)
            ),
            "",
            *_part("Mails the rules were made with", seen),
            *(_part("Mails the rules were not made with", unseen) if unseen else ()),
            "## Severities missed among the mails the rules were made with",
            "",
            "| it is | found | by | subject |",
            "|---|---|---|---|",
            *(_miss(record) for record in seen if record.found.value != record.severity),
            "",
        ]
    )


def records(name: str) -> Iterator[Record]:
    whole = "\n" + (MAILS / f"{name}.txt").read_text(encoding="utf-8")
    for chunk in whole.split("\n== ")[1:]:
        label, _, text = chunk.partition("\n")
        severity, product, _ = (part.strip() for part in label.split("|"))
        yield _judged(severity, product, text)


def _judged(severity: str, product: str, text: str) -> Record:
    header, _, body = text.partition("\n\n")
    mime = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit"
    mail = parse(f"{header}\n{mime}\n\n{body.rstrip()}\n".encode())
    words = split(mail.text).fresh
    named = product_of(mail, words, PRODUCTS)
    about = named.value if named else ""
    found = severity_told(mail, words, about, None, DESK)
    return Record(severity, product, mail.subject, found, about or NONE)


def accuracy(judged: list[Record]) -> tuple[float, float]:
    """The share of severities, and of products, that a human would have given as well."""
    severities = sum(record.found.value == record.severity for record in judged)
    products = sum(record.found_product == record.product for record in judged)
    return severities / len(judged), products / len(judged)


def _part(title: str, judged: list[Record]) -> Iterator[str]:
    severities, products = accuracy(judged)
    yield f"## {title}"
    yield ""
    yield f"{len(judged)} mails: severity right in {severities:.1%}, product in {products:.1%}."
    yield ""
    yield "| it is | found A | found B | found C | found D |"
    yield "|---|---|---|---|---|"
    counted = Counter((record.severity, record.found.value) for record in judged)
    yield from (f"| {one} | " + " | ".join(str(counted[one, other]) for other in LEVELS) + " |" for one in LEVELS)
    yield ""
    names = [*(product.name for product in PRODUCTS), NONE]
    yield f"| it is about | {' | '.join(f'found {name}' for name in names)} |"
    yield "|---|" + "---|" * len(names)
    about = Counter((record.product, record.found_product) for record in judged)
    yield from (f"| {one} | " + " | ".join(str(about[one, other]) for other in names) + " |" for one in names)
    yield ""


def _asks_for(rule: Rule) -> str:
    """An example from each table of phrases the rule has."""
    said = " with ".join(map(_example, rule.says))
    where = " in the subject" if rule.subject_only else ""
    besides = f", and {_example(rule.besides)} somewhere" if rule.besides else ""
    return f"{said}{where}{besides}, and the like"


def _example(phrases: tuple[str, ...]) -> str:
    words = phrases[0].lstrip("~").split()
    return '"' + " ".join(word.split("|")[0] for word in words) + '"'


def _miss(record: Record) -> str:
    evidence = record.found.evidence.replace("|", "/")
    subject = record.subject.replace("|", "/")
    return f"| {record.severity} | {record.found.value} | {record.found.rule}: {evidence} | {subject} |"


if __name__ == "__main__":
    main()
