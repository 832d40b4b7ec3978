"""Filters of the storefront's templates."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from shop_content.models import SaltKind
from shop_content.queries.images import MEDIA_TYPES, class_of

register = template.Library()


@register.filter
def moment(text: str) -> datetime:
    """Return the time an RFC 3339 text names."""
    return datetime.fromisoformat(text)


@register.filter
def entries(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a list block's items: `block.items` is a method of mappings in templates."""
    items: list[dict[str, Any]] = block["items"]
    return items


@register.filter
def compound(kind: str) -> str:
    """Return the name of a compound in the page's language."""
    return str(SaltKind(kind).label)


@register.filter
def by_format(image: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the files of an image by format, each with the largest; the last is for everybody."""
    found: dict[str, dict[str, Any]] = {}
    for file in image["sources"]:
        one = found.setdefault(file["format"], {"srcset": "", "media_type": ""})
        one["srcset"] += f"{', ' if one['srcset'] else ''}{file['url']} {file['w']}w"
        one |= {"media_type": MEDIA_TYPES[file["format"]], "src": file["url"]}
        one |= {"w": file["w"], "h": file["h"]}
    return list(found.values())


@register.filter
def picture_class(image: dict[str, Any]) -> str:
    """Return the class that gives a picture its colour and centre (`storefront.colours`)."""
    return class_of(image)


@register.filter
def absolute(url: str) -> str:
    """Return the address with its origin: search engines do not read relative alternates."""
    return urljoin(settings.STOREFRONT_ORIGIN, url)


@register.filter
def linked_data(data: dict[str, Any]) -> SafeString:
    """Return a JSON-LD script element. `json_script` escapes what could end the element."""
    text = json_script(json.loads(json.dumps(data)))
    return mark_safe(text.replace("application/json", "application/ld+json", 1))  # noqa: S308
