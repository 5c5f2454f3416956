"""Which cases does an engineer mean by some words? Subject, people, organisation, product and number are asked, not the mails."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rules.case import Case

LONGEST_QUESTION = 200
LONGEST_SUBJECT = 300  # characters of it that can be found
MOST_PEOPLE = 20


def words_for(number: int, subject: str, people: Iterable[str], organisation: str, product: str) -> str:
    """What a case can be found by; `people` are names and addresses, the customer's first."""
    known = (f"#{number}", subject[:LONGEST_SUBJECT], *islice(people, 2 * MOST_PEOPLE), organisation, product)
    return " ".join(filter(None, known)).casefold()


def words_of(case: Case) -> str:
    people = (case.customer, *case.participants)
    names = (word for one in people for word in (one.name, one.address))
    return words_for(case.number, case.subject, names, case.organisation, case.product)


def is_found(words: str, question: str) -> bool:
    """All words of the question stand in it, as words or as parts of them."""
    asked = question[:LONGEST_QUESTION].casefold().split()
    return bool(asked) and all(word in words for word in asked)
