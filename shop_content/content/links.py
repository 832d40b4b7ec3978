"""Where a link may lead, and the link schemes of this project.

`product:SKU` names a product, `citation:KEY` a citation of the article, `image:NAME` an image.
They stay in stored and checked text; `inline.resolve_links` replaces them when a page is rendered.
"""

import re

OWN = frozenset({"product", "citation", "image"})
SCHEMES = frozenset({"https", "http", "mailto", "tel"}) | OWN
# The SKU's own rule (models.product), and the same for citation keys.
_REFERENCE = re.compile(
    r"(?P<scheme>product|citation|image):(?P<key>[A-Za-z0-9][A-Za-z0-9._-]{0,59})", re.ASCII
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def reference(href: str, scheme: str) -> str:
    """The SKU, key or name that `href` names under `scheme`, one of OWN, or ""."""
    match = _REFERENCE.fullmatch(href)
    return match["key"] if match and match["scheme"] == scheme else ""


def is_safe(href: str) -> bool:
    """Whether `href` may stand in stored text: an allowed scheme, or a path on the same site."""
    if re.search(r"[\x00-\x20\x7f\\]", href):
        return False
    match = _SCHEME.match(href)
    if match is None:
        # "//host" and ":…" would leave the site or change the scheme; "" links to nothing.
        head = re.split(r"[/?#]", href, maxsplit=1)[0]
        return bool(href) and not href.startswith("//") and ":" not in head
    scheme = match.group(1)
    if scheme in OWN:
        return bool(reference(href, scheme))
    return scheme.lower() in SCHEMES - OWN
