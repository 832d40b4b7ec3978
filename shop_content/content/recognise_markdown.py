"""Markdown -> rows: CommonMark with tables, rendered and read as HTML."""

import html
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shop_content.content.product_names import ProductNames
from shop_content.content.recognise_html import LINES, read_html
from shop_content.content.rows import Form, Row, SourceLine

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def read_markdown(source: str, names: ProductNames) -> list[Row]:
    """Return the rows of Markdown; their numbers are lines of the source."""
    tokens = _PARSER.parse(source)
    rows = read_html(_render(tokens), names, lines=True)
    covered = {
        number
        for row in rows
        for line in row.lines
        for number in range(line.number, line.last + 1)
    }
    for number, text in enumerate(source.split("\n"), start=1):
        if text.strip() and number not in covered:
            # Addresses of links, fences, markup that makes no block.
            line = SourceLine(number, number, text.strip())
            rows.append(Row((line,), Form.LEFT_OUT, line.text, "", left_out="markup"))
    return sorted(rows, key=lambda row: row.lines[0].number)


def _render(tokens: Sequence[Token]) -> str:
    for token in tokens:
        if token.map is None:
            continue
        lines = f"{token.map[0] + 1}-{token.map[1]}"
        if token.type in {"html_block", "fence", "code_block"}:
            token.content = f'<div {LINES}="{lines}">{_raw(token)}</div>'
            token.type = "html_block"
        elif token.nesting >= 0 and token.type != "inline":
            token.attrSet(LINES, lines)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _raw(token: Token) -> str:
    if token.type == "html_block":
        return token.content
    return f"<pre><code>{html.escape(token.content)}</code></pre>"
