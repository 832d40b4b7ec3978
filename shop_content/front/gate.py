"""The gate of the API: keys, limits and cross-origin reads, before anything is answered.

An answer's bytes depend on none of it. Other addresses go straight to the front.
"""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from shop_content.access.clients import client_of
from shop_content.access.keys import given_key
from shop_content.access.limiter import Limiter, refusal_headers
from shop_content.access.origins import PREFLIGHT, Sharing
from shop_content.api import problems
from shop_content.api.bodies import LARGEST_BYTES
from shop_content.front.application import Front, always_sent
from shop_content.front.keyring import Keyring, Unknowable
from shop_content.front.reading import reading
from shop_content.queries.api_keys import KnownKey
from shop_content.queries.serving import as_json
from shop_content.workflow.spend import TooMany, spend

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

GUARDED = "/api/"
READS = ("GET", "HEAD")
SAFE = (*READS, "OPTIONS")
NOBODY: frozenset[str] = frozenset()


class Refusal(Exception):
    """A request that is not answered: a problem, with headers of its own."""

    def __init__(
        self, status: int, code: str, detail: str, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        super().__init__(code)
        self.status = status
        self.problem = problems.body(status, code, detail)
        self.headers = list(headers)


class Gate:
    """Before a front. Settings are read when it is made."""

    def __init__(self, front: Front) -> None:
        """Know no key and no client yet."""
        self.front = front
        self.keys = Keyring()
        self.reads = Limiter()
        self.sharing = Sharing.of(settings.CORS_ORIGINS)
        self.per_minute: int = settings.READS_PER_MINUTE
        self.proxies: int = settings.TRUSTED_PROXIES
        self._always = [one for one in always_sent() if one[0] != "Allow"]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a refusal or a preflight, or have the front answer."""
        if not environ.get("PATH_INFO", "").startswith(GUARDED):
            return self.front(environ, start_response)
        now = time.monotonic()
        if now > self.keys.good_until:
            self.keys.look()
        is_told = self.sharing.is_open or self.keys.origins
        if not is_told and _is_plain(environ):  # nearly every request: nothing more to look at
            client = client_of(environ, self.proxies)
            if not self.reads.spend(client, self.per_minute, now):
                return self.front(environ, start_response)
        if is_told and _is_preflight(environ):
            return self._preflight(environ, start_response)
        return self._look(environ, start_response, now)

    def _look(
        self, environ: Environ, start_response: StartResponse, now: float
    ) -> Iterable[bytes]:
        """Look at everything a request may say of itself."""
        secret = given_key(environ)
        key, is_wrong = (None, False) if secret is None else self._key(secret)
        origins = key.origins if key else NOBODY
        shared = self.sharing.headers(environ.get("HTTP_ORIGIN"), origins)
        vary = self.sharing.varies_by(origins, keys_share=bool(self.keys.origins))
        if shared or vary:
            start_response = _telling(start_response, shared, vary)
        try:
            self._admit(environ, key, now)
            if is_wrong:
                raise Refusal(
                    401,
                    "invalid_key",
                    "This API key is not valid.",
                    [("WWW-Authenticate", "Bearer")],
                )
        except Refusal as refusal:
            return self._refuse(environ, start_response, refusal)
        return self.front(environ, start_response)

    def _key(self, secret: str) -> tuple[KnownKey | None, bool]:
        """Return the key, and whether it is wrong; if nobody can say, it is as if none came."""
        try:
            key = self.keys.find(secret)
        except Unknowable:
            return None, False
        return key, key is None

    def _admit(self, environ: Environ, key: KnownKey | None, now: float) -> None:
        """Count the request. Raises Refusal: too many; too large; a write nobody can count."""
        client = f"key {key.pk}" if key else client_of(environ, self.proxies)
        limit = key.per_minute if key else self.per_minute
        if wait := self.reads.spend(client, limit, now):
            raise _too_many("requests", limit, wait)
        if environ["REQUEST_METHOD"] in SAFE:
            return
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length[:20]) > LARGEST_BYTES:
            raise Refusal(413, "too_large", f"At most {LARGEST_BYTES} bytes are taken.")
        try:
            reading(lambda: spend("write", client, per_minute=key.per_minute if key else None))
        except TooMany as error:
            raise _too_many("writes", error.per_minute, error.wait) from error
        except (DatabaseError, InterfaceError) as error:
            raise Refusal(
                503, "unavailable", "The database cannot be reached.", [("Retry-After", "5")]
            ) from error

    def _preflight(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Say what a page may ask. It carries no key yet: the origins of every key count."""
        shared = self.sharing.headers(environ["HTTP_ORIGIN"], self.keys.origins)
        allowed = [shared[0], *PREFLIGHT] if shared else []
        vary = [] if self.sharing.everybody else [("Vary", "Origin")]
        start_response("204 No Content", allowed + vary)
        return []

    def _refuse(
        self, environ: Environ, start_response: StartResponse, refusal: Refusal
    ) -> Iterable[bytes]:
        body = as_json(refusal.problem)
        headers = [
            ("Content-Type", problems.CONTENT_TYPE),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *refusal.headers,
            *self._always,
        ]
        start_response(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _too_many(policy: str, limit: int, wait: float) -> Refusal:
    detail = f"At most {limit} {policy} a minute. Please wait."
    return Refusal(429, "rate_limited", detail, refusal_headers(policy, limit, wait))


def _is_plain(environ: Environ) -> bool:
    """Whether a request reads and carries no key."""
    return (
        environ["REQUEST_METHOD"] in READS
        and "HTTP_AUTHORIZATION" not in environ
        and "HTTP_X_API_KEY" not in environ
    )


def _is_preflight(environ: Environ) -> bool:
    return (
        environ["REQUEST_METHOD"] == "OPTIONS"
        and "HTTP_ORIGIN" in environ
        and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )


def _telling(
    start_response: StartResponse, shared: Iterable[tuple[str, str]], vary: str
) -> StartResponse:
    """Return a `start_response` that adds headers; what is kept in memory is not touched."""

    def started(status: str, headers: list[tuple[str, str]], *raised: Any) -> Any:
        told = [*headers, *shared]
        if vary:
            place = next((at for at, one in enumerate(headers) if one[0] == "Vary"), None)
            if place is None:
                told.append(("Vary", vary))
            else:
                told[place] = ("Vary", f"{headers[place][1]}, {vary}")
        return start_response(status, told, *raised)

    return started
