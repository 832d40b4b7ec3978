"""Planning at the desks: the time zone is told, the odd hours of the clocks are asked about."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop_content.admin.moment import moment, shown
from shop_content.models import Revision, RulebookVersion, Schedule
from shop_content.workflow.carry_out import carry_out
from shop_content.workflow.errors import Invalid
from shop_content.workflow.record import thing_of
from shop_content.workflow.schedule import schedule_release
from tests.factories import (
    VIOLATING,
    approve,
    make_article,
    make_checked,
    make_due,
    make_released,
    make_user,
)


def enter(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(verb: str, revision: Revision) -> str:
    thing = thing_of(revision.subject, revision.locale)
    return reverse(f"admin:shop_content_schedule_{verb}", args=[thing])


@pytest.mark.parametrize(
    ("typed", "which", "when", "told"),
    [
        ("2026-12-01T06:00", "", "2026-12-01T05:00:00+00:00", "2026-12-01 06:00 CET"),
        ("2026-07-01T06:00", "second", "2026-07-01T04:00:00+00:00", "2026-07-01 06:00 CEST"),
        ("2026-10-25T02:30", "first", "2026-10-25T00:30:00+00:00", "2026-10-25 02:30 CEST"),
        ("2026-10-25T02:30", "second", "2026-10-25T01:30:00+00:00", "2026-10-25 02:30 CET"),
        ("2027-03-28T03:00", "", "2027-03-28T01:00:00+00:00", "2027-03-28 03:00 CEST"),
    ],
)
def test_local_time_is_one_moment(typed: str, which: str, when: str, told: str) -> None:
    at = moment(typed, which)
    assert (at.isoformat(), shown(at)) == (when, told)


@pytest.mark.parametrize(
    ("typed", "which", "field"),
    [
        ("2027-03-28T02:30", "first", "at"),  # the clocks are put forward over it
        ("2026-10-25T02:30", "", "which"),  # it comes twice
        ("2026-10-25T02:30", "x", "which"),
        ("", "", "at"),
        ("morgen", "", "at"),
        ("2026-02-30T10:00", "", "at"),
        ("2026-12-01T06:00Z", "", "at"),
        ("0001-01-01T00:00", "", "at"),
    ],
)
def test_time_that_is_no_moment_is_refused(typed: str, which: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        moment(typed, which)
    assert caught.value.field == field


@pytest.mark.django_db
def test_release_is_planned_seen_and_cancelled(alice: User, rulebook: RulebookVersion) -> None:
    revision = make_checked(make_article(by=alice), by=alice).revision
    ahead = timezone.localtime() + timedelta(days=2)
    typed = {"act": "release", "revision": "1", "at": ahead.strftime("%Y-%m-%dT12:00")}
    answer = enter(alice).post(address("plan", revision), typed)
    assert answer["Location"] == address("text", revision)
    plan = Schedule.objects.get()
    assert (plan.revision, plan.scheduled_by, plan.act) == (revision, alice, "release")
    page = enter(alice).get(address("text", revision))
    assert [(one.when[:16], one.risk, one.may_cancel) for one in page.context["plans"]] == [
        (ahead.strftime("%Y-%m-%d 12:00"), "", True)
    ]
    assert "Europe/Berlin" in page.content.decode()
    cancel = reverse("admin:shop_content_schedule_cancel", args=[plan.pk])
    enter(alice).post(cancel)
    plan.refresh_from_db()
    assert (plan.outcome, plan.settled_by) == ("cancelled", alice)
    assert enter(alice).post(cancel).status_code == 302


@pytest.mark.django_db
def test_refused_plan_keeps_what_was_typed(alice: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    typed = {"act": "withdraw", "at": "2027-03-28T02:30", "reason": "Aktion zu Ende."}
    answer = enter(alice).post(address("plan", live.revision), typed)
    assert "02:30 does not exist that night" in answer.context["error"]
    assert answer.context["typed"] == {"at": typed["at"], "which": "", "reason": typed["reason"]}
    assert "Aktion zu Ende." in answer.content.decode()
    assert Schedule.objects.count() == 0


@pytest.mark.django_db
def test_planning_needs_the_right_of_the_act(alice: User, rulebook: RulebookVersion) -> None:
    revision = make_checked(make_article(by=alice), by=alice).revision
    guest = enter(make_user("guest"))
    plan = make_due(revision.subject, revision=revision, by=alice)
    cancel = reverse("admin:shop_content_schedule_cancel", args=[plan.pk])
    assert guest.get(address("text", revision)).status_code == 403
    for where in (address("plan", revision), cancel):
        assert guest.post(where, {"act": "release", "at": "2027-06-01T12:00"}).status_code == 403


@pytest.mark.django_db
def test_missed_plan_is_told_on_start_page_release_page_and_trail(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, body=VIOLATING)
    live = make_released(article, by=alice, reviewer=bob)
    make_due(article, by=alice)
    alice.groups.clear()
    assert carry_out() == 1
    start = enter(bob).get("/admin/")
    told = "whoever planned it may no longer do it"
    assert [one.missed for one in start.context["plans"]] == [told]
    release = reverse("admin:shop_content_release_change", args=[live.pk])
    trail = reverse("admin:shop_content_event_trail", args=[thing_of(article, "de")])
    for page in (start, enter(bob).get(release), enter(bob).get(trail)):
        assert told in page.content.decode()


@pytest.mark.django_db
def test_what_is_planned_is_on_the_start_page_with_its_risk(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    approve(run.revision, by=bob)
    schedule_release(run.revision, at=timezone.now() + timedelta(hours=1), by=alice)
    start = enter(bob).get("/admin/")
    assert [(one.plan.act, one.risk) for one in start.context["plans"]] == [("release", "")]
    alice.groups.clear()
    risk = [one.risk for one in enter(bob).get("/admin/").context["plans"]]
    assert risk == ["whoever planned it may no longer do it"]
    assert enter(make_user("guest")).get("/admin/").context["plans"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("thing", ["x", "article:x:de", quote("article:\x00:de")])
def test_unknown_text_is_not_found(alice: User, rulebook: RulebookVersion, thing: str) -> None:
    assert enter(alice).get(f"/admin/shop_content/schedule/text/{thing}/").status_code == 404
