"""The desks: who may do what, and that nothing typed is lost."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from shop_content.models import Article, CheckRun, Decision, Release, RulebookVersion
from shop_content.queries.review import review_queue
from shop_content.workflow.check import check
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


def enter(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form_of(article: Article, **changes: Any) -> dict[str, Any]:
    draft = article.translations.get(language_code="de")
    names = "title slug teaser body seo_title seo_description image_alt image_caption".split()
    inlines = {
        f"{prefix}-{part}_FORMS": 0
        for prefix in ("product_links", "relations", "citations")
        for part in ("TOTAL", "INITIAL")
    }
    fields = {name: getattr(draft, name) for name in names}
    return fields | inlines | {"version": draft.version, "author": article.author_id} | changes


def page(subject: Any) -> str:
    return reverse(f"admin:shop_content_{subject._meta.model_name}_change", args=[subject.pk])


def test_editor_submits_and_reads_the_findings(alice: User, rulebook: RulebookVersion) -> None:
    article = make_article(by=alice)
    client = enter(alice)
    form = form_of(article, body=VIOLATING, shop_content_article_submit_for_check="1")
    answer = client.post(page(article) + "?language=de", form, follow=True)
    assert answer.status_code == 200
    run = CheckRun.objects.get()
    assert check(run.pk) is not None
    panel = client.get(
        reverse("admin:shop_content_article_panel", args=[article.pk, "de"])
    ).content.decode()
    assert "DIS_TREAT" in panel
    assert "lindert Kopfschmerzen" in panel
    assert article.translations.get().editors == [alice.pk]


def test_stale_form_is_refused_and_keeps_both_texts(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    eve = make_user("eve", "Marketing")
    mine = form_of(article, teaser="Mein Satz.")
    enter(eve).post(page(article), form_of(article, body="<p>Ihr Satz.</p>"))
    answer = enter(alice).post(page(article), mine)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "Mein Satz." in shown
    assert "Ihr Satz." in shown
    assert article.translations.get().body == "<p>Ihr Satz.</p>"


def test_slug_collision_is_a_field_error(alice: User) -> None:
    make_article(by=alice, slug="belegt")
    article = make_article(by=alice)
    answer = enter(alice).post(page(article), form_of(article, slug="belegt"))
    assert "slug" in answer.context["adminform"].form.errors


def test_hidden_characters_are_refused_with_their_place(alice: User) -> None:
    article = make_article(by=alice)
    answer = enter(alice).post(page(article), form_of(article, body="<p>ab\u202ecd</p>"))
    assert "body" in answer.context["adminform"].form.errors
    assert "\u202e" not in article.translations.get().body


def test_scripts_are_removed_and_told(alice: User) -> None:
    article = make_article(by=alice)
    form = form_of(article, body="<p>a</p><script>alert(1)</script>")
    answer = enter(alice).post(page(article), form, follow=True)
    assert article.translations.get().body == "<p>a</p>"
    assert "script" in " ".join(str(m) for m in answer.context["messages"])


def test_release_by_the_author_before_a_decision_is_refused(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, body=VIOLATING)
    run = make_checked(article, by=alice)
    address = reverse("admin:shop_content_article_release", args=[article.pk, "de"])
    enter(alice).post(address)
    assert Release.objects.count() == 0
    approve(run.revision, by=bob)
    enter(alice).post(address)
    assert Release.objects.get().is_live


def test_withdrawal_needs_a_reason(alice: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice), by=alice)
    address = reverse("admin:shop_content_article_withdraw", args=[live.article_id, "de"])
    enter(alice).post(address, {"reason": " "})
    assert Release.objects.live().count() == 1
    enter(alice).post(address, {"reason": "Rückruf."})
    assert Release.objects.live().count() == 0


def decision_form(run: CheckRun, **changes: str) -> dict[str, str]:
    return {
        "outcome": "approved",
        "reason": "Geprüft.",
        "for_all": "1",
        "content_hash": run.revision.content_hash,
        "rulebook": run.rulebook.digest,
    } | changes


def test_reviewer_approves(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    client = enter(bob)
    queue = client.get(reverse("admin:shop_content_checkrun_changelist")).content.decode()
    assert "Unsere Dose" in queue
    shown = client.get(reverse("admin:shop_content_checkrun_change", args=[run.pk]))
    assert '<mark class="sev-block"' in shown.content.decode()
    client.post(reverse("admin:shop_content_checkrun_decide", args=[run.pk]), decision_form(run))
    assert Decision.objects.get().reviewer == bob
    assert list(review_queue()) == []


@pytest.mark.parametrize(
    "changes", [{"content_hash": "sha256:other"}, {"rulebook": "sha256:other"}, {"outcome": "x"}]
)
def test_refused_decision_keeps_the_reason(
    alice: User, bob: User, rulebook: RulebookVersion, changes: dict[str, str]
) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    form = decision_form(run, reason="Lange Begründung.", **changes)
    answer = enter(bob).post(reverse("admin:shop_content_checkrun_decide", args=[run.pk]), form)
    assert answer.status_code == 200
    assert "Lange Begründung." in answer.content.decode()
    assert Decision.objects.count() == 0


def test_author_sees_why_she_cannot_decide(rulebook: RulebookVersion) -> None:
    both = make_user("eve", "Marketing", "Compliance")
    run = make_checked(make_article(by=both, body=VIOLATING), by=both)
    client = enter(both)
    shown = client.get(reverse("admin:shop_content_checkrun_change", args=[run.pk]))
    assert "somebody else has to decide" in shown.content.decode()
    client.post(reverse("admin:shop_content_checkrun_decide", args=[run.pk]), decision_form(run))
    assert Decision.objects.count() == 0


def test_preview_shows_the_draft_to_staff_only(alice: User, rulebook: RulebookVersion) -> None:
    article = make_article(by=alice, title="Nur im Entwurf")
    address = reverse("admin:shop_content_article_preview", args=[article.pk, "de"])
    answer = enter(alice).get(address)
    assert "Nur im Entwurf" in answer.content.decode()
    assert "vor der Freigabe auf gesundheitsbezogene Angaben geprüft" not in (
        answer.content.decode()
    )
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(address).status_code == 302


def custom_addresses(run: CheckRun) -> dict[str, str]:
    pk = run.revision.article_id
    names = {
        f"article_{verb}": reverse(f"admin:shop_content_article_{verb}", args=[pk, "de"])
        for verb in ("panel", "preview", "release", "withdraw")
    }
    names |= {
        f"checkrun_{verb}": reverse(f"admin:shop_content_checkrun_{verb}", args=[run.pk])
        for verb in ("change", "decide", "retry")
    }
    version = [run.rulebook_id]
    names["rulebook_change"] = reverse("admin:shop_content_rulebookversion_change", args=version)
    names["rulebook_activate"] = reverse(
        "admin:shop_content_rulebookversion_activate", args=version
    )
    return names


def test_nobody_without_rights_gets_anything(
    alice: User, charlie: User, rulebook: RulebookVersion
) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    for name, address in custom_addresses(run).items():
        for client, refused in ((Client(), {302, 405}), (enter(charlie), {403, 405, 302})):
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code in refused, (name, answer.status_code)
                assert "Kopfschmerzen" not in answer.content.decode()


def test_get_changes_nothing(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice), by=alice)
    admin = make_user("root", is_superuser=True)
    for address in custom_addresses(run).values():
        assert enter(admin).get(address).status_code in (200, 302, 405)
    assert Release.objects.count() == 0
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("group", ["Marketing", "Compliance"])
def test_every_list_opens_without_error(
    group: str, alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    make_released(make_article(by=alice, body=VIOLATING), by=alice, reviewer=bob)
    make_product(by=alice)
    client = enter(alice if group == "Marketing" else bob)
    for name in (
        "article product author topic tag revision checkrun decision release event rulebookversion"
    ).split():
        address = reverse(f"admin:shop_content_{name}_changelist")
        assert client.get(address).status_code == 200, name


def test_compliance_reads_but_does_not_write_copy(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice)
    client = enter(bob)
    assert client.get(page(article)).status_code == 200
    assert client.post(page(article), form_of(article, title="Von Bob")).status_code == 403
    assert article.translations.get().title != "Von Bob"


def test_marketing_cannot_activate_a_rulebook(alice: User, rulebook: RulebookVersion) -> None:
    address = reverse("admin:shop_content_rulebookversion_activate", args=[rulebook.pk])
    assert enter(alice).post(address, {"on_new_block": "withdraw"}).status_code == 403


def test_editor_adds_an_article(alice: User) -> None:
    form = form_of(make_article(by=alice)) | {"slug": "ganz-neu", "title": "Ganz neu"}
    answer = enter(alice).post(reverse("admin:shop_content_article_add"), form | {"version": ""})
    assert answer.status_code == 302
    draft = Article.objects.get(translations__slug="ganz-neu").translations.get()
    assert (draft.version, draft.editors) == (1, [alice.pk])


def test_editor_adds_a_locale_and_a_second_writer_is_refused(alice: User) -> None:
    article = make_article(by=alice)
    form = form_of(article) | {"slug": "our-jar", "title": "Our jar", "version": ""}
    address = page(article) + "?language=en"
    assert enter(alice).post(address, form).status_code == 302
    second = enter(alice).post(address, form | {"title": "Another"})
    assert second.status_code == 200
    assert article.translations.get(language_code="en").title == "Our jar"


def test_nul_in_a_reason_is_refused(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    decide = reverse("admin:shop_content_checkrun_decide", args=[run.pk])
    assert enter(bob).post(decide, decision_form(run, reason="a\x00b")).status_code == 200
    assert Decision.objects.count() == 0
    live = make_released(make_article(by=alice), by=alice)
    address = reverse("admin:shop_content_article_withdraw", args=[live.article_id, "de"])
    assert enter(alice).post(address, {"reason": "a\x00b"}).status_code == 302
    assert Release.objects.live().count() == 1


@pytest.mark.parametrize("number", ["²", "9" * 5000, "x"])
@pytest.mark.parametrize("name", ["checkrun", "rulebookversion", "article"])
def test_odd_number_in_an_address_is_no_crash(
    bob: User, rulebook: RulebookVersion, name: str, number: str
) -> None:
    address = f"/admin/shop_content/{name}/{number}/change/"
    assert enter(bob).get(address).status_code in (302, 404)
    assert enter(bob).post(address).status_code in (302, 403, 404)
