"""The storefront's REST API, version 1: released content only."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop_content.api import parameters, schemas
from shop_content.api.base import PublicView, answer, moved
from shop_content.api.problems import Problem, not_found
from shop_content.models import Release
from shop_content.queries import documents
from shop_content.queries.documents import Gone, Moved

LIST_ANSWERS = {
    200: schemas.ListDocument,
    308: schemas.MovedDocument,
    **schemas.problems(400, 404, 405),
}
DETAIL_ANSWERS = {308: schemas.MovedDocument, **schemas.problems(400, 404, 405, 410)}


class ArticleList(PublicView):
    """Released articles, the newest first."""

    @extend_schema(
        operation_id="articles_list",
        parameters=[*parameters.PAGE, *parameters.FILTERS],
        responses=LIST_ANSWERS,
    )
    def get(self, request: Request, locale: str) -> Response:
        """List the released articles of a locale."""
        rows = documents.of_kind("article").filter(locale=locale)
        query = request.query_params
        if topic := parameters.text(query, "topic"):
            rows = rows.saying(topic__slug=topic)
        if tag := parameters.text(query, "tag"):
            rows = rows.saying(tags__contains=[{"slug": tag}])
        if sku := parameters.text(query, "product"):
            rows = rows.saying(product_refs__contains=[{"sku": sku}])
        if "ids" in query:
            ids = parameters.ids(parameters.text(query, "ids"))
            rows = rows.filter(article__uuid__in=ids)
        if "updated_since" in query:
            since = parameters.moment(parameters.text(query, "updated_since"))
            rows = rows.filter(released_at__gte=since)
        return _list(request, rows, locale)


class ProductList(PublicView):
    """Released product copy."""

    @extend_schema(
        operation_id="products_list", parameters=parameters.PAGE, responses=LIST_ANSWERS
    )
    def get(self, request: Request, locale: str) -> Response:
        """List the released products of a locale."""
        return _list(request, documents.of_kind("product").filter(locale=locale), locale)


class ArticleDetail(PublicView):
    """One released article."""

    @extend_schema(
        operation_id="articles_detail",
        parameters=[parameters.FALLBACK],
        responses={200: schemas.ArticleDocument, **DETAIL_ANSWERS},
    )
    def get(self, request: Request, locale: str, slug: str) -> Response:
        """Return the article at this address."""
        return _detail(request, "article", locale, slug)


class ProductDetail(PublicView):
    """One product's released copy with the articles that link it."""

    @extend_schema(
        operation_id="products_detail",
        parameters=[parameters.FALLBACK],
        responses={200: schemas.ProductDocument, **DETAIL_ANSWERS},
    )
    def get(self, request: Request, locale: str, slug: str) -> Response:
        """Return the product with this slug or SKU."""
        return _detail(request, "product", locale, slug)


class Locales(PublicView):
    """The locales that are served."""

    @extend_schema(
        operation_id="locales_list",
        responses={200: schemas.LocalesDocument, **schemas.problems(405)},
    )
    def get(self, request: Request) -> Response:
        """List the locales with their fallback chain and how much is released in each."""

        def body() -> tuple[dict[str, Any], list[str]]:
            counts = documents.counts()
            items = [
                {
                    "locale": locale,
                    "fallback_chain": chain_of(locale),
                    "articles": counts[locale, "article"],
                    "products": counts[locale, "product"],
                }
                for locale in settings.CONTENT_LOCALES
            ]
            return {"items": items}, [f"locale:{locale}" for locale in settings.CONTENT_LOCALES]

        return answer(request, documents.generation(), body)


def chain_of(locale: str) -> list[str]:
    """Return the locales tried for `locale`: itself, its language, then the others in order."""
    chain = [locale, locale.split("-", maxsplit=1)[0], *settings.CONTENT_LOCALES]
    return [code for code in dict.fromkeys(chain) if code in settings.CONTENT_LOCALES]


def _detail(request: Request, kind: str, locale: str, address: str) -> Response:
    may_fall_back = parameters.falls_back(request.query_params)
    current = documents.generation()
    found = documents.find(kind, locale, address)
    if isinstance(found, Gone):
        raise Problem(410, "withdrawn", "This text has been withdrawn.")
    if isinstance(found, Moved):
        return moved(request, _here(found.url))
    chain = chain_of(locale)
    release = found or documents.first_in(chain, kind, address)
    if release is None:
        raise not_found()
    by_sku = kind == "product" and release.data["sku"] == address
    if release.locale == locale:
        if found is None and not by_sku:
            return moved(request, _here(release.data["url"]))
    elif not may_fall_back:
        detail = "There is no released text in this locale at this address."
        others = next(iter(documents.alternates([release]).values()))
        raise Problem(404, "translation_missing", detail, alternates=_absolute(others))

    def body() -> tuple[dict[str, Any], list[str]]:
        document = documents.page_of(release, requested=locale, chain=chain)
        document["alternates"] = _absolute(document["alternates"])
        return document, document["cache"]["tags"]

    return answer(
        request,
        documents.etag_of(release, current, requested=locale),
        body,
        language=release.locale,
        last_modified=release.released_at,
    )


def _list(request: Request, rows: QuerySet[Release], locale: str) -> Response:
    limit = parameters.limit(request.query_params)
    if cursor := parameters.text(request.query_params, "cursor"):
        rows = rows.filter(pk__lt=parameters.before(cursor))
    current = documents.generation()
    found = list(rows.order_by("-pk")[: limit + 1])

    def body() -> tuple[dict[str, Any], list[str]]:
        items = documents.list_items(found[:limit], current)
        for item in items:
            item["alternates"] = _absolute(item["alternates"])
        following = parameters.cursor(found[limit - 1].pk) if len(found) > limit else None
        return {"items": items, "next_cursor": following}, [f"locale:{locale}"]

    return answer(
        request,
        current,
        body,
        language=locale,
        last_modified=max((row.released_at for row in found), default=None),
    )


def _here(url: str) -> str:
    """Return the address in this API of a page of the storefront."""
    return f"/api/v1{url.replace('/blog/', '/articles/', 1)}"


def _absolute(alternates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return alternates as hreflang wants them: search engines do not read relative ones."""
    return [one | {"url": settings.STOREFRONT_ORIGIN + one["url"]} for one in alternates]
