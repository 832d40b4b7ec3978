"""An article: what all its locales share, and its draft in each."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from parler.fields import TranslationsForeignKey
from parler.models import TranslatableModel

from shop_content.models.draft import Draft
from shop_content.models.image import Image
from shop_content.models.label import Author, Tag, Topic
from shop_content.models.product import Product
from shop_content.models.states import Role


class Article(TranslatableModel):
    """A blog article."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        Author, verbose_name=_("author"), on_delete=models.PROTECT, related_name="articles"
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="articles")
    image = models.ForeignKey(
        Image,
        verbose_name=_("hero image"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
    )
    related = models.ManyToManyField(
        "self",
        verbose_name=_("related articles"),
        through="ArticleRelation",
        symmetrical=False,
        related_name="related_from",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def __str__(self) -> str:
        return self.safe_translation_getter("title", any_language=True) or str(self.uuid)


class ArticleTranslation(Draft):
    """An article's draft in one locale."""

    master = TranslationsForeignKey(
        Article, on_delete=models.CASCADE, related_name="translations", null=True, editable=False
    )

    class Meta:
        verbose_name = _("article draft")
        verbose_name_plural = _("article drafts")
        unique_together = [("language_code", "master")]
        constraints = [
            models.UniqueConstraint(
                fields=["language_code", "slug"], name="article_slug_once_per_locale"
            )
        ]


class ArticleProduct(models.Model):
    """A product an article is about, mentions or offers."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="product_links")
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="article_links"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SUBJECT)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("linked product")
        verbose_name_plural = _("linked products")
        constraints = [
            models.UniqueConstraint(fields=["article", "product"], name="product_once_per_article")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.product_id}"


class ArticleRelation(models.Model):
    """A hand-picked article to read on."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(
        Article, verbose_name=_("related article"), on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="related_once_per_article"),
            models.CheckConstraint(
                condition=~models.Q(article=models.F("other")), name="related_is_another_article"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.other_id}"


class Citation(models.Model):
    """A source an article names; the body refers to it by `citation:KEY` links."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="citations")
    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), blank=True, max_length=500)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "key"], name="citation_key_once_per_article"
            )
        ]

    def __str__(self) -> str:
        return self.key
