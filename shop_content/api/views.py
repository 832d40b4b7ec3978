"""The storefront's REST API, version 1: released content only."""

import base64
import binascii
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop_content.api import schemas
from shop_content.api.problems import Problem, bad_parameter, not_found
from shop_content.models import Release
from shop_content.queries import documents
from shop_content.queries.documents import Gone, Moved, Page

MAX_LIMIT = 100
PROBLEM = OpenApiResponse(schemas.ProblemDocument, description="RFC 9457 problem")
LIST_PARAMETERS = [
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
    OpenApiParameter("limit", int, description="1 to 100, 20 unless given"),
]
DETAIL_ANSWERS = {
    308: schemas.MovedDocument,
    400: PROBLEM,
    404: PROBLEM,
    405: PROBLEM,
    410: PROBLEM,
}


class PublicView(APIView):
    """Reads only; the language comes from the path, never from a header."""

    http_method_names = ["get", "head", "options"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown locales and unusable addresses before anything is read."""
        super().initial(request, *args, **kwargs)
        locale = kwargs.get("locale")
        if "\x00" in kwargs.get("slug", ""):  # PostgreSQL cannot even compare with it
            raise not_found()
        if locale is not None and locale not in settings.CONTENT_LOCALES:
            raise Problem(404, "unknown_locale", "This locale is not served.")


class ArticleList(PublicView):
    """Released articles, the newest first."""

    @extend_schema(
        operation_id="articles_list",
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("topic", str, description="slug of a topic"),
            OpenApiParameter("tag", str, description="slug of a tag"),
            OpenApiParameter("product", str, description="SKU of a linked product"),
            OpenApiParameter("ids", str, description="article ids, separated by commas"),
            OpenApiParameter("updated_since", datetime, description="RFC 3339"),
        ],
        responses={200: schemas.ListDocument, 400: PROBLEM, 404: PROBLEM, 405: PROBLEM},
    )
    def get(self, request: Request, locale: str) -> Response:
        """List the released articles of a locale."""
        rows = documents.of_kind("article").filter(locale=locale)
        query = request.query_params
        if topic := _text(query, "topic"):
            rows = rows.saying(topic__slug=topic)
        if tag := _text(query, "tag"):
            rows = rows.saying(tags__contains=[{"slug": tag}])
        if sku := _text(query, "product"):
            rows = rows.saying(product_refs__contains=[{"sku": sku}])
        if ids := _text(query, "ids"):
            rows = rows.filter(article__uuid__in=_uuids(ids))
        if since := _text(query, "updated_since"):
            rows = rows.filter(released_at__gte=_moment(since))
        return _list(request, rows, locale)


class ProductList(PublicView):
    """Released product copy."""

    @extend_schema(
        operation_id="products_list",
        parameters=LIST_PARAMETERS,
        responses={200: schemas.ListDocument, 400: PROBLEM, 404: PROBLEM, 405: PROBLEM},
    )
    def get(self, request: Request, locale: str) -> Response:
        """List the released products of a locale."""
        return _list(request, documents.of_kind("product").filter(locale=locale), locale)


FALLBACK = OpenApiParameter(
    "fallback",
    str,
    enum=["strict", "chain"],
    description="`chain`: the whole document in the first released locale instead of a 404",
)


class ArticleDetail(PublicView):
    """One released article."""

    @extend_schema(
        operation_id="articles_detail",
        parameters=[FALLBACK],
        responses={200: schemas.ArticleDocument, **DETAIL_ANSWERS},
    )
    def get(self, request: Request, locale: str, slug: str) -> Response:
        """Return the article at this address."""
        return _detail(request, "article", locale, slug)


class ProductDetail(PublicView):
    """One product's released copy with the articles that link it."""

    @extend_schema(
        operation_id="products_detail",
        parameters=[FALLBACK],
        responses={200: schemas.ProductDocument, **DETAIL_ANSWERS},
    )
    def get(self, request: Request, locale: str, slug: str) -> Response:
        """Return the product with this slug or SKU."""
        by_sku = documents.of_kind("product").filter(locale=locale).saying(sku=slug)
        release = by_sku.first()
        return (
            _page(request, documents.page_of(release))
            if release
            else _detail(request, "product", locale, slug)
        )


class Locales(PublicView):
    """The locales that are served."""

    @extend_schema(
        operation_id="locales_list", responses={200: schemas.LocalesDocument, 405: PROBLEM}
    )
    def get(self, request: Request) -> Response:
        """List the locales with their fallback chain and how much is released in each."""
        items = [
            {
                "locale": locale,
                "fallback_chain": chain_of(locale),
                "articles": documents.of_kind("article").filter(locale=locale).count(),
                "products": documents.of_kind("product").filter(locale=locale).count(),
            }
            for locale in settings.CONTENT_LOCALES
        ]
        return _cached(Response({"items": items}))


def chain_of(locale: str) -> list[str]:
    """Return the locales tried for `locale`: itself, its language, then the others in order."""
    chain = [locale, locale.split("-", maxsplit=1)[0], *settings.CONTENT_LOCALES]
    return [code for code in dict.fromkeys(chain) if code in settings.CONTENT_LOCALES]


def _detail(request: Request, kind: str, locale: str, slug: str) -> Response:
    fallback = _text(request.query_params, "fallback") or "strict"
    if fallback not in ("strict", "chain"):
        raise bad_parameter("fallback", "strict or chain")
    found = documents.find(kind, locale, slug)
    if isinstance(found, Gone):
        raise Problem(410, "withdrawn", "This text has been withdrawn.")
    if isinstance(found, Moved):
        location = f"/api/v1{found.url.replace('/blog/', '/articles/', 1)}"
        response = Response({"location": location, "code": "moved"}, status=308)
        response["Location"] = location
        return _cached(response)
    if found is None:
        return _in_another_locale(request, kind, locale, slug, fallback)
    return _page(request, documents.page_of(found))


def _in_another_locale(
    request: Request, kind: str, locale: str, slug: str, fallback: str
) -> Response:
    """Answer for a slug that another locale uses: alternates, or the document when asked for."""
    chain = chain_of(locale)
    others = {
        release.locale: release
        for release in documents.of_kind(kind).filter(slug=slug).exclude(locale=locale)
    }
    if not others:
        raise not_found()
    release = next(others[code] for code in chain if code in others)
    own = documents.of_kind(kind).filter(**{kind: release.subject}, locale=locale).first()
    if fallback == "chain":
        if own:
            return _page(request, documents.page_of(own))
        return _page(request, documents.page_of(release, requested=locale, chain=chain))
    named = documents.alternates([release])
    alternates = next(iter(named.values()))
    detail = "There is no released text in this locale at this address."
    raise Problem(404, "translation_missing", detail, alternates=alternates)


def _list(request: Request, rows: QuerySet[Release], locale: str) -> Response:
    limit = _limit(request.query_params.get("limit"))
    if cursor := _text(request.query_params, "cursor"):
        rows = rows.filter(pk__lt=_before(cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    following = _cursor(found[limit - 1].pk) if len(found) > limit else None
    data = {"items": documents.list_items(found[:limit]), "next_cursor": following}
    response = _cached(Response(data), f"locale:{locale}")
    response["Content-Language"] = locale
    return response


def _page(request: Request, page: Page) -> Response:
    etag = f'"{page.etag}"'
    known = {
        tag.strip().removeprefix("W/") for tag in _header(request, "If-None-Match").split(",")
    }
    fresh = etag in known or "*" in known
    response = Response(status=304) if fresh else Response(page.document)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(page.last_modified.timestamp())
    response["Content-Language"] = page.locale
    return _cached(response, *page.document["cache"]["tags"])


def _cached(response: Response, *tags: str) -> Response:
    response["Cache-Control"] = "public, max-age=60, s-maxage=60, stale-while-revalidate=60"
    if tags:
        response["Cache-Tag"] = ",".join(tags)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _header(request: Request, name: str) -> str:
    return str(request.headers.get(name, ""))


def _text(query: Any, name: str) -> str:
    value = str(query.get(name, ""))
    if "\x00" in value or len(value) > 4000:
        raise bad_parameter(name, "unusable characters or too long")
    return value


def _limit(value: str | None) -> int:
    if value is None:
        return 20
    if not (
        value.isascii() and value.isdigit() and len(value) < 4 and 1 <= int(value) <= MAX_LIMIT
    ):
        raise bad_parameter("limit", f"a number from 1 to {MAX_LIMIT}")
    return int(value)


def _cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def _before(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if not (text.isdigit() and len(text) < 19):
            raise ValueError(text)
        return int(text)
    except (ValueError, binascii.Error) as error:
        raise bad_parameter("cursor", "not a cursor of this list") from error


def _uuids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one.strip()) for one in text.split(",")][:MAX_LIMIT]
    except ValueError as error:
        raise bad_parameter("ids", "article ids separated by commas") from error


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise bad_parameter("updated_since", "an RFC 3339 time with an offset")
    return moment
