"""What waits for a person, and where a text stands. Derived from rows, never stored."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from shop_content import claims
from shop_content.models import Article, CheckRun, Decision, Product, Release, Revision
from shop_content.models.states import CheckState, Outcome, Severity, Verdict
from shop_content.models.subject import subject_fields


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
    """Return the finished checks that wait for a decision, blocked texts and the oldest first.

    A live text is in the queue only when the active rulebook found something in it that nobody has
    accepted. Each row carries `blocks` and `warns`, the numbers of its findings.
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
        .annotate(
            blocks=Count("findings", filter=Q(findings__severity=Severity.BLOCK)),
            warns=Count("findings", filter=Q(findings__severity=Severity.WARN)),
        )
        .order_by("verdict", "finished_at")
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
