"""What the readers of text, Markdown and HTML hand to the rules that find out what is what."""

from dataclasses import dataclass, field
from enum import StrEnum

from shop_content.content.recognised import Remark


class Form(StrEnum):
    """What the source itself says about a row."""

    LINE = "line"  # plain text: everything must be inferred
    PARAGRAPH = "paragraph"
    PAGE_TITLE = "page_title"
    HEADING = "heading"
    ITEM = "item"
    BLOCK = "block"  # finished HTML: list, quote, table, divider
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class SourceLine:
    """Lines `number`..`last` of the source, and the text read from them."""

    number: int
    last: int
    text: str


@dataclass
class Row:
    """One block of the source, and what was decided about it (`used_as` or `left_out`).

    `html`: inline HTML, or the whole block for `Form.BLOCK`. `level`: of a heading, 1..6.
    `style`, `start`: of an item's list. `sku`: the product its only link leads to.
    """

    lines: tuple[SourceLine, ...]
    form: Form
    text: str
    html: str
    level: int = 0
    style: str = ""
    start: int = 1
    sku: str = ""
    used_as: str = ""
    left_out: str = ""
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Nothing has been decided about this row."""
        return not self.used_as and not self.left_out
