"""What changed between two revisions, word by word, as a reviewer reads it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from shop_content.models import Revision
from shop_content.queries.drafts import parts_of

# Beyond this many words a field is compared sentence by sentence: the time grows by the square.
WORD_LIMIT = 1_500
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|blockquote|td|th|tr)>|<br ?/?>")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class FieldChange:
    """One field that differs: pieces of text, each kept, lost or gained."""

    field: str
    pieces: tuple[tuple[str, str], ...]


def changes(old: Revision, new: Revision) -> list[FieldChange]:
    """Return the fields of two revisions whose visible text differs."""
    before = {part.field: _plain(part.text, part.format) for part in parts_of(old.data)}
    after = {part.field: _plain(part.text, part.format) for part in parts_of(new.data)}
    return [
        FieldChange(field, tuple(_pieces(before.get(field, ""), after.get(field, ""))))
        for field in dict.fromkeys((*after, *before))
        if before.get(field, "") != after.get(field, "")
    ]


def _plain(text: str, kind: str) -> str:
    if kind != "html":
        return text
    return html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", text))).strip()


def _pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    pattern = r"\S+|\s+"
    if max(len(old.split()), len(new.split())) > WORD_LIMIT:
        pattern = r"[^.!?\n]*(?:[.!?\n]+\s*|$)"
    one, other = re.findall(pattern, old), re.findall(pattern, new)
    for verb, a, b, c, d in SequenceMatcher(None, one, other).get_opcodes():
        if verb == "equal":
            yield "kept", _shortened("".join(one[a:b]))
            continue
        if a < b:
            yield "lost", "".join(one[a:b])
        if c < d:
            yield "gained", "".join(other[c:d])


def _shortened(text: str) -> str:
    """Return unchanged text, its middle left out when it is long."""
    return text if len(text) < 240 else f"{text[:100]} […] {text[-100:]}"
