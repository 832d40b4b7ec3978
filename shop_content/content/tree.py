"""HTML as a small immutable tree: what every other module here reads.

The parser is Lexbor (HTML Standard), always after `markup.read_markup` said the source is cheap.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from shop_content.content.errors import ContentTooDeep
from shop_content.content.markup import MAX_DEPTH, Markup, read_markup

SPACE = re.compile(r"[\t\n\f\r ]+")


@dataclass(frozen=True)
class Element:
    """One element: lower-case `tag`, `attributes` (a missing value is ""), child nodes."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Element | str", ...] = ()

    @property
    def elements(self) -> tuple["Element", ...]:
        """The children that are elements."""
        return tuple(child for child in self.children if isinstance(child, Element))


def parse(html: str) -> Element:
    """Return the fragment `html` under a root element with an empty tag.

    Raises `ContentTooLarge`, `ContentTooDeep`, `ContentTooComplex`.
    """
    return parse_markup(read_markup(html))


def parse_markup(markup: Markup) -> Element:
    """Return the tree of markup that has been read already. Raises `ContentTooDeep`."""
    parser = LexborHTMLParser(markup.html, is_fragment=True)
    root = parser.root
    return Element("", {}, _children(root, 0) if root is not None else ())


def _children(parent: LexborNode, depth: int) -> tuple[Element | str, ...]:
    if depth > MAX_DEPTH:
        raise ContentTooDeep(MAX_DEPTH)
    children: list[Element | str] = []
    for node in parent.iter(include_text=True):
        if node.is_text_node:
            children.append(node.text_content or "")
        elif node.is_element_node:
            attributes = {name: value or "" for name, value in node.attributes.items()}
            children.append(Element(node.tag or "", attributes, _children(node, depth + 1)))
    return tuple(children)


def walk(element: Element) -> Iterator[Element]:
    """Every element below `element`, in document order."""
    for child in element.elements:
        yield child
        yield from walk(child)


def raw_text(node: Element | str) -> str:
    """All text below `node`, as it stands."""
    if isinstance(node, str):
        return node
    return "".join(raw_text(child) for child in node.children)


def plain_text(node: Element | str) -> str:
    """All text below `node`, white space collapsed as a browser does."""
    return SPACE.sub(" ", raw_text(node)).strip()
