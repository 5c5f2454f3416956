"""With which words does a machine begin a subject? One table a sort, in the languages our customers' servers speak."""

from __future__ import annotations

from rules.mail import Kind

# The whole subject begins so, and no person begins one so: what mail servers write over a returned mail.
BOUNCE_BEGINNINGS = (
    "undelivered mail returned to sender",
    "undeliverable:",
    "undeliverable mail:",
    "undeliverable message:",
    "delivery status notification",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery problem",
    "mail delivery warning",
    "mail delivery system",
    "mail delivery subsystem",
    "mail system error",
    "message delivery failure",
    "message delivery delayed",
    "message not delivered:",
    "message status - undeliverable",
    "delivery failure notification",
    "permanent delivery failure",
    "email delivery failure",
    "delivery failure:",
    "delivery failed:",
    "delivery notification:",
    "delivery delayed:",
    "delayed mail (still being retried)",
    "warning: could not send message",
    "warning: message ",
    "returned mail:",
    "returned mail -",
    "returned to sender:",
    "failed mail to ",
    "failure notice:",
    "non-delivery:",
    "nondeliverable mail",
    "non delivery report",
    "non-delivery report",
    "unzustellbar:",
    "unzustellbare nachricht",
    "mailzustellung fehlgeschlagen",
    "nicht zustellbar:",
    "zustellung fehlgeschlagen:",
    "non remis :",
    "non remis:",
    "non-remise :",
    "échec de la remise",
    "message non distribué",
    "no se puede entregar:",
    "no entregable:",
    "mensaje no entregado",
    "não foi possível entregar:",
    "não entregue:",
    "non recapitabile:",
    "impossibile recapitare:",
    "mancata consegna",
    "onbestelbaar:",
    "kan inte levereras:",
    "går inte att leverera:",
    "kan ikke leveres:",
    "toimitus epäonnistui:",
    "nie można dostarczyć:",
    "niedostarczone:",
    "nelze doručit:",
    "kézbesíthetetlen:",
    "недоставленное сообщение",
    "не удается доставить:",
    "не удалось доставить:",
    "ваше сообщение не доставлено",
    "無法傳遞:",
    "无法传递:",
    "无法送达:",
    "未传递:",
    "系统退信",
    "邮件投递失败",
    "配信不能:",
    "配信できません:",
    "배달되지 않음:",
)

# These are bounces only when nothing else stands in the subject: a person may go on with them.
BOUNCE_SUBJECTS = frozenset(
    {
        "failure notice",
        "failure delivery",
        "delivery failure",
        "delivery failed",
        "delivery report",
        "mail error",
        "mail failed",
        "mail not delivered",
        "mail could not be delivered",
        "mail failed, returning to sender",
        "message could not be delivered",
        "could not send message",
        "non-delivery",
        "processing error",
        "returned mail",
        "returned message",
        "undeliverable",
        "undeliverable mail",
        "undeliverable message",
        "undelivered mail",
        "undelivered message",
    }
)

# Lotus Notes puts its verdict behind the subject of our letter.
BOUNCE_ENDINGS = (
    ": non remis",
    ": non distribué",
    ": nicht zustellbar",
    ": undeliverable",
    ": non-delivery",
    "(delivery failed)",
)

# The phrase, and as which sort of answer it counts. Nothing, punctuation, a period of time or one of FOLLOWERS must come
# next: "Out of office: Re: my printer" is a robot, "Out of office replies are sent twice" is a customer.
AUTOMATIC_REPLIES: tuple[tuple[str, Kind], ...] = (
    # English
    ("automatic reply", Kind.OUT_OF_OFFICE),  # Exchange's, for every absence
    ("out of office", Kind.OUT_OF_OFFICE),
    ("out of the office", Kind.OUT_OF_OFFICE),
    ("out-of-office", Kind.OUT_OF_OFFICE),
    ("away from the office", Kind.OUT_OF_OFFICE),
    ("away from my mail", Kind.OUT_OF_OFFICE),
    ("on vacation", Kind.OUT_OF_OFFICE),
    ("on leave", Kind.OUT_OF_OFFICE),
    ("vacation reply", Kind.OUT_OF_OFFICE),
    ("vacation message", Kind.OUT_OF_OFFICE),
    ("ooo", Kind.OUT_OF_OFFICE),
    ("auto reply", Kind.AUTO_REPLY),
    ("auto-reply", Kind.AUTO_REPLY),
    ("autoreply", Kind.AUTO_REPLY),
    ("auto response", Kind.AUTO_REPLY),
    ("auto-response", Kind.AUTO_REPLY),
    ("autoresponse", Kind.AUTO_REPLY),
    ("auto responder", Kind.AUTO_REPLY),
    ("autoresponder", Kind.AUTO_REPLY),
    ("automated reply", Kind.AUTO_REPLY),
    ("automated response", Kind.AUTO_REPLY),
    ("automatic response", Kind.AUTO_REPLY),
    # German
    ("automatische antwort", Kind.OUT_OF_OFFICE),
    ("automatische rückantwort", Kind.OUT_OF_OFFICE),
    ("abwesenheitsnotiz", Kind.OUT_OF_OFFICE),
    ("abwesenheitsnachricht", Kind.OUT_OF_OFFICE),
    ("abwesenheitsmeldung", Kind.OUT_OF_OFFICE),
    ("abwesenheit", Kind.OUT_OF_OFFICE),
    ("nicht im büro", Kind.OUT_OF_OFFICE),
    ("urlaubsnotiz", Kind.OUT_OF_OFFICE),
    # French
    ("réponse automatique", Kind.OUT_OF_OFFICE),
    ("message d'absence", Kind.OUT_OF_OFFICE),
    ("message d’absence", Kind.OUT_OF_OFFICE),
    ("absence du bureau", Kind.OUT_OF_OFFICE),
    ("absent du bureau", Kind.OUT_OF_OFFICE),
    # Spanish, Portuguese, Italian
    ("respuesta automática", Kind.OUT_OF_OFFICE),
    ("respuesta automatica", Kind.OUT_OF_OFFICE),
    ("fuera de la oficina", Kind.OUT_OF_OFFICE),
    ("fuera de oficina", Kind.OUT_OF_OFFICE),
    ("resposta automática", Kind.OUT_OF_OFFICE),
    ("fora do escritório", Kind.OUT_OF_OFFICE),
    ("ausência temporária", Kind.OUT_OF_OFFICE),
    ("risposta automatica", Kind.OUT_OF_OFFICE),
    ("fuori ufficio", Kind.OUT_OF_OFFICE),
    ("fuori sede", Kind.OUT_OF_OFFICE),
    # Dutch and the North
    ("automatisch antwoord", Kind.OUT_OF_OFFICE),
    ("afwezigheidsbericht", Kind.OUT_OF_OFFICE),
    ("afwezig", Kind.OUT_OF_OFFICE),
    ("niet aanwezig", Kind.OUT_OF_OFFICE),
    ("automatiskt svar", Kind.OUT_OF_OFFICE),
    ("automatisk svar", Kind.OUT_OF_OFFICE),
    ("autosvar", Kind.OUT_OF_OFFICE),
    ("frånvaromeddelande", Kind.OUT_OF_OFFICE),
    ("fraværsmeddelelse", Kind.OUT_OF_OFFICE),
    ("fraværsmelding", Kind.OUT_OF_OFFICE),
    ("automaattinen vastaus", Kind.OUT_OF_OFFICE),
    ("poissaoloilmoitus", Kind.OUT_OF_OFFICE),
    # The East
    ("odpowiedź automatyczna", Kind.OUT_OF_OFFICE),
    ("automatyczna odpowiedź", Kind.OUT_OF_OFFICE),
    ("poza biurem", Kind.OUT_OF_OFFICE),
    ("automatická odpověď", Kind.OUT_OF_OFFICE),
    ("mimo kancelář", Kind.OUT_OF_OFFICE),
    ("automatická odpoveď", Kind.OUT_OF_OFFICE),
    ("automatikus válasz", Kind.OUT_OF_OFFICE),
    ("házon kívül", Kind.OUT_OF_OFFICE),
    ("răspuns automat", Kind.OUT_OF_OFFICE),
    ("αυτόματη απάντηση", Kind.OUT_OF_OFFICE),
    ("otomatik yanıt", Kind.OUT_OF_OFFICE),
    ("автоматический ответ", Kind.OUT_OF_OFFICE),
    ("автоответ", Kind.OUT_OF_OFFICE),
    ("автоматична відповідь", Kind.OUT_OF_OFFICE),
    ("自动回复", Kind.OUT_OF_OFFICE),
    ("自動回覆", Kind.OUT_OF_OFFICE),
    ("自動返信", Kind.OUT_OF_OFFICE),
    ("自動応答", Kind.OUT_OF_OFFICE),
    ("不在通知", Kind.OUT_OF_OFFICE),
    ("자동 회신", Kind.OUT_OF_OFFICE),
    ("부재중", Kind.OUT_OF_OFFICE),
)

FOLLOWERS = ("autoreply", "auto-reply", "auto reply", "message", "notification", "notice", "reply", "response")
PERIODS = ("from ", "until ", "till ", "bis ", "vom ", "von ", "du ", "jusqu", "hasta ", "t/m ", "tot ", "re:")


def says_bounce(subject: str) -> str:
    """The words that make this the subject of a bounce, or ""."""
    said = _plain(subject)
    if said.rstrip(".!") in BOUNCE_SUBJECTS:
        return said
    words = (beginning for beginning in BOUNCE_BEGINNINGS if said.startswith(beginning))
    return next(words, "") or next((ending for ending in BOUNCE_ENDINGS if said.endswith(ending)), "")


def says_automatic(subject: str) -> tuple[Kind, str] | None:
    """The sort of automatic answer whose subject this is, and the words that say so."""
    said = _plain(subject)
    for phrase, kind in AUTOMATIC_REPLIES:
        if said.startswith(phrase) and _ends_the_phrase(said[len(phrase) :].lstrip()):
            return kind, phrase
    return None


def _ends_the_phrase(rest: str) -> bool:
    if rest.startswith(PERIODS):
        return True
    follower = next((word for word in FOLLOWERS if rest.startswith(word)), "")
    rest = rest[len(follower) :].lstrip()
    return not rest or not rest[0].isalnum()


def _plain(subject: str) -> str:
    return " ".join(subject.casefold().replace("：", ":").split()).lstrip("[(*<\"' ")
