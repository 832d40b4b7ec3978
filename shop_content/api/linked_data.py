"""The shapes of the schema.org data of a page."""

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers as s


def _constant(value: str) -> s.Field:
    """Return a field that always says the same; a choice would need a name of its own."""
    field = s.CharField()
    set_override(field, "field", {"type": "string", "const": value})
    return field


class Person(s.Serializer):
    name = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:
        """Add what is no name in Python."""
        return {"@type": _constant("Person"), **super().get_fields()}


class LinkedData(s.Serializer):
    """What every schema.org entry has."""

    type_name = ""

    def get_fields(self) -> dict[str, s.Field]:
        """Add what is no name in Python."""
        return {
            "@context": _constant("https://schema.org"),
            "@type": _constant(self.type_name),
            **super().get_fields(),
        }


class BlogPosting(LinkedData):
    type_name = "BlogPosting"
    headline = s.CharField()
    description = s.CharField(allow_blank=True)
    inLanguage = s.CharField()  # noqa: N815 -- the name schema.org gave it
    datePublished = s.DateTimeField()  # noqa: N815
    dateModified = s.DateTimeField()  # noqa: N815
    author = Person()
    mainEntityOfPage = s.CharField()  # noqa: N815
    wordCount = s.IntegerField()  # noqa: N815
    image = s.CharField(required=False)


class LinkedProductData(LinkedData):
    type_name = "Product"
    name = s.CharField()
    description = s.CharField(allow_blank=True)
    sku = s.CharField()
    url = s.CharField()
    image = s.CharField(required=False)


class ListElement(s.Serializer):
    position = s.IntegerField()
    name = s.CharField()
    item = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:
        """Add what is no name in Python."""
        return {"@type": _constant("ListItem"), **super().get_fields()}


class BreadcrumbList(LinkedData):
    type_name = "BreadcrumbList"
    itemListElement = ListElement(many=True)  # noqa: N815


LINKED_DATA = PolymorphicProxySerializer(
    component_name="LinkedDataEntry",
    serializers={
        "BlogPosting": BlogPosting,
        "Product": LinkedProductData,
        "BreadcrumbList": BreadcrumbList,
    },
    resource_type_field_name="@type",
    many=True,
)
