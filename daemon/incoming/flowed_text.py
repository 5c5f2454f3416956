"""How were these lines meant before the sender's mail client broke them? format=flowed (RFC 3676), unfolded."""

from __future__ import annotations


def unfold(text: str, *, delete_space: bool) -> str:
    """Paragraphs on one line each; quoted lines begin with "> " for every level."""
    lines: list[str] = []
    paragraph: list[str] = []
    level = 0
    for line in text.split("\n"):
        depth, content = _unquoted(line)
        signature = content == "-- "  # RFC 3676, section 4.3: never flows
        if paragraph and (depth != level or signature):
            lines.append(_quoted(level, paragraph))
            paragraph = []
        level = depth
        flows = content.endswith(" ") and not signature
        paragraph.append(content[:-1] if flows and delete_space else content)
        if not flows:
            lines.append(_quoted(level, paragraph))
            paragraph = []
    if paragraph:
        lines.append(_quoted(level, paragraph))
    return "\n".join(lines)


def _unquoted(line: str) -> tuple[int, str]:
    """The quote depth of a line, and the line without its quote marks and stuffed space (RFC 3676, section 4.4)."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _quoted(level: int, paragraph: list[str]) -> str:
    text = "".join(paragraph)
    return f"{'>' * level} {text}" if level else text
