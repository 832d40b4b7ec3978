"""A check has one result, however often and however badly it is run."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop_content import claims
from shop_content.models import CheckRun, Event, Finding, RulebookVersion
from shop_content.models.states import CheckState, Lane, Verdict
from shop_content.workflow import check as checking
from shop_content.workflow import enqueue as enqueueing
from shop_content.workflow.check import check
from shop_content.workflow.enqueue import give_up, retry, ring
from shop_content.workflow.submit import submit
from tests.factories import VIOLATING, make_article, make_user

pytestmark = pytest.mark.django_db


class StandIn:
    """A checker that does something else before, or instead of, the real check."""

    def __init__(self, act: Any) -> None:
        self.act = act

    def check(self, *parts: Any, **options: Any) -> Any:
        return self.act(*parts, **options)


def broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken")


@pytest.fixture
def run(alice: User, rulebook: RulebookVersion) -> CheckRun:
    article = make_article(by=alice, body=VIOLATING)
    return submit(article, locale="de", by=alice).check_runs.get()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the runs that were rung."""
    heard: list[int] = []

    def send(_name: str, *, args: list[int], **_: Any) -> None:
        heard.extend(args)

    monkeypatch.setattr(enqueueing.current_app, "send_task", send)
    return heard


def checker(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    monkeypatch.setattr(checking, "checker_of", lambda _: StandIn(act))


def test_ten_deliveries_give_one_result(run: CheckRun) -> None:
    results = [check(run.pk) for _ in range(10)]
    assert [bool(result) for result in results] == [True] + [False] * 9
    run.refresh_from_db()
    assert (run.attempts, run.verdict) == (1, Verdict.BLOCKED)
    positions = list(Finding.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert Event.objects.filter(verb="checked").count() == 1


def test_lost_lease_drops_the_result(run: CheckRun, monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking.checker_of(run.rulebook_id)

    def slow(*parts: Any, **options: Any) -> claims.Report:
        CheckRun.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        monkeypatch.setattr(checking, "checker_of", lambda _: real)
        assert check(run.pk) is not None  # another worker takes over and finishes
        return real.check(*parts, **options)

    checker(monkeypatch, slow)
    assert check(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.attempts) == (CheckState.DONE, 2)
    assert Event.objects.filter(verb="checked").count() == 1


def test_leased_run_is_left_alone(run: CheckRun) -> None:
    until = timezone.now() + timedelta(seconds=30)
    CheckRun.objects.update(state=CheckState.RUNNING, leased_until=until, attempts=1)
    assert check(run.pk) is None


def test_error_gives_back_and_the_last_fails(
    run: CheckRun, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CHECK_MAX_ATTEMPTS = 2
    checker(monkeypatch, broken)
    states = []
    for _ in range(2):
        assert check(run.pk) is None
        run.refresh_from_db()
        states.append(run.state)
    assert states == [CheckState.QUEUED, CheckState.FAILED]
    assert run.error == "RuntimeError: broken"
    assert Event.objects.filter(verb="check_failed").count() == 1
    assert retry(run, by=make_user("eve", "Marketing")).attempts == 0


def test_what_cannot_be_judged_fails_at_once(
    run: CheckRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = checking.checker_of(run.rulebook_id)

    def unknown(parts: Any, *, language: str, facts: Any) -> claims.Report:
        return real.check(parts, language="xx", facts=facts)

    checker(monkeypatch, unknown)
    assert check(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.attempts) == (CheckState.FAILED, 1)


def test_dead_in_each_attempt_is_a_visible_failure(run: CheckRun, settings: Any) -> None:
    past = timezone.now() - timedelta(seconds=1)
    CheckRun.objects.update(
        state=CheckState.RUNNING, leased_until=past, attempts=settings.CHECK_MAX_ATTEMPTS
    )
    assert give_up() == 1
    run.refresh_from_db()
    assert run.state == CheckState.FAILED


def test_ring_once_then_again_after_a_while(run: CheckRun, rung: list[int], settings: Any) -> None:
    assert (ring(), ring()) == (1, 0)
    past = timezone.now() - timedelta(seconds=settings.RING_AGAIN_SECONDS + 1)
    CheckRun.objects.update(rung_at=past)
    assert ring() == 1
    assert rung == [run.pk, run.pk]


def test_without_ringing_again_a_lost_message_is_a_lost_check(
    run: CheckRun, rung: list[int], settings: Any
) -> None:
    settings.RING_AGAIN_SECONDS = 0
    assert ring() == 1
    CheckRun.objects.update(rung_at=timezone.now() - timedelta(hours=1))
    assert ring() == 0


def test_bulk_window_leaves_the_rest_for_later(
    alice: User,
    rulebook: RulebookVersion,
    rung: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enqueueing, "BULK_WINDOW", 2)
    for _ in range(3):
        submit(make_article(by=alice), locale="de", by=alice)
    CheckRun.objects.update(lane=Lane.BULK)
    assert (ring(), ring()) == (2, 0)
    assert check(rung[0]) is not None
    assert ring() == 1
