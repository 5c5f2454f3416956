"""Is this the head of an older mail, copied into the text: From, Sent, To, Subject? In the languages of the world."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import takewhile

from rules.attributions import Certainty, Introduction


class Field(StrEnum):
    """What a line of such a head tells."""

    FROM = "from"
    DATE = "date"
    TO = "to"
    COPY = "copy"
    SUBJECT = "subject"
    OTHER = "other"
    TRANSPORT = "transport"


# One row a field: how the mail clients of the world call it.
NAMES = {
    Field.FROM: (
        "from", "von", "de", "da", "van", "fra", "från", "od", "lähettäjä", "feladó", "gönderen", "kimden", "expeditor",
        "de la", "от", "від", "от кого", "από", "saatja", "frá", "từ", "dari", "発信者", "差出人", "送信者",
        "发件人", "發件人", "寄件者", "寄件人", "보낸 사람", "보낸사람", "발신", "מאת", "من", "จาก",
    ),
    Field.DATE: (
        "sent", "date", "sent at", "gesendet", "gesendet am", "datum", "envoyé", "envoyé le", "message du",
        "envoyé par", "enviado", "enviado el", "enviado em", "enviada em", "enviado a", "enviada", "fecha", "data",
        "inviato",
        "data invio", "verzonden", "verzonden op", "sendt", "dato", "skickat", "skickades", "lähetetty", "päivämäärä",
        "päiväys", "wysłano", "wysłane", "data wysłania", "odesláno", "odoslané", "dátum", "elküldve", "küldve",
        "gönderme tarihi", "gönderildi", "gönderilme", "tarih", "trimis", "trimis la", "отправлено", "дата",
        "отправлен", "надіслано", "відправлено", "изпратено", "στάλθηκε", "ημερομηνία", "saadetud", "kuupäev",
        "đã gửi", "ngày", "dikirim", "tanggal", "poslano", "发送时间", "发送日期", "日期", "时间", "傳送時間",
        "寄件日期", "送信日時", "送信日", "日時", "日付", "보낸 날짜", "보낸날짜", "날짜", "נשלח", "תאריך",
        "تاريخ الإرسال", "التاريخ", "ส่ง", "วันที่",
    ),
    Field.TO: (
        "to", "an", "à", "a", "para", "per", "aan", "til", "till", "do", "komu", "vastaanottaja", "címzett", "kime",
        "alıcı", "către", "pre", "кому", "προς", "saaja", "đến", "tới", "kepada", "za", "prima",
        "收件人", "收件者", "宛先", "받는 사람", "받는사람", "수신", "אל", "إلى", "ถึง", "destinataire", "destinatario",
    ),
    Field.COPY: (
        "cc", "bcc", "kopie", "kopie (cc)", "copie à", "copie", "copia", "com cópia", "kopia", "kopi", "kópia",
        "másolat", "másolatot kap", "bilgi", "dw", "do wiadomości", "ud", "копия", "копія", "κοιν", "抄送", "副本",
        "참조", "עותק", "نسخة", "สำเนา",
    ),
    Field.SUBJECT: (
        "subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "emne", "ämne", "temat",
        "předmět", "predmet", "aihe", "otsikko", "tárgy", "konu", "subiect", "тема", "θέμα", "efni", "teema",
        "chủ đề", "subjek", "perihal", "zadeva", "主题", "主旨", "标题", "件名", "제목", "נושא", "الموضوع", "เรื่อง",
    ),
    Field.OTHER: (
        "reply-to", "reply to", "antwort an", "répondre à", "importance", "priority", "priorität", "attachments",
        "anlagen", "pièces jointes", "allegati", "bijlagen", "sender", "organization", "message-id of the original",
    ),
    # Heads with these were pasted by a person: no mail client quotes them.
    Field.TRANSPORT: (
        "received", "return-path", "delivered-to", "message-id", "mime-version", "content-type", "dkim-signature",
        "authentication-results", "in-reply-to", "references", "content-transfer-encoding", "x-mailer", "user-agent",
    ),
}  # fmt: skip

_MEANINGS = {name: field for field, names in NAMES.items() for name in names}
_FIRST = (Field.FROM, Field.DATE, Field.SUBJECT)  # what the clients of the world put on the first line
_LONGEST_NAME = 30
_LONGEST_HEAD = 24  # lines, blank ones and long lists of recipients included
_LONGEST_FIELD = 4  # lines of one field


def header_block_at(lines: Sequence[str], at: int) -> Introduction | None:
    """The head that begins on this line: at least three different fields in a row, the sender among them."""
    if field_of(lines[at]) not in _FIRST or _is_below_transport(lines, at):
        return None
    fields: dict[Field, int] = {}
    for line in range(at, min(len(lines), at + _LONGEST_HEAD)):
        field = field_of(lines[line])
        if field is Field.TRANSPORT:
            return None
        if field in fields and field is not Field.OTHER:
            break
        if field:
            fields[field] = line
        elif _ends_the_head(lines, line, max(fields.values()), enough=_is_head(fields)):
            break
    if not _is_head(fields):
        return None
    return Introduction(at, max(fields.values()), _certainty(lines, at))


def _is_below_transport(lines: Sequence[str], at: int) -> bool:
    above = takewhile(bool, map(field_of, reversed(lines[max(0, at - _LONGEST_FIELD) : at])))
    return Field.TRANSPORT in above


def field_of(line: str) -> Field | None:
    """The field a line begins with; some clients print its name bold, between asterisks."""
    if ":" not in line[: _LONGEST_NAME + 4] and "：" not in line[:_LONGEST_NAME]:
        return None
    name = line.replace("：", ":", 1).partition(":")[0].strip("* \xa0\t").casefold()
    return _MEANINGS.get(name)


def _is_head(fields: dict[Field, int]) -> bool:
    return len(fields.keys() - {Field.OTHER}) >= 3 and Field.FROM in fields


def _ends_the_head(lines: Sequence[str], line: int, last_field: int, *, enough: bool) -> bool:
    """Text of two lines after a blank one ends the head; a value may go on below its name, and HTML leaves blanks."""
    if line - last_field >= _LONGEST_FIELD:
        return True
    if enough and not lines[line]:
        return not any(field_of(following) for following in lines[line + 1 : line + 2])
    return False


def _certainty(lines: Sequence[str], at: int) -> Certainty:
    """A head right below `The mail that failed:` was pasted by a person and is part of what he says."""
    above = next((line for line in reversed(lines[max(0, at - 3) : at]) if line), "")
    return Certainty.POSSIBLE if above.endswith(":") else Certainty.SURE
