"""Is the product found wherever a customer names it, by whatever name?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import ANN, DESK, KEY, mail

from rules.mail import Address, Attachment
from rules.products import Product, product_of
from rules.tokens import reply_address
from rules.triage import examine

FILES = Product("Cyber Files", ("mobilEcho", "Files Advanced"), frozenset({"files"}), (Address("files@example.com"),))
PRINT = Product("Print Gateway", ("SpoolMaster", "PrintGate"), frozenset({"print"}))
BOTH = (FILES, PRINT)


def named(subject: str = "Help", text: str = "", detail: str = "", **more: object) -> str:
    found = product_of(mail(subject=subject, text=text, **more), text, BOTH, detail)  # type: ignore[arg-type]
    return found.value if found else ""


@pytest.mark.parametrize(
    "words",
    ["Cyber Files", "cyberfiles", "CYBER-FILES", "mobilEcho", "Mobil Echo", "mobil-echo", "mobilEchos Dienst",
     "Files Advanced", "der Mobilechoserver", "cyber\nfiles"],
)  # fmt: skip
def test_a_name_is_known_in_every_spelling(words: str) -> None:
    assert named(text=f"something about {words} here") == "Cyber Files"


@pytest.mark.parametrize("words", ["files", "my cyber life, files", "echo", "advanced", "printgated"])
def test_half_a_name_is_none(words: str) -> None:
    assert named(text=words) == ""


def test_the_address_comes_first_then_the_form_then_the_subject_then_the_text() -> None:
    text = "Product: SpoolMaster\nmobilEcho mobilEcho"
    assert named("mobilEcho", text, to=(Address("files@example.com"),)) == "Cyber Files"
    assert named("mobilEcho", text, detail="spoolmaster") == "Print Gateway"
    assert named("mobilEcho", text) == "Print Gateway"
    assert named("mobilEcho", "PrintGate PrintGate") == "Cyber Files"


def test_the_one_named_most_often_counts_then_the_first() -> None:
    assert named(text="mobilEcho. PrintGate, PrintGate.") == "Print Gateway"
    assert named(text="PrintGate and mobilEcho") == "Print Gateway"


def test_the_name_of_a_file_is_the_last_hint() -> None:
    assert named(text="see file", attachments=(Attachment("spoolmaster.log", "text/plain", b""),)) == "Print Gateway"


def test_every_finding_says_what_it_rests_on() -> None:
    found = product_of(mail(subject="Our Mobil-Echo"), "", BOTH)
    assert found is not None
    assert (found.rule, found.evidence) == ("named", '"mobil echo" in the subject')


def test_the_detail_of_an_address_is_read_with_its_separator_only() -> None:
    desk = replace(DESK, subaddress="+")
    assert desk.detail(Address("support+files@example.com")) == "files"
    assert desk.detail(Address("other+files@example.com")) == ""
    assert DESK.detail(Address("support+files@example.com")) == ""


def test_a_detail_may_begin_with_a_digit_unless_it_is_a_token_of_ours() -> None:
    desk = replace(DESK, subaddress="+", products=(Product("3D Studio"), FILES))
    token = reply_address(desk, KEY, 7, 1, ANN)
    for to, product in ((Address("support+3dstudio@example.com"), "3D Studio"), (token, "Cyber Files")):
        assert examine(mail(subject="mobilEcho", to=(to,)), desk).product.value == product
    both = mail(to=(token, Address("support+3dstudio@example.com")))
    assert examine(both, desk).product.value == "3D Studio"
