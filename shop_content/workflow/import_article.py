"""Import: make an article with a draft of a recognised source and, if asked, submit it."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from shop_content import content
from shop_content.models import Article, ArticleProduct, ArticleTranslation, Author, Product
from shop_content.models.states import Role
from shop_content.workflow.draft import write_draft
from shop_content.workflow.errors import AddressTaken, Invalid
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.submit import submit


def import_article(
    recognised: content.Recognised,
    *,
    locale: str,
    products: Sequence[Product],
    author: str,
    by: User,
    submitted: bool,
) -> Article:
    """Return the new article; `author` is the name readers see, `products` are linked in order.

    All or nothing. Raises Invalid without a title, AddressTaken when the slug is in use, and what
    `submit` raises.
    """
    if not recognised.title:
        raise Invalid(_("No title was recognised: the first line of the text should be one."))
    with transaction.atomic():
        taken = ArticleTranslation.objects.filter(language_code=locale, slug=recognised.slug)
        if taken.exists():
            raise AddressTaken(
                _("There is an article with the slug “%(slug)s” already.")
                % {"slug": recognised.slug},
                field="slug",
            )
        article = Article.objects.create(author=Author.objects.get_or_create(name=author)[0])
        offered = {f"product:{sku}" for sku in _offered(recognised)}
        for position, product in enumerate(products, 1):
            role = Role.CTA if f"product:{product.sku}" in offered else Role.SUBJECT
            ArticleProduct.objects.create(
                article=article, product=product, role=role, position=position
            )
        fields = {
            "title": recognised.title,
            "slug": recognised.slug,
            "body": recognised.body_html,
            "seo_title": recognised.seo_title,
        }
        write_draft(article, locale=locale, fields=fields, by=by, version=None)
        record("imported", thing=thing_of(article, locale), by=by, slug=recognised.slug)
        if submitted:
            submit(article, locale=locale, by=by)
        return article


def _offered(recognised: content.Recognised) -> tuple[str, ...]:
    return content.parse_blocks(recognised.body_html).skus
