"""What goes over the wire for an answer: its coding, its headers, and when 304 is enough.

The same for a view of Django and for the front before it (`shop_content.front`).
"""

import gzip
from dataclasses import dataclass, replace
from functools import lru_cache

import brotli
from django.utils.http import http_date, parse_etags

from shop_content.queries.serving import Coding, Found

# 60 s in shared caches, not the 600 s the contract allows: readers must not meet a withdrawn text
# for longer than that where nobody purges by `Cache-Tag`.
CACHE_CONTROL = "public, max-age=60, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
# Content-Encoding and suffix of the ETag: a strong one names the bytes, and these differ.
NAMES: dict[Coding, tuple[str, str]] = {
    "body": ("", ""),
    "gzip": ("gzip", "-gz"),
    "brotli": ("br", "-br"),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer as it is sent, 200 and 304."""

    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    unchanged: tuple[tuple[str, str], ...]

    def is_known(self, if_none_match: str) -> bool:
        """Whether who asks has these bytes, in whatever coding."""
        if not if_none_match:
            return False
        if if_none_match == self.etag:
            return True
        plain = self.etag.strip('"').split("-", maxsplit=1)[0]
        known = {f'"{plain}{suffix}"' for _name, suffix in NAMES.values()} | {"*"}
        return any(one.removeprefix("W/") in known for one in parse_etags(if_none_match))


@lru_cache(maxsize=256)
def coding_of(accept_encoding: str) -> Coding:
    """Return the best coding that an Accept-Encoding header (RFC 9110, 12.5.3) allows."""
    weights: dict[str, float] = {}
    for part in accept_encoding[:1000].lower().split(","):
        name, _semicolon, parameter = part.partition(";")
        key, _equals, value = parameter.strip().partition("=")
        try:
            weights[name.strip()] = float(value) if key.strip() == "q" else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    otherwise = weights.get("*", 0.0)
    brotli_weight, gzip_weight = weights.get("br", otherwise), weights.get("gzip", otherwise)
    if max(brotli_weight, gzip_weight) <= 0:
        return "body"
    return "brotli" if brotli_weight >= gzip_weight else "gzip"


def coded(found: Found, coding: Coding) -> Found:
    """Return an answer that is made when it is asked for, a list, in a coding."""
    if coding == "body":
        return found
    if coding == "gzip":
        return replace(found, body=gzip.compress(found.body, 6, mtime=0))
    return replace(found, body=brotli.compress(found.body, quality=4))


def prepare(found: Found, coding: Coding, always: tuple[tuple[str, str], ...] = ()) -> Prepared:
    """Return the answer with its headers and those that are `always` sent.

    `found` has its bytes in `coding`.
    """
    name, suffix = NAMES[coding]
    etag = f'"{found.etag}{suffix}"'
    shared = [("ETag", etag), ("Cache-Control", CACHE_CONTROL), ("Vary", "Accept-Encoding")]
    shared += always
    if found.modified is not None:
        shared.append(("Last-Modified", http_date(found.modified)))
    if found.language:
        shared.append(("Content-Language", found.language))
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(found.body))),
        ("Cache-Tag", found.cache_tags),
        *shared,
    ]
    if name:
        headers.append(("Content-Encoding", name))
    return Prepared(etag, found.body, tuple(headers), tuple(shared))
