"""Planned changes: a release or a withdrawal that is to happen at a moment.

A row waits until it is settled, once: `done`, `missed` with why, or `cancelled` by a person. The
database decides what is due (its clock) and keeps the outcome for good (migration).
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop_content.models.revision import Revision
from shop_content.models.states import Act, PlanOutcome, Why
from shop_content.models.subject import EXACTLY_ONE, SubjectRow


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    """Planned changes."""

    def waiting(self) -> "ScheduleQuerySet":
        """Only what nobody has settled."""
        return self.filter(outcome=PlanOutcome.WAITING)

    def next_change_at(self) -> datetime | None:
        """Return when the next of these is due; None when nothing is planned."""
        moment: datetime | None = self.waiting().aggregate(next=models.Min("due_at"))["next"]
        return moment


class Schedule(SubjectRow):
    """One planned change of one text in one locale."""

    act = models.CharField(_("what"), max_length=10, choices=Act)
    # What goes live; a withdrawal ends whatever is live then.
    revision = models.ForeignKey(
        Revision,
        verbose_name=_("revision"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="schedules",
    )
    due_at = models.DateTimeField(_("planned for"))
    reason = models.TextField(_("reason of withdrawal"), blank=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("planned by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    scheduled_at = models.DateTimeField(_("planned"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=PlanOutcome, default=PlanOutcome.WAITING, blank=True
    )
    why = models.CharField(_("why missed"), max_length=20, choices=Why, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cancelled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned change")
        verbose_name_plural = _("planned changes")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["due_at"], condition=Q(outcome=""), name="schedule_waiting")
        ]
        constraints = [
            models.CheckConstraint(condition=EXACTLY_ONE, name="schedule_has_one_subject"),
            models.CheckConstraint(
                condition=Q(act=Act.RELEASE, revision__isnull=False, reason="")
                | Q(act=Act.WITHDRAW, revision__isnull=True, reason__regex=r"\S"),
                name="schedule_says_what",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", why="", settled_at=None, settled_by=None)
                | Q(outcome="done", why="", settled_at__isnull=False, settled_by=None)
                | Q(outcome="missed", settled_at__isnull=False, settled_by=None) & ~Q(why="")
                | Q(
                    outcome="cancelled", why="", settled_at__isnull=False, settled_by__isnull=False
                ),
                name="schedule_outcome_is_told",
            ),
            models.UniqueConstraint(
                fields=["article", "locale", "due_at"],
                condition=Q(outcome=""),
                name="schedule_one_a_moment_article",
            ),
            models.UniqueConstraint(
                fields=["product", "locale", "due_at"],
                condition=Q(outcome=""),
                name="schedule_one_a_moment_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject} [{self.locale}]"
