"""What in an engineer's mail must not go out with it? Our own notice, as text or as a file, and what proves who he is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rules.desk import Desk
from rules.mail import Attachment
from rules.tokens import SEAL_ALPHABET, SEAL_LETTERS

_TELLING = 16  # letters and digits that make a line of a notice more than a greeting
_ENOUGH = 2  # such lines; a single one may be a coincidence
_NO_COINCIDENCE = 40  # letters and digits of a single one

# Whose words do letters to engineers quote? The customer's; a colleague's or another team's; in all others his own, which he
# may send again, as nothing was done, but not cite.
_THEIR_WORDS = frozenset(("", "assigned", "replied", "held", "merged-in"))
_INSIDE_WORDS = frozenset(("colleague", "advice", "change-notice"))

_SHORTEST_CITED = 6  # letters and digits

_SIGNATURES = frozenset(
    (
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
    )
)
_WRAPPERS = frozenset(
    ("application/ms-tnef", "application/vnd.ms-tnef", "application/pkcs7-mime", "application/x-pkcs7-mime")
)
_PAPERS = frozenset(("message/rfc822", "message/global", "application/vnd.ms-outlook"))
_CARDS = frozenset(("text/vcard", "text/x-vcard", "text/directory"))
_PAPER_NAMES = (".eml", ".msg", ".vcf")
_SEAL_OCTETS = frozenset(map(ord, SEAL_ALPHABET))


@dataclass(frozen=True, slots=True)
class Sorted:
    """The files of a mail: those that may go out, and for each of the others a sentence that says why it may not."""

    out: tuple[Attachment, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The letter to an engineer that his mail answers: its name and its text."""

    letter: str = ""
    text: str = ""

    @property
    def own(self) -> list[str]:
        """The lines that nobody outside may see. What stands behind quote signs is somebody else's."""
        lines = self.text.split("\n")
        inside = self.letter in _INSIDE_WORDS
        return [line.lstrip("> ") if inside else line for line in lines if inside or not line.startswith(">")]

    @property
    def uncitable(self) -> list[str]:
        """The lines that an engineer may not cite: all but words of the customer's side."""
        quoted = () if self.letter in _THEIR_WORDS else (line for line in self.text.split("\n") if line.startswith(">"))
        return [*self.own, *quoted]


def notice_in(words: str, notice: Notice) -> str:
    """A line of our notice that still stands in an engineer's answer to it; "" when it is gone."""
    said = _squeezed(words)
    if cited := _cited(words, notice.uncitable):
        return cited
    found = [line.strip() for line in notice.own if len(letters := _squeezed(line)) >= _TELLING and letters in said]
    certain = (line for line in found if len(_squeezed(line)) >= _NO_COINCIDENCE)
    return found[0] if len(set(found)) >= _ENOUGH else next(certain, "")


def _cited(words: str, own: list[str]) -> str:
    """A line of the notice that stands alone behind a quote sign: it is no coincidence, however short it is."""
    lines = {_squeezed(line): line.strip() for line in own if len(_squeezed(line)) >= _SHORTEST_CITED}
    quoted = (_squeezed(line) for line in words.split("\n") if line.lstrip().startswith(">"))
    return next((lines[one] for one in quoted if one in lines), "")


def sorted_files(files: Sequence[Attachment], desk: Desk) -> Sorted:
    judged = [(file, _why_kept(file, desk)) for file in files]
    kept = tuple(f"{file.name} was not passed on: {why}" for file, why in judged if why)
    return Sorted(tuple(file for file, why in judged if not why), kept)


def _why_kept(file: Attachment, desk: Desk) -> str:
    return next((why for is_so, why in _REASONS if is_so(file, desk)), "")


def _squeezed(text: str) -> str:
    """Letters and digits only: wrapping, quote signs and mangled dashes make no difference."""
    return "".join(filter(str.isalnum, text.casefold()))


def _signs_the_mail(file: Attachment, desk: Desk) -> bool:
    return file.content_type in _SIGNATURES


def _wraps_the_mail(file: Attachment, desk: Desk) -> bool:
    return file.content_type in _WRAPPERS or file.name.casefold() == "winmail.dat"


def _holds_a_letter(file: Attachment, desk: Desk) -> bool:
    """A sealed id or address of the desk: whoever has it could write in the engineer's name."""
    data = _narrow(file)
    return any(_holds_a_seal(data, own.domain.encode()) for own in (desk.address, *desk.aliases))


def _holds_a_seal(data: bytes, domain: bytes) -> bool:
    """`10042.7.SEAL@example.com`, looked for from the domain backwards: one pass, whatever the file is full of."""
    at = data.find(b"@" + domain)
    while at >= 0:
        sealed = data[max(0, at - SEAL_LETTERS - 1) : at]
        if sealed[:1] == b"." and len(sealed) == SEAL_LETTERS + 1 and _SEAL_OCTETS.issuperset(sealed[1:]):
            return True
        at = data.find(b"@" + domain, at + 1)
    return False


def _names_an_engineer(file: Attachment, desk: Desk) -> bool:
    """Looked for in mails and visiting cards; what stands in other files an engineer has written there himself."""
    if file.content_type not in _PAPERS | _CARDS and not file.name.casefold().endswith(_PAPER_NAMES):
        return False
    data = _narrow(file)
    return any(one.key.encode() in data for one in desk.insiders)


def _narrow(file: Attachment) -> bytes:
    """In lower case, and without the zero octets of UTF-16, in which Outlook writes."""
    return file.data.replace(b"\0", b"").lower()


Question = Callable[[Attachment, Desk], bool]

_REASONS: tuple[tuple[Question, str], ...] = (
    (_signs_the_mail, "it signs your mail to the desk, and names your address"),
    (_wraps_the_mail, "your mail program packed the whole mail into it, our notice perhaps as well"),
    (_holds_a_letter, "it holds a letter of the desk, with the token that proves who answers it"),
    (_names_an_engineer, "it shows the address of an engineer"),
)
