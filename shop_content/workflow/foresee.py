"""Foresee: which live texts would a rulebook version block? Reads only, within a time limit."""

import time
from dataclasses import dataclass, field

from shop_content import claims
from shop_content.models import CheckRun, Finding, Release, RulebookVersion
from shop_content.models.states import Outcome, Severity
from shop_content.queries.candidates import Untouched
from shop_content.queries.drafts import facts_of, parts_of
from shop_content.workflow.check import checker_of


@dataclass(frozen=True)
class Foresight:
    """What is known before activation.

    Of `live` texts `tried` can be judged otherwise, and `judged` of these were looked at in the
    time. `candidates`: how many texts will be checked, drafts too; None when that is all.
    `everything`: by language, why none of its texts can be left out.
    """

    live: int
    tried: int
    judged: int
    blocked: tuple[tuple[Release, tuple[str, ...]], ...]
    candidates: int | None = None
    carried: int = 0
    everything: dict[str, str] = field(default_factory=dict)


def foresee(
    version: RulebookVersion, plan: Untouched | None = None, *, seconds: float = 3.0
) -> Foresight:
    """Return the live texts with blocking findings nobody accepted, and their rules.

    `plan`: what the version cannot judge otherwise, and so need not be tried.
    """
    until = time.monotonic() + seconds
    live = Release.objects.live()
    kept = CheckRun.objects.filter(pk__in=list(plan.runs) if plan else ())
    tried = live.exclude(revision__in=kept.values("revision"))
    checker, judged, blocked = checker_of(version.pk), 0, []
    for release in tried.select_related("revision").order_by("pk").iterator():
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
    return Foresight(
        live=live.count(),
        tried=tried.count(),
        judged=judged,
        blocked=tuple(blocked),
        candidates=plan.candidates if plan else None,
        carried=len(plan.runs) if plan else 0,
        everything=plan.everything if plan else {},
    )
