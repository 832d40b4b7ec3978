"""What all public answers have in common: locales in the path, and what caches are told."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop_content.api.answers import UNTAGGED, coded, coding_of, prepare
from shop_content.api.problems import Problem, not_found
from shop_content.queries.serving import Coding, Found

Answer = TypeVar("Answer", bound=HttpResponseBase)


class OneRenderer(BaseContentNegotiation):
    """There is JSON and nothing else: an Accept header changes no answer and refuses none."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Return the only one."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only one."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


class PublicView(APIView):
    """Reads only; the language comes from the path, never from a header."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = OneRenderer

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead from `/DE/` to `/de/`: an address has one spelling."""
        locale = kwargs.get("locale", "")
        lower = locale.lower()
        if locale != lower and locale.isascii() and lower in settings.CONTENT_LOCALES:
            address = request.get_full_path().replace(f"/{locale}/", f"/{lower}/", 1)
            response = JsonResponse({"location": address, "code": "moved"}, status=308)
            response["Location"] = address
            return _varied(cached(response))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse unknown locales and unusable addresses before anything is read."""
        super().initial(request, *args, **kwargs)
        locale = kwargs.get("locale")
        if "\x00" in kwargs.get("slug", ""):  # PostgreSQL cannot even compare with it
            raise not_found()
        if locale is not None and locale not in settings.CONTENT_LOCALES:
            raise Problem(404, "unknown_locale", "This locale is not served.")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say what every answer varies by: its compression, nothing else."""
        return _varied(super().finalize_response(request, response, *args, **kwargs))


def moved(request: Request, path: str) -> Response:
    """Return the 308 to the address of now; the query string goes along."""
    query = request.META.get("QUERY_STRING", "")
    location = iri_to_uri(f"{path}?{query}" if query else path)
    response = Response({"location": location, "code": "moved"}, status=308)
    response["Location"] = location
    return cached(response)


def answer(
    request: Request | HttpRequest, found: Found, coding: Coding | None = None
) -> HttpResponse:
    """Return 304 to who has this already, else the bytes. `coding`: theirs; None: still plain."""
    if coding is None:
        coding = coding_of(request.headers.get("Accept-Encoding", ""))
        found = coded(found, coding)
    ready = prepare(found, coding)
    if ready.is_known(request.headers.get("If-None-Match", "")):
        unchanged = HttpResponse(status=304, headers=dict(ready.told(ready.unchanged)))
        del unchanged["Content-Type"]  # of a body there is not
        return unchanged
    return HttpResponse(ready.body, headers=dict(ready.told(ready.headers)))


def cached(response: Answer) -> Answer:
    """Tell caches how long they may keep an answer that no tag would purge."""
    response["Cache-Control"] = UNTAGGED
    return response


def _varied(response: Answer) -> Answer:
    response["Vary"] = "Accept-Encoding"
    return response
