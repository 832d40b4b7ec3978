"""From parts to blocks: HTML, Markdown and plain text are read alike from here on."""

from collections.abc import Iterable
from dataclasses import replace

from shop_content.claims.blocks import Block, BlockWriter
from shop_content.claims.html_text import HtmlProjector
from shop_content.claims.markdown_text import project_markdown, project_text
from shop_content.claims.report import Part

# Parts of these kinds are one fragment each, whatever they look like.
_KIND_OF_PART = {
    "title": "title",
    "subtitle": "heading",
    "meta_title": "title",
    "slug": "slug",
    "alt": "attribute",
    "caption": "caption",
    "label": "label",
    "name": "label",
}


def project(parts: Iterable[Part]) -> list[Block]:
    """Return the blocks of all parts in order."""
    blocks: list[Block] = []
    for part in parts:
        writer = BlockWriter(part.field, part.text)
        forced = _KIND_OF_PART.get(part.kind)
        if part.format == "html":
            HtmlProjector(part.text, writer).run()
        elif part.format == "markdown":
            project_markdown(part.text, writer)
        elif forced:
            writer.verbatim(0, len(part.text))
            writer.close(forced)
        else:
            project_text(part.text, writer)
        blocks.extend(_forced(block, forced) for block in writer.blocks)
    return blocks


def _forced(block: Block, kind: str | None) -> Block:
    return block if kind is None else replace(block, kind=kind)
