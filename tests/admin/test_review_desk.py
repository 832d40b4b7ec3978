"""The review desk: the queue, the decision page, and that no typed reason is lost."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop_content.models import CheckRun, Decision, Event, Revision, RulebookVersion
from shop_content.models.states import CheckState, Outcome
from shop_content.workflow.activate import activate
from shop_content.workflow.draft import write_draft
from shop_content.workflow.enqueue import fail
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from tests.admin.test_rulebook_desk import stricter
from tests.factories import (
    VIOLATING,
    approve,
    make_article,
    make_checked,
    make_released,
    make_user,
)

pytestmark = pytest.mark.django_db
QUEUE = "admin:shop_content_checkrun_changelist"


def enter(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, run: CheckRun) -> str:
    return reverse(f"admin:shop_content_checkrun_{name}", args=[run.pk])


def form_of(run: CheckRun, **changes: str) -> dict[str, str]:
    return {
        "outcome": "approved",
        "reason": "Mein Grund.",
        "content_hash": run.revision.content_hash,
        "rulebook": run.rulebook.digest,
        "seen": str(run.decisions.count()),
    } | changes


def blocked(alice: User, **fields: str) -> CheckRun:
    return make_checked(make_article(by=alice, body=VIOLATING, **fields), by=alice)


def shown(answer: Any) -> list[int]:
    return [row.pk for row in answer.context["cl"].result_list]


def test_queue_shows_the_oldest_first_with_counts(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    first, second = blocked(alice), blocked(alice)
    answer = enter(bob).get(reverse(QUEUE))
    assert shown(answer) == [first.pk, second.pk]
    (row, _other) = answer.context["cl"].result_list
    assert (row.blocks, row.warns, row.infos) == (1, 0, 0)
    assert answer.context["waiting"] == answer.context["waiting_blocked"] == 2


def test_queue_is_filtered_by_locale_verdict_and_author(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    client = enter(bob)
    assert shown(client.get(reverse(QUEUE), {"revision__locale": "de"})) == [run.pk]
    assert shown(client.get(reverse(QUEUE), {"revision__locale": "en"})) == []
    assert shown(client.get(reverse(QUEUE), {"author": str(alice.pk)})) == [run.pk]
    assert shown(client.get(reverse(QUEUE), {"author": "x"})) == []
    assert shown(client.get(reverse(QUEUE), {"verdict__exact": "review"})) == []


def test_empty_queue_says_so(bob: User, rulebook: RulebookVersion) -> None:
    assert "Nothing waits for a decision." in enter(bob).get(reverse(QUEUE)).content.decode()


def test_own_text_is_marked_in_the_queue(rulebook: RulebookVersion) -> None:
    both = make_user("eve", "Marketing", "Compliance")
    blocked(both)
    answer = enter(both).get(reverse(QUEUE))
    assert answer.context["waiting_own"] == 1
    assert "your own text" in answer.content.decode()


def test_queue_costs_the_same_for_one_row_and_three(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    client = enter(bob)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            blocked(alice)
        client.get(reverse(QUEUE))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(QUEUE))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_finding_is_marked_explained_and_linked(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    page = enter(bob).get(address("change", blocked(alice))).content.decode()
    assert '<sup id="mark-1" tabindex="-1">1</sup>' in page
    assert 'href="#mark-1"' in page
    assert "https://eur-lex.europa.eu/eli/reg/2011/1169/oj" in page


def test_approval_needs_a_reason_for_every_finding(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    client = enter(bob)
    answer = client.post(address("decide", run), form_of(run))
    assert answer.context["form"].error != ""
    assert "Mein Grund." in answer.content.decode()
    assert Decision.objects.count() == 0
    client.post(address("decide", run), form_of(run, **{"reason-1": "Zitat."}))
    rule = run.findings.get().rule
    assert Decision.objects.get().reason == f"Mein Grund.\n[1 {rule}] Zitat."


def test_changes_are_requested_with_one_reason(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    enter(bob).post(address("decide", run), form_of(run, outcome="changes_requested"))
    assert Decision.objects.get().outcome == Outcome.CHANGES_REQUESTED


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b", "a\u202eb", "a" * 5001])
@pytest.mark.parametrize("outcome", Outcome.values)
def test_bad_reason_is_refused_and_kept(
    alice: User, bob: User, rulebook: RulebookVersion, reason: str, outcome: str
) -> None:
    run = blocked(alice)
    form = form_of(run, outcome=outcome, reason=reason, **{"reason-1": "Zitat."})
    answer = enter(bob).post(address("decide", run), form)
    assert answer.status_code == 200
    assert answer.context["form"].reason == reason
    assert answer.context["form"].reasons == {1: "Zitat."}
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("seen", ["", "x", "²", "9" * 40, "-1"])
def test_odd_number_of_seen_decisions_is_no_crash(
    alice: User, bob: User, rulebook: RulebookVersion, seen: str
) -> None:
    run = blocked(alice)
    answer = enter(bob).post(address("decide", run), form_of(run, for_all="1", seen=seen))
    assert answer.status_code == 302


def test_decision_of_another_reviewer_meanwhile_is_told(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    form = form_of(run, for_all="1")
    carol = make_user("carol", "Compliance")
    approve(run.revision, by=carol)
    answer = enter(bob).post(address("decide", run), form)
    assert "Somebody has decided" in answer.context["form"].error
    assert "Mein Grund." in answer.content.decode()
    assert "Bewusst so: Testinhalt." in answer.content.decode()
    again = enter(bob).post(address("decide", run), form | {"seen": "1"})
    assert again.status_code == 302
    assert Decision.objects.count() == 2


def test_newer_revision_meanwhile_is_told_and_linked(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    article = run.revision.article
    assert article is not None
    draft = article.translations.get()
    write_draft(article, locale="de", fields={"teaser": "Neu."}, by=alice, version=draft.version)
    newer = submit(article, locale="de", by=alice)
    answer = enter(bob).post(address("decide", run), form_of(run, for_all="1"))
    page = answer.content.decode()
    assert "newer revision" in answer.context["form"].error
    assert "Mein Grund." in page
    assert address("change", newer.check_runs.get()) in page
    assert Decision.objects.count() == 0


def test_changed_rulebook_meanwhile_is_told_and_linked(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    activate(stricter(rulebook))
    answer = enter(bob).post(address("decide", run), form_of(run, for_all="1"))
    page = answer.content.decode()
    assert "rulebook has changed" in answer.context["form"].error
    assert "Mein Grund." in page
    assert address("change", run.revision.check_runs.order_by("-pk")[0]) in page


def test_earlier_decisions_and_the_released_text_are_shown(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    live = make_released(make_article(by=alice, body=VIOLATING), by=alice, reviewer=bob)
    article = live.revision.article
    assert article is not None
    draft = article.translations.get()
    body = VIOLATING + "<p>Neuer Satz.</p>"
    write_draft(article, locale="de", fields={"body": body}, by=alice, version=draft.version)
    run = make_checked(article, by=alice)
    answer = enter(bob).get(address("change", run))
    assert [row.reason for row in answer.context["earlier"]] == ["Bewusst so: Testinhalt."]
    (change,) = answer.context["changes"]
    assert (change.field, change.pieces[-1]) == ("body", ("gained", "\nNeuer Satz."))
    ((_finding, (precedent,), _typed),) = answer.context["groups"][0][1]
    assert (precedent.same, precedent.reviewer) == (True, "bob")


def failed(alice: User) -> CheckRun:
    revision = submit(make_article(by=alice), locale="de", by=alice)
    run = revision.check_runs.get()
    fail(run, error="broken")
    return run


def test_retry_needs_its_own_right(alice: User, charlie: User, rulebook: RulebookVersion) -> None:
    run = failed(alice)
    charlie.user_permissions.add(Permission.objects.get(codename="view_checkrun"))
    assert enter(charlie).get(address("change", run)).context["may_retry"] is False
    assert enter(charlie).post(address("retry", run)).status_code == 403
    run.refresh_from_db()
    assert run.state == CheckState.FAILED
    assert enter(alice).post(address("retry", run)).status_code == 302
    run.refresh_from_db()
    assert run.state == CheckState.QUEUED
    assert Event.objects.get(verb="check_retried").actor == alice


def test_retry_of_a_retired_rulebook_is_refused(alice: User, rulebook: RulebookVersion) -> None:
    run = failed(alice)
    activate(stricter(rulebook))
    enter(alice).post(address("retry", run))
    run.refresh_from_db()
    assert run.state == CheckState.FAILED


def test_decision_without_what_was_seen_still_works(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = blocked(alice)
    active = RulebookVersion.objects.get(is_active=True)
    made = decide(
        Revision.objects.get(),
        by=bob,
        outcome=Outcome.APPROVED,
        reason="Gut.",
        content_hash=run.content_hash,
        rulebook=active.digest,
    )
    assert made.check_run == run
