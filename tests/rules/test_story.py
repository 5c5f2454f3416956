"""What of a case is quoted to whom, and how much of it?"""

from __future__ import annotations

from dataclasses import replace

from samples import ANN, BOB, MONDAY, case, letter

from rules.case import Case, Message, Post, Role
from rules.mail import Kind
from rules.story import MOST, Said, public_papers, story


def message(
    paper: int, role: Role = Role.CUSTOMER, kind: Kind = Kind.PERSON, held: str = "", moved_to: int = 0
) -> Message:
    return Message(
        paper, MONDAY, ANN, role, kind, "s", f"{paper}@x", f"f{paper}", f"{paper}-in", held, moved_to=moved_to
    )


def of(*messages: Message, **more: object) -> Case:
    made = case(7, **more)  # type: ignore[arg-type]
    return replace(made, messages=(*made.messages, *messages))


def test_only_what_people_of_the_customers_side_wrote_is_public() -> None:
    machine, held = message(4, kind=Kind.OUT_OF_OFFICE), message(5, held="a stranger")
    inside = (message(6, Role.ENGINEER), message(7, Role.STAFF), message(8, Role.STRANGER), message(9, moved_to=8))
    assert public_papers(of(machine, held, *inside, message(10, Role.PARTICIPANT))) == ("10-in", "0001-in.eml")


def test_of_our_letters_the_customers_copy_of_an_answer_is_public_unless_it_never_left() -> None:
    relays = (letter(7, 4, ANN), letter(7, 5, BOB), replace(letter(7, 6, ANN), post=Post.FAILED))
    reminder = letter(7, 7, ANN, "reminder")
    made = case(7)
    assert public_papers(replace(made, letters=(*made.letters, *relays, reminder))) == ("0004-relay.eml", "0001-in.eml")


def test_the_newest_mail_is_quoted_nearly_whole_and_the_older_ones_are_shortened() -> None:
    long = Said(MONDAY, "Ann", "word " * 10_000)
    found = story([long] * 20)
    assert [len(one.words) // 1000 for one in found] == [4, 1, 1, 1, 1]
    assert all(one.words.endswith("word [...]") for one in found)
    assert len(found) == MOST


def test_what_says_nothing_is_left_out() -> None:
    assert story([Said(MONDAY, "Ann", " \n"), Said(MONDAY, "Bob", "Yes.")]) == (Said(MONDAY, "Bob", "Yes."),)
