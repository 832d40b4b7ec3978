"""Characters nobody sees, but which change what people read or what a program compares.

Refused: bidirectional controls (property Bidi_Control, Unicode 16, UAX #9; CVE-2021-42574), tag
characters U+E0000..E007F (text that only machines read), control characters except white space
(NUL is not storable in PostgreSQL) and lone surrogates (not encodable). Character references
are decoded first, so `&#x202E;` is refused like the character itself.
"""

import html
import re
import unicodedata
from collections.abc import Iterator

from shop_content.content.errors import HiddenCharacters

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,9}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,40});?")
_SURROGATES = range(0xD800, 0xE000)


def refuse_hidden(text: str, *, references: bool) -> None:
    """Raise `HiddenCharacters` for the first hidden character of `text`.

    `references`: the text is HTML or Markdown, character references count as what they stand for.
    """
    found = [(m.start(), m.group()) for m in (_HIDDEN.search(text),) if m]
    if references:
        found += list(_referenced(text))[:1]
    if found:
        position, character = min(found)
        raise HiddenCharacters(position, _name(character))


def _referenced(text: str) -> Iterator[tuple[int, str]]:
    for match in _REFERENCE.finditer(text):
        hidden = _HIDDEN.search(html.unescape(match.group()))
        if hidden:
            yield match.start(), hidden.group()


def _name(character: str) -> str:
    kind = "SURROGATE" if ord(character) in _SURROGATES else "CONTROL"
    return unicodedata.name(character, f"{kind} U+{ord(character):04X}")
