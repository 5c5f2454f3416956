"""Who of another team is asked, and when is a mail really his?"""

from __future__ import annotations

from dataclasses import replace

from samples import DESK, DEV, EVA, KEYS, MONDAY, case, letter, mail

from rules.case import Audience, Escalation, Role, Stage, Status
from rules.mail import Address, Mail
from rules.senders import Sender, identify
from rules.staff import Staff, Team, asked_about
from rules.threads import Known, clues_of, match

PAT = Address("pat@build.example", "Pat Example")
TEAM = (
    Staff("Dev Example", DEV, (Team.DEVELOPMENT,)),
    Staff("Pat Example", PAT, (Team.DEVELOPMENT,), ("Print Gateway",)),
)
TRUSTING = replace(DESK, staff=TEAM, trusted_authserv=("mx.example.com",))
ESCALATED = Escalation(Stage.DEVELOPMENT, MONDAY, (DEV,))


def names(product: str) -> list[str]:
    return [one.name for one in asked_about(product, Team.DEVELOPMENT, TEAM)]


def test_who_names_the_product_is_asked_and_else_who_names_none() -> None:
    assert names("Print Gateway") == ["Pat Example"]
    assert names("Cyber Files") == names("") == ["Dev Example"]
    assert asked_about("Cyber Files", Team.DEVELOPMENT, TEAM[1:]) == ()


def who(one: Mail, audience: Audience = Audience.STAFF, escalation: Escalation | None = ESCALATED) -> Sender:
    consulted = replace(letter(7, 2, one.sender, "consulted"), audience=audience)
    asked = case(7, Status.ESCALATED, letters=(consulted,), escalation=escalation)
    found = match(one, clues_of(one, TRUSTING), Known({7: asked}, {}, {}), KEYS)
    return identify(one, found, TRUSTING, MONDAY)


def answering(sender: Address) -> Mail:
    return mail(sender, subject="Re: [Case #7] x", references=(letter(7, 2, sender, "consulted").message_id,))


def vouched(sender: Address) -> Mail:
    said = f"mx.example.com; dmarc=pass header.from={sender.domain}"
    return mail(sender, subject="[Case #7] x", headers=(("authentication-results", said),), date=MONDAY)


def test_the_token_of_a_letter_to_him_proves_him() -> None:
    assert who(answering(DEV)) == Sender(Role.STAFF, "token of the consulted letter sent to dev@build.example", True)


def test_the_token_of_a_letter_to_a_customer_proves_no_staff() -> None:
    assert who(answering(DEV), Audience.CUSTOMER).role is Role.STRANGER


def test_his_mail_server_proves_him_only_where_he_was_asked() -> None:
    assert (who(vouched(DEV)).role, who(vouched(DEV)).proven) == (Role.STAFF, True)
    assert who(vouched(PAT)).role is Role.STRANGER
    assert who(vouched(DEV), escalation=None).role is Role.STRANGER


def test_a_from_line_or_a_number_proves_nothing() -> None:
    found = who(mail(DEV, subject="[Case #7] x", text="/bug"))
    assert (found.role, found.proven) == (Role.STRANGER, False)
    assert found.proof == "the From line alone, which proves nothing, names Dev Example of Development"


def test_no_customer_sees_an_address_of_ours() -> None:
    assert TRUSTING.insiders[0] == EVA
    assert all(TRUSTING.works_for_us(one) for one in (EVA, DEV, PAT))
