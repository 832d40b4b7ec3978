"""Links to a section survive an edit of its heading, from submission to the storefront."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, RulebookVersion
from shop_content.workflow.activate import activate
from shop_content.workflow.draft import write_draft
from shop_content.workflow.submit import submit
from tests.factories import make_article, make_released
from tests.workflow.test_recheck import forbidding

pytestmark = pytest.mark.django_db
AFTER = "<p>Aus Blech.</p><h2>Das Glas</h2><p>Es ist rund.</p>"


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    return make_article(by=alice, slug="dose", body=f"<h2>Der Deckel</h2>{AFTER}")


def reword(article: Article, heading: str, *, by: User) -> None:
    draft = article.translations.get(language_code="de")
    fields = {"body": f"<h2>{heading}</h2>{AFTER}"}
    write_draft(article, locale="de", fields=fields, by=by, version=draft.version)


def test_reworded_heading_keeps_its_old_anchor_as_an_alias(article: Article, alice: User) -> None:
    make_released(article, by=alice)
    reword(article, "Der Deckel der Dose", by=alice)
    make_released(article, by=alice)
    document = Client().get("/api/v1/de/articles/dose/").json()
    for shown in (document["toc"], document["blocks"][::2]):
        assert [(one["anchor"], one["anchor_aliases"]) for one in shown] == [
            ("der-deckel-der-dose", ["der-deckel"]),
            ("das-glas", []),
        ]
    assert (
        '<a class="alias" id="der-deckel"></a>' in Client().get("/de/blog/dose/").content.decode()
    )


def test_aliases_pile_up_over_releases(article: Article, alice: User) -> None:
    make_released(article, by=alice)
    for heading in ("Der Deckel der Dose", "Der runde Deckel der Dose"):
        reword(article, heading, by=alice)
        make_released(article, by=alice)
    toc = Client().get("/api/v1/de/articles/dose/").json()["toc"]
    assert toc[0]["anchor_aliases"] == ["der-deckel", "der-deckel-der-dose"]


def test_words_that_were_never_released_do_not_live_on_in_an_anchor(
    article: Article, alice: User
) -> None:
    reword(article, "Der Deckel heilt", by=alice)
    submit(article, locale="de", by=alice)
    reword(article, "Der Deckel", by=alice)
    make_released(article, by=alice)
    reword(article, "Der Deckel heilt sofort", by=alice)
    submit(article, locale="de", by=alice)
    reword(article, "Der Deckel hält", by=alice)
    make_released(article, by=alice)
    toc = Client().get("/api/v1/de/articles/dose/").json()["toc"]
    assert (toc[0]["anchor"], toc[0]["anchor_aliases"]) == ("der-deckel-haelt", ["der-deckel"])


def test_unchanged_draft_gives_the_same_revision_with_its_aliases(
    article: Article, alice: User
) -> None:
    make_released(article, by=alice)
    reword(article, "Der Deckel der Dose", by=alice)
    waiting = submit(article, locale="de", by=alice)
    assert submit(article, locale="de", by=alice) == waiting
    make_released(article, by=alice)
    assert submit(article, locale="de", by=alice) == waiting


def test_words_that_are_forbidden_by_now_do_not_live_on_in_an_alias(
    article: Article, alice: User, rulebook: RulebookVersion
) -> None:
    make_released(article, by=alice)
    reword(article, "Der Deckel der Dose", by=alice)
    make_released(article, by=alice)
    activate(forbidding(rulebook, "Deckel"))
    reword(article, "Der Verschluss der Dose", by=alice)
    make_released(article, by=alice)
    toc = Client().get("/api/v1/de/articles/dose/").json()["toc"]
    assert (toc[0]["anchor"], toc[0]["anchor_aliases"]) == ("der-verschluss-der-dose", [])
