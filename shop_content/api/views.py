"""The storefront's REST API, version 1: released content only."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from shop_content.api import parameters, schemas, selection, sparse
from shop_content.api.answers import coding_of, find_page, found_in
from shop_content.api.base import PublicView, answer, moved
from shop_content.api.problems import Problem, not_found, refuse_missing
from shop_content.queries import serving
from shop_content.queries.addresses import Gone, Moved, Untranslated
from shop_content.queries.serving import narrowed
from shop_content.workflow.rendering import render_list, render_page

LIST_ANSWERS = {
    200: sparse.LIST,
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
    def get(self, request: Request, locale: str) -> HttpResponseBase:
        """List the released articles of a locale."""
        return _list(request, "article", locale)


class ProductList(PublicView):
    """Released product copy."""

    @extend_schema(
        operation_id="products_list",
        parameters=[*parameters.PAGE, *parameters.PRODUCT_FILTERS],
        responses=LIST_ANSWERS,
    )
    def get(self, request: Request, locale: str) -> HttpResponseBase:
        """List the released products of a locale."""
        return _list(request, "product", locale)


class ArticleDetail(PublicView):
    """One released article."""

    @extend_schema(
        operation_id="articles_detail",
        parameters=[parameters.FALLBACK, selection.DETAIL_FIELDS["article"]],
        responses={200: sparse.ARTICLE, **DETAIL_ANSWERS},
    )
    def get(self, request: Request, locale: str, slug: str) -> HttpResponseBase:
        """Return the article at this address."""
        return _detail(request, "article", locale, slug)


class ProductDetail(PublicView):
    """One product's released copy with the articles that link it."""

    @extend_schema(
        operation_id="products_detail",
        parameters=[parameters.FALLBACK, selection.DETAIL_FIELDS["product"]],
        responses={200: sparse.PRODUCT, **DETAIL_ANSWERS},
    )
    def get(self, request: Request, locale: str, slug: str) -> HttpResponseBase:
        """Return the product with this slug or SKU."""
        return _detail(request, "product", locale, slug)


class Locales(PublicView):
    """The locales that are served."""

    @extend_schema(
        operation_id="locales_list",
        responses={200: schemas.LocalesDocument, **schemas.problems(405)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """List the locales with their fallback chain and how much is released in each."""
        return answer(request, serving.find_locales())


def _detail(request: Request, kind: str, locale: str, address: str) -> HttpResponseBase:
    asked = parameters.page_asked(kind, locale, address, request.query_params)
    coding = coding_of(request.headers.get("Accept-Encoding", ""))
    if found := find_page(asked, coding):
        return answer(request, found, coding)
    made = render_page(asked)
    if isinstance(made, Gone):
        raise Problem(410, "withdrawn", "This text has been withdrawn.")
    if isinstance(made, Moved):
        return moved(request, _here(made.url))
    if isinstance(made, Untranslated):
        raise refuse_missing(made)
    if made is None:
        raise not_found()
    if asked.fields:
        return answer(request, narrowed(found_in(made), asked.fields))
    return answer(request, found_in(made, coding), coding)


def _list(request: Request, kind: str, locale: str) -> HttpResponseBase:
    asked = parameters.list_asked(kind, locale, request.query_params)
    return answer(request, serving.as_list(asked, render_list(asked)))


def _here(url: str) -> str:
    """Return the address in this API of a page of the storefront."""
    return f"/api/v1{url.replace('/blog/', '/articles/', 1)}"
