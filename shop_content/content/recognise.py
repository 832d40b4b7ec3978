"""The importer's eye: an article somebody wrote elsewhere -> the fields of a draft.

Nothing is invented and nothing is lost silently: every line of the source is in the report, as
used or as left out, and the text of the draft is the text of the used lines.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Literal

from shop_content.content.hidden import refuse_hidden
from shop_content.content.markup import refuse_large
from shop_content.content.product_names import ProductNames
from shop_content.content.recognise_html import read_html
from shop_content.content.recognise_markdown import read_markdown
from shop_content.content.recognise_text import read_text
from shop_content.content.recognised import Line, Recognised, Remark
from shop_content.content.roles import assign
from shop_content.content.rows import Form, Row
from shop_content.content.sanitise import sanitise
from shop_content.content.slugs import slugify
from shop_content.content.snippets import teaser

Format = Literal["text", "markdown", "html"]
_TITLES = frozenset({"title", "seo_title"})


def recognise(
    source: str,
    *,
    format: Format,  # noqa: A002 -- the word every caller and command line uses
    locale: str,
    products: Mapping[str, Sequence[str]],
) -> Recognised:
    """Return the draft and the report for `source`.

    `products`: SKU -> names, in any language; lines and links that name one become its call to
    action. `locale` (BCP 47) decides how the slug is spelled. `title` is "" when the source shows
    none. Raises a `ContentError` for hostile or over-large input.
    """
    refuse_large(source)
    source = source.removeprefix("\ufeff")
    refuse_hidden(source.replace("\f", "\n"), references=format != "text")
    names = ProductNames(products, locale)
    rows = _read(source, format, names)
    title = assign(rows, names)
    clean = sanitise(_body(rows))
    page = next((row.text for row in rows if row.used_as == "seo_title"), title)
    first = next((row.text for row in rows if row.used_as == "paragraph"), "")
    unexpected = tuple(
        Line(0, 0, row.name, left_out="markup", remarks=(Remark("count", str(row.count)),))
        for row in clean.removed
    )
    return Recognised(
        title=title,
        seo_title=page,
        slug=slugify(title, locale),
        teaser=teaser(first),
        body_html=clean.html,
        report=(*_report(rows), *unexpected),
    )


def _read(source: str, source_format: Format, names: ProductNames) -> list[Row]:
    readers: Mapping[Format, Callable[[], list[Row]]] = {
        "text": lambda: read_text(source),
        "markdown": lambda: read_markdown(source, names),
        "html": lambda: read_html(source, names),
    }
    return readers[source_format]()


def _report(rows: Sequence[Row]) -> list[Line]:
    report = []
    for row in rows:
        remarks = tuple(row.remarks)
        for line in row.lines:
            report.append(
                Line(line.number, line.last, line.text, row.used_as, row.left_out, remarks)
            )
            remarks = ()
    return report


def _body(rows: Sequence[Row]) -> str:
    used = [row for row in rows if row.used_as and row.used_as not in _TITLES]
    parts = []
    for is_item, group in groupby(used, lambda row: row.form is Form.ITEM):
        members = list(group)
        parts += _lists(members) if is_item else [_block(row) for row in members]
    return "".join(parts)


def _lists(items: Sequence[Row]) -> list[str]:
    """Items of one style are one list; numbering that begins again begins a new one."""
    lists: list[list[Row]] = []
    for item in items:
        last = lists[-1][-1] if lists else None
        goes_on = last is not None and last.style == item.style
        if goes_on and last is not None and (item.style == "bullet" or item.start > last.start):
            lists[-1].append(item)
        else:
            lists.append([item])
    return [_list(members) for members in lists]


def _list(items: Sequence[Row]) -> str:
    inner = "".join(f"<li>{item.html}</li>" for item in items)
    return f"<ol>{inner}</ol>" if items[0].style == "number" else f"<ul>{inner}</ul>"


def _block(row: Row) -> str:
    if row.form is Form.BLOCK:
        return row.html
    if row.used_as == "statement":
        return f"<blockquote><p>{row.html}</p></blockquote>"
    if row.used_as == "product_cta":
        return f'<p><a href="product:{row.sku}">{row.html}</a></p>'
    tag = "p" if row.used_as == "paragraph" else row.used_as
    return f"<{tag}>{row.html}</{tag}>"
