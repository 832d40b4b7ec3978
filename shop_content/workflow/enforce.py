"""Enforce: apply the active rulebook's policy to a live text with new blocking findings (I7)."""

from shop_content.models import CheckRun, Finding, Release, RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.models.states import Outcome, Severity
from shop_content.workflow.record import record, thing_of
from shop_content.workflow.withdraw import end_release


def enforce(run: CheckRun) -> None:
    """Withdraw the text or escalate, if this finished run found a block nobody has accepted.

    A run of a version that is not active changes nothing. To be called inside a transaction: an
    activation going on at the same time is waited for, or waits for this one.
    """
    new = [found for found in undecided(run) if found.severity == Severity.BLOCK]
    if not new:
        return
    version = RulebookVersion.objects.select_for_update().get(pk=run.rulebook_id)
    if not version.is_active:
        return
    live = Release.objects.live().select_for_update().filter(revision=run.revision_id).first()
    if live is None:
        return
    if version.on_new_block == OnNewBlock.WITHDRAW:
        rules = ", ".join(sorted({found.rule for found in new}))
        end_release(live, by=None, reason=f"rulebook {version.digest}: {rules}")
        return
    thing = thing_of(run.revision.subject, run.revision.locale)
    record("escalated", thing=thing, by=None, check_run=run.pk, findings=len(new))


def undecided(run: CheckRun) -> list[Finding]:
    """Return the findings to decide on that no reviewer has approved for this very revision."""
    accepted = set(
        Finding.objects.filter(
            check_run__revision=run.revision_id,
            check_run__decisions__outcome=Outcome.APPROVED,
        ).values_list("fingerprint", flat=True)
    )
    return [
        found
        for found in run.findings.exclude(severity=Severity.INFO)
        if found.fingerprint not in accepted
    ]
