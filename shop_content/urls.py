"""The addresses of the service, and its answers where there is none."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.defaults import bad_request, page_not_found, server_error

from shop_content.api.feeds import sitemap_file, sitemap_index
from shop_content.api.health import Healthz, Readyz
from shop_content.api.problems import plain
from shop_content.storefront.images import image
from shop_content.storefront.views import missing

FILE = r"(?P<digest>[0-9a-f]{64})/(?P<width>[1-9][0-9]{0,4})\.(?P<form>[a-z]{3,4})\Z"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("shop_content.api.urls")),
    path("healthz", Healthz.as_view()),
    path("readyz", Readyz.as_view()),
    re_path(rf"^media/images/{FILE}", image),
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
