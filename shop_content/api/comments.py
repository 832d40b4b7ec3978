"""Comments of readers: read those that are shown, hand in one that waits for a decision."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import translation
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop_content.api import parameters, schemas
from shop_content.api.base import PublicView, answer, moved
from shop_content.api.problems import Problem, not_found, refuse_missing
from shop_content.models import Release
from shop_content.queries import addresses
from shop_content.queries.addresses import Gone, Moved
from shop_content.queries.comments import CommentsAsked, find_comments
from shop_content.workflow.comment import comment
from shop_content.workflow.errors import Full, Invalid
from shop_content.workflow.rendering import untranslated

FIELDS = ("name", "text")
WAIT_SECONDS = "3600"


class Comments(PublicView):
    """The comments of an article."""

    http_method_names = ["get", "head", "options", "post"]

    @extend_schema(
        operation_id="comments_list",
        parameters=parameters.PAGE,
        responses={
            200: schemas.CommentsDocument,
            308: schemas.MovedDocument,
            **schemas.problems(400, 404, 405, 410),
        },
    )
    def get(self, request: Request, locale: str, slug: str) -> HttpResponseBase:
        """List the comments that are shown, the oldest first."""
        after = parameters.text(request.query_params, "cursor")
        asked = CommentsAsked(
            locale,
            slug,
            parameters.limit(request.query_params),
            parameters.before(after) if after else 0,
        )
        found = find_comments(asked)
        if found is None:
            return self._elsewhere(request, locale, slug)
        return answer(request, found)

    @extend_schema(
        operation_id="comments_submit",
        request=schemas.NewComment,
        responses={
            202: schemas.CommentTaken,
            308: schemas.MovedDocument,
            **schemas.problems(400, 404, 405, 410, 413, 415, 429, 503),
        },
    )
    def post(self, request: Request, locale: str, slug: str) -> HttpResponseBase:
        """Hand in a comment. It is shown once somebody has approved it."""
        found = addresses.find("article", locale, slug)
        if not isinstance(found, Release) or found.article is None:
            return self._elsewhere(request, locale, slug)
        with translation.override(locale):
            given = _given(request.data)
            try:
                comment(found.article, locale=locale, name=given["name"], text=given["text"])
            except Full as error:
                raise Problem(
                    503, "comments_full", str(error), retry_after=WAIT_SECONDS
                ) from error
            except Invalid as error:
                raise _invalid({error.field or "text": str(error)}) from error
        return Response({"status": "waiting"}, status=202, headers={"Cache-Control": "no-store"})

    def _elsewhere(self, request: Request, locale: str, slug: str) -> HttpResponseBase:
        """Answer where no article is live as the article itself would."""
        found = addresses.locate("article", locale, slug)
        if isinstance(found, Gone):
            raise Problem(410, "withdrawn", "This text has been withdrawn.")
        if isinstance(found, Moved):
            there = found.url.replace("/blog/", "/articles/", 1)
            return moved(request, f"/api/v1{there}comments/")
        if found is None or found.locale == locale:
            raise not_found()
        raise refuse_missing(untranslated(found))


def _given(data: Any) -> dict[str, str]:
    """Return the fields of a comment. Raises the 400 that names what is wrong with which."""
    if not isinstance(data, dict):
        raise _invalid({"": "an object with name, text and consent"})
    wrong = {name: "text is needed" for name in FIELDS if not isinstance(data.get(name), str)}
    if data.get("consent") is not True:
        wrong["consent"] = "true is needed: without it a comment may not be kept"
    if wrong:
        raise _invalid(wrong)
    return {name: data[name] for name in FIELDS}


def _invalid(wrong: dict[str, str]) -> Problem:
    errors = [
        {"field": name, "code": "invalid", "detail": detail} for name, detail in wrong.items()
    ]
    return Problem(400, "invalid_comment", "The comment was not taken.", errors=errors)
