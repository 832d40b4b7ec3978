"""Sanitised HTML -> typed blocks, table of contents and figures.

Conventions of a body: `<blockquote>` is a statement, or a quote when its last paragraph starts
with a dash; a paragraph that is nothing but a `product:`, `citation:` or `image:` link is a
block of its own. No text is dropped: what fits no block becomes a paragraph.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shop_content.content import links
from shop_content.content.anchors import HeadingAnchor, HeadingText, carry_over
from shop_content.content.document import (
    Block,
    Cell,
    CitationRef,
    Divider,
    Document,
    Heading,
    ImageRef,
    ItemList,
    ListItem,
    Paragraph,
    ProductCta,
    Quote,
    Statement,
    Table,
    TocEntry,
)
from shop_content.content.inline import BLOCK_TAGS, Inline, inline, only_link
from shop_content.content.tree import Element, parse, plain_text, walk

# A convention of blogs, on the slow side: readers should not need longer than announced.
WORDS_PER_MINUTE = 200
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_WORD = re.compile(r"\S*\w\S*")
_ATTRIBUTION = re.compile("[\u2013\u2014]\\s*(?=\\S)")


def parse_blocks(html: str, *, anchors: Sequence[HeadingAnchor] = ()) -> Document:
    """Return the blocks of the sanitised body `html`.

    `anchors`: `Document.anchors` of the text before, so that links to its sections keep working.
    Raises the `ContentError`s of `tree.parse`.
    """
    root = parse(html)
    reader = _Reader()
    blocks = tuple(reader.blocks(root))
    blocks = _with_anchors(blocks, anchors)
    hrefs = [element.attributes.get("href", "") for element in walk(root) if element.tag == "a"]
    words = sum(len(_WORD.findall(block.text)) for block in blocks)
    return Document(
        blocks=blocks,
        toc=_toc(blocks),
        citations_used=_references(hrefs, "citation"),
        skus=_references(hrefs, "product"),
        word_count=words,
        reading_time_min=max(1, math.ceil(words / WORDS_PER_MINUTE)),
    )


@dataclass
class _Reader:
    """Makes blocks; remembers the ids given, so that equal blocks get different ones."""

    given: Counter[str] = field(default_factory=Counter)

    def blocks(self, parent: Element) -> Iterator[Block]:
        """The blocks of `parent`; text between blocks becomes a paragraph."""
        loose: list[Element | str] = []
        for child in parent.children:
            if isinstance(child, str) or child.tag not in BLOCK_TAGS:
                loose.append(child)
                continue
            yield from self._paragraph(tuple(loose))
            loose = []
            yield from self._block(child)
        yield from self._paragraph(tuple(loose))

    def _block(self, element: Element) -> Iterator[Block]:
        tag = element.tag
        if tag in _HEADINGS:
            yield from self._heading(element)
        elif tag in {"ul", "ol"}:
            yield from self._list(element)
        elif tag == "blockquote":
            yield from self._blockquote(element)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "hr":
            yield Divider(self._id("divider", ""))
        elif any(child.tag in BLOCK_TAGS for child in element.elements):
            yield from self.blocks(element)
        else:
            yield from self._paragraph(element.children)

    def _paragraph(self, nodes: tuple[Element | str, ...]) -> Iterator[Block]:
        content = inline(*nodes)
        link = only_link(nodes)
        href = link.attributes.get("href", "") if link else ""
        sku, key = links.reference(href, "product"), links.reference(href, "citation")
        name = links.reference(href, "image")
        if sku:
            yield ProductCta(self._id("product_cta", sku), sku, content.text, content.text)
        elif key:
            yield CitationRef(self._id("citation", key), key, content.text)
        elif name:
            yield ImageRef(self._id("image", name), name, content.text)
        elif content:
            yield Paragraph(self._id("paragraph", content.text), content.html, content.text)

    def _heading(self, element: Element) -> Iterator[Block]:
        content = inline(element)
        if content:
            identity = self._id("heading", content.text)
            level = _HEADINGS[element.tag]
            yield Heading(identity, level, "", (), content.html, content.text)

    def _list(self, element: Element) -> Iterator[ItemList]:
        items = tuple(self._items(element))
        if not items:
            return
        style = "number" if element.tag == "ol" else "bullet"
        text = "\n".join(_item_text(item) for item in items)
        start = _number(element.attributes.get("start", ""))
        yield ItemList(self._id("list", text), style, start, items, text)

    def _items(self, element: Element) -> Iterator[ListItem]:
        for child in element.children:
            # Text and lists directly in a list are wrong HTML, but editors make them: an item.
            nodes = (
                child.children if isinstance(child, Element) and child.tag == "li" else (child,)
            )
            nested = tuple(node for node in nodes if _is_list(node))
            content = inline(*(node for node in nodes if not _is_list(node)))
            lists = tuple(
                block for node in nested if isinstance(node, Element) for block in self._list(node)
            )
            if content or lists:
                yield ListItem(self._id("item", content.text), content.html, content.text, lists)

    def _blockquote(self, element: Element) -> Iterator[Block]:
        nodes = [node for node in element.children if not isinstance(node, str) or node.strip()]
        last = nodes.pop() if nodes else ""
        signed = isinstance(last, Element) and last.tag == "p"
        attribution = plain_text(last) if signed else ""
        words = inline(*nodes)
        if words and _ATTRIBUTION.match(attribution):
            name = _ATTRIBUTION.sub("", attribution, count=1)
            text = f"{words.text}\n{attribution}"
            yield Quote(self._id("quote", text), words.html, name, text)
            return
        content = inline(element)
        if content:
            yield Statement(self._id("statement", content.text), content.html, content.text)

    def _table(self, element: Element) -> Iterator[Block]:
        caption = "".join(plain_text(c) for c in element.elements if c.tag == "caption")
        rows = tuple(_cells(row) for row in _rows(element))
        rows = tuple(row for row in rows if any(cell.text for cell in row))
        lines = [" | ".join(cell.text for cell in row) for row in rows]
        text = "\n".join([caption, *lines] if caption else lines)
        if text:
            yield Table(self._id("table", text), caption, rows, text)

    def _id(self, kind: str, text: str) -> str:
        digest = hashlib.sha256(f"{kind}\0{text}".encode()).hexdigest()[:10]
        self.given[digest] += 1
        number = self.given[digest]
        return f"b-{digest}" if number == 1 else f"b-{digest}-{number}"


def _is_list(node: Element | str) -> bool:
    return isinstance(node, Element) and node.tag in {"ul", "ol"}


def _item_text(item: ListItem) -> str:
    return "\n".join(part for part in (item.text, *(nested.text for nested in item.lists)) if part)


def _rows(table: Element) -> Iterator[Element]:
    for child in table.elements:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(child)


def _cells(row: Element) -> tuple[Cell, ...]:
    return tuple(_cell(cell, inline(cell)) for cell in row.elements if cell.tag in {"td", "th"})


def _cell(element: Element, content: Inline) -> Cell:
    return Cell(
        content.html,
        content.text,
        header=element.tag == "th",
        colspan=_number(element.attributes.get("colspan", "")),
        rowspan=_number(element.attributes.get("rowspan", "")),
    )


def _number(value: str) -> int:
    return max(1, int(value)) if re.fullmatch(r"[0-9]{1,3}", value) else 1


def _references(hrefs: Sequence[str], scheme: str) -> tuple[str, ...]:
    keys = [links.reference(href, scheme) for href in hrefs]
    return tuple(dict.fromkeys(key for key in keys if key))


def _with_anchors(
    blocks: tuple[Block, ...], previous: Sequence[HeadingAnchor]
) -> tuple[Block, ...]:
    headings = [block for block in blocks if isinstance(block, Heading)]
    anchors = carry_over([HeadingText(h.level, h.text) for h in headings], previous)
    given = iter(anchors)
    return tuple(
        _anchored(block, *next(given)) if isinstance(block, Heading) else block for block in blocks
    )


def _anchored(heading: Heading, anchor: str, aliases: tuple[str, ...]) -> Heading:
    return Heading(heading.id, heading.level, anchor, aliases, heading.html, heading.text)


def _toc(blocks: Sequence[Block]) -> tuple[TocEntry, ...]:
    """The headings as a tree; a heading lies under the nearest one before it of a higher rank."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    return _toc_under(headings, 0, len(headings))


def _toc_under(headings: Sequence[Heading], start: int, end: int) -> tuple[TocEntry, ...]:
    entries = []
    while start < end:
        heading = headings[start]
        stop = start + 1
        while stop < end and headings[stop].level > heading.level:
            stop += 1
        children = _toc_under(headings, start + 1, stop)
        entries.append(
            TocEntry(
                heading.id,
                heading.anchor,
                heading.anchor_aliases,
                heading.level,
                heading.text,
                children,
            )
        )
        start = stop
    return tuple(entries)
