"""What the public reads: released documents, completed with what other releases say.

Every function starts at `Release.objects.live()`: nothing else may be shown. A document stored at
release is complete but for what depends on other releases; that is looked up here, in a constant
number of queries however many documents there are. What was looked up is noted, so that the
rendering made of it can be known to be out of date (`models.rendering`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from shop_content import content
from shop_content.models import Article, Comment, Release
from shop_content.models.states import CommentState
from shop_content.queries.addresses import chain_of, of_kind, owner
from shop_content.queries.images import shown, with_addresses

RELATED = 4
COMMENTS = 200


@dataclass
class Sources:
    """What a document was made from."""

    # Ids of the releases whose words are in it.
    releases: set[int] = field(default_factory=set)
    # Tokens of `shop_content_says`: a later release that says one of them would change it.
    needs: set[str] = field(default_factory=set)
    # Cache tags of those releases: purging one finds every answer with its words.
    tags: set[str] = field(default_factory=set)

    def read(self, rows: Iterable[Release], *tokens: str) -> list[Release]:
        """Note the tokens that were asked for and the releases that were found."""
        found = list(rows)
        self.needs.update(tokens)
        self.releases.update(row.pk for row in found)
        self.tags.update(tag for row in found for tag in tags_of(row.data)[:1])
        return found


@dataclass(frozen=True)
class Page:
    """A document ready to be served, and what it was made from."""

    document: dict[str, Any]
    sources: Sources


def page_of(release: Release, *, requested: str = "") -> Page:
    """Return the document of a live release, ready to be served.

    `requested` is the locale asked for when it is another than the release's (fallback).
    """
    document = release.data
    with_addresses(document)
    sources = Sources({release.pk}, {f"id/{document['id']}"})
    cards = _cards(document, release.locale, sources)
    _add_notices(document, release.locale, sources)
    links = {f"product:{sku}": card["url"] for sku, card in cards.items()}
    links |= {f"citation:{one['id']}": f"#c-{one['id']}" for one in document["citations"]}
    places = placements(document["blocks"])
    document["blocks"] = [_with_card(block, cards, links, places) for block in document["blocks"]]
    document["product_refs"] = [
        {**reference, "slug": cards.get(reference["sku"], {}).get("slug")}
        for reference in document["product_refs"]
    ]
    document["linked_products"] = [
        {**reference, "product": cards.get(reference["sku"])}
        for reference in document["product_refs"]
    ]
    document["alternates"] = alternates([release], sources)[owner(release)]
    document["related"] = _related(release, document, sources) if release.article_id else []
    if release.kind == "product":
        document["linked_articles"] = _articles_of(release, document, sources)
    document.pop("related_ids", None)
    document["breadcrumbs"] = [
        {"name": settings.SHOP_NAME, "url": f"/{release.locale}/blog/"},
        {"name": document["title"], "url": document["url"]},
    ]
    document["seo"]["json_ld"].append(_linked_breadcrumbs(document["breadcrumbs"]))
    asked = requested or release.locale
    fell_back = asked != release.locale
    document["requested_locale"] = asked
    document["fallback"] = {"used": fell_back, "chain": chain_of(asked), "fields": {}}
    if fell_back:
        document["seo"]["robots"] = "noindex,follow"
    document["comments"] = _comments(release, sources)
    tags = tags_of(document)
    tags += [f"product:{reference['sku']}" for reference in document["product_refs"]]
    document["cache"] = {"tags": tags, "next_change_at": None}
    return Page(document, sources)


def tags_of(document: dict[str, Any]) -> list[str]:
    """Return the cache tags to purge when a text is released or withdrawn, its own first."""
    tags = [f"{document['kind']}:{document['id']}", f"locale:{document['locale']}"]
    return [*tags, f"product:{document['sku']}"] if "sku" in document else tags


def _comments(release: Release, sources: Sources) -> dict[str, Any]:
    """Return whether a text takes comments, how many it shows, and where they are."""
    article = release.article
    told = {"enabled": False, "count": 0, "policy": "moderated", "captcha": None, "href": None}
    if article is None:
        return told
    sources.needs.add(f"{release.locale} comments/{article.uuid}")
    return told | {
        "enabled": True,
        "count": _shown(article, release.locale).count(),
        "href": f"/api/v1/{release.locale}/articles/{release.slug}/comments/",
    }


def _shown(article: Article, locale: str) -> QuerySet[Comment]:
    return article.comments.filter(
        locale=locale, state=CommentState.SHOWN, rulebook__is_active=True
    )


def comments_of(article: Article, locale: str) -> list[Comment]:
    """Return the comments to show, the oldest first: approved under the active rulebook."""
    return list(_shown(article, locale).order_by("pk")[:COMMENTS])


def alternates(
    releases: Iterable[Release], sources: Sources | None = None
) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return, for each text, its live addresses in all locales and the x-default."""
    releases = list(releases)
    wanted = Q(article__in=[r.article_id for r in releases if r.article_id]) | Q(
        product__in=[r.product_id for r in releases if r.product_id]
    )
    rows: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    served = Release.objects.live().filter(wanted, locale__in=settings.CONTENT_LOCALES)
    for other in (sources or Sources()).read(served.order_by("locale")):
        rows[owner(other)].append(
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


def _cards(document: dict[str, Any], locale: str, sources: Sources) -> dict[str, dict[str, Any]]:
    """Return a card for each product the document names that is live in this locale."""
    skus = {block["sku"] for block in document["blocks"] if block["type"] == "product_cta"}
    skus |= {reference["sku"] for reference in document["product_refs"]}
    found = _products(sorted(skus), locale, sources)
    return {
        product["sku"]: {
            "sku": product["sku"],
            "slug": product["slug"],
            "name": product["title"],
            "teaser": product["teaser"],
            "image": shown(product["hero_image"]),
            "url": product["url"],
        }
        for product in (release.data for release in found)
    }


def _products(skus: Sequence[str], locale: str, sources: Sources) -> list[Release]:
    live = of_kind("product").filter(locale=locale).saying(*(f"sku/{sku}" for sku in skus))
    return sources.read(live.order_by("pk"), *(f"{locale} sku/{sku}" for sku in skus))


def _add_notices(document: dict[str, Any], locale: str, sources: Sources) -> None:
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
        facts = [row.data["facts"] for row in _products(skus, locale, sources)]
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


def placements(blocks: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return by id where in the text each call to action stands: `intro`, `mid_text` or `end`.

    An intro ends with the first heading; at the end nothing to read follows but citations.
    """
    types = [block["type"] for block in blocks]
    first = types.index("heading") if "heading" in types else len(types)
    read = [place for place, one in enumerate(types) if one not in _NOT_READ]
    last = max(read, default=-1)
    return {
        block["id"]: "end" if place > last else "intro" if place < first else "mid_text"
        for place, block in enumerate(blocks)
        if block["type"] == "product_cta"
    }


_NOT_READ = frozenset({"product_cta", "citation", "divider"})


def _with_card(
    block: dict[str, Any],
    cards: dict[str, dict[str, Any]],
    links: dict[str, str],
    places: dict[str, str],
) -> dict[str, Any]:
    if block["type"] != "product_cta":
        resolved: dict[str, Any] = _resolve(block, links)
        return resolved
    return {
        **block,
        "placement": places[block["id"]],
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


def _related(release: Release, document: dict[str, Any], sources: Sources) -> list[dict[str, Any]]:
    """Return what to read on: the curated articles, then the newest about the same thing."""
    locale = release.locale
    same = of_kind("article").filter(locale=locale).exclude(pk=release.pk)
    picked = same.filter(article__uuid__in=document["related_ids"])
    tokens = [f"{locale} id/{uid}" for uid in document["related_ids"]]
    curated = {str(row.data["id"]): row for row in sources.read(picked, *tokens)}
    rows = [(curated[uid], "curated") for uid in document["related_ids"] if uid in curated]
    about = [f"about/{reference['sku']}" for reference in document["product_refs"]]
    if document["topic"]:
        about.append(f"topic-id/{document['topic']['id']}")
    alike = same.saying(*about).exclude(pk__in=[row.pk for row, _ in rows])
    newest = alike.order_by("-pk")[: max(0, RELATED - len(rows))]
    fill = sources.read(newest, *(f"{locale} {token}" for token in about))
    rows += [(row, "auto") for row in fill]
    return [_teaser_of(row) | {"source": source} for row, source in rows[:RELATED]]


def _articles_of(
    release: Release, document: dict[str, Any], sources: Sources
) -> list[dict[str, Any]]:
    token = f"about/{document['sku']}"
    linking = of_kind("article").filter(locale=release.locale).saying(token)
    rows = sources.read(linking.order_by("-pk"), f"{release.locale} {token}")
    return [_teaser_of(row) for row in rows]


def _teaser_of(release: Release) -> dict[str, Any]:
    names = ("id", "slug", "title", "teaser", "url")
    document = release.data
    teaser = {name: document[name] for name in names}
    return teaser | {"hero_image": shown(document["hero_image"])}
