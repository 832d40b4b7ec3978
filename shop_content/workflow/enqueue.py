"""Enqueue: write the check run that is the outbox, and ring the doorbell for runs that wait.

Nothing here is called while an editor waits for the broker: `enqueue` only writes a row, `ring`
is called by the scheduler process. A lost message costs one more ring, never a check.
"""

import logging
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content import claims
from shop_content.models import CheckRun, Revision, RulebookVersion
from shop_content.models.states import CheckState, Lane
from shop_content.workflow.errors import NotAllowed, Superseded
from shop_content.workflow.record import record, thing_of

logger = logging.getLogger(__name__)

# Bulk messages that may wait in the broker at a time; more are rung as these are worked off.
BULK_WINDOW = 200
# Rows looked at in one sweep.
BATCH = 500


def enqueue(revision: Revision, *, rulebook: RulebookVersion, lane: Lane) -> CheckRun:
    """Write the check run of this revision under this rulebook, once however often it is asked."""
    return CheckRun.objects.get_or_create(
        revision=revision,
        rulebook=rulebook,
        engine=claims.ENGINE_VERSION,
        defaults={"content_hash": revision.content_hash, "lane": lane},
    )[0]


def ring() -> int:
    """Publish a message for each run that waits unheard; return how many were rung.

    Waiting is: queued and never rung, or rung longer than RING_AGAIN_SECONDS ago (0: never again),
    or running with a lease that has run out. Safe to run in several processes at once.
    """
    rung = 0
    for run_id, lane in _take_waiting():
        try:
            current_app.send_task(
                "shop_content.tasks.check_run", args=[run_id], queue=lane, ignore_result=True
            )
        except Exception as error:  # noqa: BLE001 -- any broker trouble means: ring again later
            logger.warning("the broker cannot be reached, %s waits: %s", run_id, error)
            break
        rung += 1
    return rung


def _take_waiting() -> list[tuple[int, str]]:
    """Mark the runs to ring as rung and return their ids and lanes, newest interactive first."""
    now = timezone.now()
    waiting = Q(state=CheckState.QUEUED, rung_at__isnull=True)
    if settings.RING_AGAIN_SECONDS:
        again = now - timedelta(seconds=settings.RING_AGAIN_SECONDS)
        waiting |= Q(state=CheckState.QUEUED, rung_at__lt=again)
        waiting |= Q(state=CheckState.RUNNING, leased_until__lt=now, rung_at__lt=again)
    with transaction.atomic():
        in_flight = CheckRun.objects.filter(
            lane=Lane.BULK, state=CheckState.QUEUED, rung_at__gte=now - timedelta(seconds=60)
        ).count()
        rows = list(
            CheckRun.objects.select_for_update(skip_locked=True)
            .filter(waiting, attempts__lt=settings.CHECK_MAX_ATTEMPTS)
            .order_by("-lane", "-queued_at")
            .values_list("pk", "lane")[:BATCH]
        )
        room = max(0, BULK_WINDOW - in_flight)
        bulk = [row for row in rows if row[1] == Lane.BULK][:room]
        chosen = [row for row in rows if row[1] == Lane.INTERACTIVE] + bulk
        CheckRun.objects.filter(pk__in=[pk for pk, _ in chosen]).update(rung_at=now)
    return chosen


def give_up() -> int:
    """Turn runs that died in every attempt into visible failures; return how many."""
    exhausted = CheckRun.objects.filter(
        state=CheckState.RUNNING,
        leased_until__lt=timezone.now(),
        attempts__gte=settings.CHECK_MAX_ATTEMPTS,
    )
    count = 0
    for pk in exhausted.values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            run = exhausted.select_for_update(skip_locked=True).filter(pk=pk).first()
            if run:
                fail(run, error=f"the worker died in each of {run.attempts} attempts")
                count += 1
    return count


def fail(run: CheckRun, *, error: str) -> None:
    """Write a visible failure. The caller holds the row."""
    run.state = CheckState.FAILED
    run.error = error
    run.leased_until = None
    run.save(update_fields=["state", "error", "leased_until"])
    thing = thing_of(run.revision.subject, run.revision.locale)
    record("check_failed", thing=thing, by=None, check_run=run.pk, error=error)


def retry(run: CheckRun, *, by: User) -> CheckRun:
    """Queue a failed run once more, on a person's word, with fresh attempts.

    Raises NotAllowed, Superseded (it has not failed, or its rulebook or engine is retired).
    """
    if not by.has_perm("shop_content.retry_check"):
        raise NotAllowed(_("You may not have checks run again."))
    with transaction.atomic():
        run = CheckRun.objects.select_for_update().get(pk=run.pk)
        if run.state != CheckState.FAILED:
            raise Superseded(_("This check has not failed."))
        if not run.rulebook.is_active or run.engine != claims.ENGINE_VERSION:
            raise Superseded(_("This check belongs to a rulebook that is no longer active."))
        run.state, run.attempts, run.error, run.rung_at = CheckState.QUEUED, 0, "", None
        run.save(update_fields=["state", "attempts", "error", "rung_at"])
        thing = thing_of(run.revision.subject, run.revision.locale)
        record("check_retried", thing=thing, by=by, check_run=run.pk)
    return run
