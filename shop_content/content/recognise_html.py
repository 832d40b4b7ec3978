"""HTML pages and fragments -> rows: the blocks of the article, and what is left out of it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shop_content.content import links
from shop_content.content.inline import inline, only_link
from shop_content.content.markup import Markup, read_markup
from shop_content.content.product_names import ProductNames
from shop_content.content.recognised import Remark
from shop_content.content.rows import Form, Row, SourceLine
from shop_content.content.sanitise import ATTRIBUTES, TAGS
from shop_content.content.tree import Element, parse_markup, plain_text, walk

_RENAMED = {"b": "strong", "i": "em", "strike": "s", "del": "s", "ins": "u", "tt": "code"}
_LEFT_OUT = {
    **dict.fromkeys(("img", "picture", "figure", "svg", "canvas", "map"), "image"),
    **dict.fromkeys(("nav", "aside", "footer", "menu", "dialog"), "navigation"),
    **dict.fromkeys(("form", "button", "input", "select", "textarea"), "form"),
    **dict.fromkeys(("video", "audio", "object", "embed", "math", "frameset"), "embed"),
    **dict.fromkeys(("noscript", "template", "link", "meta", "base"), "markup"),
}
_CUT_OUT = {"comment": "comment", "script": "script", "style": "script", "iframe": "embed"}
_BLOCKS = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr", "table"),
        *("div", "section", "article", "main", "header", "details", "summary", "dl", "dt", "dd"),
        *("pre", "address", "center", "fieldset", "legend", "hgroup", "search", "li", "title"),
    }
)
_FINISHED = {"ul": "list", "ol": "list", "blockquote": "quote", "table": "table", "hr": "divider"}
_IN_FIGURE = frozenset({"table", "blockquote", "ul", "ol"})


def read_html(source: str, names: ProductNames, *, place_attribute: str = "") -> list[Row]:
    """Return the rows of a page or fragment, numbered as blocks from 1.

    `place_attribute`: the source was rendered from Markdown, and this attribute of its blocks
    says in which lines they stand ("3-5").
    """
    markup = read_markup(source)
    root = parse_markup(markup)
    reader = _Reader(names, place_attribute, _article(root))
    rows = list(reader.rows(root, inside=False, place=(0, 0)))
    return [*rows, *_cut_out(markup)]


def _article(root: Element) -> Element | None:
    """The element that holds the article: the only <article>, else the only <main>."""
    for tag in ("article", "main"):
        found = [element for element in walk(root) if element.tag == tag]
        if len(found) == 1:
            return found[0]
    return None


def _cut_out(markup: Markup) -> Iterator[Row]:
    for name, count in sorted(markup.removed.items()):
        row = Row((SourceLine(0, 0, name),), Form.LEFT_OUT, name, "")
        row.left_out = _CUT_OUT.get(name, "markup")
        row.remarks.append(Remark("count", str(count)))
        yield row
    if markup.unfinished:
        line = SourceLine(0, 0, "<")
        remarks = [Remark("count", str(markup.unfinished))]
        yield Row((line,), Form.LEFT_OUT, "<", "", left_out="markup", remarks=remarks)


@dataclass
class _Reader:
    names: ProductNames
    place_attribute: str
    article: Element | None
    number: int = 0
    _unsafe: list[str] = field(default_factory=list)
    _waiting: list[tuple[Element, tuple[int, int]]] = field(default_factory=list)

    def rows(self, parent: Element, *, inside: bool, place: tuple[int, int]) -> Iterator[Row]:
        """The rows below `parent`; `place`: its lines; `inside`: it belongs to the article."""
        inside = inside or self.article is None or parent is self.article
        place = self._place(parent, place)
        loose: list[Element | str] = []
        for child in parent.children:
            if not isinstance(child, Element) or not _is_block(child):
                loose.append(child)
                continue
            yield from self._text(tuple(loose), inside=inside, place=place)
            loose = []
            yield from self._block(child, inside=inside, place=place)
        yield from self._text(tuple(loose), inside=inside, place=place)

    def _block(self, element: Element, *, inside: bool, place: tuple[int, int]) -> Iterator[Row]:
        tag = element.tag
        own = self._place(element, place)
        if tag in _LEFT_OUT and not (tag == "figure" and _holds(element, _IN_FIGURE)):
            yield self._left_out(element, own)
        elif tag == "title":
            yield self._row(own, Form.PAGE_TITLE, plain_text(element))
        elif re.fullmatch("h[1-6]", tag):
            yield from self._text(
                (element,), inside=inside or tag == "h1", place=own, level=int(tag[1])
            )
        elif tag in _FINISHED:
            yield from self._finished(element, inside=inside, place=own)
        else:
            yield from self.rows(element, inside=inside, place=own)

    def _text(
        self,
        nodes: tuple[Element | str, ...],
        *,
        inside: bool,
        place: tuple[int, int],
        level: int = 0,
    ) -> Iterator[Row]:
        kept = tuple(self._kept(node, place) for node in nodes)
        content = inline(*kept)
        if content:
            form = Form.HEADING if level else Form.PARAGRAPH
            row = self._row(place, form, " ".join(content.text.split()), content.html)
            row.level = level
            link = None if level else only_link(kept)
            row.sku = self.names.in_address(link.attributes.get("href", "")) if link else ""
            if row.sku:
                row.html = inline(*(link.children if link else ())).html
            yield self._checked(row, inside=inside)
        yield from self._taken()

    def _finished(
        self, element: Element, *, inside: bool, place: tuple[int, int]
    ) -> Iterator[Row]:
        kept = self._kept(element, place)
        text = " ".join(_spaced_text(kept).split())
        if text or element.tag == "hr":
            row = self._row(place, Form.BLOCK, text, _html(kept))
            row.used_as = _used_as(element)
            if _is_toc(element):
                row.used_as, row.left_out = "", "table_of_contents"
            yield self._checked(row, inside=inside)
        yield from self._taken()

    def _kept(self, node: Element | str, place: tuple[int, int]) -> Element | str:
        """`node` without what is left out, in the tags and addresses a body may hold."""
        if isinstance(node, str):
            return node
        if node.tag in _LEFT_OUT:
            self._waiting.append((node, place))
            return ""
        attributes = dict(node.attributes)
        href = attributes.get("href", "")
        sku = self.names.in_address(href)
        if sku:
            attributes["href"] = f"product:{sku}"
        elif href and not links.is_safe(href):
            self._unsafe.append(href)
        children = tuple(self._kept(child, place) for child in node.children)
        return Element(_RENAMED.get(node.tag, node.tag), attributes, children)

    def _checked(self, row: Row, *, inside: bool) -> Row:
        row.remarks += [Remark("link_removed", href) for href in self._unsafe]
        self._unsafe = []
        if not inside:
            row.used_as, row.left_out = "", "outside_article"
        return row

    def _taken(self) -> list[Row]:
        taken, self._waiting = self._waiting, []
        return [self._left_out(element, place) for element, place in taken]

    def _left_out(self, element: Element, place: tuple[int, int]) -> Row:
        alternatives = [e.attributes.get("alt", "") for e in (element, *walk(element))]
        text = " ".join([*alternatives, _spaced_text(element)])
        row = self._row(self._place(element, place), Form.LEFT_OUT, " ".join(text.split()))
        row.left_out = _LEFT_OUT[element.tag]
        return row

    def _row(self, place: tuple[int, int], form: Form, text: str, inner: str = "") -> Row:
        self.number += 1
        first, last = place if self.place_attribute else (self.number, self.number)
        return Row((SourceLine(first, last, text),), form, text, inner or html.escape(text))

    def _place(self, element: Element, place: tuple[int, int]) -> tuple[int, int]:
        own = element.attributes.get(self.place_attribute) if self.place_attribute else None
        if own is None:
            return place
        first, last = own.split("-")
        return int(first), int(last)


def _is_block(element: Element) -> bool:
    if element.tag in _BLOCKS:
        return True
    if element.tag in _LEFT_OUT:
        return element.tag != "img"
    return any(_is_block(child) for child in element.elements)


def _holds(element: Element, tags: frozenset[str]) -> bool:
    return any(child.tag in tags for child in walk(element))


def _used_as(element: Element) -> str:
    if element.tag != "blockquote":
        return _FINISHED[element.tag]
    last = element.elements[-1] if element.elements else None
    signed = last is not None and plain_text(last)[:1] in {"\u2013", "\u2014"}
    return "quote" if signed else "statement"


def _is_toc(element: Element) -> bool:
    """Whether a list holds nothing but links to places on the same page."""
    anchors = [child for child in walk(element) if child.tag == "a"]
    inside = all(anchor.attributes.get("href", "").startswith("#") for anchor in anchors)
    linked = sum(_letters(anchor) for anchor in anchors)
    return bool(anchors) and inside and linked == _letters(element)


def _letters(element: Element) -> int:
    return len("".join(plain_text(element).split()))


def _spaced_text(node: Element | str) -> str:
    if isinstance(node, str):
        return node
    inner = "".join(_spaced_text(child) for child in node.children)
    return f" {inner} " if _is_block(node) or node.tag == "br" else inner


def _html(node: Element | str) -> str:
    if isinstance(node, str):
        return html.escape(node, quote=False)
    inner = "".join(_html(child) for child in node.children)
    if node.tag not in TAGS:
        return f"{inner} " if node.tag in _BLOCKS else inner
    wanted = ATTRIBUTES.get(node.tag, set())
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in node.attributes.items()
        if name in wanted and (name != "href" or links.is_safe(value))
    )
    return f"<{node.tag}{attributes}>" + (
        "" if node.tag in {"br", "hr"} else f"{inner}</{node.tag}>"
    )
