"""The typed blocks the storefront gets. All are frozen; `as_dict` makes plain JSON data of them.

Every block has `id`, `type` and `text`, so that a client can ignore types it does not know. The
id is stable: it comes from type and text, not from the place in the document.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from shop_content.content.anchors import HeadingAnchor


@dataclass(frozen=True)
class Paragraph:
    """Running text: inline `html`, and `text` with "\\n" for line breaks."""

    id: str
    html: str
    text: str
    type: str = "paragraph"


@dataclass(frozen=True)
class Heading:
    """A section title of `level` 2..4; `anchor` is its fragment identifier."""

    id: str
    level: int
    anchor: str
    anchor_aliases: tuple[str, ...]
    html: str
    text: str
    type: str = "heading"


@dataclass(frozen=True)
class ListItem:
    """One item: its own inline text, then the lists nested in it."""

    id: str
    html: str
    text: str
    lists: tuple["ItemList", ...] = ()


@dataclass(frozen=True)
class ItemList:
    """A list of `style` "bullet" or "number"; `start`: first number; `text`: one item a line."""

    id: str
    style: str
    start: int
    items: tuple[ListItem, ...]
    text: str
    type: str = "list"


@dataclass(frozen=True)
class Statement:
    """A sentence pulled out of the text: read alone, so judged alone."""

    id: str
    html: str
    text: str
    type: str = "statement"


@dataclass(frozen=True)
class Quote:
    """Somebody's words; `attribution` says whose, without the dash."""

    id: str
    html: str
    attribution: str
    text: str
    type: str = "quote"


@dataclass(frozen=True)
class ProductCta:
    """A call to action for the product `sku`; the renderer adds the product's data."""

    id: str
    sku: str
    label: str
    text: str
    type: str = "product_cta"


@dataclass(frozen=True)
class CitationRef:
    """A citation standing alone; `ref` is the key of one of the article's citations."""

    id: str
    ref: str
    text: str
    type: str = "citation"


@dataclass(frozen=True)
class ImageRef:
    """An image standing alone; `name` is the image's, `text` is for who cannot show it."""

    id: str
    name: str
    text: str
    type: str = "image"


@dataclass(frozen=True)
class Cell:
    """One table cell; `header` for th; spans are 1..999."""

    html: str
    text: str
    header: bool
    colspan: int
    rowspan: int


@dataclass(frozen=True)
class Table:
    """A table; `rows` from top to bottom; `text` one row a line, cells joined by " | "."""

    id: str
    caption: str
    rows: tuple[tuple[Cell, ...], ...]
    text: str
    type: str = "table"


@dataclass(frozen=True)
class Divider:
    """A thematic break."""

    id: str
    text: str = ""
    type: str = "divider"


Block = (
    Paragraph
    | Heading
    | ItemList
    | Statement
    | Quote
    | ProductCta
    | CitationRef
    | ImageRef
    | Table
    | Divider
)


@dataclass(frozen=True)
class TocEntry:
    """One line of the table of contents; `id` is the heading block's, `children` lie under it."""

    id: str
    anchor: str
    anchor_aliases: tuple[str, ...]
    level: int
    text: str
    children: tuple["TocEntry", ...] = ()


@dataclass(frozen=True)
class Document:
    """A body, understood.

    `citations_used` and `skus`: keys in order of first use, blocks and inline links alike.
    `word_count`: words of all blocks. `reading_time_min`: minutes, at least 1.
    """

    blocks: tuple[Block, ...]
    toc: tuple[TocEntry, ...]
    citations_used: tuple[str, ...]
    skus: tuple[str, ...]
    word_count: int
    reading_time_min: int

    @property
    def anchors(self) -> tuple[HeadingAnchor, ...]:
        """The headings' anchors, to carry over when the text changes (`parse_blocks`)."""
        return tuple(
            HeadingAnchor(block.level, block.text, block.anchor, block.anchor_aliases)
            for block in self.blocks
            if isinstance(block, Heading)
        )


def as_dict(value: Block | TocEntry | Document) -> dict[str, Any]:
    """Return `value` as plain dicts, tuples, str and int: what `json.dumps` takes."""
    return dataclasses.asdict(value)
