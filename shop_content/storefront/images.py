"""The files of public images: what a browser, or a CDN before us, may keep for a year."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from shop_content.queries.images import find_public, read_file

FOREVER = "public, max-age=31536000, immutable"
# Opened as a page of its own, a picture may do nothing.
POLICY = "default-src 'none'; sandbox"


@require_safe
def image(request: HttpRequest, digest: str, width: str, form: str) -> HttpResponseBase:
    """Return a file of an image that a release names; any other is as if it was not there."""
    found = find_public(digest, int(width), form)
    if found is None:
        raise Http404
    response = HttpResponse(content_type=found.media_type)
    response["ETag"] = f'"{found.etag}"'
    response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = POLICY
    known = get_conditional_response(request, etag=response["ETag"], response=response)
    if known is not None and known is not response:
        return known
    data = read_file(found)
    if data is None:
        raise Http404
    response.content = data
    return response
