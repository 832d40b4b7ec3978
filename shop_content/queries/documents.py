"""What the public reads: released documents, completed with what other releases say.

Every function starts at `Release.objects.live()`: nothing else may be shown. A document stored at
release is complete but for what depends on other releases; that is looked up here, in a constant
number of queries however many documents there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q

from shop_content import content
from shop_content.models import Address, Article, Comment, Release
from shop_content.models.release import ReleaseQuerySet
from shop_content.models.revision import canonical, digest
from shop_content.models.states import CommentState

RELATED = 4
COMMENTS = 200
# Part of every ETag: raise it when the same releases are to be shown in another shape.
REPRESENTATION = 2
LIST_FIELDS = (
    "id locale slug url title teaser teaser_source hero_image topic tags author published_at "
    "updated_at reading_time_min word_count product_refs content_language"
).split()


@dataclass(frozen=True)
class Gone:
    """The address was released once; nothing is live there now."""


@dataclass(frozen=True)
class Moved:
    """The text has a newer address."""

    url: str


def find(kind: str, locale: str, slug: str) -> Release | Gone | Moved | None:
    """Return the live release at an address, or what became of it; None: never released."""
    if "\x00" in slug:  # PostgreSQL cannot even compare with it
        return None
    live = of_kind(kind).filter(locale=locale, slug=slug).first()
    if live:
        return live
    address = Address.objects.filter(
        **{f"{kind}__isnull": False}, locale=locale, slug=slug
    ).first()
    if address is None:
        return None
    now = of_kind(kind).filter(**{kind: address.subject}, locale=locale).first()
    return Moved(now.data["url"]) if now else Gone()


def of_kind(kind: str) -> ReleaseQuerySet:
    """Return the live releases of articles or of products in the locales that are served."""
    return Release.objects.live().filter(
        **{f"{kind}__isnull": False}, locale__in=settings.CONTENT_LOCALES
    )


def counts() -> Counter[tuple[str, str]]:
    """Return how much is live, by locale and kind."""
    rows = (
        Release.objects.live()
        .values("locale")
        .annotate(article=Count("article"), product=Count("product"))
    )
    return Counter(
        {(row["locale"], kind): row[kind] for row in rows for kind in ("article", "product")}
    )


def first_in(chain: Sequence[str], kind: str, address: str) -> Release | None:
    """Return the text that `address` names in any locale of `chain`, in the first that has it.

    `address`: a slug, also one of before, or a product's SKU. None: it names nothing that is live.
    """
    known = Address.objects.filter(**{f"{kind}__isnull": False}, slug=address, locale__in=chain)
    named = [_owner(row)[1] for row in sorted(known, key=lambda row: chain.index(row.locale))]
    if kind == "product":
        by_sku = of_kind(kind).saying(sku=address)
        named = [*by_sku.values_list("product", flat=True)[:1], *named]
    released = of_kind(kind).filter(**{f"{kind}__in": named}, locale__in=chain)
    return min(
        released,
        key=lambda row: (named.index(_owner(row)[1]), chain.index(row.locale)),
        default=None,
    )


def generation() -> str:
    """Return a name of all that answers are made of: it changes with every one of them.

    Greatest key and number name a set of live releases exactly: keys only grow, and no release
    comes back to life. A request reads this before it reads anything else: what it then serves
    is never older than its ETag.
    """
    live = Release.objects.live().aggregate(newest=Max("pk"), number=Count("pk"))
    names = ("STOREFRONT_ORIGIN", "SHOP_NAME", "CONTENT_LOCALES", "MEDIA_URL")
    shown = {name: getattr(settings, name) for name in names}
    return digest(canonical(live | shown | {"representation": REPRESENTATION}))[7:23]


def etag_of(release: Release, current: str, *, requested: str = "") -> str:
    """Return the strong, unquoted ETag of a text's page in a generation."""
    parts = [release.content_hash[7:23], current]
    return "-".join(parts + [requested] * (bool(requested) and requested != release.locale))


def page_of(release: Release, *, requested: str = "", chain: Sequence[str] = ()) -> dict[str, Any]:
    """Return the document of a live release, ready to be served.

    `requested` is the locale asked for when it is another than the release's (fallback).
    """
    document = release.data
    cards = _cards(document, release.locale)
    _add_notices(document, release.locale)
    links = {f"product:{sku}": card["url"] for sku, card in cards.items()}
    links |= {f"citation:{one['id']}": f"#c-{one['id']}" for one in document["citations"]}
    document["blocks"] = [_with_card(block, cards, links) for block in document["blocks"]]
    document["linked_products"] = [
        {**reference, "product": cards.get(reference["sku"])}
        for reference in document["product_refs"]
    ]
    document["alternates"] = alternates([release])[_owner(release)]
    document["related"] = _related(release, document) if release.kind == "article" else []
    if release.kind == "product":
        document["linked_articles"] = _articles_of(release, document)
    document.pop("related_ids", None)
    document["breadcrumbs"] = [
        {"name": settings.SHOP_NAME, "url": f"/{release.locale}/blog/"},
        {"name": document["title"], "url": document["url"]},
    ]
    document["seo"]["json_ld"].append(_linked_breadcrumbs(document["breadcrumbs"]))
    fell_back = bool(requested) and requested != release.locale
    document["requested_locale"] = requested or release.locale
    document["fallback"] = {
        "used": fell_back,
        "chain": list(chain) or [release.locale],
        "fields": {},
    }
    if fell_back:
        document["seo"]["robots"] = "noindex,follow"
    document["comments"] = {
        "enabled": False,
        "count": 0,
        "policy": "moderated",
        "captcha": None,
        "href": None,
    }
    tags = [f"{release.kind}:{document['id']}", f"locale:{release.locale}"]
    tags += [f"product:{reference['sku']}" for reference in document["product_refs"]]
    document["cache"] = {"tags": tags, "next_change_at": None}
    return document


def comments_of(article: Article, locale: str) -> list[Comment]:
    """Return the comments to show, the oldest first: approved under the active rulebook."""
    shown = article.comments.filter(
        locale=locale, state=CommentState.SHOWN, rulebook__is_active=True
    )
    return list(shown.order_by("pk")[:COMMENTS])


def list_items(releases: Sequence[Release], current: str = "") -> list[dict[str, Any]]:
    """Return list items in the order given. `current`: the generation, for their ETags."""
    others = alternates(releases)
    items = []
    for release in releases:
        document = release.data
        item = {name: document.get(name) for name in LIST_FIELDS}
        item |= {
            "comment_count": 0,
            "alternates": others[_owner(release)],
            "etag": etag_of(release, current),
        }
        items.append(item)
    return items


def alternates(releases: Iterable[Release]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return, for each text, its live addresses in all locales and the x-default."""
    releases = list(releases)
    wanted = Q(article__in=[r.article_id for r in releases if r.article_id]) | Q(
        product__in=[r.product_id for r in releases if r.product_id]
    )
    rows: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    served = Release.objects.live().filter(wanted, locale__in=settings.CONTENT_LOCALES)
    for other in served.order_by("locale"):
        rows[_owner(other)].append(
            {
                "locale": other.locale,
                "hreflang": other.locale,
                "slug": other.slug,
                "url": other.data["url"],
            }
        )
    order = {code: place for place, code in enumerate(settings.CONTENT_LOCALES)}
    for entries in rows.values():
        first = min(entries, key=lambda entry: order.get(entry["locale"], len(order)))
        entries.append({**first, "hreflang": "x-default"})
    return rows


def _linked_breadcrumbs(crumbs: list[dict[str, str]]) -> dict[str, Any]:
    """Return the way to a page as schema.org data."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": crumb["name"],
                "item": settings.STOREFRONT_ORIGIN + crumb["url"],
            }
            for place, crumb in enumerate(crumbs, start=1)
        ],
    }


def _owner(row: Release | Address) -> tuple[str, int]:
    return row.kind, row.article_id or row.product_id or 0


def _cards(document: dict[str, Any], locale: str) -> dict[str, dict[str, Any]]:
    """Return a card for each product the document names that is live in this locale."""
    skus = {block["sku"] for block in document["blocks"] if block["type"] == "product_cta"}
    skus |= {reference["sku"] for reference in document["product_refs"]}
    found = of_kind("product").filter(locale=locale).saying(sku__in=sorted(skus))
    return {
        product["sku"]: {
            "sku": product["sku"],
            "slug": product["slug"],
            "name": product["title"],
            "teaser": product["teaser"],
            "image": product["hero_image"],
            "url": product["url"],
        }
        for product in (release.data for release in found)
    }


def _add_notices(document: dict[str, Any], locale: str) -> None:
    """Add the notices that Art. 10(2) of Reg. (EC) 1924/2006 wants beside a health claim.

    They are the released ones of the products the text is about: how to take them, in what amount,
    and what the label must say. A product carries its own.
    """
    compliance = document["compliance"]
    if not compliance.get("claims"):  # also: released before claims were noted
        return
    if document["kind"] == "product":
        facts = [document["facts"]]
    else:
        skus = [reference["sku"] for reference in document["product_refs"]]
        live = of_kind("product").filter(locale=locale).saying(sku__in=skus)
        facts = [row.data["facts"] for row in live.order_by("pk")]
    texts = [text for fact in facts for text in (fact["intake"], *fact["notices"])]
    notices = [
        {
            "id": f"n-{place}",
            "type": "notice",
            "kind": "health_claim_notice",
            "text": text,
        }
        for place, text in enumerate(dict.fromkeys(texts), start=1)
    ]
    compliance["notices"] = [notice["id"] for notice in notices]
    for block in document["blocks"]:
        if "claim" in block:
            block["claim"]["notice_ids"] = compliance["notices"]
    document["blocks"] += notices


def _with_card(
    block: dict[str, Any], cards: dict[str, dict[str, Any]], links: dict[str, str]
) -> dict[str, Any]:
    if block["type"] != "product_cta":
        resolved: dict[str, Any] = _resolve(block, links)
        return resolved
    return {
        **block,
        "placement": "mid_text",
        "variant": "card",
        "headline": block["label"],
        "product": cards.get(block["sku"]),
        "tracking_id": f"cta-{block['id']}",
    }


def _resolve(value: Any, links: dict[str, str]) -> Any:
    """Lead the inner links in every `html` of a block, however deep, to their addresses."""
    if isinstance(value, dict):
        return {
            key: content.resolve_links(inner, links) if key == "html" else _resolve(inner, links)
            for key, inner in value.items()
        }
    return [_resolve(inner, links) for inner in value] if isinstance(value, list) else value


def _related(release: Release, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what to read on: the curated articles, then the newest about the same thing."""
    same = of_kind("article").filter(locale=release.locale).exclude(pk=release.pk)
    curated = {
        str(r.data["id"]): r for r in same.filter(article__uuid__in=document["related_ids"])
    }
    rows = [(curated[uid], "curated") for uid in document["related_ids"] if uid in curated]
    skus = [reference["sku"] for reference in document["product_refs"]]
    wanted: list[dict[str, Any]] = [{"product_refs__contains": [{"sku": sku}]} for sku in skus]
    if document["topic"]:
        wanted.append({"topic__id": document["topic"]["id"]})
    alike = same.none()
    for lookups in wanted:
        alike |= same.saying(**lookups)
    taken = [row.pk for row, _ in rows]
    fill = alike.exclude(pk__in=taken).order_by("-released_at", "-pk")
    rows += [(row, "auto") for row in fill[: max(0, RELATED - len(rows))]]
    return [_teaser_of(row) | {"source": source} for row, source in rows[:RELATED]]


def _articles_of(release: Release, document: dict[str, Any]) -> list[dict[str, Any]]:
    linking = of_kind("article").filter(locale=release.locale)
    linking = linking.saying(product_refs__contains=[{"sku": document["sku"]}])
    return [_teaser_of(row) for row in linking.order_by("-released_at", "-pk")]


def _teaser_of(release: Release) -> dict[str, Any]:
    names = ("id", "slug", "title", "teaser", "url", "hero_image")
    document = release.data
    return {name: document[name] for name in names}
