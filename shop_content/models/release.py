"""Releases: what the storefront gets. A row is written once; only its end is written later."""

import json
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from shop_content.models.check_run import CheckRun
from shop_content.models.image import Image
from shop_content.models.review import Decision
from shop_content.models.revision import HASH_LENGTH, Revision
from shop_content.models.rulebook import RulebookVersion
from shop_content.models.subject import EXACTLY_ONE, SubjectRow


class ReleaseQuerySet(models.QuerySet["Release"]):
    """The one door to public text: everything the public gets starts at `live()`."""

    def live(self) -> "ReleaseQuerySet":
        """Only what the storefront gets now."""
        return self.filter(is_live=True)

    def saying(self, *tokens: str) -> "ReleaseQuerySet":
        """Only those whose document says one of the tokens, e.g. `topic/glass`, `sku/MG-1`.

        The tokens are those of the function `shop_content_says` (migration 0009). Filter the
        public by this, never by relations of the article or product: those are drafts (I10).
        """
        says = Func(
            "document",
            function="shop_content_says",
            output_field=ArrayField(models.TextField()),
        )
        return self.annotate(says=says).filter(says__overlap=list(tokens))


class Release(SubjectRow):
    """An approved revision with its storefront document, live until replaced or withdrawn."""

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="releases"
    )
    content_hash = models.CharField(_("content hash"), max_length=HASH_LENGTH)
    check_run = models.ForeignKey(
        CheckRun, verbose_name=_("check run"), on_delete=models.PROTECT, related_name="releases"
    )
    rulebook = models.ForeignKey(
        RulebookVersion,
        verbose_name=_("rulebook version"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    decision = models.ForeignKey(
        Decision,
        verbose_name=_("decision"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="releases",
    )
    slug = models.CharField(_("slug"), max_length=80)
    document = models.TextField(_("document"), help_text=_("Canonical JSON for the storefront."))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released"), auto_now_add=True)
    is_live = models.BooleanField(_("live"), default=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Empty while live and when a newer release took over; filled when the text was taken off.
    withdrawal_reason = models.TextField(_("reason of withdrawal"), blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        permissions = [
            ("release_revision", _("Can release revisions")),
            ("withdraw_release", _("Can withdraw releases")),
        ]
        indexes = [
            # Lists: the newest of a locale first.
            models.Index(
                fields=["locale", "-id"],
                condition=Q(is_live=True, article__isnull=False),
                name="release_live_articles",
            ),
            models.Index(
                fields=["locale", "-id"],
                condition=Q(is_live=True, product__isnull=False),
                name="release_live_products",
            ),
            # What has changed since a moment.
            models.Index(
                fields=["locale", "-released_at"],
                condition=Q(is_live=True, article__isnull=False),
                name="release_articles_changed",
            ),
            models.Index(
                fields=["locale", "-released_at"],
                condition=Q(is_live=True, product__isnull=False),
                name="release_products_changed",
            ),
            models.Index(
                fields=["locale", "slug"], condition=Q(is_live=True), name="release_live_slugs"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=EXACTLY_ONE, name="release_has_one_subject"),
            models.UniqueConstraint(
                fields=["article", "locale"],
                condition=Q(is_live=True),
                name="release_one_live_per_article",
            ),
            models.UniqueConstraint(
                fields=["product", "locale"],
                condition=Q(is_live=True),
                name="release_one_live_per_product",
            ),
            models.CheckConstraint(
                condition=Q(is_live=True, ended_at__isnull=True, withdrawal_reason="")
                | Q(is_live=False, ended_at__isnull=False),
                name="release_end_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} [{self.locale}]"

    @property
    def data(self) -> dict[str, Any]:
        """The document as a mapping."""
        loaded: dict[str, Any] = json.loads(self.document)
        return loaded


class ReleaseImage(models.Model):
    """An image a release names: from then on its files are public. Written by a trigger."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="releases")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["image", "release"], name="release_image_once")
        ]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.image_id}"


class Address(SubjectRow):
    """A slug that was ever released: it keeps leading to its article or product (308, 410)."""

    slug = models.CharField(_("slug"), max_length=80)
    first_released_at = models.DateTimeField(_("first released"), auto_now_add=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.CheckConstraint(condition=EXACTLY_ONE, name="address_has_one_subject"),
            models.UniqueConstraint(
                fields=["locale", "slug"],
                condition=Q(article__isnull=False),
                name="address_once_per_locale_article",
            ),
            models.UniqueConstraint(
                fields=["locale", "slug"],
                condition=Q(product__isnull=False),
                name="address_once_per_locale_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locale}/{self.slug}"
