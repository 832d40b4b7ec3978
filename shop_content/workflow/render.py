"""Render: turn a revision's content into the storefront document, once, at release.

Field names are those of the storefront contract. What depends on other releases (product cards,
related articles, alternates) and the addresses of images are added when the document is read:
`queries.documents`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings

from shop_content import claims, content
from shop_content.models import Article, Product
from shop_content.models.product import MAGNESIUM_NRV_MG
from shop_content.queries.images import SHOWN, files_of, named_in

PATHS = {"article": "/{locale}/blog/{slug}/", "product": "/{locale}/products/{slug}/"}


def render(
    subject: Article | Product,
    *,
    locale: str,
    data: dict[str, Any],
    number: int,
    content_hash: str,
    published_at: datetime,
    updated_at: datetime,
    rulebook: str,
    cleared_at: datetime | None,
    uses: Sequence[claims.Use] = (),
) -> dict[str, Any]:
    """Return the document of one text. `cleared_at` is None for a preview: nobody cleared it.

    `uses`: the authorised claims the text makes; the reader of the document adds their notices.
    """
    body = content.as_dict(content.parse_blocks(data["body"], anchors=anchors_of(data)))
    _name_claims(body["blocks"], uses)
    files = files_of(image["digest"] for image in named_in(data))
    _show_images(body["blocks"], data, files)
    url = PATHS[data["kind"]].format(locale=locale, slug=data["slug"])
    document = {
        "id": str(subject.uuid),
        "kind": data["kind"],
        "locale": locale,
        "content_language": locale,
        "slug": data["slug"],
        "url": url,
        "title": data["title"],
        "subtitle": data.get("subtitle"),
        "teaser": data["teaser"] or _auto_teaser(body["blocks"]),
        "teaser_source": "manual" if data["teaser"] else "auto",
        "revision": {
            "id": f"r{number}",
            "number": number,
            "content_hash": content_hash,
            "published_at": stamp(published_at),
        },
        "published_at": stamp(published_at),
        "updated_at": stamp(updated_at),
        "toc": body["toc"],
        "blocks": body["blocks"],
        "word_count": body["word_count"],
        "reading_time_min": body["reading_time_min"],
        "hero_image": _image(data["image"], files),
        "product_refs": [
            {key: product[key] for key in ("sku", "role", "position")}
            for product in data["products"]
        ],
        "compliance": {
            "status": "cleared" if cleared_at else "preview",
            "cleared_at": stamp(cleared_at) if cleared_at else None,
            "rulebook": rulebook,
            "claims": list(dict.fromkeys(use.claim for use in uses)),
            "notices": [],
        },
    }
    document |= _article(data) if data["kind"] == "article" else _product(data)
    return document | {"seo": _seo(document, data)}


def _name_claims(blocks: list[dict[str, Any]], uses: Sequence[claims.Use]) -> None:
    """Tell of each block which authorised claim it makes, the first when there are several."""
    for use in uses:
        if use.field != "body":
            continue
        said = content.as_dict(content.parse_blocks(use.quote))["blocks"]
        words = said[0]["text"] if said else ""
        for block in blocks:
            if words and words in block["text"]:
                block.setdefault("claim", {"authorised_claim_id": use.claim, "notice_ids": []})


def anchors_of(data: dict[str, Any]) -> tuple[content.HeadingAnchor, ...]:
    """Return the headings of a revision with the anchors they were given."""
    return tuple(
        content.HeadingAnchor(
            heading["level"], heading["text"], heading["anchor"], tuple(heading["aliases"])
        )
        for heading in data["headings"]
    )


def stamp(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _auto_teaser(blocks: list[dict[str, Any]]) -> str:
    first = next((block["text"] for block in blocks if block["type"] == "paragraph"), "")
    return content.teaser(first)


def _show_images(
    blocks: list[dict[str, Any]], data: dict[str, Any], files: dict[str, list[dict[str, Any]]]
) -> None:
    for block in blocks:
        if block["type"] == "image":
            block["image"] = _image(data["images"][block.pop("name")], files)


def _image(
    image: dict[str, Any] | None, files: dict[str, list[dict[str, Any]]]
) -> dict[str, Any] | None:
    """Return an image with its files; its addresses are added when the document is read."""
    if image is None or "digest" not in image:
        return None
    digest = image["digest"]
    shown = {name: image[name] for name in SHOWN}
    return {"image_digest": digest, "files": files[digest], **shown}


def _article(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "author": data["author"] | {"url": None},
        "topic": data["topic"],
        "tags": data["tags"],
        "related_ids": data["related"],
        "citations": [
            {"id": citation["key"]}
            | {key: value for key, value in citation.items() if key != "key"}
            for citation in data["citations"]
        ],
    }


def _product(data: dict[str, Any]) -> dict[str, Any]:
    total = Decimal(data["composition"]["elemental_magnesium_mg"])
    percent = (total / MAGNESIUM_NRV_MG * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return {
        "sku": data["sku"],
        "citations": [],
        "composition": data["composition"] | {"nrv_percent": int(percent)},
        "facts": data["facts"],
    }


def _seo(document: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    canonical = settings.STOREFRONT_ORIGIN + document["url"]
    title = data["seo_title"] or data["title"]
    description = data["seo_description"] or document["teaser"]
    return {
        "title": title,
        "description": description,
        "canonical": canonical,
        "robots": "index,follow",
        "og": {
            "type": "article" if document["kind"] == "article" else "product",
            "title": title,
            "description": description,
            "url": canonical,
            "locale": document["locale"],
        },
        "json_ld": [_linked_data(document, canonical, description)],
    }


def _linked_data(document: dict[str, Any], canonical: str, description: str) -> dict[str, Any]:
    """Return schema.org data: BlogPosting or Product; never a Medical type."""
    if document["kind"] == "product":
        return {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": document["title"],
            "description": description,
            "sku": document["sku"],
            "url": canonical,
        }
    return {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": document["title"],
        "description": description,
        "inLanguage": document["locale"],
        "datePublished": document["published_at"],
        "dateModified": document["updated_at"],
        "author": {"@type": "Person", "name": document["author"]["name"]},
        "mainEntityOfPage": canonical,
        "wordCount": document["word_count"],
    }
