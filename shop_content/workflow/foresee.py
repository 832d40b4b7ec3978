"""Foresee: which live texts would a rulebook version block? Reads only, within a time limit."""

import time
from dataclasses import dataclass

from shop_content import claims
from shop_content.models import Finding, Release, RulebookVersion
from shop_content.models.states import Outcome, Severity
from shop_content.queries.drafts import facts_of, parts_of
from shop_content.workflow.check import checker_of


@dataclass(frozen=True)
class Foresight:
    """What is known before activation. `judged` of `live` texts were looked at in the time."""

    live: int
    judged: int
    blocked: tuple[tuple[Release, tuple[str, ...]], ...]


def foresee(version: RulebookVersion, *, seconds: float = 3.0) -> Foresight:
    """Return the live texts with blocking findings nobody accepted, and their rules."""
    until = time.monotonic() + seconds
    live = Release.objects.live().select_related("revision")
    checker, judged, blocked = checker_of(version.pk), 0, []
    for release in live.order_by("pk").iterator():
        if time.monotonic() >= until:
            break
        data = release.revision.data
        try:
            report = checker.check(parts_of(data), language=release.locale, facts=facts_of(data))
        except claims.ClaimsError:
            continue
        judged += 1
        blocking = [found for found in report.findings if found.severity == Severity.BLOCK]
        if not blocking:
            continue
        accepted = set(
            Finding.objects.filter(
                check_run__revision=release.revision_id,
                check_run__decisions__outcome=Outcome.APPROVED,
            ).values_list("fingerprint", flat=True)
        )
        if rules := sorted({f.rule for f in blocking if f.fingerprint not in accepted}):
            blocked.append((release, tuple(rules)))
    return Foresight(live=live.count(), judged=judged, blocked=tuple(blocked))
