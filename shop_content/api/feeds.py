"""Everything that is released in a locale, for search engines and feed readers."""

import json
import re
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from shop_content.api import parameters, schemas, xml
from shop_content.api.base import PublicView, answer
from shop_content.queries import serving
from shop_content.queries.images import absolute, largest
from shop_content.queries.serving import Found, ListAsked
from shop_content.workflow.rendering import render_list

# Entries of the feed, addresses of a sitemap file: 50,000 are allowed, but anybody may ask for it.
NEWEST, LARGEST = 20, 2_000


class Feed(PublicView):
    """The newest articles as Atom."""

    @extend_schema(
        operation_id="feed",
        responses={
            (200, xml.ATOM_TYPE): OpenApiResponse(OpenApiTypes.STR, "Atom, RFC 4287"),
            308: schemas.MovedDocument,
            **schemas.problems(404, 405),
        },
    )
    def get(self, request: Request, locale: str) -> HttpResponseBase:
        """Return the feed of a locale."""
        asked = ListAsked("article", locale, NEWEST)
        found = serving.as_list(asked, render_list(asked))
        items = json.loads(found.body)["items"]
        path = f"{settings.STOREFRONT_ORIGIN}{request.path}"
        return answer(
            request, _said(found, xml.atom(items, locale=locale, path=path), xml.ATOM_TYPE)
        )


class Sitemap(PublicView):
    """Addresses of all that is released in a locale."""

    @extend_schema(
        operation_id="sitemap",
        parameters=parameters.PAGE,
        responses={
            200: schemas.SitemapDocument,
            308: schemas.MovedDocument,
            **schemas.problems(400, 404, 405),
        },
    )
    def get(self, request: Request, locale: str) -> HttpResponseBase:
        """List the pages of a locale, the newest first, with their translations and pictures."""
        asked = parameters.list_asked("text", locale, request.query_params)
        listed = serving.as_list(asked, render_list(asked))
        document = json.loads(listed.body)
        document["items"] = [_entry(item) for item in document["items"]]
        body = serving.as_json(document)
        return answer(request, _said(listed, body, listed.media_type))


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """Name the sitemap files of all locales."""
    urls = []
    for locale, keys in serving.every(LARGEST).items():
        file = f"{settings.STOREFRONT_ORIGIN}/{locale}/sitemap.xml"
        urls += [file, *(f"{file}?before={key}" for key in keys)]
    body = xml.index(urls)
    tags = ",".join(f"locale:{locale}" for locale in settings.CONTENT_LOCALES)
    found = Found(serving.etag_of(body), body, tags, media_type=xml.SITEMAP_TYPE)
    return answer(request, found)


@require_safe
def sitemap_file(request: HttpRequest, locale: str) -> HttpResponseBase:
    """Return a sitemap of a locale; `before`: only of releases before the one of that key."""
    key = request.GET.get("before", "")
    if locale not in settings.CONTENT_LOCALES or not re.fullmatch("([1-9][0-9]{0,17})?", key):
        raise Http404
    asked = ListAsked("text", locale, LARGEST, (("before", int(key)),) if key else ())
    rows = render_list(asked)
    entries = [_entry(json.loads(row.item or b"")) for row in rows.rows[:LARGEST]]
    listed = serving.as_list(asked, rows)
    return answer(request, _said(listed, xml.urlset(entries), xml.SITEMAP_TYPE))


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    image = item["hero_image"]
    return {
        "url": settings.STOREFRONT_ORIGIN + item["url"],
        "lastmod": item["updated_at"],
        "alternates": item["alternates"],
        "images": [absolute(largest(image))] if image else [],
    }


def _said(found: Found, body: bytes, media_type: str) -> Found:
    """Return the answer that says in other words what a list says."""
    return replace(found, etag=serving.etag_of(body), body=body, media_type=media_type)
