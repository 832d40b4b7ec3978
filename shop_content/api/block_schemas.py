"""The shapes of the parts of a text: its typed blocks and its table of contents."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers as s


class ImageFile(s.Serializer):
    """A file of a picture: width and height in pixels. Its bytes never change."""

    url = s.CharField()
    w = s.IntegerField()
    h = s.IntegerField()
    format = s.ChoiceField(["avif", "webp", "jpeg", "png"])


class Image(s.Serializer):
    """A picture. The last of `sources` is the largest that every browser can show."""

    alt = s.CharField(allow_blank=True, help_text="empty: the picture tells nothing of its own")
    caption = s.CharField(allow_blank=True)
    focal = s.ListField(
        child=s.FloatField(min_value=0, max_value=1),
        min_length=2,
        max_length=2,
        help_text="what must stay visible when cropped: from the left, from the top",
    )
    dominant_colour = s.CharField(help_text="`#rrggbb`")
    sources = ImageFile(many=True)


class Card(s.Serializer):
    """A product in an article."""

    sku = s.CharField()
    slug = s.CharField()
    name = s.CharField()
    teaser = s.CharField(allow_blank=True)
    image = Image(allow_null=True)
    url = s.CharField()


class ClaimRef(s.Serializer):
    """The authorised health claim a block makes, and the notices that belong to it."""

    authorised_claim_id = s.CharField()
    notice_ids = s.ListField(child=s.CharField())


class Block(s.Serializer):
    """What every block has: an unknown type can always be shown by its `text`."""

    id = s.CharField()
    text = s.CharField(allow_blank=True)
    claim = ClaimRef(required=False)


class Paragraph(Block):
    type = s.ChoiceField(["paragraph"])
    html = s.CharField()


class Heading(Block):
    type = s.ChoiceField(["heading"])
    level = s.IntegerField(min_value=2, max_value=4)
    anchor = s.CharField()
    anchor_aliases = s.ListField(child=s.CharField())
    html = s.CharField()


class ListItem(s.Serializer):
    id = s.CharField()
    html = s.CharField(allow_blank=True)
    text = s.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, s.Field]:
        """Add the nested lists, which are lists again."""
        return super().get_fields() | {"lists": ItemList(many=True)}


class ItemList(Block):
    type = s.ChoiceField(["list"])
    style = s.ChoiceField(["bullet", "number"])
    start = s.IntegerField()
    items = ListItem(many=True)


class Statement(Block):
    type = s.ChoiceField(["statement"])
    html = s.CharField()


class Quote(Block):
    type = s.ChoiceField(["quote"])
    html = s.CharField()
    attribution = s.CharField()


class ProductCta(Block):
    type = s.ChoiceField(["product_cta"])
    sku = s.CharField()
    label = s.CharField()
    placement = s.ChoiceField(["intro", "mid_text", "end"])
    variant = s.CharField()
    headline = s.CharField()
    product = Card(allow_null=True)
    tracking_id = s.CharField()


class CitationRef(Block):
    type = s.ChoiceField(["citation"])
    ref = s.CharField()


class ImageBlock(Block):
    type = s.ChoiceField(["image"])
    image = Image()


class Cell(s.Serializer):
    html = s.CharField(allow_blank=True)
    text = s.CharField(allow_blank=True)
    header = s.BooleanField()
    colspan = s.IntegerField()
    rowspan = s.IntegerField()


class Table(Block):
    type = s.ChoiceField(["table"])
    caption = s.CharField(allow_blank=True)
    rows = s.ListField(child=Cell(many=True))


class Divider(Block):
    type = s.ChoiceField(["divider"])


class Notice(Block):
    type = s.ChoiceField(["notice"])
    kind = s.CharField(help_text="`health_claim_notice`")


BLOCKS = PolymorphicProxySerializer(
    component_name="ContentBlock",
    serializers={
        "paragraph": Paragraph,
        "heading": Heading,
        "list": ItemList,
        "statement": Statement,
        "quote": Quote,
        "product_cta": ProductCta,
        "citation": CitationRef,
        "image": ImageBlock,
        "table": Table,
        "divider": Divider,
        "notice": Notice,
    },
    resource_type_field_name="type",
    many=True,
)


class TocEntry(s.Serializer):
    id = s.CharField()
    anchor = s.CharField()
    anchor_aliases = s.ListField(child=s.CharField())
    level = s.IntegerField()
    text = s.CharField()

    def get_fields(self) -> dict[str, s.Field]:
        """Add the entries below this one, which are entries again."""
        return super().get_fields() | {"children": TocEntry(many=True)}
