"""Carry over: a finished check counts under a new version that cannot judge the text otherwise.

The row says which check it was carried from. The database holds that it is one of the same bytes
by the same engine, with the same verdict and all of its findings (migration 0014).
"""

from collections.abc import Iterable

from django.db import connection

from shop_content.models import RulebookVersion
from shop_content.queries.candidates import Untouched, untouched
from shop_content.workflow.check import checker_of

# What was approved since the check was made is no longer undecided.
RUNS = """
INSERT INTO shop_content_checkrun (
    revision_id, content_hash, rulebook_id, engine, lane, state, attempts, queued_at, finished_at,
    verdict, undecided, error, carried_from_id)
SELECT b.revision_id, b.content_hash, %s, b.engine, 'bulk', 'done', 0, now(), now(), b.verdict,
    CASE WHEN b.undecided = 0 THEN 0 ELSE (
        SELECT count(*) FROM shop_content_finding f
        WHERE f.check_run_id = b.id AND f.severity <> 'info' AND f.fingerprint NOT IN (
            SELECT g.fingerprint FROM shop_content_finding g
            JOIN shop_content_checkrun r ON r.id = g.check_run_id
            JOIN shop_content_decision d ON d.check_run_id = r.id
            WHERE r.revision_id = b.revision_id AND d.outcome = 'approved')) END,
    '', coalesce(b.carried_from_id, b.id)
FROM unnest(%s::bigint[]) AS chosen (id) JOIN shop_content_checkrun b ON b.id = chosen.id
ON CONFLICT DO NOTHING
"""
FINDINGS = """
INSERT INTO shop_content_finding (
    check_run_id, position, rule, category, severity, field, start, "end", quote, message,
    legal_basis, suggestions, fingerprint)
SELECT r.id, f.position, f.rule, f.category, f.severity, f.field, f.start, f."end", f.quote,
    f.message, f.legal_basis, f.suggestions, f.fingerprint
FROM shop_content_checkrun r JOIN shop_content_finding f ON f.check_run_id = r.carried_from_id
WHERE r.rulebook_id = %s AND r.revision_id IN (
    SELECT b.revision_id FROM shop_content_checkrun b WHERE b.id = ANY (%s::bigint[]))
"""
# So many new rows mislead the planner: it would go through all of them for each revision.
MANY = 1_000


def plan(before: RulebookVersion | None, after: RulebookVersion) -> Untouched | None:
    """Return what could be carried over from one version to another; None: there is none."""
    if before is None or before == after:
        return None
    return untouched(before, after, checker_of)


def carry_over(runs: Iterable[int], *, to: RulebookVersion) -> int:
    """Write these checks as results of the version; return how many. Call in a transaction."""
    chosen = list(runs)
    if not chosen:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(RUNS, [to.pk, chosen])
        made: int = cursor.rowcount
        cursor.execute(FINDINGS, [to.pk, chosen])
        if made >= MANY:
            cursor.execute("ANALYZE shop_content_checkrun, shop_content_finding")
    return made
