"""Query parameters: read strictly, refused by name. Unknown ones are nobody's business."""

import base64
import binascii
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter

from shop_content.api.problems import bad_parameter
from shop_content.queries.serving import ListAsked

MAX_LIMIT = 100
MAX_LENGTH = 4000

PAGE = [
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
        description="how many items at most",
    ),
]
FILTERS = [
    OpenApiParameter("topic", str, description="slug of a topic"),
    OpenApiParameter("tag", str, description="slug of a tag"),
    OpenApiParameter("product", str, description="SKU of a linked product"),
    OpenApiParameter(
        "ids",
        {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": MAX_LIMIT},
        style="form",
        explode=False,
        description="article ids, separated by commas",
    ),
    OpenApiParameter("updated_since", datetime, description="RFC 3339, with an offset"),
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
    try:
        plain = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("ascii")
        if not (plain.isdigit() and len(plain) < 19):
            raise ValueError(plain)
        return int(plain)
    except (ValueError, binascii.Error) as error:
        raise bad_parameter("cursor", "not a cursor of this list") from error


def ids(value: str) -> list[uuid.UUID]:
    """Return the ids of a comma-separated list."""
    parts = value.split(",")
    if len(parts) > MAX_LIMIT:
        raise bad_parameter("ids", f"at most {MAX_LIMIT} ids")
    try:
        return [uuid.UUID(part.strip()) for part in parts]
    except ValueError as error:
        raise bad_parameter("ids", "article ids separated by commas") from error


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
    """Return the page of a list that is asked for; products have no filters."""
    filters: dict[str, Any] = {}
    size = limit(query)
    if cursor := text(query, "cursor"):
        filters["before"] = before(cursor)
    if kind == "article":
        for name, word in (("topic", "topic"), ("tag", "tag"), ("product", "about")):
            if value := text(query, name):
                filters[name] = f"{word}/{value}"
        if "ids" in query:
            filters["ids"] = tuple(f"id/{one}" for one in ids(text(query, "ids")))
        if "updated_since" in query:
            filters["since"] = moment(text(query, "updated_since"))
    return ListAsked(kind, locale, size, tuple(sorted(filters.items())))


def falls_back(query: Mapping[str, str]) -> bool:
    """Whether a missing translation is answered in another locale."""
    value = text(query, "fallback") if "fallback" in query else "strict"
    if value not in ("strict", "chain"):
        raise bad_parameter("fallback", "strict or chain")
    return value == "chain"
