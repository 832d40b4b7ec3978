"""Rulebook versions: banned phrases, term lists and authorised claims, frozen, named by digest.

Only `is_active`, `activated_at` and `on_new_block` of a row ever change, when it is activated or
retired; a partial unique index holds that at most one version is active. Going back to an older
version activates that row again.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop_content.models.revision import HASH_LENGTH


class OnNewBlock(models.TextChoices):
    """What happens to a live text in which a newly active version finds a new blocking finding."""

    WITHDRAW = "withdraw", _("withdraw the text at once")
    ESCALATE = "escalate", _("leave it live and put it in the review queue")


class RulebookVersion(models.Model):
    """One immutable version of the whole rulebook, all locales together."""

    digest = models.CharField(_("digest"), max_length=HASH_LENGTH, unique=True)
    source = models.TextField(_("source"), help_text=_("Canonical JSON of the whole rulebook."))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    is_active = models.BooleanField(_("active"), default=False)
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    on_new_block = models.CharField(
        _("live text with a new blocking finding"),
        max_length=10,
        choices=OnNewBlock,
        default=OnNewBlock.WITHDRAW,
    )

    class Meta:
        verbose_name = _("rulebook version")
        verbose_name_plural = _("rulebook versions")
        permissions = [("activate_rulebook", _("Can activate rulebook versions"))]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="rulebook_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest.removeprefix('sha256:')[:12]} {self.note}".strip()

    @classmethod
    def active(cls) -> "RulebookVersion | None":
        """Return the active version, locked: it stays active until the transaction ends."""
        return cls.objects.select_for_update().filter(is_active=True).first()
