"""Server-rendered pages of released content, fed by the documents the REST API serves."""

import json
import math
from typing import Any

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shop_content.access.clients import client_of
from shop_content.models import Release
from shop_content.queries import addresses, documents
from shop_content.queries.addresses import Gone, Moved
from shop_content.queries.images import style_of
from shop_content.queries.serving import ListAsked
from shop_content.storefront.comments import CommentForm, fresh_form, refused, take
from shop_content.storefront.policy import policy_with
from shop_content.workflow.rendering import render_list
from shop_content.workflow.spend import TooMany, spend

LISTED = 24
_LARGEST_KEY = 2**63 - 1


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the blog in the first locale."""
    return HttpResponseRedirect(f"/{settings.CONTENT_LOCALES[0]}/blog/")


@require_safe
def blog(request: HttpRequest, locale: str) -> HttpResponse:
    """List the released articles, newest first; `older` is the key of the last one shown."""
    if locale not in settings.CONTENT_LOCALES:
        return _elsewhere(request, locale)
    older = request.GET.get("older", "")
    if older and not (older.isascii() and older.isdigit() and int(older) <= _LARGEST_KEY):
        return missing(request, locale)
    filters = (("before", int(older)),) if older else ()
    rows = render_list(ListAsked("article", locale, LISTED, filters)).rows
    shown = rows[:LISTED]
    addresses = [{"hreflang": code, "url": f"/{code}/blog/"} for code in settings.CONTENT_LOCALES]
    context = {
        "items": [json.loads(row.item or b"") for row in shown],
        "older": shown[-1].release if len(rows) > LISTED else None,
        "alternates": [*addresses, {**addresses[0], "hreflang": "x-default"}],
    }
    return _page(request, "storefront/blog.html", locale, context)


@require_safe
def article(request: HttpRequest, locale: str, slug: str) -> HttpResponse:
    """Show a released article."""
    return _document(request, "article", locale, slug)


@require_safe
def product(request: HttpRequest, locale: str, slug: str) -> HttpResponse:
    """Show a product's released copy."""
    return _document(request, "product", locale, slug)


def _document(request: HttpRequest, kind: str, locale: str, slug: str) -> HttpResponse:
    if locale not in settings.CONTENT_LOCALES:
        return _elsewhere(request, locale)
    if "\x00" in slug:
        return missing(request, locale)
    found = addresses.find(kind, locale, slug)
    if found is None:
        return missing(request, locale)
    if isinstance(found, Moved):
        return HttpResponsePermanentRedirect(found.url, preserve_request=True)
    if isinstance(found, Gone):
        return _page(request, "storefront/gone.html", locale, {}, status=410)
    return _text(request, found)


def _text(request: HttpRequest, release: Release, form: CommentForm | None = None) -> HttpResponse:
    """Show a live text; `form`: a comment that was not taken, with what is wrong."""
    document = documents.page_of(release).document
    context = {"document": document, "alternates": document["alternates"]}
    if release.article:
        context |= {
            "comments": documents.comments_of(release.article, release.locale),
            "comment_form": form or fresh_form(release.article, release.locale),
            "comment_taken": request.GET.get("comment") == "waiting",
        }
    status = 400 if form else 200
    return _page(request, f"storefront/{release.kind}.html", release.locale, context, status)


@csrf_exempt  # storefront/comments.py says why
@require_POST
def comments(request: HttpRequest, locale: str, slug: str) -> HttpResponse:
    """Take a reader's comment on a live article."""
    if locale not in settings.CONTENT_LOCALES:
        return missing(request)
    found = addresses.find("article", locale, slug)
    if not isinstance(found, Release) or found.article is None:
        return _document(request, "article", locale, slug)
    with translation.override(locale):
        try:
            spend("write", client_of(request.META, settings.TRUSTED_PROXIES))
            taken = take(request, found.article, locale)
        except TooMany as error:
            return _too_many(request, found, refused(request, found.article, locale), error.wait)
    if isinstance(taken, CommentForm):
        return _text(request, found, taken)
    return HttpResponseRedirect(f"{found.data['url']}?comment=waiting#comments")


def _too_many(
    request: HttpRequest, release: Release, form: CommentForm, wait: float
) -> HttpResponse:
    """Show what was typed again, with a word on how long to wait."""
    response = _text(request, release, form)
    response.status_code = 429
    response["Retry-After"] = str(math.ceil(wait))
    return response


def _elsewhere(request: HttpRequest, locale: str) -> HttpResponse:
    """Lead from `/DE/…` to `/de/…`; any other locale is none of ours."""
    if locale.lower() in settings.CONTENT_LOCALES:
        address = request.get_full_path().replace(f"/{locale}/", f"/{locale.lower()}/", 1)
        return HttpResponsePermanentRedirect(address, preserve_request=True)
    return missing(request)


def missing(request: HttpRequest, locale: str = "") -> HttpResponse:
    """Answer for an address where nothing is, and nothing unreleased is either."""
    locale = locale if locale in settings.CONTENT_LOCALES else settings.CONTENT_LOCALES[0]
    return _page(request, "storefront/missing.html", locale, {}, status=404)


def _page(
    request: HttpRequest, template: str, locale: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render in the content's locale, whatever the reader's browser prefers."""
    style = style_of(context)
    shared = {"locale": locale, "shop_name": settings.SHOP_NAME, "preview": False}
    shared["picture_style"] = style
    with translation.override(locale):
        response = render(request, template, shared | context, status=status)
    response["Content-Language"] = locale
    response["Content-Security-Policy"] = policy_with(style)
    # A browser asks every time: a withdrawn text must not come back from its cache.
    response["Cache-Control"] = "public, no-cache"
    return response
