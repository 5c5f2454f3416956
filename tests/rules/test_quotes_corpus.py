"""Do we find the new words in replies that other projects collected? The fixtures lie beside the checkout, or nowhere."""

from __future__ import annotations

from reply_corpus import BESIDE, Fixture, fixtures, squeezed

from rules.quotes import Parts, split

# What we reach; a better rule may only raise these.
EXACT_AT_LEAST = 50
LOST_AT_MOST = 0

pytestmark = BESIDE


def is_exact(parts: Parts, stated: str) -> bool:
    """Some projects count the signature to the reply, some do not."""
    return squeezed(stated) in (squeezed(parts.fresh), squeezed(f"{parts.fresh}\n{parts.signature}"))


def loses_words(parts: Parts, fixture: Fixture) -> bool:
    """Is a line that the person wrote neither in the new words nor in the signature?"""
    kept = squeezed(f"{parts.fresh}\n{parts.signature}")
    wanted = fixture.expect.get("reply_contains", [])
    assert isinstance(wanted, list)
    stated = [line for line in (fixture.stated or "").splitlines() if line.strip("-_ ")]
    return any(squeezed(line) not in kept for line in [*stated, *wanted])


def test_the_new_words_are_found_as_other_projects_state_them() -> None:
    stated = [fixture for fixture in fixtures() if fixture.stated is not None]
    missed = [one.name for one in stated if not is_exact(split(one.text), one.stated or "")]
    print(f"{len(stated) - len(missed)} of {len(stated)} exact; missed: {', '.join(missed) or 'none'}")
    assert len(stated) - len(missed) >= EXACT_AT_LEAST, missed


def test_no_words_of_a_person_are_lost() -> None:
    losers = [one.name for one in fixtures() if loses_words(split(one.text), one)]
    print(f"{len(losers)} lost: {', '.join(losers) or 'none'}")
    assert len(losers) <= LOST_AT_MOST, losers


def test_what_is_not_the_reply_is_not_in_the_new_words() -> None:
    kept = []
    for one in fixtures():
        unwanted = one.expect.get("reply_not_contains", [])
        assert isinstance(unwanted, list)
        fresh = split(one.text).fresh
        kept += [(one.name, words) for words in unwanted if str(words) in fresh]
    assert not kept


def test_every_text_line_is_in_one_part_and_in_order() -> None:
    for one in fixtures():
        parts = split(one.text)
        lines = [line for line in one.text.split("\n") if line.strip()]
        found = [
            line for part in (parts.fresh, parts.quoted, parts.signature) for line in part.split("\n") if line.strip()
        ]
        assert sorted(found) == sorted(lines), one.name
