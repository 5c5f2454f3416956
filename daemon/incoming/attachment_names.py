"""Under which name may this attachment be shown and kept? Never a path, never a disguise."""

from __future__ import annotations

import unicodedata

OCTETS = 180  # file systems take 255; the store puts a number in front
EXTENSION = 16

# The endings of nameless parts; fixed here, so that the name is the same on every machine.
ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rfc822-headers": ".txt",
    "text/x-amp-html": ".html",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/global-delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/json": ".json",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "video/mp4": ".mp4",
}

_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """The last piece of a path, normalised first and cleaned then; "" when nothing is left of it.

    The order matters: a check before zero-width letters are taken out lets `.ht<ZWSP>access` through.
    """
    shown = "".join(letter for letter in unicodedata.normalize("NFKC", name[:4096]) if _is_visible(letter))
    base = shown.replace("\\", "/").rpartition("/")[2]
    base = base.translate(_FORBIDDEN).lstrip(". ").rstrip(". ")
    if base.partition(".")[0].lower() in _RESERVED:
        base = "_" + base
    return _shortened(base)


def name_of_nameless(number: int, content_type: str) -> str:
    other = ".txt" if content_type.startswith("text/") else ".bin"
    return f"part-{number}{ENDINGS.get(content_type, other)}"


def _is_visible(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) not in _INVISIBLE


def _shortened(name: str) -> str:
    """At most OCTETS octets of UTF-8; the ending stays."""
    if len(name.encode("utf-8")) <= OCTETS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > EXTENSION:
        stem, dot, ending = name, "", ""
    room = OCTETS - len((dot + ending).encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip(". ") + dot + ending
