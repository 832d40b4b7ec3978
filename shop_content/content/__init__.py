"""What a text is made of: sanitising, typed blocks, anchors, slugs, and the importer's eye.

Pure: no Django. Callers use the names below and nothing else of this package.
"""

from shop_content.content.anchors import HeadingAnchor, HeadingText, carry_over
from shop_content.content.blocks import parse_blocks
from shop_content.content.document import Document, as_dict
from shop_content.content.errors import (
    ContentError,
    ContentTooComplex,
    ContentTooDeep,
    ContentTooLarge,
    HiddenCharacters,
)
from shop_content.content.hidden import refuse_hidden
from shop_content.content.inline import resolve_links
from shop_content.content.recognise import recognise
from shop_content.content.recognised import Line, Recognised, Remark
from shop_content.content.sanitise import Removed, Sanitised, sanitise
from shop_content.content.slugs import is_valid_slug, slugify
from shop_content.content.snippets import teaser

__all__ = [
    "ContentError",
    "ContentTooComplex",
    "ContentTooDeep",
    "ContentTooLarge",
    "Document",
    "HeadingAnchor",
    "HeadingText",
    "HiddenCharacters",
    "Line",
    "Recognised",
    "Remark",
    "Removed",
    "Sanitised",
    "as_dict",
    "carry_over",
    "is_valid_slug",
    "parse_blocks",
    "recognise",
    "refuse_hidden",
    "resolve_links",
    "sanitise",
    "slugify",
    "teaser",
]
