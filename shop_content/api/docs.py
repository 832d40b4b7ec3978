"""The OpenAPI document, and a page to read and try it."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from shop_content.api.base import OneRenderer, cached

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Schema(SpectacularJSONAPIView):
    """OpenAPI 3.1."""

    content_negotiation_class = OneRenderer

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let caches keep it as long as any document."""
        return cached(super().dispatch(request, *args, **kwargs))


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own files, under a policy that lets nothing else in."""

    content_negotiation_class = OneRenderer
    template_name = "api/docs.html"
    url_name = "schema"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Add the policy."""
        response = super().dispatch(request, *args, **kwargs)
        response["Content-Security-Policy"] = POLICY
        return response
