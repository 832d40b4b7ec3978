"""The audit trail: append-only, each line carrying the hash of the line before.

The trigger `event_chain` (migration 0002) numbers, links and hashes each row under one lock, so a
line written by raw SQL is chained like any other. `queries.audit.verify_chain` re-computes it all.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One line: who did what to which thing, when, with which particulars."""

    # The four fields without a value of ours are filled by the trigger.
    number = models.BigIntegerField(_("number"), unique=True, editable=False, default=0)
    happened_at = models.DateTimeField(_("when"), editable=False, default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    verb = models.CharField(_("what"), max_length=40)
    thing = models.CharField(
        _("thing"), max_length=120, db_index=True, help_text=_("For example article:<uuid>:de")
    )
    data = models.JSONField(_("particulars"), default=dict)
    previous_hash = models.CharField(_("hash before"), max_length=64, editable=False, default="")
    hash = models.CharField(_("hash"), max_length=64, editable=False, default="")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        permissions = [("audit_text", _("Can read the audit trail of a text"))]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.thing}"
