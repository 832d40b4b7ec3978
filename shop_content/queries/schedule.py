"""What is planned, what is due, what was missed: by the clock of the database alone."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from shop_content.models import Article, Product, Release, Schedule
from shop_content.models.schedule import ScheduleQuerySet
from shop_content.models.states import PlanOutcome
from shop_content.models.subject import subject_fields
from shop_content.queries.documents import tags_of

# Of one text the earlier plan comes first, whoever is at it: a later one waits for its end.
DUE = """
SELECT s.id FROM shop_content_schedule s
WHERE s.outcome = '' AND s.due_at <= clock_timestamp() AND s.id <> ALL (%s)
  AND NOT EXISTS (
    SELECT FROM shop_content_schedule b
    WHERE b.outcome = '' AND b.locale = s.locale AND b.due_at < s.due_at
      AND (b.article_id = s.article_id OR b.product_id = s.product_id))
ORDER BY s.attempts, s.due_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED
"""
NEXT = """
SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float8
FROM shop_content_schedule WHERE outcome = '' AND due_at > clock_timestamp()
"""


def _one(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None


def clock() -> datetime:
    """Return the time of the database."""
    now: datetime = _one("SELECT clock_timestamp()")
    return now


def lock_due(tried: set[int]) -> int | None:
    """Lock a plan that is due and that nobody else has locked; None: there is none but `tried`."""
    key: int | None = _one(DUE, sorted(tried))
    return key


def seconds_to_next() -> float | None:
    """Return in how many seconds the next plan is due that is not due yet."""
    seconds: float | None = _one(NEXT)
    return seconds


def plans_of(subject: Article | Product, locale: str) -> ScheduleQuerySet:
    """Return everything ever planned for a text, what comes next first."""
    rows = Schedule.objects.filter(**subject_fields(subject), locale=locale)
    return rows.select_related("revision", "scheduled_by", "settled_by").order_by("-due_at", "-pk")


def planned() -> ScheduleQuerySet:
    """Return what waits, the next first."""
    rows = Schedule.objects.waiting().order_by("due_at", "pk")
    return rows.select_related("article", "product", "revision", "scheduled_by")


def missed(days: int) -> ScheduleQuerySet:
    """Return what was missed in the last days, the newest first."""
    recent = Q(outcome=PlanOutcome.MISSED, settled_at__gte=Now() - timedelta(days=days))
    rows = Schedule.objects.filter(recent).order_by("-settled_at", "-pk")
    return rows.select_related("article", "product", "revision", "scheduled_by")


def overtaken(plan: Schedule) -> bool:
    """Whether a later plan for the same text is due as well."""
    later = Schedule.objects.waiting().filter(
        **subject_fields(plan.subject), locale=plan.locale, due_at__gt=plan.due_at
    )
    return later.filter(due_at__lte=Now()).exists()


def tags_of_text(subject: Article | Product, locale: str) -> list[str]:
    """Return the cache tags of the answers that tell when this text changes."""
    live = Release.objects.live().filter(**subject_fields(subject), locale=locale).first()
    if live:
        return tags_of(live.data)
    return [f"{subject._meta.model_name}:{subject.uuid}", f"locale:{locale}"]
