"""Planning a change, cancelling it, and doing it at its moment under the guards of then."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from shop_content.models import Article, CheckRun, Event, Release, RulebookVersion, Schedule
from shop_content.models.states import CheckState
from shop_content.queries.audit import verify_chain
from shop_content.queries.schedule import planned
from shop_content.workflow.activate import activate
from shop_content.workflow.cancel import cancel
from shop_content.workflow.carry_out import MOST_ATTEMPTS, carry_out
from shop_content.workflow.check import check
from shop_content.workflow.draft import write_draft
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.recheck import recheck
from shop_content.workflow.release import release
from shop_content.workflow.schedule import obstacle, schedule_release, schedule_withdrawal
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import (
    VIOLATING,
    approve,
    make_article,
    make_checked,
    make_due,
    make_released,
    make_user,
)
from tests.workflow.test_recheck import forbidding

pytestmark = pytest.mark.django_db
# Whoever releases this text breaks, in a way nothing foresees.
POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE division_by_zero;
END $$;
CREATE TRIGGER poison BEFORE INSERT ON shop_content_release FOR EACH ROW
    WHEN (NEW.slug = 'gift') EXECUTE FUNCTION poison();
"""


def ahead(**delta: float) -> datetime:
    return timezone.now() + timedelta(**delta or {"hours": 1})


def version_of(article: Article) -> int:
    return article.translations.get().version


def verbs() -> list[str]:
    rows = Event.objects.filter(verb__startswith="schedule").order_by("number")
    return list(rows.values_list("verb", flat=True))


def outcome(plan: Schedule) -> tuple[str, str]:
    plan.refresh_from_db()
    return plan.outcome, plan.why


def test_planned_release_goes_live_at_its_moment_only(
    alice: User, rulebook: RulebookVersion
) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    early = schedule_release(run.revision, at=ahead(), by=alice)
    assert (carry_out(), outcome(early)) == (0, ("", ""))
    assert Release.objects.count() == 0
    due = make_due(run.revision.subject, revision=run.revision, by=alice)
    assert (carry_out(), outcome(due)) == (1, ("done", ""))
    live = Release.objects.live().get()
    assert (live.revision, live.released_by) == (run.revision, alice)
    assert verbs() == ["scheduled", "schedule_done"]
    done = Event.objects.get(verb="schedule_done")
    assert done.data["release"] == live.pk
    assert Event.objects.get(verb="released").data["purge"] != []
    assert (carry_out(), verify_chain()) == (0, [])


def test_planned_withdrawal_ends_what_is_live_then(alice: User, rulebook: RulebookVersion) -> None:
    article = make_article(by=alice)
    make_released(article, by=alice)
    schedule_withdrawal(article, locale="de", at=ahead(), by=alice, reason="Aktion beendet.")
    plan = make_due(article, by=alice)
    write_draft(
        article, locale="de", fields={"title": "Neu"}, by=alice, version=version_of(article)
    )
    second = make_released(article, by=alice)
    assert (carry_out(), outcome(plan)) == (1, ("done", ""))
    second.refresh_from_db()
    assert (second.is_live, second.withdrawn_by) == (False, alice)
    assert second.withdrawal_reason == "Aktion beendet."
    assert "purge" in Event.objects.get(verb="withdrawn").data


def test_editing_goes_on_and_each_revision_goes_live_in_turn(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, title="Erste")
    first = make_checked(article, by=alice).revision
    write_draft(
        article, locale="de", fields={"title": "Zweite"}, by=alice, version=version_of(article)
    )
    second = make_checked(article, by=alice).revision
    write_draft(
        article, locale="de", fields={"title": "Dritte"}, by=alice, version=version_of(article)
    )
    make_due(article, revision=second, by=alice, seconds=5)
    make_due(article, by=alice, seconds=1)
    make_due(article, revision=first, by=alice, seconds=10)
    assert carry_out() == 3
    rows = Release.objects.order_by("pk").values_list("revision", "is_live", "withdrawal_reason")
    assert list(rows) == [(first.pk, False, ""), (second.pk, False, "Aktion beendet.")]


@pytest.mark.parametrize("when", [timedelta(seconds=-1), timedelta(days=2000)])
def test_moment_must_be_ahead_but_not_far(
    alice: User, rulebook: RulebookVersion, when: timedelta
) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    with pytest.raises(WorkflowError) as caught:
        schedule_release(run.revision, at=timezone.now() + when, by=alice)
    assert (caught.value.code, caught.value.field) == ("invalid", "at")


def test_two_plans_for_one_moment_are_refused(alice: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    at = ahead()
    schedule_release(run.revision, at=at, by=alice)
    with pytest.raises(WorkflowError) as caught:
        schedule_release(run.revision, at=at, by=alice)
    assert caught.value.field == "at"


def test_only_what_could_go_live_now_can_be_planned(
    alice: User, bob: User, charlie: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, body=VIOLATING)
    revision = submit(article, locale="de", by=alice)
    codes = []
    for by in (charlie, alice):
        with pytest.raises(WorkflowError) as caught:
            schedule_release(revision, at=ahead(), by=by)
        codes.append(caught.value.code)
    check(revision.check_runs.get().pk)
    with pytest.raises(WorkflowError) as caught:
        schedule_release(revision, at=ahead(), by=alice)
    codes.append(caught.value.code)
    for by in (charlie, alice):
        with pytest.raises(WorkflowError) as caught:
            schedule_withdrawal(article, locale="de", at=ahead(), by=by, reason="Ende.")
        codes.append(caught.value.code)
    assert codes == ["not_allowed", "not_checked", "needs_decision", "not_allowed", "superseded"]
    approve(revision, by=bob)
    schedule_release(revision, at=ahead(hours=1), by=alice)
    # What is not live yet but will be can be planned to end.
    schedule_withdrawal(article, locale="de", at=ahead(hours=2), by=alice, reason="Ende.")
    with pytest.raises(WorkflowError) as caught:
        schedule_withdrawal(article, locale="de", at=ahead(minutes=1), by=alice, reason="Ende.")
    assert caught.value.code == "superseded"
    assert [plan.act for plan in planned()] == ["release", "withdraw"]


def test_cancelled_plan_never_happens(
    alice: User, charlie: User, rulebook: RulebookVersion
) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    plan = make_due(run.revision.subject, revision=run.revision, by=alice)
    with pytest.raises(WorkflowError) as caught:
        cancel(plan, by=charlie)
    assert caught.value.code == "not_allowed"
    cancelled = cancel(plan, by=alice)
    assert (cancelled.outcome, cancelled.settled_by) == ("cancelled", alice)
    assert abs(cancelled.settled_at - timezone.now()) < timedelta(minutes=1)
    assert (carry_out(), Release.objects.count()) == (0, 0)
    with pytest.raises(WorkflowError) as caught:
        cancel(plan, by=alice)
    assert caught.value.code == "superseded"
    assert verbs() == ["schedule_cancelled"]


def test_right_that_is_gone_misses(alice: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    plan = make_due(run.revision.subject, revision=run.revision, by=alice)
    Group.objects.get(name="Marketing").user_set.remove(alice)
    assert obstacle(Schedule.objects.get(pk=plan.pk)) == "not_allowed"
    assert (carry_out(), outcome(plan)) == (1, ("missed", "not_allowed"))
    assert Release.objects.count() == 0
    missed = Event.objects.get(verb="schedule_missed")
    assert (missed.data["why"], missed.data["schedule"]) == ("not_allowed", plan.pk)


def test_approval_that_a_new_rulebook_outdates_misses(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    approve(run.revision, by=bob)
    plan = make_due(run.revision.subject, revision=run.revision, by=alice)
    assert obstacle(plan) == ""
    activate(changed(rulebook), by=None, full=True)
    # The verdict of the new rulebook is waited for: late rather than never.
    assert (carry_out(), outcome(plan)) == (0, ("", ""))
    check(CheckRun.objects.get(revision=run.revision, state=CheckState.QUEUED).pk)
    assert obstacle(plan) == "needs_decision"
    assert (carry_out(), outcome(plan)) == (1, ("missed", "needs_decision"))
    assert Release.objects.count() == 0


def test_clean_text_goes_live_late_under_the_rulebook_of_that_moment(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    run = make_checked(article, by=alice)
    write_draft(
        article, locale="de", fields={"title": "Später"}, by=alice, version=version_of(article)
    )
    make_checked(article, by=alice)
    plan = make_due(article, revision=run.revision, by=alice)
    active = activate(changed(rulebook), by=None, full=True)
    # Planned, so it is checked again although a newer revision exists.
    waiting = CheckRun.objects.get(revision=run.revision, rulebook=active)
    assert (carry_out(), outcome(plan)) == (0, ("", ""))
    check(waiting.pk)
    assert (carry_out(), outcome(plan)) == (1, ("done", ""))
    assert Release.objects.live().get().rulebook == active


def test_plan_that_waits_for_its_check_does_not_hold_up_the_next(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    live = make_released(article, by=alice)
    waits = make_due(article, revision=live.revision, by=alice, seconds=9)
    ends = make_due(article, by=alice, seconds=5)
    activate(changed(rulebook), by=None, full=True)
    assert carry_out() == 2
    assert [outcome(waits), outcome(ends)] == [("missed", "overtaken"), ("done", "")]
    assert Release.objects.live().count() == 0


def test_withdrawal_of_what_was_withdrawn_meanwhile_misses(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    live = make_released(article, by=alice)
    plan = make_due(article, by=alice)
    withdraw(live, by=alice, reason="Sofort.")
    assert obstacle(plan) == "superseded"
    assert (carry_out(), outcome(plan)) == (1, ("missed", "superseded"))


def test_slug_taken_meanwhile_misses(alice: User, rulebook: RulebookVersion) -> None:
    other = make_article(by=alice, slug="dose")
    first = make_checked(other, by=alice).revision
    write_draft(other, locale="de", fields={"slug": "dose-2"}, by=alice, version=version_of(other))
    second = make_checked(make_article(by=alice, slug="dose"), by=alice).revision
    plan = make_due(second.subject, revision=second, by=alice)
    release(first, by=alice)
    assert obstacle(plan) == "address_taken"
    assert (carry_out(), outcome(plan)) == (1, ("missed", "address_taken"))


def test_poisoned_plan_delays_no_other_and_is_given_up(
    alice: User, rulebook: RulebookVersion, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = make_checked(make_article(by=alice, slug="gift"), by=alice).revision
    bad = make_due(poisoned.subject, revision=poisoned, by=alice, seconds=60)
    with connection.cursor() as cursor:
        cursor.execute(POISON)
    good = [make_checked(make_article(by=alice), by=alice).revision for _ in range(3)]
    plans = [make_due(one.subject, revision=one, by=alice) for one in good]
    assert carry_out() == 3
    assert [outcome(plan)[0] for plan in plans] == ["done"] * 3
    assert outcome(bad) == ("", "")
    for _ in range(MOST_ATTEMPTS - 1):
        assert carry_out() == 0
    assert (carry_out(), outcome(bad)) == (1, ("missed", "failed"))
    assert len(caplog.records) == MOST_ATTEMPTS
    assert Release.objects.live().count() == 3


def test_revision_that_is_planned_is_rechecked(alice: User, rulebook: RulebookVersion) -> None:
    article = make_article(by=alice)
    old = make_checked(article, by=alice).revision
    write_draft(
        article, locale="de", fields={"title": "Neu"}, by=alice, version=version_of(article)
    )
    make_checked(article, by=alice)
    plan = schedule_release(old, at=ahead(), by=alice)
    active = activate(changed(rulebook), by=None)
    assert CheckRun.objects.filter(revision=old, rulebook=active).count() == 1
    cancel(plan, by=alice)
    assert recheck() == 0


def changed(rulebook: RulebookVersion) -> RulebookVersion:
    """Return another version, as strict for these texts."""
    return forbidding(rulebook, "Blech")


def test_root_may_plan_too(rulebook: RulebookVersion) -> None:
    root = make_user("root", is_superuser=True)
    run = make_checked(make_article(by=root), by=root)
    assert schedule_release(run.revision, at=ahead(), by=root).scheduled_by == root
