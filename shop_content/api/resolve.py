"""What is at an address of the storefront: for routers that know a path and nothing else."""

import json
import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from django.conf import settings
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from shop_content.api import parameters, schemas
from shop_content.api.answers import find_page, found_in
from shop_content.api.base import PublicView, answer
from shop_content.api.problems import Problem, bad_parameter, not_found, refuse_missing
from shop_content.queries import serving
from shop_content.queries.addresses import Gone, Moved, Untranslated
from shop_content.queries.serving import Found, PageAsked
from shop_content.workflow.rendering import render_page

# Ours and those of other systems: /blogs/<blog>/<slug>, /collections/<name>/products/<slug>.
_PAGE = re.compile(
    r"/(?:(?P<locale>[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})?)/)?"
    r"(?:(?P<article>blog|blogs|articles)(?:/[^/]+)?"
    r"|(?:collections/[^/]+/)?products)/(?P<slug>[^/]+)/?"
)
PATH = OpenApiParameter(
    "path",
    str,
    required=True,
    description="path or URL of a page, with or without a locale, for example /de/blog/magnesium/",
)
NOTHING = dict.fromkeys(("id", "locale", "slug", "canonical", "redirect"))


@dataclass(frozen=True)
class Place:
    """A page of the storefront. `locale`: "" when the path has none."""

    kind: str
    locale: str
    slug: str


class Resolve(PublicView):
    """Find a page by its path."""

    @extend_schema(
        operation_id="resolve",
        parameters=[PATH],
        responses={200: schemas.ResolvedDocument, **schemas.problems(400, 404, 405, 410)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Tell what is live at a path, or where it has moved."""
        if "path" not in request.query_params:
            raise bad_parameter("path", "the path of a page")
        place = read_path(parameters.text(request.query_params, "path"))
        if place is None:
            raise not_found()
        locales = [place.locale] if place.locale else settings.CONTENT_LOCALES
        for locale in locales:
            if found := find_page(PageAsked(place.kind, locale, place.slug), "body"):
                return answer(request, _resolved(found, place.kind))
        return answer(request, _elsewhere(place, locales[0]))


def read_path(path: str) -> Place | None:
    """Return the page a path leads to; None: there can be none."""
    own = path.strip().removeprefix(settings.STOREFRONT_ORIGIN)
    page = _PAGE.fullmatch(unquote(re.split("[?#]", own, maxsplit=1)[0]))
    if page is None or "\x00" in page["slug"]:
        return None
    locale = (page["locale"] or "").lower()
    if locale and locale not in settings.CONTENT_LOCALES:
        return None
    return Place("article" if page["article"] else "product", locale, page["slug"])


def _resolved(found: Found, kind: str) -> Found:
    whole = json.loads(found.body)
    return _told(
        found,
        {
            "type": kind,
            **NOTHING,
            **{name: whole[name] for name in ("id", "locale", "slug")},
            "canonical": whole["seo"]["canonical"],
        },
    )


def _elsewhere(place: Place, locale: str) -> Found:
    """Return what became of a page; what is live but not rendered is rendered."""
    made = render_page(PageAsked(place.kind, locale, place.slug))
    if made is None:
        raise not_found()
    if isinstance(made, Gone):
        raise Problem(410, "withdrawn", "This text has been withdrawn.")
    if isinstance(made, Untranslated):
        raise refuse_missing(made)
    if isinstance(made, Moved):
        tag = f"locale:{locale}"
        return _told(Found("", b"", tag), {"type": "redirect", **NOTHING, "redirect": made.url})
    return _resolved(found_in(made), place.kind)


def _told(found: Found, document: dict[str, object]) -> Found:
    body = serving.as_json(document)
    return replace(found, etag=serving.etag_of(body), body=body)
