"""The text inside one block: HTML written from the tree, never copied from the source."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shop_content.content import links
from shop_content.content.tree import SPACE, Element, parse

KEPT_TAGS = frozenset({"strong", "em", "u", "s", "sub", "sup", "code"})
BLOCK_TAGS = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div"),
    }
)
# Where one block ends and the next begins, until `_lines` decides whether a break is needed.
# No text holds it: vertical tabs are refused by `hidden`, and replaced here.
_EDGE = "\v"
_LINE_END = re.compile(r"<br>|\v")


@dataclass(frozen=True)
class Inline:
    """Text of one block: sanitised inline `html`, and `text` with "\\n" for a line break."""

    html: str
    text: str

    def __bool__(self) -> bool:
        return bool(self.text.strip())


def inline(*nodes: Element | str) -> Inline:
    """Return the inline content of `nodes`; blocks inside become lines, unknown tags vanish."""
    written = _lines("".join(_html(node, _kept) for node in nodes))
    spoken = _lines("".join(_text(node) for node in nodes))
    return Inline(written, html.unescape(spoken.replace("<br>", "\n")))


def _lines(source: str) -> str:
    rows = (row.strip(" ") for row in _LINE_END.split(SPACE.sub(" ", source)))
    return "<br>".join(row for row in rows if row)


def only_link(nodes: tuple[Element | str, ...]) -> Element | None:
    """The link that is all there is in `nodes`, whatever emphasis stands around it."""
    filled = [node for node in nodes if not isinstance(node, str) or node.strip()]
    if len(filled) != 1 or isinstance(filled[0], str):
        return None
    element = filled[0]
    if element.tag == "a":
        return element
    return only_link(element.children) if element.tag in KEPT_TAGS else None


def resolve_links(source: str, targets: Mapping[str, str]) -> str:
    """Return inline HTML with the links of `links.OWN` led to their `targets`.

    `targets` maps the whole reference ("product:MG-1", "citation:rki-2020") to an address. A
    reference without a target, or with an unsafe one, loses the link and keeps its text.
    """

    def resolve(href: str) -> str:
        target = targets.get(href, "") if _is_reference(href) else href
        return target if links.is_safe(target) and not _is_reference(target) else ""

    return _lines("".join(_html(node, resolve) for node in parse(source).children))


def _is_reference(href: str) -> bool:
    return any(links.reference(href, scheme) for scheme in links.OWN)


def _kept(href: str) -> str:
    return href if links.is_safe(href) else ""


def _html(node: Element | str, lead: Callable[[str], str]) -> str:
    if isinstance(node, str):
        return html.escape(node.replace(_EDGE, " "), quote=False)
    if node.tag == "br":
        return "<br>"
    inner = "".join(_html(child, lead) for child in node.children)
    if node.tag == "a":
        href = lead(node.attributes.get("href", ""))
        return f'<a href="{html.escape(href)}">{inner}</a>' if href else inner
    if node.tag in KEPT_TAGS:
        return f"<{node.tag}>{inner}</{node.tag}>"
    return f"{_EDGE}{inner}{_EDGE}" if node.tag in BLOCK_TAGS else inner


def _text(node: Element | str) -> str:
    if isinstance(node, str):
        return html.escape(node.replace(_EDGE, " "), quote=False)
    if node.tag == "br":
        return "<br>"
    inner = "".join(_text(child) for child in node.children)
    return f"{_EDGE}{inner}{_EDGE}" if node.tag in BLOCK_TAGS else inner
