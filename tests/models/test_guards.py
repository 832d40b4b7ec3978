"""Each named guard of the database is broken by raw SQL and refuses by its name."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import Error, connection, transaction
from django.utils import timezone

from shop_content.models import (
    CheckRun,
    Decision,
    Event,
    Finding,
    Release,
    Revision,
    RulebookVersion,
)
from shop_content.models.revision import digest
from shop_content.models.states import CHECK_MOVES, CheckState, Outcome
from shop_content.queries.audit import verify_chain
from shop_content.workflow.activate import activate
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import (
    VIOLATING,
    approve,
    make_article,
    make_checked,
    make_released,
    make_user,
)

pytestmark = pytest.mark.django_db

T = "shop_content_"


def run_sql(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refusal(sql: str, *values: Any) -> str | None:
    """Return the name of the guard that refuses the statement."""
    with pytest.raises(Error) as caught, transaction.atomic():
        run_sql(sql, *values)
    return caught.value.__cause__.diag.constraint_name  # type: ignore[union-attr]


def insertion(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    return f"INSERT INTO {T}{table} ({names}) VALUES ({marks})", *row.values()


def release_row(run: CheckRun, by: User, **changes: Any) -> dict[str, Any]:
    return {
        "article_id": run.revision.article_id,
        "locale": run.revision.locale,
        "revision_id": run.revision_id,
        "content_hash": run.content_hash,
        "check_run_id": run.pk,
        "rulebook_id": run.rulebook_id,
        "decision_id": None,
        "slug": "a",
        "document": "{}",
        "released_by_id": by.pk,
        "released_at": timezone.now(),
        "is_live": True,
        "withdrawal_reason": "",
    } | changes


def decision_row(run: CheckRun, by: User, **changes: Any) -> dict[str, Any]:
    return {
        "revision_id": run.revision_id,
        "content_hash": run.content_hash,
        "check_run_id": run.pk,
        "rulebook_id": run.rulebook_id,
        "reviewer_id": by.pk,
        "outcome": "approved",
        "reason": "so",
        "decided_at": timezone.now(),
    } | changes


def revision_row(old: Revision, **changes: Any) -> dict[str, Any]:
    return {
        "article_id": old.article_id,
        "locale": old.locale,
        "number": old.number + 1,
        "content": "{}",
        "content_hash": digest("{}"),
        "submitted_by_id": old.submitted_by_id,
        "authors": [old.submitted_by_id],
        "submitted_at": timezone.now(),
    } | changes


def finding_row(run: CheckRun) -> dict[str, Any]:
    return {
        "check_run_id": run.pk,
        "position": 99,
        "rule": "r",
        "category": "c",
        "severity": "block",
        "field": "body",
        "quote": "",
        "message": "{}",
        "legal_basis": "",
        "suggestions": "[]",
        "fingerprint": "f",
    }


def other_rulebook() -> RulebookVersion:
    return RulebookVersion.objects.create(source="{}", digest=digest("{}"))


@pytest.fixture
def clean(alice: User, rulebook: RulebookVersion) -> CheckRun:
    return make_checked(make_article(by=alice), by=alice)


@pytest.fixture
def blocked(alice: User, rulebook: RulebookVersion) -> CheckRun:
    return make_checked(make_article(by=alice, body=VIOLATING), by=alice)


@pytest.fixture
def queued(alice: User, rulebook: RulebookVersion) -> CheckRun:
    return submit(make_article(by=alice), locale="de", by=alice).check_runs.get()


def test_release_row_is_accepted_when_nothing_is_wrong(clean: CheckRun, alice: User) -> None:
    run_sql(*insertion("release", release_row(clean, alice)))
    assert Release.objects.live().count() == 1


def test_decision_row_is_accepted_when_nothing_is_wrong(blocked: CheckRun, bob: User) -> None:
    run_sql(*insertion("decision", decision_row(blocked, bob)))
    assert Decision.objects.count() == 1


def test_release_needs_decision(blocked: CheckRun, alice: User) -> None:
    row = release_row(blocked, alice)
    assert refusal(*insertion("release", row)) == "release_needs_decision"


def test_release_by_decision_of_another_revision(
    blocked: CheckRun, alice: User, bob: User
) -> None:
    other = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    approve(other.revision, by=bob)
    row = release_row(blocked, alice, decision_id=Decision.objects.get().pk)
    assert refusal(*insertion("release", row)) == "release_by_this_decision"


def test_release_of_another_hash(clean: CheckRun, alice: User) -> None:
    row = release_row(clean, alice, content_hash=digest("x"))
    assert refusal(*insertion("release", row)) == "release_of_these_bytes"


def test_release_with_run_of_another_rulebook(clean: CheckRun, alice: User) -> None:
    newer = activate(other_rulebook(), full=True)
    row = release_row(clean, alice, rulebook_id=newer.pk)
    assert refusal(*insertion("release", row)) == "release_of_this_run"


def test_release_under_retired_rulebook(clean: CheckRun, alice: User) -> None:
    activate(other_rulebook(), full=True)
    row = release_row(clean, alice)
    assert refusal(*insertion("release", row)) == "release_under_active_rulebook"


def test_release_of_unfinished_check(queued: CheckRun, alice: User) -> None:
    assert refusal(*insertion("release", release_row(queued, alice))) == "release_after_check"


def test_release_of_another_text(clean: CheckRun, alice: User) -> None:
    row = release_row(clean, alice, article_id=make_article(by=alice).pk)
    assert refusal(*insertion("release", row)) == "release_of_own_revision"


def test_release_starts_live(clean: CheckRun, alice: User) -> None:
    row = release_row(clean, alice, is_live=False, ended_at=timezone.now())
    assert refusal(*insertion("release", row)) == "release_starts_live"


def test_release_needs_right(clean: CheckRun, charlie: User) -> None:
    assert refusal(*insertion("release", release_row(clean, charlie))) == "release_needs_right"


def test_release_against_request(blocked: CheckRun, alice: User, bob: User) -> None:
    approve(blocked.revision, by=bob)
    approved = Decision.objects.get()
    decide(
        blocked.revision,
        by=make_user("dora", "Compliance"),
        outcome=Outcome.CHANGES_REQUESTED,
        reason="Nein.",
        content_hash=blocked.content_hash,
        rulebook=blocked.rulebook.digest,
    )
    row = release_row(blocked, alice, decision_id=approved.pk)
    assert refusal(*insertion("release", row)) == "release_not_against_request"


def test_two_live_releases(clean: CheckRun, alice: User) -> None:
    statement = insertion("release", release_row(clean, alice))
    run_sql(*statement)
    assert refusal(*statement) == "release_one_live_per_article"


@pytest.mark.parametrize("change", ["document = 'x'", "slug = 'x'", "is_live = true"])
def test_release_only_ends(clean: CheckRun, alice: User, change: str) -> None:
    run_sql(*insertion("release", release_row(clean, alice)))
    assert refusal(f"UPDATE {T}release SET {change}") == "release_only_ends"


def test_ended_release_stays_ended(alice: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    withdraw(live, by=make_user("root", is_superuser=True), reason="weg")
    sql = f"UPDATE {T}release SET is_live = true, ended_at = NULL, withdrawal_reason = ''"
    assert refusal(sql) == "release_only_ends"


def test_decision_by_author(rulebook: RulebookVersion) -> None:
    eve = make_user("eve", "Marketing", "Compliance")
    run = make_checked(make_article(by=eve, body=VIOLATING), by=eve)
    assert refusal(*insertion("decision", decision_row(run, eve))) == "decision_needs_four_eyes"


def test_decision_by_editor_of_the_draft(alice: User, rulebook: RulebookVersion) -> None:
    eve = make_user("eve", "Marketing", "Compliance")
    run = make_checked(make_article(by=eve, body=VIOLATING), by=alice)
    assert run.revision.submitted_by == alice
    assert refusal(*insertion("decision", decision_row(run, eve))) == "decision_needs_four_eyes"


def test_decision_needs_right(blocked: CheckRun, charlie: User) -> None:
    row = decision_row(blocked, charlie)
    assert refusal(*insertion("decision", row)) == "decision_needs_right"


def test_decision_of_unfinished_check(queued: CheckRun, bob: User) -> None:
    assert refusal(*insertion("decision", decision_row(queued, bob))) == "decision_after_check"


def test_decision_under_retired_rulebook(blocked: CheckRun, bob: User) -> None:
    activate(other_rulebook(), full=True)
    row = decision_row(blocked, bob)
    assert refusal(*insertion("decision", row)) == "decision_under_active_rulebook"


def test_decision_on_another_hash(blocked: CheckRun, bob: User) -> None:
    row = decision_row(blocked, bob, content_hash=digest("x"))
    assert refusal(*insertion("decision", row)) == "decision_on_these_bytes"


@pytest.mark.parametrize("table", ["revision", "finding", "decision", "event", "address"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_append_only(alice: User, bob: User, rulebook: RulebookVersion, table, verb) -> None:
    make_released(make_article(by=alice, body=VIOLATING), by=alice, reviewer=bob)
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql = {
        "UPDATE": f"UPDATE {T}{table} SET id = id",
        "DELETE": f"DELETE FROM {T}{table}",
        "TRUNCATE": f"TRUNCATE {T}{table} CASCADE",
    }[verb]
    name = "no_truncate" if verb == "TRUNCATE" else "append_only"
    assert refusal(sql) == f"{table}_{name}"


@pytest.mark.parametrize("table", ["rulebookversion", "checkrun", "release"])
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_kept(alice: User, rulebook: RulebookVersion, table, verb) -> None:
    make_released(make_article(by=alice), by=alice)
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    end, name = (" CASCADE", "no_truncate") if verb == "TRUNCATE" else ("", "no_delete")
    assert refusal(f"{verb} {T}{table}{end}") == f"{table}_{name}"


def test_forged_hash(clean: CheckRun) -> None:
    row = revision_row(clean.revision, content_hash=digest("x"))
    assert refusal(*insertion("revision", row)) == "revision_hash_is_of_content"


def test_submitter_is_author(clean: CheckRun) -> None:
    row = revision_row(clean.revision, authors=[0])
    assert refusal(*insertion("revision", row)) == "revision_submitter_is_author"


def test_revision_without_check_run(clean: CheckRun) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")  # at once what a commit does at its end
    row = revision_row(clean.revision)
    assert refusal(*insertion("revision", row)) == "revision_will_be_checked"


def put(run: CheckRun, state: str) -> None:
    """Bring a queued run into a state by legal moves."""
    if state in {CheckState.RUNNING, CheckState.DONE}:
        run_sql(f"UPDATE {T}checkrun SET state = 'running', leased_until = now()")
    if state == CheckState.DONE:
        run_sql(move_to(state))
    if state == CheckState.FAILED:
        run_sql(move_to(state))


def move_to(state: str) -> str:
    verdict, finished = ("clean", "now()") if state == CheckState.DONE else ("", "NULL")
    return (
        f"UPDATE {T}checkrun SET state = '{state}', verdict = '{verdict}', "
        f"finished_at = {finished}, leased_until = now()"
    )


@pytest.mark.parametrize("after", CheckState.values)
@pytest.mark.parametrize("before", CheckState.values)
def test_check_run_moves_as_the_table_says(queued: CheckRun, before: str, after: str) -> None:
    put(queued, before)
    # A waiting run is written while it waits: it is rung.
    stays = {CheckState.QUEUED} if before == CheckState.QUEUED else set()
    if after in CHECK_MOVES[before] | stays:
        run_sql(move_to(after))
        assert CheckRun.objects.get().state == after
    else:
        assert refusal(move_to(after)) == "check_run_moves"


def test_check_run_keeps_its_engine(queued: CheckRun) -> None:
    assert refusal(f"UPDATE {T}checkrun SET engine = 'x'") == "check_run_moves"


def test_verdict_follows_from_the_findings(queued: CheckRun) -> None:
    put(queued, CheckState.RUNNING)
    run_sql(*insertion("finding", finding_row(queued)))
    assert refusal(move_to(CheckState.DONE)) == "check_run_verdict_is_derived"


def test_finding_after_done(clean: CheckRun) -> None:
    assert refusal(*insertion("finding", finding_row(clean))) == "finding_of_running"
    assert Finding.objects.count() == 0


def test_rulebook_is_frozen(rulebook: RulebookVersion) -> None:
    sql = f"UPDATE {T}rulebookversion SET note = 'x'"
    assert refusal(sql) == "rulebook_is_frozen"


def test_rulebook_digest_is_of_source(rulebook: RulebookVersion) -> None:
    row = {
        "digest": digest("x"),
        "source": "{}",
        "note": "",
        "created_at": timezone.now(),
        "is_active": False,
        "on_new_block": "withdraw",
    }
    assert refusal(*insertion("rulebookversion", row)) == "rulebook_digest_is_of_source"


def test_two_active_rulebooks(rulebook: RulebookVersion) -> None:
    other_rulebook()
    sql = f"UPDATE {T}rulebookversion SET is_active = true"
    assert refusal(sql) == "rulebook_one_active"


def test_stale_draft(alice: User) -> None:
    make_article(by=alice)
    sql = f"UPDATE {T}articletranslation SET teaser = 'x'"
    assert refusal(sql) == "draft_is_not_stale"
    run_sql(sql + ", version = version + 1")


def test_tampered_event_is_named(clean: CheckRun) -> None:
    assert verify_chain() == []
    number = Event.objects.order_by("number").values_list("number", flat=True)[1]
    run_sql("SET LOCAL session_replication_role = replica")
    run_sql(f"UPDATE {T}event SET verb = 'x' WHERE number = %s", number)
    run_sql("SET LOCAL session_replication_role = origin")
    assert verify_chain() == [number]
