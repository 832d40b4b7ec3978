"""A revision: the immutable, hashed text of one article or product in one locale.

`content` is canonical JSON (sorted keys, no spaces, UTF-8) of everything the public may get to
see; `content_hash` is its SHA-256. The database refuses a row whose hash is not that of its
content and every later change (migration 0002).
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop_content.models.article import Article
from shop_content.models.product import Product
from shop_content.models.subject import EXACTLY_ONE, SubjectRow, subject_fields

HASH_LENGTH = 71  # "sha256:" and 64 hexadecimal digits


def canonical(content: dict[str, Any]) -> str:
    """Return `content` as canonical JSON: equal content gives equal bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return `sha256:<hex>` of the text in UTF-8."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Revisions of a text."""

    def newest(self, subject: Article | Product, locale: str) -> "Revision | None":
        """Return the newest revision of this text in this locale."""
        of_text = self.filter(**subject_fields(subject), locale=locale)
        return of_text.order_by("-number").first()


class Revision(SubjectRow):
    """What was submitted, exactly."""

    number = models.PositiveIntegerField(_("number"))
    content = models.TextField(_("content"))
    content_hash = models.CharField(_("content hash"), max_length=HASH_LENGTH)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        related_name="revisions",
    )
    # Ids of the submitter and of everyone who worked on the draft: none of them may approve it.
    authors = ArrayField(models.BigIntegerField(), verbose_name=_("authors"))
    submitted_at = models.DateTimeField(_("submitted"), auto_now_add=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.CheckConstraint(condition=EXACTLY_ONE, name="revision_has_one_subject"),
            models.UniqueConstraint(
                fields=["article", "locale", "number"], name="revision_number_once_per_article"
            ),
            models.UniqueConstraint(
                fields=["product", "locale", "number"], name="revision_number_once_per_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} [{self.locale}] r{self.number}"

    @property
    def data(self) -> dict[str, Any]:
        """The content as a mapping; its keys are listed in `workflow.submit`."""
        loaded: dict[str, Any] = json.loads(self.content)
        return loaded

    @property
    def title(self) -> str:
        """The title in this revision."""
        return str(self.data["title"])
