"""Check: run the checker on one revision under one rulebook version and store what it found.

A run is leased: the attempt number is the token. Whoever lost the lease (was too slow, was thought
dead) drops its result, so a run has one result however often its message is delivered (I4).
"""

import logging
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop_content import claims
from shop_content.models import CheckRun, Finding, RulebookVersion
from shop_content.models.states import CheckState
from shop_content.queries.drafts import facts_of, parts_of
from shop_content.workflow.enforce import enforce, undecided
from shop_content.workflow.enqueue import fail
from shop_content.workflow.note import note
from shop_content.workflow.record import record, thing_of

logger = logging.getLogger(__name__)


def check(run_id: int) -> CheckRun | None:
    """Return the finished run, or None when there is nothing to do (done, leased, gone).

    A text the checker cannot judge at all (unknown language) fails at once, visibly. Any other
    error gives the run back; the last attempt turns it into a visible failure. Never raises for
    what a text contains.
    """
    run = _lease(run_id)
    if run is None:
        return None
    try:
        report, roots = judge(run), roots_of(run)
    except Exception as error:
        logger.exception("check run %s, attempt %s", run.pk, run.attempts)
        _give_back(run, error, last=isinstance(error, claims.ClaimsError))
        return None
    return _store(run, report, roots)


def _lease(run_id: int) -> CheckRun | None:
    now = timezone.now()
    with transaction.atomic():
        run = CheckRun.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()
        free = run and (
            run.state == CheckState.QUEUED
            or (run.state == CheckState.RUNNING and run.leased_until and run.leased_until < now)
        )
        if run is None or not free or run.attempts >= settings.CHECK_MAX_ATTEMPTS:
            return None
        run.state = CheckState.RUNNING
        run.attempts += 1
        run.leased_until = now + timedelta(seconds=settings.CHECK_LEASE_SECONDS)
        run.save(update_fields=["state", "attempts", "leased_until"])
    return run


@lru_cache(maxsize=2)
def checker_of(rulebook_id: int) -> claims.Checker:
    """Return the compiled checker of a rulebook version; versions are immutable, so it is kept."""
    return _compiled(RulebookVersion.objects.values_list("source", flat=True).get(pk=rulebook_id))


@lru_cache(maxsize=2)
def _compiled(source: str) -> claims.Checker:
    """Return the checker of a rulebook: a version that says what another said needs no new one."""
    return claims.Checker(claims.Rulebook.from_source(source))


def judge(run: CheckRun) -> claims.Report:
    """Return the report of a run's revision under its rulebook version; nothing is stored."""
    data = run.revision.data
    parts = parts_of(data)
    report = checker_of(run.rulebook_id).check(
        parts, language=run.revision.locale, facts=facts_of(data)
    )
    texts = {part.field: part.text for part in parts}
    for finding in report.findings:
        span = finding.start, finding.end
        if finding.start is not None and texts[finding.field][slice(*span)] != finding.quote:
            message = f"{finding.rule}: {finding.field}[{span}] is not {finding.quote!r}"
            raise ValueError(message)
    return report


def roots_of(run: CheckRun) -> claims.Roots:
    """Return what the run's revision can be found by under its rulebook version."""
    parts = parts_of(run.revision.data)
    return claims.roots_of(checker_of(run.rulebook_id), parts, language=run.revision.locale)


def _store(
    leased: CheckRun, report: claims.Report, roots: claims.Roots | None = None
) -> CheckRun | None:
    """Write the result, unless the lease is lost. Without roots it is never carried over."""
    with transaction.atomic():
        run = _still_leased(leased)
        if run is None:
            return None
        if roots:
            note(run, roots)
        Finding.objects.bulk_create(
            Finding(
                check_run=run,
                position=position,
                rule=found.rule,
                category=found.category,
                severity=found.severity,
                field=found.field,
                start=found.start,
                end=found.end,
                quote=found.quote,
                message=dict(found.message),
                legal_basis=found.legal_basis,
                suggestions=list(found.suggestions),
                fingerprint=found.fingerprint,
            )
            for position, found in enumerate(report.findings, 1)
        )
        run.state = CheckState.DONE
        run.verdict = report.verdict
        run.undecided = len(undecided(run))
        run.finished_at = timezone.now()
        run.leased_until = None
        run.error = ""
        run.save()
        enforce(run)
        thing = thing_of(run.revision.subject, run.revision.locale)
        record(
            "checked",
            thing=thing,
            by=None,
            check_run=run.pk,
            revision=run.revision.number,
            rulebook=run.rulebook.digest,
            engine=run.engine,
            verdict=run.verdict,
            findings=len(report.findings),
        )
    return run


def _still_leased(leased: CheckRun) -> CheckRun | None:
    """Lock the run and return it when this attempt still holds it."""
    return (
        CheckRun.objects.select_for_update(of=("self",))
        .select_related("revision", "rulebook")
        .filter(pk=leased.pk, state=CheckState.RUNNING, attempts=leased.attempts)
        .first()
    )


def _give_back(leased: CheckRun, error: Exception, *, last: bool) -> None:
    with transaction.atomic():
        run = _still_leased(leased)
        if run is None:
            return
        if last or run.attempts >= settings.CHECK_MAX_ATTEMPTS:
            fail(run, error=f"{type(error).__name__}: {error}")
            return
        run.state, run.leased_until, run.rung_at = CheckState.QUEUED, None, timezone.now()
        run.error = f"{type(error).__name__}: {error}"
        run.save(update_fields=["state", "leased_until", "rung_at", "error"])
