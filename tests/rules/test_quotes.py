"""Which words are new? What customers wrote is kept, what our notices said is dropped."""

from __future__ import annotations

import sys
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.attributions import BLANKS
from rules.quotes import Parts, answer_of, is_marker, marker, split, without_signature

LINE = marker("Please write your answer above this line")

# One row a client and language: what it puts above the words it quotes.
ATTRIBUTIONS = (
    "On Tue, Mar 5, 2024 at 10:00 AM Example Support <support@example.com> wrote:",
    "On Tue, Mar 5, 2024 at 10:00 AM Example Support <support@example.com>\nwrote:",
    "On Mar 5, 2024, at 10:00 AM, Example Support <support@example.com> wrote:",
    "On Tue, 5 Mar 2024, 10:00 Example Support, <support@example.com> wrote:",
    "On 5 Mar 2024,\nat 10:00,\nExample Support <support@example.com> wrote:",
    "On Tue, 5 Mar 2024 at 10:00, Example Support <support@example.com\n> wrote:",
    "On 05/03/2024 10:00, Example Support wrote:",
    "On Tue, Mar 05, 2024 at 10:00:00AM +0100, Example Support wrote:",
    "On 2024-03-05 10:00, support@example.com wrote:",
    "On Tuesday, March 5th, 2024 at 10:00 AM, Example Support <support@example.com> wrote:",
    "--- On Tue, 3/5/24, Example Support <support@example.com> wrote:",
    "Example Support <support@example.com> wrote on 05.03.2024 10:00:45:",
    "Am 05.03.2024 um 10:00 schrieb Example Support <support@example.com>:",
    "Am Di., 5. März 2024 um 10:00 Uhr schrieb Example Support <\nsupport@example.com>:",
    "Am 05.03.24 um 10:00 schrieb Example Support:",
    "Am Dienstag, den 05.03.2024, 10:00 +0100 schrieb Example Support:",
    "Example Support <support@example.com> hat am 05.03.2024 um 10:00 Uhr geschrieben:",
    "Example Support <support@example.com> hat am 5. März 2024 um 10:00\ngeschrieben:",
    "Le mar. 5 mars 2024 à 10:00, Example Support <support@example.com> a écrit :",
    "Le 05/03/2024 à 10:00, Example Support a écrit\xa0:",
    "El mar, 5 mar 2024 a las 10:00, Example Support (<support@example.com>)\nescribió:",
    "El 05/03/2024 a las 10:00, Example Support escribió:",
    "Il giorno mar 5 mar 2024 alle ore 10:00 Example Support <\nsupport@example.com> ha scritto:",
    "Il 05/03/2024 10:00, Example Support ha scritto:",
    "Op di 5 mrt 2024 om 10:00 schreef Example Support <support@example.com>:",
    "Op 05-03-2024 om 10:00 schreef Example Support:",
    "Em ter., 5 de mar. de 2024 às 10:00, Example Support <support@example.com>\nescreveu:",
    "Den tis 5 mars 2024 kl 10:00 skrev Example Support <support@example.com>:",
    "tir. 5. mar. 2024 kl. 10:00 skrev Example Support <support@example.com\n>:",
    "ti 5. maalisk. 2024 klo 10.00 Example Support (support@example.com) kirjoitti:",
    "wt., 5 mar 2024 o 10:00 Example Support <support@example.com> napisał(a):",
    "W dniu 5.03.2024 o 10:00, Example Support pisze:",
    "út 5. 3. 2024 v 10:00 odesílatel Example Support <support@example.com> napsal:",
    "Example Support <support@example.com> ezt írta (időpont: 2024. márc. 5., K, 10:00):",
    "Example Support <support@example.com>, 5 Mar 2024 Sal, 10:00 tarihinde şunu yazdı:",
    "вт, 5 мар. 2024 г. в 10:00, Example Support <support@example.com>:",
    '05.03.2024, 10:00, "Example Support" <support@example.com>:',
    "05.03.2024 10:00, Example Support пишет:",
    "Στις Τρί 5 Μαρ 2024 στις 10:00 π.μ., ο χρήστης Example Support <support@example.com> έγραψε:",
    "Vào Th 3, 5 thg 3, 2024 vào lúc 10:00 Example Support <support@example.com> đã viết:",
    "2024年3月5日(火) 10:00 Example Support <support@example.com>:",
    "Example Support <support@example.com> 于2024年3月5日周二 10:00写道：",
    "2024년 3월 5일 (화) 오전 10:00, Example Support <support@example.com>님이 작성:",
)

# One row a client: the head of the mail it answers, copied without quote signs.
HEADS = (
    "From: Example Support <support@example.com>\nSent: Tuesday, 5 March 2024 10:00\nTo: Ann\nSubject: Re: Printer",
    "________________________________\nFrom: Example Support <support@example.com>\nSent: Tuesday, 5 March 2024 10:00\n"
    "To: Ann Example <ann@desk.example>; Bob\n Example <bob@desk.example>\nCc: Eve\nSubject: Re: Printer",
    "*From:* Example Support\n\n*Sent:* Tuesday\n\n*To:* Ann\n\n*Subject:* Printer",
    "-----Original Message-----\nFrom: Example Support\nSent: Tuesday\nTo: Ann\nSubject: Printer",
    "-------- Original message --------\nFrom: Example Support <support@example.com>\nDate: 05/03/2024 10:00 (GMT+01:00)\n"
    "To: Ann\nSubject: Printer",
    "Von: Example Support <support@example.com>\nGesendet: Dienstag, 5. März 2024 10:00\nAn: Ann\nBetreff: Re: Drucker",
    'Gesendet: Dienstag, 05. März 2024 um 10:00 Uhr\nVon: "Example Support" <support@example.com>\nAn: ann@desk.example\n'
    "Betreff: Drucker",
    "-----Ursprüngliche Nachricht-----\nVon: Example Support\nGesendet: Dienstag\nAn: Ann\nBetreff: Drucker",
    "De : Example Support <support@example.com>\nEnvoyé : mardi 5 mars 2024 10:00\nÀ : Ann\nObjet : Imprimante",
    "De: Example Support\nEnviado el: martes, 5 de marzo de 2024 10:00\nPara: Ann\nAsunto: Impresora",
    "De: Example Support\nEnviada em: terça-feira, 5 de março de 2024 10:00\nPara: Ann\nAssunto: Impressora",
    "Da: Example Support\nInviato: martedì 5 marzo 2024 10:00\nA: Ann\nOggetto: Stampante",
    "Van: Example Support\nVerzonden: dinsdag 5 maart 2024 10:00\nAan: Ann\nOnderwerp: Printer",
    "Fra: Example Support\nSendt: 5. marts 2024 10:00\nTil: Ann\nEmne: Printer",
    "Från: Example Support\nSkickat: den 5 mars 2024 10:00\nTill: Ann\nÄmne: Skrivare",
    "Lähettäjä: Example Support\nLähetetty: tiistai 5. maaliskuuta 2024\nVastaanottaja: Ann\nAihe: Tulostin",
    "Od: Example Support\nWysłano: wtorek, 5 marca 2024 10:00\nDo: Ann\nTemat: Drukarka",
    "Od: Example Support\nOdesláno: úterý 5. března 2024 10:00\nKomu: Ann\nPředmět: Tiskárna",
    "Feladó: Example Support\nElküldve: 2024. március 5.\nCímzett: Ann\nTárgy: Nyomtató",
    "От: Example Support\nОтправлено: 5 марта 2024 г. 10:00\nКому: Ann\nТема: Принтер",
    "发件人: Example Support\n发送时间: 2024年3月5日 10:00\n收件人: Ann\n主题: 打印机",
    "差出人: Example Support\n送信日時: 2024年3月5日 10:00\n宛先: Ann\n件名: プリンター",
)

NOTICE = (
    f"{LINE}\n\nGood morning Ann,\n\nBob wrote about case 10042: my printer burns.\n\nThe history of the case: secret."
)


def signed(text: str, sign: str = "> ") -> str:
    return "\n".join((sign + line).rstrip() for line in text.split("\n"))


class TestTheNewWordsOfACustomer:
    def test_stand_above_a_line_without_verb_or_colon_that_a_quotation_follows(self) -> None:
        assert split("Yes.\n\n2010/10/7 <support@example.com>\n\n> Is it on?").fresh == "Yes."
        assert split("Yes.\n\n2010/10/7 <support@example.com>\n\nIs it on?").fresh.endswith("on?")

    @pytest.mark.parametrize("attribution", ATTRIBUTIONS)
    def test_stand_above_what_any_client_quotes_with_signs(self, attribution: str) -> None:
        parts = split(f"It burns again.\n\nBob\n\n{attribution}\n\n{signed('Is it out?')}\n> Yours")
        assert parts.fresh == "It burns again.\n\nBob"
        assert parts.quoted == f"{attribution}\n\n> Is it out?\n> Yours"

    @pytest.mark.parametrize("attribution", ATTRIBUTIONS)
    def test_stand_above_what_any_client_quotes_without_signs(self, attribution: str) -> None:
        assert split(f"It burns again.\n\n{attribution}\n\nIs it out?\n\nYours").fresh == "It burns again."

    @pytest.mark.parametrize("head", HEADS)
    def test_stand_above_the_copied_head_of_the_mail_answered(self, head: str) -> None:
        parts = split(f"It burns again.\n\n{head}\n\nIs it out?\n\nYours")
        assert parts.fresh == "It burns again."
        assert parts.quoted.startswith(head)

    def test_stand_between_the_quoted_lines_as_well(self) -> None:
        text = "Hi,\n\nOn 5 March 2024, Ann Example <ann@desk.example> wrote:\n> Is it on?\n\nYes.\n\n> Is it hot?\n\nVery.\n"
        assert split(text).fresh == "Hi,\n\nYes.\n\nVery."

    def test_stand_below_the_quotation_of_somebody_who_answers_at_the_bottom(self) -> None:
        text = "On 5 March 2024, Ann Example <ann@desk.example> wrote:\n> Is it on?\n> Yours\n\nYes, it is.\n-- \nBob"
        assert split(text).fresh == "Yes, it is."
        assert split(text).signature == "-- \nBob"

    def test_are_found_when_the_client_quotes_its_own_attribution(self) -> None:
        text = "Yes.\n\n> On 5 Mar 2024, at 10:00, Ann Example <ann@desk.example> wrote:\n> \n> Is it on?"
        assert split(text).fresh == "Yes."

    def test_are_all_of_a_text_that_quotes_nothing(self) -> None:
        text = "Good morning,\n\n  it burns.\n\n\nWhat now?"
        assert split(f"\n\n{text}\n \n") == Parts(text, "", "")

    def test_do_not_contain_the_rest_of_a_quoted_line_that_was_wrapped(self) -> None:
        question = (
            "> Would you please have a look whether the lamp of the printer, the one on the back\nside, is\n> on?"
        )
        assert split(f"On 5 March 2024, Ann <ann@desk.example> wrote:\n{question}\n\nIt is.").fresh == "It is."


class TestTheCustomerIsBelieved:
    """What looks like a quotation and is none."""

    @pytest.mark.parametrize(
        "text",
        [
            "From: the admin page I cannot reach the printer.\nTo: be honest, I am at a loss.",
            "> ERROR 17 at 10:15\n> ERROR 18 at 10:16\n\nThis is in my log. What does it mean?",
            "I typed this:\n\n> show version\n> show printers\n\nand nothing came.",
            "I typed this:\n\n> show version\n> show printers",
            "On Monday the server wrote:\nERROR 17\nand on Tuesday it was silent.",
            "On Monday the server wrote:\n> ERROR 17\nand on Tuesday it was silent.",
            "On 5 March 2024 at 10:15 the server wrote:\n\nERROR 17\n\nWhat is that?",
            "Am 5. März 2024 um 10:15 hat der Server geschrieben:\n\nERROR 17\n\nWas ist das?",
            "On 5 March 2024 at 10:15 we wrote to you <support@example.com>:\n\nnobody answered. Why?",
            "On Thursday:\n\nit burns. On Friday:\n\nit does not.",
            "The mail that was refused:\nFrom: bob@example.org\nTo: ann@example.org\nSubject: Hello\nWhat is wrong with it?",
            "Received: from mx.example.com\nFrom: a@example.com\nTo: b@example.com\nSubject: x\nMessage-ID: <1@a>\nWhy?",
            "The head it had:\n\nMessage-ID: <1@a>\nDate: 5 March 2024\nFrom: a@example.com\nTo: b@example.com\nWhy?",
            "| Host | State |\n| a    | up    |\n| b    | down  |\n\nWhy is b down?",
            "-------\nStep one: it burns.\n-------\nStep two: it is out.",
            "Original message:\nERROR 17\nis all I have.",
            "-=-=-=-=-=-=-\nMy report\n-=-=-=-=-=-=-\nIt burns.",
            "Please sign here: ______________________\nWhere do I send it?",
            "To do:\n- A\n- B\n-C\n-D",
        ],
    )
    def test_and_all_of_his_words_are_new(self, text: str) -> None:
        assert split(text).fresh == text

    def test_when_all_he_sends_is_a_mail_passed_on(self) -> None:
        text = (
            "---------- Forwarded message ---------\nFrom: Eve <eve@example.org>\nDate: Tue\nSubject: Help\n\nIt burns."
        )
        assert split(text).fresh == "It burns."

    def test_when_he_pastes_a_log_above_a_real_quotation(self) -> None:
        text = "> ERROR 17\n\nis what I see.\n\nOn 5 March 2024, Ann <ann@desk.example> wrote:\n> What do you see?"
        assert split(text).fresh == "> ERROR 17\n\nis what I see."


class TestTheSignature:
    @pytest.mark.parametrize(
        "signature",
        [
            "-- \nBob Example\nExample GmbH",
            "--\nBob",
            "Sent from my iPhone",
            "Sent from Mail for Windows 10",
            "Get Outlook for iOS<https://example.com/ios>",
            "Von meinem iPhone gesendet",
            "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
            "Envoyé de mon iPhone",
            "Best regards,\nBob Example\nExample GmbH\nTel. 0123 456",
            "Mit freundlichen Grüßen\n\nBob Example",
            "Viele Grüße",
            "-Bob",
            "_______________________________\nprinters mailing list\nprinters@lists.example.com",
        ],
    )
    def test_is_told_from_the_words(self, signature: str) -> None:
        parts = split(f"It burns.\n\n{signature}\n\nOn 5 March 2024, Ann <ann@desk.example> wrote:\n> Is it on?")
        assert (parts.fresh, parts.signature) == ("It burns.", signature)

    @pytest.mark.parametrize(
        "text",
        [
            "It burns -- badly.",
            "Sent from my desk, which is easier than the phone.",
            "Best regards to Ann. It burns.",
            "It burns.\n\nRegards\nBob\n\nPS: also the scanner.",
            "It burns.\n\nRegards\nBob\n\nWhen will you come?",
            "It burns with\n- smoke\n- fire",
            "--\n" + "\n".join(f"{number}. it burns" for number in range(30)),
        ],
    )
    def test_is_not_seen_where_a_person_speaks(self, text: str) -> None:
        assert split(text).fresh == text


class TestTheMarker:
    def test_is_a_line_between_two_signs(self) -> None:
        assert LINE == "-=- Please write your answer above this line -=-"
        assert is_marker(LINE)

    @pytest.mark.parametrize(
        "line",
        [
            f"> {LINE}",
            f">> >{LINE}",
            f"| {LINE}",
            f"\xa0\xa0{LINE}\xa0",
            f"*{LINE}*",
            "-=- Please write your answer",
            "> above this line -=-",
            "–=– Bitte über dieser Zeile antworten –=–",
            "-=- この線の上に -=-",
            f"Ann wrote: {LINE} Good morning",
            f"{LINE}\r",
        ],
    )
    def test_is_known_quoted_wrapped_and_trimmed(self, line: str) -> None:
        assert is_marker(line)

    @pytest.mark.parametrize("line", ["", "-=-=-=-=-", "=====", "a -=- b", "- = -", "x = -1"])
    def test_is_no_other_line(self, line: str) -> None:
        assert not is_marker(line)

    @given(st.text())
    def test_is_one_line_whatever_the_words(self, words: str) -> None:
        assert "\n" not in marker(words)


class TestTheAnswerOfAnEngineer:
    ANSWER = "Dear Bob,\n\n    unplug it,\n\nand call us.\n\n-- \nAnn"

    @pytest.mark.parametrize("sign", ["> ", ">", "| ", " > "])
    @pytest.mark.parametrize("attribution", ATTRIBUTIONS)
    def test_stands_above_a_notice_quoted_with_signs(self, attribution: str, sign: str) -> None:
        assert answer_of(f"{self.ANSWER}\n\n{attribution}\n\n{signed(NOTICE, sign)}\n") == self.ANSWER

    @pytest.mark.parametrize("top", [*ATTRIBUTIONS, *HEADS])
    def test_stands_above_a_notice_quoted_without_signs(self, top: str) -> None:
        assert answer_of(f"\n{self.ANSWER}\n\n{top}\n\n{NOTICE}") == self.ANSWER

    @pytest.mark.parametrize("head", HEADS)
    def test_stands_above_a_notice_quoted_with_its_head(self, head: str) -> None:
        assert answer_of(f"{self.ANSWER}\n\n{signed(head)}\n>\n{signed(NOTICE)}") == self.ANSWER

    @pytest.mark.parametrize("attribution", ATTRIBUTIONS)
    def test_stands_below_the_notice_of_a_bottom_poster(self, attribution: str) -> None:
        assert answer_of(f"{attribution}\n{signed(NOTICE)}\n\n{self.ANSWER}") == self.ANSWER

    def test_stands_between_the_quoted_lines(self) -> None:
        text = f"Hello,\n\nOn 5 March 2024, Desk wrote:\n> {LINE}\n>\n> Is it on?\n\nIt is.\n\n> Is it hot?\n\nVery.\n"
        assert answer_of(text) == "Hello,\n\nIt is.\n\nVery."

    def test_keeps_the_prompts_he_typed_above_the_notice(self) -> None:
        answer = "Type this:\n\n> show version\n\nand send the output."
        text = f"{answer}\n\nOn 5 March 2024 10:00, Desk <support@example.com> wrote:\n\n{signed(NOTICE)}"
        assert answer_of(text) == answer

    def test_ends_where_a_client_without_any_introduction_copies_the_notice(self) -> None:
        assert answer_of(f"{self.ANSWER}\n\n{NOTICE}") == self.ANSWER
        assert answer_of(f"{self.ANSWER}\n\n{signed(NOTICE)}") == self.ANSWER

    def test_ends_at_an_introduction_in_a_language_we_do_not_know(self) -> None:
        attribution = "Oo 5.3.2024 ayaa Example Support <support@example.com> yiri:"
        head = "Ka: Example Support <support@example.com>\nLa diray: 5 Maarso 2024\nKu: Ann\nMowduuc: Daabace"
        assert answer_of(f"{self.ANSWER}\n\n{attribution}\n\n{NOTICE}") == self.ANSWER
        assert answer_of(f"{self.ANSWER}\n\n{attribution}\n{signed(NOTICE)}") == self.ANSWER
        assert answer_of(f"{self.ANSWER}\n\n{head}\n\n{NOTICE}") == self.ANSWER

    def test_ends_above_a_warning_that_a_gateway_put_before_the_notice(self) -> None:
        text = f"{self.ANSWER}\n\n{HEADS[0]}\n\nCAUTION: this mail came from outside.\n\n{NOTICE}"
        assert answer_of(text) == self.ANSWER

    def test_ends_at_a_marker_that_a_client_wrapped(self) -> None:
        notice = f"> -=- Please write your answer above this\n> line -=-\n>\n{signed(NOTICE)}"
        assert answer_of(f"{self.ANSWER}\n\nOn 5 March 2024 10:00, Desk wrote:\n{notice}") == self.ANSWER
        broken = f"> -=- Please write your answer above this\nline -=-\n>\n{signed(NOTICE)}\n\nBelow."
        assert answer_of(f"Above.\n\nOn 5 March 2024 10:00, Desk wrote:\n{broken}") == "Above.\n\nBelow."

    def test_ends_at_a_marker_joined_with_the_attribution(self) -> None:
        text = f"{self.ANSWER}\n\nOn 5 March 2024 Desk wrote: {LINE} Good morning Ann,\n\nthe history: secret."
        assert "secret" not in answer_of(text)

    def test_is_the_text_as_it_stands_when_nothing_is_quoted(self) -> None:
        assert answer_of(f"\n\n{self.ANSWER}\n\n") == self.ANSWER

    @pytest.mark.parametrize("top", [*ATTRIBUTIONS, *HEADS])
    def test_loses_a_quotation_at_the_end_that_has_no_marker(self, top: str) -> None:
        assert answer_of(f"{self.ANSWER}\n\n{top}\n\n{signed('Is it on?')}\n") == self.ANSWER

    @pytest.mark.parametrize("head", HEADS)
    def test_is_empty_when_nothing_stands_above_the_notice(self, head: str) -> None:
        assert answer_of(f"{head}\n\n{NOTICE}") == ""
        assert answer_of(f"{head}\n\nIs it on?") == ""

    def test_keeps_commands_at_the_top(self) -> None:
        assert answer_of(f"/severity A\n/close\n\nDone.\n\n{HEADS[0]}\n\n{NOTICE}") == "/severity A\n/close\n\nDone."


PIECES = st.sampled_from((
    LINE, f"> {LINE}", "-=- half", "half -=-", "-=-=-=-", "> quoted", ">> deep", "| bar", ">:", "", "  ", "\u200b", "words",
    "From: a", "Sent: d", "To: b", "Subject: c", "wrote:", "On 5 March 2024 10:00, Ann <ann@desk.example> wrote:",
    "a <b@example.com", "-----Original Message-----", "Begin forwarded message:", "_" * 20, "-- ", "Best regards", "Bob",
    "Sent from my iPhone",
))  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=14).map("\n".join))


@given(TEXTS)
def test_every_text_line_is_in_exactly_one_part_and_in_its_order(text: str) -> None:
    lines = visible(text)
    parts = [visible(part) for part in (split(text).fresh, split(text).quoted, split(text).signature)]
    assert sorted(chain(*parts)) == sorted(lines)
    for part in parts:
        rest = iter(lines)
        assert all(line in rest for line in part)


def visible(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip(BLANKS)]


@given(TEXTS)
def test_an_answer_has_no_marker_and_no_line_that_was_not_there(text: str) -> None:
    answer = answer_of(text)
    rest = iter(text.split("\n"))
    assert not any(is_marker(line) for line in answer.split("\n"))
    assert not answer or all(line in rest for line in answer.split("\n"))


@given(TEXTS)
def test_nothing_below_a_marker_without_signs_is_an_answer(text: str) -> None:
    assert "secret" not in answer_of(f"{text}\n\n{LINE}\nsecret")


HOSTILE = (
    "On ", "\n", " \n", ">", ">\n", "> a\nb\n", "|\n", "From:\n", "From: a\n b\n", "a:\n", "wrote:\n", "<a@", "a <b@c\n>:\n",
    "On Mon 10:00\n<a@b\nc\n", "-=-", "-=- x\n", "> -=- x -=-\nb\n", "-- \n", "Best\n", "_____\n", "\u0301\u0316",
)  # fmt: skip


@pytest.mark.timeout(30)  # quadratic time would take minutes
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_a_large_text_of_anything_is_read_in_linear_time(piece: str) -> None:
    text = f"words\n{piece * (300_000 // len(piece))}\nwords"
    assert split(text) is not None
    assert not any(is_marker(line) for line in answer_of(text).split("\n"))


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("Restart it.\n\nBest regards\nEva\n\n-- \nEva Example\nTel. 0123", "Restart it.\n\nBest regards\nEva"),
        ("Restart it.\n--\nEva", "Restart it."),
        ("Restart it.\n\nSent from my iPhone", "Restart it."),
        ("Restart it.\n\nBest regards\nEva", "Restart it.\n\nBest regards\nEva"),
        ("-- \nEva", ""),
    ],
)
def test_a_signature_begins_where_a_mail_program_says_so(answer: str, kept: str) -> None:
    assert without_signature(answer) == kept


@pytest.mark.parametrize("blank", [sign for sign in map(chr, range(sys.maxunicode)) if sign.isspace() and sign != "\n"])
def test_a_line_of_any_blank_is_a_blank_line(blank: str) -> None:
    assert split(f"It burns.\n{blank}\n").fresh == "It burns."
    assert (
        split(f"It burns.\n{blank}\n\nOn 2 March 2026 Desk <desk@example.com> wrote:\n> Does it?\n").fresh
        == "It burns."
    )
