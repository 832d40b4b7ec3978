"""What may stand in the body of an article or product, and an account of what was taken out.

Sanitising runs on every save and again before anything is served. nh3 (ammonia) does the
cutting; this module says what is allowed, guards nh3 against costly input, and compares before
with after, so that nothing disappears silently.
"""

import re
from collections import Counter
from dataclasses import dataclass

import nh3

from shop_content.content import links
from shop_content.content.errors import ContentTooComplex
from shop_content.content.hidden import refuse_hidden
from shop_content.content.markup import Markup, read_markup
from shop_content.content.tree import Element, parse_markup, raw_text, walk

INLINE_TAGS = frozenset({"a", "strong", "em", "u", "s", "sub", "sup", "code", "br"})
TABLE_TAGS = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"})
BLOCK_TAGS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr"})
TAGS = INLINE_TAGS | TABLE_TAGS | BLOCK_TAGS
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# Removed with everything inside: their text is code, or a control of a page, not copy.
OPAQUE_TAGS = frozenset(
    {
        *("script", "style", "svg", "math", "template", "title", "noscript", "object"),
        *("audio", "video", "canvas", "select", "textarea"),
    }
)
_NUMBER = re.compile(r"[0-9]{1,3}")
# Taking a tag out can change how the rest is parsed: clean until nothing changes.
_MAX_ROUNDS = 8


@dataclass(frozen=True)
class Removed:
    """Something that stood in the source and is not in the result.

    `what` is "element", "attribute", "comment" or "text"; `name` is the tag ("div"), the tag and
    attribute ("p.style") or ""; `count` is how many, for "text" how many characters without
    white space.
    """

    what: str
    name: str
    count: int


@dataclass(frozen=True)
class Sanitised:
    """The allowed part of a source, and what is missing from it, sorted."""

    html: str
    removed: tuple[Removed, ...]


def sanitise(html: str) -> Sanitised:
    """Return the allowed part of `html`; doing it twice changes and removes nothing more.

    Allowed: `TAGS`, `ATTRIBUTES`, the schemes of `links.SCHEMES` and links within the site.
    Raises a `ContentError` for more than 500 kB, tags nested more than 64 deep, markup built to
    be costly, and hidden characters.
    """
    markup = read_markup(html)
    refuse_hidden(html, references=True)
    source = parse_markup(markup)
    cleaned = _clean(markup.html)
    return Sanitised(cleaned, _removed(markup, source, cleaned))


def _clean(html: str) -> str:
    for _round in range(_MAX_ROUNDS):
        cleaned = nh3.clean(
            html,
            tags=set(TAGS),
            clean_content_tags=set(OPAQUE_TAGS),
            attributes=ATTRIBUTES,
            attribute_filter=_filter_attribute,
            url_schemes=set(links.SCHEMES),
            link_rel=None,
        )
        if cleaned == html:
            return cleaned
        html = cleaned
    raise ContentTooComplex("unstable")


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if links.is_safe(value) else None
    return value if _NUMBER.fullmatch(value) else None


def _removed(markup: Markup, source: Element, cleaned: str) -> tuple[Removed, ...]:
    after_markup = read_markup(cleaned)
    after = parse_markup(after_markup)
    rows = [
        Removed("comment" if name == "comment" else "element", name.replace("comment", ""), count)
        for name, count in markup.removed.items()
    ]
    # A tag the parser dropped stands only in the source; one that it repeated, only in the tree.
    lost = (markup.tags | _tags(source)) - (after_markup.tags | _tags(after))
    rows += [Removed("element", name, count) for name, count in lost.items()]
    attributes = _attributes(source) - _attributes(after)
    rows += [Removed("attribute", name, count) for name, count in attributes.items()]
    missing = _characters(source) - _characters(after) + markup.unfinished
    if missing > 0:
        rows.append(Removed("text", "", missing))
    return tuple(sorted(rows, key=lambda row: (row.what, row.name)))


def _tags(root: Element) -> Counter[str]:
    return Counter(element.tag for element in walk(root))


def _attributes(root: Element) -> Counter[str]:
    return Counter(
        f"{element.tag}.{name}" for element in walk(root) for name in element.attributes
    )


def _characters(root: Element) -> int:
    return sum(1 for character in raw_text(root) if not character.isspace())
