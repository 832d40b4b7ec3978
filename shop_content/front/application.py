"""The WSGI application before Django: released bytes from the memory of the process.

It answers GET and HEAD of lists, texts and locales where a rendering is current, and leaves
everything else (redirects, refusals, what is not rendered yet, pages, desks) to Django. An answer
depends on the path, the parameters the API knows, and the coding; on nothing else in a request.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from shop_content.api import parameters, problems
from shop_content.api.answers import Prepared, coded, coding_of, find_page, prepare
from shop_content.front.channel import Channel
from shop_content.front.memory import Memory
from shop_content.front.reading import reading
from shop_content.queries import serving
from shop_content.queries.serving import (
    Asked,
    Coding,
    Found,
    ListAsked,
    LocalesAsked,
    PageAsked,
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PREFIX = "/api/v1/"
ADDRESS = re.compile(r"/api/v1/(?P<locale>[^/]+)/(?P<kind>article|product)s/(?:(?P<text>[^/]+)/)?")
# Addresses longer than this are read, but how they were read is not kept.
SHORT = 300
# Everybody may ask for these in endless variety: they are read each time.
ENDLESS = {"before", "ids", "since", "skus"}


class Front:
    """Before `django`. Without a channel every request asks what generation is live."""

    def __init__(self, django: Application) -> None:
        """Start with nothing kept; the channel is opened by the first request of a process."""
        self.django = django
        self.memory = Memory(settings.FRONT_MEMORY_MB * 1024 * 1024)
        self.channel = Channel(self.memory.clear) if settings.FRONT_PUSH else None
        self._remembered = lru_cache(maxsize=4096)(read_address)
        self._is_ours = lru_cache(maxsize=256)(is_ours)
        self._always = always_sent()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or have Django answer."""
        asked = self._asked(environ)
        if asked is None:
            return self.django(environ, start_response)
        coding = coding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
        try:
            ready = self._ready(asked, coding)
        except (OperationalError, InterfaceError):
            return self._unavailable(start_response)
        if ready is None:
            return self.django(environ, start_response)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and ready.is_known(known):
            start_response("304 Not Modified", ready.told(ready.unchanged))
            return []
        start_response("200 OK", ready.told(ready.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [ready.body]

    def _asked(self, environ: Environ) -> Asked | None:
        """Return what is asked for; None: this is for Django."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        if not self._is_ours(environ.get("HTTP_HOST", "")):
            return None
        if settings.SECURE_SSL_REDIRECT and not _is_secure(environ):
            return None
        query = environ.get("QUERY_STRING", "")
        short = len(path) + len(query) <= SHORT
        return self._remembered(path, query) if short else read_address(path, query)

    def _ready(self, asked: Asked, coding: Coding) -> Prepared | None:
        generation = self.channel.generation() if self.channel else None
        if generation is None:
            generation = reading(serving.generation)
        key = asked, coding
        ready = self.memory.get(key, generation)
        if ready is None:
            # Only now: what is kept is never older than the generation it is kept under.
            found = reading(lambda: self.find(asked, coding))
            if found is None:
                return None
            ready = prepare(found, coding, self._always)
            if _is_bounded(asked, found):
                self.memory.put(key, generation, ready)
        return ready

    def find(self, asked: Asked, coding: Coding) -> Found | None:
        """Return what one statement finds; None: nothing that may be served."""
        if isinstance(asked, PageAsked):
            return find_page(asked, coding)
        if isinstance(asked, ListAsked):
            listed = serving.list_rows(asked)
            whole = all(row.item is not None for row in listed.rows)
            return coded(serving.as_list(asked, listed), coding) if whole else None
        return coded(serving.find_locales(), coding)

    def _unavailable(self, start_response: StartResponse) -> Iterable[bytes]:
        """Answer that nobody can say what is live: caches have what was (`stale-if-error`)."""
        problem = problems.body(503, "unavailable", "The database cannot be reached.")
        headers = [
            ("Content-Type", problems.CONTENT_TYPE),
            ("Cache-Control", "no-store"),
            ("Retry-After", "5"),
        ]
        start_response("503 Service Unavailable", [*headers, *self._always])
        return [serving.as_json(problem)]


def read_address(path: str, query: str) -> Asked | None:
    """Return what a path and its parameters ask for; None: Django refuses it, or knows it."""
    try:
        path = path.encode("latin-1").decode()  # WSGI, PEP 3333
        if path == "/api/v1/locales/":
            return LocalesAsked()
        page = ADDRESS.fullmatch(path)
        if page is None or page["locale"] not in settings.CONTENT_LOCALES:
            return None
        given = QueryDict(query)
        if page["text"] is None:
            return parameters.list_asked(page["kind"], page["locale"], given)
        return parameters.page_asked(page["kind"], page["locale"], page["text"], given)
    except (problems.Problem, SuspiciousOperation, UnicodeError):
        return None


def is_ours(host: str) -> bool:
    """Whether a Host header is one that Django takes; odd spellings are left to it."""
    plain = re.fullmatch(r"([a-z0-9.-]{1,253}|\[::1\])(:[0-9]{1,5})?", host)
    return plain is not None and validate_host(plain[1], settings.ALLOWED_HOSTS)


def always_sent() -> tuple[tuple[str, str], ...]:
    """Return the headers that Django's middleware and DRF's views add to every answer."""

    def respond(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = HttpRequest()
    request.META = {"wsgi.url_scheme": "https" if settings.HTTPS else "http"}
    if settings.HTTPS:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        request.META[name] = value
    response: Any = XFrameOptionsMiddleware(SecurityMiddleware(respond))(request)
    added = [(name, value) for name, value in response.headers.items() if name != "Content-Type"]
    return (("Allow", "GET, HEAD, OPTIONS"), *added)


def _is_secure(environ: Environ) -> bool:
    name, value = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    return str(environ.get(name, "")).split(",")[0].strip() == value


def _is_bounded(asked: Asked, found: Found) -> bool:
    """Whether only so many such answers exist: else anybody could fill the memory with them."""
    if isinstance(asked, PageAsked):
        return not asked.fields
    if not isinstance(asked, ListAsked):
        return True
    if not asked.plain:
        return False
    return found.modified is not None and not ENDLESS & {name for name, _value in asked.filters}
