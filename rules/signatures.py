"""Where does the signature begin? What mail clients, companies and lists append below a person's words."""

from __future__ import annotations

from collections.abc import Sequence

from rules.attributions import is_rule

# The line between text and signature (RFC 3676, section 4.3), and what clients make of it.
DELIMITERS = ("-- ", "--", "--\xa0", "—", "——")

# What a device or a mail client adds, by its first words; nothing but a product name may follow.
CLIENT_LINES = (
    "sent from my", "sent from a", "sent from mail for windows", "sent from yahoo", "sent from outlook",
    "sent from proton", "sent from samsung", "sent from blue", "sent from the", "sent from gmail", "sent from nine",
    "sent from type", "sent from mailspring", "sent from email for", "sent with", "sent via", "sent using",
    "get outlook for", "get bluemail for", "composed with", "typed on", "sent on the go with", "von meinem",
    "von mein", "von unterwegs gesendet", "gesendet von", "gesendet mit", "gesendet aus", "gesendet über",
    "diese nachricht wurde von meinem", "holen sie sich outlook", "outlook für ios", "outlook für android",
    "envoyé de mon", "envoyé depuis", "envoyé à partir de", "envoyé avec", "télécharger outlook", "obtenir outlook",
    "enviado desde", "enviado do", "enviado de mi", "enviado a partir", "enviado con", "obtener outlook",
    "obter o outlook", "inviato da", "inviato dal", "inviato con", "ottieni outlook", "verstuurd vanaf",
    "verzonden vanaf", "verzonden met", "verzonden via", "outlook voor", "ontvang outlook", "sendt fra",
    "sendt med", "skickat från", "hämta outlook", "hent outlook", "få outlook", "lähetetty", "hanki outlook",
    "wysłano z", "wysłane z", "wysłane przez", "odesláno z", "odesláno ze", "odoslané z", "küldve a",
    "iphone-omról küldve", "отправлено с", "отправлено из", "надіслано з", "изпратено от", "trimis de pe",
    "εστάλη από", "iphone'umdan gönderildi", "iphone から送信", "iphoneから送信", "从我的", "发自我的", "來自我的",
    "나의 iphone에서 보냄",
)  # fmt: skip

# The words above a name, on a line of their own.
CLOSINGS = (
    "best", "best regards", "best wishes", "kind regards", "kindest regards", "warm regards", "warmest regards",
    "regards", "many regards", "sincerely", "sincerely yours", "yours sincerely", "yours faithfully", "yours truly",
    "yours", "cheers", "all the best", "br", "rgds", "brgds", "kr", "with best regards", "with kind regards",
    "thanks and regards", "thanks & regards", "thanks and best regards", "thank you and best regards",
    "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichen gruessen", "mit freundlichem gruß",
    "mit freundlichem gruss", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "viele gruesse",
    "schöne grüße", "schöne grüsse", "liebe grüße", "liebe grüsse", "beste grüße", "beste grüsse", "herzliche grüße",
    "besten gruß", "viele liebe grüße", "gruß", "gruss", "grüße", "grüsse", "gruesse", "lg", "vg", "mfg", "bg",
    "hochachtungsvoll", "mit besten grüßen", "mit besten grüssen", "mit herzlichen grüßen",
    "cordialement", "bien cordialement", "bien à vous", "salutations", "meilleures salutations", "amicalement", "cdt",
    "saludos", "un saludo", "saludos cordiales", "atentamente", "cordialmente", "saluti", "cordiali saluti",
    "distinti saluti", "un saluto", "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "abraços", "att",
    "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "groet", "groeten", "groetjes", "mvg",
    "med venlig hilsen", "venlig hilsen", "de bedste hilsner", "hilsen", "mvh", "kh", "vh", "med vennlig hilsen",
    "vennlig hilsen", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänligen", "hälsningar",
    "ystävällisin terveisin", "terveisin", "pozdrawiam", "z poważaniem", "z powazaniem", "pozdrowienia",
    "s pozdravem", "s pozdravom", "üdvözlettel", "üdv", "cu stimă", "с уважением", "з повагою", "с поздравом",
    "με εκτίμηση", "saygılarımla", "saygılarımızla", "iyi çalışmalar", "此致", "祝好", "敬具",
)  # fmt: skip

_CLOSING_WORDS = frozenset(CLOSINGS)
_ANOTHER_THOUGHT = ("ps", "p.s", "nb", "n.b", "btw")  # below the name a person goes on
_LONGEST_CLIENT_LINE = 90
_MOST_AFTER_DASHES = 14  # lines below a bare --, which may also be a rule in a text
_MOST_AFTER_CLOSING = 10
_LONGEST_AFTER_CLOSING = 90


def signature_start(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    """The line the signature begins on, None without one. `solid` are the indices of the lines that are not blank."""
    found = [start for rule in _RULES if (start := rule(lines, solid)) is not None]
    return min(found, default=None)


def private_start(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    """Where what stands below every mail of a person begins: at the delimiter or at the advert of a device.

    A greeting such as "Best regards" is said to this reader, and is none of it.
    """
    found = [start for rule in (_delimiter, _client_line) if (start := rule(lines, solid)) is not None]
    return min(found, default=None)


def _delimiter(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    for place, at in enumerate(solid):
        line = lines[at].rstrip("\r")
        if line in DELIMITERS and (line == DELIMITERS[0] or len(solid) - place - 1 <= _MOST_AFTER_DASHES):
            return at
    return None


def _client_line(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    """`Sent from my iPhone` as the last words; `Sent from my desk, which is easier` is a sentence of its own."""
    for at in solid[-2:]:
        line = lines[at].strip().strip("*_[]").casefold()
        if line.startswith(CLIENT_LINES) and _is_product(line):
            return at
    return None


def _is_product(line: str) -> bool:
    plain = line.partition("<http")[0].partition("(http")[0].rstrip(". ")
    return len(plain) < _LONGEST_CLIENT_LINE and not any(
        mark in plain for mark in (", ", ". ", "?", "!", " is ", " ist ")
    )


def _closing(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    """`Best regards,` with a name and an address below, unless the person goes on to speak there."""
    for place in range(max(0, len(solid) - _MOST_AFTER_CLOSING - 1), len(solid)):
        words = lines[solid[place]].strip(" \t\r\xa0,.!*_-–:").casefold()
        if words in _CLOSING_WORDS and not any(_speaks(lines[at]) for at in solid[place + 1 :]):
            return solid[place]
    return None


def _speaks(line: str) -> bool:
    words = line.strip()
    return (
        len(words) > _LONGEST_AFTER_CLOSING
        or words.endswith(("?", "!", ":"))
        or words.casefold().startswith(_ANOTHER_THOUGHT)
    )


def _dashed_name(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    """`-Ann` or `/Ann` as the very last line."""
    if len(solid) < 2:
        return None
    line = lines[solid[-1]].strip()
    name = line.lstrip("-–—/~ ")
    dashed = line[0] in "-–—/~" and line[:2] not in ("- ", "--") and name[:1].isupper()
    listed = lines[solid[-2]].lstrip().startswith(line[0])
    return (
        solid[-1]
        if dashed and not listed and len(name.split()) <= 3 and name.replace(" ", "").replace(".", "").isalpha()
        else None
    )


def _list_footer(lines: Sequence[str], solid: Sequence[int]) -> int | None:
    """What a mailing list appends below a rule."""
    for at in solid[-6:]:
        below = [lines[following].casefold() for following in solid if following > at]
        if is_rule(lines[at].strip()) and any("mailing list" in line or "listinfo" in line for line in below[:2]):
            return at
    return None


_RULES = (_delimiter, _client_line, _closing, _dashed_name, _list_footer)
