"""Errors as RFC 9457 problem+json with a stable, machine-readable `code`."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from shop_content.queries.addresses import Untranslated

CONTENT_TYPE = "application/problem+json"
# Every code there is: its status and what it tells (docs/problems.md has the same list).
CODES: dict[str, tuple[int, str]] = {
    "bad_request": (400, "the request cannot be read: its Host, address or query"),
    "invalid_comment": (400, "the comment was not taken; `errors` names the fields"),
    "invalid_parameter": (400, "a parameter is unusable; `errors` names it"),
    "parse_error": (400, "the body is not JSON"),
    "invalid_key": (401, "the API key is wrong, revoked, paused or expired"),
    "permission_denied": (403, "this is not allowed"),
    "not_found": (404, "nothing is here, or nothing that is released"),
    "translation_missing": (404, "there is no released text in this locale; see `alternates`"),
    "unknown_locale": (404, "this locale is not served"),
    "method_not_allowed": (405, "this address takes other methods; see `Allow`"),
    "withdrawn": (410, "the text has been withdrawn"),
    "too_large": (413, "the body is too large"),
    "unsupported_media_type": (415, "the body is not of a type that is read here"),
    "rate_limited": (429, "too many requests; see `Retry-After`"),
    "server_error": (500, "something went wrong here"),
    "no_database": (503, "not ready: the database cannot be reached"),
    "not_migrated": (503, "not ready: migrations are waiting"),
    "no_rulebook": (503, "not ready: no rulebook version is active"),
    "comments_full": (503, "too many comments wait for a decision; see `Retry-After`"),
    "unavailable": (503, "the database cannot be reached; see `Retry-After`"),
}


class Problem(exceptions.APIException):
    """An error with members of its own, e.g. the alternates of a missing translation."""

    def __init__(
        self, status: int, code: str, detail: str, *, retry_after: str = "5", **members: Any
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.retry_after = retry_after
        self.members = members


def bad_parameter(field: str, detail: str) -> Problem:
    """Return the 400 that names the query parameter."""
    errors = [{"field": field, "code": "invalid", "detail": detail}]
    return Problem(400, "invalid_parameter", f"{field}: {detail}", errors=errors)


def refuse_missing(found: Untranslated) -> Problem:
    """Return the 404 that names the locales in which a text is live."""
    detail = "There is no released text in this locale at this address."
    return Problem(404, "translation_missing", detail, alternates=found.absolute())


def not_found() -> Problem:
    """Return the one answer for what never was and for what is not released."""
    return Problem(404, "not_found", "There is nothing at this address.")


def body(status: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return the members of a problem."""
    title = HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a view into a problem; others are Django's (500)."""
    if isinstance(error, Http404):
        error = not_found()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, (OperationalError, InterfaceError)):
        error = Problem(503, "unavailable", "The database cannot be reached.")
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    members = getattr(error, "members", {})
    code = getattr(error, "code", None) or error.default_code
    response = Response(
        body(error.status_code, code, str(error.detail), **members),
        status=error.status_code,
        content_type=CONTENT_TYPE,
    )
    # A cache may hold a refusal for a moment, and must not go on serving what was there before.
    brief = "public, max-age=10, stale-if-error=0"
    response["Cache-Control"] = "no-store" if error.status_code >= 500 else brief
    if error.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = getattr(error, "retry_after", "5")
    return response


def plain(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    """Return a problem outside a REST view (unknown address, broken request, crash)."""
    return JsonResponse(body(status, code, detail), status=status, content_type=CONTENT_TYPE)
