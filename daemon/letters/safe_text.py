"""What is taken out of somebody's text before the desk sends it on? What is no text: controls, broken characters."""

from __future__ import annotations

_SPACE, _NOTHING = " ", None
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))  # C0, DEL and C1
_LINE_ENDS = (0x2028, 0x2029)  # Unicode's own line and paragraph separators
# Direction overrides and blanks without width: they make a name or a subject look like another one.
_DISGUISES = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF)
_LOOK_AHEAD = 20  # how much longer a text may be than what is kept of it, because of blanks and controls in it
_JOINERS = "\u200d\ufe0f"  # glue of emoji; must not be the last character after a cut

_ON_ONE_LINE: dict[int, str | None] = {
    **dict.fromkeys(_CONTROLS, _SPACE),
    **dict.fromkeys(_LINE_ENDS, _SPACE),
    **dict.fromkeys(_DISGUISES, _NOTHING),
}
_ON_MANY_LINES: dict[int, str | None] = {
    **dict.fromkeys((code for code in _CONTROLS if chr(code) not in "\t\n"), _NOTHING),
    **dict.fromkeys(_LINE_ENDS, "\n"),
}


def one_line(text: str, most: int = 0) -> str:
    """The text on one line with single blanks, as a header may carry it; cut to `most` characters if that is given."""
    text = text[: _LOOK_AHEAD * most] if most else text  # a subject of a megabyte costs no more than one that is read
    line = " ".join(_whole(text).translate(_ON_ONE_LINE).split())
    # Old readers decode what an encoded word decodes to once more: a text that looks like one is broken (RFC 2047, 2).
    line = line.replace("=?", "= ?")
    return cut(line, most) if most else line


def many_lines(text: str) -> str:
    """The text as a body may carry it: lines end in "\\n", no other control characters than tabs."""
    return _whole(text).replace("\r\n", "\n").replace("\r", "\n").translate(_ON_MANY_LINES)


def cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rstrip().rstrip(_JOINERS) + "…"


def _whole(text: str) -> str:
    """Halves of surrogate pairs joined; a lone half, which no charset can write, becomes U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
