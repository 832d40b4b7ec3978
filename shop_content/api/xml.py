"""XML answers: Atom (RFC 4287) and sitemaps (sitemaps.org 0.9, with hreflang links)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.conf import settings

ATOM_TYPE, SITEMAP_TYPE = "application/atom+xml", "application/xml"
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 has no way to say.
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
for _prefix, _name in (("atom", ATOM), ("xhtml", XHTML), ("image", IMAGE)):
    register_namespace(_prefix, _name)


def atom(items: Sequence[Mapping[str, Any]], *, locale: str, path: str) -> bytes:
    """Return the feed of a locale. `items`: of a list, the newest first; `path`: its address."""
    feed = Element("feed", {"xmlns": ATOM, LANG: locale})
    home = f"{settings.STOREFRONT_ORIGIN}/{locale}/blog/"
    _add(feed, "id", home)
    _add(feed, "title", settings.SHOP_NAME)
    _add(feed, "updated", max((i["updated_at"] for i in items), default="1970-01-01T00:00:00Z"))
    SubElement(feed, "link", {"rel": "self", "type": ATOM_TYPE, "href": path})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": home})
    for item in items:
        entry = SubElement(feed, "entry")
        _add(entry, "id", f"urn:uuid:{item['id']}")
        _add(entry, "title", item["title"])
        _add(entry, "published", item["published_at"])
        _add(entry, "updated", item["updated_at"])
        for link in _links(item):
            SubElement(entry, "link", {"rel": "alternate", "type": "text/html", **link})
        _add(SubElement(entry, "author"), "name", item["author"]["name"] or settings.SHOP_NAME)
        for label in ([item["topic"]] if item["topic"] else []) + item["tags"]:
            SubElement(entry, "category", {"term": label["slug"], "label": _said(label["name"])})
        _add(entry, "summary", item["teaser"])
    return _written(feed)


def _links(item: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    """Return the page of an entry first, then those of its translations."""
    yield {"href": settings.STOREFRONT_ORIGIN + item["url"], "hreflang": item["locale"]}
    for other in item["alternates"]:
        if other["hreflang"] not in ("x-default", item["locale"]):
            yield {"href": other["url"], "hreflang": other["hreflang"]}


def urlset(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a sitemap of `entries` (`url`, `lastmod`, `alternates`, `images`)."""
    root = Element("urlset", {"xmlns": SITEMAP})
    for entry in entries:
        url = SubElement(root, "url")
        _add(url, "loc", entry["url"])
        _add(url, "lastmod", entry["lastmod"])
        for other in entry["alternates"]:
            link = {"rel": "alternate", "hreflang": other["hreflang"], "href": other["url"]}
            SubElement(url, f"{{{XHTML}}}link", link)
        for image in entry["images"]:
            _add(SubElement(url, f"{{{IMAGE}}}image"), f"{{{IMAGE}}}loc", image)
    return _written(root)


def index(urls: Iterable[str]) -> bytes:
    """Return the sitemap that names others."""
    root = Element("sitemapindex", {"xmlns": SITEMAP})
    for url in urls:
        _add(SubElement(root, "sitemap"), "loc", url)
    return _written(root)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _said(text)


def _said(text: str) -> str:
    return _UNSAYABLE.sub("", text)


def _written(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
