"""A check run: one execution of the checker on one revision under one rulebook version.

The row is the outbox: it is written in the transaction that writes the revision. A Celery message
only wakes a worker; who holds the lease (`attempts` is its token) may write the result.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop_content.models.revision import HASH_LENGTH, Revision
from shop_content.models.rulebook import RulebookVersion
from shop_content.models.states import CheckState, Lane, Verdict


class CheckRun(models.Model):
    """One check, waiting, running or finished."""

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="check_runs"
    )
    content_hash = models.CharField(_("content hash"), max_length=HASH_LENGTH)
    rulebook = models.ForeignKey(
        RulebookVersion,
        verbose_name=_("rulebook version"),
        on_delete=models.PROTECT,
        related_name="check_runs",
    )
    engine = models.CharField(_("engine version"), max_length=40)
    lane = models.CharField(_("lane"), max_length=12, choices=Lane, default=Lane.INTERACTIVE)
    state = models.CharField(
        _("state"), max_length=8, choices=CheckState, default=CheckState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("queued"), auto_now_add=True)
    rung_at = models.DateTimeField(_("last rung"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, blank=True)
    # Findings of severity block or warn that no approval of this revision has accepted yet.
    undecided = models.PositiveIntegerField(_("undecided findings"), default=0)
    error = models.TextField(_("error"), blank=True)
    # The check under an earlier version whose result counts here too, because nothing the rulebook
    # changed stands in the text (workflow/carry.py). Always a check that was made, never a copy.
    carried_from = models.ForeignKey(
        "self",
        verbose_name=_("carried over from"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )

    class Meta:
        verbose_name = _("check run")
        verbose_name_plural = _("check runs")
        permissions = [("retry_check", _("Can have failed checks run again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "rulebook", "engine"], name="check_run_one_effect"
            ),
            models.CheckConstraint(
                condition=Q(state=CheckState.DONE, finished_at__isnull=False) & ~Q(verdict="")
                | ~Q(state=CheckState.DONE) & Q(verdict=""),
                name="check_run_verdict_iff_done",
            ),
            models.CheckConstraint(
                condition=~Q(state=CheckState.RUNNING) | Q(leased_until__isnull=False),
                name="check_run_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                F("lane").desc(),
                F("queued_at"),
                name="check_run_waiting",
                condition=Q(state__in=[CheckState.QUEUED, CheckState.RUNNING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.state}"
