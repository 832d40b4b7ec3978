"""Two people at once on real connections: one wins, the other is told, nothing is lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from shop_content.models import (
    Article,
    ArticleTranslation,
    CheckRun,
    Decision,
    Event,
    Release,
    RulebookVersion,
    Schedule,
)
from shop_content.models.states import Outcome
from shop_content.queries.audit import verify_chain
from shop_content.workflow.activate import activate
from shop_content.workflow.carry_out import carry_out
from shop_content.workflow.check import _lease, _store, judge
from shop_content.workflow.draft import write_draft
from shop_content.workflow.errors import StaleDraft, Superseded, WorkflowError
from shop_content.workflow.release import release
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import end_release
from tests.factories import VIOLATING, make_article, make_checked, make_due, make_released
from tests.workflow.test_recheck import _somebody_waits, forbidding

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Return what each act gave or raised, all started together on connections of their own."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = act()
        except WorkflowError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def saver(article: Article, title: str, by: User, version: int) -> Callable[[], Any]:
    return lambda: write_draft(
        article, locale="de", fields={"title": title}, by=by, version=version
    )


def test_two_savers_one_is_refused(alice: User, bob: User) -> None:
    for _ in range(TIMES):
        article = make_article(by=alice)
        version = article.translations.get().version
        results = at_once(
            saver(article, "Eins", alice, version), saver(article, "Zwei", bob, version)
        )
        kinds = sorted(type(result).__name__ for result in results)
        assert kinds == ["ArticleTranslation", "StaleDraft"]
        winner = next(one for one in results if isinstance(one, ArticleTranslation))
        assert article.translations.get().title == winner.title


def test_without_the_lock_the_same_race_loses_a_text(alice: User, bob: User) -> None:
    """The twin: with the guard of the database switched off a write on an old version wins."""
    article = make_article(by=alice)
    seen = [ArticleTranslation.objects.get(master=article) for _ in range(2)]
    with connection.cursor() as cursor:
        table = ArticleTranslation._meta.db_table
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER draft_is_not_stale")
        try:
            for draft, title in zip(seen, ("Eins", "Zwei"), strict=True):
                draft.title = title
                draft.save()
        finally:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER draft_is_not_stale")
    assert article.translations.get().title == "Zwei"  # "Eins" is gone, and nobody was told


def test_decision_and_a_newer_revision(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    for number in range(TIMES):
        run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
        article, revision = run.revision.article, run.revision
        assert article is not None
        version = article.translations.get().version
        saver(article, f"Neu {number}", alice, version)()

        def approve(revision: Any = revision, run: Any = run) -> Any:
            return decide(
                revision,
                by=bob,
                outcome=Outcome.APPROVED,
                reason="So.",
                content_hash=run.content_hash,
                rulebook=run.rulebook.digest,
            )

        decided, _ = at_once(
            approve, lambda article=article: submit(article, locale="de", by=alice)
        )
        # Whoever came first: an approval stands for the bytes that were shown, or there is none.
        if isinstance(decided, Superseded):
            assert Decision.objects.filter(revision=revision).count() == 0
        else:
            assert decided.content_hash == run.content_hash


def test_release_and_the_activation_of_a_stricter_rulebook(
    alice: User, rulebook: RulebookVersion
) -> None:
    strict = forbidding(rulebook, "Glas")
    for _ in range(TIMES):
        activate(rulebook)
        run = make_checked(make_article(by=alice), by=alice)
        at_once(
            lambda run=run: release(run.revision, by=alice),
            lambda: activate(RulebookVersion.objects.get(pk=strict.pk)),
        )
        for live in Release.objects.live():
            # Released before the activation: its re-check is queued with the activation.
            assert live.revision.check_runs.filter(rulebook=strict).count() == 1


def test_two_releases_of_one_text(alice: User, rulebook: RulebookVersion) -> None:
    for _ in range(TIMES):
        run = make_checked(make_article(by=alice), by=alice)
        at_once(
            lambda run=run: release(run.revision, by=alice),
            lambda run=run: release(run.revision, by=alice),
        )
        assert Release.objects.live().filter(article=run.revision.article_id).count() == 1


def test_schedulers_that_tick_at_once_carry_out_each_plan_once(
    alice: User, rulebook: RulebookVersion
) -> None:
    plans = []
    for _ in range(TIMES):
        revision = make_checked(make_article(by=alice), by=alice).revision
        plans.append(make_due(revision.subject, revision=revision, by=alice))
    settled = at_once(carry_out, carry_out, carry_out, carry_out)
    assert sum(settled) == TIMES
    rows = Schedule.objects.filter(pk__in=[plan.pk for plan in plans])
    assert {(plan.outcome, plan.attempts) for plan in rows} == {("done", 1)}
    assert Release.objects.count() == Release.objects.live().count() == TIMES
    assert Event.objects.filter(verb="schedule_done").count() == TIMES
    assert verify_chain() == []


def test_withdrawals_and_an_activation_that_withdraws(
    alice: User, rulebook: RulebookVersion
) -> None:
    strict = forbidding(rulebook, "Glas")
    texts = [make_article(by=alice) for _ in range(3)]
    for article in texts:
        make_released(article, by=alice)
    activate(strict)
    leased = [_lease(run.pk) for run in CheckRun.objects.filter(rulebook=strict)]
    activate(rulebook)
    for run in leased:
        assert run is not None
        assert _store(run, judge(run)) is not None
    last = Release.objects.live().order_by("-pk")[0]
    errors: list[Exception] = []

    def activate_strict() -> None:
        try:
            activate(RulebookVersion.objects.get(pk=strict.pk))
        except OperationalError as error:
            errors.append(error)
        finally:
            connection.close()

    worker = threading.Thread(target=activate_strict)
    with transaction.atomic():
        # As `withdraw` does: first the release, then the event, whose lock is everybody's.
        locked = Release.objects.select_for_update().get(pk=last.pk)
        worker.start()
        for _ in range(500):
            if _somebody_waits() or not worker.is_alive():
                break
            worker.join(0.02)
        end_release(locked, by=alice, reason="Rückruf.")
    worker.join()
    assert errors == []
    assert Release.objects.live().count() == 0
    assert verify_chain() == []


def test_stale_is_the_answer_to_a_version_nobody_has(alice: User) -> None:
    article = make_article(by=alice)
    with pytest.raises(StaleDraft):
        saver(article, "Drei", alice, 99)()
