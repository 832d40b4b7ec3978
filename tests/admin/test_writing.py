"""While an editor writes: what the checker says, and how two editors get along."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from shop_content.admin import writing
from shop_content.models import Article, CheckRun, RulebookVersion
from shop_content.workflow.release import release
from tests.admin.test_desks import enter, form_of, page
from tests.factories import make_article, make_checked, make_released, make_user

pytestmark = pytest.mark.django_db


def typed(client: Client, locale: str = "de", kind: str = "article", **fields: str) -> Any:
    return client.post(reverse(f"admin:shop_content_{kind}_typed", args=[locale]), fields)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


@pytest.mark.parametrize("kind", ["article", "product"])
def test_typed_text_is_checked_and_nothing_is_stored(
    alice: User, rulebook: RulebookVersion, kind: str
) -> None:
    body = "<p>Die Dose ist neu. Magnesium lindert <b>Kopfschmerzen</b> schnell. Bis bald.</p>"
    answer = typed(enter(alice), kind=kind, title="Die Dose", body=body)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Magnesium lindert Kopfschmerzen schnell." in text_of(shown)
    assert "Die Dose ist neu" not in text_of(shown)
    assert 'data-field="body"' in shown
    assert "no-store" in answer["Cache-Control"]
    assert (Article.objects.count(), CheckRun.objects.count()) == (0, 0)


def test_typed_text_of_every_field_is_checked(alice: User, rulebook: RulebookVersion) -> None:
    for field in writing.TYPED:
        text = "magnesium-lindert-kopfschmerzen" if field == "slug" else "Lindert Kopfschmerzen."
        shown = typed(enter(alice), **{field: text}).content.decode()
        assert "sev-block" in shown, field


def test_harmless_typed_text_has_no_findings(alice: User, rulebook: RulebookVersion) -> None:
    shown = typed(enter(alice), title="Die Dose", body="<p>Sie ist aus Glas.</p>")
    assert "No findings." in shown.content.decode()


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"body": "x" * (writing.LIMIT + 1)}, 413, "too long"),
        ({"title": "a\u202eb"}, 200, "RIGHT-TO-LEFT OVERRIDE"),
        ({"body": "<p>a\u202eb</p>"}, 200, "RIGHT-TO-LEFT OVERRIDE"),
        ({}, 200, "No findings."),
        ({"body": "<p" * 5000}, 200, "No findings."),
        ({"title": "\x00"}, 200, "CONTROL U+0000"),
    ],
)
def test_odd_typed_text_is_told(
    alice: User, rulebook: RulebookVersion, fields: dict[str, str], status: int, said: str
) -> None:
    answer = typed(enter(alice), **fields)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)


def test_typed_text_without_a_rulebook_is_told(alice: User) -> None:
    assert "No rulebook version is active" in typed(enter(alice), title="x").content.decode()


def test_typed_text_is_checked_for_editors_only(rulebook: RulebookVersion) -> None:
    assert typed(Client(), title="x").status_code == 302
    assert typed(enter(make_user("guest")), title="x").status_code == 403
    assert (
        enter(make_user("eve", "Marketing"))
        .get(reverse("admin:shop_content_article_typed", args=["de"]))
        .status_code
        == 405
    )


def test_typed_text_of_an_unknown_locale_is_not_found(
    alice: User, rulebook: RulebookVersion
) -> None:
    assert typed(enter(alice), locale="xx", title="x").status_code == 404


def stale(alice: User, **mine: str) -> tuple[Article, dict[str, Any], Any]:
    article = make_article(by=alice)
    form = form_of(article, **mine)
    theirs = {"title": "Ihr Titel", "seo_title": "Ihr SEO-Titel", "body": "<p>Ihr Satz.</p>"}
    enter(make_user("eve", "Marketing")).post(page(article), form_of(article, **theirs))
    return article, form, enter(alice).post(page(article), form)


def test_stale_save_shows_every_field_that_differs(alice: User) -> None:
    article, _, answer = stale(alice, teaser="Mein Satz.", title="Mein Titel")
    conflicts = {c.name: (c.stored, c.typed) for c in answer.context["adminform"].form.conflicts}
    draft = article.translations.get()
    assert conflicts["title"] == ("Ihr Titel", "Mein Titel")
    assert conflicts["teaser"] == (draft.teaser, "Mein Satz.")
    assert conflicts["seo_title"] == ("Ihr SEO-Titel", "")
    assert set(conflicts) == {"title", "teaser", "seo_title", "body"}
    assert "Ihr SEO-Titel" in answer.content.decode()


def test_compared_text_takes_the_place_of_the_stored_one(alice: User) -> None:
    article, form, _ = stale(alice, title="Mein Titel")
    stored = article.translations.get()
    enter(alice).post(page(article), form | {"merged": stored.version})
    assert article.translations.get().title == "Mein Titel"


def test_text_compared_with_an_older_one_is_refused_again(alice: User) -> None:
    article, form, _ = stale(alice, title="Mein Titel")
    compared = article.translations.get().version
    third = form_of(article, title="Dritter Titel")
    enter(make_user("carl", "Marketing")).post(page(article), third)
    enter(alice).post(page(article), form | {"merged": compared})
    assert article.translations.get().title == "Dritter Titel"


def test_slug_of_a_text_released_earlier_is_refused_in_its_field(
    alice: User, rulebook: RulebookVersion
) -> None:
    old = make_article(by=alice, slug="alt")
    make_released(old, by=alice)
    enter(alice).post(page(old), form_of(old, slug="neu"))
    release(make_checked(old, by=alice).revision, by=alice)
    other = make_article(by=alice)
    answer = enter(alice).post(page(other), form_of(other, slug="alt"))
    assert list(answer.context["adminform"].form.errors) == ["slug"]


def test_panel_says_where_each_locale_stands(alice: User, rulebook: RulebookVersion) -> None:
    article = make_article(by=alice)
    make_released(article, by=alice)
    shown = enter(alice).get(page(article) + "?language=de")
    assert [(code, name) for code, _, name, _ in shown.context["locales"]] == [
        ("de", "released"),
        ("en", "draft"),
    ]
