"""What the importer found in a text, line by line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """Something an editor should look at.

    `code`: "citation_candidate" (`detail`: authority and year), "possible_product_cta" (an
    upper-case line that names no given product), "product" (`detail`: the SKU a line was matched
    with), "level_inferred" (the source shows no heading levels), "repeats_title" (a heading with
    the words of the title), "link_removed" (`detail`: the address), "count".
    """

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a text, or one block of Markdown or HTML, and what became of it.

    `number`..`last`: lines of the source, from 1; for HTML both are the running number of the
    block; 0 for markup that has no place (scripts, comments). `text`: what was read, without list
    markers and tags.
    Exactly one of the two is set:
    `used_as`: "seo_title", "title", "h2".."h4", "paragraph", "list", "statement", "product_cta",
    "quote", "table" or "divider";
    `left_out`: "table_of_contents", "title_repeat", "byline", "related", "comments", "captcha",
    "cookies", "image", "script", "comment", "navigation", "form", "embed", "outside_article" or
    "markup".
    """

    number: int
    last: int
    text: str
    used_as: str = ""
    left_out: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Recognised:
    """A draft made of a source: plain text fields, sanitised `body_html`, and the report."""

    title: str
    seo_title: str
    slug: str
    teaser: str
    body_html: str
    report: tuple[Line, ...]
