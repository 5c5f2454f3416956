"""Which text do these octets spell? Only codecs that spell text are allowed, and no answer is an exception."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_ISO_8859 = {f"iso8859-{number}" for number in (*range(1, 12), 13, 14, 15, 16)}
_WINDOWS = {f"cp{number}" for number in range(1250, 1259)}
_DOS = {f"cp{number}" for number in (437, 720, 737, 775, 850, 852, 855, 857, 858, *range(860, 867), 869, 874, 1125)}

ALLOWED = frozenset(
    {"ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
    | {"koi8-r", "koi8-t", "koi8-u", "kz1048", "ptcp154", "tis-620"}
    | {"mac-cyrillic", "mac-greek", "mac-iceland", "mac-latin2", "mac-roman", "mac-turkish"}
    | {"gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "cp950"}
    | {"shift_jis", "cp932", "shift_jis_2004", "shift_jisx0213", "euc_jp", "euc_jis_2004", "euc_jisx0213"}
    | {"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext"}
    | {"euc_kr", "cp949", "johab", "iso2022_kr"}
    | _ISO_8859
    | _WINDOWS
    | _DOS
)

# What the world writes under these names is in truth the wider set (WHATWG Encoding, section 4.2).
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "iso2022_jp": "iso2022_jp_ext",
}

OTHER_NAMES = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-big5": "big5hkscs",
    "cp-850": "cp850",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "utf-8-sig": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
}

NO_STATEMENT = frozenset(
    {"", "ascii", "unknown", "unknown-8bit", "x-unknown", "default", "binary", "8bit", "none", "utf"}
)

_LABEL = re.compile(r"[a-z0-9_:()+.-]{1,40}")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_FOLDING = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+ *")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def decode(octets: bytes, label: str = "", hint: str = "") -> tuple[str, str]:
    """The text, and what was wrong with the label ("" when nothing was); `hint` is tried where there is no label."""
    codec = codec_for(label)
    if codec is None:
        return guess(octets, hint), f"charset {label[:40]!r} is none that may be decoded"
    if not codec:
        return guess(octets, hint), ""
    try:
        return octets.decode(codec).removeprefix("\ufeff"), ""
    except (UnicodeError, ValueError):
        return _repaired(octets, codec), f"not all octets are {label[:40]}"


@lru_cache(maxsize=256)
def codec_for(label: str) -> str | None:
    """The codec of a charset label; "" where the label says nothing, None where it is none of ours."""
    name = label.strip(" \t'\"").lower()
    if name in NO_STATEMENT:
        return ""
    name = OTHER_NAMES.get(name, name)
    if not _LABEL.fullmatch(name):
        return None
    try:
        canonical = codecs.lookup(name).name
    except LookupError:
        return None
    if canonical in NO_STATEMENT:
        return ""
    return WIDER.get(canonical, canonical) if canonical in ALLOWED else None


def guess(octets: bytes, hint: str = "") -> str:
    """Text of octets nobody labelled: 7-bit Japanese, UTF-8, the hint, and at last Western Europe."""
    if b"\x1b$" in octets and octets.isascii():
        return octets.decode("iso2022_jp_ext", "replace")
    for codec in ("utf-8", codec_for(hint) or "utf-8"):
        try:
            return octets.decode(codec)
        except (UnicodeError, ValueError):
            continue
    return _repaired(octets, "cp1252")


def _repaired(octets: bytes, codec: str) -> str:
    """As much as can be read. Where UTF-8 fails more often than it fits, it was Western Europe under a wrong label."""
    text = octets.decode(codec, "replace").removeprefix("\ufeff")
    if codec == "utf-8":
        failed = text.count("\ufffd")
        fitted = sum(1 for letter in text if letter > "\x7f") - failed
        if failed > fitted:
            return octets.decode("cp1252", "replace")
    return text


def readable(text: str) -> str:
    """The text with "\\n" line ends, without controls, NUL and lone surrogates."""
    return _UNPRINTABLE.sub(_visible, _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """The text as a header may show it: on one line, without controls."""
    return _UNPRINTABLE.sub(_visible, _FOLDING.sub(" ", text)).strip()


def _visible(found: re.Match[str]) -> str:
    return "\ufffd" if "\ud800" <= found.group() <= "\udfff" else ""
