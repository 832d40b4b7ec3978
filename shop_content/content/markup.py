"""A first pass over HTML source, before any parser builds a tree of it.

HTML parsers repair broken markup, and a repair can cost far more than the source: every unclosed
`<b x=…>` is rebuilt in every following paragraph (64 kB took 14 s to parse), and
nh3 is quadratic on nested tags. So the source is read once, linearly, and refused when the tree
would be large.

The pass errs on the safe side. Comments, scripts and styles are cut out here, so that what is
left holds nothing that looks like a tag and is none. An end tag counts only when it closes what
was opened last; a crossed or unclosed tag stays open for the count.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shop_content.content.errors import ContentTooComplex, ContentTooDeep, ContentTooLarge

MAX_BYTES = 500_000
MAX_DEPTH = 64
MAX_ATTRIBUTES = 100
# Nodes a parser may have to build: every tag, times the formatting elements open at that point.
# 500 kB of well-formed short paragraphs stay below it.
MAX_NODES = 200_000
_MAX_ROUNDS = 10

_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(_VOID_NAMES.split())
# Elements whose end tag may be left out; the next one of the same name closes it.
_OPTIONAL_END_NAMES = "p li td th tr dt dd thead tbody tfoot option colgroup"
_OPTIONAL_END = frozenset(_OPTIONAL_END_NAMES.split())
# Parsers open these again in every block until they are closed (HTML Standard, 13.2.4.3).
_FORMATTING_NAMES = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTING_NAMES.split())
_OPAQUE = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(script|style|xmp|iframe|noembed|noframes|plaintext)(?=[\s/>])"
    r".*?(?:</\1(?=[\s/>])[^>]*(?:>|\Z)|\Z)"
    r"|<[!?][^>]*(?:>|\Z)"
    r"|</(?![A-Za-z])[^>]*(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = (
    r"(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    r"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+"
    r"(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r \"'>][^\t\n\f\r >]*+|(?=>)))?+"
)
_TAG_START = re.compile(r"<(?=/?[A-Za-z])")
_TAG = re.compile(
    rf"<(/?)([A-Za-z][^\t\n\f\r />]*+)((?:[\t\n\f\r /]*+{_ATTRIBUTE})*+)[\t\n\f\r /]*+>"
)
_COUNTED_ATTRIBUTE = re.compile(rf"[\t\n\f\r /]*+{_ATTRIBUTE}")


@dataclass(frozen=True)
class Markup:
    """HTML source without comments, scripts and styles, safe to hand to a parser.

    `removed`: how many of each were cut out ("comment" or the tag's name).
    `tags`: how many start tags of each name are left.
    `unfinished`: how many characters without white space stood after a "<" that begins a tag
    and never ends it; parsers drop them, so they are cut off here.
    """

    html: str
    removed: Counter[str]
    tags: Counter[str]
    unfinished: int


def read_markup(source: str) -> Markup:
    """Cut out what is never shown and refuse markup that is too large, deep or complex.

    Raises `ContentTooLarge`, `ContentTooDeep`, `ContentTooComplex`.
    """
    refuse_large(source)
    html, removed = _cut_opaque(source)
    tags, end = _count_tags(html)
    unfinished = sum(1 for character in html[end:] if not character.isspace())
    return Markup(html[:end], removed, tags, unfinished)


def refuse_large(source: str) -> None:
    """Raise `ContentTooLarge` above 500 kB of UTF-8."""
    size = len(source.encode(errors="replace"))
    if size > MAX_BYTES:
        raise ContentTooLarge(size, MAX_BYTES)


def _cut_opaque(source: str) -> tuple[str, Counter[str]]:
    removed: Counter[str] = Counter()

    def cut(match: re.Match[str]) -> str:
        removed[(match.group(1) or "comment").lower()] += 1
        return ""

    for _round in range(_MAX_ROUNDS):
        # What is cut out may have split a tag ("<scr<!-- -->ipt>"): look again.
        html = _OPAQUE.sub(cut, source)
        if html == source:
            return html, removed
        source = html
    raise ContentTooComplex("comments")


def _count_tags(html: str) -> tuple[Counter[str], int]:
    """How often each tag starts, and where the last complete tag or text ends."""
    tags: Counter[str] = Counter()
    open_tags: list[str] = []
    formatting = nodes = 0
    end = 0
    for match in _tag_matches(html):
        end = match.end()
        closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
        nodes += 1 + formatting
        if nodes > MAX_NODES:
            raise ContentTooComplex("nodes")
        if closing:
            formatting -= _close(open_tags, name)
            continue
        tags[name] += 1
        _refuse_attributes(attributes)
        if name in VOID:
            continue
        formatting -= _close_before(open_tags, name)
        open_tags.append(name)
        formatting += name in _FORMATTING
        if len(open_tags) > MAX_DEPTH:
            raise ContentTooDeep(MAX_DEPTH)
    rest = _TAG_START.search(html, end)
    return tags, rest.start() if rest else len(html)


def _tag_matches(html: str) -> Iterator[re.Match[str]]:
    position = 0
    while start := _TAG_START.search(html, position):
        match = _TAG.match(html, start.start())
        if match is None:
            return
        yield match
        position = match.end()


def _close(open_tags: list[str], name: str) -> int:
    """Close `name` if it was opened last; return how many formatting elements that closed."""
    index = len(open_tags) - 1
    while index >= 0 and open_tags[index] != name and open_tags[index] in _OPTIONAL_END:
        index -= 1
    if index < 0 or open_tags[index] != name:
        return 0
    del open_tags[index:]
    return int(name in _FORMATTING)


def _close_before(open_tags: list[str], name: str) -> int:
    """A new paragraph, item or cell closes the one before it."""
    if name not in _OPTIONAL_END or name not in open_tags:
        return 0
    return _close(open_tags, name)


def _refuse_attributes(attributes: str) -> None:
    # Parsers compare every attribute of a tag with every other one.
    if len(attributes) <= MAX_ATTRIBUTES:
        return
    if sum(1 for _ in _COUNTED_ATTRIBUTE.finditer(attributes)) > MAX_ATTRIBUTES:
        raise ContentTooComplex("attributes")
