"""Which members of an answer are wanted: `fields` and `include`, names out of fixed lists.

Whatever order or number of times names come in, the same selection is one and the same key.
"""

from collections.abc import Mapping, Sequence

from drf_spectacular.utils import OpenApiParameter

from shop_content.api import schemas
from shop_content.api.problems import bad_parameter

ITEM = tuple(schemas.ListItemDocument._declared_fields)
DETAILS = {
    "article": tuple(schemas.ArticleDocument._declared_fields),
    "product": tuple(schemas.ProductDocument._declared_fields),
}
# Members of an article's document that its item in a list may carry besides.
INCLUDE = ("toc", "blocks", "linked_products", "related")
SHOWN = 80


def _parameter(name: str, allowed: Sequence[str], description: str) -> OpenApiParameter:
    items = {"type": "string", "enum": list(allowed)}
    return OpenApiParameter(
        name,
        {"type": "array", "items": items, "minItems": 1},
        style="form",
        explode=False,
        description=f"{description}, names separated by commas",
    )


ITEM_FIELDS = _parameter("fields", ITEM, "nothing but these members of each item")
ITEM_INCLUDE = _parameter("include", INCLUDE, "these members of the whole article in each item")
DETAIL_FIELDS = {
    kind: _parameter("fields", allowed, "nothing but these members")
    for kind, allowed in DETAILS.items()
}


def names(query: Mapping[str, str], parameter: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the names that are given, in the order of `allowed`, each once; () for none given.

    Raises the 400 that names the parameter and what is not allowed.
    """
    if parameter not in query:
        return ()
    value = query[parameter]
    if len(value) > sum(len(name) + 1 for name in allowed) * 4:
        raise bad_parameter(parameter, "too long")
    given = {name.strip() for name in value.split(",")}
    for name in sorted(given - set(allowed)):
        raise bad_parameter(parameter, f"“{name[:SHOWN]}” is none of {', '.join(allowed)}")
    return tuple(name for name in allowed if name in given)


def item_fields(query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the members of the items of a list; () for all, however that is said."""
    given = names(query, "fields", ITEM)
    return () if given == ITEM else given


def detail_fields(kind: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """Return the members of a document; () for all, however that is said."""
    given = names(query, "fields", DETAILS[kind])
    return () if given == DETAILS[kind] else given
