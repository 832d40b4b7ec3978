"""Cancel: a planned change is not to happen."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from shop_content.models import Schedule
from shop_content.models.states import Act, PlanOutcome
from shop_content.queries.schedule import tags_of_text
from shop_content.workflow.errors import NotAllowed, Superseded
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.schedule import RIGHTS


def cancel(plan: Schedule, *, by: User) -> Schedule:
    """Settle a waiting plan as cancelled. Raises NotAllowed, Superseded (settled already)."""
    if not by.has_perm(RIGHTS[Act(plan.act)]):
        raise NotAllowed(_("You may not cancel this plan."))
    with transaction.atomic():
        waiting = Schedule.objects.waiting().select_for_update().filter(pk=plan.pk).first()
        if waiting is None:
            raise Superseded(_("This plan has been settled meanwhile."))
        waiting.outcome, waiting.settled_by = PlanOutcome.CANCELLED, by
        waiting.settled_at = waiting.due_at  # the database writes its own time
        waiting.save(update_fields=["outcome", "settled_by", "settled_at"])
        record(
            "schedule_cancelled",
            thing=thing_of(waiting.subject, waiting.locale),
            by=by,
            schedule=waiting.pk,
            act=waiting.act,
            due_at=waiting.due_at.isoformat(),
            purge=tags_of_text(waiting.subject, waiting.locale),
        )
    waiting.refresh_from_db()
    return waiting
