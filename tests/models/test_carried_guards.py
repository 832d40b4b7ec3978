"""What is carried over is a result that was found, whole: each guard is broken by raw SQL."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop_content.models import CheckRun, RulebookVersion
from shop_content.workflow.check import check
from shop_content.workflow.submit import submit
from tests.factories import VIOLATING, make_article, make_checked
from tests.models.test_guards import T, insertion, other_rulebook, refusal, run_sql

pytestmark = pytest.mark.django_db

COPY = (
    f"INSERT INTO {T}finding (check_run_id, position, rule, category, severity, field, start,"
    ' "end", quote, message, legal_basis, suggestions, fingerprint) SELECT %s, position,'
    " rule || %s, category, severity, field, start,"
    ' "end", quote, message, legal_basis, suggestions, fingerprint'
    f" FROM {T}finding WHERE check_run_id = %s"
)


@pytest.fixture
def made(alice: User, rulebook: RulebookVersion) -> CheckRun:
    return make_checked(make_article(by=alice, body=VIOLATING), by=alice)


def carried(run: CheckRun, **changes: Any) -> tuple[Any, ...]:
    row = {
        "revision_id": run.revision_id,
        "content_hash": run.content_hash,
        "rulebook_id": 0,
        "engine": run.engine,
        "lane": "bulk",
        "state": "done",
        "attempts": 0,
        "queued_at": timezone.now(),
        "finished_at": timezone.now(),
        "verdict": run.verdict,
        "undecided": 1,
        "error": "",
        "carried_from_id": run.pk,
    }
    row |= changes
    if not row["rulebook_id"]:
        row["rulebook_id"] = other_rulebook().pk
    return insertion("checkrun", row)


def carry(made: CheckRun) -> CheckRun:
    """Return the check carried over, with its findings."""
    run_sql(*carried(made))
    run = CheckRun.objects.get(carried_from=made)
    run_sql(COPY, run.pk, "", made.pk)
    return run


def test_carried_run_with_all_findings_is_accepted(made: CheckRun) -> None:
    run = carry(made)
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert run.findings.count() == made.findings.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "clean"},
        {"engine": "x"},
        {"attempts": 1},
        {"state": "queued", "verdict": "", "finished_at": None},
    ],
)
def test_carried_run_is_that_of_a_finished_check(made: CheckRun, wrong: dict[str, Any]) -> None:
    assert refusal(*carried(made, **wrong)) == "check_run_carried_is_sound"


def test_carried_run_is_of_another_version(made: CheckRun) -> None:
    row = carried(made, rulebook_id=made.rulebook_id)
    assert refusal(*row) == "check_run_carried_is_sound"


def test_carried_run_is_of_the_same_revision(alice: User, made: CheckRun) -> None:
    other = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    row = carried(made, revision_id=other.revision_id, content_hash=other.content_hash)
    assert refusal(*row) == "check_run_carried_is_sound"


def test_unfinished_check_is_not_carried(alice: User, rulebook: RulebookVersion) -> None:
    run = submit(make_article(by=alice), locale="de", by=alice).check_runs.get()
    assert refusal(*carried(run, verdict="clean")) == "check_run_carried_is_sound"
    assert check(run.pk) is not None


def test_carried_run_is_not_carried_from_a_copy(made: CheckRun) -> None:
    copy = carry(made)
    row = carried(copy, rulebook_id=made.rulebook_id)
    assert refusal(*row) == "check_run_carried_is_sound"


def test_carried_finding_is_an_exact_copy(made: CheckRun) -> None:
    run_sql(*carried(made))
    run = CheckRun.objects.get(carried_from=made)
    assert refusal(COPY, run.pk, ".other", made.pk) == "finding_of_running"
    run_sql(COPY, run.pk, "", made.pk)


def test_carried_run_without_its_findings_does_not_commit(made: CheckRun) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")  # at once what a commit does at its end
    assert refusal(*carried(made)) == "check_run_carries_all_findings"


def test_carried_run_stays_what_it_is(made: CheckRun) -> None:
    carry(made)
    sql = f"UPDATE {T}checkrun SET carried_from_id = NULL WHERE carried_from_id IS NOT NULL"
    assert refusal(sql) == "check_run_moves"


@pytest.mark.parametrize("verb", ["UPDATE {} SET text = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_vocabulary_only_grows(made: CheckRun, verb: str) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    name = "word_no_truncate" if verb.startswith("TRUNCATE") else "word_append_only"
    assert refusal(verb.format(f"{T}word")) == name


def test_word_is_kept_once(made: CheckRun) -> None:
    row = {"language": "de", "text": "magnesium"}
    assert refusal(*insertion("word", row)) == "word_once_per_language"
