"""The thing a revision, a release or an address belongs to: exactly one article or one product."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop_content.models.article import Article
from shop_content.models.product import Product

EXACTLY_ONE = Q(article__isnull=False, product__isnull=True) | Q(
    article__isnull=True, product__isnull=False
)
LOCALE_LENGTH = 15


def subject_fields(subject: Article | Product) -> dict[str, Article | Product | None]:
    """Return the two foreign keys of `subject`, for filters and for creating rows."""
    if isinstance(subject, Article):
        return {"article": subject, "product": None}
    if isinstance(subject, Product):
        return {"article": None, "product": subject}
    message = f"neither an article nor a product: {subject!r}"
    raise TypeError(message)


class SubjectRow(models.Model):
    """A row that belongs to one article or product in one locale."""

    article = models.ForeignKey(
        Article,
        verbose_name=_("article"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
    )
    locale = models.CharField(_("locale"), max_length=LOCALE_LENGTH)

    class Meta:
        abstract = True

    @property
    def subject(self) -> Article | Product:
        """The article or product itself."""
        subject = self.article or self.product
        assert subject is not None  # held by the constraint <table>_has_one_subject  # noqa: S101
        return subject

    @property
    def kind(self) -> str:
        """`article` or `product`."""
        return "article" if self.article_id else "product"
