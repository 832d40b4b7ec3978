"""What waits for a person, and where a text stands. Derived from rows, never stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shop_content import claims
from shop_content.models import Article, CheckRun, Decision, Finding, Product, Release, Revision
from shop_content.models.states import CheckState, Outcome, Severity, Verdict
from shop_content.models.subject import subject_fields

# The numbers of findings of each severity, for check runs.
COUNTS = {
    name: Count("findings", filter=Q(findings__severity=severity))
    for name, severity in (
        ("blocks", Severity.BLOCK),
        ("warns", Severity.WARN),
        ("infos", Severity.INFO),
    )
}


def newest_revisions() -> QuerySet[Revision]:
    """Return the newest revision of each text."""
    newer = Q(article=OuterRef("article")) | Q(product=OuterRef("product"))
    return Revision.objects.filter(
        ~Exists(
            Revision.objects.filter(
                newer, locale=OuterRef("locale"), number__gt=OuterRef("number")
            )
        )
    )


def review_queue() -> QuerySet[CheckRun]:
    """Return the finished checks that wait for a decision, the oldest first.

    A live text is in the queue only when the active rulebook found something in it that nobody has
    accepted. Each row carries `blocks`, `warns` and `infos`, the numbers of its findings.
    """
    live = Release.objects.live().filter(revision=OuterRef("revision"))
    return (
        CheckRun.objects.filter(
            Q(undecided__gt=0) | ~Exists(live),
            ~Exists(Decision.objects.filter(check_run=OuterRef("pk"))),
            state=CheckState.DONE,
            rulebook__is_active=True,
            engine=claims.ENGINE_VERSION,
            verdict__in=[Verdict.BLOCKED, Verdict.REVIEW],
            revision__in=newest_revisions(),
        )
        .select_related(
            "revision__article", "revision__product", "revision__submitted_by", "rulebook"
        )
        .annotate(**COUNTS)
        .order_by("finished_at", "pk")
    )


@dataclass(frozen=True)
class Status:
    """Where a text stands. `word` is one of draft, checking, check_failed, in_review,
    changes_requested, approved, clean, released, withdrawn; the rest are the rows it follows from.
    """

    word: str
    revision: Revision | None = None
    check_run: CheckRun | None = None
    decision: Decision | None = None
    release: Release | None = None


def status_of(subject: Article | Product, locale: str) -> Status:
    """Return where the newest revision of this text stands, with the release that is live."""
    releases = Release.objects.filter(**subject_fields(subject), locale=locale)
    live = releases.live().first()
    revision = Revision.objects.newest(subject, locale)
    if revision is None:
        return Status("draft")
    run = (
        revision.check_runs.filter(engine=claims.ENGINE_VERSION, rulebook__is_active=True)
        .order_by("-pk")
        .first()
    )
    decision = run.decisions.order_by("-outcome", "pk").first() if run else None
    if decision and run and run.decisions.filter(outcome=Outcome.CHANGES_REQUESTED).exists():
        decision = run.decisions.filter(outcome=Outcome.CHANGES_REQUESTED).first()
    word = _word(revision, run, decision, live)
    return Status(word, revision, run, decision, live)


def _word(
    revision: Revision, run: CheckRun | None, decision: Decision | None, live: Release | None
) -> str:
    if live and live.revision_id == revision.pk:
        return "released"
    if run is None or run.state in (CheckState.QUEUED, CheckState.RUNNING):
        return "checking"
    if run.state == CheckState.FAILED:
        return "check_failed"
    if decision:
        words = {Outcome.APPROVED: "approved", Outcome.CHANGES_REQUESTED: "changes_requested"}
        word = words[Outcome(decision.outcome)]
    else:
        word = "clean" if run.verdict == Verdict.CLEAN else "in_review"
    ended = revision.releases.filter(is_live=False).exclude(withdrawal_reason="")
    return "withdrawn" if word in ("approved", "clean") and ended.exists() else word


def of_text(revision: Revision) -> dict[str, Any]:
    """Return the lookups of all rows of the text a revision belongs to."""
    return {**subject_fields(revision.subject), "locale": revision.locale}


def current_run(revision: Revision) -> CheckRun | None:
    """Return the check that counts for this text now: newest revision, active rulebook."""
    newest = Revision.objects.newest(revision.subject, revision.locale)
    runs = CheckRun.objects.filter(
        revision=newest, rulebook__is_active=True, engine=claims.ENGINE_VERSION
    )
    return runs.select_related("revision", "rulebook").first()


def earlier_decisions(revision: Revision) -> QuerySet[Decision]:
    """Return the decisions on earlier revisions of the same text, the newest first."""
    text = {f"revision__{name}": value for name, value in of_text(revision).items()}
    return (
        Decision.objects.filter(**text, revision__number__lt=revision.number)
        .select_related("reviewer", "revision", "check_run")
        .order_by("-pk")
    )


def last_released(revision: Revision) -> Release | None:
    """Return the newest release of this text that is of another revision."""
    releases = Release.objects.filter(**of_text(revision)).exclude(revision=revision)
    return releases.select_related("revision").order_by("-pk").first()


@dataclass(frozen=True)
class Precedent:
    """An earlier decision on a finding of the same rule. `same`: the very same sentence."""

    check_run: int
    quote: str
    outcome: str
    reason: str
    reviewer: str
    decided_at: datetime
    same: bool


PRECEDENTS_READ = 500
PRECEDENTS_SHOWN = 3


def precedents(run: CheckRun, findings: Iterable[Finding]) -> dict[int, list[Precedent]]:
    """Return, by position, the newest decisions elsewhere on the rule of each finding.

    Decisions on the same sentence come first.
    """
    findings = list(findings)
    rows = (
        Finding.objects.filter(
            rule__in={finding.rule for finding in findings},
            check_run__decisions__isnull=False,
        )
        .exclude(check_run=run)
        .order_by("-check_run__decisions__pk")
        .values_list(
            "rule",
            "fingerprint",
            "check_run",
            "quote",
            "check_run__decisions__outcome",
            "check_run__decisions__reason",
            "check_run__decisions__reviewer__username",
            "check_run__decisions__decided_at",
        )[:PRECEDENTS_READ]
    )
    earlier = list(rows)
    labels = dict(Outcome.choices)
    result = {}
    for finding in findings:
        own = [row for row in earlier if row[0] == finding.rule]
        own.sort(key=lambda row: row[1] != finding.fingerprint)
        result[finding.position] = [
            Precedent(
                row[2], row[3], str(labels[row[4]]), *row[5:8], row[1] == finding.fingerprint
            )
            for row in own[:PRECEDENTS_SHOWN]
        ]
    return result
