"""Reading revision content: what of it the checker gets, under which field names."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from shop_content import claims

# key of the content -> kind of the part; nested keys are written with a dot
PLAIN = {
    "title": "title",
    "subtitle": "subtitle",
    "slug": "slug",
    "teaser": "teaser",
    "seo_title": "meta_title",
    "seo_description": "meta_description",
    "image.alt": "alt",
    "image.caption": "caption",
    "author.name": "label",
    "author.role": "label",
    "topic.name": "label",
    "topic.slug": "slug",
    "facts.food_category": "fact",
    "facts.intake": "fact",
    "facts.ingredients": "fact",
    "facts.storage": "fact",
    "facts.net_quantity": "fact",
    "facts.operator": "fact",
}


def parts_of(data: dict[str, Any]) -> tuple[claims.Part, ...]:
    """Return every text of a revision's content that the public may see, none left out (I1)."""
    return tuple(part for part in _parts(data) if part.text.strip())


def _parts(data: dict[str, Any]) -> Iterator[claims.Part]:
    for name in ("title", "teaser"):
        yield claims.Part(name, PLAIN[name], "text", data[name])
    yield claims.Part("body", "body", "html", data["body"])
    for name, kind in PLAIN.items():
        if name not in ("title", "teaser"):
            yield claims.Part(name, kind, "text", _at(data, name))
    for name, image in (data.get("images") or {}).items():
        for key in ("alt", "caption"):
            yield claims.Part(f"images.{name}.{key}", key, "text", image[key])
    for index, tag in enumerate(data.get("tags", ())):
        yield claims.Part(f"tags.{index}.name", "label", "text", tag["name"])
        yield claims.Part(f"tags.{index}.slug", "slug", "text", tag["slug"])
    for index, citation in enumerate(data.get("citations", ())):
        for key in ("title", "publisher", "url"):
            kind = "slug" if key == "url" else "label"
            yield claims.Part(f"citations.{index}.{key}", kind, "text", citation[key])
    for index, notice in enumerate((data.get("facts") or {}).get("notices", ())):
        yield claims.Part(f"facts.notices.{index}", "fact", "text", notice)


def _at(data: dict[str, Any], name: str) -> str:
    """Return the text at a dotted name, empty when the way there ends."""
    value: Any = data
    for key in name.split("."):
        value = (value or {}).get(key)
    return value or ""


def facts_of(data: dict[str, Any]) -> claims.Facts:
    """Return what conditions of use are judged by: the products as they were at submission."""
    return claims.Facts(
        products=tuple(
            claims.ProductFacts(
                sku=product["sku"],
                elemental_magnesium_mg=(
                    None
                    if product["elemental_magnesium_mg"] is None
                    else Decimal(product["elemental_magnesium_mg"])
                ),
                notices=tuple(product["notices"]),
            )
            for product in data["products"]
        )
    )
