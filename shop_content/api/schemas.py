"""The shapes of all answers, for the OpenAPI document. Documents are mappings already."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers as s

from shop_content.api.block_schemas import BLOCKS, Card, Image, TocEntry
from shop_content.api.linked_data import LINKED_DATA
from shop_content.api.problems import CODES, CONTENT_TYPE
from shop_content.models.comment import NAME_LENGTH, TEXT_LENGTH


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
    slug = s.CharField(allow_null=True, help_text="null while its copy is not released here")
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
    json_ld = LINKED_DATA


class RevisionStamp(s.Serializer):
    id = s.CharField()
    number = s.IntegerField()
    content_hash = s.CharField()
    published_at = s.DateTimeField()


class Fallback(s.Serializer):
    """Whether the text is in another locale than the one asked for: all of it, never a part."""

    def get_fields(self) -> dict[str, s.Field]:
        """Keep the contract's member `fields` beside DRF's attribute of that name."""
        return {
            "used": s.BooleanField(),
            "chain": s.ListField(child=s.CharField()),
            "fields": s.DictField(child=s.CharField()),
        }


class Compliance(s.Serializer):
    status = s.ChoiceField(["cleared"])
    cleared_at = s.DateTimeField()
    rulebook = s.CharField()
    claims = s.ListField(child=s.CharField(), required=False)
    notices = s.ListField(child=s.CharField())


class Captcha(s.Serializer):
    provider = s.CharField()
    notice_html = s.CharField()


class Comments(s.Serializer):
    enabled = s.BooleanField()
    count = s.IntegerField()
    policy = s.CharField()
    captcha = Captcha(allow_null=True)
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


class Highlight(s.Serializer):
    """HTML, escaped; `<mark>` is around what was found. `text`: the first passage with a word."""

    title = s.CharField()
    text = s.CharField(allow_blank=True)


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
    highlight = Highlight(required=False, help_text="with `q` only")


class Complete(s.Serializer):
    """`missing`: released in another locale, and not in this one."""

    released = s.IntegerField()
    missing = s.IntegerField()


class Completeness(s.Serializer):
    articles = Complete()
    products = Complete()


class LocaleItem(s.Serializer):
    locale = s.CharField()
    fallback_chain = s.ListField(child=s.CharField())
    articles = s.IntegerField()
    products = s.IntegerField()
    completeness = Completeness()


class LocalesDocument(s.Serializer):
    items = LocaleItem(many=True)


class ReaderComment(s.Serializer):
    """Plain text: to be escaped."""

    id = s.IntegerField()
    name = s.CharField()
    text = s.CharField()
    submitted_at = s.DateTimeField()


class CommentsDocument(s.Serializer):
    items = ReaderComment(many=True)
    next_cursor = s.CharField(allow_null=True)


class NewComment(s.Serializer):
    """`consent`: the reader agrees that name and text are kept and shown."""

    name = s.CharField(max_length=NAME_LENGTH)
    text = s.CharField(max_length=TEXT_LENGTH)
    consent = s.BooleanField()


class CommentTaken(s.Serializer):
    status = s.ChoiceField(["waiting"])


class SitemapEntry(s.Serializer):
    """Addresses are absolute."""

    url = s.CharField()
    lastmod = s.DateTimeField()
    alternates = Alternate(many=True)
    images = s.ListField(child=s.CharField())


class SitemapDocument(s.Serializer):
    items = SitemapEntry(many=True)
    next_cursor = s.CharField(allow_null=True)
    cache = Cache()


class ResolvedDocument(s.Serializer):
    """What is live at an address of the storefront, or where it has moved (`redirect`)."""

    type = s.ChoiceField(["article", "product", "redirect"])
    id = s.UUIDField(allow_null=True)
    locale = s.CharField(allow_null=True)
    slug = s.CharField(allow_null=True)
    canonical = s.CharField(allow_null=True)
    redirect = s.CharField(allow_null=True)


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
    code = s.ChoiceField(sorted(CODES))
    errors = FieldError(many=True, required=False)
    alternates = Alternate(many=True, required=False)


def problems(*statuses: int) -> dict[Any, Any]:
    """Return the answers of these statuses, with the media type they have on the wire."""
    shape = OpenApiResponse(ProblemDocument, description="RFC 9457 problem")
    return {(status, CONTENT_TYPE): shape for status in statuses}


class MovedDocument(s.Serializer):
    location = s.CharField()
    code = s.ChoiceField(["moved"])


class HealthDocument(s.Serializer):
    status = s.ChoiceField(["ok"])
    checks = s.DictField(child=s.CharField(), required=False)
