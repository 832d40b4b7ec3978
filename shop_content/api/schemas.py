"""The shapes of all answers, for the OpenAPI document. Documents are mappings already."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers as s


class Image(s.Serializer):
    """A picture with its size in pixels."""

    url = s.CharField()
    width = s.IntegerField()
    height = s.IntegerField()
    alt = s.CharField(allow_blank=True)
    caption = s.CharField(allow_blank=True)


class Card(s.Serializer):
    """A product in an article."""

    sku = s.CharField()
    slug = s.CharField()
    name = s.CharField()
    teaser = s.CharField(allow_blank=True)
    image = Image(allow_null=True)
    url = s.CharField()


class Block(s.Serializer):
    """What every block has: an unknown type can always be shown by its `text`."""

    id = s.CharField()
    text = s.CharField(allow_blank=True)


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
    lists = s.ListField(child=s.DictField(), help_text="Nested lists, of the same shape.")


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
    placement = s.CharField()
    variant = s.CharField()
    headline = s.CharField()
    product = Card(allow_null=True)
    tracking_id = s.CharField()


class CitationRef(Block):
    type = s.ChoiceField(["citation"])
    ref = s.CharField()


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
        "table": Table,
        "divider": Divider,
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
    children = s.ListField(child=s.DictField(), help_text="Entries of the same shape.")


class Alternate(s.Serializer):
    locale = s.CharField()
    hreflang = s.CharField()
    slug = s.CharField()
    url = s.CharField()


class Label(s.Serializer):
    id = s.IntegerField()
    slug = s.CharField()
    name = s.CharField(allow_blank=True)


class Writer(s.Serializer):
    id = s.IntegerField()
    name = s.CharField()
    role = s.CharField(allow_blank=True)
    url = s.CharField(allow_null=True)


class ProductRef(s.Serializer):
    sku = s.CharField()
    role = s.ChoiceField(["subject", "mentioned", "cta"])
    position = s.IntegerField()


class LinkedProduct(ProductRef):
    product = Card(allow_null=True)


class Teaser(s.Serializer):
    id = s.UUIDField()
    slug = s.CharField()
    title = s.CharField()
    teaser = s.CharField(allow_blank=True)
    url = s.CharField()
    hero_image = Image(allow_null=True)


class Related(Teaser):
    source = s.ChoiceField(["curated", "auto"])


class Crumb(s.Serializer):
    name = s.CharField()
    url = s.CharField()


class CitedSource(s.Serializer):
    id = s.CharField()
    title = s.CharField()
    publisher = s.CharField(allow_blank=True)
    year = s.IntegerField(allow_null=True)
    url = s.CharField(allow_blank=True)


class Seo(s.Serializer):
    title = s.CharField()
    description = s.CharField(allow_blank=True)
    canonical = s.CharField()
    robots = s.CharField()
    og = s.DictField(child=s.CharField(allow_blank=True))
    json_ld = s.ListField(child=s.DictField())


class RevisionStamp(s.Serializer):
    id = s.CharField()
    number = s.IntegerField()
    content_hash = s.CharField()
    published_at = s.DateTimeField()


class Fallback(s.Serializer):
    used = s.BooleanField()
    chain = s.ListField(child=s.CharField())
    fields = s.DictField()

    def get_fields(self) -> dict[str, s.Field]:
        """Keep the contract's member `fields` beside DRF's attribute of that name."""
        return {
            "used": s.BooleanField(),
            "chain": s.ListField(child=s.CharField()),
            "fields": s.DictField(),
        }


class Compliance(s.Serializer):
    status = s.ChoiceField(["cleared"])
    cleared_at = s.DateTimeField()
    rulebook = s.CharField()
    notices = s.ListField(child=s.CharField())


class Comments(s.Serializer):
    enabled = s.BooleanField()
    count = s.IntegerField()
    policy = s.CharField()
    captcha = s.DictField(allow_null=True)
    href = s.CharField(allow_null=True)


class Cache(s.Serializer):
    tags = s.ListField(child=s.CharField())
    next_change_at = s.DateTimeField(allow_null=True)


class Document(s.Serializer):
    """What articles and products have in common."""

    id = s.UUIDField()
    kind = s.ChoiceField(["article", "product"])
    locale = s.CharField()
    requested_locale = s.CharField()
    content_language = s.CharField()
    slug = s.CharField()
    url = s.CharField()
    title = s.CharField()
    subtitle = s.CharField(allow_null=True)
    teaser = s.CharField(allow_blank=True)
    teaser_source = s.ChoiceField(["manual", "auto"])
    revision = RevisionStamp()
    published_at = s.DateTimeField()
    updated_at = s.DateTimeField()
    toc = TocEntry(many=True)
    blocks = BLOCKS
    word_count = s.IntegerField()
    reading_time_min = s.IntegerField()
    hero_image = Image(allow_null=True)
    product_refs = ProductRef(many=True)
    linked_products = LinkedProduct(many=True)
    citations = CitedSource(many=True)
    related = Related(many=True)
    alternates = Alternate(many=True)
    breadcrumbs = Crumb(many=True)
    fallback = Fallback()
    compliance = Compliance()
    comments = Comments()
    cache = Cache()
    seo = Seo()


class ArticleDocument(Document):
    author = Writer()
    topic = Label(allow_null=True)
    tags = Label(many=True)


class SaltAmount(s.Serializer):
    kind = s.CharField()
    salt_mg = s.DecimalField(8, 2)
    elemental_mg = s.DecimalField(8, 2)


class Composition(s.Serializer):
    """Amounts in mg per daily portion."""

    salts = SaltAmount(many=True)
    elemental_magnesium_mg = s.DecimalField(8, 2)
    nrv_percent = s.IntegerField()
    units_per_day = s.IntegerField()
    portions_per_pack = s.IntegerField()


class SupplementFacts(s.Serializer):
    food_category = s.CharField()
    intake = s.CharField()
    ingredients = s.CharField()
    notices = s.ListField(child=s.CharField())
    storage = s.CharField(allow_blank=True)
    net_quantity = s.CharField()
    operator = s.CharField()


class ProductDocument(Document):
    sku = s.CharField()
    composition = Composition()
    facts = SupplementFacts()
    linked_articles = Teaser(many=True)


class ListItemDocument(s.Serializer):
    id = s.UUIDField()
    locale = s.CharField()
    slug = s.CharField()
    url = s.CharField()
    title = s.CharField()
    teaser = s.CharField(allow_blank=True)
    teaser_source = s.ChoiceField(["manual", "auto"])
    hero_image = Image(allow_null=True)
    topic = Label(allow_null=True)
    tags = Label(many=True, allow_null=True)
    author = Writer(allow_null=True)
    published_at = s.DateTimeField()
    updated_at = s.DateTimeField()
    reading_time_min = s.IntegerField()
    word_count = s.IntegerField()
    product_refs = ProductRef(many=True)
    comment_count = s.IntegerField()
    alternates = Alternate(many=True)
    content_language = s.CharField()
    etag = s.CharField()


class ListDocument(s.Serializer):
    items = ListItemDocument(many=True)
    next_cursor = s.CharField(allow_null=True)


class LocaleItem(s.Serializer):
    locale = s.CharField()
    fallback_chain = s.ListField(child=s.CharField())
    articles = s.IntegerField()
    products = s.IntegerField()


class LocalesDocument(s.Serializer):
    items = LocaleItem(many=True)


class FieldError(s.Serializer):
    field = s.CharField()
    code = s.CharField()
    detail = s.CharField()


class ProblemDocument(s.Serializer):
    """RFC 9457."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    code = s.CharField()
    errors = FieldError(many=True, required=False)
    alternates = Alternate(many=True, required=False)


class MovedDocument(s.Serializer):
    location = s.CharField()
    code = s.ChoiceField(["moved"])


class HealthDocument(s.Serializer):
    status = s.ChoiceField(["ok"])
    checks = s.DictField(child=s.CharField(), required=False)
