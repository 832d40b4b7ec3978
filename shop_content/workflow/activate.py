"""Activate: make a rulebook version the one that judges, and re-check what is live under it."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop_content import claims
from shop_content.models import RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.models.states import CheckState, Verdict
from shop_content.workflow.enforce import enforce
from shop_content.workflow.errors import NotAllowed
from shop_content.workflow.recheck import recheck
from shop_content.workflow.record import record


def store_version(
    rulebook: claims.Rulebook, *, by: User | None = None, note: str = ""
) -> RulebookVersion:
    """Freeze a rulebook as a version; the same rulebook gives the version that exists.

    `by` is None only for the shipped rulebook, loaded from the command line.
    """
    if by and not by.has_perm("shop_content.add_rulebookversion"):
        raise NotAllowed(_("You may not add rulebook versions."))
    with transaction.atomic():
        version, created = RulebookVersion.objects.get_or_create(
            digest=rulebook.digest,
            defaults={"source": rulebook.source, "created_by": by, "note": note},
        )
        if created:
            record("rulebook_stored", thing=f"rulebook:{version.digest}", by=by, note=note)
    return version


def activate(
    version: RulebookVersion,
    *,
    by: User | None = None,
    on_new_block: OnNewBlock = OnNewBlock.WITHDRAW,
) -> RulebookVersion:
    """Retire the active version, activate this one and queue the re-check, in one transaction."""
    if by and not by.has_perm("shop_content.activate_rulebook"):
        raise NotAllowed(_("You may not activate rulebook versions."))
    with transaction.atomic():
        # One activation at a time, and none between a release's guards and its commit.
        list(RulebookVersion.objects.select_for_update().order_by("pk").values_list("pk"))
        version.refresh_from_db()
        before = RulebookVersion.objects.filter(is_active=True).first()
        if before == version:
            return version
        if before:
            before.is_active = False
            before.save(update_fields=["is_active"])
        version.is_active = True
        version.activated_at = timezone.now()
        version.on_new_block = on_new_block
        version.save(update_fields=["is_active", "activated_at", "on_new_block"])
        queued = recheck()
        record(
            "rulebook_activated",
            thing=f"rulebook:{version.digest}",
            by=by,
            before=before and before.digest,
            on_new_block=str(OnNewBlock(on_new_block).value),
            queued=queued,
        )
        # What it had judged before, or while it was retired, counts from now on.
        for run in version.check_runs.filter(
            state=CheckState.DONE, engine=claims.ENGINE_VERSION, verdict=Verdict.BLOCKED
        ):
            enforce(run)
    return version
