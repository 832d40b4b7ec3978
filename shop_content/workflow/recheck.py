"""Recheck: queue what has no check under the active rulebook and this engine.

The work list is an anti-join, not a cursor: killed at any point it starts where it stopped, and
when two rulebook versions follow each other the newest is the one that is active.
"""

from collections.abc import Collection

from django.utils import timezone

from shop_content import claims
from shop_content.models import CheckRun, Revision, RulebookVersion
from shop_content.models.states import CheckState, Lane
from shop_content.queries.candidates import missing

BATCH = 500


def recheck(keep: Collection[int] = ()) -> int:
    """Write the missing check runs of the active version; return how many.

    `keep`: ids of revisions that keep a result and need no check.

    Runs of a retired version that nobody started are of no use any more and are not waited for:
    they fail with the reason.
    """
    active = RulebookVersion.objects.filter(is_active=True).first()
    if active is None:
        return 0
    CheckRun.objects.filter(state=CheckState.QUEUED).exclude(
        rulebook=active, engine=claims.ENGINE_VERSION
    ).update(state=CheckState.FAILED, error="superseded", finished_at=timezone.now())
    # Going back to a version: what it had not judged when it was retired waits again.
    count = CheckRun.objects.filter(
        state=CheckState.FAILED, error="superseded", rulebook=active, engine=claims.ENGINE_VERSION
    ).update(
        state=CheckState.QUEUED,
        error="",
        attempts=0,
        rung_at=None,
        finished_at=None,
        lane=Lane.BULK,
    )
    # Asked once: beside thousands of rows just written the same question is answered slowly.
    waiting = sorted(set(missing(active).values_list("pk", flat=True)).difference(keep))
    for start in range(0, len(waiting), BATCH):
        hashes = Revision.objects.filter(pk__in=waiting[start : start + BATCH])
        made = CheckRun.objects.bulk_create(
            (
                CheckRun(
                    revision_id=pk,
                    content_hash=content_hash,
                    rulebook=active,
                    engine=claims.ENGINE_VERSION,
                    lane=Lane.BULK,
                )
                for pk, content_hash in hashes.order_by("pk").values_list("pk", "content_hash")
            ),
            ignore_conflicts=True,
        )
        count += len(made)
    return count
