"""What an article's and a product's translation share: the draft of one locale.

A draft is changed by people and never served. `version` is the optimistic lock (I8): the trigger
`draft_is_not_stale` (migration 0002) refuses an update that does not carry the version it was
read with plus one, whoever writes it.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from parler.models import TranslatedFieldsModel

TEXT_FIELDS = (
    "title",
    "subtitle",
    "slug",
    "teaser",
    "body",
    "seo_title",
    "seo_description",
    "image_alt",
    "image_caption",
)


class Draft(TranslatedFieldsModel):
    """The text of one article or product in one locale, as editors work on it."""

    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    slug = models.SlugField(
        _("slug"), max_length=80, db_index=False, help_text=_("The last part of the address.")
    )
    teaser = models.TextField(_("teaser"), blank=True, max_length=500)
    body = models.TextField(_("body"), blank=True)
    seo_title = models.CharField(_("SEO title"), max_length=200, blank=True)
    seo_description = models.CharField(_("SEO description"), max_length=320, blank=True)
    image_alt = models.CharField(_("image: alternative text"), max_length=300, blank=True)
    image_caption = models.CharField(_("image: caption"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("draft version"), default=1, editable=False)
    # Everyone who worked on the text since the last release: none of them may approve it (I2).
    editors = ArrayField(models.BigIntegerField(), default=list, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the draft as the next version.

        Raises `django.db.IntegrityError` (draft_is_not_stale) when somebody else saved meanwhile.
        """
        if not self._state.adding:
            self.version += 1
        super().save(*args, **kwargs)
