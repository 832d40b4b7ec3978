"""Markdown -> rows: CommonMark with tables, rendered and read as HTML."""

import hashlib
import html
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shop_content.content.product_names import ProductNames
from shop_content.content.recognise_html import read_html
from shop_content.content.rows import Form, Row, SourceLine

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
_RAW = frozenset({"html_block", "fence", "code_block"})


def read_markdown(source: str, names: ProductNames) -> list[Row]:
    """Return the rows of Markdown; their numbers are lines of the source."""
    # Markdown may hold HTML: it must not be able to say where it stands, so the attribute that
    # does has a name that no source can hold.
    attribute = "data-" + hashlib.sha256(source.encode(errors="replace")).hexdigest()[:32]
    page = _render(_PARSER.parse(source), attribute)
    rows = read_html(page, names, place_attribute=attribute)
    rows += _uncovered(source, rows)
    return sorted(rows, key=lambda row: row.lines[0].number)


def _render(tokens: Sequence[Token], attribute: str) -> str:
    for token in tokens:
        if token.map is None:
            continue
        place = f"{token.map[0] + 1}-{token.map[1]}"
        if token.type in _RAW:
            token.content = f'<div {attribute}="{place}">{_raw(token)}</div>'
            token.type = "html_block"
        elif token.nesting >= 0 and token.type != "inline":
            token.attrSet(attribute, place)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _raw(token: Token) -> str:
    if token.type == "html_block":
        return token.content
    return f"<pre><code>{html.escape(token.content)}</code></pre>"


def _uncovered(source: str, rows: Sequence[Row]) -> list[Row]:
    """Lines that made no block: addresses of links, HTML without text."""
    places = {(line.number, line.last) for row in rows for line in row.lines}
    covered = {number for first, last in places for number in range(first, last + 1)}
    lines = [
        SourceLine(number, number, text.strip())
        for number, text in enumerate(source.split("\n"), start=1)
        if text.strip() and number not in covered
    ]
    return [Row((line,), Form.LEFT_OUT, line.text, "", left_out="markup") for line in lines]
