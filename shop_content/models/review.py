"""Decisions: a person's act on exactly one revision under one rulebook version. Append-only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop_content.models.check_run import CheckRun
from shop_content.models.revision import HASH_LENGTH, Revision
from shop_content.models.rulebook import RulebookVersion
from shop_content.models.states import Outcome


class Decision(models.Model):
    """Approve or request changes. One request for changes outweighs every approval of the run."""

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="decisions"
    )
    content_hash = models.CharField(_("content hash"), max_length=HASH_LENGTH)
    check_run = models.ForeignKey(
        CheckRun, verbose_name=_("check run"), on_delete=models.PROTECT, related_name="decisions"
    )
    rulebook = models.ForeignKey(
        RulebookVersion,
        verbose_name=_("rulebook version"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    outcome = models.CharField(_("decision"), max_length=20, choices=Outcome)
    reason = models.TextField(_("reason"))
    decided_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        permissions = [("decide_revision", _("Can decide on revisions"))]
        constraints = [
            models.UniqueConstraint(
                fields=["check_run", "reviewer"], name="decision_once_per_reviewer"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__regex=r"\S"), name="decision_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.outcome}"
