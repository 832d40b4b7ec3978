"""The guards of planned changes and of the history are broken by raw SQL and refuse by name."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from shop_content.models import Change, CheckRun, Generation, Release, RulebookVersion, Schedule
from shop_content.workflow.carry_out import carry_out
from tests.factories import (
    make_article,
    make_checked,
    make_due,
    make_product,
    make_released,
)
from tests.models.test_guards import T, insertion, refusal, run_sql

pytestmark = pytest.mark.django_db
SETTLE = f"UPDATE {T}schedule SET outcome = %s, why = %s, settled_at = now(), settled_by_id = %s"


@pytest.fixture
def run(alice: User, rulebook: RulebookVersion) -> CheckRun:
    return make_checked(make_article(by=alice), by=alice)


@pytest.fixture
def plan(run: CheckRun, alice: User) -> Schedule:
    return make_due(run.revision.subject, revision=run.revision, by=alice)


def row(run: CheckRun, by: User, **changes: Any) -> tuple[Any, ...]:
    return insertion(
        "schedule",
        {
            "article_id": run.revision.article_id,
            "locale": run.revision.locale,
            "act": "release",
            "revision_id": run.revision_id,
            "due_at": timezone.now(),
            "reason": "",
            "scheduled_by_id": by.pk,
            "attempts": 0,
            "outcome": "",
            "why": "",
        }
        | changes,
    )


def at_once(sql: str, *values: Any) -> str | None:
    """Return what refuses a statement, the deferred guards at once."""
    return refusal(f"SET CONSTRAINTS ALL IMMEDIATE; {sql}", *values)


def test_plan_starts_waiting_for_its_own_text_by_who_may(
    run: CheckRun, alice: User, charlie: User
) -> None:
    other = make_checked(make_article(by=alice), by=alice)
    moment = timezone.now()
    run_sql(*row(run, alice, due_at=moment))
    broken = {
        "schedule_starts_waiting": {"outcome": "done", "settled_at": moment},
        "schedule_of_own_revision": {"revision_id": other.revision_id},
        "schedule_needs_right": {"scheduled_by_id": charlie.pk},
        "schedule_has_one_subject": {"article_id": None, "revision_id": None},
        "schedule_says_what": {"reason": "so"},
        "schedule_one_a_moment_article": {"due_at": moment},
    }
    for name, changes in broken.items():
        assert refusal(*row(run, alice, **changes)) == name
    product = make_checked(make_product(by=alice), by=alice)
    of_product = {"article_id": None, "product_id": product.revision.product_id}
    of_product |= {"revision_id": product.revision_id, "due_at": moment}
    run_sql(*row(run, alice, **of_product))
    assert refusal(*row(run, alice, **of_product)) == "schedule_one_a_moment_product"
    withdrawal = {"act": "withdraw", "revision_id": None, "reason": " "}
    assert refusal(*row(run, alice, **withdrawal)) == "schedule_says_what"


def test_plan_is_settled_once_and_kept(plan: Schedule, alice: User) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    run_sql(f"UPDATE {T}schedule SET attempts = 1")
    assert refusal(f"UPDATE {T}schedule SET attempts = 0") == "schedule_settles_once"
    assert refusal(f"UPDATE {T}schedule SET due_at = now()") == "schedule_settles_once"
    assert refusal(f"DELETE FROM {T}schedule") == "schedule_no_delete"
    assert refusal(f"TRUNCATE {T}schedule CASCADE") == "schedule_no_truncate"
    run_sql(SETTLE, "cancelled", "", alice.pk)
    assert refusal(SETTLE, "missed", "failed", None) == "schedule_settles_once"


@pytest.mark.parametrize(
    ("outcome", "why"),
    [("missed", ""), ("done", "failed"), ("cancelled", ""), ("", "x")],
)
def test_outcome_is_told(plan: Schedule, outcome: str, why: str) -> None:
    assert refusal(SETTLE, outcome, why, None) == "schedule_outcome_is_told"


def test_nothing_happens_before_its_moment(run: CheckRun, alice: User) -> None:
    make_due(run.revision.subject, revision=run.revision, by=alice, seconds=-60)
    for outcome, why in (("done", ""), ("missed", "failed")):
        assert refusal(SETTLE, outcome, why, None) == "schedule_not_early"


def test_done_is_only_what_is_done(plan: Schedule) -> None:
    assert at_once(SETTLE.replace("%s", "{}").format("'done'", "''", "NULL")) == (
        "schedule_done_is_done"
    )


def test_withdrawal_is_only_done_when_nothing_is_live(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    make_released(article, by=alice)
    make_due(article, by=alice)
    done = SETTLE.replace("%s", "{}").format("'done'", "''", "NULL")
    assert at_once(done) == "schedule_done_is_done"
    assert carry_out() == 1


def test_history_is_append_only_and_written_by_what_counts(plan: Schedule) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert refusal(f"UPDATE {T}change SET begins = false") == "change_append_only"
    assert refusal(f"DELETE FROM {T}change") == "change_append_only"
    assert refusal(f"TRUNCATE {T}change") == "change_no_truncate"
    forged = {
        "seq": 999,
        "happened_at": timezone.now(),
        "transaction": 1,
        "begins": True,
        "touched": [],
    }
    forged |= {"schedule_id": plan.pk}
    assert refusal(*insertion("change", forged)) == "change_is_counted"


def test_history_is_of_one_thing(plan: Schedule) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        forged = {
            "seq": 999,
            "happened_at": timezone.now(),
            "transaction": 1,
            "begins": True,
            "touched": [],
            "schedule_id": plan.pk,
            "release_id": 1,
        }
        assert refusal(*insertion("change", forged)) == "change_is_of_one_thing"
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_every_change_is_in_the_history(alice: User, plan: Schedule) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    before = Generation.objects.get().seq
    run_sql("SET CONSTRAINTS ALL DEFERRED")
    carry_out()
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    live = Release.objects.get()
    rows = Change.objects.filter(seq__gte=before).order_by("seq")
    told = [(one.seq - before, one.release_id, one.schedule_id, one.begins) for one in rows]
    assert told == [(0, None, plan.pk, True), (1, None, plan.pk, False), (2, live.pk, None, True)]
