"""What goes over the wire for an answer: its coding, its headers, and when 304 is enough.

The same for a view of Django and for the front before it (`shop_content.front`).
"""

import gzip
import math
import time
from dataclasses import dataclass, replace
from functools import lru_cache

import brotli
from django.conf import settings
from django.utils.http import http_date, parse_etags

from shop_content.models import Rendering
from shop_content.queries.serving import Coding, Found, PageAsked, find_rendering, narrowed

# Seconds: what a shared cache may hold that is told of each change by the tags of the events
# (CDN_PURGES), and what one may that is not (docs/decisions/0009).
PURGED, UNPURGED = 600, 60
UNTAGGED = "public, max-age=60, s-maxage=60, stale-while-revalidate=0, stale-if-error=0"
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
    # When something is planned, and since when caches are told less because of that (Unix time).
    changes_at: float = math.inf
    counts_from: float = math.inf

    def told(self, headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        """Return headers of this answer as they are true now."""
        if self.counts_from == math.inf or (now := time.time()) < self.counts_from:
            return list(headers)
        counted = cache_control(self.changes_at - now)
        return [(key, counted if key == "Cache-Control" else value) for key, value in headers]

    def is_known(self, if_none_match: str) -> bool:
        """Whether who asks has these bytes, in whatever coding."""
        if not if_none_match:
            return False
        if if_none_match == self.etag:
            return True
        plain = self.etag.strip('"').split("-", maxsplit=1)[0]
        known = {f'"{plain}{suffix}"' for _name, suffix in NAMES.values()} | {"*"}
        return any(one.removeprefix("W/") in known for one in parse_etags(if_none_match))


def longest() -> int:
    """Return for how many seconds a shared cache may hold an answer."""
    return PURGED if settings.CDN_PURGES else UNPURGED


def cache_control(seconds: float) -> str:
    """Return what caches are told when something is planned in so many seconds.

    At least a second: what is planned may be late, and then not everybody is to ask at once.
    """
    left = int(max(1, min(seconds, longest())))
    stale = (600, 86400) if settings.CDN_PURGES else (0, 0)
    return (
        f"public, max-age={min(left, 60)}, s-maxage={left}, "
        f"stale-while-revalidate={stale[0]}, stale-if-error={stale[1]}"
    )


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


def find_page(asked: PageAsked, coding: Coding) -> Found | None:
    """Return the answer at an address in a coding, or what is wanted of it; None: not rendered."""
    if not asked.fields:
        return find_rendering(asked, coding)
    whole = find_rendering(asked)
    return coded(narrowed(whole, asked.fields), coding) if whole else None


def found_in(made: Rendering, coding: Coding = "body") -> Found:
    """Return the answer that a rendering just written is."""
    return Found(
        made.etag,
        bytes(getattr(made, coding)),
        made.cache_tags,
        made.release.locale,
        int(made.release.released_at.timestamp()),
        made.next_change_at,
    )


def prepare(found: Found, coding: Coding, always: tuple[tuple[str, str], ...] = ()) -> Prepared:
    """Return the answer with its headers and those that are `always` sent.

    `found` has its bytes in `coding`.
    """
    name, suffix = NAMES[coding]
    etag = f'"{found.etag}{suffix}"'
    changes_at = found.next_change_at.timestamp() if found.next_change_at else math.inf
    told = cache_control(math.inf)
    shared = [("ETag", etag), ("Cache-Control", told), ("Vary", "Accept-Encoding")]
    shared += always
    if found.modified is not None:
        shared.append(("Last-Modified", http_date(found.modified)))
    if found.language:
        shared.append(("Content-Language", found.language))
    headers = [
        ("Content-Type", found.media_type),
        ("Content-Length", str(len(found.body))),
        ("Cache-Tag", found.cache_tags),
        *shared,
    ]
    if name:
        headers.append(("Content-Encoding", name))
    counts_from = changes_at - longest()
    return Prepared(etag, found.body, tuple(headers), tuple(shared), changes_at, counts_from)
