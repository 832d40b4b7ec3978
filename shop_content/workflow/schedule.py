"""Schedule: plan the release of a revision, or the withdrawal of a text, for a moment.

Nothing is decided here: at its moment the plan goes through the guards a person's act goes through
(`workflow.carry_out`). Editing goes on meanwhile, and a text may have several plans.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from shop_content.models import Article, Product, Release, Revision, Schedule
from shop_content.models.states import Act, Why
from shop_content.models.subject import subject_fields
from shop_content.queries.schedule import clock, tags_of_text
from shop_content.workflow.errors import (
    Invalid,
    NotAllowed,
    Superseded,
    WorkflowError,
    given_reason,
)
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.release import gate

FARTHEST = timedelta(days=1100)
RIGHTS = {
    Act.RELEASE: "shop_content.release_revision",
    Act.WITHDRAW: "shop_content.withdraw_release",
}


def schedule_release(revision: Revision, *, at: datetime, by: User) -> Schedule:
    """Plan that a revision goes live. `at` is aware.

    Raises NotAllowed, Invalid (the moment), and what a release at once would raise.
    """
    if not by.has_perm(RIGHTS[Act.RELEASE]):
        raise NotAllowed(_("You may not release texts."))
    with transaction.atomic():
        gate(revision)
        return _plan(revision.subject, revision.locale, at, by, Act.RELEASE, revision=revision)


def schedule_withdrawal(
    subject: Article | Product, *, locale: str, at: datetime, by: User, reason: str
) -> Schedule:
    """Plan that whatever is live of a text then is taken off. `at` is aware.

    Raises NotAllowed, Invalid (the moment, no reason), Superseded (nothing will be live).
    """
    if not by.has_perm(RIGHTS[Act.WITHDRAW]):
        raise NotAllowed(_("You may not withdraw texts."))
    reason = given_reason(reason, _("Say why the text is withdrawn."))
    with transaction.atomic():
        if not _will_be_live(subject, locale, at):
            raise Superseded(_("Nothing is live in this locale."))
        return _plan(subject, locale, at, by, Act.WITHDRAW, reason=reason)


def obstacle(plan: Schedule) -> str:
    """Return why a waiting plan would be missed if it was due now, a code of `Why`; else empty."""
    if not plan.scheduled_by.has_perm(RIGHTS[Act(plan.act)]):
        return Why.NOT_ALLOWED.value
    if plan.revision is None:
        will = _will_be_live(plan.subject, plan.locale, plan.due_at)
        return "" if will else Why.SUPERSEDED.value
    try:
        gate(plan.revision)
    except WorkflowError as error:
        return why(error)
    return ""


def why(error: WorkflowError) -> str:
    """Return the code of `Why` for a refusal."""
    return error.code if error.code in Why.values else Why.FAILED.value


def _plan(
    subject: Article | Product, locale: str, at: datetime, by: User, act: Act, **fields: Any
) -> Schedule:
    subject = type(subject).objects.select_for_update().get(pk=subject.pk)
    _refuse_moment(at)
    theirs = Schedule.objects.waiting().filter(**subject_fields(subject), locale=locale)
    if theirs.filter(due_at=at).exists():
        raise Invalid(_("Something is planned for this text at this moment already."), field="at")
    plan = Schedule.objects.create(
        **subject_fields(subject), locale=locale, act=act, due_at=at, scheduled_by=by, **fields
    )
    record(
        "scheduled",
        thing=thing_of(subject, locale),
        by=by,
        schedule=plan.pk,
        act=act.value,
        due_at=at.isoformat(),
        revision=plan.revision and plan.revision.number,
        reason=plan.reason,
        purge=tags_of_text(subject, locale),
    )
    return plan


def _refuse_moment(at: datetime) -> None:
    now = clock()
    if at <= now:
        raise Invalid(_("This moment has passed."), field="at")
    if at > now + FARTHEST:
        raise Invalid(_("This moment is more than three years away."), field="at")


def _will_be_live(subject: Article | Product, locale: str, at: datetime) -> bool:
    text = {**subject_fields(subject), "locale": locale}
    planned = Schedule.objects.waiting().filter(**text, act=Act.RELEASE, due_at__lt=at)
    return Release.objects.live().filter(**text).exists() or planned.exists()
