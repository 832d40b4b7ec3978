"""Findings: what a check run objects to, where, and by which law. Append-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop_content.models.check_run import CheckRun
from shop_content.models.states import Severity

RULE_LENGTH = 120
CATEGORY_LENGTH = 20


class Finding(models.Model):
    """One objection. `start` and `end` are half-open code-point offsets into the field's text."""

    check_run = models.ForeignKey(
        CheckRun, verbose_name=_("check run"), on_delete=models.PROTECT, related_name="findings"
    )
    position = models.PositiveIntegerField(_("position"))
    rule = models.CharField(_("rule"), max_length=RULE_LENGTH)
    category = models.CharField(_("category"), max_length=CATEGORY_LENGTH)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity)
    field = models.CharField(_("field"), max_length=120)
    start = models.PositiveIntegerField(_("start"), null=True, blank=True)
    end = models.PositiveIntegerField(_("end"), null=True, blank=True)
    quote = models.TextField(_("quote"), blank=True)
    message = models.JSONField(_("message"), help_text=_("By interface language: de, en."))
    legal_basis = models.TextField(_("legal basis"), blank=True)
    suggestions = models.JSONField(_("suggestions"), default=list)
    fingerprint = models.CharField(_("fingerprint"), max_length=80)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(fields=["check_run", "position"], name="finding_once_per_run"),
            models.CheckConstraint(
                # A finding about the whole document has no span.
                condition=models.Q(start__isnull=True, end__isnull=True)
                | models.Q(start__isnull=False, end__isnull=False, end__gt=models.F("start")),
                name="finding_span_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.severity} {self.category} {self.quote!r}"
