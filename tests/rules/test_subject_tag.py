"""Which case does a subject name? Whatever mail clients and people do to the tag, it is found; nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.subject_tag import (
    FORWARD_PREFIXES,
    REPLY_PREFIXES,
    bare,
    has_tag,
    is_forward,
    numbers_in,
    tag,
    tagged,
    without_prefixes,
)

NUMBERS = st.integers(min_value=1, max_value=10**12 - 1)
PREFIXES = st.lists(st.sampled_from((*REPLY_PREFIXES, *FORWARD_PREFIXES)), max_size=4)
GAPS = st.sampled_from(["", " ", "  ", "\t", "\xa0", "\u3000", "\r\n ", "\n\t", "\u200b"])
SUBJECTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["Re: ", "AW:", "[Case #1]", "[Case ", "#2]", "Case", "[", "]", " ", "x", "Fwd", ":", "I: ", "#", "7"]
        ),
        max_size=12,
    ).map("".join),
)


def test_a_letter_carries_the_tag_before_its_subject() -> None:
    assert tag(10042, "Case") == "[Case #10042]"
    assert tagged("Printer on fire", 10042, "Case") == "[Case #10042] Printer on fire"
    assert tagged("AW: [Case #10042] Re: Printer on fire", 10042, "Case") == "[Case #10042] Printer on fire"
    assert tagged("", 10042, "Case") == "[Case #10042]"


@pytest.mark.parametrize(
    "subject",
    [
        "[Case #10042] Printer",
        "[case#10042] Printer",
        "[ CASE  # 10042 ] Printer",
        "Re: AW: Fwd: [Case #10042] Printer",
        "Printer [Case #10042]",
        "Printer[Case #10042]on fire",
        "[Case\xa0#10042] Printer",
        "[Case\r\n #10042] Printer",
        "[Case\u3000＃１００４２] Printer",
        "［Ｃａｓｅ　＃１００４２］ Printer",
        "【CASE #10042】Printer",
        "[External] [Case #10042] Printer",
        "[Case #10042] Re: [Case #10042] Printer",
        "[[Case #10042]]",
        "[Case #000010042]",
    ],
)
def test_a_tag_is_recognised_in_any_case_spacing_and_width(subject: str) -> None:
    assert numbers_in(subject, "Case") == (10042,)


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Case 10042",
        "[Case 10042]",
        "Case #10042",
        "[Ticket #10042]",
        "[Cases #10042]",
        "[Case #1234567890123]",
        "[Case #10042a]",
        "[Case #]",
        "[Case #-1]",
        "(Case #10042)",
        "[Case # 100 42]",
    ],
)
def test_nothing_else_is_a_tag(subject: str) -> None:
    assert numbers_in(subject, "Case") == ()


def test_several_numbers_come_in_their_order_and_once() -> None:
    assert numbers_in("[Case #7] was [Case #10042] and [case #7]", "Case") == (7, 10042)


@pytest.mark.parametrize("word", ["Fall", "Støtte", "Support Case", "案件", "C++", "Fälle", "[x]"])
def test_any_word_makes_a_tag(word: str) -> None:
    assert numbers_in(f"Re: {tagged('Printer', 10042, word)}", word) == (10042,)
    assert numbers_in(tagged("Printer", 10042, word).upper(), word) == (10042,)


@pytest.mark.parametrize(
    "subject",
    [
        "Printer on fire",
        "Re: Printer on fire",
        "RE: Re: re: Printer on fire",
        "RE[2]: Printer on fire",
        "Re(3): Printer on fire",
        "Re^4: Printer on fire",
        "Re : Printer on fire",
        "AW: WG: Printer on fire",
        "Antw: Antwort: Printer on fire",
        "SV: VS: VB: Printer on fire",
        "Fwd: Fw: FW: Printer on fire",
        "TR: RV: R: I: Printer on fire",
        "Odp: PD: Ynt: İLT: Printer on fire",
        "回复: 答复：转发: Printer on fire",
        "Re:Re:Printer on fire",
        "  Re:\r\n\tPrinter  on\xa0fire ",
        "AW: [Case #10042] Re: Printer on fire",
        "Re: Printer [case # 10042 ] on fire",
        "[Case #1][Case #2] AW: Printer on fire",
    ],
)
def test_the_bare_subject_has_no_tag_and_no_prefix(subject: str) -> None:
    assert bare(subject, "Case") == "Printer on fire"


@pytest.mark.parametrize(
    "subject", ["Regarding: fire", "Install: fails", "Recipe", "Printer: Re: fire", "Aware: yes", "12: fire"]
)
def test_words_that_only_begin_like_a_prefix_stay(subject: str) -> None:
    assert without_prefixes(subject) == subject


def test_the_letters_of_the_subject_are_left_as_they_are() -> None:
    assert bare("Re: ［重要］（株）Ｐｒｉｎｔｅｒ ①", "Case") == "［重要］（株）Ｐｒｉｎｔｅｒ ①"


def test_a_forward_is_told_from_an_answer() -> None:
    assert is_forward("Fwd: Printer")
    assert is_forward("WG: Drucker")
    assert is_forward("TR : Imprimante")
    assert not is_forward("Re: Printer")
    assert not is_forward("VS: Tulostin")
    assert not is_forward("Forward planning")


def test_a_tag_of_any_desk_is_seen() -> None:
    assert has_tag("Re: [Case #10042] Printer")
    assert has_tag("[Support Fall # 7]")
    assert not has_tag("Printer #7")
    assert not has_tag("[Printer]")


@given(NUMBERS, PREFIXES, GAPS, GAPS, GAPS, GAPS, st.sampled_from([str.upper, str.lower, str.title]))
def test_a_tag_survives_prefixes_and_spacing(number, prefixes, one, two, three, four, case) -> None:  # type: ignore[no-untyped-def]
    before = "".join(f"{prefix}: " for prefix in prefixes)
    subject = f"{before}[{one}{case('Case')}{two}#{three}{number}{four}] Printer on fire"
    assert numbers_in(subject, "Case") == (number,)
    assert bare(subject, "Case") == "Printer on fire"


@given(SUBJECTS, NUMBERS)
def test_a_tagged_subject_names_exactly_its_case(subject: str, number: int) -> None:
    assert numbers_in(tagged(subject, number, "Case"), "Case") == (number,)


@given(SUBJECTS)
def test_the_bare_subject_is_bare(subject: str) -> None:
    once = bare(subject, "Case")
    assert bare(once, "Case") == once
    assert numbers_in(once, "Case") == ()
    assert once == " ".join(once.split())


@pytest.mark.timeout(30)  # quadratic time would take minutes
@pytest.mark.parametrize(
    "piece",
    ["[", "[Case ", "[Case #", "[Case #1] ", "Re: ", "Re:", "[Case [Case #1]", "[ ", "#1]", "re ", "\u0301\u0316"],
    ids=repr,
)
def test_a_large_subject_is_read_in_linear_time(piece: str) -> None:
    subject = piece * (300_000 // len(piece))
    assert isinstance(numbers_in(subject, "Case"), tuple)
    assert numbers_in(tagged(subject, 7, "Case"), "Case")[0] == 7
    assert without_prefixes(subject) is not None
    assert has_tag(subject) in (True, False)
