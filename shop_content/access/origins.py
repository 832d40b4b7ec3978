"""Cross-origin reads (the Fetch standard's CORS): who may, and what caches must know of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

EVERYBODY = "*"
LONGEST = 200
ORIGIN = re.compile(r"https?://(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?")
ALLOW_ORIGIN = "Access-Control-Allow-Origin"
EXPOSED = (
    "Access-Control-Expose-Headers",
    "Allow, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After",
)
PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS, POST"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, If-Modified-Since, If-None-Match, X-Api-Key",
    ),
    ("Access-Control-Max-Age", "7200"),
)
Headers = tuple[tuple[str, str], ...]


def origin_of(text: str) -> str:
    """Return an exact origin as browsers spell it. Raises ValueError with what is wrong."""
    plain = text.strip().lower()
    if len(plain) > LONGEST or not ORIGIN.fullmatch(plain):
        raise ValueError(text)
    for scheme, port in (("https://", ":443"), ("http://", ":80")):
        if plain.startswith(scheme):
            plain = plain.removesuffix(port)
    return plain


@dataclass(frozen=True)
class Sharing:
    """Whose pages may read: `everybody`, or those of `origins` and those a key names."""

    everybody: bool
    origins: frozenset[str]

    @classmethod
    def of(cls, configured: Sequence[str]) -> "Sharing":
        """Read the setting. Raises ValueError."""
        if EVERYBODY in configured:
            return cls(everybody=True, origins=frozenset())
        return cls(everybody=False, origins=frozenset(origin_of(one) for one in configured))

    @property
    def is_open(self) -> bool:
        """Whether anybody may read without a key."""
        return self.everybody or bool(self.origins)

    def headers(self, origin: str | None, of_key: frozenset[str]) -> Headers:
        """Return what an answer says to a page of this origin; `of_key`: what its key allows."""
        if self.everybody:
            return (ALLOW_ORIGIN, EVERYBODY), EXPOSED
        if origin is not None and (origin in self.origins or origin in of_key):
            return (ALLOW_ORIGIN, origin), EXPOSED
        return ()

    def varies_by(self, of_key: frozenset[str], *, keys_share: bool) -> str:
        """Return the request headers that such answers depend on, "" when there are none.

        `keys_share`: some key names origins. Answers then differ by key, also those without one,
        or a cache would give them to a page whose key allows it to read.
        """
        if self.everybody:
            return ""
        names = ["Origin"] if self.origins or of_key else []
        return ", ".join([*names, *(["Authorization", "X-Api-Key"] if keys_share else [])])
