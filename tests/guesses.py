"""Guesses at what is not live, and every address to look for it at (I10).

Each guess has a twin that asks for nothing at all: whoever cannot tell the two answers apart has
learnt nothing. One thing is told on purpose: an address that was public once answers 410 or 308,
and is no guess here.
"""

import json
import random
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import URLResolver, get_resolver

from shop_content.queries.serving import cursor
from tests.invisible import CANARY, HIDDEN, Shop

Ask = Callable[[str, str, dict[str, str]], tuple[int, dict[str, str], bytes]]


@dataclass(frozen=True)
class Guess:
    """A request for something that is not live, and its twin for nothing at all."""

    kind: str
    path: str
    twin: str
    headers: tuple[tuple[str, str], ...] = ()
    twin_headers: tuple[tuple[str, str], ...] = ()
    # Words in which two answers may differ because the questions do.
    words: tuple[str, str] = ("", "")


def like(word: str, chance: random.Random) -> str:
    """Return a word of the same shape that names nothing."""
    letters = {
        "a": "abcdefghijklmnopqrstuvwxyz",
        "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "0": "0123456789",
    }
    shape = re.sub(r"[0-9]", "0", re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", word)))
    return "".join(chance.choice(letters.get(one, one)) for one in shape)


def guesses(shop: Shop, chance: random.Random) -> list[Guess]:
    """Return one guess of every kind at everything."""
    found = [*_by_address(shop, chance), *_by_filter(shop, chance), *_by_cursor(shop)]
    found += [*_by_etag(shop, chance), *_by_locale(shop), *_by_image(shop, chance)]
    return found


def _by_address(shop: Shop, chance: random.Random) -> Iterator[Guess]:
    """Guess slugs, ids, row numbers and SKUs where an address has its slug."""
    words = [("slug", one) for one in shop.slugs]
    words += [("id", one) for one in shop.ids]
    words += [("number", str(one)) for one in shop.numbers]
    words += [("sku", one) for one in shop.skus]
    pages = ["/api/v1/{}/articles/{{}}/", "/api/v1/{}/products/{{}}/"]
    pages += ["/{}/blog/{{}}/", "/{}/products/{{}}/"]
    pages += [f"{page}?fallback={how}" for page in pages[:2] for how in ("chain", "strict")]
    for kind, word in words:
        twin = str(uuid.UUID(int=chance.getrandbits(128))) if kind == "id" else like(word, chance)
        twin = str(10**6 + int(word)) if kind == "number" else twin
        for page in pages:
            for locale in settings.CONTENT_LOCALES:
                form = page.format(locale)
                yield Guess(f"{kind} as address", form.format(word), form.format(twin))


def _by_filter(shop: Shop, chance: random.Random) -> Iterator[Guess]:
    filters = [("ids", one) for one in shop.ids] + [("product", one) for one in shop.skus]
    filters += [(name, label) for name in ("topic", "tag") for label in shop.labels]
    filters += [("q", word) for word in (CANARY, f"{CANARY} {CANARY}")]
    for name, word in filters:
        twin = str(uuid.UUID(int=chance.getrandbits(128))) if name == "ids" else like(word, chance)
        for locale in settings.CONTENT_LOCALES:
            form = f"/api/v1/{locale}/articles/?{name}={{}}"
            yield Guess(f"{name} of a list", form.format(quote(word)), form.format(quote(twin)))


def _by_cursor(shop: Shop) -> Iterator[Guess]:
    for number in shop.ended:
        for kind in ("articles", "products"):
            form = f"/api/v1/de/{kind}/?cursor={{}}"
            yield Guess("cursor", form.format(cursor(number)), form.format(cursor(number + 1)))


def _by_etag(shop: Shop, chance: random.Random) -> Iterator[Guess]:
    places = [*shop.served]
    addresses = ["/api/v1/de/articles/", "/api/v1/de/articles/offen-0/"]
    places += [(address, etag) for address in addresses for etag in shop.etags]
    for address, etag in places:
        twin = f"{chance.getrandbits(128):032x}"
        for form in ('"{}"', 'W/"{}"', '"{}-br"', '"x", "{}-gz"'):
            names = [(("If-None-Match", form.format(one)),) for one in (etag, twin)]
            yield Guess("etag", address, address, *names)


def _by_locale(shop: Shop) -> Iterator[Guess]:
    for one, other in shop.pairs:
        for form in ("/api/v1/en/articles/{}/", "/en/blog/{}/"):
            yield Guess("other locale", form.format(one), form.format(other), words=(one, other))


def _by_image(shop: Shop, chance: random.Random) -> Iterator[Guess]:
    for digest in shop.images:
        twin = "".join(chance.choices("0123456789abcdef", k=len(digest)))
        for file in ("320.avif", "320.webp", "320.jpeg", "400.jpeg", "9.png", "320.exe"):
            for form in ("/media/images/{}/{}", "/media/originals/{}", "/media/renditions/{}.{}"):
                yield Guess("image", form.format(digest, file), form.format(twin, file))


def told(answer: tuple[int, dict[str, str], bytes], word: str) -> tuple[int, Any, bytes]:
    """Return what can be told of an answer, without the word that the question had."""
    status, headers, body = answer
    plain = {name.lower(): value for name, value in headers.items() if name.lower() != "date"}
    if word:
        body = body.replace(word.encode(), b"?")
        plain = {name: value.replace(word, "?") for name, value in plain.items()}
        plain.pop("content-length", None)
    return status, sorted(plain.items()), body


def rank_test(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the two-sided p of Mann and Whitney's U, by its normal approximation."""
    ranked = sorted([(value, 0) for value in ours] + [(value, 1) for value in theirs])
    ranks = sum(place for place, (_value, whose) in enumerate(ranked, start=1) if whose == 0)
    n, m = len(ours), len(theirs)
    mean, deviation = n * (n + m + 1) / 2, sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(ranks - mean) / deviation / sqrt(2)) if deviation else 1.0


def routes() -> list[str]:
    """Return every pattern of the resolver outside of the desks, as text."""

    def walk(resolver: Any, before: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            text = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, text)
            else:
                yield text

    return [text for text in walk(get_resolver(), "/") if not text.startswith("/admin/")]


def addresses(shop: Shop) -> set[str]:
    """Return the addresses of every route, with everything a guesser may put in.

    A route whose parameter nobody has thought of fails here: give it words in `fill`.
    """
    words = [*shop.live, *shop.slugs, *shop.ids, *shop.skus, "einst-withdrawn", "einst-superseded"]
    words += [name for pair in shop.pairs for name in pair]
    fill = {
        "locale": [*settings.CONTENT_LOCALES, "fr"],
        "slug": [quote(word) for word in words],
        "digest": [*shop.images, "0" * 64],
        "width": ["320", "400"],
        "form": ["webp", "jpeg"],
    }
    made: set[str] = set()
    for route in routes():
        named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route)
        paths = [named.replace(r"\.", ".").removesuffix(r"\Z")]
        while name := re.search(r"<(?:\w+:)?(\w+)>", paths[0]):
            paths = [path.replace(name[0], word, 1) for path in paths for word in fill[name[1]]]
        made |= {path + query for path in paths for query in _queries(shop, path)}
    return made


def _queries(shop: Shop, path: str) -> list[str]:
    if not path.startswith("/api/v1/"):
        return [""]
    queries = ["", "?fallback=chain"]
    if path.endswith(("/articles/", "/products/")):
        words = [CANARY, "Offen", "Vogel", "einst", "Dose"]
        filters = [("q", one) for one in words] + [("product", one) for one in shop.skus]
        filters += [("ids", one) for one in shop.ids] + [("tag", one) for one in shop.labels]
        filters += [("topic", one) for one in shop.labels] + [("limit", "100"), ("limit", "1")]
        filters += [("include", "all"), ("fields", "title,teaser"), ("cursor", cursor(10**6))]
        queries += [f"?{name}={quote(one)}" for name, one in filters]
    if path.endswith("/resolve/"):
        pages = [f"/{code}/blog/{one}/" for code in settings.CONTENT_LOCALES for one in shop.slugs]
        queries += [
            f"?path={quote(page)}" for page in [*pages, "/blog/offen-0/", "/en/blog/open-0/"]
        ]
    return queries


def sightings(ask: Ask, shop: Shop) -> tuple[int, list[str]]:
    """Ask for every address and for all that answers lead to.

    Returns how many that were, and which of them showed a text or an address of what is not
    live. The address that was asked for may come back.
    """
    waiting, asked, seen = sorted(addresses(shop)), set(), []
    while waiting:
        path = waiting.pop()
        if path in asked:
            continue
        asked.add(path)
        _status, headers, body = ask("GET", path, {})
        text = json.dumps(headers, ensure_ascii=False) + body.decode("utf-8", "replace")
        plain = text.replace(path.partition("?")[0], "").replace(path, "").lower()
        if CANARY in plain or HIDDEN in plain:
            seen.append(path)
        waiting += _linked(path, text)
    return len(asked), seen


def _linked(path: str, text: str) -> Iterator[str]:
    origin = re.escape(settings.STOREFRONT_ORIGIN)
    for one in re.findall(rf'"(?:{origin})?(/[^"\s<>\\]*)"', text):
        if not one.startswith(("/static/", "//", "/admin/")):
            yield one
    for one in re.findall(r'"next_cursor":"([^"]+)"', text):
        yield f"{path.partition('?')[0]}?cursor={one}"
