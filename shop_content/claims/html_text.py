"""Projection of HTML to blocks: what a reader sees or hears, nothing else.

Own scanner because every character must know its place in the source; linear in the source, and no
input makes it fail: what is no tag is text.
"""

import html
import re

from shop_content.claims.blocks import BlockWriter

ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?")
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=[#A-Za-z])")
# Most tags have no attribute: these are read at once.
_PLAIN_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]{0,20})>")
_NAME = re.compile(r"/?[A-Za-z][^\s/>\"'=<]{0,40}")
_ATTRIBUTE = re.compile(
    r"[\s/]*([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu "
    "nav ol option p pre section select summary table tbody td textarea tfoot th thead title tr ul "
    "button label iframe video audio object".split()
)
_BREAK_TAGS = frozenset({"br", "img", "input"})
_SPOKEN = frozenset({"alt", "title", "aria-label", "placeholder", "label", "summary"})
# The first of the open tags in this order tells the kind of a block.
_KIND_OF_TAG = (
    *((f"h{level}", "heading") for level in range(1, 7)),
    ("title", "title"),
    ("blockquote", "quote"),
    ("figcaption", "caption"),
    ("caption", "caption"),
    ("li", "item"),
    ("option", "item"),
    ("button", "cta"),
    ("td", "cell"),
    ("th", "cell"),
    ("dt", "heading"),
)
_TELLING_TAGS = frozenset(tag for tag, _ in _KIND_OF_TAG)
_HIDDEN = frozenset({"script", "style", "template"})
_TAG_LIMIT = 20_000
_FAILURE_LIMIT = 64


def unescape(entity: str) -> str:
    """Return the text of one entity; lone surrogates and NUL become the replacement character."""
    return html.unescape(entity)


class HtmlProjector:
    """One pass over one HTML text."""

    def __init__(self, source: str, writer: BlockWriter) -> None:
        self._source = source
        self._writer = writer
        self._open: dict[str, int] = {}
        self._failures = 0

    def run(self) -> None:
        """Write every block of the source."""
        source, writer, position = self._source, self._writer, 0
        while True:
            found = _MARKUP.search(source, position)
            if found is None:
                break
            at = found.start()
            writer.verbatim(position, at)
            position = self._entity(at) if source[at] == "&" else self._tag(at)
        writer.verbatim(position, len(source))
        self._close()

    def _close(self) -> None:
        if self._writer.has_text:
            self._writer.close(self._kind())

    def _entity(self, at: int) -> int:
        found = ENTITY.match(self._source, at)
        if found is None:
            self._writer.verbatim(at, at + 1)
            return at + 1
        self._writer.replaced(unescape(found.group()), at, found.end())
        return found.end()

    def _tag(self, at: int) -> int:
        source = self._source
        plain = _PLAIN_TAG.match(source, at)
        if plain is not None:
            tag, end = plain.group(1).lower(), plain.end()
            self._structure(tag, at, end)
            return self._skip(tag, end, data=False) if tag in _HIDDEN else end
        if source.startswith("<!--", at):
            end = source.find("-->", at + 4)
            return len(source) if end < 0 else end + 3
        name = _NAME.match(source, at + 1)
        if name is None:
            end = source.find(">", at) if source[at + 1] in "!?/" else -1
            return self._as_text(at) if end < 0 else end + 1
        attributes, end = self._attributes(name.end())
        if end < 0:
            return self._as_text(at)
        tag = name.group().lower()
        self._apply(tag, at, end, attributes)
        if tag in _HIDDEN:
            return self._skip(tag, end, data="ld+json" in source[at:end])
        return end

    def _as_text(self, at: int) -> int:
        self._failures += 1
        self._writer.verbatim(at, at + 1)
        return at + 1

    def _attributes(self, position: int) -> tuple[list[tuple[str, int, int]], int]:
        """Return (name, value start, value end) of each attribute, and the tag's end or -1."""
        source, found = self._source, []
        limit = min(len(source), position + _TAG_LIMIT)
        if self._failures > _FAILURE_LIMIT:
            return [], -1
        while position < limit:
            match = _ATTRIBUTE.match(source, position, limit)
            if match is not None:
                group = match.lastindex or 1
                if group > 1:
                    found.append((match.group(1).lower(), match.start(group), match.end(group)))
                position = match.end()
                continue
            if source[position] == ">":
                return found, position + 1
            position += 1
        return [], -1

    def _skip(self, tag: str, position: int, *, data: bool) -> int:
        close = re.compile(f"</{tag}", re.IGNORECASE).search(self._source, position)
        end = close.start() if close else len(self._source)
        if data:
            self._writer.aside(self._source[position:end], position, end, "attribute")
        return end

    def _apply(
        self, tag: str, start: int, end: int, attributes: list[tuple[str, int, int]]
    ) -> None:
        name = self._structure(tag, start, end)
        if not attributes:
            return
        spoken = _SPOKEN if name != "meta" else _SPOKEN | {"content"}
        for attribute, from_, to in attributes:
            if attribute in spoken:
                self._attribute(from_, to)

    def _structure(self, tag: str, start: int, end: int) -> str:
        """Open or close what a tag opens or closes, and return its name."""
        name = tag.lstrip("/")
        if name in _BLOCK_TAGS:
            self._close()
            if name in _TELLING_TAGS:
                depth = self._open.get(name, 0) + (-1 if tag[0] == "/" else 1)
                self._open[name] = max(0, depth)  # what is not open cannot be closed
        elif name in _BREAK_TAGS:
            self._writer.sentence_break(start, end)
        return name

    def _attribute(self, start: int, end: int) -> None:
        """Attributes may hold entities, so they get a writer of their own."""
        inner = BlockWriter(self._writer.field, self._source)
        position = start
        for entity in ENTITY.finditer(self._source, start, end):
            inner.verbatim(position, entity.start())
            inner.replaced(unescape(entity.group()), entity.start(), entity.end())
            position = entity.end()
        inner.verbatim(position, end)
        inner.close("attribute")
        self._writer.blocks.extend(inner.blocks)

    def _kind(self) -> str:
        if not any(self._open.values()):
            return "paragraph"
        return next(kind for tag, kind in _KIND_OF_TAG if self._open.get(tag))
