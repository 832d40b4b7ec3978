"""The shapes of answers that `fields` and `include` select from: the whole, or some members."""

from typing import Any

from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers as s

from shop_content.api import schemas
from shop_content.api.block_schemas import BLOCKS, TocEntry


class WholeOrSparse(PolymorphicProxySerializer):
    """A union that a whole document meets twice: as such, and as some of its members."""


class AnyOf(PolymorphicProxySerializerExtension):  # type: ignore[no-untyped-call]
    """What `oneOf` would refuse."""

    target_class = WholeOrSparse

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the union as `anyOf`."""
        union = super().map_serializer(auto_schema, direction)  # type: ignore[no-untyped-call]
        return {"anyOf": union["oneOf"]}


class Optional:
    """None of the members has to be there."""

    def get_fields(self) -> dict[str, s.Field]:
        """Return the members as optional ones."""
        found: dict[str, s.Field] = super().get_fields()  # type: ignore[misc]
        for field in found.values():
            field.required = False
        return found


class SparseArticle(Optional, schemas.ArticleDocument):
    """An article with `fields`."""


class SparseProduct(Optional, schemas.ProductDocument):
    """A product with `fields`."""


@extend_schema_field(BLOCKS)
class Blocks(s.JSONField):
    """Typed blocks."""


class WholeItem(schemas.ListItemDocument):
    """An item of a list, with the parts of the article that `include` names."""

    toc = TocEntry(many=True, required=False)
    blocks = Blocks(required=False)
    linked_products = schemas.LinkedProduct(many=True, required=False)
    related = schemas.Related(many=True, required=False)


class SparseItem(Optional, WholeItem):
    """An item of a list with `fields`."""


def _union(name: str, *shapes: Any) -> WholeOrSparse:
    return WholeOrSparse(component_name=name, serializers=shapes, resource_type_field_name=None)


ARTICLE = _union("Article", schemas.ArticleDocument, SparseArticle)
PRODUCT = _union("Product", schemas.ProductDocument, SparseProduct)


class ListDocument(s.Serializer):
    items = s.ListField(child=_union("Item", WholeItem, SparseItem))
    next_cursor = s.CharField(allow_null=True)
    cache = schemas.Cache()


LIST = ListDocument
