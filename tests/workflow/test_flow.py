"""From draft to storefront and back, each step and each refusal."""

import pytest
from django.contrib.auth.models import User

from shop_content.models import Article, Event, Release, RulebookVersion
from shop_content.models.states import CheckState, Outcome, Verdict
from shop_content.queries.audit import verify_chain
from shop_content.queries.review import review_queue, status_of
from shop_content.workflow.draft import write_draft
from shop_content.workflow.errors import (
    AddressTaken,
    Invalid,
    NeedsDecision,
    NoRulebook,
    NotAllowed,
    NotChecked,
    StaleDraft,
    Superseded,
)
from shop_content.workflow.release import release
from shop_content.workflow.review import decide
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import (
    VIOLATING,
    approve,
    make_article,
    make_checked,
    make_product,
    make_released,
    make_user,
)

pytestmark = pytest.mark.django_db


def edit(article: Article, *, by: User, **fields: str) -> None:
    draft = article.translations.get(language_code="de")
    write_draft(article, locale="de", fields=fields, by=by, version=draft.version)


def test_clean_text_is_released_by_its_editor(alice: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    assert live.is_live
    assert live.decision is None
    assert live.check_run.verdict == Verdict.CLEAN
    assert status_of(live.subject, "de").word == "released"


def test_violating_text_waits_for_somebody_else(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, body=VIOLATING)
    run = make_checked(article, by=alice)
    assert run.verdict == Verdict.BLOCKED
    assert [row.pk for row in review_queue()] == [run.pk]
    with pytest.raises(NeedsDecision):
        release(run.revision, by=alice)
    approve(run.revision, by=bob)
    assert status_of(article, "de").word == "approved"
    assert list(review_queue()) == []
    assert release(run.revision, by=alice).decision.reviewer == bob


def test_author_cannot_decide_even_with_the_right(bob: User, rulebook: RulebookVersion) -> None:
    both = make_user("eve", "Marketing", "Compliance")
    run = make_checked(make_article(by=both, body=VIOLATING), by=both)
    with pytest.raises(NotAllowed):
        approve(run.revision, by=both)


def test_editor_of_the_draft_counts_as_author(alice: User, rulebook: RulebookVersion) -> None:
    both = make_user("eve", "Marketing", "Compliance")
    article = make_article(by=both, body=VIOLATING)
    edit(article, by=alice, teaser="Von Alice geändert.")
    run = make_checked(article, by=alice)
    with pytest.raises(NotAllowed):
        approve(run.revision, by=both)


def test_decision_needs_the_right(alice: User, charlie: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    with pytest.raises(NotAllowed):
        approve(run.revision, by=charlie)


def test_decision_needs_a_reason(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    revision = make_checked(make_article(by=alice, body=VIOLATING), by=alice).revision
    with pytest.raises(Invalid):
        decide(
            revision,
            by=bob,
            outcome=Outcome.APPROVED,
            reason="  ",
            content_hash=revision.content_hash,
            rulebook=rulebook.digest,
        )


def test_decision_on_an_older_revision_is_refused(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, body=VIOLATING)
    old = make_checked(article, by=alice).revision
    edit(article, by=alice, teaser="Neu.")
    submit(article, locale="de", by=alice)
    with pytest.raises(Superseded):
        approve(old, by=bob)


def test_request_for_changes_outweighs_an_approval(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    revision = make_checked(make_article(by=alice, body=VIOLATING), by=alice).revision
    approve(revision, by=bob)
    decide(
        revision,
        by=make_user("dora", "Compliance"),
        outcome=Outcome.CHANGES_REQUESTED,
        reason="Bitte ohne Krankheit.",
        content_hash=revision.content_hash,
        rulebook=rulebook.digest,
    )
    with pytest.raises(NeedsDecision):
        release(revision, by=alice)


def test_unchecked_revision_is_not_released(alice: User, rulebook: RulebookVersion) -> None:
    revision = submit(make_article(by=alice), locale="de", by=alice)
    with pytest.raises(NotChecked):
        release(revision, by=alice)


def test_submit_without_rulebook_is_refused(alice: User) -> None:
    with pytest.raises(NoRulebook):
        submit(make_article(by=alice), locale="de", by=alice)


def test_submit_of_the_same_text_gives_the_same_revision(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    first = submit(article, locale="de", by=alice)
    assert submit(article, locale="de", by=alice) == first


def test_submit_needs_the_right(alice: User, charlie: User, rulebook: RulebookVersion) -> None:
    with pytest.raises(NotAllowed):
        submit(make_article(by=alice), locale="de", by=charlie)


def test_stale_draft_is_refused_and_the_stored_text_stays(alice: User, bob: User) -> None:
    article = make_article(by=alice)
    edit(article, by=alice, teaser="Erste.")
    with pytest.raises(StaleDraft):
        write_draft(article, locale="de", fields={"teaser": "Zweite."}, by=bob, version=1)
    assert article.translations.get().teaser == "Erste."


def test_slug_of_another_text_is_refused(alice: User) -> None:
    make_article(by=alice, slug="belegt")
    with pytest.raises(AddressTaken):
        make_article(by=alice, slug="belegt")


def test_slug_once_released_never_leads_elsewhere(alice: User, rulebook: RulebookVersion) -> None:
    first = make_article(by=alice, slug="alt")
    make_released(first, by=alice)
    edit(first, by=alice, slug="neu")
    release(make_checked(first, by=alice).revision, by=alice)
    second = make_article(by=alice, slug="alt")
    revision = make_checked(second, by=alice).revision
    with pytest.raises(AddressTaken):
        release(revision, by=alice)


def test_editing_leaves_the_released_document_untouched(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    before = make_released(article, by=alice)
    edit(article, by=alice, title="Ganz anders")
    submit(article, locale="de", by=alice)
    assert Release.objects.live().get().document == before.document
    newer = release(make_checked(article, by=alice).revision, by=alice)
    assert newer.data["title"] == "Ganz anders"
    assert list(Release.objects.live()) == [newer]


def test_withdrawn_text_is_not_live(alice: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    withdraw(live, by=alice, reason="Rückruf.")
    assert list(Release.objects.live()) == []
    assert status_of(live.subject, "de").word == "withdrawn"
    with pytest.raises(Superseded):
        withdraw(live, by=alice, reason="Noch einmal.")


def test_product_flow_carries_its_composition(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    product = make_product(by=alice)
    run = make_checked(product, by=alice)
    assert run.state == CheckState.DONE
    if run.verdict != Verdict.CLEAN:
        approve(run.revision, by=bob)
    document = release(run.revision, by=alice).data
    assert document["composition"]["elemental_magnesium_mg"] == "300.00"
    assert document["composition"]["nrv_percent"] == 80


def test_trail_of_the_flow_is_whole(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    article = make_article(by=alice, body=VIOLATING)
    live = make_released(article, by=alice, reviewer=bob)
    withdraw(live, by=bob, reason="Ende.")
    verbs = Event.objects.filter(thing__startswith="article").order_by("number")
    assert [event.verb for event in verbs] == [
        "submitted",
        "checked",
        "approved",
        "released",
        "withdrawn",
    ]
    assert verify_chain() == []
