"""Withdrawing from the list of releases, and the readable trail of one text."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from shop_content.models import Release, RulebookVersion
from shop_content.workflow.record import thing_of
from shop_content.workflow.release import release
from shop_content.workflow.withdraw import withdraw
from tests.factories import VIOLATING, make_article, make_released

pytestmark = pytest.mark.django_db


def enter(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, release: Release) -> str:
    return reverse(f"admin:shop_content_release_{name}", args=[release.pk])


def test_release_is_withdrawn_with_a_reason(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    live = make_released(make_article(by=alice), by=alice)
    assert enter(bob).get(address("change", live)).context["may_withdraw"] is True
    answer = enter(bob).post(address("withdraw", live), {"reason": "Rückruf."})
    assert answer["Location"] == address("change", live)
    live.refresh_from_db()
    assert (live.is_live, live.withdrawn_by, live.withdrawal_reason) == (False, bob, "Rückruf.")


@pytest.mark.parametrize("reason", ["", " ", "a\x00b", "a\u2066b", "a" * 5001])
def test_withdrawal_without_a_usable_reason_is_refused_and_kept(
    alice: User, bob: User, rulebook: RulebookVersion, reason: str
) -> None:
    live = make_released(make_article(by=alice), by=alice)
    answer = enter(bob).post(address("withdraw", live), {"reason": reason})
    assert answer.status_code == 200
    assert answer.context["reason"] == reason
    assert answer.context["error"] != ""
    assert Release.objects.live().get() == live


def test_release_that_ended_meanwhile_is_told(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    live = make_released(make_article(by=alice), by=alice)
    withdraw(live, by=alice, reason="Zuerst.")
    answer = enter(bob).post(address("withdraw", live), {"reason": "Danach."})
    assert answer.context["error"] == "This release is no longer live."
    assert "Danach." in answer.content.decode()


def test_releases_of_a_text_are_listed_newest_first(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    first = make_released(make_article(by=alice), by=alice)
    withdraw(first, by=bob, reason="Rückruf.")
    second = release(first.revision, by=alice)
    rows = enter(bob).get(address("change", second)).context["history"]
    assert [row.pk for row in rows] == [second.pk, first.pk]


def trail(release: Release) -> str:
    thing = thing_of(release.subject, release.locale)
    return reverse("admin:shop_content_event_trail", args=[thing])


def test_trail_tells_the_whole_story(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice, body=VIOLATING), by=alice, reviewer=bob)
    withdraw(live, by=bob, reason="Rückruf.")
    answer = enter(bob).get(trail(live))
    verbs = [event.verb for event in answer.context["events"]]
    assert verbs == ["submitted", "checked", "approved", "released", "withdrawn"]
    (revision,) = answer.context["revisions"]
    (run,) = revision.check_runs.all()
    assert [finding.quote for finding in run.findings.all()] == ["lindert Kopfschmerzen"]
    assert [row.reviewer for row in run.decisions.all()] == [bob]
    assert [row.withdrawal_reason for row in revision.releases.all()] == ["Rückruf."]
    assert answer.context["broken"] == []
    assert "The chain of events is whole" in answer.content.decode()


def test_trail_tells_a_broken_chain(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE shop_content_event SET verb = 'x' WHERE number = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")
    answer = enter(bob).get(trail(live))
    assert answer.context["broken"] == [2]
    assert "broken at" in answer.content.decode()


def test_trail_is_for_compliance_only(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    assert enter(alice).get(trail(live)).status_code == 403
    assert enter(bob).get(trail(live)).status_code == 200


@pytest.mark.parametrize(
    "thing",
    ["x", "article:x:de", "article:00000000-0000-0000-0000-000000000000:de", "rulebook:a:b", "::"],
)
def test_unknown_trail_is_not_found(bob: User, thing: str) -> None:
    address = reverse("admin:shop_content_event_trail", args=[thing])
    assert enter(bob).get(address).status_code == 404


def test_nul_in_a_trail_is_not_found(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    address = reverse("admin:shop_content_event_trail", args=[thing_of(live.subject, "d\x00e")])
    assert enter(bob).get(address).status_code == 404
