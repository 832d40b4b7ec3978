"""Projection of Markdown and of plain text to blocks, line by line, with exact offsets."""

import re

from shop_content.claims.blocks import BlockWriter
from shop_content.claims.html_text import ENTITY, unescape

_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+")
_ITEM = re.compile(r"\s{0,12}(?:[-*+•‣▪–✓✔➤→]|\d{1,3}[.)])[ \t]+")
_QUOTE = re.compile(r"[ ]{0,3}>[ \t]?")
_RULE = re.compile(r"\s{0,3}(?:[-*_=][ \t]*){3,}\Z|\s*\|?[\s:|-]{3,}\|?\s*\Z")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<image>!\[)"
    r"|(?P<link>\]\([^()\s]{0,2000}(?:\s+\"[^\"\n]{0,500}\")?\s*\)|\]\[[^\[\]\n]{0,200}\])"
    r"|(?P<open>\[)"
    r"|(?P<auto><(?:https?://|mailto:)[^<>\s]{1,2000}>)"
    r"|(?P<tag></?[A-Za-z][^<>\n]{0,2000}>|<!--[^\n]{0,300}?-->)"
    r"|(?P<mark>[*~`]+|(?<!\w)_+|_+(?!\w))"
    r"|(?P<entity>" + ENTITY.pattern + r")"
)
_BREAK_TAG = re.compile(r"</?(?:br|p|div|li|img|h[1-6]|td|tr)\b", re.IGNORECASE)
_TERMINAL = re.compile(r"[.!?:;,…][\"'“”»)]*\s*\Z")
_HEADING_WORDS = 14


def _lines(source: str) -> list[tuple[int, int]]:
    spans, position = [], 0
    for line in source.splitlines(keepends=True):
        spans.append(
            (
                position,
                position + len(line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")),
            )
        )
        position += len(line)
    return spans


def project_markdown(source: str, writer: BlockWriter) -> None:
    """Write the blocks of a Markdown text."""
    kind, start = "paragraph", True
    for begin, end in _lines(source):
        line = source[begin:end]
        if not line.strip() or _FENCE.match(line) or _RULE.match(line):
            setext = _RULE.match(line) and not start and line.strip()[:1] in {"=", "-"}
            writer.close("heading" if setext else kind)
            kind, start = "paragraph", True
            continue
        prefix, new_kind = _structure(line)
        if new_kind:
            writer.close(kind)
            kind = new_kind
        elif not start:
            writer.replaced(" ", begin - 1, begin)
        start = False
        if line.lstrip().startswith("|"):
            _cells(source, writer, begin, end)
            continue
        _inline(source, writer, begin + prefix, end)
        if kind == "heading":
            writer.close(kind)
            kind, start = "paragraph", True
    writer.close(kind)


def _structure(line: str) -> tuple[int, str]:
    """Return the length of the block marker and the kind of block it opens ('' goes on)."""
    prefix, kind = 0, ""
    quote = _QUOTE.match(line)
    if quote:
        prefix, kind = quote.end(), "quote"
    for pattern, name in ((_HEADING, "heading"), (_ITEM, "item")):
        found = pattern.match(line, prefix)
        if found:
            return found.end(), name
    return prefix, kind


def _cells(source: str, writer: BlockWriter, begin: int, end: int) -> None:
    writer.close("paragraph")
    position = begin
    while position < end:
        cut = source.find("|", position, end)
        cut = end if cut < 0 else cut
        _inline(source, writer, position, cut)
        writer.close("cell")
        position = cut + 1


def _inline(source: str, writer: BlockWriter, begin: int, end: int) -> None:
    position = begin
    for found in _INLINE.finditer(source, begin, end):
        at, until = found.span()
        writer.verbatim(position, at)
        position = until
        what = found.lastgroup
        if what == "escape":
            writer.verbatim(at + 1, until)
        elif what == "entity":
            writer.replaced(unescape(found.group()), at, until)
        elif what == "auto":
            writer.verbatim(at + 1, until - 1)
        elif what == "image" or (what == "tag" and _BREAK_TAG.match(found.group())):
            writer.sentence_break(at, until)
        elif (what == "open" and source.find("](", at, min(end, at + 2000)) < 0) or (
            what == "mark" and _is_literal(source, at, until, begin, end)
        ):
            writer.verbatim(at, until)
    writer.verbatim(position, end)


def _is_literal(source: str, at: int, until: int, begin: int, end: int) -> bool:
    """A marker with space on both sides is a sign the reader sees."""
    before = at == begin or source[at - 1].isspace()
    after = until == end or source[until].isspace()
    return before and after


def project_text(source: str, writer: BlockWriter) -> None:
    """Write the blocks of plain text: blank lines part blocks, marked lines are list items."""
    held: list[tuple[int, int]] = []
    kind = "paragraph"

    def flush() -> None:
        nonlocal kind
        for number, (begin, end) in enumerate(held):
            if number:
                writer.replaced(" ", held[number - 1][1], held[number - 1][1] + 1)
            writer.verbatim(begin, end)
        short = len(held) == 1 and len(source[held[0][0] : held[0][1]].split()) <= _HEADING_WORDS
        titled = (
            short and kind == "paragraph" and not _TERMINAL.search(source[held[0][0] : held[0][1]])
        )
        writer.close("heading" if titled else kind)
        held.clear()
        kind = "paragraph"

    for begin, end in _lines(source):
        line = source[begin:end]
        item = _ITEM.match(line)
        if held and (item or not line.strip()):
            flush()
        if line.strip():
            if item:
                kind = "item"
            held.append((begin + (item.end() if item else 0), end))
    if held:
        flush()
