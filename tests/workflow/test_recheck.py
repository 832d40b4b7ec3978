"""A new rulebook judges again what is live; the newest one wins."""

import json
import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from shop_content import claims
from shop_content.models import CheckRun, Event, Release, RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.models.states import CheckState, Lane, Outcome, Verdict
from shop_content.workflow.activate import activate, store_version
from shop_content.workflow.check import _lease, _store, check, judge
from shop_content.workflow.recheck import recheck
from shop_content.workflow.review import decide
from tests.factories import make_article, make_released

pytestmark = pytest.mark.django_db


def forbidding(rulebook: RulebookVersion, word: str) -> RulebookVersion:
    """Return a version that also blocks the word."""
    source = json.loads(rulebook.source)
    rule = {
        "id": f"de.test.{word.lower()}",
        "category": "DIS_TREAT",
        "phrases": [word],
        "carrier": "none",
        "severity": "block",
        "must_hit": [f"Die Dose ist aus {word}."],
        "must_not_hit": ["Die Lieferung dauert zwei Tage."],
    }
    source["languages"]["de"]["rules"].append(rule)
    return store_version(claims.Rulebook.from_source(json.dumps(source)))


@pytest.fixture
def live(alice: User, rulebook: RulebookVersion) -> Release:
    return make_released(make_article(by=alice), by=alice)


def test_new_block_withdraws_the_live_text(live: Release, rulebook: RulebookVersion) -> None:
    version = activate(forbidding(rulebook, "Glas"), on_new_block=OnNewBlock.WITHDRAW)
    run = CheckRun.objects.get(rulebook=version)
    assert run.lane == Lane.BULK
    done = check(run.pk)
    assert done is not None
    assert done.verdict == Verdict.BLOCKED
    live.refresh_from_db()
    assert (live.is_live, live.withdrawn_by) == (False, None)
    assert live.withdrawal_reason == f"rulebook {version.digest}: de.test.glas"


def test_new_block_escalates_and_the_text_stays(live: Release, rulebook: RulebookVersion) -> None:
    version = activate(forbidding(rulebook, "Glas"), on_new_block=OnNewBlock.ESCALATE)
    check(CheckRun.objects.get(rulebook=version).pk)
    live.refresh_from_db()
    assert live.is_live
    assert Event.objects.filter(verb="escalated").count() == 1


def test_clean_text_stays_live(live: Release, rulebook: RulebookVersion) -> None:
    version = activate(forbidding(rulebook, "Blech"), full=True)
    done = check(CheckRun.objects.get(rulebook=version).pk)
    assert done is not None
    assert done.verdict == Verdict.CLEAN
    live.refresh_from_db()
    assert live.is_live


def test_newest_version_wins(live: Release, rulebook: RulebookVersion) -> None:
    strict = activate(forbidding(rulebook, "Glas"))
    late = activate(forbidding(rulebook, "Blech"), full=True)
    overtaken = CheckRun.objects.get(rulebook=strict)
    assert (overtaken.state, overtaken.error) == (CheckState.FAILED, "superseded")
    assert check(overtaken.pk) is None
    check(CheckRun.objects.get(rulebook=late).pk)
    live.refresh_from_db()
    assert live.is_live


def test_result_of_a_retired_version_does_not_bite(
    live: Release, rulebook: RulebookVersion
) -> None:
    strict = activate(forbidding(rulebook, "Glas"))
    RulebookVersion.objects.filter(pk=strict.pk).update(is_active=False)
    RulebookVersion.objects.filter(pk=rulebook.pk).update(is_active=True)
    done = check(CheckRun.objects.get(rulebook=strict).pk)
    assert done is not None
    assert done.verdict == Verdict.BLOCKED
    live.refresh_from_db()
    assert live.is_live


def test_going_back_checks_again(live: Release, rulebook: RulebookVersion) -> None:
    strict = forbidding(rulebook, "Glas")
    activate(strict)
    activate(rulebook)
    activate(strict)
    assert CheckRun.objects.get(rulebook=strict).state == CheckState.QUEUED


def test_going_back_applies_what_is_known(live: Release, rulebook: RulebookVersion) -> None:
    strict = activate(forbidding(rulebook, "Glas"))
    leased = _lease(CheckRun.objects.get(rulebook=strict).pk)
    assert leased is not None
    activate(rulebook)
    assert _store(leased, judge(leased)) is not None
    live.refresh_from_db()
    assert live.is_live
    activate(strict)
    live.refresh_from_db()
    assert live.is_live is False
    assert live.withdrawal_reason == f"rulebook {strict.digest}: de.test.glas"


def test_going_back_leaves_what_was_approved(
    alice: User, bob: User, live: Release, rulebook: RulebookVersion
) -> None:
    strict = activate(forbidding(rulebook, "Glas"), on_new_block=OnNewBlock.ESCALATE)
    run = check(CheckRun.objects.get(rulebook=strict).pk)
    assert run is not None
    decide(
        live.revision,
        by=bob,
        outcome=Outcome.APPROVED,
        reason="Glas ist Glas.",
        content_hash=live.content_hash,
        rulebook=strict.digest,
    )
    activate(rulebook)
    activate(strict, on_new_block=OnNewBlock.WITHDRAW)
    live.refresh_from_db()
    assert live.is_live


@pytest.mark.django_db(transaction=True)
def test_result_stored_during_the_activation_of_its_version_bites(
    live: Release, rulebook: RulebookVersion
) -> None:
    strict = activate(forbidding(rulebook, "Glas"))
    leased = _lease(CheckRun.objects.get(rulebook=strict).pk)
    assert leased is not None
    activate(rulebook)
    report = judge(leased)

    def store() -> None:
        try:
            _store(leased, report)
        finally:
            connection.close()

    worker = threading.Thread(target=store)
    with transaction.atomic():
        activate(strict)
        worker.start()
        for _ in range(500):
            if not worker.is_alive() or _somebody_waits():
                break
            worker.join(0.02)
    worker.join()
    live.refresh_from_db()
    assert live.is_live is False


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE datname = current_database() AND NOT granted"
        )
        return bool(cursor.fetchone()[0])


def test_recheck_writes_only_what_is_missing(live: Release, rulebook: RulebookVersion) -> None:
    activate(forbidding(rulebook, "Blech"), full=True)
    assert (recheck(), CheckRun.objects.count()) == (0, 2)
    assert check(CheckRun.objects.latest("pk").pk) is not None
    assert (recheck(), CheckRun.objects.count()) == (0, 2)
