"""A new version re-checks its candidates; every other text keeps its result, and says so."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from shop_content import claims
from shop_content.models import CheckRun, Event, Finding, Release, Roots, RulebookVersion, Word
from shop_content.models.rulebook import OnNewBlock
from shop_content.models.states import CheckState, Outcome, Verdict
from shop_content.queries.audit import verify_chain
from shop_content.queries.review import review_queue
from shop_content.workflow.activate import activate, store_version
from shop_content.workflow.carry import plan
from shop_content.workflow.check import _lease, _store, check, judge, roots_of
from shop_content.workflow.enqueue import give_up
from shop_content.workflow.foresee import foresee
from shop_content.workflow.recheck import recheck
from shop_content.workflow.release import release
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from tests.factories import VIOLATING, approve, make_article, make_checked, make_released
from tests.workflow.test_recheck import forbidding

pytestmark = pytest.mark.django_db

WOOD = "<p>Die Kiste ist aus Holz.</p>"


def changed(
    rulebook: RulebookVersion, change: Callable[[dict[str, Any]], object]
) -> RulebookVersion:
    source = json.loads(rulebook.source)
    change(source)
    return store_version(claims.Rulebook.from_source(json.dumps(source)))


def run_of(one: Release | CheckRun, version: RulebookVersion) -> CheckRun:
    return CheckRun.objects.get(revision=one.revision, rulebook=version)


def told(run: CheckRun) -> list[tuple[Any, ...]]:
    names = [field.name for field in Finding._meta.fields if field.name not in ("id", "check_run")]
    return list(run.findings.order_by("position").values_list(*names))


@pytest.fixture
def wood(alice: User, rulebook: RulebookVersion) -> Release:
    return make_released(make_article(by=alice, body=WOOD, title="Kiste", teaser=""), by=alice)


@pytest.fixture
def glass(alice: User, rulebook: RulebookVersion) -> Release:
    return make_released(make_article(by=alice), by=alice)


def test_candidate_is_queued_and_the_rest_carried_over(
    wood: Release, glass: Release, rulebook: RulebookVersion
) -> None:
    version = activate(forbidding(rulebook, "Glas"))
    assert run_of(glass, version).state == CheckState.QUEUED
    run = run_of(wood, version)
    assert (run.state, run.verdict, run.carried_from) == ("done", "clean", wood.check_run)
    event = Event.objects.filter(verb="rulebook_activated").latest("number")
    assert {name: event.data[name] for name in ("queued", "carried", "everything", "full")} == {
        "queued": 1,
        "carried": 1,
        "everything": {},
        "full": False,
    }
    assert verify_chain() == []


def test_full_recheck_carries_nothing_over(
    wood: Release, glass: Release, rulebook: RulebookVersion
) -> None:
    version = activate(forbidding(rulebook, "Glas"), full=True)
    assert set(version.check_runs.values_list("state", "carried_from")) == {("queued", None)}
    assert version.check_runs.count() == 2


def test_findings_are_carried_over_and_can_be_decided_on(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    before = make_checked(make_article(by=alice, body=VIOLATING, title="Kiste"), by=alice)
    version = activate(forbidding(rulebook, "Einhornstaub"))
    run = run_of(before, version)
    assert (run.carried_from, run.verdict, run.undecided) == (before, Verdict.BLOCKED, 1)
    assert told(run) == told(before)
    assert list(review_queue()) == [run]
    approve(run.revision, by=bob)
    made = release(run.revision, by=alice)
    assert (made.check_run, made.rulebook) == (run, version)


def test_what_was_approved_meanwhile_is_not_undecided(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    before = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    approve(before.revision, by=bob)
    version = activate(forbidding(rulebook, "Einhornstaub"))
    assert run_of(before, version).undecided == 0


def test_carried_result_is_carried_on_from_the_check_that_was_made(
    wood: Release, rulebook: RulebookVersion
) -> None:
    second = activate(forbidding(rulebook, "Glas"))
    third = activate(forbidding(second, "Blech"))
    assert run_of(wood, third).carried_from == wood.check_run
    assert run_of(wood, second).carried_from == wood.check_run


def test_live_text_with_a_block_is_for_the_policy_of_the_new_version(
    alice: User, wood: Release, rulebook: RulebookVersion
) -> None:
    strict = activate(forbidding(rulebook, "Holz"), on_new_block=OnNewBlock.ESCALATE)
    check(run_of(wood, strict).pk)
    late = activate(forbidding(strict, "Einhornstaub"), on_new_block=OnNewBlock.WITHDRAW)
    run = run_of(wood, late)
    assert (run.state, run.carried_from) == (CheckState.QUEUED, None)
    check(run.pk)
    wood.refresh_from_db()
    assert wood.is_live is False


def test_unfinished_check_is_no_result_to_carry_over(
    alice: User, rulebook: RulebookVersion
) -> None:
    run = submit(make_article(by=alice, body=WOOD), locale="de", by=alice).check_runs.get()
    assert _lease(run.pk) is not None
    version = activate(forbidding(rulebook, "Einhornstaub"))
    assert run_of(run, version).state == CheckState.QUEUED


def test_check_whose_ids_were_overwritten_is_not_carried_over(
    wood: Release, rulebook: RulebookVersion
) -> None:
    other = CheckRun.objects.create(
        revision=wood.revision,
        content_hash=wood.content_hash,
        rulebook=rulebook,
        engine="older",
    )
    Roots.objects.filter(revision=wood.revision).update(check_run=other)
    version = activate(forbidding(rulebook, "Einhornstaub"))
    assert run_of(wood, version).state == CheckState.QUEUED


def test_check_without_ids_is_not_carried_over(wood: Release, rulebook: RulebookVersion) -> None:
    Roots.objects.all().delete()
    version = activate(forbidding(rulebook, "Einhornstaub"))
    assert run_of(wood, version).state == CheckState.QUEUED


def test_other_language_and_region_are_found_by_their_own_rules(
    settings: Any, alice: User, rulebook: RulebookVersion
) -> None:
    settings.CONTENT_LOCALES = ["de", "de-AT", "en"]
    austrian = make_released(make_article(by=alice, locale="de-AT"), by=alice, locale="de-AT")
    text = {"title": "The tin", "teaser": "", "body": "<p>The tin is made of Glas.</p>"}
    english = make_released(make_article(by=alice, locale="en", **text), by=alice, locale="en")
    version = activate(forbidding(rulebook, "Glas"))
    assert run_of(austrian, version).state == CheckState.QUEUED
    assert run_of(english, version).carried_from == english.check_run


def test_change_no_word_tells_rechecks_everything_and_says_why(
    wood: Release, rulebook: RulebookVersion
) -> None:
    def add(source: dict[str, Any]) -> None:
        source["categories"].append(dict(source["categories"][0], code="NEW"))

    version = activate(changed(rulebook, add))
    assert run_of(wood, version).state == CheckState.QUEUED
    event = Event.objects.filter(verb="rulebook_activated").latest("number")
    assert event.data["everything"] == {"de": "categories"}


def test_reworded_category_rechecks_the_texts_with_its_findings(
    alice: User, wood: Release, rulebook: RulebookVersion
) -> None:
    blocked = make_checked(make_article(by=alice, body=VIOLATING), by=alice)

    def reword(source: dict[str, Any]) -> None:
        for row in source["categories"]:
            row["legal_basis"] += "!" if row["code"] == "DIS_TREAT" else ""

    version = activate(changed(rulebook, reword))
    assert run_of(blocked, version).state == CheckState.QUEUED
    assert run_of(wood, version).carried_from == wood.check_run


def test_dry_run_tells_the_candidates_and_tries_only_them(
    wood: Release, glass: Release, rulebook: RulebookVersion
) -> None:
    strict = forbidding(rulebook, "Glas")
    seen = foresee(strict, plan(rulebook, strict))
    assert (seen.live, seen.tried, seen.judged) == (2, 1, 1)
    assert (seen.candidates, seen.carried) == (1, 1)
    assert seen.blocked == ((glass, ("de.test.glas",)),)
    assert CheckRun.objects.filter(rulebook=strict).count() == 0
    assert plan(None, strict) is None
    assert plan(strict, strict) is None


def test_words_are_kept_once_and_ids_rewritten_by_each_check(
    wood: Release, glass: Release, rulebook: RulebookVersion
) -> None:
    assert Word.objects.filter(language="de", text="ist").count() == 1
    version = activate(forbidding(rulebook, "Glas"))
    before = Roots.objects.get(revision=glass.revision)
    check(run_of(glass, version).pk)
    after = Roots.objects.get(revision=glass.revision)
    assert before.check_run == glass.check_run
    assert after.check_run == run_of(glass, version)
    assert set(after.ids) > set(before.ids)


def test_newest_of_two_versions_wins_over_a_killed_worker(
    wood: Release, glass: Release, rulebook: RulebookVersion, settings: Any
) -> None:
    strict = activate(forbidding(rulebook, "Glas"))
    killed = _lease(run_of(glass, strict).pk)
    assert killed is not None
    late = activate(forbidding(rulebook, "Blech"))
    # The worker is gone: its lease runs out, and its run may still be tried again or be given up.
    CheckRun.objects.filter(pk=killed.pk).update(leased_until=glass.released_at)
    assert recheck() == 0
    done = check(killed.pk)
    assert done is not None
    assert done.verdict == Verdict.BLOCKED
    glass.refresh_from_db()
    assert glass.is_live
    assert run_of(wood, late).carried_from == wood.check_run
    check(run_of(glass, late).pk)
    glass.refresh_from_db()
    assert glass.is_live
    assert Event.objects.filter(verb__in=["withdrawn", "escalated"]).count() == 0
    assert give_up() == 0


def test_result_that_comes_after_two_versions_keeps_nobody_from_being_checked(
    glass: Release, rulebook: RulebookVersion
) -> None:
    strict = activate(forbidding(rulebook, "Glas"))
    leased = _lease(run_of(glass, strict).pk)
    assert leased is not None
    late = activate(forbidding(rulebook, "Blech"))
    check(run_of(glass, late).pk)
    assert _store(leased, judge(leased), roots_of(leased)) is not None
    newest = activate(forbidding(late, "Einhornstaub"))
    # The ids are those of the late result, so they say nothing about the one that counts.
    assert run_of(glass, newest).state == CheckState.QUEUED
    check(run_of(glass, newest).pk)
    glass.refresh_from_db()
    assert glass.is_live


def test_request_for_changes_under_the_old_version_stays_with_it(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    before = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    decide(
        before.revision,
        by=bob,
        outcome=Outcome.CHANGES_REQUESTED,
        reason="So nicht.",
        content_hash=before.content_hash,
        rulebook=rulebook.digest,
    )
    version = activate(forbidding(rulebook, "Einhornstaub"))
    assert run_of(before, version).decisions.count() == 0
    assert list(review_queue()) == [run_of(before, version)]
