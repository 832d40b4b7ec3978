"""The addresses of the service, and its answers where there is none."""

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request, page_not_found, server_error
from django.views.static import serve

from shop_content.api.feeds import sitemap_file, sitemap_index
from shop_content.api.health import Healthz, Readyz
from shop_content.api.problems import plain
from shop_content.storefront.views import missing


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file; a name no file system knows is not found."""
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (OSError, ValueError) as error:  # too long; a NUL
        raise Http404 from error


urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("shop_content.api.urls")),
    path("healthz", Healthz.as_view()),
    path("readyz", Readyz.as_view()),
    re_path(r"^media/(?P<path>.*)$", media),
    path("sitemap.xml", sitemap_index),
    path("<str:locale>/sitemap.xml", sitemap_file),
    path("", include("shop_content.storefront.urls")),
]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address: a problem under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return plain(request, 404, "not_found", "There is nothing at this address.")
    if request.path.startswith("/admin/"):
        return page_not_found(request, exception)
    return missing(request)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    if request.path.startswith("/api/"):
        return plain(request, 400, "bad_request", "The request cannot be read.")
    return bad_request(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer a crash without telling how it came."""
    if request.path.startswith("/api/"):
        return plain(request, 500, "server_error", "Something went wrong here.")
    return server_error(request)
