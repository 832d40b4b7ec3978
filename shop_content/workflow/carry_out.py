"""Carry out: do what is due, once, through the guards a person's act goes through.

Each plan has its own transaction: outcome and act commit together or not at all, whenever the
process is killed and however many do this at once. An attempt is counted before it is made, so
that a plan that breaks whatever touches it comes after all others and is given up at last.
"""

import logging
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shop_content import claims
from shop_content.models import CheckRun, Release, RulebookVersion, Schedule
from shop_content.models.states import CheckState, Lane, PlanOutcome, Why
from shop_content.models.subject import subject_fields
from shop_content.queries.schedule import lock_due, overtaken, tags_of_text
from shop_content.workflow.enqueue import enqueue
from shop_content.workflow.errors import Superseded, WorkflowError
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.release import release
from shop_content.workflow.schedule import why
from shop_content.workflow.withdraw import withdraw

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


def carry_out() -> int:
    """Do everything that is due and that nobody else is at; return how many were settled."""
    tried: set[int] = set()
    settled = 0
    while (taken := _take(tried)) is not None:
        plan, ready = taken
        tried.add(plan.pk)
        settled += _attempt(plan) if ready else plan.outcome != PlanOutcome.WAITING
    return settled


def _take(tried: set[int]) -> tuple[Schedule, bool] | None:
    """Return the next plan, and whether it is to be attempted: else it waits, or is given up."""
    with transaction.atomic():
        key = lock_due(tried)
        if key is None:
            return None
        plan = Schedule.objects.get(pk=key)
        if plan.attempts >= MOST_ATTEMPTS:
            _miss(plan, Why.FAILED)
        elif not _waits_for_check(plan):
            plan.attempts += 1
            plan.save(update_fields=["attempts"])
            return plan, True
        elif overtaken(plan):
            _miss(plan, Why.OVERTAKEN)
    return plan, False


def _attempt(plan: Schedule) -> bool:
    """Carry out one plan; whether it is settled. What breaks it is logged and tried again."""
    try:
        with transaction.atomic():
            rows = Schedule.objects.waiting().select_for_update(skip_locked=True)
            locked = rows.filter(pk=plan.pk).first()
            if locked is None:
                return False
            try:
                with transaction.atomic():
                    _do(locked)
            except WorkflowError as error:
                locked = rows.get(pk=plan.pk)
                _miss(locked, why(error))
    except Exception:  # one plan must not keep the others from their moment
        logger.exception("planned change %s: attempt %s failed", plan.pk, plan.attempts)
        return False
    return True


def _do(plan: Schedule) -> None:
    _settle(plan, PlanOutcome.DONE)
    by = plan.scheduled_by
    if plan.revision:
        made = release(plan.revision, by=by)
    else:
        text = {**subject_fields(plan.subject), "locale": plan.locale}
        live = Release.objects.live().filter(**text).first()
        if live is None:
            raise Superseded(_("Nothing is live in this locale."))
        made = withdraw(live, by=by, reason=plan.reason)
    _record(plan, "schedule_done", release=made.pk)
    with connection.cursor() as cursor:  # the database looks now whether it is done
        cursor.execute("SET CONSTRAINTS schedule_done_is_done IMMEDIATE")
        cursor.execute("SET CONSTRAINTS schedule_done_is_done DEFERRED")


def _miss(plan: Schedule, reason: str) -> None:
    _settle(plan, PlanOutcome.MISSED, reason)
    purge = tags_of_text(plan.subject, plan.locale)
    _record(plan, "schedule_missed", why=str(reason), purge=purge)


def _settle(plan: Schedule, outcome: PlanOutcome, reason: str = "") -> None:
    plan.outcome, plan.why = outcome, reason
    plan.settled_at = plan.due_at  # the database writes its own time
    plan.save(update_fields=["outcome", "why", "settled_at"])


def _record(plan: Schedule, verb: str, **data: Any) -> None:
    thing = thing_of(plan.subject, plan.locale)
    due_at = plan.due_at.isoformat()
    record(verb, thing=thing, by=None, schedule=plan.pk, act=plan.act, due_at=due_at, **data)


def _waits_for_check(plan: Schedule) -> bool:
    """Whether the active rulebook has still to judge the revision; a verdict comes, or a failure.

    A rulebook activated a moment ago would else make every plan of that moment miss.
    """
    active = RulebookVersion.active()
    if plan.revision is None or active is None:
        return False
    run = CheckRun.objects.filter(
        revision=plan.revision, rulebook=active, engine=claims.ENGINE_VERSION
    ).first()
    run = run or enqueue(plan.revision, rulebook=active, lane=Lane.INTERACTIVE)
    return run.state in (CheckState.QUEUED, CheckState.RUNNING)
