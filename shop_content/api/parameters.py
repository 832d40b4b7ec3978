"""Query parameters: read strictly, refused by name. Unknown ones are nobody's business."""

import base64
import binascii
import re
import unicodedata
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter

from shop_content.api import selection
from shop_content.api.problems import bad_parameter
from shop_content.queries.serving import ListAsked, PageAsked

MAX_LIMIT = 100
MAX_LENGTH = 4000
MAX_QUERY, MAX_TERMS = 200, 16

PAGE = [
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
        description="how many items at most",
    ),
]
CHANGED = OpenApiParameter("updated_since", datetime, description="RFC 3339, with an offset")
SEARCH = OpenApiParameter(
    "q",
    {"type": "string", "maxLength": MAX_QUERY},
    description=(
        "words to search for in titles, teasers, headings, tags and texts, in the language of the "
        f'locale, at most {MAX_TERMS} words: `glass lid`, `"glass lid"`, `glass or tin`, `-lid`. '
        "The most relevant items come first, each with a `highlight`: HTML snippets in which "
        "`<mark>` is around what was found. Of more than 1,000 texts with all the words the "
        "newest 1,000 are ranked."
    ),
)


def _listed(name: str, item: dict[str, Any], description: str) -> OpenApiParameter:
    shape = {"type": "array", "items": item, "minItems": 1, "maxItems": MAX_LIMIT}
    return OpenApiParameter(
        name, shape, style="form", explode=False, description=f"{description}, separated by commas"
    )


FILTERS = [
    OpenApiParameter("topic", str, description="slug of a topic"),
    OpenApiParameter("tag", str, description="slug of a tag"),
    OpenApiParameter("product", str, description="SKU of a linked product"),
    OpenApiParameter("author", {"type": "integer", "minimum": 1}, description="id of an author"),
    _listed("ids", {"type": "string", "format": "uuid"}, "article ids"),
    CHANGED,
    SEARCH,
    selection.ITEM_FIELDS,
    selection.ITEM_INCLUDE,
]
PRODUCT_FILTERS = [
    _listed("ids", {"type": "string", "format": "uuid"}, "product ids"),
    _listed("skus", {"type": "string", "minLength": 1, "maxLength": 40}, "SKUs"),
    CHANGED,
    SEARCH,
    selection.ITEM_FIELDS,
]
FALLBACK = OpenApiParameter(
    "fallback",
    str,
    enum=["strict", "chain"],
    default="strict",
    description="`chain`: the whole document in the first released locale instead of a 404",
)


def text(query: Mapping[str, str], name: str) -> str:
    """Return a parameter, empty when it is missing."""
    value = str(query.get(name, ""))
    if "\x00" in value or len(value) > MAX_LENGTH:
        raise bad_parameter(name, "unusable characters or too long")
    return value


def limit(query: Mapping[str, str]) -> int:
    """Return how many items a page of a list has."""
    value = query.get("limit", "20")
    if not (value.isascii() and value.isdigit() and len(value) < 4):
        raise bad_parameter("limit", f"a number from 1 to {MAX_LIMIT}")
    if not 1 <= int(value) <= MAX_LIMIT:
        raise bad_parameter("limit", f"a number from 1 to {MAX_LIMIT}")
    return int(value)


def before(value: str) -> int:
    """Return the key that the items of the page come before."""
    return int(_opened(value, r"[0-9]{1,18}"))


def after(value: str) -> tuple[int, int]:
    """Return the relevance and the key that the items of the page of a search come after."""
    rank, _point, key = _opened(value, r"[0-9]{1,9}\.[0-9]{1,18}").partition(".")
    return int(rank), int(key)


def _opened(value: str, form: str) -> str:
    try:
        plain = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        plain = ""
    if not re.fullmatch(form, plain):
        raise bad_parameter("cursor", "not a cursor of this list")
    return plain


def _parts(query: Mapping[str, str], name: str) -> list[str]:
    parts = text(query, name).split(",")
    if len(parts) > MAX_LIMIT:
        raise bad_parameter(name, f"at most {MAX_LIMIT}, separated by commas")
    return [part.strip() for part in parts]


def ids(query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tokens of the ids of a comma-separated list, each once and in one order."""
    try:
        return tuple(sorted({f"id/{uuid.UUID(part)}" for part in _parts(query, "ids")}))
    except ValueError as error:
        raise bad_parameter("ids", "ids separated by commas") from error


def skus(query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tokens of the SKUs of a comma-separated list, each once and in one order."""
    return tuple(sorted({f"sku/{part}" for part in _parts(query, "skus")}))


def author(query: Mapping[str, str]) -> str:
    """Return the token of an author."""
    value = text(query, "author")
    if not re.fullmatch("[1-9][0-9]{0,17}", value):
        raise bad_parameter("author", "the id of an author")
    return f"author/{value}"


def words(query: Mapping[str, str]) -> str:
    """Return what is searched for, in its one spelling; empty when the parameter is missing."""
    if "q" not in query:
        return ""
    value = " ".join(unicodedata.normalize("NFC", text(query, "q")).split())
    if not value or len(value) > MAX_QUERY:
        raise bad_parameter("q", f"words, at most {MAX_QUERY} characters")
    if len(re.findall(r"\w+", value)) > MAX_TERMS:
        raise bad_parameter("q", f"at most {MAX_TERMS} words")
    return value


def moment(value: str) -> datetime:
    """Return the time of `updated_since`; a "+" that arrived as a space is one again."""
    try:
        found = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise bad_parameter("updated_since", "an RFC 3339 time with an offset")
    return found


def list_asked(kind: str, locale: str, query: Mapping[str, str]) -> ListAsked:
    """Return the page of a list that is asked for: the same page is the same value."""
    filters: dict[str, Any] = {}
    size, q = limit(query), words(query)
    if cursor := text(query, "cursor"):
        if q:
            filters["rank"], filters["before"] = after(cursor)
        else:
            filters["before"] = before(cursor)
    if kind == "article":
        for name, word in (("topic", "topic"), ("tag", "tag"), ("product", "about")):
            if value := text(query, name):
                filters[name] = f"{word}/{value}"
    readers = {"author": author} if kind == "article" else {"skus": skus}
    for name, read in ({"ids": ids} | readers).items():
        if name in query:
            filters[name] = read(query)
    if "updated_since" in query:
        filters["since"] = moment(text(query, "updated_since"))
    include: tuple[str, ...] = ()
    if kind == "article":
        include = selection.names(query, "include", selection.INCLUDE)
    fields = selection.item_fields(query)
    return ListAsked(kind, locale, size, tuple(sorted(filters.items())), q, fields, include)


def page_asked(kind: str, locale: str, address: str, query: Mapping[str, str]) -> PageAsked:
    """Return the text that is asked for."""
    fields = selection.detail_fields(kind, query)
    return PageAsked(kind, locale, address, falls_back(query), fields)


def falls_back(query: Mapping[str, str]) -> bool:
    """Whether a missing translation is answered in another locale."""
    value = text(query, "fallback") if "fallback" in query else "strict"
    if value not in ("strict", "chain"):
        raise bad_parameter("fallback", "strict or chain")
    return value == "chain"
