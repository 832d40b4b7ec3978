"""Review: a person decides on exactly one revision, as checked under the active rulebook."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from shop_content import claims
from shop_content.models import CheckRun, Decision, Revision, RulebookVersion
from shop_content.models.states import CheckState, Outcome
from shop_content.workflow.errors import NotAllowed, NotChecked, Superseded, given_reason
from shop_content.workflow.record import record, thing_of


def decide(
    revision: Revision,
    *,
    by: User,
    outcome: Outcome,
    reason: str,
    content_hash: str,
    rulebook: str,
    seen: int | None = None,
) -> Decision:
    """Store a decision on what the person saw: this content hash under this rulebook digest.

    `seen`: how many decisions on this check the person was shown; None when nothing was shown.

    Raises NotAllowed (no right, or an author of the text), Invalid (no reason), Superseded (a
    newer revision or rulebook, or decided already), NotChecked (no finished check).
    """
    reason = given_reason(reason, _("Give a reason for the decision."))
    with transaction.atomic():
        subject = type(revision.subject).objects.select_for_update().get(pk=revision.subject.pk)
        person = User.objects.get(pk=by.pk)  # rights as they are now, not when the page was opened
        if not person.has_perm("shop_content.decide_revision"):
            raise NotAllowed(_("You may not decide on texts."))
        if by.pk in revision.authors:
            raise NotAllowed(_("You worked on this text: somebody else has to decide on it."))
        active = RulebookVersion.active()
        if active is None or active.digest != rulebook:
            raise Superseded(_("The rulebook has changed since you opened this page."))
        newest = Revision.objects.newest(subject, revision.locale)
        if newest != revision or revision.content_hash != content_hash:
            raise Superseded(_("There is a newer revision than the one you were shown."))
        run = CheckRun.objects.filter(
            revision=revision, rulebook=active, engine=claims.ENGINE_VERSION
        ).first()
        if run is None or run.state != CheckState.DONE:
            raise NotChecked(_("The check of this revision is not finished."))
        if run.decisions.filter(reviewer=by).exists():
            raise Superseded(_("You have already decided on this revision."))
        if seen is not None and run.decisions.count() != seen:
            raise Superseded(_("Somebody has decided since you opened this page: see below."))
        decision = Decision.objects.create(
            revision=revision,
            content_hash=revision.content_hash,
            check_run=run,
            rulebook=active,
            reviewer=by,
            outcome=outcome,
            reason=reason,
        )
        record(
            str(Outcome(outcome).value),
            thing=thing_of(subject, revision.locale),
            by=by,
            revision=revision.number,
            decision=decision.pk,
            rulebook=active.digest,
            reason=decision.reason,
        )
        return decision
